"""The words of a notice that a change was read from, in whole sentences, for people who want to see for themselves."""

from __future__ import annotations

import re

from service.records import Change, Notice

LONGEST = 600
"""Characters quoted of one notice; what is cut off ends in an ellipsis, and the notice is linked anyway."""

# With the marks that close behind the end; a semicolon parts the items of a list that run to a page.
_SENTENCE = re.compile("[^。！？；\n]*[。！？；]+[”’」』）]*|[^\n]+|\n")


def quotes(notice: Notice, change: Change) -> tuple[str, ...]:
    """The sentences that the evidence of ``change`` points into, those that follow each other as one quote."""
    if change.notice.id != notice.id:
        return ()
    runs: list[tuple[int, int]] = []
    for sentence in _SENTENCE.finditer(notice.text):
        start, end = sentence.span()
        if not sentence[0].strip() or not any(each.start < end and start < each.end for each in change.evidence):
            continue
        if runs and runs[-1][1] == start:
            start = runs.pop()[0]
        runs.append((start, end))
    return tuple(_cut([notice.text[start:end].strip() for start, end in runs]))


def _cut(found: list[str]) -> list[str]:
    left, kept = LONGEST, []
    for words in found:
        if left <= 0:
            break
        kept.append(words if len(words) <= left else f"{words[:left]}……")
        left -= len(words)
    return kept
