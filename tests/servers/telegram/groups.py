"""Groups from the side of those who are in them: who comes and goes, topics, the upgrade to a supergroup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.servers.telegram.things import CHANNEL_BOT, Chat, Json, Member, Message, Topic, User

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

ICON_COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


@dataclass(eq=False, repr=False)
class Group(Chat):
    world: World = None  # type: ignore[assignment]

    @classmethod
    def make(cls, world: World, title: str, *, supergroup: bool, forum: bool, username: str | None = None) -> Group:
        number = world._supergroup_id() if supergroup else -next(world._group_ids)
        kind = "supergroup" if supergroup else "group"
        group = cls(number, kind, title, username, forum, world=world)
        world.chats[number] = group
        return group

    # ── who is in it ────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, person: User, status: str = "member", *, title: str = "", **rights: bool) -> Member:
        """Let somebody in, or change what they are: member, administrator, creator, restricted; told as Telegram does."""
        with self.world.lock:
            before = self.members.get(person.id)
            was_inside = before is not None and before.inside
            old = before.json if before else {"user": person.json, "status": "left"}
            member = Member(person, status, self._rights(status, rights), title)
            self.members[person.id] = member
            self._tell_member(person, old, member)
            if not was_inside and member.inside:
                self.world.service(self, self._doer(person), {"new_chat_members": [person.json]})
            return member

    def _rights(self, status: str, rights: dict[str, bool]) -> dict[str, bool]:
        usual = ("can_manage_chat", "can_delete_messages", "can_pin_messages", "can_invite_users", "can_change_info")
        return (dict.fromkeys(usual, True) if status == "administrator" else {}) | rights

    def add_bot(self, status: str = "member", **rights: bool) -> Member:
        """Let the bot in. With rights (`can_manage_topics=True` …) it is an administrator."""
        return self.add(self.world.bot, "administrator" if any(rights.values()) else status, **rights)

    def remove(self, person: User, *, banned: bool = False) -> None:
        """Somebody leaves, or (*banned*) is thrown out."""
        with self.world.lock:
            old = self.members[person.id].json
            member = Member(person, "kicked" if banned else "left")
            if person is not self.world.bot:
                self.world.service(self, self._doer(person), {"left_chat_member": person.json})
            self.members[person.id] = member
            self._tell_member(person, old, member)

    def remove_bot(self, *, banned: bool = True) -> None:
        """Throw the bot out (Telegram counts that as kicked)."""
        self.remove(self.world.bot, banned=banned)

    def _doer(self, person: User) -> User:
        owners = [m.user for m in self.members.values() if m.status == "creator"]
        return owners[0] if owners and person.is_bot else person

    def _tell_member(self, person: User, old: Json, member: Member) -> None:
        world = self.world
        mine = person is world.bot
        bot = self.members.get(world.bot.id)
        if not mine and (bot is None or not bot.leads):
            return
        by = (
            self._doer(person)
            if not mine
            else next((m.user for m in self.members.values() if m.user is not person), person)
        )
        content = {
            "chat": self.json,
            "from": by.json,
            "date": int(world.now()),
            "old_chat_member": old,
            "new_chat_member": member.json,
        }
        world.updates.put("my_chat_member" if mine else "chat_member", content, self.id)
        world.changed()

    # ── topics ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def topic(self, name: str, by: User | None = None) -> Topic:
        """Open a topic of a forum."""
        with self.world.lock:
            return open_topic(self.world, self, name, by or self._somebody())

    def deletes_topic(self, topic: Topic) -> None:
        """An administrator deletes it with all its messages: the bot is not told."""
        with self.world.lock:
            drop_topic(self, topic)
            self.world.changed()

    def closes_topic(self, topic: Topic, by: User | None = None) -> None:
        with self.world.lock:
            topic.closed = True
            self.world.service(self, by or self._somebody(), {"forum_topic_closed": {}}, topic=topic)

    def _somebody(self) -> User:
        return next(m.user for m in self.members.values() if m.inside and not m.user.is_bot)

    def topic_named(self, name: str) -> Topic | None:
        return next((t for t in tuple(self.topics.values()) if t.name == name and not t.deleted), None)

    # ── the rest ────────────────────────────────────────────────────────────────────────────────────────────────────

    def shows(self, topic: Topic | None = None) -> list[Message]:
        """Return what stands in the group now (in the topic, if one is given), oldest first."""
        shown = [m for m in tuple(self.messages.values()) if not m.deleted]
        return [m for m in shown if m.topic is topic] if topic is not None else shown

    def cards(self, topic: Topic | None = None) -> list[Message]:
        """Return what the bot wrote in it, without service messages."""
        return [m for m in self.shows(topic) if m.by is self.world.bot and not m.is_service]

    def channel_says(self, channel: Chat, text: str, *, automatic: bool = False) -> Message:
        """A channel writes in the group (*automatic*: the post of the linked channel)."""
        robot = User(CHANNEL_BOT, "Channel", True, "Channel_Bot")
        origin: Json = {"is_automatic_forward": True} if automatic else {}
        with self.world.lock:
            return self.world.post(self, robot, text=text, sender_chat=channel, origin=origin)

    def upgrade(self) -> Group:
        """Become a supergroup: another id, ids of messages from one on, the old chat refuses all."""
        world = self.world
        with world.lock:
            new = Group.make(world, self.title, supergroup=True, forum=False)
            new.members = dict(self.members)
            new.permissions = dict(self.permissions)
            by = self._somebody()
            world.service(self, by, {"migrate_to_chat_id": new.id})
            self.moved_to = new
            world.service(new, by, {"migrate_from_chat_id": self.id})
            return new


def open_topic(world: World, chat: Chat, name: str, by: User, **icon: Any) -> Topic:
    icon_color = icon.get("icon_color") or ICON_COLOURS[len(chat.topics) % len(ICON_COLOURS)]
    topic = Topic(0, name, icon_color, by, icon.get("icon_custom_emoji_id"))
    content = {"name": name, "icon_color": icon_color}
    if topic.icon_custom_emoji_id:
        content["icon_custom_emoji_id"] = topic.icon_custom_emoji_id
    chat_ids = chat.own_ids
    assert chat_ids is not None
    number = next(chat_ids)
    topic.id = number
    chat.topics[number] = topic
    topic.first = Message(
        number, chat, by, world.now(), kind="service", content={"forum_topic_created": content}, topic=topic
    )
    topic.first.parts = [topic.first]
    chat.messages[number] = topic.first
    world.announce(topic.first)
    return topic


def drop_topic(chat: Chat, topic: Topic) -> None:
    topic.deleted = True
    for message in chat.messages.values():
        if message.topic is topic:
            message.deleted = True
