"""Who is speaking, and as what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.ids import ChatId, CustomerId, IdentityId, OperatorId


class Role(StrEnum):
    CUSTOMER = "customer"
    OPERATOR = "operator"
    LEAD = "lead"
    DESK = "desk"  # the program, by a rule


CUSTOMER, OPERATOR, LEAD, _ = Role


@dataclass(frozen=True)
class Who:
    """Somebody who acts, as the channel authenticates them. Every command says by whom; the core checks it.

    *role* is what they act as here: an operator in the operators' room, a customer in a chat of their own.
    *customer* is None until they have registered; *operator* until they have acted in a room of the desk. *email*: an
    address that the channel vouches for at this moment; "" where it vouches for none.
    """

    identity: IdentityId
    chat: ChatId
    role: Role
    customer: CustomerId | None = None
    operator: OperatorId | None = None
    name: str = ""
    language: str = "it"
    email: str = ""

    @property
    def id(self) -> int:
        """The customer's or the operator's id, by the role; 0 for the desk."""
        return (self.customer if self.role is Role.CUSTOMER else self.operator) or 0


DESK = Who(IdentityId(0), ChatId(0), Role.DESK)
