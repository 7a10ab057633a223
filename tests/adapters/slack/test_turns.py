"""One person's acts are heard in order, and a press waits for its work, though not for ever."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.slack.turns import Beside, Turns


async def _says(word: str) -> str:
    return word


async def _fails() -> None:
    raise OSError


class TestATurn:
    async def test_comes_when_the_one_before_is_over(self) -> None:
        turns, order = Turns(), list[str]()

        async def act(name: str) -> None:
            async with turns.of("D1", "U1"):
                order.append(f"{name} begins")
                await asyncio.sleep(0)
                order.append(f"{name} ends")

        await asyncio.gather(act("first"), act("second"))
        assert order == ["first begins", "first ends", "second begins", "second ends"]

    async def test_given_up_while_waiting_keeps_nobody_waiting(self) -> None:
        turns, free = Turns(), asyncio.Event()

        async def act() -> None:
            async with turns.of("D1", "U1"):
                await free.wait()

        first, given_up, third = (asyncio.create_task(act()) for _ in range(3))
        await asyncio.sleep(0)
        given_up.cancel()
        free.set()
        await asyncio.gather(first, third)
        assert given_up.cancelled()

    async def test_is_forgotten_when_it_is_over(self) -> None:
        turns = Turns()
        async with turns.of("D1", "U1"):
            pass
        assert turns._locks == {}


class TestWorkWithinATime:
    async def test_is_done_where_it_ends_in_time(self) -> None:
        work = await Beside().within(60, _says("done"))
        assert work.result() == "done"

    async def test_goes_on_where_it_does_not(self) -> None:
        free = asyncio.Event()
        work = await Beside().within(0, free.wait())
        assert not work.done()
        free.set()
        assert await work

    async def test_that_fails_has_ended(self) -> None:
        work = await Beside().within(60, _fails())
        with pytest.raises(OSError):
            work.result()
