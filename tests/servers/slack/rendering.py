"""What a reader sees of blocks: lines of plain text, the labels of what can be pressed, the fields of a form."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.blocks import each_element, options_of
from tests.servers.slack.texts import Reader, shown

Json = dict[str, Any]


def text_of(text: Json, reader: Reader) -> str:
    """Return a text object as seen."""
    return shown(text["text"], reader) if text["type"] == "mrkdwn" else str(text["text"])


def lines_of(blocks: list[Json], reader: Reader) -> list[str]:
    """Return what the blocks say, a line for each text; buttons and menus are not among them."""
    return [line for block in blocks for line in _lines(block, reader) if line]


def _lines(block: Json, reader: Reader) -> list[str]:
    match block["type"]:
        case "section":
            texts = [block["text"]] if "text" in block else []
            return [text_of(text, reader) for text in [*texts, *block.get("fields", [])]]
        case "header":
            return [text_of(block["text"], reader)]
        case "context":
            return [" ".join(_context(element, reader) for element in block["elements"])]
        case "image":
            return [f"[{block['alt_text']}]"]
        case "input":
            return [text_of(block[part], reader) for part in ("label", "hint") if part in block]
        case "markdown":
            return [shown(block["text"], reader)]
        case "rich_text":
            return [_rich(block["elements"], reader)]
    return []


def _context(element: Json, reader: Reader) -> str:
    return f"[{element['alt_text']}]" if element["type"] == "image" else text_of(element, reader)


def _rich(elements: list[Json], reader: Reader) -> str:
    said = ""
    for element in elements:
        match element.get("type"):
            case "text":
                said += element["text"]
            case "link":
                said += element.get("text") or element["url"]
            case "user":
                said += f"@{reader.name_of(element['user_id'])}"
            case "channel":
                said += f"#{reader.name_of(element['channel_id'])}"
            case "broadcast":
                said += f"@{element['range']}"
            case "emoji":
                said += f":{element['name']}:"
            case _:
                said += _rich(element.get("elements", []), reader)
    return said


def buttons_of(blocks: list[Json]) -> list[str]:
    """Return the labels of all buttons, in order."""
    return [e["text"]["text"] for _, e, _ in each_element(blocks) if e["type"] == "button"]


def overflows_of(blocks: list[Json]) -> list[str]:
    """Return the labels in the overflow menus."""
    menus = [e for _, e, _ in each_element(blocks) if e["type"] == "overflow"]
    return [option["text"]["text"] for menu in menus for option in menu["options"]]


def choices_of(blocks: list[Json]) -> list[str]:
    """Return the labels of all options of selects, radio buttons and checkboxes."""
    menus = [e for _, e, _ in each_element(blocks) if e["type"] != "overflow"]
    return [option["text"]["text"] for menu in menus for option in options_of(menu)]


def value_shown(value: Json) -> Any:
    """Return what stands in a field (of `state.values`): text, an option's label, a list of labels, or None."""
    for key in ("value", "selected_date", "selected_time", "selected_date_time", "selected_user", "selected_users"):
        if key in value:
            return value[key]
    if "selected_option" in value:
        return value["selected_option"] and value["selected_option"]["text"]["text"]
    if "selected_options" in value:
        return [option["text"]["text"] for option in value["selected_options"]]
    return next((inner for key, inner in value.items() if key != "type"), None)
