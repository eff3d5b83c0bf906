"""A running site to test with: the real application on a real database, at a fixed time."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from time import sleep
from typing import Any

from starlette.testclient import TestClient

from service.records import Access, Action, Change, Kind, NoticeReference, Road, ServiceArea, Station
from service.settings import Settings
from service.store import Store
from service.web.app import create_app
from service.web.server import Server, configured
from tests.make import NEW_STATION, PUBLISHED, change, china, notice, validity

NOW = china(2024, 11, 1, 12)
ADDED = china(2024, 10, 20, 9)
JINJI = Road(name="津蓟高速公路", number="S1")
RONGWU = Road(name="荣乌高速", number="G18")


def _named(name: str, **values: Any) -> Change:
    reference = NoticeReference(id=f"notice-{name}", title=f"{name}公告", publisher="示例日报", published=PUBLISHED)
    return change(**{"station": Station(name=name), "road": JINJI, "notice": reference, **values})


CHANGES = (
    _named("津榆路站"),
    _named("天津站", station=NEW_STATION, kind=Kind.STATION_OPENING, validity=validity(china(2024, 12, 1), None)),
    _named(
        "九园站", kind=Kind.LANE_CLOSURE, access=Access.ENTRY, validity=validity(china(2024, 9, 1), china(2024, 10, 26))
    ),
    _named("旧站", validity=validity(china(2024, 6, 1), china(2024, 8, 1))),
    _named("徐水站", road=RONGWU, access=Access.EXIT, action=Action.CANCEL),
    _named(
        "马集", station=None, service_area=ServiceArea(name="马集服务区"), kind=Kind.SERVICE_AREA_CLOSURE, road=RONGWU
    ),
)
"""Active, to come, ended a week ago, ended long ago, cancelled, active without a station; in this order added."""


def name(record: dict[str, Any]) -> str:
    """The place of a record as a test's table names it."""
    return str((record["station"] or record["service_area"])["name"])


def filled(database_url: str, changes: tuple[Change, ...] = CHANGES, now: datetime = ADDED) -> None:
    """Put a notice for each change into the database."""
    store = Store.open(database_url)
    for each in changes:
        store.add(notice(text=f"{each.notice.title}全文", id=each.notice.id, title=each.notice.title), [each], now)
    store.close()


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def running(database_url: str, clock: Clock | None = None, **settings: Any) -> Iterator[TestClient]:
    """A client of the application, whose lifespan is over afterwards; errors of the server become answers."""
    given: dict[str, Any] = {"base_url": "https://tollfeed.example", "poll": False, "deliver": False, **settings}
    app = create_app(Settings(database=database_url, **given), clock or Clock())
    with TestClient(app, base_url="https://tollfeed.example", raise_server_exceptions=False) as client:
        yield client


@contextmanager
def serving(database_url: str, clock: Clock | None = None, *, port: int = 0, **settings: Any) -> Iterator[str]:
    """The address of the application behind the real server, on a free port unless given."""
    given: dict[str, Any] = {"poll": False, "deliver": False, **settings}
    app = create_app(Settings(database=database_url, **given), clock or Clock())
    listener = socket.create_server(("127.0.0.1", port))
    server = Server(configured(app, log_level="error"))
    thread = Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started and thread.is_alive():
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
