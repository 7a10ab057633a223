"""What there is in a Slack: people, channels, messages, files, views; each knows its JSON."""

from __future__ import annotations

import mimetypes
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.servers.slack.deliveries import Delivery
    from tests.servers.slack.world import World

Json = dict[str, Any]
SLACKBOT = "USLACKBOT"


@dataclass(eq=False, repr=False)
class User:
    """Somebody or something that can write: a person, the app's bot, Slackbot."""

    world: World
    id: str
    name: str
    """As it is seen and mentioned: `@Eva`."""
    email: str | None = None
    locale: str = "en-US"
    tz: str = "Europe/Rome"
    dates: bool = True
    """Whether their Slack knows dates; else it shows what stands for them."""
    team: str = ""
    real_name: str = ""
    guest: str = ""
    """`multi` (several channels), `single` (one channel), or nothing for a full member."""
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    email_confirmed: bool = True
    status: str = ""
    modals: list[View] = field(default_factory=list)
    """Open ones, the topmost last."""
    home_view: View | None = None
    troubles: list[str] = field(default_factory=list)
    """What Slack itself told this person: an app that did not answer, a command that failed …"""
    private: list[Message] = field(default_factory=list)
    """Ephemeral messages on the screen."""

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    @property
    def handle(self) -> str:
        return self.name.lower().replace(" ", ".")

    @property
    def is_stranger(self) -> bool:
        """Tell whether this is somebody of another workspace (Slack Connect)."""
        return self.team != self.world.team_id

    def name_of(self, target: str) -> str:
        return self.world.name_of(target, self)

    @property
    def short(self) -> Json:
        """The user of an interaction."""
        return {"id": self.id, "username": self.handle, "name": self.handle, "team_id": self.team}

    def profile(self, *, with_email: bool) -> Json:
        first, _, last = (self.real_name or self.name).partition(" ")
        known: Json = {
            "title": "",
            "phone": "",
            "skype": "",
            "real_name": self.real_name or self.name,
            "real_name_normalized": self.real_name or self.name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "fields": None,
            "status_text": self.status,
            "status_emoji": "",
            "status_expiration": 0,
            "avatar_hash": "0",
            "first_name": first,
            "last_name": last,
            "team": self.team,
        }
        if with_email and self.email and not self.is_stranger:
            known["email"] = self.email
        return known

    def as_json(self, *, with_email: bool, with_locale: bool = False) -> Json:
        base: Json = {
            "id": self.id,
            "team_id": self.team,
            "name": self.handle,
            "deleted": self.deleted,
            "profile": self.profile(with_email=with_email),
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": int(self.world.started),
        }
        if self.deleted:
            return base
        zone = datetime.fromtimestamp(self.world.now(), UTC).astimezone(ZoneInfo(self.tz))
        base |= {
            "color": "9f69e7",
            "real_name": self.real_name or self.name,
            "tz": self.tz,
            "tz_label": str(zone.tzname()),
            "tz_offset": int((zone.utcoffset() or timedelta()).total_seconds()),
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "single",
            "is_email_confirmed": self.email_confirmed and not self.is_bot,
            "who_can_share_contact_card": "EVERYONE",
        }
        if self.is_stranger:
            base["is_stranger"] = True
        if with_locale:
            base["locale"] = self.locale
        return base


@dataclass(eq=False, repr=False)
class Channel:
    id: str
    name: str
    kind: str
    """`channel` (public), `group` (private) or `im`: the events' `channel_type`."""
    created: int
    creator: User
    members: dict[str, User] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    """By ts, the threads' too, oldest first; what was deleted is gone."""
    threads: dict[str, list[Message]] = field(default_factory=dict)
    """The replies that are there, by their thread's ts."""
    archived: bool = False
    shared: bool = False
    """With another workspace (Slack Connect)."""
    with_whom: User | None = None

    def __repr__(self) -> str:
        return f"<#{self.name} {self.id}>"

    @property
    def is_im(self) -> bool:
        return self.kind == "im"

    @property
    def short(self) -> Json:
        """The channel of an interaction; private ones and direct messages are not named."""
        return {"id": self.id, "name": {"im": "directmessage", "group": "privategroup"}.get(self.kind, self.name)}

    def has(self, user: User) -> bool:
        return user.id in self.members

    def put(self, message: Message) -> None:
        self.messages[message.ts] = message
        if message.is_reply:
            self.threads.setdefault(message.thread_ts or "", []).append(message)

    def take_out(self, message: Message) -> None:
        del self.messages[message.ts]
        if message.is_reply:
            self.threads[message.thread_ts or ""].remove(message)

    def as_json(self, bot: User, *, with_number: bool = False) -> Json:
        base: Json = {"id": self.id, "created": self.created, "is_archived": self.archived, "is_im": self.is_im}
        if self.with_whom is not None:
            return base | {
                "is_org_shared": False,
                "user": self.with_whom.id,
                "is_user_deleted": self.with_whom.deleted,
                "priority": 0,
            }
        base |= {
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": True,
            "is_group": False,
            "is_mpim": False,
            "is_private": self.kind == "group",
            "is_general": False,
            "unlinked": 0,
            "is_shared": self.shared,
            "is_ext_shared": self.shared,
            "is_org_shared": False,
            "pending_shared": [],
            "creator": self.creator.id,
            "is_member": self.has(bot),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "previous_names": [],
        }
        return base | ({"num_members": len(self.members)} if with_number else {})


