"""What a client would rather have: the headers of real programs, and headers that are none."""

from __future__ import annotations

from time import perf_counter

import pytest

from service.web.accept import asks_for_page, prefers_json

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)

HEADERS = [
    # header, JSON rather than a page, a page rather than a problem document
    ("", False, False),
    ("*/*", False, False),
    (FIREFOX, False, True),
    (CHROMIUM, False, True),
    ("text/html", False, True),
    ("application/json", True, False),
    ("APPLICATION/JSON", True, False),
    ("application/json, text/plain, */*", True, False),
    ("application/json;q=0.9, */*;q=0.8", True, False),
    ("application/json;q=0.5, text/html", False, True),
    ("application/json, text/html;q=0.9", True, False),
    ("application/json, text/html", False, True),
    ("text/html;q=0.1, application/json;q=0.2", True, False),
    ("text/html;q=0, */*", True, False),
    ("application/json;q=0, */*", False, False),
    ("application/*", True, False),
    ("text/*", False, False),
    ("text/*, application/json;q=0.9", False, False),
    ("text/html;level=1;q=0.3, application/json;q=0.4", True, False),
    ("application/json; charset=utf-8", True, False),
    ("application/problem+json, text/html;q=0.5", False, False),
    ("image/png", False, False),
    ("text/html; q=nonsense, application/json;q=0.1", True, False),
    ("application/json;q=9", False, False),
    (",,;;=, /, json", False, False),
    ("application/json\x00", False, False),
]


@pytest.mark.parametrize(("header", "json", "page"), HEADERS)
def test_a_client_gets_what_it_prefers(header: str, json: bool, page: bool) -> None:
    assert (prefers_json(header), asks_for_page(header)) == (json, page)


@pytest.mark.parametrize(
    "header", ["a/b;" * 20_000, "," * 60_000, "text/html;q=" + "0" * 60_000, "a/b" + ";q" * 30_000]
)
def test_a_long_header_costs_little_time(header: str) -> None:
    begun = perf_counter()
    prefers_json(header)
    assert perf_counter() - begun < 0.2
