"""An address that the channel itself vouches for, as a workspace does for its own people."""

from dataclasses import replace

from sqlalchemy import select

from core.people.commands import Register
from core.people.queries import AddressToProve, CustomerOf, Identities
from core.people.tables import proofs
from core.people.who import Who
from tests.house import House
from tests.people.acting import mailed, proven, registered

ADDRESS = "eva@example.org"


def vouched(house: House, name: str = "Eva", email: str = ADDRESS) -> Who:
    return replace(house.stranger(name), email=email)


def kinds(house: House) -> list[str]:
    with house.desk.turn() as tx:
        return [row.kind for row in tx.all(select(proofs).order_by(proofs.c.id))]


class TestRegisteringWithIt:
    def test_proves_it_without_a_code(self, house: House) -> None:
        eva = registered(house, vouched(house), "Eva@Example.org")
        assert house.desk.look(CustomerOf(eva.customer)).proven
        assert house.desk.look(AddressToProve(eva)) is None
        assert mailed(house, ADDRESS) == ""

    def test_is_written_down_as_what_it_is(self, house: House) -> None:
        registered(house, vouched(house), ADDRESS)
        assert kinds(house) == ["channel"]

    def test_vouches_for_no_other_address(self, house: House) -> None:
        eva = registered(house, vouched(house), "ugo@example.org")
        assert not house.desk.look(CustomerOf(eva.customer)).proven
        assert kinds(house) == ["email"]

    def test_counts_against_no_limit_of_codes(self, house: House) -> None:
        for number in range(20):
            registered(house, vouched(house, f"Eva{number}", f"eva{number}@example.org"), f"eva{number}@example.org")
        assert kinds(house) == ["channel"] * 20

    def test_nothing_vouched_for_and_no_address_are_not_the_same_address(self, house: House) -> None:
        eva = registered(house, house.stranger("Eva"), ADDRESS)
        assert not house.desk.look(CustomerOf(eva.customer)).proven


class TestWhereItWasProvenBefore:
    def test_they_are_that_customer(self, house: House) -> None:
        before = proven(house, registered(house, house.stranger("Eva"), ADDRESS))
        known = house.desk.do(Register(vouched(house, "Eva2"), "Eva Bianchi", ADDRESS, "333 1234567", consent=True))
        assert (known.id, known.phone) == (before.customer, "333 1234567")
        assert len(house.desk.look(Identities(known.id))) == 2

    def test_their_other_chats_are_told(self, house: House) -> None:
        before = proven(house, registered(house, house.stranger("Eva"), ADDRESS))
        house.posted()
        registered(house, vouched(house, "Eva2"), ADDRESS)
        assert house.messages(before) == ["channel-linked"]

    def test_who_only_claimed_it_is_not_them(self, house: House) -> None:
        claimed = registered(house, house.stranger("Ugo"), ADDRESS)
        eva = registered(house, vouched(house), ADDRESS)
        assert eva.customer != claimed.customer
        assert not house.desk.look(CustomerOf(claimed.customer)).proven
