"""What Slack sends (events, presses, forms, commands, shortcuts) in the desk's words. Pure: a body in, a `Told` out.

What can't be read is passed over, whatever it is. Who somebody is, is asked elsewhere (`members.py`): here is only what
the body itself tells. A place names no workspace: Slack's ids are its own everywhere, and the settings name rooms by
them before anybody could ask which workspace it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from bot.adapters.slack.access import CHANNEL
from bot.adapters.slack.marking import BREAK
from bot.adapters.slack.modals import joined
from bot.adapters.slack.plain import Names, emoji_in, people_in, readable, without_call
from bot.conversations.heard import Arrived, Brought, Deleted, Filled, Heard, Left, Person, Place, Pressed, Said
from core.files import Incoming

Json = Mapping[str, Any]

COMMAND: Final = "/ticket"
SHORTCUT_OPEN: Final = "open-ticket"
SHORTCUT_OF_MESSAGE: Final = "ticket-of-message"
TICKET_EMOJI: Final = frozenset({"ticket", "admission_tickets"})
EVENTS: Final = (
    *("message", "reaction_added", "app_home_opened", "user_change"),
    *("member_joined_channel", "member_left_channel", "channel_left", "group_left"),
    *("channel_archive", "channel_unarchive", "channel_deleted", "group_archive", "group_unarchive"),
    *("app_uninstalled", "tokens_revoked"),
)
"""The events that tell the desk something. `app_mention` does not: the message that mentions us comes as well."""

_SPOKEN: Final = ("", "file_share", "thread_broadcast", "me_message")
"""The subtypes of messages that are a person's words; all others are Slack's own, or a program's."""
_GONE: Final = frozenset({"channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted"})
_BACK: Final = frozenset({"channel_unarchive", "group_unarchive"})
_TS: Final = re.compile(r"[0-9]{1,16}\.[0-9]{1,9}")
_ID: Final = re.compile(r"[A-Z][A-Z0-9]{1,40}")
_LONGEST_ID: Final = 100


@dataclass(frozen=True)
class Me:
    """The app itself in its workspace: the ids of the workspace, of the bot as a person, and as a bot."""

    team: str
    user: str
    bot: str = ""


@dataclass(frozen=True)
class Window:
    """A modal in which something was done, or the Home *tab* itself. *hash*: of what it showed then."""

    id: str
    hash: str = ""
    tab: bool = False
    errors_at: Mapping[str, str] = field(default_factory=dict)
    """By a box's name, the id of its block: there its problem is shown."""


@dataclass(frozen=True)
class Act:
    """A press, a form, a command or a shortcut: what an answer needs.

    *trigger* opens a window, once and within three seconds. *label*, *value*: of the button. *message*: the message that
    bore it, as Slack told it. *at*, *thread*: where it was done; "" where that is no place of ours. *home*: it began on
    the Home tab.
    """

    person: str
    trigger: str = ""
    label: str = ""
    value: str = ""
    window: Window | None = None
    message: Json | None = None
    at: str = ""
    thread: str = ""
    home: bool = False


@dataclass(frozen=True)
class Reaction:
    """A message in *chat* was given the ticket emoji by *person*; its words are still to be asked for."""

    id: str
    chat: str
    ts: str
    person: str


@dataclass(frozen=True)
class Told:
    """A body in the desk's words.

    *heard*: None where it says nothing to the desk; its place has no chat where the person's own is meant and still to
    be found. *changed*: whose profile is another now. *joined*, *left*: (chat, person). *home*: who looks at their Home
    tab. *revoked*: we were put out of the workspace.
    """

    heard: Heard | None = None
    act: Act | None = None
    reaction: Reaction | None = None
    changed: str = ""
    joined: tuple[str, str] | None = None
    left: tuple[str, str] | None = None
    home: str = ""
    revoked: bool = False


NOTHING: Final = Told()


