"""A screen -> a modal or a Home tab: inputs with what was typed before, buttons for everything else. Pure.

An input's `action_id` is its box's name, and its `block_id` holds the stamp: another question gets empty fields, and the
same one keeps what was typed. https://docs.slack.dev/reference/views
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Final

from bot.adapters.slack import limits as most
from bot.adapters.slack.dates import weight, written
from bot.adapters.slack.marking import NOTHING, shown
from bot.adapters.slack.rendering import Json, actions, option, plain, section, sections
from bot.adapters.splitting import cut, split, units
from bot.conversations.screen import Box, Screen
from bot.words import Words

CALLBACK: Final = "form"
SAID: Final = most.MESSAGE
"""So much a window says above its fields; what is longer is cut."""
INPUTS: Final = 80
"""Blocks for what can be filled; the rest of a view's are for what is said above and pressed below."""
_PART: Final = re.compile(r"(.+)\.(\d+)")


def window(screen: Screen, private: str, words: Words) -> Json:
    """Return *screen* as a modal. *private*: what the modal keeps for us, at most `limits.PRIVATE` signs."""
    view = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain(words.say("slack-window"), most.TITLE),
        "close": plain(words.say("slack-close"), most.TITLE),
        "private_metadata": private,
        "notify_on_close": True,
        "blocks": [*_said(screen), *islice(_inputs(screen), INPUTS), *actions(screen.keys)],
    }
    return view | ({"submit": plain(words.say("slack-send"), most.TITLE)} if screen.boxes else {})


def home(pages: Sequence[Screen]) -> Json:
    """Return *pages* as a Home tab, a line between each two; what does not fit any more is left out."""
    blocks: list[Json] = []
    for page in pages:
        more = [*([{"type": "divider"}] if blocks else []), *_said(page), *actions(page.keys)]
        if len(blocks) + len(more) > most.VIEW_BLOCKS:
            break
        blocks += more
    return {"type": "home", "blocks": blocks or [section(NOTHING)]}


def joined(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return a form's fields; what had to be shown in several inputs (`story`, `story.2`) as the one that it is."""
    found: dict[str, str] = {}
    placed = [(*_name_and_place(name), value) for name, value in fields]
    for name, _, value in sorted(placed, key=itemgetter(1)):
        whole = found.get(name, "")
        found[name] = whole + _seam(whole, value) + value
    return tuple(found.items())


def _said(screen: Screen) -> Iterator[Json]:
    said = written(screen.text)
    if said.text.strip():
        yield from map(section, sections(said, cut(said.text, SAID, weight)))
    elif not (screen.boxes or screen.keys):
        yield section(NOTHING)


# Inputs


def _inputs(screen: Screen) -> Iterator[Json]:
    """Yield the fields; a problem that could not be shown at the field itself stands above it."""
    for box in screen.boxes:
        if box.problem:
            said = written(box.problem)
            yield section(sections(said, cut(said.text, most.SECTION, weight))[0])
        for number, element in enumerate(_elements(box), 1):
            name = box.name if number == 1 else f"{box.name}.{number}"
            yield {
                "type": "input",
                "block_id": cut(f"{name}.{screen.stamp}", most.ID),
                "label": plain(box.label or box.name, most.LABEL),
                "element": {**element, "action_id": name},
                "optional": box.optional or number > 1,
                **({"hint": plain(box.hint, most.HINT)} if box.hint else {}),
            }


def _elements(box: Box) -> Iterable[Json]:
    if box.files:
        return ({"type": "file_input", "max_files": most.FILES},)
    if box.options:
        return (_select(box),)
    return _texts(box)


def _select(box: Box) -> Json:
    options = {value: option(label, value) for value, label in box.options}
    given = {"initial_option": options[box.given]} if box.given in options else {}
    return {"type": "static_select", **_offered(list(options.values())), **given}


def _offered(options: Sequence[Json]) -> Json:
    """Return *options*; more than a menu takes stand in groups, each called after its first and its last."""
    if len(options) <= most.OPTIONS:
        return {"options": options}
    groups = [options[at : at + most.OPTIONS] for at in range(0, len(options), most.OPTIONS)]
    return {"option_groups": [{"label": group[0]["text"], "options": group} for group in groups[: most.OPTIONS]]}


def _texts(box: Box) -> Iterator[Json]:
    """Yield one input, or several where what was written elsewhere is longer than one takes."""
    for given in split(shown(box.given), most.INPUT):
        longest = max(min(box.longest or most.INPUT, most.INPUT), units(given))
        yield {
            "type": "plain_text_input",
            "multiline": box.many_lines or "\n" in given,
            "max_length": longest,
            **({"initial_value": given} if given else {}),
        }


# What comes back


def _name_and_place(field: str) -> tuple[str, int]:
    found = _PART.fullmatch(field) if "." in field else None
    return (found[1], int(found[2])) if found else (field, 1)


def _seam(before: str, after: str) -> str:
    """White space at the end of an input may be lost on the way: two pieces are never run together."""
    return "\n" if before and after and not (before[-1].isspace() or after[0].isspace()) else ""
