"""Register: the page's form, then proof that the address is theirs. Two dialogs: the core posts the code between them."""

from __future__ import annotations

from pydantic import BaseModel

from bot.conversations.fields import Mail, Name, OneTimeCode, Phone, Short
from bot.conversations.moves import confirm, fill, look, tell
from bot.conversations.offering import Begin
from core.people.commands import Prove, Register
from core.people.queries import AddressToProve, CustomerOf
from core.people.who import Who
from core.tickets.counter import PrivacyNotice


class Person(BaseModel):
    """The page's form; "WebSite" is the platform that they use."""

    name: Name
    email: Mail
    phone: Phone = ""
    organisation: Short = ""
    website: Short = ""


class Proof(BaseModel):
    """A code may be typed later: the channel authenticates them, the address only opens other doors."""

    code: OneTimeCode = ""


async def registering(by: Who) -> Register | None:
    if by.customer is not None:
        await tell("already-registered", code=(await look(CustomerOf(by.customer))).code)
        return None
    person = await fill("person", Person)
    notice = await look(PrivacyNotice())
    await tell("registering-summary", **person.model_dump())
    if not await confirm("consent", about=[person, notice], notice=notice):
        await tell("registering-without-consent")
        return None
    return Register(by, **person.model_dump(), language=by.language, consent=True)


async def confirming(by: Who) -> Begin | None:
    """Type the code later than it was sent."""
    if await look(AddressToProve(by)) is None:
        await tell("nothing-to-prove")
        return None
    return Begin("prove-at-once")


async def proving(by: Who) -> Prove | None:
    """Type the code that has just been sent."""
    email = await look(AddressToProve(by))
    if email is None:  # no mail is sent here, or it is proven already
        return None
    await tell("code-mailed", email=email)
    proof = await fill("proof", Proof)
    if not proof.code:
        await tell("address-to-prove-later")
        return None
    return Prove(by, proof.code)
