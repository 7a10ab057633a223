"""Open a ticket, or add to the one already open about the same thing. A topic's short answer is offered first."""

from __future__ import annotations

from pydantic import BaseModel

from bot.conversations.fields import Story, Subject
from bot.conversations.moves import Files, choose, confirm, fill, look, tell
from bot.conversations.picking import label
from core.ids import TicketNumber
from core.notices.facts import line
from core.people.who import Who
from core.sla.policy import Severity
from core.tickets.commands import OpenTicket, Say
from core.tickets.model import Ticket
from core.tickets.queries import LikeThis, Topics
from core.tickets.rules import Topic


class Problem(BaseModel):
    subject: Subject
    story: Story


class Attachments(BaseModel):
    files: Files = ()


async def opening(by: Who, follows: TicketNumber | None = None) -> OpenTicket | Say | None:
    """*follows*: the closed ticket that somebody wrote about."""
    topic = await topic_of()
    if topic and await was_answered(topic):
        return None
    problem = await fill("problem", Problem)
    if twin := await twin_of(by, problem.subject):
        return Say(by, twin.number, problem.story)
    felt = await choose("felt", {str(severity): severity for severity in Severity}, about=None)
    attached = await fill("attached", Attachments)
    await tell(
        "opening-summary",
        subject=problem.subject,
        story=problem.story,
        topic=titles(topic),
        felt=felt,
        count=len(attached.files),
    )
    if not await confirm("open-it", about=[problem, topic, felt, attached]):
        await tell("opening-dropped")
        return None
    key = topic.key if topic else None
    return OpenTicket(by, problem.subject, problem.story, key, felt, attached.files, follows=follows)


async def topic_of() -> Topic | None:
    """Ask what it is about, where the desk lists topics."""
    topics = await look(Topics())
    if not topics:
        return None
    options = {topic.key: topic for topic in topics} | {"something-else": None}
    labels = {topic.key: line("as-written", text=dict(topic.titles)) for topic in topics}
    return await choose("topic", options, about=None, labels=labels)


async def was_answered(topic: Topic) -> bool:
    """Offer the topic's short answer, if it has one: many need no more."""
    if not topic.answers:
        return False
    await tell("as-written", text=dict(topic.answers))
    if not await confirm("answered", about=topic.key):
        return False
    await tell("glad-it-helped")
    return True


async def twin_of(by: Who, subject: str) -> Ticket | None:
    """Offer the person's open tickets about the same thing."""
    twins = await look(LikeThis(by, subject))
    if not twins:
        return None
    options = {str(twin.number): twin for twin in twins} | {"none": None}
    labels = {str(twin.number): label(twin) for twin in twins}
    return await choose("same-as", options, about=subject, labels=labels, count=len(twins))


def titles(topic: Topic | None) -> dict[str, str]:
    return dict(topic.titles) if topic else {}
