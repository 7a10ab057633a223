"""The app's manifest: held against the documented form, and asked for what it allows (scopes, events, commands, shortcuts)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

EVENTS: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "file_deleted": ("files:read",),
    "file_shared": ("files:read",),
    "group_archive": ("groups:read",),
    "group_left": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "im_created": ("im:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "team_join": ("users:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
    "user_profile_changed": ("users:read",),
}
"""The events that this Slack sends, each with the scopes of which one is needed."""

SCOPES = [
    "app_mentions:read",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "dnd:read",
    "emoji:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:read",
    "im:write",
    "links:read",
    "links:write",
    "metadata.message:read",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "remote_files:read",
    "remote_files:share",
    "remote_files:write",
    "team:read",
    "usergroups:read",
    "users.profile:read",
    "users:read",
    "users:read.email",
    "users:write",
    "assistant:write",
    "bookmarks:read",
    "bookmarks:write",
    "incoming-webhook",
    "triggers:read",
]

FORM: Json = {
    "_metadata": {"major_version": int, "minor_version": int},
    "display_information": {"name!": 35, "description": 140, "long_description": 4000, "background_color": 7},
    "features": {
        "app_home": {"home_tab_enabled": bool, "messages_tab_enabled": bool, "messages_tab_read_only_enabled": bool},
        "bot_user": {"display_name!": 80, "always_online": bool},
        "slash_commands": [
            {"command!": 32, "description!": 2000, "usage_hint": 1000, "url": 3000, "should_escape": bool}
        ],
        "shortcuts": [{"name!": 24, "type!": 7, "callback_id!": 255, "description!": 150}],
        "unfurl_domains": list,
    },
    "oauth_config": {
        "redirect_urls": list,
        "scopes": {"bot": list, "user": list},
        "pkce_enabled": bool,
    },
    "settings": {
        "allowed_ip_address_ranges": list,
        "event_subscriptions": {"request_url": 3000, "bot_events": list, "user_events": list},
        "interactivity": {"is_enabled!": bool, "request_url": 3000, "message_menu_options_url": 3000},
        "org_deploy_enabled": bool,
        "socket_mode_enabled": bool,
        "token_rotation_enabled": bool,
        "is_hosted": bool,
    },
}
"""A number is the longest text allowed, `!` means required."""

EVERYTHING: Json = {
    "display_information": {"name": "Sportello"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "Sportello", "always_online": True},
        "slash_commands": [{"command": "/ticket", "description": "Open a ticket", "usage_hint": "what is wrong"}],
        "shortcuts": [
            {"name": "Open a ticket", "type": "global", "callback_id": "open", "description": "Open a ticket"},
            {"name": "Make a ticket", "type": "message", "callback_id": "make", "description": "Of this message"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": sorted(EVENTS)},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}
"""An app that may do whatever this Slack knows."""


class InvalidManifest(Exception):
    """Slack would not take it; one line for each problem, as `apps.manifest.validate` tells them."""


@dataclass(frozen=True)
class Manifest:
    source: Json

    @classmethod
    def read(cls, source: Json | None) -> Manifest:
        """Check and read; raise InvalidManifest."""
        source = EVERYTHING if source is None else source
        problems = [*_problems(source, FORM, ""), *_senseless(source)]
        if problems:
            raise InvalidManifest("\n".join(problems))
        return cls(source)

    def at(self, path: str, otherwise: Any = None) -> Any:
        found: Any = self.source
        for part in path.split("."):
            if not isinstance(found, dict) or part not in found:
                return otherwise
            found = found[part]
        return found

    @property
    def scopes(self) -> list[str]:
        return list(self.at("oauth_config.scopes.bot", []))

    @property
    def name(self) -> str:
        return str(self.at("features.bot_user.display_name") or self.at("display_information.name"))

    @property
    def interactive(self) -> bool:
        return bool(self.at("settings.interactivity.is_enabled", False))

    def hears(self, event: str, scopes: set[str]) -> bool:
        """Tell whether the app subscribed to this event and has the scope for it."""
        needed = EVENTS[event]
        subscribed = event in self.at("settings.event_subscriptions.bot_events", [])
        return subscribed and (not needed or bool(scopes & set(needed)))

    def command(self, command: str) -> Json | None:
        return next((c for c in self.at("features.slash_commands", []) if c["command"] == command), None)

    def shortcut(self, name: str, kind: str) -> Json | None:
        offered = [s for s in self.at("features.shortcuts", []) if s["type"] == kind]
        return next((s for s in offered if name in (s["name"], s["callback_id"])), None)


def _problems(given: Any, form: Any, where: str) -> list[str]:
    if isinstance(form, dict):
        return _problems_of_object(given, form, where)
    if isinstance(form, list):
        if not isinstance(given, list):
            return [f"{where}: must be an array"]
        return [p for at, one in enumerate(given) for p in _problems(one, form[0], f"{where}/{at}")]
    if isinstance(form, int):
        if not isinstance(given, str) or not given:
            return [f"{where}: must be a string"]
        return [f"{where}: must be less than {form + 1} characters"] if len(given) > form else []
    return [] if isinstance(given, form) else [f"{where}: must be of type {form.__name__}"]


def _problems_of_object(given: Any, form: Json, where: str) -> list[str]:
    if not isinstance(given, dict):
        return [f"{where}: must be an object"]
    known = {name.rstrip("!"): inner for name, inner in form.items()}
    problems = [f"{where}: missing required field: {n[:-1]}" for n in form if n.endswith("!") and n[:-1] not in given]
    problems += [f"{where}: invalid additional property: {name}" for name in given if name not in known]
    for name, value in given.items():
        if name in known:
            problems += _problems(value, known[name], f"{where}/{name}")
    return problems


def _senseless(source: Json) -> list[str]:
    """What is well formed and cannot be: unknown scopes and events, an event without its scope, a bad command …"""
    manifest = Manifest(source)
    scopes = set(manifest.scopes)
    problems = [f"unknown scope: {s}" for s in manifest.scopes if s not in SCOPES]
    if len(scopes) != len(manifest.scopes):
        problems.append("a scope is listed twice")
    for event in manifest.at("settings.event_subscriptions.bot_events", []):
        if event not in EVENTS:
            problems.append(f"unknown event: {event}")
        elif EVENTS[event] and not scopes & set(EVENTS[event]):
            problems.append(f"the event {event} needs one of the scopes {', '.join(EVENTS[event])}")
    return problems + _senseless_features(manifest, scopes)


def _senseless_features(manifest: Manifest, scopes: set[str]) -> list[str]:
    commands, shortcuts = manifest.at("features.slash_commands", []), manifest.at("features.shortcuts", [])
    problems = [
        f"a command begins with /: {c['command']}" for c in commands if not c.get("command", "/").startswith("/")
    ]
    problems += [
        f"a shortcut is global or message: {s['type']}" for s in shortcuts if s.get("type") not in ("global", "message")
    ]
    if (commands or shortcuts) and "commands" not in scopes:
        problems.append("commands and shortcuts need the scope commands")
    if len(shortcuts) > 10:
        problems.append("no more than 10 shortcuts")
    if not manifest.at("settings.socket_mode_enabled", False):
        bare = [c["command"] for c in commands if not c.get("url")]
        problems += [f"without Socket Mode a command needs its url: {command}" for command in bare]
    return problems
