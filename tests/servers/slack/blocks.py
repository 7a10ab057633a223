"""Block Kit: one table of every block and element with its limits, and how Slack complains of what does not fit.

Written from the public reference. Only what stands in the table is known; anything else is refused, as Slack does.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.servers.slack.errors import Refused, invalid

Json = dict[str, Any]


class Found:
    """The complaints, in the order and words of Slack."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, pointer: str, message: str) -> None:
        self.lines.append(f"{message} [json-pointer:{pointer}]")


class Rule(Protocol):
    def check(self, value: Any, at: str, found: Found) -> None: ...


@dataclass(frozen=True)
class Str:
    most: int
    least: int = 1
    pattern: str = ""
    of: tuple[str, ...] = ()

    def check(self, value: Any, at: str, found: Found) -> None:
        if not isinstance(value, str):
            found.add(at, "must provide a string")
        elif len(value) < self.least:
            found.add(at, f"must be more than {self.least - 1} characters")
        elif len(value) > self.most:
            found.add(at, f"must be less than {self.most + 1} characters")
        elif self.of and value not in self.of:
            found.add(at, f"must be one of {', '.join(self.of)}")
        elif self.pattern and not re.fullmatch(self.pattern, value):
            found.add(at, f"must match pattern {self.pattern}")


@dataclass(frozen=True)
class Int:
    least: int = 0
    most: int = 10**10

    def check(self, value: Any, at: str, found: Found) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            found.add(at, "must provide an integer")
        elif not self.least <= value <= self.most:
            found.add(at, f"must be between {self.least} and {self.most}")


@dataclass(frozen=True)
class Bool:
    def check(self, value: Any, at: str, found: Found) -> None:
        if not isinstance(value, bool):
            found.add(at, "must provide a boolean")


@dataclass(frozen=True)
class Anything:
    """For what this Slack keeps and does not look into (the inside of rich text)."""

    def check(self, value: Any, at: str, found: Found) -> None:
        if value is None:
            found.add(at, "must provide a value")


@dataclass(frozen=True)
class Items:
    of: Rule
    least: int = 0
    most: int = 100

    def check(self, value: Any, at: str, found: Found) -> None:
        if not isinstance(value, list):
            found.add(at, "must provide an array")
            return
        if len(value) > self.most:
            found.add(at, f"no more than {self.most} items allowed")
        if len(value) < self.least:
            found.add(at, f"no fewer than {self.least} items allowed")
        for n, one in enumerate(value):
            self.of.check(one, f"{at}/{n}", found)


