"""Feeds for machines: 500 changes that a format carries, written anew, and put together from parts that are known."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import cycle, islice

from service import contents
from service.feed import Feed, Format, Lang, Parts
from service.gazetteer import PLACES
from service.publish import MACHINE_FORMATS
from service.reading.rules import load_rules
from service.store import Query, Store
from tests.benchmarks import many, stores
from tests.benchmarks.measure import Figure, timed

_CHANGES = 500
_WHOLE, _KEPT = 60.0, 2.0
"""Milliseconds; docs/benchmarks.md says which formats take longer, and why."""
_LONG = {"datex2.xml": 140.0, "open511.xml": 90.0}
_BASE = "https://tollfeed.example"


def figures() -> Iterator[Figure]:
    """Every format, from the smaller of the stores of many changes."""
    made = next(stores.stores())
    with closing(Store.open(made.url)) as store:
        frame = Feed(
            title="收费站变化",
            description="收费站变化",
            url=f"{_BASE}/feeds/changes",
            home=_BASE,
            base_url=_BASE,
            lang=Lang.ZH,
            updated=many.NOW,
            revisions=(),
            gazetteer=load_rules(None, made.folder / PLACES).gazetteer,
            today=many.NOW.date(),
        )
        located = contents.snapshot(frame, store, Query(located=True, limit=made.size), many.NOW)
    for form in MACHINE_FORMATS:
        feed, known = _carried(form, located), Parts()
        name = f"{_CHANGES} changes as {form.name}"
        written = timed(name, partial(form.render, feed), repeat=5, limit=_LONG.get(form.extension, _WHOLE))
        yield written
        yield timed("  from parts that are known", partial(form.render, feed, known), repeat=20, limit=_KEPT)


def _carried(form: Format, feed: Feed) -> Feed:
    """Those that ``form`` does not leave out; where they are too few, each several times under other ids."""
    left_out = {each.change for each in form.omitted(feed)}
    kept = [each for each in feed.revisions if each.change.id not in left_out]
    repeated = tuple(
        replace(each, position=number, change=replace(each.change, id=f"{each.change.id}-{number}"))
        for number, each in enumerate(islice(cycle(kept), _CHANGES), 1)
    )
    told = ((one.change.id, feed.earlier.get(each.change.id, ())) for one, each in zip(repeated, cycle(kept)))
    return replace(feed, revisions=repeated, earlier=dict(told), origins={})
