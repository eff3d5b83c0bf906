"""API keys: a random word given out once; the store keeps its SHA-256 only.

A plain hash is enough, since a key of 256 random bits cannot be guessed from it as a password could.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

PREFIX = "tollfeed_"
"""What every key begins with, so that secret scanners and people recognise one."""


def new_key() -> str:
    """A key nobody has: the prefix and 43 URL-safe characters (RFC 6750 ``b64token``)."""
    return PREFIX + secrets.token_urlsafe(32)


def fingerprint(key: str) -> str:
    """The hex SHA-256 of ``key``, which is all that is stored."""
    return sha256(key.encode()).hexdigest()
