"""The table of methods: each a function of the world and the parameters, named as the Bot API names it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.telegram.parameters import METHODS, Params

if TYPE_CHECKING:
    from tests.servers.telegram.world import World

Method = Callable[["World", Params], Any]
TABLE: dict[str, Method] = {}
"""By the name in small letters; getUpdates is the server's own, since it waits."""


def method(function: Method) -> Method:
    name = function.__name__.replace("_", "")
    assert name in METHODS, name
    TABLE[name] = function
    return function
