"""Two customers that are one person, and a person who is to be forgotten."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.db import Tx, metadata
from core.errors import NotYours, UnknownCustomer
from core.files import Incoming, attachments
from core.ids import CustomerId
from core.notices.inbox import take
from core.notices.outbox import Kind, post
from core.people.commands import Meet, OfferLink, RegisterCaller, UseLink, Vouch
from core.people.queries import CustomerOf, FindCustomer, Identities
from core.people.tables import customers
from core.people.who import DESK, Who
from core.talks import Talk, begin
from core.tickets.commands import AddMessage, Claim, OpenTicket, Reply
from core.tickets.lifecycle import Act
from core.tickets.merging import EraseCustomer, MergeCustomers
from core.tickets.queries import History, MyTickets, Thread, TicketOf
from core.tickets.tables import ticket_events
from tests.house import House


@pytest.fixture
def giulia(house: House) -> Who:
    return house.operator("Giulia")


@pytest.fixture
def marco(house: House) -> Who:
    return house.operator("Marco", lead=True)


@pytest.fixture
def eva(house: House) -> Who:
    return house.customer("Eva")


class TestMerging:
    def test_moves_the_tickets(self, house: House, giulia: Who, eva: Who) -> None:
        caller = house.desk.do(RegisterCaller(giulia, "Eva al telefono", phone="333 1234567"))
        ticket = house.desk.do(OpenTicket(giulia, "Non firma", "Da ieri.", customer=caller.id))
        known = house.desk.do(MergeCustomers(giulia, into=eva.customer, from_=caller.id))
        assert [one.number for one in house.desk.look(MyTickets(eva))] == [ticket.number]
        assert (known.name, known.phone) == ("Eva", "333 1234567")

    def test_is_written_down_in_each_ticket(self, house: House, giulia: Who, eva: Who) -> None:
        caller = house.desk.do(RegisterCaller(giulia, "Eva"))
        ticket = house.desk.do(OpenTicket(giulia, "Non firma", "Da ieri.", customer=caller.id))
        house.desk.do(MergeCustomers(giulia, into=eva.customer, from_=caller.id))
        last = house.desk.look(History(giulia, ticket.number))[-1]
        assert (last.act, last.facts["about"], last.facts["from"]) == (Act.NOTE, "customers-merged", caller.id)

    def test_draws_the_cards_of_open_tickets_anew(self, house: House, giulia: Who, eva: Who) -> None:
        caller = house.desk.do(RegisterCaller(giulia, "Eva"))
        ticket = house.desk.do(OpenTicket(giulia, "Non firma", "Da ieri.", customer=caller.id))
        house.posted()
        house.desk.do(MergeCustomers(giulia, into=eva.customer, from_=caller.id))
        assert [(parcel.kind, parcel.ticket) for parcel in house.posted()] == [(Kind.CARD, ticket.number)]

    def test_leaves_the_old_code_good_for_finding(self, house: House, giulia: Who, eva: Who) -> None:
        caller = house.desk.do(RegisterCaller(giulia, "Eva"))
        house.desk.do(MergeCustomers(giulia, into=eva.customer, from_=caller.id))
        assert [one.id for one in house.desk.look(FindCustomer(giulia, caller.code))] == [eva.customer]

    def test_takes_along_who_was_merged_before(self, house: House, giulia: Who, eva: Who) -> None:
        first, second = (house.desk.do(RegisterCaller(giulia, f"Eva {n}")) for n in range(2))
        house.desk.do(MergeCustomers(giulia, into=second.id, from_=first.id))
        house.desk.do(MergeCustomers(giulia, into=eva.customer, from_=second.id))
        assert house.desk.look(CustomerOf(first.id)).id == eva.customer

    def test_of_somebody_with_themselves_changes_nothing(self, house: House, giulia: Who, eva: Who) -> None:
        known = house.desk.look(CustomerOf(eva.customer))
        assert house.desk.do(MergeCustomers(giulia, into=eva.customer, from_=eva.customer)) == known

    def test_is_for_operators(self, house: House, giulia: Who, eva: Who) -> None:
        caller = house.desk.do(RegisterCaller(giulia, "Eva"))
        with pytest.raises(NotYours):
            house.desk.do(MergeCustomers(eva, into=eva.customer, from_=caller.id))

    def test_needs_two_who_exist(self, house: House, giulia: Who, eva: Who) -> None:
        with pytest.raises(UnknownCustomer):
            house.desk.do(MergeCustomers(giulia, into=eva.customer, from_=CustomerId(99)))


SECRETS = (
    "Rossi",
    "eva.rossi@example.org",
    "333 1234567",
    "Studio Bianchi",
    "evachat",
    "Il mio segreto",
    "segreto.pdf",
)


class TestErasing:
    @pytest.fixture
    def full(self, house: House, giulia: Who) -> Who:
        """A customer who has left words everywhere."""
        eva = replace(house.stranger("EvaChat"), name="Rossi")
        house.desk.do(Meet("terminal", "evachat", "Eva Rossi", "it", chat=eva.chat))
        known = house.desk.do(
            RegisterCaller(
                giulia, "Eva Rossi", "eva.rossi@example.org", "333 1234567", "Studio Bianchi", "CONDAFNE", "it", True
            )
        )
        house.desk.do(Vouch(giulia, known.id))
        with house.desk.turn() as tx:
            tx.run(metadata.tables["identities"].update().where(_is(eva)).values(customer_id=known.id))
        eva = replace(eva, customer=known.id)
        files = (Incoming("Il mio segreto", "segreto.pdf", "application/pdf", 10),)
        ticket = house.desk.do(OpenTicket(eva, "Il mio segreto", "Il mio segreto è lungo.", files=files))
        house.desk.do(Claim(giulia, ticket.number))
        house.desk.do(Reply(giulia, ticket.number, "Gentile Rossi, il suo segreto è al sicuro."))
        house.posted()
        house.desk.do(AddMessage(eva, ticket.number, "Il mio segreto ancora."))
        with house.desk.turn() as tx:
            self.leave_words(tx, eva)
        return eva

    def leave_words(self, tx: Tx, eva: Who) -> None:
        begin(tx, Talk(0, eva.identity, eva.chat, "open", answers={"subject": "Il mio segreto"}))
        take(tx, "terminal", "1", "terminal:evachat", {"text": "Il mio segreto"})
        take(tx, "terminal", "2", "evachat", {"text": "Il mio segreto"})

    def test_leaves_none_of_the_person_s_words_in_any_table(self, house: House, marco: Who, full: Who) -> None:
        assert {word for word in SECRETS if word in everything(house)} == set(SECRETS)
        house.desk.do(EraseCustomer(marco, full.customer))
        assert {word for word in SECRETS if word in everything(house)} == set()

    def test_leaves_the_figures(self, house: House, giulia: Who, marco: Who, full: Who) -> None:
        (before,) = house.desk.look(MyTickets(full))
        events = rows(house, "ticket_events")
        house.desk.do(EraseCustomer(marco, full.customer))
        after = house.desk.look(TicketOf(giulia, before.number))
        assert after == replace(before, subject="")
        assert rows(house, "ticket_events") == events

    def test_leaves_the_operators_a_ticket_without_words(
        self, house: House, giulia: Who, marco: Who, full: Who
    ) -> None:
        (ticket,) = house.desk.look(MyTickets(full))
        house.desk.do(EraseCustomer(marco, full.customer))
        said = house.desk.look(Thread(giulia, ticket.number, notes=True))
        assert [(one.text, one.deleted, one.files) for one in said] == [("", True, ())] * 3

    def test_says_which_bytes_must_go(self, house: House, marco: Who, full: Who) -> None:
        with house.desk.turn() as tx:
            key = tx.value(select(attachments.c.key))
        erased = house.desk.do(EraseCustomer(marco, full.customer))
        assert (erased.tickets, erased.keys) == (1, (key,))

    def test_makes_the_person_a_stranger(self, house: House, marco: Who, full: Who) -> None:
        house.desk.do(EraseCustomer(marco, full.customer))
        with pytest.raises(UnknownCustomer):
            house.desk.look(CustomerOf(full.customer))
        again = house.stranger("EvaChat")
        assert again.identity != full.identity
        assert again.customer is None

    def test_says_nothing_more_to_them(self, house: House, marco: Who, full: Who) -> None:
        house.desk.do(EraseCustomer(marco, full.customer))
        assert {parcel.kind for parcel in house.posted()} <= {Kind.CARD, Kind.ALERT}

    def test_takes_those_who_were_merged_into_them(self, house: House, giulia: Who, marco: Who, full: Who) -> None:
        caller = house.desk.do(RegisterCaller(giulia, "Eva altrove", "altrove@example.org"))
        house.desk.do(MergeCustomers(giulia, into=full.customer, from_=caller.id))
        house.desk.do(EraseCustomer(marco, full.customer))
        assert "altrove" not in everything(house)

    def test_leaves_a_colleague_their_channel(self, house: House, giulia: Who, marco: Who, eva: Who) -> None:
        house.desk.do(UseLink(giulia, house.desk.do(OfferLink(eva))))
        house.desk.do(EraseCustomer(marco, eva.customer))
        again = house.desk.do(Meet("terminal", "giulia", "Giulia", "it"))
        assert (again.id, again.operator, again.customer) == (giulia.identity, giulia.operator, None)

    def test_leaves_everybody_else_alone(self, house: House, marco: Who, eva: Who, full: Who) -> None:
        ticket = house.ticket(eva)
        known = house.desk.look(CustomerOf(eva.customer))
        house.desk.do(EraseCustomer(marco, full.customer))
        assert house.desk.look(CustomerOf(eva.customer)) == known
        assert house.desk.look(TicketOf(eva, ticket.number)) == ticket
        assert len(house.desk.look(Identities(eva.customer))) == 1

    def test_is_for_leads_and_the_desk_itself(self, house: House, giulia: Who, eva: Who) -> None:
        for by in (giulia, eva):
            with pytest.raises(NotYours):
                house.desk.do(EraseCustomer(by, eva.customer))
        assert house.desk.do(EraseCustomer(DESK, eva.customer)).tickets == 0

    def test_happens_once(self, house: House, marco: Who, full: Who) -> None:
        house.desk.do(EraseCustomer(marco, full.customer))
        with pytest.raises(UnknownCustomer):
            house.desk.do(EraseCustomer(marco, full.customer))

    def test_leaves_two_who_are_erased_apart(self, house: House, marco: Who, eva: Who, full: Who) -> None:
        house.desk.do(EraseCustomer(marco, full.customer))
        house.desk.do(EraseCustomer(marco, eva.customer))
        with house.desk.turn() as tx:
            assert len({row.code for row in tx.all(select(customers.c.code))}) == 2

    def test_of_a_lane_takes_no_other_s(self, house: House, marco: Who, full: Who) -> None:
        with house.desk.turn() as tx:
            take(tx, "terminal", "3", "terminal:notevachat", {"text": "di un altro"})
        house.desk.do(EraseCustomer(marco, full.customer))
        assert "di un altro" in everything(house)

    def test_takes_what_was_to_be_said(self, house: House, marco: Who, full: Who) -> None:
        with house.desk.turn() as tx:
            post(tx, Kind.REPLY, full.chat)
        house.desk.do(EraseCustomer(marco, full.customer))
        assert [parcel for parcel in house.posted() if parcel.chat.id == full.chat] == []


def _is(who: Who):
    return metadata.tables["identities"].c.id == who.identity


def everything(house: House) -> str:
    """Every row of every table, as text."""
    return "\n".join(str(rows(house, table.name)) for table in metadata.sorted_tables)


def rows(house: House, table: str) -> list[tuple]:
    with house.desk.turn() as tx:
        return [tuple(row) for row in tx.all(select(metadata.tables[table]).order_by(metadata.tables[table].c.id))]


def test_events_hold_no_words(house: House, eva: Who) -> None:
    house.ticket(eva, "Il mio segreto")
    assert "segreto" not in str(rows(house, ticket_events.name))
