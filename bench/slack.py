"""Slack: our own processor time beside Bolt's for the same event, and forms with their transactions beside a bare program.

Goals: less than Bolt's own; at least 0.6 of the bare program's speed, for a form that is sent and for a whole opening.

Own time, without database and network, of a message in a direct chat and of a window's form, each of which leads to the
next question of an opening:

- ours, from Bolt's listener to the call's arguments: translating the body, waiting for the person's turn, who they are
  (known already), the task and the timer of an acknowledgement, the replay of the dialog, its next question in words, and
  its drawing: as a message with its marks handed to `chat_postMessage`, or as a window handed to Bolt's `ack`;
- Bolt's and its SDK's for the same event, before and after that, as `AsyncSocketModeHandler` serves it: the envelope from
  the client's queue, read from its JSON and given a task; the request, the middleware and the search for the listener
  (among those of the bare program below: ours has more), the acknowledgement; and the same arguments encoded, the message
  to the JSON of its HTTP request, the window to the acknowledgement's body and to the text that goes through the socket.

Nothing is sent: the socket and the HTTP session are empty ones of ours, and what Slack would answer is two words. So the
one side is what a desk costs beside its database, the other what anybody pays who uses the libraries for the same.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import signal
import sys
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from bench.beside import BareStore, program, serve_desk

if TYPE_CHECKING:
    from slack_bolt.context.ack.async_ack import AsyncAck

ROUNDS, EACH = 60, 50
ROWS, IN_A_ROW = 25, 3
FIELDS = {"subject": "La firma non parte", "story": "Da stamattina premo Firma e non succede nulla."}
TOPIC, FELT, YES, LAST = "Altro", "Lavoro, ma con fatica", "Apri il ticket", "è aperto"
LABELS = ("Invio e ricezione di documenti", "Reinstallare il Trusted Client", "Credenziali di accesso", TOPIC)


def main() -> None:
    own_time()
    with tempfile.TemporaryDirectory() as folder:
        whole_opening(Path(folder))


# From Bolt's listener to the arguments of the call, or of the acknowledgement


def own_time() -> None:
    loop = asyncio.new_event_loop()
    for what, body in (("a message", _message()), ("a form", _form())):
        calls = deque[dict[str, Any]](maxlen=1)
        ours = _ours(body, calls.append)
        loop.run_until_complete(ours())
        theirs = loop.run_until_complete(_theirs(body, calls[0]))
        loop.run_until_complete(theirs())
        gc.collect()
        gc.freeze()  # what is loaded by now is nobody's to clean up
        times = [(_seconds(loop, ours), _seconds(loop, theirs)) for _ in range(ROUNDS)]
        mine, its = (median(column) for column in zip(*times, strict=True))
        print(
            f"{what}, own processor time from Bolt's listener to a call's arguments: {mine * 1e6:.0f} µs; Bolt's for the"
            f" same event {its * 1e6:.0f} µs: {median(a / b for a, b in times):.2f} of it (goal: under 1)"
        )
    loop.close()


def _seconds(loop: asyncio.AbstractEventLoop, act: Callable[[], Awaitable[object]]) -> float:
    async def many() -> None:
        for _ in range(EACH):
            await act()

    began = process_time()
    loop.run_until_complete(many())
    return (process_time() - began) / EACH


def _message() -> dict[str, Any]:
    said = {"type": "message", "user": "U0123456789", "text": FIELDS["subject"], "ts": "1795510800.000100"}
    event = {**said, "channel": "D0123456789", "channel_type": "im", "team": "T0123456789"}
    about = {"team_id": "T0123456789", "api_app_id": "A0123456789", "event_id": "Ev0123456789"}
    return {**about, "type": "event_callback", "event": event, "event_time": 1795510800, "authorizations": []}


def _form() -> dict[str, Any]:
    """What Slack sends of the first form of an opening."""
    from bot.adapters.slack.modals import window
    from bot.adapters.slack.telling import Spot

    about = {"id": "V0123456789", "team_id": "T0123456789", "hash": "1795510800.abc"}
    words = _words()
    shown = window(_asking(words)({}), Spot("D0123456789", modal="m1", stamp="17.abc", direct=True).pack(), words)
    inputs = [block for block in shown["blocks"] if block["type"] == "input"]
    values = {
        block["block_id"]: {name: {"type": "plain_text_input", "value": FIELDS[name]}}
        for block in inputs
        if (name := block["element"]["action_id"]) in FIELDS
    }
    who = {"id": "U0123456789", "username": "eva", "team_id": "T0123456789"}
    sent = {"type": "view_submission", "trigger_id": "1.2.abc", "user": who, "team": {"id": "T0123456789"}}
    return {**sent, "view": {**about, **shown, "state": {"values": values}}, "response_urls": []}


def _words() -> Any:
    from bot.words import Lexicon

    return Lexicon.load().words("it", ZoneInfo("Europe/Rome"), datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


def _asking(words: Any) -> Callable[[Mapping[str, Any]], Any]:
    """Return what says which question of an opening comes after some answers, as a screen."""
    from bot.adapters.slack.rendering import LIMITS
    from bot.conversations.drawing import question
    from bot.conversations.opening import opening
    from bot.conversations.player import Waiting, play
    from core.db import Query, Tx
    from core.ids import ChatId, CustomerId, IdentityId, TalkId
    from core.people.who import Role, Who

    def nothing(_query: Query[Any]) -> Any:
        return ()

    by = Who(IdentityId(1), ChatId(1), Role.CUSTOMER, CustomerId(1))

    def ask(answers: Mapping[str, Any]) -> Any:
        waiting = play(opening(by), dict(answers), nothing)
        assert isinstance(waiting, Waiting)
        return question(cast("Tx", None), words, waiting, TalkId(17), LIMITS)

    return ask


def _ours(body: dict[str, Any], called: Callable[[dict[str, Any]], None]) -> Callable[[], Awaitable[object]]:
    """*called* is told the arguments of each call, or of the acknowledgement."""
    from slack_bolt.response import BoltResponse
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.adapters.slack.answering import Answers
    from bot.adapters.slack.home import Homes
    from bot.adapters.slack.listeners import Listeners
    from bot.adapters.slack.members import Members
    from bot.adapters.slack.modals import home, window
    from bot.adapters.slack.posting import Posting
    from bot.adapters.slack.rendering import draw
    from bot.adapters.slack.telling import Me
    from bot.adapters.slack.turns import Beside
    from bot.conversations.heard import Filled, Heard
    from bot.conversations.screen import Receipt

    class Knows(AsyncWebClient):
        """Who somebody is, it was told before; what is posted goes no further."""

        async def users_info(self, **_what: Any) -> Any:
            user = {"id": "U0123456789", "team_id": "T0123456789", "locale": "it-IT", "real_name": "Eva Rossi"}
            return {"user": user}

        async def chat_postMessage(self, **what: Any) -> Any:  # noqa: N802
            called(what)
            return {"ts": "1795510800.000200"}

    words = _words()
    ask = _asking(words)
    client, me, beside = Knows(), Me("T0123456789", "U0999999999", "B0999999999"), Beside()
    posting = Posting(client)

    async def hear(heard: Heard) -> Receipt:
        screen = ask({"problem": FIELDS})
        if isinstance(heard, Filled):
            return Receipt(screen)
        for message in draw(screen, room=False):
            await posting.post(heard.place.chat, "", message, "17.0", maybe_sent=False)
        return Receipt()

    members = Members(client, me)
    homes = Homes(client, members, None, home, beside)
    answers = Answers(client, homes, hear, window, lambda _language: words)
    listeners = Listeners(
        client, me, hear, members=members, answers=answers, homes=homes, beside=beside, answer=timedelta(seconds=2.8)
    )
    take = listeners.act if body["type"] == "view_submission" else listeners.event

    async def ack(*what: Any) -> BoltResponse:
        if what:
            called(what[0])
        return acknowledged

    acknowledged = BoltResponse(status=200)
    return lambda: take(body, cast("AsyncAck", ack))


async def _theirs(body: dict[str, Any], call: dict[str, Any]) -> Callable[[], Awaitable[object]]:
    """Bolt and its SDK alone: from the envelope to the listener, and from *call*, as we make it, to what is sent."""
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_bolt.app.async_app import AsyncApp

    kind = "interactive" if body["type"] == "view_submission" else "events_api"
    envelope = json.dumps({"envelope_id": "e0123456789", "type": kind, "payload": body})
    app = AsyncApp(signing_secret="none", authorize=_authorize, process_before_response=True)
    client = _encoding_client()

    async def on_message(ack: AsyncAck) -> None:
        await client.chat_postMessage(**call)
        await ack()

    async def on_act(ack: AsyncAck) -> None:
        await ack(call)

    for register in (app.action, app.view, app.view_closed, app.shortcut):
        register(re.compile(".*"))(on_act)
    app.event("message")(on_message)
    handler = AsyncSocketModeHandler(app, "xapp-example-token")
    await handler.client.aiohttp_client_session.close()  # no link is opened
    sent = asyncio.Queue[str]()

    class Link:
        send_str = staticmethod(sent.put)

    handler.client.current_session = cast("Any", Link())

    async def once() -> None:
        await handler.client.enqueue_message(envelope)
        assert "e0123456789" in await sent.get()

    return once


def _encoding_client() -> Any:
    """Return the SDK's client over a session that encodes what it is handed, as aiohttp does, and sends it nowhere."""
    from slack_sdk.web.async_client import AsyncWebClient

    class Answer:
        status, headers, content_type = 200, dict[str, str](), "application/json"

        async def json(self) -> dict[str, Any]:
            return {"ok": True, "ts": "1795510800.000200"}

    class Nowhere:
        closed = False

        @asynccontextmanager
        async def request(self, *_what: Any, **arguments: Any) -> AsyncIterator[Answer]:
            assert json.dumps(arguments["json"]).encode()
            yield Answer()

    return AsyncWebClient("xoxb-example-token", session=cast("Any", Nowhere()), retry_handlers=[])


