"""Every golden transcript, played over the terminal, over Telegram and over Slack.

SPORTELLO_ACCEPT=1 writes what was seen into the files instead of comparing; then read them. The terminal writes those
that every channel plays, Telegram and Slack those that they alone play.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.transcripts.player import FAILS, Driver, Heading, as_text, differences, play, read
from tests.transcripts.slack import on_slack
from tests.transcripts.telegram import on_telegram
from tests.transcripts.terminal import on_the_terminal

FOLDER = Path(__file__).parent / "transcripts"
CHANNELS: dict[str, Callable[[Heading, Path], AbstractAsyncContextManager[Driver]]] = {
    "terminal": on_the_terminal,
    "telegram": on_telegram,
    "slack": on_slack,
}
ACCEPT = bool(os.environ.get("SPORTELLO_ACCEPT"))
SECONDS = 60


@dataclass(frozen=True)
class Play:
    """A transcript on a channel. *exact*: questions are compared as well."""

    channel: str
    file: Path

    @property
    def exact(self) -> bool:
        return self.channel == (read(self.file).heading.channels or ("terminal",))[0]


PLAYS = [
    Play(channel, file)
    for channel in CHANNELS
    for file in sorted(FOLDER.glob("*.txt"))
    if read(file).heading.is_for(channel)
]


@pytest.fixture
def folder(sqlite_template: Path, tmp_path: Path) -> Path:
    """A folder with the data of a desk that is as new."""
    data = tmp_path / "desk"
    data.mkdir(mode=0o700)
    shutil.copyfile(sqlite_template, data / "sportello.db")
    return tmp_path


@pytest.mark.parametrize("one", PLAYS, ids=[f"{one.channel}-{one.file.stem}" for one in PLAYS])
async def test_people_see_what_the_transcript_says(one: Play, folder: Path) -> None:
    written = read(one.file)
    async with asyncio.timeout(SECONDS), CHANNELS[one.channel](written.heading, folder) as driver:
        played = await play(written, driver)
    if ACCEPT and one.exact:
        accept(one.file, as_text(played))
    assert FAILS not in as_text(played)
    assert differences(read(one.file), played, exact=one.exact) == ""


def accept(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
