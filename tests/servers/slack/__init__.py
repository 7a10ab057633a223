"""A Slack of ours on loopback: the Web API, Socket Mode and signed HTTP, written from the public documentation.

It is strict where Slack is strict (scopes, Block Kit, trigger ids, acknowledgements, escaping), and holds a *world* that
a test drives from the person's side and reads as a person sees it. It serves the real slack_sdk and slack_bolt:

    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
    from slack_bolt.app.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.servers.slack import slack_server

    async def test_the_desk() -> None:
        with slack_server(manifest=manifest) as world:        # without a manifest: an app that may do everything
            eva = world.person("Eva", "eva@example.org")      # Italian, in Rome, unless said otherwise
            luca = world.person("Luca", "luca@example.org", locale="en-US", tz="Europe/London")
            operators = world.channel("operators", [luca])    # the bot is inside unless bot=False

            client = AsyncWebClient(token=world.bot_token, base_url=world.base_url, retry_handlers=[])
            app = AsyncApp(client=client, signing_secret=world.signing_secret, process_before_response=True)
            handler = AsyncSocketModeHandler(app, world.app_token)
            await handler.connect_async()
            await world.connected()

            eva.says("La stampante non va")                   # in the direct messages with the app
            await world.until(lambda: eva.hears())            # what the app said there
            print(eva.hears()[-1].text, eva.hears()[-1].buttons)

            press = eva.presses("Apri un ticket")             # the newest message that has it, or say which
            await press                                       # acknowledged, or press.failed says what Eva was shown
            await world.until(lambda: eva.modal)
            eva.fills("Problema", "Non stampa")               # by label, block_id or action_id
            await eva.submits()
            assert eva.modal is None or eva.modal.errors == {}

            card = luca.sees(operators)[-1]                   # .text .buttons .overflow .edited .only_me .replies .files
            await luca.presses("Prendi", card)
            luca.says("Arrivo", thread=card)                  # in the thread of the card

            world.passes(60)                                  # triggers expire, events are sent again …
            assert world.pings == [] and world.oddities == []
            world.called("chat.postMessage")[-1].params

People (`world.person`): `says`, `mentions`, `uploads`, `edits`, `deletes`, `deletes_file`, `gets_preview`, `reacts`,
`takes_back`, `joins`, `invites`, `leaves`, `removes`, `archives`, `renames`, `becomes(guest=…, deleted=…, email=…)`,
`presses`, `presses_late`, `chooses`, `fills`, `submits`, `closes`, `opens_home`, `commands("/ticket", "…")`,
`shortcut(name[, message])`, `reloads`; and see: `sees`, `hears`, `modal`, `modal_stack`, `home`, `dm`, `troubles`
(what Slack itself told them),
`fetches(file)`. What Slack's own client would not allow raises CannotDo.

The world: `channel`, `person`, `direct`, `uninstalls`, `scopes` (take some away), `token_error = "invalid_auth"`,
`rates.on = True`, `now`, `passes`, `until` / `wait_until`, `calls` / `called`, `pings` (whom the app rang), `oddities`
(what Slack passes over in silence and a program should not do), `lost` (what Slack gave up to deliver),
`unanswered()` (what still waits for its acknowledgement), `deliveries.loses_acks(1, of="interactive")`,
`deliveries.again(delivery)`, `deliveries.late`.

What goes wrong: `trouble(Trouble.RESET_AFTER, "chat.postMessage")` and the like, also for `upload` and `download`;
`goes_down`, `comes_back`; `sockets.ask_to_reconnect("warning")`, `sockets.drop()`, `.close()`, `.freeze()`.

`with slack_server() …` and `async with slack_server() …` are the same; `python -m tests.servers.slack` runs it alone, with
a person at the keyboard. Signed HTTP instead of Socket Mode: `await world.verifies(url)` (the challenge), or
`world.sends_to(url)`.

It runs in a thread with its own loop, so that a program that blocks its loop meets a Slack that does not; ids and ts
are the same in every run with a clock that stands still (`slack_server(clock=lambda: 1_793_000_000.0)`). Not served:
direct messages of several people, external selects, user tokens, org-wide apps, workflows, canvases, lists, scheduled
messages. Where the documentation is silent, a guess: the words of some Block Kit complaints, the whole text of a message
(12,000 characters), `msg_too_long` of ephemeral messages, what an upload of a wrong length is answered.
"""

from __future__ import annotations

from tests.servers.slack.errors import CannotDo, Refused
from tests.servers.slack.manifest import EVENTS, EVERYTHING, InvalidManifest, Manifest
from tests.servers.slack.people import Person
from tests.servers.slack.seeing import Screen, Seen
from tests.servers.slack.server import slack_server
from tests.servers.slack.things import Call, Channel, File, Interaction, Message, Ping, User, View
from tests.servers.slack.troubles import Trouble
from tests.servers.slack.world import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, World

__all__ = [
    "APP_TOKEN",
    "BOT_TOKEN",
    "EVENTS",
    "EVERYTHING",
    "SIGNING_SECRET",
    "Call",
    "CannotDo",
    "Channel",
    "File",
    "Interaction",
    "InvalidManifest",
    "Manifest",
    "Message",
    "Person",
    "Ping",
    "Refused",
    "Screen",
    "Seen",
    "Trouble",
    "User",
    "View",
    "World",
    "slack_server",
]
