"""What whoever pressed, sent off a form or called us is shown: over the real Bolt and our server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.adapters.slack.answering import without_buttons
from bot.adapters.slack.marking import BREAK
from bot.conversations.heard import Brought, Filled, Heard, Left, Pressed
from bot.conversations.screen import Box, Key, Press, Receipt, Screen
from tests.adapters.slack.ears import HURRY, Writer, buttons, listening
from tests.house import House
from tests.servers.slack import Channel, Person, Trouble, World

FORM = Screen(("Cosa non va?",), (), (Box("subject", "Problema"), Box("story", "Racconta", many_lines=True)), "4.abc")
CONFIRM = Screen(
    ("Apriamo?",), (Key("Sì, apri", "4.def.yes"), Key("Indietro", "4.def.~back", control=True)), (), "4.def"
)
CLAIM = Key("Prendi", "!claim.17")


@dataclass
class Script:
    """What the desk answers, by the kind of what it hears: the next one each time, the last one from then on."""

    answers: dict[type, list[Receipt]] = field(default_factory=dict)
    before: Callable[[Heard], Any] | None = None

    async def __call__(self, heard: Heard) -> Receipt:
        if self.before:
            await self.before(heard)
        answers = self.answers.get(type(heard), [Receipt()])
        return answers.pop(0) if len(answers) > 1 else answers[0]


def asks(screen: Screen) -> list[Receipt]:
    return [Receipt(screen)]


async def card(client: AsyncWebClient, channel: Channel, *keys: Key, thread: str | None = None) -> str:
    answer = await client.chat_postMessage(
        channel=channel.id, text="Ticket 17", blocks=buttons(*keys), thread_ts=thread
    )
    return str(answer["ts"])


async def settled(world: World) -> None:
    """Wait until all that was done is acknowledged."""
    await world.until(lambda: not world.unanswered())


# Windows


async def test_a_form_is_filled_in_a_window(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, Script({Pressed: asks(FORM)}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        await luca.submits(subject="Non stampa", story="Da ieri\ne oggi")
    (pressed,), (filled,) = writer.of(Pressed), writer.of(Filled)
    assert dict(filled.fields) == {"subject": "Non stampa", "story": "Da ieri\ne oggi"}
    assert (filled.key, filled.place, luca.modal) == ("4.abc", pressed.place, None)


async def test_problems_are_shown_at_their_fields_and_what_was_typed_stays(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    wrong = replace(FORM, boxes=(replace(FORM.boxes[0], problem="Troppo corto"), FORM.boxes[1]))
    writer = Writer(desk.desk, Script({Pressed: asks(FORM), Filled: [Receipt(wrong), Receipt()]}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        await luca.submits(subject="x", story="Da ieri")
        seen = luca.modal
        assert seen is not None
        errors = dict(seen.errors)
        await luca.submits(subject="Non stampa")
    assert list(errors.values()) == ["Troppo corto"]
    assert [dict(filled.fields)["story"] for filled in writer.of(Filled)] == ["Da ieri", "Da ieri"]
    assert (luca.modal, world.oddities) == (None, [])


async def test_after_a_form_its_window_shows_the_next_page(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, Script({Pressed: [*asks(FORM), Receipt(FORM)], Filled: asks(CONFIRM)}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        await luca.submits(subject="Non stampa", story="Da ieri")
        await world.until(lambda: luca.modal and "Apriamo?" in luca.modal.text)
        await luca.presses("Indietro")
        await world.until(lambda: luca.modal and "Cosa non va?" in luca.modal.text)
    first, second = writer.of(Pressed)
    assert (second.key, second.place) == ("4.def.~back", first.place)
    assert world.oddities == []


async def test_another_question_gets_no_old_problems(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    other = replace(FORM, boxes=(replace(FORM.boxes[0], problem="Manca"),), stamp="4.zzz")
    writer = Writer(desk.desk, Script({Pressed: asks(FORM), Filled: asks(other)}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        await luca.submits(subject="Non stampa", story="Da ieri")
        seen = await world.until(lambda: luca.modal)
    assert (seen.errors, "Manca" in seen.text) == ({}, True)


async def test_a_window_that_is_done_by_a_press_says_so(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, Script({Pressed: [*asks(CONFIRM), Receipt(press=Press.TAKEN)]}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        await luca.presses("Sì, apri")
        seen = await world.until(lambda: luca.modal if luca.modal and not luca.modal.buttons else None)
    assert "Done." in seen.text


async def test_closing_a_window_ends_its_talk(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, Script({Pressed: asks(FORM)}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        luca.closes()
        await settled(world)
    (pressed,), (left,) = writer.of(Pressed), writer.of(Left)
    assert left.place == pressed.place


async def test_a_chats_question_is_filled_in_a_window_too_and_closing_it_ends_nothing(
    world: World, desk: House, client: AsyncWebClient, eva: Person
) -> None:
    writer = Writer(desk.desk, Script({Pressed: asks(FORM)}))
    async with listening(world, writer):
        await card(client, eva.dm, Key("Compila", "4.abc.~form"))
        for ending in (eva.closes, lambda: eva.submits(subject="x", story="y")):
            await eva.presses("Compila")
            await world.until(lambda: eva.modal)
            ending()
            await settled(world)
    assert [filled.place.modal for filled in writer.of(Filled)] == [""]
    assert writer.of(Left) == []


async def test_a_form_that_was_committed_too_late_shows_its_next_page_all_the_same(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    gate = asyncio.Event()

    async def hold(heard: Heard) -> None:
        if isinstance(heard, Filled):
            await gate.wait()

    writer = Writer(desk.desk, Script({Pressed: asks(FORM), Filled: asks(CONFIRM)}, hold))
    async with listening(world, writer, pace=replace(HURRY, answer=timedelta(milliseconds=200))):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        with capture_logs() as logs:
            sent = luca.submits(subject="Non stampa", story="Da ieri")
            await world.until(lambda: [entry for entry in logs if entry["event"] == "slack-press-too-slow"])
        world.passes(3)
        gate.set()
        await world.until(lambda: luca.modal and "Apriamo?" in luca.modal.text)
    assert (sent.acked, bool(sent.failed)) == (False, True)


# Triggers that are too old


async def test_where_the_window_can_not_be_opened_any_more_the_button_is_offered_again(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    world.trouble(Trouble.ERROR, "views.open", error="expired_trigger_id")
    writer = Writer(desk.desk, Script({Pressed: asks(FORM)}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        seen = await world.until(lambda: next((m for m in luca.sees(operators) if m.only_me), None))
        await luca.presses("Prendi", seen)
        await world.until(lambda: luca.modal)
    first, _ = writer.of(Pressed)
    assert ("too long to open" in seen.text, [left.place for left in writer.of(Left)]) == (True, [first.place])


async def test_what_was_brought_goes_on_in_the_chat_where_no_window_can_be_opened(
    world: World, desk: House, eva: Person
) -> None:
    world.trouble(Trouble.ERROR, "views.open", error="expired_trigger_id")
    writer = Writer(desk.desk, Script({Brought: asks(FORM)}))
    async with listening(world, writer):
        await eva.commands("/ticket", "la stampante")
        await world.until(lambda: len(writer.of(Brought)) == 2)
    assert [(one.text, bool(one.place.modal)) for one in writer.of(Brought)] == [
        ("la stampante", True),
        ("la stampante", False),
    ]
    assert {one.place.chat for one in writer.of(Brought)} == {eva.dm.id}


# Words to one person alone


async def test_in_a_room_whoever_pressed_is_told_alone_in_the_thread(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    marco = world.person("Marco")
    marco.joins(operators)
    writer = Writer(desk.desk, Script({Pressed: [Receipt(Screen(("L'ha appena preso Marco.",)))]}))
    async with listening(world, writer):
        root = await card(client, operators, Key("Altro", "!other"))
        await card(client, operators, CLAIM, thread=root)
        await luca.presses("Prendi")
        await world.until(lambda: world.called("chat.postEphemeral"))
    call = world.called("chat.postEphemeral")[-1]
    assert (call.params["user"], call.params["thread_ts"]) == (luca.id, root)
    assert "preso Marco" in call.params["text"]
    assert not [m for m in marco.sees(operators) if "preso" in m.text]


async def test_a_hint_is_for_whoever_pressed(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, Script({Pressed: [Receipt(hint="L'ha appena preso Marco.")]}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: [m for m in luca.sees(operators) if m.only_me and "Marco" in m.text])


async def test_in_ones_own_chat_words_stay(world: World, desk: House, client: AsyncWebClient, eva: Person) -> None:
    writer = Writer(desk.desk, Script({Pressed: [Receipt(Screen(("Il ticket 17 è in lavorazione.",)))]}))
    async with listening(world, writer):
        await card(client, eva.dm, Key("Come va?", "!status.17"))
        await eva.presses("Come va?")
        await world.until(lambda: [m for m in eva.hears() if "lavorazione" in m.text])
    assert world.called("chat.postEphemeral") == []


async def test_nobody_is_called_by_what_is_said_to_one_person(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    hostile = f"<!channel> <@{luca.id}> <https://evil.example|premi> @channel *x*"
    writer = Writer(desk.desk, Script({Pressed: [Receipt(Screen((hostile,)), hint=hostile)]}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
        await world.until(lambda: len(world.called("chat.postEphemeral")) == 2)
    assert world.pings == []
    assert [m.text.replace(BREAK, "") for m in luca.sees(operators) if m.only_me] == [hostile, hostile]


async def test_a_press_that_was_taken_before_is_answered_with_nothing_more(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk, Script({Pressed: asks(FORM)}))
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        press = await luca.presses("Prendi")
        await world.until(lambda: luca.modal)
        world.deliveries.again(press.delivery)
        await world.until(lambda: writer.again)
    assert len(world.called("views.open")) == 1


# Buttons of a talk


@pytest.mark.parametrize(("press", "shown"), [(Press.TAKEN, "✓ Alta"), (Press.STALE, "")])
async def test_a_talks_buttons_are_gone_once_one_was_pressed(
    world: World, desk: House, client: AsyncWebClient, eva: Person, press: Press, shown: str
) -> None:
    writer = Writer(desk.desk, Script({Pressed: [Receipt(press=press)]}))
    async with listening(world, writer):
        await card(client, eva.dm, Key("Alta", "4.abc.high"), Key("Bassa", "4.abc.low"))
        await eva.presses("Alta")
        seen = await world.until(lambda: next((m for m in eva.hears() if m.message.updates), None))
    assert seen.buttons == []
    assert seen.text.replace("Ticket 17", "").strip() == shown


async def test_a_cards_buttons_stay(
    world: World, desk: House, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    async with listening(world, Writer(desk.desk)):
        await card(client, operators, CLAIM)
        await luca.presses("Prendi")
    assert (world.called("chat.update"), luca.sees(operators)[-1].buttons) == ([], ["Prendi"])


@pytest.mark.parametrize("message", [{}, {"blocks": None}, {"blocks": [None, 7]}, {"text": 7}])
def test_whatever_message_bore_a_button_something_is_left_of_it(message: dict[str, Any]) -> None:
    text, blocks = without_buttons(message, "Sì")
    assert text
    assert blocks[-1]["elements"][0]["text"] == "✓ Sì"


# Who presses


async def test_whoever_only_looks_into_a_public_channel_is_no_member(
    world: World, desk: House, client: AsyncWebClient, eva: Person, luca: Person, operators: Channel
) -> None:
    writer = Writer(desk.desk)
    async with listening(world, writer):
        await card(client, operators, CLAIM)
        await eva.presses("Prendi", luca.sees(operators)[-1])
        await luca.presses("Prendi")
    assert [(p.person.name, p.person.member) for p in writer.of(Pressed)] == [("Eva", False), ("Luca", True)]


async def test_guests_and_strangers_are_no_members(
    world: World, desk: House, client: AsyncWebClient, operators: Channel
) -> None:
    people = [world.person("Gino", guest=True), world.person("Anna", team="Altrove")]
    shared = world.channel("shared", people, shared=True)
    writer = Writer(desk.desk)
    async with listening(world, writer):
        await card(client, shared, CLAIM)
        for person in people:
            await person.presses("Prendi")
            person.says("Non parte", shared)
        await settled(world)
    assert {heard.person.name: heard.person.member for heard in writer.heard} == {"Gino": False, "Anna": False}
    assert {heard.person.email for heard in writer.heard} == {""}


# What is brought


async def test_the_ticket_sign_brings_the_message_to_the_person_who_gave_it(
    world: World, desk: House, eva: Person, luca: Person, operators: Channel
) -> None:
    eva.joins(operators)
    writer = Writer(desk.desk)
    message = eva.says("La stampante non va, @Luca", operators)
    async with listening(world, writer):
        luca.reacts(message, "ticket")
        await world.until(lambda: writer.of(Brought))
    (brought,) = writer.of(Brought)
    assert (brought.text, brought.place.chat) == ("La stampante non va, @Luca", luca.dm.id)
    assert (brought.person.name, brought.person.direct) == ("Luca", True)


async def test_of_a_ticket_sign_on_a_message_that_is_gone_or_by_a_bot_nothing_comes(
    world: World, desk: House, luca: Person, operators: Channel
) -> None:
    writer, bot = Writer(desk.desk), world.person("Robot", is_bot=True)
    gone, there = luca.says("Uno", operators), luca.says("Due", operators)
    luca.deletes(gone)
    async with listening(world, writer):
        for who, message in ((luca, gone), (bot, there)):
            item = {"type": "message", "channel": operators.id, "ts": message.ts}
            told = {"type": "reaction_added", "user": who.id, "reaction": "ticket", "item": item, "item_user": luca.id}
            world.tell("reaction_added", told)
        await world.until(lambda: not world.unanswered())
    assert writer.of(Brought) == []


async def test_the_ticket_sign_in_a_thread_brings_that_message(
    world: World, desk: House, luca: Person, operators: Channel
) -> None:
    root = luca.says("Uno", operators)
    reply = luca.says("Due", thread=root)
    writer = Writer(desk.desk)
    async with listening(world, writer):
        luca.reacts(reply, "admission_tickets")
        await world.until(lambda: writer.of(Brought))
    assert writer.of(Brought)[0].text == "Due"


async def test_a_shortcut_opens_a_form(world: World, desk: House, eva: Person) -> None:
    writer = Writer(desk.desk, Script({Brought: asks(FORM)}))
    async with listening(world, writer):
        await eva.shortcut("open")
        await world.until(lambda: eva.modal)
        await eva.submits(subject="Non stampa", story="Da ieri")
    assert [filled.place.chat for filled in writer.of(Filled)] == [eva.dm.id]


async def test_a_command_is_answered_in_the_persons_own_chat(
    world: World, desk: House, eva: Person, operators: Channel
) -> None:
    eva.joins(operators)
    writer = Writer(desk.desk, Script({Brought: [Receipt(Screen(("Prima registrati.",)))]}))
    async with listening(world, writer):
        await eva.commands("/ticket", "", operators)
        await world.until(lambda: [m for m in eva.hears() if "registrati" in m.text])
