"""What Slack sends, in the desk's words: read from what our server sends to the real Bolt, and from what nobody should."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.slack.plain import readable
from bot.adapters.slack.telling import NOTHING, Me, Spot
from bot.adapters.slack.translating import EVENTS, brought, people_named, translate
from bot.conversations.heard import Arrived, Brought, Deleted, Filled, Left, Place, Pressed, Said
from core.files import Incoming
from tests.servers.slack import Channel, Person, World

ME = Me("T1", "U0BOT", "B0BOT")
NAMES = {"U0LUCA": "Luca"}


def me_in(world: World) -> Me:
    return Me(world.team_id, world.bot.id, world.bot_id)


def told(world: World, names: dict[str, str] | None = None) -> Any:
    """What the newest thing that happened in this world tells."""
    return translate(world.deliveries.all[-1].payload, me_in(world), names)


def event(**inside: Any) -> dict[str, Any]:
    return {"type": "event_callback", "event_id": "Ev1", "event": inside}


def words_of(text: str, **more: Any) -> dict[str, Any]:
    return event(type="message", channel="D1", channel_type="im", user="U1", ts="1.2", text=text, **more)


def heard(body: Any) -> Any:
    return translate(body, ME, NAMES).heard


# What people read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;", "&lt;"),
        ("chiedi a <@U0LUCA>", "chiedi a @Luca"),
        ("chiedi a <@U0LUCA|luca.example>", "chiedi a @Luca"),
        ("chiedi a <@U0ALTRO|marta>", "chiedi a @marta"),
        ("chiedi a <@U0ALTRO>", "chiedi a @U0ALTRO"),
        ("in <#C012AB|generale>", "in #generale"),
        ("in <#C012AB>", "in #C012AB"),
        ("in <#C012AB|>", "in #C012AB"),
        ("vedi <https://example.org/a?b=1&amp;c=2>", "vedi https://example.org/a?b=1&c=2"),
        ("vedi <https://example.org|il sito>", "vedi il sito (https://example.org)"),
        ("vedi <http://example.org|example.org>", "vedi example.org"),
        ("vedi <https://evil.example|https://good.example>", "vedi https://good.example (https://evil.example)"),
        ("scrivi a <mailto:eva@example.org|eva@example.org>", "scrivi a eva@example.org"),
        ("scrivi a <mailto:eva@example.org|Eva>", "scrivi a Eva (eva@example.org)"),
        ("chiama <tel:+39021234|+39021234>", "chiama +39021234"),
        ("<!channel> aiuto", "@channel aiuto"),
        ("<!here|here>", "@here"),
        ("<!subteam^S012|@tecnici>", "@tecnici"),
        ("<!subteam^S012>", "@S012"),
        ("<!date^1795510800^{date}|24 novembre>", "24 novembre"),
        ("<javascript:alert(1)|premi>", "premi (javascript:alert(1))"),
        ("a <non un codice> b", "a <non un codice> b"),
        ("<", "<"),
        ("", ""),
    ],
)
def test_text_is_what_people_read(written: str, read: str) -> None:
    assert readable(written, NAMES) == read


def test_signs_are_those_that_were_seen() -> None:
    elements = [
        {"type": "emoji", "name": "+1", "unicode": "1f44d-1f3fb", "skin_tone": 2},
        {"type": "emoji", "name": "wave", "unicode": "1f44b"},
        {"type": "emoji", "name": "azienda"},
        {"type": "emoji", "name": "bad", "unicode": "d800"},
    ]
    blocks = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]
    said = heard(words_of(":+1::skin-tone-2: :wave: :azienda: :bad:", blocks=blocks))
    assert said.text == "👍🏻 👋 :azienda: :bad:"


def test_our_own_name_before_the_words_is_no_part_of_them() -> None:
    assert heard(words_of("<@U0BOT>, queue")).text == "queue"
    assert heard(words_of("chiedi a <@U0BOT|sportello>")).text == "chiedi a @sportello"


def test_words_that_were_passed_on_are_words_and_a_preview_is_not() -> None:
    shared = [{"is_share": True, "text": "Non parte &amp; basta"}, {"title": "A page", "text": "preview"}]
    assert heard(words_of("Guarda", attachments=shared)).text == "Guarda\n\nNon parte & basta"


# Messages


def test_a_direct_message_stands_in_no_thread(world: World, eva: Person) -> None:
    message = eva.says("La stampante non va")
    said = told(world).heard
    assert said.id == f"{eva.dm.id}:{message.ts}"
    assert (said.place, said.about) == (Place("slack", eva.dm.id), "")
    assert (said.person.address, said.person.direct, said.message) == (eva.id, True, message.ts)


def test_in_a_room_what_is_answered_hangs_under_what_was_said(world: World, luca: Person, operators: Channel) -> None:
    message = luca.says("queue", operators)
    said = told(world).heard
    assert (said.place.thread, said.about, said.person.direct) == (message.ts, "", False)


def test_in_a_thread_what_is_said_is_about_its_first_message(world: World, luca: Person, operators: Channel) -> None:
    card = luca.says("card", operators)
    luca.says("Arrivo", thread=card)
    said = told(world).heard
    assert (said.place.thread, said.about, said.text) == (card.ts, card.ts, "Arrivo")


def test_what_is_said_in_a_thread_and_to_all_is_said_once(world: World, luca: Person, operators: Channel) -> None:
    card = luca.says("card", operators)
    luca.says("Arrivo", thread=card, also_to_channel=True)
    said = [translate(one.payload, me_in(world)).heard for one in world.deliveries.all[1:]]
    assert [one.about for one in said if one] == [card.ts]


def test_an_answer_in_a_direct_messages_thread_is_about_what_it_answers(world: World, eva: Person) -> None:
    first = eva.says("Uno")
    eva.says("Due", thread=first)
    assert (told(world).heard.about, told(world).heard.place.thread) == (first.ts, "")


def test_an_edit_names_the_message_that_it_replaces(world: World, eva: Person) -> None:
    message = eva.says("La stampante")
    eva.edits(message, "La stampante &")
    said = told(world).heard
    assert isinstance(said, Said)
    assert (said.text, said.edits, said.message) == ("La stampante &", message.ts, message.ts)
    assert said.id.startswith(f"{eva.dm.id}:{message.ts}:")


def test_a_preview_that_appears_is_no_edit(world: World, eva: Person) -> None:
    message = eva.says("Vedi https://example.org")
    eva.gets_preview(message)
    assert told(world) == NOTHING


def test_a_preview_that_appears_after_an_edit_is_no_second_edit(world: World, eva: Person) -> None:
    message = eva.says("Vedi")
    eva.edits(message, "Vedi https://example.org")
    eva.gets_preview(message)
    assert told(world) == NOTHING


def test_a_message_that_is_taken_back_is_deleted(world: World, eva: Person) -> None:
    message = eva.says("Per sbaglio")
    eva.deletes(message)
    gone = told(world).heard
    assert isinstance(gone, Deleted)
    assert (gone.message, gone.person.address, gone.place.chat) == (message.ts, eva.id, eva.dm.id)


def test_a_message_on_which_a_thread_hangs_is_deleted_too(world: World, luca: Person, operators: Channel) -> None:
    message = luca.says("Per sbaglio", operators)
    luca.says("Sotto", thread=message)
    luca.deletes(message)
    gone = [translate(one.payload, me_in(world)).heard for one in world.deliveries.all[2:]]
    assert [one.message for one in gone if isinstance(one, Deleted)] == [message.ts]


def test_files_come_with_their_words(world: World, eva: Person) -> None:
    eva.uploads("foto.png", b"12345", "Ecco", more=[("log.txt", b"123")])
    said = told(world).heard
    assert said.text == "Ecco"
    assert [(file.name, file.media_type, file.size) for file in said.files] == [
        ("foto.png", "image/png", 5),
        ("log.txt", "text/plain", 3),
    ]
    assert said.files[0].reference in world.files


def test_of_a_file_from_another_workspace_only_the_id_is_known(world: World) -> None:
    anna = world.person("Anna", team="Altrove")
    channel = world.channel("shared", [anna], shared=True)
    anna.uploads("foto.png", b"12345", channel=channel)
    assert told(world).heard.files[0].size is None


def test_a_file_that_was_deleted_is_none_and_one_in_a_drive_is_a_link() -> None:
    files = [
        {"id": "F1", "mode": "tombstone"},
        {"id": "F2", "is_external": True, "title": "Piano", "external_url": "https://drive.example/x"},
    ]
    said = heard(words_of("", files=files))
    assert (said.files, said.text) == ((), "Piano https://drive.example/x")


def test_what_holds_neither_words_nor_files_is_told_in_direct_messages_alone() -> None:
    assert heard(words_of("")).other == "unknown"
    assert heard(event(type="message", channel="C1", channel_type="channel", user="U1", ts="1.2", text="")) is None


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"app_id": "A1"},
        {"user": "U0BOT"},
        {"user": "USLACKBOT"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "message_replied"},
        {"subtype": "something_new"},
        {"user": None},
        {"ts": "now"},
        {"channel": "../etc"},
        {"channel": {"id": "D1"}},
    ],
)
def test_what_no_person_wrote_is_passed_over(more: dict[str, Any]) -> None:
    body = words_of("ciao")
    body["event"] |= more
    assert translate(body, ME) == NOTHING


def test_our_own_message_that_changes_is_passed_over() -> None:
    inner = {"user": "U0BOT", "bot_id": "B0BOT", "ts": "1.2", "text": "x", "edited": {"ts": "2.0"}}
    body = event(type="message", subtype="message_changed", channel="D1", channel_type="im", message=inner)
    assert translate(body, ME) == NOTHING


def test_a_mention_is_passed_over_since_the_message_comes_as_well() -> None:
    assert translate(event(type="app_mention", channel="C1", user="U1", ts="1.2", text="<@U0BOT> ciao"), ME) == NOTHING
    assert "app_mention" not in EVENTS


# The ticket sign


def test_the_ticket_sign_asks_for_the_message_that_it_stands_on(world: World, luca: Person, operators: Channel) -> None:
    message = luca.says("Non parte", operators)
    luca.reacts(message, "ticket")
    reaction = told(world).reaction
    assert (reaction.chat, reaction.ts, reaction.person) == (operators.id, message.ts, luca.id)
    made = brought(reaction, message.as_json(), me_in(world), {})
    assert isinstance(made, Brought)
    assert (made.text, made.place.chat, made.person.address) == ("Non parte", "", luca.id)


def test_other_signs_and_signs_on_our_own_messages_say_nothing(world: World, luca: Person, operators: Channel) -> None:
    message = luca.says("Non parte", operators)
    luca.reacts(message, "eyes")
    assert told(world) == NOTHING
    item = {"type": "message", "channel": "C1", "ts": "1.2"}
    on_ours = event(type="reaction_added", user="U1", reaction="ticket", item=item, item_user="U0BOT")
    assert translate(on_ours, ME) == NOTHING


# Presses, forms, commands, shortcuts


def press(value: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U1"},
        "trigger_id": "1.2.abc",
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "5.1", "channel_id": "C1"},
        "message": {"ts": "5.1", "text": "Ticket 17"},
        "actions": [{"type": "button", "value": value, "text": {"type": "plain_text", "text": "Prendi"}}],
        **more,
    }


def test_a_cards_button_begins_a_talk_in_a_window_of_its_own() -> None:
    told = translate(press("!claim.17"), ME)
    assert isinstance(told.heard, Pressed)
    assert (told.heard.id, told.heard.key, told.heard.place.thread) == ("1.2.abc", "!claim.17", "5.1")
    assert 0 < len(told.heard.place.modal) <= 40
    assert told.act
    assert (told.act.label, told.act.trigger, told.act.at) == ("Prendi", "1.2.abc", "C1")


def test_a_press_that_is_delivered_twice_begins_the_same_window() -> None:
    first, second = translate(press("!claim.17"), ME).heard, translate(press("!claim.17"), ME).heard
    assert first == second


def test_a_talks_button_stays_in_the_chat() -> None:
    assert heard(press("4.abc.yes")).place.modal == ""


def test_what_is_chosen_in_a_menu_is_pressed() -> None:
    option = {"text": {"type": "plain_text", "text": "Alta"}, "value": "!severity.17"}
    body = press("", actions=[{"type": "overflow", "selected_option": option}])
    assert (heard(body).key, translate(body, ME).act.label) == ("!severity.17", "Alta")  # type: ignore[union-attr]


def test_a_link_that_is_pressed_says_nothing() -> None:
    body = press("", actions=[{"type": "button", "url": "https://example.org"}])
    assert (translate(body, ME).heard is None, translate(body, ME).act is not None) == (True, True)


def test_a_button_in_direct_messages_is_pressed_in_ones_own_chat() -> None:
    body = press("!open", channel={"id": "D1"}, container={"message_ts": "5.1", "channel_id": "D1"})
    assert (heard(body).person.direct, heard(body).place.thread) == (True, "")


def test_a_button_of_the_home_tab_lies_in_no_chat_yet() -> None:
    view = {"id": "V1", "type": "home", "hash": "h"}
    told = translate(press("!open", view=view, channel=None, container={"type": "view"}, message=None), ME)
    assert told.heard
    assert told.act
    assert (told.heard.place.chat, told.heard.person.direct) == ("", True)
    assert told.act.window
    assert told.act.window.tab


SPOT = Spot("C1", "5.1", "m1", "4.abc", direct=False)


def view(**more: Any) -> dict[str, Any]:
    inputs = [
        {"type": "input", "block_id": "subject.4.abc", "element": {"type": "plain_text_input", "action_id": "subject"}},
        {"type": "input", "block_id": "topic.4.abc", "element": {"type": "static_select", "action_id": "topic"}},
    ]
    values = {
        "subject.4.abc": {"subject": {"type": "plain_text_input", "value": "Non & stampa"}},
        "story.4": {"story": {"type": "plain_text_input", "value": "Prima"}},
        "story.2.4": {"story.2": {"type": "plain_text_input", "value": "Dopo"}},
        "note.4": {"note": {"type": "plain_text_input", "value": None}},
        "topic.4.abc": {"topic": {"type": "static_select", "selected_option": {"value": "documents"}}},
        "files.4.abc": {"files": {"type": "file_input", "files": [{"id": "F1", "name": "a.png", "size": 3}]}},
    }
    return {
        "id": "V1",
        "hash": "h1",
        "type": "modal",
        "private_metadata": SPOT.pack(),
        "blocks": inputs,
        "state": {"values": values},
        **more,
    }


def form(**more: Any) -> dict[str, Any]:
    return {"type": "view_submission", "user": {"id": "U1"}, "trigger_id": "1.2.abc", "view": view(**more)}


def test_a_form_is_filled_by_its_boxes_names() -> None:
    filled = heard(form())
    assert isinstance(filled, Filled)
    assert dict(filled.fields) == {
        "subject": "Non & stampa",
        "story": "Prima\nDopo",
        "note": "",
        "topic": "documents",
    }
    assert filled.files == (("files", (Incoming("F1", "a.png", "application/octet-stream", 3),)),)
    assert (filled.key, filled.place) == ("4.abc", Place("slack", "C1", thread="5.1", modal="m1"))


def test_a_forms_problems_have_their_places() -> None:
    window = translate(form(), ME).act.window  # type: ignore[union-attr]
    assert window
    assert window.errors_at == {"subject": "subject.4.abc", "topic": "topic.4.abc"}


def test_a_button_in_a_modal_is_pressed_in_its_talk() -> None:
    body = press("4.abc.yes", view=view(), channel=None, container={"type": "view", "view_id": "V1"})
    assert (heard(body).place, heard(body).key) == (Place("slack", "C1", thread="5.1", modal="m1"), "4.abc.yes")


def test_a_window_that_is_closed_ends_its_talk() -> None:
    left = heard({"type": "view_closed", "user": {"id": "U1"}, "view": view()})
    assert isinstance(left, Left)
    assert (left.id, left.place.modal) == ("V1.closed", "m1")


def test_a_window_that_only_showed_a_chats_question_ends_nothing() -> None:
    shown = view(private_metadata=Spot("D1", stamp="4.abc", direct=True).pack())
    assert translate({"type": "view_closed", "user": {"id": "U1"}, "view": shown}, ME) == NOTHING


def test_a_spot_comes_back_as_it_was_kept() -> None:
    assert Spot.unpack(SPOT.pack()) == SPOT
    assert (
        len(Spot("C" + "1" * 40, "1" * 16 + "." + "1" * 9, "m" * 40, "1" * 40, direct=True, home=True).pack()) < 3_000
    )


@pytest.mark.parametrize("packed", [None, "", "[]", "{}", '{"c": 1}', '{"c": "../x"}', "[" * 5_000, 7])
def test_what_is_no_spot_is_none(packed: Any) -> None:
    assert Spot.unpack(packed) is None


def test_a_command_brings_its_words(world: World, eva: Person) -> None:
    eva.commands("/ticket", "la stampante & <il resto>")
    brought = told(world).heard
    assert isinstance(brought, Brought)
    assert (brought.text, brought.place.chat, brought.person.direct) == ("la stampante & <il resto>", "", True)
    assert (brought.typed, bool(brought.place.modal)) == (True, True)


def test_a_shortcut_brings_nothing_yet(world: World, eva: Person) -> None:
    eva.shortcut("open")
    assert (told(world).heard.text, told(world).heard.files) == ("", ())


def test_a_messages_shortcut_brings_the_message(world: World, luca: Person, operators: Channel) -> None:
    message = luca.uploads("foto.png", b"12345", "Non parte", operators)
    luca.shortcut("make", message)
    brought = told(world).heard
    assert (brought.text, [file.name for file in brought.files]) == ("Non parte", ["foto.png"])


@pytest.mark.parametrize("text", ["aiuto", "/coda", "#1042"])
def test_a_message_that_is_brought_is_no_command(world: World, luca: Person, operators: Channel, text: str) -> None:
    luca.shortcut("make", luca.says(f" {text}", operators))
    assert (told(world).heard.text, told(world).heard.typed) == (text, False)


# Places and people


def test_a_channel_tells_who_comes_and_goes(world: World, eva: Person, luca: Person, operators: Channel) -> None:
    eva.joins(operators)
    eva.leaves(operators)
    found = [translate(one.payload, me_in(world)) for one in world.deliveries.all]
    assert [one.joined for one in found if one.joined] == [(operators.id, eva.id)]
    assert [one.left for one in found if one.left] == [(operators.id, eva.id)]


def test_we_are_let_in_and_put_out(world: World, luca: Person) -> None:
    channel = world.channel("desk", [luca], bot=False)
    luca.invites(world.bot, channel)
    arrived = [translate(one.payload, me_in(world)).heard for one in world.deliveries.all]
    assert [one.place.chat for one in arrived if isinstance(one, Arrived)] == [channel.id]
    luca.removes(world.bot, channel)
    left = [translate(one.payload, me_in(world)).heard for one in world.deliveries.all]
    assert [one.place.chat for one in left if isinstance(one, Left)]


def test_whose_profile_changes_is_told(world: World, eva: Person) -> None:
    eva.becomes(guest="multi")
    changed = [translate(one.payload, me_in(world)).changed for one in world.deliveries.all]
    assert eva.id in changed


def test_who_looks_at_their_home_tab_is_told(world: World, eva: Person) -> None:
    eva.opens_home()
    assert told(world).home == eva.id
    eva.opens_home("messages")
    assert told(world) == NOTHING


# Whatever comes


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
REAL = [
    words_of("ciao <@U0LUCA> <https://a.example|b>", blocks=[{"type": "rich_text", "elements": []}]),
    words_of("", files=[{"id": "F1", "name": "a", "size": 3}], attachments=[{"is_share": True, "text": "x"}]),
    event(
        type="message",
        subtype="message_changed",
        channel="D1",
        message={"user": "U1", "ts": "1.2", "text": "x", "edited": {"ts": "2.0"}},
        previous_message={"user": "U1", "ts": "1.2", "text": "y"},
    ),
    event(type="message", subtype="message_deleted", channel="D1", deleted_ts="1.2", previous_message={"user": "U1"}),
    event(type="reaction_added", user="U1", reaction="ticket", item={"type": "message", "channel": "C1", "ts": "1.2"}),
    event(type="member_joined_channel", user="U0BOT", channel="C1", inviter="U1"),
    event(type="channel_archive", channel="C1", user="U1"),
    event(type="user_change", user={"id": "U1"}),
    event(type="app_home_opened", user="U1", tab="home"),
    press("!claim.17"),
    press("4.abc.yes", view=view(), channel=None),
    form(),
    {"type": "view_closed", "user": {"id": "U1"}, "view": view()},
    {"type": "message_action", "user": {"id": "U1"}, "trigger_id": "1.2.c", "message": {"text": "x", "user": "U1"}},
    {"command": "/ticket", "text": "x", "user_id": "U1", "trigger_id": "1.2.c"},
]


def paths(of: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = of.items() if isinstance(of, dict) else enumerate(of) if isinstance(of, list) else ()
    return [before, *(path for key, value in inner for path in paths(value, (*before, key)))]


def with_at(of: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(of) if isinstance(of, dict) else list(of)
    copy[path[0]] = with_at(of[path[0]], path[1:], value)
    return copy


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_nothing_that_comes_raises_or_is_more_than_the_desk_takes(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(REAL))
    for _ in range(data.draw(st.integers(0, 3))):
        body = with_at(body, data.draw(st.sampled_from(paths(body))), data.draw(ANY))
    people_named(body)
    found = translate(body, ME, NAMES).heard
    if found is None:
        return
    assert isinstance(found.id, str)
    assert 0 < len(found.id) <= 128
    assert len(found.place.modal) <= 40
    assert all(
        isinstance(one, str) for one in (found.place.chat, found.place.thread, found.person.address, found.about)
    )
    assert isinstance(getattr(found, "text", ""), str)
    assert isinstance(getattr(found, "key", ""), str)


@pytest.mark.parametrize("deep", [10, 2_000, 50_000])
def test_nothing_is_too_deep(deep: int) -> None:
    nested: Any = {}
    for _ in range(deep):
        nested = {"elements": [nested]}
    assert heard(words_of("ciao", blocks=[nested])).text == "ciao"


@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"type": []}, {"type": "event_callback"}, {"command": []}])
def test_what_is_no_body_says_nothing(body: Any) -> None:
    assert translate(body, ME) == NOTHING
    assert people_named(body) == ()


def test_a_body_that_went_through_json_tells_the_same() -> None:
    for body in REAL:
        assert translate(json.loads(json.dumps(body)), ME) == translate(body, ME)
