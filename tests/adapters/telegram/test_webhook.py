"""Updates that Telegram brings to our door: nobody else gets in, and 200 is said only of what lies in the inbox."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot.adapters.telegram.door import LARGEST, SECRET, Door
from bot.adapters.telegram.webhook import Webhook
from bot.conversations.screen import Receipt
from core.db import Database
from core.notices.inbox import LanesUndone, WriteDown
from core.notices.tables import inbox
from tests.adapters.telegram.ears import Writer, listening
from tests.house import House
from tests.servers.telegram import Piece, Trouble, World, telegram_server

KEY = "an-example_secret"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def webhook_at(port: int) -> Webhook:
    return Webhook(f"http://127.0.0.1:{port}/telegram", KEY, "127.0.0.1", port)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with telegram_server(insecure_webhooks=True) as world:
        yield world


class Visitor:
    """Somebody at the door, who shows Telegram's secret unless told otherwise."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self.session = session
        self.at = f"http://127.0.0.1:{port}"

    async def brings(self, body: bytes, path: str = "/telegram", **headers: str) -> int:
        usual = {SECRET: KEY, "Content-Type": "application/json"}
        async with self.session.post(self.at + path, data=body, headers=usual | headers) as answer:
            self.told = await answer.read()
            return answer.status

    async def looks(self, path: str) -> int:
        async with self.session.get(self.at + path) as answer:
            self.told = await answer.read()
            return answer.status


class Taking:
    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.trouble: Exception | None = None

    async def __call__(self, batch: Any) -> None:
        if self.trouble:
            raise self.trouble
        self.taken += batch


@pytest.fixture
def taking() -> Taking:
    return Taking()


@pytest.fixture
async def visitor(taking: Taking) -> AsyncIterator[Visitor]:
    async with Door(webhook_at(0), taking).open() as port, aiohttp.ClientSession() as session:
        yield Visitor(session, port)


class TestTheDoor:
    async def test_what_telegram_brings_is_taken(self, visitor: Visitor, taking: Taking) -> None:
        assert await visitor.brings(b'{"update_id": 1}') == 200
        assert taking.taken == [{"update_id": 1}]

    @pytest.mark.parametrize("shown", ["", "wrong", KEY + "x", "è", KEY.upper()])
    async def test_nobody_without_the_secret_gets_in(self, visitor: Visitor, taking: Taking, shown: str) -> None:
        assert await visitor.brings(b'{"update_id": 1}', **{SECRET: shown}) == 403
        assert (taking.taken, visitor.told) == ([], b"")

    async def test_what_is_no_json_is_refused(self, visitor: Visitor, taking: Taking) -> None:
        assert await visitor.brings(b"{") == 400
        assert await visitor.brings(b"\xff") == 400
        assert await visitor.brings(b"[" * 100_000) == 400
        assert taking.taken == []

    async def test_what_says_it_is_something_else_is_refused(self, visitor: Visitor, taking: Taking) -> None:
        assert await visitor.brings(b"{}", **{"Content-Type": "text/plain"}) == 415
        assert taking.taken == []

    async def test_what_is_too_large_is_refused(self, visitor: Visitor, taking: Taking) -> None:
        assert await visitor.brings(b" " * (LARGEST + 1)) == 413
        assert taking.taken == []

    async def test_a_look_around_tells_nothing(self, visitor: Visitor) -> None:
        assert [await visitor.looks(path) for path in ("/", "/telegram", "/admin")] == [404, 405, 404]

    async def test_what_is_not_in_the_inbox_is_not_confirmed(self, visitor: Visitor, taking: Taking) -> None:
        taking.trouble = OSError("away")
        assert await visitor.brings(b'{"update_id": 1}') == 503


class TestTheSetting:
    @pytest.mark.parametrize("secret", ["", "con spazio", "è", "x" * 257])
    def test_a_secret_that_telegram_would_refuse_is_refused(self, secret: str) -> None:
        with pytest.raises(ValueError, match="secret"):
            Webhook("https://desk.example.org/telegram", secret)

    def test_the_secret_is_not_shown(self) -> None:
        assert KEY not in repr(webhook_at(1))

    def test_the_path_is_that_of_the_address(self) -> None:
        assert Webhook("https://desk.example.org", KEY).path == "/"


