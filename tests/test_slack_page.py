"""docs/slack.md: what it says is so, and its steps lead from nothing to a ticket that is claimed and answered."""

from __future__ import annotations

import json
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
from bot.adapters.slack.access import COMMAND
from bot.adapters.slack.channel import SIGNS
from bot.adapters.slack.translating import TICKET_EMOJI
from bot.adapters.slack.trying import MEANING
from bot.settings import SPOTS, HabitSettings, Settings, load
from tests.servers.slack import Channel, Person, Seen, World, slack_server

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/slack.md").read_text(encoding="utf-8")
TOKENS = {
    "SPORTELLO_SLACK__BOT_TOKEN": "xoxb-1234567890-example-in-tests",
    "SPORTELLO_SLACK__APP_TOKEN": "xapp-1-A0123456789-example-in-tests",
}
DRAWN = {"eyes": "👀", "white_check_mark": "✅", "lock": "🔒", "warning": "⚠️"}
"""How Slack draws what it calls so."""
LONG = 60
"""Seconds in which something must have come, on the slowest machine."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)


class TestWhatItSays:
    @pytest.mark.parametrize("block", blocks("toml"), ids=lambda block: block.splitlines()[1].partition(" ")[0])
    def test_its_settings_are_accepted(self, block: str, tmp_path: Path) -> None:
        (tmp_path / "sportello.toml").write_text(block, encoding="utf-8")
        written = tomllib.loads(block)["slack"]
        given = {} if "bot_token" in written else TOKENS
        settings = load({"SPORTELLO_SECRETS": str(tmp_path), **given}, tmp_path)
        assert settings.slack.model_fields_set >= set(written)
        assert settings.slack.by_http is ("signing_secret" in written)

    def test_a_table_in_a_variable_is_accepted(self, tmp_path: Path) -> None:
        (name, value) = re.findall(r"`(SPORTELLO_SLACK__OPERATORS)='([^']+)'`", PAGE)[0]
        settings = load({name: value, **TOKENS}, tmp_path)
        assert settings.slack.operators == (("", "C0123456789"), ("credentials", "C0246813579"))

    def test_it_speaks_of_every_setting_but_where_slack_is(self) -> None:
        names = {str(path[-1]) for path in SPOTS if path[0] == "slack" and len(path) == 2} - {"base_url"}
        assert {name for name in names if name not in PAGE and f"__{name.upper()}" not in PAGE} == set()

    def test_every_setting_that_it_names_is_there(self) -> None:
        named = re.findall(r"`((?:slack|people|habits|desk|files)\.[a-z_]+)`", PAGE)
        assert {name for name in named if tuple(name.split(".")) not in SPOTS} == set()

    def test_every_variable_that_it_names_is_there(self) -> None:
        named = re.findall(r"SPORTELLO_([A-Z_]+)", PAGE)
        assert {name for name in named if tuple(name.lower().split("__")) not in SPOTS} == set()

    def test_its_signs_are_those_that_are_given(self) -> None:
        order = (Sign.WAITING, Sign.SENT, Sign.INSIDE, Sign.LOST)
        shown = [sign for sign in re.findall(r"^ *\| (\S+) \|", PAGE, re.MULTILINE) if sign in DRAWN.values()]
        assert shown == [DRAWN[SIGNS[sign]] for sign in order]

    def test_what_the_log_says_there_it_says(self) -> None:
        quoted = re.findall(r"^\| the log: \*([^*]+)\*", PAGE, re.MULTILINE)
        said = " ".join([*MEANING.values(), "Slack can't be reached."])
        assert len(quoted) == 4
        assert [words for words in quoted if words not in said] == []

    def test_its_ways_to_a_ticket_are_those_that_are_heard(self) -> None:
        assert f"`{COMMAND} " in PAGE
        assert "🎫" in PAGE
        assert "ticket" in TICKET_EMOJI

    def test_its_door_is_where_the_desk_listens(self) -> None:
        slack = Settings().slack
        assert f"reverse_proxy {slack.http_path} {slack.http_host}:{slack.http_port}" in PAGE
        assert HabitSettings().hold_seconds == 10  # "ten seconds"


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPORTELLO_")}
    return kept | {"SPORTELLO_DESK__LANGUAGE": "en"} | more


@contextmanager
def desk(folder: Path, world: World, **environ: str) -> Iterator[Callable[[], str]]:
    """A desk that runs, as the page starts it; hands over what it has said so far in its next line."""
    given = {"BOT_TOKEN": world.bot_token, "APP_TOKEN": world.app_token, "BASE_URL": world.base_url} | environ
    variables = environment(**{f"SPORTELLO_SLACK__{name}": value for name, value in given.items()})
    variables["SPORTELLO_HABITS__HOLD_SECONDS"] = "1"  # the walk need not take ten
    how = {"cwd": folder, "env": variables, "stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], text=True, **how) as process:
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
def world(tmp_path: Path) -> Iterator[World]:
    """A workspace in which the app was made from the manifest that step 1 prints."""
    command = [sys.executable, "-m", "bot", "slack", "manifest"]
    printed = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, check=True).stdout
    with slack_server(manifest=json.loads(printed)) as world:
        yield world


class Walk:
    """What the page tells people to do, done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.eva = world.person("Eva Conti", "eva@example.org", locale="en-US")
        self.giulia = world.person("Giulia", "giulia@example.org", locale="en-US")
        self.channel = world.channel("operators", [self.giulia], private=True, bot=False)

    def connected(self) -> None:
        self.world.wait_until(lambda: self.world.sockets.links, timeout=LONG)

    def said_in(self, channel: Channel, words: str) -> Seen:
        return self._until(lambda: [seen for seen in self.giulia.sees(channel) if words in seen.text])

    def told(self, person: Person, words: str) -> Seen:
        return self._until(lambda: [seen for seen in person.hears() if words in seen.text])

    def _until(self, found: Callable[[], list[Seen]]) -> Seen:
        seen: list[Seen] = self.world.wait_until(found, timeout=LONG)
        return seen[-1]

    def open_a_ticket(self) -> None:
        """Write what is wrong, and answer what is asked."""
        self.eva.says("Signing won't start since this morning")
        for asked, answer in ASKED:
            question = self.told(self.eva, asked)
            self.eva.presses(answer, question)
        self.told(self.eva, "is open")


