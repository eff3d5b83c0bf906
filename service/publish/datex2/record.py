"""The situation records of one change, in DATEX II: the measure itself, and what the notice says beside it.

The measure has the id of the change. What is beside it has an id that follows from that: the works that cause it, the
way round, and limits of speed or size that hold where it does. All of them have the version of the change, which is
its revision counted from 1. The surprising thing: the schema has no word for a station that opens, moves or changes
its name. Those are measures of the type ``other``, told in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from service import prose
from service.feed import Feed, Lang
from service.prose import Aspect
from service.publish.datex2.location import location, multilingual
from service.publish.datex2.validity import Span, validity
from service.publish.datex2.vehicles import concerned, oversized
from service.publish.markup import cut, element, empty, text
from service.publish.severity import severity
from service.publish.text import address, line, second
from service.records import (
    Access,
    Action,
    Advice,
    Change,
    EndBasis,
    Flag,
    Kind,
    LaneCount,
    Limits,
    Reason,
    Revision,
    StartBasis,
)

_SURE = 0.9
"""A reading less sure than this is only probable."""

_LANES = "RoadOrCarriagewayOrLaneManagement"
_GENERAL = "GeneralNetworkManagement"
_SPEED = "SpeedManagement"
_REROUTING = "ReroutingManagement"
_WORKS = "MaintenanceWorks"
_SERVICE = "ServiceDisruption"

_MEASURES: dict[Kind, tuple[str, str]] = {
    Kind.STATION_CLOSURE: (_LANES, "carriagewayClosures"),
    Kind.LANE_CLOSURE: (_LANES, "laneClosures"),
    Kind.RAMP_CLOSURE: (_LANES, "carriagewayClosures"),
    Kind.ROAD_CLOSURE: (_LANES, "roadClosed"),
    Kind.TURN_RESTRICTION: (_LANES, "other"),
    Kind.VEHICLE_RESTRICTION: (_LANES, "doNotUseSpecifiedLanesOrCarriageways"),
    Kind.SPEED_RESTRICTION: (_SPEED, "speedRestrictionInOperation"),
    Kind.SERVICE_AREA_CLOSURE: (_SERVICE, "serviceAreaClosed"),
    Kind.TOLLING_END: (_GENERAL, "tollGatesOpen"),
}
"""The type of record of a kind, and its own word for it; of any other, a general measure of type other."""

_OTHER = (_GENERAL, "other")
_WORDS = {
    _LANES: "roadOrCarriagewayOrLaneManagementType",
    _GENERAL: "generalNetworkManagementType",
    _SPEED: "speedManagementType",
    _SERVICE: "serviceDisruptionType",
}
_CAUSES = {
    Reason.WORKS: "roadMaintenance",
    Reason.WEATHER: "poorEnvironment",
    Reason.VOLUME: "abnormalTraffic",
    Reason.ACCIDENT: "accident",
    Reason.EVENT: "publicEvent",
    Reason.HOLIDAY: "holidayTraffic",
}
_DO_NOT_USE = {
    Access.ENTRY: ("doNotUseEntry",),
    Access.EXIT: ("doNotUseExit",),
    Access.BOTH: ("doNotUseEntry", "doNotUseExit"),
}
_CLOSED = frozenset({Kind.STATION_CLOSURE, Kind.RAMP_CLOSURE, Kind.ROAD_CLOSURE, Kind.LANE_CLOSURE})


@dataclass(frozen=True, slots=True)
class Told:
    """A change with everything that its records say of it alike."""

    feed: Feed
    revision: Revision
    held: Span
    common: str
    cause: str
    links: str
    place: str

    @property
    def change(self) -> Change:
        """The change."""
        return self.revision.change


def records(feed: Feed, revision: Revision, held: Span) -> str:
    """The records of the change of ``revision``, which holds for ``held``."""
    change = revision.change
    told = Told(
        feed,
        revision,
        held,
        common=_common(feed, revision, held),
        cause=_cause(change),
        links="".join(_links(feed, change)),
        place=location(change, feed.shapes(change)),
    )
    works = change.reason is Reason.WORKS and change.kind in _CLOSED
    found = [_measure(told, works=works)]
    if works:
        found.append(_record(told, _WORKS, "works", text("sit:roadMaintenanceType", "roadworks")))
    if change.detours or Advice.DETOUR in change.advice:
        found.append(_rerouting(told))
    if change.limits is not None:
        found += _limited(told, change.limits)
    return "\n".join(found)


def measure_id(change: Change) -> str:
    """The id of the record of the measure itself."""
    return line(change.id)


def _measure(told: Told, *, works: bool) -> str:
    change = told.change
    kind, word = _MEASURES.get(change.kind, _OTHER)
    if kind == _LANES and change.contraflow:
        word = "contraflow"
    elif change.kind is Kind.VEHICLE_RESTRICTION:
        word = _restriction(change, word)
    own = text(f"sit:{_WORDS[kind]}", word)
    if kind == _SPEED and change.limits and change.limits.speed_kmh is not None:
        own += text("sit:temporarySpeedLimit", change.limits.speed_kmh)
    if kind != _SERVICE:
        # Nobody has to obey news.
        own = _managed(told, own, mandatory=kind != _GENERAL or change.kind is Kind.TRAFFIC_CONTROL)
    return _record(
        told,
        kind,
        None,
        own,
        cause=_cause(change, _managed_by(told, told.feed.part_id(change, "works"))) if works else None,
    )


def _restriction(change: Change, word: str) -> str:
    """A limit of weight or height alone has a word of its own."""
    limits = change.limits or Limits()
    if change.vehicles or change.exempt or limits.width_m is not None or limits.length_m is not None:
        return word
    if limits.height_m is not None:
        return word if limits.weight_t is not None else "heightRestrictionInOperation"
    return "weightRestrictionInOperation" if limits.weight_t is not None else word


def _managed(told: Told, own: str, *, mandatory: bool = True, vehicles: str | None = None) -> str:
    """What every measure of traffic says before its ``own`` words."""
    both = told.change.direction is not None and told.change.direction.to == "both"
    return "".join(
        (
            text("sit:complianceOption", "mandatory" if mandatory else "advisory"),
            text("sit:applicableForTrafficDirection", "bothWays") if both else "",
            concerned(told.change) if vehicles is None else vehicles,
            own,
        )
    )


def _rerouting(told: Told) -> str:
    """The way round, for those who must not use the entry or exit; its text is that of the notice."""
    change = told.change
    words = _DO_NOT_USE.get(change.access, ()) if change.access and change.kind is Kind.STATION_CLOSURE else ()
    if change.kind is Kind.RAMP_CLOSURE:
        words = ("doNotUseIntersectionOrJunction",)
    if Advice.FOLLOW_SIGNS in change.advice:
        words = (*words, "followDiversionSigns")
    described = {lang: prose.value(change, Aspect.DETOURS, lang) for lang in Lang} if change.detours else {}
    own = "".join(
        (
            *(text("sit:reroutingManagementType", word) for word in words or ("followLocalDiversion",)),
            multilingual("sit:reroutingItineraryDescription", described) if described else "",
        )
    )
    kind = _MEASURES.get(change.kind, _OTHER)[0]
    cause = "roadOrCarriagewayOrLaneManagement" if kind == _LANES else "networkManagement"
    referred = element("sit:cause", text("sit:causeType", cause), _managed_by(told, measure_id(change)))
    return _record(told, _REROUTING, "detour", _managed(told, own, mandatory=False), cause=referred)


def _limited(told: Told, limits: Limits) -> Iterator[str]:
    """Limits beside another measure; those of a restriction are its own."""
    change = told.change
    if limits.speed_kmh is not None and change.kind is not Kind.SPEED_RESTRICTION:
        own = text("sit:speedManagementType", "speedRestrictionInOperation")
        own += text("sit:temporarySpeedLimit", limits.speed_kmh)
        yield _record(told, _SPEED, "speed", _managed(told, own))
    sizes = oversized(limits)
    if sizes and change.kind is not Kind.VEHICLE_RESTRICTION and not change.vehicles:
        own = text("sit:roadOrCarriagewayOrLaneManagementType", "doNotUseSpecifiedLanesOrCarriageways")
        yield _record(told, _LANES, "size", _managed(told, own, vehicles=sizes))


def _record(told: Told, kind: str, part: str | None, own: str, *, cause: str | None = None) -> str:
    """A record: the measure itself, or that ``part`` beside it."""
    change = told.change
    withdrawn = told.held.withdrawn and kind != _SERVICE
    return element(
        "sit:situationRecord",
        told.common,
        _impact(change) if part is None else "",
        told.cause if cause is None else cause,
        _comment(change) if part is None else "",
        told.links,
        told.place,
        # Withdrawn before it began: what the schema comes nearest to is an action that was refused.
        text("sit:operatorActionStatus", "rejected") if withdrawn else "",
        own,
        xsi_type=f"sit:{kind}",
        id=measure_id(change) if part is None else told.feed.part_id(change, part),
        version=str(change.revision + 1),
    )


def _common(feed: Feed, revision: Revision, held: Span) -> str:
    change = revision.change
    return "".join(
        (
            text("sit:situationRecordCreationReference", feed.state_id(change)),
            text("sit:situationRecordCreationTime", _time(feed.origin(revision).recorded)),
            text("sit:situationRecordVersionTime", _time(revision.recorded)),
            text("sit:probabilityOfOccurrence", _probability(change)),
            text("sit:severity", severity(change)),
            _source(change),
            validity(change, held),
        )
    )


def _probability(change: Change) -> str:
    """How sure: of what was read, and of when it holds."""
    if change.action is Action.CANCEL:
        return "certain"
    if Flag.LOW_CONFIDENCE in change.flags:
        return "riskOf"
    known = change.validity
    expected = known.start_basis is StartBasis.EXPECTED or known.end_basis is EndBasis.EXPECTED
    doubtful = known.start is None or (change.confidence is not None and change.confidence < _SURE)
    return "probable" if expected or doubtful else "certain"


def _source(change: Change) -> str:
    publisher = line(change.notice.publisher or "")
    return element(
        "sit:source",
        text("com:sourceCountry", "cn"),
        text("com:sourceIdentification", cut(line(change.notice.id), 1024)),
        multilingual("com:sourceName", {Lang.ZH: publisher}) if publisher else "",
    )


def _impact(change: Change) -> str:
    """The lanes, where they are those of one side: a sum of entry and exit says nothing."""
    lanes = change.lanes
    counts = [count for count in (lanes.entry, lanes.exit, lanes.carriageway) if count] if lanes else []
    one = counts[0] if len(counts) == 1 else LaneCount()
    said = {"numberOfLanesRestricted": one.closed, "numberOfOperationalLanes": one.open}
    inside = "".join(text(f"sit:{name}", count) for name, count in said.items() if count is not None)
    return element("sit:impact", inside) if inside else ""


def _cause(change: Change, record: str = "") -> str:
    """Why, and by which ``record`` of this publication."""
    reason = change.reason
    if reason is None:
        return ""
    return element(
        "sit:cause",
        multilingual("sit:causeDescription", {lang: prose.name(reason, lang) for lang in Lang}),
        text("sit:causeType", _CAUSES.get(reason, "other")),
        record,
    )


def _managed_by(told: Told, record_id: str) -> str:
    """A reference to another record of the same version."""
    version = str(told.change.revision + 1)
    return element("sit:managedCause", empty("sit:objectReference", id=record_id, version=version, targetClass=_TARGET))


_TARGET = "sit:SituationRecord"


def _comment(change: Change) -> str:
    said = {lang: "\n".join(prose.paragraphs(change, lang)) for lang in Lang}
    return element(
        "sit:generalPublicComment", multilingual("sit:comment", said), text("sit:commentType", "description")
    )


_HOST = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|(?:[\w.~-]|%[0-9A-Fa-f]{2})+)(?::[0-9]{1,5})?", re.ASCII)
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_LONGEST_LINK = 2000
"""Characters; browsers and proxies take no more."""

_NAMES = {
    name: multilingual("com:urlLinkDescription", words)
    for name, words in {
        "notice": {Lang.ZH: "公告原文", Lang.EN: "The original notice"},
        "page": {Lang.ZH: "本变更的页面", Lang.EN: "The page of this change"},
    }.items()
}


def _links(feed: Feed, change: Change) -> Iterator[str]:
    page = f"{feed.base_url.rstrip('/')}/changes/"
    links = {"notice": _uri(change.notice.url), "page": _uri(feed.link(change).partition("?")[0])}
    for name, url in links.items():
        if url and len(url) <= _LONGEST_LINK:
            kind = "documentPdf" if url.lower().endswith(".pdf") and not url.startswith(page) else "html"
            yield element(
                "sit:urlLink",
                text("com:urlLinkAddress", url),
                _NAMES[name],
                text("com:urlLinkType", kind),
            )


def _uri(url: str | None) -> str | None:
    """``url`` as XML Schema wants it (RFC 3986), since one that is not makes the whole publication invalid."""
    parts = urlsplit(address(url) or "")
    if not _HOST.fullmatch(parts.netloc):
        return None
    path, query, fragment = map(_encoded, (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, parts.netloc, path, query, fragment))


def _encoded(part: str) -> str:
    """Brackets belong to a host alone, a percent sign to two digits, and a second number sign begins nothing."""
    return _STRAY_PERCENT.sub("%25", part).replace("[", "%5B").replace("]", "%5D").replace("#", "%23")


def _time(moment: datetime) -> str:
    return second(moment).isoformat()
