"""What the desk says arrives at Telegram as it should: over the real library, at a server that is strict."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.channel import (
    Blocked,
    Broken,
    Channel,
    Gives,
    GiveUp,
    Hears,
    Moved,
    Paced,
    Rate,
    Retry,
    Signs,
    Trouble,
)
from bot.adapters.telegram.channel import Telegram
from bot.conversations.heard import Heard, Said
from bot.conversations.screen import Key, Receipt, Screen, Whose
from core.ids import ChatId, TicketNumber
from core.notices.chats import Chat, Furnish, Room, RoomAt
from core.notices.outbox import Kind, Sign
from core.people.commands import Meet
from core.people.queries import OperatorOf
from core.people.rules import PeopleRules
from core.people.staff import Enroll
from tests.adapters.telegram.conftest import opened, place, the_one
from tests.house import House
from tests.servers.telegram import Group, Person, World
from tests.servers.telegram import Trouble as Bad
from tests.servers.telegram.things import Chat as There

TICKET = TicketNumber(1042)
CARD = Screen(("🔴 High · 1042 «La firma non parte»", "Eva"), (Key("Prendi", "!claim.1042"), Key("Vedi", "!show.1042")))


async def say(telegram: Telegram, to: There | Person, *lines: str, **more: Any) -> tuple[str, ...]:
    """Send a reply, or what *more* says."""
    screen = more.pop("screen", None) or Screen(lines or ("Ciao",), more.pop("keys", ()))
    return await telegram.send(place(to), screen, **{"kind": Kind.REPLY, **more})


async def card(telegram: Telegram, to: Group, screen: Screen = CARD, **more: Any) -> tuple[str, ...]:
    return await say(telegram, to, screen=screen, kind=Kind.CARD, ticket=TICKET, **more)


async def trouble(telegram: Telegram, to: There | Person, *lines: str, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as caught:
        await say(telegram, to, *lines, **more)
    return caught.value


def number(id_: str) -> int:
    return int(id_.partition("@")[0])


class TestTheChannel:
    def test_is_all_that_a_channel_can_be(self, telegram: Telegram) -> None:
        channel: Channel = telegram
        assert isinstance(channel, Gives)
        assert isinstance(channel, Signs)
        assert isinstance(channel, Paced)
        assert isinstance(channel, Hears)

    def test_takes_files_as_large_as_telegram_hands_them_out(self, telegram: Telegram) -> None:
        assert telegram.limits.largest == 20_000_000 or telegram.access.own_server

    def test_takes_larger_files_over_a_server_of_ones_own(self, world: World, desk: House) -> None:
        assert opened(world, desk).limits.largest == 2_000_000_000
        telegrams = opened(world, desk, file_url="https://api.telegram.org/file/bot")
        assert telegrams.limits.largest == 20_000_000

    def test_writes_to_a_group_twenty_times_a_minute(self, telegram: Telegram, group: Group) -> None:
        assert telegram.rate(place(group)) == Rate(20, timedelta(minutes=1), spared=6)

    def test_lets_telegram_say_how_often_a_person_may_be_written_to(self, telegram: Telegram, eva: Person) -> None:
        assert telegram.rate(place(eva)) is None

    async def test_asks_nothing_before_it_sends(self, world: World, telegram: Telegram, eva: Person) -> None:
        await say(telegram, eva)
        assert [call.method for call in world.called()] == ["sendMessage"]

    async def test_can_be_opened_while_telegram_is_down_and_sends_when_it_is_back(
        self, world: World, desk: House, eva: Person
    ) -> None:
        world.goes_down()
        telegram = opened(world, desk)
        assert type(await trouble(telegram, eva)) is Broken
        world.comes_back()
        await say(telegram, eva, "Eccoci")
        await telegram.close()
        assert the_one(eva.hears()).text == "Eccoci"

    async def test_can_be_closed_twice(self, world: World, desk: House) -> None:
        telegram = opened(world, desk)
        await telegram.close()
        await telegram.close()

    async def test_sends_many_at_once(self, world: World, telegram: Telegram) -> None:
        people = [world.person(f"Eva {n}", started=True) for n in range(40)]
        await asyncio.gather(*(say(telegram, person) for person in people))
        assert all(len(person.hears()) == 1 for person in people)


class TestAMessage:
    async def test_says_what_the_screen_says(self, telegram: Telegram, eva: Person) -> None:
        await say(telegram, eva, "Il ticket 1042 è aperto: «<b> & c»", "Ti rispondiamo qui.")
        assert the_one(eva.hears()).text == "Il ticket 1042 è aperto: «<b> & c»\nTi rispondiamo qui."

    async def test_returns_its_id(self, telegram: Telegram, eva: Person) -> None:
        (id_,) = await say(telegram, eva)
        assert id_ == str(the_one(eva.hears()).id)

    async def test_has_the_screens_buttons(self, world: World, telegram: Telegram, eva: Person) -> None:
        await say(telegram, eva, "Apro?", keys=(Key("Sì", "1.a.yes"), Key("No", "1.a.no")))
        question = the_one(eva.hears())
        press = eva.presses(question, "Sì")
        assert question.rows == [["Sì", "No"]]
        assert getattr(press, "data", "") == "1.a.yes"

    async def test_shows_no_preview_of_a_link(self, world: World, telegram: Telegram, eva: Person) -> None:
        await say(telegram, eva, "https://example.org")
        assert world.called("sendMessage")[0].params["link_preview_options"]["is_disabled"] is True

    async def test_that_is_too_long_goes_in_parts_with_the_keyboard_at_the_last(
        self, telegram: Telegram, eva: Person
    ) -> None:
        ids = await say(telegram, eva, "Una frase 👍. " * 700, keys=(Key("Sì", "1.a.yes"),))
        heard = eva.hears()
        assert ids == tuple(str(message.id) for message in heard)
        assert [message.rows for message in heard] == [[], [], [["Sì"]]]

    async def test_that_left_in_part_goes_on_where_it_stopped(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        long = "Una frase. " * 900
        world.trouble(Bad.BAD_GATEWAY, "sendMessage", when=lambda _: len(eva.hears()) == 1)
        broke = await trouble(telegram, eva, long)
        assert broke.sent == (str(the_one(eva.hears()).id),)
        ids = await say(telegram, eva, long, sent=broke.sent)
        assert ids == tuple(str(message.id) for message in eva.hears())
        assert " ".join(message.text for message in eva.hears()) == long.strip()

    async def test_that_left_whole_is_not_sent_again(self, world: World, telegram: Telegram, eva: Person) -> None:
        ids = await say(telegram, eva)
        assert await say(telegram, eva, sent=ids) == ids
        assert len(eva.hears()) == 1

    async def test_to_a_person_rings(self, telegram: Telegram, eva: Person) -> None:
        await say(telegram, eva, kind=Kind.NOTICE, ticket=TICKET)
        assert not the_one(eva.hears()).silent

    @pytest.mark.parametrize("kind", [Kind.CARD, Kind.THREAD])
    async def test_about_a_ticket_comes_silently_into_a_group(
        self, telegram: Telegram, group: Group, kind: Kind
    ) -> None:
        await say(telegram, group, kind=kind, ticket=TICKET)
        assert the_one(group.cards()).silent

    @pytest.mark.parametrize("kind", [Kind.ALERT, Kind.REPLY])
    async def test_that_is_urgent_rings_in_a_group(self, telegram: Telegram, group: Group, kind: Kind) -> None:
        await say(telegram, group, kind=kind)
        assert not the_one(group.cards()).silent

    async def test_hangs_under_what_was_said_in_a_group(self, telegram: Telegram, world: World, group: Group) -> None:
        giulia = next(member.user for member in group.members.values() if isinstance(member.user, Person))
        said = giulia.says("/coda", group)
        await say(telegram, group, "Nessuno aspetta.", under=str(said.id))
        assert the_one(group.cards()).reply_to is said

    async def test_is_said_even_where_what_it_answers_is_gone(self, telegram: Telegram, group: Group) -> None:
        await say(telegram, group, "Nessuno aspetta.", under="4711")
        assert the_one(group.cards()).reply_to is None

    async def test_names_whose_question_it_is_in_a_group(self, telegram: Telegram, group: Group) -> None:
        giulia = next(member.user for member in group.members.values() if isinstance(member.user, Person))
        giulia.says("/gravita 1042", group)
        await say(telegram, group, screen=Screen(("Quanto è grave?",), whose=Whose(str(giulia.id), "Giulia")))
        asked = the_one(group.cards())
        assert asked.text == "Giulia\nQuanto è grave?"
        assert asked.entities[0]["user"]["id"] == giulia.id

    async def test_calls_nobody_whom_a_customer_names(self, telegram: Telegram, group: Group) -> None:
        await say(telegram, group, "Eva scrive: @giulia /prendi 17", kind=Kind.THREAD)
        assert the_one(group.cards()).entities == []


class TestACardInAGroup:
    async def test_is_a_message_with_a_bold_head_and_buttons(self, telegram: Telegram, group: Group) -> None:
        await card(telegram, group)
        there = the_one(group.cards())
        assert there.html == "<b>🔴 High · 1042 «La firma non parte»</b>\nEva"
        assert there.rows == [["Prendi", "Vedi"]]

    async def test_is_edited_into_its_newest_state(self, telegram: Telegram, group: Group) -> None:
        ids = await card(telegram, group)
        assert await card(telegram, group, Screen(("Preso",)), replaces=ids[0]) == ids
        there = the_one(group.cards())
        assert (there.text, there.rows) == ("Preso", [])

    async def test_that_is_as_it_was_is_left_in_peace(self, telegram: Telegram, group: Group) -> None:
        ids = await card(telegram, group)
        assert await card(telegram, group, replaces=ids[0]) == ids
        assert len(group.cards()) == 1

    async def test_that_somebody_deleted_is_sent_anew(self, telegram: Telegram, group: Group) -> None:
        (old,) = await card(telegram, group)
        group.messages[int(old)].deleted = True
        (new,) = await card(telegram, group, replaces=old)
        assert int(new) == the_one(group.cards()).id

    async def test_that_cannot_be_edited_is_sent_anew(self, world: World, telegram: Telegram, group: Group) -> None:
        (old,) = await card(telegram, group)
        world.trouble(Bad.REFUSED, "editMessageText", description="Bad Request: message can't be edited")
        assert await card(telegram, group, replaces=old) != (old,)

    async def test_whose_edit_is_refused_otherwise_is_no_new_message(
        self, world: World, telegram: Telegram, group: Group
    ) -> None:
        (old,) = await card(telegram, group)
        world.trouble(Bad.REFUSED, "editMessageText", description="Bad Request: BUTTON_DATA_INVALID")
        assert type(await trouble(telegram, group, screen=CARD, kind=Kind.CARD, replaces=old)) is GiveUp
        assert len(group.cards()) == 1

    async def test_whose_edit_was_answered_by_nobody_can_be_edited_again(
        self, world: World, telegram: Telegram, group: Group
    ) -> None:
        (old,) = await card(telegram, group)
        world.trouble(Bad.RESET_AFTER, "editMessageText")
        new = Screen(("Preso",))
        assert type(await trouble(telegram, group, screen=new, kind=Kind.CARD, ticket=TICKET, replaces=old)) is Broken
        assert await card(telegram, group, new, replaces=old) == (old,)

    async def test_has_its_thread_as_answers(self, telegram: Telegram, group: Group) -> None:
        (above,) = await card(telegram, group)
        await say(telegram, group, "Eva scrive: ancora", kind=Kind.THREAD, ticket=TICKET, under=above)
        assert group.cards()[1].reply_to is group.cards()[0]

    async def test_of_a_small_group_needs_no_topic(self, world: World, telegram: Telegram) -> None:
        small = world.group("Sportello", supergroup=False)
        small.add(world.person("Giulia"), "creator")
        small.add_bot()
        await card(telegram, small)
        assert the_one(small.cards()).topic is None


class TestACardInAForum:
    async def test_gets_a_topic_of_its_own(self, telegram: Telegram, forum: Group) -> None:
        ids = await card(telegram, forum)
        topic = forum.topic_named("1042 · La firma non parte")
        assert topic
        assert ids == (f"@{topic.id}", f"{the_one(forum.cards(topic)).id}@{topic.id}")

    async def test_is_edited_in_its_topic(self, telegram: Telegram, forum: Group) -> None:
        _, id_ = await card(telegram, forum)
        assert await card(telegram, forum, Screen(("Preso",)), replaces=id_) == (id_,)
        assert len(forum.topics) == 1

    async def test_has_its_thread_in_its_topic(self, telegram: Telegram, forum: Group) -> None:
        topic, id_ = await card(telegram, forum)
        (written,) = await say(telegram, forum, "Eva scrive", kind=Kind.THREAD, ticket=TICKET, under=id_)
        assert written.endswith(topic)

    async def test_is_answered_in_its_topic(self, telegram: Telegram, forum: Group) -> None:
        await card(telegram, forum)
        topic = next(iter(forum.topics.values()))
        giulia = next(member.user for member in forum.members.values() if isinstance(member.user, Person))
        said = giulia.says("/vedi 1042", forum, topic=topic)
        await say(telegram, forum, "Eccolo", under=f"{said.id}@{topic.id}")
        answer = forum.cards(topic)[-1]
        assert (answer.text, answer.reply_to) == ("Eccolo", said)

    @pytest.mark.parametrize("kind", [Kind.REPLY, Kind.ALERT])
    async def test_leaves_what_belongs_to_no_ticket_in_general(
        self, telegram: Telegram, forum: Group, kind: Kind
    ) -> None:
        await say(telegram, forum, kind=kind)
        assert the_one(forum.cards()).topic is None

    async def test_has_the_next_tickets_topic_beside_it(self, telegram: Telegram, forum: Group) -> None:
        await card(telegram, forum)
        await say(telegram, forum, "⚪ 1043 «Altro»", kind=Kind.CARD, ticket=TicketNumber(1043))
        assert [topic.name for topic in forum.topics.values()] == ["1042 · La firma non parte", "1043 · Altro"]

    async def test_asks_only_now_and_then_what_it_may(self, world: World, telegram: Telegram, forum: Group) -> None:
        for ticket in range(5):
            await say(telegram, forum, kind=Kind.CARD, ticket=TicketNumber(ticket + 1))
        assert len(world.called("getChat")) == 1

    async def test_asks_again_after_ten_minutes(
        self, world: World, telegram: Telegram, forum: Group, desk: House
    ) -> None:
        await card(telegram, forum)
        desk.wait(minutes=11)
        await say(telegram, forum, kind=Kind.CARD, ticket=TicketNumber(1043))
        assert len(world.called("getChat")) == 2

    async def test_has_a_name_that_telegram_takes(self, telegram: Telegram, forum: Group) -> None:
        await card(telegram, forum, Screen((f"⚪ 1042 «{'👍 troppo lungo ' * 20}»",)))
        (topic,) = forum.topics.values()
        assert topic.name.startswith("1042 · 👍 troppo lungo")
        assert len(topic.name) <= 128

    async def test_without_the_right_stands_in_the_group_itself(self, world: World, telegram: Telegram) -> None:
        forum = world.group("Sportello", forum=True)
        forum.add(world.person("Giulia"), "creator")
        forum.add_bot()
        await card(telegram, forum)
        assert the_one(forum.cards()).topic is None

    async def test_whose_right_was_taken_away_meanwhile_stands_in_the_group_itself(
        self, telegram: Telegram, forum: Group
    ) -> None:
        await card(telegram, forum)
        forum.add_bot()
        await say(telegram, forum, kind=Kind.CARD, ticket=TicketNumber(1043))
        assert forum.cards()[-1].topic is None

    async def test_that_was_refused_leaves_no_second_topic(
        self, world: World, telegram: Telegram, forum: Group
    ) -> None:
        world.trouble(Bad.TOO_MANY, "sendMessage", retry_after=3)
        put_off = await trouble(telegram, forum, screen=CARD, kind=Kind.CARD, ticket=TICKET)
        (topic,) = forum.topics
        assert put_off.sent == (f"@{topic}",)
        ids = await card(telegram, forum, sent=put_off.sent)
        assert (ids[0], len(forum.topics)) == (f"@{topic}", 1)

    async def test_that_was_refused_leaves_no_second_topic_even_where_that_was_not_written_down(
        self, world: World, telegram: Telegram, forum: Group
    ) -> None:
        world.trouble(Bad.BAD_GATEWAY, "sendMessage")
        await trouble(telegram, forum, screen=CARD, kind=Kind.CARD, ticket=TICKET)
        await card(telegram, forum)
        assert len(forum.topics) == 1

    async def test_whose_message_was_deleted_is_sent_anew_in_its_topic(self, telegram: Telegram, forum: Group) -> None:
        topic, old = await card(telegram, forum)
        forum.messages[number(old)].deleted = True
        (new,) = await card(telegram, forum, replaces=old)
        assert new.endswith(topic)

    async def test_whose_topic_was_deleted_gets_a_new_one(self, telegram: Telegram, forum: Group) -> None:
        _, old = await card(telegram, forum)
        forum.deletes_topic(next(iter(forum.topics.values())))
        ids = await card(telegram, forum, replaces=old)
        topic = forum.topic_named("1042 · La firma non parte")
        assert topic
        assert ids == (f"@{topic.id}", f"{the_one(forum.cards(topic)).id}@{topic.id}")

    async def test_whose_topic_was_deleted_meets_its_thread_in_the_new_one(
        self, telegram: Telegram, forum: Group
    ) -> None:
        _, old = await card(telegram, forum)
        forum.deletes_topic(next(iter(forum.topics.values())))
        topic, _ = await say(telegram, forum, "Eva scrive", kind=Kind.THREAD, ticket=TICKET, under=old)
        (new,) = await card(telegram, forum, replaces=old)
        assert new.endswith(topic)
        assert [one.name for one in forum.topics.values() if not one.deleted] == ["1042 · La firma non parte"]

    async def test_whose_topic_was_deleted_while_nobody_knew_its_subject_is_named_later(
        self, world: World, desk: House, telegram: Telegram, forum: Group
    ) -> None:
        _, old = await card(telegram, forum)
        forum.deletes_topic(next(iter(forum.topics.values())))
        anew = opened(world, desk)
        try:
            await say(anew, forum, "Eva scrive", kind=Kind.THREAD, ticket=TICKET, under=old)
            await card(anew, forum, replaces=old)
        finally:
            await anew.close()
        assert [one.name for one in forum.topics.values() if not one.deleted] == ["1042 · La firma non parte"]

    async def test_whose_topic_is_gone_answers_in_general(self, telegram: Telegram, forum: Group) -> None:
        await say(telegram, forum, "Eccolo", under="46@45")
        assert the_one(forum.cards()).topic is None

    async def test_of_a_forum_that_is_none_any_more_stands_in_the_group_itself(
        self, telegram: Telegram, forum: Group
    ) -> None:
        await card(telegram, forum)
        forum.is_forum = False
        await say(telegram, forum, kind=Kind.CARD, ticket=TicketNumber(1043))
        assert forum.cards()[-1].topic is None


class TestWhatGoesWrong:
    async def test_flood_control_tells_how_long_to_wait(self, world: World, telegram: Telegram, eva: Person) -> None:
        world.trouble(Bad.TOO_MANY, "sendMessage", retry_after=7)
        told = await trouble(telegram, eva)
        assert isinstance(told, Retry)
        assert told.after == timedelta(seconds=7)

    async def test_a_customer_who_blocked_us_is_blocked(self, telegram: Telegram, eva: Person) -> None:
        eva.blocks()
        assert type(await trouble(telegram, eva)) is Blocked

    async def test_a_customer_who_left_telegram_is_blocked(self, telegram: Telegram, eva: Person) -> None:
        eva.leaves_telegram()
        assert type(await trouble(telegram, eva)) is Blocked

    async def test_a_person_who_never_wrote_is_blocked(self, world: World, telegram: Telegram) -> None:
        assert type(await trouble(telegram, world.person("Ugo"))) is Blocked

    async def test_a_group_that_threw_us_out_is_blocked(self, telegram: Telegram, group: Group) -> None:
        group.remove_bot()
        assert type(await trouble(telegram, group)) is Blocked

    async def test_a_group_that_became_a_supergroup_has_moved(self, world: World, telegram: Telegram) -> None:
        small = world.group("Sportello", supergroup=False)
        small.add(world.person("Giulia"), "creator")
        small.add_bot()
        new = small.upgrade()
        told = await trouble(telegram, small)
        assert isinstance(told, Moved)
        assert told.to == str(new.id)

    async def test_a_place_without_a_number_is_blocked(self, telegram: Telegram) -> None:
        nowhere = Chat(ChatId(1), "telegram", "", "-1001#5", None, None, "it", False)
        with pytest.raises(Blocked):
            await telegram.send(nowhere, Screen(("Ciao",)), kind=Kind.REPLY)

    @pytest.mark.parametrize("how", [Bad.BAD_GATEWAY, Bad.SERVER_ERROR, Bad.RESET, Bad.NONSENSE])
    async def test_a_server_that_is_not_well_is_broken(
        self, world: World, telegram: Telegram, eva: Person, how: Bad
    ) -> None:
        world.trouble(how, "sendMessage")
        assert type(await trouble(telegram, eva)) is Broken

    async def test_an_answer_that_is_lost_after_the_effect_is_broken_since_nobody_can_look(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        world.trouble(Bad.RESET_AFTER, "sendMessage")
        assert type(await trouble(telegram, eva)) is Broken
        assert len(eva.hears()) == 1

    async def test_a_message_that_is_refused_is_given_up(self, telegram: Telegram, eva: Person) -> None:
        assert type(await trouble(telegram, eva, keys=(Key("Sì", "x" * 65),))) is GiveUp

    async def test_a_token_that_is_refused_is_broken_and_not_shown(
        self, world: World, desk: House, eva: Person
    ) -> None:
        token = f"{world.bot.id}:AAnother-token-that-is-none-of-ours-at-all"
        telegram = opened(world, desk, token=token)
        told = await trouble(telegram, eva)
        await telegram.close()
        assert type(told) is Broken
        assert token not in repr(told)
        assert told.__suppress_context__

    async def test_a_refused_token_is_said_loudly_and_once(
        self, world: World, desk: House, eva: Person, capsys: pytest.CaptureFixture[str]
    ) -> None:
        telegram = opened(world, desk, token=f"{world.bot.id}:AAnother-token-that-is-none-of-ours-at-all")
        await trouble(telegram, eva)
        await trouble(telegram, eva)
        await telegram.close()
        assert capsys.readouterr().out.count("telegram-refuses-the-token") == 1


class TestASign:
    @pytest.mark.parametrize(
        ("sign", "shown"), [(Sign.WAITING, "👀"), (Sign.SENT, "👍"), (Sign.INSIDE, "✍"), (Sign.LOST, "💔")]
    )
    async def test_is_a_reaction_that_everybody_knows(
        self, telegram: Telegram, eva: Person, sign: Sign, shown: str
    ) -> None:
        said = eva.says("Riavvia, per favore")
        await telegram.sign(place(eva), str(said.id), sign)
        assert said.bot_reactions == [shown]

    async def test_takes_the_place_of_the_one_before(self, telegram: Telegram, forum: Group) -> None:
        giulia = next(member.user for member in forum.members.values() if isinstance(member.user, Person))
        topic = forum.topic("1042")
        said = giulia.says("Riavvia", forum, topic=topic)
        for sign in (Sign.WAITING, Sign.SENT):
            await telegram.sign(place(forum), f"{said.id}@{topic.id}", sign)
        assert said.bot_reactions == ["👍"]

    @pytest.mark.parametrize("message", ["4711", "@45", "what"])
    async def test_of_a_message_that_is_gone_is_given_up(self, telegram: Telegram, eva: Person, message: str) -> None:
        with pytest.raises(GiveUp):
            await telegram.sign(place(eva), message, Sign.SENT)

    async def test_that_the_group_does_not_allow_is_given_up(
        self, world: World, telegram: Telegram, group: Group
    ) -> None:
        giulia = next(member.user for member in group.members.values() if isinstance(member.user, Person))
        said = giulia.says("Riavvia", group)
        world.trouble(Bad.REFUSED, "setMessageReaction", description="Bad Request: REACTION_INVALID")
        with pytest.raises(GiveUp):
            await telegram.sign(place(group), str(said.id), Sign.SENT)


class TestListening:
    async def test_hears_what_people_do_and_introduces_the_bot_beside(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        async with listening(telegram) as heard:
            eva.says("Non si apre più niente")
            await world.until(lambda: heard and eva.short_description)
        assert isinstance(heard[0], Said)
        assert heard[0].text == "Non si apre più niente"

    async def test_waits_for_a_telegram_that_is_down(self, world: World, telegram: Telegram, eva: Person) -> None:
        world.goes_down()
        async with listening(telegram) as heard:
            eva.says("Non si apre più niente")
            world.comes_back()
            await world.until(lambda: heard, timeout=10)

    async def test_can_be_stopped_while_telegram_is_down(self, world: World, telegram: Telegram) -> None:
        world.goes_down()
        async with listening(telegram) as heard:
            await asyncio.sleep(0)
        assert heard == []


@asynccontextmanager
async def listening(telegram: Telegram) -> AsyncIterator[list[Heard]]:
    """Listen for a while; what was heard is in the list."""
    heard: list[Heard] = []

    async def hear(one: Heard) -> Receipt:
        heard.append(one)
        return Receipt()

    ears = asyncio.create_task(telegram.listen(hear))
    yield heard
    ears.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ears


class TestAWarning:
    """In somebody's own chat: it is for who works at the desk."""

    @pytest.fixture
    def room(self, desk: House, group: Group) -> Group:
        desk.desk.do(Furnish((RoomAt("telegram", str(group.id), Room.OPERATORS, "it"),)))
        return group

    async def test_goes_to_a_member_of_the_room(self, telegram: Telegram, eva: Person, room: Group) -> None:
        room.add(eva)
        assert await say(telegram, eva, "⏳", kind=Kind.ALERT)

    async def test_goes_nowhere_once_they_have_left_it(
        self, telegram: Telegram, desk: House, eva: Person, room: Group
    ) -> None:
        desk.rules[PeopleRules] = PeopleRules()
        known = desk.desk.do(Meet("telegram", str(eva.id), "Eva", "it")).id
        enrolled = desk.desk.do(Enroll(known, "Eva")).id
        assert not await say(telegram, eva, "⏳", kind=Kind.ALERT)
        assert not desk.desk.look(OperatorOf(enrolled)).warnings

    async def test_is_not_lost_while_telegram_cannot_be_asked(
        self, world: World, telegram: Telegram, eva: Person, room: Group
    ) -> None:
        room.add(eva)
        world.trouble(Bad.BAD_GATEWAY, "getChatMember", 1)
        assert isinstance(await trouble(telegram, eva, "⏳", kind=Kind.ALERT), Broken)
