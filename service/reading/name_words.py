"""Where a name begins in running text, which sets no space before it: after the last word that cannot belong to it.

The words themselves are data (``rules/names.yaml``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_PLACE_ENDS = ("口", "站", "匝道", "双向", "枢纽", "服务区")


@dataclass(frozen=True)
class NameWords:
    """The words of ``rules/names.yaml``: where names begin, and what only looks like one."""

    before: tuple[str, ...]
    before_within: tuple[str, ...]
    before_roads: tuple[str, ...]
    in_no_name: tuple[str, ...]
    beginning_so: tuple[str, ...]
    beginning_anyway: tuple[str, ...]
    conjunctions: tuple[str, ...]
    not_stations: tuple[str, ...]
    after_no_station: tuple[str, ...]
    not_roads: tuple[str, ...]
    after_no_road: tuple[str, ...]
    not_ordinary_roads: tuple[str, ...]
    not_bare: tuple[str, ...]
    not_places: tuple[str, ...]
    after_no_structure: tuple[str, ...]
    not_directions: tuple[str, ...]

    def begin(self, run: str, least: int = 2, *, joined: bool = False) -> int:
        """Where the name at the end of ``run`` begins: after the last word that cannot belong to it.

        At least ``least`` characters are left. ``joined`` tells that another name stands right before the run,
        where a 和 is no part of a name.
        """
        begin = position = 0
        while position < len(run):
            if run.startswith(self.beginning_anyway, position):
                position += len(self.beginning_anyway[0])
                continue
            word = self._before.match(run, position)
            if word is None or len(run) - word.end() < least or not self._stands_before(word, begin, joined):
                position += 1
                continue
            begin = position = word.end()
        return begin

    def _stands_before(self, word: re.Match[str], begin: int, joined: bool) -> bool:
        if word[0] in self.conjunctions:
            # Between two names, the first of them in this run (two characters at least) or right before it.
            after_place = word.start() == begin and word.string[:begin].endswith(_PLACE_ENDS)
            return word.start() - begin >= 2 or after_place or (joined and word.start() == 0)
        return word.start() > 0 or word[0] not in self.before_within

    def ends(self, run: str) -> bool:
        """True where ``run`` ends with a whole word that stands before names: 驶入高速 names no road."""
        return run.endswith(self._long)

    def in_name(self, name: str) -> bool:
        """False where ``name`` has a character that none has: 我们, 全部在."""
        return not set(self.in_no_name) & set(name)

    @cached_property
    def _long(self) -> tuple[str, ...]:
        return tuple(word for word in self.before if len(word) > 1)

    @cached_property
    def _before(self) -> re.Pattern[str]:
        words = {*self.before, *self.before_within, *self.conjunctions}
        return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))

    @cached_property
    def no_station_ends(self) -> tuple[str, ...]:
        """Words that end the name of another kind of 站; a single character may end a name that is one."""
        return tuple(word for word in self.not_stations if len(word) > 1)

    @cached_property
    def no_road_after(self) -> re.Pattern[str]:
        """What follows 高速 where no road is named: 高速交警, 高速口."""
        return re.compile("(?:.{0,8}(?:公司|集团|管理处))|" + "|".join(self.after_no_road))

    @cached_property
    def no_station_after(self) -> re.Pattern[str]:
        """What follows 站 where no toll station is named: 站台, 站房."""
        return re.compile("|".join(self.after_no_station))
