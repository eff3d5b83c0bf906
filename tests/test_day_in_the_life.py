"""One closure in one day: published, extended, corrected, called off; and what a consumer of every channel then has.

The server is real, and so is the endpoint that it sends to. Everybody follows from the beginning, and in the evening
must know the same: it is off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from ipaddress import ip_network
from itertools import islice
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import feedparser
import httpx2
import icalendar
import pytest
from lxml import etree

from service.corrections import Judgement
from service.records import Access, Action, Change, NoticeReference, Reason, Station
from service.store import Store
from service.webhooks import Webhook
from tests.fictional import FICTIONAL, GAZETTEER, ROAD
from tests.make import PUBLISHED, change, china, notice, validity
from tests.receiver import Receiver, receiving
from tests.web import Clock, serving

EVENTS = ["change.created", "change.updated", "change.updated", "change.cancelled"]
PATIENCE = 20.0
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the standard's own example


@dataclass
class Evening:
    """What the consumers were told, and where they ask."""

    address: str
    id: str
    streamed: list[tuple[str, Any]] = field(default_factory=list)
    received: list[Any] = field(default_factory=list)

    def get(self, path: str) -> httpx2.Response:
        """What is there now."""
        return httpx2.get(f"{self.address}{path}", timeout=PATIENCE).raise_for_status()


def told(number: int, **values: Any) -> tuple[Any, Change]:
    """A notice about the entry of 虚构东站, under way since yesterday."""
    reference = NoticeReference(id=f"notice-{number}", title=f"第{number}号公告", published=PUBLISHED)
    given: dict[str, Any] = {
        "road": ROAD,
        "station": Station(name="虚构东站"),
        "access": Access.ENTRY,
        "reason": Reason.WORKS,
        "validity": validity(china(2024, 10, 31), china(2024, 11, 8)),
        "notice": reference,
        **values,
    }
    return notice(id=reference.id, text=f"第{number}号公告全文", title=reference.title), change(**given)


def day(store: Store, clock: Clock) -> str:
    """What happens; the id of the change."""

    def publish(hour: int, number: int, **values: Any) -> Change:
        clock.now = china(2024, 11, 1, hour)
        said, read = told(number, **values)
        return store.add(said, [read], clock.now).revisions[0].change

    longer = validity(china(2024, 10, 31), china(2024, 11, 15))
    first = publish(8, 1)
    publish(10, 2, action=Action.EXTEND, validity=longer)
    clock.now = china(2024, 11, 1, 12)
    store.review(first.id, Judgement.CORRECT, author="desk", now=clock.now, values={"validity.end": "2024-11-13"})
    publish(16, 3, action=Action.CANCEL, validity=longer)
    clock.now = china(2024, 11, 1, 18)
    return first.id


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    data = tmp_path_factory.mktemp("day")
    (data / "gazetteer").mkdir()
    (data / "gazetteer" / "fictional.yaml").write_bytes(Path(FICTIONAL).read_bytes())
    database, clock = f"sqlite:///{data / 'test.db'}", Clock(china(2024, 11, 1, 7))
    options = {"data": data, "deliver": True, "deliver_networks": (ip_network("127.0.0.1/32"),)}
    with closing(Store.open(database)) as store, receiving() as endpoint:
        store.locate(GAZETTEER)
        assert store.add_webhook(hook(endpoint, clock), 100)
        with serving(database, clock, **options) as address:
            with httpx2.stream("GET", f"{address}/v1/stream", timeout=PATIENCE) as stream:
                found = (each for each in httpx2.EventSource(stream) if each.data)
                told_of = Evening(address, day(store, clock))
                for each in islice(found, len(EVENTS)):
                    told_of.streamed.append((each.event, json.loads(each.data)))
            waiting = monotonic() + PATIENCE
            while len(endpoint.messages()) < len(EVENTS) and monotonic() < waiting:
                sleep(0.02)
            told_of.received.extend(endpoint.messages())
            yield told_of


def hook(endpoint: Receiver, clock: Clock) -> Webhook:
    """One that is told of everything, from the beginning."""
    return Webhook(
        id="wh_1",
        owner="desk",
        url=f"{endpoint.url}/hook",
        filter="",
        types=(),
        description=None,
        secret=SECRET,
        created=clock.now,
        position=0,
        milestone=0,
    )


def test_the_stream_and_the_webhook_tell_all_four_in_order(evening: Evening) -> None:
    assert [event for event, _ in evening.streamed] == EVENTS
    assert [each["type"] for each in evening.received] == EVENTS
    assert evening.streamed[-1][1]["change"]["action"] == "cancel"
    assert evening.received[-1]["data"]["status"] == "cancelled"


def test_the_log_tells_them_again_with_what_was_altered_and_by_whom(evening: Evening) -> None:
    entries = evening.get("/v1/log").json()["entries"]
    assert [each["event"] for each in entries] == EVENTS
    assert entries[1]["changed_fields"]["validity.end"] == {
        "before": "2024-11-08T00:00:00+08:00",
        "after": "2024-11-15T00:00:00+08:00",
    }
    assert [each["author"] for each in entries] == [None, None, "desk", None]
    assert entries == [data for _, data in evening.streamed]


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_readers_are_told_of_every_step_and_see_it_called_off(evening: Evening, form: str) -> None:
    log = feedparser.parse(evening.get(f"/feeds/log.{form}").content)
    assert [each.title[:4] for each in reversed(log.entries)] == ["【新增】", "【延期】", "【更正】", "【取消】"]
    (state,) = feedparser.parse(evening.get(f"/feeds/changes.{form}").content).entries
    assert state.title.startswith("【取消】")


def test_a_calendar_shows_it_called_off(evening: Evening) -> None:
    events = icalendar.Calendar.from_ical(evening.get("/feeds/changes.ics").content).walk("VEVENT")
    assert {(str(each["STATUS"]), int(each["SEQUENCE"])) for each in events} == {("CANCELLED", 3)}


def test_wzdx_says_that_it_has_ended(evening: Evening) -> None:
    (zone,) = evening.get("/feeds/changes.wzdx.json").json()["features"]
    properties = zone["properties"]
    # Called off at four in the afternoon, which a notice has told: that is verified, and nothing else is.
    assert (properties["end_date"], properties["is_end_date_verified"]) == ("2024-11-01T08:00:00Z", True)
    assert (properties["start_date"], properties["is_start_date_verified"]) == ("2024-10-30T16:00:00Z", False)


def test_cifs_ends_it_then(evening: Evening) -> None:
    (incident,) = etree.fromstring(evening.get("/feeds/changes.cifs.xml").content)
    assert incident.findtext("endtime") == "2024-11-01T16:00:00+08:00"
    assert incident.findtext("starttime") == "2024-10-31T00:00:00+08:00"


def test_open511_archives_it_and_says_why(evening: Evening) -> None:
    assert evening.get("/open511/events").json()["events"] == []
    (event,) = evening.get("/open511/events?status=ALL&updated=>=2024-11-01T16:00:00%2B08:00").json()["events"]
    assert (event["status"], event["+archived"]) == ("ARCHIVED", "cancelled")
    assert event["+cancellation"]["notice"] == "第3号公告"
    assert event["created"] == "2024-11-01T08:00:00+08:00"
    assert event["updated"] == event["+cancellation"]["recorded"] == "2024-11-01T16:00:00+08:00"


def test_datex_gives_the_last_version_with_that_end(evening: Evening) -> None:
    document = etree.fromstring(evening.get("/feeds/changes.datex2.xml").content)
    records = document.findall(".//{*}situationRecord")
    assert {each.get("version") for each in records} == {"4"}
    ends = {each.text for each in document.findall(".//{*}overallEndTime")}
    assert ends == {"2024-11-01T16:00:00+08:00"}


def test_geojson_and_the_api_have_its_last_word(evening: Evening) -> None:
    (shown,) = evening.get("/feeds/changes.geojson").json()["features"]
    assert shown["properties"]["action"] == "cancel"
    assert evening.get(f"/v1/changes/{evening.id}").json()["status"] == "cancelled"


def test_what_was_published_at_noon_can_be_asked_for(evening: Evening) -> None:
    """Extended and corrected by then, and not yet called off."""
    noon = evening.get("/v1/changes?known_at=2024-11-01T13:00:00%2B08:00").json()["changes"]
    assert [(each["revision"], each["validity"]["end"]) for each in noon] == [(2, "2024-11-14T00:00:00+08:00")]
