"""What can go wrong, as one tree by who must act. Prose that nobody can read is no error."""

from __future__ import annotations


class TollfeedError(Exception):
    """Base of all; its text says what was expected and what was found."""


class RuleError(TollfeedError):
    """The author of rules or gazetteer must act: the message opens with file and id."""


class DocumentError(TollfeedError):
    """The sender of one document must act: it is no text, too large or empty."""


class SourceError(TollfeedError):
    """The operator must act, or the next poll will: a source did not answer or could not be read."""


class EndpointError(TollfeedError):
    """Whoever runs an endpoint must act: it cannot be called, or does not answer as it should."""


class StoreError(TollfeedError):
    """The operator must act: the database cannot be opened, is newer than the program or read-only."""


class SetupError(TollfeedError):
    """The operator must act: a setting has no such value, an address is taken, a folder cannot be written to."""


class ReviewError(TollfeedError):
    """The reviewer must act: there is no such change, or it was altered meanwhile."""


class QueryError(TollfeedError):
    """The caller must act: a parameter is unknown or its value is not one of those expected."""

    def __init__(self, parameter: str, expected: str, found: str) -> None:
        """Name the parameter, what was expected and what was found."""
        super().__init__(f"{parameter}: expected {expected}, found {found!r}")
        self.parameter = parameter
        self.expected = expected
        self.found = found
