"""files.*: an upload in three steps, and what is known of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.slack.chatting import content
from tests.servers.slack.errors import Refused, invalid
from tests.servers.slack.finding import find_channel
from tests.servers.slack.things import File, Json

if TYPE_CHECKING:
    from tests.servers.slack.world import World


def get_upload_url(world: World, params: Json) -> Json:
    if params["length"] <= 0:
        raise invalid("length must be greater than 0 [json-pointer:/length]")
    file = File(world.new_id("F"), params["filename"], b"", world.bot, int(world.now()), finished=False)
    file.length = params["length"]
    world.files[file.id] = file
    return {"upload_url": f"{world.root}/upload/v1/{file.id}", "file_id": file.id}


def take_upload(world: World, file_id: str, content: bytes) -> str:
    """Keep what was sent to an upload URL; raise Refused if it is not what was announced."""
    file = world.files.get(file_id)
    if file is None or file.finished:
        raise Refused("no such upload", status=404)
    if len(content) != file.length:
        raise Refused(f"{len(content)} bytes came, {file.length} were announced", status=400)
    file.content = content
    return f"OK - {len(content)}"


def complete_upload(world: World, params: Json) -> Json:
    if not isinstance(params["files"], list) or not params["files"]:
        raise invalid("missing required field: files")
    files = [_uploaded(world, given) for given in params["files"]]
    where = [one for one in (params.get("channel_id") or params.get("channels", "")).split(",") if one]
    channels = [find_channel(world, one) for one in where]
    for channel in channels:
        if not channel.has(world.bot):
            raise Refused("not_in_channel")
        if channel.archived:
            raise Refused("posting_to_channel_denied")
    for file in files:
        file.finished = True
    given = {"text": params.get("initial_comment", "")} | ({"blocks": params["blocks"]} if "blocks" in params else {})
    for channel in channels:
        what = content(world, given, "files.completeUploadExternal", required=False)
        thread = {"thread_ts": params["thread_ts"]} if params.get("thread_ts") in channel.messages else {}
        if params.get("thread_ts") and not thread:
            world.oddities.append("files.completeUploadExternal: thread_ts is no message there: shared to the channel")
        world.share(channel, world.bot, files, what.pop("text", ""), **what, **thread)
    return {"files": [{"id": file.id, "title": file.title or file.name} for file in files]}


def _uploaded(world: World, given: Json) -> File:
    file = world.files.get(given.get("id", ""))
    if file is None or file.finished or (file.length and not file.content):
        raise Refused("file_not_found")
    file.title = given.get("title", "")
    return file


def _known(world: World, params: Json) -> File:
    file = world.files.get(params["file"])
    if file is None or not file.finished:
        raise Refused("file_not_found")
    if file.deleted:
        raise Refused("file_deleted")
    if not file.in_form and file.by is not world.bot and not any(world.channels[c].has(world.bot) for c in file.shares):
        raise Refused("file_not_found")
    return file


def info(world: World, params: Json) -> Json:
    file = _known(world, params)
    told = file.as_json(world)
    shares: Json = {}
    for channel_id, all_ts in file.shares.items():
        channel = world.channels[channel_id]
        kind = "public" if channel.kind == "channel" else "private"
        shares.setdefault(kind, {})[channel_id] = [{"ts": ts, "channel_name": channel.name} for ts in all_ts]
    told |= {"shares": shares, "channels": [c for c in file.shares if world.channels[c].kind == "channel"]}
    return {"file": told, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(world: World, params: Json) -> Json:
    file = _known(world, params)
    if file.by is not world.bot:
        raise Refused("cant_delete_file")
    file.deleted, file.content = True, b""
    world.changed()
    return {}
