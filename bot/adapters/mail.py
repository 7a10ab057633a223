"""Mail: a channel that sends only. A notice becomes a plain-text e-mail by SMTP.

Nothing that a person typed reaches a header unless its control characters are gone, and an address only if it is one.
A send whose end is unknown keeps its Message-ID when it is repeated, so that a mailbox shows it once.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import time
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

import aiosmtplib

from bot.adapters.channel import Blocked, Broken, GiveUp, Retry, Trouble
from bot.conversations.screen import Limits, Screen
from core.db import Chance
from core.ids import TicketNumber
from core.notices.chats import MAIL, Chat
from core.notices.outbox import Kind
from core.people.addresses import email_sendable

LATER: Final = timedelta(minutes=5)
"""SMTP does not say how long to wait; grey lists let pass after a few minutes."""
LONGEST_SUBJECT: Final = 120
MAX_UNCERTAIN: Final = 1000


class Security(StrEnum):
    STARTTLS = "starttls"  # demanded: without it nothing is sent
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over. *sender*: an address, with a name before it if wanted. Durations in seconds."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: Security = Security.STARTTLS
    tls: ssl.SSLContext | None = None  # None: the system's trust
    patience: float = 20.0
    keep: float = 30.0  # how long a connection is kept that nothing is sent over


class Mail:
    """The channel of e-mail addresses. *clock* dates the mails; *chance* makes their ids."""

    name = MAIL
    limits = Limits(forms=False, buttons=True, text=100_000, hears=False)  # until mail is a door as well

    def __init__(self, server: MailServer, *, clock: Callable[[], datetime], chance: Chance) -> None:
        self.server = server
        self.clock = clock
        self.chance = chance
        self._link = _Link(server)
        self._uncertain: dict[str, str] = {}

    async def send(
        self,
        to: Chat,
        screen: Screen,
        *,
        kind: Kind,
        ticket: TicketNumber | None = None,
        replaces: str | None = None,
        under: str | None = None,
        sent: tuple[str, ...] = (),
        mark: str = "",
        maybe_sent: bool = False,
    ) -> tuple[str, ...]:
        """Send *screen* as a mail and return its Message-ID. A mail can't be edited: *replaces* is sent anew."""
        del replaces, kind, sent, mark, maybe_sent
        recipient = email_sendable(to.address)
        if recipient is None:
            raise Blocked("not an address")
        same = sha256(f"{recipient}\0{ticket}\0{screen.text}".encode(errors="surrogatepass")).hexdigest()
        id_ = self._uncertain.get(same) or f"<{self.chance.digits(24)}@{self._domain}>"
        message = self._compose(recipient, screen, id_, ticket, under)
        message["Content-Language"] = to.language
        self._remember(same, id_)
        await self._link.send(message, parseaddr(self.server.sender)[1], recipient)
        del self._uncertain[same]
        return (id_,)

    async def fetch(self, reference: str) -> AsyncIterator[bytes]:
        """Nothing comes in by this channel yet."""
        raise GiveUp("mail only sends")
        yield b""  # makes it a generator, as the Protocol has it

    async def check(self) -> None:
        """Connect, sign in, and leave: for `doctor`. Raises a `Trouble`."""
        await self._link.check()

    async def close(self) -> None:
        await self._link.close()

    @property
    def _domain(self) -> str:
        return parseaddr(self.server.sender)[1].rpartition("@")[2]

    def _remember(self, same: str, id_: str) -> None:
        while len(self._uncertain) >= MAX_UNCERTAIN:
            del self._uncertain[next(iter(self._uncertain))]
        self._uncertain[same] = id_

    def _compose(
        self, recipient: str, screen: Screen, id_: str, ticket: TicketNumber | None, under: str | None
    ) -> EmailMessage:
        name, sender = parseaddr(self.server.sender)
        message = EmailMessage(policy=WIRE)
        message["From"] = Address(_one_line(name), addr_spec=sender)
        message["To"] = Address(addr_spec=recipient)
        message["Subject"] = _subject(screen, ticket)
        message["Date"] = format_datetime(self.clock())
        message["Message-ID"] = id_
        if thread := self._thread(ticket, under):
            message["In-Reply-To"] = thread[-1]
            message["References"] = " ".join(thread)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
        message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
        message.set_content(_body(screen), charset="utf-8", cte="quoted-printable")
        return message

    def _thread(self, ticket: TicketNumber | None, under: str | None) -> list[str]:
        """Return the ids that gather a ticket's mails: a root that each of them refers to, so that none is the first."""
        root = [f"<ticket.{ticket}@{self._domain}>"] if ticket else []
        return [*root, under] if under and re.fullmatch(r"<[^\s<>]+@[^\s<>]+>", under) else root


