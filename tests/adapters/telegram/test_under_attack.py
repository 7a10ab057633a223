"""A whole desk over the real library and our server, and people who try what they should not be able to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import House, open_desk, serve
from bot.settings import load
from core.ids import TicketNumber
from core.notices.chats import meet
from core.people.commands import Meet, Register
from core.people.who import Role, Who
from core.sla.policy import Severity
from core.tickets.commands import OpenTicket
from core.tickets.tables import held
from tests.servers.telegram import TOKEN, Group, Message, Person, World

TUESDAY_AT_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Desk:
    """A desk that is served, with one group of operators, in which Giulia is."""

    world: World
    group: Group
    giulia: Person
    house: House

    async def answers(self, person: Person, says: str) -> Message:
        """Return what *person* is answered, in their private chat."""
        return await self._next(person, lambda: person.says(says))

    async def is_told(self, person: Person, forges: str) -> Message:
        """Return what *person* is answered who sends the data of a button that they were never shown."""
        return await self._next(person, lambda: person.presses_raw(person.hears()[-1], forges))

    async def _next(self, person: Person, act: Callable[[], object]) -> Message:
        before = len(person.hears())
        act()
        await self.world.until(lambda: person.hears()[before:])
        return person.hears()[-1]


@pytest.fixture
async def desk(world: World, tmp_path: Path) -> AsyncIterator[Desk]:
    group, giulia = world.group("Operatori"), world.person("Giulia", "it", started=True)
    group.add(world.person("Lea"), "creator")
    group.add(giulia)
    group.add_bot("administrator")
    world.updates.drop()
    environ = {
        "SPORTELLO_DATA": str(tmp_path / "data"),
        "SPORTELLO_DATABASE__URL": f"sqlite:///{tmp_path / 'desk.db'}",
        "SPORTELLO_TELEGRAM__TOKEN": TOKEN,
        "SPORTELLO_TELEGRAM__BASE_URL": world.base_url,
        "SPORTELLO_TELEGRAM__BASE_FILE_URL": world.base_file_url,
        "SPORTELLO_TELEGRAM__OPERATORS": str(group.id),
    }
    async with open_desk(load(environ, tmp_path), clock=lambda: TUESDAY_AT_TEN) as house:
        house.courier.pace = replace(house.courier.pace, longest_sleep=timedelta(milliseconds=50))
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(house, stop))
        yield Desk(world, group, giulia, house)
        stop.set()
        await serving


async def enrolled(desk: Desk) -> None:
    """Giulia acts in the group: from now on she is of the desk."""
    desk.giulia.says("/coda", desk.group)
    await desk.world.until(lambda: desk.group.cards())


NOT_FROM_HERE = "Da qui questo comando non si può usare"


async def test_an_operator_sees_the_queue_in_their_own_chat_too(desk: Desk) -> None:
    await enrolled(desk)
    assert NOT_FROM_HERE not in (await desk.answers(desk.giulia, "/coda")).text


async def test_whoever_was_removed_from_the_group_works_no_more_from_their_own_chat(desk: Desk) -> None:
    await enrolled(desk)
    await desk.answers(desk.giulia, "/coda")
    desk.group.remove(desk.giulia)
    await desk.world.until(lambda: not len(desk.world.updates))
    assert NOT_FROM_HERE in (await desk.answers(desk.giulia, "/coda")).text


async def test_nor_by_a_button_of_an_operators(desk: Desk) -> None:
    await enrolled(desk)
    await desk.answers(desk.giulia, "/coda")
    desk.group.remove(desk.giulia)
    await desk.world.until(lambda: not len(desk.world.updates))
    assert NOT_FROM_HERE in (await desk.is_told(desk.giulia, "!queue")).text


async def test_whoever_comes_back_works_again(desk: Desk) -> None:
    await enrolled(desk)
    desk.group.remove(desk.giulia)
    desk.group.add(desk.giulia)
    await desk.world.until(lambda: not len(desk.world.updates))
    assert NOT_FROM_HERE not in (await desk.answers(desk.giulia, "/coda")).text


async def test_what_was_written_before_a_group_moved_is_heard_after_it(desk: Desk) -> None:
    """Both ends of the move and the words wait together, when the desk was not to be reached meanwhile."""
    number = await claimed(desk)
    desk.world.goes_down()
    for n in range(5):
        desk.giulia.says(f"Numero {n}", desk.group, reply_to=desk.group.cards()[0])
    desk.group.upgrade()
    desk.world.comes_back()
    await desk.world.until(lambda: not len(desk.world.updates), 15)
    await desk.world.until(lambda: len(waiting(desk, number)) == 5, 5)
    assert waiting(desk, number) == [f"Numero {n}" for n in range(5)]


def waiting(desk: Desk, number: TicketNumber) -> list[str]:
    with desk.house.desk.turn() as tx:
        return [row.text for row in tx.all(select(held).where(held.c.ticket_id == number).order_by(held.c.id))]


async def claimed(desk: Desk) -> TicketNumber:
    """A ticket of Eva's that Giulia has."""
    with desk.house.desk.turn() as tx:
        chat = meet(tx, "telegram", "77", language="it").id
    known = desk.house.desk.do(Meet("telegram", "77", "Eva", "it", chat=chat))
    eva = Who(known.id, chat, Role.CUSTOMER, None, None, "Eva")
    eva = replace(eva, customer=desk.house.desk.do(Register(eva, "Eva", "eva@example.org", consent=True)).id)
    number = desk.house.desk.do(OpenTicket(eva, "La firma non parte", "Da stamattina", felt=Severity.MEDIUM)).number
    await desk.world.until(desk.group.cards, 10)
    desk.giulia.presses(desk.group.cards()[0], f"!claim.{number}")
    await desk.world.until(lambda: "Giulia" in desk.group.cards()[0].text, 10)
    return number