@dataclass(frozen=True)
class Spot:
    """Where a talk lives that is shown in a window, as the window's private metadata keeps it."""

    chat: str
    thread: str = ""
    modal: str = ""
    stamp: str = ""
    direct: bool = False
    home: bool = False

    def pack(self) -> str:
        kept = {"c": self.chat, "t": self.thread, "m": self.modal, "s": self.stamp, "d": self.direct, "h": self.home}
        return json.dumps({name: value for name, value in kept.items() if value})

    @classmethod
    def unpack(cls, packed: object) -> Spot | None:
        """Return what `pack` made; None for anything else."""
        try:
            kept = json.loads(packed) if isinstance(packed, str) else None
        except (ValueError, RecursionError):
            return None
        if not (isinstance(kept, dict) and _ID.fullmatch(_text(kept, "c"))):
            return None
        chat, thread, modal, stamp = (_text(kept, name) for name in "ctms")
        return cls(chat, thread, modal, stamp, direct=kept.get("d") is True, home=kept.get("h") is True)

    @property
    def place(self) -> Place:
        return Place(CHANNEL, self.chat, thread=self.thread, modal=self.modal)


def translate(body: Any, me: Me, names: Names | None = None) -> Told:
    """Return what *body*, as Bolt hands it on, tells. Raises nothing.

    *names*: what the people are called whom its words name (`people_named`).
    """
    try:
        return _told(body, me, names or {}) if isinstance(body, Mapping) else NOTHING
    except Exception:  # read as Slack writes it; of anything else it may raise anything
        return NOTHING


def people_named(body: Any) -> tuple[str, ...]:
    """Return the ids of the people whom the words of *body* name. Raises nothing."""
    if not isinstance(body, Mapping):
        return ()
    event = _part(body, "event")
    spoken = _part(event, "message") or event or _part(body, "message") or body
    texts = [_text(spoken, "text"), *(_text(one, "text") for one in _list(spoken, "attachments"))]
    return people_in("\n".join(texts))


def _told(body: Json, me: Me, names: Names) -> Told:
    match body.get("type"):
        case "event_callback":
            return _event(_part(body, "event"), _text(body, "event_id"), me, names)
        case "block_actions":
            return _press(body)
        case "view_submission":
            return _form(body)
        case "view_closed":
            return _closed(body)
        case "shortcut" | "message_action":
            return _shortcut(body, me, names)
    return _command(body, names) if "command" in body else NOTHING


# Events


def _event(event: Json, id_: str, me: Me, names: Names) -> Told:
    match kind := _text(event, "type"):
        case "message":
            return Told(message(event, me, names))
        case "reaction_added":
            return _reaction(event, id_, me)
        case "app_home_opened":
            return Told(home=_id(event, "user") if _text(event, "tab") in ("home", "") else "")
        case "user_change":
            return Told(changed=_id(_part(event, "user"), "id"))
        case "member_joined_channel" | "member_left_channel":
            return _moved(event, id_, me, joined=kind == "member_joined_channel")
        case "app_uninstalled" | "tokens_revoked":
            return Told(revoked=True)
    if kind in _GONE or kind in _BACK:
        return _place_changed(event, id_, me, back=kind in _BACK)
    return NOTHING


def message(event: Json, me: Me, names: Names) -> Heard | None:
    """Return what a message event tells; or a message of a channel's history, with its channel put in."""
    match _text(event, "subtype"):
        case "message_changed":
            return _changed(event, me, names)
        case "message_deleted":
            return _deleted(event, _part(event, "previous_message"), me)
        case kind if kind in _SPOKEN:
            return _said(event, event, me, names)
    return None


def _said(event: Json, spoken: Json, me: Me, names: Names) -> Said | None:
    """*event* tells the channel, *spoken* the message: two things where an edit is told."""
    spot = _Spot.of(event, spoken)
    if spot is None or _is_programs(spoken, me):
        return None
    text, files = words(spoken, me, names), files_of(spoken)
    other = "" if text or files or not spot.direct else "unknown"
    if not (text or files or other):
        return None
    id_ = f"{spot.chat}:{spot.ts}"
    return Said(id_, spot.place, spot.person, spot.about, text=text, files=files, other=other, message=spot.ts)


