"""A channel to test with, over the real library and our server, and what the desk says through it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.channel import Trouble
from bot.adapters.slack.access import Access
from bot.adapters.slack.channel import Slack
from bot.conversations.screen import Key, Screen
from core.ids import ChatId, TicketNumber
from core.notices.chats import Chat
from core.notices.outbox import Kind
from tests.adapters.slack.ears import DRAWING, hop
from tests.house import Dice, House
from tests.servers.slack import Channel as There
from tests.servers.slack import Person, Seen

TICKET = TicketNumber(1042)
CARD = Screen(("🔴 High · 1042 «La firma non parte»", "Eva"), (Key("Prendi", "!claim.1042"), Key("Vedi", "!show.1042")))


def opened(access: Access, house: House) -> Slack:
    """Return the channel as the app opens it."""
    return Slack(access, desk=house.desk, hop=hop, chance=Dice(), drawing=DRAWING, language="it")


def place(there: There | Person) -> Chat:
    address = there.dm.id if isinstance(there, Person) else there.id
    return Chat(ChatId(1), "slack", "T000000118V", address, None, None, "it", True)


async def say(slack: Slack, to: There | Person, *lines: str, **more: Any) -> tuple[str, ...]:
    """Send a reply, or what *more* says."""
    screen = more.pop("screen", None) or Screen(lines or ("Ciao",), more.pop("keys", ()))
    return await slack.send(place(to), screen, **{"kind": Kind.REPLY, **more})


async def card(slack: Slack, to: There, screen: Screen = CARD, **more: Any) -> str:
    (ts,) = await say(slack, to, screen=screen, kind=Kind.CARD, ticket=TICKET, **more)
    return ts


async def under(slack: Slack, to: There, card: str, *lines: str, **more: Any) -> tuple[str, ...]:
    """Say something in a ticket's thread."""
    return await say(slack, to, *lines, **{"kind": Kind.THREAD, "ticket": TICKET, "under": card, **more})


async def trouble(slack: Slack, to: There | Person, *lines: str, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as caught:
        await say(slack, to, *lines, **more)
    return caught.value


def the_one(messages: list[Seen]) -> Seen:
    (message,) = messages
    return message


def texts(messages: list[Seen]) -> list[str]:
    return [message.text for message in messages]
