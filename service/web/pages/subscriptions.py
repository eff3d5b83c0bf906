"""The ways to follow a place that its page offers: a calendar for one click, and feeds that tell every update."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from service.errors import QueryError
from service.feed import Lang
from service.web import calendars
from service.web.parameters import CalendarSubscription, LogSubscription
from service.web.site import Site


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Addresses: of the calendar for programs on this device and by itself, of both feeds from the start page on."""

    webcal: str
    calendar: str
    rss: str
    atom: str


def subscriptions(
    site: Site, lang: Lang, name: str, *, road: str | None, station: str | None = None
) -> Subscriptions | None:
    """What to follow of ``station`` on ``road``, or of the whole road; None where no address holds such a name."""
    chosen = {"road": road, "station": station, "lang": None if lang is Lang.ZH else lang}
    given = {key: value for key, value in chosen.items() if value}
    try:
        log = LogSubscription.model_validate(given).text()
        address = calendars.address(site.base_url, CalendarSubscription.model_validate(given), name)
    except (ValidationError, QueryError):
        return None
    return Subscriptions(
        webcal=calendars.links(address, name).webcal,
        calendar=address,
        rss=f"feeds/log.rss?{log}",
        atom=f"feeds/log.atom?{log}",
    )
