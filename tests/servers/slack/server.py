"""The server: its own loop in a thread of its own, on a free port of loopback."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from aiohttp import web

from tests.servers.slack import api, chatting, sharing
from tests.servers.slack.errors import Refused
from tests.servers.slack.hooks import Hooks
from tests.servers.slack.parameters import METHODS
from tests.servers.slack.sockets import Sockets
from tests.servers.slack.things import Call, Json
from tests.servers.slack.troubles import BEFORE, Ordered, Trouble
from tests.servers.slack.world import World

SIGN_IN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>"
T = TypeVar("T")
TICK = 0.05


class Broken(Exception):
    """The connection is cut instead of an answer."""


class Server:
    def __init__(self, world: World) -> None:
        self.world = world
        self.loop = asyncio.new_event_loop()
        self.runner: web.AppRunner | None = None
        self.site: web.BaseSite | None = None
        self.hooks = Hooks(world, self.loop)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="slack", daemon=True)
        world.server, world.sockets = self, Sockets(world)
        world.deliveries.transport = world.sockets

    # ── coming and going ────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        self._thread.start()
        self._do(self._set_up())

    def stop(self) -> None:
        self.world.troubles.clear()
        self._do(self._tear_down())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    async def _set_up(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_get("/link/", self.world.sockets.take)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_get("/files-pri/{file}/{rest:.*}", self._download)
        for kind in ("actions", "commands", "app"):
            app.router.add_post(f"/{kind}/{{rest:.*}}", self._respond)
        self.runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.05)
        await self.runner.setup()
        await self._listen()
        self._ticking = asyncio.create_task(self._tick())

    async def _listen(self) -> None:
        assert self.runner is not None
        self.site = web.TCPSite(self.runner, "127.0.0.1", self.world.port, reuse_address=True)
        await self.site.start()
        self.world.port = self.world.port or int(self.runner.addresses[0][1])

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            with self.world.lock:
                self.world.alarms.ring()

    async def _tear_down(self) -> None:
        self._ticking.cancel()
        self._cut()
        await self.hooks.close()
        assert self.runner is not None
        await self.runner.cleanup()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _cut(self) -> None:
        assert self.runner is not None
        server = self.runner.server
        for connection in list(server.connections) if server is not None else []:
            if connection.transport is not None:
                connection.transport.abort()

    def goes_down(self) -> None:
        async def down() -> None:
            if self.site is not None:
                await self.site.stop()
                self.site = None
            self._cut()

        self._do(down())
        self.world.wait_until(lambda: not self.world.links)

    def comes_back(self) -> None:
        self._do(self._listen())

    def sends_to(self, url: str | None) -> None:
        self.hooks.url = url or ""
        self.world.deliveries.transport = self.hooks if url else self.world.sockets

    async def verifies(self, url: str) -> bool:
        asked = asyncio.run_coroutine_threadsafe(self.hooks.challenge(url), self.loop)
        return await asyncio.wrap_future(asked)

    # ── the Web API ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            raw, token = await _read(request)
        except Refused as refused:
            return self._answer(name, {}, "", {"ok": False, "error": refused.error})
        trouble = self.world.troubles.meet(name, raw)
        try:
            return await self._troubled(name, raw, token, trouble) if trouble else self._done(name, raw, token)
        except Broken:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()

    def _done(self, name: str, raw: Json, token: str) -> web.Response:
        try:
            with self.world.lock:
                answer = {"ok": True, **api.call(self.world, name, raw, token)}
        except Refused as refused:
            answer = {"ok": False, "error": refused.error, **refused.more}
            if refused.status != 200:
                return self._answer(name, raw, token, answer, refused.status, refused.retry_after)
        return self._answer(name, raw, token, answer)

    def _answer(
        self, name: str, raw: Json, token: str, answer: Json, status: int = 200, retry_after: int = 0
    ) -> web.Response:
        params = {key: value for key, value in raw.items() if key != "token"}
        error = "" if answer["ok"] else str(answer["error"])
        self.world.calls.append(Call(name, params, self.world.now(), error, answer, token))
        method = METHODS.get(name)
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.world.scopes)), "X-Slack-Req-Id": f"r{len(self.world.calls)}"}
        if method is not None and method.scope != "-":
            headers["X-Accepted-OAuth-Scopes"] = method.scope
        if retry_after:
            headers["Retry-After"] = str(retry_after)
        self.world.changed()
        return web.json_response(answer, status=status, headers=headers)

    async def _troubled(self, name: str, raw: Json, token: str, trouble: Ordered) -> web.Response:
        if trouble.what in BEFORE:
            note = Call(name, raw, self.world.now(), str(trouble.what), {}, token)
            self.world.calls.append(note)
            self.world.changed()
            return await self._instead(name, raw, token, trouble)
        if trouble.what is Trouble.LATE:
            await self._let_pass(trouble.seconds)
        done = self._done(name, raw, token)
        if trouble.what is Trouble.SLOW:
            await self._let_pass(trouble.seconds)
        if trouble.what is Trouble.HANG_AFTER:
            await trouble.hold()
        if trouble.what in (Trouble.RESET_AFTER, Trouble.HANG_AFTER):
            raise Broken
        if trouble.what is Trouble.ERROR_AFTER:
            return web.Response(status=500, text="<html>Server error</html>", content_type="text/html")
        return done

    async def _instead(self, name: str, raw: Json, token: str, trouble: Ordered) -> web.Response:
        match trouble.what:
            case Trouble.HANG:
                await trouble.hold()
                raise Broken
            case Trouble.RESET:
                raise Broken
            case Trouble.TOO_MANY:
                headers = {"Retry-After": str(trouble.retry_after)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            case Trouble.ERROR:
                return web.json_response({"ok": False, "error": trouble.error})
            case Trouble.NONSENSE:
                return web.Response(text="<html>upstream connect error</html>", content_type="text/html")
        status = int(trouble.what.value)
        return web.Response(status=status, text="<html>Server error</html>", content_type="text/html")

    async def _let_pass(self, seconds: float) -> None:
        passed = asyncio.Event()

        def ring() -> None:
            self.loop.call_soon_threadsafe(passed.set)

        with self.world.lock:
            self.world.alarms.after(seconds, ring)
        await passed.wait()

    # ── files and response URLs ─────────────────────────────────────────────────────────────────────────────────────

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        content = await _uploaded(request)
        trouble = self.world.troubles.meet("upload", {})
        if trouble is not None:
            return web.Response(status=500, text="upload failed")
        return self._plainly(lambda: sharing.take_upload(self.world, request.match_info["file"], content))

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        try:
            said = json.loads(await request.text())
        except ValueError:
            said = None

        def respond() -> str:
            chatting.respond(self.world, request.path, said)
            return "ok"

        return self._plainly(respond)

    def _plainly(self, work: Callable[[], str]) -> web.Response:
        try:
            with self.world.lock:
                return web.Response(text=work())
        except Refused as refused:
            return web.json_response({"ok": False, "error": refused.error, **refused.more}, status=refused.status)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Give a file to the bot's token; anybody else sees the sign-in page, with 200."""
        file = self.world.files.get(request.match_info["file"].partition("-")[2])
        allowed = _token(request) == self.world.bot_token and "files:read" in self.world.scopes
        trouble = self.world.troubles.meet("download", {})
        if trouble is not None:
            return web.Response(status=500, text="not now")
        if not allowed or self.world.token_error:
            return web.Response(text=SIGN_IN, content_type="text/html")
        if file is None or file.deleted:
            return web.Response(status=404, text="file_not_found")
        return web.Response(body=file.content, content_type=file.kind)


