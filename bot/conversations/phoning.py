"""The phone: an operator registers a caller, opens a ticket for one, types what a caller answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import BaseModel, WrapValidator

from bot.conversations.classifying import ticket_at_hand
from bot.conversations.fields import Given, Mail, Name, Phone, Short, Text
from bot.conversations.moves import choose, confirm, fill, look, tell
from bot.conversations.opening import Problem, titles, topic_of
from core.ids import CustomerId, TicketNumber
from core.notices.facts import line
from core.people.commands import RegisterCaller
from core.people.queries import FindCustomer
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import Answer, OpenTicket
from core.tickets.counter import PrivacyNotice


def _if_given(given: str, read: Callable[[str], str]) -> str:
    return read(given) if given.strip() else ""


class Caller(BaseModel):
    """The page's form, read out on the phone. Who calls may have no address."""

    name: Name
    email: Annotated[Mail, WrapValidator(_if_given)] = ""
    phone: Phone = ""
    organisation: Short = ""
    website: Short = ""


class Sought(BaseModel):
    given: Given


class Heard(BaseModel):
    text: Text


async def registering_caller(by: Who) -> RegisterCaller | None:
    caller = await fill("caller", Caller)
    notice = await look(PrivacyNotice())
    await tell("caller-summary", **caller.model_dump())
    if not await confirm("caller-consents", about=[caller, notice], notice=notice):
        await tell("registering-without-consent")
        return None
    vouched = bool(caller.email) and await confirm("address-vouched", about=caller.email, email=caller.email)
    return RegisterCaller(by, **caller.model_dump(), language=by.language, consent=True, vouched=vouched)


async def opening_for_caller(by: Who) -> OpenTicket | None:
    customer = await caller_found(by)
    if customer is None:
        await tell("caller-unknown")
        return None
    problem = await fill("problem", Problem)
    topic = await topic_of()
    felt = await choose("felt", {str(severity): severity for severity in Severity}, about=None)
    await tell("opening-summary", **problem.model_dump(), topic=titles(topic), felt=felt, count=0)
    if not await confirm("open-for-caller", about=[problem, topic, felt]):
        await tell("opening-dropped")
        return None
    return OpenTicket(by, problem.subject, problem.story, topic.key if topic else None, felt, customer=customer)


async def caller_found(by: Who) -> CustomerId | None:
    """Find who is calling by code, address, number or name; the Helpdesk Code identifies and proves nothing."""
    sought = await fill("sought", Sought)
    found = await look(FindCustomer(by, sought.given))
    if not found:
        return None
    options: dict[str, CustomerId | None] = {str(one.id): one.id for one in found} | {"none": None}
    labels = {
        str(one.id): line("caller-found", name=one.name, code=one.code, organisation=one.organisation) for one in found
    }
    return await choose("caller", options, about=sought.given, labels=labels)


async def hearing_caller(by: Who, number: TicketNumber | None = None) -> Answer | None:
    """Type what a caller answered to the question that is open with them."""
    ticket = await ticket_at_hand(by, number)
    if ticket is None:
        return None
    heard = await fill("heard", Heard, ticket=ticket.number, subject=ticket.subject, customer=ticket.customer)
    return Answer(by, ticket.number, heard.text)
