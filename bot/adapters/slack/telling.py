"""What Slack tells, as it is handed on here: what the desk hears of it, and what an answer needs."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from bot.adapters.slack.access import CHANNEL
from bot.adapters.slack.bodies import Json, id_in, part_in, parts_in, text_in
from bot.conversations.heard import Heard, Place

SLACKBOT: Final = "USLACKBOT"
"""Slack's own program, of which Slack says that it is no bot."""


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
    view: Json = field(default_factory=dict)
    """As Slack told it."""

    @property
    def errors_at(self) -> dict[str, str]:
        """Return, by a box's name, the id of its block: there its problem is shown."""
        inputs = [one for one in parts_in(self.view, "blocks") if one.get("type") == "input"]
        return {text_in(part_in(one, "element"), "action_id"): text_in(one, "block_id") for one in inputs}


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
        if not (isinstance(kept, dict) and (chat := id_in(kept, "c"))):
            return None
        thread, modal, stamp = text_in(kept, "t"), text_in(kept, "m"), text_in(kept, "s")
        return cls(chat, thread, modal, stamp, direct=kept.get("d") is True, home=kept.get("h") is True)

    @property
    def place(self) -> Place:
        return Place(CHANNEL, self.chat, thread=self.thread, modal=self.modal)
