"""The methods that put a message into a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.servers.telegram.errors import bad
from tests.servers.telegram.markup import read_markup
from tests.servers.telegram.methods import method
from tests.servers.telegram.parameters import Params, Upload
from tests.servers.telegram.texts import (
    LONGEST_CAPTION,
    LONGEST_TEXT,
    MOST_ENTITIES,
    UNSEEN,
    Entity,
    clean,
    given_entities,
    parse_html,
    seen_entities,
    trim,
    units,
    words,
)
from tests.servers.telegram.things import Chat, File, Json, Message, Topic

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

BIGGEST_UPLOAD = 50_000_000
BIGGEST_PHOTO = 10_000_000
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*")
PERMISSION_FOR = {
    "text": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
    "audio": ("can_send_audios", "audios"),
    "video": ("can_send_videos", "videos"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "video_note": ("can_send_video_notes", "video notes"),
}
ACTIONS = words(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker "
    "find_location record_video_note upload_video_note cancel record_audio upload_audio"
)


def formatted(p: Params, name: str = "text", entities: str = "entities") -> tuple[str, list[Entity]]:
    """Return the text of a call as it will stand, with its marks; "" where there is none."""
    text = clean(p.get(name) or "")
    mode = (p.get("parse_mode") or "").lower()
    if mode in ("markdown", "markdownv2"):
        raise bad("can't parse entities: this server reads HTML and entities only, no Markdown")
    if mode not in ("", "html", "none"):
        raise bad("unsupported parse_mode")
    if mode == "html":
        text, marks = parse_html(text)
    else:
        marks = given_entities(text, p.get(entities) or [])
    text, marks = trim(text, marks[:MOST_ENTITIES])
    taken = {(m["offset"], m["length"]) for m in marks}
    seen = [e for e in seen_entities(text) if (e["offset"], e["length"]) not in taken and not _covered(e, marks)]
    return text, sorted([*marks, *seen], key=lambda e: (e["offset"], -e["length"])) if seen else marks


def _covered(entity: Entity, marks: list[Entity]) -> bool:
    """Nothing is seen inside a code or a link."""
    inside = [m for m in marks if m["type"] in ("code", "pre", "text_link", "text_mention")]
    end = entity["offset"] + entity["length"]
    return any(m["offset"] < end and entity["offset"] < m["offset"] + m["length"] for m in inside)


def text_of(p: Params) -> tuple[str, list[Entity]]:
    if not p.get("text"):
        raise bad("message text is empty")
    text, entities = formatted(p)
    if UNSEEN.fullmatch(text):
        raise bad("text must be non-empty")
    return text, entities


def caption_of(p: Params) -> tuple[str, list[Entity]]:
    text, entities = formatted(p, "caption", "caption_entities")
    if units(text) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    return text, entities


def meant(world: World, entities: list[Entity]) -> list[Entity]:
    """Complete the mentions by id; one of somebody whom the bot has not met is none."""
    known = {one["user"]["id"]: world.users.get(one["user"]["id"]) for one in entities if one["type"] == "text_mention"}
    if not known:
        return entities
    met = {number: user.json for number, user in known.items() if user is not None and number in world.met}
    people = [one if one["type"] != "text_mention" else {**one, "user": met.get(one["user"]["id"])} for one in entities]
    return [one for one in people if one.get("user", one)]


def topic_of(chat: Chat, p: Params) -> Topic | None:
    """Return the topic to write in; outside forums Telegram passes over message_thread_id."""
    number = p.get("message_thread_id")
    if not number or not chat.is_forum:
        return None
    topic = chat.topics.get(number)
    if number == 1 or topic is None or topic.deleted:
        raise bad("message thread not found")
    return topic


def answered_of(world: World, chat: Chat, p: Params) -> Message | None:
    reply = p.get("reply_parameters")
    if not reply:
        return None
    number = reply.get("message_id")
    if not isinstance(number, int):
        raise bad("can't parse reply parameters: Can't find field \"message_id\"")
    there = world.find_chat(reply["chat_id"]) if reply.get("chat_id") else chat
    message = there.messages.get(number)
    if message is not None and not message.deleted:
        return message
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad("message to be replied not found")


def send(world: World, p: Params, kind: str, messages: int = 1, **what: Any) -> Message:
    """Check where it goes and put it there."""
    chat = world.reachable(p["chat_id"])
    topic = topic_of(chat, p)
    reply_to = answered_of(world, chat, p)
    markup = read_markup(p.get("reply_markup"), chat)
    _check_permission(world, chat, kind, topic)
    if kind == "text" and units(what["text"]) > LONGEST_TEXT:
        raise bad("message is too long")
    if messages:
        world.floods.take(chat.id, is_private=chat.is_private, messages=messages)
    if topic is None and reply_to is not None and reply_to.chat is chat:
        topic = reply_to.topic
    what["entities"] = meant(world, what.get("entities", []))
    silent, protected = bool(p.get("disable_notification")), bool(p.get("protect_content"))
    where: Json = {"topic": topic, "reply_to": reply_to, "markup": markup, "silent": silent, "protected": protected}
    return world.post(chat, world.bot, kind=kind, **where, **what)


def _check_permission(world: World, chat: Chat, kind: str, topic: Topic | None) -> None:
    if chat.is_private:
        return
    member = chat.members[world.bot.id]
    allowed = member.rights if member.status == "restricted" else chat.permissions
    right, name = PERMISSION_FOR.get(kind, ("can_send_other_messages", f"{kind}s"))
    if not member.leads and not allowed.get(right, False):
        raise bad(f"not enough rights to send {name} to the chat")
    if topic is not None and topic.closed and not member.may("can_manage_topics") and topic.by is not world.bot:
        raise bad("TOPIC_CLOSED")


@method
def send_message(world: World, p: Params) -> Any:
    text, entities = text_of(p)
    return send(world, p, "text", text=text, entities=entities).as_json()


@method
def send_location(world: World, p: Params) -> Any:
    if not (-90 <= p["latitude"] <= 90 and -180 <= p["longitude"] <= 180):
        raise bad("wrong latitude or longitude specified")
    location = {"latitude": p["latitude"], "longitude": p["longitude"]}
    return send(world, p, "location", content={"location": location}).as_json()


@method
def send_venue(world: World, p: Params) -> Any:
    location = {"latitude": p["latitude"], "longitude": p["longitude"]}
    venue = {"location": location, "title": p["title"], "address": p["address"]}
    return send(world, p, "venue", content={"venue": venue, "location": location}).as_json()


@method
def send_contact(world: World, p: Params) -> Any:
    contact = {name: p[name] for name in ("phone_number", "first_name", "last_name", "vcard") if p.get(name)}
    return send(world, p, "contact", content={"contact": contact}).as_json()


@method
def send_dice(world: World, p: Params) -> Any:
    return send(world, p, "dice", content={"dice": {"emoji": p.get("emoji") or "🎲", "value": 4}}).as_json()


@method
def send_chat_action(world: World, p: Params) -> Any:
    chat = world.reachable(p["chat_id"])
    topic_of(chat, p)
    if p["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.actions.append(p["action"])
    return True


# ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def file_of(world: World, p: Params, kind: str, given: Any, part: str = "") -> File:
    """Return the file to send: uploaded in this call, or known by its id."""
    upload = p.files.get(part) if given is None else None
    if isinstance(given, str) and given.startswith("attach://"):
        upload = p.files.get(given.removeprefix("attach://"))
    if upload is not None:
        return _uploaded(world, kind, upload)
    if given is None or str(given).startswith("attach://"):
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if str(given).startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    return _known(world, kind, str(given))


def _uploaded(world: World, kind: str, upload: Upload) -> File:
    if not upload.content:
        raise bad("file must be non-empty")
    if len(upload.content) > BIGGEST_UPLOAD:
        raise bad("file is too big")
    if kind == "photo" and len(upload.content) > BIGGEST_PHOTO:
        raise bad("file is too big for a photo")
    if kind == "photo" and not upload.content.startswith(PICTURES):
        raise bad("IMAGE_PROCESS_FAILED")
    return world.files.put(kind, upload.content, upload.name, upload.mime)


def _known(world: World, kind: str, given: str) -> File:
    file = world.files.by_id.get(given)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        raise bad(f"can't use file of type {_type(file.kind)} as {_type(kind)}")
    return file


def _type(kind: str) -> str:
    return {"voice": "VoiceNote", "video_note": "VideoNote"}.get(kind, kind.capitalize())


def send_file(world: World, p: Params, kind: str) -> Any:
    text, entities = caption_of(p)
    world.reachable(p["chat_id"])
    file = file_of(world, p, kind, p.get(kind), kind)
    for name in ("duration", "width", "height", "performer", "title", "length"):
        if p.get(name) is not None:
            file.extra[name] = p[name]
    return send(world, p, kind, file=file, text=text, entities=entities).as_json()


@method
def send_photo(world: World, p: Params) -> Any:
    return send_file(world, p, "photo")


@method
def send_document(world: World, p: Params) -> Any:
    return send_file(world, p, "document")


@method
def send_audio(world: World, p: Params) -> Any:
    return send_file(world, p, "audio")


@method
def send_video(world: World, p: Params) -> Any:
    return send_file(world, p, "video")


@method
def send_animation(world: World, p: Params) -> Any:
    return send_file(world, p, "animation")


@method
def send_voice(world: World, p: Params) -> Any:
    return send_file(world, p, "voice")


@method
def send_video_note(world: World, p: Params) -> Any:
    return send_file(world, p, "video_note")


@method
def send_sticker(world: World, p: Params) -> Any:
    return send_file(world, p, "sticker")


@method
def send_media_group(world: World, p: Params) -> Any:
    media = p["media"]
    if not 2 <= len(media) <= 10:
        raise bad("wrong number of media in the album, must be 2-10")
    kinds = {one.get("type") for one in media if isinstance(one, dict)}
    mixed = len(kinds) > 1 and not kinds <= {"photo", "video"}
    if mixed or not kinds <= {"photo", "video", "audio", "document"}:
        raise bad("can't use the media of the specified type in the album")
    pieces = [_album_piece(world, p, one) for one in media]
    album = world.album_id()
    sent = []
    for n, (kind, file, text, entities) in enumerate(pieces):
        counted = len(pieces) if n == 0 else 0
        sent.append(send(world, p, kind, counted, file=file, text=text, entities=entities, album=album))
    for message in sent:
        message.parts = sent
    return [message.as_json() for message in sent]


def _album_piece(world: World, p: Params, one: Json) -> tuple[str, File, str, list[Entity]]:
    text, entities = caption_of(Params(one))
    return one["type"], file_of(world, p, one["type"], one.get("media")), text, entities


@method
def forward_message(world: World, p: Params) -> Any:
    original = _original(world, p, "forward")
    origin = {"type": "user", "sender_user": original.by.json, "date": int(original.at)}
    return send(world, p, original.kind, origin={"forward_origin": origin}, **_same(original)).as_json()


@method
def copy_message(world: World, p: Params) -> Any:
    original = _original(world, p, "copy")
    what = _same(original)
    if p.get("caption") is not None and original.kind != "text":
        what["text"], what["entities"] = caption_of(p)
    return {"message_id": send(world, p, original.kind, **what).id}


def _original(world: World, p: Params, what: str) -> Message:
    original = world.find_chat(p["from_chat_id"]).messages.get(p["message_id"])
    if original is None or original.deleted:
        raise bad(f"message to {what} not found")
    if original.is_service:
        raise bad(f"the message can't be {'forwarded' if what == 'forward' else 'copied'}")
    return original


def _same(original: Message) -> Json:
    return {
        "text": original.text,
        "entities": list(original.entities),
        "file": original.file,
        "content": dict(original.content),
    }
