"""Socket Mode and signed HTTP: acknowledgements, what is sent again, links that end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import EVERYTHING, Channel, InvalidManifest, Person, World, slack_server
from tests.servers.slack.desk import Desk, actions, button, refused, section


class Line:
    """A bare Socket Mode client, which acknowledges only what it is told to."""

    def __init__(self, session: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.session, self.socket = session, socket

    async def next(self) -> dict[str, Any]:
        said: dict[str, Any] = await self.socket.receive_json(timeout=5)
        return said

    async def ack(self, envelope: dict[str, Any], **payload: Any) -> None:
        more = {"payload": payload} if payload else {}
        await self.socket.send_json({"envelope_id": envelope["envelope_id"], **more})


@pytest.fixture
async def line(world: World) -> AsyncIterator[Line]:
    async with aiohttp.ClientSession() as session:
        made = await dial(world, session)
        assert (await made.next())["type"] == "hello"
        yield made


async def dial(world: World, session: aiohttp.ClientSession) -> Line:
    client = AsyncWebClient(base_url=world.base_url)
    url = (await client.apps_connections_open(app_token=world.app_token))["url"]
    return Line(session, await session.ws_connect(url))


async def test_an_envelope_says_what_it_carries(line: Line, eva: Person) -> None:
    eva.says("hello")
    envelope = await line.next()
    assert (envelope["type"], envelope["accepts_response_payload"], envelope["retry_attempt"]) == (
        "events_api",
        False,
        0,
    )
    assert envelope["payload"]["event"]["text"] == "hello"
    assert envelope["payload"]["authorizations"][0]["is_bot"] is True


async def test_an_event_comes_again_after_0_1_and_5_minutes_and_then_never(
    line: Line, world: World, eva: Person
) -> None:
    eva.says("hello")
    first = await line.next()
    attempts = []
    for seconds in (3, 3 + 60, 3 + 300):
        world.passes(3)
        world.passes(seconds - 3)
        again = await line.next()
        attempts.append((again["retry_attempt"], again["retry_reason"], again["envelope_id"] == first["envelope_id"]))
    assert attempts == [(1, "timeout", True), (2, "timeout", True), (3, "timeout", True)]
    world.passes(3)
    assert [delivery.event["text"] for delivery in world.lost] == ["hello"]


async def test_an_acknowledged_event_is_not_sent_again(line: Line, world: World, eva: Person) -> None:
    eva.says("hello")
    await line.ack(await line.next())
    await world.until(lambda: not world.deliveries.waiting())
    world.passes(600)
    assert world.lost == []


async def test_a_retry_keeps_the_event_id(line: Line, world: World, eva: Person) -> None:
    eva.says("hello")
    first = await line.next()
    world.passes(3)
    assert (await line.next())["payload"]["event_id"] == first["payload"]["event_id"]


async def test_what_was_said_while_nobody_listened_comes_by_the_retries(world: World, eva: Person) -> None:
    eva.says("anybody?")
    await world.until(lambda: world.deliveries.waiting()[0].tries == 2)
    async with aiohttp.ClientSession() as session:
        made = await dial(world, session)
        assert (await made.next())["type"] == "hello"
        world.passes(60)
        assert (await made.next())["payload"]["event"]["text"] == "anybody?"


async def test_the_same_envelope_may_come_twice(line: Line, world: World, eva: Person) -> None:
    eva.says("hello")
    first = await line.next()
    world.deliveries.again(world.deliveries.all[-1])
    assert (await line.next())["envelope_id"] == first["envelope_id"]


async def test_a_late_acknowledgement_of_a_press_is_too_late(
    line: Line, client: AsyncWebClient, world: World, luca: Person, operators: Channel
) -> None:
    await client.chat_postMessage(channel=operators.id, text="x", blocks=[actions(button("Claim"))])
    await line.ack(await line.next())
    press = luca.presses("Claim")
    envelope = await line.next()
    world.passes(3)
    await line.ack(envelope)
    await world.until(lambda: world.deliveries.late)
    assert press.failed
    assert not press.acked


async def test_each_envelope_goes_to_one_of_several_links(world: World, eva: Person) -> None:
    async with aiohttp.ClientSession() as session:
        lines = [await dial(world, session) for _ in range(2)]
        hellos = [await line.next() for line in lines]
        for word in ("one", "two"):
            eva.says(word)
        heard = {(await line.next())["payload"]["event"]["text"] for line in lines}
    assert [hello["num_connections"] for hello in hellos] == [1, 2]
    assert heard == {"one", "two"}


async def test_a_ticket_works_once(world: World) -> None:
    url = (await AsyncWebClient(base_url=world.base_url).apps_connections_open(app_token=world.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        await (await session.ws_connect(url)).close()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


async def test_the_app_token_needs_its_scope() -> None:
    with slack_server(app_scopes=()) as world:
        client = AsyncWebClient(base_url=world.base_url)
        answer = await refused(client.apps_connections_open(app_token=world.app_token))
        assert (answer["error"], answer["needed"]) == ("missing_scope", "connections:write")


async def test_an_unknown_acknowledgement_is_noted(line: Line, world: World) -> None:
    await line.ack({"envelope_id": "nobody-sent-it"})
    await world.until(lambda: world.oddities)


async def test_bolt_reconnects_when_it_is_asked_to(desk: Desk, world: World, eva: Person) -> None:
    world.sockets.ask_to_reconnect()
    await world.until(lambda: world.sockets.opened == 2 and len(world.links) == 1)
    eva.says("still there?")
    await desk.hears("message")


async def test_a_warning_is_followed_by_the_end_of_the_link(line: Line, world: World) -> None:
    world.sockets.ask_to_reconnect("warning")
    assert (await line.next())["reason"] == "warning"
    world.passes(10)
    assert (await line.socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_bolt_notices_a_dropped_link_at_its_next_ping(desk: Desk, world: World, eva: Person) -> None:
    world.sockets.drop()
    await world.until(lambda: not world.links)
    eva.says("into the gap")
    await world.until(lambda: world.links)
    world.passes(60)
    assert (await desk.hears("message"))["text"] == "into the gap"


async def test_a_frozen_link_answers_no_ping(line: Line, world: World) -> None:
    world.sockets.freeze()
    await line.socket.ping(b"x")
    with pytest.raises(TimeoutError):
        await line.socket.receive(timeout=0.1)


async def test_bolt_over_a_slack_that_goes_down_and_comes_back(desk: Desk, world: World, eva: Person) -> None:
    world.goes_down()
    world.comes_back()
    await world.connected()
    eva.says("back")
    await desk.hears("message")


async def test_an_uninstalled_app_is_told_and_then_refused(desk: Desk, client: AsyncWebClient, world: World) -> None:
    await client.auth_test()
    await desk.app.async_dispatch(
        AsyncBoltRequest(mode="socket_mode", body={"type": "event_callback", "event": {"type": "x"}})
    )
    world.uninstalls()
    assert (await refused(client.auth_test()))["error"] == "account_inactive"


# ── signed HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Hook:
    """The app behind a request URL: the real Bolt, with what came in noted; *status*: to answer without asking it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.requests: list[tuple[dict[str, str], str]] = []
        self.status = 0
        self.more: dict[str, str] = {}
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.requests.append((dict(request.headers), body))
        if self.status:
            return web.Response(status=self.status, headers=self.more)
        headers = {key.lower(): value for key, value in request.headers.items()}
        answer = await self.desk.app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))  # type: ignore[arg-type]
        kind = answer.headers.get("content-type", ["text/plain"])[0].partition(";")[0]
        return web.Response(status=answer.status, text=answer.body, content_type=kind)


