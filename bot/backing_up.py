"""`sportello backup` and `sportello restore`: the whole desk in one file, made while it works.

A zip: `about.json`, `tables/NAME.jsonl` (a row a line), `files/KEY` (the attachments), `secret.key`. It holds everything
that people wrote: only its owner may read it.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import TypeAdapter, ValidationError

from bot.alone import alone_on
from bot.settings import Settings
from core.backup import Empty, NoRow, Rows, restore, save
from core.db import Database
from core.files import FileStore

FORMAT: Final = 1
ABOUT: Final = "about.json"
SECRET: Final = "secret.key"  # noqa: S105  the name of a file
PIECE: Final = 1 << 20
_KEY: Final = re.compile(r"\d{1,20}/\d{1,20}/\d{1,64}")
"""What a key of ours looks like: nothing else may become a path."""


class NoBackup(Exception):
    """The file is no whole backup of a desk."""


@dataclass(frozen=True)
class About:
    """What a backup says of itself. *made_at*: aware. *missing*: attachments whose bytes were gone."""

    format: int
    made_at: datetime
    rows: Rows
    missing: int = 0

    @property
    def tickets(self) -> int:
        return self.rows.tables["tickets"].rows if "tickets" in self.rows.tables else 0

    @property
    def files(self) -> int:
        return len(self.rows.files) - self.missing


_ABOUT: Final = TypeAdapter(About)


def back_up(settings: Settings, to: Path, now: datetime) -> About:
    """Write the desk into the file *to*, which must not be there yet, while it may be working.

    Raises FileExistsError, core.backup.Empty, OSError, and what the store raises.
    """
    with _there(settings) as database, _draft(to) as draft, ZipFile(draft, "w", ZIP_DEFLATED) as out:
        rows = save(database, lambda table: out.open(_lines_of(table), "w", force_zip64=True))
        missing = asyncio.run(_copy_out(_files(settings), rows.files, out))
        if (secret := settings.data / SECRET).exists():
            out.writestr(ZipInfo(SECRET), secret.read_bytes())
        about = About(FORMAT, now, rows, missing)
        out.writestr(ABOUT, _ABOUT.dump_json(about, indent=1))
    return about


def put_back(settings: Settings, file: Path) -> About:
    """Fill the desk's empty database and its attachments from *file*.

    Raises NoBackup, NotAlone (it is running), core.backup.NotEmpty, NewerStore, OSError, and what the store raises.
    """
    with _opened(file) as zip_, _store(settings) as database:
        about = _about(zip_)
        with alone_on(database.file) if database.file else nullcontext():
            asyncio.run(_copy_in(zip_, about, _files(settings)))
            restore(database, about.rows, lambda table: _read(zip_, _lines_of(table)))
            _put_secret(zip_, settings.data / SECRET)
    return about


def _lines_of(table: str) -> str:
    return f"tables/{table}.jsonl"


def _bytes_of(key: str) -> str:
    return f"files/{key}"


@contextmanager
def _draft(to: Path) -> Iterator[IO[bytes]]:
    """A file beside *to*, for its owner alone, which takes that name when it is whole and on the disk."""
    if to.exists():
        raise FileExistsError(17, os.strerror(17), str(to))
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.link(draft, to)  # unlike a rename it replaces nothing
        finally:
            draft.unlink()


@contextmanager
def _there(settings: Settings) -> Iterator[Database]:
    """A store in which there may be a desk: a file that is not there is not made. Raises Empty."""
    with _store(settings) as database:
        if database.file and not database.file.exists():
            raise Empty
        yield database


@contextmanager
def _store(settings: Settings) -> Iterator[Database]:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(Database(settings.database_url, pool=1)) as database:
        if database.file:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        yield database


def _files(settings: Settings) -> FileStore:
    return FileStore.at(settings.files.store or settings.data / "files")


async def _copy_out(store: FileStore, keys: tuple[str, ...], out: ZipFile) -> int:
    """Return how many were not there: erased since the rows were read."""
    missing = 0
    for key in keys:
        try:
            pieces = aiter(store.get(key))
            first = await anext(pieces, b"")
        except FileNotFoundError:
            missing += 1
            continue
        info = ZipInfo(_bytes_of(key))
        info.compress_type = ZIP_STORED  # pictures are compressed already
        with out.open(info, "w", force_zip64=True) as file:
            file.write(first)
            async for piece in pieces:
                file.write(piece)
    return missing


async def _copy_in(zip_: ZipFile, about: About, store: FileStore) -> None:
    there = set(zip_.namelist())
    for key in about.rows.files:
        if not _KEY.fullmatch(key):
            raise NoBackup(key)
        if _bytes_of(key) in there:
            await store.put(key, _pieces(zip_, _bytes_of(key)), largest=zip_.getinfo(_bytes_of(key)).file_size)


async def _pieces(zip_: ZipFile, name: str) -> AsyncIterator[bytes]:
    with zip_.open(name) as file:
        while piece := file.read(PIECE):
            yield piece


def _read(zip_: ZipFile, name: str) -> Iterator[bytes]:
    with zip_.open(name) as file:
        yield from file


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as zip_:
            yield zip_
    except (BadZipFile, KeyError, NoRow) as error:
        raise NoBackup(str(error)) from error


def _about(zip_: ZipFile) -> About:
    try:
        about = _ABOUT.validate_json(zip_.read(ABOUT))
    except (KeyError, ValidationError) as error:
        raise NoBackup(ABOUT) from error
    if about.format != FORMAT:
        raise NoBackup(f"format {about.format}")
    return about


def _put_secret(zip_: ZipFile, path: Path) -> None:
    if SECRET in zip_.namelist() and not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(zip_.read(SECRET))
