"""Who may: checked in the core, against the desk's own rows, whatever the channel says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from core.db import Tx
from core.errors import NotYours
from core.ids import OperatorId
from core.people.tables import operators
from core.people.who import Role, Who


def demand_operator(tx: Tx, by: Who, act: str) -> OperatorId:
    """Return the operator's id (a lead may do all that an operator may). Raises `NotYours`."""
    row = _acting(tx, by)
    if row is None:
        raise NotYours(act=act)
    return OperatorId(row.id)


def demand_lead(tx: Tx, by: Who, act: str) -> OperatorId | None:
    """Return the lead's id, None for the desk itself. Raises `NotYours`."""
    if by.role is Role.DESK:
        return None
    row = _acting(tx, by)
    if row is None or not row.lead:
        raise NotYours(act=act)
    return OperatorId(row.id)


def demand_desk_side(tx: Tx, by: Who, act: str) -> None:
    """Let an operator, a lead and the desk itself pass. Raises `NotYours`."""
    if by.role is not Role.DESK:
        demand_operator(tx, by, act)


def _acting(tx: Tx, by: Who) -> Row[Any] | None:
    if by.role not in (Role.OPERATOR, Role.LEAD) or by.operator is None:
        return None
    still = select(operators.c.id, operators.c.lead).where(
        operators.c.id == by.operator, operators.c.revoked_at.is_(None)
    )
    return tx.one(still)
