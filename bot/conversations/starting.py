"""Somebody opens the chat, perhaps by a link that says what for: `t-<topic>` to open a ticket, `c-<code>` to link it."""

from __future__ import annotations

from bot.conversations.moves import look, tell
from bot.conversations.offering import Begin
from core.people.who import Role, Who
from core.tickets.queries import Topics


async def starting(by: Who, link: str = "") -> Begin | None:
    """*link*: what stood in it. One that means nothing greets."""
    kind, _, given = link.partition("-")
    if by.role is not Role.CUSTOMER:
        return Begin("help")
    if kind == "t" and given:
        known = {topic.key for topic in await look(Topics())}
        return Begin("open", (), {"topic": given} if given in known else {})
    if kind == "c" and given:
        return Begin("use-code", (), {"link": {"code": given}})
    await tell("greeting" if by.customer else "welcome")
    return None
