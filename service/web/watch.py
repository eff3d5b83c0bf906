"""How the sources are doing: whether each is read as often as it should be, and how long ago that was.

Pure. The surprising thing: what went wrong is told to everybody, since people should know why nothing new appears; but
not the query of an address, in which some publishers want a key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from service.store import Poll
from service.web.answers import Condition, SourceStatus

# A poll now and then comes late or fails; three in a row are no accident.
_MISSED = 3
_LONGEST = 200
_QUERY = re.compile(r"\?[^\s\"')]*")


def watched(source: str, publisher: str | None, every: timedelta, polls: Sequence[Poll], now: datetime) -> SourceStatus:
    """The source as its newest ``polls`` (newest first) leave it at ``now``."""
    last = polls[0] if polls else None
    good = next((poll.at for poll in polls if poll.error is None), None)
    return SourceStatus(
        id=source,
        publisher=publisher,
        every_seconds=int(every.total_seconds()),
        condition=_condition(last, every, now),
        polled=last.at if last else None,
        read=good,
        error=_QUERY.sub("?…", last.error)[:_LONGEST] if last and last.error else None,
    )


def _condition(last: Poll | None, every: timedelta, now: datetime) -> Condition:
    if last is None:
        return Condition.WAITING
    if last.error is not None:
        return Condition.FAILING
    return Condition.LATE if now - last.at > _MISSED * max(every, timedelta(minutes=1)) else Condition.FRESH
