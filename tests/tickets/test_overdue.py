"""The sweep over a real store: what falls due is said once, to whom it concerns, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from core.db import Database
from core.desk import Desk
from core.notices.chats import Furnish, Room, RoomAt
from core.people.commands import Meet
from core.people.staff import Enroll, Revoke, Subscribe
from core.people.who import Role
from core.sla.clock import hours
from core.sla.policy import PAGE, Policy, Severity
from core.sla.tables import alerts
from core.tickets.commands import Answer, Ask, Claim, Classify, Reopen, Solve
from core.tickets.overdue import NextAlert, PolicyKnown, ReplanAll, Sweep
from core.tickets.queries import TicketOf
from core.tickets.tables import tickets
from tests.house import Dice, House, open_house
from tests.tickets.watched import alert_rows, at, lines, sweep_until, told, with_a_chat_of_their_own

HIGH, MEDIUM, LOW, INFO = Severity


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with open_house(database_url) as house:
        house.now = at("Mon 10:00")
        yield house


class TestWhoIsTold:
    def test_of_a_warning_the_operators_room_is(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        sweep_until(house, at("Mon 10:50"))
        assert told(house) == {"#operators": ["warning"]}

    def test_of_a_breach_the_leads_are_as_well_with_buttons(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        sweep_until(house, at("Mon 10:50"))
        told(house)
        sweep_until(house, at("Mon 11:00"))
        assert told(house) == {"#operators": ["breach-told"], "#leads": ["breach"]}

    def test_of_each_repeat_only_the_leads_are(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=HIGH)
        sweep_until(house, at("Mon 10:31"))
        told(house)
        sweep_until(house, at("Mon 12:31"))
        assert told(house) == {"#leads": ["repeat", "repeat"]}

    def test_of_warnings_and_breaches_who_subscribed_is(self, house: House) -> None:
        giulia = with_a_chat_of_their_own(house, house.operator("Giulia"))
        house.desk.do(Subscribe(giulia, on=True))
        house.ticket(house.customer("Eva"), felt=HIGH)
        sweep_until(house, at("Mon 12:00"))
        assert told(house)["giulia"] == ["warning", "breach-told"]

    def test_a_lead_whose_own_chat_is_the_leads_room_is_told_once(self, house: House) -> None:
        rooms = [("#operators", Room.OPERATORS, None), ("anna", Room.LEADS, None)]
        house.desk.do(Furnish(tuple(RoomAt("terminal", name, room, "it", topic) for name, room, topic in rooms)))
        known = house.desk.do(Meet("terminal", "anna", "Anna", "it"))
        house.desk.do(Enroll(known.id, "Anna", lead=True))
        anna = house.stranger("Anna")
        house.desk.do(Subscribe(replace(anna, role=Role.LEAD), on=True))
        house.ticket(house.customer("Eva"), felt=HIGH)
        told(house)
        sweep_until(house, at("Mon 10:31"))
        assert told(house)["anna"] == ["warning", "breach"]

    def test_who_was_revoked_is_told_nothing(self, house: House) -> None:
        giulia = with_a_chat_of_their_own(house, house.operator("Giulia"))
        house.desk.do(Subscribe(giulia, on=True))
        assert giulia.operator
        house.desk.do(Revoke(house.operator("Laura", lead=True), giulia.operator))
        house.ticket(house.customer("Eva"), felt=HIGH)
        sweep_until(house, at("Mon 12:00"))
        assert "giulia" not in told(house)

    def test_a_topics_own_room_is_told_of_its_tickets(self, house: House) -> None:
        rooms = [("#operators", Room.OPERATORS, None), ("#leads", Room.LEADS, None), ("#keys", Room.OPERATORS, "keys")]
        house.desk.do(Furnish(tuple(RoomAt("terminal", name, room, "it", topic) for name, room, topic in rooms)))
        ticket = house.ticket(house.customer("Eva"))
        house.desk.do(Classify(house.operator("Giulia"), ticket.number, HIGH, topic="keys"))
        sweep_until(house, at("Mon 10:30"))
        assert told(house) == {"#keys": ["warning", "breach-told"], "#leads": ["operator-enrolled", "breach"]}

    def test_the_holder_and_the_last_message_are_named(self, house: House) -> None:
        giulia, ticket = house.operator("Giulia"), house.ticket(house.customer("Eva"), felt=HIGH)
        house.desk.do(Claim(giulia, ticket.number))
        sweep_until(house, at("Mon 18:00"))
        breach = lines(house, "#leads")[-1]
        expected = {"operator": giulia.operator, "severity": "high", "due": at("Mon 18:00"), "last": at("Mon 10:00")}
        assert {key: breach.facts[key] for key in expected} == expected

    def test_a_breach_told_in_time_says_nothing_of_being_late(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=HIGH)
        sweep_until(house, at("Mon 10:30"))
        assert lines(house, "#leads")[-1].facts["late"] is None


class TestOnce:
    def test_a_second_sweep_says_nothing_more(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=HIGH)
        sweep_until(house, at("Mon 10:30"))
        told(house)
        house.desk.do(Sweep())
        assert told(house) == {}

    def test_an_alert_whose_next_moment_was_not_written_is_not_said_again(self, house: House) -> None:
        ticket = house.ticket(house.customer("Eva"), felt=MEDIUM)
        sweep_until(house, at("Mon 11:00"))
        told(house)
        with house.desk.turn() as tx:
            tx.run(update(tickets).where(tickets.c.id == ticket.number).values(next_alert_at=at("Mon 11:00")))
        house.desk.do(Sweep())
        assert told(house) == {}

    def test_an_alert_that_stands_there_under_its_number_is_left_to_whoever_wrote_it(self, house: House) -> None:
        ticket = house.ticket(house.customer("Eva"), felt=MEDIUM)
        key = {"ticket_id": ticket.number, "target": "reaction", "kind": "warning", "cycle": 0}
        with house.desk.turn() as tx:  # of a later deadline, so that the sweep thinks that the second is due
            tx.add(alerts, **key, number=2, deadline=at("Mon 12:00"), posted_at=at("Mon 10:00"))
        house.now = at("Mon 10:45")
        house.desk.do(Sweep())
        assert told(house) == {}

    def test_what_fell_due_while_all_was_down_is_told_once_and_says_how_late(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        house.now = at("Mon 14:00")
        house.desk.do(Sweep())
        breach = lines(house, "#leads")
        assert [(line.message, line.facts["late"]) for line in breach] == [("breach", timedelta(hours=3))]

    def test_what_fell_due_while_all_was_down_waits_for_staffed_hours(self, house: House) -> None:
        house.ticket(house.customer("Eva"), felt=MEDIUM)
        house.now = at("Mon 21:00")
        house.desk.do(Sweep())
        assert (told(house), house.desk.look(NextAlert())) == ({}, at("Tue 08:30"))

    def test_a_piece_of_the_work_leaves_the_rest_for_the_next(self, house: House) -> None:
        eva = house.customer("Eva")
        for _ in range(3):
            house.ticket(eva, felt=MEDIUM)
        house.now = at("Mon 11:00")
        assert [house.desk.do(Sweep(most=2)) for _ in range(3)] == [2, 1, 0]

    def test_nothing_open_leaves_nothing_to_wait_for(self, house: House) -> None:
        assert house.desk.look(NextAlert()) is None

    def test_several_who_sweep_at_once_say_each_alert_once(self, house: House) -> None:
        eva = house.customer("Eva")
        numbers = [house.ticket(eva, felt=MEDIUM).number for _ in range(40)]
        house.now = at("Mon 11:00")
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(sweep_in_a_process_of_its_own, [house] * 4))
        assert sorted(row[0] for row in alert_rows(house)) == numbers
        assert told(house) == {"#operators": ["breach-told"] * 40, "#leads": ["breach"] * 40}


def sweep_in_a_process_of_its_own(house: House) -> None:
    """As another process would: over connections of its own."""
    database = Database(house.desk.database.url.render_as_string(hide_password=False))
    desk = Desk(database, clock=lambda: house.now, chance=Dice(), rules=house.rules)
    while (due := desk.look(NextAlert())) and due <= house.now:
        desk.do(Sweep(most=3))
    database.close()


class TestTheClockOfATicket:
    def test_is_read_from_what_happened_to_it(self, house: House) -> None:
        eva, giulia = house.customer("Eva"), house.operator("Giulia")
        house.now = at("Fri 15:00")
        ticket = house.ticket(eva, felt=HIGH)
        house.now = at("Fri 16:00")
        house.desk.do(Ask(giulia, ticket.number, "Che versione usi?"))
        house.now = at("Sat 10:00")
        assert house.desk.do(Answer(eva, ticket.number, "La 4")).resolution_due == at("Mon 15:30", week=1)

    def test_stands_still_while_the_customer_is_waited_for(self, house: House) -> None:
        ticket = house.ticket(house.customer("Eva"), felt=HIGH)
        waiting = house.desk.do(Ask(house.operator("Giulia"), ticket.number, "Che versione usi?"))
        assert (waiting.resolution_due, waiting.next_alert_at) == (None, None)

    def test_begins_a_new_cycle_of_alerts_when_it_is_reopened(self, house: House) -> None:
        eva, giulia = house.customer("Eva"), house.operator("Giulia")
        ticket = house.ticket(eva, felt=LOW)
        sweep_until(house, at("Thu 10:00"))
        house.desk.do(Solve(giulia, ticket.number, "Fatto", LOW))
        house.desk.do(Reopen(eva, ticket.number, "È tornato"))
        sweep_until(house, at("Thu 11:00"))
        assert alert_rows(house)[-1] == (ticket.number, "resolution", "breach", 1, 1)

    def test_re_arms_the_warning_for_a_severer_ticket(self, house: House) -> None:
        giulia, ticket = house.operator("Giulia"), house.ticket(house.customer("Eva"), felt=MEDIUM)
        house.desk.do(Claim(giulia, ticket.number))
        sweep_until(house, at("Mon 17:55"))
        house.desk.do(Classify(giulia, ticket.number, HIGH))
        sweep_until(house, at("Mon 18:00"))
        assert [row[2:] for row in alert_rows(house)] == [("warning", 0, 1), ("warning", 0, 2), ("breach", 0, 1)]


class TestAPolicyThatChanged:
    def test_is_known_once_all_open_tickets_are_planned_by_it(self, house: House) -> None:
        before = house.desk.look(PolicyKnown())
        replan(house)
        assert (before, house.desk.look(PolicyKnown())) == (False, True)

    def test_is_no_longer_known_when_another_has_come(self, house: House) -> None:
        replan(house)
        change_policy(house)
        assert house.desk.look(PolicyKnown()) is False

    def test_moves_the_deadlines_of_open_tickets_piece_by_piece(self, house: House) -> None:
        eva = house.customer("Eva")
        numbers = [house.ticket(eva, felt=HIGH).number for _ in range(3)]
        change_policy(house)
        replan(house)
        assert {house.desk.look(TicketOf(eva, number)).resolution_due for number in numbers} == {at("Mon 12:00")}

    def test_leaves_what_is_solved_alone(self, house: House) -> None:
        eva, giulia = house.customer("Eva"), house.operator("Giulia")
        ticket = house.desk.do(Solve(giulia, house.ticket(eva).number, "Fatto", HIGH))
        change_policy(house)
        replan(house)
        assert house.desk.look(TicketOf(eva, ticket.number)) == ticket

    def test_that_puts_a_deadline_into_the_past_makes_one_breach_and_no_warning(self, house: House) -> None:
        giulia, ticket = house.operator("Giulia"), house.ticket(house.customer("Eva"), felt=HIGH)
        house.desk.do(Claim(giulia, ticket.number))
        house.now = at("Mon 14:00")
        change_policy(house)
        replan(house)
        sweep_until(house, at("Mon 14:01"))
        assert [row[2] for row in alert_rows(house)] == ["breach"]


def change_policy(house: House) -> None:
    """A High is now to be solved within two hours."""
    promises = {**PAGE, HIGH: replace(PAGE[HIGH], resolution=hours(2))}
    house.rules[Policy] = replace(house.rules[Policy], promises=promises)


def replan(house: House) -> None:
    after: int | None = 0
    while after is not None:
        after = house.desk.do(ReplanAll(after=after, most=2))


def test_the_key_of_an_alert_is_kept_by_the_store(house: House) -> None:
    ticket = house.ticket(house.customer("Eva"), felt=HIGH)
    sweep_until(house, at("Mon 10:30"))
    with house.desk.database.read() as conn:
        spoken_of = [row.deadline for row in conn.execute(select(alerts).where(alerts.c.ticket_id == ticket.number))]
    assert spoken_of == [at("Mon 10:30")] * 2


def test_a_ticket_that_cannot_be_planned_keeps_no_other_from_being_told_of(house: House) -> None:
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    broken, whole = house.ticket(eva, "Rotto"), house.ticket(eva, "Intero")
    house.posted()
    house.wait(hours=2)
    long_ago = datetime(1850, 1, 1, tzinfo=UTC)  # before any calendar
    with house.desk.turn() as tx:
        tx.run(update(tickets).where(tickets.c.id == broken.number).values(opened_at=long_ago))
    house.desk.do(Sweep())
    about = {line.facts["ticket"] for line in house.told(giulia) if line.message == "breach-told"}
    assert about == {whole.number}
    assert house.desk.look(TicketOf(giulia, broken.number)).next_alert_at == house.now + timedelta(hours=1)
