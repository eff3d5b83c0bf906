"""What feed readers list: every file of tests/published by parsers and readers, and what an update does to their lists.

tests/published/readers.yaml is the one table of what must be listed; each client is a row that is held to it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from service.publish import FORMATS, ICALENDAR
from service.records import Action
from service.store import Store
from tests.clients import needs, needs_node
from tests.clients.readers import PARSERS, READERS, Article, Library, Newsboat
from tests.clients.table import Table
from tests.make import china, notice, validity
from tests.published.cases import FOLDER
from tests.web import CHANGES, NOW, filled, serving

_PARSERS = [pytest.param(name, marks=needs_node) if name in ("rss-parser", "feedsmith") else name for name in PARSERS]
_READERS = [pytest.param(name, marks=needs(name)) if name == "newsboat" else name for name in READERS]


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Table:
    return Table(FOLDER / "readers.yaml", update=request.config.getoption("--update"))


@pytest.fixture(scope="module")
def feeds() -> dict[str, str]:
    """Every feed in every format."""
    extensions = [form.extension for form in FORMATS if form is not ICALENDAR]
    files = (path for extension in extensions for path in sorted(FOLDER.glob(f"*.{extension}")))
    return {path.name: path.read_bytes().decode() for path in files}


@pytest.fixture(scope="module", params=[*_PARSERS, *_READERS])
def listed(
    request: pytest.FixtureRequest, feeds: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Article]]:
    """What a client lists of every feed in a format that it knows."""
    if request.param in PARSERS:
        return PARSERS[request.param](feeds)
    known = {name: text for name, text in feeds.items() if request.param != "newsboat" or not text.startswith("{")}
    return {name: subscribed(READERS[request.param], name, text, tmp_path_factory) for name, text in known.items()}


def subscribed(
    reader: type[Newsboat | Library], name: str, text: str, tmp_path_factory: pytest.TempPathFactory
) -> list[Article]:
    """The list of a new reader: in one that knows both, an entry of RSS would be the one of Atom, by its id."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / name).write_text(text, encoding="utf-8")
    subscriber = reader(folder)
    subscriber.fetch(f"file://{folder / name}")
    return subscriber.articles(f"file://{folder / name}")


def test_every_client_lists_the_same(listed: dict[str, list[Article]], table: Table) -> None:
    assert listed
    for name, articles in listed.items():
        table.holds(name.rpartition(".")[0], [str(article) for article in newest_first(articles)])


def test_every_client_shows_the_same_text_and_no_script(
    listed: dict[str, list[Article]], feeds: dict[str, str]
) -> None:
    plain = PARSERS["feedparser"]({name: text for name, text in feeds.items() if not text.startswith("{")})
    for name, articles in listed.items():
        expected = plain.get(name) or plain[f"{name.rpartition('.')[0]}.rss"]
        assert [words(each.text) for each in newest_first(articles)] == [
            words(each.text) for each in newest_first(expected)
        ]


def newest_first(articles: list[Article]) -> list[Article]:
    """In one order, since some clients keep that of the feed and others sort."""
    return sorted(articles, key=lambda article: (article.published, article.id), reverse=True)


def words(text: str) -> str:
    """What a person reads, from the elements that our texts are made of."""
    document = html.fromstring(f"<div>{text}</div>")
    assert {element.tag for element in document.iter()} <= {
        "div",
        "p",
        "a",
        "ul",
        "li",
        "del",
        "ins",
        "blockquote",
        "q",
    }
    return " ".join(document.text_content().split())


FEEDS_OVER_HTTP = ("changes.rss", "changes.atom", "log.rss", "log.atom")


@pytest.mark.parametrize("feed", FEEDS_OVER_HTTP)
@pytest.mark.parametrize("reader", _READERS)
def test_an_update_is_news_in_the_log_and_stays_read_in_the_feed_of_states(
    reader: str, feed: str, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'test.db'}"
    filled(database)
    subscriber = READERS[reader](tmp_path)
    with serving(database) as base_url:
        address = f"{base_url}/feeds/{feed}"
        subscriber.fetch(address)
        before = subscriber.articles(address)
        assert len(before) == len({article.id for article in before}) == (5 if "changes" in feed else 6)
        assert all(article.unread for article in before)
        subscriber.read_all()
        extend(database)
        for _ in range(2):
            subscriber.fetch(address)
        after = subscriber.articles(address)
        unread = [article.title for article in after if article.unread]
    assert len(after) == len(before) + len(unread)
    titles = [article.title for article in after if "津榆路" in article.title and "1月31日" in article.title]
    assert len(titles) == 1
    assert unread == (titles if "log" in feed else [])


def extend(database: str) -> None:
    """What the authority says a day later of the first change."""
    reference = replace(CHANGES[0].notice, id="later")
    longer = validity(china(2024, 10, 21), china(2025, 2, 1))
    store = Store.open(database)
    store.add(notice(id="later"), [replace(CHANGES[0], action=Action.EXTEND, validity=longer, notice=reference)], NOW)
    store.close()
