"""The sub-commands of `sportello sla`. Whoever runs them administers the desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.levels.wording import Unreadable, Words, speak
from core.sla.clock import ClockName
from core.sla.policy import Policy, Severity

if TYPE_CHECKING:
    from bot.policies import SlaSettings  # pydantic is loaded by the command that needs it

sla = typer.Typer(help="The service levels: check, explain, lint.", no_args_is_help=True)


class Language(StrEnum):
    """In which language the answer comes."""

    IT = "it"
    EN = "en"


LanguageOption = Annotated[
    Language, typer.Option("--language", envvar="SPORTELLO_DESK__LANGUAGE", help="In which language to answer.")
]
PolicyOption = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE.toml", help="A policy file; the shipped one by default.")
]
OwnPolicyOption = Annotated[
    Path | None, typer.Option("--policy", metavar="FILE.toml", help="A policy file; by default what the settings say.")
]
OWN = "sportello.sla"
"""Where, in the context's meta, the whole command leaves who reads the desk's own service levels."""


@sla.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Worked deadlines: docs/service-levels.md.")],
    policy: PolicyOption = None,
    language: LanguageOption = Language.IT,
) -> None:
    """Compare worked deadlines with ours; exit 1 if a row disagrees or can't be read."""
    from bot.levels.check import Tally, read_rows, tell
    from bot.levels.check import check as check_rows

    words = speak(language)
    settings, ours = _policy(policy, words)
    tally = Tally()
    try:
        for verdict in check_rows(read_rows(file), settings, ours):
            tally.count(verdict)
            _echo_all(tell(verdict, words, ours.calendar.zone))
        if not tally.rows:
            raise Unreadable("sla-check-no-rows", file=str(file))
    except Unreadable as fault:
        _give_up(words.say(fault.message, **fault.facts))
    facts = {"agree": tally.agree, "disagree": tally.disagree, "unreadable": tally.unreadable}
    typer.echo(words.say("sla-check-count", rows=tally.rows, **facts))
    raise typer.Exit(int(tally.agree < tally.rows))


@sla.command()
def explain(
    context: typer.Context,
    opened: Annotated[str, typer.Option("--opened", help="When the ticket was opened, as 2026-11-27T15:00.")],
    severity: Annotated[Severity | None, typer.Option("--severity", help="None: not set yet.")] = None,
    clock: Annotated[ClockName | None, typer.Option("--clock", help="Another clock than the policy's.")] = None,
    not_running: Annotated[
        str, typer.Option("--not-running", help="Pauses, as begin/end;begin/end; the last end may be absent.")
    ] = "",
    policy: OwnPolicyOption = None,
    language: LanguageOption = Language.IT,
) -> None:
    """Tell in words how a deadline comes about."""
    from bot.levels.check import read_moment, read_running
    from bot.levels.explain import Story, Teller
    from core.sla.calendar import BeyondCalendar

    words = speak(language)
    _, ours = _policy(policy, words, context)
    ours = replace(ours, clock_name=clock or ours.clock_name)
    zone = ours.calendar.zone
    try:
        at = read_moment(opened, "opened", zone)
        story = Story(Teller(words, language, zone), ours)
        lines = list(story.tell(at, severity, read_running(at, not_running, zone)))
    except Unreadable as fault:
        _give_up(words.say("sla-moment-bad" if fault.message == "sla-check-moment" else fault.message, **fault.facts))
    except BeyondCalendar:
        _give_up(words.say("sla-beyond"))
    _echo_all(iter(lines))


@sla.command()
def lint(
    context: typer.Context,
    policy: OwnPolicyOption = None,
    clock: Annotated[ClockName | None, typer.Option("--clock", help="Another clock than the policy's.")] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day tried; today by default.")
    ] = None,
    language: LanguageOption = Language.IT,
) -> None:
    """Find promises that can't hold: a severer ticket due later, a deadline when nobody is there; exit 1 if any."""
    from bot.levels.explain import Teller
    from bot.levels.lint import lint as lint_policy
    from bot.levels.lint import tell
    from core.sla.calendar import BeyondCalendar

    words = speak(language)
    _, ours = _policy(policy, words, context)
    ours = replace(ours, clock_name=clock or ours.clock_name)
    begin = first.replace(tzinfo=ours.calendar.zone) if first else datetime.now(UTC)
    try:
        findings = lint_policy(ours, begin)
    except (BeyondCalendar, OverflowError):
        _give_up(words.say("sla-beyond"))
    _echo_all(tell(findings, begin, Teller(words, language, ours.calendar.zone)))
    raise typer.Exit(int(bool(findings)))


def _policy(path: Path | None, words: Words, context: typer.Context | None = None) -> tuple[SlaSettings, Policy]:
    """What a policy file says, and the policy it makes; without one the desk's own, where *context* knows it, else the
    shipped one.
    """
    from bot.policies import PolicyProblem, read_policy_settings, shipped_policy

    default = (context.meta.get(OWN) if context else None) or shipped_policy
    try:
        settings: SlaSettings = read_policy_settings(path) if path else default()
        return settings, settings.to_policy()
    except PolicyProblem as problem:
        _give_up(problem.say(words))


def _give_up(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def _echo_all(lines: Iterator[str]) -> None:
    for line in lines:
        typer.echo(line)
