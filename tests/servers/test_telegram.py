"""The Telegram server of ours, held against the real library: each test is one thing that Telegram does."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from tests.servers.telegram import KINDS, PICTURE, Group, Piece, Trouble, World, telegram_server

YES = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Sì", callback_data="yes"), InlineKeyboardButton("No", callback_data="no")]]
)

# RetryAfter cannot be made without it, until the next major version.
pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with telegram_server() as world:
        yield world
        assert world.oddities == []


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with a_bot(world) as bot:
        yield bot


def a_bot(world: World, token: str | None = None) -> Bot:
    return Bot(token or world.bot.token, base_url=world.base_url, base_file_url=world.base_file_url)


class Taker:
    """Takes updates as the program does: each batch confirms the one before."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.offset: int | None = None

    async def take(self, **how: Any) -> list[Update]:
        taken = await self.bot.get_updates(offset=self.offset, timeout=0, **how)
        if taken:
            self.offset = taken[-1].update_id + 1
        return list(taken)

    async def texts(self) -> list[str | None]:
        return [update.effective_message.text for update in await self.take() if update.effective_message]


@pytest.fixture
def taker(bot: Bot) -> Taker:
    return Taker(bot)


@pytest.fixture
def group(world: World) -> Group:
    """A supergroup with Giulia and the bot, which has taken what was told of that."""
    group = world.group("Sportello")
    group.add(world.person("Giulia"), "creator")
    group.add_bot()
    world.updates.drop()
    return group


@pytest.fixture
def forum(world: World) -> Group:
    forum = world.group("Sportello", forum=True)
    forum.add(world.person("Giulia"), "creator")
    forum.add_bot(can_manage_topics=True)
    world.updates.drop()
    return forum


def giulia(group: Group) -> Any:
    return next(m.user for m in group.members.values() if m.status == "creator")


