"""A feed before it has a format, and a format before it has a feed.

There are two kinds of feed. One of states has an entry per change, rewritten in place: calendars and machines want
that. A log has an entry per revision and per milestone, under an id of its own, because a reader never shows an entry
again under an id that it knows: whoever must be told of a correction needs the log.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID, uuid5

from service.calendar import Wishes
from service.gazetteer import Gazetteer
from service.gazetteer.datum import Datum, Point
from service.geometry import Shape, shapes
from service.kept import Kept
from service.locate import locate
from service.prose import Lang
from service.records import CHINA, Change, Milestone, Record, Revision, day_start

__all__ = [
    "Background",
    "Departed",
    "Entry",
    "Feed",
    "Format",
    "Lack",
    "Lang",
    "Omission",
    "Origin",
    "Parts",
    "Written",
]

# Identity of every entry ever published: another value makes everything new and unread for everybody.
_ENTRIES = UUID("5a0c1f6e-7d0b-5f0e-9a54-3f6f0b8a2c11")

_PARTS_BYTES = 32 * 2**20


_NO_WISHES = Wishes()


Entry = Revision | Milestone
"""What has an entry of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What stands behind a revision: the one that subscribers saw ``before``, and the words that it was read from."""

    before: Change | None = None
    quotes: tuple[str, ...] = ()


_NOTHING = Background()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How a change was first published: by which notice, and when it was recorded."""

    notice: str
    recorded: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """A change that has left the feed of states, and when."""

    change: Change
    when: datetime


