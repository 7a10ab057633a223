"""What takes minutes: `make soak`. Not among the tests that pytest finds by itself.

A registration and an opening, on both databases, in which the desk is killed at the same step of every single act.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.killed import ALL, RECEIVED, Step, answers_to_all, talking

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
