"""The corners of a turn: what seldom happens, and must not go wrong when it does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.conversations.heard import Filled, Left, Person, Place, Pressed, Said
from bot.conversations.menu import MENU, Entry, into
from bot.conversations.moves import choose, fill, look, tell
from bot.conversations.offering import Begin
from bot.conversations.turn import plain_facts
from core.db import Tx
from core.errors import UnknownCode
from core.files import Incoming
from core.ids import TicketNumber
from core.people.commands import Meet
from core.people.staff import Enroll, Revoke
from core.people.tables import customers
from core.people.who import Role, Who
from core.tickets.commands import Withdraw
from core.tickets.queries import Thread, TicketOf
from tests.conversations.seats import Group, Seats, values
from tests.conversations.sketches import Extras
from tests.conversations.sketches import Person as PersonForm
from tests.house import House

OPERATORS = "#operators"
PHOTO = (Incoming("r1", "foto.png"),)


async def extras(by: Who) -> None:
    given = await fill("extras", Extras)
    await tell("as-written", text=f"{given.level} {len(given.files)} {given.urgent}")


async def one_word(by: Who) -> None:
    given = await fill("person", PersonForm)
    await tell("as-written", text=given.name)


def desk(house: House, dialog: Any, **more: Any) -> Seats:
    return Seats(house, {"help": Entry(dialog, stranger=True, **more)})


# Fields that are no text


def test_a_field_with_options_is_answered_by_word_or_press(house: House) -> None:
    seats = desk(house, extras)
    seats.say("eva", "aiuto")
    assert seats.words("pick-one") in seats.say("eva", "boh, che ne so").text
    seats.say("eva", "low")
    seats.say("eva", "salta")
    assert seats.press("eva", "yes").lines == ("low 0 True",)


def test_a_field_s_files_come_with_words_that_are_not_lost_in_silence(house: House) -> None:
    seats = desk(house, extras)
    for step in ("aiuto", "low"):
        seats.say("eva", step)
    assert "«ecco la foto»" in seats.say("eva", "ecco la foto", files=PHOTO).text
    assert seats.press("eva", "no").lines == ("low 1 False",)


def test_files_that_come_before_their_field_are_kept_for_it(house: House) -> None:
    seats = desk(house, extras)
    seats.say("eva", "aiuto")
    assert seats.words("files-kept", count=1) in seats.say("eva", files=PHOTO).text
    seats.say("eva", "high")
    assert seats.press("eva", "no").lines == ("high 1 False",)


def test_an_empty_answer_leaves_a_field_that_may_be_skipped_at_its_default(house: House) -> None:
    seats = desk(house, one_word)
    for step in ("aiuto", "Eva", "eva@example.org"):
        seats.say("eva", step)
    assert seats.say("eva", "  ").lines == ("Eva",)


def test_words_beside_an_unwanted_file_are_still_the_answer(house: House) -> None:
    seats = desk(house, one_word)
    seats.say("eva", "aiuto")
    assert seats.words("files-not-wanted") in seats.say("eva", "Eva", files=PHOTO).text
    seats.say("eva", "eva@example.org")
    assert seats.say("eva", "salta").lines == ("Eva",)


def test_words_are_no_file(house: House) -> None:
    seats = window(house, extras)
    form = seats.hearing.hear(Said("1", PLACE, EVA, text="aiuto")).screen
    assert form
    sent = Filled("2", PLACE, EVA, key=form.stamp, fields=(("level", "high"), ("files", "foto.png")))
    said = seats.hearing.hear(sent).screen
    assert said
    assert said.lines == ("high 0 False",)


# Presses that somebody made up


def forged(seats: Seats, key: str) -> str:
    """The open question's stamp with another key."""
    stamp = seats.keys("eva")[0].value.rsplit(".", 1)[0]
    return f"{stamp}.{key}"


@pytest.mark.parametrize("key", ["name", "~edit.99", "~edit.x", "~", "~skip", "~nothing", "yes"])
def test_a_made_up_press_on_a_field_only_asks_again(house: House, key: str) -> None:
    seats = desk(house, one_word)
    seats.say("eva", "aiuto")
    seats.press("eva", forged(seats, key))
    assert seats.say("eva", "Eva").lines
    seats.say("eva", "eva@example.org")
    assert seats.say("eva", "salta").lines == ("Eva",)


