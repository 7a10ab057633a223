"""Watching: what a scrape of the metrics and a look of the watchdog cost, on a desk of 100,000 tickets.

Goals: with 2,000 of them open and 2,000 messages waiting, a scrape asks the store for less than 50 ms and a look of the
watchdog for less than 50 ms; and what is closed or was sent adds nothing that would be felt.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.openings import fresh_house
from bot.adapters.trying import Contact
from bot.watchdog import Watchdog
from bot.watching.metrics import Metrics
from bot.watching.tally import Tally
from core.notices.stuck import StuckHeard, StuckParcels
from core.notices.tables import outbox
from core.sla.policy import Severity
from core.tickets.gauges import HappenedSince, HowItStands
from core.tickets.stuck import StuckMoments
from core.tickets.tables import ticket_events, tickets
from tests.house import House
from tests.postgres import postgres_server

TICKETS, OPEN, SENT_EACH, WAITING, ROUNDS = 100_000, 2_000, 2, 2_000, 15


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{Path(folder) / 'desk.db'}")
    with postgres_server() as server:
        measure("PostgreSQL", server.url(server.create()))


def measure(name: str, url: str) -> None:
    with fresh_house(url) as house:
        fill(house, OPEN)
        tell(name, house, OPEN)
        with house.desk.turn() as tx:
            tx.run(tickets.update().values(closed_at=None, state="new"))
        tell(name, house, TICKETS)


def tell(name: str, house: House, open_: int) -> None:
    desk, minute = house.desk, timedelta(minutes=1)
    stands = middle(lambda: desk.look(HowItStands()))
    happened = middle(lambda: desk.look(HappenedSince(TICKETS * 2 - 100)))
    page = asyncio.run(pages(house))
    looks = middle(
        lambda: (
            desk.look(StuckParcels(minute)),
            desk.look(StuckHeard(minute, ("telegram",))),
            desk.look(StuckMoments(minute)),
        )
    )
    print(
        f"{name}, {TICKETS:,} tickets of which {open_:,} open, {WAITING:,} messages waiting of {TICKETS * SENT_EACH:,}: "
        f"how it stands {stands:.1f} ms, what happened {happened:.1f} ms, the whole page {page:.1f} ms; "
        f"a look of the watchdog {looks:.1f} ms"
    )


async def pages(house: House) -> float:
    """The whole page, asked anew each time; milliseconds, the middle one."""

    async def here(work: Callable[[], object]) -> object:
        return work()

    metrics = Metrics(
        house.desk,
        hop=here,  # type: ignore[arg-type]
        tally=Tally(),
        watchdog=Watchdog(house.desk, hop=here),  # type: ignore[arg-type]
        contacts=lambda: {"telegram": Contact()},
        version="bench",
        fresh=0,
    )
    took = []
    for _ in range(ROUNDS):
        began = perf_counter()
        await metrics.page()
        took.append(perf_counter() - began)
    return median(took) * 1e3


def middle(act: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        began = perf_counter()
        act()
        took.append(perf_counter() - began)
    return median(took) * 1e3


def fill(house: House, open_: int) -> None:
    """So many tickets, each with two events and *SENT_EACH* messages; *WAITING* of these are not sent."""
    eva = house.customer("Eva")
    house.posted()
    with house.desk.turn() as tx:
        tx.run(outbox.delete())
        customer, chat = eva.customer, eva.chat
        tx.conn.execute(tickets.insert(), list(_tickets(house, open_, customer, chat)))
        tx.conn.execute(ticket_events.insert(), list(_events(house)))
        tx.conn.execute(outbox.insert(), list(_outbox(house, chat)))
    with house.desk.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        if not house.desk.database.sqlite:
            conn.exec_driver_sql("ANALYZE")


def _tickets(house: House, open_: int, customer: object, chat: object) -> Iterator[dict[str, object]]:
    severities = list(Severity)
    for n in range(1, TICKETS + 1):
        ended = n <= TICKETS - open_
        yield {
            "id": n,
            "version": 1,
            "state": "closed" if ended else ("new", "claimed", "waiting", "solved")[n % 4],
            "customer_id": customer,
            "chat_id": chat,
            "subject": "La firma non parte",
            "severity": severities[n % 4],
            "opened_at": house.now - timedelta(minutes=TICKETS - n),
            "closed_at": house.now if ended else None,
            "reaction_due": house.now + timedelta(minutes=n % 100 - 50),
            "resolution_due": house.now + timedelta(minutes=n % 100 - 50),
            "next_alert_at": None if ended else house.now + timedelta(minutes=n % 100),
            "door": "telegram",
        }


def _events(house: House) -> Iterator[dict[str, object]]:
    for n in range(1, 2 * TICKETS + 1):
        act, before, after = ("open", None, "new") if n % 2 else ("claim", "new", "claimed")
        yield {
            "id": n,
            "ticket_id": (n + 1) // 2,
            "at": house.now - timedelta(minutes=1),
            "act": act,
            "by_role": "customer",
            "by_id": 1,
            "before": before,
            "after": after,
            "cycle": 0,
            "facts": {"v": 1},
        }


def _outbox(house: House, chat: object) -> Iterator[dict[str, object]]:
    total = TICKETS * SENT_EACH
    for n in range(1, total + 1):
        yield {
            "id": n,
            "lane": f"chat:{n % 5_000}",
            "priority": 0,
            "kind": "notice",
            "chat_id": chat,
            "lines": {"v": 1, "lines": []},
            "created_at": house.now,
            "due_at": house.now - timedelta(minutes=2),
            "done_at": None if n > total - WAITING else house.now,
        }
