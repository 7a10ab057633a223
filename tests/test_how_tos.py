"""How to add a channel and a severity: the steps that are code are tried, and the places that they name exist."""

from __future__ import annotations

import io
import re
import textwrap
import tomllib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import pytest

from bot.adapters.channel import Broken, Channel, GiveUp, Hear, Hears
from bot.app import open_desk
from bot.conversations.heard import Heard, Person, Place, Said
from bot.conversations.screen import Limits, Screen
from bot.policies import SlaSettings
from bot.settings import Settings
from bot.words import LOCALES
from core.ids import TicketNumber
from core.notices.chats import Chat
from core.notices.outbox import Kind
from core.sla.policy import Severity

ROOT = Path(__file__).parent.parent
CHANNEL = (ROOT / "docs/how-to/add-a-channel.md").read_text(encoding="utf-8")
SEVERITY = (ROOT / "docs/how-to/add-a-severity.md").read_text(encoding="utf-8")
NAMES = {
    one.__name__: one
    for one in (AsyncIterator, Broken, Chat, GiveUp, Kind, Limits, Person, Place, Said, Screen, TextIO, TicketNumber)
} | {"Hear": Hear}


def code(page: str, language: str) -> list[str]:
    return [textwrap.dedent(one) for one in re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)]


def paper(printer: TextIO) -> Channel:
    """The page's channel."""
    made: Channel = classes()["Paper"](printer)
    return made


def classes() -> dict[str, Any]:
    """What the page's code defines."""
    scope: dict[str, Any] = dict(NAMES)
    for block in (0, 2):
        text = "from __future__ import annotations\n" + code(CHANNEL, "python")[block]
        exec(compile(text, "add-a-channel.md", "exec"), scope)
    return scope


async def slips(*written: str) -> AsyncIterator[str]:
    for slip in written:
        yield slip


async def test_a_channel_is_added_as_the_page_says(tmp_path: Path) -> None:
    printer = io.StringIO()
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    settings = Settings(data=tmp_path)
    async with open_desk(settings, clock=lambda: monday, channels=[paper(printer)]) as house:
        hearing = code(CHANNEL, "python")[1].strip().removeprefix("await ")
        await eval(hearing, NAMES | {"house": house})
        await house.courier.settle()
    assert printer.getvalue().startswith("eva: ")
    assert "open a ticket" in printer.getvalue().lower()


async def test_a_channel_with_no_files_gives_up_on_them() -> None:
    with pytest.raises(GiveUp):
        await anext(aiter(paper(io.StringIO()).fetch("any")))


async def test_a_channel_that_listens_is_heard_and_answered(tmp_path: Path) -> None:
    printer = io.StringIO()
    tray = classes()["Tray"](printer, slips("1 eva help", "2 bea hours"))
    assert isinstance(tray, Hears)
    async with open_desk(Settings(data=tmp_path), channels=[tray]) as house:
        await tray.listen(house.hearing.hear)
        await house.courier.settle()
    assert {line.partition(":")[0] for line in printer.getvalue().splitlines()} >= {"eva", "bea"}


def test_each_thing_that_can_be_heard_and_each_ability_is_named() -> None:
    abilities = {"Gives", "Signs", "Paced", "Hears"}
    heard = {kind.__name__ for kind in Heard.__subclasses__() if kind.__module__ == Heard.__module__}
    assert {name for name in abilities | heard if f"`{name}`" not in CHANNEL} == set()


@pytest.mark.parametrize("file", sorted(LOCALES.glob("*/*.ftl")), ids=lambda file: f"{file.parent.name}/{file.name}")
@pytest.mark.parametrize("severity", list(Severity)[1:], ids=str)
def test_every_text_that_knows_one_severity_knows_all(file: Path, severity: Severity) -> None:
    text = file.read_text(encoding="utf-8")
    counts = {
        name: len(re.findall(rf"(?<!table, as )\[{name}\]|\.{name} =|-{name} =|\${name}\b", text))
        for name in (next(iter(Severity)), severity)
    }
    assert len(set(counts.values())) == 1, counts


def test_the_pages_lines_are_a_policys() -> None:
    (targets,) = code(SEVERITY, "toml")
    known = targets.replace("critical", "high")
    assert known != targets
    amounts = SlaSettings.model_validate(tomllib.loads(known)).to_policy().promises[Severity.HIGH]
    assert str(amounts.reaction) == "15m"


@pytest.mark.parametrize("page", sorted((ROOT / "docs/how-to").glob("*.md")), ids=lambda page: page.stem)
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    named = re.findall(r"`((?:bot|core|tests|docs)/[\w./-]+?)/?`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []
