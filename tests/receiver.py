"""A real endpoint: an HTTP server that notes what it is sent, and answers as a test wants it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.web_server import Reply


@dataclass(frozen=True)
class Received:
    """A request as it came, and when."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def message(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """``replies`` maps a path to its reply, or to several, of which the last repeats; 200 where there is none.

    Challenges it answers by itself, unless it is ``silent``.
    """

    url: str = ""
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    silent: bool = False

    def messages(self, path: str = "/hook") -> list[Any]:
        """What was posted there, challenges aside."""
        return [each.message for each in self.posted(path)]

    def posted(self, path: str = "/hook") -> list[Received]:
        return [
            each
            for each in self.received
            if (each.method, each.path) == ("POST", path) and b'"endpoint.verification"' not in each.body
        ]

    def reply(self, request: Received) -> Reply:
        challenge = _challenge(request)
        if challenge is not None and not self.silent:
            return Reply(body=challenge)
        found = self.replies.get(request.path, Reply())
        if isinstance(found, Reply):
            return found
        return found.pop(0) if len(found) > 1 else found[0]


def _challenge(request: Received) -> bytes | None:
    if request.method == "GET":
        return "".join(request.query.get("hub.challenge", [])).encode() or None
    if b'"endpoint.verification"' in request.body:
        return json.dumps({"challenge": request.message["data"]["challenge"]}).encode()
    return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        address = urlsplit(self.path)
        query = parse_qs(address.query, keep_blank_values=True)
        request = Received(self.command, address.path, query, dict(self.headers), body, time.monotonic())
        self.receiver.received.append(request)
        reply = self.receiver.reply(request)
        time.sleep(reply.delay)
        try:
            self._write(reply)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the client has seen enough, which is what is tested

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.stream:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)
        if reply.stream:
            reply.stream(self.wfile.write)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by http.server
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()
