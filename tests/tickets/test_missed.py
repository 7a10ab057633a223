"""Where a channel's people may have written while nobody listened."""

from __future__ import annotations

from core.ids import ChatId
from core.notices.chats import Furnish, Room, RoomAt, meet
from core.notices.inbox import once
from core.notices.outbox import Collect, Kind, Sent
from core.tickets.missed import Listened, ListenedTo
from tests.house import House


def heard(house: House, chat: ChatId, key: str) -> None:
    with house.desk.turn() as tx:
        once(tx, "slack", key, f"chat:{chat}", {})


def chat(house: House, address: str) -> ChatId:
    with house.desk.turn() as tx:
        return meet(tx, "slack", address, language="it").id


def listened(house: House) -> tuple[Listened, ...]:
    return house.desk.look(ListenedTo("slack"))


def test_people_are_listened_to_from_what_was_heard_last(house: House) -> None:
    first, second = chat(house, "D1"), chat(house, "D2")
    chat(house, "D3")
    heard(house, first, "D1:1.000100")
    heard(house, first, "D1:2.000100")
    heard(house, second, "D2:3.000100:4.000100")
    heard(house, second, "17.18.of-a-press")
    assert listened(house) == (
        Listened("D2", newest="D2:3.000100:4.000100"),
        Listened("D1", newest="D1:2.000100"),
        Listened("D3"),
    )


def test_other_channels_are_none_of_it(house: House) -> None:
    house.stranger("eva")
    assert listened(house) == ()


def test_in_rooms_the_threads_of_open_tickets_are_listened_to(house: House) -> None:
    house.desk.do(Furnish((RoomAt("slack", "C1", Room.OPERATORS, "it"),)))
    house.ticket(house.customer("Eva"))
    for parcel in house.desk.do(Collect("test", most=100)):
        house.desk.do(Sent(parcel, ("5.000100",) if parcel.kind is Kind.CARD else ()))
    room = chat(house, "C1")
    heard(house, room, "C1:6.000100")
    assert listened(house) == (Listened("C1", "5.000100", "C1:6.000100"),)
