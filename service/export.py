"""Every feed as a file, for a web server that serves files only.

::

    index.html                     where to subscribe
    feeds/changes.ics …            Chinese
    feeds/en/changes.ics …         English
    feeds/roads/津蓟高速.ics        what concerns a road; feeds/stations/津蓟高速-天津.ics a station
    changes/ID/index.html          the page that an entry links to

The surprising thing: these are the addresses of the running service, and ``feeds/changes.*`` and ``feeds/log.*`` its
very bytes, so a subscriber does not notice which of the two answers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import escape
from pathlib import Path
from urllib.parse import quote

from service import prose
from service.errors import SetupError
from service.feed import Feed, Format, Lang
from service.gazetteer import road_key, station_key
from service.publish import ATOM, FORMATS, RSS
from service.publish.text import html, line
from service.records import CHINA, Change, Road, day_start
from service.store import Query, StationEntry, Store

_LARGEST_FEED = 500
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_LOG_FORMATS = (RSS, ATOM)
_LONGEST_NAME = 60
"""Characters: three bytes each in Chinese, and file systems allow 255 bytes."""

_FOLDERS = {Lang.ZH: "feeds", Lang.EN: "feeds/en"}
_HEADINGS = {
    Lang.ZH: {"": "全部变更", "log": "每次更正另起一条", "roads": "按道路", "stations": "按收费站"},
    Lang.EN: {
        "": "All changes",
        "log": "A new entry for every correction",
        "roads": "By road",
        "stations": "By station",
    },
}
_STYLE = "body{max-width:48rem;margin:2rem auto;padding:0 1rem;font-family:sans-serif;line-height:1.5}"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of the export; ``written`` is false where it was the same before."""

    path: Path
    written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """What a feed is limited to. ``path`` is its address below the folder of its language, without the extension."""

    path: str
    query: Query
    places: tuple[str, ...] = ()
    log: bool = False

    @property
    def group(self) -> str:
        return "log" if self.log else self.path.rpartition("/")[0]

    @property
    def formats(self) -> tuple[Format, ...]:
        return _LOG_FORMATS if self.log else FORMATS

    def file(self, lang: Lang, form: Format) -> str:
        return f"{_FOLDERS[lang]}/{self.path}.{form.extension}"

    def title(self, lang: Lang) -> str:
        return prose.feed_title(lang, places=self.places, log=self.log)


def export(store: Store, folder: Path, *, base_url: str, grace: timedelta, now: datetime) -> Iterator[Exported]:
    """Write all files below ``folder``, each at once or not at all, and tell of each; none is ever deleted.

    ``base_url`` is where ``folder`` will be served, ``grace`` how long an ended change stays in a feed.

    Raises:
        SetupError: a file cannot be written.
        StoreError: the database cannot be read.
    """
    for name, content in _files(store, base_url.rstrip("/"), grace, now):
        path = folder / name
        try:
            yield Exported(path, _write(path, content))
        except OSError as error:
            raise SetupError(f"{path}: expected a file that can be written, found: {error.strerror}") from error


