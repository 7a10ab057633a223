"""What a person does with Telegram in hand."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.telegram.texts import clean, cut_by_a_client, parse_html, seen_entities
from tests.servers.telegram.things import (
    ANONYMOUS_ADMINISTRATOR,
    Button,
    Chat,
    File,
    Json,
    Message,
    Press,
    Topic,
    User,
)

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
"""A picture of one pixel."""

KINDS: dict[str, tuple[str, str | None, str | None]] = {
    "photo": ("photo", None, None),
    "document": ("document", "file.pdf", "application/pdf"),
    "voice": ("voice", None, "audio/ogg"),
    "video": ("video", "film.mp4", "video/mp4"),
    "audio": ("audio", "song.mp3", "audio/mpeg"),
    "animation": ("animation", "fun.mp4", "video/mp4"),
    "video_note": ("video_note", None, None),
    "sticker": ("sticker", None, None),
}


@dataclass(frozen=True)
class Piece:
    """A part of an album."""

    kind: str = "photo"
    content: bytes = PICTURE
    name: str | None = None
    caption: str = ""


@dataclass(eq=False, repr=False)
class Acting(User):
    world: World = None  # type: ignore[assignment]
    chat: Chat = None  # type: ignore[assignment]
    """The private chat with the bot."""

    # ── writing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def starts(self, payload: str = "") -> Message:
        """Press Start, perhaps by a link with a payload (1-64 of A-Za-z0-9_-)."""
        assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", payload), "no link carries that"
        if self.chat.blocked:
            self.unblocks()
        return self.says(f"/start {payload}".strip())

    def says(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: Message | None = None,
        topic: Topic | None = None,
        anonymously: bool = False,
        html: bool = False,
    ) -> Message:
        """Write; a text over 4,096 UTF-16 units leaves in several messages: the first is returned, all are its `parts`.

        *anonymously*: as an administrator who writes in the group's name. *html*: with marks that the client offers.
        """
        with self.world.lock:
            text, entities = parse_html(text) if html else (text, [])
            pieces = cut_by_a_client(clean(text))
            assert pieces, "a client sends no empty message"
            marks = sorted([*entities, *seen_entities(text)], key=lambda e: e["offset"]) if len(pieces) == 1 else []
            sent = [
                self._post(chat, reply_to if n == 0 else None, topic, anonymously, text=piece, entities=marks)
                for n, piece in enumerate(pieces)
            ]
            sent[0].parts = sent
            return sent[0]

    def _post(
        self, chat: Chat | None, reply_to: Message | None, topic: Topic | None, anonymously: bool = False, **what: Any
    ) -> Message:
        place = self._place(chat, reply_to)
        if topic is None and reply_to is not None:
            topic = reply_to.topic
        by: User = self
        if anonymously:
            by = User(ANONYMOUS_ADMINISTRATOR, "Group", True, "GroupAnonymousBot")
            what["sender_chat"] = place
        return self.world.post(place, by, reply_to=reply_to, topic=topic, **what)

    def _place(self, chat: Chat | None, reply_to: Message | None = None) -> Chat:
        place = chat or (reply_to.chat if reply_to else self.chat)
        if place is self.chat:
            assert not place.blocked, f"{self.name} has blocked the bot"
            place.begun = True
            self.world.met.add(self.id)
        else:
            member = place.members.get(self.id)
            assert member is not None, f"{self.name} is not in {place.title}"
            assert member.inside, f"{self.name} has left {place.title}"
            assert place.moved_to is None, f"{place.title} has become a supergroup"
        return place

    # ── sending other things ────────────────────────────────────────────────────────────────────────────────────────

    def sends(
        self,
        kind: str,
        content: bytes | None = None,
        *,
        name: str | None = None,
        mime: str | None = None,
        caption: str = "",
        size: int | None = None,
        chat: Chat | None = None,
        reply_to: Message | None = None,
        topic: Topic | None = None,
        album: str = "",
    ) -> Message:
        """Send a file of a kind (photo, document, voice …). *size*: claim to be that big without being it."""
        with self.world.lock:
            _, usual_name, usual_mime = KINDS[kind]
            file = self._file(kind, content, name or usual_name, mime or (None if name else usual_mime), size)
            what = {"text": clean(caption), "entities": seen_entities(caption), "album": album}
            return self._post(chat, reply_to, topic, kind=kind, file=file, **what)

    def _file(self, kind: str, content: bytes | None, name: str | None, mime: str | None, size: int | None) -> File:
        given = content if content is not None else (PICTURE if kind == "photo" else b"example")
        return self.world.files.put(kind, given, name, mime, size)

    def sends_photo(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("photo", content, **how)

    def sends_document(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("document", content, **how)

    def sends_voice(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("voice", content, **how)

    def sends_video(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("video", content, **how)

    def sends_audio(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("audio", content, **how)

    def sends_animation(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("animation", content, **how)

    def sends_video_note(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("video_note", content, **how)

    def sends_sticker(self, content: bytes | None = None, **how: Any) -> Message:
        return self.sends("sticker", content, **how)

    def sends_album(self, pieces: list[Piece], *, caption: str = "", **how: Any) -> list[Message]:
        """Send 2-10 pieces as one: so many messages (and updates) with one media_group_id; *caption* at the first."""
        assert 2 <= len(pieces) <= 10, "an album has 2 to 10 pieces"
        album = self.world.album_id()
        sent = []
        for n, piece in enumerate(pieces):
            words = piece.caption or (caption if n == 0 else "")
            sent.append(self.sends(piece.kind, piece.content, name=piece.name, caption=words, album=album, **how))
        for message in sent:
            message.parts = sent
        return sent

    def _sends_content(self, content: Json, where: dict[str, Any]) -> Message:
        with self.world.lock:
            place = (where.pop("chat", None), where.pop("reply_to", None), where.pop("topic", None))
            assert not where, f"unknown: {sorted(where)}"
            return self._post(*place, kind=next(iter(content)), content=content)

    def sends_location(self, latitude: float = 41.9028, longitude: float = 12.4964, **where: Any) -> Message:
        return self._sends_content({"location": {"latitude": latitude, "longitude": longitude}}, where)

    def sends_venue(self, title: str = "Example", address: str = "Via Esempio 1", **where: Any) -> Message:
        location = {"latitude": 41.9028, "longitude": 12.4964}
        venue = {"location": location, "title": title, "address": address}
        return self._sends_content({"venue": venue, "location": location}, where)

    def sends_contact(self, phone: str = "+390612345678", name: str = "", own: bool = False, **where: Any) -> Message:
        contact: Json = {"phone_number": phone, "first_name": name or self.name}
        if own:
            contact["user_id"] = self.id
        return self._sends_content({"contact": contact}, where)

    def sends_dice(self, emoji: str = "🎲", value: int = 3, **where: Any) -> Message:
        return self._sends_content({"dice": {"emoji": emoji, "value": value}}, where)

    def sends_poll(self, question: str = "?", options: tuple[str, ...] = ("sì", "no"), **where: Any) -> Message:
        poll: Json = {"id": self.world.album_id(), "question": question, "total_voter_count": 0, "type": "regular"}
        poll |= dict.fromkeys(("is_closed", "allows_multiple_answers", "allows_revoting", "members_only"), False) | {
            "is_anonymous": True
        }
        poll["options"] = [{"text": o, "voter_count": 0, "persistent_id": str(n)} for n, o in enumerate(options)]
        return self._sends_content({"poll": poll}, where)

    def forwards(self, message: Message, chat: Chat | None = None, *, hidden: bool = False, **where: Any) -> Message:
        """Forward a message. *hidden*: its author does not let forwards lead to the account."""
        with self.world.lock:
            origin: Json = {"type": "user", "sender_user": message.by.json, "date": int(message.at)}
            if hidden:
                origin = {"type": "hidden_user", "sender_user_name": message.by.name, "date": int(message.at)}
            what = {
                "text": message.text,
                "entities": message.entities,
                "file": message.file,
                "content": message.content,
            }
            place = (chat, where.get("reply_to"), where.get("topic"))
            return self._post(*place, kind=message.kind, origin={"forward_origin": origin}, **what)

    # ── changing what is there ──────────────────────────────────────────────────────────────────────────────────────

    def edits(self, message: Message, text: str) -> Message:
        """Edit a message of one's own (its caption, if it is a picture or a file)."""
        assert message.by is self, "nobody edits what another wrote"
        with self.world.lock:
            message.versions.append(message.text)
            message.text = clean(text)
            message.entities = seen_entities(text)
            message.edited = self.world.now()
            self.world.tell_edit(message)
            return message

    def deletes(self, message: Message) -> None:
        """Delete a message for both: no bot is ever told."""
        with self.world.lock:
            message.deleted = True
            self.world.changed()

    def pins(self, message: Message) -> Message:
        with self.world.lock:
            message.chat.pinned.append(message)
            pinned = {"pinned_message": message.as_json(inner=False)}
            return self.world.service(message.chat, self, pinned, topic=message.topic)

    def reacts(self, message: Message, *emojis: str) -> None:
        """Put these reactions in place of one's former; none takes them away."""
        with self.world.lock:
            old = message.reactions.get(self.id, [])
            message.reactions[self.id] = list(emojis)
            bot = message.chat.members.get(self.world.bot.id)
            if message.chat.is_private or (bot is not None and bot.leads):
                content = {"chat": message.chat.json, "message_id": message.id, "user": self.json}
                content |= {"date": int(self.world.now()), "old_reaction": _reactions(old)}
                content |= {"new_reaction": _reactions(list(emojis))}
                self.world.updates.put("message_reaction", content, message.chat.id)
            self.world.changed()

    # ── pressing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def presses(self, message: Message, what: str, *, stale: bool = False) -> Press | Message | str:
        """Press a button by its label or data.

        Returns the Press (which tells when it is answered, and with what); for a button that opens a link, the link;
        for one of a keyboard that stands in place of the person's own, the message that it sends.
        *stale*: the client still shows an older state of the message.
        """
        assert not message.deleted, "the message is gone"
        self._place(message.chat)
        button = self._button(message, what, stale)
        if button.url is not None:
            return button.url
        if button.data is None:
            return self.says(button.label, message.chat)
        return self.world.press(self, message, button.data)

    def _button(self, message: Message, what: str, stale: bool) -> Button:
        typed = [Button(label) for row in message.rows for label in row] if not message.buttons else []
        there = [*message.buttons, *typed, *(message.former if stale else [])]
        found = [b for b in there if what in (b.label, b.data)]
        assert found, f"{self.name} sees no button {what!r}, but {message.rows}"
        return found[0]

    def presses_raw(self, message: Message, data: str) -> Press:
        """Send any payload for a message, as a client that was tampered with can."""
        return self.world.press(self, message, data)

    # ── coming and going ────────────────────────────────────────────────────────────────────────────────────────────

    def blocks(self) -> None:
        """Block the bot: it is told by my_chat_member, and can write no more."""
        self._turns("member", "kicked")

    def unblocks(self) -> None:
        self._turns("kicked", "member")

    def _turns(self, old: str, new: str) -> None:
        world = self.world
        with world.lock:
            self.chat.blocked = new == "kicked"
            bot = world.bot.json
            content = {"chat": self.chat.json, "from": self.json, "date": int(world.now())}
            content["old_chat_member"] = _membership(bot, old)
            content["new_chat_member"] = _membership(bot, new)
            world.met.add(self.id)
            world.updates.put("my_chat_member", content, self.chat.id)
            world.changed()

    def leaves_telegram(self) -> None:
        """Delete the account."""
        self.deactivated = True


def _membership(user: Json, status: str) -> Json:
    return {"user": user, "status": status} | ({"until_date": 0} if status == "kicked" else {})


def _reactions(emojis: list[str]) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji} for emoji in emojis]
