"""What must hold whatever happens, each a plain function: it yields a line for each thing that is not as promised."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.simulation.books import Books, Row
from bot.simulation.reckoning import Stretch, reaction_due, resolution_due, staffed
from core.notices.facts import unpack_lines
from core.notices.outbox import Kind
from core.tickets.lifecycle import LIFE, RUNNING, Act

Targets = tuple[datetime | None, datetime | None]
"""When the reaction is due, and when the resolution is."""
GRACE: Final = timedelta(minutes=1)
A_DAY: Final = timedelta(days=1)
A_SECOND: Final = timedelta(seconds=1)
SENTENCES: Final = frozenset(step.tells for step in LIFE.values() if step.tells)
UNSEEN: Final = (Kind.SIGN, Kind.FETCH)
"""What becomes no message: a sign that is superseded goes nowhere, a file is brought here."""


def nothing_heard_is_lost(books: Books) -> Iterator[str]:
    """What a platform was told to be taken is written down as dealt with."""
    yield from (
        f"lost: {key} was acknowledged, and is nowhere"
        for key in sorted(set(books.acknowledged) - set(books.written_down))
    )


def nothing_posted_is_lost(books: Books) -> Iterator[str]:
    """What is done has arrived, was refused there or tried for a day, or there was nothing to say any more."""
    for row in books.settled:
        if row.given_up and row.done_at - row.created_at >= A_DAY:
            continue
        known = row.id in books.world.latest or row.id in books.world.nothing_to_say or row.id in books.world.refused
        if not known and row.kind not in UNSEEN and row.error != "the room is closed":
            yield f"lost: parcel {row.id} ({row.kind}) is done, and arrived nowhere: {row.error}"


def nothing_arrives_that_was_not_committed(books: Books) -> Iterator[str]:
    """No notice about a state that never was."""
    yield from (f"never was: {one}" for one in books.new_arrivals if one.parcel not in books.posted)


def every_sentence_has_its_deed(books: Books) -> Iterator[str]:
    """A customer is told that something happened to their ticket only after it did."""
    for row in books.new_parcels:
        for one in unpack_lines(row.lines) if row.kind == Kind.NOTICE else ():
            if one.message in SENTENCES and not any(
                _tells(event, one.message) for event in books.events[row.ticket_id]
            ):
                yield f"never was: parcel {row.id} says {one.message} of ticket {row.ticket_id}"


def every_deed_has_its_sentence(books: Books) -> Iterator[str]:
    """Of all that happens to a ticket, and that its customer is promised to be told, they are told in the same breath."""
    told = {(row.ticket_id, row.created_at) for row in books.new_parcels if row.kind in (Kind.NOTICE, Kind.THREAD)}
    for event in books.new_events:
        step = LIFE.get((event.before, Act(event.act)))
        if step and step.tells and (event.ticket_id, event.at) not in told:
            yield f"lost: nobody was told of {event.act} of ticket {event.ticket_id} at {event.at}"


def nothing_is_doubled_outside_the_window(books: Books) -> Iterator[str]:
    """What arrived twice had arrived just before its desk died, was stopped, or lost the answer."""
    yield from (f"doubled: {one.again} after {one.first}" for one in books.world.doubled if not one.why)


def order_is_kept(books: Books) -> Iterator[str]:
    """In each lane, what was posted first arrives first."""
    yield from (f"out of order: {late} after {early}" for early, late in books.world.overtaken)


def deadlines_are_those_of_the_reckoner(books: Books) -> Iterator[str]:
    for number in sorted({event.ticket_id for event in books.new_events}):
        ticket = books.tickets[number]
        reaction, resolution = _reckoned(books, ticket)
        if not (_same(ticket.reaction_due, reaction) and _same(ticket.resolution_due, resolution)):
            yield f"deadline: ticket {number} has {ticket.reaction_due}, {ticket.resolution_due}; reckoned {reaction}, {resolution}"


def no_alert_is_early(books: Books) -> Iterator[str]:
    for row in books.new_alerts:
        if row.kind in ("breach", "repeat", "reminder") and row.posted_at < row.deadline:
            yield f"early: {row.kind} of ticket {row.ticket_id} at {row.posted_at}, due {row.deadline}"
        if row.kind != "reminder" and not (staffed(row.posted_at) or staffed(row.posted_at - GRACE)):
            yield f"early: {row.kind} of ticket {row.ticket_id} at {row.posted_at}, when nobody is there"


def no_parcel_is_early(books: Books) -> Iterator[str]:
    for row in books.settled:
        arrival = books.world.latest.get(row.id)
        if arrival and arrival.at and arrival.at < row.created_at - books.world.time.put_back:
            yield f"early: parcel {row.id} of {row.created_at} arrived at {arrival.at}"


def every_breach_is_told(books: Books) -> Iterator[str]:
    """Once a desk has done all that was due, no running target is past without an alert."""
    if not (books.watched and staffed(books.now)):
        return
    for ticket in books.tickets.values():
        for target, due in zip(("reaction", "resolution"), _running_targets(books, ticket), strict=True):
            if due and due < books.now and (ticket.id, target, "breach", ticket.cycle, 1) not in books.alerts:
                yield f"lost: nobody was told that the {target} of ticket {ticket.id} was due at {due}; it is {books.now}"


def no_fault_of_ours(books: Books) -> Iterator[str]:
    """Whatever people and platforms do, nothing happens that nobody foresaw."""
    yield from books.world.faults
    wrong = (row for row in books.settled if row.error and row.error.startswith(("drawing:", "sending:")))
    yield from (f"fault: parcel {row.id} ({row.kind}): {row.error}" for row in wrong)


ALWAYS: Final[tuple[Callable[[Books], Iterator[str]], ...]] = (
    nothing_heard_is_lost,
    nothing_posted_is_lost,
    nothing_arrives_that_was_not_committed,
    every_sentence_has_its_deed,
    every_deed_has_its_sentence,
    nothing_is_doubled_outside_the_window,
    order_is_kept,
    deadlines_are_those_of_the_reckoner,
    no_alert_is_early,
    no_parcel_is_early,
    every_breach_is_told,
    no_fault_of_ours,
)


def everything_left(books: Books) -> Iterator[str]:
    """With all desks up and all platforms well, nothing waits for ever."""
    yield from (f"lost: parcel {row.id} ({row.kind}) never left: {row.error}" for row in books.undone.values())


def every_talk_ended(books: Books) -> Iterator[str]:
    """Whoever wants out of a talk gets out."""
    yield from (f"talk: {row.id} ({row.entry}) does not end" for row in books.talks)


AT_THE_END: Final = (*ALWAYS, everything_left, every_talk_ended)


# What they are told by


def _tells(event: Row, message: str) -> bool:
    step = LIFE.get((event.before, Act(event.act)))
    return bool(step and step.tells == message)


def _reckoned(books: Books, ticket: Row) -> Targets:
    severity = ticket.severity or ticket.felt
    return (
        reaction_due(ticket.opened_at, severity),
        resolution_due(ticket.opened_at, severity, _stretches(books.events[ticket.id])),
    )


def _stretches(events: list[Row]) -> list[Stretch]:
    """When the resolution clock ran: in the states new and claimed."""
    found: list[Stretch] = []
    for event in events:
        runs = bool(found) and found[-1][1] is None
        if event.after in RUNNING and not runs:
            found.append((event.at, None))
        elif event.after not in RUNNING and runs:
            found[-1] = (found[-1][0], event.at)
    return found


def _running_targets(books: Books, ticket: Row) -> Targets:
    if ticket.state in ("solved", "closed"):
        return None, None
    reaction, resolution = _reckoned(books, ticket)
    return (None if ticket.reacted_at else reaction), resolution


def _same(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < A_SECOND
