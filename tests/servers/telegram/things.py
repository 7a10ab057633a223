"""What a world is made of: users, chats, topics, messages, files, and how the Bot API writes each of them."""

from __future__ import annotations

import base64
import hashlib
import itertools
import struct
from dataclasses import dataclass, field
from typing import Any

from tests.servers.telegram.texts import as_html, words

Json = dict[str, Any]

ANONYMOUS_ADMINISTRATOR = 1087968824
CHANNEL_BOT = 136817688
GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)
PERMISSIONS = words(
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_edit_tag can_change_info can_invite_users can_pin_messages can_manage_topics"
)
RIGHTS = words(
    "can_manage_chat can_change_info can_delete_messages can_invite_users can_restrict_members can_pin_messages "
    "can_manage_topics can_promote_members can_manage_video_chats can_post_stories can_edit_stories can_delete_stories "
    "is_anonymous"
)


@dataclass(eq=False, repr=False)
class User:
    id: int
    name: str
    is_bot: bool = False
    username: str | None = None
    language: str | None = None
    last_name: str = ""
    deactivated: bool = False

    def __repr__(self) -> str:
        return f"<{self.name} {self.id}>"

    @property
    def json(self) -> Json:
        written: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.last_name:
            written["last_name"] = self.last_name
        if self.username:
            written["username"] = self.username
        if self.language:
            written["language_code"] = self.language
        return written


@dataclass(eq=False, repr=False)
class Bot(User):
    token: str = ""
    can_read_all_group_messages: bool = False
    can_join_groups: bool = True

    @property
    def whole_json(self) -> Json:
        return self.json | {
            "can_join_groups": self.can_join_groups,
            "can_read_all_group_messages": self.can_read_all_group_messages,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }


@dataclass(eq=False)
class Member:
    user: User
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    custom_title: str = ""
    until: int = 0

    @property
    def inside(self) -> bool:
        return self.status in ("creator", "administrator", "member") or (
            self.status == "restricted" and self.rights.get("is_member", True)
        )

    @property
    def leads(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))

    @property
    def json(self) -> Json:
        written: Json = {"user": self.user.json, "status": self.status}
        if self.leads:
            written["is_anonymous"] = self.rights.get("is_anonymous", False)
            if self.custom_title:
                written["custom_title"] = self.custom_title
        if self.status == "administrator":
            written |= {"can_be_edited": False} | {right: self.rights.get(right, False) for right in RIGHTS}
        if self.status == "restricted":
            written |= {right: self.rights.get(right, False) for right in PERMISSIONS}
            written |= {"is_member": self.rights.get("is_member", True), "until_date": self.until}
        if self.status == "kicked":
            written["until_date"] = self.until
        return written