class TestUpdates:
    async def test_what_was_not_confirmed_is_given_again(self, world: World, bot: Bot) -> None:
        world.person("Eva").says("ciao")
        first = await bot.get_updates()
        assert [u.update_id for u in await bot.get_updates()] == [u.update_id for u in first]

    async def test_an_offset_confirms_all_below(self, world: World, taker: Taker) -> None:
        eva = world.person("Eva")
        eva.says("uno")
        eva.says("due")
        await taker.take()
        assert await taker.take() == []
        assert len(world.updates) == 0

    async def test_a_negative_offset_keeps_only_the_last(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva")
        for word in ("uno", "due", "tre"):
            eva.says(word)
        assert [u.message.text for u in await bot.get_updates(offset=-1) if u.message] == ["tre"]
        assert len(world.updates) == 1

    async def test_a_limit_is_kept(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva")
        for word in ("uno", "due", "tre"):
            eva.says(word)
        assert len(await bot.get_updates(limit=2)) == 2

    async def test_a_poll_ends_as_soon_as_something_is_there(self, world: World, bot: Bot) -> None:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await world.until(lambda: world.server.is_polled)
        world.person("Eva").says("ciao")
        assert len(await asyncio.wait_for(poll, 2)) == 1

    async def test_the_older_of_two_polls_ends_with_a_conflict(self, world: World, bot: Bot) -> None:
        older = asyncio.create_task(bot.get_updates(timeout=30))
        await world.until(lambda: world.server.is_polled)
        async with a_bot(world) as other:
            assert await other.get_updates(timeout=0) == ()
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await older

    async def test_a_press_that_nobody_fetched_vanishes_after_150_seconds(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "?", reply_markup=YES)
        eva.presses(eva.hears()[-1], "Sì")
        world.passes(149)
        assert len(world.updates) == 1
        world.passes(2)
        assert await bot.get_updates() == ()
        assert len(world.updates.lost) == 1

    async def test_a_message_is_kept_for_a_day(self, world: World, bot: Bot) -> None:
        world.person("Eva").says("ciao")
        world.passes(23 * 3600)
        assert len(await bot.get_updates()) == 1
        world.passes(2 * 3600)
        assert await bot.get_updates() == ()

    async def test_reactions_come_only_to_who_asks_for_them(self, world: World, taker: Taker) -> None:
        eva = world.person("Eva")
        message = eva.says("ciao")
        await taker.take()
        eva.reacts(message, "👍")
        assert await taker.take(allowed_updates=["message", "message_reaction"]) == []
        eva.reacts(message, "🔥")
        [update] = await taker.take()
        assert update.message_reaction is not None
        assert update.message_reaction.new_reaction[0].emoji == "🔥"  # type: ignore[union-attr]

    async def test_what_is_asked_for_holds_until_asked_otherwise(self, world: World, taker: Taker) -> None:
        await taker.take(allowed_updates=["callback_query"])
        world.person("Eva").says("ciao")
        assert await taker.take() == []

    async def test_the_oddity_of_half_a_second_can_be_had(self) -> None:
        now = [1_800_000_000.0]
        async with telegram_server(poll_oddities=True, clock=lambda: now[0]) as world, a_bot(world) as bot:
            eva = world.person("Eva")
            eva.says("uno")
            eva.says("due")
            assert len(await bot.get_updates()) == 2
            assert len(await bot.get_updates()) == 1


class TestPrivateChats:
    async def test_a_message_is_shown_with_its_marks(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "<b>Ciao</b> &lt;Eva&gt; 😀 <i>qui</i>", parse_mode="HTML")
        assert eva.hears()[-1].text == "Ciao <Eva> 😀 qui"
        assert eva.hears()[-1].html == "<b>Ciao</b> &lt;Eva&gt; 😀 <i>qui</i>"

    async def test_a_start_carries_its_payload_and_its_language(self, world: World, taker: Taker) -> None:
        world.person("Eva", language="en").starts("topic-firma")
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.text == "/start topic-firma"
        assert update.message.entities[0].type == "bot_command"
        assert update.effective_user is not None
        assert update.effective_user.language_code == "en"

    async def test_a_press_is_told_and_its_answer_seen(self, world: World, taker: Taker, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "Apro?", reply_markup=YES)
        press = eva.presses(eva.hears()[-1], "Sì")
        [update] = await taker.take()
        assert update.callback_query is not None
        assert update.callback_query.data == "yes"
        await update.callback_query.answer("Fatto", show_alert=True)
        assert press.answered
        assert [(a.text, a.alert) for a in eva.alerts] == [("Fatto", True)]

    async def test_a_press_is_answered_once(self, world: World, taker: Taker, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "Apro?", reply_markup=YES)
        press: Any = eva.presses(eva.hears()[-1], "Sì")
        await bot.answer_callback_query(press.id)
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(press.id)

    async def test_a_press_is_answered_in_time(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "Apro?", reply_markup=YES)
        press: Any = eva.presses(eva.hears()[-1], "Sì")
        world.passes(61)
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(press.id)
        assert world.unanswered() == [press]

    async def test_an_edit_by_the_bot_is_seen(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        sent = await bot.send_message(eva.id, "Apro?", reply_markup=YES)
        await bot.edit_message_text("Aperto.", eva.id, sent.message_id)
        shown = eva.hears()[-1]
        assert (shown.text, shown.rows, shown.versions) == ("Aperto.", [], ["Apro?"])
        assert shown.edited

    async def test_an_edit_by_a_person_is_another_kind_of_update(self, world: World, taker: Taker) -> None:
        eva = world.person("Eva")
        eva.edits(eva.says("caio"), "ciao")
        [_, update] = await taker.take()
        assert update.edited_message is not None
        assert update.edited_message.text == "ciao"

    async def test_a_deletion_is_never_told(self, world: World, taker: Taker) -> None:
        eva = world.person("Eva")
        message = eva.says("ciao")
        await taker.take()
        eva.deletes(message)
        assert await taker.take() == []
        assert eva.sees() == []

    async def test_a_long_text_arrives_in_parts(self, world: World, taker: Taker) -> None:
        text = "parola " * 1000
        message = world.person("Eva").says(text)
        parts = await taker.texts()
        assert len(parts) == len(message.parts) == 2
        assert " ".join(part or "" for part in parts) == text.strip()

    async def test_nobody_is_written_to_who_never_was_met(self, world: World, bot: Bot) -> None:
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(world.person("Eva").id, "ciao")

    async def test_a_bot_begins_no_conversation(self, world: World, bot: Bot, group: Group) -> None:
        giulia(group).says("/help", group)
        with pytest.raises(Forbidden, match="can't initiate conversation"):
            await bot.send_message(giulia(group).id, "ciao")

    async def test_who_has_blocked_the_bot_is_not_reached(self, world: World, taker: Taker, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        eva.blocks()
        [update] = await taker.take()
        assert update.my_chat_member is not None
        assert update.my_chat_member.new_chat_member.status == "kicked"
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_message(eva.id, "ciao")
        eva.unblocks()
        await bot.send_message(eva.id, "ciao")

    async def test_who_has_left_telegram_is_not_reached(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        eva.leaves_telegram()
        with pytest.raises(Forbidden, match="user is deactivated"):
            await bot.send_message(eva.id, "ciao")

    async def test_a_keyboard_in_place_of_the_persons_own_sends_what_it_says(
        self, world: World, taker: Taker, bot: Bot
    ) -> None:
        eva = world.person("Eva", started=True)
        sent = await bot.send_message(eva.id, "?", reply_markup=ReplyKeyboardMarkup([["Avanti"]]))
        eva.presses(eva.hears()[-1], "Avanti")
        assert await taker.texts() == ["Avanti"]
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("!", eva.id, sent.message_id)


class TestStrictness:
    @pytest.fixture
    def eva(self, world: World) -> Any:
        return world.person("Eva", started=True)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "Message text is empty"),
            (" \n ", "Text must be non-empty"),
            ("a" * 4097, "Message is too long"),
            ("😀" * 2049, "Message is too long"),
        ],
    )
    async def test_a_text_has_1_to_4096_units(self, bot: Bot, eva: Any, text: str, why: str) -> None:
        with pytest.raises(BadRequest, match=why):
            await bot.send_message(eva.id, text)

    async def test_marks_do_not_count(self, bot: Bot, eva: Any) -> None:
        await bot.send_message(eva.id, f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")
        assert len(eva.hears()[-1].text) == 4096

    @pytest.mark.parametrize(
        "text",
        ["<p>uno</p>", "<b>uno", "uno</b>", "<b><i>uno</b></i>", "1 < 2", "<br>", "<span>uno</span>", "<b x"],
    )
    async def test_html_is_telegrams_own(self, bot: Bot, eva: Any, text: str) -> None:
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await bot.send_message(eva.id, text, parse_mode="HTML")

    async def test_a_link_to_this_machine_is_dropped(self, bot: Bot, eva: Any) -> None:
        await bot.send_message(
            eva.id, '<a href="http://localhost/x">qui</a> <a href="https://example.org">là</a>', parse_mode="HTML"
        )
        assert eva.hears()[-1].html == 'qui <a href="https://example.org">là</a>'

    async def test_a_button_to_this_machine_is_refused(self, bot: Bot, eva: Any) -> None:
        button = InlineKeyboardMarkup([[InlineKeyboardButton("Qui", url="http://localhost:8080/x")]])
        with pytest.raises(BadRequest, match=r"(?i)wrong http url"):
            await bot.send_message(eva.id, "?", reply_markup=button)

    async def test_a_buttons_data_has_64_bytes(self, bot: Bot, eva: Any) -> None:
        await bot.send_message(eva.id, "?", reply_markup=one_button("a" * 64))
        with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
            await bot.send_message(eva.id, "?", reply_markup=one_button("è" * 33))

    async def test_a_keyboard_has_100_buttons_at_most(self, bot: Bot, eva: Any) -> None:
        rows = [[InlineKeyboardButton(f"{n}.{m}", callback_data=f"{n}.{m}") for m in range(8)] for n in range(13)]
        with pytest.raises(BadRequest, match="Reply markup is too long"):
            await bot.send_message(eva.id, "?", reply_markup=InlineKeyboardMarkup(rows))

    async def test_an_edit_that_changes_nothing_is_refused(self, bot: Bot, eva: Any) -> None:
        sent = await bot.send_message(eva.id, "uno", reply_markup=YES)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_text("uno", eva.id, sent.message_id, reply_markup=YES)

    async def test_what_is_gone_is_not_edited(self, bot: Bot, eva: Any) -> None:
        sent = await bot.send_message(eva.id, "uno")
        eva.deletes(eva.hears()[-1])
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("due", eva.id, sent.message_id)

    async def test_what_another_wrote_is_not_edited(self, bot: Bot, eva: Any) -> None:
        message = eva.says("uno")
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("due", eva.id, message.id)

    async def test_what_is_gone_is_not_answered(self, bot: Bot, eva: Any) -> None:
        with pytest.raises(BadRequest, match="Message to be replied not found"):
            await bot.send_message(eva.id, "uno", reply_parameters=ReplyParameters(999))
        await bot.send_message(eva.id, "uno", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True))

    async def test_an_alert_has_200_units(self, bot: Bot, eva: Any) -> None:
        await bot.send_message(eva.id, "?", reply_markup=YES)
        press = eva.presses(eva.hears()[-1], "Sì")
        with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
            await bot.answer_callback_query(press.id, "a" * 201)

    async def test_a_reaction_is_one_of_telegrams(self, bot: Bot, eva: Any) -> None:
        message = eva.says("uno")
        await bot.set_message_reaction(eva.id, message.id, "👀")
        assert message.bot_reactions == ["👀"]
        with pytest.raises(BadRequest, match=r"(?i)reaction_invalid"):
            await bot.set_message_reaction(eva.id, message.id, "✅")
        with pytest.raises(BadRequest, match=r"(?i)reactions_too_many"):
            await bot.set_message_reaction(eva.id, message.id, ["👀", "👍"])

    async def test_a_wrong_token_is_unauthorized(self, world: World) -> None:
        with pytest.raises(InvalidToken, match="rejected by the server"):
            async with a_bot(world, "7000000001:AAwrong"):
                pass

    async def test_a_method_that_nobody_knows_is_not_found(self, bot: Bot) -> None:
        with pytest.raises(InvalidToken, match=r"not found|Not Found|Endpoint"):
            await bot._post("sendNothing")

    async def test_a_wrong_type_is_refused(self, bot: Bot, eva: Any) -> None:
        with pytest.raises(BadRequest, match="message_thread_id"):
            await bot._post("sendMessage", {"chat_id": eva.id, "text": "uno", "message_thread_id": "uno"})


class TestOddities:
    async def test_an_unknown_parameter_is_noted(self) -> None:
        async with telegram_server() as world, a_bot(world) as bot:
            eva = world.person("Eva", started=True)
            await bot.send_message(eva.id, "uno", api_kwargs={"disable_notifications": True})
            assert world.oddities == ["sendMessage: unknown parameter 'disable_notifications'"]


def one_button(data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Qui", callback_data=data)]])


class TestGroups:
    async def test_with_privacy_on_only_what_is_meant_for_the_bot_comes(
        self, world: World, taker: Taker, bot: Bot, group: Group
    ) -> None:
        someone = giulia(group)
        card = await bot.send_message(group.id, "Ticket 1042")
        someone.says("tra noi", group)
        someone.says("/claim 1042", group)
        someone.says("/claim@sportello_example_bot 1042", group)
        someone.says("/claim@another_bot 1042", group)
        someone.says("risposta", group, reply_to=group.messages[card.message_id])
        assert await taker.texts() == ["/claim 1042", "/claim@sportello_example_bot 1042", "risposta"]

    async def test_an_administrator_reads_all_but_other_bots(self, world: World, taker: Taker, group: Group) -> None:
        group.add_bot(can_pin_messages=True)
        robot = world.other_bot("Robot", "robot_bot")
        group.add(robot)
        await taker.take()
        robot.says("/start", group)
        giulia(group).says("tra noi", group)
        assert await taker.texts() == ["tra noi"]

    async def test_an_anonymous_administrator_is_the_group(self, taker: Taker, group: Group) -> None:
        giulia(group).says("/claim 1042", group, anonymously=True)
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.from_user is not None
        assert update.message.from_user.id == 1087968824
        assert update.message.sender_chat is not None
        assert update.message.sender_chat.id == group.id

    async def test_ids_of_messages_begin_anew_in_each_supergroup(self, bot: Bot, world: World, group: Group) -> None:
        other = world.group("Leads")
        other.add_bot()
        assert (await bot.send_message(other.id, "uno")).message_id < 10
        assert (await bot.send_message(group.id, "uno")).message_id < 10

    async def test_a_bot_that_was_thrown_out_may_not_write(
        self, world: World, taker: Taker, bot: Bot, group: Group
    ) -> None:
        group.remove_bot()
        [update] = await taker.take()
        assert update.my_chat_member is not None
        assert update.my_chat_member.new_chat_member.status == "kicked"
        with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
            await bot.send_message(group.id, "ciao")

    async def test_a_group_that_was_upgraded_tells_its_new_id(self, world: World, taker: Taker, bot: Bot) -> None:
        old = world.group("Sportello", supergroup=False)
        old.add(world.person("Giulia"), "creator")
        old.add_bot()
        await taker.take()
        new = old.upgrade()
        told = [u.message for u in await taker.take() if u.message]
        assert told[0].migrate_to_chat_id == new.id
        assert told[1].migrate_from_chat_id == old.id
        assert told[1].message_id == 1
        with pytest.raises(ChatMigrated) as refused:
            await bot.send_message(old.id, "ciao")
        assert refused.value.new_chat_id == new.id
        await bot.send_message(new.id, "ciao")

    async def test_who_is_in_the_group_can_be_asked(self, world: World, bot: Bot, group: Group) -> None:
        marco = world.person("Marco")
        assert (await bot.get_chat_member(group.id, marco.id)).status == "left"
        group.add(marco, "administrator", title="Capo")
        assert (await bot.get_chat_member(group.id, marco.id)).status == "administrator"
        assert {m.user.first_name for m in await bot.get_chat_administrators(group.id)} == {"Giulia", "Marco"}
        assert await bot.get_chat_member_count(group.id) == 3

    async def test_a_silent_message_is_silent(self, bot: Bot, group: Group) -> None:
        await bot.send_message(group.id, "scheda", disable_notification=True)
        assert group.cards()[-1].silent


class TestForums:
    async def test_a_topic_that_the_bot_makes_is_told_to_it(self, taker: Taker, bot: Bot, forum: Group) -> None:
        topic = await bot.create_forum_topic(forum.id, "1042 La firma")
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.forum_topic_created is not None
        assert update.message.message_thread_id == topic.message_thread_id
        assert update.message.from_user is not None
        assert update.message.from_user.id == bot.id

    async def test_a_message_in_a_topic_answers_its_first(self, taker: Taker, bot: Bot, forum: Group) -> None:
        made = await bot.create_forum_topic(forum.id, "1042 La firma")
        await taker.take()
        giulia(forum).says("ci penso io", forum, topic=forum.topics[made.message_thread_id])
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.is_topic_message
        assert update.message.reply_to_message is not None
        assert update.message.reply_to_message.message_id == made.message_thread_id
        assert update.message.reply_to_message.forum_topic_created is not None

    async def test_with_privacy_on_the_bots_own_topics_are_read(self, world: World, taker: Taker, bot: Bot) -> None:
        forum = world.group("Sportello", forum=True)
        forum.add(world.person("Giulia"), "creator")
        forum.add_bot(can_manage_topics=True)
        made = await bot.create_forum_topic(forum.id, "1042")
        forum.add_bot()
        other = forum.topic("Pausa")
        await taker.take()
        giulia(forum).says("tra noi", forum, topic=other)
        giulia(forum).says("ci penso io", forum, topic=forum.topics[made.message_thread_id])
        assert await taker.texts() == ["ci penso io"]

    async def test_topics_want_the_right_to_make_them(self, bot: Bot, group: Group, forum: Group) -> None:
        with pytest.raises(BadRequest, match="The chat is not a forum"):
            await bot.create_forum_topic(group.id, "1042")
        forum.add_bot()
        with pytest.raises(BadRequest, match="Not enough rights to create a topic"):
            await bot.create_forum_topic(forum.id, "1042")

    async def test_nothing_is_written_into_a_topic_that_is_gone(self, bot: Bot, forum: Group) -> None:
        made = await bot.create_forum_topic(forum.id, "1042")
        forum.deletes_topic(forum.topics[made.message_thread_id])
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "ciao", message_thread_id=made.message_thread_id)

    async def test_the_general_topic_has_no_number(self, bot: Bot, forum: Group) -> None:
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "ciao", message_thread_id=1)
        assert (await bot.send_message(forum.id, "ciao")).message_thread_id is None


class TestTroubles:
    @pytest.fixture
    def eva(self, world: World) -> Any:
        return world.person("Eva", started=True)

    @pytest.mark.parametrize("what", [Trouble.BAD_GATEWAY, Trouble.SERVER_ERROR, Trouble.RESET])
    async def test_before_the_effect_nothing_is_there(self, world: World, bot: Bot, eva: Any, what: Trouble) -> None:
        world.trouble(what, "sendMessage")
        with pytest.raises(NetworkError):
            await bot.send_message(eva.id, "ciao")
        assert eva.hears() == []
        await bot.send_message(eva.id, "ciao")

    async def test_after_the_effect_it_is_there_and_the_answer_lost(self, world: World, bot: Bot, eva: Any) -> None:
        world.trouble(Trouble.RESET_AFTER, "sendMessage")
        with pytest.raises(NetworkError):
            await bot.send_message(eva.id, "ciao")
        assert [m.text for m in eva.hears()] == ["ciao"]

    async def test_a_call_that_hangs_is_never_answered(self, world: World, bot: Bot, eva: Any) -> None:
        world.trouble(Trouble.HANG, "sendMessage")
        with pytest.raises(TimedOut):
            await bot.send_message(eva.id, "ciao", read_timeout=0.05)
        assert eva.hears() == []

    async def test_too_many_tells_how_long_to_wait(self, world: World, bot: Bot, eva: Any) -> None:
        world.trouble(Trouble.TOO_MANY, "sendMessage", retry_after=7)
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(eva.id, "ciao")
        assert refused.value._retry_after.total_seconds() == 7

    async def test_trouble_can_be_for_one_chat_only(self, world: World, bot: Bot, eva: Any) -> None:
        ugo = world.person("Ugo", started=True)
        world.trouble(Trouble.SERVER_ERROR, "sendMessage", when=lambda p: p["chat_id"] == str(eva.id))
        await bot.send_message(ugo.id, "ciao")
        with pytest.raises(NetworkError):
            await bot.send_message(eva.id, "ciao")

    async def test_the_server_goes_down_and_comes_back_on_its_port(self, world: World, bot: Bot, eva: Any) -> None:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await world.until(lambda: world.server.is_polled)
        world.goes_down()
        with pytest.raises(NetworkError):
            await poll
        with pytest.raises(NetworkError):
            await bot.send_message(eva.id, "ciao")
        world.comes_back()
        await bot.send_message(eva.id, "ciao")
        assert len(eva.hears()) == 1


class TestFloods:
    async def test_a_group_takes_20_a_minute(self) -> None:
        now = [1_800_000_000.0]
        async with telegram_server(floods=True, clock=lambda: now[0]) as world, a_bot(world) as bot:
            group = world.group("Sportello")
            group.add_bot()
            for n in range(20):
                await bot.send_message(group.id, f"{n}")
            with pytest.raises(RetryAfter) as refused:
                await bot.send_message(group.id, "ancora")
            assert refused.value._retry_after.total_seconds() == 60
            now[0] += 60
            await bot.send_message(group.id, "ancora")

    async def test_a_private_chat_takes_a_burst_then_one_a_second(self) -> None:
        now = [1_800_000_000.0]
        async with telegram_server(floods=True, clock=lambda: now[0]) as world, a_bot(world) as bot:
            eva = world.person("Eva", started=True)
            for n in range(world.floods.burst):
                await bot.send_message(eva.id, f"{n}")
            with pytest.raises(RetryAfter):
                await bot.send_message(eva.id, "ancora")
            world.passes(1)
            await bot.send_message(eva.id, "ancora")

    async def test_all_together_take_30_a_second(self) -> None:
        now = [1_800_000_000.0]
        async with telegram_server(floods=True, clock=lambda: now[0]) as world, a_bot(world) as bot:
            people = [world.person(f"P{n}", started=True) for n in range(31)]
            for person in people[:30]:
                await bot.send_message(person.id, "ciao")
            with pytest.raises(RetryAfter):
                await bot.send_message(people[30].id, "ciao")


class TestFiles:
    async def test_a_photo_can_be_fetched(self, world: World, taker: Taker) -> None:
        world.person("Eva").sends_photo(PICTURE, caption="guarda")
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.caption == "guarda"
        file = await update.message.photo[-1].get_file()
        assert bytes(await file.download_as_bytearray()) == PICTURE

    async def test_over_20_megabytes_nothing_is_fetched(self, world: World, taker: Taker, bot: Bot) -> None:
        world.person("Eva").sends_document(b"pdf", name="grande.pdf", size=20_000_001)
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.document is not None
        assert update.message.document.file_size == 20_000_001
        with pytest.raises(BadRequest, match="File is too big"):
            await bot.get_file(update.message.document.file_id)

    async def test_an_album_is_several_messages_of_one_group(self, world: World, taker: Taker) -> None:
        world.person("Eva").sends_album([Piece(), Piece(), Piece()], caption="tre")
        updates = await taker.take()
        assert len(updates) == 3
        assert len({u.message.media_group_id for u in updates if u.message}) == 1
        assert [u.message.caption for u in updates if u.message] == ["tre", None, None]

    async def test_the_bot_sends_a_file_and_sends_it_again_by_its_id(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        sent = await bot.send_document(eva.id, b"riga", filename="log.txt", caption="ecco")
        assert sent.document is not None
        await bot.send_document(eva.id, sent.document.file_id)
        assert [m.file.content for m in eva.hears() if m.file] == [b"riga", b"riga"]
        assert eva.hears()[0].file is not None
        assert eva.hears()[0].file.name == "log.txt"

    async def test_a_photo_is_no_document(self, world: World, taker: Taker, bot: Bot) -> None:
        eva = world.person("Eva")
        eva.sends_photo()
        [update] = await taker.take()
        assert update.message is not None
        with pytest.raises(BadRequest, match=r"(?i)can't use file of type photo as document"):
            await bot.send_document(eva.id, update.message.photo[-1].file_id)

    async def test_the_bot_sends_an_album(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_media_group(eva.id, [InputMediaPhoto(PICTURE, caption="una"), InputMediaPhoto(PICTURE)])
        assert [m.text for m in eva.hears()] == ["una", ""]
        assert len({m.album for m in eva.hears()}) == 1


class TestProfile:
    async def test_the_menu_follows_language_and_scope(self, world: World, bot: Bot) -> None:
        eva, ada = world.person("Eva", "it"), world.person("Ada", "en", username="ada")
        everywhere = BotCommandScopeAllPrivateChats()
        await bot.set_my_commands([BotCommand("help", "Help")])
        await bot.set_my_commands([BotCommand("apri", "Apri un ticket")], everywhere, "it")
        assert eva.commands() == [("apri", "Apri un ticket")]
        assert ada.commands() == [("help", "Help")]
        ada.starts()
        await bot.set_my_commands([BotCommand("mine", "Mine")], BotCommandScopeChat(ada.id))
        assert ada.commands() == [("mine", "Mine")]

    async def test_a_commands_name_is_small_letters(self, bot: Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
            await bot.set_my_commands([BotCommand("Apri", "Apri un ticket")])

    async def test_the_description_follows_the_language(self, world: World, bot: Bot) -> None:
        await bot.set_my_description("A help desk")
        await bot.set_my_description("Uno sportello", "it")
        assert world.person("Eva", "it").description == "Uno sportello"
        assert world.person("Ada", "de").description == "A help desk"


class TestAlone:
    async def test_it_runs_as_a_process_with_a_person_at_the_keyboard(self) -> None:
        command = (sys.executable, "-m", "tests.servers.telegram", "--port", "0")
        alone = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert alone.stdin is not None
        assert alone.stdout is not None
        told = dict([(await alone.stdout.readline()).decode().strip().split("=", 1) for _ in range(3)])
        token = told["SPORTELLO_TELEGRAM__TOKEN"]
        async with Bot(token, base_url=told["SPORTELLO_TELEGRAM__BASE_URL"]) as bot:
            alone.stdin.write(b"ciao\n")
            [update] = await bot.get_updates(timeout=5)
            assert update.message is not None
            await update.message.reply_text("Apro?", reply_markup=YES)
            assert (await alone.stdout.readline()).decode() == "> Apro?\n"
        await alone.communicate(b"")
        assert alone.returncode == 0


class TestThread:
    def test_a_world_can_live_in_a_thread_of_its_own(self) -> None:
        with telegram_server() as world:
            eva = world.person("Eva")
            eva.says("ciao")

            async def answer() -> None:
                async with a_bot(world) as bot:
                    [update] = await bot.get_updates(timeout=5)
                    assert update.message is not None
                    await update.message.reply_text("eccomi")

            asyncio.run(answer())
            assert world.wait_until(lambda: eva.hears())[-1].text == "eccomi"
            world.goes_down()
            world.comes_back()
            asyncio.run(answer())


class TestWhatPeopleSend:
    @pytest.mark.parametrize(
        "kind",
        [*KINDS, "location", "venue", "contact", "dice", "poll"],
    )
    async def test_each_kind_is_read_by_the_library(self, world: World, taker: Taker, kind: str) -> None:
        getattr(world.person("Eva"), f"sends_{kind}")()
        [update] = await taker.take()
        assert getattr(update.message, kind)

    async def test_a_forward_tells_where_it_comes_from(self, world: World, taker: Taker) -> None:
        eva, ugo = world.person("Eva"), world.person("Ugo")
        eva.forwards(ugo.says("senti"), hidden=True)
        [_, update] = await taker.take()
        assert update.message is not None
        assert update.message.forward_origin is not None
        assert update.message.forward_origin.type == "hidden_user"

    async def test_a_contact_can_be_ones_own(self, world: World, taker: Taker) -> None:
        eva = world.person("Eva")
        eva.sends_contact("+390612345678", own=True)
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.contact is not None
        assert update.message.contact.user_id == eva.id

    async def test_a_channel_writes_in_its_own_name(self, world: World, taker: Taker, bot: Bot, group: Group) -> None:
        group.add_bot(can_pin_messages=True)
        await taker.take()
        group.channel_says(world.channel("Avvisi"), "domani si chiude")
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.sender_chat is not None
        assert update.message.sender_chat.title == "Avvisi"

    async def test_a_caption_is_edited_as_a_text(self, world: World, taker: Taker) -> None:
        eva = world.person("Eva")
        eva.edits(eva.sends_photo(caption="qui"), "là")
        [_, update] = await taker.take()
        assert update.edited_message is not None
        assert update.edited_message.caption == "là"

    async def test_a_stale_client_can_press_what_is_gone(self, world: World, taker: Taker, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        sent = await bot.send_message(eva.id, "?", reply_markup=YES)
        await bot.edit_message_reply_markup(eva.id, sent.message_id)
        with pytest.raises(AssertionError, match="sees no button"):
            eva.presses(eva.hears()[-1], "Sì")
        eva.presses(eva.hears()[-1], "Sì", stale=True)
        [update] = await taker.take()
        assert update.callback_query is not None
        assert update.callback_query.data == "yes"

    async def test_a_client_that_was_tampered_with_sends_anything(self, world: World, taker: Taker, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "?", reply_markup=YES)
        eva.presses_raw(eva.hears()[-1], "'; drop")
        [update] = await taker.take()
        assert update.callback_query is not None
        assert update.callback_query.data == "'; drop"

    async def test_a_text_with_marks_carries_them(self, world: World, taker: Taker) -> None:
        world.person("Eva").says("<b>subito</b> /help", html=True)
        [update] = await taker.take()
        assert update.message is not None
        assert [e.type for e in update.message.entities] == ["bold", "bot_command"]


class TestDeletingAndPinning:
    async def test_the_bot_deletes_what_it_wrote_within_two_days(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        old = await bot.send_message(eva.id, "uno")
        world.passes(49 * 3600)
        new = await bot.send_message(eva.id, "due")
        assert await bot.delete_message(eva.id, new.message_id)
        with pytest.raises(BadRequest, match="Message can't be deleted"):
            await bot.delete_message(eva.id, old.message_id)
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await bot.delete_message(eva.id, new.message_id)

    async def test_another_message_in_a_group_wants_the_right(self, bot: Bot, group: Group) -> None:
        message = giulia(group).says("/help", group)
        with pytest.raises(BadRequest, match="Message can't be deleted"):
            await bot.delete_message(group.id, message.id)
        group.add_bot(can_delete_messages=True)
        await bot.delete_message(group.id, message.id)
        assert message.deleted

    async def test_several_are_deleted_at_once_and_those_not_there_passed_over(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        sent = [(await bot.send_message(eva.id, f"{n}")).message_id for n in range(3)]
        await bot.delete_messages(eva.id, [*sent, 999])
        assert eva.hears() == []

    async def test_the_bot_is_told_of_its_own_pin(self, taker: Taker, bot: Bot, group: Group) -> None:
        group.add_bot(can_pin_messages=True)
        await taker.take()
        card = await bot.send_message(group.id, "Ticket 1042")
        await bot.pin_chat_message(group.id, card.message_id, disable_notification=True)
        [update] = await taker.take()
        assert update.message is not None
        assert update.message.pinned_message is not None
        assert update.message.pinned_message.message_id == card.message_id
        assert group.pinned[-1].text == "Ticket 1042"

    async def test_a_pin_in_a_group_wants_the_right(self, bot: Bot, group: Group) -> None:
        card = await bot.send_message(group.id, "Ticket 1042")
        with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
            await bot.pin_chat_message(group.id, card.message_id)


class TestRights:
    async def test_a_group_can_forbid_to_write(self, bot: Bot, group: Group) -> None:
        group.permissions["can_send_messages"] = False
        with pytest.raises(BadRequest, match="Not enough rights to send text messages to the chat"):
            await bot.send_message(group.id, "ciao")

    async def test_a_restricted_bot_may_not_write(self, bot: Bot, group: Group) -> None:
        group.add_bot("restricted", can_send_messages=False)
        with pytest.raises(BadRequest, match="Not enough rights"):
            await bot.send_message(group.id, "ciao")
        member = await bot.get_chat_member(group.id, bot.id)
        assert member.status == "restricted"

    async def test_a_closed_topic_takes_no_message_of_who_may_not_open_it(self, bot: Bot, forum: Group) -> None:
        topic = forum.topic("Chiuso")
        forum.closes_topic(topic)
        await bot.send_message(forum.id, "ciao", message_thread_id=topic.id)
        forum.add_bot()
        with pytest.raises(BadRequest, match=r"(?i)topic_closed"):
            await bot.send_message(forum.id, "ciao", message_thread_id=topic.id)

    async def test_a_topic_is_renamed_closed_and_deleted(self, bot: Bot, forum: Group) -> None:
        forum.add_bot(can_manage_topics=True, can_delete_messages=True)
        made = await bot.create_forum_topic(forum.id, "1042")
        await bot.edit_forum_topic(forum.id, made.message_thread_id, name="1042 ✔")
        await bot.close_forum_topic(forum.id, made.message_thread_id)
        topic = forum.topic_named("1042 ✔")
        assert topic is not None
        assert topic.closed
        with pytest.raises(BadRequest, match=r"(?i)topic_not_modified"):
            await bot.close_forum_topic(forum.id, made.message_thread_id)
        await bot.reopen_forum_topic(forum.id, made.message_thread_id)
        await bot.delete_forum_topic(forum.id, made.message_thread_id)
        assert topic.deleted

    async def test_a_chat_tells_whether_it_is_a_forum(self, bot: Bot, group: Group, forum: Group) -> None:
        assert (await bot.get_chat(forum.id)).is_forum
        assert not (await bot.get_chat(group.id)).is_forum

    async def test_the_bot_tells_whether_privacy_is_on(self, bot: Bot) -> None:
        assert (await bot.get_me()).can_read_all_group_messages is False

    async def test_a_bot_that_left_is_no_member(self, bot: Bot, group: Group) -> None:
        await bot.leave_chat(group.id)
        with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
            await bot.send_message(group.id, "ciao")

    async def test_members_can_be_hidden_from_who_is_no_administrator(self, bot: Bot, group: Group) -> None:
        group.members_hidden = True
        with pytest.raises(BadRequest, match=r"(?i)chat_admin_required"):
            await bot.get_chat_member(group.id, giulia(group).id)


class TestThreads:
    async def test_answers_in_a_supergroup_share_a_thread_that_is_no_topic(
        self, taker: Taker, bot: Bot, group: Group
    ) -> None:
        card = await bot.send_message(group.id, "Ticket 1042")
        first = giulia(group).says("ci penso io", group, reply_to=group.messages[card.message_id])
        await bot.send_message(group.id, "bene", reply_parameters=ReplyParameters(first.id))
        giulia(group).says("fatto", group, reply_to=group.cards()[-1])
        updates = await taker.take()
        assert {u.message.message_thread_id for u in updates if u.message} == {card.message_id}
        assert not any(u.message.is_topic_message for u in updates if u.message)

    async def test_a_copy_carries_no_author(self, world: World, bot: Bot, group: Group) -> None:
        photo = world.person("Eva").sends_photo(caption="guarda")
        await bot.copy_message(group.id, photo.chat.id, photo.id, caption="da Eva")
        card = group.cards()[-1]
        assert (card.kind, card.text, card.file) == ("photo", "da Eva", photo.file)


class TestLostAnswers:
    async def test_updates_whose_answer_was_lost_are_given_again(self, world: World, taker: Taker) -> None:
        world.person("Eva").says("ciao")
        world.trouble(Trouble.RESET_AFTER, "getUpdates")
        with pytest.raises(NetworkError):
            await taker.take()
        assert await taker.texts() == ["ciao"]

    async def test_a_download_can_break(self, world: World, taker: Taker) -> None:
        world.person("Eva").sends_photo()
        [update] = await taker.take()
        assert update.message is not None
        file = await update.message.photo[-1].get_file()
        world.trouble(Trouble.RESET, "file")
        with pytest.raises(NetworkError):
            await file.download_as_bytearray()
        assert await file.download_as_bytearray() == PICTURE

    async def test_a_link_to_a_file_ends_after_an_hour(self, world: World, taker: Taker) -> None:
        world.person("Eva").sends_photo()
        [update] = await taker.take()
        assert update.message is not None
        file = await update.message.photo[-1].get_file()
        world.passes(3601)
        with pytest.raises(InvalidToken):  # the library's word for any 404
            await file.download_as_bytearray()

    async def test_a_slow_answer_comes_after_the_effect(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        world.trouble(Trouble.SLOW, "sendMessage", seconds=0.3)
        with pytest.raises(TimedOut):
            await bot.send_message(eva.id, "ciao", read_timeout=0.05)
        assert [m.text for m in eva.hears()] == ["ciao"]


class TestReadingTheWorld:
    async def test_calls_are_kept_with_their_answers(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "ciao")
        with pytest.raises(BadRequest):
            await bot.send_message(1, "ciao")
        calls = world.called("sendMessage")
        assert [(c.ok, c.params["text"], c.why) for c in calls] == [
            (True, "ciao", ""),
            (False, "ciao", "Bad Request: chat not found"),
        ]

    async def test_waiting_in_vain_tells_what_happened_last(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "ciao")
        with pytest.raises(TimeoutError, match=r"sendMessage 200"):
            await world.until(lambda: len(eva.hears()) == 2, timeout=0.05)

    async def test_typing_is_seen(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_chat_action(eva.id, "typing")
        assert eva.chat.actions == ["typing"]

    async def test_administrators_can_have_a_menu_of_their_own(self, world: World, bot: Bot, group: Group) -> None:
        marco = world.person("Marco")
        group.add(marco)
        await bot.set_my_commands([BotCommand("claim", "Prendi")], BotCommandScopeAllGroupChats())
        await bot.set_my_commands([BotCommand("report", "Rapporto")], BotCommandScopeChatAdministrators(group.id))
        assert marco.commands(group) == [("claim", "Prendi")]
        assert giulia(group).commands(group) == [("report", "Rapporto")]


class TestWebhooks:
    """Over a small receiver of ours, which answers as it is told."""

    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with telegram_server(insecure_webhooks=True) as world:
            yield world
            assert world.oddities == []

    async def test_an_update_is_posted_with_the_secret(self, world: World, bot: Bot) -> None:
        async with receiver() as got:
            await bot.set_webhook(got.url, secret_token="s-3_cret")
            world.person("Eva").says("ciao")
            await world.until(lambda: len(world.updates) == 0)
        assert [u["message"]["text"] for u in got.updates] == ["ciao"]
        assert got.secrets == ["s-3_cret"]

    async def test_it_is_posted_again_until_it_is_taken(self, world: World, bot: Bot) -> None:
        async with receiver(500, 502) as got:
            await bot.set_webhook(got.url)
            world.person("Eva").says("ciao")
            await world.until(lambda: len(got.updates) == 2)
            info = await bot.get_webhook_info()
            assert info.last_error_message is not None
            assert "50" in info.last_error_message
            await world.until(lambda: len(world.updates) == 0)
        assert len({u["update_id"] for u in got.updates}) == 1
        assert len(got.updates) == 3

    async def test_what_nobody_takes_is_pending(self, world: World, bot: Bot) -> None:
        world.person("Eva").says("ciao")
        async with receiver() as got:
            pass
        await bot.set_webhook(got.url)
        await world.until(lambda: world.webhook and world.webhook.last_error)
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count) == (got.url, 1)

    async def test_a_press_may_overtake_a_message(self, world: World, bot: Bot) -> None:
        eva = world.person("Eva", started=True)
        await bot.send_message(eva.id, "?", reply_markup=YES)
        async with receiver(500) as got:
            await bot.set_webhook(got.url)
            world.webhook.retry_after = 0.3  # type: ignore[union-attr]
            eva.says("ciao")
            await world.until(lambda: got.updates)
            eva.presses(eva.hears()[-1], "Sì")
            await world.until(lambda: len(world.updates) == 0)
        assert ["callback_query" in u for u in got.updates] == [False, True, False]

    async def test_messages_of_one_chat_come_one_after_another(self, world: World, bot: Bot) -> None:
        async with receiver(500, 500, 500) as got:
            await bot.set_webhook(got.url)
            eva = world.person("Eva")
            for n in range(5):
                eva.says(f"{n}")
            await world.until(lambda: len(world.updates) == 0)
        taken = [u["message"]["text"] for u in got.updates]
        assert taken == sorted(taken)

    async def test_a_poll_ends_when_a_webhook_is_set(self, world: World, bot: Bot) -> None:
        poll = asyncio.create_task(bot.get_updates(timeout=30))
        await world.until(lambda: world.server.is_polled)
        async with receiver() as got:
            await bot.set_webhook(got.url)
            with pytest.raises(Conflict, match="terminated by setWebhook"):
                await poll
            with pytest.raises(Conflict, match="while webhook is active"):
                await bot.get_updates()
            await bot.delete_webhook()
            assert await bot.get_updates() == ()

    async def test_a_webhook_wants_https_and_a_plain_secret(self, bot: Bot) -> None:
        with pytest.raises(BadRequest, match=r"(?i)https url must be provided"):
            await bot.set_webhook("http://example.org/hook")
        with pytest.raises(BadRequest, match="unallowed characters"):
            await bot.set_webhook("https://example.org/hook", secret_token="s cret")

    async def test_it_can_be_set_to_forget_what_waits(self, world: World, bot: Bot) -> None:
        world.person("Eva").says("ciao")
        async with receiver() as got:
            await bot.set_webhook(got.url, drop_pending_updates=True)
            assert len(world.updates) == 0


class Got:
    def __init__(self, answers: tuple[int, ...]) -> None:
        self.answers = list(answers)
        self.updates: list[Any] = []
        self.secrets: list[str | None] = []
        self.url = ""

    async def take(self, request: web.BaseRequest) -> web.Response:
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@asynccontextmanager
async def receiver(*answers: int) -> AsyncIterator[Got]:
    """Take what a webhook posts; *answers*: the statuses of the first, then 200."""
    got = Got(answers)
    server = web.Server(got.take)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    got.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/hook"
    try:
        yield got
    finally:
        listening.close()
        await server.shutdown(0.1)
