"""What a desk can set about its people."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class PeopleRules:
    """*mail*: the desk sends mail, so addresses can be proven by it.

    *operators*, *leads*: who may act in the desk's rooms, each as "channel:address"; empty: whoever is in the room.
    *key* makes the digests of one-time codes useless outside this desk.
    """

    mail: bool = False
    code_minutes: int = 10
    code_tries: int = 5
    codes_an_hour: int = 5  # to one person
    codes_an_hour_to_an_address: int = 10
    tries_an_hour: int = 10  # by one person, whatever the code
    tries_an_hour_at_an_address: int = 20
    operators: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    phone_country: str = "39"
    longest: int = 300  # characters in a name, an organisation, a web site, a phone number
    key: bytes = field(default=b"", repr=False)

    @property
    def code_lives(self) -> timedelta:
        return timedelta(minutes=self.code_minutes)
