"""The README, the picture in it, and the commands' own words: every command is run, every output compared.

SPORTELLO_ACCEPT=1 writes the picture and docs/commands.md anew instead of comparing; then look at them.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from structlog.testing import capture_logs
from typer.main import get_command
from typer.testing import CliRunner

from bot.__main__ import app
from bot.conversations.meaning import Commands
from bot.conversations.menu import MENU
from bot.settings import load
from bot.words import Lexicon
from core.ids import ChatId, IdentityId
from core.people.who import Role, Who
from tests.picture import drawn, played

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PICTURE, COMMANDS = ROOT / "docs/terminal.svg", ROOT / "docs/commands.md"
ACCEPT = bool(os.environ.get("SPORTELLO_ACCEPT"))
CUT = "⋯"
SECONDS = 60


def consoles(text: str) -> list[list[tuple[str, list[str]]]]:
    """Each block of a session: what is typed after `$`, and the lines that it prints."""
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [[_typed_and_printed(part) for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]] for block in blocks]


def _typed_and_printed(part: str) -> tuple[str, list[str]]:
    typed, *printed = part.splitlines()
    return typed, printed


def recipe(target: str) -> list[str]:
    """What a target of the Makefile runs, once everything is set up."""
    found = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert found, f"no target {target}"
    command = found[1].splitlines()[-1].strip().removeprefix("@")
    return shlex.split(command.replace("$(VENV)", ".venv").replace("$(PY)", ".venv/bin/python").replace("$(ARGS)", ""))


def resolved(typed: str) -> list[str]:
    """What is run for what is typed: `make run` is what its recipe says, `.venv/bin/sportello` the one under test."""
    words = shlex.split(typed.removesuffix("</dev/null"))
    words = recipe(words[1]) if words[0] == "make" else words
    assert words[0] == ".venv/bin/sportello", typed
    return [sys.executable, "-m", "bot", *words[1:]]


class Session:
    """A shell, as far as the README needs one: variables that are exported, and commands."""

    def __init__(self, folder: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SPORTELLO_")}
        self.environ = kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        self.folder = folder

    def export(self, typed: str) -> bool:
        """Whether *typed* was about a variable, which then holds."""
        found = re.fullmatch(r"export (\w+)=(\S+)", typed)
        if found:
            self.environ[found[1]] = found[2]
        return bool(found)

    def run(self, typed: str) -> list[str]:
        if self.export(typed):
            return []
        command = resolved(typed)
        given: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with subprocess.Popen(command, cwd=self.folder, env=self.environ, text=True, **given) as process:
            assert process.stdout
            printed = list(_until_it_waits(process)) if command[-1] == "run" else []
            printed += process.communicate(timeout=SECONDS)[0].splitlines()
        assert process.returncode == 0, printed
        return printed


def _until_it_waits(process: subprocess.Popen[str]) -> Iterator[str]:
    """The two lines with which a desk begins to serve; then it is told to stop."""
    assert process.stdout
    yield process.stdout.readline().rstrip("\n")
    yield process.stdout.readline().rstrip("\n")
    process.send_signal(signal.SIGTERM)


def differs(printed: Sequence[str], written: Sequence[str]) -> str:
    """The first line of *written* that was not printed in its place; a line ⋯ stands for any, in a line for any words."""
    place, cut = 0, False
    for line in written:
        if line == CUT:
            cut = True
            continue
        form = re.compile(re.escape(line).replace(re.escape(CUT), ".+"))
        found = next((at for at in range(place, len(printed)) if form.fullmatch(printed[at])), None)
        if found is None or (found > place and not cut):
            return line
        place, cut = found + 1, False
    return "" if cut or place == len(printed) else f"(end) {printed[place]}"


BLOCKS = consoles(README)


class TestReadme:
    @pytest.mark.parametrize("number", range(len(BLOCKS)), ids=[block[-1][0] for block in BLOCKS])
    def test_what_is_typed_prints_what_it_says(self, number: int, tmp_path: Path) -> None:
        session = Session(tmp_path)
        for typed, _ in chain(*BLOCKS[:number]):
            session.export(typed)
        for typed, written in BLOCKS[number]:
            assert differs(session.run(typed), written) == ""

    def test_each_command_it_shows_is_tried(self) -> None:
        assert [typed for typed, _ in chain(*BLOCKS)] == re.findall(r"^\$ (.+)$", README, re.MULTILINE)

    def test_the_targets_are_what_it_says_they_are(self) -> None:
        said = re.findall(r"^make (\w+) +# (.+)$", README, re.MULTILINE)
        assert [name for name, _ in said] == ["run", "test", "demo"]
        assert said == [(name, _help_of(name)) for name, _ in said]

    def test_its_tests_are_those_that_are_run_before_a_change_is_taken(self) -> None:
        assert recipe("test")[:3] == [".venv/bin/python", "-m", "pytest"]
        assert "\nmake test\n" in (ROOT / ".ci/run").read_text(encoding="utf-8")

    def test_its_settings_are_accepted(self, tmp_path: Path) -> None:
        (block,) = re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
        (tmp_path / "sportello.toml").write_text(block, encoding="utf-8")
        settings = load({"SPORTELLO_SECRETS": str(tmp_path)}, tmp_path)
        assert settings.mail.host == tomllib.loads(block)["mail"]["host"]

    def test_it_names_the_python_that_is_needed(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert f"Python {project['requires-python'].removeprefix('>=')} or newer" in README

    def test_its_first_sentence_is_that_of_the_package(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        whole = " ".join(README.split())
        assert project["description"].removeprefix("A ").removesuffix(".") in whole


def _help_of(target: str) -> str:
    found = re.search(rf"^{target}:.*## (.+)$", MAKEFILE, re.MULTILINE)
    assert found, f"no target {target}"
    return found[1]


class TestComparing:
    """A comparison that lets everything pass would let the README rot."""

    @pytest.mark.parametrize("written", [["a", "b", "c"], ["a", CUT], [CUT, "c"], ["a", CUT, "c"]])
    def test_lines_left_out_are_marked(self, written: list[str]) -> None:
        assert differs(["a", "b", "c"], written) == ""

    @pytest.mark.parametrize(
        ("written", "told"),
        [(["a", "c"], "c"), (["b"], "b"), (["a", "b"], "(end) c"), (["a", "x", CUT], "x"), ([CUT, "b", "a", CUT], "a")],
    )
    def test_what_differs_is_told(self, written: list[str], told: str) -> None:
        assert differs(["a", "b", "c"], written) == told

    def test_words_left_out_are_marked(self) -> None:
        assert differs(["version 1.2, ready"], ["version ⋯, ready"]) == ""


class TestPicture:
    async def test_it_is_what_the_window_shows(self, tmp_path: Path) -> None:
        with capture_logs():  # the demo's own log stands in no window
            picture = drawn(await played(tmp_path), "sportello demo")
        if ACCEPT:
            PICTURE.write_text(picture, encoding="utf-8")
        assert PICTURE.read_text(encoding="utf-8") == picture

    def test_it_is_whole_and_loads_nothing(self) -> None:
        picture = PICTURE.read_text(encoding="utf-8")
        assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
        assert not re.findall(r"href|url\(|@import|@font-face|<script", picture)


def help_of_all() -> Iterator[tuple[str, str]]:
    """Every command and what its `--help` prints, subcommands behind the one they belong to."""
    yield from _help_of_command([], get_command(app))


def _help_of_command(words: list[str], command: object) -> Iterator[tuple[str, str]]:
    told = CliRunner().invoke(app, [*words, "--help"], prog_name="sportello", terminal_width=88, color=False)
    assert told.exit_code == 0, told.output
    yield " ".join(["sportello", *words]), told.output
    for name, inner in getattr(command, "commands", {}).items():
        yield from _help_of_command([*words, name], inner)


ABOUT = """# Commands

