"""What the watchers are shown: a door, metrics, a heartbeat, lines of the log and traces; and no person in any of them."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
import structlog
from aiohttp import ClientSession, web
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.channel import Broken, Hop
from bot.adapters.trying import Contact
from bot.app import open_desk, serve
from bot.configuration.watching import WatchingSettings
from bot.conversations.heard import Person, Place, Said
from bot.conversations.screen import Receipt
from bot.logs import set_up
from bot.settings import SettingsWrong, load
from bot.watchdog import Watchdog
from bot.watching.heartbeat import Heartbeat
from bot.watching.metrics import Metrics
from bot.watching.noting import Noting, Opaque
from bot.watching.tally import Spread, Tally
from bot.watching.tracing import Tracing
from bot.watching.wanted import watchers_let_in
from core.ailments import without_words
from core.desk import Desk
from core.notices.outbox import Kind, post
from core.sla.policy import Severity
from core.tickets.commands import Claim, Solve
from core.tickets.gauges import HappenedSince, HowItStands
from tests.carrying import BEGIN, Clock, open_house
from tests.carrying import House as Carrying
from tests.house import House as Counter
from tests.house import open_house as open_counter
from tests.test_app import Ear
from tests.transcripts.player import Driver, Heading, play, read
from tests.transcripts.slack import on_slack
from tests.transcripts.telegram import on_telegram

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
WATCHING = ROOT / "deploy/watching"
SAID = "Non parte la firma"
EVA = Person("123456789", "Eva Rossi", "it")


async def here(work: Callable[[], T]) -> T:
    return work()


@pytest.fixture
def file_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / 'desk.db')}"


@pytest.fixture
def house(file_url: str, tmp_path: Path) -> Iterator[Carrying]:
    with open_house(file_url, tmp_path) as house:
        yield house


def said(text: str, id_: str = "1") -> Said:
    return Said(id_, Place("telegram", "123456789"), EVA, text=text)


class TestTheDoor:
    """Of a desk that is served."""

    @asynccontextmanager
    async def served(self, folder: Path) -> AsyncIterator[tuple[str, Ear]]:
        environ = {"SPORTELLO_DATA": str(folder / "data"), "SPORTELLO_WATCHING__LISTEN": "127.0.0.1:0"}
        ear, ended = Ear("paper", "orari"), asyncio.Event()
        async with open_desk(load(environ, folder), clock=lambda: BEGIN, channels=(ear,)) as house:
            serving = asyncio.create_task(serve(house, ended, pause=0))
            await asyncio.wait_for(ear.heard_all.wait(), 20)
            await house.watchdog.step()
            yield f"http://127.0.0.1:{house.door}", ear
            ended.set()
            await asyncio.wait_for(serving, 20)

    async def test_says_how_it_does(self, tmp_path: Path) -> None:
        async with self.served(tmp_path) as (url, _), ClientSession() as session:
            answers = {}
            for path in ("/healthz", "/readyz", "/metrics", "/"):
                async with session.get(url + path) as answer:
                    answers[path] = (answer.status, await answer.text())
        assert answers["/healthz"] == answers["/readyz"] == (200, "ok\n")
        assert answers["/"][0] == 404
        assert 'sportello_heard_total{channel="paper",kind="said",outcome="taken"} 1.0' in answers["/metrics"][1]

    async def test_that_can_t_be_opened_stops_no_desk(self, tmp_path: Path, logged) -> None:
        async with Beats().open() as url:
            settings = WatchingSettings(listen=url.split("/")[2])
            async with watchers_let_in(settings, Watchdog(None, hop=here), Tally(), ()) as port:  # type: ignore[arg-type]
                assert port is None
        assert "watchers-not-let-in" in logged()

    async def test_is_shut_by_default(self, tmp_path: Path) -> None:
        settings = load({"SPORTELLO_DATA": str(tmp_path / "data")}, tmp_path)
        assert settings.watching.door is None

    async def test_tells_what_is_ill(self, house: Carrying) -> None:
        house.post(Kind.REPLY, house.eva, "hello")
        watchdog = Watchdog(house.desk, hop=here)
        for _ in range(4):
            house.clock.push(timedelta(minutes=1))
            await watchdog.step()
        assert await watchdog.told() == ["outbox wire"]


@dataclass
class Watched:
    """The metrics of a house, asked anew each time."""

    metrics: Metrics
    tally: Tally
    watchdog: Watchdog

    async def text(self) -> str:
        return (await self.metrics.page())[1].decode()

    async def value(self, sample: str) -> float | None:
        found = re.search(rf"^{re.escape(sample)} (\S+)$", await self.text(), re.MULTILINE)
        return float(found[1]) if found else None


def watched(desk: Desk, *, hop: Hop = here, fresh: float = 0, **contacts: Contact) -> Watched:
    tally, watchdog = Tally(), Watchdog(desk, hop=here)
    metrics = Metrics(
        desk, hop=hop, tally=tally, watchdog=watchdog, contacts=lambda: contacts, version="1.2.3", fresh=fresh
    )
    return Watched(metrics, tally, watchdog)


class TestMetrics:
    @pytest.fixture
    def counter(self, database_url: str) -> Iterator[Counter]:
        with open_counter(database_url) as house:
            yield house

    async def test_count_what_is_open_and_late(self, counter: Counter) -> None:
        counter.ticket(counter.customer("Eva"), felt=Severity.HIGH)
        counter.ticket(counter.customer("Ada"), felt=None)
        counter.wait(hours=1)
        shown = watched(counter.desk)
        assert await shown.value('sportello_tickets{severity="high",state="new"}') == 1
        assert await shown.value('sportello_tickets{severity="none",state="new"}') == 1
        assert await shown.value('sportello_tickets_late{severity="high",target="reaction"}') == 1
        assert await shown.value('sportello_tickets_late{severity="high",target="resolution"}') == 0

    async def test_tell_how_long_it_took(self, counter: Counter) -> None:
        shown = watched(counter.desk)
        await shown.text()
        ticket, giulia = counter.ticket(counter.customer("Eva"), felt=Severity.HIGH), counter.operator("Giulia")
        counter.wait(minutes=12)
        counter.desk.do(Claim(giulia, ticket.number))
        counter.wait(hours=2)
        counter.desk.do(Solve(giulia, ticket.number, "Fatto.", severity=Severity.HIGH))
        counter.wait(minutes=1)
        claims = "sportello_time_to_claim_seconds_bucket"
        assert await shown.value(f'{claims}{{le="600.0",severity="high"}}') == 0
        assert await shown.value(f'{claims}{{le="900.0",severity="high"}}') == 1
        assert await shown.value('sportello_time_to_solve_seconds_sum{severity="high"}') == 12 * 60 + 2 * 3600
        assert await shown.value('sportello_acts_total{act="claim"}') == 1

    async def test_count_no_event_twice(self, counter: Counter) -> None:
        shown = watched(counter.desk)
        await shown.text()
        counter.ticket(counter.customer("Eva"))
        counter.wait(minutes=1)
        await shown.text()
        assert await shown.value('sportello_acts_total{act="open"}') == 1

    async def test_tell_what_waits_to_leave(self, counter: Counter) -> None:
        eva = counter.customer("Eva")
        counter.posted()
        with counter.desk.turn() as tx:
            post(tx, Kind.REPLY, eva.chat)
            post(tx, Kind.NOTICE, eva.chat, after=timedelta(hours=1))
        counter.wait(minutes=3)
        shown = watched(counter.desk)
        assert await shown.value('sportello_outbox_depth{channel="terminal",kind="notice"}') == 1
        assert await shown.value('sportello_outbox_due{channel="terminal"}') == 1
        assert await shown.value('sportello_outbox_oldest_seconds{channel="terminal"}') == 180
        assert (await shown.value("sportello_database_bytes") or 0) > 10_000


class TestTheirPage:
    async def test_tells_how_long_a_platform_is_silent(self, house: Carrying) -> None:
        polled, held = Contact(), Contact(held=True)
        polled.answered()
        polled.failed()
        shown = watched(house.desk, telegram=polled, slack=held)
        assert await shown.value('sportello_polls_total{channel="telegram",outcome="failed"}') == 1
        assert await shown.value('sportello_ear_silent_seconds{channel="slack"}') == 0
        assert await shown.value('sportello_ear_silent_seconds{channel="telegram"}') is not None

    async def test_is_shown_without_a_store_as_well(self, house: Carrying) -> None:
        async def away(work: Callable[[], T]) -> T:
            raise ConnectionError

        shown = watched(house.desk, hop=away)
        assert await shown.value("sportello_store_up") == 0
        assert await shown.metrics.lacks() == ["store"]

    async def test_asks_the_store_once_however_many_ask(self, house: Carrying) -> None:
        asked: list[object] = []

        async def counting(work: Callable[[], T]) -> T:
            asked.append(work)
            return work()

        shown = watched(house.desk, hop=counting, fresh=5)
        await asyncio.gather(*(shown.metrics.page() for _ in range(20)))
        assert len(asked) == 1

    def test_counts_a_spread_by_its_bounds(self) -> None:
        spread = Spread((1.0, 2.0))
        for seconds in (0.5, 1.0, 1.5, 3.0):
            spread.add(seconds)
        assert (spread.counts, spread.total) == ([2, 1, 1], 6.0)


class TestWhatIsShipped:
    """The rules and the dashboard name nothing that is not exported."""

    @pytest.fixture
    async def exported(self, house: Carrying) -> set[str]:
        shown = watched(house.desk)
        shown.tally.sends["wire"] = shown.tally.turns["wire"] = Spread((1.0,))
        shown.metrics.past.claims["high"] = shown.metrics.past.solutions["high"] = Spread((1.0,))
        families = text_string_to_metric_families(await shown.text())
        samples = {sample.name for family in families for sample in family.samples}
        heads = re.findall(r"^# TYPE (\S+)", await shown.text(), re.MULTILINE)
        return samples | set(heads)

    def named(self, text: str) -> set[str]:
        return set(re.findall(r"\b(?:sportello|process)_[a-z_]+\b", text))

    async def test_the_rules(self, exported: set[str]) -> None:
        rules = (WATCHING / "alerts.yml").read_text(encoding="utf-8")
        named = {name for line in re.findall(r"^ +expr: (.+)$", rules, re.MULTILINE) for name in self.named(line)}
        assert len(named) > 8
        assert named <= exported

    async def test_the_dashboard(self, exported: set[str]) -> None:
        board = json.loads((WATCHING / "dashboard.json").read_text(encoding="utf-8"))
        named = {name for panel in board["panels"] for one in panel["targets"] for name in self.named(one["expr"])}
        assert len(named) > 12
        assert named <= exported

    async def test_the_documentation(self, exported: set[str]) -> None:
        page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
        told = self.named(
            page.partition("\n## Watching it\n")[2].partition("\n## ")[0]
        )  # elsewhere secrets are named alike
        assert told <= exported
        ours = {name for name in exported if name.startswith("sportello_")}
        suffixes = ("_bucket", "_count", "_sum", "_created")
        assert {name for name in ours if not name.endswith(suffixes)} <= told

    async def test_a_label_names_no_person(self, house: Carrying) -> None:
        shown = watched(house.desk)
        noting = Noting(shown.tally, Opaque(b"key"), Clock())
        noting.heard(said("Non parte la firma"), Receipt(tickets=(1001,)), 0.01)
        house.courier.note = noting.sent
        house.post(Kind.REPLY, house.eva, "hello")
        await house.courier.settle()
        labels = {
            name
            for family in text_string_to_metric_families(await shown.text())
            for sample in family.samples
            for name in sample.labels
        }
        known = {"channel", "kind", "outcome", "severity", "state", "target", "act", "what", "where", "le", "version"}
        platform = {"implementation", "major", "minor", "patchlevel"}
        assert labels <= known | platform


@dataclass
class Beats:
    """Somebody who waits for a heartbeat."""

    answer: int = 200
    asked: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(status=self.answer)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_get("/{path:.*}", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/hunter2"
        finally:
            await runner.cleanup()


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Everything that is written at the most talkative level."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    end = set_up("debug", tmp_path / "desk.log", True)
    yield lambda: (tmp_path / "desk.log").read_text(encoding="utf-8")
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    end()


class TestTheHeart:
    async def test_beats_at_its_address(self) -> None:
        beats = Beats()
        async with beats.open() as url:
            await Heartbeat(url).beat()
        assert beats.asked == ["/hunter2"]

    @pytest.mark.parametrize("status", [404, 500])
    async def test_that_nobody_hears_is_told_once_and_without_the_address(self, logged, status: int) -> None:
        async with Beats(status).open() as url:
            heart = Heartbeat(url)
            await heart.beat()
            await heart.beat()
        assert (logged().count("heartbeat-not-heard"), "hunter2" in logged()) == (1, False)

    async def test_beats_into_nothing_without_harm(self, logged) -> None:
        await Heartbeat("http://127.0.0.1:1/hunter2", timedelta(seconds=1)).beat()
        assert ("heartbeat-not-heard" in logged(), "hunter2" in logged()) == (True, False)


class TestALineOfTheLog:
    @pytest.fixture
    def noting(self) -> Noting:
        return Noting(Tally(), Opaque(b"the desk's secret"), Clock())

    def test_tells_what_was_heard_and_of_which_ticket(self, logged, noting: Noting) -> None:
        noting.heard(said("Non parte la firma"), Receipt(tickets=(1001,)), 0.0123)
        line = json.loads(logged())
        assert (line["event"], line["channel"], line["kind"], line["tickets"], line["ms"]) == (
            "heard", "telegram", "said", [1001], 12.3,
        )  # fmt: skip

    async def test_tells_what_was_sent(self, logged, noting: Noting, house: Carrying) -> None:
        house.courier.note = noting.sent
        house.post(Kind.REPLY, house.eva, "hello")
        await house.courier.settle()
        line = json.loads(logged().splitlines()[-1])
        assert (line["event"], line["channel"], line["kind"], line["tries"]) == ("sent", "wire", "reply", 1)

    async def test_counts_what_was_not_sent(self, noting: Noting, house: Carrying) -> None:
        house.courier.note = noting.sent
        house.wire.troubles["hello"] = [Broken("down")]
        house.post(Kind.REPLY, house.eva, "hello")
        await house.courier.settle()
        assert noting.tally.sent == {("wire", "reply", "put-off"): 1}

    def test_names_one_person_alike_wherever_they_are_met(self) -> None:
        one, other = Opaque(b"a" * 16), Opaque(b"a" * 16)
        assert one("telegram", "123456789") == other("telegram", "123456789") != one("telegram", "123456788")

    def test_can_t_be_turned_round_without_the_desk_s_secret(self) -> None:
        assert Opaque(b"a" * 16)("telegram", "123456789") != Opaque(b"b" * 16)("telegram", "123456789")

    def test_of_a_failure_quotes_nobody(self) -> None:
        try:
            try:
                raise KeyError(SAID)
            except KeyError as error:
                raise ValueError(SAID * 2) from error
        except ValueError as error:
            told = without_words(error)
        assert (SAID in told, "KeyError" in told, "ValueError" in told) == (False, True, True)


CHANNELS: dict[str, Callable[[Heading, Path], AbstractAsyncContextManager[Driver]]] = {
    "telegram": on_telegram,
    "slack": on_slack,
}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_whole_conversation_leaves_no_word_in_the_log(channel: str, tmp_path: Path, logged) -> None:
    file = ROOT / "tests/transcripts/whole-life.en.txt"
    written = read(file)
    async with asyncio.timeout(60), CHANNELS[channel](written.heading, tmp_path) as driver:
        await play(written, driver)
        secrets = _secrets(driver)
    log = logged().replace(str(tmp_path), "")
    text = file.read_text(encoding="utf-8")
    quoted = {
        part for line in text.splitlines()[2:] for part in re.findall(r"(?:says|fills|sees|asks|=|\|):? ?(.+)", line)
    }
    sayings = {quote for quote in quoted if " " in quote.strip()} | {"Rossi", "eva@example.org", "SP-4R28-39"}
    assert log.count('"event": "heard"') > 10
    assert log.count('"event": "sent"') > 10
    assert [one for one in sayings | secrets if one in log] == []
    assert not re.search(r"\b(eva|giulia)\b", log, re.IGNORECASE)


def _secrets(driver: Driver) -> set[str]:
    """What stands for people on Telegram, and the bot's token."""
    world = getattr(driver, "world", None)
    around = getattr(driver, "around", None)
    people = getattr(around, "_people", {}).values() if around else ()
    ids = {str(getattr(person, "id", "")) for person in people} - {""}
    token = getattr(getattr(world, "bot", None), "token", "")
    return ids | ({token} if isinstance(token, str) and token else set())


