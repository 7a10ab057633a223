"""What was heard: written down by the channel's own id, so that the same thing is never taken twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from core.db import Tx
from core.notices.facts import VERSION
from core.notices.tables import inbox

_HEARD = select(inbox.c.id, inbox.c.done_at).where(
    inbox.c.channel == bindparam("channel"), inbox.c.key == bindparam("key")
)


def take(tx: Tx, channel: str, key: str, lane: str, payload: Mapping[str, Any]) -> int | None:
    """Write down what was heard and return its row, or None when it was taken before.

    A row that an adapter wrote down earlier (a batch, before confirming it) is taken once as well.
    """
    row = tx.one(_HEARD, channel=channel, key=key)
    if row is None:
        kept = {"v": VERSION, **payload}
        return tx.add(inbox, channel=channel, key=key, lane=lane, payload=kept, received_at=tx.now)
    return None if row.done_at else int(row.id)


def once(tx: Tx, channel: str, key: str, lane: str, payload: Mapping[str, Any]) -> bool:
    """Write down as done what is dealt with in this very transaction; False when it was done before."""
    row = tx.one(_HEARD, channel=channel, key=key)
    if row is None:
        kept = {"v": VERSION, **payload}
        tx.put(inbox, channel=channel, key=key, lane=lane, payload=kept, received_at=tx.now, done_at=tx.now)
        return True
    if not row.done_at:
        done(tx, int(row.id))
    return row.done_at is None


def done(tx: Tx, row: int) -> None:
    tx.run(update(inbox).where(inbox.c.id == row).values(done_at=tx.now))


def failed(tx: Tx, channel: str, key: str, lane: str, payload: Mapping[str, Any], *, why: str, most: int) -> int:
    """Count that it could not be taken, and return how often; what fails *most* times is kept and passed over."""
    row = take(tx, channel, key, lane, payload)
    if row is None:
        return most
    tries: int = tx.value(
        update(inbox)
        .where(inbox.c.id == row)
        .values(tries=inbox.c.tries + 1, error=why, failed_at=tx.now)
        .returning(inbox.c.tries)
    )
    if tries >= most:
        done(tx, row)
    return tries
