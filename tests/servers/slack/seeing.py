"""What a person has on the screen: messages, modals, the Home tab, all in plain text and by label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.servers.slack import rendering
from tests.servers.slack.blocks import options_of
from tests.servers.slack.errors import CannotDo
from tests.servers.slack.texts import shown
from tests.servers.slack.things import Channel, File, Json, Message, User, View


@dataclass(frozen=True)
class Seen:
    """A message as one person sees it now."""

    message: Message
    reader: User

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<{self.message.by.name}: {self.text!r} {self.buttons or ''}>"

    @property
    def text(self) -> str:
        """All it says, a line for each text of its blocks (of its text, if it has none)."""
        return "\n".join(self.lines)

    @property
    def lines(self) -> list[str]:
        message = self.message
        said = rendering.lines_of(message.blocks, self.reader) if message.blocks else []
        if not said and message.text:
            said = [shown(message.text, self.reader)]
        return said + [str(one.get("text") or one.get("title") or one.get("fallback")) for one in message.attachments]

    @property
    def notification(self) -> str:
        """What the device says of it before it is opened: the fallback text."""
        return shown(self.message.text, self.reader)

    @property
    def buttons(self) -> list[str]:
        return rendering.buttons_of(self.message.blocks)

    @property
    def overflow(self) -> list[str]:
        """The labels in its … menus."""
        return rendering.overflows_of(self.message.blocks)

    @property
    def choices(self) -> list[str]:
        """The labels of its selects, radio buttons and checkboxes."""
        return rendering.choices_of(self.message.blocks)

    @property
    def edited(self) -> bool:
        return self.message.edited is not None

    @property
    def only_me(self) -> bool:
        """Tell whether it is ephemeral: "only visible to you"."""
        return self.message.only_for is not None

    @property
    def by(self) -> User:
        return self.message.by

    @property
    def ts(self) -> str:
        return self.message.ts

    @property
    def files(self) -> list[File]:
        return [file for file in self.message.files if not file.deleted]

    @property
    def reactions(self) -> dict[str, list[User]]:
        return self.message.reactions

    @property
    def replies(self) -> list[Seen]:
        """Its thread without itself, oldest first, with what only this person sees there."""
        hidden = [m for m in self.reader.private if m.thread_ts == self.message.ts]
        return [Seen(m, self.reader) for m in sorted([*self.message.replies, *hidden], key=lambda m: m.ts)]


@dataclass(frozen=True)
class Screen:
    """A modal or a Home tab as its person sees it."""

    view: View

    def __repr__(self) -> str:
        return f"<{self.title}: {self.text!r} {self.buttons or ''}>"

    @property
    def title(self) -> str:
        return str(self.view.source.get("title", {}).get("text", ""))

    @property
    def submit(self) -> str:
        return str(self.view.source.get("submit", {}).get("text", ""))

    @property
    def close(self) -> str:
        return str((self.view.source.get("close") or {}).get("text", "Cancel"))

    @property
    def lines(self) -> list[str]:
        return rendering.lines_of(self.view.blocks, self.view.person)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def buttons(self) -> list[str]:
        return rendering.buttons_of(self.view.blocks)

    @property
    def overflow(self) -> list[str]:
        return rendering.overflows_of(self.view.blocks)

    @property
    def fields(self) -> dict[str, Any]:
        """What stands in each field, by its label: text, an option's label, a list of labels, None if empty."""
        found = {}
        for block in self.view.blocks:
            if block["type"] == "input":
                value = self.view.state.get((block["block_id"], block["element"]["action_id"]), {})
                found[str(block["label"]["text"])] = rendering.value_shown(value)
        return found

    def options(self, label: str) -> list[str]:
        """Return the labels that a field offers."""
        block = self.field(label)
        return [option["text"]["text"] for option in options_of(block["element"])]

    def field(self, label: str) -> Json:
        """Return the input block of this label, block_id or action_id; raise CannotDo."""
        for block in self.view.blocks:
            if block["type"] == "input" and label in (
                block["label"]["text"],
                block["block_id"],
                block["element"]["action_id"],
            ):
                return block
        raise CannotDo(f"no field {label!r} among {list(self.fields)}")

    @property
    def errors(self) -> dict[str, str]:
        """What is said at each field, by its label."""
        names = {b["block_id"]: b["label"]["text"] for b in self.view.blocks if b["type"] == "input"}
        return {str(names.get(block, block)): said for block, said in self.view.errors.items()}

    @property
    def trouble(self) -> str:
        """What Slack itself says at the top when the app did not answer, or not in a way it understands."""
        return self.view.trouble

    @property
    def private_metadata(self) -> str:
        return str(self.view.source.get("private_metadata", ""))


class Seeing(User):
    """The reading half of a person."""

    @property
    def dm(self) -> Channel:
        """The direct messages with the app."""
        return self.world.direct(self)

    def sees(self, channel: Channel | None = None, thread: Message | Seen | str | None = None) -> list[Seen]:
        """Return what stands in a channel (the app's direct messages by default) or in a thread, oldest first.

        A channel shows no replies but those also sent to it; a thread begins with its first message. What only this
        person sees is in its place. Raises CannotDo for a private channel of others.
        """
        place = channel or (thread.channel if isinstance(thread, Message) else None) or self.dm
        if isinstance(thread, Seen):
            place = thread.message.channel
        if place.kind != "channel" and not place.has(self):
            raise CannotDo(f"{self.name} is not in {place.name}")
        with self.world.lock:
            everything = [*place.messages.values(), *(m for m in self.private if m.channel is place)]
        ts = thread if isinstance(thread, str) or thread is None else thread.ts
        if ts is None:
            found = [m for m in everything if not m.is_reply or m.subtype == "thread_broadcast"]
        else:
            found = [m for m in everything if ts in (m.ts, m.thread_ts)]
        return [Seen(m, self) for m in sorted(found, key=lambda m: m.ts)]

    def hears(self, channel: Channel | None = None, thread: Message | Seen | str | None = None) -> list[Seen]:
        """Return only what the app said there."""
        return [
            seen
            for seen in self.sees(channel, thread)
            if seen.by is self.world.bot and not seen.message.subtype.endswith("_join")
        ]

    @property
    def modal(self) -> Screen | None:
        """The modal on top, if one is open."""
        return Screen(self.modals[-1]) if self.modals else None

    @property
    def modal_stack(self) -> list[str]:
        """The titles of the open modals, the topmost last."""
        return [Screen(view).title for view in self.modals]

    @property
    def home(self) -> Screen | None:
        """The Home tab, if the app published one."""
        return Screen(self.home_view) if self.home_view is not None else None

    def fetches(self, file: File) -> bytes:
        """Return a file's content, as a click on it does; raise CannotDo if it is not there."""
        if file.deleted:
            raise CannotDo("the file was deleted")
        return file.content
