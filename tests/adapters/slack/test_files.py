"""Files come from Slack as they are, and go there; the token is shown to Slack alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.channel import Broken, GiveUp, Outgoing, Trouble
from bot.adapters.slack.access import Access
from bot.adapters.slack.channel import Slack
from bot.conversations.screen import Key, Screen
from core.notices.outbox import Kind
from tests.adapters.slack.speaking import CARD, TICKET, card, opened, place, texts, the_one
from tests.house import House
from tests.servers.slack import Channel as There
from tests.servers.slack import Person, World
from tests.servers.slack import Trouble as Bad
from tests.servers.slack.things import File

PICTURE = bytes(range(256)) * 4000


@pytest.fixture
async def slack(access: Access, desk: House) -> AsyncIterator[Slack]:
    channel = opened(access, desk)
    yield channel
    await channel.close()


def outgoing(content: bytes = PICTURE, name: str = "schermata.png", *, size: int | None = None) -> Outgoing:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), 100_000):
            yield content[at : at + 100_000]

    return Outgoing(name, "image/png", len(content) if size is None else size, pieces)


async def fetched(slack: Slack, file: File) -> bytes:
    return b"".join([piece async for piece in slack.fetch(file.id)])


async def trouble(slack: Slack, file: File) -> Trouble:
    with pytest.raises(Trouble) as caught:
        await fetched(slack, file)
    return caught.value


def sent(eva: Person, content: bytes = PICTURE, name: str = "schermata.png") -> File:
    (file,) = eva.uploads(name, content).files
    return file


class TestAFileFromSlack:
    async def test_comes_as_it_is(self, slack: Slack, eva: Person) -> None:
        assert await fetched(slack, sent(eva)) == PICTURE

    async def test_comes_in_pieces(self, slack: Slack, eva: Person) -> None:
        assert max([len(piece) async for piece in slack.fetch(sent(eva).id)]) <= 256 * 1024

    async def test_may_be_a_page(self, slack: Slack, eva: Person) -> None:
        page = b"<html><title>Sign in | Slack</title></html>"
        assert await fetched(slack, sent(eva, page, "pagina.html")) == page

    async def test_is_never_the_sign_in_page(self, world: World, desk: House, eva: Person) -> None:
        told = await trouble_at_another_address(world, desk, sent(eva), page=True)
        assert type(told) is Broken

    async def test_is_never_the_sign_in_page_even_where_a_page_was_sent(
        self, world: World, desk: House, eva: Person
    ) -> None:
        told = await trouble_at_another_address(world, desk, sent(eva, b"<html></html>", "pagina.html"), page=True)
        assert type(told) is Broken

    async def test_that_breaks_off_is_not_taken_for_whole(self, world: World, desk: House, eva: Person) -> None:
        assert type(await trouble_at_another_address(world, desk, sent(eva), page=False)) is Broken

    async def test_that_was_deleted_is_given_up(self, slack: Slack, eva: Person) -> None:
        file = sent(eva)
        eva.deletes_file(file)
        assert type(await trouble(slack, file)) is GiveUp

    async def test_that_slack_has_not_now_is_tried_again(self, world: World, slack: Slack, eva: Person) -> None:
        file = sent(eva)
        world.trouble(Bad.SERVER_ERROR, "download")
        assert type(await trouble(slack, file)) is Broken
        assert await fetched(slack, file) == PICTURE

    async def test_without_the_scope_is_waited_for(self, world: World, slack: Slack, eva: Person) -> None:
        file = sent(eva)
        world.scopes -= {"files:read"}
        assert type(await trouble(slack, file)) is Broken


async def trouble_at_another_address(world: World, desk: House, file: File, *, page: bool) -> Trouble:
    """Return what becomes of a file whose address answers otherwise than it should; our API stands before Slack's."""

    async def info(_request: web.Request) -> web.Response:
        told = file.as_json(world)
        told["url_private_download"] = f"http://127.0.0.1:{server.port}/file"
        return web.json_response({"ok": True, "file": told})

    async def answer(_request: web.Request) -> web.Response:
        if page:
            return web.Response(text="<!DOCTYPE html><title>Sign in | Slack</title>", content_type="text/html")
        return web.Response(body=file.content[:-1], content_type=file.kind)

    app = web.Application()
    app.router.add_get("/api/files.info", info)
    app.router.add_get("/file", answer)
    async with TestServer(app) as server:
        slack = opened(Access("xoxb-example", base_url=f"http://127.0.0.1:{server.port}/api/"), desk)
        try:
            return await trouble(slack, file)
        finally:
            await slack.close()


