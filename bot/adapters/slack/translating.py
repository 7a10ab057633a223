"""What Slack sends (events, presses, forms, commands, shortcuts) in the desk's words. Pure: a body in, a `Told` out.

What can't be read is passed over, whatever it is. Who somebody is, is asked elsewhere (`members.py`): here is only what
the body itself tells. A place names no workspace: Slack's ids are its own everywhere, and the settings name rooms by
them before anybody could ask which workspace it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from bot.adapters.slack import doing
from bot.adapters.slack.access import CHANNEL
from bot.adapters.slack.bodies import Json, id_in, key_of, part_in, parts_in, text_in, ts_in
from bot.adapters.slack.contents import files_of, words
from bot.adapters.slack.plain import Names, people_in
from bot.adapters.slack.telling import NOTHING, SLACKBOT, Me, Reaction, Told
from bot.conversations.heard import Arrived, Brought, Deleted, Heard, Left, Person, Place, Said

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
_WORDLESS: Final = ("block_actions", "view_submission", "view_closed")
"""What these tell is no mrkdwn: in a form's fields a person's name is what they typed."""
_GONE: Final = frozenset({"channel_left", "group_left", "channel_archive", "group_archive", "channel_deleted"})
_BACK: Final = frozenset({"channel_unarchive", "group_unarchive"})


def translate(body: Any, me: Me, names: Names | None = None) -> Told:
    """Return what *body*, as Bolt hands it on, tells. Raises nothing.

    *names*: what the people are called whom its words name (`people_named`).
    """
    try:
        return _told(body, me, names or {}) if isinstance(body, dict) else NOTHING
    except Exception:  # read as Slack writes it; of anything else it may raise anything
        return NOTHING


def people_named(body: Any) -> tuple[str, ...]:
    """Return the ids of the people whom the words of *body* name. Raises nothing."""
    if not isinstance(body, dict) or body.get("type") in _WORDLESS:
        return ()
    event = part_in(body, "event")
    spoken = part_in(event, "message") or event or part_in(body, "message") or body
    texts = [text_in(spoken, "text"), *(text_in(one, "text") for one in parts_in(spoken, "attachments"))]
    return people_in("\n".join(texts))


def _told(body: Json, me: Me, names: Names) -> Told:
    match body.get("type"):
        case "event_callback":
            return _event(part_in(body, "event"), text_in(body, "event_id"), me, names)
        case "block_actions":
            return doing.press(body)
        case "view_submission":
            return doing.form(body)
        case "view_closed":
            return doing.closed(body)
        case "shortcut" | "message_action":
            return doing.shortcut(body, me, names)
    return doing.command(body, names) if "command" in body else NOTHING


# Events


def _event(event: Json, id_: str, me: Me, names: Names) -> Told:
    match kind := text_in(event, "type"):
        case "message":
            return Told(message(event, me, names))
        case "reaction_added":
            return _reaction(event, id_, me)
        case "app_home_opened":
            return Told(home=id_in(event, "user") if text_in(event, "tab") in ("home", "") else "")
        case "user_change":
            return Told(changed=id_in(part_in(event, "user"), "id"))
        case "member_joined_channel" | "member_left_channel":
            return _moved(event, id_, me, joined=kind == "member_joined_channel")
        case "app_uninstalled" | "tokens_revoked":
            return Told(revoked=True)
    if kind in _GONE or kind in _BACK:
        return _place_changed(event, id_, me, back=kind in _BACK)
    return NOTHING


def message(event: Json, me: Me, names: Names) -> Heard | None:
    """Return what a message event tells; or a message of a channel's history, with its channel put in."""
    match text_in(event, "subtype"):
        case "message_changed":
            return _changed(event, me, names)
        case "message_deleted":
            return _deleted(event, part_in(event, "previous_message"), me)
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
    spoken, before = part_in(event, "message"), part_in(event, "previous_message")
    if text_in(spoken, "subtype") == "tombstone":
        return _deleted(event, before or spoken, me)
    if text_in(spoken, "subtype") not in _SPOKEN:
        return None
    edited = ts_in(part_in(spoken, "edited"), "ts")
    if not edited or edited == ts_in(part_in(before, "edited"), "ts"):
        return None
    return as_edit(_said(event, spoken, me, names), edited)


