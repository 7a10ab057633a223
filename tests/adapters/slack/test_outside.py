"""Whoever left the desk's channel acts for the desk nowhere: over the real Bolt and our server."""

from __future__ import annotations

from pathlib import Path

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