def test_a_made_up_press_on_a_choice_is_told_that_it_is_gone(house: House) -> None:
    async def choosing(by: Who) -> None:
        await choose("way", {"left": 1}, about=None)

    seats = desk(house, choosing)
    seats.say("eva", "aiuto")
    assert seats.words("problem-no-longer-there") in seats.press("eva", forged(seats, "right")).text


def test_a_made_up_edit_asks_again(house: House) -> None:
    seats = Seats(house)
    house.customer("Eva")
    for step in ("/apri", "Non riesco a stampare", "Premo stampa e non succede niente", "high", "salta"):
        seats.say("eva", step)
    assert seats.words("opening-open-it") in seats.press("eva", forged(seats, "~edit.99")).text


# Deploys in the middle of a talk


def test_a_talk_whose_question_became_a_form_goes_on(house: House) -> None:
    async def before(by: Who) -> None:
        await choose("person", {"a": 1}, about=None)
        await choose("more", {"a": 1}, about=None)

    seats = desk(house, before)
    seats.say("eva", "aiuto")
    seats.press("eva", "a")
    later = desk(house, one_word)
    later.say("eva", "continua")
    for step in ("Eva", "eva@example.org"):
        later.say("eva", step)
    assert later.say("eva", "salta").lines == ("Eva",)


def test_a_talk_whose_entry_is_no_more_ends_without_a_word_about_it(house: House) -> None:
    seats = desk(house, one_word)
    seats.say("eva", "aiuto")
    rest = {name: entry for name, entry in MENU.items() if name != "help"}
    assert seats.words("you-are-welcome") in Seats(house, rest).say("eva", "grazie mille").text


def test_what_follows_is_passed_over_where_it_is_no_more(house: House) -> None:
    async def going_on(by: Who) -> Begin:
        return Begin("gone")

    seats = desk(house, going_on)
    assert seats.words("nothing-done") in seats.say("eva", "aiuto").text


def test_what_follows_is_not_for_everybody(house: House) -> None:
    async def going_on(by: Who) -> Begin:
        return Begin("queue")

    seats = Seats(house, {"help": Entry(going_on, stranger=True), "queue": Entry(one_word, Role.OPERATOR)})
    assert seats.words("not-for-you") in seats.say("eva", "aiuto").text


# Refusals


def test_a_query_s_refusal_is_told_and_ends_the_talk(house: House) -> None:
    async def looking(by: Who) -> None:
        await look(TicketOf(by, TicketNumber(99)))

    assert "99" in desk(house, looking).say("eva", "aiuto").text


def test_what_a_refusal_keeps_is_kept(house: House) -> None:
    class Counting:
        def carry_out(self, tx: Tx) -> None:
            tx.run(customers.update().values(phone="counted"))
            raise UnknownCode(left=4)

    async def counting(by: Who) -> Counting:
        return Counting()

    house.customer("Eva")
    seats = desk(house, counting)
    assert seats.words("refused-unknown-code", left=4) in seats.say("eva", "aiuto").text
    with house.desk.turn() as tx:
        assert tx.value(customers.select().with_only_columns(customers.c.phone)) == "counted"


def test_a_reply_to_somebody_else_s_ticket_is_told_as_unknown(seats: Seats) -> None:
    eva, ugo = seats.house.customer("Eva"), seats.house.customer("Ugo")
    opened = seats.house.ticket(eva).number
    seats.deliver()
    with seats.house.desk.turn() as tx:
        from core.tickets.tables import tickets

        tx.run(tickets.update().where(tickets.c.id == opened).values(customer_id=ugo.customer))
    seats.say("eva", "e allora?", about=seats.carried["eva", opened])
    assert seats.words("refused-unknown-ticket", ticket=opened, inside=False) in seats.text("eva")


# Who is who


def own_chat(seats: Seats, name: str) -> None:
    """Let somebody of the desk write to the desk in a chat of their own."""
    seats.say(name, "aiuto")