class Lack(StrEnum):
    """Why a format cannot carry a change."""

    KIND = "kind"
    """It has no word for this kind of change."""
    NOT_WORKS = "not_works"
    """It tells of works only, and the notice names another reason or none."""
    VEHICLES = "vehicles"
    """It cannot say that only some vehicles are concerned."""
    NO_LOCATION = "no_location"
    """It needs coordinates, and the gazetteer has none of this place."""
    NO_LINE = "no_line"
    """It needs a line, and only a point is known."""
    NO_START = "no_start"
    """It needs a start, and the notice names none."""
    NO_END = "no_end"
    """It needs an end, and the notice names none."""
    DATES = "dates"
    """Its dates contradict each other: it ends before it begins."""
    BEYOND_HORIZON = "beyond_horizon"
    """It lists single days, and none within the horizon is concerned."""
    WITHDRAWN = "withdrawn"
    """It was cancelled before it began, which this format says by leaving it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission(Record):
    """A change that a format leaves out, at which revision, and why."""

    change: str
    revision: int
    reason: Lack


_HORIZON = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What is to be published, in whatever format.

    ``url`` is the feed's own address, ``home`` a page for people, ``base_url`` where this service answers.
    ``updated`` is when the newest revision was recorded, never the time of rendering. ``gazetteer`` knows coordinates;
    ``wishes`` are what a subscriber wants of a calendar. ``backgrounds`` are by position of the revision. ``hub`` is
    where a subscriber may ask to be told (WebSub). ``previous`` is the address of the archive that goes on where this
    ends, ``current``, of an archive only, that of the log which it belongs to (RFC 5005 §4). ``origins`` are by id of
    the change, and so is ``earlier``: what was published of it before, the first first.

    ``publisher`` is who runs this service. Formats that list single days do so from ``today`` (in China) on for
    ``horizon``; None where no day is to be told. ``datum`` is what coordinates are to be given in, by formats that let
    a reader choose.
    """

    title: str
    description: str
    url: str
    home: str
    base_url: str
    lang: Lang
    updated: datetime
    revisions: tuple[Revision, ...]
    milestones: tuple[Milestone, ...] = ()
    departed: tuple[Departed, ...] = ()
    backgrounds: Mapping[int, Background] = field(default_factory=dict)
    log: bool = False
    hub: str | None = None
    previous: str | None = None
    current: str | None = None
    gazetteer: Gazetteer | None = None
    wishes: Wishes = _NO_WISHES
    origins: Mapping[str, Origin] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Revision, ...]] = field(default_factory=dict)
    publisher: str = "tollfeed"
    today: date | None = None
    horizon: timedelta = _HORIZON
    datum: Datum = Datum.WGS84

    @property
    def midnight(self) -> datetime:
        """When the day began from which days are told: without ``today``, that of the newest revision."""
        return day_start(self.today or self.updated.astimezone(CHINA).date())

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What has an entry of its own, newest first: all that there is in a log, else the latest of each change."""
        if not self.log:
            return self.latest
        return tuple(sorted((*self.revisions, *self.milestones), key=_place, reverse=True))

    @property
    def latest(self) -> tuple[Revision, ...]:
        """The latest revision of each change, newest first."""
        latest = {revision.change.id: revision for revision in sorted(self.revisions, key=_position)}
        return tuple(sorted(latest.values(), key=_position, reverse=True))

    def entry_id(self, entry: Entry) -> str:
        """An absolute identifier (RFC 9562 §5.5) that stays when the address of this service changes."""
        if isinstance(entry, Milestone):
            return _urn(f"{entry.revision.change.id}#{entry.edge}#{entry.day}")
        return _urn(f"{entry.change.id}#{entry.change.revision}") if self.log else self.state_id(entry.change)

    def state_id(self, change: Change) -> str:
        """The identifier of the entry that ``change`` has, or had, in a feed of states."""
        return _urn(change.id)

    def background(self, revision: Revision) -> Background:
        """What stands behind ``revision``, as far as given."""
        return self.backgrounds.get(revision.position, _NOTHING)

    def origin(self, revision: Revision) -> Origin:
        """How the change of ``revision`` was first published, as far as given: of a first revision, it tells itself."""
        own = Origin(notice=revision.change.notice.id, recorded=revision.recorded)
        return self.origins.get(revision.change.id, own)

    def part_key(self, entry: Entry) -> tuple[Hashable, ...]:
        """What all that is written of ``entry`` depends on, but for the format."""
        place = ("milestone", entry.number) if isinstance(entry, Milestone) else ("revision", entry.position)
        return (self.lang, self.base_url, self.log, *place)

    @property
    def icon(self) -> str:
        """The address of a picture, square and PNG."""
        return f"{self.base_url.rstrip('/')}/static/apple-touch-icon.png"

    def link(self, change: Change) -> str:
        """The address of the page that shows ``change``, in the language of the feed."""
        return f"{self.base_url.rstrip('/')}/changes/{quote(change.id, safe='')}?lang={self.lang}"

    def part_id(self, change: Change, part: str) -> str:
        """A UUID (RFC 9562 §5.5) of a part of ``change``, a night or a direction; it stays when others come or go."""
        return str(uuid5(_ENTRIES, f"{change.id}#part#{part}"))

    def shapes(self, change: Change) -> tuple[Shape, ...]:
        """Where ``change`` runs, in WGS-84; none where nobody has said."""
        return shapes(change, self.gazetteer) if self.gazetteer else ()

    def point(self, change: Change) -> Point | None:
        """Longitude and latitude of ``change`` in WGS-84; None where nobody has said."""
        return locate(change, self.gazetteer) if self.gazetteer else None


class Parts(Kept[bytes]):
    """Rendered parts of feeds, those used last: a revision never changes, and neither does what is written of it.

    A key names the format, every option that the part depends on, and the revision's position. Of one store only,
    since positions are the store's; safe for several threads.
    """

    def __init__(self, capacity: int = _PARTS_BYTES) -> None:
        """``capacity`` counts bytes."""
        super().__init__(capacity, len)


@dataclass(frozen=True, slots=True)
class Written:
    """A feed in a format, and how many of its changes that leaves out."""

    content: bytes
    omitted: int = 0


def _none_omitted(_: Feed) -> tuple[Omission, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A way to write a feed. ``write`` is pure: the same feed gives the same bytes, whatever parts are kept.

    ``omitted`` gives the changes that it leaves out, which costs as much as to write the others. One for a ``machine``
    holds every change of its selection, however many; the others the newest. ``datums`` are those that its coordinates
    can be given in.
    """

    name: str
    extension: str
    media_type: str
    standard: str
    write: Callable[[Feed, Parts], Written]
    omitted: Callable[[Feed], tuple[Omission, ...]] = _none_omitted
    machine: bool = False
    datums: tuple[Datum, ...] = (Datum.WGS84,)

    @property
    def key(self) -> str:
        """Its name in addresses: ``wzdx`` of ``wzdx.json``."""
        return self.extension.partition(".")[0]

    def render(self, feed: Feed, parts: Parts | None = None) -> bytes:
        """``feed`` in this format; of ``parts``, those that are known are not rendered again."""
        return self.write(feed, Parts() if parts is None else parts).content


def _position(revision: Revision) -> int:
    return revision.position


def _place(entry: Entry) -> tuple[int, int]:
    """Where an entry stands in a log: a milestone behind the revision that it came after."""
    return (entry.after, entry.number) if isinstance(entry, Milestone) else (entry.position, 0)


def _urn(name: str) -> str:
    return uuid5(_ENTRIES, name).urn