async def _authorize() -> Any:
    from slack_bolt.authorization import AuthorizeResult

    return AuthorizeResult(
        enterprise_id=None,
        team_id="T0123456789",
        bot_user_id="U0999999999",
        bot_id="B0999999999",
        bot_token="xoxb-example-token-of-a-bot-in-tests-only",
    )


# A whole opening in a window


def whole_opening(folder: Path) -> None:
    """Both programs live side by side, each beside a server of its own, and take turns: what the machine does else
    meets both alike.
    """
    with _ready("bare", folder) as bare, _ready("ours", folder) as ours:
        rows = [(bare.in_a_row(), ours.in_a_row()) for _ in range(ROWS)]
    _tell("a form sent, with its transaction", [(a.form, b.form) for a, b in rows])
    _tell("a whole opening (a shortcut, 2 forms, 3 presses, a notice)", [(a.whole, b.whole) for a, b in rows])


def _tell(what: str, pairs: list[tuple[float, float]]) -> None:
    bare, ours = (median(times) for times in zip(*pairs, strict=True))
    print(
        f"{what}: {ours * 1e3:.1f} ms, bare {bare * 1e3:.1f} ms:"
        f" {median(a / b for a, b in pairs):.2f} of its speed (goal: at least 0.6)"
    )


@dataclass
class Took:
    """Seconds. *form*: from the press of "Send" until the next page is there."""

    form: float
    whole: float


