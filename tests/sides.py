"""Who talks with a desk that is killed: Eva, and Luca who works there, at Telegram's server or at Slack's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.killed import Act, Doing, presses, says
from tests.servers.slack import Channel, Seen, View, slack_server
from tests.servers.slack import Message as SlackMessage
from tests.servers.slack import Person as SlackPerson
from tests.servers.slack import World as SlackWorld
from tests.servers.slack.blocks import each_element
from tests.servers.telegram import TOKEN, Group, Message, Person, Press, World, telegram_server_thread

# Telegram


@dataclass
class Said:
    """Words are over as soon as they are read."""

    over: bool = True
    shown: bool = True
    failed: bool = False


@dataclass
class Pressed:
    press: Press
    shown: bool = True
    failed: bool = False

    @property
    def over(self) -> bool:
        """Whether the button was answered, and its message shows it."""
        return self.press.answered and not self.press.message.buttons


@dataclass
class AtTelegram:
    """Eva, and a group of operators."""

    world: World
    eva: Person
    group: Group
    sends: str = "sendMessage"
    doubles: bool = True
    with_room: bool = True

    def settings(self) -> Mapping[str, str]:
        return {
            "SPORTELLO_TELEGRAM__TOKEN": TOKEN,
            "SPORTELLO_TELEGRAM__BASE_URL": self.world.base_url,
            "SPORTELLO_TELEGRAM__BASE_FILE_URL": self.world.base_file_url,
            **({"SPORTELLO_TELEGRAM__OPERATORS": str(self.group.id)} if self.with_room else {}),
        }

    def begins(self) -> Callable[[], bool]:
        asked = len(self.world.called("getWebhookInfo"))
        return lambda: len(self.world.called("getWebhookInfo")) > asked

    def do(self, act: Act) -> Doing:
        if act.verb == "says":
            self.eva.says(act.what)
            return Said()
        message, data = self._find(act.what)
        press = self.eva.presses(message, data)
        assert isinstance(press, Press)
        return Pressed(press)

    def _find(self, key: str) -> tuple[Message, str]:
        """The newest message that has a button of this key, and the button's data."""
        for message in reversed(self.eva.hears()):
            for button in message.buttons:
                if button.data and button.data.endswith(f".{key}"):
                    return message, button.data
        raise AssertionError(f"no button {key!r}")

    def shown(self) -> list[Message]:
        return [*self.eva.hears(), *self.group.cards()]

    def window(self) -> str:
        return ""

    def under_way(self) -> bool:
        return bool(len(self.world.updates))

    def told(self) -> int:
        return sum(1 for call in self.world.called("getUpdates") if call.answer.get("result"))

    def misses_acknowledgements(self) -> Callable[[], bool]:
        raise NotImplementedError  # the next call for updates acknowledges: `before getUpdates`

    def waits(self) -> None:
        """Telegram waits to be asked."""


@contextmanager
def at_telegram() -> Iterator[AtTelegram]:
    with telegram_server_thread() as world:
        group = world.group("Operatori")
        group.add(world.person("Giulia"), "creator")
        group.add_bot("administrator")
        world.updates.drop()
        yield AtTelegram(world, world.person("Eva", "it", started=True), group)


REGISTERS = (
    says("registrati"),
    says("Eva Rossi"),
    says("eva@example.org"),
    presses("~skip"),
    says("Studio Rossi"),
    presses("~skip"),
    presses("yes"),
)
STORY = "Premo Firma e non succede nulla."
OPENS = (
    says("apri"),
    presses("documents"),
    says("La firma non parte"),
    says(STORY),
    presses("high"),
    presses("~skip"),
    presses("yes"),
)
AT_TELEGRAM = (*REGISTERS, *OPENS)


# Slack


@dataclass
class Delivered:
    """What Slack brings to the desk. Words are brought again until they are acknowledged."""

    deliveries: list[Any]
    view: View | None = None
    hash: str = ""

    @property
    def over(self) -> bool:
        return all(one.acked for one in self.deliveries)

    @property
    def shown(self) -> bool:
        return not (self.view and self.view.open and self.view.hash == self.hash)

    @property
    def failed(self) -> bool:
        return any(one.lost for one in self.deliveries)


