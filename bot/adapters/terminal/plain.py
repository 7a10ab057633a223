"""The conversation as plain text: no colour, every row with who says it to whom, the same each time it is played."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from babel.dates import format_datetime

from bot.adapters.terminal.board import Shown
from bot.adapters.terminal.drawn import button_rows, text_rows
from bot.adapters.terminal.harmless import harmless
from bot.adapters.terminal.seats import Seat
from bot.adapters.terminal.terminal import TERMINAL


def clock_text(moment: datetime, zone: tzinfo, language: str) -> str:
    """Return "Tue 24 Nov 2026, 10:00 (Europe/Rome)", in the desk's language."""
    local = moment.astimezone(zone)
    pattern = "EEE d MMM y, HH:mm:ss" if local.second else "EEE d MMM y, HH:mm"
    return f"{format_datetime(local, pattern, locale=language)} ({zone})"


class Plain:
    """Rows for a file or a pipe. The desk's time stands above what happens at another moment than the last."""

    def __init__(self, write: Callable[[str], object], *, clock: Callable[[], datetime], zone: tzinfo, language: str):
        self.write = write
        self.clock = clock
        self.zone = zone
        self.language = language
        self._last: datetime | None = None
        self._kept: list[str] = []

    def flush(self) -> None:
        """Write what is ready. Only here can a reader who has gone be noticed, not while the desk is speaking."""
        rows, self._kept = self._kept, []
        self.write("".join(rows))

    def typed(self, seat: Seat, text: str) -> None:
        self._rows(f"{seat.label}> ", harmless(text).split("\n"))

    def shown(self, shown: Shown) -> None:
        by = "desk" if shown.channel == TERMINAL else shown.channel
        self._rows(f"{by} → {harmless(shown.place)}: ", [*text_rows(shown), *button_rows(shown)])

    def told(self, text: str) -> None:
        """What the terminal itself says."""
        self._rows("terminal: ", text.split("\n"))

    def moment(self) -> None:
        """Say what time it is at the desk, if that is another than was last said."""
        if (now := self.clock()) != self._last:
            self._last = now
            self._kept.append(f"-- {clock_text(now, self.zone, self.language)}\n")

    def _rows(self, prefix: str, rows: list[str]) -> None:
        self.moment()
        for row in rows:
            self._kept.append(f"{prefix}{row}".rstrip() + "\n")
