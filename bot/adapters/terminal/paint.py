"""What the desk says, painted for a person: who speaks to whom and when, wrapped to the window, buttons that stand out.

Colours only help: everything they say is said by a word or a sign as well. Only `window` imports this.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.styles import Style
from prompt_toolkit.utils import get_cwidth

from bot.adapters.terminal.board import Shown
from bot.adapters.terminal.drawn import text_rows
from bot.adapters.terminal.harmless import one_line
from bot.adapters.terminal.seats import MAIL
from bot.adapters.terminal.terminal import TERMINAL
from core.notices.outbox import Kind

STYLE = Style.from_dict(
    {
        "time": "ansibrightblack",
        "quiet": "ansibrightblack",
        "customer": "ansicyan",
        "operators": "ansimagenta",
        "leads": "ansiyellow",
        "mail": "ansigreen",
        "alert": "ansired bold",
        "who": "bold",
        "number": "bold reverse",
        "button": "underline",
        "control": "ansibrightblack",
        "terminal": "italic",
        "bottom-toolbar": "noreverse",
        "bottom-toolbar.text": "ansibrightblack",
        "here": "bold reverse",
    }
)
NARROW = 20
"""A window narrower than this is not wrapped any further."""
WIDEST = 100
"""Longer lines are hard to read."""
_BARS = {Kind.ALERT: "┃", Kind.CARD: "▌"}


def colour_of(place: str, channel: str = TERMINAL) -> str:
    """Return the style of a seat."""
    if channel == MAIL or place == MAIL:
        return "mail"
    if not place.startswith("#"):
        return "customer"
    return "leads" if place == "#leads" else "operators"


def painted(shown: Shown, time: str, desk: str, width: int) -> StyleAndTextTuples:
    """Return *shown* ready to print, with *time* and the *desk*'s name at its head."""
    colour = "alert" if shown.kind is Kind.ALERT else colour_of(shown.place, shown.channel)
    room = max(NARROW, min(width, WIDEST) - 4)
    rows: list[StyleAndTextTuples] = [_head(shown, time, desk, colour)]
    bar = ("class:" + colour, f"  {_BARS.get(shown.kind, '│')} ")
    rows.extend([bar, ("", row)] for text in text_rows(shown) for row in wrapped(text, room))
    rows.extend([bar, *row] for row in _buttons(shown, room))
    return [part for row in rows for part in (*row, ("", "\n"))]


def _head(shown: Shown, time: str, desk: str, colour: str) -> StyleAndTextTuples:
    sender = MAIL if shown.channel == MAIL else desk
    head: StyleAndTextTuples = [
        ("class:time", f"{time} "),
        ("class:quiet", f"{sender} → "),
        (f"class:{colour} class:who", one_line(shown.place)),
    ]
    if shown.edited:
        head.append(("class:quiet", " ✎"))
    return head


def _buttons(shown: Shown, room: int) -> Iterable[StyleAndTextTuples]:
    """Numbers are typed where there are numbers; labels always."""
    choices = [_choice(number, one_line(key.label), shown.numbered) for number, key in enumerate(shown.choices, 1)]
    controls = [_control(one_line(key.label)) for key in shown.screen.keys if key.control]
    yield from _packed(choices, room)
    yield from _packed(controls, room)


def _choice(number: int, label: str, numbered: bool) -> StyleAndTextTuples:
    if not numbered:
        return [("class:button", f"[{label}]")]
    return [("class:number", f" {number} "), ("", " "), ("class:button", label)]


def _control(label: str) -> StyleAndTextTuples:
    return [("class:control", f"[{label}]")]


def _packed(buttons: Sequence[StyleAndTextTuples], room: int) -> Iterable[StyleAndTextTuples]:
    """Put buttons beside one another as long as there is room."""
    row: StyleAndTextTuples = []
    for button in buttons:
        if row and _cells(row) + 3 + _cells(button) > room:
            yield row
            row = []
        row = [*row, ("", "   "), *button] if row else list(button)
    if row:
        yield row


def _cells(row: StyleAndTextTuples) -> int:
    return sum(get_cwidth(part[1]) for part in row)


def wrapped(text: str, room: int) -> list[str]:
    """Return *text* in rows of at most *room* cells, broken at spaces where there are any."""
    rows, row = [], ""
    for word in text.split(" "):
        if row and get_cwidth(row) + 1 + get_cwidth(word) > room:
            rows.append(row)
            row = word
        else:
            row = f"{row} {word}" if row else word
        while get_cwidth(row) > room:
            head = _fitting(row, room)
            rows.append(head)
            row = row[len(head) :]
    return [*rows, row]


def _fitting(text: str, room: int) -> str:
    """Return as much of *text* as fits: emoji and wide characters take two cells."""
    cells = 0
    for place, char in enumerate(text):
        cells += get_cwidth(char)
        if cells > room:
            return text[: max(place, 1)]
    return text
