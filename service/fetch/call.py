"""HTTP out to an address that a stranger chose (webhooks, WebSub callbacks): one request, one answer, no way further.

Only public addresses are connected to, the one that was checked; no redirect is followed, and what is asked costs the
caller a few seconds and kilobytes at most, whatever the other side does: the body is cut, not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from types import TracebackType
from typing import Self

import httpcore2
import httpx2

from service.errors import EndpointError, SourceError
from service.fetch import checked
from service.fetch.guard import Deadline, GuardedBackend, Resolve, resolve
from service.source import Network

BEGINNING = 4096
"""How much of an answer's body is read, in bytes; the rest is dropped with the connection."""

TOTAL = 15.0
"""Seconds for a request until the headers of its answer are there."""

_CONNECT = 5.0
_BODY = 2.0
"""Seconds for what is read of the body: what matters is the status, and that is known by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: its status, how its body begins, and its Retry-After as it came."""

    status: int
    body: bytes
    retry_after: str | None = None

    @property
    def ok(self) -> bool:
        """True of 2xx: anything else, also a redirect, is a failure."""
        return 200 <= self.status < 300


class Caller:
    """Calls other servers, one request after the other; connections are kept until it is closed. For one thread."""

    def __init__(
        self, *, agent: str, allow: tuple[Network, ...] = (), total: float = TOTAL, resolve: Resolve = resolve
    ) -> None:
        """``agent`` is the User-Agent; ``allow`` are the private networks that may be called all the same."""
        self._agent = agent
        self._total = total
        self._deadline = Deadline()
        backend = GuardedBackend(self._deadline, allow, resolve)
        self._pool = httpcore2.ConnectionPool(ssl_context=_tls(), network_backend=backend)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self._pool.close()

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """What ``url`` answers to ``body``.

        Raises:
            EndpointError: there is no answer: no such address, a private one, no connection, nothing in time.
        """
        return self._ask("POST", url, headers, body)

    def get(self, url: str) -> Reply:
        """What ``url`` answers.

        Raises:
            EndpointError: there is no answer, as of :meth:`post`.
        """
        return self._ask("GET", url, {}, None)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes | None) -> Reply:
        self._deadline.start(self._total)
        timeout = {"connect": _CONNECT, "read": self._total, "write": self._total, "pool": self._total}
        try:
            checked_url = checked(url)
            host = checked_url.netloc.decode("ascii")
            given = {"Host": host, "User-Agent": self._agent, "Accept-Encoding": "identity", **headers}
            with self._pool.stream(
                method,
                _address(checked_url),
                headers=tuple(given.items()),
                content=content,
                extensions={"timeout": timeout},
            ) as response:
                retry_after = _header(response, b"retry-after")
                return Reply(status=response.status, body=self._beginning(response), retry_after=retry_after)
        except SourceError as error:
            raise EndpointError(str(error)) from error
        except httpcore2.TimeoutException as error:
            raise EndpointError(f"{url}: expected an answer within {self._total:g} seconds, found none") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
            raise EndpointError(f"{url}: expected an answer, found: {_reason(error)}") from error

    def _beginning(self, response: httpcore2.Response) -> bytes:
        body = bytearray()
        self._deadline.start(_BODY)
        try:
            for chunk in response.iter_stream():
                body += chunk
                if len(body) >= BEGINNING:
                    break
        except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
            pass  # what came until then is what there is: the status counts
        return bytes(body[:BEGINNING])


@cache
def _tls() -> SSLContext:
    # One for all callers: reading the certificates takes longer than a delivery.
    return httpx2.create_ssl_context(trust_env=False)


def _address(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _header(response: httpcore2.Response, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), None)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
