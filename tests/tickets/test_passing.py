"""Which way a file goes on from the store, and with which words beside it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.conversations.drawing import Drawing
from bot.conversations.screen import Limits
from bot.words import Lexicon
from core.db import Command
from core.files import FileId, Incoming, attachments
from core.ids import TicketNumber
from core.notices.chats import Furnish, Room, RoomAt
from core.notices.outbox import Kind, Parcel, Unreachable
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import AddMessage, Answer, Ask, Claim, Note, OpenTicket, Reply
from core.tickets.model import Ticket
from core.tickets.passing import FileArrived
from tests.house import House

PHOTO = (Incoming("ref-1", "photo.png", "image/png", 5),)


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


@pytest.fixture
def giulia(house: House) -> Who:
    return house.operator("Giulia")


@pytest.fixture
def number(house: House, eva: Who, giulia: Who) -> TicketNumber:
    """A ticket that Giulia has."""
    return house.desk.do(Claim(giulia, house.ticket(eva).number)).number


def arrive(house: House, command: Command[Ticket]) -> list[Parcel]:
    """Do what a file comes with, let its bytes arrive, and return where it goes."""
    house.desk.do(command)
    house.posted()
    with house.database.read() as conn:
        newest = FileId(conn.execute(select(attachments.c.id).order_by(attachments.c.id.desc())).scalars().first() or 0)
    house.desk.do(FileArrived(newest, 5, "ab" * 32))
    return [one for one in house.posted() if one.kind is Kind.FILE]


def places(parcels: list[Parcel]) -> list[str]:
    return sorted(one.chat.address for one in parcels)


def furnish(house: House, *operators: str) -> None:
    named = tuple(RoomAt("terminal", address, Room.OPERATORS, "it") for address in operators)
    house.desk.do(Furnish((*named, RoomAt("terminal", "#leads", Room.LEADS, "it"))))


class TestWays:
    def test_a_customers_file_goes_to_every_room_of_the_ticket(
        self, house: House, eva: Who, number: TicketNumber
    ) -> None:
        furnish(house, "#operators", "#others")
        assert places(arrive(house, AddMessage(eva, number, "Ecco", PHOTO))) == ["#operators", "#others"]

    def test_it_leaves_after_the_card(self, house: House, eva: Who) -> None:
        opening = OpenTicket(eva, "La firma", "Non parte.", felt=Severity.HIGH, files=PHOTO)
        (parcel,) = arrive(house, opening)
        assert parcel.lane == f"card:{parcel.chat.id}:{parcel.ticket}"

    @pytest.mark.parametrize("act", [Reply, Ask])
    def test_an_operators_file_goes_to_the_customer(
        self, house: House, giulia: Who, number: TicketNumber, act: type[Reply] | type[Ask]
    ) -> None:
        (parcel,) = arrive(house, act(giulia, number, "Guarda qui", PHOTO))
        assert (parcel.chat.address, parcel.lane) == ("eva", f"chat:{parcel.chat.id}")

    def test_it_goes_to_the_ticket_s_other_rooms_as_well_and_not_back(
        self, house: House, giulia: Who, number: TicketNumber
    ) -> None:
        furnish(house, "#operators", "#others")
        assert places(arrive(house, Reply(giulia, number, "Guarda qui", PHOTO))) == ["#others", "eva"]

    def test_what_came_with_a_note_stays_inside(self, house: House, giulia: Who, number: TicketNumber) -> None:
        furnish(house, "#operators", "#others")
        assert places(arrive(house, Note(giulia, number, "Per noi", PHOTO))) == ["#others"]

    def test_a_note_of_a_lead_is_seen_by_the_operators(self, house: House, number: TicketNumber) -> None:
        lead = house.operator("Paola", lead=True)
        assert places(arrive(house, Note(lead, number, "Per noi", PHOTO))) == ["#operators"]

    def test_what_an_operator_typed_in_for_a_caller_is_the_callers_own(
        self, house: House, giulia: Who, number: TicketNumber
    ) -> None:
        house.desk.do(Ask(giulia, number, "Che versione?"))
        assert arrive(house, Answer(giulia, number, "La 4", PHOTO)) == []

    def test_a_closed_room_is_passed_over(self, house: House, eva: Who, giulia: Who, number: TicketNumber) -> None:
        house.desk.do(Unreachable(giulia.chat))
        assert arrive(house, AddMessage(eva, number, "Ecco", PHOTO)) == []

    def test_a_customer_who_can_only_be_called_gets_no_file(
        self, house: House, eva: Who, giulia: Who, number: TicketNumber
    ) -> None:
        house.desk.do(Unreachable(eva.chat))
        assert arrive(house, Reply(giulia, number, "Guarda qui", PHOTO)) == []

    def test_a_file_that_arrives_twice_goes_on_once(self, house: House, eva: Who, number: TicketNumber) -> None:
        (parcel,) = arrive(house, AddMessage(eva, number, "Ecco", PHOTO))
        assert house.desk.do(FileArrived(parcel.lines[0].facts["file"], 5, "ab" * 32))
        assert house.posted() == []

    def test_a_file_that_was_erased_meanwhile_goes_nowhere(self, house: House) -> None:
        assert not house.desk.do(FileArrived(FileId(404), 5, "ab" * 32))
        assert house.posted() == []


class TestCaptions:
    @pytest.fixture
    def drawing(self) -> Drawing:
        return Drawing(Lexicon.load(), ZoneInfo("Europe/Rome"))

    def caption(self, house: House, drawing: Drawing, parcel: Parcel) -> str:
        with house.desk.turn() as tx:
            screen = drawing(tx, parcel, Limits())
        assert screen
        return screen.text

    def test_a_room_reads_who_sent_it(self, house: House, drawing: Drawing, eva: Who, number: TicketNumber) -> None:
        (parcel,) = arrive(house, AddMessage(eva, number, "Ecco", PHOTO))
        assert self.caption(house, drawing, parcel) == "📎 Da Eva."

    def test_a_room_reads_which_colleague_did(self, house: House, drawing: Drawing, number: TicketNumber) -> None:
        (parcel,) = arrive(house, Note(house.operator("Paola", lead=True), number, "Per noi", PHOTO))
        assert self.caption(house, drawing, parcel) == "📎 Da Paola."

    def test_a_customer_reads_which_ticket_it_is_about(
        self, house: House, drawing: Drawing, giulia: Who, number: TicketNumber
    ) -> None:
        (parcel,) = arrive(house, Reply(giulia, number, "Guarda qui", PHOTO))
        assert self.caption(house, drawing, parcel) == f"📎 Da Giulia, per il ticket {number}."
