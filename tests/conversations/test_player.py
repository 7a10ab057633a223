"""The promises of the five moves and of the player that answers them."""

from __future__ import annotations

import asyncio
import json
from timeit import timeit
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.conversations.moves import Fill, Kind, choose, confirm, fields_of, fill, look, tell
from bot.conversations.player import (
    AskedTwice,
    Finished,
    ForeignAwait,
    Waiting,
    answer,
    back,
    edit,
    editable,
    play,
    settle,
)
from core.errors import UnknownTicket
from core.files import Incoming
from core.notices.facts import Line
from tests.conversations.sketches import (
    Add,
    Brief,
    Extras,
    Level,
    Open,
    adding_extras,
    opening,
    registering,
)

TWIN = Brief(7, "VPN down since Monday")
FULL: dict[str, Any] = {"problem": {"subject": "VPN down", "story": "since this morning nothing", "version": ""}}
EVA: dict[str, Any] = {"person": {"name": "Eva", "email": "eva@example.org", "website": "CONDAFNE"}}


def turn(dialog: Any, answers: dict[str, Any], seen: Any = (), refused: Any = None) -> Any:
    return play(dialog, answers, lambda query: query.answer(seen), refused)


def test_a_form_is_asked_field_by_field() -> None:
    assert turn(opening(), {}).open.fields == ("subject", "story", "version")


def test_a_bad_value_is_told_at_once_and_kept_to_be_shown() -> None:
    waiting = turn(registering(), {"person": {"name": "Eva", "email": "e@x"}})
    assert waiting.open.fields == ("email", "website")
    assert waiting.open.given["email"] == "e@x"
    assert waiting.open.problems["email"].message == "string-too-short"


def test_a_problem_carries_what_would_be_right_and_how_much_was_given() -> None:
    problem = turn(registering(), {"person": {"name": "E"}}).open.problems["name"]
    assert problem.facts == {"given": "E", "length": 1, "min_length": 3}


def test_a_slip_that_a_form_knows_by_name_is_told_by_that_name() -> None:
    waiting = turn(registering(), {"person": {"name": "Eva", "email": "eva@studio,it"}})
    assert waiting.open.problems["email"] == Line("mail-comma", {"given": "eva@studio,it", "length": 13})


def test_a_second_try_at_the_same_modal_is_not_stale() -> None:
    first = turn(registering(), {})
    again = turn(registering(), {"person": {"name": "E", "email": "eva@example.org", "website": "CONDAFNE"}})
    assert again.open.problems
    assert first.stamp(field_by_field=False) == again.stamp(field_by_field=False)


def test_field_by_field_each_question_has_its_own_stamp() -> None:
    first, second = turn(registering(), {}), turn(registering(), {"person": {"name": "Eva"}})
    assert first.stamp(field_by_field=True) != second.stamp(field_by_field=True)


def test_what_the_core_refuses_is_asked_again_until_that_field_is_answered() -> None:
    refused = {"person.email": Line("refused-address-refused")}
    waiting = turn(registering(), EVA, refused=refused)
    assert (waiting.open.fields, waiting.open.problems) == (("email",), {"email": Line("refused-address-refused")})
    assert isinstance(turn(registering(), EVA, refused=settle(refused, "person", ["email"])), Finished)


def test_a_refused_choice_is_asked_again() -> None:
    async def choosing() -> str:
        return await choose("severity", {"high": "high", "low": "low"}, about=17)

    answers = answer(turn(choosing(), {}), {}, "high")
    waiting = turn(choosing(), answers, refused={"severity": Line("refused-not-now")})
    assert waiting.open.problems == {"": Line("refused-not-now")}
    assert settle({"severity": Line("refused-not-now")}, waiting.ask.name) == {}


def test_a_yes_does_not_outlive_an_edit() -> None:
    asked = turn(opening(), FULL).ask.name
    answers = FULL | {asked: "yes"}
    assert turn(opening(), answers) == Finished(Open("VPN down", "since this morning nothing", ""))
    answers = edit(answers, "problem", "subject") | {"problem": FULL["problem"] | {"subject": "Mail down"}}
    assert isinstance(turn(opening(), answers), Waiting)


def test_a_choice_that_has_vanished_is_asked_again() -> None:
    asked = turn(opening(), FULL, [TWIN]).ask.name
    answers = FULL | {asked: "7"}
    assert turn(opening(), answers, [TWIN]) == Finished(Add(7, "since this morning nothing"))
    assert turn(opening(), answers, [Brief(8, "other")]).open.problems == {"": Line("no-longer-there")}


def test_back_undoes_one_answer_and_nothing_else() -> None:
    answers = FULL
    for left in ({"subject", "story"}, {"subject"}, set(), set()):
        answers = back(turn(opening(), answers), answers)
        assert set(answers["problem"]) == left


