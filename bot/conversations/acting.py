"""Who is speaking, and as what: by the room, else by the entry they go into."""

from __future__ import annotations

from bot.conversations.menu import Entry
from core.db import Tx
from core.notices.chats import Chat, Room
from core.people.queries import Identity, OperatorOf
from core.people.who import Role, Who

_OF_THE_DESK = (Role.OPERATOR, Role.LEAD)


def acting(tx: Tx, identity: Identity, chat: Chat, entry: Entry | None = None) -> Who:
    """Return who acts here: an operator in the operators' room, a lead in the leads', a customer in their own chat.

    In a chat of their own, somebody of the desk acts as that where *entry* demands it (an alert's button, say).
    """
    return Who(
        identity=identity.id,
        chat=chat.id,
        role=_role(tx, identity, chat, entry),
        customer=identity.customer,
        operator=identity.operator,
        name=identity.name,
        language=chat.language,
    )


def _role(tx: Tx, identity: Identity, chat: Chat, entry: Entry | None) -> Role:
    if chat.room:
        return Role.LEAD if chat.room is Room.LEADS else Role.OPERATOR
    if entry and entry.who in _OF_THE_DESK and identity.operator:
        known = OperatorOf(identity.operator).answer(tx)
        if known.active:
            return Role.LEAD if known.lead else Role.OPERATOR
    return Role.CUSTOMER
