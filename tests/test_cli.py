"""The `sportello` command, as real processes where that matters."""

from __future__ import annotations

import io
import json
import logging
import os
import pty
import re
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.__main__ import app, main
from tests.servers.slack import Person as Colleague
from tests.servers.slack import World as Slack
from tests.servers.slack import slack_server
from tests.servers.telegram import World, telegram_server_thread

LONG = 60
"""Seconds in which a process must have answered, on the slowest machine."""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SPORTELLO_")}
    return kept | {"SPORTELLO_DESK__LANGUAGE": "en", "PYTHONUNBUFFERED": "1"} | more


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def sportello(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Done]]:
    """Run a command to its end, in a folder of its own: in this process, since another would only have to start."""

    def run(*words: str, **environ: str) -> Done:
        capsys.readouterr()
        given = environment(**environ)
        with monkeypatch.context() as around:
            around.chdir(tmp_path)
            around.setattr(sys, "argv", ["sportello", *words])
            around.setattr(sys, "stdin", io.StringIO())
            for name in os.environ.keys() - given.keys():
                around.delenv(name)
            for name, value in given.items():
                around.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main()
        code = ended.value.code
        assert code is None or isinstance(code, int)
        return Done(code or 0, *capsys.readouterr())

    with logs_as_they_were():
        yield run


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """Whatever sets up the program's log inside the block, it is set up no more behind it."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    levels = {name: one.level for name, one in root.manager.loggerDict.items() if isinstance(one, logging.Logger)}
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, one in root.manager.loggerDict.items():
            if isinstance(one, logging.Logger):
                one.setLevel(levels.get(name, logging.NOTSET))
        structlog.configure(**configured)


def as_a_process(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end as whoever types it does."""
    given = {"cwd": folder, "env": environment(**environ), "timeout": LONG}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], input="", capture_output=True, text=True, check=False, **given
    )


