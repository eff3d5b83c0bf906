"""Every command as a real process: what it prints, what it keeps, and how it fails."""

from __future__ import annotations

import json
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from signal import SIGINT
from time import monotonic
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.program import EXTENDED, NOTICE, TOLLFEED, get, run, serving

DATE = ("--published", "2024-10-20")
RULES = Path(__file__).parent.parent / "rules"


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    """A folder with a notice in ``notice.txt``."""
    (tmp_path / "notice.txt").write_text(NOTICE, "utf-8")
    return tmp_path


READABLE: dict[str, bytes] = {
    "utf-8": NOTICE.encode(),
    "gbk": NOTICE.encode("gbk"),
    "big5": "津薊高速公路津榆路收費站入口將於10月21日至10月31日封閉施工。".encode("big5"),
    "utf-16": NOTICE.encode("utf-16"),
    "nul-and-control-characters": f"\0\x1b[31m{NOTICE}\0".encode(),
    "lone-surrogates": b"\xed\xa0\x80" + NOTICE.encode() + b"\xed\xbf\xbf",
}


@pytest.mark.parametrize("name", READABLE)
def test_a_notice_is_read_whatever_its_encoding(name: str, tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_bytes(READABLE[name])
    done = run("extract", "--json", *DATE, "notice.txt", folder=tmp_path)
    (change,) = json.loads(done.out)
    assert (done.code, done.error) == (0, "")
    assert change["kind"] == "station_closure"
    assert change["station"]["name"] == "津榆路收费站"
    assert change["validity"]["end"] == "2024-11-01T00:00:00+08:00"


def test_a_notice_is_read_from_standard_input_or_a_page(tmp_path: Path) -> None:
    page = f'<html><head><meta charset="utf-8"></head><body><p>{NOTICE}</p></body></html>'
    (tmp_path / "notice.html").write_text(page, "utf-8")
    (tmp_path / "notice.json").write_text(json.dumps({"text": NOTICE, "published": "2024-10-20"}), "utf-8")
    piped = run("extract", "--json", *DATE, "-", folder=tmp_path, stdin=NOTICE.encode())
    for file in ("notice.html", "notice.json"):
        (change,) = json.loads(run("extract", "--json", *DATE, file, folder=tmp_path).out)
        assert change["station"] == json.loads(piped.out)[0]["station"]
        assert change["notice"]["published"] == "2024-10-20"


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty.txt": (b"", "expected text, found nothing: it is empty"),
    "blank.txt": (b" \n\t", "expected text, found only white space"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(100), "expected text, found a PNG picture"),
    "binary.txt": (bytes(range(256)) * 20, "expected text"),
    "page.json": (b"{", "expected as docs/sources.md describes it"),
}


@pytest.mark.parametrize("file", UNREADABLE)
def test_what_is_no_text_is_refused_in_words(file: str, tmp_path: Path) -> None:
    content, reason = UNREADABLE[file]
    (tmp_path / file).write_bytes(content)
    done = run("extract", file, folder=tmp_path)
    assert (done.code, done.out) == (1, "")
    assert reason in done.error
    assert "Traceback" not in done.error


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(50_000_000)
    begun = monotonic()
    for command in ("extract", "explain", "ingest"):
        done = run(command, "large.txt", folder=tmp_path)
        assert done.code == 1
        assert "expected at most 5,000,000 bytes, found 50,000,000" in done.error
    assert monotonic() - begun < 20


USAGE: dict[str, tuple[str, ...]] = {
    "found nothing at 'none.txt'": ("extract", "none.txt"),
    "found nothing at": ("explain", "none.txt"),
    "No such command 'read'": ("read",),
    "No such option: --lamg": ("extract", "--lamg", "zh", "notice.txt"),
    "'20.10.2024' does not match the format": ("extract", "--published", "20.10.2024", "notice.txt"),
    "Missing argument": ("ingest",),
    "Missing option '--out'": ("export",),
    "Invalid value for '--port'": ("serve", "--port", "70000"),
    "expected 1 to 100 printable characters": ("keys", "add", "a\nb"),
}


