"""Each thing heard and each thing sent, noted: a line in the log, a count, and a trace where one is wanted.

A line says which ticket, and of the person only an opaque id: the same for one person at one desk, and of no use to
whoever does not have the desk's secret phrase. No words of people, no names, no addresses.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import structlog

from bot.conversations.heard import Heard
from bot.conversations.screen import Receipt
from bot.watching.tally import QUICK, Tally, spread
from core.db import Command
from core.notices.outbox import GiveUp, Parcel, PutOff, Sent
from core.tickets.undelivered import FileRefused, Followed, NotDelivered, SentElsewhere

log = structlog.get_logger(__name__)

_OUTCOMES: Final[Mapping[type, str]] = {
    Sent: "sent",
    PutOff: "put-off",
    Followed: "moved",
    SentElsewhere: "elsewhere",
    FileRefused: "refused",
    NotDelivered: "given-up",
    GiveUp: "given-up",
}


class Opaque:
    """Addresses as ids that can't be turned round without the desk's *key*: a phone number's worth of guesses is nothing."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.new(key, b"people in the log", "sha256").digest()

    def __call__(self, channel: str, address: str, workspace: str = "") -> str:
        told = "\0".join((channel, workspace, address)).encode(errors="surrogatepass")
        return b32encode(hmac.new(self._key, told, "sha256").digest())[:12].decode().lower()


class Traces(Protocol):
    """Where traces go."""

    def span(self, name: str, ended: datetime, seconds: float, facts: Mapping[str, Any]) -> None:
        """Something that took *seconds* has just ended."""


class Noting:
    """*opaque* names people, *clock* tells when something ended; *traces*: None where nobody wants any."""

    def __init__(
        self, tally: Tally, opaque: Opaque, clock: Callable[[], datetime], traces: Traces | None = None
    ) -> None:
        self.tally = tally
        self.opaque = opaque
        self.clock = clock
        self.traces = traces

    def heard(self, heard: Heard, receipt: Receipt | None, seconds: float) -> None:
        """A turn is over. *receipt*: None where it failed."""
        channel, kind = heard.place.channel, type(heard).__name__.lower()
        outcome = "failed" if receipt is None else "taken" if receipt.taken else "passed"
        self.tally.heard[channel, kind, outcome] += 1
        spread(self.tally.turns, channel, QUICK).add(seconds)
        facts: dict[str, Any] = {"channel": channel, "kind": kind, "outcome": outcome}
        facts |= {"tickets": list(receipt.tickets)} if receipt and receipt.tickets else {}
        say = log.info if outcome == "taken" else log.debug
        say("heard", **facts, **self._who(heard), ms=_ms(seconds))
        self._trace("hear", seconds, facts)

    def sent(self, parcel: Parcel, mark: Command[None], seconds: float) -> None:
        """A send is over; *mark* is what came of it."""
        channel, kind = parcel.chat.channel, parcel.kind.value
        outcome = _OUTCOMES.get(type(mark), "other")
        self.tally.sent[channel, kind, outcome] += 1
        spread(self.tally.sends, channel, QUICK).add(seconds)
        facts = {"channel": channel, "kind": kind, "outcome": outcome, "tries": parcel.tries, "parcel": parcel.id}
        facts |= {"ticket": parcel.ticket} if parcel.ticket else {}
        say, event = (log.info, "sent") if outcome == "sent" else (log.debug, "not-sent")
        say(event, **facts, **self._where(parcel), ms=_ms(seconds))
        self._trace("send", seconds, facts)

    def _who(self, heard: Heard) -> Mapping[str, str]:
        place, person = heard.place, heard.person
        return {
            "person": self.opaque(place.channel, person.address, place.workspace),
            "chat": self.opaque(place.channel, place.chat, place.workspace),
        }

    def _where(self, parcel: Parcel) -> Mapping[str, str]:
        chat = parcel.chat
        room = {"room": chat.room.value} if chat.room else {}
        return {"chat": self.opaque(chat.channel, chat.address, chat.workspace), **room}

    def _trace(self, name: str, seconds: float, facts: Mapping[str, Any]) -> None:
        if self.traces:
            self.traces.span(name, self.clock(), seconds, facts)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
