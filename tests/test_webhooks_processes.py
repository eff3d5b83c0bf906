"""Webhooks where two processes serve one database: one of them delivers, and where it dies the other goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from tests.program import PATIENCE, Server, started
from tests.receiver import Receiver, receiving
from tests.test_webhooks_http import KEY, keep_keys, publish, register, until
from tests.web_server import Reply

LEASE = 2
"""Seconds after which a silent deliverer is replaced."""

HAS = "has the lease of the deliverer"


@pytest.fixture
def endpoint() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def servers(database_url: str, tmp_path: Path) -> Iterator[list[Server]]:
    """Two processes on one database, the first of which delivers."""
    keep_keys(database_url)
    variables = {
        "TOLLFEED_DATABASE": database_url,
        "TOLLFEED_DELIVER_NETWORKS": "127.0.0.1/32",
        "TOLLFEED_LEASE": str(LEASE),
        "TOLLFEED_POLL": "false",
    }
    with ExitStack() as stack:
        found = []
        for name in ("first", "second"):
            folder = tmp_path / name
            folder.mkdir()
            found.append(stack.enter_context(started("serve", folder=folder, variables=variables)))
            until(lambda: _deliver(found) == found[:1], PATIENCE)
        yield found


def test_two_processes_send_each_message_once(servers: list[Server], endpoint: Receiver, database_url: str) -> None:
    first, second = servers
    _register(second, endpoint)
    _publish(database_url, range(1, 21))
    until(lambda: len(endpoint.posted()) >= 20)
    time.sleep(LEASE)  # long enough for the other to have sent them again
    assert _positions(endpoint) == list(range(1, 21))
    assert _deliver(servers) == [first]


def test_where_the_deliverer_is_killed_the_other_goes_on(
    servers: list[Server], endpoint: Receiver, database_url: str
) -> None:
    first, second = servers
    endpoint.replies["/hook"] = Reply(delay=0.1)
    _register(second, endpoint)
    _publish(database_url, range(1, 21))
    until(lambda: len(endpoint.posted()) >= 5)
    first.process.kill()
    first.process.wait()
    assert len(endpoint.posted()) < 20, "it was killed too late to prove anything"
    _publish(database_url, [21])
    until(lambda: 21 in _positions(endpoint), PATIENCE)
    assert _deliver(servers) == [first, second]
    # What was being sent when the first was killed may come once more, under the same webhook-id.
    assert list(dict.fromkeys(_positions(endpoint))) == list(range(1, 22))
    assert len(endpoint.posted()) <= 22
    assert len({each.headers["webhook-id"] for each in endpoint.posted()}) == 21


def test_a_deliverer_that_stops_hands_over_at_once(
    servers: list[Server], endpoint: Receiver, database_url: str
) -> None:
    first, second = servers
    _register(second, endpoint)
    first.process.terminate()
    assert first.process.wait(PATIENCE) == 0
    _publish(database_url, [1])
    until(lambda: _positions(endpoint) == [1], PATIENCE)
    assert _deliver(servers) == [first, second]


def _register(server: Server, endpoint: Receiver) -> None:
    with httpx2.Client(base_url=server.address, headers={"Authorization": f"Bearer {KEY}"}) as client:
        register(client, endpoint)


def _publish(url: str, positions: Iterable[int]) -> None:
    for position in positions:
        publish(url, f"第{position}")


def _positions(endpoint: Receiver) -> list[int]:
    """Where in the log stands what the endpoint was told, in that order."""
    return [each["data"]["position"] for each in endpoint.messages()]


def _deliver(servers: list[Server]) -> list[Server]:
    """Those that delivered at some time."""
    return [each for each in servers if HAS in each.log.read_text("utf-8")]