def _changed(event: Json, me: Me, names: Names) -> Heard | None:
    """An edit; or a message of which a tombstone is left, since a thread hangs on it. A preview that appears is neither."""
    spoken, before = _part(event, "message"), _part(event, "previous_message")
    if _text(spoken, "subtype") == "tombstone":
        return _deleted(event, before or spoken, me)
    if _text(spoken, "subtype") not in _SPOKEN:
        return None
    edited = _ts(_part(spoken, "edited"), "ts")
    if not edited or edited == _ts(_part(before, "edited"), "ts"):
        return None
    return as_edit(_said(event, spoken, me, names), edited)


def as_edit(said: Said | None, edited: str) -> Said | None:
    """Return what a message's newest words are as an edit of it: the words alone, its files are there already."""
    if said is None or said.other:
        return None
    return replace(said, id=f"{said.id}:{edited}", files=(), edits=said.message)


def _deleted(event: Json, before: Json, me: Me) -> Deleted | None:
    gone = {**before, "ts": _ts(event, "deleted_ts") or _ts(before, "ts")}
    spot = _Spot.of(event, gone)
    if spot is None or _is_programs(before, me):
        return None
    return Deleted(f"{spot.chat}:{spot.ts}:deleted", spot.place, spot.person, spot.about, message=spot.ts)


def _is_programs(spoken: Json, me: Me) -> bool:
    """Whether a program wrote it: another app's bot, or we ourselves."""
    return bool(_text(spoken, "bot_id") or _text(spoken, "app_id")) or _text(spoken, "user") == me.user


def _reaction(event: Json, id_: str, me: Me) -> Told:
    item = _part(event, "item")
    person, chat, ts = _id(event, "user"), _id(item, "channel"), _ts(item, "ts")
    sign = _text(event, "reaction").partition("::")[0]
    if sign not in TICKET_EMOJI or _text(item, "type") != "message" or not (person and chat and ts):
        return NOTHING
    if me.user in (person, _text(event, "item_user")):
        return NOTHING
    return Told(reaction=Reaction(_key(id_, chat, ts, sign, person), chat, ts, person))


def brought(reaction: Reaction, spoken: Json, me: Me, names: Names) -> Brought | None:
    """Return the message that was reacted to as a ticket's words; None where it has none, or is a program's."""
    if _text(spoken, "subtype") not in _SPOKEN or _text(spoken, "user") == me.user:
        return None
    text, files = words(spoken, me, names), files_of(spoken)
    if not (text or files):
        return None
    return Brought(reaction.id, Place(CHANNEL, ""), Person(reaction.person), text=text, files=files)


def _moved(event: Json, id_: str, me: Me, *, joined: bool) -> Told:
    person, chat = _id(event, "user"), _id(event, "channel")
    if not (person and chat):
        return NOTHING
    if person != me.user:
        return Told(joined=(chat, person)) if joined else Told(left=(chat, person))
    by = Person(_id(event, "inviter") or me.user, direct=False, member=False)
    kind = Arrived if joined else Left
    return Told(kind(_key(id_, chat, _ts(event, "event_ts")), Place(CHANNEL, chat), by))


def _place_changed(event: Json, id_: str, me: Me, *, back: bool) -> Told:
    """A channel was archived, brought back or deleted, or we were put out of it."""
    if not (chat := _id(event, "channel")):
        return NOTHING
    by = Person(_id(event, "user") or _id(event, "actor_id") or me.user, direct=False, member=False)
    kind = Arrived if back else Left
    return Told(kind(_key(id_, chat, _ts(event, "event_ts")), Place(CHANNEL, chat), by))


# Presses, forms, commands, shortcuts


def _press(body: Json) -> Told:
    person, action = _id(_part(body, "user"), "id"), next(iter(_list(body, "actions")), {})
    option = _part(action, "selected_option")
    value, label = _text(action, "value") or _text(option, "value"), _part(option or action, "text")
    if not person:
        return NOTHING
    act = Act(person, _text(body, "trigger_id"), _text(label, "text"), value, _window(body))
    id_ = _key(act.trigger, person, _text(action, "action_ts"))
    if act.window and not act.window.tab:
        return _press_in_modal(body, act, id_)
    return _press_outside(body, act, id_)


