"""The methods of the Web API, as the real client meets them."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import Channel, Person, Trouble, World, slack_server
from tests.servers.slack.desk import actions, button, refused, section


async def test_auth_test_says_who_and_with_which_scopes(client: AsyncWebClient, world: World) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == (world.bot.id, world.bot_id, world.team_id)
    assert "chat:write" in answer.headers["X-OAuth-Scopes"].split(",")


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("xoxb-other", "invalid_auth"),
        ("xapp-1-example-token-of-an-app-in-tests-only", "not_allowed_token_type"),
    ],
)
async def test_a_wrong_token_is_refused(world: World, token: str, error: str) -> None:
    client = AsyncWebClient(token=token, base_url=world.base_url)
    assert (await refused(client.auth_test()))["error"] == error


async def test_a_revoked_token_is_refused_everywhere(client: AsyncWebClient, world: World) -> None:
    world.token_error = "token_revoked"
    assert (await refused(client.users_list()))["error"] == "token_revoked"


async def test_a_missing_scope_is_named(client: AsyncWebClient, world: World, operators: Channel) -> None:
    world.scopes -= {"chat:write"}
    answer = await refused(client.chat_postMessage(channel=operators.id, text="x"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "im:write" in answer["provided"]


async def test_the_scope_follows_the_kind_of_channel(client: AsyncWebClient, world: World, luca: Person) -> None:
    private = world.channel("secret", [luca], private=True)
    world.scopes -= {"groups:history"}
    answer = await refused(client.conversations_history(channel=private.id))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:history")


async def test_an_unknown_parameter_is_noted(client: AsyncWebClient, world: World, operators: Channel) -> None:
    await client.chat_postMessage(channel=operators.id, text="x", colour="red")
    assert world.oddities == ["chat.postMessage: unknown parameter 'colour'"]


async def test_calls_are_recorded_with_their_arguments(
    client: AsyncWebClient, world: World, operators: Channel
) -> None:
    await client.chat_postMessage(channel=operators.id, text="x")
    call = world.called("chat.postMessage")[0]
    assert (call.params["text"], call.error, call.answer["ok"]) == ("x", "", True)


@pytest.mark.parametrize("body", ["form", "json", "query"])
async def test_arguments_come_as_form_json_or_in_the_address(world: World, operators: Channel, body: str) -> None:
    arguments = {"channel": operators.id, "text": "x"}
    how: dict[str, Any] = {{"form": "data", "json": "json", "query": "params"}[body]: arguments}
    headers = {"Authorization": f"Bearer {world.bot_token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{world.base_url}chat.postMessage", headers=headers, **how) as got,
    ):
        assert (await got.json())["ok"] is True


async def test_an_unknown_method_is_told(client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("chat.shout")))["error"] == "unknown_method"


async def test_a_required_argument_is_named(client: AsyncWebClient) -> None:
    answer = await refused(client.api_call("chat.postMessage", json={"text": "x"}))
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("C0NOWHERE", "channel_not_found"),
        ("archived", "is_archived"),
        ("public", "not_in_channel"),
        ("private", "channel_not_found"),
    ],
)
async def test_posting_where_one_cannot(
    client: AsyncWebClient, world: World, luca: Person, where: str, error: str
) -> None:
    world.scopes -= {"chat:write.public"}
    world.channel("archived", [luca], archived=True)
    world.channel("public", [luca], bot=False)
    world.channel("private", [luca], bot=False, private=True)
    assert (await refused(client.chat_postMessage(channel=where, text="x")))["error"] == error


async def test_an_empty_message_is_refused(client: AsyncWebClient, operators: Channel) -> None:
    assert (await refused(client.api_call("chat.postMessage", json={"channel": operators.id, "text": ""})))[
        "error"
    ] == "no_text"


async def test_metadata_comes_back_only_when_asked_for(client: AsyncWebClient, operators: Channel) -> None:
    mark = {"event_type": "sent", "event_payload": {"id": "7"}}
    await client.chat_postMessage(channel=operators.id, text="x", metadata=mark)
    silent = await client.conversations_history(channel=operators.id)
    told = await client.conversations_history(channel=operators.id, include_all_metadata=True)
    assert "metadata" not in silent["messages"][0]
    assert told["messages"][0]["metadata"] == mark


async def test_words_for_a_thread_that_is_gone_land_in_the_channel(
    client: AsyncWebClient, world: World, luca: Person, operators: Channel
) -> None:
    card = luca.says("card", operators)
    luca.deletes(card)
    answer = await client.chat_postMessage(channel=operators.id, text="for the thread", thread_ts=card.ts)
    assert "thread_ts" not in answer["message"]
    assert "posted to the channel" in world.oddities[0]


async def test_an_update_with_text_alone_keeps_the_blocks(
    client: AsyncWebClient, world: World, luca: Person, operators: Channel
) -> None:
    posted = await client.chat_postMessage(channel=operators.id, text="a", blocks=[section("old")])
    await client.chat_update(channel=operators.id, ts=posted["ts"], text="new")
    assert luca.sees(operators)[-1].text == "old"
    await client.chat_update(channel=operators.id, ts=posted["ts"], text="new", blocks=[])
    assert luca.sees(operators)[-1].text == "new"


async def test_another_s_message_cannot_be_changed(client: AsyncWebClient, luca: Person, operators: Channel) -> None:
    message = luca.says("mine", operators)
    assert (await refused(client.chat_update(channel=operators.id, ts=message.ts, text="x")))[
        "error"
    ] == "cant_update_message"
    assert (await refused(client.chat_delete(channel=operators.id, ts=message.ts)))["error"] == "cant_delete_message"


async def test_a_deleted_message_cannot_be_changed(client: AsyncWebClient, operators: Channel) -> None:
    posted = await client.chat_postMessage(channel=operators.id, text="a")
    await client.chat_delete(channel=operators.id, ts=posted["ts"])
    answer = await refused(client.chat_update(channel=operators.id, ts=posted["ts"], text="x"))
    assert answer["error"] == "message_not_found"


async def test_an_ephemeral_message_is_for_one_and_kept_nowhere(
    client: AsyncWebClient, luca: Person, eva: Person, operators: Channel
) -> None:
    answer = await client.chat_postEphemeral(channel=operators.id, user=luca.id, text="only you")
    assert luca.sees(operators)[-1].only_me
    assert eva.sees(operators) == []
    gone = await refused(client.chat_update(channel=operators.id, ts=answer["message_ts"], text="x"))
    assert gone["error"] == "message_not_found"
    luca.reloads()
    assert luca.sees(operators) == []


async def test_an_ephemeral_message_needs_its_person_there(
    client: AsyncWebClient, eva: Person, operators: Channel
) -> None:
    answer = await refused(client.chat_postEphemeral(channel=operators.id, user=eva.id, text="x"))
    assert answer["error"] == "user_not_in_channel"


async def test_history_is_read_page_by_page_newest_first(
    client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    said = [luca.says(f"word {n}", operators) for n in range(5)]
    luca.says("in a thread", thread=said[0])
    read = []
    async for answer in await client.conversations_history(channel=operators.id, limit=2):
        read += [message["text"] for message in answer["messages"]]
    assert read == [f"word {n}" for n in reversed(range(5))]


async def test_history_after_a_ts_leaves_it_out(client: AsyncWebClient, luca: Person, operators: Channel) -> None:
    said = [luca.says(f"word {n}", operators) for n in range(3)]
    answer = await client.conversations_history(channel=operators.id, oldest=said[0].ts)
    assert [message["ts"] for message in answer["messages"]] == [said[2].ts, said[1].ts]


async def test_replies_begin_with_the_first(client: AsyncWebClient, luca: Person, operators: Channel) -> None:
    first = luca.says("first", operators)
    luca.says("second", thread=first)
    answer = await client.conversations_replies(channel=operators.id, ts=first.ts)
    assert [message["text"] for message in answer["messages"]] == ["first", "second"]
    assert answer["messages"][0]["reply_count"] == 1
    assert (await refused(client.conversations_replies(channel=operators.id, ts="1.000001")))[
        "error"
    ] == "thread_not_found"


async def test_direct_messages_are_opened_once(client: AsyncWebClient, world: World, eva: Person) -> None:
    opened = await client.conversations_open(users=eva.id)
    again = await client.conversations_open(users=eva.id)
    assert again["channel"]["id"] == opened["channel"]["id"] == eva.dm.id
    assert again["already_open"] is True
    assert (await refused(client.conversations_open(users=world.bot.id)))["error"] == "cannot_dm_bot"


async def test_a_channel_tells_what_it_is(client: AsyncWebClient, world: World, luca: Person) -> None:
    private = world.channel("secret", [luca, world.person("Zoe", team="Partner")], private=True)
    told = (await client.conversations_info(channel=private.id, include_num_members=True))["channel"]
    assert (told["is_private"], told["is_member"], told["is_ext_shared"], told["num_members"]) == (True, True, True, 3)


async def test_members_and_channels_are_listed(
    client: AsyncWebClient, world: World, luca: Person, operators: Channel
) -> None:
    members = await client.conversations_members(channel=operators.id)
    listed = await client.conversations_list(types="public_channel,private_channel", limit=1)
    assert members["members"] == [luca.id, world.bot.id]
    assert [channel["name"] for channel in listed["channels"]] == ["operators"]


async def test_the_bot_joins_a_public_channel_by_itself(client: AsyncWebClient, world: World, luca: Person) -> None:
    public = world.channel("public", [luca], bot=False)
    await client.conversations_join(channel=public.id)
    assert public.has(world.bot)


async def test_people_are_known_by_id_and_address(client: AsyncWebClient, eva: Person) -> None:
    told = (await client.users_info(user=eva.id, include_locale=True))["user"]
    assert (told["locale"], told["tz"], told["profile"]["email"]) == ("it-IT", "Europe/Rome", "eva@example.org")
    assert (await client.users_lookupByEmail(email="EVA@example.org"))["user"]["id"] == eva.id


async def test_an_address_needs_its_scope(client: AsyncWebClient, world: World, eva: Person) -> None:
    world.scopes -= {"users:read.email"}
    assert "email" not in (await client.users_info(user=eva.id))["user"]["profile"]


async def test_strangers_and_the_deleted_are_told_apart(client: AsyncWebClient, world: World) -> None:
    zoe = world.person("Zoe", "zoe@example.net", team="Partner")
    world.channel("partners", [zoe])
    gone = world.person("Gone", "gone@example.org", deleted=True)
    told = (await client.users_info(user=zoe.id))["user"]
    assert (told["is_stranger"], told["team_id"] != world.team_id, "email" in told["profile"]) == (True, True, False)
    assert (await client.users_info(user=gone.id))["user"]["deleted"] is True
    assert (await refused(client.users_lookupByEmail(email="gone@example.org")))["error"] == "users_not_found"
    assert (await client.users_info(user="USLACKBOT"))["user"]["is_bot"] is False


async def test_a_file_goes_up_in_three_steps(client: AsyncWebClient, luca: Person, operators: Channel) -> None:
    answer = await client.files_upload_v2(
        filename="report.txt", content="all well", channel=operators.id, initial_comment="here", title="Report"
    )
    seen = luca.sees(operators)[-1]
    assert (seen.text, luca.fetches(seen.files[0])) == ("here", b"all well")
    info = await client.files_info(file=answer["files"][0]["id"])
    assert list(info["file"]["shares"]["public"]) == [operators.id]


async def test_a_file_is_given_to_the_token_alone(client: AsyncWebClient, world: World, eva: Person) -> None:
    eva.uploads("note.txt", b"secret")
    url = (await client.files_info(file=eva.sees()[0].files[0].id))["file"]["url_private"]
    async with aiohttp.ClientSession() as session:
        async with session.get(url) as page:
            assert (page.status, "Sign in" in await page.text()) == (200, True)
        async with session.get(url, headers={"Authorization": f"Bearer {world.bot_token}"}) as file:
            assert await file.read() == b"secret"


async def test_reactions_are_given_once(client: AsyncWebClient, luca: Person, operators: Channel) -> None:
    message = luca.says("done", operators)
    await client.reactions_add(channel=operators.id, timestamp=message.ts, name="eyes")
    again = await refused(client.reactions_add(channel=operators.id, timestamp=message.ts, name="eyes"))
    assert again["error"] == "already_reacted"
    await client.reactions_remove(channel=operators.id, timestamp=message.ts, name="eyes")
    assert luca.sees(operators)[-1].reactions == {}


async def test_the_team_and_the_bot_are_told(client: AsyncWebClient, world: World) -> None:
    assert (await client.team_info())["team"]["name"] == "Example"
    assert (await client.bots_info(bot=world.bot_id))["bot"]["user_id"] == world.bot.id


async def test_a_channel_takes_about_one_message_a_second(
    client: AsyncWebClient, world: World, operators: Channel
) -> None:
    world.rates.on, world.rates.burst = True, 1
    await client.chat_postMessage(channel=operators.id, text="one")
    answer = await refused(client.chat_postMessage(channel=operators.id, text="two"))
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "1")
    world.passes(1)
    await client.chat_postMessage(channel=operators.id, text="two")


async def test_a_tier_counts_the_minute() -> None:
    with slack_server(rates=True, clock=lambda: 1_793_000_000.0) as world:
        client = AsyncWebClient(token=world.bot_token, base_url=world.base_url)
        for _ in range(20):
            await client.users_list()
        answer = await refused(client.users_list())
        assert answer.headers["Retry-After"] == "60"
        world.passes(60)
        await client.users_list()


@pytest.mark.parametrize(
    "what", [Trouble.SERVER_ERROR, Trouble.UNAVAILABLE, Trouble.TOO_MANY, Trouble.NONSENSE, Trouble.ERROR]
)
async def test_ordered_trouble_comes_instead_of_the_effect(
    client: AsyncWebClient, world: World, luca: Person, operators: Channel, what: Trouble
) -> None:
    world.trouble(what, "chat.postMessage", error="internal_error")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=operators.id, text="x")
    assert luca.sees(operators) == []
    await client.chat_postMessage(channel=operators.id, text="x")


@pytest.mark.parametrize(("what", "there"), [(Trouble.RESET, 0), (Trouble.RESET_AFTER, 1)])
async def test_a_broken_connection_leaves_it_open_what_happened(
    client: AsyncWebClient, world: World, luca: Person, operators: Channel, what: Trouble, there: int
) -> None:
    world.trouble(what, "chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=operators.id, text="x")
    assert len(luca.sees(operators)) == there


async def test_a_call_hangs_until_it_is_let_go(world: World, operators: Channel) -> None:
    client = AsyncWebClient(token=world.bot_token, base_url=world.base_url, retry_handlers=[])
    client.timeout = 0.05  # type: ignore[assignment]
    trouble = world.trouble(Trouble.HANG, "chat.postMessage")
    with pytest.raises(TimeoutError):
        await client.chat_postMessage(channel=operators.id, text="x")
    trouble.release()


async def test_a_slow_answer_waits_for_the_clock(client: AsyncWebClient, world: World, operators: Channel) -> None:
    world.trouble(Trouble.SLOW, "chat.postMessage", seconds=30)
    call = asyncio.create_task(client.chat_postMessage(channel=operators.id, text="x"))
    await world.until(lambda: world.called("chat.postMessage"))
    assert not call.done()
    world.passes(30)
    assert (await call)["ok"] is True


async def test_a_slack_that_is_down_refuses_and_comes_back(client: AsyncWebClient, world: World) -> None:
    world.goes_down()
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.auth_test()
    world.comes_back()
    await client.auth_test()


async def test_a_link_to_a_message_is_made(client: AsyncWebClient, operators: Channel) -> None:
    posted = await client.chat_postMessage(channel=operators.id, text="x", blocks=[actions(button("Claim"))])
    answer = await client.chat_getPermalink(channel=operators.id, message_ts=posted["ts"])
    assert answer["permalink"].startswith("https://example.slack.com/archives/")


async def test_a_reply_can_be_shown_in_the_channel_as_well(
    client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    card = luca.says("card", operators)
    await client.chat_postMessage(channel=operators.id, text="late", thread_ts=card.ts, reply_broadcast=True)
    assert [seen.text for seen in luca.sees(operators)] == ["card", "late"]