def _token(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def _read(request: web.Request) -> tuple[Json, str]:
    """Return the arguments (of the address, a form or JSON) and the token."""
    raw: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            sent = json.loads(await request.text() or "{}")
        except ValueError:
            raise Refused("invalid_json") from None
        if not isinstance(sent, dict):
            raise Refused("json_not_object")
        raw |= sent
    elif request.can_read_body:
        raw |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return raw, _token(request) or str(raw.get("token", ""))


async def _uploaded(request: web.Request) -> bytes:
    if request.content_type.startswith("multipart/"):
        for value in (await request.post()).values():
            if not isinstance(value, str) and hasattr(value, "file"):
                return bytes(value.file.read())
    return await request.read()


class slack_server:  # noqa: N801 - used as a function is, by `with` and by `async with`
    """A Slack on a free port of loopback; *world*: the arguments of World (`manifest`, `clock`, `rates`, `port` …)."""

    def __init__(self, **world: Any) -> None:
        self._world = World(**world)

    def __enter__(self) -> World:
        self._server = Server(self._world)
        self._server.start()
        return self._world

    def __exit__(self, *_problem: object) -> None:
        with suppress(TimeoutError):
            self._server.stop()

    async def __aenter__(self) -> World:
        return self.__enter__()

    async def __aexit__(self, *problem: object) -> None:
        self.__exit__(*problem)
