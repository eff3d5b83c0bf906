"""An HTML page as text: one line per block, without what surrounds the words.

Made for announcements, not for rendering: a table row is one line with its cells apart, and a page that
marks its article is reduced to it. Styles are not evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from service.errors import DocumentError, SourceError
from service.records import CHINA

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = (
    "script, style, noscript, template, nav, header, footer, aside, form, iframe, object, svg, button, select, "
    "textarea, [hidden], [aria-hidden=true]"
)
_BLOCKS = re.compile(
    "address|article|blockquote|body|br|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|h[1-6]|hr|html|li|"
    "main|ol|p|pre|section|summary|table|tbody|tfoot|thead|title|tr|ul"
)
_CELL_EDGE = "\x1f"
_SHORT_CELL = re.compile(r"\x1f[ \n]*([^\n\x1f]*)[ \n]*\x1f")
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_TITLES = ("ArticleTitle", "og:title")
# PubDate is what the guideline for Chinese government sites asks for; the others are what news systems write.
_DATES = ("PubDate", "article:published_time", "publishdate", "date")
# Each open block is looked through for each new one, so time grows with the square where a page nests without end.
_TAGS = 50_000
# A headline has at least so many characters, and the date beside it stands in an element of at most so many.
_HEADLINE = 8
_BESIDE = 200
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
    for node in tree.css(_DROPPED):
        node.decompose()
    root = _root(tree, content)
    return "" if root is None else _joined(_pieces(root))


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
    return next((day for day in map(day_of, stated) if day), None)


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


def _root(tree: LexborHTMLParser, content: str | None) -> LexborNode | None:
    if content:
        found = _selected(tree, content)
        if not found:
            raise SourceError(f"expected content at {content!r}, found none")
        return found[0]
    marked = tree.css("article, main, [role=main]")
    # Several articles are a list of teasers; the page itself is then the better text.
    return marked[0] if len(marked) == 1 else tree.body


def _pieces(root: LexborNode) -> Iterator[str]:
    """The text nodes below ``root`` with the break of each element before and after; no recursion, for pages nest."""
    waiting: list[LexborNode | str] = [root]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            yield piece
        elif piece.is_text_node:
            yield _SPACES.sub(" ", piece.text_content or "")
        else:
            edge = _edge(piece.tag or "")
            waiting += [edge, *reversed(list(piece.iter(include_text=True))), edge]


def _edge(tag: str) -> str:
    if _BLOCKS.fullmatch(tag):
        return "\n"
    return _CELL_EDGE if tag in ("td", "th") else ""


def _joined(pieces: Iterator[str]) -> str:
    # A paragraph alone in its cell is the word processor's; several mean that the table only lays out the page.
    text = _SHORT_CELL.sub(r" \1 ", "".join(pieces)).replace(_CELL_EDGE, "\n")
    lines = (_line(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


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
