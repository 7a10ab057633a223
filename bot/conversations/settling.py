"""A customer's own settings: the language, another channel linked by a one-time code, the address to be proven."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from bot.conversations.fields import Mail
from bot.conversations.moves import choose, confirm, fill, look, tell
from core.people.commands import ChooseLanguage, CorrectAddress, LinkByMail, OfferLink, SendCode, UseLink
from core.people.queries import AddressToProve
from core.people.who import Who
from core.tickets.counter import Languages


class Address(BaseModel):
    email: Mail


class LinkCode(BaseModel):
    """Eight letters and digits as shown on the other channel, or six digits by mail; the core knows which."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=20)]


async def choosing_language(by: Who, language: str | None = None) -> ChooseLanguage:
    known = await look(Languages())
    if language not in known:
        language = await choose("language", {code: code for code in known}, about=None)
    return ChooseLanguage(by, language)


async def linking(by: Who) -> OfferLink:
    """Show a code that, typed on the other channel, makes it the same person's."""
    return OfferLink(by)


async def using_code(by: Who) -> UseLink | None:
    """Type here the code that the other channel shows, or that came by mail.

    Whoever has tickets already is asked first: a link that somebody else sent would hand them over at one touch.
    """
    typed = await fill("link", LinkCode)
    if by.customer and not await confirm("join", about=typed.code):
        return None
    return UseLink(by, typed.code)


async def linking_by_mail(by: Who) -> LinkByMail:
    """Have a code mailed to the address that the desk knows; whether it does is not told."""
    typed = await fill("address", Address)
    return LinkByMail(by, typed.email)


async def resending_code(by: Who) -> SendCode | None:
    """Have another code mailed to the address that is to be proven."""
    if await look(AddressToProve(by)) is None:
        await tell("nothing-to-prove")
        return None
    return SendCode(by)


async def correcting_address(by: Who) -> CorrectAddress:
    """Give another address instead of one that is not proven yet."""
    typed = await fill("address", Address)
    return CorrectAddress(by, typed.email)
