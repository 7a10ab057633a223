"""What `sportello doctor` finds at Telegram: token, groups, rights, privacy, webhook.

It only asks (getMe, getChat, getChatMember, getWebhookInfo): nothing is sent, nothing is changed, and it may be asked
beside a desk that runs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, User, WebhookInfo
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.adapters.telegram.access import Access, connect
from bot.adapters.telegram.troubles import meaning
from bot.findings import Finding, Mark, ill, look_at, well
from core.notices.chats import RoomAt

RECENT = timedelta(hours=1)
"""A delivery that failed longer ago is over: Telegram keeps telling of it."""
_LEADING = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
_OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


@dataclass(frozen=True)
class Checked:
    """What the settings say. *rooms*: those on Telegram; *webhook*: the public address, "" where Telegram is polled."""

    access: Access
    rooms: tuple[RoomAt, ...]
    webhook: str
    now: datetime


async def check_up(checked: Checked) -> AsyncIterator[Finding]:
    """Ask one thing after the other, until Telegram does not answer any more."""
    link = connect(checked.access)
    try:
        async for finding in _found(link.bot, checked):
            yield finding
    except InvalidToken:
        yield ill("doctor-telegram-refused")
    except RetryAfter as error:
        yield look_at("doctor-telegram-later", seconds=_seconds(error.retry_after))
    except TelegramError as error:
        yield ill("doctor-telegram-unreachable", host=_host(checked.access.base_url), why=_why(error))
    finally:
        await link.close()


def _seconds(told: int | timedelta) -> int:
    return round(told.total_seconds()) if isinstance(told, timedelta) else told


def _host(address: str) -> str:
    """Who is spoken to; the rest of an address may hold a token or a secret."""
    return urlsplit(address).netloc.rpartition("@")[2]


def _why(error: TelegramError) -> str:
    return meaning(error).why.removeprefix("telegram: ")


async def _found(bot: Bot, checked: Checked) -> AsyncIterator[Finding]:
    me = await bot.get_me()
    yield well("doctor-telegram", name=me.full_name, username=me.username)
    standing = [await _standing(bot, me, room) for room in checked.rooms]
    for one in standing:
        for finding in one.findings:
            yield finding
    for finding in _at_large(me, standing):
        yield finding
    yield _delivery(await bot.get_webhook_info(), checked)


# Groups


@dataclass(frozen=True)
class Standing:
    """How the bot stands in a room. *member*: None where it is not in it, or where that is no question."""

    findings: tuple[Finding, ...]
    member: ChatMember | None = None

    @property
    def is_outside(self) -> bool:
        return any(finding.mark is Mark.ILL for finding in self.findings)


async def _standing(bot: Bot, me: User, room: RoomAt, *, moved: bool = False) -> Standing:
    facts = {"group": room.address, "username": me.username}
    try:
        chat = await bot.get_chat(room.address)
        if chat.type == ChatType.PRIVATE:
            return Standing((well("doctor-telegram-chat", title=chat.full_name, room=room.room, **facts),))
        if chat.type == ChatType.CHANNEL:
            return Standing((ill("doctor-telegram-channel", title=chat.title, **facts),))
        member = await bot.get_chat_member(chat.id, me.id)
    except ChatMigrated as error:
        return await _where_it_moved(bot, me, room, str(error.new_chat_id)) if not moved else Standing(())
    except Forbidden:
        return Standing((ill("doctor-telegram-kicked", **facts),))
    except BadRequest as error:
        return Standing((_refused(error, facts),))
    if member.status in _OUTSIDE:
        return Standing((ill("doctor-telegram-outside", title=chat.title, **facts),))
    return Standing(tuple(_inside(chat, member, room, facts)), member)


async def _where_it_moved(bot: Bot, me: User, room: RoomAt, to: str) -> Standing:
    there = RoomAt(room.channel, to, room.room, room.language, room.topic)
    found = await _standing(bot, me, there, moved=True)
    return Standing((look_at("doctor-telegram-moved", group=room.address, to=to), *found.findings), found.member)


def _refused(error: BadRequest, facts: dict[str, str | None]) -> Finding:
    if "chat not found" in error.message.lower():
        return ill("doctor-telegram-unknown", **facts)
    return ill("doctor-telegram-odd", why=_why(error), **facts)


def _inside(chat: ChatFullInfo, member: ChatMember, room: RoomAt, facts: dict[str, str | None]) -> Iterator[Finding]:
    """How the bot stands in a group that it belongs to."""
    leads = member.status in _LEADING
    here = facts | {"title": chat.title}
    if mute := _mute(chat, member):
        yield ill("doctor-telegram-mute", why=mute, **here)
    elif chat.is_forum and not _makes_topics(member):
        yield look_at("doctor-telegram-no-topics", **here)
    else:
        how = "topics" if chat.is_forum else "administrator" if leads else "member"
        yield well("doctor-telegram-group", how=how, room=room.room, **here)
    if chat.username:
        yield look_at("doctor-telegram-public", address=chat.username, room=room.room, **here)


def _mute(chat: ChatFullInfo, member: ChatMember) -> str:
    """What keeps the bot from writing there; "" where nothing does."""
    if isinstance(member, ChatMemberRestricted):
        return "" if member.can_send_messages else "restricted"
    permitted = chat.permissions is None or chat.permissions.can_send_messages is not False
    return "" if permitted or member.status in _LEADING else "silent"


def _makes_topics(member: ChatMember) -> bool:
    return member.status == ChatMemberStatus.OWNER or (
        isinstance(member, ChatMemberAdministrator) and bool(member.can_manage_topics)
    )


def _at_large(me: User, standing: list[Standing]) -> Iterator[Finding]:
    """What holds for all groups: whether the bot may be added, and what it hears."""
    members = [one.member for one in standing if one.member]
    if not me.can_join_groups and (not standing or any(one.is_outside for one in standing)):
        yield ill("doctor-telegram-closed", username=me.username)
    elif not standing:
        yield look_at("doctor-telegram-no-groups", username=me.username)
    if me.can_read_all_group_messages and members:
        yield look_at("doctor-telegram-no-privacy", username=me.username)
    elif any(member.status not in _LEADING for member in members):
        yield well("doctor-telegram-privacy")


# How messages come


def _delivery(info: WebhookInfo, checked: Checked) -> Finding:
    pending = info.pending_update_count
    here, wanted = _host(info.url), _host(checked.webhook)
    if info.url != checked.webhook and info.url:
        return look_at("doctor-telegram-webhook-elsewhere", host=here, wanted=wanted)
    if not checked.webhook:
        return well("doctor-telegram-polling", pending=pending)
    if not info.url:
        return look_at("doctor-telegram-webhook-unset", wanted=wanted)
    if info.last_error_date and checked.now - info.last_error_date < RECENT:
        facts = {"ago": checked.now - info.last_error_date, "why": info.last_error_message or ""}
        return look_at("doctor-telegram-webhook-failing", host=here, pending=pending, **facts)
    return well("doctor-telegram-webhook", host=here, pending=pending)
