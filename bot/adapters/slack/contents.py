"""What a message holds: its words as people read them, and its files."""

from __future__ import annotations

from bot.adapters.slack.bodies import Json, id_in, parts_in, text_in
from bot.adapters.slack.marking import BREAK
from bot.adapters.slack.plain import Names, emoji_in, readable, without_call
from bot.adapters.slack.telling import Me
from core.files import Incoming


def words(spoken: Json, me: Me, names: Names) -> str:
    """Return a message's words, with those that were passed on in it, as people read them."""
    own = readable(without_call(text_in(spoken, "text"), me.user), names, emoji_in(spoken.get("blocks")))
    passed_on = (
        readable(text_in(one, "text"), names) for one in parts_in(spoken, "attachments") if one.get("is_share")
    )
    links = (_linked(one) for one in parts_in(spoken, "files"))
    said = "\n\n".join(filter(None, (one.strip() for one in (own, *passed_on, *links))))
    return said.replace(BREAK, "")  # ours, copied along with what we said


def files_of(spoken: Json) -> tuple[Incoming, ...]:
    """Return the files whose bytes lie in Slack. Of some only the id is known: theirs is another workspace."""
    return tuple(_incoming(one) for one in parts_in(spoken, "files") if id_in(one, "id") and _is_here(one))


def _is_here(file: Json) -> bool:
    return text_in(file, "mode") not in ("tombstone", "hidden_by_limit") and not file.get("is_external")


def _linked(file: Json) -> str:
    """A file that lies elsewhere (a drive) is a link."""
    if not file.get("is_external"):
        return ""
    url = text_in(file, "external_url") or text_in(file, "url_private") or text_in(file, "permalink")
    return " ".join(filter(None, (text_in(file, "title") or text_in(file, "name"), url)))


def _incoming(file: Json) -> Incoming:
    size = file.get("size")
    name = text_in(file, "name") or text_in(file, "title") or "file"
    known = size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else None
    return Incoming(id_in(file, "id"), name, text_in(file, "mimetype") or "application/octet-stream", known)