class TestOverTelegram:
    async def test_what_people_say_is_heard(self, world: World, desk: House) -> None:
        async with listening(world, desk.desk, webhook=webhook_at(free_port())) as writer:
            world.person("Eva").sends_album([Piece(), Piece()], caption="ecco")
            await world.until(lambda: writer.texts == ["ecco"] and not len(world.updates))

    async def test_telegram_is_told_where_and_what_we_want(self, world: World, desk: House) -> None:
        world.person("Eva").says("ciao")
        webhook = webhook_at(free_port())
        async with listening(world, desk.desk, webhook=webhook) as writer:
            await world.until(lambda: writer.heard)
            told = world.called("setWebhook")[0].params
        assert (told["url"], told["secret_token"], told.get("drop_pending_updates", False)) == (webhook.url, KEY, False)
        assert "chat_member" in told["allowed_updates"]

    async def test_while_the_store_is_away_telegram_keeps_it(self, world: World, desk: House) -> None:
        async with listening(world, desk.desk, webhook=webhook_at(free_port())) as writer:
            await world.until(lambda: world.webhook)
            with desk.database.write():
                world.person("Eva").says("ciao")
                await world.until(lambda: world.webhook and world.webhook.tries)
                assert len(world.updates) == 1
            await world.until(lambda: writer.heard and not len(world.updates))

    async def test_telegram_out_of_reach_at_the_start_is_waited_for(self, world: World, desk: House) -> None:
        world.trouble(Trouble.BAD_GATEWAY, "*", 5)
        async with listening(world, desk.desk, webhook=webhook_at(free_port())) as writer:
            world.person("Eva").says("ciao")
            await world.until(lambda: writer.heard)

    async def test_a_door_that_is_taken_is_waited_for(self, world: World, desk: House) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            async with listening(world, desk.desk, webhook=webhook_at(port)) as writer:
                other.close()
                world.person("Eva").says("ciao")
                await world.until(lambda: writer.heard)


@pytest.fixture
def two_desks(postgres_url: str) -> Iterator[tuple[House, House]]:
    databases = Database(postgres_url), Database(postgres_url)
    yield House(databases[0]), House(databases[1])
    for database in databases:
        database.close()


class TestTwoProcesses:
    async def test_one_lane_keeps_its_order_and_nothing_is_taken_twice(
        self, world: World, two_desks: tuple[House, House]
    ) -> None:
        eva, order = world.person("Eva"), list[str]()
        for n in range(40):
            eva.says(f"numero {n}")
        raws = [update.json for update in world.updates.waiting]
        rows = tuple((str(raw["update_id"]), f"telegram:{eva.id}", {"update": raw}) for raw in raws)
        two_desks[0].desk.do(WriteDown("telegram", rows))
        world.updates.drop()
        async with AsyncExitStack() as stack:
            for house in two_desks:
                writer = Writer(house.desk, order=order)
                await stack.enter_async_context(listening(world, house.desk, writer, webhook=webhook_at(free_port())))
            await world.until(lambda: not two_desks[0].desk.look(LanesUndone("telegram")), 20)
        assert order == [row[0] for row in rows]

    async def test_what_is_brought_to_both_is_taken_once(self, world: World, two_desks: tuple[House, House]) -> None:
        eva = world.person("Eva")
        eva.says("ciao")
        body = json.dumps(world.updates.waiting[0].json).encode()
        world.updates.drop()
        order = list[str]()
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            doors = [webhook_at(free_port()) for _ in two_desks]
            for house, door in zip(two_desks, doors, strict=True):
                writer = Writer(house.desk, order=order)
                await stack.enter_async_context(listening(world, house.desk, writer, webhook=door))
            for door in doors:
                await world.until(
                    lambda door=door: door.url in [call.params["url"] for call in world.called("setWebhook")]
                )
            told = await asyncio.gather(*(Visitor(session, door.port).brings(body) for door in doors))
            await world.until(lambda: order and not two_desks[0].desk.look(LanesUndone("telegram")))
        assert 200 in told  # at the very same moment one of the two is refused, and told again
        with two_desks[0].database.read() as conn:
            assert len(conn.execute(select(inbox.c.id)).all()) == len(order) == 1

    async def test_a_press_is_answered_by_whoever_took_it(self, world: World, two_desks: tuple[House, House]) -> None:
        """The other process finds it taken, and must not answer it without the hint."""
        eva = world.person("Eva", started=True)
        markup = {"inline_keyboard": [[{"text": "Sì", "callback_data": "!claim.1042"}]]}
        cards = [world.post(eva.chat, world.bot, text=str(n), markup=markup) for n in range(20)]
        presses = [eva.presses_raw(card, "!claim.1042") for card in cards]
        raws = [update.json for update in world.updates.waiting]
        rows = tuple((str(raw["update_id"]), f"telegram:{eva.id}", {"update": raw}) for raw in raws)
        two_desks[0].desk.do(WriteDown("telegram", rows))
        world.updates.drop()

        async def hint(_heard: Any) -> Receipt:
            return Receipt(hint="L'ha appena preso Marco.")

        async with AsyncExitStack() as stack:
            for house in two_desks:
                writer = Writer(house.desk, hint)
                await stack.enter_async_context(listening(world, house.desk, writer, webhook=webhook_at(free_port())))
            await world.until(lambda: all(press.answered for press in presses), 20)
        assert {press.text for press in presses} == {"L'ha appena preso Marco."}
