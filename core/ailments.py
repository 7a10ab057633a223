"""What ails a store, in a few kinds, whatever the driver's words for it are. Never holds a password."""

from __future__ import annotations

import errno
import re
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import DBAPIError

MOST_CAUSES: Final = 10


class Ailment(StrEnum):
    FULL = "disk-full"
    LOCKED = "database-locked"
    READONLY = "database-readonly"
    BROKEN = "database-broken"
    PASSWORD = "database-password"  # noqa: S105  a kind, no password
    MISSING = "database-missing"
    RIGHTS = "database-rights"
    UNREACHABLE = "database-unreachable"
    OTHER = "database-other"


_SIGNS: Final = (
    (r"disk is full|no space left|disk full", Ailment.FULL),
    (r"database is locked|database table is locked", Ailment.LOCKED),
    (r"readonly database|unable to open database", Ailment.READONLY),
    (r"not a database|malformed|file is encrypted", Ailment.BROKEN),
    (
        r"password authentication failed|no password supplied|no pg_hba.conf entry|role .* does not exist",
        Ailment.PASSWORD,
    ),
    (r"database .* does not exist", Ailment.MISSING),
    (r"permission denied", Ailment.RIGHTS),
    (r"refused|could not translate|name or service|name resolution|no route|unreachable", Ailment.UNREACHABLE),
    (r"timeout|connection failed|server closed|terminating connection|starting up|shutting down", Ailment.UNREACHABLE),
)
_NO_ROOM: Final = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
"""The second is what opening a file on a full disk comes to: there is no room for the memory that its readers share, and
SQLite's words are no more than "disk I/O error"."""


def ailment(error: BaseException) -> Ailment | None:
    """What kind of trouble the store has; None where *error* is not the store's."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Ailment.FULL
    if not isinstance(error, DBAPIError):
        return None
    if getattr(error.orig, "sqlite_errorname", "") in _NO_ROOM:
        return Ailment.FULL
    words = str(error.orig).lower()
    return next((kind for signs, kind in _SIGNS if re.search(signs, words)), Ailment.OTHER)


def in_short(error: BaseException) -> str:
    """The driver's own first words, without the statement and its values, which are people's."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    lines = [line.strip() for line in str(orig).splitlines() if line.strip()]
    return re.sub(r"^connection failed: (connection to server )?", "", lines[0] if lines else type(orig).__name__)[:200]


def without_words(error: BaseException) -> str:
    """Where an error came from and of which kind it is, for the log; not what it says, which may quote people."""
    chain: list[str] = []
    one: BaseException | None = error
    while one is not None and len(chain) < MOST_CAUSES:
        frames = "".join(traceback.format_tb(one.__traceback__))
        chain.append(f"Traceback (most recent call last):\n{frames}{type(one).__qualname__}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\n".join(reversed(chain))


@dataclass
class Lasting:
    """Trouble of the store that lasts: it is news at its beginning and every *again*, and not whenever something fails of it."""

    again: timedelta = timedelta(minutes=10)
    _told: tuple[Ailment, datetime] | None = None

    def is_news(self, error: BaseException, now: datetime) -> bool:
        """Whether to tell of *error*; always where it is not the store's."""
        if (kind := ailment(error)) is None:
            return True
        if self._told and self._told[0] is kind and self._told[1] <= now < self._told[1] + self.again:
            return False
        self._told = kind, now
        return True

    def over(self) -> None:
        """It works again."""
        self._told = None
