"""The composition root: settings in, a running desk out. Here and nowhere else parts are joined and `now` is made."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from socket import gethostname
from typing import Any, TypeVar

import structlog

from bot.adapters.channel import Channel, Hear, Hears
from bot.adapters.mail import Mail, MailServer, Security
from bot.alone import alone_on
from bot.calendars import read_zone
from bot.conversations.drawing import Drawing
from bot.conversations.heard import Heard, Person, Place
from bot.conversations.hearing import Hearing
from bot.conversations.home import Page
from bot.conversations.screen import Receipt
from bot.courier import Courier
from bot.settings import SLACK, TELEGRAM, MailSettings, Settings
from bot.ticks import Ticks, Watch
from bot.waking import Waking
from bot.watchdog import Watchdog
from bot.watching.noting import Noting, Opaque
from bot.watching.tally import Tally
from bot.watching.wanted import heart, traces, watchers_let_in
from bot.words import Lexicon, Words
from core.ailments import without_words
from core.bell import Bell
from core.db import Chance, Database, Left, OneAtATime, Secrets
from core.desk import Desk
from core.files import FileRules, FileStore
from core.migrations import upgrade
from core.notices.chats import Furnish, Room, RoomAt
from core.notices.leases import FreeLeases, FreeLeasesOfTheDead
from core.people.rules import PeopleRules
from core.sla.policy import Policy
from core.tickets.counter import CounterRules
from core.tickets.rules import TicketRules, Topic
from core.tickets.telling import OpenRooms

T = TypeVar("T")
log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]

TERMINAL_ROOMS = (("#operators", Room.OPERATORS), ("#leads", Room.LEADS))
"""What a desk without rooms in its settings has: those of the terminal."""
READERS = 5
LOOKERS = 2
LISTEN_AGAIN = 5.0
"""Seconds after which a channel that stopped listening is listened to again."""


def now() -> datetime:
    """The one clock of the program; the demo and the tests hand in others."""
    return datetime.now(UTC)


@dataclass
class House:
    """A desk with everything that works for it. Nothing runs yet: step it by hand, or `serve` it.

    *channels*: all that it can write by; those that hear by themselves listen while it is served.
    """

    settings: Settings
    clock: Clock
    chance: Chance
    policy: Policy
    lexicon: Lexicon
    desk: Desk
    watch: Watch
    files: FileStore
    workers: Workers
    courier: Courier = field(init=False)
    hearing: Listening = field(init=False)
    alive: OneAtATime = field(init=False)
    watchdog: Watchdog = field(init=False)
    noting: Noting = field(init=False)
    door: int | None = None
    """The port of the watchers' door, while it is open."""
    channels: tuple[Channel, ...] = ()
    wakers: list[Callable[[Left], None]] = field(default_factory=list)

    @property
    def zone(self) -> tzinfo:
        """The zone in which this desk tells times."""
        return zone_of(self.settings, self.policy)

    @property
    def words(self) -> Words:
        """What the desk says to its administrator."""
        desk = self.settings.desk
        return self.lexicon.words(desk.language, self.zone, self.clock(), formal=desk.formal)


class Listening:
    """What people do, heard in a worker thread. What fails is tried again, and passed over the third time."""

    def __init__(self, hearing: Hearing, workers: Workers, noting: Noting) -> None:
        self._hearing = hearing
        self._workers = workers
        self._noting = noting

    async def hear(self, heard: Heard) -> Receipt:
        """One turn; see `Hearing.hear`. Raises only where the failure itself can't be written down."""
        while True:
            began = time.monotonic()
            try:
                receipt = await self._workers.hop(lambda: self._hearing.hear(heard))
            except Exception as error:
                self._noting.heard(heard, None, time.monotonic() - began)
                told = {"channel": heard.place.channel, "kind": type(heard).__name__}
                log.error("could-not-hear", **told, exception=without_words(error))
                if not await self._failed(heard, error):
                    return Receipt()
            else:
                self._noting.heard(heard, receipt, time.monotonic() - began)
                return receipt

    async def _failed(self, heard: Heard, error: Exception) -> bool:
        return await self._workers.hop(lambda: self._hearing.fail(heard, error))

    async def home(self, place: Place, person: Person) -> Page:
        """Return what a person's own page shows them now."""
        return await self._workers.hop(lambda: self._hearing.home(place, person))


