"""What people do in channels, and what the app hears of it."""

from __future__ import annotations

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import CannotDo, Channel, Person, World, slack_server
from tests.servers.slack.desk import Desk, section


async def test_words_in_direct_messages_arrive_escaped(desk: Desk, eva: Person) -> None:
    eva.says("a < b & c <!channel>")
    event = await desk.hears("message")
    assert event["text"] == "a &lt; b &amp; c &lt;!channel&gt;"
    assert (event["channel_type"], event["user"], event["client_msg_id"] != "") == ("im", eva.id, True)


async def test_what_begins_with_a_slash_is_a_command_unless_a_space_stands_before_it(desk: Desk, eva: Person) -> None:
    with pytest.raises(CannotDo, match="/help is not a valid command"):
        eva.says("/help me")
    eva.says(" /help me")
    assert (await desk.hears("message"))["text"] == " /help me"


async def test_a_mention_in_a_channel_is_two_events(desk: Desk, luca: Person, operators: Channel) -> None:
    luca.mentions("help", operators)
    mention = await desk.hears("app_mention")
    message = await desk.hears("message")
    assert mention["ts"] == message["ts"]
    assert mention["text"] == f"<@{desk.world.bot.id}> help"


async def test_a_channel_without_the_bot_is_not_heard(
    desk: Desk, world: World, luca: Person, operators: Channel
) -> None:
    luca.says("nobody hears", world.channel("others", [luca], bot=False))
    luca.says("heard", operators)
    await desk.hears("message")
    assert [event["text"] for event in desk.events("message")] == ["heard"]


async def test_a_reply_knows_its_thread(desk: Desk, luca: Person, operators: Channel) -> None:
    first = luca.says("first", operators)
    luca.says("second", thread=first)
    await desk.world.until(lambda: len(desk.events("message")) == 2)
    reply = next(e for e in desk.events("message") if e["text"] == "second")
    assert (reply["thread_ts"], reply["parent_user_id"]) == (first.ts, luca.id)


async def test_a_reply_also_sent_to_the_channel_stands_there(desk: Desk, luca: Person, operators: Channel) -> None:
    first = luca.says("first", operators)
    luca.says("second", thread=first, also_to_channel=True)
    event = await desk.hears("message", "thread_broadcast")
    assert event["root"]["ts"] == first.ts
    assert [seen.text for seen in luca.sees(operators)] == ["first", "second"]


async def test_an_edit_is_a_change_that_says_edited(desk: Desk, eva: Person) -> None:
    eva.edits(eva.says("printr"), "printer")
    event = await desk.hears("message", "message_changed")
    assert event["previous_message"]["text"] == "printr"
    assert event["message"]["text"] == "printer"
    assert event["message"]["edited"]["user"] == eva.id


async def test_a_link_preview_is_a_change_without_edited(desk: Desk, eva: Person) -> None:
    eva.gets_preview(eva.says("see https://example.org/x"))
    event = await desk.hears("message", "message_changed")
    assert event["message"]["text"] == "see <https://example.org/x>"
    assert "edited" not in event["message"]


async def test_a_deletion_tells_what_was_there(desk: Desk, eva: Person) -> None:
    message = eva.says("oops")
    eva.deletes(message)
    event = await desk.hears("message", "message_deleted")
    assert (event["deleted_ts"], event["previous_message"]["text"]) == (message.ts, "oops")
    assert eva.sees() == []


async def test_the_first_of_a_thread_leaves_a_tombstone(desk: Desk, luca: Person, operators: Channel) -> None:
    first = luca.says("first", operators)
    luca.says("second", thread=first)
    luca.deletes(first)
    event = await desk.hears("message", "message_changed")
    assert event["message"]["subtype"] == "tombstone"
    assert [seen.text for seen in luca.sees(thread=first)] == ["This message was deleted.", "second"]


async def test_a_file_arrives_with_its_message(desk: Desk, eva: Person) -> None:
    eva.uploads("photo.png", b"\x89PNG", "look")
    event = await desk.hears("message", "file_share")
    assert event["text"] == "look"
    assert (event["files"][0]["name"], event["files"][0]["mimetype"], event["files"][0]["size"]) == (
        "photo.png",
        "image/png",
        4,
    )


