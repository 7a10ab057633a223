"""What whoever pressed, sent off a form or called us is shown: windows, their next pages, words to them alone.

All of it comes after the commit, and is courtesy: the desk has taken what was done, whatever happens here. Only what a
form's acknowledgement itself carries (`answer_form`) is said in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.channel import Hear
from bot.adapters.slack.home import Homes
from bot.adapters.slack.rendering import draw, plain
from bot.adapters.slack.telling import Act, Spot, Window
from bot.adapters.slack.trying import kind_of
from bot.conversations.heard import Brought, Filled, Heard, Left
from bot.conversations.screen import Key, Press, Receipt, Screen
from bot.words import Words

log = structlog.get_logger(__name__)
Json = dict[str, Any]

CHOSEN: Final = "✓"
TOO_LATE: Final = frozenset(
    {"expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged", "invalid_trigger_id"}
)
"""A trigger lives three seconds and works once."""

DrawWindow = Callable[[Screen, str, Words], Json]
"""A screen as a modal, with what the modal keeps for us, and the words of its reader."""
Speak = Callable[[str], Words]
"""The words of a language."""


@dataclass(frozen=True)
class Answers:
    """*hear*: a window that could not be shown ends its talk, or leads to the chat."""

    client: AsyncWebClient
    homes: Homes
    hear: Hear
    draw: DrawWindow
    speak: Speak

    def answer_form(self, heard: Heard, act: Act, receipt: Receipt) -> Json:
        """Return what the acknowledgement of a form says: problems at their fields, the next page, or that it is done."""
        screen = receipt.screen
        if screen is None:
            return {"response_action": "clear"}
        if problems := problems_at(screen, heard, act.window):
            return {"response_action": "errors", "errors": problems}
        return {"response_action": "update", "view": self._view(screen, heard, act)}

    async def show(self, heard: Heard, act: Act, receipt: Receipt) -> None:
        """Show what came of a press, a command or a shortcut; and of a form whose acknowledgement came too late."""
        if not receipt.taken:
            return
        if act.window and not act.window.tab:
            await self._show_in_window(heard, act, receipt)
        else:
            await self._show(heard, act, receipt)
        if act.home:
            self.homes.soon(act.person)

    async def tell(self, heard: Heard, act: Act, hint: str) -> None:
        """Say a few words to this person alone."""
        await self._say(heard, act, Screen((hint,)))

    async def offer_again(self, heard: Heard, act: Act) -> None:
        """The window can't be opened any more: a button is offered again, and anything else goes on in the chat."""
        if heard.place.modal:
            await self.hear(Left(f"{heard.place.modal}.closed", heard.place, heard.person))
        if isinstance(heard, Brought):
            await self.hear(replace(heard, id=f"{heard.id}.typed", place=replace(heard.place, modal="")))
        elif act.value:
            words = self.speak(heard.person.language)
            again = Key(act.label or words.say("slack-press"), act.value)
            await self._say(heard, act, Screen((words.say("slack-press-again"),), (again,)))

    async def _show(self, heard: Heard, act: Act, receipt: Receipt) -> None:
        screen = receipt.screen
        if screen and (screen.boxes or screen.keys):
            await self._open(screen, heard, act)
        elif screen:
            await self._say(heard, act, screen)
        if receipt.hint:
            await self.tell(heard, act, receipt.hint)
        if receipt.press and act.message:
            label = act.label if receipt.press is Press.TAKEN else ""
            await _kindly(self._mark(act, act.message, label))

    async def _show_in_window(self, heard: Heard, act: Act, receipt: Receipt) -> None:
        """The window's next page; one that has none says so, since only the person can close it."""
        words = self.speak(heard.person.language)
        screen = receipt.screen or Screen((receipt.hint or words.say("slack-done"),))
        assert act.window  # noqa: S101  the caller looked
        view = self._view(screen, heard, act)
        await _kindly(self.client.views_update(view_id=act.window.id, hash=act.window.hash or None, view=view))

    async def _open(self, screen: Screen, heard: Heard, act: Act) -> None:
        try:
            await self.client.views_open(trigger_id=act.trigger, view=self._view(screen, heard, act))
        except SlackApiError as error:
            kind = kind_of(error)
            if kind not in TOO_LATE:
                log.error("slack-window-not-opened", kind=kind)
            await self.offer_again(heard, act)

    def _view(self, screen: Screen, heard: Heard, act: Act) -> Json:
        place = heard.place
        spot = Spot(place.chat, place.thread, place.modal, screen.stamp, heard.person.direct, act.home)
        return self.draw(screen, spot.pack(), self.speak(heard.person.language))

    async def _say(self, heard: Heard, act: Act, screen: Screen) -> None:
        """Say it to this person alone: in a room seen by nobody else, in their own chat as any message."""
        room = bool(act.at) and not heard.person.direct
        for message in draw(screen, room=False):
            what: Json = {"text": message.text, "blocks": list(message.blocks)}
            if room:
                what |= {"thread_ts": act.thread} if act.thread else {}
                await _kindly(self.client.chat_postEphemeral(channel=act.at, user=act.person, **what))
            else:
                what |= {"unfurl_links": False, "unfurl_media": False}
                await _kindly(self.client.chat_postMessage(channel=heard.place.chat, **what))

    async def _mark(self, act: Act, message: Mapping[str, Any], label: str) -> Any:
        """Take the buttons away from a question that is over, and write below it what was chosen."""
        text, blocks = without_buttons(message, label)
        await self.client.chat_update(channel=act.at, ts=str(message.get("ts")), text=text, blocks=blocks)


def problems_at(screen: Screen, heard: Heard, window: Window | None) -> dict[str, str]:
    """Return the problems of a form that is asked again, each at its block; none where it is not the same any more."""
    if window is None or not isinstance(heard, Filled) or screen.stamp != heard.key:
        return {}
    errors_at = window.errors_at
    if {box.name for box in screen.boxes} - errors_at.keys():
        return {}
    return {errors_at[box.name]: box.problem for box in screen.boxes if box.problem}


def without_buttons(message: Mapping[str, Any], label: str) -> tuple[str, list[Json]]:
    """Return a message's text and blocks without what can be pressed, and with what was chosen."""
    blocks = [one for one in message.get("blocks") or () if isinstance(one, dict) and one.get("type") != "actions"]
    chosen = [{"type": "context", "elements": [plain(f"{CHOSEN} {label}", 150)]}] if label else []
    text = message.get("text")
    return text if isinstance(text, str) and text else CHOSEN, [*blocks, *chosen]


async def _kindly(call: Awaitable[Any]) -> None:
    """A message that is gone, a window that was closed, Slack away: no error of anybody's."""
    try:
        await call
    except Exception as error:
        log.debug("slack-answer-not-shown", kind=kind_of(error))
