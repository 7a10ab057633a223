"""The composition root: settings in, a running desk out."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.channel import Hear
from bot.adapters.terminal.board import Board, Shown
from bot.adapters.terminal.terminal import TERMINAL, Showing
from bot.alone import NotAlone
from bot.app import House, Listening, open_desk, rules, serve
from bot.app import rooms as rooms_of
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

ROOT = Path(__file__).parent.parent
TOKEN = "123456789:AAH4example-token_of-a-bot-in-tests"
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


class Ear(Showing):
    """A channel that listens: it hears each of *sayings* in a listening of its own, which then fails."""

    def __init__(self, name: str, *sayings: str) -> None:
        super().__init__(name, Board("test"), lambda shown: None)
        self.sayings = list(sayings)
        self.heard_all, self.left = asyncio.Event(), False

    async def listen(self, hear: Hear) -> None:
        if self.sayings:
            saying = self.sayings.pop(0)
            await hear(Said(f"{self.name}-{saying}", Place(self.name, "eva"), EVA, text=saying))
            raise ConnectionError(self.name)
        self.heard_all.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.left = True


async def served(house: House, *ears: Ear) -> None:
    """Serve until every ear has heard all, then stop."""
    ended = asyncio.Event()
    serving = asyncio.create_task(serve(house, ended, pause=0))
    await asyncio.wait_for(asyncio.gather(*(ear.heard_all.wait() for ear in ears)), 20)
    ended.set()
    await asyncio.wait_for(serving, 20)


async def test_a_channel_that_fails_is_listened_to_again(settings: Settings) -> None:
    ear = Ear("paper", "orari", "aiuto", "orari")
    async with open_desk(settings, channels=(ear,)) as house:
        await served(house, ear)
    assert ear.sayings == []


async def test_one_that_fails_stops_no_other(settings: Settings) -> None:
    failing, well = Ear("paper", "orari", "orari"), Ear("pigeon")
    async with open_desk(settings, channels=(failing, well)) as house:
        await served(house, failing, well)
    assert well.left


async def test_a_desk_that_ends_stops_listening(settings: Settings) -> None:
    ear = Ear("paper")
    async with open_desk(settings, channels=(ear,)) as house:
        await served(house, ear)
    assert ear.left


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


def test_no_chat_library_is_imported_where_none_is_needed(tmp_path: Path) -> None:
    look = "import asyncio, sys; from bot.app import open_desk; from bot.settings import load\n"
    look += "async def main():\n    async with open_desk(load()): print(*sys.modules)\nasyncio.run(main())"
    environ = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, env=environ, capture_output=True, check=True)
    loaded = set(done.stdout.decode().split())
    assert {"telegram", "httpx", "aiohttp", "slack_bolt", "slack_sdk"}.isdisjoint(loaded)


class TestTelegram:
    def settings(self, folder: Path, **environ: str) -> Settings:
        given = {f"SPORTELLO_TELEGRAM__{name}": value for name, value in {"TOKEN": TOKEN, **environ}.items()}
        return load({"SPORTELLO_DATA": str(folder / "data"), **given}, folder)

    async def test_is_there_where_a_token_is_set(self, tmp_path: Path) -> None:
        async with open_desk(self.settings(tmp_path)) as house:
            assert [channel.name for channel in house.channels] == ["telegram"]

    async def test_its_groups_are_rooms(self, tmp_path: Path) -> None:
        settings = self.settings(tmp_path, OPERATORS='{"": -1001, "credentials": -1002}', LEADS="-1003")
        async with open_desk(settings) as house:
            with house.desk.turn() as tx:
                assert [place.address for place in rooms(tx, Room.OPERATORS)] == ["-1001"]
                assert [place.address for place in rooms(tx, Room.OPERATORS, "credentials")] == ["-1002"]
                assert [place.address for place in rooms(tx, Room.LEADS)] == ["-1003"]

    async def test_its_groups_come_beside_other_rooms(self, tmp_path: Path) -> None:
        room = '[[rooms]]\nchannel = "mail"\naddress = "leads@example.org"\nroom = "leads"'
        (tmp_path / "sportello.toml").write_text(room)
        found = rooms_of(self.settings(tmp_path, OPERATORS="-1001"))
        assert [(at.channel, at.address) for at in found] == [("mail", "leads@example.org"), ("telegram", "-1001")]

    def test_with_groups_the_terminal_has_no_rooms_of_its_own(self, tmp_path: Path) -> None:
        assert "terminal" not in {at.channel for at in rooms_of(self.settings(tmp_path, OPERATORS="-1001"))}

    def test_until_a_group_is_named_the_terminal_s_rooms_are_there(self, tmp_path: Path) -> None:
        assert {at.channel for at in rooms_of(self.settings(tmp_path))} == {"terminal"}


class TestSlack:
    TOKENS = {"BOT_TOKEN": "xoxb-example-in-tests", "APP_TOKEN": "xapp-example-in-tests"}  # noqa: RUF012

    def settings(self, folder: Path, **environ: str) -> Settings:
        given = {f"SPORTELLO_SLACK__{name}": value for name, value in (self.TOKENS | environ).items()}
        return load({"SPORTELLO_DATA": str(folder / "data"), **given}, folder)

    async def test_is_there_where_a_token_is_set(self, tmp_path: Path) -> None:
        async with open_desk(self.settings(tmp_path)) as house:
            assert [channel.name for channel in house.channels] == ["slack"]

    async def test_is_there_beside_telegram(self, tmp_path: Path) -> None:
        environ = {"SPORTELLO_DATA": str(tmp_path / "data"), "SPORTELLO_TELEGRAM__TOKEN": TOKEN}
        environ |= {f"SPORTELLO_SLACK__{name}": value for name, value in self.TOKENS.items()}
        async with open_desk(load(environ, tmp_path)) as house:
            assert [channel.name for channel in house.channels] == ["telegram", "slack"]

    async def test_its_channels_are_rooms(self, tmp_path: Path) -> None:
        operators = '{"": "C0000000001", "credentials": "C0000000002"}'
        async with open_desk(self.settings(tmp_path, OPERATORS=operators, LEADS="G0000000003")) as house:
            with house.desk.turn() as tx:
                assert [place.address for place in rooms(tx, Room.OPERATORS)] == ["C0000000001"]
                assert [place.address for place in rooms(tx, Room.OPERATORS, "credentials")] == ["C0000000002"]
                assert [place.address for place in rooms(tx, Room.LEADS)] == ["G0000000003"]

    async def test_a_desk_starts_while_slack_is_down(self, tmp_path: Path) -> None:
        settings = self.settings(tmp_path, BASE_URL="http://127.0.0.1:9/api/", OPERATORS="C0000000001")
        ended = asyncio.Event()
        async with open_desk(settings) as house, asyncio.TaskGroup() as group:
            serving = group.create_task(serve(house, ended))
            said = await house.hearing.hear(Said("1", Place("terminal", "eva"), EVA, text="ciao"))
            ended.set()
            await serving
        assert said.taken


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

    def test_words_are_held_as_long_as_the_habits_say(self, tmp_path: Path, policy: Policy) -> None:
        settings = settings_in(tmp_path, "[habits]\nhold_seconds = 30")
        settings.data.mkdir()
        assert rules(settings, policy)[TicketRules].hold_seconds == 30

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
        await Listening(breaking, house.workers, house.noting).hear(said("1", "ciao"))
    assert breaking.failed == failed


async def test_the_house_speaks_to_its_administrator_in_the_desk_s_language(tmp_path: Path) -> None:
    async with open_desk(settings_in(tmp_path, '[desk]\nlanguage = "en"')) as house:
        assert isinstance(house, House)
        assert house.words.language == "en"
