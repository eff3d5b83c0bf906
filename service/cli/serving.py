"""serve, demo: the web server, on its own data or on sample notices."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import BaseUrl, Data, Database, Language, Rules, now, settings
from service.errors import SetupError
from service.gazetteer import PLACES
from service.prose import Lang
from service.reading.rules import load_rules
from service.records import Action, Revision, at

if TYPE_CHECKING:
    from service.settings import Settings

app = typer.Typer()

_PORT = 8000

Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Address to listen at; 0.0.0.0 for every one of this machine. 监听地址。")
]
Port = Annotated[int, typer.Option(min=0, max=65535, metavar="N", help="Port to listen at; 0 for any free. 端口。")]


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = _PORT,
    data: Data = None,
    database: Database = None,
    base_url: BaseUrl = None,
    rules: Rules = None,
) -> None:
    """Serve feeds, calendars, API and pages, and poll the sources, until interrupted. 启动服务。

    Behind a proxy, say with --base-url what people type; forwarded headers are not believed.
    """
    _stop_on_signals()
    with _listening(host, port) as listener:
        given = settings(data=data, database=database, base_url=base_url, rules=rules)
        _run(_addressed(given, listener), listener, access_log=True)


@app.command()
def demo(
    host: Host = "127.0.0.1",
    port: Port = _PORT,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to keep; without it a temporary one, deleted at the end. 数据目录。"),
    ] = None,
    lang: Language = Lang.ZH,
) -> None:
    """Read sample notices, print what was read, and serve the feeds. 读入样例公告并启动服务。

    The samples are a newspaper page of October 2024, and notices about invented roads, dated around today.
    """
    _stop_on_signals()
    with _listening(host, port) as listener, TemporaryDirectory(prefix="tollfeed-demo-") as temporary:
        # Nothing else of the environment: a demo must not touch a real database, nor poll real sources.
        folder = data or Path(temporary)
        given = _addressed(
            settings(data=folder, database=f"sqlite:///{folder / 'tollfeed.db'}", base_url=None), listener
        )
        _lay_out_road(given)
        _read_samples(given, lang)
        _run(given, listener, access_log=False)


def _stop_on_signals() -> None:
    """Let an interrupt end the program without a traceback and with exit code 0: it was asked for.

    Also before and after uvicorn listens to signals, and for process 1 of a container, which gets no default action.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Before anything else is done, so that a port in use costs nothing."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SetupError(f"port {port} of {host} is in use; choose another with --port") from error
        expected = f"--host {host} --port {port}: expected an address of this machine"
        raise SetupError(f"{expected} that may be used, found: {error.strerror}") from error


def _addressed(given: Settings, listener: socket.socket) -> Settings:
    """Settings whose base URL is where we listen, unless the operator said another."""
    if "base_url" in given.model_fields_set:
        return given
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - not bound here
    return given.model_copy(update={"base_url": f"http://{reachable}:{port}"})


def _run(given: Settings, listener: socket.socket, *, access_log: bool) -> None:
    from service.web.app import create_app
    from service.web.server import Server, configured

    _check(given)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("service", "uvicorn"):
        logging.getLogger(name).setLevel(logging.INFO)
    app_ = create_app(given)
    # Forwarded headers are not believed: nothing here needs the address of a client.
    config = configured(app_, log_config=None, access_log=access_log, proxy_headers=False)
    Server(config).run([listener])


def _check(given: Settings) -> None:
    """What keeps the server from starting, said in one line instead of its traceback.

    Raises:
        TollfeedError: naming the file, variable or rule.
    """
    from service.inbox import INBOX
    from service.sources import load_sources
    from service.store import Store

    Store.open(given.database_url).close()
    load_rules(given.rules, given.data / PLACES)
    load_sources(given.data / "sources.yaml", given.poll_every)
    if given.poll:
        inbox = given.data / INBOX
        try:
            inbox.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"{inbox}: expected a folder that can be written to, found: {error.strerror}") from error


def _lay_out_road(given: Settings) -> None:
    """Put the fictional road where an operator keeps roads of their own."""
    from service.demo import FICTIONAL

    places = given.data / PLACES
    try:
        places.mkdir(parents=True, exist_ok=True)
        (places / FICTIONAL.name).write_bytes(FICTIONAL.read_bytes())
    except OSError as error:
        raise SetupError(f"{places}: expected a folder that can be written to, found: {error.strerror}") from error


def _read_samples(given: Settings, lang: Lang) -> None:
    from service.cli.tables import print_changes
    from service.demo import ingest_samples
    from service.store import Store

    moment = now()
    with closing(Store.open(given.database_url)) as store:
        revisions = ingest_samples(store, load_rules(given.rules, given.data / PLACES), moment)
    print_changes([at(revision.change, moment) for revision in revisions], lang)
    for address, what in _addresses(given.base_url, revisions):
        print(f"{what}\n  {address}")
    print("Ctrl-C ends the demo. 按 Ctrl-C 结束。", flush=True)


def _addresses(base_url: str, revisions: Iterable[Revision]) -> Iterator[tuple[str, str]]:
    """What to try, and what it is."""
    from service.stations import entry

    yield f"{base_url}/", "start page 首页"
    yield f"{base_url}/feeds/changes.rss", "RSS"
    yield f"{base_url}/feeds/changes.atom", "Atom"
    yield f"{base_url}/feeds/changes.ics", "iCalendar"
    yield (
        base_url.replace("http:", "webcal:") + "/feeds/changes.ics",
        "the same, for a calendar program 在日历程序中订阅",
    )
    yield f"{base_url}/v1/changes?status=active", "API: what holds now 目前生效的变更"
    altered = [revision for revision in revisions if revision.change.action is Action.EXTEND]
    for revision in altered[:1]:
        yield f"{base_url}/v1/changes/{revision.change.id}/history", "API: a closure that was extended 延期的前后两版"
        station = entry(revision.change)
        if station:
            yield f"{base_url}/v1/stations/{station.id}/timeline", f"API: everything at 有关{station.name}的一切"
