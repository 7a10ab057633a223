"""What takes minutes: `make soak`. Not among the tests that pytest finds by itself.

A registration and an opening, on both databases, in which the desk is killed at the same step of every single act; and
the golden transcripts once more, in other kinds of groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.killed import ALL, RECEIVED, Step, answers_to_all, talking
from tests.transcripts.player import differences, play, read
from tests.transcripts.telegram import on_telegram

CALLS = {"getUpdates": 1, "answerCallbackQuery": 1, "editMessageText": 1, "sendMessage": 3}
"""What follows on one act: each call, and how often at most."""
STEPS = (
    RECEIVED,
    *(Step(n, method, after) for method, most in CALLS.items() for n in range(1, most + 1) for after in (False, True)),
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Sequence[str]]:
    return answers_to_all(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_a_desk_that_is_killed_at_every_act_goes_on_where_it_was(
    step: Step, answers: Sequence[Sequence[str]], database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with talking(tmp_path, database_url) as talk:
        talk.expected = answers
        talk.play(ALL, step)
        came_of_it = talk.went_well(step)
        assert talk.kills
    with capsys.disabled():
        print(came_of_it)


FILES = [
    file for file in sorted((Path(__file__).parent / "transcripts").glob("*.txt")) if not read(file).heading.channels
]


@pytest.mark.parametrize("group", ["forum", "privacy"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_people_see_the_same_in_every_kind_of_group(file: Path, group: str, tmp_path: Path) -> None:
    written = read(file)
    async with on_telegram(replace(written.heading, group=group), tmp_path) as telegram:
        played = await play(written, telegram)
    assert differences(written, played, exact=False) == ""
