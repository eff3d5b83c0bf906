.PHONY: help install demo test lint bench score mutate requirements clean
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

install: .venv/installed  ## make .venv with everything the program needs
demo: install  ## read sample notices, print them, serve feeds at http://127.0.0.1:8000 (PORT=8001: there)
	$(BIN)/tollfeed demo $(if $(PORT),--port $(PORT))

# Made anew when a pin changes, so that nothing stays that no pin names. pip checks every hash.
.venv/requirements: requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("expected Python 3.11 or later, found %d.%d; name another: make PYTHON=python3.11" % v[:2])'
	$(PYTHON) -m venv --clear .venv
	$(PIP) --require-hashes -r requirements.txt
	touch $@

# --no-build-isolation builds with the pinned hatchling.
.venv/installed: .venv/requirements pyproject.toml
	$(PIP) --no-build-isolation --no-deps -e .
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(PIP) --require-hashes -r requirements-dev.txt
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

score: .venv/installed-dev  ## how well, on the corpora beside the project (TOLLFEED_CORPUS)
	$(BIN)/python -m tests.score

# By hand, now and then: it takes a quarter of an hour, and mutmut is in no other use.
mutate: .venv/installed-dev  ## how much of the reading the tests hold: break it, line by line
	$(PIP) mutmut==3.8.1
	$(BIN)/mutmut run
	$(BIN)/mutmut results

requirements:  ## pin again (needs uv)
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 --extra documents pyproject.toml requirements-build.in -o requirements.txt
	uv pip compile --quiet --no-header --no-annotate --generate-hashes --python-version 3.11 --extra dev --extra documents pyproject.toml requirements-build.in -c requirements.txt -o requirements-dev.txt

# Not data: that is where the database is.
clean:  ## remove what can be made again
	rm -rf .venv build dist mutants tests/clients/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find service rules tests -name __pycache__ -prune -exec rm -rf {} +
