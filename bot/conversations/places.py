"""A place comes, goes or moves: a group that lets the desk in or throws it out, a person who blocks it or takes that back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from bot.conversations.heard import Arrived, Heard, Left, Moved, Pressed, Said
from bot.conversations.turn import Turn
from core.db import Tx
from core.ids import ChatId
from core.notices.chats import Chat, at_address, at_former, former, reached
from core.notices.facts import line
from core.notices.outbox import Kind, Unreachable, post
from core.talks import end, talk_at
from core.tickets.telling import RoomMoved, ShowAllCards

MOVING: Final = timedelta(seconds=3)
"""A group that moves is told of at both ends, in any order: the new end may first seem a group that lets us in."""


def arrive_in_foreign_group(tx: Tx, heard: Arrived, at: ChatId) -> None:
    """Tell which number to put where, so that this group becomes a room of the desk."""
    channel = heard.place.channel
    told = line("group-not-ours", channel=channel, number=heard.place.chat, setting=f"SPORTELLO_{channel.upper()}")
    post(tx, Kind.REPLY, at, told, after=MOVING)


def move(tx: Tx, heard: Moved) -> None:
    """The place lies elsewhere from now on; told twice, it moves once."""
    RoomMoved(heard.place.channel, heard.place.chat, heard.to, heard.place.workspace).carry_out(tx)


def where_it_lies_now(tx: Tx, heard: Heard) -> Heard:
    """What was done in a room and is heard when that has moved was done in that room, all the same."""
    place = heard.place
    if heard.person.direct or not isinstance(heard, Said | Pressed):
        return heard
    if at_address(tx, place.channel, place.chat, place.workspace):
        return heard
    if (room := at_former(tx, place.channel, place.chat, place.workspace)) is None:
        return heard
    there: dict[str, Any] = {"place": replace(place, chat=room.address, thread=former(place.thread))}
    there["about"] = former(heard.about)
    if isinstance(heard, Said):
        others = tuple(former(one) for one in heard.others)
        there |= {"message": former(heard.message), "edits": former(heard.edits), "others": others}
    return replace(heard, **there)


def open_again(tx: Tx, place: Chat) -> None:
    """It can be written to again; a room is shown what is open."""
    reached(tx, place.id)
    if place.room:
        ShowAllCards(place.id).carry_out(tx)


def leave(turn: Turn, heard: Left) -> None:
    """A window was closed, and its talk with it; or the whole place can't be written to any more."""
    if not heard.place.modal:
        return Unreachable(turn.chat.id).carry_out(turn.tx)
    if under_way := talk_at(turn.tx, turn.identity.id, turn.chat.id, heard.place.modal):
        end(turn.tx, under_way.id)
    return None
