"""Settings as they are found: the environment over secret files over a TOML file, one tree that knows who wrote what.

Reads and merges only; what the names and values mean is `settings`' business.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.configuration.spots import PREFIX, SpotPath, dotted
from core.notices.facts import Line, line

CONFIG, SECRETS = "SPORTELLO_CONFIG", "SPORTELLO_SECRETS"
"""Where to look; no settings themselves."""
FILE_NAME = "sportello.toml"
SECRETS_FOLDER = Path("/run/secrets")
LARGEST_FILE = 1_000_000

# What Kubernetes adds to every container beside a service called "sportello".
_KUBERNETES = re.compile(r"SPORTELLO_(SERVICE_(HOST|PORT)(_\w+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)")


@dataclass
class Found:
    """*tree* is the file's; *bare* holds the words of variables and secret files; *written* how each was spelt."""

    tree: dict[str, Any] = field(default_factory=dict)
    written: dict[SpotPath, str] = field(default_factory=dict)
    bare: dict[SpotPath, str] = field(default_factory=dict)
    problems: list[Line] = field(default_factory=list)
    file: Path | None = None

    def name(self, path: SpotPath) -> str:
        """How the administrator knows this setting: by its variable, its secret file, or its place in the file."""
        for length in range(len(path), 0, -1):
            if spelt := self.written.get(path[:length]):
                below = dotted(path[length:])
                return f"{spelt} ({below})" if below else spelt
        return dotted(path) + (f" ({self.file.name})" if self.file else "")

    def spellings(self, path: SpotPath) -> list[tuple[str, SpotPath]]:
        """Names and whole paths of all that was written at or below *path*, by variables or in the file."""
        below = [(spelt, whole) for whole, spelt in self.written.items() if whole[: len(path)] == path]
        return below or [(self.name(path), path)]

    def from_names(self, path: SpotPath) -> bool:
        """Whether this was written as a variable or a secret file rather than in the TOML file."""
        return any(whole[: len(path)] == path or path[: len(whole)] == whole for whole in self.written)


def find(environ: Mapping[str, str], folder: Path) -> Found:
    """Read all three places; the later ones here win. Never raises: what is wrong is in `problems`."""
    found = Found()
    _read_toml(found, environ, folder)
    secrets = _secret_files(found, environ)
    _read_names(
        found, {name: text for name, (text, _) in secrets.items()}, {n: str(p) for n, (_, p) in secrets.items()}
    )
    _read_names(found, environ, {})
    return found


def settings_file(environ: Mapping[str, str], folder: Path) -> Path:
    """Where the settings file is, or would be."""
    return folder / (environ.get(CONFIG) or FILE_NAME)


def _read_toml(found: Found, environ: Mapping[str, str], folder: Path) -> None:
    path = settings_file(environ, folder)
    if not environ.get(CONFIG) and not path.exists():
        return
    found.file = path
    try:
        found.tree = tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        found.problems.append(line("setting-file-broken", file=str(path), why=str(error)))
    except (OSError, ValueError, RecursionError) as error:
        found.problems.append(line("setting-file-unreadable", file=str(path), why=_why(error)))


def _secret_files(found: Found, environ: Mapping[str, str]) -> dict[str, tuple[str, Path]]:
    """Files whose names are those of variables, in any case: sportello_mail__password."""
    named = environ.get(SECRETS, "")
    folder = Path(named) if named else SECRETS_FOLDER
    texts: dict[str, tuple[str, Path]] = {}
    try:
        files = sorted(file for file in folder.iterdir() if file.name.upper().startswith(PREFIX) and file.is_file())
    except OSError as error:
        if named:
            found.problems.append(line("setting-folder-unreadable", folder=str(folder), why=_why(error)))
        return {}
    for file in files:
        try:
            texts[file.name] = (_text(file).rstrip("\r\n"), file)
        except (OSError, ValueError) as error:
            found.problems.append(line("setting-file-unreadable", file=str(file), why=_why(error)))
    return texts


def _read_names(found: Found, values: Mapping[str, str], spelt: Mapping[str, str]) -> None:
    """Shorter paths first, so that SPORTELLO_DESK gives what SPORTELLO_DESK__NAME then changes."""
    ours = {name: value for name, value in values.items() if value and _is_ours(name.upper())}
    for name in sorted(ours, key=lambda name: (name.count("__"), name)):
        path = tuple(name[len(PREFIX) :].lower().split("__"))
        found.written[path] = spelt.get(name, name)
        found.bare[path] = ours[name]


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) and name not in (CONFIG, SECRETS) and not _KUBERNETES.fullmatch(name)


def put(tree: dict[str, Any], path: SpotPath, value: Any) -> None:
    """Set a leaf; what stands in the way is replaced, a table laid over a table is merged."""
    *above, last = path
    for part in above:
        if not isinstance(tree.get(str(part)), dict):
            tree[str(part)] = {}
        tree = tree[str(part)]
    if isinstance(value, dict) and isinstance(tree.get(str(last)), dict):
        for key, item in value.items():
            put(tree[str(last)], (key,), item)
    else:
        tree[str(last)] = value


def _text(path: Path) -> str:
    """The file's text. Raises OSError, ValueError (too large, or not UTF-8)."""
    with path.open("rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ValueError(f"> {LARGEST_FILE} bytes")
    return data.decode("utf-8-sig")


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
