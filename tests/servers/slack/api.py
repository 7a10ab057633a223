"""A call of the Web API: who calls, with which scopes, how often; then the method itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.slack import chatting, knowing, places, sharing, views
from tests.servers.slack.errors import Refused
from tests.servers.slack.finding import need
from tests.servers.slack.parameters import METHODS, Method, typed
from tests.servers.slack.things import Json

if TYPE_CHECKING:
    from tests.servers.slack.world import World

HANDLERS: dict[str, Callable[[Any, Json], Json]] = {
    "auth.test": knowing.auth_test,
    "apps.connections.open": knowing.connections_open,
    "bots.info": knowing.bots_info,
    "chat.delete": chatting.delete,
    "chat.getPermalink": chatting.get_permalink,
    "chat.postEphemeral": chatting.post_ephemeral,
    "chat.postMessage": chatting.post_message,
    "chat.update": chatting.update,
    "conversations.history": places.history,
    "conversations.info": places.info,
    "conversations.join": places.join,
    "conversations.list": places.list_,
    "conversations.members": places.members,
    "conversations.open": places.open_,
    "conversations.replies": places.replies,
    "files.completeUploadExternal": sharing.complete_upload,
    "files.delete": sharing.delete,
    "files.getUploadURLExternal": sharing.get_upload_url,
    "files.info": sharing.info,
    "reactions.add": knowing.reactions_add,
    "reactions.get": knowing.reactions_get,
    "reactions.remove": knowing.reactions_remove,
    "team.info": knowing.team_info,
    "users.conversations": places.of_user,
    "users.info": knowing.users_info,
    "users.list": knowing.users_list,
    "users.lookupByEmail": knowing.users_by_email,
    "users.profile.get": knowing.users_profile,
    "views.open": views.views_open,
    "views.publish": views.views_publish,
    "views.push": views.views_push,
    "views.update": views.views_update,
}


def check_token(world: World, method: Method | None, token: str) -> None:
    """Raise what Slack answers for a token that is missing, unknown, void, or of the wrong kind."""
    if not token:
        raise Refused("not_authed")
    if token not in (world.bot_token, world.app_token):
        raise Refused("invalid_auth")
    if world.token_error:
        raise Refused(world.token_error)
    if method is None:
        raise Refused("unknown_method")
    if (token == world.app_token) != (method.name == "apps.connections.open"):
        raise Refused("not_allowed_token_type")


def _check_scopes(world: World, method: Method) -> None:
    if method.name == "apps.connections.open":
        if method.scope not in world.app_scopes:
            provided = ",".join(sorted(world.app_scopes))
            raise Refused("missing_scope", needed=method.scope, provided=provided)
    elif method.scope.startswith("*:"):
        need(world, *(f"{kind}{method.scope[1:]}" for kind in ("channels", "groups", "mpim", "im")))
    elif method.scope != "-":
        need(world, method.scope)


def call(world: World, name: str, raw: Json, token: str) -> Json:
    """Do a call and return the answer's fields without `ok`; raise Refused."""
    method = METHODS.get(name)
    check_token(world, method, token)
    assert method is not None
    channel = raw.get("channel") if name == "chat.postMessage" else None
    world.rates.take(name, method.tier, str(channel) if channel else None)
    _check_scopes(world, method)
    params = typed(method, raw, world.oddities)
    return HANDLERS[name](world, params)
