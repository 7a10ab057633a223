"""What somebody says while a question is open: an answer to it, a control, another command, or nothing that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversations.course import STALE, cancel, continue_or_anew, edit_one, enter, go_back, put, restart, run, take
from bot.conversations.drawing import CONTROL, shorten
from bot.conversations.heard import Filled, Said
from bot.conversations.meaning import Command, fold
from bot.conversations.menu import named
from bot.conversations.moves import Choose, Field, Fill, Kind, fields_of, form_given
from bot.conversations.offering import OFFER
from bot.conversations.player import Waiting, answer, editable, settle
from bot.conversations.reading import Intent, read, read_choice
from bot.conversations.screen import Press
from bot.conversations.turn import Turn, add_files, as_json
from core.talks import Talk

SMALL_TALK = (Intent.THANKS, Intent.GREETING)
YES_OR_NO = {
    *("open-with-these-words", "not-understood", "answer-or-not", "is-it-solved"),
    *("ticket-is-solved", "ticket-is-closed", "continue-or-anew"),
}
"""Sentences of an offer to which a yes is its first way."""
ONE_GUESS = 3
"""Ways of an offer that holds one guess: it, opening a ticket, and no."""


def goes_to_talk(turn: Turn, of: Talk, waiting: Waiting, said: Said) -> bool:
    """Take what was said while *waiting* is open, unless that was asked long ago: then it is offered both ways."""
    if turn.age(of) > STALE and not turn.is_loose(of):
        continue_or_anew(turn, of)
        return True
    return say_in_talk(turn, of, waiting, said)


def say_in_talk(turn: Turn, of: Talk, waiting: Waiting, said: Said) -> bool:
    """Take what was said while *waiting* is open. False where it is free text after all (a loose offer was open)."""
    command = turn.house.commands.read(said.text)
    if command and command.control and command.whole and control(turn, of, waiting, command):
        return True
    if command and command.control == "edit" and _edit_named(turn, of, waiting, command.rest):
        return True
    if command and command.entries and (command.slash or _is_clear_in_room(turn, command)):
        return _other_command(turn, command, said)
    return _answer(turn, of, waiting, said, command)


def _is_clear_in_room(turn: Turn, command: Command) -> bool:
    """In a room, "nota 1042 …" and "prendi 1042" are no words for the customer of another ticket."""
    takes_words = any(turn.house.menu[name].words for name in command.entries)
    return turn.chat.room is not None and bool(command.arguments) and (command.whole or takes_words)


def _other_command(turn: Turn, command: Command, said: Said) -> bool:
    entry = turn.house.commands.entry(command, turn.who()) or command.entries[0]
    enter(turn, turn.with_words(entry, command.arguments, command.rest, said.files))
    if turn.open is None:
        turn.redraw(turn.current())
    return True


def _answer(turn: Turn, of: Talk, waiting: Waiting, said: Said, command: Command | None) -> bool:
    asked = waiting.field
    if said.files and not turn.is_loose(of):
        _with_files(turn, of, waiting, said)
        return True
    if asked is None:
        return _pick(turn, of, waiting, said, command)
    if command and command.whole and (asked.kind is not Kind.TEXT or _is_command(turn, of, command)):
        _other_command(turn, command, said)
    elif asked.kind is Kind.CHOICE:
        _pick_field(turn, of, waiting, asked, said.text)
    elif asked.kind is Kind.FILES:
        _no_files(turn, of, waiting, said.text)
    elif asked.skippable and not said.text.strip():
        skip(turn, of, waiting)
    else:
        give(turn, of, waiting, asked, said.text)
    return True


def give(turn: Turn, of: Talk, waiting: Waiting, asked: Field, text: str) -> None:
    """Take *text* as the answer to the field now open."""
    if isinstance(waiting.ask, Fill):
        take(turn, of, waiting, _with_text(form_given(of.answers, waiting.ask.name), waiting.ask, asked, text))


def _with_text(before: Mapping[str, Any], ask: Fill[Any], asked: Field, text: str) -> dict[str, Any]:
    """Return the form now open with *text* in its field. Files come with the words: none are asked for after them."""
    given = {**before, asked.name: text}
    known = fields_of(ask.form).values()
    if all(one.name in given or (one.kind is Kind.FILES and one.skippable) for one in known):
        given = {one.name: given.get(one.name, one.default) for one in known}
    return given


def _is_command(turn: Turn, of: Talk, command: Command) -> bool:
    """Whether a word is no answer: it only looks, or leads into the talk that is under way."""
    name = turn.house.commands.entry(command, turn.who())
    return bool(name) and (turn.house.menu[name].aside or of.entry in (name, turn.house.menu[name].then))


def _pick(turn: Turn, of: Talk, waiting: Waiting, said: Said, command: Command | None) -> bool:
    """Read a typed choice: a label, a number, or what is spelt nearly so."""
    if (key := _read_choice(turn, of, waiting, said.text)) is not None:
        take(turn, of, waiting, key)
    elif command and command.entries and command.whole:
        _other_command(turn, command, said)
    elif turn.is_loose(of):
        return False
    elif turn.among_colleagues:
        turn.acted = True  # a room's small talk is not answered
    else:
        turn.tell("pick-one")
        turn.redraw(of)
    return True


def _read_choice(turn: Turn, of: Talk, waiting: Waiting, text: str) -> str | None:
    """Read a typed choice. To an offer, "thanks" is no "no, thanks"."""
    labels = turn.asking(waiting).labels()
    if turn.is_loose(of) and fold(text) not in map(fold, labels.values()) and read(text).intent in SMALL_TALK:
        return None
    return read_choice(text, labels) or _agreed(of, text, labels)


def _agreed(of: Talk, text: str, labels: Mapping[str, str]) -> str | None:
    """A yes to an offer is its first way, where what is offered asks yes or no."""
    says = (of.arguments[0] or {}).get("id") if of.entry == OFFER else None
    one_way = says in YES_OR_NO or (says == "did-you-mean" and len(labels) <= ONE_GUESS)
    agreed = one_way and read_choice(text, {"yes": "", "no": ""}) == "yes"
    return next(iter(labels)) if agreed else None


def _pick_field(turn: Turn, of: Talk, waiting: Waiting, asked: Field, text: str) -> None:
    key = read_choice(text, turn.asking(waiting).labels())
    if key is not None:
        return take(turn, of, waiting, {asked.name: key})
    turn.tell("pick-one")
    return turn.redraw(of)


# Files


def _with_files(turn: Turn, of: Talk, waiting: Waiting, said: Said) -> None:
    """Keep files where the dialog wants them, whenever they come; words beside them answer the question."""
    where = _files_field(turn, of, waiting)
    if not where:
        turn.tell("files-not-wanted")
        return _words_beside(turn, of, waiting, said.text)
    kept = add_files(dict(of.answers), where, said.files)
    asked = waiting.field
    if where == f"{waiting.ask.name}.{asked.name if asked else ''}":
        if said.text.strip():
            turn.tell("words-beside-files", given=shorten(said.text))
        return put(turn, of, kept)
    turn.tell("files-kept", count=len(said.files))
    return _words_beside(turn, replace(of, answers=kept), waiting, said.text)


def _words_beside(turn: Turn, of: Talk, waiting: Waiting, text: str) -> None:
    asked = waiting.field
    if asked and asked.kind is Kind.TEXT and text.strip():
        return give(turn, of, waiting, asked, text)
    return put(turn, of, dict(of.answers))


def _files_field(turn: Turn, of: Talk, waiting: Waiting) -> str:
    """Return the field that takes files, "form.field": of the open form, else where the menu says; "" for none."""
    if isinstance(waiting.ask, Fill):
        takes = [name for name, one in fields_of(waiting.ask.form).items() if one.kind is Kind.FILES]
        if takes:
            return f"{waiting.ask.name}.{takes[0]}"
    entry = turn.house.menu.get(of.entry)
    return named(entry.files, of.arguments) if entry else ""


def _no_files(turn: Turn, of: Talk, waiting: Waiting, text: str) -> None:
    """Words where files are asked: a no skips them."""
    if not text.strip() or read_choice(text, {"yes": "", "no": ""}) == "no":
        return skip(turn, of, waiting)
    turn.tell("files-or-skip")
    return turn.redraw(of)


# Controls


def control(turn: Turn, of: Talk, waiting: Waiting, command: Command) -> bool:
    """Move about in the talk; False where the word means nothing here."""
    match command.control:
        case "cancel":
            cancel(turn, of)
        case "back":
            go_back(turn, of, waiting)
        case "skip" if waiting.field and waiting.field.skippable:
            skip(turn, of, waiting)
        case "restart":
            restart(turn, of)
        case "continue" if not turn.is_loose(of):
            turn.redraw(of)
        case "edit" if editable(waiting):
            turn.tell("edit-which", what=list(turn.asking(waiting).editable().values()))
            turn.redraw(of)
        case _:
            return False
    return True


def skip(turn: Turn, of: Talk, waiting: Waiting) -> None:
    """Leave a field at its default."""
    asked = waiting.field
    if asked is None or not asked.skippable:
        turn.tell("cannot-skip")
        return turn.redraw(of)
    return take(turn, of, waiting, {asked.name: asked.default})


def _edit_named(turn: Turn, of: Talk, waiting: Waiting, what: str) -> bool:
    """Edit the answer that was named: "modifica oggetto"."""
    labels = {str(place): label for place, label in turn.asking(waiting).editable().items()}
    place = read_choice(what, labels) if labels else None
    if place is None:
        return False
    edit_one(turn, of, waiting, int(place))
    return True


def press_in_talk(turn: Turn, of: Talk, waiting: Waiting, key: str) -> Press:
    """Take a press on the question now open: an option, or a control. What is not among them is asked again."""
    if key.startswith(CONTROL):
        return _press_control(turn, of, waiting, key.removeprefix(CONTROL))
    asked = waiting.field
    if asked is None:
        take(turn, of, waiting, key)
        return Press.TAKEN if isinstance(waiting.ask, Choose) and key in waiting.ask.options else Press.STALE
    if key not in asked.options:
        turn.redraw(of)
        return Press.STALE
    take(turn, of, waiting, {asked.name: key})
    return Press.TAKEN


def _press_control(turn: Turn, of: Talk, waiting: Waiting, name: str) -> Press:
    what, _, place = name.partition(".")
    if what == "edit" and place.isascii() and place.isdigit():
        known = int(place) < len(editable(waiting))
        edit_one(turn, of, waiting, int(place))
        return Press.TAKEN if known else Press.STALE
    if control(turn, of, waiting, Command((), control=what)):
        return Press.TAKEN
    turn.redraw(of)
    return Press.STALE


def fill_in_talk(turn: Turn, of: Talk, waiting: Waiting, filled: Filled) -> None:
    """Take a whole form; what was left empty is left at its default."""
    if not isinstance(waiting.ask, Fill):
        return turn.redraw(of)
    return take(turn, of, waiting, _filled(of, waiting.ask, filled))


def _filled(of: Talk, ask: Fill[Any], filled: Filled) -> dict[str, Any]:
    """Return what a form gives. What it did not ask stays as it was given before, and so do files that came before."""
    known, before = fields_of(ask.form), form_given(of.answers, ask.name)
    given = {name: value for name, value in filled.fields if name in known and known[name].kind is not Kind.FILES}
    files = {name: as_json(some) for name, some in filled.files if name in known and some}
    empty = [name for name in known if not given.get(name) and (name in given or name not in before)]
    skipped = {name: known[name].default for name in empty if known[name].skippable}
    return {**given, **skipped, **files}


# A form beside the chat


def open_form(turn: Turn, of: Talk, waiting: Waiting) -> None:
    """Show the whole form of which the chat asks one field after another; the question in the chat stays open."""
    turn.form = turn.house.drawing.form(turn.tx, turn.words, turn.lines, of, waiting)


def fill_beside_talk(turn: Turn, of: Talk, waiting: Waiting, filled: Filled) -> None:
    """Take a form that was opened beside the chat. Until all of it is right nothing is kept: the window keeps it."""
    if not isinstance(waiting.ask, Fill):
        return turn.redraw(of)
    given = _filled(of, waiting.ask, filled)
    refused = settle(of.refused, waiting.ask.name, given)
    after = replace(of, answers=answer(waiting, dict(of.answers), given), refused=refused)
    if again := _still_asks(turn, after, waiting):
        return open_form(turn, after, again)
    run(turn, after)
    if turn.open and turn.open.id == of.id and (refused_now := _still_asks(turn, turn.open, waiting)):
        open_form(turn, turn.open, refused_now)
    return None


def _still_asks(turn: Turn, of: Talk, before: Waiting) -> Waiting | None:
    """Return the question now open in *of*, if it is the one from *before*."""
    asked = turn.waiting(of)
    return asked if asked and asked.ask.name == before.ask.name else None
