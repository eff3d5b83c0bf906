"""QR codes: what a scanner reads is the address, dark on light with its quiet zone, whatever colours the page has."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import segno

from service.web.qr import svg

ADDRESSES = [
    "https://tollfeed.example/subscribe?road=%E6%B4%A5%E8%93%9F%E9%AB%98%E9%80%9F",
    "webcal://127.0.0.1:8000/calendars/eJyrVqo/津蓟高速.ics",
    "https://tollfeed.example/" + "a" * 1000,
]


def dots(drawn: str) -> list[list[bool]]:
    """The dark modules that the path of a drawing paints, a row of strokes a line."""
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    rows = [[False] * width for _ in range(height)]
    (path,) = [each for each in root.iter() if each.tag.endswith("path") and "stroke" in each.attrib]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path.attrib["d"]):
        given = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            rows[int(y)][int(x) : int(x + given[0])] = [True] * int(given[0])
            x += given[0]
        elif command == "M":
            x, y = given
        else:
            x, y = x + given[0], y + given[1]
    return rows


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_dots_drawn_are_the_codes(address: str) -> None:
    drawn = svg(address, "扫码")
    assert drawn
    code = segno.make_qr(address, error="l")
    assert dots(drawn) == [[bool(dot) for dot in row] for row in code.matrix_iter(border=4)]


def test_the_code_has_its_own_paper_and_a_name() -> None:
    drawn = svg("https://tollfeed.example/", '<&"扫码')
    assert drawn
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own
    assert root.attrib["role"] == "img"
    assert root[0].text == '<&"扫码'
    paper, ink = root[1], root[2]
    assert (paper.attrib["fill"], ink.attrib["stroke"]) == ("#fff", "#000")
    assert "style" not in drawn


def test_what_no_code_holds_has_none() -> None:
    assert svg("https://tollfeed.example/" + "a" * 5000, "扫码") is None
