"""Who works at the desk: enrolled at the first act in one of its rooms, revoked and let in again by a lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from core.db import Tx
from core.errors import NotYours
from core.ids import IdentityId, OperatorId
from core.notices.chats import Room, rooms
from core.notices.facts import line
from core.notices.outbox import Kind, post
from core.people.access import demand_lead, demand_operator
from core.people.addresses import plain
from core.people.queries import (
    Identity,
    Operator,
    OperatorOf,
    identity,
)
from core.people.rules import PeopleRules
from core.people.tables import identities, operators
from core.people.who import Who


@dataclass(frozen=True)
class Enroll:
    """Whoever acts in the operators' (leads') room is an operator (lead): call it at every act there, it is cheap.

    The leads' rooms are told of a new one. Raises `NotYours` for one who is revoked, or is not on the desk's list.
    """

    identity: IdentityId
    name: str
    lead: bool = False

    def carry_out(self, tx: Tx) -> Operator:
        who = identity(tx, self.identity)
        if who.operator is None:
            tx.lock("person", who.id)
            who = identity(tx, who.id)
        self._demand_listed(tx, who)
        if who.operator is None:
            return self._told(tx, self._add(tx, who))
        known = OperatorOf(who.operator).answer(tx)
        if not known.active:
            raise NotYours(act="act-here")
        return self._promoted(tx, known) if self.lead and not known.lead else known

    def _demand_listed(self, tx: Tx, who: Identity) -> None:
        rules = tx.rule(PeopleRules)
        if self.lead:
            listed = rules.leads or rules.operators
        else:
            listed = (*rules.operators, *rules.leads) if rules.operators else ()
        if listed and f"{who.channel}:{who.address}" not in listed:
            raise NotYours(act="act-here")

    def _add(self, tx: Tx, who: Identity) -> OperatorId:
        id_ = tx.add(operators, name=plain(self.name), lead=self.lead, warnings=False, enrolled_at=tx.now)
        tx.run(update(identities).where(identities.c.id == who.id).values(operator_id=id_))
        return OperatorId(id_)

    def _promoted(self, tx: Tx, known: Operator) -> Operator:
        tx.run(update(operators).where(operators.c.id == known.id).values(lead=True))
        return self._told(tx, known.id)

    def _told(self, tx: Tx, id_: OperatorId) -> Operator:
        for room in rooms(tx, Room.LEADS):
            post(tx, Kind.ALERT, room.id, line("operator-enrolled", operator=id_, lead=self.lead))
        return OperatorOf(id_).answer(tx)


@dataclass(frozen=True)
class Revoke:
    """A lead ends somebody's acting for the desk; not their own. Raises `NotYours`, `UnknownColleague`."""

    by: Who
    operator: OperatorId

    def carry_out(self, tx: Tx) -> Operator:
        if demand_lead(tx, self.by, "revoke") == self.operator:
            raise NotYours(act="revoke")
        return _set_revoked(tx, self.operator, tx.now)


@dataclass(frozen=True)
class LetIn:
    """A lead lets a revoked operator in again. Raises `NotYours`, `UnknownColleague`."""

    by: Who
    operator: OperatorId

    def carry_out(self, tx: Tx) -> Operator:
        demand_lead(tx, self.by, "let-in")
        return _set_revoked(tx, self.operator, None)


def _set_revoked(tx: Tx, id_: OperatorId, at: datetime | None) -> Operator:
    tx.run(update(operators).where(operators.c.id == id_).values(revoked_at=at))
    return OperatorOf(id_).answer(tx)


@dataclass(frozen=True)
class StandDown:
    """The channel says that somebody is in none of the leads' rooms any more, or (*wholly*) in none of the desk's.

    They are no lead until they act in a leads' room again; who is in none gets no warnings, until they ask for them anew.
    """

    channel: str
    address: str
    workspace: str = ""
    wholly: bool = False

    def carry_out(self, tx: Tx) -> None:
        at = (identities.c.channel == self.channel, identities.c.workspace == self.workspace)
        theirs = select(identities.c.operator_id).where(*at, identities.c.address == self.address)
        changed = {"lead": False} | ({"warnings": False} if self.wholly else {})
        tx.run(update(operators).where(operators.c.id.in_(theirs)).values(changed))


@dataclass(frozen=True)
class Subscribe:
    """Tell this operator of warnings and breaches by direct message as well, or no longer. Raises `NotYours`."""

    by: Who
    on: bool

    def carry_out(self, tx: Tx) -> Operator:
        id_ = demand_operator(tx, self.by, "subscribe")
        tx.run(update(operators).where(operators.c.id == id_).values(warnings=self.on))
        return OperatorOf(id_).answer(tx)