def _write(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, since a rename is atomic within one file system only.
    part = path.with_name(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
    return True


def _files(store: Store, base_url: str, grace: timedelta, now: datetime) -> Iterator[tuple[str, bytes]]:
    changes = tuple(_all(store, now))
    scopes = tuple(_scopes(store.stations(Query()), changes, day_start(now.astimezone(CHINA).date()) - grace))
    for scope in scopes:
        yield from _feeds(scope, store, base_url, now)
    for change in changes:
        yield f"changes/{quote(change.id, safe='')}/index.html", _page(change).encode()
    # Last, so that it never names a file that is not there yet.
    yield "index.html", _index(scopes).encode()


def _all(store: Store, now: datetime) -> Iterator[Change]:
    query = Query(limit=_LARGEST_FEED)
    while True:
        page = store.changes(query, now)
        yield from (revision.change for revision in page.revisions)
        if page.next is None:
            return
        query = replace(query, after=page.next)


def _scopes(stations: Iterable[StationEntry], changes: Iterable[Change], recent: datetime) -> Iterator[_Scope]:
    current = Query(recent=recent, limit=_LARGEST_FEED)
    yield _Scope(path="changes", query=current)
    yield _Scope(path="log", query=Query(limit=_LARGEST_FEED), log=True)
    for road in sorted({key for change in changes if (key := _key(change.road))}):
        yield _Scope(path=f"roads/{_file_name(road)}", query=replace(current, road=road), places=(road,))
    # 新 and 原 of one name share a feed: who passes there wants both.
    at = {(_key(entry.road), station_key(entry.name)): entry.name for entry in stations}
    names = [station for _, station in at]
    for (road, station), name in sorted(at.items()):
        places = tuple(filter(None, (road, name)))
        # Newspapers leave out the road where their readers know it, so it counts only where it tells two apart.
        only = None if names.count(station) == 1 else road or None
        yield _Scope(
            path=f"stations/{_file_name(*filter(None, (road, station)))}",
            query=replace(current, station=station, road=only),
            places=places,
        )


def _key(road: Road | None) -> str:
    return road_key(road.name or road.number or "") if road else ""


def _file_name(*words: str) -> str:
    """``words`` as a file name: as they are where they have letters and digits only, else with a hash."""
    name = "-".join(re.sub(r"\W", "", word) for word in words)[:_LONGEST_NAME]
    if name == "-".join(words) and all(re.fullmatch(r"\w+", word) for word in words):
        return name
    return f"{name}-{sha256('/'.join(words).encode()).hexdigest()[:8]}".lstrip("-")


def _feeds(scope: _Scope, store: Store, base_url: str, now: datetime) -> Iterator[tuple[str, bytes]]:
    revisions = store.newest(scope.query) if scope.log else store.changes(scope.query, now).revisions
    updated = store.updated(scope.query) or _BEGINNING
    for lang in Lang:
        for form in scope.formats:
            file = scope.file(lang, form)
            feed = Feed(
                title=scope.title(lang),
                description=prose.feed_description(lang, log=scope.log),
                url=f"{base_url}/{quote(file)}",
                home=f"{base_url}/?lang={lang}",
                base_url=base_url,
                lang=lang,
                updated=updated,
                revisions=revisions,
                log=scope.log,
            )
            yield file, form.render(feed)


def _page(change: Change) -> str:
    sections = (
        f'<section lang="{lang.tag}"><h1>{escape(line(prose.title(change, lang)))}</h1>{html(change, lang)}</section>'
        for lang in Lang
    )
    title = escape(line(prose.title(change, Lang.ZH)))
    return _document(title, "\n".join((*sections, '<p><a href="../../">tollfeed</a></p>')))


def _index(scopes: Iterable[_Scope]) -> str:
    found = tuple(scopes)
    return _document("tollfeed", "\n".join(_section(found, lang) for lang in Lang))


def _section(scopes: tuple[_Scope, ...], lang: Lang) -> str:
    lines = [f'<section lang="{lang.tag}">']
    for group, heading in _HEADINGS[lang].items():
        feeds = [scope for scope in scopes if scope.group == group]
        if feeds:
            lines += [f"<h2>{heading}</h2>", "<ul>", *(_links(scope, lang) for scope in feeds), "</ul>"]
    return "\n".join((*lines, "</section>"))


def _links(scope: _Scope, lang: Lang) -> str:
    links = (f'<a href="{quote(scope.file(lang, form))}">{form.name}</a>' for form in scope.formats)
    name = " ".join(scope.places) or scope.title(lang)
    return f"<li>{escape(line(name))}: {' '.join(links)}</li>"


def _document(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{_STYLE}</style>\n{body}\n</html>\n'
    )
