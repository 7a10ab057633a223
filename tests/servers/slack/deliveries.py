"""What Slack sends to the app: each envelope until it is acknowledged, events again after 0, 1 and 5 minutes."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

Json = dict[str, Any]
ACK_WITHIN = 3.0
AGAIN_AFTER = (0.0, 60.0, 300.0)


class Kind(StrEnum):
    EVENT = "events_api"
    INTERACTIVE = "interactive"
    COMMAND = "slash_commands"


@dataclass(eq=False)
class Alarm:
    due: float
    ring: Callable[[], None]
    off: bool = False


class Alarms:
    """What will happen by the world's clock; whoever moves the clock lets ring what is due."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._heap: list[tuple[float, int, Alarm]] = []
        self._numbers = itertools.count()

    def after(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        alarm = Alarm(self._now() + seconds, ring)
        heapq.heappush(self._heap, (alarm.due, next(self._numbers), alarm))
        return alarm

    def ring(self) -> None:
        now = self._now()
        while self._heap and self._heap[0][0] <= now:
            alarm = heapq.heappop(self._heap)[2]
            if not alarm.off:
                alarm.ring()


@dataclass(eq=False)
class Delivery:
    """One envelope: what it carries, how often it was sent, how it ended."""

    kind: Kind
    payload: Json
    envelope_id: str
    takes_answer: bool = False
    tries: int = 0
    acked: bool = False
    lost: bool = False
    """Given up: nobody will send it again."""
    reason: str = ""
    """Why the last try failed: `timeout`, `no_connection`, `http_error` …"""
    answer: Any = None
    times: list[float] = field(default_factory=list)
    on_ack: Callable[[Any], None] = lambda _answer: None
    on_loss: Callable[[str], None] = lambda _reason: None
    _alarm: Alarm | None = None

    @property
    def event(self) -> Json:
        """The event inside, for events."""
        return dict(self.payload.get("event", {}))

    def envelope(self) -> Json:
        """As it goes through a Socket Mode link."""
        sent: Json = {
            "envelope_id": self.envelope_id,
            "payload": self.payload,
            "type": str(self.kind),
            "accepts_response_payload": self.takes_answer,
        }
        if self.kind is Kind.EVENT:
            sent |= {"retry_attempt": self.tries - 1, "retry_reason": self.reason if self.tries > 1 else ""}
        return sent


class Transport(Protocol):
    def send(self, delivery: Delivery) -> bool:
        """Send it, from any thread; False if there is nobody to send it to."""
        ...


class Deliveries:
    def __init__(self, alarms: Alarms, now: Callable[[], float], changed: Callable[[], None]) -> None:
        self._alarms, self._now, self._changed = alarms, now, changed
        self._ids = itertools.count(1)
        self.transport: Transport | None = None
        self.all: list[Delivery] = []
        self.by_id: dict[str, Delivery] = {}
        self.late: list[Delivery] = []
        """Acknowledged after Slack had stopped to wait."""
        self.acks_lost = 0
        self._losing: list[Kind | None] = []

    def make(self, kind: Kind, payload: Json, **how: Any) -> Delivery:
        """Put it into an envelope; `send` sends it."""
        delivery = Delivery(kind, payload, f"e0000000-0000-4000-8000-{next(self._ids):012d}", **how)
        self.all.append(delivery)
        self.by_id[delivery.envelope_id] = delivery
        return delivery

    def send(self, delivery: Delivery) -> None:
        delivery.tries += 1
        delivery.times.append(self._now())
        if self.transport is not None and self.transport.send(delivery):
            delivery._alarm = self._alarms.after(ACK_WITHIN, lambda: self.failed(delivery, "timeout"))
        else:
            self.failed(delivery, "no_connection")

    def again(self, delivery: Delivery) -> None:
        """Send the same once more though nothing went wrong: Slack promises at least once, not exactly once."""
        if self.transport is None or not self.transport.send(delivery):
            raise AssertionError("there is nobody to send it to")

    def acked(self, envelope_id: str, answer: Any) -> bool:
        """Take an acknowledgement; return False for an unknown envelope."""
        delivery = self.by_id.get(envelope_id)
        if delivery is None:
            return False
        if self._is_lost(delivery):
            return True
        if delivery.acked:
            return True
        if delivery.lost or (delivery.kind is not Kind.EVENT and delivery._alarm is None):
            self.late.append(delivery)
            return True
        self._quiet(delivery)
        delivery.acked, delivery.answer = True, answer
        delivery.on_ack(answer)
        self._changed()
        return True

    def loses_acks(self, times: int = 1, of: Kind | str | None = None) -> None:
        """Let the next acknowledgements (of `events_api`, `interactive`, `slash_commands`) get lost on their way."""
        self._losing += [Kind(of) if of is not None else None] * times

    def _is_lost(self, delivery: Delivery) -> bool:
        for kind in (delivery.kind, None):
            if kind in self._losing:
                self._losing.remove(kind)
                self.acks_lost += 1
                self._changed()
                return True
        return False

    def failed(self, delivery: Delivery, reason: str, *, final: bool = False) -> None:
        """Note a try that failed, and set the next one if there is one."""
        if delivery.acked or delivery.lost:
            return
        self._quiet(delivery)
        delivery.reason = reason
        if delivery.kind is Kind.EVENT and not final and delivery.tries <= len(AGAIN_AFTER):
            delivery._alarm = self._alarms.after(AGAIN_AFTER[delivery.tries - 1], lambda: self._once_more(delivery))
        else:
            delivery.lost = True
            delivery.on_loss(reason)
        self._changed()

    def _once_more(self, delivery: Delivery) -> None:
        if not delivery.acked:
            self.send(delivery)

    def _quiet(self, delivery: Delivery) -> None:
        if delivery._alarm is not None:
            delivery._alarm.off = True
            delivery._alarm = None

    def waiting(self) -> list[Delivery]:
        """Return what was sent and is neither acknowledged nor given up."""
        return [d for d in self.all if not d.acked and not d.lost]