class TestTheToken:
    @pytest.mark.parametrize("told", [{"is_external": True}, {}])
    async def test_is_shown_to_nobody_else(self, desk: House, told: dict[str, bool]) -> None:
        asked: list[web.Request] = []

        async def elsewhere(request: web.Request) -> web.Response:
            asked.append(request)
            return web.Response(text="mine")

        async def info(_request: web.Request) -> web.Response:
            file = {"url_private": f"http://localhost:{there.port}/a.png", "mimetype": "image/png", **told}
            return web.json_response({"ok": True, "file": file})

        foreign, api = web.Application(), web.Application()
        foreign.router.add_get("/a.png", elsewhere)
        api.router.add_get("/api/files.info", info)
        async with TestServer(foreign) as there, TestServer(api) as here:
            slack = opened(Access("xoxb-example", base_url=f"http://127.0.0.1:{here.port}/api/"), desk)
            with pytest.raises(GiveUp):
                assert [piece async for piece in slack.fetch("F1")]
            await slack.close()
        assert asked == []

    async def test_follows_no_redirection(self, desk: House) -> None:
        asked: list[str] = []

        async def info(_request: web.Request) -> web.Response:
            return web.json_response({"ok": True, "file": {"url_private": f"http://127.0.0.1:{here.port}/moved"}})

        async def moved(_request: web.Request) -> web.Response:
            raise web.HTTPFound(f"http://127.0.0.1:{here.port}/other")

        async def other(request: web.Request) -> web.Response:
            asked.append(request.headers.get("Authorization", ""))
            return web.Response(text="mine")

        api = web.Application()
        api.router.add_get("/api/files.info", info)
        api.router.add_get("/moved", moved)
        api.router.add_get("/other", other)
        async with TestServer(api) as here:
            slack = opened(Access("xoxb-example", base_url=f"http://127.0.0.1:{here.port}/api/"), desk)
            with pytest.raises(Broken):
                assert [piece async for piece in slack.fetch("F1")]
            await slack.close()
        assert asked == []


