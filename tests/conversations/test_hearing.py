"""What is promised of a turn, from the first word of a stranger to the thanks at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.conversations.heard import Filled, Person, Place, Pressed, Said
from bot.conversations.menu import MENU, Entry
from bot.conversations.moves import confirm, fill, tell
from bot.conversations.screen import Screen
from core.db import Tx
from core.errors import AddressRefused, NotNow
from core.files import Incoming
from core.notices.chats import Room, rooms
from core.people.queries import FindCustomer, Subscribers
from core.people.staff import Subscribe
from core.people.who import Role, Who
from core.tickets.commands import OpenTicket
from core.tickets.lifecycle import CLAIMED, CLOSED, NEW, SOLVED, WAITING
from core.tickets.queries import History, MyTickets, Thread, TicketOf
from tests.conversations.seats import Seats, values
from tests.conversations.sketches import Person as PersonForm
from tests.house import House, number

OPERATORS, LEADS = "#operators", "#leads"
WORDS = "La firma non parte da stamattina, premo il pulsante e non succede niente"


@pytest.fixture
def eva(seats: Seats) -> Who:
    return seats.house.customer("Eva")


@pytest.fixture
def giulia(seats: Seats) -> Who:
    return seats.house.operator("Giulia")


def ticket(seats: Seats, by: Who, subject: str = "La firma non parte") -> int:
    opened = number(seats.house.ticket(by, subject))
    seats.deliver()
    return opened


def state(seats: Seats, by: Who, of: int) -> str:
    return seats.house.desk.look(TicketOf(by, of)).state  # type: ignore[arg-type]


def said(seats: Seats, by: Who, of: int) -> list[str]:
    return [one.text for one in seats.house.desk.look(Thread(by, of, notes=True))]  # type: ignore[arg-type]


def ask(seats: Seats, of: int, question: str = "Che versione usi?") -> None:
    seats.say("giulia", f"chiedi {of} {question}", OPERATORS)


# One turn for each thing heard


def test_a_button_that_is_pressed_again_and_again_is_answered_once_while_the_answer_waits(
    seats: Seats, eva: Who
) -> None:
    for n in range(20):
        seats.hearing.hear(Pressed(f"press-{n}", seats.place("eva"), seats.person("eva"), key="!help"))
    seats.deliver()
    assert len(seats.shown["eva"]) == 1


def test_and_again_when_it_is_pressed_after_that(seats: Seats, eva: Who) -> None:
    assert seats.press("eva", "!help") == seats.press("eva", "!help") != Screen(())


def test_the_same_thing_is_never_taken_twice(seats: Seats, eva: Who) -> None:
    seats.say("eva", "aiuto", id="same")
    assert seats.say("eva", "aiuto", id="same").lines == ()


def test_what_fails_leaves_nothing_behind_and_is_taken_when_it_comes_again(house: House) -> None:
    broken = True

    async def breaking(by: Who) -> None:
        if broken:
            raise RuntimeError("a bug")
        await tell("cancelled")

    seats = Seats(house, {"help": Entry(breaking, stranger=True)})
    with pytest.raises(RuntimeError):
        seats.say("eva", "aiuto", id="one")
    broken = False
    assert seats.say("eva", "aiuto", id="one").lines == (seats.words("cancelled"),)


def test_what_fails_three_times_is_passed_over_and_people_are_told(seats: Seats) -> None:
    heard = Said("one", Place("terminal", "eva"), Person("eva", "Eva", "it"), text="aiuto")
    again = [seats.hearing.fail(heard, RuntimeError("a bug")) for _ in range(3)]
    seats.deliver()
    assert again == [True, True, False]
    assert "Eva" in seats.text(OPERATORS)
    assert seats.words("could-not-take-yours") in seats.text("eva")
    assert seats.hear(heard, "eva").lines == ()


def test_who_can_be_written_to_again_is_reachable_again(seats: Seats, eva: Who) -> None:
    seats.leave("eva")
    seats.say("eva", "aiuto")
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    assert "Giulia" in seats.text("eva")


# A stranger


def test_a_stranger_who_begins_with_a_problem_is_registered_on_the_way_and_their_words_are_kept(seats: Seats) -> None:
    assert seats.words("open-with-these-words") in seats.say("eva", WORDS).text
    seats.press("eva", "open")
    for answer in ("Eva Bianchi", "eva@example.org", "salta", "salta", "salta", "sì"):
        seats.say("eva", answer)
    seats.say("eva", "lavoro con fatica")
    assert WORDS in seats.say("eva", "salta").text
    seats.press("eva", "yes")
    assert "1001" in seats.text("eva")
    assert WORDS in seats.text(OPERATORS)


def test_who_does_not_consent_is_not_sent_round_in_circles(seats: Seats) -> None:
    seats.say("eva", WORDS)
    seats.press("eva", "open")
    for answer in ("Eva Bianchi", "eva@example.org", "salta", "salta", "salta"):
        seats.say("eva", answer)
    seats.press("eva", "no")
    assert seats.words("registering-without-consent") in seats.text("eva")
    assert seats.keys("eva") == []


def test_a_second_wish_of_somebody_who_is_registering_waits_behind_it(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    seats.say("eva", "Eva Bianchi")
    assert seats.words("registering-person-email") in seats.say("eva", "/apri").text
    for answer in ("eva@example.org", "salta", "salta", "salta", "sì"):
        seats.say("eva", answer)
    assert seats.words("opening-problem-subject") in seats.text("eva")


# Free text


def test_opening_is_offered_and_never_begun(seats: Seats, eva: Who) -> None:
    assert values(seats.say("eva", WORDS)) == ["open", "no"]


def test_a_guess_is_only_ever_offered(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    assert f"solved-{opened}" in values(seats.say("eva", "tutto a posto, ora funziona"))
    assert state(seats, eva, opened) == CLAIMED


def test_nobody_is_left_without_an_answer(seats: Seats, eva: Who) -> None:
    for text in ("asdf qwer zxcv", "?", "👍", "…", " ", "a" * 50_000, "ciao", "grazie", "boh"):
        assert seats.say("eva", text).lines, text


def test_an_offer_that_is_not_taken_up_holds_nobody_up(seats: Seats, eva: Who) -> None:
    seats.say("eva", WORDS)
    assert seats.words("help-customer", registered=True) in seats.say("eva", "aiuto").text
    assert values(seats.say("eva", "anche la stampante non stampa più i documenti"))[0] == "open"


def test_thanks_are_met_kindly_and_reopen_nothing(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    for step in (f"risolvi {opened}", "medium", "Riavviato."):
        seats.say("giulia", step, OPERATORS)
    assert seats.words("you-are-welcome") in seats.say("eva", "grazie mille!").text
    assert state(seats, eva, opened) == SOLVED


def test_thanks_after_an_offer_are_no_answer_to_it(seats: Seats, eva: Who) -> None:
    seats.say("eva", WORDS)
    assert seats.words("you-are-welcome") in seats.say("eva", "grazie").text


def test_with_one_question_waiting_free_text_is_its_answer(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    ask(seats, opened)
    seats.say("eva", "la 3.2")
    assert state(seats, eva, opened) == CLAIMED
    assert "la 3.2" in said(seats, giulia, opened)


@pytest.mark.parametrize("text", ["no", "risolto", "avanti"])
def test_a_word_that_could_be_a_command_is_an_answer_where_one_is_waited_for(
    seats: Seats, eva: Who, giulia: Who, text: str
) -> None:
    opened = ticket(seats, eva)
    ask(seats, opened, "Il problema c'è ancora?")
    seats.say("eva", text)
    assert text in said(seats, giulia, opened)


def test_what_reads_as_something_else_is_offered_beside_the_answer(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    ask(seats, opened)
    screen = seats.say("eva", "vorrei parlare con una persona al telefono")
    assert values(screen) == [f"answer-{opened}", "human", "no"]
    assert state(seats, eva, opened) == WAITING
    seats.press("eva", f"answer-{opened}")
    assert "vorrei parlare con una persona al telefono" in said(seats, giulia, opened)


def test_with_several_questions_waiting_it_is_asked_for_which(seats: Seats, eva: Who, giulia: Who) -> None:
    first, second = ticket(seats, eva), ticket(seats, eva, "Non riesco a stampare")
    ask(seats, first)
    ask(seats, second)
    assert set(values(seats.say("eva", "la 3.2"))) >= {f"answer-{first}", f"answer-{second}"}
    seats.press("eva", f"answer-{second}")
    assert (state(seats, eva, first), state(seats, eva, second)) == (WAITING, CLAIMED)


def test_a_file_is_an_answer_too(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    ask(seats, opened)
    seats.say("eva", files=(Incoming("r1", "foto.png"),))
    assert state(seats, eva, opened) == CLAIMED


def test_it_is_back_offers_to_reopen(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    for step in (f"risolvi {opened}", "medium", "Riavviato."):
        seats.say("giulia", step, OPERATORS)
    seats.say("eva", "il problema è tornato, non funziona di nuovo")
    seats.press("eva", f"reopen-{opened}")
    assert state(seats, eva, opened) == CLAIMED


def test_the_desk_s_other_language_is_offered_once_in_that_language(seats: Seats, eva: Who) -> None:
    seats.say("eva", "hello, my printer does not print anything since this morning")
    assert seats.words("language-offer", "en") in seats.text("eva")
    seats.say("eva", "hello, my printer does not print anything since this morning")
    assert seats.words("language-offer", "en") not in seats.text("eva")


def test_one_press_changes_the_language(seats: Seats, eva: Who) -> None:
    seats.say("eva", "hello, my printer does not print anything since this morning")
    seats.press("eva", "!language.en")
    assert seats.words("help-customer", "en", registered=True) in seats.say("eva", "/help").text


# Commands


def test_a_command_is_understood_in_both_languages_with_or_without_a_slash(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    for typed in (f"/ticket {opened}", f"stato {opened}", f"STATO #{opened}", f"/status {opened}", f"status {opened}."):
        assert f"{opened} «La firma non parte»" in seats.say("eva", typed).text, typed


def test_a_ticket_that_is_not_theirs_is_an_unknown_one(seats: Seats, eva: Who) -> None:
    theirs = ticket(seats, seats.house.customer("Ugo"))
    assert (
        seats.words("refused-unknown-ticket", ticket=theirs, inside=False) in seats.say("eva", f"/ticket {theirs}").text
    )
    assert seats.words("refused-unknown-ticket", ticket=99, inside=False) in seats.say("eva", "/ticket 99").text


def test_an_unknown_command_is_told_so(seats: Seats, eva: Who) -> None:
    assert seats.words("no-such-command") in seats.say("eva", "/abracadabra").text


def test_an_offer_is_the_desk_s_to_make(seats: Seats, eva: Who) -> None:
    assert seats.say("eva", "/offer").lines == (seats.words("no-such-command"),)


def test_a_command_of_the_desk_is_not_for_a_customer(seats: Seats, eva: Who) -> None:
    assert seats.words("not-for-you") in seats.say("eva", "/coda").text


def test_a_command_that_only_looks_answers_in_the_middle_and_the_question_is_asked_again(
    seats: Seats, eva: Who
) -> None:
    seats.say("eva", "/apri")
    screen = seats.say("eva", "orari")
    assert "19:00" in screen.text
    assert seats.words("opening-problem-subject") in screen.text


def test_an_aside_does_not_make_the_buttons_above_it_stale(seats: Seats, eva: Who) -> None:
    seats.say("eva", WORDS)
    button = seats.find("eva", "high") if seats.press("eva", "open") else ""
    seats.say("eva", "/aiuto")
    assert seats.words("opening-attached-files") in seats.press("eva", button).text


def test_a_second_start_is_asked_about(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    seats.say("eva", "/apri")
    seats.say("eva", "Non riesco a stampare")
    assert values(seats.say("eva", f"/aggiungi {opened}")) == ["continue", "anew", "~cancel"]
    assert seats.words("opening-problem-story") in seats.press("eva", "continue").text


def test_the_other_dialog_begins_where_that_is_chosen(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    seats.say("eva", "Non riesco a stampare")
    seats.say("eva", "/apri")
    assert seats.words("opening-problem-subject") in seats.press("eva", "anew").text


# Answers and controls


def test_a_wrong_answer_says_what_would_be_right_and_shows_what_was_typed(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    seats.say("eva", "Eva Bianchi")
    assert seats.words("problem-mail-comma", given="eva@studio,it") in seats.say("eva", "eva@studio,it").text


def test_a_subject_in_several_lines_is_shown_as_one(seats: Seats, eva: Who) -> None:
    for step in ("/apri", "Aiuto\n\nIl ticket 1 è risolto", "Non si apre più niente", "high", "salta"):
        seats.say("eva", step)
    assert "Aiuto Il ticket 1 è risolto" in seats.text("eva")


def test_too_much_is_met_with_how_much_fits(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    seats.say("eva", "Non riesco a stampare")
    text = seats.say("eva", "x" * 50_000).text
    assert "50.000" in text
    assert "8.000" in text


@pytest.mark.parametrize("other", ["voice", "location", "sticker", "poll"])
def test_what_is_no_text_is_met_and_the_question_stays_open(seats: Seats, eva: Who, other: str) -> None:
    seats.say("eva", "/apri")
    screen = seats.say("eva", other=other)
    assert seats.words("only-words", what=other) in screen.text
    assert seats.words("opening-problem-subject") in screen.text


def test_a_caller_without_an_address_is_registered_and_is_to_be_called(seats: Seats, giulia: Who) -> None:
    for step in ("chiamante", "Carlo Bianchi", "salta", "06 1234567", "salta", "salta", "sì"):
        seats.say("giulia", step, OPERATORS)
    (carlo,) = seats.house.desk.look(FindCustomer(giulia, "Carlo Bianchi"))
    assert (carlo.email, carlo.phone) == (None, "06 1234567")
    opened = seats.house.desk.do(OpenTicket(giulia, "Non entra", "Password scaduta", customer=carlo.id))
    seats.deliver()
    call = {"customer": "Carlo Bianchi", "phone": "06 1234567", "ticket": opened.number, "subject": "Non entra"}
    assert seats.words("call-the-customer", **call) in seats.text(OPERATORS)


@pytest.mark.parametrize("given", ["🙂", "x", "x" * 50_000, "🙂" * 90])
def test_what_is_wrong_with_an_answer_is_said_in_words(seats: Seats, eva: Who, given: str) -> None:
    for form in ("/apri", "/registrati"):
        seats.say("eva", form)
        assert "opening-" not in seats.say("eva", given).text
        seats.say("eva", "/annulla")


def test_a_picture_sent_before_the_words_goes_with_them(seats: Seats, eva: Who) -> None:
    seats.say("eva", files=(Incoming("r1", "prima.png"),))
    seats.say("eva", files=(Incoming("r2", "seconda.png"),))
    seats.say("eva", WORDS)
    for step in ("open", "high", "yes"):
        seats.press("eva", step)
    (opened,) = seats.house.desk.look(MyTickets(eva))
    (story,) = seats.house.desk.look(Thread(eva, opened.number))
    assert [file.name for file in story.files] == ["prima.png", "seconda.png"]


def test_a_target_that_is_past_is_not_promised_to_a_customer(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    shown = seats.house.desk.look(TicketOf(eva, opened))  # type: ignore[arg-type]
    facts = {"ticket": opened, "subject": shown.subject, "opened": shown.opened_at, "state": "claimed"}
    facts |= {"operator": "Giulia", "reaction": None}
    assert seats.words("ticket-shown", due=shown.resolution_due, **facts) in seats.say("eva", f"stato {opened}").text
    seats.house.wait(days=2)
    assert seats.words("ticket-shown", due=None, **facts) in seats.say("eva", f"stato {opened}").lines


def test_one_answer_can_be_edited_before_confirming(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    assert seats.words("opening-problem-subject") in seats.say("eva", "modifica oggetto").text
    assert "La stampante è muta" in seats.say("eva", "La stampante è muta").text


def test_a_choice_can_be_edited_before_confirming_too(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    assert seats.words("opening-felt") in seats.say("eva", "modifica urgenza").text
    seats.press("eva", "info")
    seats.press("eva", "yes")
    assert seats.house.desk.look(MyTickets(eva))[0].felt == "info"


def test_edit_alone_says_what_can_be_edited(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    assert seats.words("opening-problem-subject.label") in seats.say("eva", "modifica").text


def fill_in(seats: Seats) -> None:
    for step in ("/apri", "Non riesco a stampare", "Premo stampa e non succede niente", "high", "salta"):
        seats.say("eva", step)


def test_back_asks_the_question_before(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    assert seats.words("opening-attached-files") in seats.say("eva", "indietro").text
    assert seats.words("opening-felt") in seats.press("eva", "~back").text


def test_before_the_first_question_there_is_nothing(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    assert seats.words("nothing-before") in seats.say("eva", "indietro").text


def test_cancel_ends_a_talk(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    assert seats.say("eva", "annulla").lines == (seats.words("cancelled"),)
    assert seats.words("nothing-to-cancel") in seats.say("eva", "/annulla").text


def test_start_over_forgets_the_answers(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    assert seats.words("opening-problem-subject") in seats.say("eva", "ricomincia").text


def test_a_needed_answer_can_t_be_skipped(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    assert seats.words("opening-problem-subject") in seats.press("eva", "~skip").text


def test_a_choice_is_understood_by_its_number_and_by_a_near_spelling(seats: Seats, eva: Who) -> None:
    for typed in ("2", "lavoro ma con fattica"):
        for step in ("/apri", "Non riesco a stampare", "Premo stampa e non succede niente"):
            seats.say("eva", step)
        assert seats.words("opening-attached-files") in seats.say("eva", typed).text, typed
        seats.say("eva", "annulla")


def test_what_is_no_option_is_asked_again(seats: Seats, eva: Who) -> None:
    for step in ("/apri", "Non riesco a stampare", "Premo stampa e non succede niente"):
        seats.say("eva", step)
    assert seats.words("pick-one") in seats.say("eva", "mah, chissà").text


def test_files_are_kept_whenever_they_come(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    seats.say("eva", files=(Incoming("r1", "foto.png"),))
    for step in ("Non riesco a stampare", "Premo stampa e non succede niente"):
        seats.say("eva", step)
    seats.say("eva", "high")
    seats.press("eva", "yes")
    assert "foto.png" in seats.text(OPERATORS)


def test_words_beside_a_file_answer_the_question(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    assert (
        seats.words("opening-problem-story")
        in seats.say("eva", "Non riesco a stampare", files=(Incoming("r1", "foto.png"),)).text
    )


def test_where_files_are_asked_words_are_told_so_and_a_no_skips(seats: Seats, eva: Who) -> None:
    for step in ("/apri", "Non riesco a stampare", "Premo stampa e non succede niente", "high"):
        seats.say("eva", step)
    assert seats.words("files-or-skip") in seats.say("eva", "eccola").text
    assert seats.words("opening-open-it") in seats.say("eva", "no grazie").text


def test_a_file_where_none_is_wanted_is_told_so(seats: Seats) -> None:
    seats.say("eva", "/registrati")
    assert seats.words("files-not-wanted") in seats.say("eva", files=(Incoming("r1", "foto.png"),)).text


# Buttons


def test_a_button_pressed_twice_does_its_work_once(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    button = seats.find("eva", "yes")
    seats.press("eva", button)
    assert "1001" in seats.text("eva")
    assert seats.press("eva", button).lines == (seats.words("step-done", open=False),)


def test_a_stale_press_redraws_what_is_open_now(seats: Seats, eva: Who) -> None:
    seats.say("eva", "/apri")
    old = seats.find("eva", "~cancel")
    seats.say("eva", "Non riesco a stampare")
    screen = seats.press("eva", old)
    assert seats.words("step-done", open=True) in screen.text
    assert seats.words("opening-problem-story") in screen.text


def test_only_its_own_person_can_answer_a_talk(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    button = seats.find("eva", "yes")
    assert seats.words("not-your-talk") in seats.press("ugo", button).text
    assert seats.words("opening-open-it") in seats.say("eva", "continua").text


@pytest.mark.parametrize(
    "key",
    [
        "",
        "!",
        "!!",
        "!nothing.1",
        "!claim.x",
        "!claim.1.2.3",
        "1",
        "1.2",
        "x.y.z",
        "99.abc.yes",
        "é.è.à",
        "1.2.~",
        "!offer",
    ],
)
def test_a_press_that_means_nothing_is_met(seats: Seats, eva: Who, key: str) -> None:
    assert seats.press("eva", key).lines == (seats.words("step-done", open=False),)


def test_a_press_in_mid_dialog_is_done_and_the_question_comes_back(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    ask(seats, opened)
    seats.say("eva", "/apri")
    seats.say("eva", "Non riesco a stampare")
    seats.press("eva", f"!answer.{opened}")
    assert seats.words("opening-problem-story") in seats.say("eva", "la 3.2").text
    assert "la 3.2" in said(seats, giulia, opened)


def test_cancelling_what_a_press_began_goes_on_with_what_it_interrupted(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    ask(seats, opened)
    seats.say("eva", "/apri")
    seats.press("eva", f"!answer.{opened}")
    screen = seats.say("eva", "annulla")
    assert "Annullato" in screen.text
    assert seats.words("opening-problem-subject") in screen.text


# Time


def test_after_a_day_both_ways_are_offered(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    seats.house.wait(hours=25)
    assert values(seats.say("eva", "sì")) == ["continue", "anew", "~cancel"]
    assert seats.words("opening-open-it") in seats.press("eva", "continue").text


def test_after_a_month_a_talk_is_gone(seats: Seats, eva: Who) -> None:
    fill_in(seats)
    seats.house.wait(days=31)
    assert seats.words("opening-open-it") not in seats.say("eva", "ciao").text


# What the core says to it


def carrying(outcome: Any) -> Entry:
    class Doing:
        def __init__(self, given: PersonForm) -> None:
            self.given = given

        def carry_out(self, tx: Tx) -> Any:
            return outcome(self.given)

    async def registering(by: Who) -> Doing:
        return Doing(await fill("person", PersonForm))

    return Entry(registering, stranger=True, done="address-proven")


def test_a_refusal_that_names_a_field_asks_that_field_again(house: House) -> None:
    def refuse(given: PersonForm) -> Any:
        if given.email == "bad@example.org":
            raise AddressRefused(given=given.email, field="person.email")
        return {"code": "x"}

    seats = Seats(house, {"register": carrying(refuse)})
    for step in ("/registrati", "Eva", "bad@example.org"):
        seats.say("eva", step)
    screen = seats.say("eva", "salta")
    assert seats.words("refused-address-refused", given="bad@example.org") in screen.text
    assert seats.words("registering-person-email") in screen.text
    assert seats.words("address-proven") in seats.say("eva", "eva@example.org").text


def test_a_refusal_that_names_none_is_told_and_ends_the_talk(house: House) -> None:
    def refuse(given: PersonForm) -> Any:
        raise NotNow(ticket=7, state="closed")

    seats = Seats(house, {"register": carrying(refuse)})
    for step in ("/registrati", "Eva", "eva@example.org"):
        seats.say("eva", step)
    screen = seats.say("eva", "salta")
    assert seats.words("refused-not-now", ticket=7, state="closed") in screen.text
    assert screen.keys == ()


def test_what_a_refused_command_wrote_is_taken_back(house: House) -> None:
    class Writing:
        def carry_out(self, tx: Tx) -> None:
            with pytest.raises(ZeroDivisionError):
                _ = 1 / 0
            Spoiling(tx)
            raise NotNow(ticket=7, state="closed")

    class Spoiling:
        def __init__(self, tx: Tx) -> None:
            from core.notices.tables import chats

            tx.run(chats.update().values(language="xx"))

    async def writing(by: Who) -> Writing:
        return Writing()

    seats = Seats(house, {"help": Entry(writing, stranger=True)})
    assert seats.words("refused-not-now", ticket=7, state="closed") in seats.say("eva", "aiuto").text
    with house.desk.turn() as tx:
        assert {place.language for place in rooms(tx, Room.OPERATORS)} == {"it"}


def test_a_dialog_that_says_nothing_is_answered_for(house: House) -> None:
    async def silent(by: Who) -> None:
        await confirm("answered", about=1)

    seats = Seats(house, {"help": Entry(silent, stranger=True)})
    seats.say("eva", "aiuto")
    assert seats.words("nothing-done") in seats.say("eva", "no").text


# Rooms


def test_who_acts_in_a_room_is_of_the_desk_and_the_leads_are_told(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    assert "Giulia" in seats.text(LEADS)
    assert "Giulia" in seats.text("eva")


def test_a_guest_in_a_room_is_not(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    guest = Person("ugo", "Ugo", "it", direct=False, member=False)
    assert seats.words("members-only") in seats.press("ugo", f"!claim.{opened}", OPERATORS, person=guest).text
    assert seats.say("ugo", f"prendi {opened}", OPERATORS, person=guest).lines == ()
    assert state(seats, eva, opened) == NEW


def test_a_room_s_small_talk_is_not_answered(seats: Seats, giulia: Who) -> None:
    for text in ("buongiorno a tutti", "no", "stop", "ok grazie", "prendi 2 caffè?", "oggi piove"):
        assert seats.say("giulia", text, OPERATORS).lines == (), text


def test_small_talk_is_no_answer_to_a_choice_that_is_open_in_the_room(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    assert values(seats.say("marco", f"prendi {opened}", OPERATORS))[:2] == ["yes", "no"]
    assert seats.say("marco", "buongiorno a tutti quanti", OPERATORS).lines == ()


def test_a_foreign_group_gets_no_answer(seats: Seats) -> None:
    assert seats.say("eva", "aiuto", "some-group").lines == ()


def test_of_two_who_claim_at_once_the_other_is_told_who_did(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    seats.press("giulia", f"!claim.{opened}", OPERATORS)
    assert "Giulia" in seats.press("marco", f"!claim.{opened}", OPERATORS).text


def in_thread(seats: Seats, who: str, text: str, of: int, room: str = OPERATORS) -> None:
    seats.say(who, text, room, about=seats.carried[room or who, of])


def test_what_the_holder_writes_under_a_card_goes_to_the_customer(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    in_thread(seats, "giulia", "Prova a riavviare.", opened)
    assert "Prova a riavviare." in seats.text("eva")


def test_two_strokes_keep_it_inside(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    in_thread(seats, "giulia", "// che pazienza", opened)
    assert seats.text("eva") == ""
    assert "che pazienza" in said(seats, giulia, opened)


@pytest.mark.parametrize("act", ["rispondi", "chiedi", "risolvi"])
def test_two_strokes_keep_it_inside_where_words_for_the_customer_are_asked(
    seats: Seats, eva: Who, giulia: Who, act: str
) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    seats.say("giulia", f"classifica {opened}", OPERATORS)
    seats.press("giulia", "low", OPERATORS)
    seats.say("giulia", f"{act} {opened}", OPERATORS)
    seats.say("giulia", "// che pazienza", OPERATORS)
    assert seats.text("eva") == ""
    assert "che pazienza" in said(seats, giulia, opened)


def test_a_command_about_a_ticket_is_no_answer_to_the_customer_of_another(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"rispondi {opened}", OPERATORS)
    seats.say("giulia", f"nota {opened} che pazienza", OPERATORS)
    assert seats.text("eva") == ""
    assert "che pazienza" in said(seats, giulia, opened)
    asked = seats.words("replying-reply-text", customer="Eva", ticket=opened, subject="La firma non parte")
    assert asked in seats.text(OPERATORS)


def test_what_others_write_stays_inside_and_they_are_offered_to_send_it(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    in_thread(seats, "giulia", "Prova a riavviare.", opened)
    assert seats.text("eva") == ""
    assert values(seats.last(OPERATORS)) == ["send", "no"]
    seats.press("giulia", "send", OPERATORS)
    assert "Prova a riavviare." in seats.text("eva")
    assert state(seats, eva, opened) == CLAIMED


def test_a_desk_can_demand_the_button(house: House) -> None:
    seats = Seats(house, explicit=True)
    eva = house.customer("Eva")
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    in_thread(seats, "giulia", "Prova a riavviare.", opened)
    assert seats.text("eva") == ""


def test_a_command_in_a_ticket_s_thread_is_about_that_ticket(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    in_thread(seats, "giulia", "prendi", opened)
    assert state(seats, eva, opened) == CLAIMED


# Replies to a ticket's message


def test_a_customer_s_reply_to_a_ticket_s_message_goes_to_that_ticket(seats: Seats, eva: Who, giulia: Who) -> None:
    first, _ = ticket(seats, eva), ticket(seats, eva, "Non riesco a stampare")
    in_thread(seats, "eva", "ho anche una foto", first, room="")
    assert "ho anche una foto" in said(seats, giulia, first)


def test_a_reply_to_a_ticket_comes_before_the_open_question(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("eva", "/apri")
    in_thread(seats, "eva", "ho anche una foto", opened, room="")
    assert "ho anche una foto" in said(seats, giulia, opened)
    assert seats.words("opening-problem-subject") in seats.text("eva")


def test_a_reply_to_a_solved_ticket_is_asked_about(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    for step in (f"risolvi {opened}", "medium", "Riavviato."):
        seats.say("giulia", step, OPERATORS)
    in_thread(seats, "eva", "non va ancora, stesso errore", opened, room="")
    assert values(seats.last("eva")) == ["reopen", "add", "no"]
    seats.press("eva", "reopen")
    assert state(seats, eva, opened) == CLAIMED


def test_a_reply_to_a_closed_ticket_offers_a_new_one(seats: Seats, eva: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("eva", f"/ritira {opened}")
    seats.say("eva", "sì")
    assert state(seats, eva, opened) == CLOSED
    in_thread(seats, "eva", "non va ancora, stesso errore", opened, room="")
    assert values(seats.last("eva")) == ["open", "no"]


def test_what_is_opened_by_a_reply_to_a_closed_ticket_follows_it(seats: Seats, eva: Who) -> None:
    closed = ticket(seats, eva)
    seats.say("eva", f"/ritira {closed}")
    seats.say("eva", "sì")
    in_thread(seats, "eva", "non va ancora, stesso errore", closed, room="")
    for step in ("open", "high", "~skip", "yes"):
        seats.press("eva", step)
    newest = seats.house.desk.look(MyTickets(eva, open_only=True))[0]
    assert newest.follows == closed
    assert f"(dopo il {closed})" in seats.text(OPERATORS)


def test_a_reply_that_says_it_works_is_added_and_solving_is_offered(seats: Seats, eva: Who, giulia: Who) -> None:
    opened = ticket(seats, eva)
    seats.say("giulia", f"prendi {opened}", OPERATORS)
    in_thread(seats, "eva", "ora funziona tutto, risolto", opened, room="")
    assert values(seats.last("eva")) == ["solved", "no"]
    assert state(seats, eva, opened) == CLAIMED


# Windows


def test_a_window_carries_its_screen_back_and_leaves_nothing_in_the_outbox(seats: Seats) -> None:
    seats.hearing.house = replace(seats.hearing.house, limits={"terminal": replace(seats.limits, forms=True)})
    place = Place("terminal", "eva", modal="v1")
    person = Person("eva", "Eva", "it")
    form = seats.hearing.hear(Said("1", place, person, text="/registrati")).screen
    assert form
    assert [box.name for box in form.boxes] == ["name", "email", "phone", "organisation", "website"]
    wrong = Filled("2", place, person, key=form.stamp, fields=(("name", "Eva"), ("email", "eva@studio,it")))
    again = seats.hearing.hear(wrong).screen
    assert again
    assert again.stamp == form.stamp
    assert ["virgola" in box.problem for box in again.boxes] == [True]
    seats.deliver()
    assert seats.text("eva") == ""


def test_roles_are_what_the_room_says(seats: Seats, eva: Who, giulia: Who) -> None:
    assert giulia.role is Role.OPERATOR
    opened = ticket(seats, eva)
    seats.press("giulia", f"!claim.{opened}", OPERATORS)
    assert [event.by_role for event in seats.house.desk.look(History(giulia, opened))][-1] is Role.OPERATOR  # type: ignore[arg-type]


def test_every_entry_leads_somewhere() -> None:
    assert {entry.then for entry in MENU.values()} - {""} <= set(MENU)


# Who is in the desk's rooms no more


def test_who_is_in_no_leads_room_any_more_is_no_lead_in_their_own_chat(seats: Seats) -> None:
    seats.house.operator("Marco", lead=True)
    assert seats.text("marco") == ""
    assert seats.words("late", count=0) in seats.say("marco", "/ritardi").text
    operator = Person("marco", "Marco", "it", leads=False)
    assert seats.words("not-for-you") in seats.say("marco", "/ritardi", person=operator).text
    assert seats.words("queue", count=0) in seats.say("marco", "/coda", person=operator).text


def test_who_is_in_no_room_any_more_gets_no_warnings(seats: Seats) -> None:
    giulia = seats.house.operator("Giulia")
    seats.house.desk.do(Subscribe(giulia, on=True))
    seats.say("giulia", "ciao", person=Person("giulia", "Giulia", "it", member=False))
    assert seats.house.desk.look(Subscribers()) == []
