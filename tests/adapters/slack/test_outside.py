"""Whoever left the desk's channel acts for the desk nowhere: over the real Bolt and our server."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from bot.app import House
from bot.conversations.heard import Person as Somebody
from bot.conversations.heard import Place
from bot.conversations.home import Page
from core.tickets.tables import tickets
from tests.adapters.slack.desks import desk_in, opens
from tests.adapters.slack.test_desk import a_card
from tests.servers.slack import Channel, Person, World


async def test_who_left_the_channel_acts_no_more_in_their_own_chat(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    async with desk_in(tmp_path, world, operators) as house:
        await opens(house, eva, "Non stampa")
        await luca.presses("Prendi", await a_card(world, luca, operators))
        luca.says("mine")
        before = await world.until(lambda: [seen.text for seen in luca.hears()], timeout=20)
        luca.leaves(operators)
        await world.until(lambda: not world.unanswered())
        luca.says("mine")
        after = await world.until(lambda: [seen.text for seen in luca.hears()][len(before) :], timeout=20)
    assert ["Non stampa" in " ".join(texts) for texts in (before, after)] == [True, False]


async def test_who_was_removed_from_the_channel_claims_nothing_by_an_old_button_of_their_home_tab(
    world: World, tmp_path: Path, eva: Person, luca: Person, operators: Channel
) -> None:
    desks: list[House] = []

    async def home(place: Place, person: Somebody) -> Page:
        return await desks[0].hearing.home(place, person)

    async with desk_in(tmp_path, world, operators, home=home) as house:
        desks.append(house)
        await opens(house, eva, "Non stampa")
        await luca.presses("Gravità", await a_card(world, luca, operators))
        await world.until(lambda: luca.modal, timeout=20)
        luca.closes()
        luca.opens_home()
        await world.until(lambda: luca.home and "Non stampa" in luca.home.text, timeout=20)
        world.person("Anna").removes(luca, operators)
        await world.until(lambda: not world.unanswered())
        await luca.presses("Claim", luca.home)
        luca.opens_home()
        await world.until(lambda: luca.home and "Non stampa" not in luca.home.text, timeout=20)
        with house.desk.database.read() as conn:
            holder = conn.execute(select(tickets.c.holder_id)).scalar_one()
    assert holder is None
