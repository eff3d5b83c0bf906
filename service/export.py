"""Every feed as a file, for a web server that serves files only.

::

    index.html                     where to subscribe
    feeds/changes.ics …            Chinese
    feeds/en/changes.ics …         English
    feeds/log/1.atom …             what is too old for feeds/log.atom
    feeds/roads/津蓟高速.ics        what concerns a road; feeds/stations/津蓟高速-天津.ics a station
    static/…                       the picture that feeds show
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
from service.contents import LARGEST, WHOLE, Backgrounds, log, snapshot, states, with_backgrounds, with_departed
from service.errors import SetupError
from service.feed import Feed, Format, Lang
from service.gazetteer import Gazetteer, road_key, station_key
from service.publish import ATOM, FORMATS, ICALENDAR, LOG_FORMATS, MACHINE_FORMATS
from service.publish.text import html, line
from service.records import CHINA, Change, Road, day_start
from service.store import Query, StationEntry, Store

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ICON = "static/apple-touch-icon.png"
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
_ALL = "changes"
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
        if self.log:
            return LOG_FORMATS
        return (*FORMATS, *MACHINE_FORMATS) if self.path == _ALL else FORMATS

    def file(self, lang: Lang, form: Format, archive: int | None = None) -> str:
        path = self.path if archive is None else f"{self.path}/{archive}"
        return f"{_FOLDERS[lang]}/{path}.{form.extension}"

    def title(self, lang: Lang) -> str:
        return prose.feed_title(lang, places=self.places, log=self.log)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What files are written for: where they will be served, and what the running service would know beside its store.

    ``grace`` is how long an ended change stays in a feed, ``hub`` where subscribers may ask to be told.
    """

    base_url: str
    grace: timedelta
    gazetteer: Gazetteer
    hub: str | None = None
    publisher: str = "tollfeed"
    machine_grace: timedelta = timedelta(days=1)
    horizon: timedelta = timedelta(days=14)

    def address(self, file: str) -> str:
        """Where ``file`` will be."""
        return f"{self.base_url.rstrip('/')}/{quote(file)}"


def export(store: Store, folder: Path, site: Site, now: datetime) -> Iterator[Exported]:
    """Write all files below ``folder``, each at once or not at all, and tell of each; none is ever deleted.

    Raises:
        SetupError: a file cannot be written.
        StoreError: the database cannot be read.
    """
    for name, content in _files(store, site, now):
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


def _files(store: Store, site: Site, now: datetime) -> Iterator[tuple[str, bytes]]:
    changes = tuple(_all(store, now))
    scopes = tuple(_scopes(store.stations(Query()), changes, day_start(now.astimezone(CHINA).date()) - site.grace))
    backgrounds = Backgrounds(store)
    for scope in scopes:
        yield from _feeds(scope, store, backgrounds, site, now)
    yield _ICON, (Path(__file__).parent / "web" / _ICON).read_bytes()
    for change in changes:
        yield f"changes/{quote(change.id, safe='')}/index.html", _page(change).encode()
    # Last, so that it never names a file that is not there yet.
    yield "index.html", _index(scopes).encode()


def _all(store: Store, now: datetime) -> Iterator[Change]:
    query = Query(limit=LARGEST)
    while True:
        page = store.changes(query, now)
        yield from (revision.change for revision in page.revisions)
        if page.next is None:
            return
        query = replace(query, after=page.next)


def _scopes(stations: Iterable[StationEntry], changes: Iterable[Change], recent: datetime) -> Iterator[_Scope]:
    current = Query(recent=recent)
    yield _Scope(path=_ALL, query=current)
    yield _Scope(path="log", query=Query(), log=True)
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


def _feeds(
    scope: _Scope, store: Store, backgrounds: Backgrounds, site: Site, now: datetime
) -> Iterator[tuple[str, bytes]]:
    contents = _logs if scope.log else _states
    for lang in Lang:
        for form in scope.formats:
            for file, feed in contents(scope, lang, form, store, site, now):
                yield (
                    file,
                    form.render(feed if form is ICALENDAR or form.machine else with_backgrounds(feed, backgrounds)),
                )


def _states(
    scope: _Scope, lang: Lang, form: Format, store: Store, site: Site, now: datetime
) -> Iterator[tuple[str, Feed]]:
    frame = _frame(scope, lang, form, site)
    if form.machine:
        today = now.astimezone(CHINA).date()
        query = replace(scope.query, limit=WHOLE, recent=day_start(today) - site.machine_grace)
        yield scope.file(lang, form), snapshot(replace(frame, today=today), store, query, now)
        return
    feed = states(frame, store, replace(scope.query, limit=LARGEST), now)
    yield scope.file(lang, form), with_departed(feed, store, scope.query, site.grace) if form is ATOM else feed


def _logs(scope: _Scope, lang: Lang, form: Format, store: Store, site: Site, _: datetime) -> Iterator[tuple[str, Feed]]:
    """The log, and its archives."""

    def archive(number: int) -> str:
        return site.address(scope.file(lang, form, number))

    frame = _frame(scope, lang, form, site)
    for number in (None, *range(1, store.length(scope.query) // LARGEST + 1)):
        own = frame if number is None else replace(frame, url=archive(number), current=frame.url)
        found = log(own, store, scope.query, archive, number)
        if found:
            yield scope.file(lang, form, number), found


def _frame(scope: _Scope, lang: Lang, form: Format, site: Site) -> Feed:
    """A feed that has nothing in it yet."""
    base_url = site.base_url.rstrip("/")
    return Feed(
        title=scope.title(lang),
        description=prose.feed_description(lang, log=scope.log),
        url=site.address(scope.file(lang, form)),
        home=f"{base_url}/?lang={lang}",
        base_url=base_url,
        lang=lang,
        updated=_BEGINNING,
        revisions=(),
        hub=site.hub,
        gazetteer=site.gazetteer,
        publisher=site.publisher,
        horizon=site.horizon,
    )


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