@pytest.fixture
async def hook(world: World, client: AsyncWebClient) -> AsyncIterator[Hook]:
    made = Hook(Desk(world, client))
    app = web.Application()
    app.router.add_post("/slack/events", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    world.sends_to(made.url)
    yield made
    world.sends_to(None)
    await runner.cleanup()


async def test_a_request_url_proves_itself(hook: Hook, world: World) -> None:
    assert await world.verifies(hook.url)
    hook.status = 500
    assert not await world.verifies(hook.url)


async def test_bolt_takes_signed_events_and_presses(
    hook: Hook, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    luca.says("hello", operators)
    assert (await hook.desk.hears("message"))["text"] == "hello"
    await client.chat_postMessage(channel=operators.id, text="x", blocks=[section("x"), actions(button("Claim"))])
    assert (await luca.presses("Claim")).acked


async def test_bolt_takes_signed_commands_and_answers_them(hook: Hook, eva: Person) -> None:
    async def answer(body: Any, ack: Any) -> None:
        await ack("heard you")

    hook.desk.answers["command"] = answer
    await eva.commands("/ticket", "help")
    assert eva.sees()[-1].text == "heard you"


async def test_another_secret_is_refused_by_bolt(hook: Hook, world: World, eva: Person) -> None:
    world.signing_secret = "another"
    assert (await eva.commands("/ticket", "help")).failed


async def test_a_failed_event_comes_again_with_its_headers(hook: Hook, world: World, eva: Person) -> None:
    hook.status = 503
    eva.says("hello")
    await world.until(lambda: len(hook.requests) == 2)
    headers = hook.requests[1][0]
    assert (headers["X-Slack-Retry-Num"], headers["X-Slack-Retry-Reason"]) == ("1", "http_error")
    assert json.loads(hook.requests[0][1]) == json.loads(hook.requests[1][1])


async def test_an_app_may_refuse_retries(hook: Hook, world: World, eva: Person) -> None:
    hook.status, hook.more = 500, {"X-Slack-No-Retry": "1"}
    eva.says("hello")
    await world.until(lambda: world.lost)
    world.passes(600)
    assert len(hook.requests) == 1


async def test_a_request_url_that_is_gone_fails_a_press(
    world: World, client: AsyncWebClient, luca: Person, operators: Channel
) -> None:
    await client.chat_postMessage(channel=operators.id, text="x", blocks=[actions(button("Claim"))])
    world.sends_to("http://127.0.0.1:9/slack/events")
    assert (await luca.presses("Claim")).failed


# ── the manifest ────────────────────────────────────────────────────────────────────────────────────────────────────


def _changed(path: str, value: Any) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(json.dumps(EVERYTHING))
    inner, *rest = path.split(".")
    at = manifest[inner]
    for part in rest[:-1]:
        at = at[int(part) if part.isdigit() else part]
    at[rest[-1]] = value
    return manifest


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        (_changed("display_information.name", "x" * 36), "/display_information/name: must be less than 36 characters"),
        (
            _changed("features.shortcuts.0.name", "x" * 25),
            "/features/shortcuts/0/name: must be less than 25 characters",
        ),
        (_changed("settings.colour", "red"), "/settings: invalid additional property: colour"),
        (_changed("oauth_config.scopes", {"bot": ["commands", "chat:shout"]}), "unknown scope: chat:shout"),
        (_changed("oauth_config.scopes", {"bot": ["commands"]}), "the event app_mention needs one of the scopes"),
        (_changed("settings.event_subscriptions.bot_events", ["message"]), "unknown event: message"),
        (_changed("settings.socket_mode_enabled", False), "without Socket Mode a command needs its url: /ticket"),
    ],
)
def test_a_manifest_that_slack_would_not_take_is_refused(manifest: dict[str, Any], complaint: str) -> None:
    with pytest.raises(InvalidManifest) as caught, slack_server(manifest=manifest):
        pass
    assert complaint in str(caught.value)


async def test_only_subscribed_events_come() -> None:
    manifest = _changed("settings.event_subscriptions.bot_events", ["app_home_opened"])
    with slack_server(manifest=manifest) as world:
        world.person("Eva").says("unheard")
        assert world.deliveries.all == []
