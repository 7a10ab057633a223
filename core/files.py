"""Attachments: a row for each here, the bytes in a store (a folder, or a bucket).

A turn writes down the channel's reference only; an outbox row fetches the bytes later. A name from outside is shown,
never used as a path.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import unicodedata
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NewType

import obstore
from obstore.store import LocalStore, ObjectStore, from_url
from sqlalchemy import Column, ForeignKey, Row, String, Table, Text, select, update

from core.db import Id, Moment, Tx, metadata
from core.errors import TooMuch
from core.ids import ChatId, MessageId, TicketNumber
from core.notices.facts import line
from core.notices.outbox import Kind, post

FileId = NewType("FileId", int)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("ticket_id", Id, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("message_id", Id, ForeignKey("messages.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),  # to be shown, never a path
    Column("media_type", String(128), nullable=False),  # what the sender says it is
    Column("size", Id),  # bytes: as the channel says, then as counted
    Column("chat_id", Id, ForeignKey("chats.id"), nullable=False),  # whose channel knows the reference
    Column("reference", Text, nullable=False),
    Column("key", String(128), nullable=False, unique=True),
    Column("sha256", String(64)),
    Column("state", String(16), nullable=False),
    Column("refused_why", String(32)),
    Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)


class FileState(StrEnum):
    WAITING = "waiting"  # to be fetched
    STORED = "stored"
    REFUSED = "refused"


@dataclass(frozen=True)
class FileRules:
    """What a desk takes: bytes in one file, files in one message."""

    largest: int = 20_000_000
    most: int = 20


@dataclass(frozen=True)
class Incoming:
    """A file as a channel speaks of it: *reference* is the channel's own; the rest is what the sender says."""

    reference: str
    name: str = ""
    media_type: str = ""
    size: int | None = None


@dataclass(frozen=True)
class File:
    """An attachment. *size* in bytes, if known."""

    id: FileId
    ticket: TicketNumber
    message: MessageId
    name: str
    media_type: str
    size: int | None
    chat: ChatId
    reference: str
    key: str
    state: FileState
    sha256: str | None
    why: str | None


def attach(tx: Tx, ticket: TicketNumber, message: MessageId, files: Iterable[Incoming], *, chat: ChatId) -> None:
    """Write down what came with *message* from *chat*, each to be fetched. Raises `TooMuch`."""
    rules = _rules(tx)
    coming = list(files)
    if len(coming) > rules.most:
        raise TooMuch(what="files", limit=rules.most)
    for file in coming:
        _attach(tx, ticket, message, file, chat, rules)


def _attach(tx: Tx, ticket: TicketNumber, message: MessageId, file: Incoming, chat: ChatId, rules: FileRules) -> None:
    too_large = file.size is not None and file.size > rules.largest
    id_ = tx.add(
        attachments,
        ticket_id=ticket,
        message_id=message,
        name=shown_name(file.name),
        media_type=_media_type(file.media_type),
        size=file.size,
        chat_id=chat,
        reference=file.reference,
        key=f"{ticket}/{message}/{tx.chance.digits(24)}",
        state=FileState.REFUSED if too_large else FileState.WAITING,
        refused_why="too-large" if too_large else None,
        created_at=tx.now,
    )
    if not too_large:
        post(tx, Kind.FETCH, chat, line("fetch-file", file=id_), ticket=ticket, lane=f"file:{id_}")


def _rules(tx: Tx) -> FileRules:
    rules: FileRules = tx.rules.get(FileRules, FileRules())
    return rules


def shown_name(given: str) -> str:
    """Return a name fit to be shown: its last part, without what controls a terminal or turns the text round."""
    last = re.split(r"[/\\]", given)[-1]
    plain = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    return _short(plain.strip(" .")) or "file"


def _short(name: str, longest: int = 120) -> str:
    stem, dot, ending = name.rpartition(".")
    if len(name) <= longest or not stem or len(ending) > 10:
        return name[:longest]
    return stem[: longest - len(ending) - 1] + dot + ending


def _media_type(given: str) -> str:
    plain = given.strip().lower()
    return plain if re.fullmatch(r"[a-z0-9][\w.+-]{0,62}/[a-z0-9][\w.+-]{0,62}", plain, re.ASCII) else UNKNOWN