def as_edit(said: Said | None, edited: str) -> Said | None:
    """Return what a message's newest words are as an edit of it: the words alone, its files are there already."""
    if said is None or said.other:
        return None
    return replace(said, id=f"{said.id}:{edited}", files=(), edits=said.message)


def _deleted(event: Json, before: Json, me: Me) -> Deleted | None:
    gone = {**before, "ts": ts_in(event, "deleted_ts") or ts_in(before, "ts")}
    spot = _Spot.of(event, gone)
    if spot is None or _is_programs(before, me):
        return None
    return Deleted(f"{spot.chat}:{spot.ts}:deleted", spot.place, spot.person, spot.about, message=spot.ts)


def _is_programs(spoken: Json, me: Me) -> bool:
    """Whether a program wrote it: another app's bot, Slackbot, or we ourselves."""
    by_app = text_in(spoken, "bot_id") or text_in(spoken, "app_id")
    return bool(by_app) or text_in(spoken, "user") in (me.user, SLACKBOT)


def _reaction(event: Json, id_: str, me: Me) -> Told:
    item = part_in(event, "item")
    person, chat, ts = id_in(event, "user"), id_in(item, "channel"), ts_in(item, "ts")
    sign = text_in(event, "reaction").partition("::")[0]
    if sign not in TICKET_EMOJI or text_in(item, "type") != "message" or not (person and chat and ts):
        return NOTHING
    if me.user in (person, text_in(event, "item_user")):
        return NOTHING
    return Told(reaction=Reaction(key_of(id_, chat, ts, sign, person), chat, ts, person))


def brought(reaction: Reaction, spoken: Json, me: Me, names: Names) -> Brought | None:
    """Return the message that was reacted to as a ticket's words; None where it has none, or is a program's."""
    if text_in(spoken, "subtype") not in _SPOKEN or text_in(spoken, "user") == me.user:
        return None
    text, files = words(spoken, me, names), files_of(spoken)
    if not (text or files):
        return None
    return Brought(reaction.id, Place(CHANNEL, ""), Person(reaction.person), text=text, files=files)


def _moved(event: Json, id_: str, me: Me, *, joined: bool) -> Told:
    person, chat = id_in(event, "user"), id_in(event, "channel")
    if not (person and chat):
        return NOTHING
    if person != me.user:
        return Told(joined=(chat, person)) if joined else Told(left=(chat, person))
    by = Person(id_in(event, "inviter") or me.user, direct=False, member=False)
    kind = Arrived if joined else Left
    return Told(kind(key_of(id_, chat, ts_in(event, "event_ts")), Place(CHANNEL, chat), by))


def _place_changed(event: Json, id_: str, me: Me, *, back: bool) -> Told:
    """A channel was archived, brought back or deleted, or we were put out of it."""
    if not (chat := id_in(event, "channel")):
        return NOTHING
    by = Person(id_in(event, "user") or id_in(event, "actor_id") or me.user, direct=False, member=False)
    kind = Arrived if back else Left
    return Told(kind(key_of(id_, chat, ts_in(event, "event_ts")), Place(CHANNEL, chat), by))


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
        chat, ts, user = id_in(event, "channel"), ts_in(spoken, "ts"), id_in(spoken, "user")
        if not (chat and ts and user):
            return None
        direct = text_in(event, "channel_type") == "im" or chat.startswith("D")
        return cls(chat, ts, ts_in(spoken, "thread_ts"), user, direct)

    @property
    def about(self) -> str:
        return self.thread if self.thread != self.ts else ""

    @property
    def place(self) -> Place:
        return Place(CHANNEL, self.chat, thread="" if self.direct else self.thread or self.ts)

    @property
    def person(self) -> Person:
        return Person(self.user, direct=self.direct)
