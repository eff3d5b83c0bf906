"""The day on which a change begins or ends, in Chinese: 今日起, 预计今日结束."""

from __future__ import annotations

from service.prose.span import span
from service.prose.zh import when
from service.records import CHINA, Edge, EndBasis, Milestone, StartBasis


def milestone(milestone: Milestone) -> str:
    """今日起; 10月21日起 where it is told on a later day."""
    on_the_day = milestone.recorded.astimezone(CHINA).date() == milestone.day
    day = "今日" if on_the_day else when.day(milestone.day, year=False)
    validity = milestone.revision.change.validity
    if milestone.edge is Edge.END:
        return f"{'预计' * (validity.end_basis is EndBasis.EXPECTED)}{day}结束"
    first, last = span(validity)
    one_day = first is not None and last is not None and first.day == last.day
    return f"{'预计' * (validity.start_basis is StartBasis.EXPECTED)}{day}{'' if one_day else '起'}"