@dataclass(frozen=True)
class Obj:
    """Fields of which those with `!` are required; *also*: what no single field knows."""

    fields: dict[str, Rule]
    also: Callable[[Json, str, Found], None] | None = None
    strict: bool = True
    cascade: bool = False
    _known: dict[str, Rule] = field(init=False, default_factory=dict)
    _needed: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        for name, rule in self.fields.items():
            self._known[name.rstrip("!")] = rule
            if name.endswith("!"):
                self._needed.append(name[:-1])

    def check(self, value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            found.add(at, "must provide an object")
            return
        before = len(found.lines)
        for name in self._needed:
            if name not in value:
                found.add(at, f"missing required field: {name}")
        for name, inner in value.items():
            rule = self._known.get(name)
            if rule is not None:
                rule.check(inner, f"{at}/{name}", found)
            elif self.strict and name != "type":
                found.add(at, f"invalid additional property: {name}")
        if self.also is not None and len(found.lines) == before:
            self.also(value, at, found)
        if self.cascade and len(found.lines) > before:
            found.lines.insert(before, f"failed to match all allowed schemas [json-pointer:{at}]")


@dataclass(frozen=True)
class Kinds:
    """One of several kinds by its `type`."""

    names: tuple[str, ...]

    def check(self, value: Any, at: str, found: Found) -> None:
        if not isinstance(value, dict):
            found.add(at, "must provide an object")
        elif "type" not in value:
            found.add(at, "missing required field: type")
        elif value["type"] not in self.names:
            found.add(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            TABLE[value["type"]].check(value, at, found)


def _text(most: int, *kinds: str, least: int = 1) -> Obj:
    kind = Str(10, of=kinds)
    return Obj(
        {"type!": kind, "text!": Str(most, least), "emoji": Bool(), "verbatim": Bool()}, also=_one_switch, cascade=True
    )


def _one_switch(text: Json, at: str, found: Found) -> None:
    wrong = "verbatim" if text["type"] == "plain_text" else "emoji"
    if wrong in text:
        found.add(at, f"invalid additional property: {wrong}")


def plain(most: int) -> Obj:
    return _text(most, "plain_text")


def any_text(most: int) -> Obj:
    return _text(most, "plain_text", "mrkdwn")


def _options_or_groups(element: Json, at: str, found: Found) -> None:
    if ("options" in element) == ("option_groups" in element):
        found.add(at, "must provide either options or option_groups")
        return
    offered = [json.dumps(o, sort_keys=True) for o in options_of(element)]
    starts = [element[key] for key in ("initial_option",) if key in element] + element.get("initial_options", [])
    for start in starts:
        if json.dumps(start, sort_keys=True) not in offered:
            found.add(f"{at}/initial_option", "initial option must exactly match a provided option")


def _text_or_fields(section: Json, at: str, found: Found) -> None:
    if "text" not in section and "fields" not in section:
        found.add(at, "missing required field: text")


def _lengths_agree(element: Json, at: str, found: Found) -> None:
    if element.get("min_length", 0) > element.get("max_length", 3000):
        found.add(f"{at}/min_length", "must be less than max_length")
    if len(element.get("initial_value", "")) > element.get("max_length", 3000):
        found.add(f"{at}/initial_value", f"must be less than {element.get('max_length', 3000) + 1} characters")


def options_of(element: Json) -> list[Json]:
    """Return the options of a menu, in groups or not."""
    grouped = [o for group in element.get("option_groups", []) for o in group["options"]]
    return [*element.get("options", []), *grouped]


# ── the table: every number of the reference stands here and nowhere else ───────────────────────────────────────────

ID = Str(255)
MESSAGE_BLOCKS, VIEW_BLOCKS, STACK, ALL_TEXT_OF_MESSAGE = 50, 100, 3, 12_000
VIEW_BYTES, MESSAGE_TEXT, UPDATE_TEXT, METADATA_BYTES = 250_000, 40_000, 4_000, 16_000
CONFIRM = Obj(
    {
        "title!": plain(100),
        "text!": any_text(300),
        "confirm!": plain(30),
        "deny!": plain(30),
        "style": Str(7, of=("primary", "danger")),
    }
)
_OPTION: dict[str, Rule] = {"text!": plain(75), "value!": Str(150), "description": plain(75)}
_MARKED_OPTION: dict[str, Rule] = {"text!": any_text(75), "value!": Str(150), "description": any_text(75)}
OPTION, MARKED_OPTION, LINKED_OPTION = Obj(_OPTION), Obj(_MARKED_OPTION), Obj({**_OPTION, "url": Str(3000)})
GROUP = Obj({"label!": plain(75), "options!": Items(OPTION, 1, 100)})
DISPATCH = Obj({"trigger_actions_on": Items(Str(20, of=("on_enter_pressed", "on_character_entered")), 1, 2)})
_SHARED: dict[str, Rule] = {"action_id": ID, "focus_on_load": Bool()}
_CONFIRMED: dict[str, Rule] = {**_SHARED, "confirm": CONFIRM}
_MENU: dict[str, Rule] = {**_CONFIRMED, "placeholder": plain(150)}
_STATIC: dict[str, Rule] = {**_MENU, "options": Items(OPTION, 1, 100), "option_groups": Items(GROUP, 1, 100)}
_INPUT: dict[str, Rule] = {**_SHARED, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
_MANY: dict[str, Rule] = {"max_selected_items": Int(1)}
IMAGE: dict[str, Rule] = {"image_url": Str(3000), "slack_file": Anything(), "alt_text!": Str(2000)}

ELEMENTS: dict[str, Obj] = {
    "button": Obj(
        {
            "text!": plain(75),
            "action_id": ID,
            "url": Str(3000),
            "value": Str(2000, 0),
            "style": Str(7, of=("primary", "danger")),
            "confirm": CONFIRM,
            "accessibility_label": Str(75),
        }
    ),
    "overflow": Obj({"action_id": ID, "options!": Items(LINKED_OPTION, 2, 5), "confirm": CONFIRM}),
    "static_select": Obj({**_STATIC, "initial_option": OPTION}, also=_options_or_groups),
    "multi_static_select": Obj({**_STATIC, **_MANY, "initial_options": Items(OPTION, 1, 100)}, also=_options_or_groups),
    "users_select": Obj({**_MENU, "initial_user": ID}),
    "multi_users_select": Obj({**_MENU, **_MANY, "initial_users": Items(ID)}),
    "channels_select": Obj({**_MENU, "initial_channel": ID, "response_url_enabled": Bool()}),
    "multi_channels_select": Obj({**_MENU, **_MANY, "initial_channels": Items(ID)}),
    "conversations_select": Obj(
        {
            **_MENU,
            "initial_conversation": ID,
            "default_to_current_conversation": Bool(),
            "response_url_enabled": Bool(),
            "filter": Anything(),
        }
    ),
    "multi_conversations_select": Obj(
        {
            **_MENU,
            **_MANY,
            "initial_conversations": Items(ID),
            "default_to_current_conversation": Bool(),
            "filter": Anything(),
        }
    ),
    "checkboxes": Obj(
        {**_CONFIRMED, "options!": Items(MARKED_OPTION, 1, 10), "initial_options": Items(MARKED_OPTION, 1, 10)},
        also=_options_or_groups,
    ),
    "radio_buttons": Obj(
        {**_CONFIRMED, "options!": Items(MARKED_OPTION, 1, 10), "initial_option": MARKED_OPTION},
        also=_options_or_groups,
    ),
    "datepicker": Obj({**_MENU, "initial_date": Str(10, pattern=r"\d{4}-\d\d-\d\d")}),
    "timepicker": Obj({**_MENU, "initial_time": Str(5, pattern=r"\d\d:\d\d"), "timezone": Str(100)}),
    "datetimepicker": Obj({**_CONFIRMED, "initial_date_time": Int(10**9, 10**10 - 1)}),
    "plain_text_input": Obj(
        {
            **_INPUT,
            "initial_value": Str(3000, 0),
            "multiline": Bool(),
            "min_length": Int(0, 3000),
            "max_length": Int(1, 3000),
        },
        also=_lengths_agree,
    ),
    "email_text_input": Obj({**_INPUT, "initial_value": Str(3000, 0)}),
    "url_text_input": Obj({**_INPUT, "initial_value": Str(3000, 0)}),
    "number_input": Obj(
        {
            **_INPUT,
            "is_decimal_allowed!": Bool(),
            "initial_value": Str(50),
            "min_value": Str(50),
            "max_value": Str(50),
        }
    ),
    "rich_text_input": Obj({**_INPUT, "initial_value": Anything()}),
    "file_input": Obj({"action_id": ID, "filetypes": Items(Str(20)), "max_files": Int(1, 10)}),
    "image": Obj(IMAGE),
}
MENUS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker", "checkboxes", "radio_buttons")
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")
IN_SECTION = ("button", "overflow", "image", *MENUS, *PICKERS)
IN_ACTIONS = ("button", "overflow", *MENUS, *PICKERS, "datetimepicker")
IN_INPUT = (*MENUS, *PICKERS, "datetimepicker", *TYPED)

BLOCKS: dict[str, Obj] = {
    "section": Obj(
        {
            "block_id": ID,
            "text": any_text(3000),
            "fields": Items(any_text(2000), 1, 10),
            "accessory": Kinds(IN_SECTION),
            "expand": Bool(),
        },
        also=_text_or_fields,
    ),
    "header": Obj({"block_id": ID, "text!": plain(150)}),
    "divider": Obj({"block_id": ID}),
    "image": Obj({**IMAGE, "block_id": ID, "title": plain(2000)}),
    "context": Obj({"block_id": ID, "elements!": Items(Kinds(("image", "plain_text", "mrkdwn")), 1, 10)}),
    "actions": Obj({"block_id": ID, "elements!": Items(Kinds(IN_ACTIONS), 1, 25)}),
    "input": Obj(
        {
            "block_id": ID,
            "label!": plain(2000),
            "element!": Kinds(IN_INPUT),
            "hint": plain(2000),
            "optional": Bool(),
            "dispatch_action": Bool(),
        }
    ),
    "rich_text": Obj({"block_id": ID, "elements!": Items(Anything(), 1, 100)}),
    "markdown": Obj({"block_id": ID, "text!": Str(12_000)}),
}
TEXTS: dict[str, Obj] = {
    "plain_text": Obj({"text!": Str(3000), "emoji": Bool()}),
    "mrkdwn": Obj({"text!": Str(3000), "verbatim": Bool()}),
}
TABLE: dict[str, Obj] = {**ELEMENTS, **BLOCKS, **TEXTS}
_VIEW_FIELDS: dict[str, Rule] = {
    "type!": Str(5, of=("modal", "home")),
    "blocks!": Items(Kinds(tuple(BLOCKS)), 1, VIEW_BLOCKS),
    "private_metadata": Str(3000, 0),
    "callback_id": Str(255, 0),
    "external_id": Str(255, 0),
}
MODAL = Obj(
    {
        **_VIEW_FIELDS,
        "title!": plain(24),
        "close": plain(24),
        "submit": plain(24),
        "clear_on_close": Bool(),
        "notify_on_close": Bool(),
    },
    cascade=True,
)
HOME = Obj(_VIEW_FIELDS, cascade=True)


# ── checking ────────────────────────────────────────────────────────────────────────────────────────────────────────


def each_element(blocks: list[Json]) -> Iterator[tuple[Json, Json, str]]:
    """Yield (block, element, pointer within the blocks) of everything that can be pressed or filled."""
    for n, block in enumerate(blocks):
        if block["type"] == "section" and "accessory" in block and block["accessory"]["type"] != "image":
            yield block, block["accessory"], f"/{n}/accessory"
        elif block["type"] == "actions":
            for m, element in enumerate(block["elements"]):
                yield block, element, f"/{n}/elements/{m}"
        elif block["type"] == "input":
            yield block, block["element"], f"/{n}/element"


def _check_ids(blocks: list[Json], at: str, found: Found) -> None:
    seen: set[str] = set()
    for n, block in enumerate(blocks):
        if (name := block.get("block_id")) is not None:
            if name in seen:
                found.add(f"{at}/{n}/block_id", f"`block_id` {name} already exists")
            seen.add(name)
    actions: set[tuple[int, str]] = set()
    for block, element, pointer in each_element(blocks):
        if (action := element.get("action_id")) is not None:
            if (id(block), action) in actions:
                found.add(f"{at}{pointer}/action_id", f"`action_id` {action} already exists in the block")
            actions.add((id(block), action))
    if sum(1 for _, element, _ in each_element(blocks) if element.get("focus_on_load")) > 1:
        found.add(at, "only one element may have focus_on_load")


def check_message_blocks(blocks: Any) -> list[Json]:
    """Return a message's blocks as Slack keeps them; raise `invalid_blocks` with every complaint."""
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except ValueError:
            raise Refused("invalid_blocks_format") from None
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise Refused("invalid_blocks_format")
    found = Found()
    Items(Kinds(tuple(BLOCKS)), 0, MESSAGE_BLOCKS).check(blocks, "/blocks", found)
    if not found.lines:
        _check_ids(blocks, "/blocks", found)
    if found.lines:
        messages = [f"[ERROR] {line}" for line in found.lines]
        raise Refused("invalid_blocks", errors=found.lines, response_metadata={"messages": messages})
    if sum(len(text) for text in _all_texts(blocks)) > ALL_TEXT_OF_MESSAGE:
        raise Refused("msg_blocks_too_long")
    return blocks


def check_view(view: Any, *kinds: str) -> Json:
    """Return the view that was sent; raise `invalid_arguments` with every complaint."""
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except ValueError:
            raise invalid("must be valid json [json-pointer:/view]") from None
    found = Found()
    if not isinstance(view, dict):
        raise invalid("must provide an object [json-pointer:/view]")
    if view.get("type") not in kinds and "type" in view:
        found.add("/view/type", f"unsupported type: {view['type']}")
    (HOME if view.get("type") == "home" else MODAL).check(view, "/view", found)
    if not found.lines:
        _check_ids(view["blocks"], "/view/blocks", found)
        if view["type"] == "modal" and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
            found.add("/view", "missing required field: submit")
    if found.lines:
        raise invalid(*found.lines)
    if len(json.dumps(view)) > VIEW_BYTES:
        raise Refused("view_too_large")
    return view


def _all_texts(what: Any) -> Iterator[str]:
    if isinstance(what, list):
        for one in what:
            yield from _all_texts(one)
    elif isinstance(what, dict):
        if isinstance(what.get("text"), str):
            yield what["text"]
        for inner in what.values():
            if isinstance(inner, (dict, list)):
                yield from _all_texts(inner)


class Naming:
    """Gives names to what was sent without: Slack makes up a block_id and an action_id."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    def kept(self, blocks: list[Json], texts: Callable[[str], str]) -> list[Json]:
        """Return a copy as Slack gives it back: ids everywhere, texts as kept, `emoji` and `verbatim` said."""
        done: list[Json] = [_filled(block, texts) for block in blocks]
        for block in done:
            block.setdefault("block_id", f"b{next(self._next)}")
        for _, element, _ in each_element(done):
            element.setdefault("action_id", f"a{next(self._next)}")
        return done


def _filled(what: Any, texts: Callable[[str], str]) -> Any:
    if isinstance(what, list):
        return [_filled(one, texts) for one in what]
    if not isinstance(what, dict):
        return what
    copy = {key: _filled(value, texts) if isinstance(value, (dict, list)) else value for key, value in what.items()}
    if what.get("type") == "plain_text":
        copy.setdefault("emoji", True)
    elif what.get("type") == "mrkdwn":
        copy["text"] = texts(what["text"])
        copy.setdefault("verbatim", False)
    return copy
