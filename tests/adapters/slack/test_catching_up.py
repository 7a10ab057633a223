"""What was missed is read from the history, whatever Slack does meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.catching_up import CatchingUp, Snapshot, seconds_of
from bot.adapters.slack.trying import Trying
from bot.conversations.screen import Receipt
from core.tickets.missed import Listened
from tests.adapters.slack.ears import hop
from tests.house import Dice, House
from tests.servers.slack import Channel, Message, Person, Trouble, World


class Taken:
    """Takes every message once."""

    def __init__(self) -> None:
        self.events: list[Mapping[str, Any]] = []
        self.fails = 0

    async def __call__(self, event: Mapping[str, Any]) -> Receipt:
        if self.fails:
            self.fails -= 1
            raise OSError("away")
        self.events.append(event)
        return Receipt()

    @property
    def texts(self) -> list[str]:
        return [str(event.get("message", event)["text"]) for event in self.events]


@pytest.fixture
def taken() -> Taken:
    return Taken()


@pytest.fixture
def catching_up(client: AsyncWebClient, desk: House, taken: Taken) -> CatchingUp:
    trying = Trying(Dice(), timedelta(milliseconds=10), timedelta(milliseconds=20))
    return CatchingUp(client, desk.desk, hop, taken, trying)


def heard(message: Message, first: str = "") -> Listened:
    """The place of a message that was heard last there."""
    return Listened(message.channel.id, first, f"{message.channel.id}:{message.ts}")


async def test_what_came_after_what_was_heard_last_is_read_in_order(
    world: World, eva: Person, catching_up: CatchingUp, taken: Taken
) -> None:
    eva.says("molto prima")
    world.passes(3_600)
    last = eva.says("sentito")
    for number in range(450):
        eva.says(str(number))
    new = await catching_up.run(Snapshot((heard(last),)))
    assert taken.texts == ["sentito", *map(str, range(450))]  # what was heard has the same id, and is taken once
    assert new == 451


async def test_answers_in_threads_are_read_too(
    world: World, eva: Person, catching_up: CatchingUp, taken: Taken
) -> None:
    root = eva.says("Uno")
    world.passes(3_600)
    last = eva.says("sentito")
    eva.says("sotto", thread=root)
    await catching_up.run(Snapshot((heard(last),)))
    assert taken.texts == ["sentito", "sotto"]


async def test_of_a_room_only_the_threads_of_tickets_are_read(
    world: World, luca: Person, operators: Channel, catching_up: CatchingUp, taken: Taken
) -> None:
    card, last = luca.says("card", operators), luca.says("sentito", operators)
    luca.says("tra noi", operators)
    luca.says("sotto", thread=card)
    await catching_up.run(Snapshot((heard(last, card.ts),)))
    assert taken.texts == ["sotto"]


async def test_edits_are_read(world: World, eva: Person, catching_up: CatchingUp, taken: Taken) -> None:
    message = eva.says("Da lunedì")
    world.passes(3_600)
    last = eva.says("sentito")
    eva.edits(message, "Da martedì")
    await catching_up.run(Snapshot((heard(last),)))
    assert [event.get("subtype") for event in taken.events] == ["message_changed", None]


@pytest.mark.parametrize("trouble", [Trouble.TOO_MANY, Trouble.SERVER_ERROR, Trouble.RESET, Trouble.NONSENSE])
async def test_slack_that_is_away_or_asks_to_wait_is_asked_again(
    world: World, eva: Person, catching_up: CatchingUp, taken: Taken, trouble: Trouble
) -> None:
    last = eva.says("sentito")
    world.trouble(trouble, "conversations.history", **({"retry_after": 0} if trouble is Trouble.TOO_MANY else {}))
    await catching_up.run(Snapshot((heard(last),)))
    assert taken.texts == ["sentito"]


async def test_a_place_that_is_gone_holds_up_no_other(
    world: World, eva: Person, catching_up: CatchingUp, taken: Taken
) -> None:
    last = eva.says("sentito")
    gone = (Listened("C0GONE", "1.2", "C0GONE:1.2"), Listened("D0GONE", newest="D0GONE:1.2"))
    await catching_up.run(Snapshot((*gone, heard(last))))
    assert taken.texts == ["sentito"]


async def test_a_message_that_can_not_be_taken_holds_up_no_other(
    eva: Person, catching_up: CatchingUp, taken: Taken
) -> None:
    last = eva.says("sentito")
    eva.says("nuovo")
    taken.fails = 1
    await catching_up.run(Snapshot((heard(last),)))
    assert taken.texts == ["nuovo"]


async def test_nothing_is_read_where_nothing_was_ever_heard(
    world: World, eva: Person, catching_up: CatchingUp, taken: Taken
) -> None:
    eva.says("detto prima")
    await catching_up.run(Snapshot((Listened(eva.dm.id),)))
    assert (taken.texts, list(world.calls)) == ([], [])


@pytest.mark.parametrize(
    ("ts", "seconds"),
    [
        ("1795510800.000100", 1795510800.0001),
        ("D1:1795510800.000100", 1795510800.0001),
        ("D1:1795510800.000100:1795510900.000000", 1795510800.0001),
        ("D1:1795510800.000100:deleted", 1795510800.0001),
        ("", 0),
        (None, 0),
        ("x", 0),
        ("1.2.abc", 0),
        (7, 0),
        ({}, 0),
    ],
)
def test_a_ts_is_found_in_an_id(ts: object, seconds: float) -> None:
    assert seconds_of(ts) == seconds
