"""What a person does in front of the screen; each act tells the app what Slack would tell it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from tests.servers.slack import texts
from tests.servers.slack.blocks import each_element, options_of
from tests.servers.slack.deliveries import Kind
from tests.servers.slack.errors import CannotDo
from tests.servers.slack.filling import MODAL_TROUBLE, check_filled, typed_value
from tests.servers.slack.seeing import Screen, Seeing, Seen
from tests.servers.slack.things import Channel, File, Interaction, Json, Message, User, View
from tests.servers.slack.views import answer_submission, close_view

PRESS_TROUBLE = "This app didn’t respond. Try again."
COMMAND_TROUBLE = '{command} failed because the app did not respond. (error: "{error}")'
SLASHED = re.compile(r"/[\w-]+(?=\s|$)")
P = ParamSpec("P")
R = TypeVar("R")
Place = Message | Seen | Screen | View


def in_turn(act: Callable[Concatenate[Acting, P], R]) -> Callable[Concatenate[Acting, P], R]:
    """Do one thing at a time in the world."""

    @functools.wraps(act)
    def locked(self: Acting, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.world.lock:
            if self.deleted:
                raise CannotDo(f"{self.name} was deactivated")
            return act(self, *args, **kwargs)

    return locked


def bare(what: Message | Seen) -> Message:
    return what.message if isinstance(what, Seen) else what


class Acting(Seeing):
    """The writing half of a person."""

    # ── words and files ─────────────────────────────────────────────────────────────────────────────────────────────

    @in_turn
    def says(
        self,
        text: str,
        channel: Channel | None = None,
        thread: Message | Seen | None = None,
        *,
        also_to_channel: bool = False,
    ) -> Message:
        """Write, in the app's direct messages by default; `@Name`, `@channel` and addresses become what Slack makes of them.

        What begins with a slash the client takes for a command, unless a space stands before it.
        """
        if command := SLASHED.match(text):
            raise CannotDo(f"{command[0]} is not a valid command: to send a message, put a space before it")
        place, more = self._place(channel, thread)
        kept = self._typed(text)
        if also_to_channel and thread is not None:
            more["subtype"] = "thread_broadcast"
        return self.world.post(place, self, kept, client_msg_id=self._client_id(), blocks=self._rich(kept), **more)

    def mentions(self, text: str, channel: Channel, thread: Message | Seen | None = None) -> Message:
        """Write to the bot in a channel: `@Sportello text`."""
        return self.says(f"@{self.world.bot.name} {text}", channel, thread)

    def _typed(self, text: str) -> str:
        world = self.world
        names = {f"@{user.name}": f"<@{user.id}>" for user in world.users.values()}
        names |= {f"@{word}": f"<!{word}>" for word in ("channel", "here", "everyone")}
        names |= {f"#{c.name}": f"<#{c.id}|{c.name}>" for c in world.channels.values() if not c.is_im}
        return texts.typed(text, names)

    def _rich(self, kept: str) -> list[Json]:
        shown = {"type": "text", "text": texts.shown(kept, self, marked=False)}
        section = {"type": "rich_text_section", "elements": [shown]}
        return [{"type": "rich_text", "block_id": f"r{self.world.number('rich')}", "elements": [section]}]

    def _client_id(self) -> str:
        return f"c0000000-0000-4000-8000-{self.world.number('client'):012d}"

    def _place(self, channel: Channel | None, thread: Message | Seen | None) -> tuple[Channel, Json]:
        root = bare(thread) if thread is not None else None
        place = channel or (root.channel if root is not None else self.dm)
        if not place.has(self):
            raise CannotDo(f"{self.name} is not in {place.name}")
        if place.archived:
            raise CannotDo(f"{place.name} is archived")
        features = self.world.manifest.at("features.app_home", {})
        if place.is_im and (not features.get("messages_tab_enabled") or features.get("messages_tab_read_only_enabled")):
            raise CannotDo("sending messages to this app has been turned off")
        return place, {"thread_ts": root.thread_ts or root.ts} if root is not None else {}

    @in_turn
    def uploads(
        self,
        name: str,
        content: bytes,
        text: str = "",
        channel: Channel | None = None,
        thread: Message | Seen | None = None,
        *,
        mime: str = "",
        more: Sequence[tuple[str, bytes]] = (),
    ) -> Message:
        """Share a file (and *more* of them) in one message."""
        place, where = self._place(channel, thread)
        files = [self._file(one, inside, mime) for one, inside in [(name, content), *more]]
        return self.world.share(place, self, files, self._typed(text), client_msg_id=self._client_id(), **where)

    def _file(self, name: str, content: bytes, mime: str) -> File:
        file = File(self.world.new_id("F"), name, content, self, int(self.world.now()), mime=mime)
        self.world.files[file.id] = file
        return file

    @in_turn
    def edits(self, message: Message | Seen, text: str) -> None:
        """Change one's own words."""
        self._own(message)
        kept = self._typed(text)
        self.world.change(bare(message), edited_by=self, text=kept, blocks=self._rich(kept))

    @in_turn
    def deletes(self, message: Message | Seen) -> None:
        """Delete one's own message."""
        self._own(message)
        self.world.remove(bare(message))

    def _own(self, message: Message | Seen) -> None:
        if bare(message).by is not self and not self.is_admin:
            raise CannotDo("it is another's message")
        if bare(message).deleted:
            raise CannotDo("it is deleted already")

    @in_turn
    def deletes_file(self, file: File) -> None:
        """Delete a file; its messages stay, with a tombstone in its place."""
        file.deleted, file.content = True, b""
        self.world.tell("file_deleted", {"type": "file_deleted", "file_id": file.id})
        self.world.changed()

    @in_turn
    def gets_preview(self, message: Message | Seen, title: str = "A page") -> None:
        """Let the preview of a link appear: the message changes, and is not edited."""
        self.world.change(bare(message), attachments=[{"id": 1, "title": title, "fallback": title}])

    @in_turn
    def reacts(self, message: Message | Seen, emoji: str) -> None:
        one = bare(message)
        users = one.reactions.setdefault(emoji, [])
        if self in users:
            raise CannotDo("reacted already")
        users.append(self)
        self._tell_reaction("reaction_added", one, emoji)

    @in_turn
    def takes_back(self, message: Message | Seen, emoji: str) -> None:
        """Take one's reaction away."""
        one = bare(message)
        one.reactions[emoji].remove(self)
        if not one.reactions[emoji]:
            del one.reactions[emoji]
        self._tell_reaction("reaction_removed", one, emoji)

    def _tell_reaction(self, kind: str, message: Message, emoji: str) -> None:
        item = {"type": "message", "channel": message.channel.id, "ts": message.ts}
        event = {"type": kind, "user": self.id, "reaction": emoji, "item": item, "item_user": message.by.id}
        self.world.tell(kind, event, message.channel)
        self.world.changed()

    # ── channels and the profile ────────────────────────────────────────────────────────────────────────────────────

    @in_turn
    def joins(self, channel: Channel) -> None:
        if channel.kind != "channel":
            raise CannotDo("one is invited to a private channel")
        self.world.enter(channel, self)

    @in_turn
    def invites(self, user: User, channel: Channel) -> None:
        """Let somebody in; `world.bot` too."""
        if not channel.has(self):
            raise CannotDo(f"{self.name} is not in {channel.name}")
        self.world.enter(channel, user, self)

    @in_turn
    def leaves(self, channel: Channel) -> None:
        self.world.leave(channel, self, self)

    @in_turn
    def removes(self, user: User, channel: Channel) -> None:
        """Put somebody out; `world.bot` too."""
        self.world.leave(channel, user, self)

    @in_turn
    def archives(self, channel: Channel, *, back: bool = False) -> None:
        """Archive a channel, or bring it back."""
        kind = f"{channel.kind}_{'unarchive' if back else 'archive'}"
        channel.archived = not back
        self.world.tell(kind, {"type": kind, "channel": channel.id, "user": self.id}, channel)
        self.world.changed()

    @in_turn
    def renames(self, channel: Channel, name: str) -> None:
        channel.name, kind = name, f"{channel.kind}_rename"
        told = {"id": channel.id, "name": name, "created": channel.created}
        self.world.tell(kind, {"type": kind, "channel": told}, channel)

    def becomes(self, /, **what: Any) -> None:
        """Change what is known of this person: `name`, `email`, `locale`, `tz`, `guest`, `deleted`, `status` …"""
        for name, value in what.items():
            if not hasattr(self, name):
                raise CannotDo(f"nobody has a {name}")
            setattr(self, name, value)
        with self.world.lock:
            with_email = "users:read.email" in self.world.scopes
            user = self.as_json(with_email=with_email, with_locale=True)
            for kind in ("user_change", "user_profile_changed"):
                self.world.tell(kind, {"type": kind, "user": user, "cache_ts": int(self.world.now())})
        self.world.changed()

    # ── presses ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @in_turn
    def presses(self, label: str, where: Place | None = None) -> Interaction:
        """Press the button of this label or value (or choose it in a … menu), confirming if asked.

        Without *where*: in the modal on top, else in the newest message that has it.
        """
        for place in [where] if where is not None else self._places():
            for block, element, _ in each_element(_blocks(place)):
                if element["type"] == "button" and label in (element["text"]["text"], element.get("value")):
                    return self._act(
                        place, block, element, {"text": element["text"]} | _only(element, "value", "style")
                    )
                if element["type"] == "overflow":
                    for option in element["options"]:
                        if label in (option["text"]["text"], option["value"]):
                            return self._act(place, block, element, {"selected_option": option})
        raise CannotDo(f"nothing to press says {label!r}{_offered(where)}")

    @in_turn
    def presses_late(self, value: str, message: Message) -> Interaction:
        """Press a button that the message had before, as a client can that has not caught up."""
        for block, element, _ in each_element([*message.former, *message.blocks]):
            options = [element] if element["type"] == "button" else element.get("options", ())
            for one in options:
                if one.get("value") == value:
                    inside = _only(one, "text", "value") if one is element else {"selected_option": one}
                    return self._act(message, block, element, inside)
        raise CannotDo(f"it never had {value!r}")

    @in_turn
    def chooses(self, label: str | Sequence[str], where: Place | None = None, of: str = "") -> Interaction:
        """Choose an option of a select, radio buttons or checkboxes of a message, Home tab or modal (outside its fields).

        *of*: the block_id or action_id, where several menus offer the same.
        """
        for place in [where] if where is not None else self._places():
            for block, element, _ in each_element(_blocks(place)):
                if block["type"] == "input" or (of and of not in (block["block_id"], element["action_id"])):
                    continue
                if element["type"] not in ("button", "overflow") and _offers(element, label):
                    return self._act(place, block, element, typed_value(element, label, self.world))
        raise CannotDo(f"nothing offers {label!r}{_offered(where)}")

    def _places(self) -> list[Place]:
        if self.modals:
            return [Screen(self.modals[-1])]
        with_me = [c for c in self.world.channels.values() if c.kind == "channel" or c.has(self)]
        messages = [*self.private, *(m for channel in with_me for m in channel.messages.values())]
        home: list[Place] = [Screen(self.home_view)] if self.home_view is not None else []
        return [*sorted(messages, key=lambda m: m.ts, reverse=True), *home]

    def _act(self, place: Place, block: Json, element: Json, value: Json) -> Interaction:
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"], **value}
        action["action_ts"] = self.world.new_ts()
        if isinstance(place, (Screen, View)):
            return self._act_in_view(place.view if isinstance(place, Screen) else place, element, action, value)
        return self._act_in_message(bare(place), action)

    def _base(self, kind: str, *, in_modal: bool = False) -> Json:
        if not self.world.manifest.interactive:
            raise CannotDo("this app is not configured to handle interactive responses")
        return {
            "type": kind,
            "user": self.short,
            "api_app_id": self.world.app_id,
            "token": "example-verification-token",
            "trigger_id": self.world.trigger(self, in_modal=in_modal),
            "team": self.world.team,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _act_in_message(self, message: Message, action: Json) -> Interaction:
        if message.deleted or (message.channel.kind != "channel" and not message.channel.has(self)):
            raise CannotDo("the message is not on the screen")
        hidden = message.only_for is not None
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": message.channel.id,
            "is_ephemeral": hidden,
        }
        if message.thread_ts is not None:
            container["thread_ts"] = message.thread_ts
        payload = self._base("block_actions") | {"container": container, "channel": message.channel.short}
        payload["response_url"] = self.world.response_url(self, message.channel, message)
        payload["state"] = {"values": {}}
        if not hidden:
            payload["message"] = message.as_json()
        payload["actions"] = [action]
        return self.world.interact(self, Kind.INTERACTIVE, payload, words=PRESS_TROUBLE)

    def _act_in_view(self, view: View, element: Json, action: Json, value: Json) -> Interaction:
        if not view.open:
            raise CannotDo("the view is closed")
        if element["type"] not in ("button", "overflow"):
            view.state[action["block_id"], action["action_id"]] = {"type": element["type"], **value}
        payload = self._base("block_actions", in_modal=view.source["type"] == "modal")
        payload["container"] = {"type": "view", "view_id": view.id}
        payload |= {"view": view.as_json(self.world), "actions": [action]}

        def lost(_words: str) -> None:
            view.trouble = MODAL_TROUBLE

        return self.world.interact(self, Kind.INTERACTIVE, payload, words=PRESS_TROUBLE, on_loss=lost)

    # ── modals ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _top(self) -> View:
        if not self.modals:
            raise CannotDo(f"{self.name} has no modal open; was told {self.troubles[-1:]}")
        return self.modals[-1]

    @in_turn
    def fills(self, field: str, value: Any) -> Interaction | None:
        """Fill a field of the modal on top, by its label, block_id or action_id.

        *value*: text, an option's label, a list of them, a person, `2026-11-02`, `09:30`; None empties it. Returns the
        interaction for a field whose changes are told (`dispatch_action`).
        """
        view = self._top()
        block = Screen(view).field(field)
        element = block["element"]
        filled = typed_value(element, value, self.world)
        view.state[block["block_id"], element["action_id"]] = {"type": element["type"], **filled}
        for file in value or () if element["type"] == "file_input" else ():
            file.in_form = True
        if not block.get("dispatch_action"):
            return None
        return self._act(view, block, element, filled)

    @in_turn
    def submits(self, /, **fields: Any) -> Interaction:
        """Press the modal's submit button, having filled these *fields* (by block_id or action_id).

        Raises CannotDo where Slack's client itself would stop: a required field left empty, a text too long or short.
        """
        for name, value in fields.items():
            self.fills(name, value)
        view = self._top()
        if "submit" not in view.source:
            raise CannotDo("the modal has no submit button")
        check_filled(view)
        view.errors, view.trouble = {}, ""
        payload = self._base("view_submission", in_modal=True)
        payload |= {"view": view.as_json(self.world), "response_urls": []}

        def acked(answer: Any) -> None:
            answer_submission(self.world, view, answer)

        def lost(_words: str) -> None:
            view.trouble = MODAL_TROUBLE

        return self.world.interact(
            self, Kind.INTERACTIVE, payload, words=MODAL_TROUBLE, takes_answer=True, on_ack=acked, on_loss=lost
        )

    @in_turn
    def closes(self, *, everything: bool = False) -> None:
        """Close the modal on top (with the ✕ of *everything*, the whole stack); the app is told if it asked to be."""
        top = self._top()
        cleared = everything or bool(top.source.get("clear_on_close"))
        for view in reversed(self.modals[:] if cleared else [top]):
            close_view(view)
            if view.source.get("notify_on_close"):
                payload = self._base("view_closed") | {"view": view.as_json(self.world), "is_cleared": cleared}
                del payload["trigger_id"]
                self.world.interact(self, Kind.INTERACTIVE, payload, words="")
        self.world.changed()

    # ── ways in ─────────────────────────────────────────────────────────────────────────────────────────────────────

    @in_turn
    def opens_home(self, tab: str = "home") -> None:
        """Open the app: its `home` tab, or its `messages`."""
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": self.dm.id, "tab": tab}
        if tab == "home" and self.home_view is not None:
            event["view"] = self.home_view.as_json(self.world)
        self.world.tell("app_home_opened", event)

    @in_turn
    def commands(self, command: str, text: str = "", channel: Channel | None = None) -> Interaction:
        """Type a slash command, in the app's direct messages by default; it works in channels without the bot too."""
        place = channel or self.dm
        known = self.world.manifest.command(command)
        if known is None or "commands" not in self.world.scopes:
            raise CannotDo(f"{command} is not a valid command")
        if not place.has(self) or place.archived:
            raise CannotDo(f"{self.name} cannot write in {place.name}")
        said = self._typed(text) if known.get("should_escape") else texts.escape(text)
        payload: Json = {
            "token": "example-verification-token",
            "team_id": self.world.team_id,
            "team_domain": self.world.team["domain"],
            "channel_id": place.id,
            "channel_name": place.short["name"],
            "user_id": self.id,
            "user_name": self.handle,
            "command": command,
            "text": said,
            "api_app_id": self.world.app_id,
            "is_enterprise_install": "false",
            "response_url": self.world.response_url(self, place, kind="commands"),
            "trigger_id": self.world.trigger(self),
        }

        def acked(answer: Any) -> None:
            self.world.answer_command(self, place, answer)

        words = COMMAND_TROUBLE.format(command=command, error="operation_timeout")
        return self.world.interact(self, Kind.COMMAND, payload, words=words, takes_answer=True, on_ack=acked)

    @in_turn
    def shortcut(self, name: str, message: Message | Seen | None = None) -> Interaction:
        """Choose a shortcut by its name or callback_id: a global one, or that of a message (in any channel)."""
        known = self.world.manifest.shortcut(name, "global" if message is None else "message")
        if known is None or "commands" not in self.world.scopes:
            raise CannotDo(f"there is no shortcut {name!r}")
        payload = self._base("shortcut" if message is None else "message_action")
        payload |= {"callback_id": known["callback_id"], "action_ts": self.world.new_ts()}
        if message is not None:
            one = bare(message)
            payload |= {
                "channel": one.channel.short,
                "message_ts": one.ts,
                "message": one.as_json(),
                "response_url": self.world.response_url(self, one.channel, kind="app"),
            }
        return self.world.interact(self, Kind.INTERACTIVE, payload, words=PRESS_TROUBLE)

    @in_turn
    def reloads(self) -> None:
        """Restart the client: what only this person saw is gone, modals are closed."""
        self.private.clear()
        for view in self.modals[:]:
            close_view(view)


def _blocks(place: Place) -> list[Json]:
    if isinstance(place, Screen):
        return place.view.blocks
    return place.blocks if isinstance(place, View) else bare(place).blocks


def _offered(where: Place | None) -> str:
    if where is None:
        return ""
    labels = [element.get("text", {}).get("text") or element["type"] for _, element, _ in each_element(_blocks(where))]
    return f" among {labels}"


def _only(element: Json, *names: str) -> Json:
    return {name: element[name] for name in names if name in element}


def _offers(element: Json, label: str | Sequence[str]) -> bool:
    offered = {option["text"]["text"] for option in options_of(element)}
    wanted = {label} if isinstance(label, str) else set(label)
    return wanted <= offered if offered else element["type"] not in ("static_select", "radio_buttons", "checkboxes")
