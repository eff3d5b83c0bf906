"""Webhooks from the store to a real endpoint: what is sent when, in which order, and what becomes of failures.

Time is given: nothing here waits for a retry. A receiver checks signatures as the standard's library does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from standardwebhooks import Webhook as Signer

from service.deliver import Courier
from service.errors import EndpointError
from service.fetch.call import Caller
from service.news import Event
from service.records import Access, Action, Change, Kind, NoticeReference, Road, Station
from service.settings import Settings
from service.store import Store
from service.web.selected import canonical, query_of
from service.webhooks import LARGEST, RETRIES, Attempt, Delivery, Webhook, after, is_secret, new_secret
from tests.make import PUBLISHED, change, china, notice, validity
from tests.receiver import Received, Receiver, receiving
from tests.web_server import Reply, Write

NOW = datetime(2024, 11, 1, 4, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the standard's own example
LOCAL = (ip_network("127.0.0.1/32"),)
BASE = "https://tollfeed.example"


@pytest.fixture
def endpoint() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def courier(store: Store, networks: Any = LOCAL) -> Courier:
    settings = Settings(base_url=BASE, deliver_networks=networks)
    return Courier(store=store, settings=settings, query_of=query_of, chance=lambda: 0.0)


def hook(store: Store, endpoint: Receiver, **values: Any) -> Webhook:
    """A webhook that is told from now on."""
    position, milestone = store.edition()
    given: dict[str, Any] = {"id": "wh_1", "url": f"{endpoint.url}/hook", "filter": "", "types": (), **values}
    made = Webhook(
        owner="desk", description=None, secret=SECRET, created=NOW, position=position, milestone=milestone, **given
    )
    assert store.add_webhook(made, 100)
    return made


def publish(store: Store, name: str, now: datetime = NOW, **values: Any) -> Change:
    """Add a notice about the station of that name, or another one about it."""
    number = store.counts()["notices"]
    reference = NoticeReference(id=f"notice-{number}", title=f"{name}公告", published=PUBLISHED)
    given: dict[str, Any] = {"id": f"change-{name}", "station": Station(name=name), "notice": reference, **values}
    told = notice(id=reference.id, text=f"{name}全文{number}", title=reference.title)
    return store.add(told, [change(**given)], now).revisions[0].change


def send(store: Store, now: datetime = NOW, networks: Any = LOCAL, total: float = 2.0) -> int:
    """Everything that can be sent at ``now``; how many messages were tried."""
    working = courier(store, networks)
    while working.spread(now):
        pass
    tried = 0
    with Caller(agent="tollfeed/test", allow=networks, total=total) as caller:
        for webhook_id in store.ready_webhooks(now):
            while working.deliver(caller, webhook_id, now) is not None:
                tried += 1
    return tried


def verified(received: Received, *secrets: str) -> Any:
    """The message, if it is signed by each of ``secrets``."""
    headers = dict(received.headers)
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    for secret in secrets or (SECRET,):
        # Signed again, not verified: that would hold the time of the test against the clock.
        signed = Signer(secret).sign(headers["webhook-id"], at, received.body.decode())
        assert signed in headers["webhook-signature"].split()
    return received.message


def names(endpoint: Receiver, path: str = "/hook") -> list[tuple[str, str]]:
    return [(each["type"], each["data"]["record"]["station"]["name"]) for each in endpoint.messages(path)]


def test_a_message_is_signed_and_says_what_happened(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint)
    publish(store, "津榆路站")
    publish(store, "津榆路站", action=Action.EXTEND, validity=validity(china(2024, 10, 21), china(2025, 2, 1)))
    assert send(store) == 2
    first, second = (verified(each) for each in endpoint.posted())
    assert (first["type"], first["data"]["revision"], first["data"]["changed"]) == ("change.created", 0, [])
    assert (second["type"], second["data"]["news"]) == ("change.updated", "extended")
    assert second["data"]["changed"] == ["action", "validity.end", "notice.id"]
    assert second["data"]["links"]["change"].startswith(f"{BASE}/v1/changes/")
    assert second["data"]["record"]["validity"]["end"] == "2025-02-01T00:00:00+08:00"
    assert second["data"]["status"] == second["data"]["record"]["status"] == "active"
    assert send(store) == 0


def test_what_is_too_long_is_sent_without_its_record(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint)
    publish(store, "津榆路站", renamed_to="很长" * 5000)
    send(store)
    (received,) = endpoint.posted()
    assert len(received.body) < LARGEST
    assert verified(received)["data"]["record"] is None


def test_only_what_the_filter_asks_for_is_sent_until_it_is_elsewhere(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint, filter=canonical({"road": "荣乌高速", "kind": ["station_closure", "lane_closure"]}))
    rongwu = Road(name="荣乌高速", number="G18")
    publish(store, "徐水站", road=rongwu)
    publish(store, "津榆路站")
    publish(store, "马集站", road=rongwu, kind=Kind.SPEED_RESTRICTION)
    send(store)
    assert names(endpoint) == [("change.created", "徐水站")]


def test_who_was_told_of_a_change_learns_that_it_left_the_filter(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint, filter=canonical({"to": "2024-12-31"}))
    first = publish(store, "津榆路站", validity=validity(china(2024, 10, 21), china(2024, 11, 1)))
    moved = validity(china(2025, 3, 1), china(2025, 4, 1))
    again = publish(store, "津榆路站", action=Action.RESCHEDULE, validity=moved)
    assert again.id == first.id
    send(store)
    assert [each["type"] for each in endpoint.messages()] == ["change.created", "change.updated"]


def test_only_the_types_asked_for_are_sent(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint, types=(Event.CANCELLED,))
    publish(store, "津榆路站")
    publish(store, "津榆路站", action=Action.CANCEL)
    send(store)
    assert [each["type"] for each in endpoint.messages()] == ["change.cancelled"]


def test_the_days_on_which_something_begins_are_told(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint)
    publish(store, "津榆路站", china(2024, 10, 20, 9))
    store.reach(china(2024, 10, 21, 7))
    send(store)
    assert [each["type"] for each in endpoint.messages()] == ["change.created", "change.began"]
    assert endpoint.messages()[1]["data"]["status"] == "active"


def test_a_failure_is_tried_again_with_the_same_id_and_bytes(store: Store, endpoint: Receiver) -> None:
    endpoint.replies["/hook"] = [Reply(500), Reply(500), Reply(204)]
    hook(store, endpoint)
    publish(store, "津榆路站")
    again = NOW + 5 * SECOND
    last = again + 300 * SECOND
    tried = [send(store, moment) for moment in (NOW, again - SECOND, again, last - SECOND, last)]
    assert tried == [1, 0, 1, 0, 1]
    assert len(endpoint.posted()) == 3
    assert len({each.headers["webhook-id"] for each in endpoint.posted()}) == 1
    assert len({each.body for each in endpoint.posted()}) == 1
    assert len({each.headers["webhook-timestamp"] for each in endpoint.posted()}) == 3
    (found,) = store.webhooks()
    assert (found.delivered, found.failing, found.reason) == (last, None, None)
    assert not store.deliveries("wh_1", dead=None, after=0, limit=10)


def test_a_later_word_on_a_change_waits_for_the_earlier_and_others_do_not(store: Store, endpoint: Receiver) -> None:
    endpoint.replies["/hook"] = [Reply(500), Reply(200)]
    hook(store, endpoint)
    publish(store, "津榆路站")
    publish(store, "津榆路站", action=Action.CANCEL)
    publish(store, "九园站")
    send(store)
    send(store, NOW + 5 * SECOND)
    expected = [("change.created", "津榆路站"), ("change.created", "九园站")]
    assert names(endpoint)[:2] == expected
    assert names(endpoint)[2:] == [("change.created", "津榆路站"), ("change.cancelled", "津榆路站")]


def test_after_ten_attempts_it_is_a_dead_letter_that_can_be_replayed(store: Store, endpoint: Receiver) -> None:
    endpoint.replies["/hook"] = Reply(500)
    hook(store, endpoint)
    publish(store, "津榆路站")
    moment = NOW
    for wait in (timedelta(), *RETRIES):
        moment += wait
        assert send(store, moment) == 1
    assert send(store, moment + 10 * DAY) == 0
    (dead,) = store.deliveries("wh_1", dead=True, after=0, limit=10)
    assert (dead.attempts, dead.error) == (10, "expected status 2xx, found 500 Internal Server Error")
    assert store.webhooks()[0].disabled is None
    endpoint.replies["/hook"] = Reply(200)
    assert store.replay("wh_1", moment, ["another"]) == 0
    assert store.replay("wh_1", moment) == 1
    assert send(store, moment) == 1
    assert len({each.headers["webhook-id"] for each in endpoint.posted()}) == 1
    assert store.drop_dead(moment + 100 * DAY) == 0


def test_dead_letters_are_forgotten_after_a_month(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint)
    letter = Delivery(webhook_id="wh_1", message_id="wh_1_1", type="change.created", made=NOW, due=None)
    store.add_delivery(letter)
    assert [store.drop_dead(NOW + days * DAY) for days in (29, 31)] == [0, 1]


def test_what_failed_for_days_is_disabled_and_goes_on_where_it_was(store: Store, endpoint: Receiver) -> None:
    endpoint.replies["/hook"] = Reply(500)
    hook(store, endpoint)
    publish(store, "津榆路站")
    moment = NOW
    for wait in (timedelta(), *RETRIES):
        moment += wait
        send(store, moment)
    publish(store, "九园站", moment + 2 * DAY)
    send(store, moment + 2 * DAY)
    (found,) = store.webhooks()
    assert found.disabled == moment + 2 * DAY
    publish(store, "徐水站", moment + 3 * DAY)
    assert send(store, moment + 3 * DAY) == 0
    endpoint.received.clear()
    endpoint.replies["/hook"] = Reply(200)
    assert store.enable_webhook("wh_1")
    assert send(store, moment + 4 * DAY) == 2
    assert names(endpoint) == [("change.created", "九园站"), ("change.created", "徐水站")]


def test_gone_disables_at_once(store: Store, endpoint: Receiver) -> None:
    endpoint.replies["/hook"] = Reply(410)
    hook(store, endpoint)
    publish(store, "津榆路站")
    publish(store, "九园站")
    assert send(store) == 1
    (found,) = store.webhooks()
    assert (found.disabled, found.reason) == (NOW, "expected status 2xx, found 410 Gone")


def test_a_process_that_dies_loses_nothing(database_url: str, endpoint: Receiver) -> None:
    """What was spread and not sent, and what was written while nobody delivered, is sent by the next."""
    with closing(Store.open(database_url)) as store:
        hook(store, endpoint)
        publish(store, "津榆路站")
        courier(store).spread(NOW)
    with closing(Store.open(database_url)) as store:
        publish(store, "九园站")
    with closing(Store.open(database_url)) as store:
        assert send(store) == 2
    assert names(endpoint) == [("change.created", "津榆路站"), ("change.created", "九园站")]


def test_two_who_spread_at_once_make_each_delivery_once(store: Store, endpoint: Receiver) -> None:
    made = hook(store, endpoint)
    publish(store, "津榆路站")
    first, second = (tuple(courier(store)._steps([made], store.edition(), NOW)) for _ in range(2))
    store.advance(first)
    store.advance(second)
    assert send(store) == 1


def test_many_revisions_are_told_in_order_and_none_is_left_out(sqlite_store: Store, endpoint: Receiver) -> None:
    hook(sqlite_store, endpoint)
    changes = [change(id=f"change-{n}", station=Station(name=f"{n}站"), evidence=()) for n in range(1100)]
    sqlite_store.add(notice(), changes, NOW)
    while courier(sqlite_store).spread(NOW):
        pass
    found = sqlite_store.deliveries("wh_1", dead=False, after=0, limit=2000)
    assert [each.position for each in found] == list(range(1, 1101))


FAILURES: dict[str, tuple[Reply, str]] = {
    "redirect": (Reply(302, headers={"Location": "http://169.254.169.254/latest"}), "found 302 Found"),
    "hangs": (Reply(delay=1.5), "expected an answer within 0.5 seconds, found none"),
    "no-http": (Reply(body=b"", headers={}, status=99), "expected an answer, found: "),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_is_no_success_is_a_failure(name: str, sqlite_store: Store, endpoint: Receiver) -> None:
    reply, expected = FAILURES[name]
    endpoint.replies["/hook"] = reply
    hook(sqlite_store, endpoint)
    publish(sqlite_store, "津榆路站")
    send(sqlite_store, total=0.5)
    (waiting,) = sqlite_store.deliveries("wh_1", dead=False, after=0, limit=10)
    assert waiting.due is not None
    assert waiting.due >= NOW + 5 * SECOND
    assert expected in str(waiting.error)
    assert len(endpoint.received) == 1


def _endless(write: Write) -> None:
    for _ in range(100_000):
        write(b"x" * 10_000)


def _trickling(write: Write) -> None:
    for _ in range(100):
        write(b"x")
        time.sleep(0.1)


@pytest.mark.parametrize("stream", [_endless, _trickling], ids=["a-gigabyte", "trickling"])
def test_of_an_answer_only_the_beginning_is_read(stream: Any, sqlite_store: Store, endpoint: Receiver) -> None:
    endpoint.replies["/hook"] = Reply(stream=stream)
    hook(sqlite_store, endpoint)
    publish(sqlite_store, "津榆路站")
    began = time.monotonic()
    send(sqlite_store)
    assert time.monotonic() - began < 4
    assert not sqlite_store.deliveries("wh_1", dead=None, after=0, limit=10)


def test_a_private_address_is_refused_at_each_delivery(sqlite_store: Store, endpoint: Receiver) -> None:
    hook(sqlite_store, endpoint)
    publish(sqlite_store, "津榆路站")
    assert send(sqlite_store, networks=()) == 1
    (waiting,) = sqlite_store.deliveries("wh_1", dead=False, after=0, limit=10)
    assert waiting.error == "127.0.0.1: expected a public address, found 127.0.0.1"
    assert not endpoint.received


def test_while_one_secret_replaces_another_both_sign(sqlite_store: Store, endpoint: Receiver) -> None:
    hook(sqlite_store, endpoint)
    new = new_secret()
    assert sqlite_store.rotate_secret("wh_1", new, NOW + HOUR)
    publish(sqlite_store, "津榆路站")
    send(sqlite_store)
    (received,) = endpoint.posted()
    assert verified(received, SECRET, new)["type"] == "change.created"
    endpoint.received.clear()
    publish(sqlite_store, "九园站")
    send(sqlite_store, NOW + HOUR)
    (received,) = endpoint.posted()
    assert len(received.headers["webhook-signature"].split()) == 1


def test_an_endpoint_must_repeat_the_challenge(sqlite_store: Store, endpoint: Receiver) -> None:
    made = hook(sqlite_store, endpoint)
    courier(sqlite_store).verify(made, datetime.now(UTC))  # noqa: TID251 - a receiver compares with its clock
    (asked,) = endpoint.received
    Signer(SECRET).verify(asked.body, dict(asked.headers))
    assert verified(asked)["type"] == "endpoint.verification"
    endpoint.silent = True
    for reply, expected in (
        (Reply(body=b"ok"), "expected the challenge back"),
        (Reply(body=b'{"challenge": "another"}'), "expected the challenge back"),
        (Reply(body=b"[" * 4000), "expected the challenge back"),
        (Reply(302, headers={"Location": "/"}), "expected status 2xx to the challenge, found 302"),
    ):
        endpoint.replies["/hook"] = reply
        with pytest.raises(EndpointError, match=expected):
            courier(sqlite_store).verify(made, NOW)


WEBHOOK = Webhook(
    id="wh_1",
    owner="desk",
    url="https://hooks.example",
    filter="",
    types=(),
    description=None,
    secret=SECRET,
    created=NOW,
    position=0,
    milestone=0,
)
DELIVERY = Delivery(webhook_id="wh_1", message_id="wh_1_1", type="change.created", made=NOW, due=NOW)

FATES: dict[str, tuple[Attempt, timedelta, timedelta | None]] = {
    # how it answered to the first attempt; when it is tried again, and until when the endpoint is left alone
    "500": (Attempt.of(500, None), 5 * SECOND, None),
    "301": (Attempt.of(301, None), 5 * SECOND, None),
    "no-answer": (Attempt(error="x"), 5 * SECOND, 5 * SECOND),
    "503": (Attempt.of(503, None), 5 * SECOND, 5 * SECOND),
    "429-seconds": (Attempt.of(429, "120"), 120 * SECOND, 120 * SECOND),
    "429-date": (Attempt.of(429, (NOW + HOUR).strftime("%a, %d %b %Y %H:%M:%S GMT")), HOUR, HOUR),
    "429-for-ever": (Attempt.of(429, "9" * 30), DAY, DAY),
    "429-past": (Attempt.of(429, "Mon, 01 Jan 2001 00:00:00 GMT"), 5 * SECOND, 5 * SECOND),
    "429-no-time": (Attempt.of(429, "soon ²"), 5 * SECOND, 5 * SECOND),
    "500-asks": (Attempt.of(500, "60"), 60 * SECOND, None),
}


@pytest.mark.parametrize("name", FATES)
def test_when_it_is_tried_again(name: str) -> None:
    attempt, again, pause = FATES[name]
    became, remaining = after(WEBHOOK, DELIVERY, attempt, NOW, 0.0)
    assert remaining is not None
    assert (remaining.due, became.paused) == (NOW + again, None if pause is None else NOW + pause)
    assert (became.failing, became.failures, became.disabled) == (NOW, 1, None)


def test_what_failed_together_is_not_tried_again_together() -> None:
    failed = [after(WEBHOOK, DELIVERY, Attempt.of(500, None), NOW, chance)[1] for chance in (0.0, 0.5, 1.0)]
    assert [each.due for each in failed if each and each.due] == [NOW + wait * SECOND for wait in (5, 5.25, 5.5)]


def test_one_failure_after_a_long_silence_does_not_disable() -> None:
    quiet = replace(WEBHOOK, failing=NOW - 30 * DAY, failures=1)
    became, _ = after(quiet, DELIVERY, Attempt.of(500, None), NOW, 0.0)
    assert became.disabled is None


@pytest.mark.parametrize(
    ("secret", "expected"),
    [(SECRET, True), (new_secret(), True), (SECRET[6:], False), ("whsec_" + "A" * 88, False), ("whsec_公", False)],
    # Named, as a secret made anew would be another test in every process.
    ids=["given", "made", "without-prefix", "too-long", "not-base64"],
)
def test_a_secret_is_as_the_standard_says(secret: str, expected: bool) -> None:
    assert is_secret(secret) is expected


def test_access_of_one_side_is_told(store: Store, endpoint: Receiver) -> None:
    hook(store, endpoint, filter=canonical("?access=entry"))
    publish(store, "津榆路站", access=Access.EXIT)
    publish(store, "九园站", access=Access.BOTH)
    send(store)
    assert names(endpoint) == [("change.created", "九园站")]