@dataclass(eq=False, repr=False)
class File:
    id: str
    name: str
    content: bytes
    by: User
    created: int
    title: str = ""
    mime: str = ""
    deleted: bool = False
    in_form: bool = False
    """Whether somebody put it into a field of the app's, which may read it then wherever it lies."""
    finished: bool = True
    """False until `files.completeUploadExternal`."""
    length: int = 0
    shares: dict[str, list[str]] = field(default_factory=dict)
    """The ts of its messages by channel."""

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    @property
    def kind(self) -> str:
        return self.mime or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def as_json(self, world: World) -> Json:
        if self.deleted:
            return {"id": self.id, "mode": "tombstone"}
        url = f"{world.root}/files-pri/{world.team_id}-{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.kind,
            "filetype": self.name.rpartition(".")[2].lower() or "binary",
            "pretty_type": self.name.rpartition(".")[2].upper(),
            "user": self.by.id,
            "user_team": self.by.team,
            "editable": False,
            "size": len(self.content),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{url}/{self.name}",
            "url_private_download": f"{url}/download/{self.name}",
            "permalink": f"{world.root}/files/{self.by.id}/{self.id}/{self.name}",
            "has_rich_preview": False,
            "file_access": "visible",
        }

    def as_seen_abroad(self) -> Json:
        """What an event tells of a file from another workspace: the rest must be asked by `files.info`."""
        return {"id": self.id, "created": 0, "timestamp": 0, "user": "", "file_access": "check_file_info"}


@dataclass(eq=False, repr=False)
class Message:
    ts: str
    channel: Channel
    by: User
    text: str
    """As Slack keeps it: escaped, with control sequences."""
    blocks: list[Json] = field(default_factory=list)
    former: list[Json] = field(default_factory=list)
    """The blocks that it had before it was changed, the latest first."""
    attachments: list[Json] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str = ""
    client_msg_id: str = ""
    edited: Json | None = None
    metadata: Json | None = None
    reactions: dict[str, list[User]] = field(default_factory=dict)
    only_for: User | None = None
    deleted: bool = False
    updates: int = 0
    """How often it was changed."""
    extra: Json = field(default_factory=dict)
    unfurl: bool = True
    """Whether links in it may unfold into previews."""

    def __repr__(self) -> str:
        return f"<{self.by.name} in {self.channel.name} {self.ts}: {self.text[:60]!r}>"

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def replies(self) -> list[Message]:
        return list(self.channel.threads.get(self.ts, ()))

    def as_json(self, *, counts: bool = True, metadata: bool = False) -> Json:
        world, base = self.by.world, self._base()
        if self.by is world.bot:
            base |= {"bot_id": world.bot_id, "app_id": world.app_id, "bot_profile": world.bot_profile}
        elif self.by.is_bot:
            base |= {"bot_id": f"B{self.by.id[1:]}", "app_id": f"A{self.by.id[1:]}"}
        optional: Json = {
            "subtype": self.subtype,
            "client_msg_id": self.client_msg_id,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "edited": self.edited,
        }
        base |= {key: value for key, value in optional.items() if value}
        if self.files:
            base |= {"files": self._files(), "upload": False, "display_as_bot": False}
        if self.thread_ts is not None:
            base["thread_ts"] = self.thread_ts
        if self.is_reply and (root := self.channel.messages.get(self.thread_ts or "")):
            base["parent_user_id"] = root.by.id
        if counts:
            base |= self._counts()
        if metadata and self.metadata:
            base["metadata"] = self.metadata
        return base | self.extra

    def _base(self) -> Json:
        return {"type": "message", "user": self.by.id, "text": self.text, "ts": self.ts, "team": self.by.team}

    def _files(self) -> list[Json]:
        abroad = self.by.is_stranger
        return [file.as_seen_abroad() if abroad else file.as_json(self.by.world) for file in self.files]

    def _counts(self) -> Json:
        found: Json = {}
        replies = [] if self.is_reply else self.replies
        if replies:
            who = list(dict.fromkeys(reply.by.id for reply in replies))
            found = {
                "thread_ts": self.ts,
                "reply_count": len(replies),
                "reply_users_count": len(who),
                "latest_reply": replies[-1].ts,
                "reply_users": who[:5],
                "is_locked": False,
                "subscribed": False,
            }
        if self.reactions:
            found["reactions"] = [
                {"name": name, "users": [user.id for user in users], "count": len(users)}
                for name, users in self.reactions.items()
            ]
        return found


