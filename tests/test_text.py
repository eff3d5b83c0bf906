"""The reading form: what a text becomes before rules see it, and the way back to the words as printed."""

from __future__ import annotations

import pytest

from service.reading.text import read, unwrapped

FORMS = {
    "plain text stays": ("北塘站封闭", "北塘站封闭"),
    "full-width digits and letters": ("Ｇ１８　１０月２１日", "G18 10月21日"),
    "full-width punctuation": ("（北塘站）：封闭，绕行；", "(北塘站):封闭,绕行;"),
    "the full stop and the list comma stay": ("甲站、乙站封闭。", "甲站、乙站封闭。"),
    "circled numbers are no digits": ("①7月1日②8日", "①7月1日②8日"),
    "numbers in brackets stay": ("㈠北塘站", "㈠北塘站"),
    "compatibility characters": ("㎞ ㏎ Ⅲ", "km KM III"),
    "dashes of every length": ("8日―9日─10日−11日‑12日", "8日—9日—10日-11日-12日"),
    "tildes of every width": ("8时～9时〜10时∼11时", "8时~9时~10时~11时"),
    "Windows line ends": ("一、北塘站\r\n二、军粮城站\r\n", "一、北塘站\n二、军粮城站\n"),
    "a byte order mark": ("\ufeff北塘站", "北塘站"),
    "zero-width characters": ("北\u200b塘\u200d站\u2060封\u00ad闭", "北塘站封闭"),
    "marks of direction": ("\u202e北塘站\u202c", "北塘站"),
    "NUL and other controls": ("北\0塘\x07站", "北塘站"),
    "lone surrogates": ("北\ud800塘\udfff站", "北塘站"),
    "private characters, which masks use": ("北\ue000塘\uf8ff站", "北塘站"),
    "spaces between Chinese words": ("北塘 站　封\u00a0闭", "北塘站封闭"),
    "one space where it separates": ("2024-05-16   09:00", "2024-05-16 09:00"),
    "no space beside Chinese": ("10 月 21 日 K12 处", "10月21日K12处"),
    "no space at the ends": ("  G18  ", "G18"),
    "tabs are spaces": ("S1\t津蓟\tA\tB", "S1津蓟A B"),
    "traditional characters": ("環城高速公路龍山收費站關閉", "环城高速公路龙山收费站关闭"),
    "乾 of a simplified text": ("乾县收费站封闭施工，车辆绕行", "乾县收费站封闭施工,车辆绕行"),
    "乾 of a traditional text": ("長乾收費站關閉", "长干收费站关闭"),
    "a rare character of a simplified name": ("濛阳收费站封闭", "濛阳收费站封闭"),
    "nothing": ("", ""),
    "only invisible characters": ("\ufeff\u200b\r", ""),
}


@pytest.mark.parametrize(("original", "reading"), FORMS.values(), ids=FORMS)
def test_a_text_reads_as(original: str, reading: str) -> None:
    assert read(original).reading == reading


SPANS = {
    "plain": ("北塘站封闭", "封闭", "封闭"),
    "after a byte order mark": ("\ufeff北塘站封闭", "北塘站", "北塘站"),
    "after Windows line ends": ("通告\r\n\r\n北塘站封闭", "北塘站", "北塘站"),
    "full-width": ("自１０月２１日起", "10月21日", "１０月２１日"),
    "around an invisible character": ("北\u200b塘站封闭", "北塘站", "北\u200b塘站"),
    "around a space": ("10 月 21 日起", "10月21日", "10 月 21 日"),
    "traditional": ("龍山收費站關閉", "龙山收费站", "龍山收費站"),
    "one character that reads as two": ("全长3㎞处", "km", "㎞"),
    "half of such a character": ("全长3㎞处", "m", "㎞"),
    "beyond the basic plane": ("𠮷林站封闭", "封闭", "封闭"),
    "around a lone surrogate": ("北\ud800塘站", "北塘站", "北\ud800塘站"),
}


@pytest.mark.parametrize(("original", "words", "printed"), SPANS.values(), ids=SPANS)
def test_a_span_points_at_the_words_as_printed(original: str, words: str, printed: str) -> None:
    text = read(original)
    begin = text.reading.index(words)
    start, end = text.span(begin, begin + len(words))
    assert original[start:end] == printed


def test_every_character_knows_where_it_comes_from() -> None:
    for original, _ in FORMS.values():
        text = read(original)
        assert len(text.origin) == len(text.reading) + 1
        assert list(text.origin) == sorted(text.origin)
        assert text.origin[-1] == len(original)


def test_an_empty_span_is_empty() -> None:
    assert read("\ufeff北塘站").span(1, 1) == (2, 2)


WRAPPED = {
    "short lines of one long sentence": (
        "因路面施工\n10月21日起\n北塘收费站入口封闭\n请绕行军粮城站",
        "因路面施工10月21日起北塘收费站入口封闭请绕行军粮城站",
    ),
    "a sentence that ends": (
        "北塘收费站\n入口封闭。\n军粮城收费站\n出口封闭。",
        "北塘收费站入口封闭。\n军粮城收费站出口封闭。",
    ),
    "a list": ("施工的收费站\n1.北塘站\n2.军粮城站", "施工的收费站\n1.北塘站\n2.军粮城站"),
    "a table with numbers of its lines": ("序号\n1\n北塘站\n2\n军粮城站", "序号\n1\n北塘站\n2\n军粮城站"),
    "two lines after a comma": ("北塘站,\n封闭、\n施工", "北塘站,封闭、施工"),
    "a list after a comma": ("北塘站,\n1.封闭", "北塘站,\n1.封闭"),
    "two lines": ("北塘站\n封闭", "北塘站\n封闭"),
    "paragraphs": (
        "京津塘高速公路北塘收费站因路面施工从今日起全部封闭\n请绕行军粮城站\n谢谢",
        "京津塘高速公路北塘收费站因路面施工从今日起全部封闭\n请绕行军粮城站\n谢谢",
    ),
}


@pytest.mark.parametrize(("original", "reading"), WRAPPED.values(), ids=WRAPPED)
def test_line_breaks_within_a_sentence_are_taken_out(original: str, reading: str) -> None:
    text = unwrapped(read(original))
    assert text.reading == reading
    assert "".join(original[index] for index in text.origin[:-1]) == reading
