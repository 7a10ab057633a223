"""A real SMTP server on loopback (aiosmtpd), which can be told to refuse, to put off, to stay silent and to drop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

DROP = "drop"
"""Instead of an answer: the connection ends."""
SILENCE = "silence"
"""Instead of an answer: nothing, for as long as anybody waits."""


@dataclass
class Received:
    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        mail = message_from_bytes(self.raw, policy=default)
        assert isinstance(mail, EmailMessage)
        return mail

    @property
    def text(self) -> str:
        """The body as a person reads it."""
        return str(self.mail.get_content()).replace("\r\n", "\n")


@dataclass
class Postbox:
    """What arrived; *answers*: what to say next at a stage (MAIL, RCPT, DATA) instead of OK, each once."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    transports: list[Any] = field(default_factory=list)

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        return await self._answer("MAIL", server)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        answer = await self._answer("RCPT", server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if (answer := await self._answer("DATA", server)).startswith("250"):
            self.received.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return answer

    async def _answer(self, stage: str, server: SMTP) -> str:
        waiting = self.answers.get(stage, [])
        answer = waiting.pop(0) if waiting else "250 OK"
        if answer == DROP:
            server.transport.abort()
        if answer == SILENCE:
            await asyncio.Event().wait()
        return answer

    def hang_up(self) -> None:
        """End every connection, as a server does with one that is idle for long."""
        for transport in self.transports:
            transport.abort()


def certificates(name: str = "127.0.0.1") -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the server's side, and a client's that trusts it, for a host of this name."""
    authority = trustme.CA()
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client


@asynccontextmanager
async def smtp_server(
    *,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    users: dict[str, str] | None = None,
    answers: dict[str, list[str]] | None = None,
) -> AsyncIterator[Postbox]:
    """Serve on a free port of loopback. *users*: who may sign in, with what; then nobody may send without."""
    box = Postbox(answers or {})

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        known = (users or {}).get(data.login.decode())
        return AuthResult(success=known is not None and known == data.password.decode(), handled=False)

    def serve() -> SMTP:
        box.connections += 1
        return _Watched(
            box,
            box.transports,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=authenticate if users else None,
            auth_required=bool(users),
            auth_require_tls=bool(users) and tls is None,
        )

    server = await asyncio.get_running_loop().create_server(serve, "127.0.0.1", 0, ssl=tls)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        box.hang_up()
        await server.wait_closed()


class _Watched(SMTP):
    """Remembers its connection, so that a test can end it."""

    def __init__(self, handler: Any, transports: list[Any], **options: Any) -> None:
        super().__init__(handler, **options)
        self._transports = transports

    def connection_made(self, transport: Any) -> None:
        self._transports.append(transport)
        super().connection_made(transport)