@dataclass(eq=False, repr=False)
class Chat:
    id: int
    type: str
    title: str = ""
    username: str | None = None
    is_forum: bool = False
    person: User | None = None
    members: dict[int, Member] = field(default_factory=dict)
    permissions: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(PERMISSIONS, True))
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    pinned: list[Message] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    """What sendChatAction showed ("typing" …), in order."""
    blocked: bool = False
    begun: bool = False
    """A private chat: the person has written, so the bot may write."""
    moved_to: Chat | None = None
    members_hidden: bool = False
    last_bot: User | None = None
    own_ids: Any = None

    def __repr__(self) -> str:
        return f"<{self.type} {self.title or self.person!r} {self.id}>"

    def __post_init__(self) -> None:
        if self.type in ("supergroup", "channel"):
            self.own_ids = itertools.count(1)

    @property
    def is_private(self) -> bool:
        return self.type == "private"

    @property
    def json(self) -> Json:
        if self.person is not None:
            written: Json = {"id": self.id, "first_name": self.person.name, "type": "private"}
            if self.person.last_name:
                written["last_name"] = self.person.last_name
            if self.person.username:
                written["username"] = self.person.username
            return written
        written = {"id": self.id, "title": self.title, "type": self.type}
        if self.username:
            written["username"] = self.username
        if self.is_forum:
            written["is_forum"] = True
        if self.type == "group":
            written["all_members_are_administrators"] = all(self.permissions.values())
        return written

    @property
    def whole_json(self) -> Json:
        written = self.json | {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
        if self.person is None:
            written["permissions"] = dict(self.permissions)
        if self.members_hidden:
            written["has_hidden_members"] = True
        if self.pinned:
            written["pinned_message"] = self.pinned[-1].as_json(inner=False)
        return written


@dataclass(eq=False, repr=False)
class Topic:
    id: int
    name: str
    icon_color: int
    by: User
    icon_custom_emoji_id: str | None = None
    closed: bool = False
    deleted: bool = False
    first: Message | None = None

    def __repr__(self) -> str:
        return f"<topic {self.id} {self.name!r}>"

    @property
    def json(self) -> Json:
        written: Json = {"message_thread_id": self.id, "name": self.name, "icon_color": self.icon_color}
        if self.icon_custom_emoji_id:
            written["icon_custom_emoji_id"] = self.icon_custom_emoji_id
        return written


@dataclass(frozen=True)
class Button:
    label: str
    data: str | None = None
    url: str | None = None


@dataclass(eq=False)
class File:
    kind: str
    content: bytes
    size: int
    id: str
    unique_id: str
    name: str | None = None
    mime: str | None = None
    path: str = ""
    linked_until: float = 0.0
    extra: Json = field(default_factory=dict)

    @property
    def json(self) -> Json:
        written: Json = {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}
        if self.name and self.kind in ("document", "audio", "video", "animation"):
            written["file_name"] = self.name
        if self.mime and self.kind not in ("photo", "sticker", "video_note"):
            written["mime_type"] = self.mime
        return written | self.extra

    @property
    def content_json(self) -> Json:
        """As it stands in a message: a photo comes in several sizes."""
        if self.kind == "photo":
            small = self.json | {"file_id": self.id + "s", "file_unique_id": self.unique_id + "s", "width": 90}
            small |= {"height": 67, "file_size": min(self.size, 1200)}
            return {"photo": [small, self.json]}
        if self.kind == "animation":
            return {"animation": self.json, "document": self.json}
        return {self.kind: self.json}


FOLDERS = {"photo": "photos", "video": "videos", "voice": "voice", "audio": "music", "sticker": "stickers"}
FOLDERS |= {"animation": "animations", "video_note": "video_notes", "document": "documents"}
ENDINGS = {"photo": ".jpg", "video": ".mp4", "voice": ".oga", "audio": ".mp3", "sticker": ".webp"}
ENDINGS |= {"animation": ".mp4", "video_note": ".mp4"}
MIMES = {"video": "video/mp4", "voice": "audio/ogg", "audio": "audio/mpeg", "animation": "video/mp4"}
EXTRAS: dict[str, Json] = {
    "video": {"width": 640, "height": 480, "duration": 5},
    "animation": {"width": 320, "height": 240, "duration": 2},
    "voice": {"duration": 3},
    "audio": {"duration": 180},
    "video_note": {"length": 240, "duration": 4},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"},
}


def picture_size(content: bytes) -> tuple[int, int]:
    """Return width and height of a PNG; what has none gets Telegram's usual ones."""
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return struct.unpack(">II", content[16:24])
    return (1280, 960)


@dataclass
class Files:
    """Every file that somebody sent, by its id."""

    by_id: dict[str, File] = field(default_factory=dict)
    by_path: dict[str, File] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def put(self, kind: str, content: bytes, name: str | None, mime: str | None, size: int | None = None) -> File:
        number = next(self.numbers)
        seed = hashlib.sha256(f"{number}:{kind}".encode()).digest()
        extra = dict(EXTRAS.get(kind, {}))
        if kind == "photo":
            extra["width"], extra["height"] = picture_size(content)
        file = File(
            kind,
            content,
            len(content) if size is None else size,
            "AgAC" + base64.urlsafe_b64encode(seed + seed[:13]).decode().rstrip("="),
            "AQAD" + base64.urlsafe_b64encode(seed[:9]).decode(),
            name,
            mime or MIMES.get(kind) or ("application/octet-stream" if kind == "document" else None),
            extra=extra,
        )
        ending = ENDINGS.get(kind) or ("." + name.rsplit(".", 1)[1] if name and "." in name else "")
        file.path = f"{FOLDERS[kind]}/file_{number}{ending}"
        self.by_id[file.id] = self.by_path[file.path] = file
        if kind == "photo":
            self.by_id[file.id + "s"] = file
        return file


@dataclass(eq=False, repr=False)
class Message:
    """A message as it stands now: a test may keep one and see it change."""

    id: int
    chat: Chat
    by: User
    at: float
    text: str = ""
    """Of a picture or a file: its caption. Entities are parsed away: see `html`."""
    entities: list[Json] = field(default_factory=list)
    kind: str = "text"
    content: Json = field(default_factory=dict)
    file: File | None = None
    markup: Json | None = None
    reply_to: Message | None = None
    topic: Topic | None = None
    thread: int = 0
    sender_chat: Chat | None = None
    silent: bool = False
    protected: bool = False
    album: str = ""
    origin: Json = field(default_factory=dict)
    edited: float = 0.0
    deleted: bool = False
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """Those of people, by their id."""
    bot_reactions: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    """The texts before the present one."""
    former: list[Button] = field(default_factory=list)
    """The buttons that it had before: what a client that has not caught up can still press."""
    parts: list[Message] = field(default_factory=list)
    """Of a long text, or of an album: all its messages, this one among them."""

    def __repr__(self) -> str:
        rest = f" {self.rows}" if self.rows else f" {self.content}" if self.is_service else ""
        return f"<{self.id} {self.by.name}: {self.kind} {self.text!r}{rest}{' (deleted)' if self.deleted else ''}>"

    @property
    def html(self) -> str:
        return as_html(self.text, self.entities)

    @property
    def buttons(self) -> list[Button]:
        """The inline buttons, row after row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [Button(b["text"], b.get("callback_data"), b.get("url")) for row in rows for b in row]

    @property
    def rows(self) -> list[list[str]]:
        """The labels of its keyboard, row by row (inline, or the one that replaces the person's own)."""
        markup = self.markup or {}
        rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
        return [[b if isinstance(b, str) else b["text"] for b in row] for row in rows]

    @property
    def is_service(self) -> bool:
        return self.kind == "service"

    def as_json(self, *, inner: bool = True) -> Json:
        """Write it as the Bot API does; *inner*: with the message that it answers."""
        written: Json = {"message_id": self.id}
        if self.chat.type != "channel":
            written["from"] = self.by.json
        if self.sender_chat is not None:
            written["sender_chat"] = self.sender_chat.json
        written["chat"] = self.chat.json
        written["date"] = int(self.at)
        if self.edited:
            written["edit_date"] = int(self.edited)
        self._write_thread(written)
        written |= self.origin
        if inner and (answered := self._answered()):
            written["reply_to_message"] = answered.as_json(inner=False)
        if self.album:
            written["media_group_id"] = self.album
        self._write_content(written)
        if self.markup and "inline_keyboard" in self.markup:
            written["reply_markup"] = self.markup
        if self.protected:
            written["has_protected_content"] = True
        return written

    def _write_thread(self, written: Json) -> None:
        if self.topic is not None:
            written["message_thread_id"] = self.topic.id
            written["is_topic_message"] = True
        elif self.thread:
            written["message_thread_id"] = self.thread

    def _answered(self) -> Message | None:
        """In a forum every message of a topic answers the topic's first."""
        answered = self.reply_to or (self.topic.first if self.topic else None)
        return answered if answered is not None and answered is not self and not answered.deleted else None

    def _write_content(self, written: Json) -> None:
        if self.kind == "text":
            written["text"] = self.text
            if self.entities:
                written["entities"] = self.entities
            return
        written |= self.file.content_json if self.file else {}
        written |= self.content
        if self.text:
            written["caption"] = self.text
            if self.entities:
                written["caption_entities"] = self.entities


@dataclass(eq=False)
class Press:
    """A pressed inline button, as the person who pressed sees it."""

    id: str
    by: User
    message: Message
    data: str
    at: float
    answered: bool = False
    text: str = ""
    alert: bool = False
    url: str = ""
    answered_at: float = 0.0


@dataclass(frozen=True)
class Alert:
    """What a press was answered with: a line at the top, or a window to close (*alert*)."""

    text: str
    alert: bool
    press: Press


@dataclass
class Call:
    """One call of the bot's, as it was answered. *params*: as read; *took* in seconds."""

    method: str
    params: Json
    at: float
    status: int = 0
    answer: Json = field(default_factory=dict)
    trouble: str = ""
    took: float = 0.0

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def why(self) -> str:
        return str(self.answer.get("description", ""))
