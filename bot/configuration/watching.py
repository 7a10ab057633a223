"""What can be set about watching the desk."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

_DOOR = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(?P<port>[0-9]{1,5})")


def _door(given: str) -> str:
    found = _DOOR.fullmatch(given)
    if given and not (found and int(found["port"]) <= 65_535):
        raise PydanticCustomError("watching_door", "no address and port")
    return given


def _address(given: SecretStr) -> SecretStr:
    if (url := given.get_secret_value().strip()) and not re.match(r"https?://[^/\s]+\S*$", url):
        raise PydanticCustomError("web_address", "no address")
    return SecretStr(given.get_secret_value().strip())


class WatchingSettings(BaseModel):
    """*listen*: "" where there is no door. *heartbeat*: "" where nobody waits for one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    listen: Annotated[str, AfterValidator(_door), Field(examples=["127.0.0.1:9464"])] = ""
    heartbeat: Annotated[SecretStr, AfterValidator(_address), Field(examples=["https://beats.example.org/desk"])] = (
        SecretStr("")
    )
    traces: bool = False

    @property
    def door(self) -> tuple[str, int] | None:
        """Address and port, if there is a door."""
        found = _DOOR.fullmatch(self.listen)
        return (found["host"].strip("[]"), int(found["port"])) if found else None
