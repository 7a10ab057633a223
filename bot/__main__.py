"""The `sportello` command. Each subcommand is a few lines that call something else, which is imported only then."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.levels.commands import OWN, Language, sla

if TYPE_CHECKING:
    from bot.policies import SlaSettings

app = typer.Typer(
    name="sportello",
    help="A help desk that lives in the chats which people already have open.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich alone would take longer than all the rest of --help
)


@app.callback()
def every_command(
    context: typer.Context,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show the program's own words for what goes wrong.")
    ] = False,
) -> None:
    context.obj = verbose
    context.meta[OWN] = own_service_levels


def own_service_levels() -> SlaSettings:
    """What the settings say under [sla]."""
    from bot.administering import settings_or_exit

    return settings_or_exit().sla


@app.command()
def run(context: typer.Context) -> None:
    """Run the desk until it is stopped; without a channel, talk to it from this terminal."""
    from bot.running import run_desk

    raise typer.Exit(run_desk(verbose=bool(context.obj)))


@app.command()
def demo(
    at: Annotated[
        str | None, typer.Option("--at", metavar='"2026-11-24 10:00"', help="When it begins, in the desk's zone.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="FOLDER", help="Keep what happens in this folder.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Where chance begins: the same codes each time.")] = 1,
    language: Annotated[Language | None, typer.Option("--language", help="The desk's language.")] = None,
) -> None:
    """Try both sides of the counter in one terminal, on a clock that can be pushed; or play the lines piped in."""
    from bot.administering import settings_or_exit
    from bot.demo import Asked, run_demo

    try:
        raise typer.Exit(run_demo(settings_or_exit(), Asked(at, keep, seed, language)))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--at") from None


@app.command()
def simulate(
    seed: Annotated[int, typer.Option("--seed", help="Where chance begins: the same world each time.")] = 1,
    operations: Annotated[int, typer.Option("--operations", help="How many things happen.", min=1)] = 10_000,
    processes: Annotated[int, typer.Option("--processes", help="Desks that share the store.", min=1)] = 3,
    until: Annotated[
        int | None, typer.Option("--until", help="Stop at this operation, and show the last ones.")
    ] = None,
) -> None:
    """Play a desk in a world of crashes, failures and people, and see that nothing is lost, doubled or early."""
    from bot.simulation.playing import run_simulation
    from bot.simulation.simulation import Asked

    raise typer.Exit(run_simulation(Asked(seed, operations, processes, until), typer.echo))


@app.command()
def init(
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    file: Annotated[Path | None, typer.Argument(help="The file to write; sportello.toml by default.")] = None,
) -> None:
    """Write a settings file with comments, in which every value is the one that holds already."""
    from bot.administering import write_sample

    raise typer.Exit(write_sample(file, force=force))


@app.command()
def doctor() -> None:
    """Check settings, database, clock, calendar, texts, Telegram, Slack and mail, and say what to do. Exit 1 if something is wrong."""
    from bot.administering import call_doctor

    raise typer.Exit(call_doctor())


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to make: a zip. It holds all that people wrote.")],
) -> None:
    """Put the whole desk (tickets, people, attachments) into one file, while it works."""
    from bot.administering import write_backup

    raise typer.Exit(write_backup(file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup made, by this version or an earlier one.")],
) -> None:
    """Fill an empty desk from a backup, on SQLite or PostgreSQL."""
    from bot.administering import read_backup

    raise typer.Exit(read_backup(file))


@app.command()
def understand() -> None:
    """Read sentences from standard input, a line each; print what the desk takes each for: intent, confidence, text."""
    from bot.conversations.reading import understand

    understand(sys.stdin, sys.stdout)


@app.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version

    typer.echo(version("sportello"))


app.add_typer(sla, name="sla")
app.add_typer(slack := typer.Typer(help="Slack: the manifest.", no_args_is_help=True), name="slack")


@slack.command()
def manifest(
    url: Annotated[
        str, typer.Option("--url", metavar="https://…", help="Where Slack delivers; without it, Socket Mode.")
    ] = "",
    language: Annotated[Language | None, typer.Option("--language", help="In which language; the desk's.")] = None,
) -> None:
    """Print the app's manifest as JSON: what Slack takes under “From a manifest”, and again after an upgrade."""
    from bot.administering import print_manifest

    if url and not url.startswith("https://"):
        raise typer.BadParameter("Slack delivers to https alone.", param_hint="--url")
    print_manifest(url, language)


def main() -> None:
    """Run the command; what nobody foresaw is told in a sentence, and exit 1."""
    try:
        app()
    except Exception as error:
        from bot.administering import say_what_failed
        from bot.settings import Settings

        say_what_failed(error, Settings(), verbose="--verbose" in sys.argv)
        sys.exit(1)


if __name__ == "__main__":
    main()
