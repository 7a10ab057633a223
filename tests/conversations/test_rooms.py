"""A room in which words for the desk come as replies: whose question it is, what answers it, and what is only shown
to whoever pressed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversations.heard import Person
from bot.conversations.screen import Press, Receipt, Whose
from core.files import Incoming
from core.people.queries import identity
from core.people.who import Who
from core.tickets.held import SendHeld
from core.tickets.lifecycle import CLAIMED, NEW, SOLVED
from core.tickets.queries import Thread, TicketOf
from tests.conversations.seats import LEADS, OPERATORS, Group, Seats, values
from tests.house import House, number

PHOTO = Incoming("photo-1", "photo.jpg", "image/jpeg", 1000)


@pytest.fixture
def group(house: House) -> Group:
    return Group(house)


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


@pytest.fixture
def opened(group: Group, eva: Who) -> int:
    opened = number(group.house.ticket(eva))
    group.house.operator("Giulia")
    group.house.operator("Marco")
    group.deliver()
    return opened


def state(group: Group, by: Who, of: int) -> str:
    return group.house.desk.look(TicketOf(by, of)).state  # type: ignore[arg-type]


def said(group: Group, of: int) -> list[str]:
    giulia = group.house.operator("Giulia")
    return [one.text for one in group.house.desk.look(Thread(giulia, of, notes=True))]  # type: ignore[arg-type]


# A press


def test_a_button_that_answers_is_taken(group: Group, eva: Who) -> None:
    group.say("eva", "/registrati")
    group.say("eva", "/apri")
    assert group.receipt == Receipt()
    group.say("eva", "La firma non parte")
    group.say("eva", "Premo il pulsante e non succede niente")
    group.press("eva", "high")
    assert group.receipt == Receipt(press=Press.TAKEN)


def test_a_button_that_moves_about_is_taken(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    group.press("eva", "~cancel")
    assert group.receipt == Receipt(press=Press.TAKEN)


def test_a_button_of_what_is_over_is_stale_and_in_a_private_chat_that_is_said(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    _, cancel = group.button("eva", "~cancel")
    group.press("eva", "~cancel")
    screen = group.press("eva", cancel)
    assert group.receipt == Receipt(press=Press.STALE)
    assert screen.lines == (group.words("step-done", open=False),)


def test_an_option_that_is_none_is_stale(group: Group, eva: Who) -> None:
    group.say("eva", "/lingua")
    _, it = group.button("eva", "it")
    assert group.press("eva", it.removesuffix("it") + "xx").keys
    assert group.receipt == Receipt(press=Press.STALE)


def test_a_card_s_button_stays(group: Group, eva: Who, opened: int) -> None:
    group.press("giulia", f"!claim.{opened}", OPERATORS)
    assert group.receipt == Receipt()
    assert state(group, eva, opened) == CLAIMED


# What only whoever pressed is shown


def test_who_loses_a_claim_is_shown_who_won(group: Group, opened: int) -> None:
    _, claim = group.button(OPERATORS, f"!claim.{opened}")
    group.press("giulia", claim, OPERATORS)
    group.press("marco", claim, OPERATORS)
    assert "Giulia" in group.receipt.hint
    assert values(group.last(OPERATORS))[:2] == ["yes", "no"]


def test_what_is_theirs_already_is_shown_alone(group: Group, opened: int) -> None:
    _, claim = group.button(OPERATORS, f"!claim.{opened}")
    group.press("giulia", claim, OPERATORS)
    assert group.press("giulia", claim, OPERATORS).lines == ()
    assert group.receipt.hint == group.words("yours-already", ticket=opened, subject="La firma non parte")


def test_who_is_no_member_is_shown_alone(group: Group, eva: Who, opened: int) -> None:
    guest = Person("ugo", "Ugo", "it", direct=False, member=False)
    assert group.press("ugo", f"!claim.{opened}", OPERATORS, person=guest).lines == ()
    assert group.receipt == Receipt(hint=group.words("members-only"))
    assert state(group, eva, opened) == NEW


def test_a_press_on_another_s_question_is_shown_alone_and_leaves_it_as_it_is(group: Group, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    assert group.press("marco", "~cancel", OPERATORS).lines == ()
    assert group.receipt == Receipt(hint=group.words("not-your-talk"))


def test_a_stale_press_is_shown_alone(group: Group, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    _, cancel = group.button(OPERATORS, "~cancel")
    group.press("giulia", cancel, OPERATORS)
    assert group.press("giulia", cancel, OPERATORS).lines == ()
    assert group.receipt == Receipt(hint=group.words("step-done", open=False), press=Press.STALE)


def test_what_was_done_is_said_to_all(group: Group, opened: int) -> None:
    giulia = group.house.operator("Giulia")
    group.press("anna", f"!revoke.{giulia.operator}", LEADS)
    group.press("anna", "yes", LEADS)
    assert group.receipt == Receipt(press=Press.TAKEN)
    assert group.words("operator-revoked", name="Giulia") in group.text(LEADS)


def test_what_is_shown_of_a_ticket_is_shown_to_all(group: Group, opened: int) -> None:
    group.press("giulia", f"!show.{opened}", OPERATORS)
    assert group.receipt == Receipt()
    assert "La firma non parte" in group.text(OPERATORS)


def test_what_does_not_fit_is_said_to_all(house: House, eva: Who) -> None:
    group = Group(house, limits=replace(Group(house).limits, hint=10))
    opened = number(house.ticket(eva))
    group.deliver()
    _, claim = group.button(OPERATORS, f"!claim.{opened}")
    group.press("giulia", claim, OPERATORS)
    assert group.press("giulia", claim, OPERATORS).lines != ()
    assert group.receipt.hint == ""


# Whose question it is


def test_a_question_in_a_room_says_whose_it_is_and_how_it_is_answered(group: Group, opened: int) -> None:
    screen = group.press("giulia", f"!reply.{opened}", OPERATORS)
    assert screen.whose == Whose("giulia", "Giulia")
    assert screen.lines[-1] == group.words("reply-to-this")
    assert screen.by_reply


def test_a_choice_is_pressed_not_replied_to(group: Group, opened: int) -> None:
    screen = group.press("giulia", f"!classify.{opened}", OPERATORS)
    assert screen.whose == Whose("giulia", "Giulia")
    assert group.words("reply-to-this") not in screen.lines


def test_a_question_in_a_private_chat_is_nobody_else_s(group: Group, eva: Who) -> None:
    screen = group.say("eva", "/apri")
    assert screen.whose is None
    assert group.words("reply-to-this") not in screen.lines


# What answers it


def test_a_reply_to_a_question_answers_it(group: Group, eva: Who, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    group.reply("giulia", "Che cosa scrivo", "Prova a riavviare")
    assert "Prova a riavviare" in group.text("eva")


def test_talk_among_colleagues_answers_nothing(group: Group, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    assert group.say("giulia", "Andiamo a pranzo all'una?", OPERATORS).lines == ()
    assert group.receipt.taken is False
    assert group.text("eva") == ""


def test_a_colleague_s_reply_to_a_question_is_no_answer_to_it(group: Group, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    assert group.reply("marco", "Che cosa scrivo", "Digli di riavviare").lines == (group.words("not-your-talk"),)
    assert said(group, opened)[1:] == []


def test_two_questions_are_open_side_by_side(group: Group, eva: Who, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    group.press("marco", f"!note.{opened}", OPERATORS)
    group.reply("giulia", "Che cosa scrivo", "Prova a riavviare")
    assert "Prova a riavviare" in group.text("eva")
    group.reply("marco", "Che cosa annoto", "Ha già chiamato")
    assert group.text("eva") == ""
    assert said(group, opened)[1:] == ["Prova a riavviare", "Ha già chiamato"]


def test_a_reply_to_a_colleague_s_question_is_no_answer_to_one_s_own(group: Group, opened: int) -> None:
    group.press("marco", f"!note.{opened}", OPERATORS)
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    group.reply("giulia", "Che cosa annoto", "Prova a riavviare")
    assert group.text("eva") == ""
    assert said(group, opened)[1:] == []


def test_one_person_is_asked_about_two_tickets_at_once(group: Group, eva: Who, opened: int) -> None:
    other = number(group.house.ticket(eva, "Non riesco a stampare"))
    group.deliver()
    for each in (opened, other):
        group.under_card("giulia", each, "/prendi")
    group.press("giulia", f"!note.{opened}", OPERATORS)
    group.press("giulia", f"!note.{other}", OPERATORS)
    group.reply("giulia", f"Che cosa annoto in {opened}", "Il primo")
    group.reply("giulia", f"Che cosa annoto in {other}", "Il secondo")
    assert (said(group, opened)[-1], said(group, other)[-1]) == ("Il primo", "Il secondo")


def test_a_reply_to_a_question_that_is_over_is_not_passed_on(group: Group, opened: int) -> None:
    group.press("giulia", f"!note.{opened}", OPERATORS)
    group.reply("giulia", "Che cosa annoto", "Ha già chiamato")
    screen = group.reply("giulia", "Che cosa annoto", "E non è stato gentile")
    assert screen.lines == (group.words("step-done", open=False),)
    assert group.text("eva") == ""


def test_words_under_the_card_answer_the_question_open_about_it(group: Group, opened: int) -> None:
    group.press("giulia", f"!note.{opened}", OPERATORS)
    group.under_card("giulia", opened, "Ha già chiamato")
    assert group.text("eva") == ""
    assert said(group, opened)[1:] == ["Ha già chiamato"]


def test_words_under_the_card_are_no_answer_to_a_choice_but_when_they_pick_it(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "/prendi")
    group.press("giulia", f"!classify.{opened}", OPERATORS)
    group.under_card("giulia", opened, "// Ha già chiamato")
    assert said(group, opened)[1:] == ["Ha già chiamato"]
    group.under_card("giulia", opened, "alta")
    assert "gravità" in group.text(OPERATORS)


def test_more_words_to_an_offer_are_about_its_ticket(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Prova a riavviare")
    group.reply("giulia", "Resta tra noi", "Altrimenti reinstalla")
    assert said(group, opened)[1:] == ["Prova a riavviare", "Altrimenti reinstalla"]


def test_a_choice_that_is_replied_to_with_other_words_is_asked_again(group: Group, opened: int) -> None:
    group.press("giulia", f"!classify.{opened}", OPERATORS)
    assert group.words("pick-one") in group.reply("giulia", "Che gravità", "boh").text


def test_a_sticker_is_nothing_for_the_customer_and_that_is_told_to_the_holder_alone(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "/prendi")
    assert group.under_card("marco", opened, other="sticker").lines == ()
    assert group.under_card("giulia", opened, other="sticker").lines == (group.words("only-words", what="sticker"),)


# Commands


def test_a_command_in_a_ticket_s_thread_is_about_it(group: Group, eva: Who, opened: int) -> None:
    group.under_card("giulia", opened, "/prendi")
    assert state(group, eva, opened) == CLAIMED
    group.under_card("giulia", opened, "/gravità alta")
    group.under_card("giulia", opened, "/risolvi fatto")
    assert state(group, eva, opened) == SOLVED
    assert "fatto" in group.text("eva")


def test_a_command_in_a_ticket_s_thread_is_one_while_a_question_is_open_there(group: Group, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    group.under_card("giulia", opened, "/nota Ha già chiamato")
    assert said(group, opened)[1:] == ["Ha già chiamato"]
    assert group.text("eva") == ""


def test_a_file_beside_a_command_goes_with_it(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "/nota Lo schermo", files=(PHOTO,))
    assert "photo.jpg" in group.text(OPERATORS)


def test_a_command_that_there_is_not_is_nothing_for_the_customer(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "/prendi")
    assert group.under_card("giulia", opened, "/rislovi fatto").lines == (group.words("no-such-command"),)
    assert said(group, opened)[1:] == []


def test_a_path_is_no_command(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "/etc/hosts va cambiato")
    assert said(group, opened)[1:] == ["/etc/hosts va cambiato"]


def test_a_command_in_the_room_begins_a_talk_that_is_replied_to(group: Group, eva: Who, opened: int) -> None:
    assert "La firma non parte" in group.say("giulia", "/coda", OPERATORS).text
    group.say("giulia", f"/rispondi {opened}", OPERATORS)
    group.reply("giulia", "Che cosa scrivo", "Prova a riavviare")
    assert "Prova a riavviare" in group.text("eva")


def test_what_is_open_in_the_room_is_cancelled_by_a_command(group: Group, opened: int) -> None:
    group.say("giulia", f"/rispondi {opened}", OPERATORS)
    assert group.words("cancelled") in group.say("giulia", "/annulla", OPERATORS).text


# Somebody's own chat as a room


def test_a_lead_s_own_chat_can_be_the_leads_room(house: House) -> None:
    group = Group(house)
    anna = Person("anna", "Anna", "it")
    screen = group.say("anna", "ciao", LEADS, person=anna)
    assert group.words("help-lead") in screen.text
    screen = group.say("anna", "/chiamante", LEADS, person=anna)
    assert screen.whose is None
    assert group.words("reply-to-this") not in screen.lines
    known = group.house.operator("Anna", lead=True)
    with house.desk.turn() as tx:
        assert identity(tx, known.identity).chat == known.chat


def test_the_terminal_s_rooms_stay_as_they_are(house: House, eva: Who) -> None:
    seats = Seats(house)
    opened = number(house.ticket(eva))
    seats.deliver()
    seats.press("giulia", f"!reply.{opened}", OPERATORS)
    seats.say("giulia", "Prova a riavviare", OPERATORS)
    assert "Prova a riavviare" in seats.text("eva")


def test_who_subscribes_without_a_chat_of_their_own_is_told_how_to_get_one(group: Group, opened: int) -> None:
    assert group.words("no-chat-of-your-own") in group.say("giulia", "/avvisi", OPERATORS).text
    group.say("giulia", "ciao")
    group.say("giulia", "/annulla", OPERATORS)
    assert group.words("no-chat-of-your-own") not in group.say("giulia", "/avvisi", OPERATORS).text


def test_words_that_fit_no_choice_of_an_open_question_never_go_to_the_customer(group: Group, opened: int) -> None:
    group.press("giulia", f"!claim.{opened}", room=OPERATORS)
    group.press("giulia", f"!classify.{opened}", room=OPERATORS)
    asked = group.under_card("giulia", opened, "è molto lento, mi pare")
    assert asked.lines[0] == group.words("pick-one")
    group.house.wait(minutes=1)
    assert group.house.desk.do(SendHeld()) == 0


def test_a_reply_to_what_was_asked_before_something_came_between_answers_it(
    group: Group, eva: Who, opened: int
) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    asked = group.message(OPERATORS, "Che cosa scrivo")
    group.press("giulia", f"!classify.{opened}", OPERATORS)
    group.press("giulia", "high", OPERATORS)
    group.say("giulia", "Prova a riavviare", OPERATORS, about=asked)
    assert "Prova a riavviare" in group.text("eva")


def test_a_button_of_what_was_asked_before_something_came_between_still_does_its_work(
    group: Group, opened: int
) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    _, cancel = group.button(OPERATORS, "~cancel")
    group.press("giulia", f"!classify.{opened}", OPERATORS)
    group.press("giulia", "high", OPERATORS)
    group.press("giulia", cancel, OPERATORS)
    assert group.receipt.press is Press.TAKEN
