"""The program's log: one line for each event, libraries' lines through the same pipeline, and no secret in any of them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_SECRET_NAMES: Final = re.compile(r"pass(word|wd)?$|secret|token|api_?key|authorization|cookie", re.IGNORECASE)
# Words of people that a slip might hand to the log: ids say as much.
_PERSONAL_NAMES: Final = frozenset({"name", "email", "phone", "text", "subject", "story", "address", "lane"})
_SECRET_SHAPES: Final = (
    (re.compile(r"(\w[\w+.-]*://[^\s:/@]*):[^\s/@]*@"), r"\1:***@"),  # a URL with a password
    (re.compile(r"\bbot\d+:[\w-]+"), "bot***"),  # Telegram's, in URLs
    (re.compile(r"\b\d{6,}:[\w-]{30,}"), "***"),
    (re.compile(r"\bx(ox[a-z]|app)-[\w-]{8,}"), "***"),  # Slack's
    (re.compile(r"(?i)\b(authorization[\"']?\s*[=:]\s*[\"']?)[^\r\n\"']+"), r"\1***"),
    (re.compile(r"(?i)\b(bearer\s+)[^\s,;\"']+"), r"\1***"),
    (re.compile(r"(?i)\b((?:password|passwd|secret|token)[\"']?\s*[=:]\s*[\"']?)[^\s,;\"'&]+"), r"\1***"),
)
# Libraries that tell addresses with tokens in them, or people's words, when they say everything they do.
_CHATTY: Final = (
    *("httpx", "httpcore", "telegram", "slack_bolt", "slack_sdk", "aiohttp", "aiosmtplib"),
    *("sqlalchemy", "alembic", "apscheduler", "asyncio", "opentelemetry", "urllib3"),
)
_ADDRESS: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def redacted(text: str) -> str:
    """The text without what looks like a secret or an e-mail address."""
    for shape, instead in _SECRET_SHAPES:
        text = shape.sub(instead, text)
    return _ADDRESS.sub("<address>", text)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave secrets and people's words out, by the name of a fact and by the shape of a text."""
    return {key: _fact(key, value) for key, value in event.items()}


def _fact(key: str, value: Any) -> Any:
    if key.startswith("_"):
        return value
    if _SECRET_NAMES.search(key) or key in _PERSONAL_NAMES:
        return "***"
    return _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case str():
            return redacted(value)
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(key): _fact(str(key), item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return redacted(str(value))


def set_up(level: str = "info", file: Path | None = None, json_lines: bool | None = None) -> Callable[[], None]:
    """Send all logs to *file* or standard error. Returns what ends it. Raises OSError.

    *json_lines*: None writes JSON where there is no terminal.
    """
    stream: TextIO = file.open("a", encoding="utf-8") if file else sys.stderr
    as_json = not stream.isatty() if json_lines is None else json_lines
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(as_json, colors=stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    return stream.close if file else stream.flush


def _shared() -> list[Processor]:
    """What every event passes, ours and foreign."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
    ]


def _formatter(as_json: bool, *, colors: bool) -> structlog.stdlib.ProcessorFormatter:
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _redacting, last],
    )


def _redacting(logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> EventDict:
    """The last step before a line is written, so that nothing can be added after it."""
    return redact(logger, method, event)