@contextmanager
def running(folder: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A desk that serves; it is ended at the end, if it is not by then, and before a test waits for ever for its words."""
    given = {"cwd": folder, "env": environment(**environ), "stdin": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], text=True, **given) as process:
        silent = threading.Timer(2 * LONG, process.kill)
        silent.start()
        try:
            assert process.stderr
            first = process.stderr.readline()
            assert "is in service" in first, first + process.stderr.read()
            yield process
        finally:
            silent.cancel()
            process.kill()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def reached(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0


class TestRun:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_serves_until_a_signal_and_ends_cleanly(self, tmp_path: Path, number: signal.Signals) -> None:
        with running(tmp_path) as process:
            process.send_signal(number)
            _, err = process.communicate(timeout=LONG)
        assert process.returncode == 0
        assert "The desk has stopped" in err
        assert "Traceback" not in err

    def test_keeps_its_things_in_the_data_folder(self, tmp_path: Path) -> None:
        with running(tmp_path):
            assert {file.name for file in (tmp_path / "data").iterdir()} >= {"sportello.db", "secret.key"}
            assert (tmp_path / "data").stat().st_mode & 0o077 == 0

    def test_a_second_one_on_the_same_file_is_refused_and_told_who_holds_it(self, sportello, tmp_path: Path) -> None:
        with running(tmp_path) as process:
            second = sportello("run")
        assert second.returncode == 1
        assert f"process {process.pid} holds" in second.stderr

    def test_the_same_file_by_another_name_is_the_same_file(self, sportello, tmp_path: Path) -> None:
        with running(tmp_path):
            (tmp_path / "link.db").symlink_to(tmp_path / "data/sportello.db")
            second = sportello("run", SPORTELLO_DATABASE__URL=f"sqlite:///{tmp_path}/link.db")
        assert second.returncode == 1

    def test_starts_again_after_it_was_killed(self, tmp_path: Path) -> None:
        with running(tmp_path) as process:
            process.kill()
            process.wait(LONG)
        with running(tmp_path) as process:
            process.terminate()
            assert process.wait(LONG) == 0

    def test_several_may_run_on_postgresql(self, tmp_path: Path, postgres_url: str) -> None:
        given = {"SPORTELLO_DATABASE__URL": postgres_url}
        with running(tmp_path, **given) as one, running(tmp_path, **given) as other:
            assert one.poll() is None
            assert other.poll() is None

    def test_warns_of_a_policy_that_does_not_hold_together_and_goes_on(self, tmp_path: Path) -> None:
        with running(tmp_path, SPORTELLO_SLA__CLOCK="staffed") as process:
            assert process.stderr
            line = next(line for line in process.stderr if line.startswith("! "))
            assert process.poll() is None
        assert "service levels" in line


class TestOnTelegram:
    @pytest.fixture
    def world(self) -> Iterator[World]:
        with telegram_server_thread() as world:
            yield world

    def settings(self, world: World, **more: str) -> dict[str, str]:
        given = {"TOKEN": world.bot.token, "BASE_URL": world.base_url, "BASE_FILE_URL": world.base_file_url} | more
        return {f"SPORTELLO_TELEGRAM__{name}": value for name, value in given.items()}

    def test_it_says_that_it_answers_there_and_answers_there(self, tmp_path: Path, world: World) -> None:
        eva = world.person("Eva", language="en")
        with running(tmp_path, **self.settings(world, OPERATORS="-1001234567890")) as process:
            assert process.stderr
            assert process.stderr.readline() == "It answers on Telegram.\n"
            eva.starts()
            world.wait_until(eva.hears, timeout=LONG)
            process.terminate()
            rest = process.stderr.read()
            assert process.wait(LONG) == 0
        assert world.bot.token not in rest

    def test_until_a_group_is_named_it_says_how_to_find_its_number(self, tmp_path: Path, world: World) -> None:
        with running(tmp_path, **self.settings(world)) as process:
            assert process.stderr
            process.stderr.readline()
            assert "SPORTELLO_TELEGRAM__OPERATORS" in process.stderr.readline()

    def test_it_is_in_service_while_telegram_is_down_and_answers_when_it_is_back(
        self, tmp_path: Path, world: World
    ) -> None:
        eva = world.person("Eva", language="en")
        world.goes_down()
        with running(tmp_path, **self.settings(world)):
            world.comes_back()
            eva.starts()
            world.wait_until(eva.hears, timeout=LONG)

    def test_the_doctor_asks_beside_it(self, sportello, tmp_path: Path, world: World) -> None:
        with running(tmp_path, **self.settings(world)):
            done = sportello("doctor", **self.settings(world))
        assert done.returncode == 0
        assert "https://t.me/sportello_example_bot" in done.stdout

    def test_with_a_webhook_it_is_told_and_without_it_asks_again(self, sportello, tmp_path: Path) -> None:
        port = str(free_port())
        webhook = {"WEBHOOK": f"http://127.0.0.1:{port}/telegram", "WEBHOOK_PORT": port}
        with telegram_server_thread(insecure_webhooks=True) as world:
            eva = world.person("Eva", language="en")
            with running(tmp_path, **self.settings(world, **webhook)):
                eva.starts()
                world.wait_until(eva.hears, timeout=LONG)
                assert world.called("getUpdates") == []
                assert f"delivers to 127.0.0.1:{port}" in sportello("doctor", **self.settings(world, **webhook)).stdout
            with running(tmp_path, **self.settings(world)):
                eva.says("hours")
                world.wait_until(lambda: len(eva.hears()) > 1, timeout=LONG)

    def test_a_token_that_is_refused_is_told_in_the_log_and_not_shown(self, tmp_path: Path, world: World) -> None:
        other = "7000000001:another-one_of-the-same-shape-0123456"
        with running(tmp_path, **self.settings(world, TOKEN=other)) as process:
            assert process.stderr
            told = next(line for line in process.stderr if "token" in line and line.startswith("{"))
            assert process.poll() is None
        assert other not in told


class TestOnSlack:
    @pytest.fixture
    def world(self, sportello) -> Iterator[Slack]:
        """A workspace with the app that the printed manifest makes."""
        with slack_server(manifest=json.loads(sportello("slack", "manifest").stdout)) as world:
            yield world

    def settings(self, world: Slack, **more: str) -> dict[str, str]:
        given = {"BOT_TOKEN": world.bot_token, "APP_TOKEN": world.app_token, "BASE_URL": world.base_url} | more
        return {f"SPORTELLO_SLACK__{name}": value for name, value in given.items()}

    def connected(self, world: Slack) -> None:
        world.wait_until(lambda: world.sockets.links, timeout=LONG)

    def says(self, world: Slack, person: Colleague, words: str) -> None:
        """Say something and wait for an answer."""
        self.connected(world)
        person.says(words)
        world.wait_until(person.hears, timeout=LONG)

    def test_it_says_that_it_answers_there_and_answers_there(self, tmp_path: Path, world: Slack) -> None:
        eva, operators = world.person("Eva", "eva@example.org", locale="en-US"), world.channel("operators")
        level = {"SPORTELLO_LOG__LEVEL": "debug"}
        with running(tmp_path, **self.settings(world, OPERATORS=operators.id), **level) as process:
            assert process.stderr
            assert next(line for line in process.stderr if not line.startswith("{")) == "It answers on Slack.\n"
            self.says(world, eva, "hello")
            process.terminate()
            rest = process.stderr.read()
            assert process.wait(LONG) == 0
        assert not [secret for secret in (world.bot_token, world.app_token) if secret in rest]

    def test_the_home_tab_shows_what_the_desk_has_for_somebody(self, tmp_path: Path, world: Slack) -> None:
        eva = world.person("Eva", "eva@example.org", locale="en-US")
        with running(tmp_path, **self.settings(world)):
            self.connected(world)
            eva.opens_home()
            world.wait_until(lambda: eva.home and "Open a ticket" in eva.home.buttons, timeout=LONG)

    def test_until_a_channel_is_named_it_says_how_to_find_its_id(self, tmp_path: Path, world: Slack) -> None:
        operators = world.channel("operators", [giulia := world.person("Giulia")], bot=False)
        with running(tmp_path, **self.settings(world)) as process:
            assert process.stderr
            process.stderr.readline()
            assert "SPORTELLO_SLACK__OPERATORS" in process.stderr.readline()
            self.connected(world)
            giulia.invites(world.bot, operators)
            world.wait_until(lambda: [m for m in giulia.sees(operators) if operators.id in m.text], timeout=LONG)

    def test_it_is_in_service_while_slack_is_down_and_answers_when_it_is_back(
        self, tmp_path: Path, world: Slack
    ) -> None:
        eva = world.person("Eva", "eva@example.org")
        world.goes_down()
        with running(tmp_path, **self.settings(world)):
            world.comes_back()
            self.says(world, eva, "ciao")

    def test_without_the_app_s_token_slack_delivers_to_a_door(self, sportello, tmp_path: Path) -> None:
        port = free_port()
        made = sportello("slack", "manifest", "--url", "https://desk.example.org/slack/events").stdout
        with slack_server(manifest=json.loads(made)) as world:
            eva = world.person("Eva", "eva@example.org")
            door = {"APP_TOKEN": "", "SIGNING_SECRET": world.signing_secret, "HTTP_PORT": str(port)}
            with running(tmp_path, **self.settings(world, **door)):
                world.sends_to(f"http://127.0.0.1:{port}/slack/events")
                world.wait_until(lambda: reached(port), timeout=LONG)
                eva.says("ciao")
                world.wait_until(eva.hears, timeout=LONG)

    def test_a_token_that_is_refused_is_told_in_the_log_and_not_shown(self, tmp_path: Path, world: Slack) -> None:
        other = "xoxb-1234567890-another-one-of-the-same-shape"
        with running(tmp_path, **self.settings(world, BOT_TOKEN=other)) as process:
            assert process.stderr
            told = next(line for line in process.stderr if line.startswith("{") and '"error"' in line)
            assert process.poll() is None
        assert "invalid_auth" in told
        assert other not in told


class TestTheManifest:
    def test_is_printed_before_there_are_tokens_and_whatever_else_is_wrong(self, sportello) -> None:
        done = sportello("slack", "manifest", SPORTELLO_SLACK__BOT_TOKEN="xoxb-1-example", SPORTELLO_SLAK__X="y")
        assert json.loads(done.stdout)["settings"]["socket_mode_enabled"] is True
        assert done.returncode == 0

    @pytest.mark.parametrize(("words", "shortcut"), [((), "Open a ticket"), (("--language", "it"), "Apri un ticket")])
    def test_is_in_the_desk_s_language_or_another(self, sportello, words: tuple[str, ...], shortcut: str) -> None:
        made = json.loads(sportello("slack", "manifest", *words).stdout)
        assert made["features"]["shortcuts"][0]["name"] == shortcut

    def test_names_an_address_where_slack_is_to_deliver(self, sportello) -> None:
        url = "https://desk.example.org/slack/events"
        made = json.loads(sportello("slack", "manifest", "--url", url).stdout)
        assert made["settings"]["event_subscriptions"]["request_url"] == url

    def test_takes_no_address_to_which_slack_does_not_deliver(self, sportello) -> None:
        done = sportello("slack", "manifest", "--url", "http://desk.example.org/slack/events")
        assert done.returncode == 2
        assert "https" in done.stderr


class TestWhatCanGoWrong:
    @pytest.mark.parametrize("command", ["run", "doctor"])
    def test_wrong_settings_are_all_told(self, sportello, command: str) -> None:
        done = sportello(command, SPORTELLO_DESK__LANGUGE="it", SPORTELLO_MAIL__PORT="x")
        assert done.returncode == 1
        assert "2 settings are wrong" in done.stderr
        assert "Did you mean SPORTELLO_DESK__LANGUAGE?" in done.stderr

    def test_and_in_italian_to_an_italian_desk(self, sportello) -> None:
        done = sportello("run", SPORTELLO_DESK__LANGUAGE="it", SPORTELLO_DESK__LANGUGE="it")
        assert "Intendevi SPORTELLO_DESK__LANGUAGE?" in done.stderr

    def test_a_database_of_a_newer_program(self, sportello, tmp_path: Path) -> None:
        with running(tmp_path):
            pass
        with sqlite3.connect(tmp_path / "data/sportello.db") as database:
            database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.close()
        told(sportello("run"), "newer version than this program (9999)")

    def test_a_file_that_is_no_database(self, sportello, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data/sportello.db").write_bytes(b"garbage " * 1_000)
        told(sportello("run"), "is no database, or is damaged")

    def test_a_database_that_nobody_serves_without_its_password(self, tmp_path: Path) -> None:
        done = as_a_process(tmp_path, "run", SPORTELLO_DATABASE__URL="postgresql://eva:hunter2@127.0.0.1:9/desk")
        told(done, "postgresql://127.0.0.1:9/desk doesn't answer")
        assert "hunter2" not in done.stderr

    def test_a_user_that_the_database_does_not_know(self, sportello, postgres) -> None:
        url = re.sub(r"://[^@/]*@", "://nobody_here@", postgres.url("postgres"))
        told(sportello("run", SPORTELLO_DATABASE__URL=url), "doesn't take the user name or the password")

    def test_a_data_folder_that_can_t_be_made(self, sportello, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        told(sportello("run", SPORTELLO_DATA="file/data"), "The data folder file/data can't be written")

    def test_a_policy_that_can_t_be_read(self, sportello, tmp_path: Path) -> None:
        (tmp_path / "ours.toml").write_text("clock = 'sundial'")
        told(sportello("run", SPORTELLO_SLA__POLICY="ours.toml"), "sundial")

    def test_a_traceback_is_shown_only_to_whoever_asks(self, sportello) -> None:
        done = sportello("--verbose", "run", SPORTELLO_DATABASE__URL="postgresql://eva:hunter2@127.0.0.1:9/desk")
        assert "Traceback" in done.stderr
        assert "hunter2" not in done.stderr


def told(done: Done | subprocess.CompletedProcess[str], sentence: str) -> None:
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


class TestInit:
    def test_writes_a_file_that_only_its_owner_reads(self, sportello, tmp_path: Path) -> None:
        assert sportello("init").returncode == 0
        assert tomllib.loads((tmp_path / "sportello.toml").read_text())["desk"] == {}
        assert (tmp_path / "sportello.toml").stat().st_mode & 0o077 == 0

    def test_never_overwrites(self, sportello, tmp_path: Path) -> None:
        (tmp_path / "sportello.toml").write_text("# mine")
        done = sportello("init")
        assert done.returncode == 1
        assert "sportello init --force" in done.stderr
        assert (tmp_path / "sportello.toml").read_text() == "# mine"

    def test_overwrites_when_forced(self, sportello, tmp_path: Path) -> None:
        (tmp_path / "sportello.toml").write_text("# mine")
        assert sportello("init", "--force").returncode == 0
        assert "# mine" not in (tmp_path / "sportello.toml").read_text()

    def test_works_where_the_file_that_is_there_is_broken(self, sportello, tmp_path: Path) -> None:
        (tmp_path / "sportello.toml").write_text("[[[")
        assert sportello("init", "--force").returncode == 0

    def test_speaks_the_desk_s_language(self, sportello, tmp_path: Path) -> None:
        sportello("init", SPORTELLO_DESK__LANGUAGE="it")
        assert "Le impostazioni di Sportello" in (tmp_path / "sportello.toml").read_text(encoding="utf-8")

    def test_a_folder_that_is_not_there_is_told(self, sportello) -> None:
        told(sportello("init", "nowhere/sportello.toml"), "can't be written")


class TestDoctor:
    def test_of_a_new_desk_finds_it_can_start(self, sportello) -> None:
        done = sportello("doctor")
        assert done.returncode == 0
        assert "The desk can start" in done.stdout

    def test_of_an_ill_desk_says_so_and_what_to_do(self, sportello, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data/sportello.db").write_bytes(b"garbage " * 1_000)
        done = sportello("doctor")
        assert done.returncode == 1
        assert "✗" in done.stdout
        assert "Put the newest copy back" in done.stdout

    def test_is_asked_beside_a_desk_that_runs(self, sportello, tmp_path: Path) -> None:
        with running(tmp_path) as process:
            done = sportello("doctor")
        assert done.returncode == 0
        assert f"process {process.pid} holds it" in done.stdout


class TestTheCommand:
    def test_help_names_every_command(self) -> None:
        said = CliRunner().invoke(app, ["--help"]).output
        for command in ("run", "demo", "init", "doctor", "sla", "understand", "version"):
            assert f"\n  {command} " in said

    def test_help_loads_nothing_that_takes_long(self) -> None:
        look = "import sys; from typer.testing import CliRunner; from bot.__main__ import app;"
        look += "assert CliRunner().invoke(app, ['--help']).exit_code == 0; print(*sys.modules)"
        loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
        slow = {"pydantic", "sqlalchemy", "rich", "babel", "structlog", "fluent", "prompt_toolkit", "apscheduler"}
        slow |= {"telegram", "httpx", "aiohttp"}
        assert slow.isdisjoint(loaded)

    def test_version_is_the_package_s(self) -> None:
        from importlib.metadata import version

        assert CliRunner().invoke(app, ["version"]).output.strip() == version("sportello")

    def test_understand_reads_lines_and_prints_what_they_are(self) -> None:
        said = CliRunner().invoke(app, ["understand"], input="la firma non parte\n").output
        intent, confidence, text = said.strip().split("\t")
        assert (intent, text) == ("open", "la firma non parte")
        assert 0 <= float(confidence) <= 1

    def test_a_word_it_does_not_know_is_refused(self) -> None:
        assert CliRunner().invoke(app, ["rnu"]).exit_code == 2


def test_lint_finds_what_the_doctor_warns_of_in_the_desk_s_own_settings(sportello) -> None:
    said = sportello("sla", "lint", SPORTELLO_SLA__CLOCK="staffed")

    assert said.returncode == 1
    assert said.stdout.endswith("1 fault in the policy.\n")


def test_at_a_terminal_it_opens_the_seats_and_says_what_to_set(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    given = {"cwd": tmp_path, "env": environment(TERM="xterm"), "stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen([sys.executable, "-m", "bot", "run"], start_new_session=True, **given) as process:
        os.close(theirs)
        seen = _read_until(ours, b"F4")  # the line below the prompt: it can be typed at
        os.write(ours, b"\x04")
        rest = _read_until(ours, b"The desk has stopped")
        os.close(ours)
        assert process.wait(LONG) == 0
    assert b"SPORTELLO_TELEGRAM__TOKEN" in seen
    assert b"docs/telegram.md" in seen
    assert b"Traceback" not in seen + rest


def _read_until(terminal: int, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], LONG)
        assert ready, seen
        seen += os.read(terminal, 10_000)
        if b"\x1b[6n" in seen[-100:]:  # where is the cursor?
            os.write(terminal, b"\x1b[1;1R")
    return seen
