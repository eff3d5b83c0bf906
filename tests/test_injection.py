"""What strangers write, in notices and in addresses, through everything that answers: words stay words.

What may come out is valid XML, iCalendar, JSON or HTML, or a problem document; never another header, event or tag.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import httpx2
import icalendar
import pytest
from lxml import etree, html

from service.records import Change, NoticeReference, Station
from tests.clients.calendars import PARSERS
from tests.web import CHANGES, filled, serving

WORDS = (
    "]]><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "\r\nX-Injected: 1\r\n\r\n<b>",
    "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:injected",
    "a;b,c\\n:\\",
    "=cmd|'/c calc'!A1",
    "\u202etxt.exe\u202c\u2066",
    "\x00\x0b\x1f\x7f\u0085\u2028",
    "🚧👩‍🔧אבג",
    "{{7*7}}${7*7}<%=7*7%>",
    "../../etc/passwd",
    "站" * 5000,
)

FEEDS = tuple(
    f"/feeds/{kind}.{extension}"
    for kind, extensions in (("changes", ("rss", "atom", "json", "ics")), ("log", ("rss", "atom", "json")))
    for extension in extensions
)
PAGES = ("/", "/subscribe", "/feeds", "/status", "/roads")
API = ("/v1/changes", "/v1/stations")


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = f"sqlite:///{tmp_path_factory.mktemp('site') / 'test.db'}"
    filled(database, tuple(worded(number, words) for number, words in enumerate(WORDS)))
    with serving(database) as base_url:
        yield base_url


def worded(number: int, words: str) -> Change:
    """A change that says ``words`` wherever a notice may."""
    reference = NoticeReference(
        id=f"hostile-{number}",
        title=words,
        publisher=words,
        published=CHANGES[0].notice.published,
        url=f"https://news.example/{words}",
    )
    return replace(CHANGES[0], station=Station(name=f"{number}{words}站"), notice=reference)


def sound(answer: httpx2.Response) -> None:
    """Fail unless the answer is what it says it is, and nothing more."""
    assert "x-injected" not in answer.headers
    kind = answer.headers["content-type"].partition(";")[0]
    if kind.endswith("json"):
        json.loads(answer.content)
    elif kind == "text/calendar":
        calendar = icalendar.Calendar.from_ical(answer.content)
        assert not [event for event in calendar.events if event["UID"] == "injected"]
        assert not calendar.errors
    elif kind == "text/html":
        document = html.fromstring(answer.content.decode())
        assert not document.xpath("//script[not(@type='application/ld+json')] | //img[@onerror] | //*[@onload]")
    else:
        etree.fromstring(answer.content)


@pytest.mark.parametrize("path", [*FEEDS, *PAGES, *API])
def test_hostile_notices_give_sound_answers(base_url: str, path: str) -> None:
    answer = httpx2.get(base_url + path)
    assert answer.status_code == 200
    sound(answer)


def test_hostile_notices_have_their_own_pages(base_url: str) -> None:
    changes = httpx2.get(f"{base_url}/v1/changes", params={"limit": 50}).json()["changes"]
    assert len(changes) == len(WORDS)
    stations = httpx2.get(f"{base_url}/v1/stations").json()["stations"]
    paths = [
        *(f"/changes/{change['id']}" for change in changes),
        *(f"/notices/{change['notice']['id']}" for change in changes),
    ]
    for path in (*paths, *(f"/stations/{station['id']}" for station in stations)):
        answer = httpx2.get(base_url + path)
        assert answer.status_code == 200, path
        sound(answer)


def test_every_calendar_program_reads_what_is_left(base_url: str) -> None:
    text = httpx2.get(f"{base_url}/feeds/changes.ics").text
    for name in ("recurring-ical-events", "ical", "vobject"):
        (entries,) = PARSERS[name]({"calendar": text}).values()
        assert len({entry.uid for entry in entries}) == 2 * len(WORDS)


@pytest.mark.parametrize("path", [*FEEDS, *PAGES, *API])
def test_hostile_words_in_an_address_are_answered_soundly(base_url: str, path: str) -> None:
    """As the value of every parameter that takes words, as one that does not, and as a name."""
    with httpx2.Client(base_url=base_url) as client:
        for words in WORDS:
            for parameter in ("road", "station", "q", "kind", "lang", words[:50]):
                answer = client.get(f"{path}?{quote(parameter, safe='')}={quote(words[:2000], safe='')}")
                assert answer.status_code in (200, 400, 414), (parameter, words)
                sound(answer)


@pytest.mark.parametrize(
    "path",
    [
        "/changes/{}",
        "/stations/{}",
        "/notices/{}",
        "/roads/{}",
        "/v1/changes/{}",
        "/calendars/{}/a.ics",
        "/calendars/AA/{}.ics",
        "/static/{}",
        "/feeds/{}",
    ],
)
def test_hostile_words_in_a_path_are_answered_soundly(base_url: str, path: str) -> None:
    with httpx2.Client(base_url=base_url) as client:
        for words in WORDS:
            answer = client.get(path.format(quote(words[:2000], safe="")))
            assert answer.status_code in (200, 301, 307, 308, 400, 404, 414), words
            sound(answer)
