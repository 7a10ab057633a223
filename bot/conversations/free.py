"""Free text outside a talk: it is read first. On a guess the desk only offers, one press each; it never acts.

It is the answer when exactly one ticket waits for its writer, unless it reads as something else, which is then offered
beside it; with several waiting they are asked; with none, opening with these words is offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.conversations.course import STALE, offer, run
from bot.conversations.heard import Said
from bot.conversations.menu import named
from bot.conversations.offering import OFFER, Begin, Offer, files_alone
from bot.conversations.reading import LIKELY, Intent, Reading, read
from bot.conversations.threads import has_words, no
from bot.conversations.turn import Turn, add_files
from core.ids import TicketNumber
from core.notices.facts import line
from core.tickets.commands import Say
from core.tickets.lifecycle import CLOSED, SOLVED
from core.tickets.model import Asked, Ticket
from core.tickets.queries import MyTickets, WaitingForMe

BESIDE = {
    Intent.HELP: "help",
    Intent.HOURS: "hours",
    Intent.HUMAN: "human",
    Intent.STATUS: "ticket",
    Intent.HISTORY: "tickets",
    Intent.CANCEL: "withdraw",
    Intent.OPEN: "open",
}
"""What an answer to an operator's question may be instead, by what it reads as."""
WAYS = {
    Intent.STATUS: "ticket",
    Intent.HISTORY: "tickets",
    Intent.REGISTER: "register",
    Intent.HUMAN: "human",
    Intent.HOURS: "hours",
    Intent.HELP: "help",
}
"""What is offered for a guess, with nothing waiting."""
MOST = 4
"""Tickets that are offered at once."""
FEW = 2
"""Tickets that words may be added to, offered beside opening a new one."""


def speak_freely(turn: Turn, said: Said) -> None:
    if not said.text.strip() and not said.files:
        return turn.tell("say-something")
    if not said.text.strip() and _with_words_before(turn, said):
        return None
    said = _with_files_before(turn, said)
    waiting = WaitingForMe(turn.who()).answer(turn.tx)
    reading = read(said.text, waiting[0].question if len(waiting) == 1 else None)
    if len(waiting) == 1:
        return _one_waits(turn, said, waiting[0], reading)
    if waiting:
        return _several_wait(turn, said, waiting, reading)
    return _none_waits(turn, said, reading)


def _with_words_before(turn: Turn, said: Said) -> bool:
    """Words first, then a picture of it: files go with the words that an offer still holds."""
    before = turn.current()
    if before is None or before.entry != OFFER or turn.waiting(before) is None:
        return False
    says, offers = before.arguments
    joined = [_with_files(turn, one, said) for one in offers]
    if joined == offers or turn.age(before) > STALE:
        return False
    turn.tell("files-kept", count=len(said.files))
    run(turn, replace(before, arguments=[says, joined]))
    return True


def _with_files(turn: Turn, kept: Mapping[str, Any], said: Said) -> Mapping[str, Any]:
    """Return an offer's way with files added, where words lie in it and its entry takes files."""
    begin = kept["begin"]
    if not begin or not any(isinstance(form, Mapping) and set(form) - {"files"} for form in begin["answers"].values()):
        return kept
    entry = turn.house.menu.get(begin["entry"])
    where = named(entry.files, begin["arguments"]) if entry else ""
    answers = add_files(begin["answers"], where, said.files) if where else begin["answers"]
    return {**kept, "begin": {**begin, "answers": answers}}


def _with_files_before(turn: Turn, said: Said) -> Said:
    """A picture first, then what it is about: files that an offer still holds go with the words that follow."""
    before = turn.current()
    if before is None or before.entry != OFFER:
        return said
    return replace(said, files=(*files_alone(before.arguments[1]), *said.files))


def _one_waits(turn: Turn, said: Said, asked: Asked, reading: Reading) -> None:
    number = asked.ticket.number
    if beside := BESIDE.get(reading.intent) if said.text.strip() else None:
        ways = [
            _answer(turn, said, asked.ticket, "offer-answer-it"),
            *_way(turn, said, beside, reading.ticket or number),
        ]
        return offer(turn, line("answer-or-not", ticket=number, question=asked.question), [*ways, no()])
    if turn.do(Say(turn.who(), number, said.text, said.files)) and reading.intent is Intent.SOLVED:
        solved = Offer("solved", line("offer-solved", ticket=number), Begin("solved", [number, True]))
        offer(turn, line("is-it-solved", ticket=number), [solved, no()])
    return None


