"""The pages in a real browser: found, read, subscribed to; by phone, by keyboard, without scripts, in the dark.

``pytest --screenshots tests/test_browser.py`` writes the pictures of docs/pictures anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx2
import icalendar
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from service.demo import ingest_samples
from service.reading.rules import load_rules
from service.records import Action, NoticeReference, Station
from service.store import Store
from tests.clients import needs, needs_node
from tests.clients.browser import Visit, chromium, visiting
from tests.make import PUBLISHED, change, notice
from tests.web import NOW, Clock, serving

pytestmark = needs("chromium")

Look = Callable[..., AbstractContextManager[Visit]]

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>站'


@dataclass(frozen=True)
class Site:
    """The demo's notices behind the real server, on the day of the tests, and one notice that means harm."""

    base_url: str
    station: str
    change: str
    hostile: str

    @property
    def pages(self) -> dict[str, str]:
        """Every kind of page."""
        return {
            "start": "/",
            "search": f"/?q={quote('津蓟 天津站')}",
            "a day": "/?on=2024-11-05",
            "nothing": "/?q=nothing",
            "roads": "/roads",
            "road": f"/roads/{quote('津蓟高速')}",
            "station": f"/stations/{self.station}",
            "change": f"/changes/{self.change}",
            "hostile change": f"/changes/{self.hostile}",
            "notice": "/notices/hostile",
            "subscribe": "/subscribe",
            "subscribed": f"/subscribe?what=station&station={quote('天津站')}",
            "feeds": "/feeds",
            "status": "/status",
            "problems": "/problems",
        }


@contextmanager
def opened(database: str, *, harm: bool) -> Iterator[Site]:
    """The site on the notices of the demo and, with ``harm``, on one that would do some."""
    with closing(Store.open(database)) as store:
        revisions = ingest_samples(store, load_rules(), NOW)
        hostile = notice(id="hostile", title=HOSTILE, publisher=HOSTILE, text=HOSTILE)
        reference = NoticeReference(id="hostile", title=HOSTILE, publisher=HOSTILE, published=PUBLISHED)
        harmful = change(station=Station(name=HOSTILE), notice=reference)
        added = store.add(hostile, [harmful], NOW).revisions if harm else revisions
    extended = next(each.change for each in revisions if each.change.action is Action.EXTEND)
    with serving(database, Clock(NOW)) as base_url:
        stations = httpx2.get(f"{base_url}/v1/stations", params={"q": "天津站"}).json()["stations"]
        yield Site(base_url, stations[0]["id"], extended.id, added[0].change.id)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened(f"sqlite:///{tmp_path_factory.mktemp('site') / 'test.db'}", harm=True) as site:
        yield site


@pytest.fixture(scope="module")
def pictured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same without harm, for pictures."""
    with opened(f"sqlite:///{tmp_path_factory.mktemp('site') / 'test.db'}", harm=False) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def look(browser: Browser, site: Site) -> Look:
    """Visit the site with a window of one's own: ``with look(color_scheme="dark") as visit``."""
    return partial(visiting, browser, site.base_url)