class Workers:
    """The hop to a worker thread and back: one for SQLite, as many as the pool has connections for PostgreSQL."""

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="desk")

    async def hop(self, work: Callable[[], T], /) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """Wait for what is under way."""
        self._threads.shutdown(wait=True)


@asynccontextmanager
async def open_desk(
    settings: Settings, *, clock: Clock = now, chance: Chance | None = None, channels: Iterable[Channel] = ()
) -> AsyncIterator[House]:
    """Open the store, bring it up to date, furnish the rooms, and hand over the house.

    *channels* come beside those that the settings name, or instead of them. Raises PolicyProblem, NotAlone, NewerStore, OSError, and what `core.ailments`
    knows of.
    """
    chance = chance or Secrets()
    policy = settings.sla.to_policy()
    async with AsyncExitStack() as stack:
        database = _open_database(settings, stack)
        workers = Workers(1 if database.sqlite else READERS)
        stack.callback(workers.close)
        await workers.hop(lambda: upgrade(database))
        house = _join(settings, policy, database, workers, clock, chance)
        house.noting = Noting(Tally(), Opaque(_key(settings)), clock, traces(settings.watching, stack))
        drawing = Drawing(house.lexicon, house.zone, settings.desk.formal)
        _connect(
            house,
            drawing,
            (*_mail(house, stack), *_telegram(house, drawing, stack), *_slack(house, drawing, stack), *channels),
        )
        await workers.hop(lambda: house.desk.do(OpenRooms(Furnish(rooms(settings)))))
        await _free_leases(house, database, stack)
        _watch_over(house, stack)
        yield house


async def _free_leases(house: House, database: Database, stack: AsyncExitStack) -> None:
    """Nobody waits for the end of a lease that a process left which died. Alone on a file, all are such."""
    house.alive = OneAtATime(database, house.courier.worker)
    stack.callback(house.alive.leave)
    await house.workers.hop(house.alive.take)
    free = FreeLeases() if database.sqlite else FreeLeasesOfTheDead()
    await house.workers.hop(lambda: house.desk.do(free))


def _watch_over(house: House, stack: AsyncExitStack) -> None:
    """The watchdog has connections and a thread of its own: what holds up the desk does not hold up who watches it."""
    database, workers = Database(house.settings.database_url, pool=LOOKERS), Workers(LOOKERS)
    stack.callback(database.close)
    stack.callback(workers.close)
    desk = house.desk
    looking = Desk(database, clock=desk.clock, chance=desk.chance, rules=desk.rules, committed=desk.committed)
    house.watchdog = Watchdog(
        looking,
        hop=workers.hop,
        channels=[channel.name for channel in house.channels if isinstance(channel, Hears)],
        closed=lambda: house.courier.pacer.gate(1).closed,
        wake=desk.committed,
        beat=heart(house.settings.watching),
    )


def _open_database(settings: Settings, stack: AsyncExitStack) -> Database:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings.database_url, pool=READERS)
    if database.file:
        database.file.parent.mkdir(parents=True, exist_ok=True)
    stack.enter_context(alone_on(database.file) if database.file else nullcontext())
    stack.callback(database.close)
    return database


def _join(
    settings: Settings, policy: Policy, database: Database, workers: Workers, clock: Clock, chance: Chance
) -> House:
    wakers: list[Callable[[Left], None]] = []

    def committed(left: Left) -> None:
        for wake in wakers:
            wake(left)

    desk = Desk(database, clock=clock, chance=chance, rules=rules(settings, policy), committed=committed)
    files = FileStore.at(settings.files.store or settings.data / "files")
    return House(settings, clock, chance, policy, Lexicon.load(), desk, Watch(desk), files, workers, wakers=wakers)


