"""One process on one SQLite file: a lock beside it, which the system lets go of when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotAlone(Exception):
    """Another process runs on this file. *process* is its number, 0 if it could not be read."""

    def __init__(self, file: Path, process: int) -> None:
        super().__init__(f"{file}: {process}")
        self.file = file
        self.process = process


def lock_beside(database: Path) -> Path:
    """Where the lock lies: one for each file, by whatever way it is named."""
    real = database.resolve()
    return real.with_name(real.name + ".lock")


@contextmanager
def alone_on(database: Path) -> Iterator[None]:
    """Hold the lock as long as this lasts. Raises NotAlone, OSError (the folder can't be written)."""
    handle = os.open(lock_beside(database), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotAlone(database, _number(os.pread(handle, 20, 0))) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def who_holds(database: Path) -> int | None:
    """The number of the process that runs on this file; None when there is none."""
    try:
        handle = os.open(lock_beside(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _number(os.pread(handle, 20, 0))
    finally:
        os.close(handle)
    return None


def _number(written: bytes) -> int:
    return int(written) if written.isdigit() else 0
