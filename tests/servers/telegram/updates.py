"""The queue of updates: kept a day (presses 150 s), given again until an offset confirms them, of one taker at a time."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.telegram.texts import words

DAY = 86_400.0
PRESS_LIVES = 150.0
KINDS = words(
    "message edited_message channel_post edited_channel_post inline_query chosen_inline_result callback_query "
    "shipping_query pre_checkout_query poll poll_answer my_chat_member chat_member chat_join_request "
    "message_reaction message_reaction_count chat_boost removed_chat_boost"
)
BY_NAME_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}
USUAL = frozenset(KINDS) - BY_NAME_ONLY


@dataclass
class Update:
    id: int
    kind: str
    lane: int
    until: float
    written: str
    """The whole update as JSON, as things stood when it happened."""

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.written))


@dataclass
class Updates:
    now: Callable[[], float]
    changed: Callable[[], None]
    waiting: deque[Update] = field(default_factory=deque)
    allowed: frozenset[str] = USUAL
    asked: bool = False
    """Somebody named the kinds that they want."""
    next_id: int = 700_000_001
    lost: list[Update] = field(default_factory=list)
    """Nobody fetched them in time."""

    def put(self, kind: str, content: dict[str, Any], lane: int) -> None:
        """Queue one; *lane*: updates of one lane are never delivered by webhook side by side."""
        if kind not in self.allowed:
            return
        lives = PRESS_LIVES if kind == "callback_query" else DAY
        written = json.dumps({"update_id": self.next_id, kind: content}, ensure_ascii=False)
        self.waiting.append(Update(self.next_id, kind, lane, self.now() + lives, written))
        self.next_id += 1
        self.changed()

    def allow(self, kinds: list[str] | None) -> None:
        """Take over allowed_updates: None keeps what was asked for before, nothing at all is the usual ones."""
        if kinds is not None:
            known = frozenset(kinds) & frozenset(KINDS)
            self.allowed, self.asked = known or USUAL, bool(known)

    def confirm(self, offset: int) -> None:
        """Forget all below *offset*; a negative one counts from the end and forgets all before."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        while offset > 0 and self.waiting and self.waiting[0].id < offset:
            self.waiting.popleft()

    def forget(self, update: Update) -> None:
        if update in self.waiting:
            self.waiting.remove(update)
            self.changed()

    def drop(self) -> None:
        self.waiting.clear()
        self.changed()

    def first(self, limit: int) -> list[Update]:
        """Return the oldest that still live."""
        self._age()
        return [update for update, _ in zip(self.waiting, range(limit), strict=False)]

    def _age(self) -> None:
        now = self.now()
        if any(update.until <= now for update in self.waiting):
            self.lost += [update for update in self.waiting if update.until <= now]
            self.waiting = deque(update for update in self.waiting if update.until > now)

    def __len__(self) -> int:
        self._age()
        return len(self.waiting)