@dataclass
class Ready:
    """A program that runs, and people who have registered and opened nothing yet."""

    world: Any
    people: Iterator[Any]
    took: list[Took] = field(default_factory=list)

    def in_a_row(self) -> Took:
        """What one of a few openings, one after the other, takes in the median: the first wakes the program up."""
        took = [self._opens(next(self.people)) for _ in range(IN_A_ROW)]
        return Took(median(one.form for one in took), median(one.whole for one in took))

    def _opens(self, eva: Any) -> Took:
        began = perf_counter()
        eva.shortcut("open")
        self._until(lambda: TOPIC in _buttons(eva))
        eva.presses(TOPIC)
        self._until(lambda: eva.modal.submit)
        sent = perf_counter()
        eva.submits(**FIELDS)
        self._until(lambda: FELT in _buttons(eva))
        form = perf_counter() - sent
        eva.presses(FELT)
        self._until(lambda: eva.modal.submit)
        eva.submits()
        self._until(lambda: YES in _buttons(eva))
        eva.presses(YES)
        self._until(lambda: any(LAST in message.text for message in eva.dm.messages.values()))
        return Took(form, perf_counter() - began)

    def _until(self, done: Callable[[], object]) -> None:
        self.world.wait_until(done, timeout=30)


def _buttons(eva: Any) -> list[str]:
    return eva.modal.buttons if eva.modal else []


