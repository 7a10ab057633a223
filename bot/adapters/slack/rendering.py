"""A screen -> Slack's messages: sections of mrkdwn, then what can be pressed. Pure: nothing is sent here.

A long text is split, into sections and then into messages, and nothing of it is lost; only a ticket's card, which is one
message for ever, is cut: its button that shows the whole ticket is the way to the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.adapters.slack import limits as most
from bot.adapters.slack.access import COMMAND
from bot.adapters.slack.dates import Written, weight, written
from bot.adapters.slack.marking import NOTHING, marked, shown
from bot.adapters.splitting import cut, split, units
from bot.conversations.screen import Key, Limits, Screen, Whose

Json = dict[str, Any]

LIMITS: Final = Limits(
    forms=True,
    modals=True,
    text=40_000,
    label=most.BUTTON,
    in_row=5,
    keys=most.OPTIONS,
    hint=most.SECTION,
    edits=True,
    command=COMMAND,
    largest=most.LARGEST,
)
"""*text*: people's own messages come whole up to there; ours are split."""
FIRST: Final = 4
"""So many buttons of a card are seen at once; the rarer ones stand behind them, in the menu."""
NAME: Final = 128
PERSON: Final = re.compile("[UW][A-Z0-9]{2,30}")


@dataclass(frozen=True)
class Message:
    """*text*: what notifications and screen readers say; *blocks*: what is seen."""

    text: str
    blocks: tuple[Json, ...]


def draw(screen: Screen, *, room: bool) -> tuple[Message, ...]:
    """Return *screen* as messages; *room*: other people read along. What can be pressed stands in the last one."""
    mention = _mention(screen.whose) if room else ""
    pressed, said = actions(screen.keys), written(screen.text)
    parts = parts_of(said.text, most.MESSAGE - _weight_of(pressed) - units(mention))
    last = len(parts) - 1
    return tuple(
        _message(said, part, "" if number else mention, pressed if number == last else ())
        for number, part in enumerate(parts)
    )


def draw_card(screen: Screen) -> Message:
    """Return a ticket's card: its first line bold; what is longer than a section is cut."""
    said = written(screen.text)
    text = cut(said.text.strip() or NOTHING, most.SECTION - 2, weight)
    head, newline, body = text.partition("\n")
    head = said.marked(head.rstrip())
    bold = head if "*" in head else f"*{head}*"
    return Message(said.in_words(text), (section(f"{bold}{newline}{said.marked(body)}"), *_row_of_card(screen.keys)))


def draw_caption(screen: Screen, *, room: bool) -> tuple[str, tuple[Message, ...]]:
    """Return what is said of a file: beside it, or as messages below it where it is long or can be pressed."""
    said = written(screen.text)
    text = said.text.strip()
    if screen.keys or screen.whose or weight(text) > most.SECTION:
        return "", draw(screen, room=room)
    return said.in_words(text), ()


def sections(said: Written, part: str, first: int = most.SECTION) -> tuple[str, ...]:
    """Return a part of a text as mrkdwn, in pieces that a section takes; the first has only so much room."""
    pieces = split(part, most.SECTION, first, weight)
    return tuple(said.marked(piece.strip("\n").rstrip()) for piece in pieces if piece.strip()) or (NOTHING,)


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def plain(text: str, longest: int) -> Json:
    """Return words in which Slack reads no signs at all, on one line."""
    return {"type": "plain_text", "text": _line(text, longest)}


@lru_cache(maxsize=1024)  # most labels are the desk's own, and come again and again
def _line(text: str, longest: int) -> str:
    return cut(" ".join(shown(text).split()) or NOTHING, longest)


def parts_of(text: str, longest: int) -> list[str]:
    """Return *text* in parts of at most *longest*, without the blank ones; at least one."""
    return [part for part in split(text, longest, measure=weight) if part.strip()] or [NOTHING]


def _message(said: Written, part: str, mention: str, pressed: Sequence[Json]) -> Message:
    first, *rest = sections(said, part, most.SECTION - units(mention))
    text = mention + said.in_words(cut(part.strip(), most.TEXT - units(mention), weight))
    return Message(text, (section(mention + first), *map(section, rest), *pressed))


def _mention(whose: Whose | None) -> str:
    """Return who is asked, as a line that calls them."""
    if whose is None:
        return ""
    if PERSON.fullmatch(whose.address):
        return f"<@{whose.address}>\n"
    return f"{marked(cut(' '.join(shown(whose.name).split()), NAME))}\n"


# What can be pressed


def actions(keys: Sequence[Key]) -> tuple[Json, ...]:
    """Return what can be pressed: options first, controls apart below them; many options as one menu."""
    controls = [key for key in keys if key.control][: most.OPTIONS]
    options = [key for key in keys if not key.control][: most.OPTIONS - len(controls)]
    chosen = [_menu(options)] if len(options) > most.ELEMENTS else [_button(key) for key in options]
    return (*_rows(chosen, "key"), *_rows([_button(key) for key in controls], "control"))


def _rows(elements: Sequence[Json], name: str) -> Iterator[Json]:
    """Yield rows of what can be pressed, each of which gets an id of its own."""
    for number, element in enumerate(elements):
        element["action_id"] = f"{name}.{number}"
    for at in range(0, len(elements), most.ELEMENTS):
        yield {"type": "actions", "elements": list(elements[at : at + most.ELEMENTS])}


def _row_of_card(keys: Sequence[Key]) -> Iterable[Json]:
    """Return a card's buttons: the first ones in a row, the rarer ones in a menu at its end."""
    least, largest = most.OVERFLOW
    seen = max(FIRST, len(keys) - largest)
    if len(keys) - seen < least:
        seen = len(keys)
    row = [_button(key) for key in keys[: most.ELEMENTS - 1][:seen]]
    rarer = keys[seen : seen + largest]
    return _rows([*row, *([_overflow(rarer)] if rarer else [])], "key")


def _button(key: Key) -> Json:
    return {"type": "button", "text": plain(key.label, most.BUTTON), "value": key.value}


def _menu(keys: Sequence[Key]) -> Json:
    return {"type": "static_select", "options": [option(key.label, key.value) for key in keys]}


def _overflow(keys: Sequence[Key]) -> Json:
    return {"type": "overflow", "options": [option(key.label, key.value) for key in keys]}


def option(label: str, value: str) -> Json:
    """Return one of several. *value*: at most `limits.OPTION_VALUE` signs."""
    return {"text": plain(label, most.OPTION), "value": value}


def _weight_of(pressed: Sequence[Json]) -> int:
    """Return how long all labels are."""
    elements = [element for row in pressed for element in row["elements"]]
    labels = [one["text"]["text"] for element in elements for one in element.get("options", [element])]
    return sum(map(units, labels))
