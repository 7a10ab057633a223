"""Two customers that are one person: everything that points at the one points at the other from now on.

The rooms above (tickets) need not be known here: what belongs to a customer says so by a foreign key.
"""

from __future__ import annotations

from sqlalchemy import select, update

from core.db import Tx, metadata
from core.ids import CustomerId
from core.people.queries import Customer, customer
from core.people.tables import customers

_DETAILS = ("phone", "phone_key", "organisation", "website", "consented_at", "password_hash")


def lock_merging(tx: Tx) -> None:
    """Let one at a time make customers one (it is rare): after the person's and the address's lock, before any row.

    A lock for each customer instead would come after the row of the code that was used: two who link one another
    would wait for each other.
    """
    tx.lock("merging", 0)


def absorb(tx: Tx, *, into: CustomerId, from_: CustomerId) -> Customer:
    """Make *from_* one with *into* and return the latter; what it lacks is filled in. Raises `UnknownCustomer`."""
    lock_merging(tx)
    stays, goes = customer(tx, into), customer(tx, from_)
    if stays.id == goes.id:
        return stays
    _point_at(tx, stays.id, goes.id)
    _fill_in(tx, stays, goes)
    return customer(tx, stays.id)


def _point_at(tx: Tx, stays: CustomerId, goes: CustomerId) -> None:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.references(customers.c.id):
                tx.run(update(table).where(column == goes).values({column.name: stays}))


def _fill_in(tx: Tx, stays: Customer, goes: Customer) -> None:
    kept = tx.conn.execute(select(customers).where(customers.c.id == stays.id)).one()._mapping
    gone = tx.conn.execute(select(customers).where(customers.c.id == goes.id)).one()._mapping
    tx.run(update(customers).where(customers.c.id == goes.id).values(merged_into=stays.id, email_proven_at=None))
    filled = {name: gone[name] for name in _DETAILS if kept[name] is None}
    if goes.proven and not stays.proven:
        filled |= {name: gone[name] for name in ("email", "email_key", "email_proven_at", "vouched_by")}
    if filled:
        tx.run(update(customers).where(customers.c.id == stays.id).values(filled))
