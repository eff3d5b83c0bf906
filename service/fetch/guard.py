"""Connections to public addresses only, and only until a deadline.

The address that was checked is the one connected to, so neither a redirect nor a name that resolves
differently the second time leads into a private network.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore2

from service.errors import SourceError
from service.source import Network

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], tuple[str, ...]]

# All of today's public IPv6 (RFC 4291 §2.4). Outside of it lie mapped, translated (64:ff9b::/96) and local addresses,
# inside of it 6to4, which carries any IPv4 address.
_PUBLIC_IPV6 = IPv6Network("2000::/3")
_6TO4 = IPv6Network("2002::/16")
_TRIED = 3


def is_public(address: Address) -> bool:
    """True for a unicast address that the internet routes and that stands for no other.

    >>> is_public(ip_address("127.0.0.1")), is_public(ip_address("64:ff9b::7f00:1"))
    (False, False)
    """
    if isinstance(address, IPv6Address):
        return address in _PUBLIC_IPV6 and address not in _6TO4 and address.is_global
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of ``host``, as the system resolves it.

    Raises:
        httpcore2.ConnectError: it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"no address for {host}") from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """The time left for one request: no single wait may be longer, so many short ones cannot be either."""

    def __init__(self) -> None:
        """Without end, until started."""
        self._end = float("inf")

    def start(self, seconds: float) -> None:
        """From now on, ``seconds`` are left."""
        self._end = time.monotonic() + seconds

    def cut(self, timeout: float | None) -> float:
        """The shorter of ``timeout`` and what is left.

        Raises:
            httpcore2.ReadTimeout: nothing is left.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time for the whole request is over")
        return left if timeout is None else min(timeout, left)


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to public addresses, and to those in ``allow``."""

    def __init__(self, deadline: Deadline, allow: tuple[Network, ...], resolve: Resolve) -> None:
        """Names are looked up by ``resolve``, once for each connection."""
        self._deadline = deadline
        self._allow = allow
        self._resolve = resolve
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of ``host`` that answers.

        Raises:
            SourceError: one of its addresses is private; the others are not tried, for the name is not trusted.
        """
        addresses = self._resolve(host, port)
        for address in addresses:
            self._require_allowed(host, ip_address(address))
        failure: httpcore2.NetworkError | httpcore2.TimeoutException = httpcore2.ConnectError(f"no address for {host}")
        for address in addresses[:_TRIED]:
            try:
                stream = self._backend.connect_tcp(
                    address, port, self._deadline.cut(timeout), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
                continue
            return _TimedStream(stream, self._deadline)
        raise failure

    def _require_allowed(self, host: str, address: Address) -> None:
        if not is_public(address) and not any(address in network for network in self._allow):
            raise SourceError(f"{host}: expected a public address, found {address}")


class _TimedStream(httpcore2.NetworkStream):
    """A stream none of whose waits lasts beyond the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cut(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cut(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.cut(timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
