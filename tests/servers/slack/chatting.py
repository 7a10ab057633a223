"""chat.*, and what is said through a response URL or as the answer of a command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.servers.slack.blocks import MESSAGE_TEXT, METADATA_BYTES, UPDATE_TEXT, check_message_blocks
from tests.servers.slack.errors import Refused
from tests.servers.slack.finding import find_channel, find_message, need
from tests.servers.slack.things import Channel, Json, Message, User

if TYPE_CHECKING:
    from tests.servers.slack.world import World

URL_LIVES = 1800.0


def content(world: World, params: Json, method: str, *, required: bool = True) -> Json:
    """Return the checked `text`, `blocks` and `attachments` that were given, as Slack keeps them."""
    if "markdown_text" in params and ("text" in params or "blocks" in params):
        raise Refused("markdown_text_conflict")
    found: Json = {}
    if "blocks" in params:
        found["blocks"] = world.naming.kept(check_message_blocks(params["blocks"]), world.kept)
    text = params.get("markdown_text", params.get("text"))
    if text is not None:
        found["text"] = world.kept(text)
    if "attachments" in params:
        if not isinstance(params["attachments"], list):
            raise Refused("invalid_attachments")
        found["attachments"] = params["attachments"]
    if required and not any(found.values()):
        raise Refused("no_text")
    if found.get("blocks") and not found.get("text"):
        world.oddities.append(f"{method}: blocks without a text: nothing for notifications and screen readers")
    return found


def _check_metadata(metadata: Any) -> Json | None:
    if metadata in (None, {}):
        return None
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise Refused("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise Refused("metadata_too_large")
    return metadata


def _place(world: World, given: str) -> Channel:
    """Return where to post: a channel by id or name, or the direct messages with a person by his id."""
    if given in world.users:
        user = world.users[given]
        if user.is_bot:
            raise Refused("channel_not_found")
        return world.direct(user)
    return find_channel(world, given, named=True)


def _check_may_post(world: World, channel: Channel, *, public: bool = True) -> None:
    if channel.archived:
        raise Refused("is_archived")
    if not channel.has(world.bot) and not (public and "chat:write.public" in world.scopes):
        raise Refused("not_in_channel")
    if channel.is_im and not world.manifest.at("features.app_home.messages_tab_enabled", False):
        raise Refused("messages_tab_disabled")


def _thread(world: World, channel: Channel, params: Json, method: str) -> Json:
    """Return the thread to post to. Of a first message that is gone Slack says nothing: the words go to the channel."""
    given = params.get("thread_ts")
    if given is None:
        return {}
    root = channel.messages.get(given)
    if root is None:
        world.oddities.append(f"{method}: thread_ts {given} is no message there: posted to the channel")
        return {}
    if root.is_reply:
        world.oddities.append(f"{method}: thread_ts {given} is a reply, not the first of its thread")
        return {"thread_ts": root.thread_ts}
    if root.subtype.endswith(("_join", "_leave")):
        raise Refused("cannot_reply_to_message")
    return {"thread_ts": given}


def post_message(world: World, params: Json) -> Json:
    channel = _place(world, params["channel"])
    _check_may_post(world, channel)
    _note_odd(world, params, "chat.postMessage")
    what = content(world, params, "chat.postMessage")
    if len(what.get("text", "")) > MESSAGE_TEXT:
        world.oddities.append(f"chat.postMessage: text of {len(what['text'])} characters was cut")
        what["text"] = what["text"][:MESSAGE_TEXT]
    what["metadata"] = _check_metadata(params.get("metadata"))
    what |= _thread(world, channel, params, "chat.postMessage")
    if "thread_ts" in what and params.get("reply_broadcast"):
        what["subtype"] = "thread_broadcast"
    what["unfurl"] = params.get("unfurl_links", False) or params.get("unfurl_media", True)
    message = world.post(channel, world.bot, what.pop("text", ""), **what)
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json(counts=False, metadata=True)}


def _note_odd(world: World, params: Json, method: str) -> None:
    if {"username", "icon_emoji", "icon_url"} & set(params):
        need(world, "chat:write.customize")
    if params.get("as_user"):
        raise Refused("as_user_not_supported")
    if params.get("link_names") or params.get("parse") == "full":
        world.oddities.append(f"{method}: names in the text are made into mentions (link_names, parse)")


def update(world: World, params: Json) -> Json:
    channel = find_channel(world, params["channel"])
    message = find_message(world, channel, params["ts"])
    if message.by is not world.bot:
        raise Refused("cant_update_message")
    if channel.archived:
        raise Refused("is_inactive")
    what = content(world, params, "chat.update", required=False)
    if not {"text", "blocks", "attachments", "metadata"} & set(params):
        raise Refused("no_text")
    if len(what.get("text", "")) > UPDATE_TEXT:
        raise Refused("msg_too_long")
    if "text" in what and "blocks" not in what and message.blocks:
        world.oddities.append(
            "chat.update: a text alone leaves the old blocks, which hide it (blocks=[] takes them away)"
        )
    if "metadata" in params:
        what["metadata"] = _check_metadata(params["metadata"])
    words_only = "text" in what and not what.get("blocks", message.blocks)
    world.change(message, edited_by=world.bot if words_only and what["text"] != message.text else None, **what)
    told = message.as_json(counts=False, metadata=True)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": told}


def delete(world: World, params: Json) -> Json:
    channel = find_channel(world, params["channel"])
    message = find_message(world, channel, params["ts"])
    if message.by is not world.bot:
        raise Refused("cant_delete_message")
    world.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(world: World, params: Json) -> Json:
    channel = find_channel(world, params["channel"], named=True)
    _check_may_post(world, channel, public=False)
    _note_odd(world, params, "chat.postEphemeral")
    user = world.users.get(params["user"])
    if user is None or not channel.has(user):
        raise Refused("user_not_in_channel")
    what = content(world, params, "chat.postEphemeral")
    if len(what.get("text", "")) > UPDATE_TEXT:
        raise Refused("msg_too_long")
    what |= _thread(world, channel, params, "chat.postEphemeral")
    message = world.whisper(channel, user, what.pop("text", ""), **what)
    return {"message_ts": message.ts}


def get_permalink(world: World, params: Json) -> Json:
    channel = find_channel(world, params["channel"])
    message = find_message(world, channel, params["message_ts"])
    path = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.is_reply else ""
    domain = world.team["domain"]
    return {"channel": channel.id, "permalink": f"https://{domain}.slack.com/{path}{thread}"}


# ── without a method ────────────────────────────────────────────────────────────────────────────────────────────────


def _say(world: World, person: User, channel: Channel, said: Json, *, thread_ts: str | None = None) -> Message:
    what = content(world, said, "response")
    if thread_ts is not None:
        what["thread_ts"] = thread_ts
    if said.get("response_type") == "in_channel":
        return world.post(channel, world.bot, what.pop("text", ""), **what)
    return world.whisper(channel, person, what.pop("text", ""), **what)


def answer_command(world: World, person: User, channel: Channel, answer: Any) -> None:
    """Show what the acknowledgement of a command says, to the person alone unless it says otherwise."""
    said = {"text": answer} if isinstance(answer, str) else answer
    if not said:
        return
    try:
        _say(world, person, channel, said)
    except Refused as refused:
        world.oddities.append(f"a command was answered with what Slack does not take: {refused.error} {refused.more}")


def respond(world: World, path: str, said: Any) -> None:
    """Take what was posted to a response URL; raise Refused as Slack does for a stale one or for bad contents."""
    url = world.response_urls.get(path)
    if url is None or not isinstance(said, dict):
        raise Refused("no_service" if url is None else "invalid_payload", status=404 if url is None else 400)
    if world.now() - url.at > URL_LIVES:
        raise Refused("expired_url", status=404)
    if url.left <= 0:
        raise Refused("used_url", status=404)
    try:
        _respond(world, url.person, url.channel, url.message, said)
    except Refused as refused:
        raise Refused(refused.error, status=400, **refused.more) from None
    url.left -= 1


def _respond(world: World, person: User, channel: Channel, message: Message | None, said: Json) -> None:
    if said.get("delete_original") and message is not None:
        if not message.deleted:
            world.remove(message)
    elif said.get("replace_original") and message is not None:
        _replace(world, message, content(world, said, "response_url"))
    else:
        _say(world, person, channel, said, thread_ts=said.get("thread_ts") or (message and message.thread_ts) or None)


def _replace(world: World, message: Message, what: Json) -> None:
    if not message.deleted:
        fresh: Json = {"blocks": [], "text": ""}
        world.change(message, **fresh | what)
