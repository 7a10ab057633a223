"""What takes minutes: `make soak`. Not among the tests that pytest finds by itself.

A registration, openings, a claim and answers, over both platforms and on both databases, in which the desk is killed at the
same step of every single act; the desk killed at random moments for MINUTES on each database, while people write on both
platforms; and the golden transcripts once more, in other kinds of groups.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.crowd import Counts, Crowd
from tests.killed import COMMITTED, RECEIVED, Step, Whole, talking, whole
from tests.sides import AT_SLACK, AT_TELEGRAM, at_slack, at_telegram
from tests.transcripts.player import differences, play, read
from tests.transcripts.telegram import on_telegram


def steps(calls: dict[str, int], *special: Step) -> tuple[Step, ...]:
    """Every step at one of these calls, which follow on one act so often at most; and *special* ones."""
    numbered = ((n, method) for method, most in calls.items() for n in range(1, most + 1))
    return (*special, *(Step(n, method, after) for n, method in numbered for after in (False, True)))


TELEGRAMS = steps({"getUpdates": 1, "answerCallbackQuery": 1, "editMessageText": 1, "sendMessage": 3}, RECEIVED)
SLACKS = steps(
    {"chat.postMessage": 3, "chat.update": 1, "views.open": 1, "views.update": 1, "reactions.add": 1},
    RECEIVED,
    COMMITTED,
)
MINUTES = float(os.environ.get("MINUTES", "10"))


@pytest.fixture(scope="module")
def at_telegrams(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    with at_telegram() as side:
        return whole(side, tmp_path_factory.mktemp("telegram"), AT_TELEGRAM)


@pytest.fixture(scope="module")
def at_slacks(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    with at_slack() as side:
        return whole(side, tmp_path_factory.mktemp("slack"), AT_SLACK)


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print, whatever pytest catches."""

    def told(words: str) -> None:
        with capsys.disabled():
            print(words)

    return told


@pytest.mark.parametrize("step", TELEGRAMS, ids=str)
def test_a_desk_that_is_killed_at_every_act_goes_on_where_it_was(
    step: Step, at_telegrams: Whole, database_url: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with at_telegram() as side, talking(side, tmp_path, database_url) as talk:
        talk.expected = at_telegrams
        talk.play(AT_TELEGRAM, step)
        tell(talk.went_well(step))
        assert talk.kills


@pytest.mark.parametrize("step", SLACKS, ids=str)
def test_a_desk_that_is_killed_at_every_act_over_slack_goes_on_where_it_was(
    step: Step, at_slacks: Whole, database_url: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with at_slack() as side, talking(side, tmp_path, database_url) as talk:
        talk.expected = at_slacks
        talk.play(AT_SLACK, step)
        tell(talk.went_well(step))
        assert talk.kills


def test_a_desk_that_is_killed_at_random_loses_nothing(
    database_url: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    counts = killed_at_random(tmp_path, database_url)
    tell(str(counts))
    assert (counts.lost, counts.out_of_order, counts.doubled) == (0, 0, 0)


def test_two_processes_one_of_which_is_killed_at_random_lose_nothing(
    postgres_url: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    counts = killed_at_random(tmp_path, postgres_url, processes=2)
    tell(str(counts))
    assert (counts.lost, counts.out_of_order, counts.doubled) == (0, 0, 0)


def killed_at_random(folder: Path, database: str, processes: int = 1) -> Counts:
    with at_telegram() as telegram, at_slack() as slack:
        crowd = Crowd(telegram, slack)
        with crowd.served(folder, database, processes) as desks:
            crowd.kill_at_random(desks, MINUTES)
            return crowd.counted(desks[0])


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
