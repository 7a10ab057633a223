"""Home tabs: over the real Bolt and our server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.conversations.heard import Filled, Place, Pressed
from bot.conversations.heard import Person as Somebody
from bot.conversations.screen import Key, Receipt, Screen
from tests.adapters.slack.ears import Writer, listening
from tests.adapters.slack.test_answering import FORM, Script, asks
from tests.house import House
from tests.servers.slack import Person, Trouble, World


@dataclass(frozen=True)
class Page:
    sections: tuple[Screen, ...]


@dataclass
class Desk:
    """Shows how often it was asked. *gate*: it answers only when it is let."""

    asked: list[tuple[Place, Somebody]] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def __call__(self, place: Place, person: Somebody) -> Page:
        self.asked.append((place, person))
        number = len(self.asked)
        if self.gate:
            await self.gate.wait()
        tickets = Screen((f"Pagina {number}", "I tuoi ticket"), (Key("Come va?", "!status.17"),))
        return Page((Screen((f"Ciao {person.name}",), (Key("Apri un ticket", "!open"),)), tickets))


async def test_who_looks_at_their_home_tab_sees_what_the_desk_shows(world: World, desk: House, eva: Person) -> None:
    home = Desk()
    async with listening(world, Writer(desk.desk), home=home):
        eva.opens_home()
        seen = await world.until(lambda: eva.home)
    assert ("Ciao Eva" in seen.text, "I tuoi ticket" in seen.text) == (True, True)
    assert seen.buttons == ["Apri un ticket", "Come va?"]
    ((place, person),) = home.asked
    assert (place, person.email) == (Place("slack", eva.dm.id), "eva@example.org")


async def test_the_other_tab_shows_nothing_of_ours(world: World, desk: House, eva: Person) -> None:
    home = Desk()
    async with listening(world, Writer(desk.desk), home=home):
        eva.opens_home("messages")
        await world.until(lambda: not world.unanswered())
    assert home.asked == []


async def test_what_is_pressed_there_opens_a_window_and_the_tab_is_kept_up(
    world: World, desk: House, eva: Person
) -> None:
    writer = Writer(desk.desk, Script({Pressed: asks(FORM)}))
    async with listening(world, writer, home=Desk()):
        eva.opens_home()
        await world.until(lambda: eva.home)
        await eva.presses("Apri un ticket")
        await world.until(lambda: eva.modal)
        await eva.submits(subject="Non stampa", story="Da ieri")
        await world.until(lambda: eva.home and "Pagina 3" in eva.home.text)
    (pressed,), (filled,) = writer.of(Pressed), writer.of(Filled)
    assert (pressed.place.chat, pressed.person.direct, filled.place) == (eva.dm.id, True, pressed.place)


async def test_words_of_an_answer_there_go_to_the_persons_own_chat(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk, Script({Pressed: [Receipt(Screen(("È in lavorazione.",)))]}))
    async with listening(world, writer, home=Desk()):
        eva.opens_home()
        await world.until(lambda: eva.home)
        await eva.presses("Come va?")
        await world.until(lambda: [m for m in eva.hears() if "lavorazione" in m.text])


async def test_where_the_window_can_not_be_opened_the_button_is_offered_in_their_own_chat(
    world: World, desk: House, eva: Person
) -> None:
    world.trouble(Trouble.ERROR, "views.open", error="expired_trigger_id")
    writer = Writer(desk.desk, Script({Pressed: asks(FORM)}))
    async with listening(world, writer, home=Desk()):
        eva.opens_home()
        await world.until(lambda: eva.home)
        await eva.presses("Apri un ticket")
        await world.until(lambda: eva.hears() and eva.hears()[-1].buttons == ["Apri un ticket"])


async def test_looking_often_is_published_seldom_and_the_newest_state_comes_last(
    world: World, desk: House, eva: Person
) -> None:
    home = Desk(gate=asyncio.Event())
    async with listening(world, Writer(desk.desk), home=home):
        for _ in range(5):
            eva.opens_home()
        await world.until(lambda: not world.unanswered())
        assert home.gate
        home.gate.set()
        await world.until(lambda: eva.home and "Pagina 2" in eva.home.text)
    assert (len(home.asked), len(world.called("views.publish"))) == (2, 2)


async def test_a_tab_that_can_not_be_published_stops_nothing(world: World, desk: House, eva: Person) -> None:
    world.trouble(Trouble.SERVER_ERROR, "views.publish")
    async with listening(world, Writer(desk.desk), home=Desk()):
        eva.opens_home()
        await world.until(lambda: world.called("views.publish"))
        eva.opens_home()
        await world.until(lambda: eva.home)
