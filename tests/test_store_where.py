"""Where changes are and when they were known: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from service.corrections import Judgement
from service.gazetteer import Gazetteer, KnownPlace, KnownRoad, Position
from service.gazetteer.datum import Datum
from service.records import Action, Change, Flag, NoticeReference, Station, Status, status
from service.store import Box, Query, Store
from tests.make import change as closure
from tests.make import china, notice, validity

NOW = china(2024, 11, 1, 12)
HOUR = timedelta(hours=1)


def place(name: str, lon: float | None = None, lat: float | None = None) -> KnownPlace:
    known = lon is not None and lat is not None
    return KnownPlace(name=name, position=Position(lon=lon, lat=lat, datum=Datum.WGS84) if known else None)  # type: ignore[arg-type]  # known


def gazetteer(*places: KnownPlace) -> Gazetteer:
    return Gazetteer((KnownRoad(name="示例高速", number="S99", stations=places),))


STATIONS = (place("东站", 117.5, 39.5), place("西站", 115.25, 39.5), place("日界站", 180.0, 10.0), place("无名站"))
EVERYWHERE = "东 西 日界"


def of(name: str, **values: object) -> Change:
    reference = NoticeReference(id=f"notice-{name}", published=date(2024, 10, 20))
    return replace(closure(station=Station(name=f"{name}站"), notice=reference), **values)  # type: ignore[arg-type]


def add(store: Store, name: str, now: datetime = NOW, **values: object) -> Change:
    known = of(name)
    (added,) = store.add(notice(id=known.notice.id), [replace(known, **values)], now).revisions  # type: ignore[arg-type]
    return added.change


def names(store: Store, query: Query) -> set[str]:
    found = store.changes(query, NOW).revisions
    assert len({each.change.id for each in found}) == len(found)
    return {each.change.station.name.removesuffix("站") for each in found if each.change.station}


@pytest.fixture(scope="module")
def located(shared_store: Store) -> Store:
    shared_store.locate(gazetteer(*STATIONS))
    for known in STATIONS:
        add(shared_store, known.name.removesuffix("站"), road=None)
    return shared_store


BOXES: tuple[tuple[Box, str], ...] = (
    ((-180, -90, 180, 90), EVERYWHERE),
    ((117, 39, 118, 40), "东"),
    ((115, 39, 118, 40), "东 西"),
    ((117.5, 39.5, 117.5, 39.5), "东"),
    ((117.5, 39, 118, 40), "东"),
    ((117, 39.5, 118, 40), "东"),
    ((117, 39, 117.5, 39.5), "东"),
    ((117.500001, 39, 118, 40), ""),
    ((117, 39, 118, 39.499999), ""),
    ((175, 0, -175, 20), "日界"),
    ((117.5, 0, -175, 90), "东 日界"),
    ((-170, -90, 115, 90), ""),
    ((0, 0, 0, 0), ""),
)


@pytest.mark.parametrize(("box", "expected"), BOXES, ids=str)
def test_a_box_finds_what_is_in_it(box: Box, expected: str, located: Store) -> None:
    query, found = Query(bbox=box), set(expected.split())
    assert names(located, query) == found
    assert names(located, replace(query, unlocated_too=True)) == found | {"无名"}
    assert {each.name.removesuffix("站") for each in located.stations(query)} == found
    assert len(located.log(0, 10, query)) == len(located.newest(query)) == len(found)


@pytest.mark.parametrize(
    ("given", "expected"), [(True, EVERYWHERE), (False, "无名"), (None, f"{EVERYWHERE} 无名")], ids=str
)
def test_what_has_coordinates_is_told_from_what_has_none(given: bool | None, expected: str, located: Store) -> None:
    query, found = Query(located=given), set(expected.split())
    assert names(located, query) == found
    assert {each.name.removesuffix("站") for each in located.stations(query)} == found


def test_coordinates_follow_the_gazetteer(store: Store, database_url: str) -> None:
    add(store, "东", road=None)
    assert names(store, Query(located=True)) == set()
    store.locate(gazetteer(*STATIONS))
    assert names(store, Query(bbox=(117, 39, 118, 40))) == {"东"}
    other = Store.open(database_url)
    other.locate(gazetteer(place("东站", 100, 30)))
    assert names(other, Query(bbox=(117, 39, 118, 40))) == set()
    assert names(store, Query(bbox=(99, 29, 101, 31))) == {"东"}
    other.locate(gazetteer(place("东站")))
    assert names(store, Query(located=False)) == {"东"}
    other.close()


# When what was done, what the closure's end and status are known to be from then on; then a correction by a person.
END = china(2025, 1, 1)
LATER = china(2025, 2, 1)


def lived(store: Store) -> str:
    """Announced at 12, extended at 13, corrected at 14, cancelled at 15; another one announced at 14."""
    told = add(store, "东")
    reference = replace(told.notice, id="extension")
    longer = replace(of("东"), action=Action.EXTEND, validity=validity(told.validity.start, LATER), notice=reference)
    store.add(notice(id="extension"), [longer], NOW + HOUR)
    corrected = {"validity": {"end": "2025-03-01T00:00:00+08:00"}}
    store.review(told.id, Judgement.CORRECT, author="editor", now=NOW + 2 * HOUR, values=corrected)
    add(store, "西", NOW + 2 * HOUR)
    reference = replace(told.notice, id="cancellation")
    off = replace(of("东"), action=Action.CANCEL, notice=reference)
    store.add(notice(id="cancellation"), [off], NOW + 3 * HOUR)
    return told.id


KNOWN = (
    (NOW - timedelta(seconds=1), None, set()),
    (NOW, (END, Status.ACTIVE), {"东"}),
    (NOW + HOUR - timedelta(seconds=1), (END, Status.ACTIVE), {"东"}),
    (NOW + HOUR, (LATER, Status.ACTIVE), {"东"}),
    (NOW + 2 * HOUR, (china(2025, 3, 1), Status.ACTIVE), {"东", "西"}),
    (NOW + 3 * HOUR, (END, Status.CANCELLED), {"西"}),
    (NOW + 999 * HOUR, (END, Status.CANCELLED), {"西"}),
)


def test_what_was_known_at_an_instant_is_what_was_published_then(store: Store) -> None:
    name = lived(store)
    for instant, expected, active in KNOWN:
        known = store.latest(name, instant)
        assert (known and (known.change.validity.end, status(known.change, NOW))) == expected
        assert names(store, Query(known_at=instant, status=(Status.ACTIVE,))) == active
        history = store.history(name, instant)
        assert history[-1:] == ((known,) if known else ())
        found = {each.change.id: each for each in store.changes(Query(known_at=instant), NOW).revisions}
        assert found.get(name) == known


def test_what_holds_at_an_instant_goes_by_what_was_known_at_another(store: Store) -> None:
    lived(store)
    middle = china(2025, 1, 15)
    found = {at: names(store, Query(known_at=NOW + at * HOUR, at=middle)) for at in range(4)}
    assert found == {0: set(), 1: {"东"}, 2: {"东"}, 3: set()}


def test_pages_of_what_was_known_are_pinned_to_that_instant(store: Store) -> None:
    for number in range(5):
        add(store, f"{number}号", NOW + number * HOUR)
    first = store.changes(Query(known_at=NOW + 3 * HOUR, limit=2), NOW)
    assert first.next
    second = store.changes(Query(known_at=NOW + 3 * HOUR, limit=2, after=first.next), NOW)
    shown = [each.change.station.name for page in (first, second) for each in page.revisions if each.change.station]
    assert shown == ["3号站", "2号站", "1号站", "0号站"]
    assert second.next is None


def test_what_is_held_back_is_not_known_until_it_is_approved(database_url: str) -> None:
    store = Store.open(database_url, hold=True)
    known = replace(of("东"), flags=(Flag.ASSUMED_YEAR,))
    added = store.add(notice(id=known.notice.id), [known], NOW)
    assert added.revisions == ()
    store.review(added.held[0].change.id, Judgement.APPROVE, author="editor", now=NOW + HOUR)
    assert names(store, Query(known_at=NOW)) == set()
    assert names(store, Query(known_at=NOW + HOUR)) == {"东"}
    store.close()


def test_a_clock_that_was_set_back_makes_nothing_known_before_what_came_first(store: Store) -> None:
    for name, minutes in (("甲", 0), ("乙", 30), ("丙", 10), ("丁", 40)):
        add(store, name, NOW + timedelta(minutes=minutes))
    known = {
        minute: names(store, Query(known_at=NOW + timedelta(minutes=minute))) for minute in (-1, 0, 10, 29, 30, 40)
    }
    everything = {"甲", "乙", "丙", "丁"}
    assert known == {-1: set(), 0: {"甲"}, 10: {"甲"}, 29: {"甲"}, 30: everything - {"丁"}, 40: everything}
