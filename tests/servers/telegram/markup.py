"""Keyboards as the bot sends them: read, counted, and refused where Telegram refuses."""

from __future__ import annotations

from typing import Any

from tests.servers.telegram.errors import bad
from tests.servers.telegram.texts import is_web_address, words
from tests.servers.telegram.things import Chat, Json

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
ACTIONS = words(
    "url callback_data web_app login_url switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat copy_text callback_game pay"
)


def read_markup(given: Json | None, chat: Chat) -> Json | None:
    """Return the markup as the message keeps it: None for none, for an empty keyboard too."""
    if given is None:
        return None
    if "inline_keyboard" in given:
        rows = _rows(given["inline_keyboard"], "inline_keyboard")
        kept = [[_inline(button) for button in row] for row in rows]
        _count(kept)
        kept = [row for row in kept if row]
        return {"inline_keyboard": kept} if kept else None
    if "keyboard" in given:
        rows = _rows(given["keyboard"], "keyboard")
        _count(rows)
        for button in (b for row in rows for b in row):
            _typed(button, chat)
        return given
    if given.get("remove_keyboard") or given.get("force_reply"):
        return given
    return None


def _rows(rows: Any, name: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad(f'field "{name}" must be an Array of Arrays')
    return rows


def _count(rows: list[list[Any]]) -> None:
    if sum(len(row) for row in rows) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad("reply markup is too long")


def _inline(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [action for action in ACTIONS if button.get(action) is not None]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one optional field must be used")
    _check_action(button)
    return dict(button)


def _check_action(button: Json) -> None:
    data, url = button.get("callback_data"), button.get("url")
    if data is not None and not (isinstance(data, str) and 1 <= len(data.encode()) <= 64):
        raise bad("BUTTON_DATA_INVALID")
    if url is not None and not is_web_address(url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _typed(button: Any, chat: Chat) -> None:
    text = button if isinstance(button, str) else button.get("text", "") if isinstance(button, dict) else None
    if text is None:
        raise bad("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not text.strip():
        raise bad("keyboard button text must be non-empty")
    if isinstance(button, dict) and not chat.is_private:
        for wish, name in (("request_contact", "phone number"), ("request_location", "location")):
            if button.get(wish):
                raise bad(f"{name} can be requested in private chats only")
