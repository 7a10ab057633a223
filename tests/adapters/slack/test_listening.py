"""Nothing that Slack tells is lost, and nothing is taken twice: over the real Bolt and our server."""

from __future__ import annotations

import asyncio

from bot.conversations.heard import Said
from bot.conversations.screen import Receipt
from bot.conversations.heard import Heard
from tests.adapters.slack.ears import HURRY, Writer, listening
from tests.house import House
from tests.servers.slack import Person, World


async def test_what_is_written_in_the_direct_messages_is_heard(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        eva.says("La stampante non va")
        await world.until(lambda: not world.unanswered())
    (said,) = writer.of(Said)
    assert (said.text, said.person.name, said.person.language, said.person.direct) == (
        "La stampante non va",
        "Eva",
        "it",
        True,
    )
