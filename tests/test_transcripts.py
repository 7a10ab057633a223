"""Every golden transcript, played over the terminal.

SPORTELLO_ACCEPT=1 writes what was seen into the files instead of comparing; then read them.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.transcripts.player import FAILS, as_text, differences, play, read
from tests.transcripts.terminal import on_the_terminal

FOLDER = Path(__file__).parent / "transcripts"
FILES = sorted(FOLDER.glob("*.txt"))
ACCEPT = bool(os.environ.get("SPORTELLO_ACCEPT"))
SECONDS = 60


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
async def test_people_see_what_the_transcript_says(file: Path, tmp_path: Path) -> None:
    written = read(file)
    async with asyncio.timeout(SECONDS), on_the_terminal(written.heading, tmp_path) as terminal:
        played = await play(written, terminal)
    if ACCEPT:
        accept(file, as_text(played))
    assert FAILS not in as_text(played)
    assert differences(read(file), played, exact=True) == ""


def accept(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
