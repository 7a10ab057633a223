"""The digest at opening and the list before closing: to whom, of what, and once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.policies import SlaSettings
from core.notices.chats import Furnish, Room, RoomAt
from core.sla.policy import Policy, Severity
from core.tickets.commands import Ask, Claim, Classify
from core.tickets.daily import MOST_LISTED, BeforeClosing, Digest, digest_at, list_at
from tests.house import House, open_house
from tests.tickets.watched import at, lines, told

HIGH, MEDIUM, LOW, INFO = Severity


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with open_house(database_url) as house:
        house.now = at("Mon 10:00")
        yield house


def opened(house: House, when: datetime, felt: Severity | None = HIGH, *, claimed: bool = True) -> int:
    house.now = when
    ticket = house.ticket(house.customer(f"Eva{when:%d%H%M%S%f}"), felt=felt)
    if claimed:
        house.desk.do(Claim(house.operator("Giulia"), ticket.number))
    house.posted()
    return ticket.number


def said(house: House, address: str) -> list[tuple[str, int | None]]:
    return [(line.message, line.facts.get("ticket")) for line in lines(house, address)]


class TestTheDigest:
    def test_tells_the_leads_what_is_late_and_what_falls_due_today(self, house: House) -> None:
        late, today = opened(house, at("Mon 09:00")), opened(house, at("Mon 15:00"))
        house.now = at("Tue 08:30")
        house.desk.do(Digest())
        assert said(house, "#leads") == [
            ("digest", None),
            ("digest-late", None),
            ("late-item", late),
            ("digest-today", None),
            ("list-item", today),
        ]

    def test_tells_nobody_else(self, house: House) -> None:
        opened(house, at("Mon 15:00"))
        house.now = at("Tue 08:30")
        house.desk.do(Digest())
        assert set(told(house)) == {"#leads"}

    def test_counts_what_falls_due_at_opening_as_due_today(self, house: House) -> None:
        opened(house, at("Mon 15:00"))
        house.now = at("Tue 08:30")
        house.desk.do(Digest())
        assert lines(house, "#leads")[0].facts == {"late": 0, "today": 1}

    def test_names_a_ticket_in_both_lists_that_is_late_and_falls_due(self, house: House) -> None:
        number = opened(house, at("Mon 15:00"), claimed=False)
        house.now = at("Tue 08:30")
        house.desk.do(Digest())
        assert [one for one in said(house, "#leads") if one[1]] == [("late-item", number), ("list-item", number)]

    def test_is_said_once_a_day(self, house: House) -> None:
        opened(house, at("Mon 15:00"))
        house.now = at("Tue 08:30")
        assert [house.desk.do(Digest()), house.desk.do(Digest())] == [True, False]

    def test_is_made_up_for_within_the_same_day(self, house: House) -> None:
        opened(house, at("Mon 15:00"))
        house.now = at("Tue 11:00")
        assert house.desk.do(Digest()) is True

    def test_is_not_said_when_nobody_is_there(self, house: House) -> None:
        house.now = at("Tue 20:00")
        assert house.desk.do(Digest()) is False

    def test_says_nothing_where_there_is_nothing_to_say(self, house: House) -> None:
        house.now = at("Tue 08:30")
        house.desk.do(Digest())
        assert told(house) == {}

    def test_leaves_out_what_waits_for_its_customer(self, house: House) -> None:
        number = opened(house, at("Mon 15:00"))
        house.desk.do(Ask(house.operator("Giulia"), number, "Che versione usi?"))
        house.now = at("Tue 08:30")
        house.desk.do(Digest())
        assert told(house) == {}

    def test_cuts_a_long_list_with_a_number(self, house: House) -> None:
        for second in range(MOST_LISTED + 2):
            opened(house, at("Mon 15:00") + timedelta(seconds=second))
        house.now = at("Tue 08:31")
        house.desk.do(Digest())
        last = lines(house, "#leads")[-1]
        assert (last.message, last.facts) == ("list-more", {"count": 2})


class TestTheListBeforeClosing:
    def test_tells_operators_and_leads_what_falls_due_around_the_night(self, house: House) -> None:
        opened(house, at("Mon 15:00"))  # due as the desk opens, to the second
        house.now = at("Mon 18:00")
        house.desk.do(BeforeClosing())
        assert told(house) == {name: ["list-before-closing", "list-item"] for name in ("#operators", "#leads")}

    def test_holds_what_is_due_until_an_hour_after_the_next_opening(self, house: House) -> None:
        within, _after = opened(house, at("Mon 09:30"), MEDIUM), opened(house, at("Mon 09:31"), MEDIUM)
        house.now = at("Mon 18:00")
        house.desk.do(BeforeClosing())
        assert said(house, "#operators") == [("list-before-closing", None), ("list-item", within)]

    def test_holds_a_reaction_that_nobody_has_met(self, house: House) -> None:
        opened(house, at("Mon 17:59"), MEDIUM, claimed=False)
        house.now = at("Mon 18:00")
        house.desk.do(BeforeClosing())
        assert [line.facts["target"] for line in lines(house, "#operators")[1:]] == ["reaction"]

    def test_holds_a_ticket_that_has_no_severity_yet(self, house: House) -> None:
        opened(house, at("Mon 17:59"), None, claimed=False)
        house.now = at("Mon 18:00")
        house.desk.do(BeforeClosing())
        assert [line.facts["severity"] for line in lines(house, "#operators")[1:]] == [None]

    def test_holds_what_nobody_has_taken_in_time_if_its_solution_falls_due(self, house: House) -> None:
        opened(house, at("Mon 15:00"), claimed=False)  # its reaction is late, its resolution due at opening
        house.now = at("Mon 18:00")
        house.desk.do(BeforeClosing())
        assert [line.facts["target"] for line in lines(house, "#operators")[1:]] == ["resolution"]

    def test_leaves_out_what_is_late_already(self, house: House) -> None:
        opened(house, at("Mon 08:30"))
        house.now = at("Mon 18:00")
        house.desk.do(BeforeClosing())
        assert told(house) == {}

    def test_is_not_said_before_its_hour(self, house: House) -> None:
        opened(house, at("Mon 15:00"))
        house.now = at("Mon 17:59")
        assert house.desk.do(BeforeClosing()) is False

    def test_gives_a_topics_tickets_to_its_own_room(self, house: House) -> None:
        rooms = [("#operators", Room.OPERATORS, None), ("#keys", Room.OPERATORS, "keys")]
        house.desk.do(Furnish(tuple(RoomAt("terminal", name, room, "it", topic) for name, room, topic in rooms)))
        general, special = opened(house, at("Mon 15:00")), opened(house, at("Mon 15:01"))
        house.desk.do(Classify(house.operator("Giulia"), special, HIGH, topic="keys"))
        house.posted()
        house.now = at("Mon 18:00")
        house.desk.do(BeforeClosing())
        found = {parcel.chat.address: parcel.lines[1].facts["ticket"] for parcel in house.posted()}
        assert found == {"#operators": general, "#keys": special}


class TestTheirMoments:
    def test_of_the_digest_is_the_opening_of_the_day_that_runs(self, house: House) -> None:
        calendar = house.rules[Policy].calendar
        assert [digest_at(calendar, at(now)) for now in ("Mon 18:59", "Mon 19:00")] == [
            at("Mon 08:30"),
            at("Tue 08:30"),
        ]

    def test_of_the_list_is_an_hour_before_the_last_closing(self, house: House) -> None:
        assert list_at(house.rules[Policy].calendar, at("Mon 10:00")) == at("Mon 18:00")

    def test_of_the_list_is_never_in_a_break(self) -> None:
        calendar = SlaSettings(hours=("Mon-Fri 08:30-13:00,14:30-15:00",)).to_calendar()
        assert list_at(calendar, at("Mon 10:00")) == at("Mon 14:30")
