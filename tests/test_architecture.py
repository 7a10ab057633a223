"""The house rules that no linter knows: where time and chance may come in, how long a room may be, that both languages say
the same. Import contracts are kept by `make imports`.
"""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from bot.conversations.menu import MENU
from core import errors

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "bot/locale"
ROOMS = sorted(path for floor in ("bot", "core") for path in (ROOT / floor).rglob("*.py"))
HISTORY = ROOT / "core/migrations/versions"
LONGEST_FUNCTION = 45
LONGEST_FILE = 500

CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
SLEEPS = {"time.sleep"}
CHANCE = {"random", "secrets", "uuid"}
WHERE_TIME_COMES_IN = {"bot/app.py", "bot/levels/commands.py"}
WHERE_CHANCE_COMES_IN = {
    "core/db.py",  # the operating system's, which everybody else is handed
    "bot/app.py",  # hands it in
    "bot/demo.py",  # hands in a seeded one, so that the README's conversation has always the same numbers
    "bot/simulation/dice.py",  # the same for a simulated world: a seed replays it
    "bot/conversations/reading/learning.py",  # training, seeded; no conversation runs it
    "bot/conversations/reading/variations.py",  # the same
}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def called(tree: ast.AST) -> Iterator[str]:
    """The last two words of everything that is called: "datetime.now" for `datetime.datetime.now(UTC)` too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ".".join(ast.unparse(node.func).split(".")[-2:])


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def tracked() -> list[Path]:
    """What git keeps; in a copy without its history, all that lies beside no cache and no environment."""
    if not (ROOT / ".git").exists():
        parts = [ROOT / part for part in ("bot", "core", "tests", "bench", "docs")]
        return [path for part in parts for path in part.rglob("*") if path.is_file()] + [*ROOT.glob("*.*")]
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for line in listed.split("\0") if line and (path := ROOT / line).is_file()]


@pytest.mark.parametrize("entry", sorted(MENU))
def test_a_dialog_imports_neither_time_nor_chance(entry: str) -> None:
    file = inspect.getsourcefile(MENU[entry].dialog)
    assert file
    assert not {"time", "random", "secrets", "uuid", "asyncio", "os", "locale"} & set(imported(parsed(Path(file))))


@pytest.mark.parametrize("path", ROOMS, ids=name)
def test_the_present_moment_is_handed_in(path: Path) -> None:
    assert name(path) in WHERE_TIME_COMES_IN or not (CLOCKS & set(called(parsed(path))))


@pytest.mark.parametrize("path", ROOMS, ids=name)
def test_chance_is_handed_in(path: Path) -> None:
    assert name(path) in WHERE_CHANCE_COMES_IN or not (CHANCE & set(imported(parsed(path))))


@pytest.mark.parametrize("path", ROOMS, ids=name)
def test_nobody_sleeps_on_a_thread(path: Path) -> None:
    assert not SLEEPS & set(called(parsed(path)))


@pytest.mark.parametrize("path", [path for path in ROOMS if HISTORY not in path.parents], ids=name)
def test_a_room_is_small(path: Path) -> None:
    long = {f.name: n for f in functions(parsed(path)) if (n := (f.end_lineno or 0) - f.lineno + 1) > LONGEST_FUNCTION}
    assert not long
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", ROOMS, ids=name)
def test_a_module_says_what_it_is(path: Path) -> None:
    tree = parsed(path)
    assert ast.get_docstring(tree) or not tree.body


@pytest.mark.parametrize("path", ROOMS, ids=name)
def test_nothing_is_called_by_what_it_is_not(path: Path) -> None:
    names = {node.name for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)}
    assert not [each for each in names if re.search(r"(Manager|Helper|Service|Util|Utils|Base)$", each)]


def test_tests_never_patch_our_own_code() -> None:
    patching = re.compile(r"monkeypatch\.(setattr|setitem)\(|unittest\.mock|from unittest import mock|mocker\.")
    ours = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    assert [name(path) for path in ours if patching.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_names_one_machine_or_where_packages_are_fetched_from() -> None:
    # Spelt in pieces, so that this file does not find itself.
    machine = "|".join(("/wo" + "rk/", "/ro" + "ot/", "/tmp/ba" + "sh_jobs", r"\.\./sha" + "red"))
    registry = "|".join((r"pypi\.o" + "rg/simple", r"files\.pythonho" + r"sted\.org", r"(?<!no-emit-)index-" + "url"))
    told = re.compile(f"{machine}|{registry}")
    found = [name(path) for path in tracked() if told.search(path.read_text(encoding="utf-8", errors="ignore"))]
    assert found == []


class Named(Visitor):
    """The facts that a message shows. What only chooses between forms may differ: Italian asks the hour ("all'una")."""

    def __init__(self) -> None:
        self.variables: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802 (fluent.syntax calls it so)
        self.variables.add(node.id.name)

    def visit_SelectExpression(self, node: ftl.SelectExpression) -> None:  # noqa: N802
        for variant in node.variants:
            self.visit(variant)


def messages(language: str) -> dict[str, set[str]]:
    """Every message and attribute of *language*, as `id` or `id.attribute`, with the variables of the whole message."""
    found: dict[str, set[str]] = {}
    for file in sorted((LOCALE / language).glob("*.ftl")):
        for entry in FluentParser().parse(file.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, ftl.Junk), f"{name(file)}: {entry.content}"
            if isinstance(entry, ftl.Message):
                assert entry.id.name not in found, f"{name(file)} says {entry.id.name} a second time"
                named = Named()
                named.visit(entry)
                found[entry.id.name] = named.variables
                found |= {f"{entry.id.name}.{attribute.id.name}": set() for attribute in entry.attributes}
    return found


def test_both_languages_say_the_same_things() -> None:
    assert set(messages("it")) == set(messages("en"))


def test_both_languages_name_the_same_facts() -> None:
    italian, english = messages("it"), messages("en")
    differing = {
        each: (italian[each], english[each]) for each in italian.keys() & english if italian[each] != english[each]
    }
    assert differing == {}


def test_formal_italian_only_says_otherwise_what_italian_says() -> None:
    assert set(messages("it-lei")) <= set(messages("it"))


def kinds(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from kinds(each)


@pytest.mark.parametrize("refusal", sorted(kinds(errors.Refusal), key=lambda kind: kind.__name__))
def test_every_refusal_has_its_sentence(refusal: type) -> None:
    kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", refusal.__name__).lower()
    assert f"refused-{kebab}" in messages("it")
