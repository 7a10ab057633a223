"""Lanes: one thing after another in each, several side by side, and nothing but their names is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.adapters.telegram.lanes import EMPTY, MORE, Lanes, Rest

SOON = timedelta(milliseconds=20)
LONG = timedelta(hours=1)


class Steps:
    """What each lane's step is to say, one after another, and in which order they were done."""

    def __init__(self) -> None:
        self.rests: dict[str, list[Rest | Exception]] = {}
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.begun = asyncio.Event()
        self.at_work = self.most_at_work = 0
        self.changed = asyncio.Condition()

    async def __call__(self, lane: str) -> Rest:
        self.at_work += 1
        self.most_at_work = max(self.at_work, self.most_at_work)
        self.begun.set()
        await self.gate.wait()
        self.at_work -= 1
        async with self.changed:
            self.done.append(lane)
            self.changed.notify_all()
        rest = self.rests[lane].pop(0) if self.rests.get(lane) else EMPTY
        if isinstance(rest, Exception):
            raise rest
        return rest

    async def until(self, *lanes: str) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: sorted(self.done) == sorted(lanes))


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
async def lanes(steps: Steps) -> AsyncIterator[Lanes]:
    lanes = Lanes(at_once=2, stumbled=SOON)
    lanes.begin(steps)
    yield lanes
    await lanes.close()


async def test_a_lane_that_is_woken_is_worked_at(lanes: Lanes, steps: Steps) -> None:
    lanes.wake("eva")
    await steps.until("eva")


async def test_what_came_before_the_beginning_is_worked_at(steps: Steps) -> None:
    lanes = Lanes()
    lanes.wake("eva")
    lanes.begin(steps)
    await steps.until("eva")
    await lanes.close()


async def test_after_each_thing_a_lane_goes_behind_the_others(lanes: Lanes, steps: Steps) -> None:
    steps.rests = {"eva": [MORE, MORE]}
    lanes.at_once = 1
    lanes.wake("eva", "marco", "anna")
    await steps.until("eva", "marco", "anna", "eva", "eva")
    assert steps.done == ["eva", "marco", "anna", "eva", "eva"]


async def test_only_so_many_are_at_work_at_once(lanes: Lanes, steps: Steps) -> None:
    steps.gate.clear()
    lanes.wake("1", "2", "3", "4")
    asyncio.get_running_loop().call_soon(steps.gate.set)
    await steps.until("1", "2", "3", "4")
    assert steps.most_at_work == 2


async def test_what_comes_while_a_lane_is_at_work_is_not_forgotten(lanes: Lanes, steps: Steps) -> None:
    steps.gate.clear()
    lanes.wake("eva")
    await steps.begun.wait()
    lanes.wake("eva")
    steps.gate.set()
    await steps.until("eva", "eva")


async def test_a_lane_that_rests_comes_back(lanes: Lanes, steps: Steps) -> None:
    steps.rests = {"eva": [Rest(SOON)]}
    lanes.wake("eva")
    await steps.until("eva", "eva")


async def test_something_new_ends_a_rest(lanes: Lanes, steps: Steps) -> None:
    steps.rests = {"eva": [Rest(LONG)]}
    lanes.wake("eva")
    await steps.until("eva")
    lanes.wake("eva")
    await steps.until("eva", "eva")


async def test_nothing_ends_a_firm_rest(lanes: Lanes, steps: Steps) -> None:
    steps.rests = {"eva": [Rest(LONG, firm=True)]}
    lanes.wake("eva")
    await steps.until("eva")
    lanes.wake("eva", "marco")
    await steps.until("eva", "marco")


async def test_a_lane_that_stumbles_is_tried_again(lanes: Lanes, steps: Steps) -> None:
    steps.rests = {"eva": [OSError("away"), OSError("away")]}
    lanes.wake("eva")
    await steps.until("eva", "eva", "eva")


async def test_a_lane_waits_as_long_as_telegram_asks(lanes: Lanes, steps: Steps) -> None:
    steps.rests = {"eva": [RetryAfter(3 * SOON)]}
    begun = asyncio.get_running_loop().time()
    lanes.wake("eva")
    await steps.until("eva", "eva")
    assert asyncio.get_running_loop().time() - begun >= 3 * SOON.total_seconds()


async def test_when_more_were_woken_than_are_kept_it_is_told_once_they_are_done(steps: Steps) -> None:
    told = asyncio.Event()
    lanes = Lanes(at_once=1, most_ready=2, drained=told.set)
    steps.gate.clear()
    lanes.begin(steps)
    lanes.wake("1", "2", "3", "4")
    assert not told.is_set()
    steps.gate.set()
    await asyncio.wait_for(told.wait(), 5)
    await lanes.close()


async def test_at_the_end_what_is_under_way_is_done_and_nothing_more_begins(steps: Steps) -> None:
    lanes = Lanes(at_once=1)
    steps.gate.clear()
    lanes.begin(steps)
    lanes.wake("eva", "marco")
    await steps.begun.wait()
    asyncio.get_running_loop().call_soon(steps.gate.set)
    await lanes.close()
    assert steps.done == ["eva"]
