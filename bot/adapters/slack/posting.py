"""A message into a channel, a direct message or a thread: once, though its answer may be lost, and where it belongs.

Slack posts again what is asked again. So each message carries a mark of ours in its metadata; where an earlier try, of
this process or of one that died, ended without a clear answer, the place is looked through for the mark before the same
is sent anew.

And of a thread whose first message is gone Slack says nothing: it posts to the channel. Whose thread it is, is asked
once; and each answer says where the message came to stand.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.rendering import Json, Message
from bot.adapters.slack.troubles import ACCESS, code_of, is_uncertain

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

EVENT: Final = "sportello"
REMEMBERED: Final = 2_000
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
    """Messages and threads, over the library's client."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self._refused: Recent[str, None] = Recent()
        """The marks of what certainly did not leave in our last try: there is nothing to look for."""
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

    async def post(self, chat: str, thread: str, message: Message, mark: str, *, maybe_sent: bool) -> Posted:
        """Post *message*, to a thread unless *thread* is ""; if it was *maybe_sent* before, it is looked for by its *mark*.

        Raises an error of the library.
        """
        looks = maybe_sent and bool(mark) and mark not in self._refused
        found = await self._find(chat, thread, mark) if looks else None
        return self._stands(chat, found or await self._send(chat, thread, message, mark))

    async def _send(self, chat: str, thread: str, message: Message, mark: str) -> Mapping[str, Any]:
        self._refused.drop(mark)
        metadata: Json = {"event_type": EVENT, "event_payload": {"mark": mark}}
        try:
            answer = await self.client.chat_postMessage(
                channel=chat,
                text=message.text,
                blocks=list(message.blocks),
                thread_ts=thread or None,
                metadata=metadata if mark else None,
                unfurl_links=False,
                unfurl_media=False,
            )
        except Exception as error:
            if not is_uncertain(error):
                self._refused.put(mark, None)
            raise
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
        try:
            found = await self._among(self._replies(chat, thread), mark) if thread else None
            return found or await self._among(self._history(chat), mark)
        except SlackApiError as error:
            if code_of(error) != "missing_scope":
                raise
        return None

    async def _among(self, messages: AsyncIterator[Json], mark: str) -> Json | None:
        async for message in messages:
            if _mark_of(message) == mark:
                return message
        return None

    def _history(self, chat: str) -> AsyncIterator[Json]:
        """Yield a channel's messages, the newest first."""
        return self._pages(self.client.conversations_history, channel=chat)

    def _replies(self, chat: str, thread: str) -> AsyncIterator[Json]:
        """Yield a thread's messages; Slack tells the oldest first."""
        return self._pages(self.client.conversations_replies, channel=chat, ts=thread)

    async def _pages(self, ask: Callable[..., Awaitable[Any]], **where: str) -> AsyncIterator[Json]:
        cursor = ""
        for _ in range(PAGES):
            try:
                answer = await ask(**where, cursor=cursor or None, limit=PAGE, include_all_metadata=True)
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
