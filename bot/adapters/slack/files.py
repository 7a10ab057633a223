"""Files on their way to Slack and from there: in pieces, so that none is held in memory whole.

Slack shows the token only to itself: a file's address elsewhere (Drive, Dropbox) is never asked with it. And whoever asks
without a token that counts is answered the sign-in page, with 200: what is no file is never taken for one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.adapters.channel import Broken, GiveUp, Outgoing
from bot.adapters.slack import limits as most
from bot.adapters.slack.access import Access, Link
from bot.adapters.slack.marking import shown
from bot.adapters.slack.posting import Posted, Recent
from bot.adapters.slack.troubles import code_of, is_uncertain, of_status
from bot.adapters.splitting import cut

PIECE: Final = 256 * 1024
PATIENCE: Final = 110.0
"""Seconds for a file's whole way to Slack; the courier's own patience is longer."""
IDLE: Final = 20.0
"""Seconds in which the next piece must come."""
PAGE: Final = "text/html"
GONE: Final = frozenset({"file_not_found", "file_deleted"})


@dataclass(frozen=True)
class Told:
    """What Slack says of a file."""

    url: str
    size: int
    media_type: str


class Fetching:
    """What people sent, brought from Slack."""

    def __init__(self, link: Link, access: Access) -> None:
        self.link = link
        self.access = access

    async def pieces(self, reference: str) -> AsyncIterator[bytes]:
        """Yield the file's bytes. Raises a `Trouble`, or an error of the library."""
        told = await self._ask(reference)
        count = 0
        headers = {"Authorization": f"Bearer {self.access.bot_token}"}
        patience = aiohttp.ClientTimeout(total=None, sock_connect=IDLE, sock_read=IDLE)
        async with self.link.session.get(told.url, headers=headers, allow_redirects=False, timeout=patience) as answer:
            _check(answer, told)
            async for piece in answer.content.iter_chunked(PIECE):
                count += len(piece)
                yield piece
        if told.size and count != told.size:
            raise Broken("slack: the file came otherwise than told")

    async def _ask(self, reference: str) -> Told:
        """Return where the file lies. Raises GiveUp where it lies nowhere that we may ask."""
        file: Mapping[str, Any] = (await self.link.client.files_info(file=reference)).get("file") or {}
        if file.get("mode") == "tombstone" or file.get("is_external"):
            raise GiveUp("slack: the file is gone, or lies elsewhere")
        url, size = str(file.get("url_private_download") or file.get("url_private") or ""), file.get("size")
        if not self.access.holds(url):
            raise GiveUp("slack: the file lies elsewhere")
        return Told(url, size if isinstance(size, int) else 0, str(file.get("mimetype") or ""))


def _check(answer: aiohttp.ClientResponse, told: Told) -> None:
    if trouble := of_status(answer.status, "on the way of a file"):
        raise trouble
    length = answer.content_length
    other = told.size > 0 and length is not None and length != told.size and "Content-Encoding" not in answer.headers
    if answer.content_type == PAGE and (told.media_type != PAGE or other):
        raise Broken("slack: the sign-in page instead of a file")


class Giving:
    """Files on their way to people: uploaded, then shared. One whose sharing ended without an answer is looked at first."""

    def __init__(self, link: Link, access: Access) -> None:
        self.link = link
        self.access = access
        self._unsure: Recent[tuple[str, str, str, int, str], str] = Recent()

    async def give(self, chat: str, thread: str, file: Outgoing, caption: str) -> Posted | None:
        """Share *file* in *chat*; return where it stands, if Slack says so. Raises a `Trouble` or an error of the library."""
        key = (chat, thread, file.name, file.size, caption)
        uploaded = self._unsure.get(key)
        if uploaded and (found := await self._shared(chat, uploaded)):
            self._unsure.drop(key)
            return found
        uploaded = await self._upload(file)
        try:
            answer = await self.link.client.files_completeUploadExternal(
                files=[{"id": uploaded, "title": _name(file)}],
                channel_id=chat,
                thread_ts=thread or None,
                initial_comment=caption or None,
            )
        except BaseException as error:  # one that is cancelled is as uncertain as any
            if is_uncertain(error):
                self._unsure.put(key, uploaded)
            raise
        self._unsure.drop(key)
        told: Mapping[str, Any] = next(iter(answer.get("files") or ()), {})
        return _share(told, chat) or await self._where(chat, uploaded)

    async def _upload(self, file: Outgoing) -> str:
        """Hand the bytes over and return the file's id at Slack."""
        if not 0 < file.size <= most.LARGEST:
            raise GiveUp("slack takes no file of this size")
        pieces = file.pieces()
        first = await anext(pieces, b"")  # a file that is gone from the store is no trouble of Slack's
        answer = await self.link.client.files_getUploadURLExternal(filename=_name(file), length=file.size)
        url = str(answer.get("upload_url") or "")
        if not self.access.holds(url):
            raise Broken("slack: files are to go elsewhere")
        headers = {"Content-Length": str(file.size), "Content-Type": "application/octet-stream"}
        patience = aiohttp.ClientTimeout(total=PATIENCE, sock_connect=IDLE)
        body = _chained(first, pieces)
        async with self.link.session.post(url, data=body, headers=headers, timeout=patience) as taken:
            if trouble := of_status(taken.status, "on a file's way there"):
                raise trouble
        return str(answer["file_id"])

    async def _shared(self, chat: str, file: str) -> Posted | None:
        """Return where *file* stands in *chat*; None where it does not. Raises an error of the library."""
        try:
            answer = await self.link.client.files_info(file=file)
        except SlackApiError as error:
            if code_of(error) in GONE:
                return None
            raise
        return _share(answer.get("file") or {}, chat)

    async def _where(self, chat: str, file: str) -> Posted | None:
        """As `_shared`, of a file that is there: where Slack does not say where, it is there all the same."""
        try:
            return await self._shared(chat, file)
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return None


async def _chained(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def _share(file: Mapping[str, Any], chat: str) -> Posted | None:
    for places in (file.get("shares") or {}).values():
        for share in places.get(chat) or ():
            return Posted(str(share["ts"]), str(share.get("thread_ts") or ""))
    return None


def _name(file: Outgoing) -> str:
    return cut(" ".join(shown(file.name).replace("/", " ").split()), most.NAME) or "file"