def _several_wait(turn: Turn, said: Said, waiting: Sequence[Asked], reading: Reading) -> None:
    ways = [_answer(turn, said, asked.ticket) for asked in waiting[:MOST]]
    beside = BESIDE.get(reading.intent)
    others = list(_way(turn, said, beside, reading.ticket)) if beside else []
    offer(turn, line("answer-to-which", count=len(waiting)), [*ways, *others, no()])


def _none_waits(turn: Turn, said: Said, reading: Reading) -> None:
    if reading.intent is Intent.GREETING:
        return turn.tell("greeting" if turn.identity.customer else "welcome")
    if reading.intent is Intent.THANKS:
        return turn.tell("you-are-welcome")
    if reading.intent is Intent.CANCEL:
        return _cancelled(turn, said, reading)
    if reading.intent is Intent.OPEN or not said.text.strip():
        says = line("open-with-these-words", words=has_words(said))
        return offer(turn, says, [*_way(turn, said, "open"), *_more(turn, said), no()])
    ways = list(_ways(turn, said, reading)) if reading.confidence >= LIKELY else []
    if not ways:
        return _not_understood(turn, said)
    return offer(turn, line("did-you-mean"), [*ways, *_way(turn, said, "open"), no()])


def _ways(turn: Turn, said: Said, reading: Reading) -> Iterable[Offer]:
    """What a reading may stand for."""
    if entry := WAYS.get(reading.intent):
        yield from _way(turn, said, entry, reading.ticket)
    elif reading.intent is Intent.SOLVED:
        for ticket in _tickets(turn, reading.ticket, solved=False):
            yield _about(turn, "solved", ticket)
    elif reading.intent is Intent.REOPEN:
        for ticket in _tickets(turn, reading.ticket, solved=True):
            yield _about(turn, "reopen", ticket, said)


def _tickets(turn: Turn, named: int | None, *, solved: bool) -> list[Ticket]:
    mine = [ticket for ticket in MyTickets(turn.who()).answer(turn.tx) if ticket.state is not CLOSED]
    fit = [ticket for ticket in mine if (ticket.state is SOLVED) is solved]
    return [ticket for ticket in fit if ticket.number == named] or fit[:MOST]


def _cancelled(turn: Turn, said: Said, reading: Reading) -> None:
    """Nothing is under way: what may be meant is a ticket of theirs."""
    if not _tickets(turn, None, solved=False):
        return turn.tell("nothing-to-cancel") if reading.confidence >= LIKELY else _not_understood(turn, said)
    return offer(turn, line("did-you-mean"), [*_way(turn, said, "withdraw", reading.ticket), no()])


def _more(turn: Turn, said: Said) -> Iterable[Offer]:
    """What is told may belong to a ticket that is open."""
    for ticket in _tickets(turn, None, solved=False)[:FEW]:
        yield _about(turn, "add", ticket, said)


def _not_understood(turn: Turn, said: Said) -> None:
    others = (way for entry in ("human", "help") for way in _way(turn, said, entry))
    offer(turn, line("not-understood"), [*_way(turn, said, "open"), *_more(turn, said), *others, no()])


def _answer(turn: Turn, said: Said, ticket: Ticket, label_id: str = "offer-answer") -> Offer:
    way = turn.with_words("answer", [ticket.number], said.text, said.files)
    label = line(label_id, ticket=ticket.number, subject=ticket.subject)
    return Offer(f"answer-{ticket.number}", label, way)


def _about(turn: Turn, entry: str, ticket: Ticket, said: Said | None = None) -> Offer:
    text, files = (said.text, said.files) if said else ("", ())
    sure = [True] if entry == "solved" else []  # the press is the yes
    way = turn.with_words(entry, [ticket.number, *sure], text, files)
    return Offer(f"{entry}-{ticket.number}", line(f"offer-{entry}", ticket=ticket.number, subject=ticket.subject), way)


def _way(turn: Turn, said: Said, entry: str, ticket: int | None = None) -> Iterable[Offer]:
    """Offer an entry of the menu, with the ticket that was named; opening, with what was written."""
    known = turn.house.menu.get(entry)
    if known is None:
        return
    number = TicketNumber(ticket) if ticket and known.takes == (int,) else None
    text, files = (turn.house.commands.problem(said.text), said.files) if entry == "open" else ("", ())
    way = turn.with_words(entry, [number] if number else [], text, files)
    yield Offer(entry, line(f"offer-{entry}", ticket=number), way)
