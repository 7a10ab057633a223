"""Mail leaves over a real SMTP server, and every way in which that fails means something to the courier."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiosmtplib
import pytest
from aiosmtplib import errors as library
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.channel import Blocked, Broken, Channel, GiveUp, Retry, Trouble
from bot.adapters.mail import Mail, MailServer, Security, meaning
from bot.conversations.screen import Key, Screen
from core.ids import ChatId, TicketNumber
from core.notices.chats import MAIL, Chat
from core.notices.outbox import Kind
from tests.servers.smtp import DROP, SILENCE, Postbox, certificates, smtp_server

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class Dice:
    """Chance that can be replayed."""

    def __init__(self) -> None:
        self.random = random.Random(7)

    def digits(self, n: int) -> str:
        return "".join(str(self.random.randrange(10)) for _ in range(n))

    def below(self, n: int) -> int:
        return self.random.randrange(n)


def mailbox(address: str = "eva@example.org") -> Chat:
    return Chat(ChatId(1), MAIL, "", address, None, None, "it", True)


def channel(port: int, **more: Any) -> Mail:
    given = {"host": "127.0.0.1", "sender": "Sportello <help@desk.example>", "security": Security.NONE, **more}
    return Mail(MailServer(port=port, **given), clock=lambda: NOW, chance=Dice())


@asynccontextmanager
async def desk(**server: Any) -> AsyncIterator[tuple[Mail, Postbox]]:
    async with smtp_server(**server) as box:
        mail = channel(box.port)
        yield mail, box
        await mail.close()


async def send(mail: Mail, *lines: str, to: str = "eva@example.org", ticket: int | None = 1042, **more: Any) -> str:
    number = TicketNumber(ticket) if ticket else None
    (id_,) = await mail.send(mailbox(to), Screen(lines), kind=Kind.NOTICE, ticket=number, **more)
    return id_


async def trouble(mail: Mail, *lines: str, **more: Any) -> Trouble:
    with pytest.raises(Trouble) as caught:
        await send(mail, *(lines or ("Ciao",)), **more)
    return caught.value


class TestTheMail:
    async def test_says_what_the_screen_says(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Il ticket 1042 è risolto: «Perché no?»", "Non va ancora?")
        assert box.received[0].text.splitlines() == [
            "Il ticket 1042 è risolto: «Perché no?»",
            "Non va ancora?",
        ]

    async def test_goes_to_the_address_from_the_desk(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Ciao", to="Eva@exämple.org")
        assert box.received[0].sender == "help@desk.example"
        assert box.received[0].recipients == ["Eva@xn--exmple-cua.org"]
        assert box.received[0].mail["From"] == "Sportello <help@desk.example>"

    async def test_has_the_ticket_and_the_first_line_as_its_subject(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "", "Se ne occupa Giulia.", "A presto")
        assert box.received[0].mail["Subject"] == "[Ticket 1042] Se ne occupa Giulia."

    async def test_cuts_a_long_subject(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "è " * 400)
        subject = box.received[0].mail["Subject"]
        assert subject.endswith("…")
        assert len(subject) < 140

    async def test_is_marked_as_made_by_a_machine(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Ciao")
        assert box.received[0].mail["Auto-Submitted"] == "auto-generated"

    async def test_is_dated_by_the_desk_s_clock(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Ciao")
        assert box.received[0].mail["Date"].datetime == NOW

    async def test_says_its_language(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Ciao")
        assert box.received[0].mail["Content-Language"] == "it"

    async def test_returns_its_message_id(self) -> None:
        async with desk() as (mail, box):
            id_ = await send(mail, "Ciao")
        assert box.received[0].mail["Message-ID"] == id_

    async def test_stands_in_its_ticket_s_thread(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "aperto")
            await send(mail, "risolto", under="<card@desk.example>")
            await send(mail, "altro", ticket=1043)
        opened, solved, other = (received.mail for received in box.received)
        assert opened["References"] == "<ticket.1042@desk.example>"
        assert solved["References"] == "<ticket.1042@desk.example> <card@desk.example>"
        assert solved["In-Reply-To"] == "<card@desk.example>"
        assert other["References"] == "<ticket.1043@desk.example>"

    async def test_stands_alone_without_a_ticket(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Il codice è 123456", ticket=None)
        assert box.received[0].mail["References"] is None
        assert box.received[0].mail["Subject"] == "Il codice è 123456"

    async def test_has_no_line_longer_than_the_protocol_takes(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "lungo " * 2000, "x" * 5000)
        assert max(map(len, box.received[0].raw.splitlines())) <= 998
        assert box.received[0].text.splitlines()[1] == "x" * 5000

    async def test_leaves_out_buttons_that_a_mail_can_t_have(self) -> None:
        async with desk() as (mail, box):
            screen = Screen(("Risolto.",), keys=(Key("Riapri", "!reopen.1042"),))
            await mail.send(mailbox(), screen, kind=Kind.NOTICE)
        assert box.received[0].text == "Risolto.\n"

    async def test_keeps_a_line_of_one_dot(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "uno", ".", "due")
        assert box.received[0].text == "uno\n.\ndue\n"

    async def test_is_sent_anew_where_one_should_be_edited(self) -> None:
        async with desk() as (mail, box):
            first = await send(mail, "Ciao")
            second = await send(mail, "Ciao", replaces=first)
        assert len(box.received) == 2
        assert first != second


class TestAnEnemy:
    HOSTILE = ("Ciao\r\nBcc: victim@example.org", "a\nX-Evil: 1", "a\x0bb\x85c\u2028d", "\ud800", "\x00")

    @pytest.mark.parametrize("words", HOSTILE)
    async def test_adds_no_header(self, words: str) -> None:
        async with desk() as (mail, box):
            await send(mail, words)
        assert set(box.received[0].mail) >= {"Subject"}
        assert not {"Bcc", "X-Evil"} & set(box.received[0].mail)
        assert box.received[0].recipients == ["eva@example.org"]

    @pytest.mark.parametrize(
        "address", ["eva@example.org\r\nRCPT TO:<a@b.it>", "<a@b.it>", "a@b.it, c@d.it", "eva", ""]
    )
    async def test_reaches_nobody_by_what_is_no_address(self, address: str) -> None:
        async with desk() as (mail, box):
            assert isinstance(await trouble(mail, to=address), Blocked)
        assert box.connections == 0

    async def test_brings_no_thread_of_their_own(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Ciao", under="<a@b>\r\nBcc: x@example.org")
        assert box.received[0].mail["References"] == "<ticket.1042@desk.example>"

    @given(st.text(max_size=300))
    def test_writes_whatever_they_like_and_it_stays_in_its_place(self, words: str) -> None:
        mail = channel(25)
        written = mail._compose("eva@example.org", Screen((words,)), "<1@desk.example>", TicketNumber(7), None)
        head = bytes(written).split(b"\r\n\r\n")[0].split(b"\r\n")
        names = [line.split(b":")[0] for line in head if line[:1] not in (b" ", b"\t")]
        assert names == HEADERS

    def test_reads_no_password_in_a_trace(self) -> None:
        assert "hush" not in repr(MailServer("127.0.0.1", 25, "a@desk.example", password="hush"))


HEADERS = [
    b"From",
    b"To",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"In-Reply-To",
    b"References",
    b"Auto-Submitted",
    b"X-Auto-Response-Suppress",
    b"Content-Type",
    b"Content-Transfer-Encoding",
    b"MIME-Version",
]


class TestTheConnection:
    async def test_is_kept_for_the_next_mail(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "uno")
            await send(mail, "due")
        assert box.connections == 1

    async def test_is_made_anew_when_it_was_idle_for_long(self) -> None:
        async with smtp_server() as box:
            mail = channel(box.port, keep=0.0)
            await send(mail, "uno")
            await send(mail, "due")
            await mail.close()
        assert box.connections == 2

    async def test_is_made_anew_when_the_server_hung_up_meanwhile(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "uno")
            box.hang_up()
            await send(mail, "due")
        assert [received.text for received in box.received] == ["uno\n", "due\n"]

    async def test_carries_one_mail_at_a_time(self) -> None:
        async with desk() as (mail, box):
            await asyncio.gather(*(send(mail, str(n)) for n in range(20)))
        assert sorted(int(received.text) for received in box.received) == list(range(20))
        assert box.connections == 1

    async def test_is_given_up_with_a_send_that_is_cancelled(self) -> None:
        async with desk(answers={"DATA": [SILENCE]}) as (mail, box):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(send(mail, "uno"), 0.2)
            await send(mail, "due")
        assert [received.text for received in box.received] == ["due\n"]


class TestTls:
    async def test_is_begun_before_anything_is_said(self) -> None:
        server, client = certificates()
        async with smtp_server(starttls=server, users={"desk": "secret"}) as box:
            mail = channel(box.port, security=Security.STARTTLS, tls=client, user="desk", password="secret")
            await send(mail, "Ciao")
            await mail.close()
        assert len(box.received) == 1

    async def test_can_be_there_from_the_first_byte(self) -> None:
        server, client = certificates()
        async with smtp_server(tls=server) as box:
            mail = channel(box.port, security=Security.TLS, tls=client)
            await send(mail, "Ciao")
            await mail.close()
        assert len(box.received) == 1

    @pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
    async def test_is_refused_with_a_certificate_that_nobody_trusts(self, security: Security) -> None:
        server, _ = certificates()
        _, stranger = certificates()
        kind = "tls" if security is Security.TLS else "starttls"
        async with smtp_server(**{kind: server}) as box:
            found = await trouble(channel(box.port, security=security, tls=stranger))
        assert (type(found), found.why) == (Broken, "smtp: the certificate is not trusted")

    async def test_is_refused_with_another_host_s_certificate(self) -> None:
        server, client = certificates("mail.example.net")
        async with smtp_server(starttls=server) as box:
            found = await trouble(channel(box.port, security=Security.STARTTLS, tls=client))
        assert (type(found), found.why) == (Broken, "smtp: the certificate is not trusted")

    async def test_is_not_left_out_where_the_server_has_none(self) -> None:
        async with smtp_server() as box:
            found = await trouble(channel(box.port, security=Security.STARTTLS))
        assert isinstance(found, Broken)
        assert not box.received

    async def test_says_when_there_is_none_at_this_door(self) -> None:
        async with smtp_server() as box:
            found = await trouble(channel(box.port, security=Security.TLS))
        assert (type(found), found.why) == (Broken, "smtp: no TLS with this server")

    async def test_a_wrong_password_is_for_the_administrator_and_loses_no_mail(self) -> None:
        server, client = certificates()
        async with smtp_server(starttls=server, users={"desk": "secret"}) as box:
            found = await trouble(
                channel(box.port, security=Security.STARTTLS, tls=client, user="desk", password="wrong")
            )
        assert isinstance(found, Broken)
        assert found.why.startswith("smtp 535")


class TestARefusal:
    @pytest.mark.parametrize(
        ("stage", "answer", "means"),
        [
            ("RCPT", "451 4.7.1 Greylisted, please come back", Retry),
            ("RCPT", "452 4.2.2 Mailbox full", Retry),
            ("RCPT", "550 5.1.1 No such user", Blocked),
            ("RCPT", "553 5.1.3 Bad address", Blocked),
            ("RCPT", "550 5.7.1 Not by our policy", GiveUp),
            ("RCPT", "552 5.2.2 Mailbox full", GiveUp),
            ("RCPT", "554 5.7.1 Relay denied", GiveUp),
            ("MAIL", "421 4.3.2 Going down", Retry),
            ("MAIL", "550 5.7.1 Not from you", GiveUp),
            ("DATA", "451 4.3.0 Try again", Retry),
            ("DATA", "554 5.6.0 Looks like spam", GiveUp),
            ("DATA", "552 5.3.4 Too big", GiveUp),
        ],
    )
    async def test_means(self, stage: str, answer: str, means: type[Trouble]) -> None:
        async with desk(answers={stage: [answer]}) as (mail, box):
            found = await trouble(mail)
        assert type(found) is means
        assert not box.received

    async def test_names_the_code_and_no_person(self) -> None:
        async with desk(answers={"RCPT": ["550 5.1.1 <eva@example.org> is unknown"]}) as (mail, _):
            assert (await trouble(mail)).why == "smtp 550 5.1.1"

    async def test_leaves_the_next_mail_alone(self) -> None:
        async with desk(answers={"RCPT": ["550 no"]}) as (mail, box):
            await trouble(mail)
            await send(mail, "due")
        assert len(box.received) == 1

    async def test_a_grey_list_lets_pass_later_with_the_same_id(self) -> None:
        async with desk(answers={"RCPT": ["451 4.7.1 Greylisted"]}) as (mail, box):
            found = await trouble(mail, "Ciao")
            assert isinstance(found, Retry)
            assert found.after.total_seconds() >= 60
            id_ = await send(mail, "Ciao")
        assert box.received[0].mail["Message-ID"] == id_


class TestAnUncertainEnd:
    @pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
    async def test_is_a_broken_channel(self, stage: str) -> None:
        async with desk(answers={stage: [DROP]}) as (mail, _):
            assert isinstance(await trouble(mail), Broken)

    async def test_is_repeated_with_the_same_id_so_that_a_mailbox_shows_it_once(self) -> None:
        async with desk() as (mail, box):
            box.answers["DATA"] = [DROP]
            await trouble(mail, "Ciao")
            again = await send(mail, "Ciao")
            later = await send(mail, "Ciao")
        assert mail_ids(box) == [again, later]
        assert again != later

    async def test_a_server_that_is_silent_is_not_waited_for_long(self) -> None:
        async with smtp_server(answers={"RCPT": [SILENCE]}) as box:
            found = await trouble(channel(box.port, patience=0.2))
        assert (type(found), found.why) == (Broken, "smtp: no answer in time")

    async def test_nobody_listens(self) -> None:
        async with smtp_server() as box:
            port = box.port
        found = await trouble(channel(port))
        assert (type(found), found.why) == (Broken, "smtp: can't connect")

    async def test_no_such_host(self) -> None:
        assert isinstance(await trouble(channel(25, host="no-such-host.invalid")), Broken)

    async def test_remembers_not_more_than_it_should(self) -> None:
        async with smtp_server() as box:
            port = box.port
        mail = channel(port)
        for n in range(1010):
            mail._remember(str(n), "<1@desk.example>")
        assert len(mail._uncertain) == 1000


def mail_ids(box: Postbox) -> list[str]:
    return [received.mail["Message-ID"] for received in box.received]


NAMED = [
    error
    for _, error in inspect.getmembers(library, inspect.isclass)
    if issubclass(error, aiosmtplib.SMTPException) and error is not aiosmtplib.SMTPException
]


class TestTheLibrary:
    @pytest.mark.parametrize("error", NAMED)
    def test_raises_nothing_that_means_nothing(self, error: type[aiosmtplib.SMTPException]) -> None:
        plain = meaning(aiosmtplib.SMTPException("anything"))
        assert meaning(made(error)).why != plain.why

    def test_raises_its_base_where_both_have_nothing_in_common(self) -> None:
        assert isinstance(meaning(aiosmtplib.SMTPException("No suitable authentication method found.")), Broken)

    def test_an_answer_of_no_smtp_server_is_a_broken_one(self) -> None:
        assert isinstance(meaning(aiosmtplib.SMTPResponseException(-1, "HTTP/1.1 400")), Broken)

    def test_what_can_t_be_written_is_given_up(self) -> None:
        assert isinstance(meaning(ValueError("a line break in an address")), GiveUp)


def made(error: type[aiosmtplib.SMTPException]) -> aiosmtplib.SMTPException:
    """Make an error of any class of the library's."""
    refused = aiosmtplib.SMTPRecipientRefused(451, "4.7.1 later", "eva@example.org")
    values: dict[str, Any] = {"code": 451, "message": "4.7.1 later", "recipients": [refused]}
    values |= {"sender": "help@desk.example", "recipient": "eva@example.org"}
    return error(*(values[name] for name in list(inspect.signature(error.__init__).parameters)[1:]))


class TestTheChannel:
    def test_is_one(self) -> None:
        one: Channel = channel(25)
        assert one.name == MAIL

    async def test_fetches_nothing(self) -> None:
        with pytest.raises(GiveUp):
            await anext(channel(25).fetch("x"))

    async def test_can_be_tried_without_a_mail(self) -> None:
        async with desk() as (mail, box):
            await mail.check()
        assert (box.connections, box.received) == (1, [])

    async def test_tells_when_trying_it_fails(self) -> None:
        async with smtp_server() as box:
            port = box.port
        with pytest.raises(Broken):
            await channel(port).check()

    async def test_closes_once_and_again(self) -> None:
        async with desk() as (mail, box):
            await send(mail, "Ciao")
            box.hang_up()
            await mail.close()
            await mail.close()
        assert len(box.received) == 1
