"""Words about a ticket's message: a customer's reply goes to that ticket, an operator's words in its thread too.

What the holder writes under a card goes to the customer; what others write stays inside, and they are offered to send
it; `//` always stays inside. A room's small talk is not answered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.conversations.course import enter, offer
from bot.conversations.heard import Person, Said
from bot.conversations.meaning import Command
from bot.conversations.offering import Begin, Offer
from bot.conversations.reading import Intent, read
from bot.conversations.replying import INSIDE
from bot.conversations.turn import Turn
from core.errors import Refusal
from core.files import Incoming
from core.ids import TicketNumber
from core.notices.chats import Room
from core.notices.facts import line
from core.notices.outbox import About, Sign, show_sign
from core.people.queries import identity
from core.people.staff import Enroll
from core.tickets.commands import Note, Reply, Say
from core.tickets.held import Hold
from core.tickets.lifecycle import CLOSED, NEW, SOLVED
from core.tickets.model import Ticket
from core.tickets.queries import TicketOf

COMMAND = re.compile(r"/[\w-]+(@\w+)?(\s|$)")
"""What begins so is meant as a command: no path, and no `//`."""
NOTHING_MORE = (Intent.THANKS, Intent.SOLVED, Intent.GREETING)


def enrolled(turn: Turn, person: Person) -> bool:
    """See to it that whoever acts in a room is of the desk; the leads' room is told of a new one."""
    if not person.member:
        turn.tell("members-only")
        return False
    try:
        Enroll(turn.identity.id, person.name, lead=turn.chat.room is Room.LEADS).carry_out(turn.tx)
    except Refusal as refusal:
        turn.tell_refusal(refusal)
        return False
    turn.identity = identity(turn.tx, turn.identity.id)
    return True


def ticket_spoken_of(turn: Turn, said: Said) -> TicketNumber | None:
    return About(turn.chat.id, said.about).answer(turn.tx)[0] if said.about else None


def about_ticket(turn: Turn, said: Said) -> bool:
    """Take words about a ticket's message; False where they are about none, or are a command."""
    number = ticket_spoken_of(turn, said)
    command = turn.house.commands.meant(said.text)
    if number is None or (command and command.slash and not turn.chat.room):
        return False
    try:
        ticket = TicketOf(turn.who(), number).answer(turn.tx)
    except Refusal as refusal:
        turn.tell_refusal(refusal)
        return True
    if not turn.chat.room:
        _from_customer(turn, said, ticket)
    elif command and command.entries:
        return _command(turn, command, number, said.files)
    else:
        _from_desk(turn, said, ticket)
    return True


def _command(turn: Turn, command: Command, number: TicketNumber, files: Sequence[Incoming]) -> bool:
    """A command in a ticket's thread is about that ticket."""
    entry = turn.house.commands.entry(command, turn.who())
    if not entry:
        return False
    takes = turn.house.menu[entry].takes
    arguments: tuple[Any, ...] = command.arguments or ((number,) if takes == (int,) else ())
    enter(turn, turn.with_words(entry, arguments, command.rest, files))
    return True


def _from_customer(turn: Turn, said: Said, ticket: Ticket) -> None:
    intent = read(said.text).intent
    if ticket.state is CLOSED:
        return _offer_again(turn, said, ticket)
    if ticket.state is SOLVED:
        return turn.tell("you-are-welcome") if intent in NOTHING_MORE else _offer_reopening(turn, said, ticket)
    if turn.do(Say(turn.who(), ticket.number, said.text, said.files)) and intent is Intent.SOLVED:
        solved = Offer("solved", line("offer-solved", ticket=ticket.number), Begin("solved", [ticket.number, True]))
        offer(turn, line("is-it-solved", ticket=ticket.number), [solved, no()])
    return None


def _offer_again(turn: Turn, said: Said, ticket: Ticket) -> None:
    way = turn.with_words("open-again", [ticket.number], said.text, said.files)
    says = line("ticket-is-closed", ticket=ticket.number, words=has_words(said))
    offer(turn, says, [Offer("open", line("offer-open"), way), no()])


def _offer_reopening(turn: Turn, said: Said, ticket: Ticket) -> None:
    number = ticket.number
    again = turn.with_words("reopen", [number], said.text, said.files)
    more = turn.with_words("add", [number], said.text, said.files)
    ways = [
        Offer("reopen", line("offer-reopen", ticket=number), again),
        Offer("add", line("offer-add", ticket=number), more),
    ]
    offer(turn, line("ticket-is-solved", ticket=number, words=has_words(said)), [*ways, no()])


def _from_desk(turn: Turn, said: Said, ticket: Ticket) -> None:
    by, number, text = turn.who(), ticket.number, said.text.strip()
    if COMMAND.match(text):  # a slip of the pen is nothing for a customer
        return turn.tell("no-such-command")
    if text.startswith(INSIDE) or turn.house.explicit:
        _keep_inside(turn, said, Note(by, number, text.removeprefix(INSIDE).strip(), said.files))
    elif ticket.holder == by.operator and ticket.state not in (SOLVED, CLOSED):
        later = turn.limits.edits  # where an edit still helps
        held = Hold(by, number, said.message, text, said.files, said.others, said.several)
        turn.do(held if later else Reply(by, number, text, said.files))
    elif _keep_inside(turn, said, Note(by, number, text, said.files)) and ticket.state not in (SOLVED, CLOSED):
        _offer_sending(turn, said, ticket)
    return None


def _keep_inside(turn: Turn, said: Said, note: Note) -> bool:
    """Write down a note, and show it at the message where it was heard."""
    kept = turn.do(note)
    if kept and said.message and turn.limits.edits:
        show_sign(turn.tx, turn.chat.id, said.message, Sign.INSIDE)
    return kept


def _offer_sending(turn: Turn, said: Said, ticket: Ticket) -> None:
    label = "offer-claim-and-send" if ticket.state is NEW else "offer-send"
    way = turn.with_words("reply", [ticket.number], said.text.strip(), said.files)
    ways = [Offer("send", line(label, ticket=ticket.number), way), Offer("no", line("offer-keep-inside"))]
    offer(turn, line("kept-inside", ticket=ticket.number), ways)


def has_words(said: Said) -> bool:
    """Whether there is more than files alone."""
    return bool(said.text.strip())


def no() -> Offer:
    return Offer("no", line("offer-no"))
