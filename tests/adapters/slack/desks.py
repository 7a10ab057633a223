"""A whole desk at Slack, as it is served: the real conversations, courier and channel, over our server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.adapters.channel import Hear, Outgoing, Rate, Sign
from bot.adapters.slack.access import CHANNEL, Access
from bot.adapters.slack.channel import Slack
from bot.adapters.slack.home import Home
from bot.adapters.slack.listening import Pace
from bot.adapters.slack.rendering import LIMITS
from bot.app import House, open_desk, serve
from bot.conversations.screen import Screen
from bot.settings import load
from core.ids import TicketNumber
from core.notices.chats import Chat, Furnish, Room, RoomAt, meet
from core.notices.leases import FreeLeases
from core.people.commands import Meet, Register
from core.people.who import Role, Who
from core.sla.policy import Severity
from core.tickets.commands import OpenTicket
from tests.adapters.slack.ears import DRAWING, HURRY
from tests.carrying import Passing
from tests.house import Dice
from tests.servers.slack import Channel, Person, World


class Late:
    """The channel of a desk, which is made when the desk is open."""

    name = CHANNEL
    limits = LIMITS

    overall = None
    slack: Slack

    async def send(self, to: Chat, screen: Screen, **how: Any) -> tuple[str, ...]:
        return await self.slack.send(to, screen, **how)

    async def give(self, to: Chat, file: Outgoing, screen: Screen, **how: Any) -> tuple[str, ...]:
        return await self.slack.give(to, file, screen, **how)

    async def sign(self, to: Chat, message: str, sign: Sign) -> None:
        await self.slack.sign(to, message, sign)

    def fetch(self, reference: str) -> AsyncIterator[bytes]:
        return self.slack.fetch(reference)

    def rate(self, to: Chat) -> Rate | None:
        """As often in a room, with shorter pauses: how long they are is shown of the channel and of the pacer."""
        rate = self.slack.rate(to)
        return rate and replace(rate, within=rate.within / 100)

    async def listen(self, hear: Hear) -> None:
        await self.slack.listen(hear)


@asynccontextmanager
async def desk_in(
    folder: Path,
    world: World,
    operators: Channel,
    *,
    pace: Pace = HURRY,
    home: Home | None = None,
    connected: bool = True,
) -> AsyncIterator[House]:
    """Serve a desk whose operators are in *operators*, until the end."""
    settings = load({"SPORTELLO_DATA": str(folder / "data"), "SPORTELLO_HABITS__HOLD_SECONDS": "0"}, folder)
    late, ended = Late(), asyncio.Event()
    access = Access(world.bot_token, world.app_token, world.signing_secret, world.base_url)
    # A working morning, whatever the hour of the test: in the evening and at night the desk says other things.
    async with open_desk(settings, clock=Passing(), chance=Dice(), channels=(late,)) as house:
        late.slack = Slack(
            access,
            desk=house.desk,
            hop=house.workers.hop,
            chance=Dice(),
            drawing=DRAWING,
            language="it",
            home=home,
            pace=pace,
        )
        rooms = (RoomAt(CHANNEL, operators.id, Room.OPERATORS, "it"),)
        await house.workers.hop(lambda: house.desk.do(Furnish(rooms)))
        await house.workers.hop(lambda: house.desk.do(FreeLeases()))
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(serve(house, ended, pause=0.05))
            try:
                if connected:
                    await world.connected(pace.links)
                yield house
            finally:
                ended.set()
                await serving
                await late.slack.close()


async def opens(house: House, person: Person, subject: str) -> TicketNumber:
    """Let a person, who is registered by now if they were not, open a ticket; the desk tells them and the operators."""
    return await house.workers.hop(lambda: _open(house, person, subject))


def _open(house: House, person: Person, subject: str) -> TicketNumber:
    desk = house.desk
    with desk.turn() as tx:
        chat = meet(tx, CHANNEL, person.dm.id, language="it").id
    known = desk.do(Meet(CHANNEL, person.id, person.name, "it", chat=chat))
    who = Who(known.id, chat, Role.CUSTOMER, known.customer, known.operator, person.name)
    if known.customer is None:
        customer = desk.do(Register(who, person.name, person.email, consent=True)).id
        who = replace(who, customer=customer)
    return desk.do(OpenTicket(who, subject, "Da stamattina non va.", felt=Severity.MEDIUM)).number