async def test_a_file_of_another_workspace_is_only_named(desk: Desk, world: World) -> None:
    zoe = world.person("Zoe", team="Partner")
    shared = world.channel("partners", [zoe])
    zoe.uploads("a.txt", b"a", channel=shared)
    event = await desk.hears("message", "file_share")
    assert event["files"][0]["file_access"] == "check_file_info"
    assert desk.heard[-1]["is_ext_shared_channel"] is True


async def test_a_reaction_is_told_with_its_message(desk: Desk, luca: Person, operators: Channel) -> None:
    message = luca.says("broken", operators)
    luca.reacts(message, "ticket")
    event = await desk.hears("reaction_added")
    assert (event["reaction"], event["item"]["ts"], event["item_user"]) == ("ticket", message.ts, luca.id)


async def test_who_comes_and_goes_is_told(desk: Desk, eva: Person, operators: Channel) -> None:
    eva.joins(operators)
    assert (await desk.hears("member_joined_channel"))["user"] == eva.id
    eva.leaves(operators)
    assert (await desk.hears("member_left_channel"))["user"] == eva.id


async def test_the_bot_is_told_that_it_was_removed_and_nothing_more(
    desk: Desk, world: World, luca: Person, operators: Channel
) -> None:
    luca.removes(world.bot, operators)
    luca.says("now it is quiet", operators)
    assert (await desk.hears("channel_left"))["channel"] == operators.id
    assert desk.events("message") == []


async def test_an_invited_bot_hears_of_itself(desk: Desk, world: World, luca: Person) -> None:
    others = world.channel("others", [luca], bot=False)
    luca.invites(world.bot, others)
    event = await desk.hears("member_joined_channel")
    assert (event["user"], event["inviter"]) == (world.bot.id, luca.id)


async def test_an_archived_channel_is_told_and_closed(desk: Desk, luca: Person, operators: Channel) -> None:
    luca.archives(operators)
    assert (await desk.hears("channel_archive"))["channel"] == operators.id
    with pytest.raises(CannotDo, match="archived"):
        luca.says("still there?", operators)


async def test_a_changed_profile_is_told(desk: Desk, eva: Person) -> None:
    eva.becomes(guest="multi", email="eva@example.com")
    user = (await desk.hears("user_change"))["user"]
    assert (user["is_restricted"], user["is_ultra_restricted"], user["profile"]["email"]) == (
        True,
        False,
        "eva@example.com",
    )


async def test_the_app_hears_its_own_words_too(desk: Desk, client: AsyncWebClient, operators: Channel) -> None:
    await client.chat_postMessage(channel=operators.id, text="mine")
    assert (await desk.hears("message"))["bot_id"] == desk.world.bot_id


async def test_no_event_comes_without_its_scope(desk: Desk, world: World, eva: Person, luca: Person) -> None:
    world.scopes.discard("im:history")
    eva.says("unheard")
    eva.becomes(status="away")
    await desk.hears("user_change")
    assert desk.events("message") == []


async def test_a_bot_s_text_is_kept_escaped(client: AsyncWebClient, eva: Person) -> None:
    answer = await client.chat_postMessage(
        channel=eva.id, text=f"<@{eva.id}> 1 < 2 & <b> &amp; see https://example.org."
    )
    assert answer["message"]["text"] == f"<@{eva.id}> 1 &lt; 2 &amp; &lt;b&gt; &amp; see <https://example.org>."


async def test_a_reader_sees_names_links_and_no_marks(client: AsyncWebClient, eva: Person, operators: Channel) -> None:
    text = f"*Hello* <@{eva.id}>, see <https://example.org|the page> in <#{operators.id}> &amp; `x*y*z`"
    await client.chat_postMessage(channel=eva.id, text=text)
    assert eva.hears()[-1].text == "Hello @Eva, see the page in #operators & x*y*z"