ASKED = (
    ("Shall I open a ticket", "Open a ticket"),
    ("eva@example.org", "Yes, that's fine"),  # known, not typed
    ("What is it about?", "Something else"),
    ("How badly", "A nuisance, but I can work"),
    ("a photo or a file", "Skip"),
    ("Shall I open it?", "Open the ticket"),
)


def test_its_steps_lead_from_nothing_to_an_answered_ticket(tmp_path: Path, world: World) -> None:
    walk = Walk(world)
    with desk(tmp_path, world) as line:  # step 3
        printed = [line() for _ in range(3)]
        walk.connected()
        walk.giulia.invites(world.bot, walk.channel)  # step 4
        walk.said_in(walk.channel, walk.channel.id)
    assert [told.strip() for told in printed[1:]] == _printed()[1:]
    with desk(tmp_path, world, OPERATORS=walk.channel.id):
        walk.connected()
        walk.open_a_ticket()  # step 5
        card = walk.said_in(walk.channel, "Signing won't start")
        walk.giulia.presses("Claim", card)  # step 6
        walk.told(walk.eva, "Giulia is on")
        walk.giulia.says("Please restart the Trusted Client.", thread=card)
        walk.told(walk.eva, "restart the Trusted Client")
    assert (world.oddities, [call for call in world.calls if call.error]) == ([], [])


def _printed() -> list[str]:
    """What the page shows of a desk that starts; without a terminal, which is none here."""
    shown = [line.strip() for line in blocks("console")[0].splitlines() if not line.strip().startswith("$")]
    return [line.replace(" and the terminal", "") for line in shown]
