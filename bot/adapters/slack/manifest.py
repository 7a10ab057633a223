"""The app's manifest: exactly the scopes, events, commands and shortcuts that the program uses.

Slack takes it when an app is made ("From a manifest"), and again when a new version wants more. A test holds it against
the methods that are called and the events that are registered. https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any, Final

from bot.adapters.slack.access import COMMAND
from bot.adapters.slack.translating import EVENTS, SHORTCUT_OF_MESSAGE, SHORTCUT_OPEN
from bot.words import Words

Json = dict[str, Any]

METHODS: Final[dict[str, tuple[str, ...]]] = {
    "auth.test": (),
    "apps.connections.open": (),  # with the app's own token
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.members": ("channels:read", "groups:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.remove": ("reactions:write",),
    "users.conversations": ("im:read",),
    "users.info": ("users:read", "users:read.email"),
    "views.open": (),
    "views.publish": (),
    "views.update": (),
}
"""All methods that the program calls, and what each needs where it calls it: in public and private channels, and in direct messages."""

SENT: Final[dict[str, dict[str, str]]] = {
    "message": {
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
    },
    "reaction_added": {"reaction_added": "reactions:read"},
    "app_home_opened": {"app_home_opened": ""},
    "user_change": {"user_change": "users:read"},
    "member_joined_channel": {"member_joined_channel": "channels:read"},
    "member_left_channel": {"member_left_channel": "channels:read"},
    "channel_left": {"channel_left": "channels:read"},
    "group_left": {"group_left": "groups:read"},
    "channel_archive": {"channel_archive": "channels:read"},
    "channel_unarchive": {"channel_unarchive": "channels:read"},
    "channel_deleted": {"channel_deleted": "channels:read"},
    "group_archive": {"group_archive": "groups:read"},
    "group_unarchive": {"group_unarchive": "groups:read"},
    "app_uninstalled": {"app_uninstalled": ""},
    "tokens_revoked": {"tokens_revoked": ""},
}
"""As what each event is subscribed to, and the scope that this needs."""


def scopes() -> list[str]:
    """Return all scopes of the bot's token."""
    needed = {scope for scopes in METHODS.values() for scope in scopes} | {"commands"}
    needed |= {scope for kind in EVENTS for scope in SENT[kind].values() if scope}
    return sorted(needed)


def manifest(words: Words, url: str = "") -> Json:
    """Return the manifest, in *words*' language. *url*: where signed requests go; "": everything comes by Socket Mode."""
    return {
        "display_information": {"name": "Sportello", "description": words.say("slack-app-description")},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Sportello", "always_online": True},
            "slash_commands": [_command(words, url)],
            "shortcuts": [
                _shortcut(words, "global", SHORTCUT_OPEN, "open"),
                _shortcut(words, "message", SHORTCUT_OF_MESSAGE, "of-message"),
            ],
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": _sent_to(url, "request_url")
            | {"bot_events": sorted(name for kind in EVENTS for name in SENT[kind])},
            "interactivity": {"is_enabled": True, **_sent_to(url, "request_url")},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _sent_to(url: str, name: str) -> Json:
    return {name: url} if url else {}


def _command(words: Words, url: str) -> Json:
    return {
        "command": COMMAND,
        "description": words.say("slack-command-description"),
        "usage_hint": words.say("slack-command-hint"),
        "should_escape": True,
        **_sent_to(url, "url"),
    }


def _shortcut(words: Words, kind: str, id_: str, name: str) -> Json:
    return {
        "name": words.say(f"slack-shortcut-{name}"),
        "type": kind,
        "callback_id": id_,
        "description": words.say(f"slack-shortcut-{name}-description"),
    }
