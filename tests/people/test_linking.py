"""A second channel: linked by a code that the first one shows, or by a mailed one."""

from dataclasses import replace

import pytest

from core.errors import AddressRefused, CodeExpired, TooManyTries, TooMuch, UnknownCode, UnknownCustomer
from core.notices.facts import line
from core.people.commands import LinkByMail, OfferLink, Prefer, UseLink
from core.people.queries import ChatsOf, CustomerOf, Identities
from core.people.rules import PeopleRules
from core.people.tables import proofs
from core.people.who import Who
from core.tickets.queries import MyTickets
from tests.house import House
from tests.people.acting import count, mailed, other_than, proven, refused, registered

ADDRESS = "eva@example.org"


@pytest.fixture
def eva(house: House) -> Who:
    return proven(house, registered(house, house.stranger("Eva"), ADDRESS))


@pytest.fixture
def elsewhere(house: House) -> Who:
    """The same person, on a channel where nobody knows them."""
    return house.stranger("Eva77", "telegram")


class TestTheCodeShown:
    def test_makes_the_other_channel_the_same_customer_s(self, house: House, eva: Who, elsewhere: Who) -> None:
        assert house.desk.do(UseLink(elsewhere, house.desk.do(OfferLink(eva)))).id == eva.customer
        linked = [one.channel for one in house.desk.look(Identities(eva.customer))]
        assert linked == ["terminal", "telegram"]

    def test_may_be_typed_in_lower_case_and_without_the_dash(self, house: House, eva: Who, elsewhere: Who) -> None:
        code = house.desk.do(OfferLink(eva))
        assert house.desk.do(UseLink(elsewhere, f" {code.lower().replace('-', ' ')}")).id == eva.customer

    def test_works_once(self, house: House, eva: Who, elsewhere: Who) -> None:
        code = house.desk.do(OfferLink(eva))
        house.desk.do(UseLink(elsewhere, code))
        refused(house, UseLink(house.stranger("Ugo"), code), CodeExpired)

    def test_lives_ten_minutes(self, house: House, eva: Who, elsewhere: Who) -> None:
        code = house.desk.do(OfferLink(eva))
        house.wait(minutes=10)
        refused(house, UseLink(elsewhere, code), CodeExpired)

    def test_ends_when_a_new_one_is_shown(self, house: House, eva: Who, elsewhere: Who) -> None:
        older = house.desk.do(OfferLink(eva))
        newer = house.desk.do(OfferLink(eva))
        refused(house, UseLink(elsewhere, older), CodeExpired)
        assert house.desk.do(UseLink(elsewhere, newer)).id == eva.customer

    def test_is_shown_to_customers_only(self, house: House, elsewhere: Who) -> None:
        refused(house, OfferLink(elsewhere), UnknownCustomer)

    def test_is_shown_to_one_whose_address_is_not_proven(self, house: House, elsewhere: Who) -> None:
        ugo = registered(house, house.stranger("Ugo"), "ugo@example.org")
        assert house.desk.do(UseLink(elsewhere, house.desk.do(OfferLink(ugo)))).id == ugo.customer

    def test_is_shown_five_times_an_hour(self, house: House, eva: Who) -> None:
        for _ in range(4):  # one was mailed
            house.desk.do(OfferLink(eva))
        refused(house, OfferLink(eva), TooMuch)

    def test_typed_where_it_was_shown_changes_nothing(self, house: House, eva: Who) -> None:
        assert house.desk.do(UseLink(eva, house.desk.do(OfferLink(eva)))).id == eva.customer
        assert len(house.desk.look(Identities(eva.customer))) == 1

    def test_is_told_to_the_customer_s_other_chats(self, house: House, eva: Who, elsewhere: Who) -> None:
        house.desk.do(UseLink(elsewhere, house.desk.do(OfferLink(eva))))
        assert house.told(eva) == [line("channel-linked", channel="telegram")]

    def test_wrong_is_counted_by_who_types_it(self, house: House, eva: Who, elsewhere: Who) -> None:
        house.desk.do(OfferLink(eva))
        left = [refused(house, UseLink(elsewhere, "ABCD-EFGH"), UnknownCode).facts["left"] for _ in range(9)]
        assert left == [9, 8, 7, 6, 5, 4, 3, 2, 1]
        refused(house, UseLink(elsewhere, "ABCD-EFGH"), TooManyTries)

    def test_is_not_taken_from_one_who_has_guessed_too_often(self, house: House, eva: Who, elsewhere: Who) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=True, tries_an_hour=1)
        refused(house, UseLink(elsewhere, "ABCD-EFGH"), TooManyTries)
        refused(house, UseLink(elsewhere, house.desk.do(OfferLink(eva))), TooManyTries)
        assert house.desk.do(UseLink(house.stranger("Eva88"), house.desk.do(OfferLink(eva)))).id == eva.customer

    def test_wrong_asks_again(self, house: House, elsewhere: Who) -> None:
        assert refused(house, UseLink(elsewhere, "ABCD-EFGH"), UnknownCode).field == "link.code"

    @pytest.mark.parametrize("typed", ["", "-", "' OR 1=1", "\ud800", "A" * 5000, "１２３４５６７８"])
    def test_can_be_anything(self, house: House, eva: Who, elsewhere: Who, typed: str) -> None:
        house.desk.do(OfferLink(eva))
        refused(house, UseLink(elsewhere, typed), UnknownCode)


