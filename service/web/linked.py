"""A change for search engines: a schema.org SpecialAnnouncement as JSON-LD 1.1.

It stands in a data block of the page, which browsers do not execute, so no Content-Security-Policy has to allow it.
The words are those of strangers, and HTML knows no escapes within a ``script``: what could end it is escaped as JSON.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from markupsafe import Markup

from service import prose
from service.feed import Lang
from service.publish.text import address, legal, line, second
from service.records import Action, Change, NoticeReference, Revision, Validity

# ``</script>`` and ``<!--`` end or bend the block (HTML §4.12.1.3); U+2028 and U+2029 end lines for some readers.
_ESCAPED = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def announcement(revision: Revision, lang: Lang, *, url: str, feed: str) -> dict[str, Any]:
    """``revision`` as a SpecialAnnouncement; ``url`` is its page, ``feed`` where to hear of it again."""
    change = revision.change
    known = {
        "@context": "https://schema.org",
        "@type": "SpecialAnnouncement",
        "@id": url,
        "url": url,
        "name": line(prose.headline(change, lang)),
        "text": legal("\n".join(prose.paragraphs(change, lang))),
        "category": prose.kind_name(change.kind, lang),
        "inLanguage": lang.tag,
        "datePosted": change.notice.published.isoformat(),
        "dateModified": _written(revision.recorded),
        "expires": _expires(revision),
        "temporalCoverage": _interval(change.validity),
        "spatialCoverage": _place(change, lang),
        "webFeed": feed,
        "isBasedOn": _source(change.notice),
    }
    return {name: value for name, value in known.items() if value is not None}


def block(document: dict[str, Any]) -> Markup:
    """``document`` as a data block that no text in it can leave."""
    written = json.dumps(document, ensure_ascii=False).translate(_ESCAPED)
    return Markup(f'<script type="application/ld+json">{written}</script>')  # noqa: S704 - escaped above


def _expires(revision: Revision) -> str | None:
    """When nobody needs it any more; a cancelled change will not come, so its dates are no end."""
    change = revision.change
    if change.action is Action.CANCEL or change.validity.end is None:
        return None
    return _written(change.validity.end)


def _interval(validity: Validity) -> str | None:
    """ISO 8601-2: ``..`` stands for a bound that is open."""
    if validity.start is None and validity.end is None:
        return None
    return "/".join(_written(bound) if bound else ".." for bound in (validity.start, validity.end))


def _place(change: Change, lang: Lang) -> dict[str, Any]:
    place: dict[str, Any] = {"@type": "Place", "name": line(prose.place(change, lang))}
    road = change.road
    if road and road.name:
        place["containedInPlace"] = {"@type": "Place", "name": line(road.name)}
        if road.number:
            place["containedInPlace"]["alternateName"] = line(road.number)
    return place


def _source(notice: NoticeReference) -> dict[str, Any] | None:
    """The notice as worded, which prevails."""
    publisher = line(notice.publisher or "")
    known = {
        "name": line(notice.title or "") or None,
        "url": address(notice.url),
        "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
    }
    said = {name: value for name, value in known.items() if value is not None}
    return {"@type": "CreativeWork", **said, "datePublished": notice.published.isoformat()} if said else None


def _written(moment: datetime) -> str:
    return second(moment).isoformat()
