"""What Telegram writes becomes what the desk hears; whatever else comes, nothing breaks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.telegram.translating import NOTHING, WANTED, Me, Told, chat_of, keepable, number, translate
from bot.conversations.heard import Arrived, Left, Moved, Place, Pressed, Said
from core.files import Incoming
from tests.servers.telegram import Group, World
from tests.servers.telegram.texts import words
from tests.servers.telegram.world import Person


@pytest.fixture
def world() -> World:
    """Telegram without a wire: its updates are read where they wait."""
    world = World(can_read_all_group_messages=True)
    world.updates.allow(list(WANTED))
    return world


@pytest.fixture
def eva(world: World) -> Person:
    return world.person("Eva", last_name="Rossi")


@pytest.fixture
def group(world: World) -> Group:
    return furnished(world, forum=False)


@pytest.fixture
def forum(world: World) -> Group:
    return furnished(world, forum=True)


def furnished(world: World, *, forum: bool) -> Group:
    group = world.group("Sportello", forum=forum)
    group.add(world.person("Giulia"), "creator")
    group.add_bot(can_manage_topics=forum)
    return group


def giulia(group: Group) -> Any:
    return next(m.user for m in group.members.values() if m.status == "creator")


def last(world: World) -> dict[str, Any]:
    return world.updates.waiting[-1].json


def told(world: World) -> Told:
    return translate(last(world), Me(world.bot.id, world.bot.username or ""))


def said(world: World) -> Said:
    heard = told(world).heard
    assert isinstance(heard, Said)
    return heard


def silent(world: World) -> bool:
    return told(world).heard is None


class TestPrivateChats:
    def test_words_come_with_who_wrote_them_and_where(self, world: World, eva: Person) -> None:
        message = eva.says("La firma non parte")
        heard = said(world)
        assert (heard.text, heard.message, heard.place) == (
            "La firma non parte",
            str(message.id),
            Place("telegram", str(eva.id)),
        )
        assert (heard.person.address, heard.person.name, heard.person.language) == (str(eva.id), "Eva Rossi", "it")
        assert heard.person.direct
        assert heard.person.member

    def test_the_id_is_the_updates_own(self, world: World, eva: Person) -> None:
        eva.says("ciao")
        assert said(world).id == str(last(world)["update_id"])

    def test_a_reply_is_about_the_message_it_replies_to(self, world: World, eva: Person) -> None:
        first = eva.says("uno")
        eva.says("due", reply_to=first)
        assert said(world).about == str(first.id)

    def test_a_deep_link_is_a_command_with_its_word(self, world: World, eva: Person) -> None:
        eva.starts("t-firma")
        assert said(world).text == "/start t-firma"

    def test_what_is_forwarded_is_text(self, world: World, eva: Person) -> None:
        message = eva.says("Errore 42")
        eva.forwards(message)
        assert said(world).text == "Errore 42"

    def test_a_language_that_nobody_told_is_unknown(self, world: World) -> None:
        world.person("Eva", language=None).says("ciao")
        assert said(world).person.language == ""

    def test_a_press_brings_what_the_button_holds(self, world: World, eva: Person) -> None:
        asked = world.post(eva.chat, world.bot, text="Apro?", markup=keyboard("12.a.yes"))
        press = eva.presses(asked, "Sì")
        heard = told(world)
        assert isinstance(heard.heard, Pressed)
        assert (heard.heard.key, heard.query) == ("12.a.yes", press.id)
        assert heard.pressed
        assert heard.pressed.message_id == asked.id

    def test_a_press_on_a_message_too_old_to_be_seen_is_heard(self, world: World, eva: Person) -> None:
        asked = world.post(eva.chat, world.bot, text="Apro?", markup=keyboard("12.a.yes"))
        eva.presses(asked, "Sì")
        raw = last(world)
        raw["callback_query"]["message"] = {"chat": eva.chat.json, "message_id": asked.id, "date": 0}
        heard = translate(raw, Me(1, "x"))
        assert isinstance(heard.heard, Pressed)
        assert heard.pressed is None

    def test_a_press_outside_of_any_chat_says_nothing_but_waits_for_an_answer(self, world: World, eva: Person) -> None:
        press = eva.presses(world.post(eva.chat, world.bot, text="?", markup=keyboard("a")), "Sì")
        raw = last(world)
        del raw["callback_query"]["message"]
        assert translate(raw, Me(1, "x")) == Told(query=press.id)

    def test_whoever_blocks_the_bot_has_left(self, world: World, eva: Person) -> None:
        eva.blocks()
        heard = told(world).heard
        assert isinstance(heard, Left)
        assert heard.place == Place("telegram", str(eva.id))

    def test_whoever_takes_that_back_has_arrived(self, world: World, eva: Person) -> None:
        eva.blocks()
        eva.unblocks()
        heard = told(world).heard
        assert isinstance(heard, Arrived)
        assert heard.person.direct


def keyboard(data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Sì", "callback_data": data}]]}


class TestFiles:
    @pytest.mark.parametrize(
        ("kind", "name", "media_type"),
        [
            ("photo", "photo.jpg", "image/jpeg"),
            ("document", "file.pdf", "application/pdf"),
            ("voice", "voice.ogg", "audio/ogg"),
            ("video", "film.mp4", "video/mp4"),
            ("audio", "song.mp3", "audio/mpeg"),
            ("animation", "fun.mp4", "video/mp4"),
            ("video_note", "video.mp4", "video/mp4"),
        ],
    )
    def test_every_kind_is_one_file(self, world: World, eva: Person, kind: str, name: str, media_type: str) -> None:
        file = eva.sends(kind, b"example").file
        assert file
        assert said(world).files == (Incoming(file.id, name, media_type, 7),)

    def test_a_caption_is_the_words(self, world: World, eva: Person) -> None:
        eva.sends_photo(caption="guarda qui")
        assert said(world).text == "guarda qui"

    def test_the_largest_size_of_a_photo_is_taken(self, world: World, eva: Person) -> None:
        message = eva.sends_photo()
        assert message.file
        assert said(world).files[0].reference == message.file.id

    def test_a_file_without_a_size_is_taken(self, world: World, eva: Person) -> None:
        eva.sends_document()
        raw = last(world)
        del raw["message"]["document"]["file_size"]
        heard = translate(raw, Me(1, "x")).heard
        assert isinstance(heard, Said)
        assert heard.files[0].size is None

    def test_parts_of_an_album_have_it_in_common(self, world: World, eva: Person) -> None:
        from tests.servers.telegram import Piece

        eva.sends_album([Piece(), Piece()])
        one, other = (translate(update.json, Me(1, "x")).album for update in world.updates.waiting)
        assert one == other != ""


class TestOtherThings:
    @pytest.mark.parametrize("kind", ["location", "venue", "contact", "dice", "poll"])
    def test_what_is_no_words_is_told_by_its_kind(self, world: World, eva: Person, kind: str) -> None:
        getattr(eva, f"sends_{kind}")()
        assert (said(world).other, said(world).text, said(world).files) == (kind, "", ())

    @pytest.mark.parametrize("phone", ["+390612345678", "390612345678"])
    def test_ones_own_contact_is_ones_number(self, world: World, eva: Person, phone: str) -> None:
        eva.sends_contact(phone, own=True)
        assert (said(world).other, said(world).text) == ("", "+390612345678")

    def test_a_sticker_is_one(self, world: World, eva: Person) -> None:
        eva.sends_sticker()
        assert said(world).other == "sticker"

    def test_pinning_says_nothing(self, world: World, eva: Person) -> None:
        eva.pins(eva.says("ciao"))
        assert silent(world)

    def test_what_is_newer_than_the_library_is_told_as_unknown(self, world: World, eva: Person) -> None:
        eva.says("ciao")
        raw = last(world)
        raw["message"]["hologram"] = {"id": raw["message"].pop("text")}
        heard = translate(raw, Me(1, "x")).heard
        assert isinstance(heard, Said)
        assert heard.other == "unknown"

    def test_words_with_something_newer_beside_them_are_words(self, world: World, eva: Person) -> None:
        eva.says("ciao")
        raw = last(world)
        raw["message"]["mood"] = "good"
        heard = translate(raw, Me(1, "x")).heard
        assert isinstance(heard, Said)
        assert (heard.text, heard.other) == ("ciao", "")

    def test_a_message_without_content_says_nothing(self, world: World, eva: Person) -> None:
        eva.says("ciao")
        raw = last(world)
        del raw["message"]["text"]
        assert translate(raw, Me(1, "x")).heard is None


class TestEdits:
    def test_an_edit_names_the_message_it_edits(self, world: World, eva: Person) -> None:
        message = eva.says("La frma")
        eva.edits(message, "La firma")
        assert (said(world).text, said(world).edits, said(world).message) == (
            "La firma",
            str(message.id),
            str(message.id),
        )

    def test_an_edited_caption_brings_no_file_again(self, world: World, eva: Person) -> None:
        message = eva.sends_photo(caption="uno")
        eva.edits(message, "due")
        assert (said(world).text, said(world).files) == ("due", ())

    def test_a_caption_that_was_taken_away_is_an_edit_to_nothing(self, world: World, eva: Person) -> None:
        message = eva.sends_photo(caption="uno")
        eva.edits(message, "")
        assert (said(world).text, said(world).edits) == ("", str(message.id))

    def test_a_live_location_that_moves_says_nothing(self, world: World, eva: Person) -> None:
        eva.edits(eva.sends_location(), "")
        assert silent(world)


class TestGroups:
    def test_a_message_hangs_its_answer_under_itself(self, world: World, group: Group) -> None:
        message = giulia(group).says("/coda", group)
        assert said(world).place == Place("telegram", str(group.id), thread=str(message.id))
        assert not said(world).person.direct

    def test_a_command_for_us_loses_our_name(self, world: World, group: Group) -> None:
        giulia(group).says(f"/coda@{world.bot.username} 1042", group)
        assert said(world).text == "/coda 1042"

    def test_our_name_is_known_in_any_case(self, world: World, group: Group) -> None:
        giulia(group).says(f"/coda@{(world.bot.username or '').upper()}", group)
        assert said(world).text == "/coda"

    def test_a_command_for_another_bot_is_not_for_us(self, world: World, group: Group) -> None:
        giulia(group).says("/coda@another_example_bot", group)
        assert silent(world)

    def test_a_command_in_a_caption_is_one(self, world: World, group: Group) -> None:
        giulia(group).sends_photo(caption=f"/rispondi@{world.bot.username} 1042 ecco", chat=group)
        assert said(world).text == "/rispondi 1042 ecco"

    def test_called_by_name_we_hear_the_rest(self, world: World, group: Group) -> None:
        giulia(group).says(f"@{world.bot.username}, coda", group)
        assert said(world).text == "coda"

    def test_a_name_that_begins_like_ours_is_no_call(self, world: World, group: Group) -> None:
        giulia(group).says(f"@{world.bot.username}2 coda", group)
        assert said(world).text == f"@{world.bot.username}2 coda"

    def test_an_anonymous_administrator_is_no_member(self, world: World, group: Group) -> None:
        giulia(group).says("/coda", group, anonymously=True)
        assert not said(world).person.member

    def test_a_channel_is_no_member(self, world: World, group: Group) -> None:
        group.channel_says(world.channel("Novità"), "/coda")
        assert not said(world).person.member

    def test_the_linked_channels_posts_say_nothing(self, world: World, group: Group) -> None:
        group.channel_says(world.channel("Novità"), "Siamo aperti", automatic=True)
        assert silent(world)

    def test_another_bot_says_nothing(self, world: World, group: Group) -> None:
        giulia(group).says("/coda", group)
        raw = last(world)
        raw["message"]["from"]["is_bot"] = True
        assert translate(raw, Me(1, "x")).heard is None

    def test_replies_of_a_plain_supergroup_make_no_topic(self, world: World, group: Group) -> None:
        first = giulia(group).says("uno", group)
        second = giulia(group).says("due", group, reply_to=first)
        assert (said(world).message, said(world).about) == (str(second.id), str(first.id))

    def test_a_press_hangs_its_answer_under_what_was_pressed(self, world: World, group: Group) -> None:
        card = world.post(group, world.bot, text="1042", markup=keyboard("!claim.1042"))
        giulia(group).presses(card, "Sì")
        heard = told(world).heard
        assert isinstance(heard, Pressed)
        assert heard.place.thread == str(card.id)


class TestTopics:
    def test_a_message_of_a_topic_is_about_it(self, world: World, forum: Group) -> None:
        topic = forum.topic("1042 · La firma")
        message = giulia(forum).says("chiamo io", forum, topic=topic)
        assert (said(world).message, said(world).about) == (f"{message.id}@{topic.id}", f"@{topic.id}")
        assert said(world).place.thread == f"{message.id}@{topic.id}"

    def test_a_reply_in_a_topic_is_about_the_topic_too(self, world: World, forum: Group) -> None:
        topic = forum.topic("1042 · La firma")
        first = giulia(forum).says("uno", forum, topic=topic)
        giulia(forum).says("due", forum, topic=topic, reply_to=first)
        assert said(world).about == f"@{topic.id}"

    def test_what_stands_in_general_stands_in_no_topic(self, world: World, forum: Group) -> None:
        message = giulia(forum).says("/coda", forum)
        assert (said(world).message, said(world).about) == (str(message.id), "")

    def test_opening_and_closing_one_says_nothing(self, world: World, forum: Group) -> None:
        topic = forum.topic("1042")
        opened = silent(world)
        forum.closes_topic(topic)
        assert opened
        assert silent(world)


class TestComingAndGoing:
    def test_being_let_in_is_an_arrival_with_the_groups_name(self, world: World) -> None:
        group = world.group("Assistenza")
        group.add(world.person("Giulia"), "creator")
        group.add_bot()
        raw = next(update.json for update in world.updates.waiting if update.kind == "my_chat_member")
        heard = translate(raw, Me(1, "x")).heard
        assert isinstance(heard, Arrived)
        assert (heard.title, heard.person.name) == ("Assistenza", "Giulia")

    def test_being_let_in_is_told_once(self, world: World, group: Group) -> None:
        told = [translate(update.json, Me(1, "x")).heard for update in world.updates.waiting]
        assert [type(heard) for heard in told if heard] == [Arrived]

    def test_new_rights_are_no_arrival(self, world: World, group: Group) -> None:
        group.add_bot(can_manage_topics=True)
        assert silent(world)

    def test_being_thrown_out_is_leaving(self, world: World, group: Group) -> None:
        group.remove_bot()
        heard = told(world).heard
        assert isinstance(heard, Left)
        assert heard.place == Place("telegram", str(group.id))

    def test_being_let_into_a_channel_says_nothing(self, world: World, group: Group) -> None:
        raw = next(update.json for update in world.updates.waiting if update.kind == "my_chat_member")
        raw["my_chat_member"]["chat"]["type"] = "channel"
        assert translate(raw, Me(1, "x")).heard is None

    def test_whose_membership_changed_is_told(self, world: World, group: Group) -> None:
        marco = world.person("Marco")
        group.add_bot(can_manage_topics=True)  # an administrator is told of members
        group.add(marco)
        group.remove(marco)
        assert told(world) == Told(member=str(marco.id))

    def test_an_upgraded_group_moves_as_both_chats_tell(self, world: World) -> None:
        group = world.group("Sportello", supergroup=False)
        group.add(world.person("Giulia"), "creator")
        group.add_bot()
        world.updates.drop()
        new = group.upgrade()
        moves = [translate(update.json, Me(1, "x")).heard for update in world.updates.waiting]
        assert [(m.place.chat, m.to) for m in moves if isinstance(m, Moved)] == [(str(group.id), str(new.id))] * 2


class TestWhatIsPassedOver:
    @pytest.mark.parametrize("kind", ["channel_post", "inline_query", "poll", "message_reaction"])
    def test_what_we_did_not_ask_for_says_nothing(self, kind: str) -> None:
        assert translate({"update_id": 1, kind: {"id": "1"}}, Me(1, "x")) == NOTHING

    def test_a_message_without_a_writer_says_nothing(self, world: World, eva: Person) -> None:
        eva.says("ciao")
        raw = last(world)
        del raw["message"]["from"]
        assert translate(raw, Me(1, "x")).heard is None

    def test_words_that_are_none_say_nothing(self, world: World, eva: Person) -> None:
        eva.says("ciao")
        raw = last(world)
        raw["message"]["text"] = ["ciao"]
        assert translate(raw, Me(1, "x")) == NOTHING


class TestBeforeItIsRead:
    def test_a_number_is_a_whole_one(self) -> None:
        assert [number(raw) for raw in ({"update_id": 7}, {"update_id": True}, {"update_id": "7"}, {}, [7], None)] == [
            7,
            *[None] * 5,
        ]

    def test_a_number_out_of_all_bounds_is_none(self) -> None:
        assert number({"update_id": 10**400}) is None

    def test_the_chat_is_found_in_every_kind(self, world: World, group: Group) -> None:
        giulia(group).says("ciao", group)
        giulia(group).presses(world.post(group, world.bot, text="?", markup=keyboard("a")), "Sì")
        assert {chat_of(update.json) for update in world.updates.waiting} == {str(group.id)}

    def test_what_happened_in_no_chat_has_none(self) -> None:
        assert chat_of({"update_id": 1, "message": {"chat": {"id": 10**400}}}) == ""

    def test_what_no_store_keeps_is_left_out(self) -> None:
        raw = {"a\x00": ["b\x00c", "\ud83d", float("nan"), 1.5, True, None]}
        assert keepable(raw) == {"a": ["bc", "", None, 1.5, True, None]}


NAMES = st.sampled_from(
    words(
        "update_id message edited_message callback_query my_chat_member chat_member chat from text caption date id "
        "type message_id message_thread_id is_topic_message reply_to_message photo document voice entities data status "
        "new_chat_member old_chat_member user left_chat_member migrate_to_chat_id media_group_id poll first_name is_bot "
        "sender_chat location"
    )
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["private", "supergroup"]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(NAMES | st.text(max_size=3), inner, max_size=8)
    ),
    max_leaves=30,
)


@settings(max_examples=400, deadline=None)
@given(ANYTHING)
def test_no_json_makes_it_raise(raw: Any) -> None:
    told = translate(raw, Me(1, "example_bot"))
    assert isinstance(told, Told)
    assert isinstance(chat_of(raw), str)
    json.dumps(keepable(raw), allow_nan=False).encode()


@settings(max_examples=400, deadline=None)
@given(kind=st.sampled_from(WANTED), where=st.lists(NAMES, min_size=1, max_size=3), value=ANYTHING)
def test_no_broken_update_makes_it_raise(kind: str, where: list[str], value: Any) -> None:
    """A sound update in which one thing is something else."""
    raw = sound(kind)
    spot: Any = raw[kind]
    for name in where[:-1]:
        spot = spot[name] if isinstance(spot.get(name), dict) else spot
    spot[where[-1]] = value
    assert isinstance(translate(raw, Me(1, "example_bot")), Told)


def sound(kind: str) -> dict[str, Any]:
    world = World(can_read_all_group_messages=True)
    world.updates.allow(list(WANTED))
    group = furnished(world, forum=True)
    message = giulia(group).says("ciao", group)
    giulia(group).edits(message, "ciao!")
    giulia(group).presses(world.post(group, world.bot, text="?", markup=keyboard("a")), "Sì")
    group.add(world.person("Marco"))
    return next(update.json for update in world.updates.waiting if update.kind == kind)