class TestTraces:
    @pytest.fixture
    def spans(self) -> InMemorySpanExporter:
        return InMemorySpanExporter()

    @pytest.fixture
    def noting(self, spans: InMemorySpanExporter) -> Noting:
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(spans))
        return Noting(Tally(), Opaque(b"key"), Clock(), Tracing(provider))

    def test_tell_of_a_turn(self, noting: Noting, spans: InMemorySpanExporter) -> None:
        noting.heard(said("Non parte la firma"), Receipt(tickets=(1001,)), 0.5)
        (span,) = spans.get_finished_spans()
        assert (span.name, dict(span.attributes or {})["sportello.tickets"]) == ("hear", (1001,))
        assert ((span.end_time or 0) - (span.start_time or 0)) / 1e9 == 0.5

    async def test_tell_of_a_send_and_quote_nobody(
        self, noting: Noting, spans: InMemorySpanExporter, house: Carrying
    ) -> None:
        house.courier.note = noting.sent
        house.post(Kind.REPLY, house.eva, "hello")
        await house.courier.settle()
        (span,) = spans.get_finished_spans()
        assert set(span.attributes or {}) == {
            f"sportello.{name}" for name in ("channel", "kind", "outcome", "tries", "parcel")
        }

    async def test_that_nobody_installed_stop_no_desk(self, tmp_path: Path) -> None:
        environ = {"SPORTELLO_DATA": str(tmp_path / "data"), "SPORTELLO_WATCHING__TRACES": "true"}
        async with open_desk(load(environ, tmp_path)) as house:
            assert house.noting.traces is None


