"""Offer a few ways on, one press each: what free text may have meant, or to continue or start over.

The engine's own dialog. Nothing is done on a guess; it is only ever offered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.conversations.moves import Answers, choose, tell
from core.files import Incoming
from core.notices.facts import Line, pack, unpack
from core.people.who import Who

OFFER = "offer"
"""The entry under which an offer is kept as a talk."""
CONTINUE = "continue-or-anew"
"""What is said where a talk is offered to go on or to start over."""


@dataclass(frozen=True)
class Begin:
    """An outcome that is no command: go on with an entry of the menu, with what was said for it already."""

    entry: str
    arguments: Sequence[Any] = ()
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """One way on. *label*: its button; *key*: what stands for it; *begin* None: nothing is to be done."""

    key: str
    label: Line
    begin: Begin | None = None


def offered(says: Line | None, offers: Sequence[Offer]) -> list[Any]:
    """Return the arguments with which an offer begins: JSON, as a talk stores them."""
    return [_kept_line(says) if says else None, [_kept(one) for one in offers]]


async def offering(  # every dialog is told by whom
    by: Who,  # noqa: ARG001
    says: Mapping[str, Any] | None,
    offers: Sequence[Mapping[str, Any]],
) -> Begin | None:
    if says:
        line = _line(says)
        await tell(line.message, **line.facts)
    labels = {one["key"]: _line(one["label"]) for one in offers}
    begins = {one["key"]: _begin(one) for one in offers}
    return await choose("way", begins, about=None, labels=labels)


def files_alone(offers: Sequence[Mapping[str, Any]]) -> tuple[Incoming, ...]:
    """Return the files that came without a word, and that each way of these offers would take along."""
    for one in offers:
        answers = (one["begin"] or {}).get("answers", {})
        forms = [form for form in answers.values() if isinstance(form, Mapping)]
        if len(answers) == len(forms) == 1 and set(forms[0]) == {"files"}:
            return tuple(Incoming(**file) for file in forms[0]["files"])
    return ()


def words_alone(says: Mapping[str, Any] | None, offers: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these offers hold what was said and nothing else: said otherwise, others would be made."""
    return says is not None and says["id"] != CONTINUE and any(one["begin"] for one in offers)


def files_of(offers: Sequence[Mapping[str, Any]]) -> tuple[Incoming, ...]:
    """Return the files that a way of these offers would take along."""
    for one in offers:
        answers = (one["begin"] or {}).get("answers", {})
        for form in answers.values():
            if isinstance(form, Mapping) and form.get("files"):
                return tuple(Incoming(**file) for file in form["files"])
    return ()


def _kept_line(line: Line) -> dict[str, Any]:
    return {"id": line.message, "facts": pack(line.facts)}


def _line(kept: Mapping[str, Any]) -> Line:
    return Line(kept["id"], unpack(kept["facts"]))


def _kept(offer: Offer) -> dict[str, Any]:
    begin = offer.begin
    way = {"entry": begin.entry, "arguments": list(begin.arguments), "answers": begin.answers} if begin else None
    return {"key": offer.key, "label": _kept_line(offer.label), "begin": way}


def _begin(kept: Mapping[str, Any]) -> Begin | None:
    way = kept["begin"]
    return Begin(way["entry"], way["arguments"], way["answers"]) if way else None
