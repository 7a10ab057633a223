"""Every way into a dialog: typed, pressed on a card (`!claim.17`), or offered. The one table to extend for a new button.

An entry is one line here. Its words are the text `command-<entry>` (several, separated by commas), understood in both
languages at once, with or without "/"; the label of its button is `command-<entry>.button`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.conversations.answering import adding, answering
from bot.conversations.assigning import assigning
from bot.conversations.claiming import claiming, releasing
from bot.conversations.classifying import classifying
from bot.conversations.ending import reopening, solving_mine, withdrawing
from bot.conversations.following import following, listing
from bot.conversations.informing import helping, telling_hours, wanting_a_person
from bot.conversations.leading import (
    letting_in,
    revoking,
    saying_why,
    seeing_due,
    seeing_late,
    seeing_today,
    subscribing,
)
from bot.conversations.moves import Answers
from bot.conversations.offering import OFFER, offering
from bot.conversations.opening import opening
from bot.conversations.phoning import hearing_caller, opening_for_caller, registering_caller
from bot.conversations.queueing import holding, queueing, showing
from bot.conversations.reading import read_choice
from bot.conversations.registering import confirming, proving, registering
from bot.conversations.replying import asking, noting, replying
from bot.conversations.settling import (
    choosing_language,
    correcting_address,
    linking,
    linking_by_mail,
    resending_code,
    using_code,
)
from bot.conversations.solving import solving
from bot.conversations.starting import starting
from core.people.who import CUSTOMER, LEAD, OPERATOR, Role, Who
from core.sla.policy import Severity

Words = Callable[[Sequence[Any], str], Answers]
"""Arguments and free text -> the first answers: what somebody wrote is not asked again."""


@dataclass(frozen=True)
class Entry:
    """A way into *dialog*, whose first argument is by whom.

    who: the least role that may (a lead may all that an operator may); None: anybody, in any place.
    takes: what stands behind the name: `!claim.17`, "prendi 17"; all may be missing if the dialog has defaults.
    then: the entry that follows once the core has carried the outcome out.
    done: what is told then; its facts are the plain fields of what the command returned (`secret`, where that is a text).
    stranger: for customers who are not registered yet, too; all other entries of customers register them on the way.
    aside: it only looks, and its word is understood in the middle of another talk without a "/".
    words: what free text, or words typed behind the command, answer already.
    files: "form.field" where files go, whenever they come; `{0}` is the first argument.
    loose: a text that picks none of what it offers is free text again.
    leads: it only finds out which other entry is meant, and that is gone into instead.
    at_once: a press on it does it; where it has to ask all the same, whoever pressed is shown the question alone as well.
    known: what the channel vouches for of whoever enters, as first answers.
    """

    dialog: Callable[..., Coroutine[Any, Any, Any]]
    who: Role | None = None
    takes: tuple[type, ...] = ()
    then: str = ""
    done: str = ""
    stranger: bool = False
    aside: bool = False
    words: Words | None = None
    files: str = ""
    loose: bool = False
    leads: bool = False
    at_once: bool = False
    known: Callable[[Who], Answers] | None = None


Menu = Mapping[str, Entry]


def into(form: str, field: str = "text") -> Words:
    """Return how free text answers one field; `{0}` in *form* is the first argument."""

    def answers(arguments: Sequence[Any], text: str) -> Answers:
        return {name: {field: text}} if text and (name := named(form, arguments)) else {}

    return answers


def named(pattern: str, arguments: Sequence[Any]) -> str:
    """Return *pattern* with the arguments in it; "" where one that it names is not there."""
    return pattern.format(*arguments) if arguments or "{" not in pattern else ""


def may(entry: Entry, who: Who) -> bool:
    """Whether *who* may enter, as what they act as here."""
    if entry.who is Role.OPERATOR:
        return who.role in (Role.OPERATOR, Role.LEAD)
    return entry.who in (None, who.role)


def problem(_arguments: Sequence[Any], text: str) -> Answers:
    """Return how free text begins a ticket: as its story, and its first line as the subject. Both can be edited."""
    return {"problem": {"subject": first_line(text), "story": text}} if text else {}


def vouched(by: Who) -> Answers:
    """Return the form of somebody whose name and address the channel vouches for: nobody types what is known."""
    if not by.email:
        return {}
    return {"person": {"name": by.name, "email": by.email, "phone": "", "organisation": "", "website": ""}}


def severity(_arguments: Sequence[Any], text: str) -> Answers:
    """Return the severity that was typed, in either language; any other word is asked about."""
    key = read_choice(text, {str(one): one.value for one in Severity})
    return {"severity": key} if key else {}


def first_line(text: str, longest: int = 80) -> str:
    """Return the first line of *text*, cut between words."""
    line = " ".join(text.strip().split("\n", 1)[0].split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0] + "…"


_NUMBER = (int,)

# fmt: off
MENU: dict[str, Entry] = {
    OFFER: Entry(offering, stranger=True, loose=True),
    "help": Entry(helping, stranger=True, aside=True),
    "start": Entry(starting, takes=(str,), stranger=True, leads=True),
    # the customer's side
    "register": Entry(registering, CUSTOMER, then="prove-at-once", done="registered", stranger=True, known=vouched),
    "prove": Entry(confirming, CUSTOMER),
    "prove-at-once": Entry(proving, CUSTOMER, done="address-proven"),
    "code": Entry(resending_code, CUSTOMER, then="prove-at-once"),
    "correct-address": Entry(correcting_address, CUSTOMER, then="prove-at-once"),
    "open": Entry(opening, CUSTOMER, words=problem, files="attached.files"),
    "open-again": Entry(opening, CUSTOMER, takes=_NUMBER, words=problem, files="attached.files"),
    "ticket": Entry(following, CUSTOMER, takes=_NUMBER, aside=True),
    "tickets": Entry(listing, CUSTOMER, aside=True),
    "add": Entry(adding, CUSTOMER, takes=_NUMBER, words=into("words"), files="words.files"),
    "answer": Entry(answering, CUSTOMER, takes=_NUMBER, words=into("answer-{0}"), files="answer-{0}.files"),
    "solved": Entry(solving_mine, CUSTOMER, takes=_NUMBER),
    "reopen": Entry(reopening, CUSTOMER, takes=_NUMBER, words=into("still")),
    "withdraw": Entry(withdrawing, CUSTOMER, takes=_NUMBER),
    "language": Entry(choosing_language, CUSTOMER, takes=(str,), done="language-chosen", stranger=True),
    "link": Entry(linking, CUSTOMER, done="link-code-shown"),
    "use-code": Entry(using_code, CUSTOMER, done="linked-here", stranger=True),
    "link-by-mail": Entry(linking_by_mail, CUSTOMER, then="use-code", done="code-mailed-if-known", stranger=True),
    "human": Entry(wanting_a_person, CUSTOMER, stranger=True),
    # the operators' side
    "queue": Entry(queueing, OPERATOR, aside=True),
    "mine": Entry(holding, OPERATOR, aside=True),
    "show": Entry(showing, OPERATOR, takes=_NUMBER, aside=True),
    "claim": Entry(claiming, OPERATOR, takes=_NUMBER, at_once=True),
    "release": Entry(releasing, OPERATOR, takes=_NUMBER),
    "classify": Entry(classifying, OPERATOR, takes=_NUMBER, words=severity),
    "reply": Entry(replying, OPERATOR, takes=_NUMBER, words=into("reply"), files="reply.files"),
    "ask": Entry(asking, OPERATOR, takes=_NUMBER, words=into("question"), files="question.files"),
    "note": Entry(noting, OPERATOR, takes=_NUMBER, words=into("note"), files="note.files"),
    "solve": Entry(solving, OPERATOR, takes=_NUMBER, words=into("solution")),
    "assign": Entry(assigning, OPERATOR, takes=_NUMBER),
    "caller": Entry(registering_caller, OPERATOR, done="caller-registered"),
    "phone": Entry(opening_for_caller, OPERATOR),
    "heard": Entry(hearing_caller, OPERATOR, takes=_NUMBER, words=into("heard")),
    # the leads' side
    "late": Entry(seeing_late, LEAD, aside=True),
    "due": Entry(seeing_due, LEAD, aside=True),
    "today": Entry(seeing_today, LEAD, aside=True),
    "why": Entry(saying_why, OPERATOR, takes=_NUMBER, words=into("why")),
    "revoke": Entry(revoking, LEAD, takes=_NUMBER, done="operator-revoked"),
    "let-in": Entry(letting_in, LEAD, takes=_NUMBER, done="operator-let-in"),
    "subscribe": Entry(subscribing, OPERATOR, done="subscribed"),
    # everybody's, after the operators' "telefono"
    "hours": Entry(telling_hours, stranger=True, aside=True),
}
# fmt: on
