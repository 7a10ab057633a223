"""Each dialog alone: what it asks, and the command it ends with, for every way through it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.conversations.answering import adding, answering
from bot.conversations.assigning import assigning
from bot.conversations.claiming import claiming, releasing
from bot.conversations.classifying import classifying
from bot.conversations.ending import reopening, solving_mine, withdrawing
from bot.conversations.fields import Mail, Name, OneTimeCode, Phone
from bot.conversations.following import following, listing
from bot.conversations.leading import letting_in, revoking, saying_why, seeing_due, seeing_late, subscribing
from bot.conversations.menu import first_line
from bot.conversations.phoning import hearing_caller, opening_for_caller, registering_caller
from bot.conversations.player import Finished, Waiting, play
from bot.conversations.queueing import holding, queueing, showing
from bot.conversations.replying import asking, noting, replying
from bot.conversations.settling import choosing_language, correcting_address, resending_code
from bot.conversations.solving import solving
from core.people.commands import ChooseLanguage, CorrectAddress, RegisterCaller
from core.people.staff import LetIn, Revoke, Subscribe
from core.sla.policy import Severity
from core.tickets.commands import (
    Answer,
    Ask,
    Assign,
    Claim,
    Classify,
    Close,
    Note,
    OpenTicket,
    Release,
    Reopen,
    Reply,
    Say,
    Solve,
    TakeOver,
    Withdraw,
)
from core.tickets.rules import TicketRules, Topic
from tests.house import House


class Played:
    """One dialog, played from its first line after each answer, as a person would give it."""

    def __init__(self, house: House, dialog: Any, *arguments: Any) -> None:
        self.house, self.dialog, self.arguments = house, dialog, arguments
        self.answers: dict[str, Any] = {}

    @property
    def stands(self) -> Waiting | Finished[Any]:
        return play(self.dialog(*self.arguments), self.answers, self.house.desk.look)

    def give(self, *given: str | Mapping[str, Any]) -> Played:
        for one in given:
            waiting = self.stands
            assert isinstance(waiting, Waiting), waiting
            self.answers[waiting.ask.name] = one
        return self

    @property
    def outcome(self) -> Any:
        finished = self.stands
        assert isinstance(finished, Finished), finished
        return finished.outcome

    @property
    def told(self) -> list[str]:
        """What is told at the end, where nothing came of it."""
        finished = self.stands
        assert isinstance(finished, Finished), finished
        assert finished.outcome is None
        return [one.message for one in finished.told]


def two_tickets(house: House) -> tuple[Any, Any, Any, Any]:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    return eva, giulia, house.ticket(eva, "Uno").number, house.ticket(eva, "Due").number


# The customer's


def test_whoever_has_no_ticket_is_told_so_wherever_one_is_needed(house: House) -> None:
    eva = house.customer("Eva")
    told = {one: Played(house, one, eva).told for one in (following, listing, adding, solving_mine, withdrawing)}
    assert told[following] == told[listing] == ["no-tickets-yet"]
    assert told[adding] == told[solving_mine] == told[withdrawing] == ["no-open-tickets"]
    assert Played(house, reopening, eva).told == ["nothing-to-reopen"]
    assert Played(house, answering, eva).told == ["nobody-asked"]


def test_of_several_tickets_the_one_that_is_meant_is_asked_for(house: House) -> None:
    eva, _, first, _ = two_tickets(house)
    assert Played(house, withdrawing, eva).give(str(first), "yes").outcome == Withdraw(eva, first)
    assert Played(house, adding, eva).give(str(first), {"text": "Ancora", "files": []}).outcome == Say(
        eva, first, "Ancora", ()
    )


def test_of_several_questions_the_one_that_is_answered_is_asked_for(house: House) -> None:
    eva, giulia, first, second = two_tickets(house)
    for number in (first, second):
        house.desk.do(Ask(giulia, number, "Quale?"))
    given = Played(house, answering, eva).give(str(second), {"text": "La 4.2", "files": []})
    assert given.outcome == Say(eva, second, "La 4.2", ())


def test_nothing_ends_without_a_yes(house: House) -> None:
    eva, _, first, _ = two_tickets(house)
    assert Played(house, solving_mine, eva, first).give("no").told == ["left-open"]
    assert Played(house, withdrawing, eva, first).give("no").told == ["left-open"]
    assert Played(house, solving_mine, eva, first).give("yes").outcome == Solve(eva, first)


def test_a_solved_ticket_is_not_solved_again_and_a_closed_one_not_reopened(house: House) -> None:
    eva, giulia, first, _ = two_tickets(house)
    house.desk.do(Solve(giulia, first, "Fatto.", Severity.LOW))
    assert Played(house, solving_mine, eva, first).told == ["solved-already"]
    assert Played(house, reopening, eva).give({"text": "Ancora no"}).outcome == Reopen(eva, first, "Ancora no")
    house.desk.do(Close(giulia, first))
    assert Played(house, reopening, eva, first).told == ["closed-for-good"]


def test_a_language_is_chosen_by_its_name_or_from_a_list(house: House) -> None:
    eva = house.customer("Eva")
    assert Played(house, choosing_language, eva, "en").outcome == ChooseLanguage(eva, "en")
    assert Played(house, choosing_language, eva, "klingon").give("it").outcome == ChooseLanguage(eva, "it")


def test_without_mail_there_is_no_address_to_prove(house: House) -> None:
    eva = house.customer("Eva")
    assert Played(house, resending_code, eva).told == ["nothing-to-prove"]
    corrected = Played(house, correcting_address, eva).give({"email": "eva@example.net"})
    assert corrected.outcome == CorrectAddress(eva, "eva@example.net")


# The operators'


def test_an_empty_desk_says_so_wherever_a_ticket_is_needed(house: House) -> None:
    giulia = house.operator("Giulia")
    for dialog in (
        queueing,
        showing,
        claiming,
        classifying,
        replying,
        asking,
        noting,
        solving,
        assigning,
        hearing_caller,
    ):
        assert Played(house, dialog, giulia).told[0] == "queue"
    assert Played(house, holding, giulia).told == Played(house, releasing, giulia).told == ["held-by-you"]


def test_without_a_number_an_operator_picks_from_the_queue(house: House) -> None:
    _, giulia, first, second = two_tickets(house)
    assert Played(house, claiming, giulia).give(str(second)).outcome == Claim(giulia, second)
    assert Played(house, showing, giulia).give(str(first)).told[0] == "ticket-shown-inside"


def test_without_a_number_what_one_holds_comes_first(house: House) -> None:
    _, giulia, first, _ = two_tickets(house)
    house.desk.do(Claim(giulia, first))
    words = {"text": "Ecco", "files": []}
    assert Played(house, releasing, giulia).outcome == Release(giulia, first)
    assert Played(house, replying, giulia).give(words).outcome == Reply(giulia, first, "Ecco", ())
    assert Played(house, asking, giulia).give(words).outcome == Ask(giulia, first, "Ecco", ())
    assert Played(house, noting, giulia).give(words).outcome == Note(giulia, first, "Ecco", ())
    assert Played(house, hearing_caller, giulia).give({"text": "Ecco"}).outcome == Answer(giulia, first, "Ecco")


def test_what_begins_with_two_strokes_stays_inside_whatever_was_asked(house: House) -> None:
    _, giulia, first, _ = two_tickets(house)
    kept = Note(giulia, first, "solo per noi", ())
    words = {"text": "// solo per noi", "files": []}
    assert Played(house, replying, giulia, first).give(words).outcome == kept
    assert Played(house, asking, giulia, first).give(words).outcome == kept


def test_a_colleagues_ticket_is_taken_only_after_a_yes(house: House) -> None:
    _, giulia, first, _ = two_tickets(house)
    marco = house.operator("Marco")
    house.desk.do(Claim(giulia, first))
    assert Played(house, claiming, marco, first).give("no").outcome is None
    assert Played(house, claiming, marco, first).give("yes").outcome == TakeOver(marco, first, giulia.operator)
    assert Played(house, claiming, giulia, first).told == ["yours-already"]


def test_a_topic_is_asked_for_where_the_desk_lists_some_and_the_ticket_has_none(house: House) -> None:
    house.rules[TicketRules] = TicketRules(topics=(Topic("firma", {"it": "Firma"}),))
    _, giulia, first, _ = two_tickets(house)
    chosen = Played(house, classifying, giulia, first).give("low", "firma")
    assert chosen.outcome == Classify(giulia, first, Severity.LOW, "firma")
    house.desk.do(chosen.outcome)
    assert Played(house, classifying, giulia, first).give("high").outcome == Classify(giulia, first, Severity.HIGH)


def test_a_solution_demands_a_severity_once(house: House) -> None:
    _, giulia, first, _ = two_tickets(house)
    given = Played(house, solving, giulia, first).give("low", {"text": "Fatto"})
    assert given.outcome == Solve(giulia, first, "Fatto", Severity.LOW)
    house.desk.do(Classify(giulia, first, Severity.HIGH))
    again = Played(house, solving, giulia, first).give({"text": "Fatto"})
    assert again.outcome == Solve(giulia, first, "Fatto", Severity.HIGH)


def test_a_ticket_is_handed_to_a_colleague_if_there_is_one(house: House) -> None:
    _, giulia, first, _ = two_tickets(house)
    house.desk.do(Claim(giulia, first))
    assert Played(house, assigning, giulia, first).told == ["no-colleagues"]
    marco = house.operator("Marco")
    handed = Played(house, assigning, giulia, first).give(str(marco.operator))
    assert handed.outcome == Assign(giulia, first, marco.operator)


CALLER = {"name": "Ada", "email": "ada@example.org", "phone": "", "organisation": "", "website": ""}
PROBLEM = {"subject": "Non riceve", "story": "Da ieri non arriva nulla."}


def test_a_caller_is_registered_only_with_their_consent(house: House) -> None:
    giulia = house.operator("Giulia")
    assert Played(house, registering_caller, giulia).give(CALLER, "no").told == ["registering-without-consent"]
    registered = Played(house, registering_caller, giulia).give(CALLER, "yes", "yes").outcome
    assert isinstance(registered, RegisterCaller)
    assert (registered.name, registered.consent, registered.vouched) == ("Ada", True, True)


def test_a_ticket_is_opened_for_a_caller_who_is_known(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    opened = Played(house, opening_for_caller, giulia).give(
        {"given": "eva@example.org"}, str(eva.customer), PROBLEM, "low", "yes"
    )
    assert opened.outcome == OpenTicket(giulia, **PROBLEM, felt=Severity.LOW, customer=eva.customer)
    assert Played(house, opening_for_caller, giulia).give(
        {"given": "eva@example.org"}, str(eva.customer), PROBLEM, "low", "no"
    ).told == ["opening-dropped"]


def test_a_caller_whom_nobody_knows_is_to_be_registered_first(house: House) -> None:
    house.customer("Eva")
    giulia = house.operator("Giulia")
    assert Played(house, opening_for_caller, giulia).give({"given": "ada@example.org"}).told == ["caller-unknown"]
    assert Played(house, opening_for_caller, giulia).give({"given": "eva@example.org"}, "none").told == [
        "caller-unknown"
    ]


# The leads'


def test_a_lead_sees_what_is_late_and_what_will_be(house: House) -> None:
    lia = house.operator("Lia", lead=True)
    house.ticket(house.customer("Eva"), felt=Severity.HIGH)
    assert Played(house, seeing_late, lia).told == ["late"]
    assert Played(house, seeing_due, lia).told == ["due-soon", "ticket-in-queue"]
    house.wait(days=2)
    assert Played(house, seeing_late, lia).told == ["late", "ticket-in-queue"]


def test_why_a_ticket_is_late_is_a_note(house: House) -> None:
    _, _, first, _ = two_tickets(house)
    lia = house.operator("Lia", lead=True)
    given = Played(house, saying_why, lia, first).give({"text": "Manca un pezzo"})
    assert given.outcome == Note(lia, first, "Manca un pezzo", about="late")


def test_a_lead_without_tickets_has_no_reason_to_give(house: House) -> None:
    assert Played(house, saying_why, house.operator("Lia", lead=True)).told == ["queue"]


def test_a_place_at_the_desk_is_taken_after_a_yes_and_given_back(house: House) -> None:
    lia = house.operator("Lia", lead=True)
    assert Played(house, revoking, lia).told == ["no-colleagues"]
    assert Played(house, letting_in, lia).told == ["nobody-to-let-in"]
    giulia = house.operator("Giulia")
    assert Played(house, revoking, lia, giulia.operator).give("no").outcome is None
    revoked = Played(house, revoking, lia).give(str(giulia.operator), "yes").outcome
    assert revoked == Revoke(lia, giulia.operator)
    house.desk.do(revoked)
    assert Played(house, letting_in, lia).give(str(giulia.operator)).outcome == LetIn(lia, giulia.operator)


def test_warnings_come_to_who_wants_them(house: House) -> None:
    giulia = house.operator("Giulia")
    assert Played(house, subscribing, giulia).give("yes").outcome == Subscribe(giulia, True)


# The kinds of answers


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        (Mail, "eva@studio,it", "mail_comma"),
        (Mail, "eva", "mail_no_at"),
        (Mail, "eva @example.org", "mail_space"),
        (Mail, "eva@example", "mail_form"),
        (Mail, "eva@example..org", "mail_form"),
        (Phone, "333", "phone_form"),
        (Phone, "chiedi a mio cugino", "phone_form"),
        (Name, "!!!", "no_words"),
        (Name, "Sì", "no_name"),
        (Name, "ok.", "no_name"),
        (Name, "No, grazie", "no_name"),
        (OneTimeCode, "12345", "code_form"),
        (OneTimeCode, "١٢٣٤٥٦", "code_form"),
    ],
)
def test_what_is_wrong_with_an_answer_is_named(kind: Any, given: str, wrong: str) -> None:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(kind).validate_python(given)
    assert error.value.errors()[0]["type"] == wrong


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        (Mail, " eva@example.org ", "eva@example.org"),
        (Name, "Noa Sirelli", "Noa Sirelli"),
        (Phone, "+39 333 1234567", "+39 333 1234567"),
        (OneTimeCode, "123-456", "123456"),
        (OneTimeCode, " ", ""),
    ],
)
def test_what_is_right_is_read_kindly(kind: Any, given: str, read: str) -> None:
    assert TypeAdapter(kind).validate_python(given) == read


def test_a_long_story_gives_a_subject_cut_between_words() -> None:
    assert first_line("La firma\nnon parte") == "La firma"
    assert first_line("parola " * 30).endswith("parola…")
    assert len(first_line("parola " * 30)) <= 80
