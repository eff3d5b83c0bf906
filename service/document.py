"""A document: bytes of unknown encoding into text (WHATWG Encoding for the names of encodings).

Declarations lie: pages that call themselves gb2312 are GBK or UTF-8, and servers say ISO-8859-1 of whatever
they send. So a declaration counts only where it gives plausible Chinese. Line ends, NUL and control characters
stay as they are, because evidence counts code points of the decoded text; only the byte order mark is dropped.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from service.errors import DocumentError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 LE before UTF-16 LE, whose mark it begins with.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "an ELF program"),
    (b"\x1f\x8b", "gzip-compressed bytes"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"SQLite format 3\0", "an SQLite database"),
)
# The encodings a declaration may choose, by Python's name for it, and the wider one that reads them: pages go
# beyond what they declare. Others are no claim: servers say ISO-8859-1, which decodes anything, of whatever they
# send, and codecs such as unicode_escape are programs.
_CLAIMED = {
    "utf-8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "hz": "hz",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "big5hkscs",
}
_DECLARATION = re.compile(
    rb"""<\?xml[^>]{0,80}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 4096
_PLAIN = re.compile(r"[\t\n\f\r -~]+")
_CONTROL = re.compile(r"[\0-\x08\x0b\x0e-\x1f\x7f]")
_PUNCTUATION = frozenset("　、。〃々〇〈〉《》「」『』【】〔〕〖〗·•‧°±×÷→←↑↓…‥—–―‘’“”‰′″※￥ \ufeff")
_SAMPLE = 20_000
_PLAUSIBLE = 0.9
_GUESSED = 0.8
_MOSTLY_TEXT = 0.1
_UTF16_NULS = 0.01


def decode(payload: bytes, *, declared: str | None = None, limit: int) -> str:
    """The text of ``payload``; ``declared`` is the charset of its media type, ``limit`` counts bytes.

    Raises:
        DocumentError: empty, larger than ``limit``, binary, or in no encoding known here.
    """
    _require_size(len(payload), limit)
    _require_no_magic(payload)
    if not payload.strip():
        raise DocumentError(f"document: expected text, found {_emptiness(len(payload))}")
    text = _marked(payload) or _unmarked(payload, declared)
    if len(_CONTROL.findall(text)) > len(text) * _MOSTLY_TEXT:
        raise DocumentError("document: expected text, found mostly control characters, as in a binary file")
    return _visible(text)


def checked(text: str, limit: int) -> str:
    """``text`` that came as JSON, under the conditions of :func:`decode`; ``limit`` counts bytes of UTF-8.

    Raises:
        DocumentError: also for a lone surrogate, which JSON can write as an escape and UTF-8 cannot.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        surrogate = f"U+{ord(text[error.start]):04X}"
        reason = f"document: expected Unicode text, found the lone surrogate {surrogate} at character {error.start}"
        raise DocumentError(reason) from error
    _require_size(size, limit)
    return _visible(text)


def read_document(path: Path, limit: int) -> bytes:
    """The bytes of a file, of which no more than ``limit`` are read.

    Raises:
        FileNotFoundError: there is none.
        DocumentError: it cannot be read, is no regular file (so a pipe never blocks) or is too large.
    """
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise DocumentError(f"{path.name}: expected a file, found a folder, device or pipe")
        _require_size(status.st_size, limit)
        with path.open("rb") as stream:
            return read_stream(stream, limit)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DocumentError(f"{path.name}: expected a readable file, found: {error.strerror}") from error


def read_stream(stream: BinaryIO, limit: int) -> bytes:
    """All of ``stream``, unless it holds more than ``limit`` bytes.

    Raises:
        DocumentError: too large; one byte beyond ``limit`` was read.
    """
    payload = stream.read(limit + 1)
    if len(payload) > limit:
        raise DocumentError(f"document: expected at most {limit:,} bytes, found more")
    return payload


def _require_size(size: int, limit: int) -> None:
    if size > limit:
        raise DocumentError(f"document: expected at most {limit:,} bytes, found {size:,}")


def _require_no_magic(payload: bytes) -> None:
    for magic, name in _BINARY:
        if payload.startswith(magic):
            raise DocumentError(f"document: expected text, found {name}")


def _visible(text: str) -> str:
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise DocumentError(f"document: expected text, found {_emptiness(len(text))}")
    return text


def _emptiness(size: int) -> str:
    return "only white space" if size else "nothing: it is empty"


def _marked(payload: bytes) -> str | None:
    """The text after a byte order mark, which nothing outranks."""
    for mark, encoding in _BOMS:
        if payload.startswith(mark):
            return payload[len(mark) :].decode(encoding, "replace")
    return None


def _unmarked(payload: bytes, declared: str | None) -> str:
    if len(payload) % 2 == 0 and payload.count(0) >= len(payload) * _UTF16_NULS:
        text = _best(payload, ("utf-16-le", "utf-16-be"), _PLAUSIBLE)
        if text is not None:
            return text
    claims = _claims(payload, declared)
    text = _best(payload, claims, _PLAUSIBLE)
    if text is not None:
        return text
    # Longer text of another encoding is never valid UTF-8 by chance.
    text = _strict(payload, ("utf-8",)) or _best(payload, ("gb18030", "big5hkscs"), _GUESSED)
    # Last, a text with little Chinese in the encoding it claims, and UTF-8 with a few broken characters.
    text = text or _strict(payload, claims) or _best(payload, ("utf-8",), _GUESSED)
    if text is None:
        raise DocumentError(
            "document: expected text in UTF-8, UTF-16, GB18030 or Big5, "
            f"found {len(payload):,} bytes in none of them, beginning {payload[:8].hex(' ')}"
        )
    return text


def _claims(payload: bytes, declared: str | None) -> tuple[str, ...]:
    """The encodings that the sender and the document itself name, the sender's first."""
    inside = _DECLARATION.search(payload[:_DECLARED_WITHIN])
    own = (inside[1] or inside[2]).decode("ascii") if inside else None
    names = (_codec(name) for name in (declared, own) if name)
    return tuple(name for name in names if name)


def _codec(name: str) -> str | None:
    try:
        return _CLAIMED.get(codecs.lookup(name.strip()).name)
    except (LookupError, ValueError):
        return None


def _strict(payload: bytes, encodings: Iterable[str]) -> str | None:
    for encoding in encodings:
        try:
            return payload.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _best(payload: bytes, encodings: Iterable[str], least: float) -> str | None:
    """The most plausible reading, the first of equals, or None where none reaches ``least``.

    Single broken bytes become U+FFFD: one must not cost the whole document.
    """
    best, share = None, least
    for encoding in encodings:
        text = payload.decode(encoding, "replace")
        plausibility = _plausibility(text)
        if plausibility > share or (best is None and plausibility == share):
            best, share = text, plausibility
    return best


def _plausibility(text: str) -> float:
    """The share of common Chinese among what is not plain ASCII; 1 for plain ASCII."""
    sample = _PLAIN.sub("", text)[:_SAMPLE]
    if not sample:
        return 1.0
    common = _common()
    return sum(character in common or "！" <= character <= "～" for character in sample) / len(sample)


@cache
def _common() -> frozenset[str]:
    """The everyday characters of both scripts: level 1 of GB 2312 and of Big5, and punctuation."""
    simplified = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = (bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in trails)
    characters = {pair.decode("gb2312", "ignore") for pair in simplified}
    characters |= {pair.decode("big5", "ignore") for pair in traditional}
    circled = {chr(code) for code in range(0x2460, 0x2500)}
    return frozenset(characters | circled | _PUNCTUATION) - {""}
