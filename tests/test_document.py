"""Bytes into text: given encoding and declaration, expected text; and what is refused, and in which words."""

from __future__ import annotations

import codecs
import io
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.document import checked, decode, read_document, read_stream
from service.errors import DocumentError

LIMIT = 5_000_000
SIMPLIFIED = "津蓟高速公路天津收费站自2024年10月21日0时起封闭，\r\n施工期间请绕行九园站。"
TRADITIONAL = "因道路施工，國道一號圓山收費站自10月21日起封閉，請提前改道。"
HTML = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body>{}</body></html>'
XML = '<?xml version="1.0" encoding="{}"?><rss><title>{}</title></rss>'


@pytest.mark.parametrize("declared", [None, "utf-8", "gb2312", "gbk", "big5", "iso-8859-1", "no-such-charset", "zip"])
@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "utf-8"),
        (SIMPLIFIED, "gb18030"),
        (SIMPLIFIED, "utf-16-le"),
        (SIMPLIFIED, "utf-16-be"),
        (TRADITIONAL, "utf-8"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gbk"),
        ("Closed 2024-10-21", "ascii"),
        ("Closed 2024-10-21\n", "utf-16-le"),
    ],
)
def test_a_text_is_read_whatever_is_declared(text: str, encoding: str, declared: str | None) -> None:
    assert decode(text.encode(encoding), declared=declared, limit=LIMIT) == text


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_dropped(mark: bytes, encoding: str) -> None:
    assert decode(mark + SIMPLIFIED.encode(encoding), declared="gbk", limit=LIMIT) == SIMPLIFIED


@pytest.mark.parametrize("form", [HTML, XML])
@pytest.mark.parametrize(
    ("text", "encoding", "claimed"),
    [
        (SIMPLIFIED, "gb18030", "gb2312"),
        (SIMPLIFIED, "utf-8", "gb2312"),
        (SIMPLIFIED, "gb18030", "utf-8"),
        (TRADITIONAL, "big5", "big5"),
        # Three bytes that are valid UTF-8 and valid GBK: only the declaration tells.
        ("陆 A", "gbk", "gbk"),
    ],
)
def test_a_document_may_declare_itself(form: str, text: str, encoding: str, claimed: str) -> None:
    document = form.format(claimed, text)
    assert decode(document.encode(encoding), limit=LIMIT) == document


@pytest.mark.parametrize("text", ["café près de l'église", "🚧🚧🚧", "жд вокзал", "道の駅は閉鎖されました", "고속도로"])
def test_utf8_of_another_script_is_not_taken_for_chinese(text: str) -> None:
    assert decode(text.encode(), limit=LIMIT) == text


def test_hz_is_read_where_it_is_declared() -> None:
    assert decode("津蓟高速\n".encode("hz"), declared="hz-gb-2312", limit=LIMIT) == "津蓟高速\n"


def test_characters_beyond_gb2312_are_read_under_its_name() -> None:
    assert decode(
        "镕基路、㙍村、𠮷站封闭施工，车辆绕行。".encode("gb18030"), declared="gb2312", limit=LIMIT
    ).startswith("镕基路、㙍村、𠮷站")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_broken_byte_does_not_cost_the_document(encoding: str) -> None:
    text = decode(SIMPLIFIED.encode(encoding) + b"\xff", limit=LIMIT)
    assert text.startswith(SIMPLIFIED)
    assert text.endswith("\ufffd")


def test_control_characters_keep_their_place() -> None:
    text = "津蓟高速\0天津收费站\x0b封闭，\r\n施工期间请绕行九园收费站或津榆路收费站\x1b。"
    assert decode(text.encode(), limit=LIMIT) == text


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        (b"", "it is empty"),
        (b" \r\n\t", "only white space"),
        ("\u3000\u200b\n".encode(), "only white space"),
        (codecs.BOM_UTF8, "only white space"),
        (b"\0" * 400, "mostly control characters"),
        (b"%PDF-1.7\n1 0 obj", "a PDF file"),
        (b"PK\x03\x04\x14\0\x06\0", "a ZIP or Office file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG picture"),
        (b"\x7fELF\x02\x01\x01", "an ELF program"),
        (bytes(range(32)) * 8 + b"x" * 40, "mostly control characters"),
        (bytes(range(0x80, 0x100)) * 4, "512 bytes in none of them, beginning 80 81"),
        (b"x" * 101, "found 101"),
    ],
)
def test_what_is_no_text_is_refused_in_words(payload: bytes, found: str) -> None:
    with pytest.raises(DocumentError, match="expected") as refusal:
        decode(payload, limit=512 if len(payload) != 101 else 100)
    assert found in str(refusal.value)


def test_a_text_of_exactly_the_limit_is_taken() -> None:
    assert decode(b"x" * 100, limit=100) == checked("x" * 100, 100) == "x" * 100


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "it is empty"),
        ("\n \u3000", "only white space"),
        ("津蓟\ud83d高速", r"the lone surrogate U+D83D at character 2"),
        ("津" * 34, "at most 100 bytes, found 102"),
    ],
)
def test_a_posted_text_is_held_to_the_same(text: str, found: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        checked(text, 100)
    assert found in str(refusal.value)


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_bytes(SIMPLIFIED.encode("gbk"))
    assert decode(read_document(tmp_path / "notice.txt", LIMIT), limit=LIMIT) == SIMPLIFIED


def test_fifty_megabytes_are_refused_without_reading_them(tmp_path: Path) -> None:
    sparse = tmp_path / "large.txt"
    with sparse.open("wb") as stream:
        stream.truncate(50_000_000)
    began = time.perf_counter()
    with pytest.raises(DocumentError, match="at most 5,000,000 bytes, found 50,000,000"):
        read_document(sparse, LIMIT)
    assert time.perf_counter() - began < 0.1


def test_a_stream_is_read_one_byte_beyond_the_limit() -> None:
    endless = io.BytesIO(b"x" * 1000)
    with pytest.raises(DocumentError, match="at most 100 bytes, found more"):
        read_stream(endless, 100)
    assert endless.tell() == 101


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, found in ((tmp_path, "a folder"), (tmp_path / "pipe", "pipe")):
        with pytest.raises(DocumentError, match=found):
            read_document(path, LIMIT)


@given(st.binary(max_size=200), st.sampled_from([None, "gbk", "utf-8", "big5", "hz", "utf-16", "\0", "unicode_escape"]))
def test_any_bytes_are_text_or_refused(payload: bytes, declared: str | None) -> None:
    try:
        text = decode(payload, declared=declared, limit=150)
    except DocumentError as refusal:
        assert "expected" in str(refusal)
    else:
        text.encode()


@given(st.text(alphabet=st.sampled_from("津蓟高速公路天津收费站年月日时起封闭施工0123456789，。 \n"), max_size=60))
def test_common_chinese_survives_each_encoding(rest: str) -> None:
    # A head, because one or two characters alone are valid in several encodings.
    text = "津蓟高速公路" + rest
    for encoding in ("utf-8", "gb18030"):
        assert decode(text.encode(encoding), limit=LIMIT) == text