def test_a_commuter_finds_a_station_and_subscribes(look: Look, site: Site) -> None:
    with look() as visit:
        page = visit.page
        page.goto("/")
        page.get_by_role("searchbox").fill("津蓟 天津站")
        page.get_by_role("searchbox").press("Enter")
        page.locator("main").get_by_role("link", name="天津站", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("天津站")
        page.locator("main").get_by_role("link", name="设置订阅").click()
        page.get_by_role("button", name="生成链接").click()
        address = page.get_by_label("日历链接").input_value()
        apple = page.get_by_role("link", name="苹果日历").get_attribute("href")
        upcoming = page.locator(".events a").all_inner_texts()
        assert visit.complaints == []
    assert apple == address.replace("http:", "webcal:")
    assert address.endswith(".ics")
    assert len(address) < 256
    calendar = icalendar.Calendar.from_ical(httpx2.get(site.base_url + urlsplit(address).path).content)
    titles = {str(event["SUMMARY"]) for event in calendar.events}
    assert upcoming
    assert titles >= set(upcoming)
    assert all("天津站" in title for title in titles)


WINDOWS: dict[str, dict[str, Any]] = {
    "wide": {},
    "phone": PHONE,
    "small": {"viewport": {"width": 320, "height": 568}},
    "english": {"locale": "en-GB", **PHONE},
    "dark": {"color_scheme": "dark"},
    "without-scripts": {"java_script_enabled": False},
}


@pytest.mark.parametrize("window", WINDOWS)
def test_every_page_fits_its_window_and_nobody_complains(look: Look, site: Site, window: str) -> None:
    """No sideways scrolling, no script error, nothing refused by the policy, nothing asked of another host."""
    with look(**WINDOWS[window]) as visit:
        found = {}
        for name, path in site.pages.items():
            answer = visit.page.goto(path)
            assert answer
            wide, room = visit.width if window != "without-scripts" else (0, 0)
            found[name] = (answer.status, wide <= room, visit.page.locator("h1").count(), *visit.complaints)
            visit.complaints.clear()
    assert found == dict.fromkeys(site.pages, (200, True, 1))


@needs_node
@pytest.mark.parametrize("window", ["wide", "dark", "english"])
def test_axe_finds_nothing(look: Look, site: Site, window: str) -> None:
    with look(**WINDOWS[window]) as visit:
        found = {}
        for name, path in site.pages.items():
            visit.page.goto(path)
            found[name] = visit.violations()
    assert not {name: violations for name, violations in found.items() if violations}


def test_what_a_notice_says_runs_nothing(look: Look, site: Site) -> None:
    """What would run is on the page, as words."""
    with look() as visit:
        for path in (f"/changes/{site.hostile}", "/notices/hostile", f"/?q={quote(HOSTILE)}", "/roads/S1"):
            visit.page.goto(path)
            expect(visit.page.locator("body")).to_contain_text("onerror=alert(1)")
            assert visit.page.locator("img[src='x'], main script:not([type])").count() == 0
        assert visit.complaints == []


def test_dark_is_dark_and_light_is_light(look: Look) -> None:
    brightness = {}
    for scheme in ("light", "dark"):
        with look(color_scheme=scheme) as visit:
            visit.page.goto("/")
            colour = visit.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            body = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
            painted = body if colour == "rgba(0, 0, 0, 0)" else colour
            brightness[scheme] = sum(int(part) for part in re.findall(r"\d+", painted)[:3]) / 3
    assert brightness["light"] > 230
    assert brightness["dark"] < 50


def test_the_language_follows_the_browser_until_another_is_chosen(look: Look) -> None:
    with look(locale="en-GB") as visit:
        page = visit.page
        page.goto("/")
        assert page.locator("html").get_attribute("lang") == "en"
        page.get_by_role("link", name="中文").click()
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        page.get_by_role("searchbox").fill("天津站")
        page.get_by_role("searchbox").press("Enter")
        assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_the_keyboard_reaches_everything_and_shows_where_it_is(look: Look) -> None:
    with look() as visit:
        page = visit.page
        page.goto("/")
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        expect(skip).to_have_attribute("href", "#content")
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        # Past the navigation: the first thing of the content is the search.
        expect(page.locator(":focus")).to_have_attribute("name", "q")
        reached = [page.evaluate(SEEN)]
        while reached[-1] is not None and len(reached) < 200:
            page.keyboard.press("Tab")
            reached.append(page.evaluate(SEEN))
        links = page.locator("main a[href]:visible, footer a[href]:visible").count()
    assert len(reached) > links
    assert all(reached[:-1]), "the outline of what has the focus is not seen"


# Whether what has the focus can be told from the rest; null at the end of the page. The parts of a date show it inside.
SEEN = """() => {
    const focused = document.activeElement;
    if (focused === document.body) return null;
    if (focused.type === 'date') return true;
    const style = getComputedStyle(focused);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
}"""


def test_the_builder_and_the_search_need_no_script(look: Look) -> None:
    with look(java_script_enabled=False) as visit:
        page = visit.page
        page.goto("/subscribe")
        page.get_by_label("收费站", exact=True).fill("津榆路站")
        page.get_by_role("button", name="生成链接").click()
        assert page.get_by_label("日历链接").input_value().endswith(".ics")
        page.goto("/")
        page.get_by_role("searchbox").fill("津榆路")
        page.get_by_label("哪一天").fill("2024-12-01")
        page.get_by_role("button", name="查找").click()
        expect(page.locator("main")).to_contain_text("津榆路站")


PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("start", {}),
    "road": ("road", {}),
    "station": ("station", {}),
    "change": ("change", {}),
    "subscribe": ("subscribed", {}),
    "phone-dark": ("station", {**PHONE, "color_scheme": "dark"}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_for_the_documents(
    browser: Browser, pictured: Site, name: str, request: pytest.FixtureRequest
) -> None:
    """Each is there and small; what is on it is looked at by a person."""
    path = FOLDER / f"{name}.png"
    if request.config.getoption("--screenshots"):
        page, window = PICTURES[name]
        with visiting(browser, pictured.base_url, **window) as visit:
            visit.page.goto(pictured.pages[page])
            taken = Image.open(BytesIO(visit.page.screenshot(full_page=True)))
        FOLDER.mkdir(exist_ok=True)
        taken.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    assert 5_000 < path.stat().st_size < 200_000
