"""docs/telegram.md: what it says is so, and its five steps lead to a ticket."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.adapters.channel import Sign
from bot.adapters.telegram.channel import EVERYWHERE, IN_A_GROUP, SIGNS
from bot.adapters.telegram.files import OWN_SERVERS, TELEGRAMS
from bot.adapters.telegram.rendering import LIMITS
from bot.adapters.telegram.webhook import Webhook
from bot.settings import SPOTS, HabitSettings, Settings, load
from core.tickets.upkeep import Retention
from tests.servers.telegram import Group, Message, Person, World, telegram_server_thread

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/telegram.md").read_text(encoding="utf-8")
TOKEN = "123456789:AAH4example-token_of-a-bot-in-tests"
LONG = 60
"""Seconds in which something must have come, on the slowest machine."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)


class TestWhatItSays:
    @pytest.mark.parametrize("block", blocks("toml"), ids=lambda block: block.splitlines()[1].partition(" ")[0])
    def test_its_settings_are_accepted(self, block: str, tmp_path: Path) -> None:
        (tmp_path / "sportello.toml").write_text(block, encoding="utf-8")
        settings = load({"SPORTELLO_SECRETS": str(tmp_path), "SPORTELLO_TELEGRAM__TOKEN": TOKEN}, tmp_path)
        written = tomllib.loads(block)["telegram"]
        assert settings.telegram.model_fields_set >= set(written)

    def test_a_table_in_a_variable_is_accepted(self, tmp_path: Path) -> None:
        (name, value) = re.findall(r"`(SPORTELLO_TELEGRAM__OPERATORS)='([^']+)'`", PAGE)[0]
        settings = load({name: value, "SPORTELLO_TELEGRAM__TOKEN": TOKEN}, tmp_path)
        assert settings.telegram.operators == (("", "-1001234567890"), ("credentials", "-1001112223334"))

    def test_it_speaks_of_every_setting(self) -> None:
        names = {str(path[-1]) for path in SPOTS if path[0] == "telegram" and len(path) == 2}
        assert {name for name in names if name not in PAGE and f"__{name.upper()}" not in PAGE} == set()

    def test_every_setting_that_it_names_is_there(self) -> None:
        named = re.findall(r"`((?:telegram|people|habits|desk|files)\.[a-z_]+)`", PAGE)
        assert {name for name in named if tuple(name.split(".")) not in SPOTS} == set()

    def test_every_variable_that_it_names_is_there(self) -> None:
        named = re.findall(r"SPORTELLO_([A-Z_]+)", PAGE)
        assert {name for name in named if tuple(name.lower().split("__")) not in SPOTS} == set()

    def test_its_signs_are_those_that_are_given(self) -> None:
        order = (Sign.WAITING, Sign.SENT, Sign.INSIDE, Sign.LOST)
        assert re.findall(r"^ *\| (\S) \|", PAGE, re.MULTILINE) == [SIGNS[sign] for sign in order]

    def test_its_figures_are_those_that_hold(self) -> None:
        assert f"about {IN_A_GROUP.most} messages a minute in one group, {EVERYWHERE.most} a second in all" in PAGE
        assert f"hands out files of up to {TELEGRAMS[0] // 1_000_000} MB" in PAGE
        assert f"and takes up to {TELEGRAMS[1] // 1_000_000}." in PAGE
        assert f"goes up to {OWN_SERVERS[0] // 1_000_000_000} GB both ways" in PAGE
        assert f"shows {LIMITS.text:,} characters" in PAGE
        assert (HabitSettings().hold_seconds, Retention().heard) == (10, 7)  # "ten seconds", "a week"

    def test_its_address_of_the_webhook_is_where_the_desk_listens(self) -> None:
        settings = Settings().telegram
        door = Webhook("https://desk.example.org/telegram", "secret")
        assert f"reverse_proxy {door.path} {settings.webhook_host}:{settings.webhook_port}" in PAGE