@dataclass(eq=False, repr=False)
class View:
    """A modal or a Home tab, with what was typed into it."""

    id: str
    person: User
    source: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: dict[tuple[str, str], Json] = field(default_factory=dict)
    """The value of each field by (block_id, action_id), in the form of `state.values`."""
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    """What Slack itself says at the top: it could not reach the app, or did not understand its answer."""
    open: bool = True

    def __repr__(self) -> str:
        return f"<{self.source['type']} {self.id} of {self.person.name}>"

    @property
    def blocks(self) -> list[Json]:
        return list(self.source["blocks"])

    def as_json(self, world: World) -> Json:
        values: Json = {}
        for (block, action), value in self.state.items():
            values.setdefault(block, {})[action] = value
        source = self.source
        return {
            "id": self.id,
            "team_id": world.team_id,
            "type": source["type"],
            "blocks": source["blocks"],
            "private_metadata": source.get("private_metadata", ""),
            "callback_id": source.get("callback_id", ""),
            "state": {"values": values},
            "hash": self.hash,
            "title": source.get("title", {"type": "plain_text", "text": "View Title", "emoji": True}),
            "clear_on_close": source.get("clear_on_close", False),
            "notify_on_close": source.get("notify_on_close", False),
            "close": source.get("close"),
            "submit": source.get("submit"),
            "previous_view_id": self.previous_id,
            "root_view_id": self.root_id,
            "app_id": world.app_id,
            "external_id": source.get("external_id", ""),
            "app_installed_team_id": world.team_id,
            "bot_id": world.bot_id,
        }


@dataclass(eq=False)
class Trigger:
    """Lives three seconds and works once."""

    id: str
    person: User
    at: float
    in_modal: bool = False
    used: bool = False


@dataclass(eq=False)
class ResponseUrl:
    """Works five times in half an hour."""

    url: str
    person: User
    channel: Channel
    message: Message | None
    at: float
    left: int = 5


@dataclass(frozen=True)
class Call:
    """A call of the Web API and how it ended; `error` is empty where it went well."""

    method: str
    params: Json
    at: float
    error: str = ""
    answer: Json = field(default_factory=dict)
    token: str = ""


@dataclass(frozen=True)
class Ping:
    """Somebody's device would have rung because of the app's message."""

    message: Message
    what: str
    """`person`, `channel`, `here`, `everyone` or `group`."""
    who: tuple[User, ...]


class Interaction:
    """What a person pressed, submitted or called, and how it went; `await` it until it is answered or has failed."""

    def __init__(self, person: User, delivery: Delivery) -> None:
        self.person = person
        self.delivery = delivery
        self.failed = ""
        """What the person was shown instead, if the app did not answer in time."""
        self.answer: Any = None
        """What the acknowledgement carried."""

    def __repr__(self) -> str:
        return f"<{self.delivery.payload.get('type', 'command')} by {self.person.name}: {self.failed or self.acked}>"

    @property
    def acked(self) -> bool:
        return self.delivery.acked

    @property
    def done(self) -> bool:
        return self.acked or bool(self.failed)

    @property
    def payload(self) -> Json:
        return self.delivery.payload

    def __await__(self) -> Generator[Any, None, Interaction]:
        return self._until_done().__await__()

    async def _until_done(self) -> Interaction:
        await self.person.world.until(lambda: self.done)
        return self

    def wait(self, timeout: float = 5.0) -> Interaction:
        """As awaiting, for a test without an event loop."""
        self.person.world.wait_until(lambda: self.done, timeout)
        return self
