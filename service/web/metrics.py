"""Metrics for Prometheus: what was asked of the site, what the store holds, when each source was polled.

Each application has a registry of its own, since a process may make several (tests do).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate
from math import inf
from time import perf_counter

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.store import Store

_BUCKETS = (0.001, 0.005, 0.02, 0.1, 0.5, 2.0, 10.0)


class Requests(Collector):
    """Counts requests by route (its template, so that ids make no new series), method and status.

    By itself: the library's own counters take longer than the server does for an answer that it remembers.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        """Report to ``registry``."""
        self._counts: Counter[tuple[str, str, int]] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._spreads: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_BUCKETS) + 1))
        registry.register(self)

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request that was answered. From the thread of the event loop only."""
        self._counts[route, method, status] += 1
        self._seconds[route] += seconds
        self._spreads[route][bisect_left(_BUCKETS, seconds)] += 1

    def collect(self) -> Iterable[Metric]:
        """The figures of now; copied first, since requests go on."""
        counts = CounterMetricFamily("tollfeed_requests", "Requests answered.", labels=("route", "method", "status"))
        for (route, method, status), count in self._counts.copy().items():
            counts.add_metric([route, method, str(status)], count)
        times = HistogramMetricFamily("tollfeed_request_seconds", "Time to answer.", labels=("route",))
        for route, spread in self._spreads.copy().items():
            bounds = map(floatToGoString, (*_BUCKETS, inf))
            times.add_metric([route], list(zip(bounds, accumulate(spread), strict=True)), self._seconds[route])
        yield from (counts, times)


class Counted:
    """Middleware that has every request counted."""

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        """Wrap ``app``."""
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # What raises before it answers is answered by the framework outside of here, with 500.
        status = 500
        begun = perf_counter()

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            self._requests.observe(route, scope["method"], status, perf_counter() - begun)


class Holdings(Collector):
    """Asks the store at every scrape; nothing is counted twice, whichever process wrote it."""

    def __init__(self, store: Store, sources: Iterable[str]) -> None:
        """Report on ``store`` and the polls of ``sources``."""
        self._store = store
        self._sources = tuple(sources)

    def collect(self) -> Iterable[Metric]:
        """The figures of now."""
        for name, count in self._store.counts().items():
            yield GaugeMetricFamily(f"tollfeed_{name}", f"In the store: {name}.", value=count)
        polled = GaugeMetricFamily(
            "tollfeed_poll_timestamp_seconds", "When a source was last polled.", labels=["source"]
        )
        failed = GaugeMetricFamily("tollfeed_poll_failed", "1 if the last poll of a source failed.", labels=["source"])
        for source in self._sources:
            for poll in self._store.polls(source, limit=1):
                polled.add_metric([source], poll.at.timestamp())
                failed.add_metric([source], float(poll.error is not None))
        yield from (polled, failed)