@pytest.mark.parametrize("reason", USAGE)
def test_a_wrong_call_exits_with_2(reason: str, notice: Path) -> None:
    done = run(*USAGE[reason], folder=notice, variables={"COLUMNS": "200"})
    assert done.code == 2
    assert reason in done.error
    assert not (notice / "data").exists()


def test_every_command_has_help(tmp_path: Path) -> None:
    commands = ("", "serve", "demo", "extract", "explain", "rules", "rules check", "ingest", "export")
    commands += ("keys", "keys add", "keys list", "keys revoke")
    for command in commands:
        done = run(*command.split(), "--help", folder=tmp_path)
        assert done.code == 0
        assert f"Usage: tollfeed {command}".rstrip() in done.out
    assert run("--version", folder=tmp_path).out == "tollfeed 0.1.0\n"


def test_explain_names_the_rule_behind_each_value(notice: Path) -> None:
    (explained,) = json.loads(run("explain", "--json", *DATE, "notice.txt", folder=notice).out)
    read = {row["words"]: row["rule"] for row in explained["read"]}
    assert read["津榆路收费站"] == "value.station"
    assert any(rule.startswith("closure.") for rule in read.values())
    assert "津榆路收费站" in run("explain", *DATE, "notice.txt", folder=notice).out


def test_tables_obey_neither_markup_nor_escapes(tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text(f"\x1b[31m[bold]津榆路站公告[/bold]\n{NOTICE}", "utf-8")
    done = run("explain", *DATE, "notice.txt", folder=tmp_path)
    assert done.code == 0
    assert "[bold]津榆路站公告[/bold]" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize("options", [("--json",), ()])
def test_output_cut_off_by_head_ends_quietly(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("".join(f"■ 津榆路站公告{n}\n本报讯 {NOTICE}\n" for n in range(200)), "utf-8")
    pipe = f"{TOLLFEED} extract page.txt {' '.join(options)} | head -1"
    done = subprocess.run(["bash", "-c", pipe], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 1


def test_extract_imports_nothing_it_does_not_need(notice: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "service", "extract", "--json", "notice.txt"],
        cwd=notice,
        capture_output=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.decode().splitlines()}
    assert "typer" in imported
    assert not imported & {
        "alembic",
        "apscheduler",
        "fastapi",
        "feedgen",
        "httpx2",
        "icalendar",
        "sqlalchemy",
        "uvicorn",
    }


def test_rules_check_names_file_rule_and_reason(tmp_path: Path) -> None:
    assert run("rules", "check", folder=tmp_path).out.endswith("all hold.\n")
    shutil.copytree(RULES, tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    lanes = tmp_path / "rules" / "lanes.yaml"
    sound = lanes.read_text("utf-8")
    for typo, reason in {
        ("{lanes.entry.open:count}", "{lanes.entry.open:cuont}"): "found 'cuont'",
        ("id: lanes.in-and-out-open\n    match:", "id: lanes.in-and-out-open\n    mach:"): "found also ['mach']",
        ("effect: lanes_open}\n", "effect: lanes_opne}\n"): "found 'lanes_opne'",
    }.items():
        lanes.write_text(sound.replace(*typo, 1), "utf-8")
        done = run("rules", "check", "rules", folder=tmp_path)
        assert (done.code, done.out) == (1, "")
        assert done.error.startswith("tollfeed: lanes.yaml: lanes.in-and-out-open: ")
        assert reason in done.error
    lanes.write_text(sound.replace("规模为3个进口车道和5个出口车道", "保持3个进口车道和5个出口车道通行", 1), "utf-8")
    done = run("rules", "check", "rules", folder=tmp_path)
    assert done.code == 1
    assert "1 examples fail:\nlanes.yaml: lanes.in-and-out-open: '保持3个进口车道和5个出口车道通行'" in done.error


def test_a_wrong_rule_stops_whatever_reads(notice: Path) -> None:
    (notice / "rules").mkdir()
    (notice / "rules" / "one.yaml").write_text("about: One.\nrules:\n  - {id: one.rule, match: 封闭}\n", "utf-8")
    for command in (
        ("extract", "notice.txt"),
        ("explain", "notice.txt"),
        ("ingest", "notice.txt"),
        ("serve", "--port", "0"),
    ):
        done = run(*command, "--rules", "rules", folder=notice)
        assert (done.code, done.error) == (1, "tollfeed: one.yaml: one.rule: expected examples, found none\n")
    assert run("extract", "notice.txt", folder=notice, variables={"TOLLFEED_RULES": "rules"}).code == 1


def test_ingest_keeps_what_it_can_and_reports_every_file(notice: Path) -> None:
    (notice / "extended.txt").write_text(EXTENDED, "utf-8")
    (notice / "empty.txt").write_bytes(b"")
    (notice / "park.txt").write_text("示例公园的菊花开了。", "utf-8")
    files = ("notice.txt", "empty.txt", "none.txt", "park.txt", "extended.txt", "notice.txt")
    done = run("ingest", *DATE, "--lang", "en", *files, folder=notice)
    assert done.code == 1
    assert done.out.splitlines() == [
        "notice.txt",
        "  new Closed: 津榆路收费站, entry, 津蓟高速, 21 Oct to 31 Oct",
        "park.txt",
        "  no change of a toll station or road",
        "extended.txt",
        "  altered [Extended] Closed: 津榆路收费站, entry, 津蓟高速, 21 Oct to 10 Nov",
        "notice.txt",
        "  known Closed: 津榆路收费站, entry, 津蓟高速, 21 Oct to 31 Oct",
    ]
    assert done.error.splitlines() == [
        "empty.txt: document: expected text, found nothing: it is empty",
        "none.txt: expected a file or -, found nothing of that name",
    ]


def test_ingest_tells_programs_one_object_a_file(notice: Path) -> None:
    (notice / "empty.txt").write_bytes(b"")
    done = run("ingest", "--json", *DATE, "--publisher", "示例日报", "notice.txt", "empty.txt", folder=notice)
    first, second = map(json.loads, done.out.splitlines())
    assert done.code == 1
    assert first["notices"][0]["new"] is True
    (change,) = first["notices"][0]["changes"]
    assert (change["station"]["name"], change["notice"]["publisher"]) == ("津榆路收费站", "示例日报")
    assert (second["file"], second["notices"]) == ("empty.txt", [])
    assert "it is empty" in second["error"]


def _no_room() -> None:
    """As on a full disk: every write that makes a file longer fails, for root, too."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


# The bits of a read-only folder do not bind root, as which containers run tests: a file where a folder must be, and
# a disk without room, fail for everybody.
@pytest.mark.parametrize("command", [("ingest", "notice.txt"), ("export", "--out", "out"), ("serve", "--port", "0")])
def test_a_data_folder_that_cannot_be_written_to_is_named(command: tuple[str, ...], notice: Path) -> None:
    done = run(*command, "--data", "notice.txt/data", folder=notice)
    assert done.code == 1
    assert "tollfeed: notice.txt/data/tollfeed.db: expected a folder that can be written to, found" in done.error
    assert "Traceback" not in done.error
    full = run(*command, folder=notice, before=_no_room)
    assert full.code == 1
    assert "expected a database that can be read and written, found: disk I/O error" in full.error


def test_what_was_kept_survives_a_full_disk(notice: Path) -> None:
    (notice / "extended.txt").write_text(EXTENDED, "utf-8")
    assert run("ingest", *DATE, "notice.txt", folder=notice).code == 0
    assert run("ingest", *DATE, "extended.txt", folder=notice, before=_no_room).code == 1
    done = run("ingest", *DATE, "notice.txt", "extended.txt", "--lang", "en", folder=notice)
    assert [line.split()[0] for line in done.out.splitlines()] == ["notice.txt", "known", "extended.txt", "altered"]


def test_export_names_the_file_that_cannot_be_written(notice: Path) -> None:
    assert run("ingest", *DATE, "notice.txt", folder=notice).code == 0
    done = run("export", "--out", "notice.txt/out", folder=notice)
    assert done.code == 1
    assert (
        "tollfeed: notice.txt/out/feeds/changes.rss: expected a file that can be written, found: Not a dir"
        in done.error
    )


@pytest.mark.parametrize(
    "command", [("ingest", "notice.txt"), ("export", "--out", "out"), ("keys", "list"), ("serve",)]
)
def test_a_database_of_a_newer_version_is_left_alone(command: tuple[str, ...], notice: Path) -> None:
    assert run("keys", "list", folder=notice).code == 0
    path = notice / "data" / "tollfeed.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE tollfeed_version SET version_num = '9999'")
    database.close()
    before = path.read_bytes()
    done = run(*command, folder=notice)
    assert done.code == 1
    assert "found version 9999: it was written by a newer tollfeed" in done.error
    assert path.read_bytes() == before


WRONG_SETTINGS = {
    "TOLLFEED_POLL_EVERY": ("often", "TOLLFEED_POLL_EVERY: Input should be a valid timedelta"),
    "TOLLFEED_MAX_DOCUMENT": ("large", "TOLLFEED_MAX_DOCUMENT: Input should be a valid integer"),
    "TOLLFEED_DATABASE": (
        "mysql://name:secret@host/name",
        "expected a database URL as sqlite:///PATH or postgresql://",
    ),
}


@pytest.mark.parametrize("name", WRONG_SETTINGS)
def test_a_wrong_setting_is_named(name: str, tmp_path: Path) -> None:
    value, reason = WRONG_SETTINGS[name]
    done = run("serve", "--port", "0", folder=tmp_path, variables={name: value})
    assert done.code == 1
    assert reason in done.error
    assert "secret" not in done.error


def test_a_port_in_use_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            done = run(command, "--port", str(port), folder=tmp_path)
            reason = f"tollfeed: port {port} of 127.0.0.1 is in use; choose another with --port\n"
            assert (done.code, done.out, done.error) == (1, "", reason)
    assert not any(tmp_path.iterdir())
    done = run("serve", "--host", "192.0.2.1", folder=tmp_path)
    assert done.code == 1
    assert "--host 192.0.2.1 --port 8000: expected an address of this machine" in done.error


def test_serve_takes_settings_from_the_environment_and_options_first(notice: Path) -> None:
    (notice / "sources.yaml").write_text("[]", "utf-8")
    variables = {"TOLLFEED_DATA": "elsewhere", "TOLLFEED_BASE_URL": "https://tollfeed.example/"}
    assert run("ingest", *DATE, "notice.txt", folder=notice, variables=variables).code == 0
    assert (notice / "elsewhere" / "tollfeed.db").is_file()
    with serving("serve", folder=notice, variables=variables) as address:
        assert b"<link>https://tollfeed.example/changes/" in get(f"{address}/feeds/changes.rss?status=ended")
    with serving("serve", "--data", "elsewhere", folder=notice, stop=SIGINT) as address:
        assert f"<link>{address}/changes/".encode() in get(f"{address}/feeds/changes.rss?status=ended")


def test_serve_says_why_a_source_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sources.yaml").write_text("- {id: one, kind: gopher}", "utf-8")
    done = run("serve", "--port", "0", folder=tmp_path)
    assert done.code == 1
    assert done.error.startswith("tollfeed: sources.yaml: one: ")


def _posted(address: str, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/plain; charset=utf-8"}
    try:
        with urlopen(Request(f"{address}/v1/notices", NOTICE.encode(), headers)) as answer:  # noqa: S310 - of our own server
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_a_key_lets_in_until_it_is_revoked_and_is_kept_nowhere(tmp_path: Path) -> None:
    made = run("keys", "add", "示例日报", folder=tmp_path)
    key = made.out.strip()
    assert key.startswith("tollfeed_")
    assert key.encode() not in b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    (listed,) = json.loads(run("keys", "list", "--json", folder=tmp_path).out)
    assert (listed["name"], listed["revoked"]) == ("示例日报", None)
    with serving("serve", folder=tmp_path) as address:
        assert _posted(address, key) == 201
        assert run("keys", "revoke", "示例日报", folder=tmp_path).code == 0
        assert _posted(address, key) == 401
    again = run("keys", "revoke", "示例日报", folder=tmp_path)
    assert (again.code, "expected a name that has a key in force" in again.error) == (1, True)
    assert "revoked 20" in run("keys", "list", folder=tmp_path).out


UNSURE = "据介绍津榆路收费站入口封闭，相关单位负责同志正在现场组织多方力量开展有关处置工作。"
HOLD = {"TOLLFEED_REVIEW": "hold"}


def test_a_change_in_doubt_is_held_reviewed_and_published(tmp_path: Path) -> None:
    (tmp_path / "unsure.txt").write_text(UNSURE, "utf-8")
    assert "待复核" in run("ingest", *DATE, "unsure.txt", folder=tmp_path, variables=HOLD).out
    (case,) = json.loads(run("review", "list", "--json", folder=tmp_path).out)
    change_id = case["newest"]["change"]["id"]
    assert case["newest"]["held"]
    assert change_id in run("review", "list", folder=tmp_path).out
    assert UNSURE in run("review", "show", change_id, folder=tmp_path).out
    end = ("--set", "validity.end=2024-10-31", "--set", "road.name=津蓟高速公路")
    corrected = run("review", "correct", change_id, *end, "--author", "王", "--json", folder=tmp_path)
    published = json.loads(corrected.out)["published"]
    assert published["author"] == "王"
    assert published["change"]["validity"]["end"] == "2024-11-01T00:00:00+08:00"
    assert "Nothing waits" in run("review", "list", folder=tmp_path).out
    assert "Nothing differs" in run("reread", "--apply", folder=tmp_path).out
    assert run("review", "reject", change_id, "--author", "王", folder=tmp_path).code == 0
    assert json.loads(run("review", "show", change_id, "--json", folder=tmp_path).out)["reviews"][1]["author"] == "王"
    assert run("review", "approve", change_id, folder=tmp_path).code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("approve", "none"), 1, "change: expected the id of one, found 'none'"),
        (("show", "none"), 1, "change: expected the id of one, found 'none'"),
        (("correct", "none"), 2, "expected --set or --file"),
        (("correct", "none", "--set", "reason"), 2, "expected FIELD=VALUE"),
        (("correct", "none", "--file", "no.json"), 2, "expected a file of JSON"),
        (("approve", "none", "--author", " "), 2, "expected printable characters"),
    ],
)
def test_a_review_that_cannot_be_is_refused(
    arguments: tuple[str, ...], code: int, expected: str, tmp_path: Path
) -> None:
    done = run("review", *arguments, folder=tmp_path)
    assert done.code == code
    assert expected in " ".join(done.error.replace("│", " ").split())


def test_reread_shows_what_differs_and_keeps_it_when_told(notice: Path) -> None:
    shutil.copytree(RULES, notice / "rules")
    (notice / "rules" / "closures.yaml").rename(notice / "closures.yaml")
    assert "没有" in run("ingest", *DATE, "notice.txt", "--rules", "rules", folder=notice).out
    shown = run("reread", folder=notice)
    assert "new 新增  〔关闭〕津榆路收费站 入口" in shown.out
    assert "--apply" in shown.out
    (kept,) = run("reread", "--apply", "--json", folder=notice).out.splitlines()
    assert json.loads(kept)["outcome"] == "new"
    assert "Nothing differs" in run("reread", folder=notice).out
