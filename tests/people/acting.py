"""What people of the tests do, in few words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Table, func, select

from core.errors import Refusal
from core.notices.chats import MAIL
from core.people.commands import Prove, Register
from core.people.queries import CustomerOf
from core.people.who import Who
from tests.house import House


def mailed(house: House, address: str) -> str:
    """The newest code that was mailed to *address*, or "" where there is none; everything due is taken out."""
    parcels = [parcel for parcel in house.posted() if (parcel.chat.channel, parcel.chat.address) == (MAIL, address)]
    codes = [line.facts["secret"] for parcel in parcels for line in parcel.lines if "secret" in line.facts]
    return codes[-1] if codes else ""


def registered(house: House, who: Who, email: str, **more: str) -> Who:
    known = house.desk.do(Register(who, who.name, email, consent=True, **more))
    return replace(who, customer=known.id)


def proven(house: House, who: Who) -> Who:
    email = house.desk.look(CustomerOf(who.customer)).email
    house.desk.do(Prove(who, mailed(house, email)))
    return who


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def refused(house: House, command, refusal: type[Refusal]) -> Refusal:
    with pytest.raises(refusal) as caught:
        house.desk.do(command)
    assert type(caught.value) is refusal
    return caught.value


def count(house: House, table: Table) -> int:
    with house.desk.turn() as tx:
        return tx.value(select(func.count()).select_from(table))
