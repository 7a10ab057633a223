"""What is put right after it was said: words under a card that still wait, what the customer has already, and a
customer's own."""

from __future__ import annotations

from typing import Any

import pytest

from bot.conversations.heard import Deleted, Person, Pressed
from bot.ticks import Watch
from core.files import Incoming
from core.notices.outbox import Kind, Sent
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import Solve
from core.tickets.lifecycle import NEW, SOLVED
from core.tickets.queries import MyTickets, Thread, TicketOf
from tests.conversations.seats import OPERATORS, Group
from tests.house import House, number

PHOTO = Incoming("photo-1", "photo.jpg", "image/jpeg", 1000)


@pytest.fixture
def group(house: House) -> Group:
    return Group(house)


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


@pytest.fixture
def giulia(house: House) -> Who:
    return house.operator("Giulia")


@pytest.fixture
def opened(group: Group, eva: Who, giulia: Who) -> int:
    """A ticket that Giulia has."""
    opened = number(group.house.ticket(eva))
    group.deliver()
    group.under_card("giulia", opened, "/prendi")
    return opened


def wait(group: Group, seconds: float = 10) -> None:
    group.house.wait(seconds=seconds)
    Watch(group.house.desk).step(group.house.now)
    group.deliver()


def said(group: Group, of: int) -> list[tuple[str, bool]]:
    giulia = group.house.operator("Giulia")
    thread: list[Any] = group.house.desk.look(Thread(giulia, of, notes=True))  # type: ignore[arg-type]
    return [(one.text, one.internal) for one in thread[1:]]


def edit(group: Group, who: str, message: str, text: str, of: int = 0) -> None:
    room = OPERATORS if of else ""
    about = group.cards[OPERATORS, of] if of else ""
    group.say(who, text, room, message=message, edits=message, about=about)


# Words that wait


