"""What stands on a screen in Slack, for the transcripts: words without marks, what can be pressed, fields of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.adapters.slack.marking import BREAK
from tests.servers.slack import View, World
from tests.servers.slack.blocks import each_element, options_of
from tests.servers.slack.rendering import lines_of, value_shown
from tests.servers.slack.texts import shown

Json = Mapping[str, Any]
Field = tuple[str, str]


@dataclass
class Reader:
    """Whoever reads: of a date what stands for it where no dates are known, which is how the desk words it everywhere."""

    world: World
    locale: str = "en-GB"
    tz: str = "Europe/Rome"
    dates: bool = False

    def name_of(self, target: str) -> str:
        return self.world.name_of(target)


@dataclass(frozen=True)
class Button:
    """Something that can be pressed: a button, or an option of a menu outside a form. *listed*: of a menu to choose from."""

    label: str
    value: str
    listed: bool = False

    @property
    def answers(self) -> bool:
        """Whether it answers a question; a card's button does something of its own."""
        return bool(self.value) and not self.value.startswith("!")

    @property
    def moves_about(self) -> bool:
        return self.answers and ".~" in self.value

    def is_meant(self, key: str) -> bool:
        """It is meant by its whole key, by what stands last in it (`talk.stamp.yes`), or by its label."""
        return key in (self.value, self.value.split(".", 2)[-1], self.label)


def buttons_of(blocks: list[dict[str, Any]]) -> Iterator[Button]:
    for block, element, _ in each_element(blocks):
        if block["type"] == "input":
            continue
        if element["type"] == "button":
            yield Button(element["text"]["text"], element.get("value", ""))
        else:
            listed = element["type"] != "overflow"
            yield from (Button(one["text"]["text"], one["value"], listed) for one in options_of(element))


def lines_in(text: str) -> tuple[str, ...]:
    return tuple(text.replace(BREAK, "").split("\n"))


def words_of(blocks: list[dict[str, Any]], text: str, reader: Reader) -> tuple[str, ...]:
    """Return what a message says; of blocks that say nothing, the text."""
    said = "\n".join(lines_of(blocks, reader)) if blocks else ""
    return lines_in(said or shown(text, reader))


def page_of(view: View, reader: Reader) -> tuple[str, ...]:
    """Return what a window shows: what it says, and its fields with what stands in them and what is wrong there."""
    lines: list[str] = []
    for block in view.blocks:
        if block["type"] == "input":
            lines.extend(_field(view, block))
        elif block["type"] != "actions":
            lines.extend(words_of([block], "", reader))
    return tuple(lines)


def _field(view: View, block: Json) -> Iterator[str]:
    value = value_shown(view.state[field_at(block)])
    optional = " (optional)" if block.get("optional") else ""
    yield f"✎ {block['label']['text']}{optional}: {_given(value)}".rstrip()
    if "hint" in block:
        yield f"  {block['hint']['text']}"
    if wrong := view.errors.get(block["block_id"]):
        yield f"  ✗ {wrong}"


def _given(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in value)
    return " / ".join(str(value or "").split("\n"))


# A form's fields


def field_at(block: Json) -> Field:
    return block["block_id"], block["element"]["action_id"]


def inputs_of(view: View) -> list[dict[str, Any]]:
    return [block for block in view.blocks if block["type"] == "input"]


def is_empty(view: View, block: Json) -> bool:
    return value_shown(view.state[field_at(block)]) in (None, "", [])


def to_be_typed(view: View) -> str | None:
    """Return the field that somebody goes on with: the one that is wrong, else the first empty one that takes words."""
    typed = [block for block in inputs_of(view) if block["element"]["type"] == "plain_text_input"]
    wrong = [block for block in typed if block["block_id"] in view.errors]
    empty = [block for block in typed if is_empty(view, block)]
    return next((block["block_id"] for block in (*wrong, *empty, *typed)), None)


def to_be_chosen(view: View, key: str) -> str | None:
    """Return the field that offers *key*."""
    for block in inputs_of(view):
        options = options_of(block["element"])
        if any(key in (one["value"], one["text"]["text"]) for one in options):
            return str(block["block_id"])
    return None


def to_be_attached(view: View) -> str | None:
    """Return the field that takes files."""
    fields = (block["block_id"] for block in inputs_of(view) if block["element"]["type"] == "file_input")
    return next(fields, None)
