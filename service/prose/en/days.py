"""The day on which a change begins or ends, in English: From today, Expected to end today."""

from __future__ import annotations

from service.prose.en import when
from service.prose.span import span
from service.records import CHINA, Edge, EndBasis, Milestone, StartBasis


def milestone(milestone: Milestone) -> str:
    """From today; From 21 Oct where it is told on a later day."""
    on_the_day = milestone.recorded.astimezone(CHINA).date() == milestone.day
    day = "today" if on_the_day else when.day(milestone.day, full=False)
    validity = milestone.revision.change.validity
    if milestone.edge is Edge.END:
        said = "Expected to end" if validity.end_basis is EndBasis.EXPECTED else "Ends"
        return f"{said} {day}"
    first, last = span(validity)
    one_day = first is not None and last is not None and first.day == last.day
    words = ("expected" * (validity.start_basis is StartBasis.EXPECTED), "" if one_day else "from", day)
    said = " ".join(word for word in words if word)
    return said[0].upper() + said[1:]
