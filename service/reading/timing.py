"""When a change holds: the periods of a sentence, and the one in force that later sentences point back to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from service.reading.marks import Mark
from service.reading.periods import Period, Span, adjoining, shared_clocks, span_of, spans_of, whole_day, with_windows
from service.records import Action, EndBasis, Flag, StartBasis, Validity, Window

Words = tuple[str, int, int, str]
"""Evidence in the making: field, start and end in the reading text, rule."""


@dataclass(frozen=True, slots=True)
class When:
    """A validity in the making, and the words behind it: field, start and end in the reading text.

    ``begin_of_end`` is the instant of an end read as a beginning. Of a list of days, ``also`` are the runs after the
    first, and ``each`` the members one by one.
    """

    validity: Validity
    words: tuple[Words, ...]
    action: Action | None = None
    begin_of_end: datetime | None = None
    flags: frozenset[Flag] = field(default_factory=frozenset)
    also: tuple[When, ...] = ()
    each: tuple[When, ...] = ()

    @property
    def runs(self) -> tuple[When, ...]:
        """One for each run of dates."""
        return (self, *(replace(run, action=self.action) for run in self.also))

    @property
    def members(self) -> tuple[When, ...]:
        """One for each member of a list of days; none where there is no list."""
        return tuple(replace(member, action=self.action) for member in self.each)

    @property
    def stated(self) -> bool:
        """True when either end is known."""
        return self.validity.start is not None or self.validity.end is not None

    def until(self, basis: EndBasis) -> When:
        """The same without an end, for the reason given."""
        return replace(self, validity=replace(self.validity, end=None, end_basis=basis))

    def moved(self, after: When) -> When:
        """What holds once ``after`` is said: where that is only a new end, the start stays."""
        if not after.stated:
            return replace(self, action=after.action)
        if after.validity.start is not None or after.validity.end is None:
            return after
        kept = replace(self.validity, end=after.validity.end, end_basis=after.validity.end_basis)
        return replace(after, validity=kept, words=(*self.words, *after.words))


NOTHING = When(Validity(), ())
"""Nothing said of when."""


def long_ago(said: When, today: date) -> bool:
    """True of what began so long before ``today`` that it is no news."""
    start = said.validity.start
    return start is not None and today - start.date() > _OLD_NEWS


_OLD_NEWS = timedelta(days=90)


def when(marks: list[Mark], today: date, *, in_force: When = NOTHING) -> When:
    """The validity that the period and window marks of a stretch of text state together.

    The last full period counts, since what stands before it is what it replaces. A beginning and an end stated
    apart are joined. Clock times alone belong to the day in force.
    """
    lasting = [mark for mark in marks if mark.type == "duration"]
    if lasting:
        return _lasting(
            when([mark for mark in marks if mark.type != "duration"], today, in_force=in_force), lasting[-1]
        )
    windows = [mark for mark in marks if mark.type == "window"]
    periods = [mark for mark in marks if mark.type == "period"]
    dated = [mark for mark in periods if not mark.value.clocks_only]
    if dated:
        clocks = [mark for mark in periods if mark.value.clocks_only and _both(mark.value)]
        windows += [_as_window(mark) for mark in clocks if _days(dated, today) > 1]
        periods = _hours_of_the_day(dated, clocks)
    elif periods and all(_both(mark.value) for mark in periods) and _of_days(in_force):
        # 管制时间：8:00-12:00, of days stated before
        windows += [_as_window(mark) for mark in periods]
        periods = []
    if not periods:
        return _windowed(in_force, windows) if windows else NOTHING
    base = in_force.validity.start
    said = _chosen(periods)
    if said.then:
        return _of_list(said, windows, today)
    span = span_of(said, today, base)
    if span.start and span.end and span.end <= span.start:
        # The words contradict themselves: flagged below, and no end is better than one before the beginning.
        span = replace(span, end=None)
    repeated = tuple(mark.value for mark in windows)
    said_when = with_windows(span, repeated, said)
    return When(
        _validity(said, said_when, repeated),
        _words(said, windows),
        begin_of_end=_begin_of_end(said, said_when),
        flags=_flags(span),
    )


def _of_list(said: Period, windows: list[Mark], today: date) -> When:
    """10月25日、26日和28日: days one after the other are one run, each of them covered whole."""
    members = (replace(said, then=()), *said.then)
    days, clocks = shared_clocks(tuple(whole_day(member) for member in members))
    spans = spans_of(days, today)
    repeated = tuple(mark.value for mark in windows)
    runs = []
    for span in adjoining(spans):
        daily = (*clocks, *repeated) if _lasts(span) else repeated
        runs.append(_validity(days[0], with_windows(span, (*clocks, *repeated), days[0]), daily))
    words = (*(word for member in members for word in _words(member, [])), *_window_words(windows))
    flags = frozenset(flag for span in spans for flag in _flags(span))
    first, *also = (When(run, words, flags=flags) for run in runs)
    return replace(first, also=tuple(also), each=_each(days if clocks else members, today, clocks))


def _each(members: tuple[Period, ...], today: date, clocks: tuple[Window, ...]) -> tuple[When, ...]:
    """The members of a list, each alone: a day without an end has none."""
    return tuple(
        When(_validity(member, with_windows(span, clocks, member), ()), _words(member, []), flags=_flags(span))
        for member, span in zip(members, spans_of(members, today), strict=True)
    )


def _lasts(span: Span) -> bool:
    return bool(span.start and span.end and span.end - span.start > timedelta(days=1))


def _lasting(said: When, mark: Mark) -> When:
    """``said`` with the end that its duration gives it, where it has a beginning and no end."""
    start = said.validity.start
    if start is None or said.validity.end is not None:
        return said
    basis = EndBasis.EXPECTED if mark.value.expected else EndBasis.STATED
    validity = replace(said.validity, end=mark.value.end(start), end_basis=basis)
    return replace(
        said, validity=validity, words=(*said.words, ("validity.end", mark.start, mark.end, "value.duration"))
    )


def _begin_of_end(said: Period, span: Span) -> datetime | None:
    """The instant of words read as an end, where they turn out to name a beginning: 9月6日恢复 is that midnight."""
    whole_day = said.end is not None and said.end.hour is None and not said.reopens
    return span.end - timedelta(days=1) if span.end and whole_day else span.end


def _of_days(said: When) -> bool:
    start, end = said.validity.start, said.validity.end
    return bool(start and end and end - start > timedelta(days=1))


def _hours_of_the_day(dated: list[Mark], clocks: list[Mark]) -> list[Mark]:
    """8月23日(5:30-18:30): one day, and from when to when on it."""
    last = dated[-1]
    said: Period = last.value
    if said.end or said.then or not said.start or said.start.clock or not clocks or clocks[0].start > last.end + 1:
        return dated
    hours: Period = clocks[0].value
    if not hours.start or clocks[0].start < last.end:
        return dated
    start = replace(said.start, hour=hours.start.hour, minute=hours.start.minute)
    whole = replace(hours, start=start, begins=(last.start, hours.begins[1] if hours.begins else last.end))
    return [*dated[:-1], replace(last, end=clocks[0].end, value=whole)]


def _both(period: Period) -> bool:
    return period.start is not None and period.end is not None


def _days(periods: list[Mark], today: date) -> float:
    span = span_of(_chosen(periods), today)
    return (span.end - span.start).days if span.start and span.end else 0


def _as_window(mark: Mark) -> Mark:
    window = Window(from_=mark.value.start.clock, to=mark.value.end.clock)
    return replace(mark, type="window", value=window)


def _chosen(periods: list[Mark]) -> Period:
    said: list[Period] = [mark.value for mark in periods]
    full = [period for period in said if _both(period)]
    if full and said[-1].start is None:
        # 原期限为1月5日至1月30日，现延至2月20日: a new end of what was said.
        return _until(full[-1], said[-1])
    if full:
        return full[-1]
    starts = [period for period in said if period.start]
    ends = [period for period in said if period.end]
    if starts and ends:
        return _until(starts[0], ends[-1])
    # 由1月31日提前至1月12日: of two ends the later one told holds.
    return starts[0] if starts else ends[-1]


def _until(first: Period, last: Period) -> Period:
    """From the beginning of ``first`` to the end of ``last``."""
    return replace(first, then=(), end=last.end, ends=last.ends, end_expected=last.end_expected, reopens=last.reopens)


def _validity(said: Period, span: Span, windows: tuple[Window, ...]) -> Validity:
    start_basis = StartBasis.UNSTATED
    if span.start and said.start:
        immediate = StartBasis.IMMEDIATE if said.start.immediate else StartBasis.STATED
        start_basis = StartBasis.EXPECTED if said.start_expected else immediate
    end_basis = EndBasis.UNSTATED
    if span.end:
        end_basis = EndBasis.EXPECTED if said.end_expected else EndBasis.STATED
    return Validity(start=span.start, end=span.end, start_basis=start_basis, end_basis=end_basis, windows=windows)


def _words(said: Period, windows: list[Mark]) -> tuple[Words, ...]:
    words: list[Words] = []
    if said.begins:
        words.append(("validity.start", *said.begins, "value.period"))
    if said.ends:
        words.append(("validity.end", *said.ends, "value.period"))
    return (*words, *_window_words(windows))


def _window_words(windows: list[Mark]) -> tuple[Words, ...]:
    return tuple(("validity.windows", mark.start, mark.end, "value.window") for mark in windows)


def _windowed(in_force: When, windows: list[Mark]) -> When:
    """The period in force, repeated daily in ``windows``."""
    repeated = tuple(mark.value for mark in windows)
    validity = replace(in_force.validity, windows=repeated)
    return replace(in_force, validity=validity, words=(*in_force.words, *_window_words(windows)))


def _flags(span: Span) -> frozenset[Flag]:
    return frozenset({Flag.DATE_CONFLICT} if span.impossible else ())
