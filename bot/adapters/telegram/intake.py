"""Where updates are written down as they came, before anybody tells Telegram that we have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from bot.adapters.channel import Hop
from bot.adapters.telegram.lanes import Lanes
from bot.adapters.telegram.translating import CHANNEL, UPDATE, WANTED, chat_of, keepable, number
from bot.adapters.telegram.working import lane_of
from core.desk import Desk
from core.notices.inbox import WriteDown

log = structlog.get_logger(__name__)
Row = tuple[str, str, Mapping[str, Any]]


class Intake:
    """*lanes* are told in which of them something new lies."""

    def __init__(self, desk: Desk, hop: Hop, lanes: Lanes) -> None:
        self.desk = desk
        self.hop = hop
        self.lanes = lanes

    async def take(self, batch: Sequence[Any]) -> None:
        """Write *batch* down in one transaction; what was told before is taken once. Raises what the store raises.

        What comes alone is dealt with at once, if it can be: the turn writes it down as done, which saves a commit.
        """
        rows = tuple(row for raw in batch if (row := row_of(raw)))
        if len(rows) == 1 and await self.lanes.alone(*rows[0][1:]):
            return
        if rows:
            self.lanes.wake(*await self.hop(lambda: self.desk.do(WriteDown(CHANNEL, rows))))


def row_of(raw: Any) -> Row | None:
    """Return the row of an update; None for what we did not ask for, or can't keep."""
    id_ = number(raw)
    if id_ is None or not any(kind in raw for kind in WANTED):
        return None
    try:
        return str(id_), lane_of(chat_of(raw)), {UPDATE: keepable(raw)}
    except RecursionError:
        log.warning("update-passed-over", update=id_, why="nested too deep")
        return None