What `.venv/bin/sportello` can do, in its own words. The blocks are what `--help` prints; a test compares them, and this
writes them anew:

    SPORTELLO_ACCEPT=1 .venv/bin/python -m pytest tests/test_readme.py
"""


def test_commands_are_documented_in_their_own_words() -> None:
    blocks = (f"\n## {name}\n\n```console\n$ {name} --help\n{told.strip()}\n```\n" for name, told in help_of_all())
    page = ABOUT + "".join(blocks)
    if ACCEPT:
        COMMANDS.write_text(page, encoding="utf-8")
    assert COMMANDS.read_text(encoding="utf-8") == page


def typed_in_rooms() -> list[tuple[str, str]]:
    """The commands in the page for operators, in English and in Italian."""
    page = (ROOT / "docs/operators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|", page, re.MULTILINE)
    return [(_bare(english), _bare(italian)) for english, italian in rows]


def _bare(typed: str) -> str:
    return re.sub(r" 1042| …", "", typed)


def commands_in(language: str) -> list[tuple[str, str]]:
    """What can be typed, and which entry of the menu it leads to."""
    words = Lexicon.load().words(language, UTC, datetime(2026, 11, 24, tzinfo=UTC))
    names = [name for name in MENU if words.has(f"command-{name}")]
    return [(typed.strip(), name) for name in names for typed in words.say(f"command-{name}").split(",")]


class TestOperatorsPage:
    @pytest.mark.parametrize(("english", "italian"), typed_in_rooms())
    def test_both_languages_name_the_same_command(self, english: str, italian: str) -> None:
        meant = {name for typed, name in commands_in("en") if typed == english}
        assert meant & {name for typed, name in commands_in("it") if typed == italian}

    @pytest.mark.parametrize(("english", "italian"), typed_in_rooms())
    def test_to_a_lead_both_mean_the_same(self, english: str, italian: str) -> None:
        commands, lead = Commands.of(Lexicon.load(), MENU), Who(IdentityId(1), ChatId(1), Role.LEAD)
        meant = [commands.entry(found, lead) for typed in (english, italian) if (found := commands.read(typed))]
        assert len(meant) == 2
        assert meant[0] == meant[1]

    def test_nothing_that_operators_and_leads_can_type_is_missing(self) -> None:
        told = {name for typed, name in commands_in("en") if typed in dict(typed_in_rooms())}
        assert {name for name, entry in MENU.items() if entry.who in (Role.OPERATOR, Role.LEAD)} - told == set()
