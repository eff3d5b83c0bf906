"""Addresses of calendars that people subscribe to: short, ending in .ics, and complete in themselves.

::

    https://tollfeed.example/calendars/{token}/{name}.ics

The token holds the whole selection, so an address goes on when a database is set up anew, and nobody has to store
whoever subscribes. The name only tells people and programs what is inside, since some programs show it as the name
of the calendar. The surprising thing: Google silently refuses an address of more than 256 UTF-16 units, and Outlook
one that does not end in .ics, so a query string will not do, in which a Chinese character takes nine.
"""

from __future__ import annotations

import binascii
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import quote

from pydantic import ValidationError

from service.errors import QueryError
from service.web.parameters import CalendarSubscription

LONGEST = 255
"""Characters of an address."""

_CODE = "gb18030"
"""All of Unicode, two bytes a Chinese character instead of three."""

# What selections are made of, the most usual last. Never to be changed: addresses out there are read with it.
_WORDS = (
    "status=scheduled\nstatus=active\nstatus=ended\nstatus=cancelled\nfrom=202\nto=202\nat=202\nlang=en\nq=\n"
    "kind=station_opening,reopening,station_closure,station_abolition,station_renaming,tolling_start,tolling_end,"
    "lane_closure,ramp_closure,road_closure,turn_restriction,vehicle_restriction,speed_restriction,"
    "service_area_closure,traffic_control\nspan=full\nspan=edges\nspan=daily\nalarm=morning\nalarm=1h\nalarm=evening\n"
    "access=both\naccess=entry\naccess=exit\nhours=17:00-19:00\nhours=07:00-09:00\ndays=sa,su\ndays=mo,tu,we,th,fr\n"
    "road=S\nroad=G\nroad=高速公路\nroad=高速\nexit=站\nentry=收费站\nentry=站\nstation=收费站\nstation=站\n"
).encode(_CODE)
_LARGEST = 4096
_UNNAMED = "tollfeed"


@dataclass(frozen=True, slots=True)
class Links:
    """Where to click to add a calendar to a program."""

    webcal: str
    google: str
    outlook: str
    office: str


def address(base_url: str, selection: CalendarSubscription, name: str) -> str:
    """The address of the calendar of ``selection``, which ``name`` tells in words; as much of them as there is room.

    Raises:
        QueryError: the selection names so much that no address of 255 characters holds it.
    """
    front = f"{base_url.rstrip('/')}/calendars/{token(selection)}/"
    room = LONGEST - len(front) - len(".ics")
    if room < len(_UNNAMED):
        raise QueryError("filters", f"filters that fit into an address of {LONGEST} characters", selection.text())
    return f"{front}{_short(name, room)}.ics"


def token(selection: CalendarSubscription) -> str:
    """``selection`` as text for a path: the same for every way of writing it."""
    given = selection.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    # No text of a selection has a line feed.
    lines = "".join(f"{name}={_written(value)}\n" for name, value in given.items())
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS, zdict=_WORDS)
    packed = packer.compress(lines.encode(_CODE)) + packer.flush()
    return urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def selection_of(token: str) -> CalendarSubscription | None:
    """The selection that ``token`` was made of; None where it was not made by :func:`token`."""
    try:
        packed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_WORDS)
        lines = unpacker.decompress(packed, _LARGEST).decode(_CODE)
        if not unpacker.eof:
            return None
        # Not splitlines, which cuts at U+0085 and U+2028, too.
        given = dict(line.split("=", 1) for line in lines.removesuffix("\n").split("\n") if line)
        return CalendarSubscription.model_validate(given)
    except (binascii.Error, zlib.error, UnicodeError, ValidationError, ValueError):
        return None


def links(address: str, name: str) -> Links:
    """Where each program takes a subscription to ``address``."""
    bare = re.sub("^https?:", "", address)
    asked = f"url={quote(address, safe='')}&name={quote(name, safe='')}"
    return Links(
        webcal=f"webcal:{bare}",
        google=f"https://calendar.google.com/calendar/r?cid={quote(f'webcal:{bare}', safe='')}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?{asked}",
        office=f"https://outlook.office.com/calendar/0/addfromweb?{asked}",
    )


def _written(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _short(name: str, room: int) -> str:
    """The beginning of ``name`` that fits, percent-encoded; its letters, digits and Chinese characters only."""
    characters = [quote(each) for each in "-".join(re.findall(r"\w+", name))]
    fitting = [total for total in accumulate(map(len, characters)) if total <= room]
    return "".join(characters[: len(fitting)]).rstrip("-") or _UNNAMED