class TestSettings:
    @pytest.mark.parametrize(
        ("listen", "door"),
        [
            ("127.0.0.1:9464", ("127.0.0.1", 9464)),
            ("[::1]:1", ("::1", 1)),
            ("desk.example.org:80", ("desk.example.org", 80)),
        ],
    )
    def test_a_door_is_an_address_and_a_port(self, tmp_path: Path, listen: str, door: tuple[str, int]) -> None:
        assert load({"SPORTELLO_WATCHING__LISTEN": listen}, tmp_path).watching.door == door

    @pytest.mark.parametrize("listen", ["9464", "127.0.0.1", "127.0.0.1:70000", "http://127.0.0.1:9464"])
    def test_anything_else_is_told(self, tmp_path: Path, listen: str) -> None:
        with pytest.raises(SettingsWrong) as wrong:
            load({"SPORTELLO_WATCHING__LISTEN": listen}, tmp_path)
        assert [problem.message for problem in wrong.value.problems] == ["setting-watching-door"]

    def test_a_heartbeat_s_address_is_not_shown(self, tmp_path: Path) -> None:
        settings = load({"SPORTELLO_WATCHING__HEARTBEAT": "https://beats.example.org/hunter2"}, tmp_path)
        assert "hunter2" not in repr(settings)


async def test_a_scrape_goes_over_no_ticket_that_is_closed(file_url: str) -> None:
    with open_counter(file_url) as counter:
        plan = []
        with counter.desk.database.read() as conn:
            query = "SELECT count(*) FROM tickets WHERE closed_at IS NULL AND state IN ('new', 'claimed')"
            plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
        counter.desk.look(HowItStands())
        assert counter.desk.look(HappenedSince(None)).last == 0
    assert "ix_tickets_open" in plan[0]