def _press_in_modal(body: Json, act: Act, id_: str) -> Told:
    spot = Spot.unpack(_part(body, "view").get("private_metadata"))
    if spot is None:
        return Told(act=act)
    act = replace(act, at=spot.chat, thread=spot.thread, home=spot.home)
    person = Person(act.person, direct=spot.direct)
    return Told(Pressed(id_, spot.place, person, key=act.value) if act.value else None, act)


def _press_outside(body: Json, act: Act, id_: str) -> Told:
    """On a message, or on the Home tab, which lies in no chat. A card's button begins a talk in a window of its own."""
    at = _part(body, "container")
    chat = "" if act.window else _id(_part(body, "channel"), "id") or _id(at, "channel_id")
    direct = chat.startswith("D") or not chat
    ts = _ts(at, "message_ts")
    thread = _ts(at, "thread_ts") or _ts(_part(body, "message"), "thread_ts")
    act = replace(act, message=_part(body, "message") or None, at=chat, thread=thread, home=act.window is not None)
    if not act.value or not (chat or act.window):
        return Told(act=act)
    modal = modal_of(id_) if act.value.startswith("!") else ""
    place = Place(CHANNEL, chat, thread="" if direct else thread or ts, modal=modal)
    return Told(Pressed(id_, place, Person(act.person, direct=direct), about=thread or ts, key=act.value), act)


def modal_of(id_: str) -> str:
    """Return the name of the window that a press begins: delivered twice, it is the same one."""
    return "m" + sha256(id_.encode(errors="replace")).hexdigest()[:24]


def _form(body: Json) -> Told:
    view, person = _part(body, "view"), _id(_part(body, "user"), "id")
    window = _window(body)
    spot = Spot.unpack(view.get("private_metadata"))
    if not (person and window and spot):
        return NOTHING
    act = Act(person, _text(body, "trigger_id"), window=window, at=spot.chat, thread=spot.thread, home=spot.home)
    fields, files = _filled(view)
    id_ = _key(act.trigger, window.id, window.hash)
    who = Person(person, direct=spot.direct)
    return Told(Filled(id_, spot.place, who, key=spot.stamp, fields=fields, files=files), act)


def _closed(body: Json) -> Told:
    """A window was closed; with it ends its talk. One that only showed a chat's question ends nothing."""
    view, person = _part(body, "view"), _id(_part(body, "user"), "id")
    spot, id_ = Spot.unpack(view.get("private_metadata")), _id(view, "id")
    if not (person and spot and spot.modal and id_):
        return NOTHING
    return Told(Left(f"{id_}.closed", spot.place, Person(person, direct=spot.direct)))


def _shortcut(body: Json, me: Me, names: Names) -> Told:
    person, trigger = _id(_part(body, "user"), "id"), _text(body, "trigger_id")
    if not person:
        return NOTHING
    id_, spoken = _key(trigger, person, _text(body, "action_ts")), _part(body, "message")
    text, files = (words(spoken, me, names), files_of(spoken)) if spoken else ("", ())
    place = Place(CHANNEL, "", modal=modal_of(id_))
    return Told(Brought(id_, place, Person(person), text=text, files=files), Act(person, trigger))


def _command(body: Json, names: Names) -> Told:
    person, trigger = _id(body, "user_id"), _text(body, "trigger_id")
    if not person or not _text(body, "command"):
        return NOTHING
    id_ = _key(trigger, person)
    place = Place(CHANNEL, "", modal=modal_of(id_))
    text = readable(_text(body, "text"), names).strip()
    return Told(Brought(id_, place, Person(person), text=text), Act(person, trigger))


def _window(body: Json) -> Window | None:
    view = _part(body, "view")
    if not (id_ := _id(view, "id")):
        return None
    return Window(id_, _text(view, "hash"), _text(view, "type") == "home", _blocks_of(view))


def _blocks_of(view: Json) -> dict[str, str]:
    inputs = [one for one in _list(view, "blocks") if one.get("type") == "input"]
    return {_text(_part(one, "element"), "action_id"): _text(one, "block_id") for one in inputs}


