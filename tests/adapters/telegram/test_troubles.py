"""Every error of the library means something to the courier, and none carries words of people."""

from __future__ import annotations

import inspect
from datetime import timedelta

import httpx
import pytest
from telegram import error as library

from bot.adapters.channel import Blocked, Broken, GiveUp, Moved, Retry, Trouble
from bot.adapters.telegram.troubles import (
    has_no_topic,
    is_as_it_was,
    is_past_editing,
    makes_no_topics,
    meaning,
)

MEANINGS: dict[type[library.TelegramError], type[Trouble]] = {
    library.TelegramError: Broken,
    library.BadRequest: GiveUp,
    library.ChatMigrated: Moved,
    library.Conflict: Broken,
    library.EndPointNotFound: Broken,
    library.Forbidden: Blocked,
    library.InvalidToken: Broken,
    library.NetworkError: Broken,
    library.PassportDecryptionError: Broken,
    library.RetryAfter: Retry,
    library.TimedOut: Broken,
}
GIVEN = {library.ChatMigrated: -100123, library.RetryAfter: 7}


def known() -> set[type[library.TelegramError]]:
    return {kind for _, kind in inspect.getmembers(library, inspect.isclass) if issubclass(kind, library.TelegramError)}


def test_no_error_of_the_library_is_forgotten() -> None:
    assert known() == set(MEANINGS)


@pytest.mark.parametrize("kind", sorted(MEANINGS, key=lambda kind: kind.__name__))
def test_every_error_has_its_meaning(kind: type[library.TelegramError]) -> None:
    given = GIVEN.get(kind, "what it says")
    assert type(meaning(kind(given))) is MEANINGS[kind]  # type: ignore[arg-type]


def test_an_error_that_the_library_does_not_have_yet_is_a_channel_that_is_down() -> None:
    class New(library.TelegramError):
        pass

    assert type(meaning(New("?"))) is Broken


def test_flood_control_tells_how_long_to_wait() -> None:
    trouble = meaning(library.RetryAfter(7))
    assert isinstance(trouble, Retry)
    assert trouble.after == timedelta(seconds=7)


def test_an_upgraded_group_tells_its_new_address() -> None:
    trouble = meaning(library.ChatMigrated(-1004000000001))
    assert isinstance(trouble, Moved)
    assert trouble.to == "-1004000000001"


@pytest.mark.parametrize(
    "text",
    [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Forbidden: bot can't initiate conversation with a user",
        "Forbidden: bot was kicked from the supergroup chat",
        "Forbidden: bot is not a member of the supergroup chat",
    ],
)
def test_a_chat_that_is_forbidden_is_closed(text: str) -> None:
    assert type(meaning(library.Forbidden(text))) is Blocked


@pytest.mark.parametrize(
    "text",
    [
        "Bad Request: chat not found",
        "Bad Request: PEER_ID_INVALID",
        "Bad Request: CHAT_WRITE_FORBIDDEN",
        "Bad Request: not enough rights to send text messages to the chat",
    ],
)
def test_a_chat_that_takes_no_words_is_closed(text: str) -> None:
    assert type(meaning(library.BadRequest(text))) is Blocked


def test_a_message_that_is_refused_is_given_up_and_closes_nothing() -> None:
    trouble = meaning(library.BadRequest("Bad Request: BUTTON_DATA_INVALID"))
    assert type(trouble) is GiveUp
    assert trouble.why == "telegram: button_data_invalid"


@pytest.mark.parametrize(
    "text",
    [
        'Bad Request: can\'t parse entities: Unsupported start tag "segreto" at byte offset 5',
        "Bad Request: inline keyboard button URL 'segreto' is invalid: segreto",
        "Bad Request (400). Parsing the server response b'segreto' failed",
        "Forbidden: bot was blocked by “segreto”",
    ],
)
def test_no_trouble_quotes_what_somebody_wrote(text: str) -> None:
    assert "segreto" not in meaning(library.BadRequest(text)).why
    assert "segreto" not in meaning(library.NetworkError(text)).why
    assert "segreto" not in meaning(library.Forbidden(text)).why


def test_a_link_that_broke_is_called_by_how_it_broke() -> None:
    error = library.NetworkError("httpx.ReadError: https://api.telegram.org/bot123:secret/sendMessage")
    error.__cause__ = httpx.ReadError("")
    assert meaning(error).why == "telegram: ReadError"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Bad Gateway (502). Parsing the server response b'<html>' failed", "telegram: 502"),
        ("Internal Server Error: restart", "telegram: it is not well"),
    ],
)
def test_a_server_that_is_not_well_is_called_by_its_status(text: str, why: str) -> None:
    trouble = meaning(library.NetworkError(text))
    assert (type(trouble), trouble.why) == (Broken, why)


def test_a_file_that_the_server_finds_too_large_is_given_up() -> None:
    assert type(meaning(library.NetworkError("Request Entity Too Large (413). Parsing the server response"))) is GiveUp


def test_too_many_requests_without_a_time_wait_a_while() -> None:
    assert isinstance(meaning(library.NetworkError("Too Many Requests (429)")), Retry)


@pytest.mark.parametrize(
    ("is_so", "text"),
    [
        (is_as_it_was, "Bad Request: message is not modified: specified new message content and reply markup"),
        (is_past_editing, "Bad Request: message to edit not found"),
        (is_past_editing, "Bad Request: message can't be edited"),
        (is_past_editing, "Bad Request: MESSAGE_ID_INVALID"),
        (has_no_topic, "Bad Request: message thread not found"),
        (has_no_topic, "Bad Request: TOPIC_CLOSED"),
        (makes_no_topics, "Bad Request: the chat is not a forum"),
        (makes_no_topics, "Bad Request: not enough rights to create a topic"),
    ],
)
def test_what_can_be_gone_round_is_known_whatever_the_library_does_to_its_case(is_so: object, text: str) -> None:
    assert callable(is_so)
    assert is_so(library.BadRequest(text))
    assert is_so(library.BadRequest(text.removeprefix("Bad Request: ")))
