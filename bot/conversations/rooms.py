"""A room in which words for the desk come as replies: which question they answer, and whose.

There each ticket's thread is a place of its own, with one talk for each person: two questions stand open side by side,
and what is written to one is never taken for the other. All else is talk among colleagues.
"""

from __future__ import annotations

from bot.conversations.drawing import THREAD
from bot.conversations.giving import goes_to_talk
from bot.conversations.heard import Heard, Said
from bot.conversations.meaning import Command
from bot.conversations.moves import Kind
from bot.conversations.player import Waiting
from bot.conversations.reading import read_choice
from bot.conversations.replying import INSIDE
from bot.conversations.threads import about_ticket, ticket_spoken_of
from bot.conversations.turn import Turn
from core.ids import TicketNumber
from core.notices.outbox import About
from core.talks import AskedAs, Talk, talk
from core.tickets.queries import Holder


def settle(turn: Turn, heard: Heard) -> None:
    """Find out which of the person's talks here is meant, and which ticket it is about."""
    turn.place = heard.place.modal
    if heard.place.modal or not turn.by_reply:
        return
    said_to = heard.about or heard.place.thread
    of = _asked(turn, said_to)
    if of and of.identity == turn.identity.id:
        settle_on(turn, of)
    elif number := About(turn.chat.id, said_to).answer(turn.tx)[0]:
        turn.place, turn.ticket = f"{THREAD}{number}", number


def settle_on(turn: Turn, of: Talk) -> None:
    """Go on in the place in which *of* lives."""
    turn.place = of.place
    number = of.place.removeprefix(THREAD)
    if turn.by_reply and number.isdigit():
        turn.ticket = TicketNumber(int(number))


def _asked(turn: Turn, external: str) -> Talk | None:
    asked = AskedAs(turn.chat.id, external).answer(turn.tx) if external else None
    return talk(turn.tx, asked) if asked else None


def concerns(turn: Turn, heard: Heard) -> bool:
    """Whether what is done in a room is meant for the desk: a press, a command, an answer, words about a ticket."""
    if not isinstance(heard, Said) or turn.private:
        return True
    if not heard.person.member:
        return False
    command = turn.house.commands.meant(heard.text)
    if command and command.entries:
        return True
    if turn.by_reply:
        return _speaks_to_desk(turn, heard)
    return bool(turn.current() or ticket_spoken_of(turn, heard))


def _speaks_to_desk(turn: Turn, said: Said) -> bool:
    """Whether words that begin nothing are about a ticket, to a question, or to move about in the open one."""
    if turn.ticket or AskedAs(turn.chat.id, said.about).answer(turn.tx):
        return True
    command = turn.house.commands.read(said.text)
    return bool(command and command.slash and turn.current())


def writes_to_desk(turn: Turn) -> bool:
    """Whether somebody is asked something here, or what they write here goes to a customer."""
    if turn.current():
        return True
    return turn.ticket is not None and Holder(turn.who(), turn.ticket).answer(turn.tx) == turn.identity.operator


def say_by_reply(turn: Turn, said: Said) -> bool:
    """Take words that answer a question, or that stand in a ticket's thread; False for all others."""
    command = turn.house.commands.read(said.text)
    if command and command.slash and command.entries:
        return about_ticket(turn, said)
    if _answers_nothing(turn, said):
        return True
    under_way = turn.current()
    waiting = turn.waiting(under_way)
    if (
        under_way
        and waiting
        and _answers(turn, waiting, said, command)
        and goes_to_talk(turn, under_way, waiting, said)
    ):
        return True
    return about_ticket(turn, said)


def _answers_nothing(turn: Turn, said: Said) -> bool:
    """Tell whoever writes to a question that is over, or is another's."""
    asked = AskedAs(turn.chat.id, said.about).answer(turn.tx)
    of = talk(turn.tx, asked) if asked else None
    if asked and of is None:
        turn.tell("step-done", open=False)
        return True
    if of and of.identity != turn.identity.id:
        turn.tell("not-your-talk")
        return True
    return False


def _answers(turn: Turn, waiting: Waiting, said: Said, command: Command | None) -> bool:
    """Whether words answer the question that is open here: they reply to it, or to its ticket's card, and fit."""
    if AskedAs(turn.chat.id, said.about).answer(turn.tx) or (command and command.control and command.slash):
        return True
    if turn.ticket is None:
        return False
    if command and command.control and command.whole:
        return True
    asked = waiting.field
    if asked and asked.kind is Kind.TEXT:
        return True
    if asked and asked.kind is Kind.FILES:
        return bool(said.files)
    return _fits_or_is_asked_again(turn, waiting, said)


def _fits_or_is_asked_again(turn: Turn, waiting: Waiting, said: Said) -> bool:
    """To a choice nothing else may slip to the customer: it is asked again. An offer gives way, `//` is a note."""
    if read_choice(said.text, turn.asking(waiting).labels()) is not None:
        return True
    under_way = turn.current()
    return not (said.text.strip().startswith(INSIDE) or (under_way and turn.is_loose(under_way)))
