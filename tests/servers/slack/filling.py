"""The fields of a form: what a person's value becomes in `state.values`, and what the client itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.slack.blocks import TYPED, each_element, options_of
from tests.servers.slack.errors import CannotDo
from tests.servers.slack.things import File, Json, User, View

if TYPE_CHECKING:
    from tests.servers.slack.world import World

MODAL_TROUBLE = "We had some trouble connecting. Try again?"
REQUIRED = "Please complete this required field."
ONE_OPTION = ("static_select", "radio_buttons")
MANY_OPTIONS = ("multi_static_select", "checkboxes")
SELECTED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
INITIAL = {
    **dict.fromkeys(ONE_OPTION, ("initial_option", "selected_option")),
    **dict.fromkeys(MANY_OPTIONS, ("initial_options", "selected_options")),
    **{kind: (f"initial_{key.removeprefix('selected_')}", key) for kind, key in SELECTED.items()},
    **dict.fromkeys(TYPED, ("initial_value", "value")),
}


def first_values(blocks: list[Json]) -> dict[tuple[str, str], Json]:
    """Return what stands in the fields when a view is first shown."""
    found = {}
    for block, element, _ in each_element(blocks):
        kind = element["type"]
        if kind in INITIAL:
            given, kept = INITIAL[kind]
            empty: Any = [] if kept == "selected_options" or kind.startswith("multi_") else None
            found[block["block_id"], element["action_id"]] = {"type": kind, kept: element.get(given, empty)}
    return found


def typed_value(element: Json, value: Any, world: World) -> Json:
    """Return what *value* becomes in this element; raise CannotDo for what it does not offer."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return {"selected_option": None if value is None else _option(element, value)}
    if kind in MANY_OPTIONS:
        wanted = [value] if isinstance(value, str) else value or []
        return {"selected_options": [_option(element, one) for one in wanted]}
    if kind in SELECTED:
        several = isinstance(value, (list, tuple))
        return {SELECTED[kind]: [_id(one) for one in value] if several else _id(value)}
    if kind == "file_input":
        return {"files": [file.as_json(world) for file in value or [] if isinstance(file, File)]}
    if kind not in TYPED:
        raise CannotDo(f"{kind} cannot be filled")
    if value and "\n" in str(value) and not element.get("multiline"):
        raise CannotDo("the field has one line")
    return {"value": str(value) if value not in (None, "") else None}


def _id(value: Any) -> Any:
    return value.id if isinstance(value, User) or hasattr(value, "id") else value


def _option(element: Json, label: str) -> Json:
    for option in options_of(element):
        if label in (option["text"]["text"], option["value"]):
            return option
    raise CannotDo(f"{label!r} is not offered: {[option['text']['text'] for option in options_of(element)]}")


def check_filled(view: View) -> None:
    """Raise CannotDo for what Slack's client does not let through."""
    for block in view.blocks:
        if block["type"] == "input":
            value = view.state[block["block_id"], block["element"]["action_id"]]
            problem = _problem(block, next(inner for key, inner in value.items() if key != "type"))
            if problem:
                raise CannotDo(f"{block['label']['text']}: {problem}")


def _problem(block: Json, value: Any) -> str:
    element = block["element"]
    if value in (None, [], ""):
        return "" if block.get("optional") else REQUIRED
    if element["type"] == "email_text_input" and "@" not in value:
        return "Enter a valid email address"
    if element["type"] == "url_text_input" and "://" not in value:
        return "Enter a valid URL"
    if element["type"] == "number_input" and not _is_number(value, element["is_decimal_allowed"]):
        return "Enter a number"
    if isinstance(value, str) and element["type"] == "plain_text_input":
        if len(value) < element.get("min_length", 0):
            return f"at least {element['min_length']} characters"
        if len(value) > element.get("max_length", 3000):
            return f"at most {element.get('max_length', 3000)} characters"
    return ""


def _is_number(value: str, decimal: bool) -> bool:
    read: Callable[[str], object] = float if decimal else int
    try:
        read(value)
    except ValueError:
        return False
    return True
