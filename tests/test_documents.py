"""Files of every kind from the command line to the notice that is shown: evidence points at its words, each time."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from service.intake import Kind
from service.keys import fingerprint, new_key
from service.store import Store
from tests.documents import docx, paragraph, pdf, ruled, table
from tests.program import PATIENCE, TOLLFEED, run
from tests.web import ADDED, Clock, running

ROOT = Path(__file__).parent.parent
NOTICE = "津蓟高速公路津榆路收费站入口将于10月21日至10月31日封闭施工。"
ROWS = (("路线", "收费站", "封闭部位", "封闭时间"), ("津蓟高速公路", "津榆路", "入口", "10月21日至10月31日"))
ACROSS = (50, 130, 210, 290, 390)
DRAWN = ruled(ACROSS, (560, 540, 515))
PAGE = f"<html><head><meta charset=gb2312></head><body><div class=nav>首页</div><p>{NOTICE}</p></body></html>"
HTML_TABLE = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
GLYPHS = [
    (x + 2, y, words[:7])
    for y, row in ((545, ROWS[0]), (525, ROWS[1]))
    for x, words in zip(ACROSS[:-1], row, strict=True)
]
# The last cell wraps: its first line has seven characters.
WRAPPED = [(292, 517, ROWS[1][3][7:])]

FILES: dict[str, bytes] = {
    "plain.txt": NOTICE.encode("gb18030"),
    "utf16.txt": NOTICE.encode("utf-16"),
    "tabs.txt": "\n".join("\t".join(row) for row in ROWS).encode(),
    "page.html": PAGE.encode("gb18030"),
    "table.html": f"<body><table>{HTML_TABLE}</table></body>".encode(),
    "form.json": json.dumps({"text": NOTICE, "published": "2024-10-20"}).encode(),
    "words.docx": docx(paragraph("公告") + paragraph(*NOTICE)),
    "table.docx": docx(table(*ROWS)),
    "words.pdf": pdf([[(50, 560, NOTICE[:18]), (50, 545, NOTICE[18:])]]),
    "table.pdf": pdf([[*GLYPHS, *WRAPPED]], DRAWN),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of all these files, some further down, and others that nobody reads."""
    for number, (name, content) in enumerate(FILES.items()):
        path = tmp_path / "notices" / ("" if number % 2 else "below") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    hidden = tmp_path / "notices" / ".hidden"
    hidden.mkdir()
    (hidden / "a.txt").write_text(NOTICE)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_the_words_behind_each_value_are_in_the_notice_that_is_shown(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name])
    done = run("ingest", "--json", "--published", "2024-10-20", name, folder=tmp_path)
    assert (done.code, done.error) == (0, "")
    (notice,) = json.loads(done.out)["notices"]
    with running(f"sqlite:///{tmp_path / 'data' / 'tollfeed.db'}") as client:
        shown = client.get(f"/v1/notices/{notice['id']}").json()
    (change,) = shown["changes"]
    assert (change["kind"], change["access"], change["station"]["name"]) == ("station_closure", "entry", "津榆路收费站")
    assert change["validity"]["start"] == "2024-10-21T00:00:00+08:00"
    assert change["validity"]["end"] == "2024-11-01T00:00:00+08:00"
    text = shown["notice"]["text"]
    words = {at["field"]: text[at["start"] : at["end"]] for at in change["evidence"]}
    assert words["road.name"].startswith("津蓟高速公路")
    assert words["station.name"].startswith("津榆路")
    assert words["access"] == "入口"
    assert words["validity.end"] == "10月31日"


def test_a_folder_is_all_files_in_it_in_order(folder: Path) -> None:
    done = run("ingest", "--json", "--published", "2024-10-20", "notices", folder=folder)
    assert (done.code, done.error) == (0, "")
    files = [json.loads(line)["file"] for line in done.out.splitlines()]
    assert [file.rpartition("/")[2] for file in files] == [
        *sorted(list(FILES)[1::2]),
        *sorted(list(FILES)[0::2]),
    ]
    changes = json.loads(run("extract", "--json", "--published", "2024-10-20", "notices", folder=folder).out)
    assert len(changes) == len(FILES)


@pytest.mark.parametrize("command", ["extract", "explain", "ingest"])
def test_what_cannot_be_read_is_named_and_the_others_go_on(command: str, tmp_path: Path) -> None:
    for name, content in {"a.xls": b"x", "b.pdf": b"%PDF-", "c.txt": b"", "d.txt": NOTICE.encode()}.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(content)
    done = run(command, "--json", "in", folder=tmp_path)
    assert done.code == 1
    assert "津榆路收费站" in done.out
    told = (
        done.error
        if command != "ingest"
        else "\n".join(
            f"{row['file']}: {row['error']}" for row in map(json.loads, done.out.splitlines()) if row["error"]
        )
    )
    assert [line.partition(": expected")[0] for line in told.splitlines()] == [
        "in/a.xls",
        "in/b.pdf",
        "in/c.txt: document",
    ]


def test_standard_input_is_what_its_first_bytes_say(tmp_path: Path) -> None:
    for name in ("words.pdf", "words.docx", "plain.txt"):
        done = run("extract", "--json", "--published", "2024-10-20", "-", folder=tmp_path, stdin=FILES[name])
        assert [change["station"]["name"] for change in json.loads(done.out)] == ["津榆路收费站"]


@pytest.mark.parametrize(("name", "kind"), [("words.pdf", Kind.PDF), ("table.docx", Kind.WORD)])
def test_a_file_may_be_posted(name: str, kind: Kind, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    store, key = Store.open(url), new_key()
    store.add_key("desk", fingerprint(key), ADDED)
    store.close()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": kind}
    with running(url, Clock(ADDED)) as client:
        answer = client.post("/v1/notices", content=FILES[name], headers=headers)
        assert answer.status_code == 201
        assert answer.json()["notices"][0]["changes"][0]["station"]["name"] == "津榆路收费站"
        broken = client.post("/v1/notices", content=FILES[name][:90], headers=headers)
        assert broken.status_code == 422
        assert "expected a" in broken.json()["detail"]


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    (commands,) = re.findall("^```sh\n(.*?)^```", (ROOT / "docs" / "documents.md").read_text("utf-8"), re.M | re.S)
    shutil.copytree(ROOT / "service" / "demo", tmp_path / "service" / "demo")
    script = f'set -e; PATH="{Path(TOLLFEED).parent}:$PATH"\n{commands}'
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr.decode()
    assert "津榆路站" in done.stdout.decode()


def test_every_kind_is_documented() -> None:
    page = (ROOT / "docs" / "documents.md").read_text("utf-8")
    assert all(f"`{kind}`" in page for kind in Kind if kind != Kind.PAGE)