def test_somebody_of_the_desk_acts_as_that_in_their_own_chat_too(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    seats.house.operator("Giulia")
    opened = seats.house.ticket(eva).number
    own_chat(seats, "giulia")
    seats.press("giulia", f"!claim.{opened}")
    assert seats.house.desk.look(TicketOf(eva, opened)).state == "claimed"


def test_who_was_revoked_acts_no_more(seats: Seats) -> None:
    eva, giulia, anna = (
        seats.house.customer("Eva"),
        seats.house.operator("Giulia"),
        seats.house.operator("Anna", lead=True),
    )
    opened = seats.house.ticket(eva).number
    assert giulia.operator
    seats.house.desk.do(Revoke(anna, giulia.operator))
    assert (
        seats.words("refused-not-yours", act="act-here", inside=True)
        in seats.press("giulia", f"!claim.{opened}", OPERATORS).text
    )
    assert seats.words("not-for-you") in seats.press("giulia", f"!claim.{opened}").text
    assert seats.house.desk.look(TicketOf(eva, opened)).state == "new"


def test_a_lead_acts_as_a_lead_in_a_chat_of_their_own(seats: Seats) -> None:
    known = seats.house.desk.do(Meet("terminal", "anna", "Anna", "it"))
    seats.house.desk.do(Enroll(known.id, "Anna", lead=True))
    assert seats.words("not-for-you") not in seats.say("anna", "/ritardi").text


# Rooms and threads


def test_a_command_of_customers_in_a_thread_is_words_about_the_ticket(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    opened = seats.house.ticket(eva).number
    seats.deliver()
    seats.say("giulia", "ritira", OPERATORS, about=seats.carried[OPERATORS, opened])
    assert seats.house.desk.look(TicketOf(eva, opened)).state == "new"


def test_a_made_up_command_in_a_room_is_told_so(seats: Seats) -> None:
    assert seats.say("giulia", "/abracadabra", OPERATORS).lines == ()
    assert seats.words("not-for-you") in seats.say("giulia", "/ritira 1", OPERATORS).text


def test_an_edit_is_no_new_message(seats: Seats) -> None:
    seats.house.customer("Eva")
    assert seats.say("eva", "aiuto", edits="7").lines == ()


def test_an_edit_of_words_about_a_ticket_puts_them_right(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    opened = seats.house.ticket(eva).number
    seats.deliver()
    seats.say("eva", "La versione è la 4.1", about=seats.carried["eva", opened], message="7")
    seats.say("eva", "La versione è la 4.2", edits="7")
    said = seats.house.desk.look(Thread(eva, opened))[-1]
    assert (said.text, said.edited) == ("La versione è la 4.2", True)
    assert seats.words("thread-edit", inside=False, customer="Eva", text="La versione è la 4.2") in seats.text(
        OPERATORS
    )


def test_an_edit_of_what_closed_meanwhile_is_answered(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    opened = seats.house.ticket(eva).number
    seats.deliver()
    seats.say("eva", "La versione è la 4.1", about=seats.carried["eva", opened], message="7")
    seats.house.desk.do(Withdraw(eva, opened))
    assert seats.words("refused-not-now", state="closed", ticket=opened) in seats.say("eva", "4.2", edits="7").text


def test_a_note_in_a_thread_is_edited_there(seats: Seats) -> None:
    eva, giulia = seats.house.customer("Eva"), seats.house.operator("Giulia")
    opened = seats.house.ticket(eva).number
    seats.deliver()
    seats.say("giulia", "Chiamato alle 10", OPERATORS, about=seats.carried[OPERATORS, opened], message="7")
    seats.say("marco", "Chiamato mai", OPERATORS, edits="7")
    seats.say("giulia", "Chiamato alle 11", OPERATORS, edits="7")
    assert [one.text for one in seats.house.desk.look(Thread(giulia, opened, notes=True))][1:] == ["Chiamato alle 11"]


# The card


def test_a_ticket_of_somebody_who_was_erased_keeps_its_card(seats: Seats) -> None:
    eva = seats.house.customer("Eva")
    opened = seats.house.ticket(eva).number
    with seats.house.desk.turn() as tx:
        tx.run(customers.update().values(erased_at=tx.now))
    seats.deliver()
    assert seats.words("card-customer", customer=None, organisation=None, code=None) in seats.text(OPERATORS)
    assert f"{opened} «La firma non parte»" in seats.text(OPERATORS)


# Windows


PLACE = Place("terminal", "eva", modal="v1")
EVA = Person("eva", "Eva", "it")


def window(house: House, dialog: Any) -> Seats:
    seats = desk(house, dialog)
    seats.hearing.house = replace(seats.hearing.house, limits={"terminal": replace(seats.limits, forms=True)})
    return seats


def test_a_window_that_is_closed_ends_its_talk(house: House) -> None:
    seats = window(house, one_word)
    form = seats.hearing.hear(Said("1", PLACE, EVA, text="aiuto")).screen
    assert form
    seats.hearing.hear(Left("2", PLACE, EVA))
    seats.hearing.hear(Left("3", PLACE, EVA))
    again = seats.hearing.hear(Filled("4", PLACE, EVA, key=form.stamp, fields=(("name", "Eva"),))).screen
    assert again
    assert again.lines == (seats.words("step-done", open=False),)


def test_a_whole_form_is_taken_at_once_with_its_files(house: House) -> None:
    seats = window(house, extras)
    form = seats.hearing.hear(Said("1", PLACE, EVA, text="aiuto")).screen
    assert form
    sent = Filled("2", PLACE, EVA, key=form.stamp, fields=(("level", "high"), ("x", "y")), files=(("files", PHOTO),))
    said = seats.hearing.hear(sent).screen
    assert said
    assert said.lines == ("high 1 False",)


def test_a_form_sent_off_for_a_choice_asks_the_choice_again(house: House) -> None:
    async def choosing(by: Who) -> None:
        await choose("way", {"left": 1}, about=None)

    seats = window(house, choosing)
    screen = seats.hearing.hear(Pressed("1", PLACE, EVA, key="!help")).screen
    assert screen
    again = seats.hearing.hear(Filled("2", PLACE, EVA, key=screen.stamp, fields=(("way", "left"),))).screen
    assert again
    assert values(again) == ["left", "~cancel"]


# What a command's result can tell


def test_a_text_that_a_command_returns_is_a_secret() -> None:
    assert plain_facts("AB12") == {"secret": "AB12"}


def test_what_has_no_fields_tells_nothing() -> None:
    assert plain_facts(None) == {}


def test_words_behind_a_command_are_its_first_answers(house: House) -> None:
    seats = desk(house, one_word, words=into("person", "name"))
    assert "email" in seats.say("eva", "/aiuto Eva").text


def test_what_no_store_keeps_is_left_out_of_what_is_heard(seats: Seats) -> None:
    seats.say("eva", "ciao\x00 la firma\ud83d non parte \U0001f600")
    seats.press("eva", "open")
    assert seats.words("register-first", command="") in seats.text("eva")


def test_a_yes_is_nobody_s_name(seats: Seats) -> None:
    asked = seats.say("ugo", "/registrati")
    screen = seats.say("ugo", "sì")
    assert screen.lines == (seats.words("problem-no-name", given="sì"), *asked.lines)


def test_who_asks_for_a_person_again_is_told_that_the_operators_know(seats: Seats) -> None:
    seats.house.ticket(seats.house.customer("Eva"))
    seats.say("eva", "/persona")
    assert "sanno già" in seats.say("eva", "/persona").text
    assert seats.text(OPERATORS) == ""


def test_who_looks_at_what_they_hold_is_not_told_who_holds_it(seats: Seats) -> None:
    opened = seats.house.ticket(seats.house.customer("Eva")).number
    seats.say("giulia", f"/prendi {opened}", OPERATORS)
    assert "Giulia" not in seats.say("giulia", "/miei", OPERATORS).text


@pytest.mark.parametrize("role", ["operator", "lead"])
def test_how_commands_begin_in_a_group_is_told_in_groups_alone(house: House, role: str) -> None:
    room = "#leads" if role == "lead" else OPERATORS
    seats, group = Seats(house), Group(house)
    told, how = seats.words(f"help-{role}"), seats.words(f"help-{role}-in-groups")
    assert seats.say("giulia", "/aiuto", room).lines == (told,)
    assert group.say("giulia", "/aiuto", room).lines == (told, how)


def test_who_subscribes_without_a_chat_of_their_own_is_told_so_everywhere(seats: Seats) -> None:
    assert seats.words("no-chat-of-your-own") in seats.say("giulia", "/avvisi", OPERATORS).text
