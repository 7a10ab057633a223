"""What `sportello doctor` finds at Slack: both tokens, scopes, and how the app stands in the desk's channels.

It only asks (auth.test, apps.connections.open, conversations.info): nothing is sent, nothing is changed, no line is
opened, and it may be asked beside a desk that runs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.adapters.channel import GiveUp, Retry
from bot.adapters.slack.access import Access, connect
from bot.adapters.slack.manifest import METHODS, scopes
from bot.adapters.slack.troubles import code_of, meaning
from bot.adapters.slack.trying import REFUSED, answer_of
from bot.findings import Finding, ill, look_at, well
from core.notices.chats import RoomAt

GRANTED: Final = "x-oauth-scopes"
"""The header in which Slack tells what the token may do."""


@dataclass(frozen=True)
class Checked:
    """What the settings say. *rooms*: those on Slack; *door*: where signed requests come in, "" with Socket Mode."""

    access: Access
    rooms: tuple[RoomAt, ...]
    door: str = ""


async def check_up(checked: Checked) -> AsyncIterator[Finding]:
    """Ask one thing after the other, until Slack does not answer any more."""
    link = connect(checked.access)
    try:
        async for finding in _found(link.client, checked):
            yield finding
    except Exception as error:
        yield _no_answer(error, checked.access)
    finally:
        await link.close()


def _no_answer(error: Exception, access: Access) -> Finding:
    trouble, code = meaning(error), code_of(error)
    if isinstance(trouble, Retry):
        return look_at("doctor-slack-later", seconds=round(trouble.after.total_seconds()))
    if code == "missing_scope":
        return ill("doctor-slack-scopes-missing", missing=str(answer_of(error).get("needed", "")))
    if code in REFUSED:
        return ill("doctor-slack-refused", why=code)
    host = urlsplit(access.base_url).netloc.rpartition("@")[2]
    return ill("doctor-slack-unreachable", host=host, why=_why(error))


def _why(error: Exception) -> str:
    return meaning(error).why.removeprefix("slack: ")


async def _found(client: AsyncWebClient, checked: Checked) -> AsyncIterator[Finding]:
    me = await client.auth_test()
    username = str(me["user"])
    yield well("doctor-slack", name=username, team=str(me["team"]))
    missing = _missing(me)
    if missing:
        yield ill("doctor-slack-scopes-missing", missing=", ".join(sorted(missing)))
    elif missing is not None:
        yield well("doctor-slack-scopes")
    yield await _way_in(client, checked)
    if missing and missing.intersection(METHODS["conversations.info"]):
        return  # the channels can't be looked at
    for room in checked.rooms:
        for finding in await _standing(client, username, room):
            yield finding
    if not checked.rooms:
        yield look_at("doctor-slack-no-channels", username=username)


def _missing(me: AsyncSlackResponse) -> set[str] | None:
    """The scopes that the token lacks; None where Slack does not tell what it has."""
    told = next((str(value) for name, value in me.headers.items() if name.lower() == GRANTED), None)
    return None if told is None else set(scopes()) - {scope.strip() for scope in told.split(",")}


# How what people do comes in


async def _way_in(client: AsyncWebClient, checked: Checked) -> Finding:
    if checked.door:
        return well("doctor-slack-http", place=checked.door)
    try:
        await client.apps_connections_open(app_token=checked.access.app_token)
    except SlackApiError as error:
        if code_of(error) in REFUSED:
            return ill("doctor-slack-app-refused", why=code_of(error))
        if not isinstance(meaning(error), GiveUp):
            raise
        return ill("doctor-slack-no-socket", why=_why(error))
    return well("doctor-slack-socket")


# Channels


async def _standing(client: AsyncWebClient, username: str, room: RoomAt) -> tuple[Finding, ...]:
    """How the app stands in a channel of the desk's."""
    facts = {"group": room.address, "username": username}
    try:
        told = await client.conversations_info(channel=room.address)
    except SlackApiError as error:
        return (_refused(error, facts),)
    return tuple(_seen(told.get("channel") or {}, room, facts))


def _refused(error: SlackApiError, facts: Mapping[str, str]) -> Finding:
    """What Slack has against a channel. Raises *error* again where that is no matter of this one's."""
    if code_of(error) in ("channel_not_found", "invalid_channel"):
        return ill("doctor-slack-channel-unknown", **facts)
    if not isinstance(meaning(error), GiveUp):
        raise error
    return ill("doctor-slack-channel-odd", why=_why(error), **facts)


def _seen(channel: Mapping[str, Any], room: RoomAt, facts: Mapping[str, str]) -> Iterator[Finding]:
    here = {**facts, "title": str(channel.get("name") or room.address), "room": room.room}
    if channel.get("is_archived"):
        yield ill("doctor-slack-channel-archived", **here)
        return
    if channel.get("is_member") is False:
        yield ill("doctor-slack-channel-outside", **here)
    else:
        yield well("doctor-slack-channel", **here)
    if channel.get("is_private") is False:
        yield look_at("doctor-slack-channel-public", **here)
    if channel.get("is_ext_shared"):
        yield look_at("doctor-slack-channel-shared", **here)
