"""Open511 v1 events, as JSON and XML: an event a change, which stays when it is over (docs/formats/open511.md).

The surprising thing: both are written from the members of :func:`service.publish.open511.event.event`, since the
standard calls them equivalent. In a feed, what has ended is ARCHIVED from the next midnight on.
"""

from __future__ import annotations

from service.publish.open511.event import (
    JURISDICTION,
    KINDS,
    MEMBERS,
    event,
    event_key,
    event_type,
    grade,
    jurisdiction,
    kinds_of,
    omitted,
    subtypes,
)
from service.publish.open511.written import (
    as_json,
    as_xml,
    json_members,
    render_json,
    render_xml,
    xml_document,
    xml_event,
    xml_members,
)

__all__ = [
    "JURISDICTION",
    "KINDS",
    "MEMBERS",
    "as_json",
    "as_xml",
    "event",
    "event_key",
    "event_type",
    "grade",
    "json_members",
    "jurisdiction",
    "kinds_of",
    "omitted",
    "render_json",
    "render_xml",
    "subtypes",
    "xml_document",
    "xml_event",
    "xml_members",
]
