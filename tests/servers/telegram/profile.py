"""What the bot tells of itself: commands by scope and language, name, descriptions, the menu button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.telegram.things import Chat, Json, User

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

Key = tuple[str, int, int]
"""A scope: its type, chat, user (0 where it has none)."""


@dataclass
class Profile:
    world: World
    command_lists: dict[tuple[Key, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)

    def text(self, what: str, language: str | None) -> str:
        """Return the name or a description in a language (BCP 47), else the one for all."""
        short = (language or "").split("-")[0]
        return self.texts.get((what, short)) or self.texts.get((what, ""), "")

    def commands_for(self, person: User, chat: Chat) -> list[tuple[str, str]]:
        """Resolve as the documentation says under BotCommandScope: the first list that is there."""
        language = (person.language or "").split("-")[0]
        for scope in self._scopes(person, chat):
            for code in (language, ""):
                if (listed := self.command_lists.get((scope, code))) is not None:
                    return [(c["command"], c["description"]) for c in listed]
        return []

    def _scopes(self, person: User, chat: Chat) -> list[Key]:
        default: Key = ("default", 0, 0)
        if chat.is_private:
            return [("chat", chat.id, 0), ("all_private_chats", 0, 0), default]
        member = chat.members.get(person.id)
        leads = member is not None and member.leads
        for_leads: list[Key] = [("chat_administrators", chat.id, 0), ("all_chat_administrators", 0, 0)]
        in_chat: list[Key] = [("chat", chat.id, 0), ("all_group_chats", 0, 0), default]
        return [("chat_member", chat.id, person.id), *(for_leads if leads else []), *in_chat]

    def menu_button(self, chat: Any) -> Json:
        return self.menu_buttons.get(chat) or self.menu_buttons.get(0) or {"type": "default"}
