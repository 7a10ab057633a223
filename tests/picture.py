"""The picture of the README: the real window, at its keys, on a screen in memory that is then drawn as SVG.

Nothing in it is written by hand, and no font or address from outside is needed to look at it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path

from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import ColorDepth, DummyOutput
from prompt_toolkit.styles import Attrs
from prompt_toolkit.styles.base import DEFAULT_ATTRS
from prompt_toolkit.utils import get_cwidth

from bot.demo import at_moment, demo_settings, open_demo
from bot.settings import Settings
from bot.sitting import window_over

COLUMNS, ROWS = 96, 240
"""As many rows as the whole conversation needs: the picture shows some of them."""
BEGIN = "2026-11-24 10:00"
BEFORE = (
    "#operators",
    "queue",
    "eva",
    "register",
    "Eva Rossi",
    "eva@example.org",
    "skip",
    "Studio Rossi",
    "skip",
    "1",
    "777631",
)
"""Giulia has come to her desk, and Eva has registered."""
TOLD = "Signing won't start"
ASKED = ("1", "something else", "1", "skip")
"""A question and an answer each time: left out, and a dotted row says so."""
OPENED = ("1", "#operators", "claim 1001", "wait 6h")
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the screen. A wide character stands in the first of its two cells; the second is empty."""

    char: str = " "
    attrs: Attrs = DEFAULT_ATTRS


CURSOR = Cell(" ", DEFAULT_ATTRS._replace(reverse=True))


@dataclass
class Screen(DummyOutput):
    """A terminal of cells. *turn* is woken by whatever is drawn."""

    columns: int
    rows: int
    x: int = 0
    y: int = 0
    attrs: Attrs = DEFAULT_ATTRS
    cells: list[list[Cell]] = field(default_factory=list)
    turn: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.cells = [self._blank() for _ in range(self.rows)]

    def _blank(self) -> list[Cell]:
        return [Cell()] * self.columns

    def get_size(self) -> Size:
        return Size(rows=self.rows, columns=self.columns)

    def get_rows_below_cursor_position(self) -> int:
        return self.rows - self.y

    def get_default_color_depth(self) -> ColorDepth:
        return ColorDepth.DEPTH_4_BIT

    def flush(self) -> None:
        self.turn.set()

    def write(self, data: str) -> None:
        for char in data:
            self._put(char)

    write_raw = write

    def _put(self, char: str) -> None:
        if char == "\r":
            self.x = 0
        elif char == "\n":
            self._feed()
        elif width := get_cwidth(char):
            if self.x + width > self.columns:
                self.x = 0
                self._feed()
            self.cells[self.y][self.x : self.x + width] = [
                Cell(char, self.attrs),
                *[Cell("", self.attrs)] * (width - 1),
            ]
            self.x += width

    def _feed(self) -> None:
        self.y += 1
        if self.y == self.rows:
            self.y -= 1
            self.cells = [*self.cells[1:], self._blank()]

    def set_attributes(self, attrs: Attrs, color_depth: ColorDepth) -> None:
        self.attrs = attrs

    def reset_attributes(self) -> None:
        self.attrs = DEFAULT_ATTRS

    def erase_screen(self) -> None:
        self.cells = [self._blank() for _ in range(self.rows)]

    def erase_end_of_line(self) -> None:
        self.cells[self.y][self.x :] = [Cell()] * (self.columns - self.x)

    def erase_down(self) -> None:
        self.erase_end_of_line()
        self.cells[self.y + 1 :] = [self._blank() for _ in range(self.rows - self.y - 1)]

    def cursor_goto(self, row: int = 0, column: int = 0) -> None:
        self.y, self.x = max(0, row - 1), max(0, column - 1)

    def cursor_up(self, amount: int) -> None:
        self.y = max(0, self.y - amount)

    def cursor_down(self, amount: int) -> None:
        self.y = min(self.rows - 1, self.y + amount)

    def cursor_forward(self, amount: int) -> None:
        self.x = min(self.columns - 1, self.x + amount)

    def cursor_backward(self, amount: int) -> None:
        self.x = max(0, self.x - amount)

    def text(self) -> list[str]:
        """Return its rows, as one reads them."""
        return ["".join(cell.char for cell in row).rstrip() for row in self.cells]

    async def shows(self, is_so: Callable[[list[str]], bool]) -> None:
        """Wait until *is_so* of what is drawn."""
        while not is_so(self.text()):
            self.turn.clear()
            await self.turn.wait()


async def played(folder: Path) -> list[list[Cell]]:
    """Return the rows of the picture; a person still sits at the prompt."""
    screen = Screen(COLUMNS, ROWS)
    settings = demo_settings(Settings(), folder, language="en")
    with create_pipe_input() as keys, create_app_session(input=keys, output=screen):
        async with asyncio.timeout(SECONDS), open_demo(settings, at_moment(BEGIN)) as demo:
            window = window_over(demo.house, demo.board)
            demo.outlet.open(window.show)
            sitting = asyncio.create_task(window.run(demo.type_, demo.pushed, source=keys, output=screen))
            for line in (*BEFORE, TOLD, *ASKED, *OPENED):
                await _type(screen, keys, line)
            await screen.shows(_waits)
            rows = list(_cropped(screen))  # the rows above the prompt are not drawn to again
            keys.send_text("\x04")
            await sitting
    return rows