@contextmanager
def _ready(name: str, folder: Path) -> Iterator[Ready]:
    from tests.servers.slack import slack_server

    with slack_server(keep_calls=100) as world, _program(name, world, folder / name):
        people = [world.person(f"Eva {number}", f"eva{number}@example.org") for number in range(ROWS * IN_A_ROW)]
        for person in people if name == "ours" else ():  # the bare program asks nobody who they are
            _registers(world, person)
        yield Ready(world, iter(people))
        assert not world.oddities, world.oddities


def _registers(world: Any, person: Any) -> None:
    """Say yes to the desk's notice, and leave."""
    person.shortcut("open")
    world.wait_until(lambda: person.modal, timeout=30)
    person.presses(person.modal.buttons[0])
    world.wait_until(lambda: TOPIC in _buttons(person), timeout=30)
    person.closes()
    world.wait_until(lambda: not world.unanswered(), timeout=30)


def _program(name: str, world: Any, folder: Path) -> AbstractContextManager[object]:
    names = {
        "SPORTELLO_SLACK__BOT_TOKEN": world.bot_token,
        "SPORTELLO_SLACK__APP_TOKEN": world.app_token,
        "SPORTELLO_SLACK__BASE_URL": world.base_url,
    }
    return program("bench.slack", name, folder, names, lambda: world.wait_until(lambda: world.links, timeout=60))


async def bare() -> None:
    """What the same libraries need at least, if nothing may be lost or done twice, and each answer is durable.

    Nothing is acknowledged before it is committed; what was done is known again; the answers so far are kept with the
    person; the last press writes the ticket and what is to be said of it, and that it was sent.
    """
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_bolt.app.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    client = AsyncWebClient(
        os.environ["SPORTELLO_SLACK__BOT_TOKEN"], os.environ["SPORTELLO_SLACK__BASE_URL"], retry_handlers=[]
    )
    app = AsyncApp(client=client, authorize=_authorize, signing_secret="none", process_before_response=True)
    bare = Bare(client, Store(Path(os.environ["SPORTELLO_DATA"])))
    for register in (app.action, app.view, app.view_closed, app.shortcut):
        register(re.compile(".*"))(bare.take)
    app.event("message")(_pass_over)  # its own words come back to it
    until = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, until.set)
    handler = AsyncSocketModeHandler(app, os.environ["SPORTELLO_SLACK__APP_TOKEN"])
    handler.client.web_client = client
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await until.wait()
    await handler.close_async()  # type: ignore[no-untyped-call]


async def _pass_over(ack: Callable[[], Awaitable[object]]) -> None:
    await ack()


