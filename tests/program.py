"""The program as people run it: real processes, in a folder of their own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

TOLLFEED = str(Path(sys.executable).with_name("tollfeed"))
PATIENCE = 60
"""Seconds after which a process has failed, however busy the machine is."""

NOTICE = "津蓟高速公路津榆路收费站入口将于10月21日至10月31日封闭施工。"
EXTENDED = "津蓟高速公路津榆路收费站入口封闭时间延长至11月10日。"


@dataclass(frozen=True)
class Done:
    """A process that ended."""

    code: int
    out: str
    error: str


def run(
    *arguments: str | Path,
    folder: Path,
    stdin: bytes = b"",
    variables: dict[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> Done:
    """``tollfeed`` with ``arguments``, run in ``folder``; ``before`` is called in the process before it is tollfeed."""
    done = subprocess.run(
        _command(arguments, variables),
        cwd=folder,
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        preexec_fn=before,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


@dataclass(frozen=True)
class Server:
    """A process that answers at ``address``, and what it says."""

    address: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def serving(
    *arguments: str | Path, folder: Path, variables: dict[str, str] | None = None, stop: int = signal.SIGTERM
) -> Iterator[str]:
    """The address of ``tollfeed`` with ``arguments``, on a free port; stopped at the end, which must go well."""
    with started(*arguments, folder=folder, variables=variables) as server:
        yield server.address
        server.process.send_signal(stop)
        assert server.process.wait(PATIENCE) == 0, server.log.read_text("utf-8")


@contextmanager
def started(*arguments: str | Path, folder: Path, variables: dict[str, str] | None = None) -> Iterator[Server]:
    """``tollfeed`` with ``arguments``, on a free port; killed at the end, unless it is gone by then."""
    port = free_port()
    log = folder / "log.txt"
    with log.open("ab") as errors, (folder / "out.txt").open("wb") as out:
        process = subprocess.Popen(
            _command((*arguments, "--port", str(port)), variables), cwd=folder, stdout=out, stderr=errors
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process)
        yield Server(address, process, log)
    finally:
        process.kill()
        process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the server at ``address`` answers that it is alive."""
    end = monotonic() + PATIENCE
    while process.poll() is None and monotonic() < end:
        try:
            assert get(f"{address}/healthz") == b'{"status":"ok"}'
        except URLError:
            sleep(0.05)
        else:
            return
    raise AssertionError(f"no answer at {address}; the process ended with {process.poll()}")


def get(address: str) -> bytes:
    """The body of the answer at ``address``."""
    with urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - an address of ours
        content: bytes = answer.read()
        return content


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _command(arguments: tuple[str | Path, ...], variables: dict[str, str] | None) -> list[str]:
    return ["env", *(f"{name}={value}" for name, value in (variables or {}).items()), TOLLFEED, *map(str, arguments)]
