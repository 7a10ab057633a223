"""Small dialogs to try the engine with; they ask a desk that answers what the test says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, StringConstraints
from pydantic_core import PydanticCustomError

from bot.conversations.moves import Files, choose, confirm, fill, look, tell

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]
Story = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=8000)]


def _no_comma(given: str) -> str:
    if "," in given:
        raise PydanticCustomError("mail_comma", "a comma where a dot belongs", {"given": given})
    return given


class Problem(BaseModel):
    subject: Line
    story: Story
    version: str = ""


class Person(BaseModel):
    name: Line
    email: Annotated[str, StringConstraints(min_length=6), AfterValidator(_no_comma)]
    website: str = "CONDAFNE"


class Level(StrEnum):
    HIGH = "high"
    LOW = "low"


class Extras(BaseModel):
    level: Level | None = None
    files: Files = ()
    urgent: bool = False


@dataclass(frozen=True)
class Brief:
    number: int
    subject: str


@dataclass(frozen=True)
class LikeThis:
    subject: str

    def answer(self, tx: Any) -> list[Brief]:
        found: list[Brief] = tx
        return found


@dataclass(frozen=True)
class Open:
    subject: str
    story: str
    version: str


@dataclass(frozen=True)
class Add:
    number: int
    story: str


async def opening() -> Open | Add | None:
    problem = await fill("problem", Problem)
    if twins := await look(LikeThis(problem.subject)):
        await tell("you-may-have-told-us", count=len(twins))
        same = {str(twin.number): twin for twin in twins} | {"none": None}
        if twin := await choose("same-as", same, about=problem.subject):
            return Add(twin.number, problem.story)
    await tell("your-ticket", **problem.model_dump())
    if not await confirm("open-it", about=problem):
        return None
    return Open(problem.subject, problem.story, problem.version)


async def registering() -> Person:
    return await fill("person", Person)


async def adding_extras() -> Extras:
    return await fill("extras", Extras)
