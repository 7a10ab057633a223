"""Run the server alone, with a person at the keyboard: what is typed is said, `!label` presses that button."""

from __future__ import annotations

import argparse
import sys

from tests.servers.telegram import TOKEN, Message, Person, Press, telegram_server


def main() -> None:
    given = _arguments()
    with telegram_server(port=given.port, token=given.token, insecure_webhooks=True) as world:
        eva = world.person(given.name, given.language)
        print(f"SPORTELLO_TELEGRAM__TOKEN={world.bot.token}")
        print(f"SPORTELLO_TELEGRAM__BASE_URL={world.base_url}")
        print(f"SPORTELLO_TELEGRAM__BASE_FILE_URL={world.base_file_url}", flush=True)
        shown: dict[Message, tuple[str, ...]] = {}
        world.watchers.add(lambda: _show(eva, shown))
        for line in sys.stdin:
            _act(eva, line.rstrip("\n"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--name", default="Eva")
    parser.add_argument("--language", default="it")
    return parser.parse_args()


def _act(person: Person, line: str) -> None:
    if not line.startswith("!"):
        if line.strip():
            person.says(line)
        return
    labelled = [m for m in person.hears() if any(line[1:] in row for row in m.rows)]
    if not labelled:
        print(f"(no button {line[1:]!r})", flush=True)
    elif isinstance(press := person.presses(labelled[-1], line[1:]), Press):
        print(f"({press.data})", flush=True)


def _show(person: Person, shown: dict[Message, tuple[str, ...]]) -> None:
    """Print what is new, or has changed, in the chat."""
    for message in person.hears()[-20:]:
        now = (message.html, *(" ".join(f"[{label}]" for label in row) for row in message.rows))
        if shown.get(message) != now:
            print("\n".join([f"{'*' if message in shown else '>'} {now[0]}", *now[1:]]), flush=True)
            shown[message] = now


if __name__ == "__main__":
    main()
