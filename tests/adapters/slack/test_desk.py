"""A whole desk at Slack: the real conversations and courier, over the real Bolt and our server; and what goes wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.app import House
from core.db import Tx
from core.notices.chats import at_address
from core.notices.outbox import About
from tests.adapters.slack.desks import desk_in, opens
from tests.adapters.slack.ears import HURRY, stalling
from tests.servers.slack import Channel, Person, Seen, Trouble, World


def card_in(operators: Channel, luca: Person) -> Seen | None:
    return next((message for message in luca.sees(operators) if "Non stampa" in message.text), None)


async def a_card(world: World, luca: Person, operators: Channel, words: str = "") -> Seen:
    """Wait until the ticket's card says *words*."""

    def found() -> Seen | None:
        card = card_in(operators, luca)
        return card if card and words in card.text else None

    seen: Seen = await world.until(found, timeout=20)
    return seen


async def under_the_card(world: World, luca: Person, operators: Channel, *words: str) -> list[str]:
    """Wait until all these words stand in the card's thread, and return what does. The room is written to with pauses."""

    def found() -> list[str]:
        card = card_in(operators, luca)
        texts = [message.text for message in card.replies] if card else []
        return texts if all(any(word in text for text in texts) for word in words) else []

    texts: list[str] = await world.until(found, timeout=20)
    return texts


def hears(eva: Person, words: str) -> list[Seen]:
    return [message for message in eva.hears() if words in message.text]


async def is_told(house: House, eva: Person, words: str) -> Seen:
    """Wait until a person reads *words*, and until the desk has written down as which message they were sent."""

    def found() -> Seen | None:
        return next((message for message in hears(eva, words) if is_known(house, eva, message)), None)

    seen: Seen = await eva.world.until(found, timeout=20)
    return seen


def is_known(house: House, eva: Person, message: Seen) -> bool:
    def look(tx: Tx) -> bool:
        chat = at_address(tx, "slack", eva.dm.id)
        return bool(chat and About(chat.id, message.message.ts).answer(tx)[0])

    with house.desk.database.read() as conn:
        return look(Tx(conn, house.clock(), house.chance, house.desk.rules))


async def test_who_writes_is_answered(world: World, tmp_path: Path, eva: Person, operators: Channel) -> None:
    async with desk_in(tmp_path, world, operators):
        eva.says("ciao")
        await world.until(lambda: [m for m in eva.hears() if "Apri un ticket" in m.buttons])
    assert (world.oddities, [call for call in world.calls if call.error]) == ([], [])


