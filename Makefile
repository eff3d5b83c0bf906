.PHONY: install demo test lint bench clean requirements
PYTHON ?= python3
BIN := .venv/bin

install: .venv/installed  ## make .venv with everything the program needs
demo: install             ## read sample notices, print them, serve feeds at http://127.0.0.1:8000
	$(BIN)/tollfeed demo

# pip checks every hash; --no-build-isolation builds with the pinned hatchling.
.venv/installed: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

test: .venv/installed-dev  ## all tests, on SQLite and PostgreSQL
	$(BIN)/pytest -n 2

lint: .venv/installed-dev  ## style, types, layers, Dockerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/hadolint Dockerfile

bench: .venv/installed-dev  ## how fast, against the figures of docs/benchmarks.md
	$(BIN)/python -m tests.benchmarks

requirements:  ## pin again (needs uv)
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 pyproject.toml requirements-build.in -o requirements.txt
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 --extra dev pyproject.toml requirements-build.in -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv data out
