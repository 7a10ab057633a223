"""Killed with -9 at a step and started again: nothing is lost, nobody waits for an answer in vain, nothing is done twice.

What was sent in the moment before the end may come twice: nobody can know whether it arrived. It is counted.
The few steps here take some seconds; `make soak` plays all of them, on both databases.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.killed import ALL, RECEIVED, REGISTERS, Step, answers_to_all, talking

LAST = {len(REGISTERS) - 1, len(ALL) - 1}
"""The acts that make a customer, and a ticket."""
A_FEW = (
    RECEIVED,
    Step(method="getUpdates"),
    Step(method="answerCallbackQuery"),
    Step(method="sendMessage"),
    Step(method="sendMessage", after=True),
)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Sequence[str]]:
    return answers_to_all(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("step", A_FEW, ids=str)
def test_a_desk_that_is_killed_goes_on_where_it_was(
    step: Step, answers: Sequence[Sequence[str]], tmp_path: Path
) -> None:
    with talking(tmp_path) as talk:
        talk.expected = answers
        talk.play(ALL, step, LAST)
        print(talk.went_well(step))
        assert talk.kills == len(LAST)