async def test_from_a_card_to_the_customer_and_back(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        card = await a_card(world, luca, operators)
        await luca.presses("Prendi", card)
        await a_card(world, luca, operators, "Ce l'ha Luca")
        luca.says("Accendila", thread=card)
        eva.says("Era spenta", thread=await is_told(house, eva, "Accendila"))
        await under_the_card(world, luca, operators, "Era spenta")
    assert (world.oddities, world.lost) == ([], [])


async def test_a_press_is_acknowledged_when_its_window_is_there(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        card = await a_card(world, luca, operators)
        waiting = world.trouble(Trouble.LATE, "views.open", seconds=0.1, when=lambda _: bool(world.unanswered()))
        press = luca.presses("Gravità", card)
        await press
    assert (waiting.happened, press.acked, luca.modal is not None) == (1, True, True)


async def test_of_two_who_claim_at_once_the_loser_sees_alone_who_won(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    marco = world.person("Marco")
    marco.joins(operators)
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        card = await a_card(world, luca, operators)
        presses = [who.presses("Prendi", card) for who in (luca, marco)]
        for press in presses:
            await press
        loser = await world.until(lambda: next((who for who in (luca, marco) if who.modal), None))
        winner = luca if loser is marco else marco
        await a_card(world, luca, operators, f"Ce l'ha {winner.name}")
    assert winner.name in loser.modal.text
    assert winner.modal is None


async def test_who_presses_again_because_the_database_stalled_claims_once(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators, pace=replace(HURRY, answer=timedelta(seconds=0.6))) as house:
        await opens(house, eva, "Non stampa")
        card = await a_card(world, luca, operators)
        over = stalling(house.desk)
        with capture_logs() as logs:
            first = luca.presses("Prendi", card)
            await world.until(lambda: [entry for entry in logs if entry["event"] == "slack-press-too-slow"])
        world.passes(3)
        again = luca.presses("Prendi", card)
        over.set()
        second = await again
        texts = await under_the_card(world, luca, operators, "in carico")
    assert (first.acked, bool(first.failed), second.acked) == (False, True, True)
    assert len([text for text in texts if "in carico" in text]) == 1


async def test_each_reader_of_a_card_sees_its_deadlines_in_their_own_zone(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    far, old = world.person("Marco", tz="America/New_York"), world.person("Anna", dates=False)
    for who in (far, old):
        who.joins(operators)
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        await a_card(world, luca, operators)
        seen = [card.text for who in (luca, far, old) if (card := card_in(operators, who))]
    times = [re.findall(r"entro (.*?)\.", text) for text in seen]
    assert times == [
        ["Nov 24, 2026 10:00 AM", "Nov 25, 2026 9:00 AM"],
        ["24 nov 2026 05:00", "25 nov 2026 04:00"],
        ["le 11:00", "domani alle 10:00"],
    ]


@pytest.mark.parametrize("kind", ["guest", "stranger", "not inside"])
async def test_who_is_no_colleague_in_the_channel_claims_nothing(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel, kind: str
) -> None:
    made = {"guest": {"guest": "multi"}, "stranger": {"team": "Altrove"}, "not inside": {}}[kind]
    gino = world.person("Gino", "gino@example.org", **made)
    if kind != "not inside":
        luca.invites(gino, operators)
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        card = await a_card(world, luca, operators)
        await gino.presses("Prendi", card)
        await luca.presses("Prendi", card)
        await a_card(world, luca, operators, "Ce l'ha Luca")


async def test_nobody_can_be_called_through_a_ticket(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa <!channel>")
        card = await a_card(world, luca, operators)
        notice = await is_told(house, eva, "Non stampa")
        eva.says("Aiuto @channel @Luca <!here> <https://evil.example|premi>", thread=notice)
        await under_the_card(world, luca, operators, "Aiuto")
        await luca.presses("Prendi", card)
        luca.says("Arrivo @channel", thread=card)
        world.pings.clear()  # Luca's own client called the channel
        await world.until(lambda: hears(eva, "Arrivo"))
    assert [ping for ping in world.pings if ping.what != "person" or luca in ping.who] == []


async def test_an_edit_follows(world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel) -> None:
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        await a_card(world, luca, operators)
        said = eva.says("Da lunedì", thread=await is_told(house, eva, "Non stampa"))
        await under_the_card(world, luca, operators, "Da lunedì")
        eva.edits(said, "Da martedì")
        await under_the_card(world, luca, operators, "Da martedì")


# Outages


async def test_what_is_written_while_the_desk_is_down_is_heard_once_when_it_comes_back(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        card = await a_card(world, luca, operators)
        await luca.presses("Prendi", card)
        eva.says("Ci siete?", thread=await is_told(house, eva, "Non stampa"))
        await under_the_card(world, luca, operators, "Ci siete?")
    luca.says("Certo", thread=card)
    eva.says("Non parte", thread=hears(eva, "Non stampa")[0])
    slack_gives_up(world)
    given_up = [delivery.event["text"] for delivery in world.lost]
    async with desk_in(tmp_path, world, operators):
        await world.until(lambda: hears(eva, "Certo"))
        texts = await under_the_card(world, luca, operators, "Non parte")
    assert given_up[-2:] == ["Certo", "Non parte"]
    assert len([text for text in texts if "Ci siete?" in text]) == 1
    assert len(hears(eva, "Certo")) == 1


def slack_gives_up(world: World) -> None:
    """Let so much time go by that Slack sends nothing again."""
    for _ in range(4):
        world.passes(3)
        world.passes(300)


async def test_somebody_who_first_writes_while_the_desk_is_down_is_heard(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators):
        luca.says("ciao")
        await world.until(lambda: luca.hears())
    eva.says("ciao")
    slack_gives_up(world)
    async with desk_in(tmp_path, world, operators):
        await world.until(lambda: eva.hears())
    assert len(eva.hears()) == 1


async def test_a_desk_that_never_heard_anything_reads_no_history(
    world: World, tmp_path: Path, eva: Person, operators: Channel
) -> None:
    eva.says("detto prima")
    slack_gives_up(world)
    async with desk_in(tmp_path, world, operators):
        luca = world.person("Nuova")
        luca.says("ciao")
        await world.until(lambda: luca.hears())
    assert eva.hears() == []


async def test_after_a_lost_link_what_was_missed_is_read_and_slacks_retries_bring_nothing_twice(
    world: World, tmp_path: Path, eva: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators):
        eva.says("ciao")
        await world.until(lambda: len(eva.hears()) == 1)
        world.goes_down()
        await world.until(lambda: not world.links)
        eva.says("grazie")
        world.comes_back()
        await world.until(lambda: len(eva.hears()) == 2)
        world.passes(60)
        await world.until(lambda: not world.unanswered())
        eva.says("orari")
        await world.until(lambda: len(eva.hears()) == 3)
    assert world.lost == []


async def test_what_was_edited_while_the_desk_was_down_is_put_right(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        await a_card(world, luca, operators)
        said = eva.says("Da lunedì", thread=await is_told(house, eva, "Non stampa"))
        await under_the_card(world, luca, operators, "Da lunedì")
    world.passes(3_600)
    eva.edits(said, "Da martedì")
    slack_gives_up(world)
    async with desk_in(tmp_path, world, operators):
        await under_the_card(world, luca, operators, "Da martedì")
