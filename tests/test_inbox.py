"""The inbox: which files wait, what they are read as, where they go."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from service import inbox
from service.poll import PollReport, poll_inbox
from service.reading.rules import load_rules
from service.source import Item
from service.store import Store

NOW = datetime(2024, 10, 20, 1, tzinfo=UTC)
RULEBOOK = load_rules()
LIMIT = 10_000
CLOSED = "津蓟高速公路天津收费站自2024年10月21日0时起封闭，至12月31日24时恢复通行。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    return inbox


def drop(folder: Path, name: str, content: str | bytes, age: float = 60) -> Path:
    """A file in ``folder`` that was last written to ``age`` seconds before now."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    written = (NOW - timedelta(seconds=age)).timestamp()
    os.utime(path, (written, written))
    return path


def sweep(folder: Path, store: Store) -> PollReport:
    return poll_inbox(folder, LIMIT, store, RULEBOOK, NOW)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_files_wait_until_they_are_finished(folder: Path) -> None:
    drop(folder, "2.txt", "b", age=10)
    drop(folder, "1.json", "c", age=20)
    for unfinished in (".hidden.txt", "3.txt.part", "4.tmp", "5.txt~"):
        drop(folder, unfinished, "x")
    drop(folder, "6.txt", "just written", age=0.5)
    drop(folder, "7.txt", "by a clock that is fast", age=-60)
    (folder / "done").mkdir()
    (folder / "link.txt").symlink_to("/etc/passwd")
    assert [path.name for path in inbox.waiting(folder, NOW)] == ["1.json", "2.txt", "7.txt"]


def test_without_a_folder_nothing_waits(folder: Path) -> None:
    assert inbox.waiting(folder / "none", NOW) == ()


@pytest.mark.parametrize(
    ("name", "content", "item"),
    [
        ("a.txt", CLOSED.encode("gbk"), Item(text=CLOSED)),
        ("a.TXT", CLOSED, Item(text=CLOSED)),
        (
            "a.html",
            f'<meta name="PubDate" content="2024-10-19"><h1>公告</h1><p>{CLOSED}</p>',
            Item(title="公告", published=date(2024, 10, 19), text=f"公告\n{CLOSED}"),
        ),
        ("a.json", json.dumps({"text": CLOSED}), Item(text=CLOSED)),
        (
            "a.json",
            json.dumps({"text": CLOSED, "title": "公告", "publisher": "示例", "published": "2024-10-19"}),
            Item(text=CLOSED, title="公告", publisher="示例", published=date(2024, 10, 19)),
        ),
    ],
)
def test_a_file_is_read_as_its_name_says(folder: Path, name: str, content: str | bytes, item: Item) -> None:
    assert inbox.read_file(drop(folder, name, content), LIMIT) == item


def test_a_file_that_is_gone_is_no_error(folder: Path) -> None:
    assert inbox.read_file(folder / "gone.txt", LIMIT) is None


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.doc", b"x", "expected a file named .txt, .html, .json, .pdf or .docx, found .doc"),
        ("a.pdf", b"%PDF-1.7", "expected a PDF file, found a broken one"),
        ("a.docx", b"PK\x03\x04", "expected a Word file, found a broken or encrypted archive"),
        ("a", b"text", "found no such ending"),
        ("a.txt", b"%PDF-1.7", "expected text, found a PDF file"),
        ("a.txt", b"", "it is empty"),
        ("a.txt", b"x" * 10_001, "expected at most 10,000 bytes, found 10,001"),
        ("a.html", b"<script>x</script>", "expected a page with words"),
        ("a.json", b"{", "Invalid JSON"),
        ("a.json", b'{"words": "x"}', "text: expected as docs/sources.md describes it, found: Field required"),
        ("a.json", b'{"text": "x", "published": "20. 10."}', "published: expected"),
        ("a.json", b'{"text": "x", "url": "javascript:x"}', "url: expected"),
        ("a.json", b'{"text": "\\ud83d"}', "Invalid JSON"),
        (os.fsdecode(b"\xb7\xe2\xb1\xd5.txt"), b"", "it is empty"),
    ],
)
def test_a_file_that_cannot_be_read_goes_to_failed_with_the_reason(
    store: Store, folder: Path, name: str, content: bytes, reason: str
) -> None:
    drop(folder, name, content)
    drop(folder, "good.txt", CLOSED)
    report = sweep(folder, store)
    assert reason in (report.error or "")
    assert names(folder / "failed") == {name, f"{name}.error"}
    assert reason in (folder / "failed" / f"{name}.error").read_text(encoding="utf-8", errors="replace")
    assert names(folder / "done") == {"good.txt"}
    assert (report.documents, report.notices, report.revisions) == (2, 1, 1)
    assert reason in (store.polls(inbox.INBOX)[0].error or "")


def test_a_file_read_twice_is_kept_once(store: Store, folder: Path) -> None:
    """As after a kill between keeping and moving; under its old name it does not push the first aside."""
    for expected in (1, 0):
        drop(folder, "a.txt", CLOSED)
        assert sweep(folder, store).notices == expected
    assert names(folder / "done") == {"a.txt", "a-2.txt"}
    assert store.counts()["notices"] == store.counts()["revisions"] == 1


def test_what_does_not_speak_of_roads_is_read_and_not_kept(store: Store, folder: Path) -> None:
    drop(folder, "a.txt", "本周末将有小雨，请市民出门带伞。")
    assert sweep(folder, store) == PollReport(source=inbox.INBOX, documents=1)
    assert names(folder / "done") == {"a.txt"}
    assert store.counts()["notices"] == 0


def test_control_characters_in_a_file_trouble_no_database(store: Store, folder: Path) -> None:
    drop(folder, "a.txt", f"关于封闭的公告\n\x0b\x1f{CLOSED}")
    assert sweep(folder, store).notices == 1


def test_a_file_with_nul_is_refused_on_every_database(store: Store, folder: Path) -> None:
    drop(folder, "a.txt", f"关于封闭的公告\n\0{CLOSED}")
    drop(folder, "b.txt", CLOSED)
    report = sweep(folder, store)
    assert report.notices == 1
    assert report.error == "a.txt: document: expected text, found U+0000 at character 8"
    assert (folder / "failed" / "a.txt").exists()


def test_a_file_that_cannot_be_moved_is_reported_and_kept_once(sqlite_store: Store, folder: Path) -> None:
    drop(folder, "a.txt", CLOSED)
    (folder / "done").symlink_to("nowhere")
    for expected in (1, 0):
        report = sweep(folder, sqlite_store)
        assert report.notices == expected
        assert report.error == "a.txt: expected to move it to done, found: File exists"
    assert (folder / "a.txt").exists()


def test_an_empty_inbox_leaves_no_record(sqlite_store: Store, folder: Path) -> None:
    assert sweep(folder, sqlite_store) == PollReport(source=inbox.INBOX)
    assert sqlite_store.polls(inbox.INBOX) == ()


def test_a_poller_that_lost_its_lease_reads_no_further(sqlite_store: Store, folder: Path) -> None:
    for number in range(3):
        drop(folder, f"{number}.txt", CLOSED.replace("天津", f"{number}号"), age=60 - number)
    answers = iter([True, False])
    report = poll_inbox(folder, LIMIT, sqlite_store, RULEBOOK, NOW, lambda: next(answers, False))
    assert (report.notices, report.error) == (1, "broken off, as another process may poll now")
    assert names(folder / "done") == {"0.txt"}
    assert sqlite_store.polls(inbox.INBOX) == ()
