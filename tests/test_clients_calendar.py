"""What calendar programs show: every file of tests/published by five parsers, and a subscription from end to end.

tests/published/calendars.yaml is the one table of what must be seen; each client is a row that is held to it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from service.publish import ICALENDAR
from service.records import Action
from service.store import Store
from tests.clients import needs, needs_node
from tests.clients.calendars import PARSERS, Shown
from tests.clients.khal import Khal
from tests.clients.table import Table
from tests.make import china, notice, validity
from tests.published.cases import FOLDER
from tests.web import CHANGES, NOW, filled, serving

_CLIENTS = [pytest.param(name, marks=needs_node) if name in ("ical.js", "node-ical") else name for name in PARSERS]

# (client, case): what the client reads amiss, put right by hand.
_FAULTS = {
    # It takes \\n, a backslash and an n, for \n, a line feed.
    ("node-ical", "hostile"): ("\\\n", "\\n"),
}


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Table:
    return Table(FOLDER / "calendars.yaml", update=request.config.getoption("--update"))


@pytest.fixture(scope="module", params=_CLIENTS)
def client(request: pytest.FixtureRequest) -> tuple[str, dict[str, list[Shown]]]:
    """A parser and what it makes of every calendar."""
    files = {path.stem: path.read_bytes().decode() for path in sorted(FOLDER.glob(f"*.{ICALENDAR.extension}"))}
    return request.param, PARSERS[request.param](files)


def test_every_client_shows_the_same(client: tuple[str, dict[str, list[Shown]]], table: Table) -> None:
    name, read = client
    assert read
    for case, entries in read.items():
        amiss, right = _FAULTS.get((name, case), ("", ""))
        put_right = [
            replace(entry, title=entry.title.replace(amiss, right) if amiss else entry.title) for entry in entries
        ]
        table.holds(case, [str(entry) for entry in sorted(put_right)])


@needs("vdirsyncer")
@needs("khal")
def test_khal_subscribes_and_follows(tmp_path: Path) -> None:
    """Nothing is left of what an update replaced, though vdirsyncer knows events by their content."""
    database = f"sqlite:///{tmp_path / 'test.db'}"
    filled(database, (SHORT,))
    with serving(database) as base_url:
        khal = Khal(tmp_path, f"{base_url}/feeds/changes.ics?road=津蓟高速")
        seen = []
        for action, last in ((None, 0), (Action.EXTEND, 7), (Action.CANCEL, 7)):
            if action:
                amend(database, action, last)
            khal.fetch()
            seen.append([(each.begin, each.end, each.title, each.cancelled) for each in khal.listed(NOW.date(), 30)])
    assert seen == [
        [("2024-11-04T00:00", "2024-11-06T00:00", "〔关闭〕津榆路站 出入口", False)],
        [("2024-11-04T00:00", "2024-11-07T00:00", "【延期】〔关闭〕津榆路站 出入口", False)],
        [("2024-11-04T00:00", "2024-11-07T00:00", "【取消】〔关闭〕津榆路站 出入口", True)],
    ]


SHORT = replace(CHANGES[0], validity=validity(china(2024, 11, 4), china(2024, 11, 7)))


def amend(database: str, action: Action, last: int) -> None:
    """A later notice on the closure, whose last day it names."""
    dates = validity(china(2024, 11, 4), china(2024, 11, last + 1))
    reference = replace(SHORT.notice, id=f"notice-{action}")
    store = Store.open(database)
    store.add(notice(id=reference.id), [replace(SHORT, action=action, validity=dates, notice=reference)], NOW)
    store.close()