UNKNOWN = "application/octet-stream"


def files_of(tx: Tx, messages: Sequence[MessageId]) -> Mapping[MessageId, tuple[File, ...]]:
    """Return the files of each message that has any, in the order they came."""
    found: dict[MessageId, tuple[File, ...]] = {}
    rows = tx.all(select(attachments).where(attachments.c.message_id.in_(messages)).order_by(attachments.c.id))
    for row in rows:
        found[row.message_id] = (*found.get(row.message_id, ()), _file(row))
    return found


def _file(row: Row[Any]) -> File:
    return File(
        id=row.id,
        ticket=row.ticket_id,
        message=row.message_id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        chat=row.chat_id,
        reference=row.reference,
        key=row.key,
        state=FileState(row.state),
        sha256=row.sha256,
        why=row.refused_why,
    )


@dataclass(frozen=True)
class FileOf:
    """One file, by what the outbox row's fact `file` says; None once it was erased."""

    id: FileId

    def answer(self, tx: Tx) -> File | None:
        row = tx.one(select(attachments).where(attachments.c.id == self.id))
        return _file(row) if row else None


@dataclass(frozen=True)
class Stored:
    """The bytes lie in the store. False when the row is gone meanwhile (erased): then the bytes must go too."""

    id: FileId
    size: int
    sha256: str

    def carry_out(self, tx: Tx) -> bool:
        stored = {"state": FileState.STORED, "size": self.size, "sha256": self.sha256, "refused_why": None}
        return tx.run(update(attachments).where(attachments.c.id == self.id).values(stored)) == 1


@dataclass(frozen=True)
class RefusedFile:
    """The bytes will never be here. *why* is a word of the program: too-large, gone, refused."""

    id: FileId
    why: str

    def carry_out(self, tx: Tx) -> None:
        refused = {"state": FileState.REFUSED, "refused_why": self.why}
        tx.run(update(attachments).where(attachments.c.id == self.id).values(refused))


@dataclass(frozen=True)
class Counted:
    """What was put into the store: bytes and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


class FileStore:
    """Where the bytes lie. Asynchronous, since courier and adapters move bytes while they come; keys are ours."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    @classmethod
    def at(cls, where: str | Path) -> FileStore:
        """Open a folder (made if it is missing) or, by its URL, a bucket (s3://…) or memory:///."""
        if isinstance(where, str) and "://" in where:
            return cls(from_url(where))
        folder = Path(where)
        return cls(LocalStore(folder, mkdir=True), folder)

    async def put(self, key: str, pieces: AsyncIterable[bytes], *, largest: int = FileRules.largest) -> Counted:
        """Keep *pieces* under *key*: whole or not at all. Raises `TooMuch` past *largest* bytes."""
        counting = _Counting(pieces, largest)
        await obstore.put_async(self._store, key, aiter(counting))
        if self._folder:  # a local put renames, but does not wait for the disk
            await asyncio.to_thread(_to_disk, self._folder / key, self._folder)
        return Counted(counting.size, counting.digest.hexdigest())

    async def get(self, key: str) -> AsyncIterator[bytes]:
        """Yield the bytes in pieces. Raises FileNotFoundError."""
        found = await obstore.get_async(self._store, key)
        async for piece in found.stream():
            yield bytes(piece)

    async def delete(self, key: str) -> None:
        """Forget the bytes; that they are gone already is no trouble."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return


class _Counting:
    """Pieces on their way, counted; an error in the middle leaves nothing in the store."""

    def __init__(self, pieces: AsyncIterable[bytes], largest: int) -> None:
        self.pieces = pieces
        self.largest = largest
        self.size = 0
        self.digest = hashlib.sha256()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self.pieces:
            self.size += len(piece)
            if self.size > self.largest:
                raise TooMuch(what="file", limit=self.largest)
            self.digest.update(piece)
            yield piece


def _to_disk(path: Path, folder: Path) -> None:
    """Make the file and its way down from *folder* survive a power cut."""
    for place in (path, *path.parents):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if place == folder:
            return