def _connect(house: House, drawing: Drawing, channels: tuple[Channel, ...]) -> None:
    """Give the house its ears, and its courier, which every commit wakes."""
    worker = f"{gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"
    hop, chance = house.workers.hop, house.chance
    house.courier = Courier(
        house.desk,
        channels,
        drawing,
        hop=hop,
        chance=chance,
        worker=worker,
        files=house.files,
        note=house.noting.sent,
    )
    house.wakers.append(house.courier.wake)
    house.channels = channels
    limits = {channel.name: channel.limits for channel in channels}
    desk = house.settings.desk
    explicit = desk.thread == "explicit"
    hearing = Hearing(house.desk, drawing, limits, language=desk.language, explicit=explicit)
    house.hearing = Listening(hearing, house.workers, house.noting)


async def serve(house: House, until: asyncio.Event, *, pause: float = LISTEN_AGAIN) -> None:
    """Let ears, courier and watch work until *until* is set; what is under way then is done to its end.

    *pause*: seconds until a channel that stopped listening is listened to again.
    """
    async with (
        watchers_let_in(house.settings.watching, house.watchdog, house.noting.tally, house.channels) as house.door,
        Ticks(house.watch, hop=house.workers.hop, clock=house.clock) as ticks,
        asyncio.TaskGroup() as group,
    ):
        waking = Waking(Bell(house.desk.database, house.courier.worker), house.workers.hop, house.courier.wake)
        woken = (ticks.wake, waking.committed)
        house.wakers.extend(woken)
        ringing = group.create_task(waking.run())
        sending = group.create_task(house.courier.run())
        living = group.create_task(_stay_known(house))
        watching = group.create_task(house.watchdog.run())
        try:
            async with asyncio.TaskGroup() as hearing:
                ears = [
                    hearing.create_task(_listen(one.name, one.listen, house, pause))
                    for one in house.channels
                    if isinstance(one, Hears)
                ]
                await until.wait()
                for ear in ears:  # before the courier, which may still send what these end with
                    ear.cancel()
        finally:
            for waker in woken:
                house.wakers.remove(waker)
            ringing.cancel()
            living.cancel()
            watching.cancel()
            sending.cancel()


async def _stay_known(house: House) -> None:
    """Let other processes know that this one lives, also when the store was away; and take over what one left that died."""
    while True:
        await asyncio.sleep(LISTEN_AGAIN)
        with suppress(Exception):  # the next look takes it again
            await house.workers.hop(house.alive.take)
            await house.workers.hop(lambda: house.desk.do(FreeLeasesOfTheDead()))


async def _listen(name: str, listen: Callable[[Hear], Awaitable[None]], house: House, pause: float) -> None:
    """Listen to one channel as long as the desk runs. One that fails is begun anew, and stops no other."""
    while True:
        try:
            await listen(house.hearing.hear)
            log.error("stopped-listening", channel=name)
        except Exception:
            log.exception("could-not-listen", channel=name)
        await asyncio.sleep(pause)


def rules(settings: Settings, policy: Policy) -> dict[type, Any]:
    """What each room of the core is configured with, by its type."""
    desk, habits, people = settings.desk, settings.habits, settings.people
    languages = (desk.language, *(language for language in desk.languages if language != desk.language))
    tickets = TicketRules(
        topics=tuple(Topic(topic.key, _texts(topic.titles), _texts(topic.answers)) for topic in settings.topics),
        close_solved_after_days=habits.close_solved_after_days,
        remind_after_working_days=habits.remind_after_working_days,
        close_unanswered_after_working_days=habits.close_unanswered_after_working_days,
        longest_text=habits.longest_text,
        most_open=habits.most_open,
        hold_seconds=habits.hold_seconds,
    )
    known = PeopleRules(
        mail=bool(settings.mail.host),
        code_minutes=habits.code_minutes,
        code_tries=habits.code_tries,
        operators=people.operators,
        leads=people.leads,
        phone_country=people.phone_country,
        key=_key(settings),
    )
    counter = CounterRules(desk.name, languages, desk.phones, _texts(desk.privacy))
    files = FileRules(settings.files.largest_mb * 1_000_000, settings.files.most)
    return {Policy: policy, TicketRules: tickets, PeopleRules: known, CounterRules: counter, FileRules: files}


