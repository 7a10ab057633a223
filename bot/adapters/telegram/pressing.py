"""Buttons that were pressed: the answer that Telegram waits for, and what becomes of the message that bore them.

All of it is courtesy: the desk took the press when it was heard, whatever happens here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from datetime import timedelta
from typing import Any, Final

import structlog
from telegram import Bot, LinkPreviewOptions, Message
from telegram.error import TelegramError

from bot.adapters.telegram.joining import FULL, units
from bot.adapters.telegram.translating import Told
from bot.conversations.heard import Pressed
from bot.conversations.screen import Press, Receipt

log = structlog.get_logger(__name__)

CHOSEN: Final = "✓"
FULL_CAPTION: Final = 1024
PATIENCE: Final = 10.0
"""Seconds for one call: after that nobody looks at the button any more."""
LAST_MOMENTS: Final = 3.0


class Presses:
    """*early*: a press is answered after this, without a word, even if the desk is not done with it."""

    def __init__(self, bot: Bot, early: timedelta) -> None:
        self.bot = bot
        self.early = early
        self._under_way: set[asyncio.Task[None]] = set()

    async def attend(self, told: Told, hearing: Awaitable[Receipt]) -> Receipt:
        """Wait for *hearing* and acknowledge the press. Raises what it raises, and the press is answered all the same."""
        early = asyncio.get_running_loop().call_later(self.early.total_seconds(), self.answer, told.query)
        try:
            receipt = await hearing
        except Exception:
            self.answer(told.query)
            raise
        finally:
            early.cancel()
        if receipt.taken:
            self._soon(self._acknowledge(told, receipt))
        return receipt

    def answer(self, query: str) -> None:
        """Answer without a word, in the background."""
        self._soon(self._answer(query, ""))

    async def close(self) -> None:
        """Wait for what is under way, though not for long."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=LAST_MOMENTS)
            for task in late:
                task.cancel()

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _acknowledge(self, told: Told, receipt: Receipt) -> None:
        await self._answer(told.query, receipt.hint, alert=receipt.press is not Press.TAKEN)
        if told.pressed and receipt.press and isinstance(told.heard, Pressed):
            label = _label(told.pressed, told.heard.key) if receipt.press is Press.TAKEN else ""
            await _kindly(self._mark(told.pressed, label))

    async def _answer(self, query: str, hint: str, *, alert: bool = True) -> None:
        """*alert*: to be read and closed; what they pressed is done otherwise, and the hint goes by itself."""
        alert = alert and bool(hint)
        await _kindly(self.bot.answer_callback_query(query, hint or None, show_alert=alert, **_PATIENCE))

    async def _mark(self, message: Message, label: str) -> None:
        """Write what was chosen under the question and take the buttons away; what has no room loses them only."""
        at: dict[str, Any] = {"chat_id": message.chat.id, "message_id": message.message_id, **_PATIENCE}
        chosen = f"\n\n{CHOSEN} {label}"
        if label and message.text and units(message.text + chosen) <= FULL:
            preview = LinkPreviewOptions(is_disabled=True)
            await self.bot.edit_message_text(
                message.text + chosen, entities=message.entities, link_preview_options=preview, **at
            )
        elif label and message.caption and units(message.caption + chosen) <= FULL_CAPTION:
            await self.bot.edit_message_caption(
                caption=message.caption + chosen, caption_entities=message.caption_entities, **at
            )
        else:
            await self.bot.edit_message_reply_markup(**at)


_PATIENCE: Final[dict[str, Any]] = {"read_timeout": PATIENCE, "write_timeout": PATIENCE}


async def _kindly(call: Awaitable[Any]) -> None:
    """A press that is too old, a message that is gone, Telegram away: no error of anybody's."""
    try:
        await call
    except TelegramError as error:
        log.debug("press-not-acknowledged", kind=type(error).__name__)


def _label(message: Message, key: str) -> str:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return next((button.text for row in rows for button in row if button.callback_data == key), "")
