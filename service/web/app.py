"""The application: made by :func:`create_app`, never at import, since opening it opens the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial

import anyio
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from service.contents import Backgrounds
from service.deliver import Courier, Deliverer
from service.distribute import Distributor, Hub
from service.gazetteer import PLACES
from service.inbox import INBOX
from service.reading.rules import load_rules
from service.schedule import Schedule
from service.settings import Settings
from service.store import Store
from service.waking import Waking
from service.web import (
    api,
    dumps,
    feeds,
    formats,
    health,
    hub,
    log,
    notices,
    ogc,
    open511,
    openapi,
    pages,
    problem,
    reviews,
    stream,
    trips,
    webhooks,
)
from service.web.again import Application, Memory
from service.web.following import Following
from service.web.freshness import Freshness
from service.web.metrics import Counted, Holdings, Requests
from service.web.middleware import Answers, Headers
from service.web.pages.wrong import problem_page
from service.web.selected import query_of
from service.web.site import Clock, Site, system_clock

API_VERSION = "1.0"
"""Of the API, not of the program: the first part is in every path of the query API."""

_THREADS = 4
"""Requests that wait for the database at a time; with more of them threads wait for each other."""


def create_app(settings: Settings, clock: Clock = system_clock) -> FastAPI:
    """The application for ``settings``; its lifespan opens the store, reads the rules and starts the poller.

    Raises, when it starts:
        StoreError: the database cannot be opened.
        RuleError: a rule is wrong.
        SourceError: a source is not declared as it should be.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        with closing(Store.open(settings.database_url, hold=settings.holds)) as store:
            rulebook = load_rules(settings.rules, settings.data / PLACES)
            store.locate(rulebook.gazetteer)
            schedule = Schedule(settings, store, rulebook)
            app.waking = Waking(store)
            site = Site(
                settings=settings,
                clock=clock,
                store=store,
                rulebook=rulebook,
                backgrounds=Backgrounds(store),
                sources=schedule.sources,
                waking=app.waking,
                following=Following(store, app.waking, settings.log_retention),
            )
            app.state.site = site
            app.memory = Memory(Freshness(store), clock)
            app.state.registry.register(Holdings(store, (INBOX, *(source.id for source in schedule.sources))))
            if settings.poll:
                schedule.start()
            sending = _senders(site)
            for sender in sending:
                sender.start()
            try:
                yield
            finally:
                app.memory = None
                app.waking.close()
                for sender in sending:
                    await anyio.to_thread.run_sync(sender.stop)
                if settings.poll:
                    await anyio.to_thread.run_sync(schedule.stop)

    app = Application(
        title="tollfeed",
        version=API_VERSION,
        summary="Toll station changes in China, as feeds, calendars and a query API",
        description=openapi.DESCRIPTION,
        lifespan=lifespan,
        # Both load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.base_url = settings.base_url.rstrip("/")
    app.state.registry = CollectorRegistry()
    for routes in (api, log, stream, notices, reviews, webhooks, hub, trips, formats, dumps, feeds, health, pages):
        app.include_router(routes.router)
    app.include_router(feeds.calendars)
    app.include_router(ogc.router)
    app.include_router(open511.router)
    # The last is the outermost: every answer is counted, also one that is given again.
    app.add_middleware(Headers)
    app.add_middleware(Answers)
    app.requests = Requests(app.state.registry)
    app.add_middleware(Counted, requests=app.requests)
    problem.install(app, problem_page)
    openapi.install(app)
    return app


def _senders(site: Site) -> tuple[Deliverer | Distributor, ...]:
    """What sends news out from this process: none where another one does."""
    if not site.settings.deliver:
        return ()
    deliverer = Deliverer(Courier(store=site.store, settings=site.settings, query_of=query_of), site.clock)
    if not site.settings.own_hub:
        return (deliverer,)
    ours = Hub(store=site.store, settings=site.settings, content_of=partial(hub.content_of, site))
    return (deliverer, Distributor(ours, site.clock))
