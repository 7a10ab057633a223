"""Updates over the real library and our server: none is lost, none is taken twice, and no chat waits for another."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from structlog.testing import capture_logs

from bot.conversations.heard import Heard, Pressed, Said
from bot.conversations.screen import Press, Receipt
from core.db import Database
from core.notices.chats import Furnish, Room, RoomAt
from core.notices.inbox import LanesUndone, WriteDown
from core.notices.tables import inbox
from core.people.commands import Meet
from core.people.rules import PeopleRules
from core.people.staff import Enroll
from tests.adapters.telegram.ears import HURRY, Writer, listening
from tests.house import House
from tests.servers.telegram import Group, Piece, Trouble, World, telegram_server


def undone(desk: House) -> tuple[str, ...]:
    return desk.desk.look(LanesUndone("telegram"))


def rows(desk: House) -> int:
    with desk.database.read() as conn:
        return len(conn.execute(select(inbox.c.id)).all())


class Gate:
    """Holds up what is heard until it is opened."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.waiting: list[Heard] = []

    async def __call__(self, heard: Heard) -> Receipt:
        self.waiting.append(heard)
        await self.event.wait()
        return Receipt()


class TestNothingIsLost:
    async def test_what_is_said_is_heard_in_order(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        async with listening(world, desk.desk) as writer:
            for n in range(5):
                eva.says(f"numero {n}")
            await world.until(lambda: len(writer.heard) == 5)
        assert writer.texts == [f"numero {n}" for n in range(5)]

    async def test_nothing_is_confirmed_before_it_is_written_down(self, world: World, desk: House) -> None:
        world.person("Eva").says("ciao")
        written_at: list[int] = []

        def confirmed(params: dict[str, Any]) -> bool:
            written_at.append(rows(desk) if params.get("offset") else -1)
            return False

        world.trouble(Trouble.SERVER_ERROR, "getUpdates", when=confirmed)
        async with listening(world, desk.desk):
            await world.until(lambda: not len(world.updates))
        assert next(count for count in written_at if count >= 0) == 1

    async def test_while_the_store_is_away_nothing_is_confirmed(self, world: World, desk: House) -> None:
        world.person("Eva").says("ciao")
        async with listening(world, desk.desk) as writer:
            with desk.database.write():  # somebody else is writing, and does not end
                await world.until(lambda: world.called("getUpdates"))
                await world.until(lambda: world.called("getUpdates")[-1].status == 200)
                assert (len(world.updates), writer.heard) == (1, [])

    async def test_a_store_that_fails_is_asked_again(self, world: World, desk: House) -> None:
        world.person("Eva").says("ciao")
        Failing(desk.database, times=3)
        with capture_logs() as logs:
            async with listening(world, desk.desk) as writer:
                await world.until(lambda: writer.heard)
        assert writer.texts == ["ciao"]
        assert any(entry["event"] == "telegram-trouble" for entry in logs)

    async def test_what_is_delivered_again_is_taken_once(self, world: World, desk: House) -> None:
        world.trouble(Trouble.RESET_AFTER, "getUpdates", 3)
        world.person("Eva").says("ciao")
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: not len(world.updates) and not undone(desk))
        assert writer.texts == ["ciao"]

    async def test_what_was_written_down_before_a_crash_is_heard_after_it(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        raws = []
        for text in ("uno", "due", "tre"):
            eva.says(text)
            raws.append(world.updates.waiting[-1].json)
        world.updates.drop()  # confirmed by the process that died
        lane = f"telegram:{eva.id}"
        desk.desk.do(WriteDown("telegram", tuple((str(raw["update_id"]), lane, {"update": raw}) for raw in raws)))
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: not undone(desk))
        assert writer.texts == ["uno", "due", "tre"]

    async def test_what_another_process_left_undone_is_found_after_a_while(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        eva.says("ciao")
        raw = world.updates.waiting[-1].json
        world.updates.drop()
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: world.called("getUpdates") or world.server.is_polled)
            desk.desk.do(WriteDown("telegram", ((str(raw["update_id"]), f"telegram:{eva.id}", {"update": raw}),)))
            desk.wait(seconds=10)
            await world.until(lambda: writer.heard)
        assert writer.texts == ["ciao"]

    async def test_ended_in_the_middle_nothing_is_lost(self, world: World, desk: House) -> None:
        world.person("Eva").says("ciao")
        gate = Gate()
        writer = Writer(desk.desk, gate)
        async with listening(world, desk.desk, writer):
            await world.until(lambda: gate.waiting)
            asyncio.get_running_loop().call_soon(gate.event.set)
        assert (writer.texts, undone(desk)) == (["ciao"], ())

    async def test_what_comes_alone_is_written_down_once_by_what_deals_with_it(self, world: World, desk: House) -> None:
        written: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            written.extend(verb for verb in ("INSERT", "UPDATE") if statement.startswith(verb))

        async with listening(world, desk.desk) as writer:
            event.listen(desk.database.engine, "before_cursor_execute", note)
            world.person("Eva").says("ciao")
            await world.until(lambda: writer.heard and not len(world.updates))
        assert (written, rows(desk), undone(desk)) == (["INSERT"], 1, ())

    async def test_what_comes_alone_waits_behind_what_lies_in_its_lane(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        eva.says("uno")
        raw = world.updates.waiting[-1].json
        world.updates.drop()
        slowly = replace(HURRY, sweep=timedelta(hours=1))  # so that nobody else finds it
        async with listening(world, desk.desk, pace=slowly) as writer:
            await world.until(lambda: world.called("getUpdates") or world.server.is_polled)
            desk.desk.do(WriteDown("telegram", ((str(raw["update_id"]), f"telegram:{eva.id}", {"update": raw}),)))
            eva.says("due")
            await world.until(lambda: len(writer.heard) == 2)
        assert writer.texts == ["uno", "due"]

    async def test_what_comes_alone_and_fails_is_written_down_and_holds_up_nobody(
        self, world: World, desk: House
    ) -> None:
        failing = True

        async def fail(heard: Heard) -> Receipt:
            if failing and isinstance(heard, Said) and heard.text == "uno":
                raise OSError("away")
            return Receipt()

        async with listening(world, desk.desk, Writer(desk.desk, fail)) as writer:
            world.person("Eva").says("uno")
            await world.until(lambda: not len(world.updates))
            world.person("Marco").says("due")
            await world.until(lambda: writer.texts == ["due"])
            failing = False
            await world.until(lambda: writer.texts == ["due", "uno"])

    async def test_a_lane_that_fails_is_tried_again_in_order(self, world: World, desk: House) -> None:
        eva, failures = world.person("Eva"), [OSError("away")] * 3

        async def fail(_heard: Heard) -> Receipt:
            if failures:
                raise failures.pop()
            return Receipt()

        async with listening(world, desk.desk, Writer(desk.desk, fail)) as writer:
            eva.says("uno")
            eva.says("due")
            await world.until(lambda: len(writer.heard) == 2)
        assert writer.texts == ["uno", "due"]

    async def test_what_concerns_nobody_is_passed_over(self, world: World, desk: House) -> None:
        eva = world.person("Eva")

        class Deaf(Writer):
            async def hear(self, heard: Heard) -> Receipt:
                self.heard.append(heard)
                return Receipt(taken=False)

        async with listening(world, desk.desk, Deaf(desk.desk)) as writer:
            eva.says("uno")
            eva.says("due")
            await world.until(lambda: len(writer.heard) == 2 and not undone(desk))
        assert writer.texts == ["uno", "due"]


class Failing:
    """A store that refuses so many transactions that write, as one that is away does."""

    def __init__(self, database: Database, times: int) -> None:
        self.left = times
        event.listen(database.engine, "commit", self._refuse)

    def _refuse(self, conn: Any) -> None:
        if self.left and not conn.get_execution_options().get("readonly"):
            self.left -= 1
            raise OSError("the disk is gone")


class TestChatsSideBySide:
    async def test_a_chat_that_is_held_up_holds_up_no_other(self, world: World, desk: House) -> None:
        eva, marco, gate = world.person("Eva"), world.person("Marco"), Gate()

        async def hold_eva(heard: Heard) -> Receipt:
            return await gate(heard) if heard.person.name == "Eva" else Receipt()

        async with listening(world, desk.desk, Writer(desk.desk, hold_eva)) as writer:
            eva.says("aspetto")
            marco.says("passo")
            await world.until(lambda: writer.texts == ["passo"])
            gate.event.set()
            await world.until(lambda: writer.texts == ["passo", "aspetto"])

    async def test_a_chat_that_fails_for_ever_holds_up_no_other(self, world: World, desk: House) -> None:
        eva, marco = world.person("Eva"), world.person("Marco")

        async def fail_eva(heard: Heard) -> Receipt:
            if heard.person.name == "Eva":
                raise OSError("away")
            return Receipt()

        async with listening(world, desk.desk, Writer(desk.desk, fail_eva)) as writer:
            eva.says("non va")
            for n in range(20):
                marco.says(f"{n}")
            await world.until(lambda: len(writer.texts) == 20)
        assert undone(desk) == (f"telegram:{eva.id}",)

    async def test_of_many_chats_only_some_are_at_work_at_once(self, world: World, desk: House) -> None:
        gate = Gate()
        async with listening(world, desk.desk, Writer(desk.desk, gate)) as writer:
            for n in range(30):
                world.person(f"Numero {n}").says("ciao")
            await world.until(lambda: rows(desk) == 30)
            await world.until(lambda: len(gate.waiting) == HURRY.at_once)
            gate.event.set()
            await world.until(lambda: len(writer.heard) == 30)
        assert len({heard.place.chat for heard in gate.waiting[: HURRY.at_once]}) == HURRY.at_once

    async def test_more_chats_than_are_remembered_are_all_heard(self, world: World, desk: House) -> None:
        people = [world.person(f"Numero {n}") for n in range(1100)]
        for person in people:
            person.says("ciao")
        raws = [update.json for update in world.updates.waiting]
        world.updates.drop()
        batch = tuple(
            (str(raw["update_id"]), f"telegram:{raw['message']['chat']['id']}", {"update": raw}) for raw in raws
        )
        desk.desk.do(WriteDown("telegram", batch))
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: len(writer.heard) == 1100, 25)


