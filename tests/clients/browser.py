"""Debian's Chromium, driven by Playwright: a page as a visitor sees it, and what went wrong on the way to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.clients import FOLDER

# No sandbox, since tests run as root; no GPU, since there is none; nothing of its own over the network.
_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")

AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"

_STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visit:
    """A page, and what a visitor's browser complained of: script errors, refused content, foreign addresses."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page, base_url: str) -> Visit:
        visit = cls(page)
        host = urlsplit(base_url).netloc

        def requested(request: Any) -> None:
            address = urlsplit(request.url)
            if address.scheme != "data" and address.netloc != host:
                visit.complaints.append(f"asked {request.url}")

        page.on("request", requested)
        page.on("console", lambda message: visit.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: visit.complaints.append(f"error: {error}"))
        page.on("dialog", lambda dialog: (visit.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        return visit

    @property
    def width(self) -> tuple[int, int]:
        """How wide the page is, and how wide the window: more means sideways scrolling."""
        wide: list[int] = self.page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        return wide[0], wide[1]

    def violations(self) -> list[str]:
        """What axe finds: the rule and the element."""
        # Past the Content-Security-Policy, as developer tools are.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "standards => axe.run(document, {runOnly: {type: 'tag', values: standards}})", _STANDARDS
        )
        return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that is closed afterwards."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_OPTIONS)
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser, base_url: str, **options: Any) -> Iterator[Visit]:
    """A visitor with nothing remembered, who prefers Chinese unless told otherwise."""
    context: BrowserContext = browser.new_context(**{"base_url": base_url, "locale": "zh-CN", **options})
    context.set_default_timeout(10_000)
    yield Visit.of(context.new_page(), base_url)
    context.close()
