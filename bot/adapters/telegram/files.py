"""Files on their way to Telegram and from there: in pieces, so that none is held in memory whole.

The address of a file at Telegram holds the token: it stands in no error and in no log.
"""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import IO, Final, cast

import httpx
from telegram import Bot, InputFile
from telegram.error import BadRequest

from bot.adapters.channel import Broken, GiveUp, Outgoing, Retry
from bot.adapters.telegram.access import PATIENCE, Access, trusted
from bot.adapters.telegram.troubles import REFUSED_TOKEN, UNTOLD_WAIT, says

TELEGRAMS: Final = (20_000_000, 50_000_000)
"""Bytes of a file that can be fetched from Telegram's own server, and sent to it (core.telegram.org/bots/api)."""
OWN_SERVERS: Final = (2_000_000_000, 2_000_000_000)
LARGEST_PHOTO: Final = 10_000_000
PHOTOS: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
VOICES: Final = frozenset({"audio/ogg", "audio/opus"})
PIECE: Final = 256 * 1024
IN_MEMORY: Final = 1_000_000
"""Bytes of a file on its way out that are kept in memory; what is larger waits on the disk."""


class Form(StrEnum):
    """As what a file is shown."""

    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"


def most_taken(access: Access) -> int:
    """Return how many bytes a file may have that people send."""
    return (OWN_SERVERS if access.own_server else TELEGRAMS)[0]


def most_given(access: Access) -> int:
    """Return how many bytes a file may have that is sent to people."""
    return (OWN_SERVERS if access.own_server else TELEGRAMS)[1]


@dataclass(frozen=True)
class Upload:
    """A file that is ready to go, as what it is to be shown."""

    name: str
    media_type: str
    form: Form
    content: IO[bytes]

    @property
    def as_document(self) -> Upload:
        """The same, shown as a document: no file is too odd to be one."""
        return replace(self, form=Form.DOCUMENT)

    def open(self) -> InputFile:
        """Return it from its beginning; the library reads it as it sends it."""
        self.content.seek(0)
        file = InputFile(self.content, filename=self.name, read_file_handle=False)
        file.mimetype = self.media_type
        return file


@asynccontextmanager
async def collected(file: Outgoing, access: Access) -> AsyncIterator[Upload]:
    """Gather the pieces of *file*, on the disk if there are many. Raises GiveUp where Telegram would not take it."""
    most = most_given(access)
    if file.size > most:
        raise GiveUp(f"telegram takes files of up to {most // 1_000_000} MB")
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as content:
        async for piece in file.pieces():
            await asyncio.to_thread(content.write, piece)
        name = " ".join(file.name.replace("/", " ").split()) or "file"
        media_type = file.media_type.partition(";")[0].strip().lower()
        yield Upload(name, media_type, form_of(media_type, file.size), cast("IO[bytes]", content))


def form_of(media_type: str, size: int) -> Form:
    """Return as what a file can be shown, as far as its kind and size tell."""
    if media_type in PHOTOS and size <= LARGEST_PHOTO:
        return Form.PHOTO
    return Form.VOICE if media_type in VOICES else Form.DOCUMENT


class Fetching:
    """What people sent, brought from Telegram, or from the disk of a server of one's own that runs with `--local`."""

    def __init__(self, bot: Bot, access: Access) -> None:
        self.bot = bot
        self.access = access
        self._web = httpx.AsyncClient(verify=trusted(), timeout=httpx.Timeout(PATIENCE, connect=10, pool=10))

    async def close(self) -> None:
        await self._web.aclose()

    async def pieces(self, reference: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes. Raises a `Trouble`, or an error of the library."""
        path = await self._ask(reference)
        here = await asyncio.to_thread(self._here, path)
        async for piece in self._from_disk(here) if here else self._from_web(path):
            yield piece

    async def _ask(self, reference: str) -> str:
        """Return the file's path at Telegram, or on the disk of a server of our own."""
        try:
            path = (await self.bot.get_file(reference)).file_path
        except BadRequest as error:
            # Its whole text is "wrong file_id or the file is temporarily unavailable", and the id is Telegram's own.
            if says(error, "temporarily unavailable"):
                raise Broken("telegram: the file is not to be had now") from None
            raise
        if not path:
            raise GiveUp("telegram: no file there")
        return path.removeprefix(f"{self.bot.base_file_url}/")

    def _here(self, path: str) -> str:
        """Return where the file lies on this disk; "" where it is to be had from the server. Raises GiveUp.

        A server of our own keeps all of a bot's files in a folder called by its token (telegram-bot-api's `Client.cpp`):
        nobody is to point at any other file of ours, nor at a link to one.
        """
        if not (self.access.own_server and os.path.isabs(path) and os.path.isfile(path)):
            return ""
        real = os.path.realpath(path)
        if not self._folders.intersection(real.split(os.sep)[:-1]):
            raise GiveUp("the server's file is in no folder called by the bot's token")
        return real

    @property
    def _folders(self) -> frozenset[str]:
        """What a server calls a bot's folder: also where names take no colon, and on Telegram's test servers."""
        names = (self.access.token, f"{self.access.token}:T")
        return frozenset((*names, *(name.replace(":", "~") for name in names)))

    async def _from_disk(self, path: str) -> AsyncIterator[bytes]:
        with await asyncio.to_thread(_open_regular, path) as file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece

    async def _from_web(self, path: str) -> AsyncIterator[bytes]:
        try:
            async with self._web.stream("GET", f"{self.bot.base_file_url}/{path}") as answer:
                _check(answer.status_code, path)
                async for piece in answer.aiter_bytes(PIECE):
                    yield piece
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Broken(f"telegram: {type(error).__name__} on the way of a file") from None


def _open_regular(path: str) -> IO[bytes]:
    """Open a file for reading. Raises GiveUp where it is none (a pipe would be waited for), or can't be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError as error:
        raise GiveUp(f"the server's file can't be read: {type(error).__name__}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise GiveUp("the server's file is none")
    return cast("IO[bytes]", os.fdopen(descriptor, "rb"))


def _check(status: int, path: str) -> None:
    """Raise what a file's status means."""
    if status == httpx.codes.OK:
        return
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise Retry(UNTOLD_WAIT, "telegram: 429")
    if status == httpx.codes.UNAUTHORIZED:
        raise Broken(REFUSED_TOKEN)
    if 400 <= status < 500 and os.path.isabs(path):  # only a server of our own with --local tells such a path
        raise GiveUp(f"the server's file can't be read from this machine's disk, nor from the server ({status})")
    if 400 <= status < 500:
        raise GiveUp(f"telegram: the file is gone ({status})")
    raise Broken(f"telegram: {status}")
