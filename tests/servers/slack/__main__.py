"""Run the server alone, with a person at the keyboard.

What is typed is said to the app; `/ticket …` is the command; `!label` presses that button; `label=value` fills a field of the
open form and `.` submits it.
"""

from __future__ import annotations

import argparse
import sys

from tests.servers.slack import CannotDo, Person, World, slack_server


def main() -> None:
    given = _arguments()
    with slack_server(port=given.port) as world:
        person = world.person(given.name, f"{given.name.lower()}@example.org", locale=given.locale)
        operators, leads = world.channel("operators", [person]), world.channel("leads", [person])
        print(f"SPORTELLO_SLACK__BOT_TOKEN={world.bot_token}")
        print(f"SPORTELLO_SLACK__APP_TOKEN={world.app_token}")
        print(f"SPORTELLO_SLACK__SIGNING_SECRET={world.signing_secret}")
        print(f"SPORTELLO_SLACK__BASE_URL={world.base_url}")
        print(f"SPORTELLO_SLACK__OPERATORS={operators.id}\nSPORTELLO_SLACK__LEADS={leads.id}", flush=True)
        shown: dict[str, str] = {}
        world.watchers.add(lambda: _show(world, person, shown))
        for line in sys.stdin:
            try:
                _act(person, line.rstrip("\n"))
            except CannotDo as problem:
                print(f"({problem})", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.slack", description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--name", default="Eva")
    parser.add_argument("--locale", default="it-IT")
    return parser.parse_args()


def _act(person: Person, line: str) -> None:
    field, equals, value = line.partition("=")
    if line == ".":
        person.submits()
    elif line.startswith("!"):
        person.presses(line[1:])
    elif line.startswith("/"):
        command, _, text = line.partition(" ")
        person.commands(command, text)
    elif equals and person.modal is not None:
        person.fills(field, value)
    elif line:
        person.says(line)


def _show(world: World, person: Person, shown: dict[str, str]) -> None:
    """Print what is new, or has changed."""
    now = {"form": repr((person.modal, person.modal.fields, person.modal.errors)) if person.modal else ""}
    for channel in tuple(world.channels.values()):
        now |= {f"{channel.name} {seen.ts}": repr(seen) for seen in person.hears(channel)}
    for key, text in now.items():
        if shown.get(key, "") != text:
            print(f"{key.partition(' ')[0]}: {text}", flush=True)
    shown.update(now)


if __name__ == "__main__":
    main()
