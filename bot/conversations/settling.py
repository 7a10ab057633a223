"""A customer's own settings: the language, and a second channel linked by a one-time code."""

from __future__ import annotations

from pydantic import BaseModel

from bot.conversations.fields import LinkCode
from bot.conversations.moves import choose, fill, look
from core.people.commands import ChooseLanguage, OfferLink, UseLink
from core.people.who import Who
from core.tickets.counter import Languages


class Link(BaseModel):
    code: LinkCode


async def choosing_language(by: Who, language: str | None = None) -> ChooseLanguage:
    known = await look(Languages())
    if language not in known:
        language = await choose("language", {code: code for code in known}, about=None)
    return ChooseLanguage(by, language)


async def linking(by: Who) -> OfferLink:
    """Show a code that, typed on the other channel, makes it the same person's."""
    return OfferLink(by)


async def using_code(by: Who) -> UseLink:
    """Type here the code that the other channel shows."""
    typed = await fill("link", Link)
    return UseLink(by, typed.code)
