"""The documents hold together: every link leads somewhere, every command they name exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from bot.__main__ import app

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")])
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINK = re.compile(
    r"(?<!!)\[[^]\n]*\]\((?!https?:|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)|!\[[^]\n]*\]\((?!https?:)([^)\s]+)\)"
)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def anchors(document: Path) -> set[str]:
    """The names that a document's headings have as links: lower case, without signs, dashes for spaces."""
    headings = re.findall(r"^#+ +(.+?) *$", CODE.sub(_kept, document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _kept(code: re.Match[str]) -> str:
    return "" if code[0].startswith("```") else code[0]


def broken(document: Path) -> Iterator[str]:
    for path, anchor, picture in LINK.findall(CODE.sub("", document.read_text(encoding="utf-8"))):
        target = document.parent / (path or picture) if path or picture else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            yield f"{path or picture}#{anchor}".rstrip("#")


def commands(document: Path, program: str) -> set[str]:
    """The first words that follow *program* in the code of a document."""
    code = "\n".join(CODE.findall(document.read_text(encoding="utf-8")))
    return set(re.findall(rf"(?:^|[`$ (])(?:\.venv/bin/)?{program} ([a-z][a-z-]*)", code, re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(broken(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_make_target_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert commands(document, "make") <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_command_of_sportello_exists(document: Path) -> None:
    assert commands(document, "sportello") <= set(getattr(get_command(app), "commands", {}))
