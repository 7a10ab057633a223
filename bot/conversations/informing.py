"""What the desk says about itself: help, hours and phone numbers, and how to reach a person."""

from __future__ import annotations

from bot.conversations.moves import look, tell
from bot.conversations.picking import pick
from core.notices.facts import Line, line
from core.people.who import Role, Who
from core.tickets.commands import AskedForHuman, WantsHuman
from core.tickets.counter import Counter, Opening
from core.tickets.queries import MyTickets


async def helping(by: Who) -> None:
    """What can be done here, by whoever asks."""
    await tell(f"help-{by.role}", registered=by.customer is not None)
    if by.role is not Role.CUSTOMER:
        await tell(f"help-{by.role}-in-groups")


async def telling_hours(_by: Who) -> None:
    await tell("hours", **opening_hours(await look(Counter())))


async def wanting_a_person(by: Who) -> WantsHuman | None:
    """Tell the operators about the ticket that is meant, once in a while; without one, say how a person is reached."""
    counter = opening_hours(await look(Counter()))
    mine = await look(MyTickets(by, open_only=True))
    if not mine:
        await tell("person-without-ticket", **counter)
        return None
    number = await pick("which", mine)
    again = await look(AskedForHuman(by, number))
    await tell("person-called", ticket=number, again=again, **counter)
    return None if again else WantsHuman(by, number)


def opening_hours(counter: Opening) -> dict[str, object]:
    """The facts of the desk's hours; days of equal windows are said together."""
    runs: list[tuple[list[int], tuple[tuple[int, int], ...]]] = []
    for day in range(7):
        windows = tuple((w.opens, w.closes) for w in counter.week if w.weekday == day)
        if runs and runs[-1][1] == windows and windows:
            runs[-1][0].append(day)
        elif windows:
            runs.append(([day], windows))
    week = [_days(days, windows) for days, windows in runs]
    return {
        "staffed": counter.staffed,
        "closes": counter.closes,
        "opens": counter.opens,
        "week": week,
        "phones": len(counter.phones),
        "phone": ", ".join(counter.phones),
        "call": counter.phones[0] if counter.phones else None,
    }


def _days(days: list[int], windows: tuple[tuple[int, int], ...]) -> Line:
    return line("hours-of-days", first=days[0], last=days[-1], alone=len(days) == 1, times=_times(windows))


def _times(windows: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in windows)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"
