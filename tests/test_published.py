"""What is published: the files of tests/published, byte by byte, and whatever words a notice may hold."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import feedparser
import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from lxml import etree

from service.feed import Feed, Format, Lang
from service.publish import ATOM, FORMATS, ICALENDAR, LOG_FORMATS, RSS
from service.records import Change, Kind, NoticeReference, Station
from tests.make import change
from tests.published.cases import CALENDARS, FEEDS, FOLDER, MOVED, READERS, feed, published

ATOM_NAMESPACE = "{http://www.w3.org/2005/Atom}"
FORMATS_BY_NAME = [pytest.param(format_, id=format_.extension) for format_ in FORMATS]
LOG_FORMATS_BY_NAME = [pytest.param(format_, id=format_.extension) for format_ in LOG_FORMATS]


@pytest.mark.parametrize("format_", FORMATS_BY_NAME)
@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_published_as_in_its_file(name: str, format_: Format, request: pytest.FixtureRequest) -> None:
    _published_as_in_its_file(name, FEEDS[name], format_, request)


@pytest.mark.parametrize("format_", LOG_FORMATS_BY_NAME)
@pytest.mark.parametrize("name", READERS)
def test_a_feed_for_readers_is_published_as_in_its_file(
    name: str, format_: Format, request: pytest.FixtureRequest
) -> None:
    _published_as_in_its_file(name, READERS[name], format_, request)


@pytest.mark.parametrize("name", CALENDARS)
def test_a_calendar_of_wishes_is_published_as_in_its_file(name: str, request: pytest.FixtureRequest) -> None:
    _published_as_in_its_file(name, CALENDARS[name], ICALENDAR, request)


def _published_as_in_its_file(name: str, here: Feed, format_: Format, request: pytest.FixtureRequest) -> None:
    rendered = format_.render(here)
    if request.config.getoption("--update"):
        published(name, format_).write_bytes(rendered)
    assert rendered == published(name, format_).read_bytes()


@pytest.mark.parametrize("lang", Lang)
def test_there_is_a_case_of_every_kind(lang: Lang) -> None:
    published_ones = (
        revision.change.kind for here in FEEDS.values() if here.lang is lang for revision in here.revisions
    )
    assert set(published_ones) == set(Kind)


def test_every_file_belongs_to_a_case() -> None:
    files = {path.name for format_ in FORMATS for path in FOLDER.glob(f"*.{format_.extension}")}
    calendars = {published(name, ICALENDAR).name for name in CALENDARS}
    readers = {published(name, format_).name for name in READERS for format_ in LOG_FORMATS}
    assert files == calendars | readers | {published(name, format_).name for name in FEEDS for format_ in FORMATS}


@pytest.mark.parametrize("format_", FORMATS_BY_NAME)
def test_the_order_of_the_revisions_given_does_not_matter(format_: Format) -> None:
    here = FEEDS["moved-log"]
    assert format_.render(replace(here, revisions=here.revisions[::-1])) == format_.render(here)


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_the_same_feed_gives_the_same_bytes_in_another_process(seed: str) -> None:
    program = (
        "from hashlib import sha256\n"
        "from service.publish import FORMATS\n"
        "from tests.published.cases import FEEDS\n"
        "for name in FEEDS:\n"
        "    for format_ in FORMATS:\n"
        "        print(name, format_.extension, sha256(format_.render(FEEDS[name])).hexdigest())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": seed, "TZ": "America/New_York"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines() == list(_digests())


def _digests() -> Iterator[str]:
    for name in FEEDS:
        for format_ in FORMATS:
            yield f"{name} {format_.extension} {sha256(published(name, format_).read_bytes()).hexdigest()}"


def test_importing_the_formats_imports_no_library() -> None:
    program = (
        "import sys, service.publish; print([name for name in ('feedgen', 'icalendar', 'lxml') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_a_title_of_nothing_still_gives_a_feed() -> None:
    blank = replace(feed("blank", MOVED[0]), title="\x00", description="", lang=Lang.EN)
    for format_ in (RSS, ATOM):
        assert feedparser.parse(format_.render(blank)).feed.title == "tollfeed"


words = st.text(alphabet=st.characters(), max_size=40) | st.sampled_from(
    [
        "]]>",
        "<b>&nbsp;",
        "a;b,c\\n",
        "\x00\x0b\x1f",
        "\ud800",
        "🚧👩‍🔧",
        "אבג",
        "\r\nBEGIN:VEVENT",
        "\u2028",
        "\x85",
        "%s",
        "  ",
    ]
)


def worded(text: str) -> Change:
    """A change that says ``text`` wherever a text may stand."""
    reference = NoticeReference(
        id="n", title=text, publisher=text, published=date(2024, 10, 20), url=f"https://x/{text}"
    )
    return change(id="worded", station=Station(name=f"{text}站"), renamed_to=text, notice=reference)


@given(words)
def test_any_words_are_published_and_read_back_by_a_feed_reader(text: str) -> None:
    said = feed("words", worded(text))
    title = feedparser.parse(RSS.render(said)).entries[0].title
    assert etree.fromstring(RSS.render(said)).findtext("channel/item/title").startswith("〔关闭〕")
    assert (
        etree.fromstring(ATOM.render(said))
        .findtext(f"{ATOM_NAMESPACE}entry/{ATOM_NAMESPACE}title")
        .endswith("12月31日")
    )
    assert title


@given(words)
def test_any_words_are_published_and_read_back_by_a_calendar(text: str) -> None:
    written = ICALENDAR.render(feed("words", worded(text), change(id="other")))
    read = icalendar.Calendar.from_ical(written)
    names = [f"{name}@tollfeed" for name in ("other", "other-last", "worded", "worded-last")]
    assert [str(event["UID"]) for event in read.events] == names
    assert len(IcsCalendarStream.calendar_from_ics(written.decode()).events) == len(names)
    assert read.events[2]["SUMMARY"].startswith("〔关闭〕")
    assert read.events[2]["SUMMARY"].endswith("站 出入口，至12月31日")


@given(words)
def test_one_bad_text_does_not_lose_the_other_entries(text: str) -> None:
    said = feed("words", worded(text), change(id="other"))
    for format_ in (RSS, ATOM):
        assert len(feedparser.parse(format_.render(said)).entries) == 2