def test_back_undoes_a_choice() -> None:
    asked = turn(opening(), FULL, [TWIN]).ask.name
    answers = FULL | {asked: "none"}
    assert back(turn(opening(), answers, [TWIN]), answers) == FULL


def test_every_answer_given_so_far_can_be_edited() -> None:
    assert editable(turn(opening(), FULL)) == (("problem", "subject"), ("problem", "story"), ("problem", "version"))


def test_a_new_question_in_a_deploy_loses_nothing() -> None:
    class Newer(BaseModel):
        urgent: bool
        story: str
        subject: str

    async def newer() -> Newer:
        return await fill("problem", Newer)

    assert turn(newer(), FULL).open.fields == ("urgent",)


def test_one_name_is_asked_once() -> None:
    async def twice() -> None:
        await confirm("sure", about=1)
        await confirm("sure", about=1)

    asked = turn(twice(), {}).ask.name
    with pytest.raises(AskedTwice):
        turn(twice(), {asked: "yes"})


def test_a_dialog_waits_for_nobody_but_the_person() -> None:
    async def bad() -> None:
        await asyncio.sleep(0)

    with pytest.raises(ForeignAwait):
        turn(bad(), {})


def test_a_refusal_of_a_query_can_be_caught_where_it_is_awaited() -> None:
    class Missing:
        def answer(self, tx: Any) -> str:
            raise UnknownTicket(ticket=7)

    async def following() -> str:
        try:
            return await look(Missing())
        except UnknownTicket as refusal:
            await tell("sorry")
            return f"no {refusal.facts['ticket']}"

    came = turn(following(), {})
    assert (came.outcome, came.told[0].message) == ("no 7", "sorry")


def test_a_refusal_that_nobody_catches_ends_the_play() -> None:
    class Missing:
        def answer(self, tx: Any) -> str:
            raise UnknownTicket(ticket=7)

    async def following() -> str:
        return await look(Missing())

    with pytest.raises(UnknownTicket):
        turn(following(), {})


def test_a_button_s_key_is_short_plain_and_without_a_dot() -> None:
    for key in ("x" * 25, "perché", "a.b", ""):
        with pytest.raises(ValueError, match="key"):
            choose("way", {key: 1}, about=None)


def test_a_field_says_what_it_takes() -> None:
    known = fields_of(Extras)
    assert known["level"].options == ("high", "low")
    assert known["files"].kind is Kind.FILES
    assert known["urgent"].options == ("yes", "no")
    assert all(one.skippable for one in known.values())


def test_files_and_choices_of_a_form_come_back_as_what_they_are() -> None:
    kept = {"reference": "r1", "name": "foto.png", "media_type": "image/png", "size": 7}
    came = turn(adding_extras(), {"extras": {"level": "high", "files": [kept], "urgent": "yes"}})
    assert came.outcome == Extras(level=Level.HIGH, files=(Incoming("r1", "foto.png", "image/png", 7),), urgent=True)


def test_what_was_told_before_an_answered_question_is_not_told_again() -> None:
    asked = turn(opening(), FULL, [TWIN]).ask.name
    waiting = turn(opening(), FULL | {asked: "none"}, [TWIN])
    assert [one.message for one in waiting.told] == ["your-ticket"]


def test_forty_questions_replay_in_well_under_a_millisecond() -> None:
    async def long() -> list[str]:
        return [await choose(f"q{n}", {"a": "a", "b": "b"}, about=None) for n in range(40)]

    answers: dict[str, Any] = {f"q{n}": "a" for n in range(40)}
    assert len(turn(long(), answers).outcome) == 40
    assert min(timeit(lambda: turn(long(), answers), number=20) / 20 for _ in range(3)) < 0.02  # a wide berth, no bench


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["answer", "all", "back", "restart"]), st.text(max_size=30), st.integers(0, 5)),
        max_size=25,
    ),
    st.booleans(),
)
def test_no_walk_breaks_it(steps: list[tuple[str, str, int]], twin: bool) -> None:
    answers: dict[str, Any] = {}
    seen = [TWIN] if twin else []
    for what, text, n in steps:
        waiting = turn(opening(), answers, seen)
        if isinstance(waiting, Finished):
            break
        if what == "back":
            answers = back(waiting, answers)
        elif what == "restart":
            answers = json.loads(json.dumps(answers))
        elif isinstance(waiting.ask, Fill):
            fields = waiting.open.fields if what == "all" else waiting.open.fields[:1]
            answers = answer(waiting, answers, dict.fromkeys(fields, text))
        else:
            answers = answer(waiting, answers, list(waiting.ask.options)[n % len(waiting.ask.options)])
    sorted_copy = json.loads(json.dumps(answers, sort_keys=True))
    assert _same(turn(opening(), answers, seen), turn(opening(), sorted_copy, seen))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Waiting) and isinstance(other, Waiting):
        return (one.ask.name, one.open) == (other.ask.name, other.open)
    return bool(one == other)
