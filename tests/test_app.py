"""The composition root: settings in, a running desk out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.terminal.board import Board, Shown
from bot.adapters.terminal.terminal import TERMINAL, Showing
from bot.alone import NotAlone
from bot.app import House, Listening, open_desk, rules, serve
from bot.conversations.heard import Person, Place, Said
from bot.policies import shipped_policy
from bot.settings import Settings, load
from core.files import FileRules
from core.notices.chats import Room, rooms
from core.notices.outbox import Collect
from core.people.rules import PeopleRules
from core.sla.policy import Policy
from core.tickets.counter import Counter, CounterRules
from core.tickets.rules import TicketRules
from tests.house import Dice

SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
EVA = Person("eva", "Eva", "it")


class Pushed:
    """A clock that is pushed by hand."""

    def __init__(self) -> None:
        self.moment = SATURDAY

    def __call__(self) -> datetime:
        return self.moment


class Listener:
    """A channel that keeps what it was told, and lets others wait for it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.something = asyncio.Event()
        self.channel = Showing(TERMINAL, Board("test"), self._show)

    def _show(self, shown: Shown) -> None:
        self.told.append(shown.screen.text)
        self.something.set()


def settings_in(folder: Path, text: str = "") -> Settings:
    (folder / "sportello.toml").write_text(text)
    return load({"SPORTELLO_DATA": str(folder / "data")}, folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def said(id_: str, text: str) -> Said:
    return Said(id_, Place(TERMINAL, "eva"), EVA, text=text)


async def test_a_house_works_on_another_clock_and_chance(settings: Settings) -> None:
    clock, listener = Pushed(), Listener()
    async with open_desk(settings, clock=clock, chance=Dice(), channels=(listener.channel,)) as house:
        assert house.desk.look(Counter()).staffed is False
        clock.moment += timedelta(days=2)
        assert house.desk.look(Counter()).staffed is True


async def test_what_is_heard_is_answered(settings: Settings) -> None:
    listener = Listener()
    async with open_desk(settings, clock=Pushed(), chance=Dice(), channels=(listener.channel,)) as house:
        await house.hearing.hear(said("1", "orari"))
        await house.courier.settle()
    assert any("800 805093" in text for text in listener.told)


async def test_a_served_house_answers_by_itself(settings: Settings) -> None:
    listener, ended = Listener(), asyncio.Event()
    async with open_desk(settings, channels=(listener.channel,)) as house:
        serving = asyncio.create_task(serve(house, ended))
        await house.hearing.hear(said("1", "orari"))
        await asyncio.wait_for(listener.something.wait(), 20)
        ended.set()
        await asyncio.wait_for(serving, 20)
    assert listener.told


async def test_a_house_that_opens_again_remembers(settings: Settings) -> None:
    listener = Listener()
    for id_ in ("1", "2"):
        async with open_desk(settings, clock=Pushed(), chance=Dice(), channels=(listener.channel,)) as house:
            await house.hearing.hear(said(id_, "orari"))
            await house.courier.settle()
    assert len([text for text in listener.told if "800 805093" in text]) == 2


async def test_what_a_house_that_died_was_sending_is_sent_at_once_by_the_next(settings: Settings) -> None:
    clock, listener = Pushed(), Listener()
    async with open_desk(settings, clock=clock, chance=Dice()) as house:
        await house.hearing.hear(said("1", "orari"))
        house.desk.do(Collect("killed"))
    async with open_desk(settings, clock=clock, chance=Dice(), channels=(listener.channel,)) as house:
        await house.courier.settle()
    assert any("800 805093" in text for text in listener.told)


async def test_a_second_house_on_one_file_is_refused(settings: Settings) -> None:
    async with open_desk(settings):
        with pytest.raises(NotAlone):
            async with open_desk(settings):
                pass
    async with open_desk(settings) as house:
        assert house.desk.database.file


async def test_postgresql_lets_several_houses_in(tmp_path: Path, postgres_url: str) -> None:
    given = {"SPORTELLO_DATA": str(tmp_path), "SPORTELLO_DATABASE__URL": postgres_url}
    settings = load(given, tmp_path)
    async with open_desk(settings) as one, open_desk(settings) as other:
        assert one.courier.worker != other.courier.worker


async def test_the_terminal_s_rooms_are_there_where_none_are_set(settings: Settings) -> None:
    async with open_desk(settings) as house:
        with house.desk.turn() as tx:
            assert [place.address for place in rooms(tx, Room.OPERATORS)] == ["#operators"]


async def test_rooms_are_those_that_the_settings_name(tmp_path: Path) -> None:
    rooms_of_two_topics = """
        [[rooms]]
        channel = "terminal"
        address = "#all"
        room = "operators"
        [[rooms]]
        channel = "terminal"
        address = "#keys"
        room = "operators"
        topic = "credentials"
        language = "en"
    """
    async with open_desk(settings_in(tmp_path, rooms_of_two_topics)) as house:
        with house.desk.turn() as tx:
            assert [place.address for place in rooms(tx, Room.OPERATORS)] == ["#all"]
            assert [place.language for place in rooms(tx, Room.OPERATORS, "credentials")] == ["en"]


class TestRules:
    @pytest.fixture
    def policy(self) -> Policy:
        return shipped_policy().to_policy()

    def test_every_room_of_the_core_gets_its_own(self, settings: Settings, tmp_path: Path, policy: Policy) -> None:
        settings.data.mkdir()
        assert set(rules(settings, policy)) == {Policy, TicketRules, PeopleRules, CounterRules, FileRules}

    def test_the_desk_s_own_language_comes_first(self, tmp_path: Path, policy: Policy) -> None:
        settings = settings_in(tmp_path, '[desk]\nlanguage = "en"')
        settings.data.mkdir()
        assert rules(settings, policy)[CounterRules].languages == ("en", "it")

    def test_addresses_can_be_proven_only_where_mail_is_sent(self, tmp_path: Path, policy: Policy) -> None:
        with_mail = settings_in(tmp_path, '[mail]\nhost = "localhost"\nsender = "help@example.org"')
        with_mail.data.mkdir()
        assert rules(with_mail, policy)[PeopleRules].mail is True
        assert rules(with_mail.model_copy(update={"mail": Settings().mail}), policy)[PeopleRules].mail is False

    def test_the_secret_is_made_once_and_is_nobody_else_s_to_read(self, settings: Settings, policy: Policy) -> None:
        settings.data.mkdir()
        first, second = (rules(settings, policy)[PeopleRules].key for _ in range(2))
        assert first == second
        assert len(first) >= 32
        assert (settings.data / "secret.key").stat().st_mode & 0o077 == 0

    def test_a_secret_that_is_set_is_used(self, tmp_path: Path, policy: Policy) -> None:
        settings = load({"SPORTELLO_SECRET": "0123456789abcdef", "SPORTELLO_DATA": str(tmp_path)}, tmp_path)
        assert rules(settings, policy)[PeopleRules].key == b"0123456789abcdef"


class Breaking:
    """A turn that breaks a few times, and counts what became of it."""

    def __init__(self, breaks: int) -> None:
        self.breaks = breaks
        self.failed = 0

    def hear(self, heard: Said) -> None:
        if self.failed < self.breaks:
            raise RuntimeError("broken")

    def fail(self, heard: Said, error: Exception) -> bool:
        self.failed += 1
        return self.failed < 3


@pytest.mark.parametrize(("breaks", "failed"), [(0, 0), (2, 2), (9, 3)])
async def test_what_fails_is_tried_again_and_passed_over_the_third_time(
    settings: Settings, breaks: int, failed: int
) -> None:
    breaking = Breaking(breaks)
    async with open_desk(settings) as house:
        await Listening(breaking, house.workers).hear(said("1", "ciao"))
    assert breaking.failed == failed


async def test_the_house_speaks_to_its_administrator_in_the_desk_s_language(tmp_path: Path) -> None:
    async with open_desk(settings_in(tmp_path, '[desk]\nlanguage = "en"')) as house:
        assert isinstance(house, House)
        assert house.words.language == "en"
