"""An HTML page as text: one line per block, without what surrounds the words.

Made for announcements, not for rendering: a table row is one line with its cells apart by tabs, and a page is
reduced to its article. Styles are not evaluated. A table that only lays out a page is no table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from service.article import article_of, lines_kept
from service.errors import DocumentError, SourceError
from service.grid import Cell, lines_of
from service.records import CHINA

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = (
    "script, style, noscript, template, nav, footer, aside, iframe, object, svg, button, select, input, textarea, "
    "[hidden], [aria-hidden=true]"
)
_BLOCKS = re.compile(
    "address|article|blockquote|body|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|h[1-6]|hr|html|li|"
    "main|ol|p|pre|section|summary|table|tbody|tfoot|thead|title|tr|ul"
)
_CELL_EDGE = "\x1f"
# The tab between two cells, until the white space of the page is gone.
_TAB = "\ufdd0"
# No cell of a table has more: one that has lays out the page.
_LONGEST_CELL = 400
_SHORT_CELL = re.compile(r"\x1f[ \n]*([^\n\x1f]*)[ \n]*\x1f")
# After the number of a list item: what its own edge would break off.
_JOINED = "\x1d"
_ITEM_EDGE = re.compile(r"\x1d\s*|[0-9]+\.\x1d\s*(?=[0-9一二三四五六七八九十]+[.、)）]|[(（①-⑳])")
_DIGITS = re.compile(r"[ \t\n\f\r]*\+?([0-9]{1,4})")
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_TITLES = ("ArticleTitle", "og:title")
# PubDate is what the guideline for Chinese government sites asks for; the others are what news systems write.
_DATES = ("PubDate", "article:published_time", "publishdate", "date")
# Each open block is looked through for each new one, so time grows with the square where a page nests without end.
_TAGS = 50_000
# A headline has at least so many characters, and the date beside it stands in an element of at most so many.
_HEADLINE = 8
_BESIDE = 200
# Never 施工时间 or 日期 alone: those are what the announcement is about.
_STAMP = re.compile(
    r"(?:发布|发文|发稿|发表|公布|更新|成文|印发)(?:时间|日期)[:： \u3000]*(20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2})"
)
_DAY = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as shown: its words, its absolute address, and a date that stands beside it."""

    title: str
    url: str
    published: date | None


def text_of_html(html: str, content: str | None = None) -> str:
    """The words of ``html``: of what the CSS selector ``content`` finds, or of its article, or of all of it.

    Raises:
        SourceError: nothing matches ``content``.
        DocumentError: more tags than any announcement has.
    """
    tree = _parsed(html)
    headline = None if content else _headline(tree)
    _strip(tree)
    root = _content(tree, content) if content else article_of(tree)
    text = "" if root is None else _joined(_pieces(root))
    return worded(headline, text) if text else ""


def worded(title: str | None, text: str) -> str:
    """``text`` below its ``title``, where it does not hold it: a headline may alone name the station.

    >>> worded("天津站封闭", "10月21日起施工。")
    '天津站封闭\\n10月21日起施工。'
    """
    if title is None or "".join(title.split()) in "".join(text.split()):
        return text
    return f"{title}\n{text}".strip()


def title_of_html(html: str) -> str | None:
    """The title that the page gives its article, or else its only main heading, or its window."""
    tree = _parsed(html)
    for name in _TITLES:
        title = _meta(tree, name)
        if title:
            return title
    headings = tree.css("h1")
    node = headings[0] if len(headings) == 1 else tree.css_first("title")
    return _line(node.text()) or None if node is not None else None


def date_of_html(html: str) -> date | None:
    """The day that the page says it was published on, in China; None where it does not say."""
    tree = _parsed(html)
    stated = [_meta(tree, name) for name in _DATES]
    stated += [node.attributes.get("datetime") for node in tree.css("time[datetime]")[:1]]
    day = next((day for day in map(day_of, stated) if day), None)
    return day or _stamped(tree)


def _stamped(tree: LexborHTMLParser) -> date | None:
    """The day that the page shows beside its headline, which need not be within the article."""
    _strip(tree)
    shown = _STAMP.search(tree.body.text() if tree.body is not None else "")
    return day_of(shown[1]) if shown else None


def day_of(text: str | None) -> date | None:
    """The first full date in ``text``, as a day in China: 2024-10-20, 2024年10月20日, 2024-10-19T16:00:00Z.

    >>> day_of("发布时间：2024-10-20 09:00")
    datetime.date(2024, 10, 20)
    >>> day_of("2024-10-19T16:00:00Z")
    datetime.date(2024, 10, 20)
    """
    try:
        moment = datetime.fromisoformat((text or "").strip())
        return (moment.astimezone(CHINA) if moment.tzinfo else moment).date()
    except ValueError:
        pass
    found = _DAY.search(text or "")
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def links_of_html(html: str, url: str, links: str | None = None) -> tuple[Link, ...]:
    """The links of a page at ``url``, in order, each address once: those that the CSS selector ``links`` finds.

    Without a selector, those to other pages of the same site whose words are long enough for a headline.

    Raises:
        SourceError: nothing matches ``links``.
    """
    found = _selected(_parsed(html), links or "body a[href]")
    if links and not found:
        raise SourceError(f"{url}: expected links at {links!r}, found none")
    seen: dict[str, Link] = {}
    for node in found:
        anchor = node if node.tag == "a" else node.css_first("a[href]")
        link = _link(anchor, url) if anchor is not None else None
        if link and (links or _is_headline(link, url)):
            seen.setdefault(link.url, link)
    return tuple(seen.values())


