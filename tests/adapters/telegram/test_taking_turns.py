"""Several processes on one PostgreSQL: one asks Telegram, and when it ends another takes over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.db import Database, OneAtATime
from tests.adapters.telegram.ears import listening
from tests.house import House
from tests.servers.telegram import World


@pytest.fixture
def one(postgres_url: str) -> Iterator[House]:
    yield from _house(postgres_url)


@pytest.fixture
def other(postgres_url: str) -> Iterator[House]:
    yield from _house(postgres_url)


def _house(url: str) -> Iterator[House]:
    database = Database(url)
    yield House(database)
    database.close()


def cut_all_sessions(house: House) -> None:
    """As if the process that holds them was killed."""
    with house.database.write() as conn:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )


async def test_of_two_one_asks_and_nothing_is_refused(world: World, one: House, other: House) -> None:
    eva = world.person("Eva")
    async with listening(world, one.desk) as first, listening(world, other.desk) as second:
        for n in range(3):
            eva.says(f"numero {n}")
            await world.until(lambda n=n: len(first.heard) + len(second.heard) == n + 1)  # type: ignore[misc]
    assert 409 not in [call.status for call in world.called("getUpdates")]


async def test_when_the_one_ends_the_other_asks(world: World, one: House, other: House) -> None:
    eva = world.person("Eva")
    async with AsyncExitStack() as stack:
        async with listening(world, one.desk) as first:
            eva.says("prima")
            await world.until(lambda: first.texts)
            second = await stack.enter_async_context(listening(world, other.desk))
        eva.says("dopo")
        await world.until(lambda: second.texts)
        assert (first.texts, second.texts) == (["prima"], ["dopo"])


def test_whoever_has_it_keeps_it(one: House, other: House) -> None:
    mine, theirs = OneAtATime(one.database, "x"), OneAtATime(other.database, "x")
    assert [mine.take(), theirs.take(), mine.take()] == [True, False, True]
    mine.leave()
    assert theirs.take()
    theirs.leave()


def test_a_session_that_ended_has_left_it_to_others(one: House, other: House) -> None:
    mine, theirs = OneAtATime(one.database, "x"), OneAtATime(other.database, "x")
    assert mine.take()
    cut_all_sessions(other)
    while not theirs.take():
        pass
    with pytest.raises(Exception, match=r"terminating connection|closed"):
        mine.take()
    assert not mine.take()
    theirs.leave()


def test_whoever_stands_still_loses_it(one: House, other: House) -> None:
    mine = OneAtATime(one.database, "x", silence=timedelta(milliseconds=20))
    theirs = OneAtATime(other.database, "x")
    assert mine.take()
    while not theirs.take():
        pass
    with pytest.raises(Exception, match=r"idle-session timeout|closed"):
        mine.take()
    theirs.leave()


async def test_who_waits_can_be_ended(world: World, one: House, other: House) -> None:
    world.person("Eva").says("ciao")
    async with listening(world, one.desk) as first:
        await world.until(lambda: first.texts)
        async with listening(world, other.desk) as second:
            pass
    assert second.texts == []
