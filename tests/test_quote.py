"""Which words of a notice stand under an entry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.quote import LONGEST, quotes
from service.records import Evidence
from tests.make import change, notice

TEXT = "津蓟高速公告\n天津站“新站”启用。津榆路站封闭！请绕行；\n据悉，工期70天。"


def evidence(text: str, *words: str) -> tuple[Evidence, ...]:
    """The evidence of ``words`` where they first stand in ``text``."""
    begins = [text.index(each) for each in words]
    return tuple(
        Evidence(field="kind", start=begin, end=begin + len(each), rule="r")
        for begin, each in zip(begins, words, strict=True)
    )


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ()),
        (("津榆路站",), ("津榆路站封闭！",)),
        (("津榆路站", "绕行"), ("津榆路站封闭！请绕行；",)),
        (("公告", "70天"), ("津蓟高速公告", "据悉，工期70天。")),
        (("绕行；\n据悉",), ("请绕行；", "据悉，工期70天。")),
        (("启用。津榆",), ("天津站“新站”启用。津榆路站封闭！",)),
    ],
)
def test_the_sentences_that_the_evidence_points_into_are_quoted(
    words: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert quotes(notice(TEXT), change(evidence=evidence(TEXT, *words))) == expected


def test_marks_that_close_behind_an_end_belong_to_the_sentence() -> None:
    text = "负责人说：“津榆路站封闭。”其余照常。"
    assert quotes(notice(text), change(evidence=evidence(text, "封闭"))) == ("负责人说：“津榆路站封闭。”",)


def test_evidence_points_into_the_words_of_its_own_notice_only() -> None:
    assert quotes(notice(TEXT, id="another"), change(evidence=evidence(TEXT, "津榆路站"))) == ()


def test_long_words_are_cut() -> None:
    text = "津榆路站封闭" * 200
    (quoted,) = quotes(notice(text), change(evidence=evidence(text, "封闭")))
    assert quoted == text[:LONGEST] + "……"


@given(st.text(alphabet="津榆路站封闭。；！\n ”", max_size=60), st.integers(0, 70), st.integers(0, 70))
def test_quotes_are_words_of_the_notice(text: str, start: int, end: int) -> None:
    pointed = Evidence(field="kind", start=start, end=end, rule="r")
    for quoted in quotes(notice(text), change(evidence=(pointed,))):
        assert quoted
        assert quoted in text