def _filled(view: Json) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, tuple[Incoming, ...]], ...]]:
    """Return the fields and the files of a form, by their boxes' names: those are the `action_id`s."""
    fields, files = [], []
    for elements in _part(_part(view, "state"), "values").values():
        for name, element in (elements if isinstance(elements, Mapping) else {}).items():
            if not isinstance(element, Mapping):
                continue
            if element.get("type") == "file_input":
                files.append((str(name), files_of(element)))
            else:
                fields.append((str(name), _text(element, "value") or _text(_part(element, "selected_option"), "value")))
    return joined(fields), tuple(files)


# Where and who


@dataclass(frozen=True)
class _Spot:
    """Where a message stands, and who wrote it."""

    chat: str
    ts: str
    thread: str
    user: str
    direct: bool

    @classmethod
    def of(cls, event: Json, spoken: Json) -> _Spot | None:
        chat, ts, user = _id(event, "channel"), _ts(spoken, "ts"), _id(spoken, "user")
        if not (chat and ts and user):
            return None
        direct = _text(event, "channel_type") == "im" or chat.startswith("D")
        return cls(chat, ts, _ts(spoken, "thread_ts"), user, direct)

    @property
    def about(self) -> str:
        return self.thread if self.thread != self.ts else ""

    @property
    def place(self) -> Place:
        return Place(CHANNEL, self.chat, thread="" if self.direct else self.thread or self.ts)

    @property
    def person(self) -> Person:
        return Person(self.user, direct=self.direct)


# What


def words(spoken: Json, me: Me, names: Names) -> str:
    """Return a message's words, with those that were passed on in it, as people read them."""
    own = readable(without_call(_text(spoken, "text"), me.user), names, emoji_in(spoken.get("blocks")))
    passed_on = (readable(_text(one, "text"), names) for one in _list(spoken, "attachments") if one.get("is_share"))
    links = (_linked(one) for one in _list(spoken, "files"))
    said = "\n\n".join(filter(None, (one.strip() for one in (own, *passed_on, *links))))
    return said.replace(BREAK, "")  # ours, copied along with what we said


def files_of(spoken: Json) -> tuple[Incoming, ...]:
    """Return the files whose bytes lie in Slack. Of some only the id is known: theirs is another workspace."""
    return tuple(_incoming(one) for one in _list(spoken, "files") if _id(one, "id") and _is_here(one))


def _is_here(file: Json) -> bool:
    return _text(file, "mode") not in ("tombstone", "hidden_by_limit") and not file.get("is_external")


def _linked(file: Json) -> str:
    """A file that lies elsewhere (a drive) is a link."""
    if not file.get("is_external"):
        return ""
    url = _text(file, "external_url") or _text(file, "url_private") or _text(file, "permalink")
    return " ".join(filter(None, (_text(file, "title") or _text(file, "name"), url)))


def _incoming(file: Json) -> Incoming:
    size = file.get("size")
    name = _text(file, "name") or _text(file, "title") or "file"
    known = size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None
    return Incoming(_id(file, "id"), name, _text(file, "mimetype") or "application/octet-stream", known)


# Reading what may be anything


def _part(of: Any, name: str) -> Json:
    found = of.get(name) if isinstance(of, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _list(of: Any, name: str) -> list[Json]:
    found = of.get(name) if isinstance(of, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list | tuple) else []


def _text(of: Any, name: str) -> str:
    found = of.get(name) if isinstance(of, Mapping) else None
    return found if isinstance(found, str) else ""


def _id(of: Any, name: str) -> str:
    found = _text(of, name)
    return found if _ID.fullmatch(found) else ""


def _ts(of: Any, name: str) -> str:
    found = _text(of, name)
    return found if _TS.fullmatch(found) else ""


def _key(first: str, *others: str) -> str:
    """Return the id by which it is never taken twice: Slack's own where there is one of a fit length."""
    return first if 0 < len(first) <= _LONGEST_ID else "s" + modal_of("\n".join((first, *others)))