def _parsed(html: str) -> LexborHTMLParser:
    from selectolax.lexbor import LexborHTMLParser

    tags = html.count("<")
    if tags > _TAGS:
        raise DocumentError(f"page: expected at most {_TAGS:,} tags, found {tags:,}")
    return LexborHTMLParser(html)


def _selected(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    from selectolax.lexbor import SelectolaxError

    try:
        return tree.css(selector)
    except SelectolaxError as error:
        raise SourceError(f"expected a CSS selector, found {selector!r}") from error


def _strip(tree: LexborHTMLParser) -> None:
    """Take out what is not shown or never part of an article; the head of the article itself holds its headline."""
    own = {node.mem_id for node in tree.css("article header, main header")}
    for node in [*tree.css(_DROPPED), *(node for node in tree.css("header") if node.mem_id not in own)]:
        node.decompose()


def _content(tree: LexborHTMLParser, selector: str) -> LexborNode:
    found = _selected(tree, selector)
    if not found:
        raise SourceError(f"expected content at {selector!r}, found none")
    return found[0]


def _headline(tree: LexborHTMLParser) -> str | None:
    """What the page calls its headline; a heading that is a link is the name of the site."""
    headings = tree.css("h1")
    shown = _line(headings[0].text()) if len(headings) == 1 and headings[0].css_first("a") is None else None
    return _meta(tree, _TITLES[0]) or shown or None


def _pieces(root: LexborNode) -> Iterator[str]:
    """The text nodes below ``root`` with the break of each element before and after; no recursion, for pages nest."""
    layouts = _layouts(root)
    waiting: list[LexborNode | str] = [root]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            yield piece
        elif piece.is_text_node:
            yield _SPACES.sub(" ", piece.text_content or "")
        else:
            waiting += _parts(piece, piece.mem_id not in layouts)


def _layouts(root: LexborNode) -> set[int]:
    """The tables that hold another: they lay out the page."""
    found: set[int] = set()
    waiting: list[tuple[LexborNode, int | None]] = [(root, None)]
    while waiting:
        node, table = waiting.pop()
        if node.tag == "table":
            found.update(filter(None, [table]))
            table = node.mem_id
        waiting += [(child, table) for child in node.iter()]
    return found


def _parts(node: LexborNode, innermost: bool) -> list[LexborNode | str]:
    """What is left to do for an element, the last first."""
    if node.tag == "table" and innermost:
        lines = _table(node)
        if lines is not None:
            return ["\n" + "\n".join(lines).replace("\t", _TAB) + "\n"]
    edge = _edge(node.tag or "")
    inner = list(node.iter(include_text=True))
    if node.tag == "ol":
        return [edge, *reversed(list(_numbered(node, inner))), edge]
    return [edge, *reversed(inner), edge]


def _numbered(node: LexborNode, inner: list[LexborNode]) -> Iterator[LexborNode | str]:
    number = _number(node.attributes.get("start"), 1)
    for item in inner:
        if item.tag == "li":
            # The number stands before the words of the item, on the line that its edge begins.
            yield f"\n{number}.{_JOINED}"
            number += 1
        yield item


def _table(node: LexborNode) -> tuple[str, ...] | None:
    """The lines of a table of data; None for one that lays out the page."""
    rows: list[list[Cell]] = []
    for row in node.css("tr"):
        cells = [
            Cell(
                " ".join("".join(_pieces(cell)).split()),
                rows=_number(cell.attributes.get("rowspan"), 1),
                columns=_number(cell.attributes.get("colspan"), 1),
            )
            for cell in row.iter()
            if cell.tag in ("td", "th")
        ]
        if any(len(cell.words) > _LONGEST_CELL for cell in cells):
            return None
        rows.append(cells)
    heading = [_line(caption.text()) for caption in node.css("caption")[:1]]
    lines = lines_of([row for row in rows if row])
    return None if lines is None else (*filter(None, heading), *lines)


def _number(attribute: str | None, otherwise: int) -> int:
    """A whole number as HTML reads one, at least 1 and of at most four digits: a span of 1e9 is one of 1."""
    found = _DIGITS.match(attribute or "")
    return max(int(found[1]), 1) if found else otherwise


def _edge(tag: str) -> str:
    if _BLOCKS.fullmatch(tag):
        return "\n"
    return _CELL_EDGE if tag in ("td", "th") else ""


def _joined(pieces: Iterator[str]) -> str:
    # A paragraph alone in its cell is the word processor's; several mean that the table only lays out the page.
    text = _SHORT_CELL.sub(r" \1 ", "".join(pieces)).replace(_CELL_EDGE, "\n")
    lines = (_line(line).replace(_TAB, "\t") for line in _ITEM_EDGE.sub("", text).split("\n"))
    return "\n".join(lines_kept(line for line in lines if line))


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _meta(tree: LexborHTMLParser, name: str) -> str | None:
    for node in tree.css("meta[content]"):
        own = node.attributes.get("name") or node.attributes.get("property") or ""
        if own.lower() == name.lower():
            return _line(node.attributes.get("content") or "") or None
    return None


def _link(anchor: LexborNode, base: str) -> Link | None:
    try:
        url = urldefrag(urljoin(base, (anchor.attributes.get("href") or "").strip())).url
        scheme = urlsplit(url).scheme
    except ValueError:
        return None
    title = anchor.attributes.get("title") or anchor.text()
    if scheme not in ("http", "https") or url == urldefrag(base).url:
        return None
    beside = anchor.parent.text() if anchor.parent is not None else ""
    return Link(_line(title), url, day_of(beside) if len(beside) < _BESIDE else None)


def _is_headline(link: Link, base: str) -> bool:
    return len(link.title) >= _HEADLINE and urlsplit(link.url).netloc == urlsplit(base).netloc
