"""How messages come to be, change and go, and what the app is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.servers.slack import texts
from tests.servers.slack.deliveries import Delivery, Kind
from tests.servers.slack.things import Channel, File, Json, Message, Ping, User

if TYPE_CHECKING:
    from tests.servers.slack.deliveries import Deliveries
    from tests.servers.slack.manifest import Manifest

MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
LETTERS = {"channel": "C", "group": "G"}
GONE = "This message was deleted."


class Posting:
    """The part of the world that keeps messages and writes events."""

    if TYPE_CHECKING:
        bot: User
        slackbot: User
        app_id: str
        team_id: str
        installed: bool
        users: dict[str, User]
        manifest: Manifest
        scopes: set[str]
        deliveries: Deliveries
        pings: list[Ping]

        def new_id(self, kind: str) -> str: ...
        def new_ts(self) -> str: ...
        def now(self) -> float: ...
        def changed(self) -> None: ...

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def tell(self, name: str, event: Json, channel: Channel | None = None) -> Delivery | None:
        """Send an event, if the app subscribed to it, may know it, and (in a channel) is there."""
        if not self.installed or not self.manifest.hears(name, self.scopes):
            return None
        if channel is not None and not channel.has(self.bot):
            return None
        event.setdefault("event_ts", self.new_ts())
        payload = {
            "token": "example-verification-token",
            "team_id": self.team_id,
            "context_team_id": self.team_id,
            "context_enterprise_id": None,
            "api_app_id": self.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": self.new_id("Ev"),
            "event_time": int(self.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": self.team_id,
                    "user_id": self.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel is not None and channel.shared,
            "event_context": f"4-{len(self.deliveries.all)}",
        }
        delivery = self.deliveries.make(Kind.EVENT, payload)
        self.deliveries.send(delivery)
        return delivery

    def tell_message(self, message: Message, **more: Any) -> None:
        """Tell of a new message; a mention of the bot in a channel is told twice, as Slack does."""
        channel = message.channel
        event = message.as_json(counts=False) | {"channel": channel.id, "event_ts": message.ts} | more
        if message.by.is_stranger:
            event |= {"user_team": message.by.team, "source_team": message.by.team}
        mentions = f"<@{self.bot.id}>" in message.text and message.by is not self.bot
        if mentions and not channel.is_im and message.subtype in ("", "file_share", "thread_broadcast"):
            self.tell("app_mention", event | {"type": "app_mention"}, channel)
        self.tell(MESSAGES[channel.kind], event | {"channel_type": channel.kind}, channel)

    def _tell_change(self, message: Message, before: Json, ts: str) -> None:
        now = message.as_json() | {"source_team": message.by.team, "user_team": message.by.team}
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": now,
            "previous_message": before,
            "channel": message.channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": message.channel.kind,
        }
        self.tell(MESSAGES[message.channel.kind], event, message.channel)

    # ── messages ────────────────────────────────────────────────────────────────────────────────────────────────────

    def post(self, channel: Channel, by: User, text: str, **what: Any) -> Message:
        """Put a message (*text* as Slack keeps it) into a channel, ring whoever it rings, and tell the app."""
        message = Message(self.new_ts(), channel, by, text, **what)
        channel.put(message)
        for file in message.files:
            file.shares.setdefault(channel.id, []).append(message.ts)
        if by is self.bot:
            self.ring(message)
        more: Json = {}
        if message.subtype == "thread_broadcast" and (root := channel.messages.get(message.thread_ts or "")):
            more["root"] = root.as_json()
        self.tell_message(message, **more)
        self.changed()
        return message

    def whisper(self, channel: Channel, to: User, text: str, **what: Any) -> Message:
        """Show a message of the bot to one person alone; it is kept nowhere, and no event tells of it."""
        message = Message(self.new_ts(), channel, self.bot, text, only_for=to, **what)
        to.private.append(message)
        self.changed()
        return message

    def service(self, channel: Channel, by: User, subtype: str, text: str, **extra: Any) -> Message:
        return self.post(channel, by, text, subtype=subtype, extra=extra)

    def change(self, message: Message, *, edited_by: User | None = None, **what: Any) -> None:
        """Change a message; *edited_by* marks it as edited, a link preview does not."""
        before, ts, rung = message.as_json(), self.new_ts(), self._controls(message)
        if "blocks" in what:
            message.former = [*message.blocks, *message.former]
        for name, value in what.items():
            setattr(message, name, value)
        if edited_by is not None:
            message.edited = {"user": edited_by.id, "ts": ts.partition(".")[0] + ".000000"}
        message.updates += 1
        if message.by is self.bot:
            self.ring(message, rung)
        if message.only_for is None:
            self._tell_change(message, before, ts)
        self.changed()

    def remove(self, message: Message) -> None:
        """Delete a message; the first of a thread with replies leaves a tombstone, which is told as a change."""
        message.deleted = True
        if message.only_for is not None:
            message.only_for.private.remove(message)
        elif message.replies and not message.is_reply:
            self._bury(message)
        else:
            self._erase(message)
        self.changed()

    def _bury(self, message: Message) -> None:
        before = message.as_json()
        message.by, message.text, message.subtype, message.edited = self.slackbot, GONE, "tombstone", None
        message.blocks, message.files, message.attachments, message.client_msg_id = [], [], [], ""
        message.metadata, message.extra = None, {"hidden": True}
        self._tell_change(message, before, self.new_ts())

    def _erase(self, message: Message) -> None:
        channel, ts = message.channel, self.new_ts()
        before = message.as_json()
        channel.take_out(message)
        root = channel.messages.get(message.thread_ts or "")
        if root is not None and root.subtype == "tombstone" and not root.replies:
            channel.take_out(root)
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": before,
            "channel": channel.id,
            "hidden": True,
            "deleted_ts": message.ts,
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        }
        self.tell(MESSAGES[channel.kind], event, channel)

    # ── who is rung ─────────────────────────────────────────────────────────────────────────────────────────────────

    def ring(self, message: Message, already: Iterable[str] = ()) -> None:
        """Note whom a message of the app rings: by its text or by any text of its blocks that Slack parses."""
        for control in self._controls(message):
            if control not in already:
                self._ring(message, control)

    def _controls(self, message: Message) -> list[str]:
        said = (message.text, *texts.mrkdwn_in(message.blocks), *texts.mrkdwn_in(message.attachments))
        found = (control.partition("|")[0] for one in said for control in texts.controls(one))
        return list(dict.fromkeys(found))

    def _ring(self, message: Message, control: str) -> None:
        if control.startswith("@") and control[1:] in self.users:
            self.pings.append(Ping(message, "person", (self.users[control[1:]],)))
        elif control in ("!channel", "!here", "!everyone"):
            everybody = [user for user in message.channel.members.values() if not user.is_bot]
            self.pings.append(Ping(message, control[1:], tuple(everybody)))
        elif control.startswith("!subteam"):
            self.pings.append(Ping(message, "group", ()))

    # ── channels ────────────────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, channel: Channel, user: User, inviter: User | None = None) -> None:
        """Let somebody (or the bot) into a channel, and tell the app if it is there."""
        channel.members[user.id] = user
        kind = "channel_join" if channel.kind == "channel" else "group_join"
        event = {
            "type": "member_joined_channel",
            "user": user.id,
            "channel": channel.id,
            "channel_type": LETTERS[channel.kind],
            "team": user.team,
        }
        invited = {"inviter": inviter.id} if inviter is not None else {}
        self.tell("member_joined_channel", event | invited, channel)
        self.service(channel, user, kind, f"<@{user.id}> has joined the channel", **invited)

    def leave(self, channel: Channel, user: User, by: User) -> None:
        """Let somebody out; the bot itself is told by another event, and nothing after it."""
        kind = "channel_left" if channel.kind == "channel" else "group_left"
        if user is self.bot:
            self.tell(kind, {"type": kind, "channel": channel.id, "actor_id": by.id}, channel)
            del channel.members[user.id]
        else:
            del channel.members[user.id]
            event = {"type": "member_left_channel", "user": user.id, "channel": channel.id}
            more = {"channel_type": LETTERS[channel.kind], "team": user.team}
            self.tell("member_left_channel", event | more, channel)
            leaving = "channel_leave" if channel.kind == "channel" else "group_leave"
            self.service(channel, user, leaving, f"<@{user.id}> has left the channel")
        self.changed()

    def share(self, channel: Channel, by: User, files: Iterable[File], text: str, **what: Any) -> Message:
        """Post files; the message's subtype is `file_share`."""
        return self.post(channel, by, text, files=list(files), subtype="file_share", **what)
