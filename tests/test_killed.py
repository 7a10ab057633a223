"""Killed with -9 at a step and started again: nothing is lost, nobody waits for an answer in vain, nothing is done twice.

At Telegram what was sent in the moment before the end may come twice: nobody can know whether it arrived. It is counted. At
Slack it is looked for by its mark. The few steps here take some seconds; `make soak` plays all of them, on both databases.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.killed import COMMITTED, RECEIVED, Step, Whole, talking, whole
from tests.sides import AT_TELEGRAM, BY_FORM, REGISTERS, at_slack, at_telegram, presses, says

LAST = {len(REGISTERS) - 1, len(AT_TELEGRAM) - 1}
"""The acts that make a customer, and a ticket."""
A_FEW = (RECEIVED, Step(method="getUpdates"), Step(method="sendMessage", after=True))
IN_SLACK = (says("apri"), presses("yes"), presses("~cancel"), *BY_FORM, presses("claim", "luca"))
LAST_IN_SLACK = {len(IN_SLACK) - 2, len(IN_SLACK) - 1}
"""A ticket is opened in a window, and claimed at its card."""
A_FEW_IN_SLACK = (RECEIVED, COMMITTED, Step(method="chat.postMessage", after=True))


@pytest.fixture(scope="module")
def at_telegrams(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    with at_telegram() as side:
        return whole(side, tmp_path_factory.mktemp("telegram"), AT_TELEGRAM)


@pytest.fixture(scope="module")
def at_slacks(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    with at_slack() as side:
        return whole(side, tmp_path_factory.mktemp("slack"), IN_SLACK)


@pytest.mark.parametrize("step", A_FEW, ids=str)
def test_a_desk_that_is_killed_goes_on_where_it_was(step: Step, at_telegrams: Whole, tmp_path: Path) -> None:
    with at_telegram() as side, talking(side, tmp_path) as talk:
        talk.expected = at_telegrams
        talk.play(AT_TELEGRAM, step, LAST)
        print(talk.went_well(step))
        assert talk.kills == len(LAST)


@pytest.mark.parametrize("step", A_FEW_IN_SLACK, ids=str)
def test_a_desk_that_is_killed_over_slack_goes_on_where_it_was(step: Step, at_slacks: Whole, tmp_path: Path) -> None:
    with at_slack() as side, talking(side, tmp_path) as talk:
        talk.expected = at_slacks
        talk.play(IN_SLACK, step, LAST_IN_SLACK)
        print(talk.went_well(step))
        assert talk.kills == len(LAST_IN_SLACK)
