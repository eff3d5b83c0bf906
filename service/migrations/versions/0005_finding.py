"""What finds revisions without looking at all of them: by place, time, words and what followed them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTS = ("road", "station", "service_area", "junction", "structure", "segment", "direction", "access")
NOWHERE = -1
BLOCK = 16
FIRST, LAST = "0001-01-02T00:00:00.000000+00:00", "9999-12-30T00:00:00.000000+00:00"
AT_ONCE = 1000


def upgrade() -> None:
    """Add tables and indexes and fill them from the records; coordinates come with the first gazetteer."""
    for column in ("kind", "access", "recorded"):
        op.create_index(f"revisions_by_{column}", "revisions", [column, "position"])
    op.create_index("revisions_cancelled", "revisions", ["cancelled", "position"])
    _create_successors()
    _create_blocks()
    _create_places()
    _create_grams()


def _key(name: str, of: str | None = "revisions.position") -> sa.Column[Any]:
    return sa.Column(name, POSITION, *([sa.ForeignKey(of)] if of else []), primary_key=True, autoincrement=False)


def _create_successors() -> None:
    op.create_table(
        "successors",
        _key("position"),
        sa.Column("by", POSITION, sa.ForeignKey("revisions.position"), nullable=False),
    )
    held = "SELECT position FROM doubts WHERE held"
    published = f"SELECT position, change_id, sequence FROM revisions WHERE position NOT IN ({held})"  # noqa: S608 - our own words
    following = "lead(position) OVER (PARTITION BY change_id ORDER BY sequence)"
    op.execute(
        f'INSERT INTO successors (position, "by") SELECT position, followed FROM'  # noqa: S608 - our own words
        f" (SELECT position, {following} AS followed FROM ({published}) AS published) AS pairs"
        " WHERE followed IS NOT NULL"
    )


def _create_blocks() -> None:
    columns = ("starts", "begins", "waits", "ends", "lasts", "recent")
    op.create_table(
        "blocks",
        _key("block", None),
        *(sa.Column(name, MOMENT, nullable=False) for name in columns),
        sa.Column("cancelled", sa.Boolean, nullable=False),
    )
    first, last = (
        f"CAST('{moment}' AS timestamptz)" if _on_postgresql() else f"'{moment}'" for moment in (FIRST, LAST)
    )
    unstarted = f"CASE WHEN after_works THEN {last} ELSE {first} END"
    took_effect = f"CASE WHEN after_works THEN {last} ELSE published END"
    recent = (
        f'CASE WHEN cancelled THEN recorded WHEN NOT lasting OR "end" IS NOT NULL THEN coalesce("end", {last})'
        f' ELSE coalesce("start", {took_effect}) END'
    )
    op.execute(
        f"INSERT INTO blocks SELECT position / {BLOCK},"  # noqa: S608 - our own words
        f' min(coalesce("start", {first})), min(coalesce("start", {unstarted})), max(coalesce("start", {unstarted})),'
        f' min(coalesce("end", {last})), max(coalesce("end", {last})), max({recent}),'
        f" {'bool_or(cancelled)' if _on_postgresql() else 'max(cancelled)'}"
        f" FROM revisions GROUP BY position / {BLOCK}"
    )


def _create_places() -> None:
    op.create_table(
        "places",
        sa.Column("id", POSITION, primary_key=True, autoincrement=True),
        sa.Column("record", sa.Text, nullable=False, unique=True),
        sa.Column("gazetteer", sa.Text),
        *(sa.Column(side, sa.Float) for side in ("west", "south", "east", "north")),
    )
    op.create_table("spots", _key("position"), sa.Column("place", POSITION, sa.ForeignKey("places.id"), nullable=False))
    op.create_index("spots_by_place", "spots", ["place", "position"])
    op.create_table("cells", _key("cell", None), _key("position"), sqlite_with_rowid=False)
    places: dict[str, int] = {}
    for some in _rows("SELECT position, record FROM records"):
        said = [(position, _place(json.loads(record))) for position, record in some]
        # Counted from 1 in the order of rows, on both databases.
        new = [place for _, place in said if places.setdefault(place, len(places) + 1) == len(places)]
        _insert("places (record) VALUES (:record)", [{"record": place} for place in dict.fromkeys(new)])
        spots = [{"position": position, "place": places[place]} for position, place in said]
        _insert("spots (position, place) VALUES (:position, :place)", spots)
    op.execute(f"INSERT INTO cells (cell, position) SELECT {NOWHERE}, position FROM spots")  # noqa: S608 - our own words


def _create_grams() -> None:
    if _on_postgresql():
        op.create_table("grams", _key("position"), sa.Column("grams", sa.ARRAY(sa.Text), nullable=False))
    else:
        op.execute("CREATE VIRTUAL TABLE grams USING fts5(pairs, prefix=1, content='', columnsize=0, tokenize='ascii')")
    for some in _rows("SELECT position, words FROM revisions"):
        if _on_postgresql():
            _insert(
                "grams VALUES (:position, :grams)", [{"position": at, "grams": _listed(words)} for at, words in some]
            )
        else:
            rows = [{"position": at, "grams": " ".join(_pairs(words))} for at, words in some]
            _insert("grams (rowid, pairs) VALUES (:position, :grams)", rows)
    if _on_postgresql():
        op.create_index("grams_by_gram", "grams", ["grams"], postgresql_using="gin")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _rows(query: str) -> Iterator[list[Any]]:
    """The rows of ``query`` by position, some at a time."""
    last = 0
    while True:
        some = (
            op.get_bind().execute(sa.text(f"{query} WHERE position > {last} ORDER BY position LIMIT {AT_ONCE}")).all()
        )
        if not some:
            return
        yield list(some)
        last = some[-1].position


def _insert(into: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(sa.text(f"INSERT INTO {into}"), rows)


def _place(record: Mapping[str, Any]) -> str:
    said = {part: record[part] for part in PARTS if record.get(part) is not None}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _pairs(words: str) -> list[str]:
    shifted = _shifted(words + "\n")
    return [one + other for one, other in pairwise(shifted)]


def _listed(words: str) -> list[str]:
    return sorted({*_pairs(words), *_shifted(words)})


def _shifted(text: Iterable[str]) -> str:
    return "".join(chr(0xE000 + ord(each)) if each < "\x80" else each for each in text)