def test_what_the_holder_writes_under_a_card_goes_after_ten_seconds(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Prova a riavviare")
    assert group.text("eva") == ""
    wait(group, 9)
    assert group.text("eva") == ""
    wait(group, 1)
    assert "Prova a riavviare" in group.text("eva")


def test_an_edit_in_time_takes_the_words_place(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Prova a riaviare", message="m1")
    edit(group, "giulia", "m1", "Prova a riavviare", opened)
    wait(group)
    assert "Prova a riavviare" in group.text("eva")
    assert said(group, opened) == [("Prova a riavviare", False)]


def test_two_strokes_put_before_them_in_time_keep_them_inside(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Che pazienza", message="m1")
    edit(group, "giulia", "m1", "// Che pazienza", opened)
    wait(group)
    assert group.text("eva") == ""
    assert said(group, opened) == [("Che pazienza", True)]


def test_a_message_that_is_taken_back_in_time_is_never_sent(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Che pazienza", message="m1")
    person = Person("giulia", "Giulia", "it", direct=False)
    group.hear(Deleted("gone", group.place("giulia", OPERATORS), person, message="m1"), "giulia", OPERATORS)
    wait(group)
    assert said(group, opened) == []


def test_files_of_held_words_go_with_them(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Ecco", files=(PHOTO,))
    wait(group)
    assert "photo.jpg" in group.text("eva")


def test_what_its_writer_does_next_sends_them_first(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "/gravità alta")
    group.under_card("giulia", opened, "Reinstallo il certificato")
    group.under_card("giulia", opened, "/risolvi Reinstallato")
    assert said(group, opened) == [("Reinstallo il certificato", False), ("Reinstallato", False)]


def test_what_can_t_be_sent_any_more_is_told_under_it(group: Group, giulia: Who, opened: int) -> None:
    group.under_card("giulia", opened, "Prova a riavviare", message="m1")
    marco = group.house.operator("Marco")
    group.house.desk.do(Solve(marco, opened, "Fatto", Severity.LOW))  # type: ignore[arg-type]
    group.deliver()
    wait(group)
    assert group.words("held-kept-inside") in group.text(OPERATORS)
    assert group.text("eva") == ""
    assert said(group, opened)[-1] == ("Prova a riavviare", True)


def test_what_stays_inside_is_shown_at_its_message(group: Group, opened: int) -> None:
    group.hearing.hear(
        group.heard("giulia", "// che pazienza", OPERATORS, about=group.cards[OPERATORS, opened], message="m1")
    )
    shown = [one.lines[0].facts for one in group.house.posted() if one.kind is Kind.SIGN]
    assert [(one["message"], one["sign"]) for one in shown] == [("m1", "inside")]


def test_an_answer_that_was_asked_for_goes_at_once(group: Group, opened: int) -> None:
    group.press("giulia", f"!reply.{opened}", OPERATORS)
    group.reply("giulia", "Che cosa scrivo", "Prova a riavviare")
    assert "Prova a riavviare" in group.text("eva")


# What has left


def test_an_edit_of_what_the_customer_has_is_sent_after_it(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Prova a riaviare", message="m1")
    wait(group)
    edit(group, "giulia", "m1", "Prova a riavviare", opened)
    corrected = group.words(
        "ticket-corrected", operator="Giulia", ticket=opened, text="Prova a riavviare", subject="La firma non parte"
    )
    assert corrected in group.text("eva")


def test_two_strokes_come_too_late_for_what_the_customer_has(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Che pazienza", message="m1")
    wait(group)
    edit(group, "giulia", "m1", "// Che pazienza", opened)
    assert group.words("edit-too-late") in group.text(OPERATORS)
    assert group.text("eva") == ""
    assert said(group, opened) == [("Che pazienza", False)]


def test_a_note_s_edit_stays_a_note(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "// chiamato alle 10", message="m1")
    edit(group, "giulia", "m1", "// chiamato alle 11", opened)
    assert said(group, opened) == [("chiamato alle 11", True)]
    edit(group, "giulia", "m1", "chiamato alle 12", opened)
    assert said(group, opened) == [("chiamato alle 12", True)]
    assert group.text("eva") == ""


def test_who_is_no_member_any_more_edits_nothing(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Prova a riavviare", message="m1")
    outside = Person("giulia", "Giulia", "it", direct=False, member=False)
    group.say("giulia", "Altro", OPERATORS, message="m1", edits="m1", person=outside)
    wait(group)
    assert said(group, opened) == [("Prova a riavviare", False)]


# A customer's own


def test_a_customer_s_edit_is_shown_to_the_operators_as_one(group: Group, opened: int) -> None:
    group.press("eva", f"!add.{opened}")
    group.say("eva", "La versione è la 4.1", message="e1")
    edit(group, "eva", "e1", "La versione è la 4.2")
    assert "Eva corregge: «La versione è la 4.2»" in group.text(OPERATORS)
    assert group.text("eva") == ""


def test_an_album_s_caption_can_be_edited(group: Group, opened: int) -> None:
    group.press("eva", f"!add.{opened}")
    group.say("eva", "Lo schemo", message="e1", files=(PHOTO, PHOTO), parts=("p2",))
    edit(group, "eva", "e1", "Lo schermo")
    assert said(group, opened) == [("Lo schermo", False)]


def test_words_given_later_to_another_picture_of_an_album_are_its_words(group: Group, opened: int) -> None:
    group.press("eva", f"!add.{opened}")
    group.say("eva", "Ecco", message="e0")
    group.say("eva", "", about="e0", message="e1", files=(PHOTO, PHOTO), parts=("p2",), others=("e2",))
    edit(group, "eva", "e2", "Lo schermo")
    assert said(group, opened) == [("Ecco", False), ("Lo schermo", False)]


def test_another_picture_s_new_words_do_not_take_the_place_of_an_album_s(group: Group, opened: int) -> None:
    group.press("eva", f"!add.{opened}")
    group.say("eva", "Lo schermo", message="e1", files=(PHOTO, PHOTO), parts=("p2",), others=("e2",))
    edit(group, "eva", "e2", "La stampante")
    assert group.words("edit-of-a-part") in group.text("eva")
    assert said(group, opened) == [("Lo schermo", False)]


def test_a_reply_to_any_picture_of_an_album_is_about_its_ticket(group: Group, opened: int) -> None:
    group.press("eva", f"!add.{opened}")
    group.say("eva", "Ecco", message="e0")
    group.say("eva", "", about="e0", message="e1", files=(PHOTO, PHOTO), parts=("p2",), others=("e2",))
    group.say("eva", "È questa qui", about="e2")
    assert said(group, opened)[-1] == ("È questa qui", False)


def test_a_reply_to_any_picture_that_an_operator_sent_is_about_its_ticket(group: Group, opened: int) -> None:
    group.under_card("giulia", opened, "Ecco come", message="m1", files=(PHOTO, PHOTO), parts=("p2",), others=("m2",))
    wait(group)
    group.say("giulia", "// mandate due foto", OPERATORS, about="m2")
    assert said(group, opened) == [("Ecco come", False), ("mandate due foto", True)]


def test_an_edit_of_a_part_does_not_take_the_whole_s_place(group: Group, opened: int) -> None:
    whole = "parola " * 900
    group.press("eva", f"!add.{opened}")
    group.say("eva", whole, message="e1", parts=("p2",))
    edit(group, "eva", "e1", "solo la prima parte")
    assert group.words("edit-of-a-part") in group.text("eva")
    assert said(group, opened) == [(whole.strip(), False)]


def test_an_edit_of_what_stands_nowhere_is_passed_over(group: Group, eva: Who) -> None:
    edit(group, "eva", "e9", "niente")
    assert group.receipt.taken is False
    assert group.text("eva") == ""


def test_an_edit_in_a_closed_ticket_is_told_why_not(group: Group, eva: Who) -> None:
    opened = number(group.house.ticket(eva))
    group.deliver()
    group.press("eva", f"!add.{opened}")
    group.say("eva", "La versione è la 4.1", message="e1")
    assert group.house.desk.look(TicketOf(eva, opened)).state is NEW  # type: ignore[arg-type]
    group.say("eva", f"/ritira {opened}")
    group.say("eva", "sì")
    edit(group, "eva", "e1", "La versione è la 4.2")
    assert group.words("refused-not-now", ticket=opened, state="closed") in group.text("eva")


def test_an_edit_in_a_solved_ticket_reopens_nothing(group: Group, eva: Who, giulia: Who, opened: int) -> None:
    group.press("eva", f"!add.{opened}")
    group.say("eva", "La versione è la 4.1", message="e1")
    group.house.desk.do(Solve(giulia, opened, "Fatto", Severity.LOW))  # type: ignore[arg-type]
    edit(group, "eva", "e1", "La versione è la 4.2")
    assert group.house.desk.look(TicketOf(eva, opened)).state is SOLVED  # type: ignore[arg-type]


# In a talk under way


def open_ticket(group: Group) -> None:
    """Answer what opening asks, each as a message of its own."""
    for message, text in (("s", "La firma"), ("d", "Premo Firma e non sucede nulla"), ("f", "media"), ("a", "salta")):
        group.say("eva", text, message=message)


def test_an_edited_answer_is_taken_anew_and_what_is_asked_now_is_asked_again(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    open_ticket(group)
    edit(group, "eva", "d", "Premo Firma e non succede nulla")
    assert group.words("edit-taken") in group.text("eva")
    assert "non succede nulla" in group.text("eva")
    group.say("eva", "sì")
    assert "non succede nulla" in group.text(OPERATORS)


def test_an_edited_answer_that_is_wrong_now_is_asked_again(group: Group) -> None:
    group.say("ugo", "/registrati")
    group.say("ugo", "Ugo Verdi", message="n")
    group.say("ugo", "ugo@example.org", message="m")
    edit(group, "ugo", "m", "ugo@example,org")
    assert group.words("problem-mail-comma", given="ugo@example,org") in group.text("ugo")


def test_an_edited_choice_is_read_anew(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    open_ticket(group)
    edit(group, "eva", "f", "alta")
    assert "il lavoro è fermo" in group.text("eva")


def test_a_skip_that_is_edited_is_an_answer(group: Group) -> None:
    group.say("ugo", "/registrati")
    for message, text in (("n", "Ugo Verdi"), ("m", "ugo@example.org"), ("p", "salta"), ("o", "salta")):
        group.say("ugo", text, message=message)
    edit(group, "ugo", "p", "06 1234567")
    group.say("ugo", "salta")
    assert "Telefono: 06 1234567" in group.text("ugo")


def test_an_edit_that_changes_nothing_asks_nothing_again(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    group.say("eva", "La firma", message="s")
    edit(group, "eva", "s", "La firma")
    assert group.text("eva") == ""


def test_what_was_changed_by_hand_since_is_not_overwritten(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    open_ticket(group)
    group.say("eva", "modifica oggetto")
    group.say("eva", "La stampante", message="s2")
    edit(group, "eva", "s", "La firma digitale")
    group.say("eva", "modifica oggetto")
    group.say("eva", "La stampante")
    assert "La firma digitale" not in group.text("eva")


def test_an_offer_is_made_anew_with_the_newer_words(group: Group, eva: Who) -> None:
    group.say("eva", "La firma non prte, aiutatemi", message="e1")
    edit(group, "eva", "e1", "La firma non parte, aiutatemi")
    group.press("eva", "open")
    group.say("eva", "media")
    group.say("eva", "salta")
    assert "Oggetto: La firma non parte, aiutatemi" in group.text("eva")


def test_the_word_that_asks_to_open_is_no_word_of_the_problem(group: Group, eva: Who) -> None:
    group.say("eva", "Apri: non riesco a stampre", message="e1")
    group.press("eva", "open")
    edit(group, "eva", "e1", "Apri: non riesco a stampare")
    group.say("eva", "media")
    group.say("eva", "salta")
    assert "Oggetto: non riesco a stampare" in group.text("eva")


def test_files_of_an_offer_stay_with_the_newer_words(group: Group, eva: Who) -> None:
    group.say("eva", "La firma non prte, aiutatemi", message="e1", files=(PHOTO,))
    edit(group, "eva", "e1", "La firma non parte, aiutatemi")
    group.press("eva", "open")
    group.say("eva", "media")
    assert "Allegati: 1" in group.text("eva")


def test_words_that_wait_behind_a_registration_are_edited_too(group: Group) -> None:
    group.say("ugo", "La firma non prte, aiutatemi", message="e1")
    group.press("ugo", "open")
    edit(group, "ugo", "e1", "La firma non parte, aiutatemi")
    for text in ("Ugo Verdi", "ugo@example.org", "salta", "salta", "salta", "sì", "media", "salta"):
        group.say("ugo", text)
    assert "Oggetto: La firma non parte, aiutatemi" in group.text("ugo")


def test_the_story_of_an_open_ticket_is_edited_in_it(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    open_ticket(group)
    group.say("eva", "sì")
    edit(group, "eva", "d", "Premo Firma e non succede nulla")
    assert "Eva corregge: «Premo Firma e non succede nulla»" in group.text(OPERATORS)


def test_what_can_t_be_edited_any_more_is_told_kindly(group: Group, eva: Who) -> None:
    group.say("eva", "/apri")
    open_ticket(group)
    group.say("eva", "sì")
    edit(group, "eva", "s", "La firma digitale")
    assert group.words("edit-overtaken", ticket=group.house.desk.look(MyTickets(eva))[0].number) in group.text("eva")


# Words that stay inside, and are offered to be sent


@pytest.fixture
def marcos(group: Group, opened: int) -> int:
    """Marco writes under the card of Giulia's ticket."""
    group.house.operator("Marco")
    group.under_card("marco", opened, "Prova a riaviare", message="m1")
    return opened


def test_they_are_sent_as_they_stand_after_an_edit(group: Group, marcos: int) -> None:
    edit(group, "marco", "m1", "Prova a riavviare", marcos)
    group.press("marco", "send", OPERATORS)
    assert "«Prova a riavviare»" in group.text("eva")


def test_once_sent_their_message_shows_that(group: Group, marcos: int) -> None:
    group.hearing.hear(
        Pressed(
            "p1",
            group.place("marco", OPERATORS),
            group.person("marco", OPERATORS),
            key=group.button(OPERATORS, "send")[1],
        )
    )
    for parcel in group.house.posted():
        group.house.desk.do(Sent(parcel, (f"sent-{parcel.id}",)))
    signs = [one.lines[0].facts for one in group.house.posted() if one.kind is Kind.SIGN]
    assert [(one["message"], one["sign"]) for one in signs] == [("m1", "sent")]


def test_once_sent_an_edit_is_sent_after_them(group: Group, marcos: int) -> None:
    group.press("marco", "send", OPERATORS)
    edit(group, "marco", "m1", "Prova a riavviare", marcos)
    assert "corregge quello che ti ha scritto" in group.text("eva")


def test_of_words_behind_a_command_only_the_words_are_corrected(group: Group, opened: int) -> None:
    group.say("giulia", f"rispondi {opened} Prova a riaviare", OPERATORS, message="m1")
    edit(group, "giulia", "m1", f"rispondi {opened} Prova a riavviare", opened)
    assert "«Prova a riavviare»" in group.text("eva")


# Several captions


def test_an_edit_of_one_of_several_captions_keeps_the_others(group: Group, opened: int) -> None:
    group.press("eva", f"!add.{opened}")
    group.say("eva", "Prima\nDopo", message="e1", files=(PHOTO, PHOTO), parts=("p2",), others=("e2",), several=True)
    edit(group, "eva", "e1", "Prima di tutto")
    assert group.words("edit-of-a-part") in group.text("eva")
    assert said(group, opened) == [("Prima\nDopo", False)]


def test_so_does_one_of_captions_that_wait(group: Group, opened: int) -> None:
    both = {"files": (PHOTO, PHOTO), "parts": ("p2",), "others": ("m2",), "several": True}
    group.under_card("giulia", opened, "Prima\nDopo", message="m1", **both)
    edit(group, "giulia", "m1", "Prima di tutto", opened)
    assert group.words("edit-of-a-part") in group.text(OPERATORS)
    wait(group)
    assert said(group, opened) == [("Prima\nDopo", False)]
