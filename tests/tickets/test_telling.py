"""A room that can be written to again, or lies elsewhere, is shown all that is open."""

from __future__ import annotations

from core.ids import ChatId, TicketNumber
from core.notices.chats import Furnish, Room, RoomAt, at_address, chat
from core.notices.outbox import Kind, SentAs
from core.tickets.commands import Close, OpenTicket, Solve
from core.tickets.telling import OpenRooms, RoomMoved, ShowAllCards
from tests.house import House


def room(house: House, address: str = "#operators") -> ChatId:
    with house.desk.turn() as tx:
        place = at_address(tx, "terminal", address)
    assert place
    return place.id


def cards(house: House, place: ChatId) -> list[TicketNumber | None]:
    """Take all that is due, and return of which tickets cards were among it."""
    return [one.ticket for one in house.posted() if one.kind is Kind.CARD and one.chat.id == place]


def test_every_open_ticket_is_shown_and_no_other(house: House) -> None:
    eva = house.customer("Eva")
    going_on, withdrawn, solved = (house.ticket(eva, subject) for subject in ("Firma", "Accesso", "Invio"))
    lead = house.operator("Giulia", lead=True)
    for number in (withdrawn.number, solved.number):
        house.desk.do(Solve(lead, number, "Fatto", severity=going_on.urgency))
    house.desk.do(Close(eva, withdrawn.number))
    cards(house, room(house))
    house.desk.do(ShowAllCards(room(house)))
    assert cards(house, room(house)) == [going_on.number]


def test_a_card_that_waits_anyway_is_not_posted_twice(house: House) -> None:
    ticket = house.ticket(house.customer("Eva"))
    house.desk.do(ShowAllCards(room(house)))
    assert cards(house, room(house)) == [ticket.number]


def test_a_room_for_one_topic_is_shown_those_of_its_topic(house: House) -> None:
    named = [("#operators", Room.OPERATORS, None), ("#signing", Room.OPERATORS, "signing")]
    house.desk.do(Furnish(tuple(RoomAt("terminal", address, kind, "it", topic) for address, kind, topic in named)))
    eva = house.customer("Eva")
    signing = house.desk.do(OpenTicket(eva, "La firma", "Non parte.", topic="signing"))
    other = house.desk.do(OpenTicket(eva, "Il pagamento", "Non va.", topic="paying"))
    house.posted()
    for address in ("#operators", "#signing"):
        house.desk.do(ShowAllCards(room(house, address)))
    shown = house.posted()
    assert {(one.chat.address, one.ticket) for one in shown} == {
        ("#operators", other.number),
        ("#signing", signing.number),
    }


def test_a_room_that_is_new_in_the_settings_is_shown_what_is_open(house: House) -> None:
    ticket = house.ticket(house.customer("Eva"))
    house.posted()
    named = Furnish((RoomAt("terminal", "#elsewhere", Room.OPERATORS, "it"),))
    house.desk.do(OpenRooms(named))
    assert cards(house, room(house, "#elsewhere")) == [ticket.number]
    house.desk.do(OpenRooms(named))
    assert cards(house, room(house, "#elsewhere")) == []


def test_the_leads_room_has_no_cards(house: House) -> None:
    house.ticket(house.customer("Eva"))
    assert house.desk.do(ShowAllCards(room(house, "#leads"))) == 0


def test_a_room_that_moved_is_shown_all_anew_at_its_new_address(house: House) -> None:
    ticket, place = house.ticket(house.customer("Eva")), room(house)
    cards(house, place)
    house.desk.do(RoomMoved("terminal", "#operators", "#supergroup"))
    with house.desk.turn() as tx:
        assert chat(tx, place).address == "#supergroup"
        assert SentAs(place, ticket.number, Kind.CARD).answer(tx) is None
    assert cards(house, place) == [ticket.number]


def test_a_move_that_was_told_twice_is_one(house: House) -> None:
    house.ticket(house.customer("Eva"))
    house.desk.do(RoomMoved("terminal", "#operators", "#supergroup"))
    house.posted()
    assert house.desk.do(RoomMoved("terminal", "#operators", "#supergroup")) is None
    assert house.posted() == []
