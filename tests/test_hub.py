"""The WebSub hub, from the request over HTTP to a real callback: who is asked, what is sent, and what is refused."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.testclient import TestClient

from service.distribute import Hub
from service.fetch.call import Caller
from service.records import Action, Station
from service.settings import Settings
from service.store import Store
from service.web import examples
from service.web.hub import DEFAULT_LEASE, LONGEST_LEASE, OF_HOST, content_of
from service.webhooks import RETRIES
from tests.make import change, notice
from tests.receiver import Receiver, receiving
from tests.test_problems import problem
from tests.web import NOW, Clock, running
from tests.web_server import Reply

LOCAL = (ip_network("127.0.0.1/32"),)
BASE = "https://tollfeed.example"
TOPIC = f"{BASE}/feeds/changes.atom?road=%E6%B4%A5%E8%93%9F%E9%AB%98%E9%80%9F"
LOG = f"{BASE}/feeds/log.rss"
DAY = timedelta(days=1)
SECRET = "geheim"  # noqa: S105 - of this test alone


@pytest.fixture
def callback() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with running(database_url, Clock()) as client:
        yield client


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[TestClient]:
    """Where the kind of database does not matter."""
    with running(f"sqlite:///{tmp_path / 'test.db'}", Clock()) as client:
        yield client


def store(client: TestClient) -> Store:
    return client.app.state.site.store  # type: ignore[attr-defined, no-any-return]  # the application of create_app


def ask(client: TestClient, callback: Receiver, mode: str = "subscribe", topic: str = TOPIC, **given: str) -> Any:
    asked = {"hub.mode": mode, "hub.topic": topic, "hub.callback": f"{callback.url}/reader?id=7"}
    return client.post("/hub", data={**asked, **{f"hub.{name}": value for name, value in given.items()}})


def work(client: TestClient, now: datetime = NOW, networks: Any = LOCAL) -> int:
    """All that the hub has to do at ``now``; how many contents it tried to send."""
    site = client.app.state.site  # type: ignore[attr-defined]  # as above
    settings = Settings(base_url=BASE, deliver_networks=networks)
    hub = Hub(store=site.store, settings=settings, content_of=partial(content_of, site))
    tried = 0
    with Caller(agent="tollfeed/test", allow=networks, total=2.0) as caller:
        for intent in site.store.intents(100):
            hub.confirm(caller, intent, now)
        hub.look(now, all_of_them=True)
        for host in site.store.due_hosts(now):
            while hub.send(caller, host, now) is not None:
                tried += 1
    site.store.expire(now)
    return tried


def publish(client: TestClient, name: str, **values: Any) -> None:
    number = store(client).counts()["notices"]
    given = change(**{"id": f"change-{number}", "station": Station(name=name), **values})
    store(client).add(notice(id=f"notice-{number}", text=f"{name}{number}"), [given], NOW)


def test_a_subscription_is_confirmed_and_then_sent_what_changed(client: TestClient, callback: Receiver) -> None:
    assert ask(client, callback, secret=SECRET, lease_seconds="7200").status_code == 202
    assert work(client) == 0
    (asked,) = callback.received
    query = dict(asked.query)
    challenge = query.pop("hub.challenge")
    assert len(challenge[0]) >= 20
    assert query == {"id": ["7"], "hub.mode": ["subscribe"], "hub.topic": [TOPIC], "hub.lease_seconds": ["7200"]}
    publish(client, "津榆路站")
    assert work(client) == 1
    (sent,) = callback.posted("/reader")
    feed = client.get(TOPIC.removeprefix(BASE))
    assert sent.body == feed.content
    assert "津榆路站".encode() in sent.body
    assert sent.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert sent.headers["Link"] == feed.headers["link"] == f'<{TOPIC}>; rel="self", <{BASE}/hub>; rel="hub"'
    assert sent.headers["X-Hub-Signature"] == f"sha256={hmac.new(SECRET.encode(), sent.body, sha256).hexdigest()}"
    assert work(client) == 0


def test_only_a_change_of_the_feed_is_sent(client: TestClient, callback: Receiver) -> None:
    ask(client, callback, topic=f"{BASE}/feeds/changes.json?station=%E4%B9%9D%E5%9B%AD%E7%AB%99")
    work(client)
    publish(client, "津榆路站")
    assert work(client) == 0
    publish(client, "九园站")
    assert work(client) == 1


def test_who_did_not_mean_it_is_not_subscribed(client: TestClient, callback: Receiver) -> None:
    callback.silent = True
    for reply in (Reply(404), Reply(body=b"another"), Reply(302, headers={"Location": "/"})):
        callback.replies["/reader"] = reply
        ask(client, callback)
        work(client)
    assert len(callback.received) == 3
    assert not store(client).subscriptions()
    assert not store(client).intents(10)


def test_a_private_callback_is_never_called(client: TestClient, callback: Receiver) -> None:
    assert ask(client, callback).status_code == 202
    work(client, networks=())
    assert not callback.received
    assert not store(client).subscriptions()


def test_only_who_meant_it_is_unsubscribed(client: TestClient, callback: Receiver) -> None:
    ask(client, callback)
    work(client)
    callback.silent = True
    callback.replies["/reader"] = Reply(404)
    ask(client, callback, "unsubscribe")
    work(client)
    assert len(store(client).subscriptions()) == 1
    callback.silent = False
    ask(client, callback, "unsubscribe")
    work(client)
    assert not store(client).subscriptions()
    assert callback.received[-1].query["hub.mode"] == ["unsubscribe"]
    asked = len(callback.received)
    assert ask(client, callback, "unsubscribe").status_code == 202
    work(client)
    assert len(callback.received) == asked, "what is no subscription needs no confirmation"


def test_a_lease_ends_unless_it_is_renewed(client: TestClient, callback: Receiver) -> None:
    ask(client, callback)
    work(client)
    (first,) = store(client).subscriptions()
    assert first.until == NOW + timedelta(seconds=DEFAULT_LEASE)
    ask(client, callback, lease_seconds="999999999")
    work(client, NOW + DAY)
    (renewed,) = store(client).subscriptions()
    assert renewed.until == NOW + DAY + timedelta(seconds=LONGEST_LEASE)
    publish(client, "津榆路站")
    assert work(client, renewed.until) == 0
    assert not store(client).subscriptions()


def test_what_was_missed_comes_with_the_next_attempt(client: TestClient, callback: Receiver) -> None:
    ask(client, callback, lease_seconds=str(LONGEST_LEASE))
    work(client)
    callback.replies["/reader"] = [Reply(500), Reply(200)]
    publish(client, "津榆路站")
    assert work(client) == 1
    publish(client, "九园站")
    assert work(client) == 0
    assert work(client, NOW + RETRIES[0]) == 1
    sent = callback.posted("/reader")[-1].body
    assert "津榆路站".encode() in sent
    assert "九园站".encode() in sent


def test_who_is_gone_or_fails_for_days_is_sent_no_more(client: TestClient, callback: Receiver) -> None:
    ask(client, callback)
    work(client)
    callback.replies["/reader"] = Reply(410)
    publish(client, "津榆路站")
    work(client)
    assert not store(client).subscriptions()
    ask(client, callback, lease_seconds=str(LONGEST_LEASE))
    work(client)
    callback.replies["/reader"] = Reply(500)
    publish(client, "九园站")
    for moment in (NOW, NOW + 3 * DAY, NOW + 6 * DAY):
        assert work(client, moment) == 1
    assert not store(client).subscriptions()


def test_a_feed_by_status_changes_by_the_clock(client: TestClient, callback: Receiver) -> None:
    publish(client, "津榆路站")
    ask(client, callback, topic=f"{BASE}/feeds/changes.rss?status=active", lease_seconds=str(LONGEST_LEASE))
    work(client)
    site = client.app.state.site  # type: ignore[attr-defined]  # as above
    hub = Hub(store=site.store, settings=Settings(), content_of=partial(content_of, site))
    hub.look(NOW, all_of_them=False)
    assert not site.store.due_hosts(NOW)
    publish(client, "九园站", action=Action.CANCEL)
    hub.look(NOW + 5 * DAY, all_of_them=False)
    assert not site.store.due_hosts(NOW)
    publish(client, "徐水站")
    hub.look(NOW, all_of_them=False)
    assert site.store.due_hosts(NOW) == ("127.0.0.1",)


def test_a_host_has_so_many_subscriptions_and_no_more(quick: TestClient, callback: Receiver) -> None:
    def answer(number: int) -> int:
        given = {"hub.mode": "subscribe", "hub.topic": LOG, "hub.callback": f"{callback.url}/{number}"}
        return quick.post("/hub", data=given).status_code

    assert {answer(number) for number in range(OF_HOST)} == {202}
    assert answer(OF_HOST) == 409
    assert answer(0) == 202, "to ask for the same again takes no room"


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "no-mode": ({"hub.mode": ""}, "hub.mode"),
    "denied": ({"hub.mode": "denied"}, "hub.mode"),
    "callback": ({"hub.callback": "ftp://reader.example"}, "hub.callback"),
    "fragment": ({"hub.callback": "https://reader.example/#a"}, "hub.callback"),
    "password": ({"hub.callback": "https://a:b@reader.example/"}, "hub.callback"),
    "port": ({"hub.callback": "https://reader.example:99999/"}, "hub.callback"),
    "elsewhere": ({"hub.topic": "https://other.example/feeds/log.rss"}, "hub.topic"),
    "prefix": ({"hub.topic": f"{BASE}.evil.example/feeds/log.rss"}, "hub.topic"),
    "no-feed": ({"hub.topic": f"{BASE}/v1/changes"}, "hub.topic"),
    "calendar": ({"hub.topic": f"{BASE}/feeds/changes.ics"}, "hub.topic"),
    "archive": ({"hub.topic": f"{BASE}/feeds/log/1.rss"}, "hub.topic"),
    "parameter": ({"hub.topic": f"{BASE}/feeds/log.rss?colour=red"}, "hub.topic"),
    "times": ({"hub.topic": f"{BASE}/feeds/log.rss?from=2024-11-02&to=2024-11-01"}, "hub.topic"),
    "not-its-own": ({"hub.topic": f"{BASE}/feeds/log.rss?road="}, "hub.topic"),
    "lease": ({"hub.lease_seconds": "-1"}, "hub.lease_seconds"),
    "secret": ({"hub.secret": "x" * 200}, "hub.secret"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(name: str, quick: TestClient) -> None:
    given, parameter = REFUSED[name]
    asked = {"hub.mode": "subscribe", "hub.topic": LOG, "hub.callback": "https://reader.example/1", **given}
    found = problem(quick.post("/hub", data=asked), 400, "parameter")
    assert found["parameter"] == parameter
    assert not store(quick).intents(10)


def test_other_bodies_are_refused(quick: TestClient) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    problem(quick.post("/hub", json={}), 415, "media-type")
    problem(quick.post("/hub", content="公".encode(), headers=form), 400, "body")
    problem(quick.post("/hub", content=b"a=1&" * 100, headers=form), 400, "body")
    problem(quick.post("/hub", content=b"a=" + b"1" * 20_000, headers=form), 413, "too-large")
    problem(quick.post("/hub", content=b"hub.mode=subscribe&hub.mode=unsubscribe", headers=form), 400, "parameter")
    problem(quick.get("/hub"), 405, "method")


def test_parameters_that_we_do_not_know_are_ignored(quick: TestClient, callback: Receiver) -> None:
    assert ask(quick, callback, foo="bar").status_code == 202


def test_feeds_name_the_hub_and_what_it_does_not_send_names_none(quick: TestClient) -> None:
    for path in ("changes.rss", "changes.atom", "changes.json", "log.rss", "log.atom", "log.json"):
        assert f'<{BASE}/hub>; rel="hub"' in quick.get(f"/feeds/{path}").headers["link"]
        assert f"{BASE}/hub" in quick.get(f"/feeds/{path}").text
    for path in ("changes.ics", "changes.geojson"):
        assert 'rel="hub"' not in quick.get(f"/feeds/{path}").headers["link"]


def test_who_has_another_hub_or_none_names_that(tmp_path: Path, callback: Receiver) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    with running(url, own_hub=False) as client:
        assert "hub" not in client.get("/feeds/log.rss").headers["link"]
        problem(ask(client, callback), 404, "not-found")
    with running(url, hub="https://hub.example/") as client:
        assert client.get("/feeds/log.rss").headers["link"].endswith(', <https://hub.example/>; rel="hub"')


def test_the_example_is_what_the_hub_takes(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path / 'test.db'}", base_url="http://127.0.0.1:8000") as client:
        assert client.post("/hub", data=examples.SUBSCRIPTION).status_code == 202


def test_a_challenge_is_never_the_same(quick: TestClient, callback: Receiver) -> None:
    for _ in range(2):
        ask(quick, callback)
        work(quick)
    asked = [each.query["hub.challenge"][0] for each in callback.received]
    assert len(set(asked)) == 2
    assert all(parse_qs(f"x={each}")["x"] == [each] for each in asked)
