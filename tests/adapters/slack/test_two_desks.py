"""Two processes' worth of desk on one PostgreSQL, each with a link of its own to Slack, which shares out what people do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import House, open_desk, serve
from bot.settings import load
from core.notices.tables import outbox
from tests.carrying import Passing
from tests.house import Dice
from tests.servers.slack import Channel, Person, World

PEOPLE = 8


@asynccontextmanager
async def two_desks(folder: Path, url: str, world: World, operators: Channel) -> AsyncIterator[tuple[House, House]]:
    environ = {
        "SPORTELLO_DATA": str(folder / "data"),
        "SPORTELLO_DATABASE__URL": url,
        "SPORTELLO_SLACK__BOT_TOKEN": world.bot_token,
        "SPORTELLO_SLACK__APP_TOKEN": world.app_token,
        "SPORTELLO_SLACK__BASE_URL": world.base_url,
        "SPORTELLO_SLACK__OPERATORS": operators.id,
    }
    settings, clock, ended = load(environ, folder), Passing(), asyncio.Event()
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(open_desk(settings, clock=clock, chance=Dice(n))) for n in (1, 2)]
        group = await stack.enter_async_context(asyncio.TaskGroup())
        stack.callback(ended.set)
        for house in opened:
            group.create_task(serve(house, ended))
        await world.connected(2)
        yield opened[0], opened[1]


@pytest.fixture
def people(world: World) -> list[Person]:
    return [world.person(f"P{n}", f"p{n}@example.org") for n in range(PEOPLE)]


async def test_who_writes_is_answered_once_and_both_answer(
    world: World, postgres_url: str, tmp_path: Path, operators: Channel, people: list[Person]
) -> None:
    async with two_desks(tmp_path, postgres_url, world, operators) as (one, other):
        for person in people:
            person.says("ciao")
        await world.until(lambda: all(person.hears() for person in people), 20)
        with one.desk.database.read() as conn:
            senders = set(conn.execute(select(outbox.c.leased_by)).scalars())
    assert senders == {one.courier.worker, other.courier.worker}
    assert [len(person.hears()) for person in people] == [1] * PEOPLE


async def test_what_slack_brings_to_both_is_done_once(
    world: World, postgres_url: str, tmp_path: Path, operators: Channel, people: list[Person]
) -> None:
    async with two_desks(tmp_path, postgres_url, world, operators):
        for person in people:
            person.says("ciao")
            world.deliveries.again(world.deliveries.all[-1])  # by the other link
        await world.until(lambda: all(person.hears() for person in people) and not world.unanswered(), 20)
        people[0].says("orari")
        await world.until(lambda: len(people[0].hears()) > 1, 20)
    assert [len(person.hears()) for person in people[1:]] == [1] * (PEOPLE - 1)
