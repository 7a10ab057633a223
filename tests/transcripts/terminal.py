"""Golden transcripts over the terminal: the demo's desk, with what it shows collected instead of printed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.adapters.terminal.board import Shown
from bot.adapters.terminal.drawn import text_rows
from bot.adapters.terminal.harmless import one_line
from bot.adapters.terminal.seats import Seat
from bot.adapters.terminal.terminal import TERMINAL
from bot.conversations.screen import Key
from bot.demo import Demo, demo_settings, open_demo
from bot.settings import Settings
from core.notices.outbox import Kind
from tests.transcripts.player import CanNot, Heading, Seen, Way

SKIPPED = ""


class Terminal:
    """A `Driver`. *folder* takes the files that are attached."""

    def __init__(self, demo: Demo, folder: Path) -> None:
        self.demo = demo
        self.folder = folder
        self._seen: list[Seen] = []
        self._all: list[Shown] = []
        self._pressed: dict[tuple[str, str], tuple[str, str]] = {}
        demo.outlet.open(self._show)

    @property
    def now(self) -> datetime:
        return self.demo.clock.now

    @property
    def channel(self) -> str:
        return self.demo.house.words.say("channel-terminal")

    def _show(self, shown: Shown) -> None:
        self._all.append(shown)
        place = shown.place if shown.channel == TERMINAL else f"{shown.channel} {shown.place}"
        controls = tuple(one_line(key.label) for key in shown.screen.keys if key.control)
        choices = tuple(one_line(key.label) for key in shown.choices)
        way = Way.ASKS if shown.asks and shown.kind is Kind.REPLY else Way.SEES
        self._seen.append(Seen(place, tuple(text_rows(shown)), choices, controls, way, self.now))

    def seen(self) -> list[Seen]:
        seen, self._seen = self._seen, []
        return seen

    async def say(self, seat: Seat, text: str) -> None:
        told = await self.demo.type_(seat, text)
        if told:
            words = self.demo.house.words.line(told)
            self._seen.append(Seen(seat.place, (words,), at=self.now))

    async def choose(self, seat: Seat, key: str) -> None:
        await self._press(seat, key, [shown for shown in self._at(seat) if shown.screen.keys])

    async def press(self, seat: Seat, key: str) -> None:
        await self._press(seat, key, self._at(seat))

    async def press_again(self, seat: Seat, key: str) -> None:
        if (seat.place, key) not in self._pressed:
            raise CanNot(f"{seat.label} never pressed {key}")
        value, about = self._pressed[seat.place, key]
        await self.demo.press(seat, value, about)

    async def fill(self, seat: Seat, form: str, fields: Sequence[tuple[str, str]]) -> None:
        for _, given in fields:
            if given == SKIPPED:
                await self._press(seat, "~skip", self._at(seat)[:1])
            else:
                await self.demo.type_(seat, given)

    async def attach(self, seat: Seat, name: str, size: int) -> None:
        path = self.folder / name
        path.write_bytes(b"x" * size)
        await self.say(seat, f"/attach '{path}'")

    async def do(self, seat: Seat, verb: str, what: str) -> None:
        raise CanNot(f"{seat.label} {verb} {what}: not at a terminal")

    async def wait(self, until: datetime) -> None:
        await self.demo.wait(until)

    def _at(self, seat: Seat) -> list[Shown]:
        """What was shown here, the newest first."""
        return [shown for shown in reversed(self._all) if shown.place == seat.place]

    async def _press(self, seat: Seat, key: str, among: list[Shown]) -> None:
        for shown in among:
            for button in shown.screen.keys:
                if _is(button, key):
                    self._pressed[seat.place, key] = (button.value, shown.external)
                    return await self.demo.press(seat, button.value, shown.external)
        raise CanNot(f"{seat.label}: no button {key!r}")


def _is(button: Key, key: str) -> bool:
    """A button is meant by its whole key, by what stands last in it (`talk.stamp.yes`), or by its label."""
    return key in (button.value, button.value.split(".", 2)[-1], one_line(button.label))


@asynccontextmanager
async def on_the_terminal(heading: Heading, folder: Path) -> AsyncIterator[Terminal]:
    """Open a desk as the transcript's heading says."""
    settings = demo_settings(Settings(), folder / "desk", language=heading.language, mail=heading.mail)
    desk = settings.desk.model_copy(update={"formal": heading.formal})
    settings = settings.model_copy(update={"desk": desk})
    async with open_demo(settings, lambda _: heading.at, seed=heading.seed) as demo:
        yield Terminal(demo, folder)
