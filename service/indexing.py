"""Keeping ``grams``, ``blocks`` and successors in step with the revisions, within the transaction that adds one.

All of it is derived. The surprising thing: nothing here knows where a revision is; that depends on a gazetteer
(``whereabouts``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

from service import blocks, grams
from service.schema import BLOCKS, DOUBTS, GRAMS, REVISIONS, SUCCESSORS


def index(connection: Connection, position: int, row: Mapping[str, Any], *, held: bool) -> None:
    """Let the revision at ``position``, that ``row`` of ``revisions``, be found."""
    if not held:
        _follow(connection, position, row["change_id"])
    _summarize(connection, position, row)
    _spell(connection, position, row["words"])


def _follow(connection: Connection, position: int, change_id: str) -> None:
    held = select(DOUBTS.c.position).where(DOUBTS.c.held)
    of_it = (REVISIONS.c.change_id == change_id, REVISIONS.c.position < position)
    before = connection.scalar(select(func.max(REVISIONS.c.position)).where(*of_it, REVISIONS.c.position.not_in(held)))
    if before is not None:
        connection.execute(insert(SUCCESSORS).values(position=before, by=position))


def _summarize(connection: Connection, position: int, row: Mapping[str, Any]) -> None:
    found, own = blocks.summary(row), BLOCKS.c.block == blocks.block_of(position)
    known = connection.execute(select(BLOCKS).where(own)).first()
    if known is None:
        connection.execute(insert(BLOCKS).values(block=blocks.block_of(position), **found))
    else:
        connection.execute(update(BLOCKS).where(own).values(**blocks.joined(found, known._asdict())))


def _spell(connection: Connection, position: int, words: str) -> None:
    if connection.dialect.name == "postgresql":
        added, spelt = text(f"INSERT INTO {GRAMS} (position, grams) VALUES (:position, :grams)"), grams.listed(words)  # noqa: S608 - our constant
        connection.execute(added, {"position": position, "grams": spelt})
    else:
        added = text(f"INSERT INTO {GRAMS} (rowid, pairs) VALUES (:position, :grams)")  # noqa: S608 - our constant
        connection.execute(added, {"position": position, "grams": " ".join(grams.pairs(words))})
