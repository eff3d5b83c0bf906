"""Feed readers and their parsers, each as what a person finds in the list: title, date, link, text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import feedparser
from reader import Entry, make_reader

from service.records import CHINA
from tests.clients import node, run


@dataclass(frozen=True)
class Article:
    """An entry as a reader lists it: ``published`` in China, ``text`` as HTML."""

    published: str
    id: str
    title: str
    link: str
    text: str
    unread: bool = True

    def __str__(self) -> str:
        return f"{self.published} {self.id} {self.title} {self.link}"


def article(published: datetime, *, id_: object, title: object, link: object, text: object) -> Article:
    """What libraries give, made alike."""
    assert published.tzinfo, "a date without a zone is another one for everybody"
    moment = published.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M")
    return Article(moment, str(id_), str(title), str(link), str(text))


def feedparser_(feeds: Mapping[str, str]) -> dict[str, list[Article]]:
    """feedparser: Python's own."""
    return {name: _feedparser(text) for name, text in feeds.items() if not text.startswith("{")}


def _feedparser(text: str) -> list[Article]:
    parsed = feedparser.parse(text.encode())
    assert not parsed.bozo, parsed.bozo_exception
    return [
        article(
            datetime(*(entry.get("published_parsed") or entry.updated_parsed)[:6], tzinfo=UTC),
            id_=entry.id,
            title=entry.title,
            link=entry.link,
            text=entry.content[0].value if "content" in entry else entry.summary,
        )
        for entry in parsed.entries
    ]


def rss_parser(feeds: Mapping[str, str]) -> dict[str, list[Article]]:
    """That of most JavaScript programs."""
    return _of_node("rss-parser", feeds)


def feedsmith(feeds: Mapping[str, str]) -> dict[str, list[Article]]:
    """A newer one that also knows JSON Feed."""
    return _of_node("feedsmith", feeds)


def _of_node(parser: str, feeds: Mapping[str, str]) -> dict[str, list[Article]]:
    return {
        name: [
            article(
                _date(entry["published"]),
                id_=entry["id"],
                title=entry["title"],
                link=entry["link"],
                text=entry["content"],
            )
            for entry in entries
        ]
        for name, entries in node("feeds.mjs", feeds)[parser].items()
        if entries is not None
    }


def _date(text: str) -> datetime:
    """A date as RFC 3339 or RFC 822 write it."""
    return datetime.fromisoformat(text) if text[0].isdigit() else parsedate_to_datetime(text)


class Newsboat:
    """The terminal's reader, with its list of feeds and its cache in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "config-file").write_text("cleanup-on-quit no\n", encoding="utf-8")

    def fetch(self, *addresses: str) -> None:
        """Reload the feeds, as pressing R does."""
        (self._folder / "url-file").write_text("".join(f"{address}\n" for address in addresses), encoding="utf-8")
        files = [f"--{name}={self._folder / name}" for name in ("url-file", "cache-file", "config-file")]
        run("newsboat", *files, "--execute=reload", environment={"HOME": str(self._folder), "LC_ALL": "C.UTF-8"})

    def articles(self, address: str) -> list[Article]:
        """What its list shows of a feed, the newest first."""
        columns = "pubDate, guid, title, url, content, unread"
        query = f"SELECT {columns} FROM rss_item WHERE feedurl = ? AND NOT deleted ORDER BY pubDate DESC, id"  # noqa: S608 - names of columns
        with closing(sqlite3.connect(self._folder / "cache-file")) as cache:
            rows = cache.execute(query, (address,)).fetchall()
        return [_of_newsboat(*row) for row in rows]

    def read_all(self) -> None:
        """Mark everything as read, as pressing C does."""
        with closing(sqlite3.connect(self._folder / "cache-file")) as cache, cache:
            cache.execute("UPDATE rss_item SET unread = 0")


def _of_newsboat(published: int, guid: str, title: str, link: str, text: str, unread: int) -> Article:
    found = article(datetime.fromtimestamp(published, UTC), id_=guid, title=title, link=link, text=text)
    return replace(found, unread=bool(unread))


class Library:
    """lemon24/reader, which reads JSON Feed as well."""

    def __init__(self, folder: Path) -> None:
        self._reader = make_reader(str(folder / "reader.db"), feed_root="")

    def fetch(self, *addresses: str) -> None:
        """Fetch the feeds now, whenever they were last."""
        for address in addresses:
            self._reader.add_feed(address, exist_ok=True)
            self._reader.update_feed(address)

    def articles(self, address: str) -> list[Article]:
        """What its list shows of a feed, the newest first."""
        return [_of_library(entry) for entry in self._reader.get_entries(feed=address)]

    def read_all(self) -> None:
        """Mark everything as read."""
        for entry in self._reader.get_entries(read=False):
            self._reader.mark_entry_as_read(entry)


def _of_library(entry: Entry) -> Article:
    published = entry.published or entry.updated
    assert published
    text = entry.get_content(prefer_summary=False)
    found = article(published, id_=entry.id, title=entry.title, link=entry.link, text=text.value if text else "")
    return replace(found, unread=not entry.read)


PARSERS: dict[str, Callable[[Mapping[str, str]], dict[str, list[Article]]]] = {
    "feedparser": feedparser_,
    "rss-parser": rss_parser,
    "feedsmith": feedsmith,
}
"""Every parser: from feeds by name to what each finds, of the formats that it knows."""

READERS: dict[str, type[Newsboat | Library]] = {"newsboat": Newsboat, "reader": Library}
"""Every reader that keeps what it has seen."""
