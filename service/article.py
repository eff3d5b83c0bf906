"""Which part of a page is the announcement, and which of its lines are not.

A page that marks its article is believed. Otherwise it is the page without menus, paths, share bars and lists of
other articles, whose headlines must not be read as this announcement's. The block with most of the words is not
chosen: a notice has a dozen lines, and the one left out would be its date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

# What the content systems of Chinese government sites, newspapers and WeChat call the words of an article.
_CONTAINERS = (
    "[itemprop=articleBody]",
    "#UCAP-CONTENT",
    "#zoom",
    "#js_content",
    ".v_news_content",
    ".TRS_Editor",
    ".TRS_UEDITOR",
    ".article-content, .article_content, .articleContent, #articleContent, #article_content, #article-content",
    ".news-content, .news_content, .newsContent, #newsContent, #news_content",
    ".detail-content, .detail_content, .content-detail, .xl_content, .pages_content, .rich_media_content",
)
_FURNITURE = re.compile(
    "nav|navbar|navigation|menu|breadcrumbs?|crumbs?|footer|foot|copyright|share|shares|bdsharebuttonbox|bshare|sidebar|"
    "related|recommend|pagination|pager|qrcode|toolbar|comments?|login|friendlinks?",
    re.IGNORECASE,
)
_NAME_PARTS = re.compile(r"[\s_-]+")
_LISTS = frozenset({"div", "dl", "ol", "p", "section", "table", "td", "ul"})
_FEWEST_LINKS = 3
_WORDS_OF_A_PAGE = 40

_ROLES = (
    "责任编辑|责编|本期编辑|值班编辑|执行编辑|网络编辑|编辑|编审|审核|审稿|责任校对|校对|一审|二审|三审|初审|复审|终审|监制|录入|"
    "供稿|信息来源编辑"
)
_COUNTS = "(?:浏览|阅读|点击|访问)(?:次数|量|数|人次)"
_TOOLS = (
    "打印(?:本页|此页|文章|本文|页面)?|关闭(?:窗口|本页|此页|页面)?|返回(?:顶部|首页|列表|上一页|上级)?|收藏(?:本页|本文)?|"
    "分享(?:到|至)?|微信(?:好友)?|朋友圈|(?:新浪)?微博|QQ(?:空间|好友)?|字体|字号|特大|超大|大|中|小|默认|复制链接"
)
_CUT = re.compile(
    rf"{_COUNTS}[:：]?[ \u3000]*[0-9,]*[ \u3000]*次?|[【\[]?(?:字体|字号)[:：](?:[ \u3000|/\[\]【】]*[大中小])+[】\]]?"
)
_DROPPED = (
    re.compile(rf"[(（【\[]?(?:(?:{_ROLES})[ \u3000]*[:：丨|/][^。；;:：丨|/]{{0,24}}){{1,6}}"),
    re.compile(
        rf"(?=.*(?:打印|窗口|本页|此页|页面|返回|收藏|分享|字体|字号))(?:{_TOOLS}|[ \u3000|｜/【】\[\]()（）:：·-])+"
    ),
    re.compile("(?:您|你)?(?:当前|现在)?(?:的|所在)?位置[ \u3000]*[:：].{0,80}|首页[ \u3000]*(?:[>›»/]|&gt;).{0,80}"),
    re.compile("[【\\[]?(?:上|下)(?:一)?(?:篇|条)[】\\]]?[ \u3000]*[:：].{0,120}"),
    re.compile(
        "相关(?:新闻|阅读|链接|文章|推荐)[:：]?|扫一扫.{0,30}|(?:长按|扫描)(?:识别)?.{0,6}二维码.{0,30}|点击(?:查看|阅读)(?:原文|更多)"
    ),
    re.compile(r"(?:版权所有|copyright|©).{0,120}|.{0,40}(?:ICP[备证]|公网安备|网站标识码).{0,80}", re.IGNORECASE),
)


@dataclass(slots=True)
class _Part:
    """An element with the number of characters in it that are no link, and that are one."""

    node: LexborNode
    parent: int
    plain: int = 0
    linked: int = 0
    links: int = 0


def article_of(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that holds the announcement; what only surrounds it is taken out of ``tree``."""
    for selector in ("article, main, [role=main]", *_CONTAINERS):
        marked = tree.css(selector)
        # Several articles, none in the other, are a list of teasers; the page itself is then the better text.
        if marked and len(marked[0].css(selector)) == len(marked) and marked[0].text().strip():
            return marked[0]
    if tree.body is None:
        return None
    _clear(_parts(tree.body))
    return tree.body


def is_furniture(line: str) -> bool:
    """True for a line that every page of a site has: who edited it, how to print it, where one is.

    >>> is_furniture("【打印】【关闭】"), is_furniture("责任编辑：张三"), is_furniture("入口关闭")
    (True, True, False)
    """
    return any(pattern.fullmatch(line) for pattern in _DROPPED)


def without_counts(line: str) -> str:
    """``line`` without how often it was read, which changes by itself, and the sizes of type to choose from."""
    return _CUT.sub("", line)


def _parts(root: LexborNode) -> list[_Part]:
    """``root`` and the elements in it, each after the one it stands in; no recursion, for pages nest."""
    parts: list[_Part] = []
    waiting: list[tuple[LexborNode, int, bool]] = [(root, -1, False)]
    while waiting:
        node, parent, linked = waiting.pop()
        if node.is_text_node:
            size = len((node.text_content or "").strip())
            parts[parent].linked += size * linked
            parts[parent].plain += size * (not linked)
            continue
        parts.append(_Part(node, parent, links=int(node.tag == "a")))
        own = len(parts) - 1
        waiting += [(child, own, linked or node.tag == "a") for child in node.iter(include_text=True)][::-1]
    for part in reversed(parts[1:]):
        above = parts[part.parent]
        above.plain, above.linked, above.links = (
            above.plain + part.plain,
            above.linked + part.linked,
            above.links + part.links,
        )
    return parts


def _clear(parts: list[_Part]) -> None:
    """Take out of the page what only surrounds its words, unless that is most of it."""
    words = parts[0].plain
    gone: set[int] = set()
    for index, part in enumerate(parts):
        if part.parent in gone:
            gone.add(index)
        elif index and part.plain * 2 <= words and (_is_named(part.node) or _is_menu(part, words)):
            gone.add(index)
            part.node.decompose()


def _is_named(node: LexborNode) -> bool:
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    return any(_FURNITURE.fullmatch(name) for name in _NAME_PARTS.split(names))


def _is_menu(part: _Part, words: int) -> bool:
    """True for links one after the other, beside words; a page that is nothing but links is what its links say."""
    listed = part.node.tag in _LISTS and part.links >= _FEWEST_LINKS
    return listed and part.linked > part.plain * 9 and words >= _WORDS_OF_A_PAGE


def lines_kept(lines: Iterator[str]) -> Iterator[str]:
    """The lines that are the announcement's own."""
    for line in lines:
        # A row of a table is never furniture: 关闭 may be what it says.
        kept = line if "\t" in line else without_counts(line).strip()
        if kept and not is_furniture(kept):
            yield kept