def _subject(screen: Screen, ticket: TicketNumber | None) -> str:
    tag = f"[Ticket {ticket}] " if ticket else ""
    first = next((line for line in map(_one_line, screen.text.splitlines()) if line), "")
    short = first if len(first) <= LONGEST_SUBJECT else first[: LONGEST_SUBJECT - 1].rstrip() + "…"
    return tag + short


def _one_line(text: str) -> str:
    """Return *text* without anything that could end a header or begin another."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in text)
    return " ".join(plain.split())


def _body(screen: Screen) -> str:
    """Return the lines as text without control characters or halves of a character."""
    kept = (c for c in screen.text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept) + "\n"


class _Link:
    """One connection, kept for a while and used by one send at a time. It never repeats a send."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._client: aiosmtplib.SMTP | None = None
        self._used_at = 0.0
        self._one_at_a_time = asyncio.Lock()

    async def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        async with self._one_at_a_time, self._mending():
            client = await self._ready()
            await client.send_message(message, sender=sender, recipients=[recipient])
            self._used_at = time.monotonic()

    async def check(self) -> None:
        async with self._one_at_a_time, self._mending():
            await self._ready()

    async def close(self) -> None:
        client, self._client = self._client, None
        if client and client.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        if client:
            client.close()

    @contextlib.asynccontextmanager
    async def _mending(self) -> AsyncIterator[None]:
        """Say what an error means; after one (a cancelled send too) the next send begins with a new connection."""
        try:
            yield
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            await self.close()
            raise meaning(error) from error
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client:
            client.close()

    async def _ready(self) -> aiosmtplib.SMTP:
        if self._client and await self._still_there(self._client):
            return self._client
        await self.close()
        self._client = self._new()
        await self._client.connect()
        return self._client

    async def _still_there(self, client: aiosmtplib.SMTP) -> bool:
        if not client.is_connected or time.monotonic() - self._used_at > self.server.keep:
            return False
        try:
            await client.noop()
        except (aiosmtplib.SMTPException, OSError):
            return False
        return True

    def _new(self) -> aiosmtplib.SMTP:
        server = self.server
        sign_in: dict[str, Any] = {"username": server.user, "password": server.password} if server.user else {}
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.patience,
            use_tls=server.security is Security.TLS,
            start_tls=server.security is Security.STARTTLS,
            tls_context=server.tls if server.security is not Security.NONE else None,
            **sign_in,
        )


def meaning(error: Exception) -> Trouble:
    """Return what an error of the library means to the courier. Its words stay out: they may name a person."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return meaning(error.recipients[0])
        case aiosmtplib.SMTPAuthenticationError() | aiosmtplib.SMTPConnectResponseError() | aiosmtplib.SMTPHeloError():
            return _answered(error, Broken)  # nothing is wrong with the message: it waits until this is mended
        case aiosmtplib.SMTPRecipientRefused() if error.code in _NO_SUCH_MAILBOX and "5.7." not in error.message:
            return _answered(error, Blocked)
        case aiosmtplib.SMTPResponseException():
            return _answered(error, GiveUp)
        case aiosmtplib.SMTPTimeoutError():
            return Broken("smtp: no answer in time")
        case aiosmtplib.SMTPNotSupported():
            return GiveUp("smtp: the server can't take this message")
        case aiosmtplib.SMTPServerDisconnected():
            return Broken("smtp: the link broke")
        case aiosmtplib.SMTPConnectError() if isinstance(error.__cause__, ssl.SSLError):
            return _not_trusted(error.__cause__)
        case ssl.SSLError():
            return _not_trusted(error)
        case aiosmtplib.SMTPConnectError() | OSError():
            return Broken("smtp: can't connect")
        case ValueError():
            return GiveUp("smtp: the message can't be written")
    return Broken("smtp: no STARTTLS, or no way to sign in that both know")


_NO_SUCH_MAILBOX = frozenset({550, 551, 553})
"""Unless the enhanced code says that it is a matter of policy (RFC 3463: X.7)."""


def _answered(error: aiosmtplib.SMTPResponseException, refused: type[Trouble]) -> Trouble:
    """Return what a code means: 4xx is for later, 5xx as *refused* says, whatever is neither is no SMTP server's."""
    enhanced = re.match(r"\d\.\d{1,3}\.\d{1,3}\b", error.message)
    why = f"smtp {error.code} {enhanced[0] if enhanced else ''}".rstrip()
    if 400 <= error.code < 500:
        return Retry(LATER, why)
    return refused(why) if 500 <= error.code < 600 else Broken(why)


def _not_trusted(error: ssl.SSLError) -> Broken:
    wrong = isinstance(error, ssl.SSLCertVerificationError)
    return Broken("smtp: the certificate is not trusted" if wrong else "smtp: no TLS with this server")
