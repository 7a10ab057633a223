"""The methods of the Web API that are served: their arguments, scopes and tiers, from the public reference."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.servers.slack.errors import Refused, invalid

Json = dict[str, Any]

_TABLE = """
auth.test                    0  -                     team_id
apps.connections.open        1  connections:write
bots.info                    3  users:read            bot team_id
chat.delete                  3  chat:write            channel! ts! as_user:bool
chat.getPermalink            0  -                     channel! message_ts!
chat.postEphemeral           4  chat:write            channel! user! text blocks:json attachments:json thread_ts as_user:bool icon_emoji icon_url link_names:bool markdown_text metadata:json parse username
chat.postMessage             0  chat:write            channel! text blocks:json attachments:json metadata:json thread_ts reply_broadcast:bool unfurl_links:bool unfurl_media:bool mrkdwn:bool parse link_names:bool as_user:bool icon_emoji icon_url markdown_text username
chat.update                  3  chat:write            channel! ts! text blocks:json attachments:json metadata:json reply_broadcast:bool file_ids:json as_user:bool link_names:bool markdown_text parse
conversations.history        3  *:history             channel! cursor include_all_metadata:bool inclusive:bool latest limit:int oldest
conversations.info           3  *:read                channel! include_locale:bool include_num_members:bool
conversations.join           3  channels:join         channel!
conversations.list           2  *:read                cursor exclude_archived:bool limit:int team_id types
conversations.members        4  *:read                channel! cursor limit:int
conversations.open           3  im:write              channel return_im:bool users prevent_creation:bool
conversations.replies        3  *:history             channel! ts! cursor include_all_metadata:bool inclusive:bool latest limit:int oldest
files.completeUploadExternal 4  files:write           files!:json channel_id channels thread_ts initial_comment blocks:json username icon_url icon_emoji
files.delete                 3  files:write           file!
files.getUploadURLExternal   4  files:write           length!:int filename! snippet_type alt_txt
files.info                   4  files:read            file! cursor limit:int
reactions.add                3  reactions:write       channel! name! timestamp!
reactions.get                3  reactions:read        channel timestamp file file_comment full:bool
reactions.remove             2  reactions:write       name! channel timestamp file file_comment
team.info                    3  team:read             domain team
users.conversations          3  *:read                cursor exclude_archived:bool exclude_muted:bool limit:int team_id types user
users.info                   4  users:read            user! include_locale:bool
users.list                   2  users:read            cursor include_locale:bool limit:int team_id
users.lookupByEmail          3  users:read.email      email!
users.profile.get            4  users.profile:read    include_labels:bool user
views.open                   4  -                     trigger_id interactivity_pointer view!:json
views.publish                4  -                     user_id! view!:json hash interactivity_pointer
views.push                   4  -                     trigger_id interactivity_pointer view!:json
views.update                 4  -                     view_id external_id view!:json hash
"""
"""Method, tier (0: special), scope (`*:` by the kind of channel, `-` none), arguments (`!` required)."""


@dataclass(frozen=True)
class Method:
    name: str
    tier: int
    scope: str
    arguments: dict[str, str]
    required: tuple[str, ...]


def _read_table() -> dict[str, Method]:
    methods = {}
    for line in _TABLE.strip().splitlines():
        name, tier, scope, *arguments = line.split()
        kinds = {a.partition(":")[0].rstrip("!"): a.partition(":")[2] or "text" for a in arguments}
        needed = tuple(a.partition(":")[0][:-1] for a in arguments if a.partition(":")[0].endswith("!"))
        methods[name] = Method(name, int(tier), scope, kinds, needed)
    return methods


METHODS = _read_table()


def typed(method: Method, raw: Json, oddities: list[str]) -> Json:
    """Return the arguments, each of its type; raise for what is missing or of a wrong type, note what nobody knows."""
    found: Json = {}
    for name, value in raw.items():
        if name == "token" or value is None:
            continue
        if name not in method.arguments:
            oddities.append(f"{method.name}: unknown parameter {name!r}")
        else:
            found[name] = _value(method, name, method.arguments[name], value, oddities)
    missing = [name for name in method.required if found.get(name) in (None, "")]
    if missing:
        raise invalid(*(f"missing required field: {name}" for name in missing))
    return found


def _value(method: Method, name: str, kind: str, value: Any, oddities: list[str]) -> Any:
    if kind == "bool":
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")
    if kind == "int":
        try:
            return int(value)
        except (TypeError, ValueError):
            raise invalid(f"must be an integer [json-pointer:/{name}]") from None
    if kind == "json":
        return _json(name, value)
    if not isinstance(value, str):
        if isinstance(value, (dict, list)):
            raise invalid(f"must be a string [json-pointer:/{name}]")
        oddities.append(f"{method.name}: {name} is sent as {type(value).__name__}, not as a string")
    return str(value)


def _json(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise {
            "blocks": Refused("invalid_blocks_format"),
            "metadata": Refused("invalid_metadata_format"),
        }.get(name, invalid(f"must be valid json [json-pointer:/{name}]")) from None