@pytest.mark.parametrize(
    ("form", "italian", "american"),
    [
        ("{date_num} {time}", "2026-10-26 11:00", "2026-10-26 6:00 AM"),
        ("{date_short} {time_secs}", "26 ott 2026 11:00:00", "Oct 26, 2026 6:00:00 AM"),
        ("{date_long}", "lunedì 26 ottobre 2026", "Monday, October 26th, 2026"),
        ("{nonsense}", "then", "then"),
    ],
)
async def test_a_date_is_seen_in_the_reader_s_zone(
    client: AsyncWebClient, operators: Channel, eva: Person, luca: Person, form: str, italian: str, american: str
) -> None:
    token = f"<!date^1793008800^{form}|then>"
    await client.chat_postMessage(channel=operators.id, text="due", blocks=[section(token)])
    assert [reader.sees(operators)[-1].text for reader in (eva, luca)] == [italian, american]


async def test_who_would_be_rung_is_noted(
    client: AsyncWebClient, world: World, luca: Person, operators: Channel
) -> None:
    await client.chat_postMessage(
        channel=operators.id, text=f"<!channel> &lt;!here&gt; <@{luca.id}>", blocks=[section("<!here|here>")]
    )
    assert [ping.what for ping in world.pings] == ["channel", "person", "here"]
    assert world.pings[0].who == (luca,)


async def test_a_change_rings_only_for_what_is_new(
    client: AsyncWebClient, world: World, luca: Person, operators: Channel
) -> None:
    posted = await client.chat_postMessage(channel=operators.id, text=f"<@{luca.id}>")
    await client.chat_update(channel=operators.id, ts=posted["ts"], text=f"<@{luca.id}> again")
    assert len(world.pings) == 1


def test_others_read_no_private_channel(world: World, eva: Person, luca: Person) -> None:
    private = world.channel("secret", [luca], private=True)
    with pytest.raises(CannotDo, match="not in"):
        eva.sees(private)


def test_ids_and_ts_are_the_same_each_time() -> None:
    made = []
    for _ in range(2):
        with slack_server(clock=lambda: 1_793_000_000.0) as world:
            eva = world.person("Eva")
            made.append((eva.id, eva.says("a").ts, eva.says("b").ts))
    assert made[0] == made[1]
    assert made[0][1] < made[0][2]


def test_a_test_without_a_loop_waits_too(world: World, eva: Person) -> None:
    eva.says("anybody?")
    world.wait_until(lambda: world.unanswered()[0].tries == 2)
    with pytest.raises(TimeoutError, match="0 links"):
        world.wait_until(lambda: eva.hears(), timeout=0.05)


async def test_another_app_s_bot_is_known_by_its_bot_id(desk: Desk, world: World, luca: Person) -> None:
    robot = world.person("Robot", is_bot=True)
    robot.says("beep", world.channel("mixed", [luca, robot]))
    event = await desk.hears("message")
    assert (event["user"], event["bot_id"] not in ("", world.bot_id)) == (robot.id, True)


async def test_who_types_a_name_mentions_him(desk: Desk, luca: Person, eva: Person, operators: Channel) -> None:
    luca.says("@Eva and @channel, see #operators", operators)
    event = await desk.hears("message")
    assert event["text"] == f"<@{eva.id}> and <!channel>, see <#{operators.id}|operators>"
    assert luca.sees(operators)[-1].text == "@Eva and @channel, see #operators"


async def test_a_thread_is_seen_by_its_first_message(client: AsyncWebClient, luca: Person, operators: Channel) -> None:
    card = luca.says("card", operators)
    await client.chat_postMessage(channel=operators.id, text="below", thread_ts=card.ts)
    await client.chat_postEphemeral(channel=operators.id, user=luca.id, text="only you", thread_ts=card.ts)
    assert [seen.text for seen in luca.sees(operators)[0].replies] == ["below", "only you"]
    assert [seen.text for seen in luca.sees(operators)] == ["card"]


async def test_somebody_deactivated_can_do_nothing_until_he_is_back(desk: Desk, eva: Person) -> None:
    eva.becomes(deleted=True)
    assert (await desk.hears("user_change"))["user"]["deleted"] is True
    with pytest.raises(CannotDo, match="deactivated"):
        eva.says("hello")
    eva.becomes(deleted=False)
    eva.says("hello")
