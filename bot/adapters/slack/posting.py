"""A message into a channel, a direct message or a thread: once, though its answer may be lost, and where it belongs.

Slack posts again what is asked again. So each message carries a mark of ours in its metadata; where a send ended
without a clear answer, the place is looked through for the mark before the same is sent anew. The marks of sends that
ended so are kept in memory: what left in the moment before a crash may come twice.

And of a thread whose first message is gone Slack says nothing: it posts to the channel. Whose thread it is, is asked
once; and each answer says where the message came to stand.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, Generic, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.rendering import Json, Message
from bot.adapters.slack.troubles import ACCESS, code_of, is_uncertain
from core.db import Chance

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

EVENT: Final = "sportello"
REMEMBERED: Final = 2_000
UNSURE_FOR: Final = timedelta(hours=1)
"""The courier tries again within a quarter of an hour: what was not by then, never will be."""
PAGE: Final = 200
PAGES: Final = 10


class Recent(Generic[K, V]):
    """The newest few of what was learnt."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self.most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: object) -> bool:
        return key in self._kept

    def get(self, key: K) -> V | None:
        return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)


@dataclass(frozen=True)
class Posted:
    """Where a message stands: its own ts, and the first of its thread; "" outside of threads."""

    ts: str
    thread: str = ""


class Posting:
    """*monotonic*: seconds on a clock that never jumps."""

    def __init__(self, client: AsyncWebClient, chance: Chance, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self.chance = chance
        self.monotonic = monotonic
        self._unsure: Recent[str, tuple[str, float]] = Recent()
        self._threads: Recent[tuple[str, str], str] = Recent()

    async def thread_of(self, chat: str, message: str) -> str | None:
        """Return the first message of the thread that *message* stands in or begins; None where it is gone.

        Raises an error of the library.
        """
        while (known := self._threads.get((chat, message))) not in (None, message):
            message = known  # where a lost one was begun anew, more than once perhaps
        if known is None and (known := await self._ask(chat, message)):
            self._threads.put((chat, message), known)
        return known

    async def is_lost(self, chat: str, thread: str) -> bool:
        """Whether the first message of *thread* is gone by now."""
        self._threads.drop((chat, thread))
        return await self.thread_of(chat, thread) is None

    def begins(self, chat: str, instead: str, thread: str) -> None:
        """From now on what belongs to the thread of *instead*, which is gone, goes to *thread*."""
        self._threads.put((chat, instead), thread)

    async def post(self, chat: str, thread: str, message: Message) -> Posted:
        """Post *message*, to a thread unless *thread* is "". Raises an error of the library."""
        key = sha256("\0".join((chat, thread, message.text, repr(message.blocks))).encode()).hexdigest()
        mark, since = self._unsure.get(key) or ("", 0.0)
        if mark and self.monotonic() - since < UNSURE_FOR.total_seconds():
            if found := await self._find(chat, thread, mark):
                self._unsure.drop(key)
                return self._stands(chat, found)
        else:
            mark = f"{key[:12]}.{self.chance.below(10**12)}"
        return self._stands(chat, await self._send(chat, thread, message, key, mark))

    async def _send(self, chat: str, thread: str, message: Message, key: str, mark: str) -> Mapping[str, Any]:
        metadata: Json = {"event_type": EVENT, "event_payload": {"mark": mark}}
        try:
            answer = await self.client.chat_postMessage(
                channel=chat,
                text=message.text,
                blocks=list(message.blocks),
                thread_ts=thread or None,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
            )
        except BaseException as error:  # a send that is cancelled is as uncertain as any
            if is_uncertain(error):
                self._unsure.put(key, (mark, self.monotonic()))
            else:
                self._unsure.drop(key)
            raise
        self._unsure.drop(key)
        told: Mapping[str, Any] = answer.get("message") or {}
        return {**told, "ts": answer["ts"]}

    def _stands(self, chat: str, told: Mapping[str, Any]) -> Posted:
        ts, thread = str(told["ts"]), str(told.get("thread_ts") or "")
        self._threads.put((chat, ts), thread or ts)
        return Posted(ts, thread if thread != ts else "")

    # Asking Slack

    async def _ask(self, chat: str, message: str) -> str | None:
        try:
            answer = await self.client.conversations_replies(channel=chat, ts=message, limit=1)
        except SlackApiError as error:
            if code_of(error) == "thread_not_found":
                return None
            if code_of(error) in ACCESS:  # we may not read there: then the answer of the send must do
                return message
            raise
        messages: list[Mapping[str, Any]] = answer.get("messages") or [{}]
        return str(messages[0].get("thread_ts") or message)

    async def _find(self, chat: str, thread: str, mark: str) -> Mapping[str, Any] | None:
        """Return the message with our mark, in the thread or (where the thread was lost) in the channel."""
        places = (self._in_thread(chat, thread), self._in_channel(chat)) if thread else (self._in_channel(chat),)
        try:
            for messages in places:
                async for message in messages:
                    if _mark_of(message) == mark:
                        return message
        except SlackApiError as error:
            if code_of(error) != "missing_scope":
                raise
        return None

    async def _in_channel(self, chat: str) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the channel's newest messages."""
        answer = await self.client.conversations_history(channel=chat, limit=PAGE, include_all_metadata=True)
        for message in answer.get("messages") or ():
            yield message

    async def _in_thread(self, chat: str, thread: str) -> AsyncIterator[Mapping[str, Any]]:
        """Yield a thread's messages; Slack tells the oldest first."""
        cursor = ""
        for _ in range(PAGES):
            try:
                answer = await self.client.conversations_replies(
                    channel=chat, ts=thread, cursor=cursor or None, limit=PAGE, include_all_metadata=True
                )
            except SlackApiError as error:
                if code_of(error) == "thread_not_found":
                    return
                raise
            for message in answer.get("messages") or ():
                yield message
            if not (cursor := str((answer.get("response_metadata") or {}).get("next_cursor") or "")):
                return


def _mark_of(message: Mapping[str, Any]) -> str:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("mark", ""))