def _cropped(screen: Screen) -> Iterator[list[Cell]]:
    """What Eva said and what she was offered; a dotted row; all from the ticket's summary on; the line below."""
    text = screen.text()
    told = text.index(f"eva> {TOLD}")
    answered = text.index(f"eva> {ASKED[0]}", told)
    summary = text.index(f"eva> {ASKED[-1]}", answered) + 1
    prompt = max(place for place, row in enumerate(text[:-1]) if row)
    yield from screen.cells[told : answered + 1]
    yield _cells("  ⋯", screen)
    yield from screen.cells[summary:prompt]
    yield [*screen.cells[prompt][: screen.x], CURSOR, *screen.cells[prompt][screen.x + 1 :]]
    yield _cells("", screen)
    yield list(screen.cells[-1])


def _cells(text: str, screen: Screen) -> list[Cell]:
    return [Cell(char) for char in text.ljust(screen.columns)]


async def _type(screen: Screen, keys: PipeInput, line: str) -> None:
    await screen.shows(_waits)
    keys.send_text(line + "\r")
    await screen.shows(lambda rows: not _waits(rows))


def _waits(rows: list[str]) -> bool:
    """Whether somebody is asked to type: an empty prompt above, the desk's time below."""
    written = [row for row in rows[:-1] if row]
    return "Europe/Rome  F1" in rows[-1] and bool(written) and written[-1].endswith(">")


# The drawing

FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
SIZE, WIDE, HIGH = 14, 8.4, 20
MARGIN, HEAD = 22, 44
PAPER, INK, FRAME = "#171a21", "#d8dee9", "#2c313c"
INKS = {
    "": INK,
    "ansibrightblack": "#7c8799",
    "ansicyan": "#6fd3e0",
    "ansimagenta": "#d7a0ec",
    "ansiyellow": "#f0c674",
    "ansigreen": "#9bd38b",
    "ansired": "#ff7b7b",
}
LIGHTS = {"🔴": "#f2545b", "🟠": "#f49d37", "🟡": "#f2d14e", "🔵": "#4f9cf9"}
SAND = "⏳"
"""Drawn, as the lights are: not every machine has a font with them."""
BARS = {"│": 1.5, "┃": 3.5, "▌": 4.5}
"""Drawn too, so that they join from row to row: their width."""


def drawn(rows: list[list[Cell]], title: str) -> str:
    """Return the picture of *rows* as SVG."""
    wide = round(2 * MARGIN + WIDE * len(rows[0]))
    high = HEAD + HIGH * len(rows) + MARGIN // 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>text {{ font: {SIZE}px {FONT}; white-space: pre; fill: {INK} }}</style>",
            f'<rect x=".5" y=".5" width="{wide - 1}" height="{high - 1}" rx="10" fill="{PAPER}" stroke="{FRAME}"/>',
            *(
                f'<circle cx="{22 + 20 * n}" cy="20" r="6" fill="{ink}"/>'
                for n, ink in enumerate(("#ff5f57", "#febc2e", "#28c840"))
            ),
            f'<text x="{wide / 2}" y="25" text-anchor="middle" style="fill:{INKS["ansibrightblack"]}">{escape(title)}</text>',
            *(part for number, row in enumerate(rows) for part in _row(row, HEAD + HIGH * number)),
            "</svg>\n",
        ]
    )


def _row(row: list[Cell], top: int) -> Iterator[str]:
    x = 0
    for attrs, group in groupby(row, lambda cell: (cell.attrs, _is_drawn(cell.char))):
        cells = list(group)
        yield from _run("".join(cell.char for cell in cells), attrs[0], MARGIN + WIDE * x, top, len(cells))
        x += len(cells)


def _is_drawn(char: str) -> bool:
    """Whether it is a shape of its own; the second cell of a wide one belongs to it."""
    return not char or char in LIGHTS or char in BARS or char == SAND


def _run(text: str, attrs: Attrs, x: float, top: int, cells: int) -> Iterator[str]:
    """Draw what is written alike: a row's bar or light, else its text, fitted into its cells whatever the font."""
    ink, paper = INKS.get(attrs.color or "", f"#{attrs.color}"), PAPER
    if attrs.reverse:
        ink, paper = paper, ink
        yield f'<rect x="{x:.1f}" y="{top + 1}" width="{WIDE * cells:.1f}" height="{HIGH - 2}" rx="3" fill="{paper}"/>'
    if text in BARS:
        yield f'<rect x="{x + 2:.1f}" y="{top}" width="{BARS[text]}" height="{HIGH}" fill="{ink}"/>'
    elif text[:1] in LIGHTS:
        yield f'<circle cx="{x + WIDE:.1f}" cy="{top + HIGH / 2:.1f}" r="6" fill="{LIGHTS[text[0]]}"/>'
    elif text == SAND:
        points = (f"{x + WIDE + dx:.1f},{top + HIGH / 2 + dy:.1f}" for dx, dy in ((-5, -7), (5, -7), (-5, 7), (5, 7)))
        yield f'<polygon points="{" ".join(points)}" fill="{INKS["ansiyellow"]}"/>'
    elif written := text.rstrip():
        yield from _written(text, written, attrs, ink, x, top)


def _written(text: str, written: str, attrs: Attrs, ink: str, x: float, top: int) -> Iterator[str]:
    begins = x + WIDE * (len(text) - len(text.lstrip()))
    wide = WIDE * get_cwidth(written.lstrip())
    style = f"fill:{ink}" + (";font-weight:bold" if attrs.bold else "") + (";font-style:italic" if attrs.italic else "")
    if attrs.underline:
        yield f'<rect x="{begins:.1f}" y="{top + HIGH - 3}" width="{wide:.1f}" height="1" fill="{ink}" opacity=".55"/>'
    yield (
        f'<text x="{begins:.1f}" y="{top + 15}" textLength="{wide:.1f}" lengthAdjust="spacingAndGlyphs" style="{style}">'
        f"{escape(written.lstrip())}</text>"
    )
