"""What is deployed is held to the program: settings, paths, the door and the command that the files name are its own."""

from __future__ import annotations

import re
import subprocess
import sys
from configparser import RawConfigParser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.main import get_command

from bot.__main__ import app
from bot.configuration.found import CONFIG, SECRETS
from bot.settings import SPOTS, load

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
SERVICE = (DEPLOY / "sportello.service").read_text(encoding="utf-8")
IGNORE = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
FILES = {"Dockerfile": DOCKERFILE, "compose.yaml": COMPOSE, "sportello.service": SERVICE}
VARIABLE = re.compile(r"\bSPORTELLO_[A-Z_]+\b")
SECRET_FILE = re.compile(r"\bsportello_[a-z_]+\b")
TOKEN = "123456789:AAH4example-token_of-a-bot-in-tests"


def in_image() -> dict[str, str]:
    """The variables that are built into the image."""
    last = DOCKERFILE.rpartition("\nFROM ")[2]
    return dict(re.findall(r"(?:ENV |^ {4})([A-Z_]+)=(\S+)", last, re.MULTILINE))


def unit() -> dict[str, list[str]]:
    """What stands under [Service]; a name may come several times."""
    said: dict[str, list[str]] = {}
    for line in SERVICE.partition("[Service]")[2].partition("[Install]")[0].splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            said.setdefault(name, []).append(value)
    return said


def of_unit() -> dict[str, str]:
    return dict(value.split("=", 1) for value in unit()["Environment"])


@pytest.mark.parametrize("file", FILES)
def test_every_variable_is_a_setting(file: str) -> None:
    known = {"SPORTELLO_" + "__".join(map(str, path)).upper() for path in SPOTS} | {CONFIG, SECRETS}
    assert set(VARIABLE.findall(FILES[file])) <= known


def test_every_secret_file_is_a_setting() -> None:
    known = {"sportello_" + "__".join(map(str, path)) for path in SPOTS}
    assert set(SECRET_FILE.findall(COMPOSE)) <= known


def test_every_secret_that_is_named_is_one_that_there_is() -> None:
    used = set(re.findall(r"^ {6}- ([a-z_]+)$", COMPOSE, re.MULTILINE))
    made = set(re.findall(r"^ {2}([a-z_]+):\n {4}file: \./secrets/\1$", COMPOSE, re.MULTILINE))
    assert used == made


@pytest.mark.parametrize("file", FILES)
def test_no_file_holds_a_secret(file: str) -> None:
    secrets = r"(TOKEN|PASSWORD|SECRET|DATABASE__URL|HEARTBEAT)[\"']?\s*[:=]\s*\S"
    assert not re.search(secrets, FILES[file])


def test_what_is_built_in_can_be_read_as_settings(tmp_path: Path) -> None:
    settings = load({name: value for name, value in in_image().items() if name.startswith("SPORTELLO_")}, tmp_path)
    assert (settings.data, settings.watching.door) == (Path("/data"), ("0.0.0.0", 9464))


def test_the_port_that_is_shown_is_the_door_s() -> None:
    port = in_image()["SPORTELLO_WATCHING__LISTEN"].rpartition(":")[2]
    assert re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE) == [port]


def test_what_is_copied_is_there_and_the_build_may_see_it() -> None:
    copied = [
        path for paths in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for path in paths.split()
    ]
    seen = {line[1:] for line in IGNORE.splitlines() if line.startswith("!")}
    assert set(copied) == seen
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_the_packages_are_checked_by_their_hashes() -> None:
    assert "pip install --require-hashes -r requirements.lock" in DOCKERFILE


def test_the_desk_in_the_image_is_nobody_s_root() -> None:
    assert re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE) == [("10001", "10001")]


@pytest.mark.parametrize(
    "command",
    [
        [
            *re.findall(r'^ENTRYPOINT \["(.+)"\]', DOCKERFILE, re.MULTILINE),
            *re.findall(r'^CMD \["(.+)"\]', DOCKERFILE, re.MULTILINE),
        ],
        unit()["ExecStart"][0].rpartition("/")[2].split(),
    ],
    ids=["Dockerfile", "sportello.service"],
)
def test_what_is_started_is_a_command_of_the_program(command: list[str]) -> None:
    program, name = command
    assert program == "sportello"
    assert name in getattr(get_command(app), "commands", {})


def test_the_python_in_the_image_is_one_that_the_program_takes() -> None:
    minor = int(re.findall(r"^ARG PYTHON=3\.(\d+)-slim", DOCKERFILE, re.MULTILINE)[0])
    assert minor >= 11


def test_the_service_s_variables_can_be_read_as_settings(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "desk.toml").touch()
    given = {name: value for name, value in of_unit().items() if name.startswith("SPORTELLO_")}
    settings = load({**given, SECRETS: str(tmp_path / "secrets"), CONFIG: str(tmp_path / "desk.toml")}, tmp_path)
    assert settings.data == Path("/var/lib") / unit()["StateDirectory"][0]


def test_a_credential_of_the_service_is_read_as_the_setting_that_it_is(tmp_path: Path) -> None:
    """systemd names each file of a folder as "id_file"."""
    id_, _, folder = unit()["LoadCredential"][0].partition(":")
    assert (folder, of_unit()[SECRETS]) == ("/etc/sportello/secrets", "%d")
    (tmp_path / f"{id_}_telegram__token").write_text(TOKEN + "\n")
    assert load({SECRETS: str(tmp_path)}, tmp_path).telegram.token.get_secret_value() == TOKEN


def test_the_service_is_started_again_however_often_it_fails() -> None:
    assert unit()["Restart"] == ["always"]
    assert "StartLimitIntervalSec=0" in SERVICE.partition("[Service]")[0]


def test_the_service_can_be_read_by_a_parser_of_its_format() -> None:
    parser = RawConfigParser(strict=False)
    parser.read_string(SERVICE)
    assert parser.sections() == ["Unit", "Service", "Install"]


class Answering(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class Lacking(Answering):
    status = 503


def asked(door: type[Answering] | None) -> int:
    """What ready.py exits with, before this *door* or none."""
    with HTTPServer(("127.0.0.1", 0), door or Answering) as server:
        listen = {"SPORTELLO_WATCHING__LISTEN": f"0.0.0.0:{server.server_port}"}
        if door:
            Thread(target=server.handle_request, daemon=True).start()
        else:
            server.server_close()
        return subprocess.run([sys.executable, "-S", DEPLOY / "ready.py"], env=listen, timeout=30).returncode


@pytest.mark.parametrize(
    ("door", "code"), [(Answering, 0), (Lacking, 1), (None, 1)], ids=["ready", "lacking", "nobody"]
)
def test_health_is_what_the_door_says(door: type[Answering] | None, code: int) -> None:
    assert asked(door) == code
