"""A room that can't be written to any more, and signs at people's messages: what is left in the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.ids import ChatId
from core.notices.chats import at_address
from core.notices.outbox import Collect, Kind, Sent, Sign, Unreachable, show_sign
from core.notices.tables import outbox
from core.tickets.commands import Claim
from tests.house import House


def room(house: House, address: str) -> ChatId:
    with house.desk.turn() as tx:
        place = at_address(tx, "terminal", address)
    assert place
    return place.id


def waiting(house: House, place: ChatId) -> Sequence[str]:
    with house.database.read() as conn:
        undone = select(outbox.c.kind).where(outbox.c.chat_id == place, outbox.c.done_at.is_(None))
        return conn.execute(undone.order_by(outbox.c.id)).scalars().all()


class TestAClosedRoom:
    def test_the_other_rooms_are_told_once(self, house: House) -> None:
        for _ in range(2):
            house.desk.do(Unreachable(room(house, "#operators")))
        told = [(one.chat.address, one.lines[0].message, one.lines[0].facts["room"]) for one in house.posted()]
        assert told == [("#leads", "room-closed", "operators")]

    def test_nobody_is_told_of_a_persons_own_chat(self, house: House) -> None:
        house.desk.do(Unreachable(house.stranger("Eva").chat))
        assert house.posted() == []

    def test_what_waits_for_it_is_given_up(self, house: House) -> None:
        house.ticket(house.customer("Eva"))
        assert waiting(house, room(house, "#operators"))
        house.desk.do(Unreachable(room(house, "#operators")))
        assert waiting(house, room(house, "#operators")) == []

    def test_no_card_is_posted_to_it_even_where_one_was_shown(self, house: House) -> None:
        ticket, giulia = house.ticket(house.customer("Eva")), house.operator("Giulia")
        for parcel in house.desk.do(Collect("test", most=100)):
            house.desk.do(Sent(parcel, (f"m{parcel.id}",)))
        house.desk.do(Unreachable(giulia.chat))
        house.desk.do(Claim(giulia, ticket.number))
        assert waiting(house, giulia.chat) == []


class TestSigns:
    def sign(self, house: House, *signs: Sign, message: str = "46@45") -> ChatId:
        place = room(house, "#operators")
        for sign in signs:
            with house.desk.turn() as tx:
                show_sign(tx, place, message, sign)
        return place

    def test_a_sign_is_posted_with_the_message_it_is_for(self, house: House) -> None:
        self.sign(house, Sign.WAITING)
        (parcel,) = house.posted()
        assert (parcel.kind, dict(parcel.lines[0].facts)) == (Kind.SIGN, {"message": "46@45", "sign": "waiting"})

    def test_a_newer_sign_takes_the_place_of_one_that_has_not_left(self, house: House) -> None:
        self.sign(house, Sign.WAITING, Sign.SENT)
        assert [one.lines[0].facts["sign"] for one in house.posted()] == ["sent"]

    def test_a_newer_sign_waits_for_one_that_is_on_its_way(self, house: House) -> None:
        self.sign(house, Sign.WAITING)
        (first,) = house.desk.do(Collect("one"))
        self.sign(house, Sign.SENT)
        assert house.desk.do(Collect("one")) == []
        house.desk.do(Sent(first))
        assert [one.lines[0].facts["sign"] for one in house.posted()] == ["sent"]