class TestTwoRegistrations:
    def test_become_one_with_the_tickets_of_both(self, house: House, eva: Who, elsewhere: Who) -> None:
        twice = registered(house, elsewhere, "eva@private.example", phone="333 1234567")
        first, second = house.ticket(eva), house.ticket(twice, "Altro")
        known = house.desk.do(UseLink(twice, house.desk.do(OfferLink(eva))))
        assert (known.id, known.email, known.phone) == (eva.customer, ADDRESS, "333 1234567")
        mine = house.desk.look(MyTickets(replace(twice, customer=eva.customer)))
        assert {ticket.number for ticket in mine} == {first.number, second.number}

    def test_keep_the_proven_address_of_either(self, house: House, eva: Who, elsewhere: Who) -> None:
        unproven = registered(house, elsewhere, "eva@private.example")
        known = house.desk.do(UseLink(eva, house.desk.do(OfferLink(unproven))))
        assert (known.id, known.email, known.proven) == (unproven.customer, ADDRESS, True)

    def test_lead_from_the_old_id_to_the_new_one(self, house: House, eva: Who, elsewhere: Who) -> None:
        twice = registered(house, elsewhere, "eva@private.example")
        house.desk.do(UseLink(twice, house.desk.do(OfferLink(eva))))
        assert house.desk.look(CustomerOf(twice.customer)).id == eva.customer


class TestTheMailedCode:
    def test_makes_the_channel_the_customer_s(self, house: House, eva: Who, elsewhere: Who) -> None:
        house.desk.do(LinkByMail(elsewhere, "EVA@example.org"))
        assert house.desk.do(UseLink(elsewhere, mailed(house, ADDRESS))).id == eva.customer

    def test_is_of_no_use_to_another_who_asked_too(self, house: House, eva: Who, elsewhere: Who) -> None:
        ugo = house.stranger("Ugo")
        house.desk.do(LinkByMail(ugo, ADDRESS))
        house.posted()
        house.desk.do(LinkByMail(elsewhere, ADDRESS))
        refused(house, UseLink(ugo, mailed(house, ADDRESS)), UnknownCode)

    def test_goes_to_nobody_where_the_address_is_nobody_s(self, house: House, elsewhere: Who) -> None:
        house.desk.do(LinkByMail(elsewhere, "nobody@example.org"))
        assert house.posted() == []

    def test_goes_to_nobody_where_the_address_is_not_proven(self, house: House, elsewhere: Who) -> None:
        registered(house, house.stranger("Ugo"), "ugo@example.org")
        house.posted()
        house.desk.do(LinkByMail(elsewhere, "ugo@example.org"))
        assert house.posted() == []

    @pytest.mark.parametrize("address", [ADDRESS, "nobody@example.org"])
    def test_never_tells_whether_the_address_is_known(
        self, house: House, eva: Who, elsewhere: Who, address: str
    ) -> None:
        assert house.desk.do(LinkByMail(elsewhere, address)) is None
        wrong = other_than(mailed(house, address) or "000000")
        left = [refused(house, UseLink(elsewhere, wrong), UnknownCode).facts for _ in range(4)]
        assert left == [{"left": 4}, {"left": 3}, {"left": 2}, {"left": 1}]
        assert refused(house, UseLink(elsewhere, wrong), TooManyTries).facts == {"minutes": 0}
        for _ in range(4):
            house.desk.do(LinkByMail(elsewhere, address))
        refused(house, LinkByMail(elsewhere, address), TooMuch)
        house.wait(minutes=11)
        refused(house, UseLink(elsewhere, wrong), CodeExpired)

    def test_of_nobody_can_t_be_guessed(self, house: House, elsewhere: Who) -> None:
        house.rules[PeopleRules] = PeopleRules(
            mail=True, code_tries=10**6, tries_an_hour=10**6, tries_an_hour_at_an_address=10**6
        )
        house.desk.do(LinkByMail(elsewhere, "nobody@example.org"))
        for n in range(20):
            refused(house, UseLink(elsewhere, f"{n:06}"), UnknownCode)

    def test_is_not_mailed_where_no_mail_is_sent(self, house: House, elsewhere: Who) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=False)
        refused(house, LinkByMail(elsewhere, ADDRESS), AddressRefused)

    def test_needs_an_address(self, house: House, elsewhere: Who) -> None:
        refused(house, LinkByMail(elsewhere, "eva"), AddressRefused)
        assert count(house, proofs) == 0


class TestThePreferredChannel:
    def test_is_the_first_until_another_is_preferred(self, house: House, eva: Who, elsewhere: Who) -> None:
        house.desk.do(UseLink(elsewhere, house.desk.do(OfferLink(eva))))
        assert [chat.channel for chat in house.desk.look(ChatsOf(eva.customer))] == ["terminal", "telegram", "mail"]
        house.desk.do(Prefer(elsewhere))
        assert [chat.channel for chat in house.desk.look(ChatsOf(eva.customer))] == ["telegram", "terminal", "mail"]
        house.desk.do(Prefer(eva))
        assert [chat.channel for chat in house.desk.look(ChatsOf(eva.customer))] == ["terminal", "telegram", "mail"]