def _texts(texts: Mapping[Any, str]) -> dict[str, str]:
    return {str(language): text for language, text in texts.items()}


def _key(settings: Settings) -> bytes:
    """The secret phrase, or one that is made once and kept in the data folder. Raises OSError."""
    if settings.secret:
        return settings.secret.get_secret_value().encode()
    path = settings.data / "secret.key"
    if not path.exists():
        draft = settings.data / f".secret.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode())
        with suppress(FileExistsError):  # of two that start at once, the first one's holds
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()


def rooms(settings: Settings) -> tuple[RoomAt, ...]:
    """The rooms that the settings name, Telegram's groups and Slack's channels among them; or the terminal's, where there is none."""
    language = settings.desk.language
    named = tuple(
        RoomAt(room.channel, room.address, Room(room.room), room.language or language, room.topic)
        for room in settings.rooms
    )
    named += tuple(
        RoomAt(platform, place, room, language, topic or None)
        for platform, section in ((TELEGRAM, settings.telegram), (SLACK, settings.slack))
        for room, pairs in ((Room.OPERATORS, section.operators), (Room.LEADS, section.leads))
        for topic, place in pairs
    )
    return named or tuple(RoomAt("terminal", address, room, language) for address, room in TERMINAL_ROOMS)


def zone_of(settings: Settings, policy: Policy) -> tzinfo:
    return read_zone(settings.desk.zone) if settings.desk.zone else policy.calendar.zone


def mail_server(mail: MailSettings) -> MailServer:
    """Where mail is handed over."""
    password = mail.password.get_secret_value()
    return MailServer(mail.host, mail.door, mail.sender, mail.user, password, Security(mail.security))


def _mail(house: House, stack: AsyncExitStack) -> tuple[Channel, ...]:
    if not house.settings.mail.host:
        return ()
    mail = Mail(mail_server(house.settings.mail), clock=house.clock, chance=house.chance)
    stack.push_async_callback(mail.close)
    return (mail,)


def _telegram(house: House, drawing: Drawing, stack: AsyncExitStack) -> tuple[Channel, ...]:
    settings, desk = house.settings.telegram, house.settings.desk
    if not settings.is_set:
        return ()
    from bot.adapters.telegram.access import Access  # its library takes a while: only a desk that needs it waits
    from bot.adapters.telegram.channel import Telegram
    from bot.adapters.telegram.webhook import Webhook

    access = Access(settings.token.get_secret_value(), settings.base_url, settings.base_file_url)
    webhook = Webhook(settings.webhook, settings.secret, settings.webhook_host, settings.webhook_port)
    telegram = Telegram(
        access,
        desk=house.desk,
        hop=house.workers.hop,
        chance=house.chance,
        drawing=drawing,
        language=desk.language,
        webhook=webhook if settings.webhook else None,
    )
    stack.push_async_callback(telegram.close)
    return (telegram,)


def _slack(house: House, drawing: Drawing, stack: AsyncExitStack) -> tuple[Channel, ...]:
    settings, desk = house.settings.slack, house.settings.desk
    if not settings.is_set:
        return ()
    from bot.adapters.slack.access import Access  # its library takes a while: only a desk that needs it waits
    from bot.adapters.slack.channel import Slack
    from bot.adapters.slack.listening import Door

    access = Access(
        settings.bot_token.get_secret_value(),
        settings.app_token.get_secret_value(),
        settings.signing_secret.get_secret_value(),
        settings.base_url,
    )
    slack = Slack(
        access,
        desk=house.desk,
        hop=house.workers.hop,
        chance=house.chance,
        drawing=drawing,
        language=desk.language,
        home=lambda place, person: house.hearing.home(place, person),  # hearing is made after its channels
        door=Door(settings.http_host, settings.http_port, settings.http_path) if settings.by_http else None,
    )
    stack.push_async_callback(slack.close)
    return (slack,)
