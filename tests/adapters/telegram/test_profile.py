"""The bot introduces itself at Telegram in every language, says only what is new, and waits for nobody."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.adapters.telegram.channel import Telegram
from bot.adapters.telegram.profile import Introducing, commands
from bot.conversations.drawing import Drawing
from bot.conversations.meaning import Commands
from bot.conversations.menu import MENU
from core.notices.chats import Furnish, Room, RoomAt
from core.people.who import CUSTOMER, LEAD, OPERATOR, Role
from core.tickets.counter import CounterRules
from tests.adapters.telegram.conftest import LEXICON, hop
from tests.house import TUESDAY_AT_TEN, Dice, House
from tests.servers.telegram import Group, Person, Trouble, World

DRAWING = Drawing(LEXICON, ZoneInfo("Europe/Rome"))
KNOWN = Commands.of(LEXICON, MENU)
SET = ("setMyCommands", "setMyDescription", "setMyShortDescription")


def introducing(telegram: Telegram, desk: House, **more: Any) -> Introducing:
    hurried = {"first_wait": timedelta(milliseconds=1), **more}
    return Introducing(telegram.bot, desk.desk, hop, Dice(), DRAWING, "it", **hurried)


def furnish(desk: House, *rooms: tuple[Group | Person, Room]) -> None:
    desk.desk.do(Furnish(tuple(RoomAt("telegram", str(place.id), room, "it") for place, room in rooms)))


def listed(language: str, role: Role) -> dict[str, str]:
    return dict(commands(DRAWING.words(language, TUESDAY_AT_TEN), MENU, role))


def meant(command: str) -> set[str]:
    read = KNOWN.read(f"/{command}")
    assert read is not None
    return {*read.entries} or {read.control}


@pytest.fixture
async def told(telegram: Telegram, desk: House, group: Group) -> Group:
    """A group of operators, once the bot has introduced itself."""
    furnish(desk, (group, Room.OPERATORS))
    await introducing(telegram, desk).run()
    return group


class TestTheCommands:
    @pytest.mark.parametrize("language", ["it", "en"])
    @pytest.mark.parametrize("role", [CUSTOMER, OPERATOR, LEAD])
    def test_are_such_as_telegram_takes(self, language: str, role: Role) -> None:
        for command, about in listed(language, role).items():
            assert re.fullmatch("[a-z0-9_]{1,32}", command)
            assert 3 <= len(about) <= 256

    @pytest.mark.parametrize("language", ["it", "en"])
    @pytest.mark.parametrize("role", [CUSTOMER, OPERATOR, LEAD])
    def test_mean_to_the_desk_what_they_say(self, language: str, role: Role) -> None:
        assert all(KNOWN.read(f"/{command}") for command in listed(language, role))

    @pytest.mark.parametrize("role", [CUSTOMER, OPERATOR, LEAD])
    def test_leave_out_nothing_that_the_other_language_has(self, role: Role) -> None:
        pairs = zip(map(meant, listed("en", role)), map(meant, listed("it", role)), strict=True)
        assert all(en & it for en, it in pairs)

    def test_of_a_customer_open_a_ticket_first(self) -> None:
        assert next(iter(listed("it", CUSTOMER).items())) == ("apri", "Apre un ticket")
        assert next(iter(listed("en", CUSTOMER).items())) == ("open", "Open a ticket")

    def test_of_a_customer_are_none_of_an_operators(self) -> None:
        assert not {"coda", "prendi", "ritardi"} & set(listed("it", CUSTOMER))

    def test_of_an_operator_are_written_without_accents(self) -> None:
        assert {"gravita", "perche"} <= set(listed("it", OPERATOR))

    def test_of_a_lead_are_also_an_operators(self) -> None:
        assert set(listed("en", OPERATOR)) <= set(listed("en", LEAD))
        assert "late" in set(listed("en", LEAD)) - set(listed("en", OPERATOR))

    @pytest.mark.parametrize("role", [CUSTOMER, OPERATOR, LEAD])
    def test_end_with_help(self, role: Role) -> None:
        assert list(listed("en", role))[-1] == "help"


class TestTheMenu:
    async def test_is_in_the_persons_language(self, world: World, told: Group) -> None:
        italian, english = world.person("Eva", "it"), world.person("Ann", "en")
        assert dict(italian.commands()) == listed("it", CUSTOMER)
        assert dict(english.commands()) == listed("en", CUSTOMER)

    async def test_is_in_the_desks_language_for_whoever_speaks_none_of_ours(self, world: World, told: Group) -> None:
        assert dict(world.person("Hans", "de").commands()) == listed("it", CUSTOMER)

    async def test_of_an_operators_group_is_theirs(self, world: World, told: Group) -> None:
        giulia = world.person("Giulia", "en")
        assert dict(giulia.commands(told)) == listed("en", OPERATOR)

    async def test_of_a_leads_group_is_theirs(
        self, world: World, telegram: Telegram, desk: House, group: Group
    ) -> None:
        furnish(desk, (group, Room.LEADS))
        await introducing(telegram, desk).run()
        assert dict(world.person("Marco", "it").commands(group)) == listed("it", LEAD)

    async def test_of_a_lead_in_a_chat_of_their_own_is_theirs(
        self, world: World, telegram: Telegram, desk: House
    ) -> None:
        marco = world.person("Marco", "it", started=True)
        furnish(desk, (marco, Room.LEADS))
        await introducing(telegram, desk).run()
        assert dict(marco.commands()) == listed("it", LEAD)

    async def test_of_another_group_is_empty(self, world: World, told: Group) -> None:
        assert world.person("Eva", "it").commands(world.group("Altro")) == []


class TestTheDescription:
    async def test_names_the_desk_in_the_persons_language(self, world: World, telegram: Telegram, desk: House) -> None:
        desk.rules[CounterRules] = CounterRules("Lo sportello di prova")
        await introducing(telegram, desk).run()
        eva, ann = world.person("Eva", "it"), world.person("Ann", "en")
        assert eva.description.startswith("Lo sportello di prova\n\nScrivi qui")
        assert ann.short_description.startswith("Lo sportello di prova: write what is wrong")

    async def test_is_cut_where_the_desks_name_is_too_long(self, world: World, telegram: Telegram, desk: House) -> None:
        desk.rules[CounterRules] = CounterRules("Sportello " * 100)
        await introducing(telegram, desk).run()
        assert 100 < len(world.person("Eva", "it").short_description) <= 120


class TestTelling:
    async def test_twice_sets_nothing_again(self, world: World, telegram: Telegram, desk: House, told: Group) -> None:
        set_once = len(world.called(*SET))
        await introducing(telegram, desk).run()
        assert len(world.called(*SET)) == set_once

    async def test_what_is_new_sets_only_that(self, world: World, telegram: Telegram, desk: House, told: Group) -> None:
        before = len(world.called(*SET))
        desk.rules[CounterRules] = CounterRules("Altro nome")
        await introducing(telegram, desk).run()
        assert {call.method for call in world.called(*SET)[before:]} == {"setMyDescription", "setMyShortDescription"}

    @pytest.mark.parametrize("how", [Trouble.BAD_GATEWAY, Trouble.RESET, Trouble.NONSENSE])
    async def test_goes_on_when_telegram_is_well_again(
        self, world: World, telegram: Telegram, desk: House, how: Trouble
    ) -> None:
        world.trouble(how, times=3)
        await introducing(telegram, desk).run()
        assert world.person("Eva", "it").commands()

    async def test_waits_as_long_as_telegram_asks(self, world: World, telegram: Telegram, desk: House) -> None:
        world.trouble(Trouble.TOO_MANY, "setMyCommands", retry_after=60)
        running = asyncio.create_task(introducing(telegram, desk).run())
        await world.until(lambda: world.called("setMyCommands"))
        assert not running.done()
        running.cancel()

    async def test_leaves_out_a_room_that_has_not_let_us_in_and_comes_back_to_it(
        self, world: World, telegram: Telegram, desk: House
    ) -> None:
        closed = world.group("Sportello")
        closed.add(giulia := world.person("Giulia", "it"), "creator")
        furnish(desk, (closed, Room.OPERATORS))
        running = asyncio.create_task(introducing(telegram, desk).run())
        await world.until(lambda: world.person("Ann", "en").short_description)
        closed.add_bot()
        await world.until(lambda: giulia.commands(closed))
        await running

    async def test_a_text_that_telegram_refuses_does_not_stop_the_others(
        self, world: World, telegram: Telegram, desk: House
    ) -> None:
        world.trouble(Trouble.REFUSED, "setMyCommands", times=1)
        await introducing(telegram, desk).run()
        assert world.person("Ann", "en").commands()
