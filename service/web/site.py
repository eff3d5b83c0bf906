"""What a running site holds, and how routes come by it: the store, the rules, the settings and the clock.

The dependencies are coroutines, because the framework would send a plain function to a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, cast

import anyio
from fastapi import Depends, Request

from service.contents import Backgrounds
from service.feed import Parts
from service.kept import Kept
from service.reading.rules import RuleBook
from service.records import CHINA
from service.settings import Settings
from service.source import Source
from service.store import Store
from service.waking import Waking
from service.web.following import Following, Pace
from service.web.inventory import ListedStation
from service.web.rendering import Rendering

Clock = Callable[[], datetime]

_RENDERED_BYTES = 32 * 2**20
_STRANGERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Everything a request may need, made when the site opens."""

    settings: Settings
    clock: Clock
    store: Store
    rulebook: RuleBook
    backgrounds: Backgrounds
    sources: tuple[Source, ...]
    waking: Waking
    following: Following
    pace: Pace = field(default_factory=Pace)
    inventory: Kept[tuple[ListedStation, ...]] = field(default_factory=lambda: Kept(1, lambda _: 1))
    renderings: Kept[Rendering] = field(default_factory=lambda: Kept(_RENDERED_BYTES, len))
    parts: Parts = field(default_factory=Parts)
    # One post at a time: SQLite has one writer, and a post repeated meanwhile must find the answer of the first.
    posting: anyio.Lock = field(default_factory=anyio.Lock)
    # Who waits for a stranger's endpoint has threads apart: a few, since each may wait for seconds.
    verifying: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(_STRANGERS))

    @property
    def base_url(self) -> str:
        """The public address, without a slash at its end."""
        return self.settings.base_url.rstrip("/")


def system_clock() -> datetime:
    """The time, in China."""
    return datetime.now(CHINA)  # noqa: TID251 - the web is where requests get their time


async def site(request: Request) -> Site:
    """The site that serves ``request``."""
    return cast(Site, request.app.state.site)


async def now(request: Request) -> datetime:
    """When ``request`` came; read once for the whole answer."""
    return cast(Site, request.app.state.site).clock()


TheSite = Annotated[Site, Depends(site)]
Now = Annotated[datetime, Depends(now)]
