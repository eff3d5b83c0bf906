"""The documents: their commands run, their examples are real, and nothing that a user meets is left out."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from service.cli import app
from service.demo import SAMPLES, text_of
from service.publish import FORMATS, MACHINE_FORMATS
from service.reading import fields
from service.reading.marks import TYPES
from service.reading.rules import load_rules
from service.settings import Settings
from service.sources import kinds
from tests.make import china
from tests.program import PATIENCE, TOLLFEED, free_port, get, serving
from tests.web import running

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
RULES = ROOT / "rules" / "README.md"
API = ROOT / "docs" / "api.md"
ALL = "\n".join(path.read_text("utf-8") for path in (README, RULES, *sorted((ROOT / "docs").rglob("*.md"))))

# What a reader has done before: the server of ``tollfeed serve`` is up, and a notice lies at hand.
_BEFORE = """
set -euo pipefail
trap 'echo "failed: $BASH_COMMAND" >&2; kill $(jobs -p) 2>/dev/null || true' EXIT
curl() { command curl --silent --show-error --fail "$@"; echo; }
serve() {
    tollfeed serve --port PORT 2>> log.txt &
    until command curl --silent --fail http://127.0.0.1:PORT/healthz; do kill -0 $! || exit 1; sleep 0.1; done
}
"""
_AFTER = """
for job in $(jobs -p); do kill $job; wait $job; done
trap - EXIT
"""


def blocks(path: Path, language: str) -> Iterator[str]:
    """The fenced blocks of that language: ``sh`` is run, ``console`` and ``text`` are shown."""
    yield from re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def _as_run(path: Path, before: str) -> str:
    commands = "\n".join(blocks(path, "sh"))
    assert commands
    served = re.sub(r"^tollfeed serve$", "serve", commands, flags=re.MULTILINE)
    script = f"{_BEFORE}{before}\n{served}{_AFTER}"
    port = str(free_port())
    return script.replace("PORT", port).replace("127.0.0.1:8000", f"127.0.0.1:{port}")


def _run(script: str, folder: Path) -> str:
    for part in ("service/demo", "rules"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    path = f'PATH="{Path(TOLLFEED).parent}:$PATH"'
    done = subprocess.run(["bash", "-c", f"{path}\n{script}"], cwd=folder, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="the documents' examples are for curl")


@needs_curl
def test_the_commands_of_the_readme_run(tmp_path: Path) -> None:
    out = _run(_as_run(README, ""), tmp_path)
    for words in (
        "〔启用〕天津站（新）",
        '"kind": "station_opening"',
        "lanes.rest-closed",
        "all hold.",
        "newsroom: made",
        "新增",
    ):
        assert words in out
    assert '"new":true' in out
    assert "BEGIN:VCALENDAR" in out
    assert (tmp_path / "out" / "feeds" / "changes.ics").is_file()


@needs_curl
def test_the_commands_of_the_api_page_run(tmp_path: Path) -> None:
    before = "cp service/demo/newspaper.txt notice.txt; KEY=$(tollfeed keys add reader); serve"
    assert '"station_closure"' in _run(_as_run(API, before), tmp_path)


def test_a_rule_is_added_as_the_rules_page_says(tmp_path: Path) -> None:
    _, local = blocks(RULES, "yaml")
    first, second = blocks(RULES, "sh")
    write = f"cat > my-rules/local.yaml <<'END'\n{local}END\n"
    out = _run(f"set -e\n{first}tollfeed extract notice.txt\n{write}{second}", tmp_path)
    assert "未读 unread: 谢绝" in out
    before, _, after = out.partition("all hold.")
    assert "没有读到" in before
    assert "│ access.entry " in before
    assert "local.declined" not in before
    assert re.search("│ local.declined +│ 谢绝驶入 +│ effect=closed +│", after)
    assert "谢绝驶入" not in after.partition("未读 unread")[2].partition("\n")[0]
    assert "〔关闭〕示例东收费站 入口" in after
    (rule,) = yaml.safe_load(local)["rules"]
    assert any(each.id == rule["id"] for each in load_rules(tmp_path / "my-rules").rules)


@pytest.mark.parametrize("path", [README, RULES], ids=["readme", "rules"])
def test_the_rule_shown_is_a_real_rule(path: Path) -> None:
    (shown,) = yaml.safe_load(next(blocks(path, "yaml")))
    real = [
        rule
        for file in (ROOT / "rules").glob("*.yaml")
        for rule in yaml.safe_load(file.read_text("utf-8")).get("rules", [])
    ]
    assert shown in real


def test_the_output_shown_is_the_demos_output(tmp_path: Path) -> None:
    table, feeds = blocks(README, "text")
    with serving("demo", folder=tmp_path) as address:
        printed = (tmp_path / "out.txt").read_text("utf-8").splitlines()
        for line in table.splitlines():
            assert line in printed
        extension = ""
        for line in feeds.splitlines():
            extension, shown = line[:6].strip().lower() or extension, line[6:]
            assert shown in get(f"{address}/feeds/changes.{extension}?status=ended").decode()
    quoted = re.findall("One of its sentences, (.*?), in the", README.read_text("utf-8"))
    assert quoted[0] in text_of(SAMPLES[0], china(2024, 10, 20).date())


def test_every_setting_is_documented_with_its_default() -> None:
    table = dict(re.findall(r"^\| `(TOLLFEED_\w+)` \| (.*?) \|", README.read_text("utf-8"), re.MULTILINE))
    assert set(table) == {f"TOLLFEED_{name.upper()}" for name in Settings.model_fields}
    for name, default in table.items():
        plain = default.strip("`")
        if default != plain and " " not in plain:
            field = name.removeprefix("TOLLFEED_").lower()
            assert getattr(Settings(**{field: plain}), field) == getattr(Settings.model_construct(), field)


def test_every_command_is_documented() -> None:
    for command in _commands(typer.main.get_command(app)):
        assert f"tollfeed {command}" in ALL


def _commands(group: Any, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}"


def test_every_format_and_kind_of_source_is_documented() -> None:
    for form in (*FORMATS, *MACHINE_FORMATS):
        assert f"feeds/changes.{form.extension}" in ALL
        assert form.name in ALL
        assert form.standard in ALL
    for kind in kinds():
        assert f"| `{kind}` |" in ALL


def test_every_endpoint_and_parameter_is_documented(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'test.db'}") as client:
        paths = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        assert path in ALL or re.sub(r"\{\w+\}", "{id}", path) in ALL
        for method in methods.values():
            for parameter in method.get("parameters", ()):
                if parameter["in"] == "query":
                    assert re.search(rf"\b{parameter['name']}\b", ALL)


def test_everything_a_rule_may_say_is_documented() -> None:
    page = RULES.read_text("utf-8")
    for mark in TYPES:
        assert f"`{{{mark}}}`" in page
    for field in fields.GIVEN:
        assert f"`{field}`" in page
    for word in (*fields.EFFECTS, *fields.STANCES, *fields.POINTERS):
        assert f"`{word}`" in page
    for field in fields.CAPTURED:
        side, _, last = field.rpartition(".")
        assert f"`{field}`" in page or (f"`{side}.…`" in page and f"`{last}`" in page)


def test_no_link_leads_nowhere() -> None:
    for path in (README, RULES, ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")):
        prose = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
    for target in re.findall(
        r"docs/[\w/-]+\.md", "\n".join(file.read_text("utf-8") for file in ROOT.glob("service/**/*.py"))
    ):
        assert (ROOT / target).is_file(), target
