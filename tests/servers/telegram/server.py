"""The HTTP side: reads a call, lets a method answer it, brings the ordered troubles, holds a poll until something is there."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from tests.servers.telegram import asking, editing, sending
from tests.servers.telegram.errors import Refused
from tests.servers.telegram.methods import TABLE
from tests.servers.telegram.parameters import METHODS, Params, Upload, read
from tests.servers.telegram.things import Call
from tests.servers.telegram.troubles import Ordered, Trouble
from tests.servers.telegram.webhook import Webhook
from tests.servers.telegram.world import World

__all__ = ["Serving", "asking", "editing", "sending", "telegram_server", "telegram_server_thread"]

PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>"
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
BY_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
BY_SETTING = "Conflict: terminated by setWebhook request"
BIGGEST_BODY = 60_000_000


class _Server:
    """Listens, stops listening, breaks connections; all from the thread of its loop or any other."""

    def __init__(self, world: World, port: int) -> None:
        self.world = world
        self.port = port
        self.loop = asyncio.get_running_loop()
        self.thread = threading.get_ident()
        self.web = web.Server(self._answer, request_factory=self._request, access_log=None)
        self._listening: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._poll: asyncio.Future[None] | None = None
        self._last_poll: tuple[int, float] = (-1, 0.0)
        world.server = self
        world.watchers.add(self._wake_poll)

    def _request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        return web.BaseRequest(message, payload, protocol, writer, task, self.loop, client_max_size=BIGGEST_BODY)

    # ── listening ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _socket(self) -> socket.socket:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(512)
        listening.setblocking(False)
        self.port = self.world.port = listening.getsockname()[1]
        return listening

    async def listen(self, listening: socket.socket | None = None) -> None:
        self._listening = await self.loop.create_server(self.web, sock=listening or self._socket())

    def goes_down(self) -> None:
        self._here(self._go_down)

    def comes_back(self) -> None:
        self._here(lambda: self._spawn(self.listen(self._socket())))

    def _go_down(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        for connection in list(self.web.connections):
            reset(connection.transport)

    def _here(self, act: Any) -> None:
        """Do it in the loop's thread, and not return before it is done."""
        if threading.get_ident() == self.thread:
            act()
            return
        done = threading.Event()
        self.loop.call_soon_threadsafe(lambda: (act(), done.set()))
        done.wait(5)

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def begin_webhook(self, webhook: Webhook) -> None:
        webhook.task = self._spawn(webhook.run())
        self._end_poll()

    async def end(self) -> None:
        self.world.troubles.clear()
        self.world.end_webhook()
        self.world.watchers.discard(self._wake_poll)
        self._go_down()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.web.shutdown(0.1)

    @property
    def is_polled(self) -> bool:
        """Somebody waits for updates now."""
        return self._poll is not None

    # ── answering ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        path = unquote(request.rel_url.raw_path)
        if path.startswith("/file/bot"):
            return await self._give_file(request, path.removeprefix("/file/bot"))
        found = re.fullmatch(r"/bot([^/]+)/([A-Za-z]+)/?", path)
        if found is None or not re.fullmatch(r"\d+:[\w-]+", found[1]):
            return _written(404, {"ok": False, "error_code": 404, "description": "Not Found"})
        if found[1] != self.world.bot.token:
            return _written(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        begun = time.perf_counter()
        raw, files = await _read_body(request)
        return await self._call(request, found[2], raw, files, begun)

    async def _call(
        self, request: web.BaseRequest, name: str, raw: dict[str, Any], files: dict[str, Upload], begun: float
    ) -> web.StreamResponse:
        method = name.lower()
        known = METHODS.get(method)
        call = Call(known[0] if known else name, {**raw, **files}, self.world.now())
        met = self.world.troubles.meet(call.method, raw) if self.world.troubles.ordered else None
        if met is not None:
            call.trouble = met.what
            instead = await self._before(met, request, call)
            if instead is not None:
                self._log(call)
                return instead
        answer, status = await self._carry_out(method, call, raw, files)
        call.answer, call.status, call.took = answer, status, time.perf_counter() - begun
        self._log(call)
        if met is not None:
            await self._after(met, request)
            if met.what is Trouble.NONSENSE:
                return web.Response(body=b"<html>", content_type="text/html")
        return _written(status, answer)

    def _log(self, call: Call) -> None:
        self.world.calls.append(call)
        self.world.changed()

    async def _carry_out(
        self, method: str, call: Call, raw: dict[str, Any], files: dict[str, Upload]
    ) -> tuple[dict[str, Any], int]:
        try:
            if method not in METHODS:
                raise Refused(404, "Not Found: method not found")
            with self.world.lock:
                params = read(method, raw, files, self.world.oddities)
                call.params = {**params, **files}
                if method != "getupdates":
                    return {"ok": True, "result": TABLE[method](self.world, params)}, 200
            return {"ok": True, "result": await self._get_updates(params)}, 200
        except Refused as refused:
            answer = {"ok": False, "error_code": refused.code, "description": refused.description}
            return answer | ({"parameters": refused.parameters} if refused.parameters else {}), refused.code
        except Exception as ours:
            logging.getLogger(__name__).exception(call.method)
            self.world.oddities.append(f"{call.method}: this server failed: {ours!r}")
            return {"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500

    async def _before(self, met: Ordered, request: web.BaseRequest, call: Call) -> web.StreamResponse | None:
        """Return what is answered instead, or None to go on."""
        if met.what is Trouble.BAD_GATEWAY:
            call.status = 502
            return web.Response(status=502, body=PAGE, content_type="text/html")
        if met.what in (Trouble.SERVER_ERROR, Trouble.TOO_MANY, Trouble.REFUSED):
            call.status, call.answer = _ordered_answer(met)
            return _written(call.status, call.answer)
        if met.what is Trouble.LATE:
            await asyncio.sleep(met.seconds)
        if met.what is Trouble.HANG:
            self._log(call)
            await met.hold()
            raise _broken(request)
        if met.what is Trouble.RESET:
            self._log(call)
            raise _broken(request)
        return None

    async def _after(self, met: Ordered, request: web.BaseRequest) -> None:
        if met.what is Trouble.SLOW:
            await asyncio.sleep(met.seconds)
        if met.what is Trouble.HANG_AFTER:
            await met.hold()
            raise _broken(request)
        if met.what is Trouble.RESET_AFTER:
            raise _broken(request)

    async def _give_file(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        """A download: to be troubled as the method "file"."""
        token, _, rest = path.partition("/")
        call = Call("file", {"path": rest}, self.world.now())
        met = self.world.troubles.meet("file", call.params)
        self._log(call)
        if met is not None:
            call.trouble = met.what
            if (instead := await self._before(met, request, call)) is not None:
                return instead
            await self._after(met, request)
        return self._file(call, token, rest)

    def _file(self, call: Call, token: str, path: str) -> web.StreamResponse:
        file = self.world.files.by_path.get(path)
        if token != self.world.bot.token or file is None or file.linked_until < self.world.now():
            call.status, call.answer = 404, {"ok": False, "error_code": 404, "description": "Not Found"}
            return _written(404, call.answer)
        call.status = 200
        return web.Response(body=file.content, content_type="application/octet-stream")

    # ── getUpdates ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _get_updates(self, p: Params) -> list[Any]:
        world = self.world
        if world.webhook is not None:
            raise Refused(409, BY_WEBHOOK)
        with world.lock:
            world.updates.allow(p.get("allowed_updates"))
            limit, timeout = self._bounds(p)
            self._end_poll()
            world.updates.confirm(p.get("offset") or 0)
        poll = self._poll = self.loop.create_future()
        ends = self.loop.time() + timeout
        while True:
            with world.lock:
                found = world.updates.first(limit)
            if found or self.loop.time() >= ends:
                self._poll = None if self._poll is poll else self._poll
                return [update.json for update in found]
            self._woken = self.loop.create_future()
            await asyncio.wait((poll, self._woken), timeout=ends - self.loop.time(), return_when="FIRST_COMPLETED")
            if poll.done():
                raise Refused(409, BY_SETTING if world.webhook is not None else TERMINATED)

    def _bounds(self, p: Params) -> tuple[int, float]:
        """Return limit and timeout, with Telegram's brake on who asks the same again at once, if that is wanted."""
        offset, now = p.get("offset") or 0, self.world.now()
        limit = min(max(p.get("limit") or 100, 1), 100)
        timeout = min(max(p.get("timeout") or 0, 0), 50)
        again = offset == self._last_poll[0]
        if self.world.poll_oddities and again:
            timeout = max(timeout, 3) if now < self._last_poll[1] + 3.0 else timeout
            limit = 1 if now < self._last_poll[1] + 0.5 else limit
        self._last_poll = (offset, now)
        return limit, float(timeout)

    _woken: asyncio.Future[None] | None = None

    def _end_poll(self) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        self._poll = None

    def _wake_poll(self) -> None:
        if self._woken is None:
            return
        if threading.get_ident() == self.thread:
            self._wake_now()
        else:
            self.loop.call_soon_threadsafe(self._wake_now)

    def _wake_now(self) -> None:
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)


def _ordered_answer(met: Ordered) -> tuple[int, dict[str, Any]]:
    if met.what is Trouble.SERVER_ERROR:
        return 500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}
    if met.what is Trouble.REFUSED:
        return met.code, {"ok": False, "error_code": met.code, "description": met.description}
    told = f"Too Many Requests: retry after {met.retry_after}"
    answer = {"ok": False, "error_code": 429, "description": told, "parameters": {"retry_after": met.retry_after}}
    return 429, answer


def _written(status: int, answer: dict[str, Any]) -> web.Response:
    return web.Response(status=status, body=json.dumps(answer).encode(), content_type="application/json")


def reset(transport: Any) -> None:
    """Break a connection so that the other side sees a reset, not an end."""
    if transport is None:
        return
    if (raw := transport.get_extra_info("socket")) is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _broken(request: web.BaseRequest) -> BaseException:
    reset(request.transport)
    return asyncio.CancelledError()


async def _read_body(request: web.BaseRequest) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Return parameters and uploads, from the query, a form, a multipart form or JSON."""
    raw: dict[str, Any] = dict(request.rel_url.query)
    kind = request.content_type
    if kind == "multipart/form-data":
        return await _read_multipart(request, raw)
    body = await request.read()
    if kind == "application/json" and body:
        raw.update(_json_of(body))
    elif body:
        raw.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return raw, {}


def _json_of(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}


async def _read_multipart(request: web.BaseRequest, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Upload]]:
    files = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.file.read(), value.filename, value.content_type)
            value.file.close()
        else:
            raw[name] = value
    return raw, files


@asynccontextmanager
async def _serve(port: int, options: dict[str, Any]) -> AsyncIterator[World]:
    world = World(**options)
    server = _Server(world, port)
    await server.listen()
    try:
        yield world
    finally:
        await server.end()


@contextmanager
def _serve_in_a_thread(port: int, options: dict[str, Any]) -> Iterator[World]:
    ready: list[Any] = []
    begun, ended = threading.Event(), threading.Event()

    async def serve() -> None:
        stop = asyncio.Event()
        async with _serve(port, options) as world:
            ready[:] = [world, asyncio.get_running_loop(), stop]
            begun.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            begun.set()
            ended.set()

    threading.Thread(target=run, daemon=True, name="telegram").start()
    begun.wait(10)
    assert ready, "the server did not start: is the port taken?"
    world, loop, stop = ready
    try:
        yield world
    finally:
        loop.call_soon_threadsafe(stop.set)
        ended.wait(10)


class Serving:
    """A world to be entered: by `async with` on the present loop, by `with` in a thread with a loop of its own."""

    def __init__(self, port: int, options: dict[str, Any]) -> None:
        self._inside = _serve(port, options)
        self._threaded = _serve_in_a_thread(port, options)

    async def __aenter__(self) -> World:
        return await self._inside.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        await self._inside.__aexit__(*error)

    def __enter__(self) -> World:
        return self._threaded.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._threaded.__exit__(*error)


def telegram_server(*, port: int = 0, **options: Any) -> Serving:
    """Serve a new world on loopback, on a free port or on *port*; *options* are those of World."""
    return Serving(port, options)


telegram_server_thread = telegram_server
"""The same, for `with`."""