class Bare:
    """A program that opens tickets in a window, and can do nothing else."""

    def __init__(self, client: Any, store: Store) -> None:
        self.client = client
        self.store = store
        self.writer = ThreadPoolExecutor(1)
        self.under_way: set[asyncio.Task[None]] = set()

    async def take(self, body: dict[str, Any], ack: Callable[..., Awaitable[object]]) -> None:
        if body["type"] == "view_closed":
            await ack()
            return
        row = await self._hop(lambda: self.store.take(body, _given(body)))
        if body["type"] == "view_submission":
            await ack(response_action="update", view=_page(_given(body)))
            return
        await ack()
        self.under_way.add(task := asyncio.create_task(self._show(body, row)))
        task.add_done_callback(self.under_way.discard)

    async def _show(self, body: dict[str, Any], row: int) -> None:
        page = _page(_given(body))
        if body["type"] == "shortcut":
            await self.client.views_open(trigger_id=body["trigger_id"], view=page)
        else:
            await self.client.views_update(view_id=body["view"]["id"], view=page)
        if row:
            said = f"Il ticket 1042 {LAST}: «{FIELDS['subject']}». Di norma rispondiamo entro le 10:30."
            answer = await self.client.chat_postMessage(
                channel=body["user"]["id"], text=said, blocks=[_section(said), _row("Segui il ticket", "Aggiungi")]
            )
            await self._hop(lambda: self.store.sent(row, answer["ts"]))

    def _hop(self, work: Callable[[], Any]) -> Awaitable[Any]:
        return asyncio.get_running_loop().run_in_executor(self.writer, work)


def _given(body: dict[str, Any]) -> str:
    """What was done, by which the next page is known."""
    if body["type"] == "view_submission":
        return "form" if FIELDS["subject"] in str(body["view"]["state"]) else "files"
    return str(body["actions"][0]["value"]) if body["type"] == "block_actions" else ""


def _page(given: str) -> dict[str, Any]:
    """The window's next page, of the size of ours."""
    match given:
        case "":
            blocks = [_section("Di che cosa si tratta?"), _row(*LABELS), _row("Annulla")]
        case "form":
            blocks = [
                _section("Quanto ti blocca?"),
                _row("Non riesco a lavorare", FELT, "Dà fastidio"),
                _row("Annulla"),
            ]
        case "files":
            blocks = [_section("Ecco il ticket.\n" + "\n".join(FIELDS.values())), _row(YES, "No"), _row("Annulla")]
        case str() if given == YES:
            blocks = [_section("Il ticket 1042 è aperto.")]
        case str() if given == FELT:
            blocks = [_section("Un file?"), _input("files", {"type": "file_input", "max_files": 10}), _row("Annulla")]
        case _:
            text = {"type": "plain_text_input"}
            blocks = [_section("Racconta."), _input("subject", text), _input("story", {**text, "multiline": True})]
    sends = {"submit": _plain("Invia")} if any(block["type"] == "input" for block in blocks) else {}
    view = {"type": "modal", "callback_id": "form", "title": _plain("Sportello"), "close": _plain("Chiudi"), **sends}
    return {**view, "notify_on_close": True, "private_metadata": "{}", "blocks": blocks}


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _row(*labels: str) -> dict[str, Any]:
    buttons = [{"type": "button", "text": _plain(label), "value": label, "action_id": label} for label in labels]
    return {"type": "actions", "elements": buttons}


def _input(name: str, element: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": _plain(name),
        "optional": name == "files",
        "element": {**element, "action_id": name},
    }


class Store(BareStore):
    def take(self, body: dict[str, Any], given: str) -> int:
        """Keep what was done, and the answer with the others; return the row of what is to be said, else 0."""
        address = str(body["user"]["id"])
        with self.database.write() as conn:
            self.hear(conn, str(body["trigger_id"]), body["type"])
            person = self.person(conn, address)
            self.keep(conn, person, address, [*(person.answers if person and given else ()), given])
            if given != YES:
                return 0
            self.open(conn, address, FIELDS["subject"], FIELDS["story"])
            return self.reply(conn, address, LAST)


if __name__ == "__main__":
    programs = {"ours": serve_desk, "bare": bare}
    asyncio.run(programs[sys.argv[1]]()) if sys.argv[1:] else main()
