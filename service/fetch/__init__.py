"""HTTP out (RFC 9110), for one poll: limited in time and size, asked politely, and only of public addresses.

Redirects are followed here and not by the client, because each hop is a new address for robots.txt (RFC 9309)
to permit. Compressed bodies are unpacked here, because the client would unpack a bomb before anyone could count.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpcore2
import httpx2
import stamina
from protego import Protego

from service.errors import SourceError
from service.fetch.guard import Deadline, GuardedBackend, Resolve, resolve
from service.source import Network, Payload

_REDIRECTS = 5
_ROBOTS_BYTES = 500 * 1024
"""What must be read of a robots.txt (RFC 9309 §2.5); the rest is not."""
_PRODUCT = "tollfeed"
"""The name by which a robots.txt may speak of us."""
_LAST_PORT = 65535
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, in seconds; ``total`` is for one request with its body."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 20.0
    attempts: int = 3
    first_wait: float = 1.0
    longest_wait: float = 30.0
    """Also how long a Retry-After may ask for; what asks for more is left to the next poll."""
    pause: float = 1.0
    """Between two pages of one site, or what its robots.txt asks for, up to ``longest_pause``."""
    longest_pause: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer; ``payload`` is None where nothing was modified (304). The validators are for the next request."""

    status: int
    payload: Payload | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer as it came; ``body`` is unpacked."""

    status: int
    headers: httpx2.Headers
    charset: str | None
    body: bytes


class _UnavailableError(SourceError):
    """A server error, which may pass."""

    def __init__(self, url: str, status: int, retry_after: float | None) -> None:
        super().__init__(f"{url}: expected status 200, found {_status(status)}")
        self.retry_after = retry_after


class Fetch:
    """What one poll fetches: connections and the robots.txt of each site are kept until it is closed.

    For one thread. ``limit`` is the largest body, in bytes, unpacked.
    """

    def __init__(
        self,
        *,
        agent: str,
        limit: int,
        allow: tuple[Network, ...] = (),
        patience: Patience | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        """``agent`` is the User-Agent; ``allow`` are the private networks that may be asked all the same."""
        self._limit = limit
        self._patience = patience or Patience()
        self._deadline = Deadline()
        self._robots: dict[str, Protego] = {}
        self._asked: dict[str, float] = {}
        tls = httpx2.create_ssl_context(trust_env=False)
        transport = httpx2.HTTPTransport(verify=tls, trust_env=False)
        # The transport offers no way to give it a backend; the attribute is private, so httpx2 is pinned.
        transport._pool = httpcore2.ConnectionPool(
            ssl_context=tls, network_backend=GuardedBackend(self._deadline, allow, resolve)
        )
        self._client = httpx2.Client(
            transport=transport,
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            timeout=httpx2.Timeout(self._patience.read, connect=self._patience.connect),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Response:
        """What ``url`` answers; with the validators of an earlier answer, perhaps that nothing was modified.

        Raises:
            SourceError: not allowed, not reachable, not found, too large, or another status than 200 and 304.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in validators.items() if value}
        address, answer = self._follow(url, headers, self._permit)
        expected = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED) if headers else (HTTPStatus.OK,)
        if answer.status not in expected:
            raise SourceError(f"{address}: expected status 200, found {_status(answer.status)}")
        modified = answer.status == HTTPStatus.OK
        return Response(
            status=answer.status,
            payload=Payload(url=address, body=answer.body, charset=answer.charset) if modified else None,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )

    def _follow(self, url: str, headers: dict[str, str], permit: Callable[[httpx2.URL], None]) -> tuple[str, _Answer]:
        """The first answer that is no redirect, and its address."""
        address = url
        for _ in range(_REDIRECTS + 1):
            permit(checked(address))
            answer = self._patiently(address, headers)
            location = answer.headers.get("location")
            if answer.status not in _MOVED or not location:
                return address, answer
            address = _joined(address, location)
        raise SourceError(f"{url}: expected at most {_REDIRECTS} redirects, found more, the last to {address}")

    def _permit(self, url: httpx2.URL) -> None:
        """Wait for this site's turn, if its robots.txt lets anyone in at all."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if origin not in self._robots:
            self._robots[origin] = self._robots_of(origin)
        robots = self._robots[origin]
        if not robots.can_fetch(str(url), _PRODUCT):
            raise SourceError(f"{url}: expected permission, found that {origin}/robots.txt disallows it")
        asked_for = min(robots.crawl_delay(_PRODUCT) or 0.0, self._patience.longest_pause)
        since = time.monotonic() - self._asked.get(origin, float("-inf"))
        time.sleep(max(0.0, max(self._patience.pause, asked_for) - since))
        self._asked[origin] = time.monotonic()

    def _robots_of(self, origin: str) -> Protego:
        """What the robots.txt of ``origin`` says: without one everything is allowed, unreachable nothing is."""
        url = f"{origin}/robots.txt"
        try:
            _, answer = self._follow(url, {}, lambda _: None)
        except SourceError as error:
            raise SourceError(f"{error}; nothing of {origin} is fetched without its robots.txt") from error
        found = answer.status == HTTPStatus.OK
        return Protego.parse(answer.body[:_ROBOTS_BYTES].decode("utf-8-sig", "replace") if found else "")

    def _patiently(self, url: str, headers: dict[str, str]) -> _Answer:
        """One answer, after retries where waiting may help."""
        patience = self._patience
        try:
            for attempt in stamina.retry_context(
                on=self._again,
                attempts=patience.attempts,
                timeout=patience.total + patience.longest_wait,
                wait_initial=patience.first_wait,
                wait_max=patience.longest_wait,
                wait_jitter=patience.first_wait,
            ):
                with attempt:
                    return self._once(url, headers)
        except httpx2.TimeoutException as error:
            raise SourceError(f"{url}: expected an answer in time, found: {_reason(error)}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise SourceError(f"{url}: expected an answer, found: {_reason(error)}") from error
        raise AssertionError("unreachable: an attempt returns or raises")

    def _again(self, error: Exception) -> bool | float:
        """Whether to try again, or after how many seconds."""
        if isinstance(error, _UnavailableError):
            wait = error.retry_after
            return True if wait is None else wait <= self._patience.longest_wait and wait
        return isinstance(error, httpx2.TimeoutException | httpx2.NetworkError | httpx2.RemoteProtocolError)

    def _once(self, url: str, headers: dict[str, str]) -> _Answer:
        self._deadline.start(self._patience.total)
        with self._client.stream("GET", url, headers=headers) as response:
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise _UnavailableError(url, response.status_code, _seconds(response.headers.get("retry-after")))
            body = _body(response, self._limit) if response.status_code == HTTPStatus.OK else b""
            return _Answer(response.status_code, response.headers, response.charset_encoding, body)


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError as error:
        raise SourceError(f"{base}: expected an address to be sent to, found {location!r}") from error


def checked(address: str) -> httpx2.URL:
    """``address`` as one that can be asked.

    Raises:
        SourceError: it is none of HTTP, or holds a password.
    """
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise SourceError(f"{address}: expected an address, found: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceError(f"{address}: expected http:// or https:// and a host")
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        raise SourceError(f"{address}: expected a port from 1 to {_LAST_PORT}, found {url.port}")
    if url.userinfo:
        raise SourceError(f"{url.copy_with(userinfo=b'')}: expected an address without user and password")
    return url


def _body(response: httpx2.Response, limit: int) -> bytes:
    """The body, unpacked, of which never more than ``limit`` bytes and one are held."""
    too_large = SourceError(f"{response.url}: expected at most {limit:,} bytes, found more")
    encoding = response.headers.get("content-encoding", "identity").lower()
    if encoding == "identity":
        if int(response.headers.get("content-length") or 0) > limit:
            raise too_large
        chunks: Iterable[bytes] = response.iter_raw()
    elif encoding in ("gzip", "x-gzip"):
        chunks = _unpacked(response, limit)
    else:
        raise SourceError(f"{response.url}: expected a body that is plain or gzip, found {encoding}")
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


def _unpacked(response: httpx2.Response, limit: int) -> Iterable[bytes]:
    gzip, room = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS), limit + 1
    try:
        for chunk in response.iter_raw():
            unpacked = gzip.decompress(chunk, room)
            room -= len(unpacked)
            yield unpacked
    except zlib.error as error:
        raise SourceError(f"{response.url}: expected a gzip body, found: {error}") from error
    if not gzip.eof:
        raise SourceError(f"{response.url}: expected a whole gzip body, found that its end is missing")


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds; its other form, a date, is not worth a clock here (RFC 9110 §10.2.3)."""
    return float(retry_after) if retry_after and retry_after.isascii() and retry_after.isdigit() else None


def _status(code: int) -> str:
    return f"{code} {responses.get(code, '')}".strip()


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
