"""Which revisions a webhook is told of: the parameters of a log, as an object or a query string, and as a query."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qs

from pydantic import ValidationError

from service.errors import QueryError
from service.store import Query
from service.web import problem
from service.web.parameters import LogSelection

_MOST_PARAMETERS = 50


def canonical(given: Mapping[str, str | list[str]] | str) -> str:
    """The canonical query string of a selection, "" of all.

    Raises:
        Problem: it is none.
    """
    selection = _selection(given)
    try:
        selection.query()
    except QueryError as error:
        raise problem.unexpected([_of_filter(error)]) from error
    return selection.text()


@lru_cache(maxsize=1000)
def query_of(text: str) -> Query:
    """The store's query of what :func:`canonical` gave."""
    return _selection(text).query()


def _selection(given: Mapping[str, str | list[str]] | str) -> LogSelection:
    try:
        return LogSelection.model_validate(parsed(given) if isinstance(given, str) else given)
    except ValidationError as error:
        known = tuple(field.alias or name for name, field in LogSelection.model_fields.items())
        found = problem.read_errors(error.errors(), known)
        raise problem.unexpected([_of_filter(each) for each in found]) from error


def parsed(text: str) -> dict[str, str | list[str]]:
    """The parameters of a query string, by name.

    Raises:
        Problem: there are too many.
    """
    try:
        values = parse_qs(text.removeprefix("?"), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError as error:
        expected = f"at most {_MOST_PARAMETERS} parameters"
        raise problem.unexpected([QueryError("filter", expected, "more")]) from error
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _of_filter(error: QueryError) -> QueryError:
    return QueryError(f"filter.{error.parameter}", error.expected, error.found)
