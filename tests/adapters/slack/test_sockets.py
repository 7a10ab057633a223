"""Links that live long, end at once, or bring what nobody understands."""

from __future__ import annotations

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack.access import Access
from tests.adapters.slack.ears import Writer, ears, listening, running
from tests.house import House
from tests.servers.slack import Person, World


async def test_a_link_outlives_the_patience_for_an_answer(
    world: World, desk: House, eva: Person, access: Access
) -> None:
    writer = Writer(desk.desk)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.3)) as session:
        client = AsyncWebClient(world.bot_token, world.base_url, session=session, retry_handlers=[])
        async with running(ears(access, client, desk.desk), writer.hear):
            await world.connected()
            await world.until(lambda: world.links[0].pings >= 4)
            eva.says("Ci sei?")
            await world.until(lambda: writer.texts)
    assert world.sockets.opened == 1


async def test_what_nobody_understands_ends_no_link(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    strange = [
        {},
        {"type": "events_api"},
        {"envelope_id": None},
        {"type": "unheard of", "envelope_id": "x", "payload": 7},
    ]
    async with listening(world, writer):
        for envelope in strange:
            world.links[0].put(envelope)
        link = world.links[0]
        for text in ("[" * 100_000, "no JSON", "[]", "7"):
            link.loop.call_soon_threadsafe(link.queue.put_nowait, text)
        eva.says("Ci sei?")
        await world.until(lambda: writer.texts)
    assert world.sockets.opened == 1


async def test_a_link_that_slack_closes_in_order_is_opened_again(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        world.sockets.close()
        await world.until(lambda: world.sockets.opened == 2)
        eva.says("Ci sei?")
        await world.until(lambda: writer.texts)
    assert writer.texts == ["Ci sei?"]


async def test_stopping_closes_all_links(world: World, desk: House) -> None:
    async with listening(world, Writer(desk.desk)):
        world.sockets.ask_to_reconnect("warning")
        await world.until(lambda: len(world.links) == 2)
    await world.until(lambda: not world.links)
