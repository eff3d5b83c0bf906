"""The demo: its notices are read as they are meant, on whatever day, and the command shows and serves them."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from service.demo import FICTIONAL, SAMPLES, ingest_samples, text_of
from service.geometry import shapes
from service.reading.rules import load_rules
from service.records import Action, Change, Kind, Lanes, Reason, Status, status
from service.store import Query, Store
from tests.make import china
from tests.program import get, serving

RULEBOOK = load_rules()
TODAY = china(2026, 11, 23, 12)

# Days on which dates counted from today cross a month, a leap day or a year.
DAYS = [
    TODAY,
    china(2024, 10, 20, 8),
    china(2024, 2, 27, 12),
    china(2026, 12, 30, 23),
    china(2027, 1, 2),
    china(2031, 6, 1),
]


def _said(change: Change) -> tuple[object, ...]:
    station, validity = change.station, change.validity
    assert station is not None
    return (change.kind, station.qualifier, station.name, _day(validity.start), _day(validity.end))


def _day(moment: object) -> str | None:
    return str(moment)[:10] if moment else None


def _counts(lanes: Lanes | None) -> tuple[object, ...]:
    sides = (lanes.entry, lanes.exit) if lanes else ()
    return tuple((side.open, side.closed, side.total) for side in sides if side)


def test_the_newspaper_page_tells_what_happened_on_21_october_2024(sqlite_store: Store) -> None:
    changes = [revision.change for revision in ingest_samples(sqlite_store, RULEBOOK, TODAY)]
    opening, _, new_lanes, old_lanes, _, closure, _ = real = changes[:7]
    assert [_said(change) for change in real] == [
        (Kind.STATION_OPENING, "new", "天津站", "2024-10-21", None),
        (Kind.TOLLING_END, "old", "天津站", "2024-10-21", None),
        (Kind.LANE_CLOSURE, "new", "天津站", "2024-10-21", "2025-01-01"),
        (Kind.LANE_CLOSURE, "old", "天津站", "2024-10-21", "2024-11-21"),
        (Kind.TURN_RESTRICTION, "old", "天津站", "2024-10-21", "2024-11-21"),
        (Kind.STATION_CLOSURE, None, "津榆路站", "2024-10-21", "2025-01-01"),
        (Kind.STATION_ABOLITION, None, "津榆路站", "2025-01-01", None),
    ]
    assert {change.road.number for change in real if change.road} == {"S1"}
    assert _counts(opening.lanes) == ((None, None, 10), (None, None, 9))
    assert _counts(new_lanes.lanes) == ((4, 6, 10), (7, 2, 9))
    assert [side[0] for side in _counts(old_lanes.lanes)] == [2, 2]
    assert opening.relocation
    assert (opening.relocation.distance_km, opening.relocation.towards) == (7.5, "蓟州")
    assert [(detour.direction and detour.direction.to, detour.via) for detour in closure.detours] == [
        ("天津", ("九园站", "天津站")),
        ("蓟州", ("东堤头站", "北辰东站")),
    ]


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_on_every_day_something_holds_was_put_off_and_was_cancelled(now: datetime, sqlite_store: Store) -> None:
    revisions = ingest_samples(sqlite_store, RULEBOOK, now)[7:10]
    found = [
        (change.station and change.station.name, change.action, change.revision, status(change, now))
        for change in (revision.change for revision in revisions)
    ]
    assert found == [
        ("示例东收费站", Action.EXTEND, 1, Status.ACTIVE),
        ("示例西收费站", Action.ANNOUNCE, 0, Status.ACTIVE),
        ("示例南收费站", Action.CANCEL, 1, Status.CANCELLED),
    ]
    east, west, _ = (revision.change.validity for revision in revisions)
    midnight = now.replace(hour=0)
    assert (east.start, east.end) == (midnight - timedelta(days=3), midnight + timedelta(days=11))
    assert west.windows
    assert west.end == midnight + timedelta(days=9, hours=6)
    page = sqlite_store.changes(Query(recent=now - timedelta(days=30)), now)
    assert len([each for each in page.revisions if "示例" in str(each.change.station)]) == 3


def test_the_demo_run_again_changes_nothing_that_day_and_goes_on_the_next(sqlite_store: Store) -> None:
    first = ingest_samples(sqlite_store, RULEBOOK, TODAY)
    assert ingest_samples(sqlite_store, RULEBOOK, TODAY + timedelta(hours=3)) == first
    counts = sqlite_store.counts()
    later = ingest_samples(sqlite_store, RULEBOOK, TODAY + timedelta(days=60))
    assert later[:7] == first[:7]
    assert sqlite_store.counts()["changes"] == counts["changes"] + 6


def _names(change: Change) -> list[str | None]:
    places = (change.road, change.station)
    return [*(place.name for place in places if place), *(name for detour in change.detours for name in detour.via)]


def test_what_the_samples_invent_is_called_an_example_or_fictional(sqlite_store: Store) -> None:
    invented = [revision.change for revision in ingest_samples(sqlite_store, RULEBOOK, TODAY)][7:]
    for word, changes in (("示例", invented[:3]), ("虚构", invented[3:])):
        assert all(name and name.startswith(word) for change in changes for name in _names(change))
    assert len(invented) == 6
    assert not any("{" in text_of(sample, TODAY.date()) for sample in SAMPLES)


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_on_every_day_the_fictional_road_has_lines_for_machines(now: datetime, sqlite_store: Store) -> None:
    rulebook = load_rules(places=FICTIONAL.parent)
    changes = [revision.change for revision in ingest_samples(sqlite_store, rulebook, now)[10:]]
    assert [
        (change.kind, change.reason, status(change, now), [shape.part for shape in shapes(change, rulebook.gazetteer)])
        for change in changes
    ] == [
        (Kind.STATION_CLOSURE, Reason.WORKS, Status.ACTIVE, ["entry"]),
        (Kind.ROAD_CLOSURE, Reason.WORKS, Status.ACTIVE, ["forward"]),
        (Kind.ROAD_CLOSURE, Reason.WORKS, Status.SCHEDULED, ["forward", "backward"]),
    ]
    assert changes[0].validity.windows
    assert all(change.road and change.road.number == "S0" and not change.flags for change in changes)


def test_the_demo_prints_what_it_read_and_serves_what_it_prints(tmp_path: Path) -> None:
    with serving("demo", folder=tmp_path, variables={"TMPDIR": str(tmp_path), "TOLLFEED_DATA": "real"}) as address:
        printed = (tmp_path / "out.txt").read_text("utf-8")
        for words in ("〔启用〕天津站（新）", "2024年10月21日至12月31日", "【延期】〔关闭〕示例东收费站", "已取消"):
            assert words in printed
        addresses = re.findall(rf"^ +({address}\S+)$", printed, re.MULTILINE)
        assert len(addresses) == 7
        for each in addresses:
            assert get(each)
        assert f"webcal{address[4:]}/feeds/changes.ics" in printed
        assert "示例东收费站" in get(f"{address}/?lang=zh").decode()
        for form in ("rss", "atom", "ics"):
            assert "示例东收费站" in get(f"{address}/feeds/changes.{form}").decode()
        active = json.loads(get(f"{address}/v1/changes?status=active&road={quote('示例高速')}"))["changes"]
        assert {change["station"]["name"] for change in active} == {"示例东收费站", "示例西收费站"}
        (history,) = [each for each in addresses if each.endswith("/history")]
        revisions = json.loads(get(history))["revisions"]
        assert [revision["change"]["revision"] for revision in revisions] == [0, 1]
        assert [path.name for path in tmp_path.iterdir() if path.is_dir()] != []
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_the_demo_keeps_a_folder_that_is_named_and_runs_twice(tmp_path: Path) -> None:
    for _ in range(2):
        with serving("demo", "--data", "kept", "--lang", "en", folder=tmp_path) as address:
            changes = json.loads(get(f"{address}/v1/changes"))["changes"]
            assert len(changes) == 13
            assert "Opens: 天津站 (new)" in (tmp_path / "out.txt").read_text("utf-8")
    assert (tmp_path / "kept" / "tollfeed.db").is_file()
