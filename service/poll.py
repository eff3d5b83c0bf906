"""One poll of one source: the whole pipeline in sight.

::

    fetch ─▶ read ─▶ (follow links) ─▶ notices_in ─▶ extract ─▶ store.add, which revises

Every step may be repeated: an unchanged source is not read, an unchanged notice is kept once. One bad document
never stops the others, and a source with one is not taken for unchanged, so the next poll tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from service import inbox
from service.errors import DocumentError, SourceError
from service.page import worded
from service.reading.extract import extract, is_relevant
from service.reading.rules import RuleBook
from service.reading.segment import notices_in
from service.records import CHINA
from service.source import Item, Source
from service.store import Added, Fetched, Poll, Store

if TYPE_CHECKING:
    # Whoever ingests a document needs no HTTP client.
    from service.fetch import Fetch, Response

_READ_AGAIN = timedelta(days=1)
"""When a page that a list still links to is read again, in case it was corrected in place."""
_LONGEST_ERROR = 1000

Proceed = Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one poll came to: documents read, notices and revisions that were new, what went wrong."""

    source: str
    documents: int = 0
    notices: int = 0
    revisions: int = 0
    not_modified: bool = False
    error: str | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one document came to."""

    added: tuple[Added, ...] = ()
    error: str | None = None


def ingest(
    text: str,
    *,
    source: str,
    published: date | None,
    now: datetime,
    store: Store,
    rulebook: RuleBook,
    url: str | None = None,
    publisher: str | None = None,
    title: str | None = None,
) -> tuple[Added, ...]:
    """Read a document and keep its notices with their changes; those that do not speak of roads are not kept.

    Raises:
        DocumentError: the document holds U+0000.
        StoreError: the database cannot be written to. What was kept before stays; doing it again is harmless.
    """
    for words in filter(None, (text, url, publisher, title)):
        # PostgreSQL keeps no U+0000; both databases shall refuse the same.
        if "\0" in words:
            raise DocumentError(f"document: expected text, found U+0000 at character {words.index(chr(0))}")
    today = now.astimezone(CHINA).date()
    notices = notices_in(
        text, source=source, published=published, today=today, url=url, publisher=publisher, title=title
    )
    return tuple(store.add(notice, extract(notice, rulebook).changes, now) for notice in notices if is_relevant(notice))


def poll(
    source: Source,
    fetch: Fetch,
    store: Store,
    rulebook: RuleBook,
    now: datetime,
    proceed: Proceed = lambda: True,
) -> PollReport:
    """Fetch ``source``, keep what is new and record the outcome. ``proceed`` is asked before anything is written.

    Raises:
        StoreError: the database cannot be read or written to.
    """
    run = _Run(source.id, source.publisher, store, rulebook, now, proceed)
    known = store.fetched(source.id) or Fetched()
    try:
        response = fetch.get(source.url, etag=known.etag, last_modified=known.last_modified)
        fetched = _fetched(response, known)
        if response.payload is None or fetched.digest == known.digest:
            return run.record(PollReport(source=source.id, not_modified=True), fetched)
        items = source.read(response.payload)
    except (SourceError, DocumentError) as error:
        return run.record(PollReport(source=source.id, error=str(error)))
    outcomes: list[_Outcome] = []
    for item in items:
        if not proceed():
            break
        outcomes.append(_follow(item, source, fetch, run) if item.text is None else _Outcome(run.keep(item)))
    return run.record(_report(source.id, outcomes, now), fetched)


def poll_inbox(
    folder: Path, limit: int, store: Store, rulebook: RuleBook, now: datetime, proceed: Proceed = lambda: True
) -> PollReport:
    """Read every file that waits in ``folder`` and move it away; recorded unless there was none.

    Raises:
        StoreError: the database cannot be written to; the file stays where it is.
    """
    run = _Run(inbox.INBOX, None, store, rulebook, now, proceed)
    try:
        paths = inbox.waiting(folder, now)
    except SourceError as error:
        return run.record(PollReport(source=inbox.INBOX, error=str(error)))
    outcomes: list[_Outcome] = []
    for path in paths:
        if not proceed():
            break
        outcomes += _take(path, limit, run)
    report = _report(inbox.INBOX, outcomes, now)
    return run.record(report) if outcomes else report


@dataclass(frozen=True, slots=True)
class _Run:
    """One poll of one source."""

    source: str
    publisher: str | None
    store: Store
    rulebook: RuleBook
    now: datetime
    proceed: Proceed

    def keep(self, item: Item) -> tuple[Added, ...]:
        return ingest(
            item.text or "",
            source=self.source,
            published=item.published,
            now=self.now,
            store=self.store,
            rulebook=self.rulebook,
            url=item.url,
            publisher=item.publisher or self.publisher,
            title=item.title,
        )

    def record(self, report: PollReport, fetched: Fetched | None = None) -> PollReport:
        """A poll that was broken off is not recorded: whoever polls now does that."""
        if not self.proceed():
            return replace(report, error="broken off, as another process may poll now")
        self.store.record_poll(
            Poll(
                source=report.source,
                at=self.now,
                error=_printable(report.error[:_LONGEST_ERROR]) if report.error else None,
                notices=report.notices,
                revisions=report.revisions,
                fetched=fetched or Fetched(),
            )
        )
        return report


def _take(path: Path, limit: int, run: _Run) -> tuple[_Outcome, ...]:
    """What one file of the inbox came to; nothing if it is not ready, or gone."""
    name = _printable(path.name)
    try:
        item = inbox.read_file(path, limit)
        if item is None:
            return ()
        outcome = _Outcome(run.keep(item))
    except DocumentError as error:
        outcome = _Outcome(error=f"{name}: {error}")
    try:
        inbox.settle(path, outcome.error)
    except SourceError as error:
        outcome = replace(outcome, error=f"{name}: {error}")
    return (outcome,)


def _follow(item: Item, source: Source, fetch: Fetch, run: _Run) -> _Outcome:
    """What the page behind a link came to.

    It is remembered under a name of its own, so that not every page of a list is fetched again with each new one.
    """
    url = item.url or source.url
    page = f"{source.id} {url}"
    last = run.store.polls(page, limit=1)
    if last and last[0].error is None and run.now - last[0].at < _READ_AGAIN:
        return _Outcome()
    known = run.store.fetched(page) or Fetched()
    try:
        response = fetch.get(url, etag=known.etag, last_modified=known.last_modified)
        articles = source.article(response.payload) if response.payload is not None else ()
    except (SourceError, DocumentError) as error:
        run.record(PollReport(source=page, error=str(error)))
        return _Outcome(error=str(error))
    if not run.proceed():
        return _Outcome()
    outcome = _Outcome(tuple(added for article in articles for added in run.keep(_linked(item, article))))
    run.record(_report(page, [outcome], run.now), _fetched(response, known))
    return outcome


def _linked(link: Item, article: Item) -> Item:
    """An article with what its link says of it: the headline, unless that is cut short, and the day."""
    cut = link.title is None or link.title.endswith(("…", "..."))
    title = article.title if cut else link.title
    return replace(
        article,
        title=title,
        published=article.published or link.published,
        text=worded(title, article.text or ""),
    )


def _fetched(response: Response, known: Fetched) -> Fetched:
    """What to remember of an answer: if nothing was modified, what was known before."""
    if response.payload is None:
        return known
    digest = sha256(response.payload.body).hexdigest()
    return Fetched(etag=response.etag, last_modified=response.last_modified, digest=digest)


def _report(source: str, outcomes: Sequence[_Outcome], now: datetime) -> PollReport:
    new = [added for outcome in outcomes for added in outcome.added if added.new]
    # By position, because two notices of one poll may report the same change.
    revisions = {revision.position for added in new for revision in added.revisions if revision.recorded == now}
    errors = [outcome.error for outcome in outcomes if outcome.error]
    return PollReport(
        source=source,
        documents=len(outcomes),
        notices=len(new),
        revisions=len(revisions),
        error="; ".join(errors) or None,
    )


def _printable(text: str) -> str:
    """``text`` as any database takes it: file names may hold bytes that are no text, and errors quote what they met."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
