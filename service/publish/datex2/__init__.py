"""DATEX II 3.5, SituationPublication: a notice is a situation, a change in it a situation record with a version.

The schema does not catch what matters most, so it is seen to here: every time has its offset, nothing ends before it
begins, ids stay and a cause refers to a record that is there. A situation is that of the notice which first told of a
change: a later one that alters it makes a new version, not a record elsewhere. Nothing in the model withdraws a record.
What is cancelled has a last version that ends then; what ended is in the feed for the days of grace, then absent, and
absent is over (docs/formats/datex2.md).
"""

from __future__ import annotations

from service.feed import Feed, Lack, Lang, Omission, Parts, Written
from service.publish.datex2.location import multilingual
from service.publish.datex2.record import records
from service.publish.datex2.validity import contradictory, span, start_of
from service.publish.datex2.vehicles import sayable
from service.publish.markup import cut, element, text
from service.publish.severity import severity, worst
from service.publish.text import line, second
from service.records import Revision

_NAMESPACES = {
    "xmlns_d2": "http://datex2.eu/schema/3/d2Payload",
    "xmlns_com": "http://datex2.eu/schema/3/common",
    "xmlns_loc": "http://datex2.eu/schema/3/locationReferencing",
    "xmlns_sit": "http://datex2.eu/schema/3/situation",
    "xmlns_xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_LONGEST = 1024
_LEFT_OUT = {
    Lang.ZH: "{title}。{description}另有{count}项变更未能以本格式表示，原因见 {url}",
    Lang.EN: "{title}. {description} {count} changes cannot be said in this format; {url} says why.",
}


def render(feed: Feed, parts: Parts) -> Written:
    """``feed`` as a payload publication."""
    situations: dict[str, list[Revision]] = {}
    told = [revision for revision in feed.latest if lack(revision) is None]
    for revision in told:
        situations.setdefault(feed.origin(revision).notice, []).append(revision)
    left_out = len(feed.latest) - len(told)
    opening, closing = _payload(feed, left_out).encode().split(b"<sit:situation/>")
    body = (_kept(feed, notice, of_it, parts) for notice, of_it in situations.items())
    return Written(b"".join((b'<?xml version="1.0" encoding="UTF-8"?>\n', opening, *body, closing)), left_out)


def omitted(feed: Feed) -> tuple[Omission, ...]:
    """What this format cannot say."""
    found = ((revision.change, lack(revision)) for revision in feed.latest)
    return tuple(
        Omission(change=change.id, revision=change.revision, reason=reason) for change, reason in found if reason
    )


def lack(revision: Revision) -> Lack | None:
    """Why the change of ``revision`` cannot be said, or None."""
    change = revision.change
    if start_of(revision) is None:
        return Lack.NO_START
    if contradictory(change):
        return Lack.DATES
    return None if sayable(change) else Lack.VEHICLES


def _payload(feed: Feed, left_out: int) -> str:
    """The publication, with an empty element where the situations go."""
    creator = (text("com:country", "cn"), text("com:nationalIdentifier", cut(line(feed.publisher), _LONGEST)))
    return element(
        "d2:payload",
        multilingual("com:feedDescription", _description(feed, left_out)),
        text("com:publicationTime", second(feed.updated).isoformat()),
        element("com:publicationCreator", *creator),
        "<sit:situation/>",
        **_NAMESPACES,
        xsi_type="sit:SituationPublication",
        lang=feed.lang.value,
        modelBaseVersion="3",
        profileName="tollfeed",
        profileVersion="1",
    )


def _description(feed: Feed, count: int) -> dict[Lang, str]:
    url = f"{feed.base_url.rstrip('/')}/v1/formats/datex2/omissions"
    said = _LEFT_OUT[feed.lang].format(title=line(feed.title), description=line(feed.description), count=count, url=url)
    return {feed.lang: said}


def _kept(feed: Feed, notice: str, told: list[Revision], parts: Parts) -> bytes:
    """The situation of one notice: with each of its changes as it stands, it never changes."""
    key = ("datex2", feed.base_url, *(revision.position for revision in told))
    return parts.get(key, lambda: _situation(feed, notice, told).encode())


def _situation(feed: Feed, notice: str, told: list[Revision]) -> str:
    newest = max(revision.recorded for revision in told)
    situation = element(
        "sit:situation",
        text("sit:overallSeverity", worst(tuple(severity(revision.change) for revision in told))),
        text("sit:situationVersionTime", second(newest).isoformat()),
        element("sit:headerInformation", _PUBLIC),
        *(_records(feed, revision) for revision in told),
        id=line(notice),
    )
    return f"\n{situation}"


_PUBLIC = text("com:confidentiality", "noRestriction") + text("com:informationStatus", "real")


def _records(feed: Feed, revision: Revision) -> str:
    held = span(revision, feed.earlier.get(revision.change.id, ()))
    # What has no start is left out before.
    return f"\n{records(feed, revision, held)}" if held else ""
