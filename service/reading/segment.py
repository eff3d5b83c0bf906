"""A page into its notices. A newspaper page holds many articles; each is read by itself.

An article begins at its headline: a Markdown heading, a marked line, or the short line above a story's byline
(本报讯…). A text that shows no two such beginnings is one notice, whole.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from itertools import pairwise

from service.errors import DocumentError
from service.reading import text as reading_form
from service.reading.moments import PATTERN, Moment, moment, start_of
from service.reading.patterns import Encoded, Pattern
from service.records import Notice

_HEADLINE = re.compile(
    r"^[ \t\u3000]*(?:#{1,4}[ \t]*\S|[■◆●□▲★█▌▍◼][ \t\u3000]*(?!本报)\S[^。!?;；，,\r\n]{3,40}\r?$"
    r"|(?!本[报网刊])\S[^。!?;；，,\r\n]{3,40}\r?\n"
    r"(?=[ \t\u3000\r\n]*(?:本[报网刊][^。\r\n]{0,12}|[^\s，。]{1,6}报)讯))",
    re.MULTILINE,
)
_STORY = re.compile(
    r"^[ \t\u3000]*(?:[^\s,，。]{2,8}·)?(?:[^\s,，。]{1,6}报讯|本报|本网|本刊|[■□]?[ \t]*本报记者)", re.MULTILINE
)
_STAMP = re.compile(r"(?:发布(?:日期|时间)?|日期|时间|来源|讯|更新时间|消息)[:(]?|年[^。]{0,12}日$")
_YEAR = re.compile("[0-9〇零○一二三四五六七八九]{4}")
_STORY_DATE = re.compile(
    r"(?:本报|本网|本台|本刊|新华社|中新[网社]|(?:[日晚早]|时|商|都市|快)报|新闻网)[^,。]{0,12}?([0-9]{1,2})月([0-9]{1,2})日[^,。]{0,4}(?:讯|电|消息)"
)
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years in which a notice can have been published."""
_STALE = timedelta(days=10)
_MOMENT = Pattern(PATTERN)


def notices_in(
    text: str,
    *,
    source: str,
    published: date | None,
    today: date,
    url: str | None = None,
    publisher: str | None = None,
    title: str | None = None,
) -> tuple[Notice, ...]:
    """The notices of a document, in its order; a document without articles is one.

    ``title`` is that of a document that is one notice.

    Dates are read from ``published``, else from a full date that the text carries as its own, else from ``today``.

    Raises:
        DocumentError: ``published`` is no day on which a notice can have been published.
    """
    if published is not None and not FIRST_YEAR <= published.year <= LAST_YEAR:
        expected = f"a day between the years {FIRST_YEAR} and {LAST_YEAR}"
        raise DocumentError(f"published: expected {expected}, found {published}")
    notices = []
    articles = _articles(text)
    for start, end in articles:
        words = text[start:end]
        notices.append(
            Notice(
                id=notice_id(source, published, words),
                source=source,
                url=url,
                published=published or dateline(reading_form.read(words).reading) or today,
                title=(title if len(articles) == 1 else None) or _title(words),
                publisher=publisher,
                text=words,
                offset=start,
            )
        )
    return tuple(notices)


def notice_id(source: str, published: date | None, text: str) -> str:
    """The id of a notice: the same source, date and words are the same notice."""
    return hashlib.sha256("\0".join((source, str(published or ""), text)).encode("utf-8", "replace")).hexdigest()[:20]


def _articles(text: str) -> list[tuple[int, int]]:
    """Where each article begins and ends. Headlines that follow one another belong to one article."""
    begins: list[int] = []
    below = 0
    for found in _HEADLINE.finditer(text):
        if not begins or text[below : found.start()].strip():
            begins.append(found.start())
        below = _line_end(text, found.start())
    if len(begins) < 2 or not _STORY.search(text):
        return [(0, len(text))]
    bounds = [0, *begins[1:], len(text)] if not text[: begins[0]].strip() else [0, *begins, len(text)]
    return list(pairwise(bounds))


def _line_end(text: str, position: int) -> int:
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _title(text: str) -> str | None:
    """The first line with words, without its marks; None where it is no headline but the story itself."""
    for line in text.splitlines():
        words = line.strip().lstrip("#■◆●□▲★█▌▍◼ 　").strip()
        if words:
            return words if len(words) <= 80 and not words.endswith(("。", ".")) else None
    return None


def dateline(reading: str, near: date | None = None) -> date | None:
    """The date that a notice gives itself, from its reading form, or None.

    That is one with its year, alone on a line or after 发布日期 (the last such), or else that of the story's dateline
    (本报3月3日讯), which leaves out its year and so is read ``near`` a day where one is given.
    """
    found = None
    for line in reading.split("\n"):
        if _YEAR.search(line, 0, 80):
            found = _own_date(line) or found
        elif near and (story := _STORY_DATE.search(line)):
            found = found or _near(Moment(month=int(story[1]), day=int(story[2])), near)
    return found


def _own_date(line: str) -> date | None:
    found = None
    for words in _MOMENT.scan(Encoded(line[:80])):
        said = moment(words)
        alone = words.start == 0 and words.end >= len(line) - 2
        stamped = _STAMP.search(line[: words.start]) is not None and words.end - words.start >= 8
        if said and said.year is not None and (alone or stamped):
            day = start_of(said, date(said.year, 1, 1))
            found = day.date() if day else found
    return found


def _near(said: Moment, near: date) -> date | None:
    """The day that ``said`` means, if that is one on which a notice published on ``near`` can have been written."""
    day = start_of(said, near)
    return day.date() if day and abs(day.date() - near) <= _STALE else None