@contextmanager
def desk(folder: Path, world: World, **environ: str) -> Iterator[Callable[[], str]]:
    """A desk that runs, as the page starts it; hands over what it has said so far in its next line."""
    given = {"TOKEN": world.bot.token, "BASE_URL": world.base_url, "BASE_FILE_URL": world.base_file_url} | environ
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPORTELLO_")}
    variables = {f"SPORTELLO_TELEGRAM__{name}": value for name, value in given.items()}
    variables |= {"SPORTELLO_DESK__LANGUAGE": "en", "SPORTELLO_HABITS__HOLD_SECONDS": "1"}  # the walk need not take ten
    how = {"cwd": folder, "env": kept | variables, "stdin": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], text=True, stderr=subprocess.PIPE, **how) as process:
        silent = threading.Timer(2 * LONG, process.kill)  # else a test would wait for ever for its words
        silent.start()
        try:
            assert process.stderr
            yield process.stderr.readline
            process.terminate()
            assert process.wait(LONG) == 0
        finally:
            silent.cancel()
            process.kill()


@pytest.fixture
def world() -> Iterator[World]:
    with telegram_server_thread() as world:
        yield world


class Walk:
    """What the page tells people to do, done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.eva = world.person("Eva Conti", language="en")
        self.giulia = world.person("Giulia", language="en")
        self.group = world.group("Operators")
        self.group.add(self.giulia, "creator")

    def said_in(self, group: Group, words: str) -> Message:
        return self._until(lambda: next((m for m in reversed(group.cards()) if words in m.text), None))

    def told(self, person: Person, words: str) -> Message:
        return self._until(lambda: next((m for m in reversed(person.hears()) if words in m.text), None))

    def _until(self, found: Callable[[], Message | None]) -> Message:
        message: Message = self.world.wait_until(found, timeout=LONG)
        return message

    def open_a_ticket(self) -> None:
        """Press Start, write what is wrong, and answer what is asked."""
        self.eva.starts()
        self.eva.says("Signing won't start since this morning")
        for asked, answer in ASKED:
            self._answer(self.told(self.eva, asked), answer)
        self.told(self.eva, "is open")

    def _answer(self, question: Message, answer: str) -> None:
        if any(answer in row for row in question.rows):
            self.eva.presses(question, answer)
        else:
            self.eva.says(answer)


ASKED = (
    ("Shall I open a ticket", "Open a ticket"),
    ("What's your name?", "Eva Conti"),
    ("e-mail address?", "eva@example.org"),
    ("phone number", "Skip"),
    ("Which organisation", "Skip"),
    ("Which platform", "Skip"),
    ("Is that all right?", "Yes, that's fine"),
    ("What is it about?", "Something else"),
    ("How badly", "A nuisance, but I can work"),
    ("a photo or a file", "Skip"),
    ("Shall I open it?", "Open the ticket"),
)


def test_its_steps_lead_from_a_token_to_an_answered_ticket(tmp_path: Path, world: World) -> None:
    walk = Walk(world)
    with desk(tmp_path, world) as line:  # step 2
        printed = [line() for _ in range(3)]
        walk.group.add_bot()  # step 3
        walk.said_in(walk.group, str(walk.group.id))
    assert [told.strip() for told in printed[1:]] == _printed()[1:]
    with desk(tmp_path, world, OPERATORS=str(walk.group.id)):
        walk.open_a_ticket()  # step 4
        card = walk.said_in(walk.group, "Signing won't start")
        walk.giulia.presses(card, "Claim")  # step 5
        walk.told(walk.eva, "Giulia")
        walk.giulia.says("Please restart the Trusted Client.", walk.group, reply_to=card)
        walk.told(walk.eva, "restart the Trusted Client")
    assert world.oddities == []


def _printed() -> list[str]:
    """What the page shows of a desk that starts; without a terminal, which is none here."""
    shown = [line.strip() for line in blocks("console")[0].splitlines() if not line.strip().startswith("$")]
    return [line.replace(" and the terminal", "") for line in shown]