@dataclass
class AtSlack:
    """Eva, and a channel of operators, with Luca in it."""

    world: SlackWorld
    people: Mapping[str, SlackPerson]
    room: Channel
    sends: str = "chat.postMessage"
    doubles: bool = False
    _links: int = field(default=0)

    def settings(self) -> Mapping[str, str]:
        return {
            "SPORTELLO_SLACK__BOT_TOKEN": self.world.bot_token,
            "SPORTELLO_SLACK__APP_TOKEN": self.world.app_token,
            "SPORTELLO_SLACK__BASE_URL": self.world.base_url,
            "SPORTELLO_SLACK__OPERATORS": self.room.id,
            "SPORTELLO_HABITS__HOLD_SECONDS": "0",
        }

    def begins(self) -> Callable[[], bool]:
        opened = self.world.sockets.opened
        return lambda: self.world.sockets.opened > opened

    def do(self, act: Act) -> Doing:
        who = self.people[act.who]
        if who.modal and not _asks(who):  # it has said all that it had to say
            who.closes()
        before = len(self.world.deliveries.all)
        view = who.modals[-1] if who.modals else None
        pressed_in = (view, view.hash) if view else (None, "")
        match act.verb:
            case "says":
                who.says(act.what)
            case "answers":
                who.says(act.what, thread=self.card())
            case "submits":
                for label, value in act.fields:
                    who.fills(label, value)
                who.submits()
            case _:
                self._press(who, act.what)
        return Delivered(self.world.deliveries.all[before:], *pressed_in)

    def card(self) -> SlackMessage:
        """The newest ticket's card."""
        luca = self.people["luca"]
        return next(seen.message for seen in reversed(luca.hears(self.room)) if "!show." in str(seen.message.blocks))

    def _press(self, who: SlackPerson, key: str) -> None:
        for place in self._places(who):
            blocks = place.view.blocks if hasattr(place, "view") else place.message.blocks
            for _, element, _ in each_element(blocks):
                for pressed in (element, *element.get("options", ())):
                    if _is(str(pressed.get("value", "")), key):
                        who.presses(pressed["text"]["text"], place)
                        return
        shown = [(seen.text, seen.buttons) for seen in self.shown()[-3:]]
        raise AssertionError(f"no button {key!r}: {who.modal} {who.troubles[-1:]} {shown}")

    def _places(self, who: SlackPerson) -> list[Any]:
        if who.modal and _asks(who):
            return [who.modal]
        room = [*who.hears(self.room)] if who is self.people["luca"] else []
        return [*reversed(room), *reversed(who.hears())]

    def shown(self) -> list[Seen]:
        eva, luca = self.people["eva"], self.people["luca"]
        in_room = luca.hears(self.room)
        answers = [reply for seen in in_room for reply in seen.replies if reply.by is self.world.bot]
        return [*eva.hears(), *luca.hears(), *in_room, *answers]

    def window(self) -> str:
        asking = [who.modal for who in self.people.values() if who.modal and _asks(who)]
        return " | ".join(" ".join((*modal.fields, *modal.buttons)) for modal in asking)

    def under_way(self) -> bool:
        return bool(self.world.unanswered())

    def told(self) -> int:
        return sum(one.tries for one in self.world.deliveries.all)

    def misses_acknowledgements(self) -> Callable[[], bool]:
        lost = self.world.deliveries.acks_lost
        self.world.deliveries.loses_acks(1)
        return lambda: self.world.deliveries.acks_lost > lost

    def waits(self) -> None:
        """A press fails after three seconds; words are sent again at once, then after a minute."""
        self.world.passes(4)
        self.world.passes(61)


def _asks(who: SlackPerson) -> bool:
    return bool(who.modal and (who.modal.fields or who.modal.buttons))


def _is(value: str, key: str) -> bool:
    return value.rpartition(".")[2] == key or value == f"!{key}" or value.startswith(f"!{key}.")


@contextmanager
def at_slack() -> Iterator[AtSlack]:
    with slack_server() as world:
        eva, luca = world.person("Eva", "eva@example.org"), world.person("Luca", "luca@example.org")
        yield AtSlack(world, {"eva": eva, "luca": luca}, world.channel("operators", [luca]))


def submits(who: str = "eva", **fields: str) -> Act:
    return Act("submits", "", who, tuple(fields.items()))


BY_WORDS = (
    says("apri"),
    presses("yes"),
    presses("documents"),
    says("La firma non parte"),
    says(STORY),
    presses("high"),
    presses("~skip"),
    presses("yes"),
)
"""Slack vouches for who she is: she only says yes to it."""
BY_FORM = (
    says("ciao"),
    presses("open"),
    presses("documents"),
    submits(Oggetto="Password scaduta", Descrizione="Non entro da stamattina."),
    presses("low"),
    submits(),
    presses("yes"),
)
AT_THE_CARD = (
    presses("claim", "luca"),
    Act("answers", "Riprova adesso", "luca"),
    presses("reply", "luca"),
    submits("luca", Risposta="Fatto, prova."),
)
AT_SLACK = (*BY_WORDS, *BY_FORM, *AT_THE_CARD)
