"""Presses, forms, commands and shortcuts, in the desk's words."""

from __future__ import annotations

from dataclasses import replace

from bot.adapters.slack.access import CHANNEL
from bot.adapters.slack.bodies import Json, digest, id_in, key_of, part_in, parts_in, text_in, ts_in
from bot.adapters.slack.contents import files_of, words
from bot.adapters.slack.modals import joined
from bot.adapters.slack.plain import Names, readable
from bot.adapters.slack.telling import NOTHING, Act, Me, Spot, Told, Window
from bot.conversations.heard import Brought, Filled, Left, Person, Place, Pressed
from core.files import Incoming


def press(body: Json) -> Told:
    person, action = id_in(part_in(body, "user"), "id"), next(iter(parts_in(body, "actions")), {})
    option = part_in(action, "selected_option")
    value, label = text_in(action, "value") or text_in(option, "value"), part_in(option or action, "text")
    if not person:
        return NOTHING
    act = Act(person, text_in(body, "trigger_id"), text_in(label, "text"), value, _window(body))
    id_ = key_of(act.trigger, person, text_in(action, "action_ts"))
    if act.window and not act.window.tab:
        return _press_in_modal(body, act, id_)
    return _press_outside(body, act, id_)


def _press_in_modal(body: Json, act: Act, id_: str) -> Told:
    spot = Spot.unpack(part_in(body, "view").get("private_metadata"))
    if spot is None:
        return Told(act=act)
    act = replace(act, at=spot.chat, thread=spot.thread, home=spot.home)
    person = Person(act.person, direct=spot.direct)
    return Told(Pressed(id_, spot.place, person, key=act.value) if act.value else None, act)


def _press_outside(body: Json, act: Act, id_: str) -> Told:
    """On a message, or on the Home tab, which lies in no chat. A card's button begins a talk in a window of its own."""
    at = part_in(body, "container")
    chat = "" if act.window else id_in(part_in(body, "channel"), "id") or id_in(at, "channel_id")
    direct = chat.startswith("D") or not chat
    ts = ts_in(at, "message_ts")
    thread = ts_in(at, "thread_ts") or ts_in(part_in(body, "message"), "thread_ts")
    act = replace(act, message=part_in(body, "message") or None, at=chat, thread=thread, home=act.window is not None)
    if not act.value or not (chat or act.window):
        return Told(act=act)
    modal = modal_of(id_) if act.value.startswith("!") else ""
    place = Place(CHANNEL, chat, thread="" if direct else thread or ts, modal=modal)
    return Told(Pressed(id_, place, Person(act.person, direct=direct), about=thread or ts, key=act.value), act)


def modal_of(id_: str) -> str:
    """Return the name of the window that a press begins: delivered twice, it is the same one."""
    return "m" + digest(id_)


def form(body: Json) -> Told:
    view, person = part_in(body, "view"), id_in(part_in(body, "user"), "id")
    window = _window(body)
    spot = Spot.unpack(view.get("private_metadata"))
    if not (person and window and spot):
        return NOTHING
    act = Act(person, text_in(body, "trigger_id"), window=window, at=spot.chat, thread=spot.thread, home=spot.home)
    fields, files = _filled(view)
    id_ = key_of(act.trigger, window.id, window.hash)
    who = Person(person, direct=spot.direct)
    return Told(Filled(id_, spot.place, who, key=spot.stamp, fields=fields, files=files), act)


def closed(body: Json) -> Told:
    """A window was closed; with it ends its talk. One that only showed a chat's question ends nothing."""
    view, person = part_in(body, "view"), id_in(part_in(body, "user"), "id")
    spot, id_ = Spot.unpack(view.get("private_metadata")), id_in(view, "id")
    if not (person and spot and spot.modal and id_):
        return NOTHING
    return Told(Left(f"{id_}.closed", spot.place, Person(person, direct=spot.direct)))


def shortcut(body: Json, me: Me, names: Names) -> Told:
    person, trigger = id_in(part_in(body, "user"), "id"), text_in(body, "trigger_id")
    if not person:
        return NOTHING
    id_, spoken = key_of(trigger, person, text_in(body, "action_ts")), part_in(body, "message")
    text, files = (words(spoken, me, names), files_of(spoken)) if spoken else ("", ())
    place = Place(CHANNEL, "", modal=modal_of(id_))
    return Told(Brought(id_, place, Person(person), text=text, files=files), Act(person, trigger))


def command(body: Json, names: Names) -> Told:
    person, trigger = id_in(body, "user_id"), text_in(body, "trigger_id")
    if not person or not text_in(body, "command"):
        return NOTHING
    id_ = key_of(trigger, person)
    place = Place(CHANNEL, "", modal=modal_of(id_))
    text = readable(text_in(body, "text"), names).strip()
    return Told(Brought(id_, place, Person(person), text=text, typed=True), Act(person, trigger))


def _window(body: Json) -> Window | None:
    view = part_in(body, "view")
    if not (id_ := id_in(view, "id")):
        return None
    return Window(id_, text_in(view, "hash"), text_in(view, "type") == "home", view)


def _filled(view: Json) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, tuple[Incoming, ...]], ...]]:
    """Return the fields and the files of a form, by their boxes' names: those are the `action_id`s."""
    fields, files = [], []
    for elements in part_in(part_in(view, "state"), "values").values():
        for name, element in (elements if isinstance(elements, dict) else {}).items():
            if not isinstance(element, dict):
                continue
            if element.get("type") == "file_input":
                files.append((str(name), files_of(element)))
            else:
                fields.append(
                    (str(name), text_in(element, "value") or text_in(part_in(element, "selected_option"), "value"))
                )
    return joined(fields), tuple(files)