class TestOutages:
    @pytest.mark.parametrize(
        "trouble", [Trouble.BAD_GATEWAY, Trouble.SERVER_ERROR, Trouble.RESET, Trouble.NONSENSE, Trouble.RESET_AFTER]
    )
    async def test_it_goes_on_after(self, world: World, desk: House, trouble: Trouble) -> None:
        world.trouble(trouble, "*", 4)
        async with listening(world, desk.desk) as writer:
            world.person("Eva").says("ciao")
            await world.until(lambda: writer.heard)
        assert writer.texts == ["ciao"]

    async def test_it_waits_as_long_as_telegram_asks(self, world: World, desk: House) -> None:
        world.trouble(Trouble.TOO_MANY, "getUpdates", retry_after=1)
        world.person("Eva").says("ciao")
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: writer.heard)
        first, second, *_ = world.called("getUpdates")
        assert second.at - first.at >= 1

    async def test_a_server_that_is_down_at_the_start_is_waited_for(self, world: World, desk: House) -> None:
        world.goes_down()
        with capture_logs() as logs:
            async with listening(world, desk.desk) as writer:
                await world.until(lambda: [entry for entry in logs if entry["event"] == "telegram-trouble"])
                world.comes_back()
                world.person("Eva").says("ciao")
                await world.until(lambda: writer.heard)
        assert [entry["event"] for entry in logs] == ["telegram-trouble", "telegram-works-again"]

    async def test_a_server_that_goes_down_is_waited_for(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        async with listening(world, desk.desk) as writer:
            eva.says("uno")
            await world.until(lambda: writer.heard)
            world.goes_down()
            eva.says("due")
            world.comes_back()
            await world.until(lambda: len(writer.heard) == 2)

    async def test_a_token_that_is_none_is_told_in_clear_words(self, world: World, desk: House) -> None:
        with capture_logs() as logs:
            async with listening(world, desk.desk, token="7000000009:AAH-another-example-token-of-no-bot"):
                await world.until(lambda: logs)
        assert (logs[0]["kind"], logs[0]["log_level"]) == ("InvalidToken", "error")
        assert "BotFather" in logs[0]["meaning"]
        assert "7000000009" not in str(logs)

    async def test_trouble_that_goes_on_is_told_once(self, world: World, desk: House) -> None:
        refused = world.trouble(Trouble.REFUSED, "getMe", 5, code=401, description="Unauthorized")
        with capture_logs() as logs:
            async with listening(world, desk.desk):
                await world.until(lambda: refused.happened == 5)
                await world.until(lambda: len(logs) == 2)
        assert [entry["event"] for entry in logs] == ["telegram-trouble", "telegram-works-again"]

    async def test_another_program_with_the_same_token_is_told_of(self, world: World, desk: House) -> None:
        world.trouble(
            Trouble.REFUSED, "getUpdates", 3, code=409, description="Conflict: terminated by other getUpdates request"
        )
        with capture_logs() as logs:
            async with listening(world, desk.desk) as writer:
                world.person("Eva").says("ciao")
                await world.until(lambda: writer.heard)
        assert [(entry["log_level"], entry["event"]) for entry in logs] == [
            ("error", "telegram-trouble"),
            ("info", "telegram-works-again"),
        ]

    async def test_a_webhook_that_is_set_is_taken_down_and_what_waits_for_it_is_heard(self, desk: House) -> None:
        async with telegram_server(insecure_webhooks=True) as world:
            world.person("Eva").says("ciao")
            world.set_webhook("https://127.0.0.1:1/nobody", "secret", 1)
            async with listening(world, desk.desk) as writer:
                await world.until(lambda: writer.heard)
            assert world.webhook is None

    async def test_a_hasty_server_is_not_asked_without_a_pause(self, world: World, desk: House) -> None:
        async with listening(world, desk.desk, pace=replace(HURRY, hold=timedelta(0))) as writer:
            await world.until(lambda: len(world.called("getUpdates")) >= 3, 10)
            first, _, third = world.called("getUpdates")[:3]
        assert third.at - first.at >= 0.4
        assert writer.heard == []


class TestPoison:
    async def test_an_update_that_the_library_cannot_read_holds_up_nobody(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        world.updates.put("message", {"message_id": [], "chat": {"id": eva.id}, "date": "never"}, eva.id)
        async with listening(world, desk.desk) as writer:
            eva.says("ciao")
            await world.until(lambda: writer.heard and not len(world.updates))
        assert undone(desk) == ()

    async def test_what_no_store_keeps_does_not_either(self, world: World, database_url: str) -> None:
        eva = world.person("Eva")
        eva.says("ciao")
        raw = world.updates.waiting[-1].json["message"]
        world.updates.drop()
        world.updates.put("message", raw | {"text": "uno\x00due\ud83d", "effect_id": "\x00"}, eva.id)
        desk = House(Database(database_url))
        try:
            async with listening(world, desk.desk) as writer:
                await world.until(lambda: writer.heard)
            assert writer.texts == ["unodue"]
        finally:
            desk.database.close()

    async def test_what_nobody_asked_for_is_confirmed_and_not_kept(self, world: World, desk: House) -> None:
        world.updates.put("poll_answer", {"poll_id": "1"}, 0)
        async with listening(world, desk.desk):
            await world.until(lambda: not len(world.updates))
        assert rows(desk) == 0


class TestWhatBelongsTogether:
    async def test_an_album_is_one_message(self, world: World, desk: House) -> None:
        async with listening(world, desk.desk) as writer:
            world.person("Eva").sends_album([Piece(), Piece(), Piece()], caption="ecco")
            await world.until(lambda: writer.heard and not undone(desk))
        assert [(s.text, len(s.files), len(s.parts)) for s in writer.heard if isinstance(s, Said)] == [("ecco", 3, 2)]

    async def test_a_text_that_telegram_cut_is_one_message(self, world: World, desk: House) -> None:
        text = " ".join(f"parola{n}" for n in range(1500))
        async with listening(world, desk.desk) as writer:
            world.person("Eva").says(text)
            await world.until(lambda: writer.heard and not undone(desk))
        assert [heard.split() for heard in writer.texts] == [text.split()]

    async def test_nobody_else_waits_for_an_album(self, world: World, desk: House) -> None:
        patient = replace(HURRY, parts=timedelta(seconds=20), at_once=1)
        async with listening(world, desk.desk, pace=patient) as writer:
            world.person("Eva").sends_album([Piece(), Piece()])
            world.person("Marco").says("ciao")
            await world.until(lambda: writer.texts == ["ciao"])

    async def test_words_after_an_album_end_the_wait(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        async with listening(world, desk.desk, pace=replace(HURRY, parts=timedelta(seconds=20))) as writer:
            eva.sends_album([Piece(), Piece()], caption="ecco")
            eva.says("e poi?")
            await world.until(lambda: len(writer.heard) == 2)
        assert writer.texts == ["ecco", "e poi?"]

    async def test_an_album_cut_by_a_crash_is_one_message(self, world: World, desk: House) -> None:
        eva = world.person("Eva")
        eva.sends_album([Piece(), Piece()], caption="ecco")
        first = world.updates.waiting[0].json
        desk.desk.do(WriteDown("telegram", ((str(first["update_id"]), f"telegram:{eva.id}", {"update": first}),)))
        world.updates.waiting.popleft()
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: writer.heard and not undone(desk) and not len(world.updates))
        assert [len(heard.files) for heard in writer.heard if isinstance(heard, Said)] == [2]


def a_room(world: World, desk: House) -> Group:
    group = world.group("Sportello")
    group.add(world.person("Giulia"), "creator")
    group.add_bot()
    world.updates.drop()
    desk.desk.do(Furnish((RoomAt("telegram", str(group.id), Room.OPERATORS, "it"),)))
    return group


def giulia(group: Group) -> Any:
    return next(m.user for m in group.members.values() if m.status == "creator")


class TestMembers:
    async def test_in_a_room_telegram_is_asked_who_is_a_member(self, world: World, desk: House) -> None:
        group = a_room(world, desk)
        async with listening(world, desk.desk) as writer:
            giulia(group).says("/coda", group)
            await world.until(lambda: writer.heard)
        assert writer.heard[0].person.member
        assert [call.params["user_id"] for call in world.called("getChatMember")] == [giulia(group).id]

    async def test_whoever_has_left_meanwhile_does_not_count(self, world: World, desk: House) -> None:
        group = a_room(world, desk)
        marco = world.person("Marco")
        group.add(marco)
        marco.says("/coda", group)
        group.remove(marco)
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: [heard for heard in writer.heard if isinstance(heard, Said)])
        assert not writer.heard[0].person.member

    async def test_when_telegram_cannot_be_asked_it_is_asked_again(self, world: World, desk: House) -> None:
        group = a_room(world, desk)
        world.trouble(Trouble.BAD_GATEWAY, "getChatMember", 3)
        async with listening(world, desk.desk) as writer:
            giulia(group).says("/coda", group)
            await world.until(lambda: writer.heard)
        assert writer.heard[0].person.member

    @pytest.mark.parametrize("still", [True, False])
    async def test_in_their_own_chat_a_lead_is_one_as_long_as_they_are_in_the_leads_group(
        self, world: World, desk: House, still: bool
    ) -> None:
        operators, leads = a_room(world, desk), world.group("Responsabili")
        anna = world.person("Anna", started=True)
        leads.add_bot()
        operators.add(anna)
        if still:
            leads.add(anna)
        there = (
            RoomAt("telegram", str(operators.id), Room.OPERATORS, "it"),
            RoomAt("telegram", str(leads.id), Room.LEADS, "it"),
        )
        desk.rules[PeopleRules] = PeopleRules()
        desk.desk.do(Furnish(there))
        desk.desk.do(Enroll(desk.desk.do(Meet("telegram", str(anna.id), "Anna", "it")).id, "Anna", lead=True))
        async with listening(world, desk.desk) as writer:
            anna.says("/ritardi")
            await world.until(lambda: [heard for heard in writer.heard if isinstance(heard, Said)])
        person = next(heard.person for heard in writer.heard if isinstance(heard, Said))
        assert (person.member, person.leads) == (True, still)

    async def test_in_a_group_that_is_no_room_nobody_is_asked_about(self, world: World, desk: House) -> None:
        group = a_room(world, desk)
        desk.desk.do(Furnish(()))
        async with listening(world, desk.desk) as writer:
            giulia(group).says("/coda", group)
            await world.until(lambda: writer.heard)
        assert world.called("getChatMember") == []


class TestPresses:
    def asked(self, world: World, person: Any, text: str = "Apro il ticket?") -> Any:
        markup = {
            "inline_keyboard": [[{"text": "Sì", "callback_data": "1.a.yes"}, {"text": "No", "callback_data": "n"}]]
        }
        return world.post(person.chat, world.bot, text=text, markup=markup)

    def answering(self, desk: House, receipt: Receipt) -> Writer:
        async def answer(_heard: Heard) -> Receipt:
            return receipt

        return Writer(desk.desk, answer)

    async def test_a_press_is_answered_without_a_word(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        async with listening(world, desk.desk) as writer:
            press = eva.presses(self.asked(world, eva), "Sì")
            await world.until(lambda: press.answered)
        assert [heard.key for heard in writer.heard if isinstance(heard, Pressed)] == ["1.a.yes"]
        assert press.text == ""

    async def test_a_hint_is_shown_as_an_alert(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        async with listening(world, desk.desk, self.answering(desk, Receipt(hint="L'ha appena preso Marco."))):
            press = eva.presses(self.asked(world, eva), "Sì")
            await world.until(lambda: press.answered)
        assert (press.text, press.alert) == ("L'ha appena preso Marco.", True)

    async def test_a_hint_on_a_button_that_did_its_work_goes_by_itself(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        answer = self.answering(desk, Receipt(hint="Annullato.", press=Press.TAKEN))
        async with listening(world, desk.desk, answer):
            press = eva.presses(self.asked(world, eva), "Sì")
            await world.until(lambda: press.answered)
        assert (press.text, press.alert) == ("Annullato.", False)

    async def test_what_was_chosen_stands_under_the_question_without_buttons(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        message = self.asked(world, eva)
        async with listening(world, desk.desk, self.answering(desk, Receipt(press=Press.TAKEN))):
            eva.presses(message, "Sì")
            await world.until(lambda: not message.buttons)
        assert message.text == "Apro il ticket?\n\n✓ Sì"

    async def test_marks_of_the_question_stay(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        message = self.asked(world, eva, "Apro il ticket?")
        message.entities = [{"type": "bold", "offset": 0, "length": 4}]
        async with listening(world, desk.desk, self.answering(desk, Receipt(press=Press.TAKEN))):
            eva.presses(message, "Sì")
            await world.until(lambda: not message.buttons)
        assert message.html == "<b>Apro</b> il ticket?\n\n✓ Sì"

    async def test_a_question_without_room_loses_its_buttons_only(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        message = self.asked(world, eva, "x" * 4096)
        async with listening(world, desk.desk, self.answering(desk, Receipt(press=Press.TAKEN))):
            eva.presses(message, "Sì")
            await world.until(lambda: not message.buttons)
        assert message.text == "x" * 4096

    async def test_what_is_over_loses_its_buttons(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        message = self.asked(world, eva)
        async with listening(world, desk.desk, self.answering(desk, Receipt(press=Press.STALE))):
            eva.presses(message, "Sì")
            await world.until(lambda: not message.buttons)
        assert message.text == "Apro il ticket?"

    async def test_a_card_stays_as_it_is(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        message = self.asked(world, eva)
        async with listening(world, desk.desk):
            press = eva.presses(message, "Sì")
            await world.until(lambda: press.answered)
        assert world.called("editMessageText", "editMessageReplyMarkup") == []

    async def test_a_desk_that_is_slow_answers_before_it_is_done(self, world: World, desk: House) -> None:
        eva, gate = world.person("Eva", started=True), Gate()
        early = replace(HURRY, press=timedelta(milliseconds=80))
        async with listening(world, desk.desk, Writer(desk.desk, gate), pace=early) as writer:
            press = eva.presses(self.asked(world, eva), "Sì")
            await world.until(lambda: press.answered)
            assert writer.heard == []
            gate.event.set()
            await world.until(lambda: writer.heard)

    async def test_a_desk_that_fails_answers_all_the_same(self, world: World, desk: House) -> None:
        eva, failures = world.person("Eva", started=True), [OSError("away")]

        async def fail_once(_heard: Heard) -> Receipt:
            if failures:
                raise failures.pop()
            return Receipt()

        async with listening(world, desk.desk, Writer(desk.desk, fail_once)) as writer:
            press = eva.presses(self.asked(world, eva), "Sì")
            await world.until(lambda: press.answered and writer.heard)

    async def test_a_press_too_old_to_be_answered_harms_nobody(self, world: World, desk: House) -> None:
        eva, gate = world.person("Eva", started=True), Gate()
        world.trouble(Trouble.RESET, "answerCallbackQuery", 2)
        async with listening(world, desk.desk, Writer(desk.desk, gate)) as writer:
            eva.presses(self.asked(world, eva), "Sì")
            await world.until(lambda: gate.waiting)
            world.passes(100)
            gate.event.set()
            eva.says("ciao")
            await world.until(lambda: writer.texts == ["ciao"])
        assert len(writer.heard) == 2

    async def test_telegram_not_answering_delays_nobody(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        hanging = world.trouble(Trouble.HANG, "answerCallbackQuery")
        async with listening(world, desk.desk) as writer:
            eva.presses(self.asked(world, eva), "Sì")
            eva.says("ciao")
            await world.until(lambda: writer.texts == ["ciao"])
            await world.until(lambda: hanging.happened)
            hanging.release()

    async def test_a_press_that_tells_nothing_is_answered_too(self, world: World, desk: House) -> None:
        eva = world.person("Eva", started=True)
        press = world.press(eva, self.asked(world, eva), "")
        async with listening(world, desk.desk) as writer:
            await world.until(lambda: press.answered)
        assert writer.heard == []
