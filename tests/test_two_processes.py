"""Two processes of one desk on PostgreSQL, each with its own connections: what is done, is done once and in order."""

from __future__ import annotations

from collections import Counter, defaultdict
from multiprocessing import get_context
from typing import Any

import pytest
from sqlalchemy import select

from bot.conversations.heard import Person, Place, Pressed
from core.db import Database, OneAtATime
from core.desk import Desk
from core.errors import AlreadyClaimed
from core.ids import TicketNumber
from core.notices.facts import line
from core.notices.leases import FreeLeasesOfTheDead
from core.notices.outbox import Collect, Kind, Sent, post
from core.notices.tables import outbox, sent_as
from core.people.who import Who
from core.tickets.commands import Claim
from core.tickets.held import Hold, SendHeld
from core.tickets.overdue import Sweep
from core.tickets.queries import MyTickets, Thread
from tests.conversations.seats import CHANNEL, Seats
from tests.house import Dice, House, open_house

MOST_MINUTES = 2


@pytest.fixture
def house(postgres_url: str):
    with open_house(postgres_url) as house:
        yield house


def in_two(work: Any, house: House, *each: tuple[Any, ...]) -> list[Any]:
    """Run *work* in two processes at once, each with its own arguments, and return what they return."""
    url = house.database.url.render_as_string(hide_password=False)
    with get_context("spawn").Pool(2) as pool:
        under_way = [pool.apply_async(work, (url, house.now, house.rules, *arguments)) for arguments in each]
        return [one.get(MOST_MINUTES * 60) for one in under_way]


def desk_of(url: str, now: Any, rules: dict[type, Any]) -> Desk:
    return Desk(Database(url, pool=2), clock=lambda: now, chance=Dice(), rules=rules)


def claim_all(url: str, now: Any, rules: dict[type, Any], by: Who, numbers: list[TicketNumber]) -> list[TicketNumber]:
    desk, won = desk_of(url, now, rules), []
    for number in numbers:
        try:
            desk.do(Claim(by, number))
            won.append(number)
        except AlreadyClaimed:
            pass
    return won


def send_all(url: str, now: Any, rules: dict[type, Any], worker: str) -> int:
    """Take what can be taken until nothing is left, and return how many they were."""
    desk, sent, empty = desk_of(url, now, rules), 0, 0
    while empty < 20:
        parcels = desk.do(Collect(worker, most=3))
        empty = 0 if parcels else empty + 1
        for parcel in parcels:
            desk.do(Sent(parcel, (str(parcel.id),)))
        sent += len(parcels)
    return sent


def sweep_all(url: str, now: Any, rules: dict[type, Any]) -> int:
    desk, looked_at = desk_of(url, now, rules), 0
    while more := desk.do(Sweep()):
        looked_at += more
    return looked_at


def test_what_a_dead_worker_had_leased_is_free_at_once_and_a_living_one_s_is_not(house: House) -> None:
    living = OneAtATime(house.database, "living")
    assert living.take()
    eva = house.customer("Eva")
    for worker in ("living", "dead"):
        with house.desk.turn() as tx:
            post(tx, Kind.ALERT, eva.chat, line("test"), lane=worker)
        assert len(house.desk.do(Collect(worker))) == 1
    house.desk.do(FreeLeasesOfTheDead())
    assert [parcel.lane for parcel in house.desk.do(Collect("third"))] == ["dead"]
    living.leave()


def test_of_two_claims_of_each_ticket_one_wins(house: House):
    eva, giulia, marco = house.customer("Eva"), house.operator("Giulia"), house.operator("Marco")
    numbers = [house.ticket(eva, f"Numero {n}").number for n in range(30)]
    won = in_two(claim_all, house, (giulia, numbers), (marco, numbers))
    assert sorted([*won[0], *won[1]]) == numbers


def press_all(url: str, now: Any, rules: dict[type, Any], together: Any, worker: str, keys: dict[str, str]) -> None:
    """Press each person's key at the very moment at which the other process does."""
    house = House(Database(url, pool=2), rules, now)
    hearing = Seats(house).hearing
    for name, key in keys.items():
        together.wait(MOST_MINUTES * 60)
        hearing.hear(Pressed(f"{worker}-{name}", Place(CHANNEL, name), Person(name, name.title(), "it"), key=key))


def test_one_talk_is_answered_by_one_process_at_a_time(house: House):
    seats, keys = Seats(house), {}
    people = {name: house.customer(name) for name in ("Eva", "Ugo", "Ada", "Leo", "Ivo", "Pia")}
    for name in map(str.lower, people):
        for step in ("/apri", "La firma non parte", "Premo il pulsante e non succede niente", "high", "salta"):
            seats.say(name, step)
        keys[name] = seats.find(name, "yes")
    with get_context("spawn").Manager() as manager:
        together = manager.Barrier(2)
        in_two(press_all, house, (together, "one", keys), (together, "two", keys))
    opened = [len(house.desk.look(MyTickets(who))) for who in people.values()]
    assert opened == [1] * len(people)


def test_each_row_of_the_outbox_leaves_once_and_each_lane_in_order(house: House):
    eva = house.customer("Eva")
    house.posted()
    with house.desk.turn() as tx:
        for n in range(300):
            post(tx, Kind.NOTICE, eva.chat, line("greeting"), lane=f"lane:{n % 15}")
    assert sum(in_two(send_all, house, ("one",), ("two",))) == 300
    with house.database.read() as conn:
        joined = sent_as.join(outbox, outbox.c.id == sent_as.c.outbox_id)
        rows = conn.execute(select(outbox.c.lane, outbox.c.id).select_from(joined).order_by(sent_as.c.id)).all()
    lanes: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        lanes[row.lane].append(row.id)
    assert len(rows) == 300
    assert all(sent == sorted(sent) for sent in lanes.values())


def send_held(url: str, now: Any, rules: dict[type, Any], together: Any) -> int:
    """Send what is held at the very moment at which the other process does."""
    desk, sent = desk_of(url, now, rules), 0
    together.wait(MOST_MINUTES * 60)
    while more := desk.do(SendHeld(most=1)):
        sent += more
    return sent


def test_held_words_are_sent_once(house: House):
    eva, giulia = house.customer("Eva"), house.operator("Giulia")
    number = house.desk.do(Claim(giulia, house.ticket(eva).number)).number
    for n in range(60):
        house.desk.do(Hold(giulia, number, f"m{n}", f"Numero {n}"))
    house.wait(seconds=10)
    with get_context("spawn").Manager() as manager:
        together = manager.Barrier(2)
        sent = in_two(send_held, house, (together,), (together,))
    said = [one.text for one in house.desk.look(Thread(giulia, number, last=100))][1:]
    assert sum(sent) == 60
    assert sorted(said) == sorted(f"Numero {n}" for n in range(60))


def test_each_alert_is_posted_once(house: House):
    eva = house.customer("Eva")
    for n in range(25):
        house.ticket(eva, f"Numero {n}")
    house.posted()
    house.wait(hours=1, minutes=1)
    in_two(sweep_all, house, (), ())
    alerts = [one.lines[0] for one in house.posted() if one.kind is Kind.ALERT and one.chat.address == "#operators"]
    told = Counter((alert.message, alert.facts["ticket"]) for alert in alerts)
    assert len(told) >= 25
    assert set(told.values()) == {1}