class TestAFileToSlack:
    async def test_arrives_as_it_is_with_its_words(self, slack: Slack, eva: Person) -> None:
        ids = await slack.give(place(eva), outgoing(), Screen(("Da Luca: <schermata>",)))
        seen = the_one(eva.hears())
        assert (seen.text, ids) == ("Da Luca: <schermata>", (seen.ts,))
        assert [(file.name, eva.fetches(file)) for file in seen.files] == [("schermata.png", PICTURE)]

    async def test_stands_in_the_tickets_thread(self, slack: Slack, operators: There, luca: Person) -> None:
        ts = await card(slack, operators)
        await slack.give(place(operators), outgoing(), Screen(("Da Eva",)), ticket=TICKET, under=ts)
        (reply,) = the_one(luca.hears(operators)).replies
        assert (reply.text, [file.name for file in reply.files]) == ("Da Eva", ["schermata.png"])

    async def test_stands_under_a_new_card_where_the_old_one_is_gone(
        self, world: World, slack: Slack, operators: There, luca: Person
    ) -> None:
        ts = await card(slack, operators)
        world.remove(operators.messages[ts])
        anew, _ = await slack.give(place(operators), outgoing(), Screen(("Da Eva",)), ticket=TICKET, under=ts)
        seen = the_one(luca.hears(operators))
        assert (seen.ts, seen.buttons, texts(seen.replies)) == (anew, [key.label for key in CARD.keys], ["Da Eva"])

    async def test_rings_nobody(self, world: World, slack: Slack, operators: There) -> None:
        await slack.give(place(operators), outgoing(name="<!channel>.png"), Screen(("<!channel>",)))
        assert world.pings == []

    async def test_has_what_can_be_pressed_below(self, slack: Slack, eva: Person) -> None:
        await slack.give(place(eva), outgoing(), Screen(("Da Luca",), (Key("Aggiungi", "!add.1042"),)))
        first, second = eva.hears()
        assert (len(first.files), second.text, second.buttons) == (1, "Da Luca", ["Aggiungi"])

    async def test_that_left_before_what_can_be_pressed_did_is_not_shared_again(
        self, world: World, slack: Slack, eva: Person
    ) -> None:
        asked = Screen(("Da Luca",), (Key("Aggiungi", "!add.1042"),))
        world.trouble(Bad.ERROR, "chat.postMessage", error="ratelimited")
        with pytest.raises(Trouble) as broke:
            await slack.give(place(eva), outgoing(), asked)
        ids = await slack.give(place(eva), outgoing(), asked, sent=broke.value.sent)
        assert ids == tuple(seen.ts for seen in eva.hears())
        assert [(len(seen.files), seen.buttons) for seen in eva.hears()] == [(1, []), (0, ["Aggiungi"])]

    async def test_that_left_whole_is_not_shared_again(self, world: World, slack: Slack, eva: Person) -> None:
        ids = await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
        assert await slack.give(place(eva), outgoing(), Screen(("Da Luca",)), sent=ids) == ids
        assert len(the_one(eva.hears()).files) == 1

    async def test_may_have_any_name(self, slack: Slack, eva: Person) -> None:
        await slack.give(place(eva), outgoing(name="../a\nb/" + "x" * 400), Screen(("Da Luca",)))
        assert the_one(eva.hears()).files[0].name.startswith(".. a b xxx")

    @pytest.mark.parametrize("size", [0, 1_000_000_001])
    async def test_of_a_size_that_slack_does_not_take_is_given_up(
        self, world: World, slack: Slack, eva: Person, size: int
    ) -> None:
        with pytest.raises(GiveUp):
            await slack.give(place(eva), outgoing(b"", size=size), Screen(("Da Luca",)))
        assert world.called() == []

    async def test_that_is_gone_from_the_store_says_so(self, slack: Slack, eva: Person) -> None:
        async def gone() -> AsyncIterator[bytes]:
            raise FileNotFoundError
            yield b""

        with pytest.raises(FileNotFoundError):
            await slack.give(place(eva), Outgoing("a.png", "image/png", 5, gone), Screen(("Da Luca",)))

    async def test_that_breaks_on_its_way_is_tried_again(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.SERVER_ERROR, "upload")
        with pytest.raises(Broken):
            await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
        await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
        assert len(the_one(eva.hears()).files) == 1

    async def test_whose_answer_is_lost_is_found_before_it_is_shared_again(
        self, world: World, slack: Slack, eva: Person
    ) -> None:
        world.trouble(Bad.RESET_AFTER, "files.completeUploadExternal")
        with pytest.raises(Broken):
            await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
        ids = await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
        assert ids == (the_one(eva.hears()).ts,)

    async def test_that_was_not_shared_is_shared_again(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.RESET, "files.completeUploadExternal")
        with pytest.raises(Broken):
            await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
        await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
        assert len(the_one(eva.hears()).files) == 1

    async def test_is_there_even_if_slack_does_not_say_where(self, world: World, slack: Slack, eva: Person) -> None:
        world.trouble(Bad.UNAVAILABLE, "files.info")
        assert await slack.give(place(eva), outgoing(), Screen(("Da Luca",))) == ()
        assert len(the_one(eva.hears()).files) == 1


async def test_a_question_may_follow_a_file(slack: Slack, eva: Person) -> None:
    await slack.give(place(eva), outgoing(), Screen(("Da Luca",)))
    await slack.send(place(eva), Screen(("Va bene?",)), kind=Kind.REPLY)
    assert texts(eva.hears()) == ["Da Luca", "Va bene?"]
