"""What the desk says arrives at Slack as it should: over the real library, at a server that is strict."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.adapters.channel import Blocked, Broken, Channel, Gives, GiveUp, Hears, Paced, Rate, Retry, Signs, Trouble
from bot.adapters.slack.access import Access
from bot.adapters.slack.channel import IN_A_CHANNEL, Slack
from bot.conversations.screen import Key, Screen, Whose
from core.ids import OperatorId
from core.notices.chats import Furnish, Room, RoomAt, meet
from core.notices.outbox import Kind, Sign
from core.people.commands import Meet
from core.people.queries import OperatorOf, Subscribers
from core.people.rules import PeopleRules
from core.people.staff import Enroll, Subscribe
from core.people.who import Role, Who
from tests.adapters.slack.ears import Writer
from tests.adapters.slack.speaking import card, opened, place, say, texts, the_one, trouble, under
from tests.house import House
from tests.servers.slack import Channel as There
from tests.servers.slack import Person, World
from tests.servers.slack import Trouble as Bad


@pytest.fixture
async def slack(world: World, access: Access, desk: House) -> AsyncIterator[Slack]:
    """The channel; at the end nothing was asked of Slack that it would pass over in silence."""
    channel = opened(access, desk)
    yield channel
    await channel.close()
    assert [odd for odd in world.oddities if "posted to the channel" not in odd] == []


class TestTheChannel:
    def test_is_all_that_a_channel_can_be(self, slack: Slack) -> None:
        channel: Channel = slack
        assert isinstance(channel, Gives)
        assert isinstance(channel, Signs)
        assert isinstance(channel, Paced)
        assert isinstance(channel, Hears)

    def test_shows_forms_windows_and_buttons(self, slack: Slack) -> None:
        limits = slack.limits
        assert limits.forms
        assert limits.modals
        assert limits.buttons
        assert limits.edits
        assert limits.hears

    def test_writes_to_a_channel_once_a_second(self, slack: Slack, operators: There) -> None:
        assert slack.rate(place(operators)) == IN_A_CHANNEL == Rate(3, timedelta(seconds=3), spared=1)

    async def test_writes_no_oftener_than_slack_takes(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        world.rates.on = True
        for number in range(9):
            await say(slack, operators, str(number))
            if number % IN_A_CHANNEL.most == IN_A_CHANNEL.most - 1:
                world.passes(IN_A_CHANNEL.within.total_seconds())
        assert len(luca.hears(operators)) == 9

    async def test_hears_by_itself(self, world: World, access: Access, desk: House, eva: Person) -> None:
        slack, writer = opened(access, desk), Writer(desk.desk)
        listening = asyncio.create_task(slack.listen(writer.hear))
        await world.connected()
        eva.says("La stampante non va")
        await world.until(lambda: writer.texts)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        await slack.close()
        assert writer.texts == ["La stampante non va"]

    def test_lets_slack_say_how_often_a_person_may_be_written_to(self, slack: Slack, eva: Person) -> None:
        assert slack.rate(place(eva)) is None

    async def test_asks_nothing_before_it_sends(self, world: World, slack: Slack, eva: Person) -> None:
        await say(slack, eva)
        assert [call.method for call in world.called()] == ["chat.postMessage"]

    async def test_can_be_opened_while_slack_is_down_and_sends_when_it_is_back(
        self, world: World, access: Access, desk: House, eva: Person
    ) -> None:
        world.goes_down()
        slack = opened(access, desk)
        assert type(await trouble(slack, eva)) is Broken
        world.comes_back()
        await say(slack, eva, "Eccoci")
        await slack.close()
        assert texts(eva.hears()) == ["Eccoci"]

    async def test_can_be_closed_twice(self, access: Access, desk: House) -> None:
        slack = opened(access, desk)
        await slack.close()
        await slack.close()

    async def test_sends_many_at_once(self, world: World, slack: Slack) -> None:
        people = [world.person(f"Eva {n}", f"eva{n}@example.org") for n in range(40)]
        await asyncio.gather(*(say(slack, person) for person in people))
        assert all(len(person.hears()) == 1 for person in people)


class TestAMessage:
    async def test_says_what_the_screen_says(self, slack: Slack, eva: Person) -> None:
        await say(slack, eva, "Il ticket 1042 è aperto: «<b> & c»", "Ti rispondiamo qui.")
        seen = the_one(eva.hears())
        assert seen.text == seen.notification == "Il ticket 1042 è aperto: «<b> & c»\nTi rispondiamo qui."

    async def test_returns_its_id(self, slack: Slack, eva: Person) -> None:
        assert await say(slack, eva) == (the_one(eva.hears()).ts,)

    async def test_has_the_screens_buttons(self, slack: Slack, eva: Person) -> None:
        await say(slack, eva, keys=(Key("Sì", "1.ab.yes"), Key("Annulla", "1.ab.~cancel", control=True)))
        assert the_one(eva.hears()).buttons == ["Sì", "Annulla"]

    async def test_rings_nobody_whatever_it_says(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        await say(slack, operators, f"<!channel> <!here> <@{luca.id}> @channel <https://example.org|Luca>")
        assert world.pings == []
        assert (
            the_one(luca.hears(operators)).text
            == f"<!channel> <!here> <@{luca.id}> @channel <https://example.org|Luca>"
        )

    async def test_calls_whoever_is_asked_in_a_room(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        await say(slack, operators, screen=Screen(("Quale?",), whose=Whose(luca.id, "Luca")))
        assert [ping.who for ping in world.pings] == [(luca,)]

    async def test_unfolds_no_links(self, slack: Slack, eva: Person) -> None:
        await say(slack, eva, "Vedi https://example.org/guida")
        assert the_one(eva.hears()).text == "Vedi https://example.org/guida"
        assert not the_one(eva.hears()).message.unfurl

    async def test_goes_in_several_where_it_is_long_and_is_whole(self, slack: Slack, eva: Person) -> None:
        text = "Una frase di prova. " * 1500
        ids = await say(slack, eva, text, keys=(Key("Avanti", "1.ab.x"),))
        heard = eva.hears()
        assert ids == tuple(seen.ts for seen in heard)
        assert len(heard) > 1
        assert " ".join(texts(heard)).split() == text.split()
        assert [seen.buttons for seen in heard] == [*[[]] * (len(heard) - 1), ["Avanti"]]

    async def test_that_broke_off_goes_on_behind_what_left(self, world: World, slack: Slack, eva: Person) -> None:
        text = "Una frase di prova. " * 1500
        world.trouble(Bad.ERROR, "chat.postMessage", when=lambda call: len(eva.hears()) == 1, error="ratelimited")
        broke = await trouble(slack, eva, text)
        ids = await say(slack, eva, text, sent=broke.sent)
        assert len(broke.sent) == 1
        assert ids == tuple(seen.ts for seen in eva.hears())
        assert " ".join(texts(eva.hears())).split() == text.split()

    async def test_replaces_another_where_it_can(self, slack: Slack, eva: Person) -> None:
        (ts,) = await say(slack, eva, "Prima", keys=(Key("Sì", "1.ab.yes"),))
        assert await say(slack, eva, "Dopo", replaces=ts) == (ts,)
        assert (the_one(eva.hears()).text, the_one(eva.hears()).buttons) == ("Dopo", [])


class TestACard:
    async def test_is_a_message_of_the_channel(self, slack: Slack, operators: There, luca: Person) -> None:
        ts = await card(slack, operators)
        seen = the_one(luca.hears(operators))
        assert (seen.ts, seen.buttons) == (ts, ["Prendi", "Vedi"])
        assert seen.text == "🔴 High · 1042 «La firma non parte»\nEva"

    async def test_stays_one_message_in_its_newest_state(self, slack: Slack, operators: There, luca: Person) -> None:
        ts = await card(slack, operators)
        newest = Screen(("🟢 Low · 1042 «La firma non parte»",), (Key("Risolvi", "!solve.1042"),))
        assert await card(slack, operators, newest, replaces=ts) == ts
        seen = the_one(luca.hears(operators))
        assert (seen.text, seen.buttons) == ("🟢 Low · 1042 «La firma non parte»", ["Risolvi"])

    async def test_has_its_rarer_buttons_in_a_menu(self, slack: Slack, operators: There, luca: Person) -> None:
        keys = tuple(
            Key(name, f"!{name}.1042") for name in ("reply", "ask", "solve", "classify", "note", "assign", "show")
        )
        await card(slack, operators, Screen(("1042",), keys))
        seen = the_one(luca.hears(operators))
        assert (seen.buttons, seen.overflow) == (["reply", "ask", "solve", "classify"], ["note", "assign", "show"])

    async def test_that_was_deleted_is_shown_anew(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        ts = await card(slack, operators)
        world.remove(operators.messages[ts])
        anew = await card(slack, operators, replaces=ts)
        assert the_one(luca.hears(operators)).ts == anew != ts

    async def test_stands_in_the_open_whatever_it_is_near(self, slack: Slack, operators: There, luca: Person) -> None:
        other = luca.says("Ciao", operators)
        ts = await card(slack, operators, under=other.ts)
        assert [seen.ts for seen in luca.hears(operators)] == [ts]


class TestAThread:
    async def test_is_under_the_card(self, slack: Slack, operators: There, luca: Person) -> None:
        ts = await card(slack, operators)
        (reply,) = await under(slack, operators, ts, "Eva scrive: «Ancora niente»")
        assert [(seen.ts, seen.text) for seen in the_one(luca.hears(operators)).replies] == [
            (reply, "Eva scrive: «Ancora niente»")
        ]

    async def test_of_our_own_card_is_not_asked_for(self, world: World, slack: Slack, operators: There) -> None:
        await under(slack, operators, await card(slack, operators), "Uno")
        assert {call.method for call in world.called()} == {"chat.postMessage"}

    async def test_of_an_older_card_is_asked_for_once(
        self, world: World, slack: Slack, access: Access, desk: House, operators: There
    ) -> None:
        ts = await card(slack, operators)
        later = opened(access, desk)
        await under(later, operators, ts, "Uno")
        await under(later, operators, ts, "Due")
        await later.close()
        assert len(world.called("conversations.replies")) == 1

    async def test_that_we_may_not_look_into_is_written_to_all_the_same(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        root = luca.says("Serve aiuto", operators)
        world.scopes -= {"channels:history", "groups:history", "im:history", "mpim:history"}
        await say(slack, operators, "Eccoci", under=root.ts)
        assert texts(luca.hears(operators, thread=root)) == ["Eccoci"]

    async def test_begins_at_what_somebody_wrote_in_the_open(
        self, slack: Slack, operators: There, luca: Person
    ) -> None:
        root = luca.says("Come sta il 1042?", operators)
        await say(slack, operators, "Il 1042 è aperto.", under=root.ts)
        assert texts(luca.hears(operators)) == []
        assert texts(luca.hears(operators, thread=root)) == ["Il 1042 è aperto."]

    async def test_is_the_same_for_a_reply_to_a_reply(self, slack: Slack, operators: There, luca: Person) -> None:
        ts = await card(slack, operators)
        reply = luca.says("Ci guardo io", thread=operators.messages[ts])
        await say(slack, operators, "Bene.", under=reply.ts)
        assert texts(luca.hears(operators, thread=ts))[1:] == ["Bene."]

    async def test_can_be_in_direct_messages_too(self, slack: Slack, eva: Person) -> None:
        root = eva.says("Non parte")
        await say(slack, eva, "Eccoci", under=root.ts)
        assert texts(eva.hears(thread=root)) == ["Eccoci"]


class TestALostThread:
    """Of a thread whose first message is gone, Slack says nothing: it posts to the channel."""

    async def test_gets_a_new_card_and_goes_on_under_it(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        ts = await card(slack, operators)
        world.remove(operators.messages[ts])
        anew, _ = await under(slack, operators, ts, "Eva scrive: «Uno»")
        await under(slack, operators, ts, "Eva scrive: «Due»")
        seen = the_one(luca.hears(operators))
        assert (seen.ts, seen.buttons) == (anew, ["Prendi", "Vedi"])
        assert texts(seen.replies) == ["Eva scrive: «Uno»", "Eva scrive: «Due»"]

    async def test_goes_on_under_the_card_even_where_that_was_written_to_before(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        ts = await card(slack, operators)
        (reply,) = await under(slack, operators, ts, "Uno")
        world.remove(operators.messages[reply])
        world.remove(operators.messages[ts])
        anew, second = await under(slack, operators, ts, "Due")
        seen = the_one(luca.hears(operators))
        assert (seen.ts, [one.ts for one in seen.replies]) == (anew, [second])

    async def test_may_be_lost_more_than_once(self, world: World, slack: Slack, operators: There, luca: Person) -> None:
        ts = root = await card(slack, operators)
        for number in range(3):
            delete_thread(world, operators, root)
            root, reply = await under(slack, operators, ts, f"Eva scrive: «{number}»")
        seen = the_one(luca.hears(operators))
        assert (seen.ts, [one.ts for one in seen.replies]) == (root, [reply])

    async def test_of_a_card_that_nobody_remembers_begins_with_what_is_said(
        self, world: World, slack: Slack, access: Access, desk: House, operators: There, luca: Person
    ) -> None:
        ts = await card(slack, operators)
        world.remove(operators.messages[ts])
        later = opened(access, desk)
        (first,) = await under(later, operators, ts, "Eva scrive: «Uno»")
        await under(later, operators, ts, "Eva scrive: «Due»")
        await later.close()
        seen = the_one(luca.hears(operators))
        assert (seen.ts, seen.text) == (first, "Eva scrive: «Uno»")
        assert texts(seen.replies) == ["Eva scrive: «Due»"]

    async def test_of_somebodys_words_begins_with_the_answer(
        self, slack: Slack, operators: There, luca: Person
    ) -> None:
        root = luca.says("Come sta il 1042?", operators)
        luca.deletes(root)
        await say(slack, operators, "Il 1042 è aperto.", under=root.ts)
        assert texts(luca.hears(operators)) == ["Il 1042 è aperto."]

    async def test_of_a_long_text_is_gone_on_with_where_it_broke_off(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        ts, text = await card(slack, operators), "Una frase di prova. " * 1500
        world.remove(operators.messages[ts])
        world.trouble(
            Bad.ERROR, "chat.postMessage", when=lambda call: len(operators.messages) == 3, error="ratelimited"
        )
        with pytest.raises(Trouble) as caught:
            await under(slack, operators, ts, text)
        await under(slack, operators, ts, text, sent=caught.value.sent)
        assert " ".join(texts(the_one(luca.hears(operators)).replies)).split() == text.split()

    async def test_is_no_matter_where_its_first_message_left_a_tombstone(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        ts = await card(slack, operators)
        luca.says("Ci guardo io", thread=operators.messages[ts])
        world.remove(operators.messages[ts])
        await under(slack, operators, ts, "Eva scrive: «Uno»")
        assert texts(luca.hears(operators, thread=ts))[-1:] == ["Eva scrive: «Uno»"]


def delete_thread(world: World, place: There, root: str) -> None:
    """Delete a message with all that is under it: it leaves no tombstone."""
    for message in [*place.messages[root].replies, place.messages[root]]:
        world.remove(message)


FIRST = {"mark": "7.0"}
AGAIN = {"mark": "7.0", "maybe_sent": True}


@asynccontextmanager
async def closing_soon(slack: Slack) -> AsyncIterator[Slack]:
    try:
        yield slack
    finally:
        await slack.close()


class TestASendWhoseAnswerIsLost:
    @pytest.mark.parametrize("bad", [Bad.RESET_AFTER, Bad.ERROR_AFTER])
    async def test_is_found_before_it_is_repeated(self, world: World, slack: Slack, eva: Person, bad: Bad) -> None:
        world.trouble(bad, "chat.postMessage")
        assert type(await trouble(slack, eva, "Ciao", **FIRST)) is Broken
        assert await say(slack, eva, "Ciao", **AGAIN) == (the_one(eva.hears()).ts,)

    @pytest.mark.parametrize("bad", [Bad.RESET, Bad.SERVER_ERROR, Bad.NONSENSE])
    async def test_is_repeated_where_it_did_not_arrive(self, world: World, slack: Slack, eva: Person, bad: Bad) -> None:
        world.trouble(bad, "chat.postMessage")
        await trouble(slack, eva, "Ciao", **FIRST)
        await say(slack, eva, "Ciao", **AGAIN)
        assert texts(eva.hears()) == ["Ciao"]

    async def test_is_found_in_a_thread(self, world: World, slack: Slack, operators: There, luca: Person) -> None:
        ts = await card(slack, operators)
        for number in range(250):
            luca.says(f"Prova {number}", thread=operators.messages[ts])
        world.trouble(Bad.RESET_AFTER, "chat.postMessage")
        with pytest.raises(Broken):
            await under(slack, operators, ts, "Uno", **FIRST)
        assert await under(slack, operators, ts, "Uno", **AGAIN) == (luca.hears(operators, thread=ts)[-1].ts,)
        assert texts(luca.hears(operators, thread=ts))[1:] == ["Uno"]

    async def test_that_was_given_up_by_the_courier_is_found_too(self, world: World, slack: Slack, eva: Person) -> None:
        late = world.trouble(Bad.HANG_AFTER, "chat.postMessage")
        sending = asyncio.create_task(say(slack, eva, "Ciao", **FIRST))
        await world.until(eva.hears)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        late.release()
        assert await say(slack, eva, "Ciao", **AGAIN) == (the_one(eva.hears()).ts,)

    async def test_is_not_taken_for_the_same_words_of_before(self, world: World, slack: Slack, eva: Person) -> None:
        await say(slack, eva, "Ciao", mark="6.0")
        world.trouble(Bad.RESET, "chat.postMessage")
        await trouble(slack, eva, "Ciao", **FIRST)
        await say(slack, eva, "Ciao", **AGAIN)
        assert texts(eva.hears()) == ["Ciao", "Ciao"]

    async def test_is_not_taken_for_the_same_words_of_later(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.RESET_AFTER, "chat.postMessage")
        await trouble(slack, eva, "Ciao", **FIRST)
        await say(slack, eva, "Ciao", **AGAIN)
        await say(slack, eva, "Ciao", mark="8.0")
        assert texts(eva.hears()) == ["Ciao", "Ciao"]

    async def test_is_not_repeated_while_nobody_can_look(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.RESET_AFTER, "chat.postMessage")
        world.trouble(Bad.UNAVAILABLE, "conversations.history")
        await trouble(slack, eva, "Ciao", **FIRST)
        assert type(await trouble(slack, eva, "Ciao", **AGAIN)) is Broken
        await say(slack, eva, "Ciao", **AGAIN)
        assert texts(eva.hears()) == ["Ciao"]

    async def test_is_repeated_where_we_may_not_look(self, world: World, slack: Slack, eva: Person) -> None:
        world.scopes -= {"channels:history", "groups:history", "im:history", "mpim:history"}
        world.trouble(Bad.RESET, "chat.postMessage")
        await trouble(slack, eva, "Ciao", **FIRST)
        await say(slack, eva, "Ciao", **AGAIN)
        assert texts(eva.hears()) == ["Ciao"]

    async def test_of_a_card_is_found(self, world: World, slack: Slack, operators: There, luca: Person) -> None:
        world.trouble(Bad.RESET_AFTER, "chat.postMessage")
        with pytest.raises(Broken):
            await card(slack, operators, **FIRST)
        assert await card(slack, operators, **AGAIN) == the_one(luca.hears(operators)).ts

    async def test_of_a_process_that_died_is_found_by_the_next(
        self, world: World, access: Access, slack: Slack, desk: House, eva: Person
    ) -> None:
        await say(slack, eva, "Ciao", **FIRST)
        async with closing_soon(opened(access, desk)) as next_one:
            assert await say(next_one, eva, "Ciao", **AGAIN) == (the_one(eva.hears()).ts,)

    async def test_of_a_long_text_is_gone_on_with_where_a_process_died(
        self, world: World, access: Access, slack: Slack, desk: House, eva: Person
    ) -> None:
        text = "Una frase di prova. " * 1500
        world.trouble(Bad.RESET, "chat.postMessage", when=lambda _: len(eva.hears()) == 2)
        await trouble(slack, eva, text, **FIRST)
        async with closing_soon(opened(access, desk)) as next_one:
            await say(next_one, eva, text, **AGAIN)
        assert " ".join(texts(eva.hears())).split() == text.split()

    async def test_is_found_behind_hundreds_of_newer_messages(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        (ts,) = await say(slack, operators, "Ciao", **FIRST)
        for number in range(250):
            luca.says(f"Prova {number}", operators)
        assert await say(slack, operators, "Ciao", **AGAIN) == (ts,)

    async def test_is_not_looked_for_where_slack_refused_it(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.TOO_MANY, "chat.postMessage")
        await trouble(slack, eva, "Ciao", **FIRST)
        await say(slack, eva, "Ciao", **AGAIN)
        assert world.called("conversations.history") == []


class TestASign:
    @pytest.mark.parametrize(
        ("sign", "emoji"),
        [(Sign.WAITING, "eyes"), (Sign.SENT, "white_check_mark"), (Sign.INSIDE, "lock"), (Sign.LOST, "warning")],
    )
    async def test_is_a_reaction(self, slack: Slack, operators: There, luca: Person, sign: Sign, emoji: str) -> None:
        message = luca.says("Ciao Eva", operators)
        await slack.sign(place(operators), message.ts, sign)
        assert list(message.reactions) == [emoji]

    async def test_takes_the_place_of_the_one_before(self, slack: Slack, operators: There, luca: Person) -> None:
        message = luca.says("Ciao Eva", operators)
        for sign in (Sign.WAITING, Sign.SENT, Sign.LOST):
            await slack.sign(place(operators), message.ts, sign)
        assert list(message.reactions) == ["warning"]

    async def test_takes_the_place_of_one_from_before_a_start(
        self, slack: Slack, access: Access, desk: House, operators: There, luca: Person
    ) -> None:
        message = luca.says("Ciao Eva", operators)
        await slack.sign(place(operators), message.ts, Sign.WAITING)
        later = opened(access, desk)
        await later.sign(place(operators), message.ts, Sign.SENT)
        await later.close()
        assert list(message.reactions) == ["white_check_mark"]

    async def test_can_be_given_twice(self, slack: Slack, operators: There, luca: Person) -> None:
        message = luca.says("Ciao Eva", operators)
        for _ in range(2):
            await slack.sign(place(operators), message.ts, Sign.SENT)
        assert list(message.reactions) == ["white_check_mark"]

    async def test_leaves_what_others_gave(self, slack: Slack, operators: There, luca: Person) -> None:
        message = luca.says("Ciao Eva", operators)
        luca.reacts(message, "eyes")
        await slack.sign(place(operators), message.ts, Sign.WAITING)
        await slack.sign(place(operators), message.ts, Sign.SENT)
        assert message.reactions == {"eyes": [luca], "white_check_mark": [slack_bot(message)]}

    async def test_of_a_message_that_is_gone_is_given_up(self, slack: Slack, operators: There, luca: Person) -> None:
        message = luca.says("Ciao Eva", operators)
        luca.deletes(message)
        with pytest.raises(GiveUp):
            await slack.sign(place(operators), message.ts, Sign.SENT)


def slack_bot(message: Any) -> Any:
    return message.channel.members[message.by.world.bot.id]


class TestTrouble:
    async def test_of_too_many_says_how_long_to_wait(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.TOO_MANY, "chat.postMessage", retry_after=9)
        told = await trouble(slack, eva)
        assert isinstance(told, Retry)
        assert told.after == timedelta(seconds=9)

    async def test_in_an_archived_channel_is_a_closed_place(self, slack: Slack, operators: There) -> None:
        operators.archived = True
        assert type(await trouble(slack, operators)) is Blocked

    async def test_of_a_card_in_an_archived_channel_is_a_closed_place(self, slack: Slack, operators: There) -> None:
        ts = await card(slack, operators)
        operators.archived = True
        with pytest.raises(Blocked):
            await card(slack, operators, replaces=ts)

    async def test_where_the_bot_was_removed_is_a_closed_place(self, world: World, slack: Slack) -> None:
        assert type(await trouble(slack, world.channel("altrove", bot=False, private=True))) is Blocked

    @pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
    async def test_with_the_token_is_waited_out_and_said_once(
        self, world: World, slack: Slack, eva: Person, error: str
    ) -> None:
        world.token_error = error
        with capture_logs() as logs:
            assert type(await trouble(slack, eva)) is Broken
            await trouble(slack, eva)
        assert [(one["event"], one["why"]) for one in logs] == [("slack-refuses-us", f"slack: {error}")]

    async def test_with_a_scope_is_waited_out(self, world: World, slack: Slack, eva: Person) -> None:
        world.scopes -= {"chat:write"}
        assert type(await trouble(slack, eva)) is Broken

    async def test_says_nothing_of_what_was_said(
        self, world: World, slack: Slack, eva: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        world.trouble(Bad.ERROR, "chat.postMessage", error="invalid_blocks")
        with caplog.at_level(logging.DEBUG):
            told = await trouble(slack, eva, "parole di Eva")
        assert told.why == "slack: invalid_blocks"
        assert told.__cause__ is None
        assert "parole di Eva" not in caplog.text

    async def test_of_the_network_is_a_channel_that_is_down(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.RESET, "chat.postMessage")
        assert type(await trouble(slack, eva)) is Broken


class TestAWarning:
    """In somebody's own chat: it is for who works at the desk."""

    @pytest.fixture
    def lucas(self, desk: House, luca: Person, operators: There) -> OperatorId:
        """Luca, who acted for the desk once and wants to be warned."""
        desk.rules[PeopleRules] = PeopleRules()
        desk.desk.do(Furnish((RoomAt("slack", operators.id, Room.OPERATORS, "it"),)))
        with desk.desk.turn() as tx:
            chat = meet(tx, "slack", luca.dm.id, language="it").id
        known = desk.desk.do(Meet("slack", luca.id, "Luca", "it", chat=chat))
        enrolled = desk.desk.do(Enroll(known.id, "Luca")).id
        desk.desk.do(Subscribe(Who(known.id, chat, Role.OPERATOR, None, enrolled, "Luca"), on=True))
        return enrolled

    async def warn(self, slack: Slack, desk: House) -> tuple[str, ...]:
        (chat,) = desk.desk.look(Subscribers())
        return await slack.send(chat, Screen(("⏳",)), kind=Kind.ALERT)

    async def test_goes_to_a_member_of_the_channel(
        self, slack: Slack, desk: House, luca: Person, lucas: OperatorId
    ) -> None:
        assert await self.warn(slack, desk) == (the_one(luca.hears()).ts,)

    async def test_goes_nowhere_once_they_were_removed_from_it(
        self, slack: Slack, desk: House, luca: Person, operators: There, lucas: OperatorId
    ) -> None:
        luca.removes(luca, operators)
        assert await self.warn(slack, desk) == ()
        assert (luca.hears(), desk.desk.look(OperatorOf(lucas)).warnings) == ([], False)

    async def test_is_not_lost_while_slack_cannot_be_asked(
        self, world: World, slack: Slack, desk: House, lucas: OperatorId
    ) -> None:
        world.trouble(Bad.SERVER_ERROR, "conversations.members")
        with pytest.raises(Broken):
            await self.warn(slack, desk)
        assert desk.desk.look(OperatorOf(lucas)).warnings

    async def test_is_sent_where_nobody_of_the_desk_reads(self, slack: Slack, eva: Person) -> None:
        assert await say(slack, eva, kind=Kind.ALERT)
