"""Files go to Telegram as what they are and come from there in pieces, and no error tells where they lie."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.channel import Broken, GiveUp, Outgoing, Retry, Trouble
from bot.adapters.telegram.channel import Telegram
from bot.adapters.telegram.files import PIECE, _open_regular, form_of
from bot.conversations.screen import Key, Screen
from core.ids import TicketNumber
from core.notices.outbox import Kind
from tests.adapters.telegram.conftest import opened, place, the_one
from tests.house import House
from tests.servers.telegram import PICTURE, TOKEN, Group, Person, World
from tests.servers.telegram import Trouble as Bad
from tests.servers.telegram.things import Chat as There

TICKET = TicketNumber(1042)
DOCUMENT = b"%PDF-1.7 example"


def file(
    content: bytes = DOCUMENT, name: str = "guida.pdf", media_type: str = "application/pdf", **more: Any
) -> Outgoing:
    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(content), 65_536):
            yield content[at : at + 65_536]

    return Outgoing(name, media_type, more.get("size", len(content)), pieces)


async def give(telegram: Telegram, to: There | Person, outgoing: Outgoing, *lines: str, **more: Any) -> tuple[str, ...]:
    screen = Screen(lines or ("Da Giulia",), more.pop("keys", ()))
    return await telegram.give(place(to), outgoing, screen, ticket=TICKET, **more)


async def fetched(telegram: Telegram, reference: str) -> bytes:
    return b"".join([piece async for piece in telegram.fetch(reference)])


async def refused(telegram: Telegram, reference: str) -> Trouble:
    with pytest.raises(Trouble) as caught:
        await fetched(telegram, reference)
    return caught.value


class TestAFileOnItsWayOut:
    async def test_arrives_as_it_was_with_its_name_and_its_caption(self, telegram: Telegram, eva: Person) -> None:
        ids = await give(telegram, eva, file(), "Da Giulia: «la guida & altro»")
        there = the_one(eva.hears())
        assert ids == (str(there.id),)
        assert there.file
        assert (there.kind, there.file.content, there.file.name) == ("document", DOCUMENT, "guida.pdf")
        assert there.text == "Da Giulia: «la guida & altro»"

    async def test_is_shown_if_it_is_a_picture(self, telegram: Telegram, eva: Person) -> None:
        await give(telegram, eva, file(PICTURE, "schermo.png", "image/png"))
        assert the_one(eva.hears()).kind == "photo"

    async def test_is_a_document_if_telegram_cannot_read_the_picture(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        await give(telegram, eva, file(b"no picture", "schermo.png", "image/png"), "Da Giulia")
        there = the_one(eva.hears())
        assert there.file
        assert (there.kind, there.file.content, there.text) == ("document", b"no picture", "Da Giulia")
        assert [call.method for call in world.called()] == ["sendPhoto", "sendDocument"]

    async def test_can_be_listened_to_if_it_is_a_voice(self, telegram: Telegram, eva: Person) -> None:
        await give(telegram, eva, file(b"OggS example", "voice.ogg", "audio/ogg; codecs=opus"))
        assert the_one(eva.hears()).kind == "voice"

    async def test_is_a_document_if_the_person_wants_no_voices(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        world.trouble(Bad.REFUSED, "sendVoice", description="Bad Request: VOICE_MESSAGES_FORBIDDEN")
        await give(telegram, eva, file(b"OggS example", "voice.ogg", "audio/ogg"))
        assert the_one(eva.hears()).kind == "document"

    @pytest.mark.parametrize(
        ("media_type", "size", "form"),
        [
            ("image/webp", 10_000_000, "photo"),
            ("image/jpeg", 10_000_001, "document"),
            ("image/svg+xml", 100, "document"),
            ("audio/ogg", 100, "voice"),
            ("text/html", 100, "document"),
        ],
    )
    def test_has_the_form_that_its_kind_and_size_allow(self, media_type: str, size: int, form: str) -> None:
        assert form_of(media_type, size) == form

    async def test_goes_on_in_messages_where_the_caption_is_too_long(self, telegram: Telegram, eva: Person) -> None:
        ids = await give(telegram, eva, file(), "Una frase. " * 200, keys=(Key("Aggiungi", "!add.1042"),))
        above, below = eva.hears()
        assert ids == (str(above.id), str(below.id))
        assert f"{above.text} {below.text}" == ("Una frase. " * 200).strip()
        assert (above.rows, below.rows) == ([], [["Aggiungi"]])

    async def test_needs_no_caption(self, telegram: Telegram, eva: Person) -> None:
        await give(telegram, eva, file(), "")
        assert the_one(eva.hears()).text == ""

    async def test_of_many_pieces_arrives_whole(self, telegram: Telegram, eva: Person) -> None:
        content = os.urandom(3_000_000)
        await give(telegram, eva, file(content))
        sent = the_one(eva.hears()).file
        assert sent
        assert sent.content == content

    async def test_can_be_tried_again(self, world: World, telegram: Telegram, eva: Person) -> None:
        world.trouble(Bad.TOO_MANY, "sendDocument", retry_after=3)
        outgoing = file()
        with pytest.raises(Retry):
            await give(telegram, eva, outgoing)
        await give(telegram, eva, outgoing)
        sent = the_one(eva.hears()).file
        assert sent
        assert sent.content == DOCUMENT

    async def test_that_is_too_large_is_given_up_before_a_byte_is_read(
        self, world: World, desk: House, eva: Person
    ) -> None:
        telegram = opened(world, desk, file_url="https://api.telegram.org/file/bot")
        with pytest.raises(GiveUp, match="50 MB"):
            await give(telegram, eva, file(size=50_000_001))
        await telegram.close()
        assert world.called() == []

    async def test_hangs_silently_under_its_card_in_a_group(self, telegram: Telegram, group: Group) -> None:
        (above,) = await telegram.send(place(group), Screen(("1042",)), kind=Kind.CARD, ticket=TICKET)
        await give(telegram, group, file(), under=above)
        there = group.cards()[-1]
        assert (there.reply_to, there.silent) == (group.cards()[0], True)

    async def test_stands_in_its_tickets_topic_in_a_forum(self, telegram: Telegram, forum: Group) -> None:
        topic, above = await telegram.send(place(forum), Screen(("1042",)), kind=Kind.CARD, ticket=TICKET)
        (id_,) = await give(telegram, forum, file(), under=above)
        assert id_.endswith(topic)

    async def test_stands_in_the_new_topic_where_the_old_one_was_deleted(
        self, telegram: Telegram, forum: Group
    ) -> None:
        _, above = await telegram.send(place(forum), Screen(("1042",)), kind=Kind.CARD, ticket=TICKET)
        forum.deletes_topic(next(iter(forum.topics.values())))
        topic, id_ = await give(telegram, forum, file(), under=above)
        assert id_.endswith(topic)
        sent = the_one(forum.cards()).file
        assert sent
        assert sent.content == DOCUMENT

    async def test_of_which_only_the_file_left_tells_so(self, world: World, telegram: Telegram, eva: Person) -> None:
        world.trouble(Bad.BAD_GATEWAY, "sendMessage")
        with pytest.raises(Broken) as broke:
            await give(telegram, eva, file(), "Una frase. " * 200)
        assert broke.value.sent == (str(the_one(eva.hears()).id),)

    async def test_whose_words_were_refused_does_not_go_twice(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        words = "Una frase. " * 200
        world.trouble(Bad.BAD_GATEWAY, "sendMessage")
        with pytest.raises(Broken) as broke:
            await give(telegram, eva, file(), words)
        ids = await give(telegram, eva, file(), words, sent=broke.value.sent)
        assert ids == tuple(str(message.id) for message in eva.hears())
        assert [message.kind for message in eva.hears()] == ["document", "text", "text"][: len(ids)]
        assert " ".join(message.text for message in eva.hears()) == words.strip()


class TestAFileOnItsWayIn:
    async def test_arrives_as_it_was(self, telegram: Telegram, eva: Person) -> None:
        content = os.urandom(1_000_000)
        sent = eva.sends_document(content).file
        assert sent
        assert await fetched(telegram, sent.id) == content

    async def test_comes_in_pieces(self, telegram: Telegram, eva: Person) -> None:
        sent = eva.sends_document(os.urandom(3 * PIECE + 1)).file
        assert sent
        assert [len(piece) async for piece in telegram.fetch(sent.id)] == [PIECE, PIECE, PIECE, 1]

    async def test_that_telegram_does_not_hand_out_is_given_up(self, telegram: Telegram, eva: Person) -> None:
        sent = eva.sends_video(size=20_000_001).file
        assert sent
        told = await refused(telegram, sent.id)
        assert (type(told), told.why) == (GiveUp, "telegram: file is too big")

    async def test_that_nobody_knows_is_given_up(self, telegram: Telegram) -> None:
        assert type(await refused(telegram, "AgACnone")) is GiveUp

    async def test_that_cannot_be_had_now_is_asked_for_again(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        text = "Bad Request: wrong file_id or the file is temporarily unavailable"
        world.trouble(Bad.REFUSED, "getFile", description=text)
        sent = eva.sends_document().file
        assert sent
        assert type(await refused(telegram, sent.id)) is Broken
        assert await fetched(telegram, sent.id) == b"example"

    async def test_whose_bytes_are_gone_is_given_up_and_the_token_is_not_told(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        sent = eva.sends_document().file
        assert sent
        world.files.by_path.clear()
        told = await refused(telegram, sent.id)
        assert type(told) is GiveUp
        assert world.bot.token not in repr(told)

    async def test_from_a_server_that_is_away_is_broken_and_the_token_is_not_told(
        self, world: World, desk: House, eva: Person
    ) -> None:
        telegram = opened(world, desk, file_url="http://127.0.0.1:1/file/bot")
        sent = eva.sends_document().file
        assert sent
        told = await refused(telegram, sent.id)
        await telegram.close()
        assert type(told) is Broken
        assert world.bot.token not in repr(told)
        assert told.__suppress_context__

    @pytest.mark.parametrize(
        ("how", "means"),
        [
            (Bad.TOO_MANY, Retry),
            (Bad.BAD_GATEWAY, Broken),
            (Bad.SERVER_ERROR, Broken),
            (Bad.RESET, Broken),
        ],
    )
    async def test_that_does_not_come_now_is_waited_for(
        self, world: World, telegram: Telegram, eva: Person, how: Bad, means: type[Trouble]
    ) -> None:
        world.trouble(how, "file")
        sent = eva.sends_document().file
        assert sent
        assert type(await refused(telegram, sent.id)) is means

    async def test_for_which_the_token_is_refused_waits_for_the_administrator(
        self, world: World, telegram: Telegram, eva: Person
    ) -> None:
        world.trouble(Bad.REFUSED, "file", code=401, description="Unauthorized")
        sent = eva.sends_document().file
        assert sent
        assert type(await refused(telegram, sent.id)) is Broken


class TestAFileOfAServerOfOnesOwn:
    """One that runs with `--local` tells where on the disk a file lies: in a folder called by the bot's token."""

    @pytest.mark.parametrize("folder", [TOKEN, TOKEN.replace(":", "~"), f"{TOKEN}:T"])
    async def test_is_read_from_the_disk(self, telegram: Telegram, eva: Person, tmp_path: Path, folder: str) -> None:
        lies = tmp_path / folder / "documents" / "file_1.pdf"
        lies.parent.mkdir(parents=True)
        lies.write_bytes(DOCUMENT)
        assert await fetched(telegram, told_as(eva, str(lies))) == DOCUMENT

    async def test_is_none_that_lies_elsewhere(self, telegram: Telegram, eva: Person, tmp_path: Path) -> None:
        (tmp_path / "secret.key").write_bytes(b"secret")
        trouble = await refused(telegram, told_as(eva, str(tmp_path / "secret.key")))
        assert (type(trouble), trouble.why) == (
            GiveUp,
            "the server's file is in no folder called by the bot's token",
        )

    async def test_is_none_that_lies_above_the_folder(self, telegram: Telegram, eva: Person, tmp_path: Path) -> None:
        (tmp_path / TOKEN).mkdir()
        (tmp_path / "secret.key").write_bytes(b"secret")
        assert type(await refused(telegram, told_as(eva, str(tmp_path / TOKEN / ".." / "secret.key")))) is GiveUp

    async def test_is_none_that_a_link_leads_to(self, telegram: Telegram, eva: Person, tmp_path: Path) -> None:
        (tmp_path / TOKEN).mkdir()
        (tmp_path / "secret.key").write_bytes(b"secret")
        (tmp_path / TOKEN / "file_1.pdf").symlink_to(tmp_path / "secret.key")
        assert type(await refused(telegram, told_as(eva, str(tmp_path / TOKEN / "file_1.pdf")))) is GiveUp

    async def test_is_none_that_is_only_called_like_the_folder(
        self, telegram: Telegram, eva: Person, tmp_path: Path
    ) -> None:
        (tmp_path / TOKEN).write_bytes(b"secret")
        assert type(await refused(telegram, told_as(eva, str(tmp_path / TOKEN)))) is GiveUp

    async def test_is_never_read_from_the_disk_at_telegrams_word(
        self, world: World, desk: House, eva: Person, tmp_path: Path
    ) -> None:
        telegram = opened(world, desk)
        telegrams = opened(world, desk, file_url="https://api.telegram.org/file/bot")
        lies = tmp_path / TOKEN / "file_1.pdf"
        lies.parent.mkdir()
        lies.write_bytes(DOCUMENT)
        try:
            assert telegram._fetching._here(str(lies))
            assert not telegrams._fetching._here(str(lies))
        finally:
            await telegram.close()
            await telegrams.close()

    async def test_is_never_a_relative_path_of_the_disk(
        self, telegram: Telegram, eva: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = eva.sends_document().file
        assert sent
        monkeypatch.chdir(tmp_path)
        (tmp_path / "documents").mkdir()
        (tmp_path / sent.path).write_bytes(b"ours")
        assert await fetched(telegram, sent.id) == b"example"

    def test_that_cannot_be_opened_is_given_up(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for path in (tmp_path / "gone", tmp_path / "pipe", tmp_path):
            with pytest.raises(GiveUp):
                _open_regular(str(path))

    async def test_that_is_no_file_is_asked_for_at_the_server(
        self, telegram: Telegram, eva: Person, tmp_path: Path
    ) -> None:
        (tmp_path / TOKEN).mkdir()
        os.mkfifo(tmp_path / TOKEN / "pipe")
        assert type(await refused(telegram, told_as(eva, str(tmp_path / TOKEN / "pipe")))) is GiveUp

    async def test_that_lies_on_another_machine_is_given_up_in_clear_words(
        self, telegram: Telegram, eva: Person, tmp_path: Path
    ) -> None:
        trouble = await refused(telegram, told_as(eva, str(tmp_path / TOKEN / "gone.pdf")))
        assert (type(trouble), trouble.why) == (
            GiveUp,
            "the server's file can't be read from this machine's disk, nor from the server (404)",
        )


def told_as(eva: Person, path: str) -> str:
    """Eva sends a file of which the server tells that it lies at *path*: return its reference."""
    sent = eva.sends_document().file
    assert sent
    sent.path = path
    return sent.id
