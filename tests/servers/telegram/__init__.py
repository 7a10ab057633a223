"""A Telegram Bot API server of ours on loopback: a world that a test drives from the person's side, and reads.

Written from the public documentation, and strict where Telegram is: it is there to be believed by the real library.

    async with telegram_server() as world:
        bot = telegram.Bot(world.bot.token, base_url=world.base_url, base_file_url=world.base_file_url)
        eva = world.person("Eva", language="it")
        desk = world.group("Sportello", forum=True)
        desk.add(giulia := world.person("Giulia"))
        desk.add_bot(can_manage_topics=True)

        eva.starts("topic-firma")                                   # what people do, at once
        photo = eva.sends_photo(caption="guarda")
        await world.until(lambda: eva.hears())                      # the bot has answered
        question = eva.hears()[-1]
        assert question.rows == [["Sì", "No"]] and question.html == "<b>Apro il ticket?</b>"
        press = eva.presses(question, "Sì")
        await world.until(lambda: press.answered)
        assert world.oddities == []

`with telegram_server() as world:` is the same from a test without an event loop (`world.wait_until`), in a thread of its
own, so that a program under test can be killed and started again around it. `python -m tests.servers.telegram
--port 8081` runs it alone, with a person at the keyboard.

The world: `person(name, language, username, started=)`, `group(title, supergroup=, forum=)`, `channel(title)`,
`other_bot(name, username)`, `bot`, `passes(seconds)`, `until`/`wait_until(condition, timeout)`, `calls`/`called(*methods)`,
`oddities`, `unanswered()` (presses that still wait), `updates` (those not confirmed yet; `updates.lost`: too old),
`floods` (off unless `floods=True`), `trouble(what, method, times, …)`, `goes_down()`/`comes_back()`, `webhook`.
Options: token, username, name, can_read_all_group_messages, clock, floods, poll_oddities, insecure_webhooks, keep_calls.

A person: `starts says sends sends_photo/document/voice/video/audio/animation/video_note/sticker/location/venue/contact/
dice/poll/album forwards edits deletes pins reacts presses presses_raw blocks unblocks leaves_telegram`, and reads by
`sees(chat, topic)`, `hears(chat, topic)` (the bot's only), `alerts`, `commands(chat)`, `description`, `short_description`.

A group: `add(person, status, **rights) add_bot(**rights) remove remove_bot upgrade topic deletes_topic closes_topic
channel_says`, and reads by `shows(topic)`, `cards(topic)` (the bot's only), `topic_named(name)`, `topics`, `pinned`.

A message stands as it is now, also after an edit: `text html rows buttons edited silent reply_to topic kind file deleted
versions bot_reactions parts`. Trouble: see `Trouble`; `world.trouble(Trouble.RESET_AFTER, "sendMessage", times=2)`
(any method by "*", downloads by "file").

Not here: inline mode, payments, business accounts, Markdown (HTML and entities only); any method that is not in
parameters.txt answers 404.
"""

from tests.servers.telegram.acting import KINDS, PICTURE, Piece
from tests.servers.telegram.groups import Group
from tests.servers.telegram.server import Serving, telegram_server, telegram_server_thread
from tests.servers.telegram.things import Alert, Button, Call, Chat, Message, Press, Topic
from tests.servers.telegram.troubles import Trouble
from tests.servers.telegram.world import TOKEN, Person, World

__all__ = [
    "KINDS",
    "PICTURE",
    "TOKEN",
    "Alert",
    "Button",
    "Call",
    "Chat",
    "Group",
    "Message",
    "Person",
    "Piece",
    "Press",
    "Serving",
    "Topic",
    "Trouble",
    "World",
    "telegram_server",
    "telegram_server_thread",
]
