"""CSV and NDJSON: everything, streamed, whatever is written meanwhile and whatever words a stranger wrote."""

from __future__ import annotations

import csv
import io
import json
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zstandard import ZstdDecompressor

from service.feed import Lang
from service.gazetteer.datum import Datum
from service.geometry import Shape
from service.publish import table
from service.records import LaneCount, Lanes, NoticeReference, Revision, Station
from service.store import Store
from tests.make import change, china, notice, validity
from tests.published.cases import recorded
from tests.web import ADDED, CHANGES, Clock, filled, running


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Any:
    url = f"sqlite:///{tmp_path_factory.mktemp('dumps') / 'test.db'}"
    filled(url)
    with running(url) as found:
        yield found


def test_a_dump_holds_every_record_as_the_api_gives_it(client: Any) -> None:
    listed = client.get("/v1/changes", params={"limit": 500}).json()["changes"]
    dumped = client.get("/feeds/changes.ndjson")
    assert dumped.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in dumped.text.splitlines()] == listed
    assert len(listed) == len(CHANGES)


def test_a_table_has_a_row_for_each(client: Any) -> None:
    answer = client.get("/feeds/changes.csv")
    found = rows(answer.content)
    assert answer.headers["content-disposition"] == 'attachment; filename="tollfeed.csv"'
    assert tuple(found[0]) == table.COLUMNS
    assert [(row["id"], row["status"]) for row in found] == [
        (each["id"], each["status"]) for each in client.get("/v1/changes").json()["changes"]
    ]


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "identity"])
def test_a_dump_is_the_same_in_every_coding(client: Any, coding: str) -> None:
    plain = client.get("/feeds/changes.csv", headers={"Accept-Encoding": "identity"})
    coded = client.get("/feeds/changes.csv", headers={"Accept-Encoding": coding})
    assert coded.headers.get("content-encoding", "identity") == coding
    # The client takes br and gzip apart by itself.
    content = ZstdDecompressor().decompressobj().decompress(coded.content) if coding == "zstd" else coded.content
    assert content == plain.content


def test_a_byte_order_mark_is_there_when_asked_for(client: Any) -> None:
    plain, marked = (client.get(f"/feeds/changes.csv?bom={bom}").content for bom in ("false", "true"))
    assert marked == b"\xef\xbb\xbf" + plain


def test_what_the_client_has_is_not_sent_again(client: Any) -> None:
    for path in ("/feeds/changes.csv", "/feeds/changes.ndjson?road=S1"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": f'"x", {tag}'}).status_code == 304
        assert (
            client.get(
                f"{path}{'&' if '?' in path else '?'}kind=lane_closure", headers={"If-None-Match": tag}
            ).status_code
            == 200
        )


@pytest.mark.parametrize("path", ["/feeds/changes.csv", "/feeds/changes.ndjson"])
def test_a_dump_was_modified_when_something_was_written_or_a_status_changed(database_url: str, path: str) -> None:
    clock = Clock(china(2024, 10, 20, 12))
    with closing(Store.open(database_url)) as store:
        store.add(notice(), [change(validity=validity(china(2024, 10, 21), china(2024, 12, 31)))], ADDED)
    with running(database_url, clock=clock) as client:
        tag, modified = (client.get(path).headers[name] for name in ("ETag", "Last-Modified"))
        assert modified == format_datetime(ADDED.astimezone(UTC), usegmt=True)
        clock.now = china(2024, 10, 20, 23, 59)
        assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        clock.now = china(2024, 10, 21, 0, 1)
        begun = client.get(path, headers={"If-Modified-Since": modified})
        assert (begun.status_code, "active" in begun.text) == (200, True)
        assert begun.headers["Last-Modified"] == "Sun, 20 Oct 2024 16:00:00 GMT"
        assert begun.headers["ETag"] != tag
        assert client.get(path, headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_who_asks_for_the_head_alone_has_no_page_read(client: Any) -> None:
    whole, head = client.get("/feeds/changes.csv"), client.head("/feeds/changes.csv")
    assert (head.status_code, head.content) == (200, b"")
    assert "content-length" not in head.headers
    same = ("etag", "last-modified", "content-type", "content-encoding", "content-disposition")
    assert [head.headers[name] for name in same] == [whole.headers[name] for name in same]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/feeds/changes.csv?colour=red", "colour"),
        ("/feeds/changes.ndjson?bom=true", "bom"),
        ("/feeds/changes.csv?datum=nad83", "nad83"),
    ],
)
def test_what_cannot_be_is_refused(client: Any, path: str, found: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, found in answer.json()["detail"]) == (400, True)


def test_nothing_is_lost_or_doubled_while_changes_are_added(database_url: str) -> None:
    # Each at a station of its own, or they would be taken for one.
    many = [change(id=f"c{number}", station=Station(name=f"第{number}站")) for number in range(1100)]
    store = Store.open(database_url)
    store.add(notice(), many, ADDED)
    known = {revision.change.id for revision in store.log(0, 5000)}
    with running(database_url) as client, client.stream("GET", "/feeds/changes.ndjson") as answer:
        lines = answer.iter_lines()
        found = [json.loads(next(lines))["id"]]
        store.add(notice("新公告", id="later"), [change(id="later", station=Station(name="后来站"))], ADDED)
        found += [json.loads(line)["id"] for line in lines]
    store.close()
    assert len(found) == len(known) == len(many)
    assert set(found) == known


def written(revision: Revision, *shapes: Shape, datum: Datum = Datum.WGS84) -> dict[str, str]:
    return rows(table.head(bom=False) + table.row(revision, "active", shapes, datum, Lang.EN))[0]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "'=1", "＝1", "\x00=1"])
def test_no_cell_begins_like_a_formula(text: str) -> None:
    reference = NoticeReference(id="n", title=text, published=change().notice.published)
    cell = written(recorded(change(notice=reference), 1))["notice_title"]
    assert cell.startswith("'")
    assert not cell[1:].startswith("'") or text.startswith("'")


@given(st.text(alphabet=st.characters(), max_size=30))
def test_any_words_stay_in_their_cell(text: str) -> None:
    hostile = change(station=Station(name=text), renamed_to=text)
    row = written(recorded(hostile, 1))
    assert len(row) == len(table.COLUMNS)
    assert row["id"] == "change-1"
    assert row["status"] == "active"


def test_lanes_and_coordinates_have_columns_of_their_own() -> None:
    lanes = Lanes(entry=LaneCount(open=1, closed=2, total=3, which=("etc", "mixed")))
    row = written(recorded(replace(change(), lanes=lanes), 1), Shape(points=((117.3, 39.2),), accuracy_m=20.0))
    names = ("entry_lanes_open", "entry_lanes_which", "exit_lanes_open", "lon", "lat", "datum", "accuracy_m")
    assert [row[name] for name in names] == ["1", "etc; mixed", "", "117.3", "39.2", "wgs84", "20.0"]
    shifted = written(recorded(change(), 1), Shape(points=((117.3, 39.2),)), datum=Datum.GCJ02)
    assert (shifted["datum"], shifted["lon"] != "117.3") == ("gcj02", True)
    assert row["start"] == china(2024, 10, 21).isoformat()
