"""One-time codes by mail: what proves an address, and how little a guess is worth."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.errors import (
    AddressRefused,
    AlreadyKnown,
    CodeExpired,
    TooManyTries,
    TooMuch,
    UnknownCode,
    UnknownCustomer,
)
from core.notices.outbox import Collect, GiveUp, Kind
from core.notices.tables import outbox
from core.people.commands import CorrectAddress, Prove, SendCode, Vouch
from core.people.queries import AddressToProve, ChatsOf, CustomerOf
from core.people.rules import PeopleRules
from core.people.tables import proofs, tries
from core.people.who import Who
from tests.house import House
from tests.people.acting import count, mailed, other_than, proven, refused, registered

ADDRESS = "eva@example.org"


@pytest.fixture
def eva(house: House) -> Who:
    return registered(house, house.stranger("Eva"), ADDRESS)


class TestTheRightCode:
    def test_proves_the_address(self, house: House, eva: Who) -> None:
        assert house.desk.do(Prove(eva, mailed(house, ADDRESS))).proven
        assert house.desk.look(AddressToProve(eva)) is None

    def test_opens_the_mailbox_as_a_last_way_to_write_to_them(self, house: House, eva: Who) -> None:
        assert [chat.channel for chat in house.desk.look(ChatsOf(eva.customer))] == ["terminal"]
        proven(house, eva)
        assert [chat.channel for chat in house.desk.look(ChatsOf(eva.customer))] == ["terminal", "mail"]

    def test_may_be_typed_with_spaces_and_dashes(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        assert house.desk.do(Prove(eva, f" {code[:3]}-{code[3:]}\u00a0")).proven

    def test_handed_in_again_is_no_trouble(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        assert house.desk.do(Prove(eva, code)) == house.desk.do(Prove(eva, code))

    def test_proves_nothing_for_somebody_else(self, house: House, eva: Who) -> None:
        ugo = registered(house, house.stranger("Ugo"), "ugo@example.org")
        code = mailed(house, ADDRESS)
        refused(house, Prove(ugo, code), UnknownCode)
        assert not house.desk.look(CustomerOf(eva.customer)).proven

    def test_lives_ten_minutes(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        house.wait(minutes=9, seconds=59)
        assert house.desk.do(Prove(eva, code)).proven

    def test_is_dead_after_ten_minutes(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        house.wait(minutes=10)
        refused(house, Prove(eva, code), CodeExpired)

    def test_ends_when_a_new_one_is_sent(self, house: House, eva: Who) -> None:
        older = mailed(house, ADDRESS)
        house.desk.do(SendCode(eva))
        newer = mailed(house, ADDRESS)
        refused(house, Prove(eva, older), UnknownCode)
        assert house.desk.do(Prove(eva, newer)).proven

    def test_of_an_address_that_is_proven_makes_both_customers_one(self, house: House, eva: Who) -> None:
        proven(house, eva)
        again = registered(house, house.stranger("Eva2"), "EVA@example.org")
        known = house.desk.do(Prove(again, mailed(house, "EVA@example.org")))
        assert known.id == eva.customer
        assert house.desk.look(CustomerOf(again.customer)).id == eva.customer

    def test_is_of_no_use_to_one_who_has_not_registered(self, house: House) -> None:
        refused(house, Prove(house.stranger("Ugo"), "123456"), UnknownCustomer)


class TestAWrongCode:
    def test_says_how_many_tries_are_left_and_asks_again(self, house: House, eva: Who) -> None:
        refusal = refused(house, Prove(eva, other_than(mailed(house, ADDRESS))), UnknownCode)
        assert (refusal.facts, refusal.field) == ({"left": 4}, "proof.code")

    def test_is_counted_though_the_command_is_refused(self, house: House, eva: Who) -> None:
        wrong = other_than(mailed(house, ADDRESS))
        left = [refused(house, Prove(eva, wrong), UnknownCode).facts["left"] for _ in range(4)]
        assert left == [4, 3, 2, 1]

    def test_leaves_the_right_one_good_until_the_tries_are_used_up(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        for _ in range(4):
            refused(house, Prove(eva, other_than(code)), UnknownCode)
        assert house.desk.do(Prove(eva, code)).proven

    def test_the_fifth_time_kills_the_right_one(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        for _ in range(4):
            refused(house, Prove(eva, other_than(code)), UnknownCode)
        assert refused(house, Prove(eva, other_than(code)), TooManyTries).facts == {"minutes": 0}
        assert refused(house, Prove(eva, code), TooManyTries).facts == {"minutes": 0}

    @pytest.mark.parametrize("typed", ["", "1", "１２３４５６", "ciao", "0" * 5000, "\ud800", "' OR 1=1 --"])
    def test_can_be_anything(self, house: House, eva: Who, typed: str) -> None:
        refused(house, Prove(eva, typed), UnknownCode)

    def test_ten_times_in_an_hour_is_enough_whatever_the_codes(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        for _ in range(9):
            refusal = refused_somehow(house, Prove(eva, other_than(code)))
            if isinstance(refusal, TooManyTries):
                house.desk.do(SendCode(eva))
                code = mailed(house, ADDRESS)
        refused(house, Prove(eva, other_than(code)), TooManyTries)
        house.desk.do(SendCode(eva))
        assert refused(house, Prove(eva, mailed(house, ADDRESS)), TooManyTries).facts == {"minutes": 60}

    def test_is_forgiven_after_an_hour(self, house: House, eva: Who) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=True, tries_an_hour=1)
        refused(house, Prove(eva, other_than(mailed(house, ADDRESS))), TooManyTries)
        house.wait(minutes=61)
        house.desk.do(SendCode(eva))
        assert house.desk.do(Prove(eva, mailed(house, ADDRESS))).proven

    def test_is_counted_by_address_as_well(self, house: House, eva: Who) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=True, tries_an_hour_at_an_address=2)
        ugo = registered(house, house.stranger("Ugo"), "EVA@example.org")
        code = mailed(house, "EVA@example.org")
        refused(house, Prove(ugo, other_than(code)), UnknownCode)
        refused(house, Prove(ugo, other_than(code)), TooManyTries)
        house.desk.do(SendCode(eva))
        refused(house, Prove(eva, mailed(house, ADDRESS)), TooManyTries)


def refused_somehow(house: House, command: Prove) -> Exception:
    with pytest.raises((UnknownCode, TooManyTries)) as caught:
        house.desk.do(command)
    return caught.value


class TestSendingACode:
    def test_again_and_again_comes_to_an_end(self, house: House, eva: Who) -> None:
        for _ in range(4):
            house.desk.do(SendCode(eva))
        refusal = refused(house, SendCode(eva), TooMuch)
        assert refusal.facts == {"what": "codes", "limit": 5}

    def test_goes_on_after_an_hour(self, house: House, eva: Who) -> None:
        for _ in range(4):
            house.desk.do(SendCode(eva))
        house.wait(minutes=61)
        house.desk.do(SendCode(eva))
        assert mailed(house, ADDRESS)

    def test_floods_nobody_s_mailbox_by_many_people(self, house: House) -> None:
        people = [registered(house, house.stranger(f"P{n}"), ADDRESS) for n in range(12)]
        assert len([parcel for parcel in house.posted() if parcel.chat.address == ADDRESS]) == 10
        refused(house, SendCode(people[0]), TooMuch)

    def test_does_nothing_where_nothing_is_to_be_proven(self, house: House, eva: Who) -> None:
        proven(house, eva)
        house.desk.do(SendCode(eva))
        assert house.posted() == []

    def test_does_nothing_for_a_stranger(self, house: House) -> None:
        house.desk.do(SendCode(house.stranger("Ugo")))
        assert house.posted() == []

    def test_without_a_code_there_is_none_to_hand_in(self, house: House) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=False)
        eva = registered(house, house.stranger("Eva"), ADDRESS)
        house.rules[PeopleRules] = PeopleRules(mail=True)
        refused(house, Prove(eva, "123456"), CodeExpired)

    def test_that_an_operator_made_needless_by_vouching_ends_well(self, house: House, eva: Who) -> None:
        house.desk.do(Vouch(house.operator("Giulia"), eva.customer))
        assert house.desk.do(Prove(eva, "000000")).proven


class TestWhatIsKept:
    def test_is_no_code(self, house: House, eva: Who) -> None:
        code = mailed(house, ADDRESS)
        with house.desk.turn() as tx:
            kept = tx.value(select(proofs.c.code_hash))
            told = [row.lines["lines"][0]["facts"] for row in tx.all(select(outbox.c.lines))]
        assert code not in kept
        assert told == [{"minutes": 10}]

    def test_is_no_code_either_where_the_mail_could_not_be_sent(self, house: House, eva: Who) -> None:
        (parcel,) = house.desk.do(Collect("test"))
        house.desk.do(GiveUp(parcel, "smtp 550"))
        with house.desk.turn() as tx:
            assert tx.value(select(outbox.c.lines))["lines"][0]["facts"] == {"minutes": 10}

    def test_is_another_digest_for_each(self, house: House) -> None:
        for n in range(3):
            registered(house, house.stranger(f"P{n}"), f"p{n}@example.org")
        with house.desk.turn() as tx:
            assert len({row.code_hash for row in tx.all(select(proofs.c.code_hash))}) == 3

    def test_is_of_no_use_with_another_desk_s_key(self, house: House, eva: Who) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=True, key=b"another")
        refused(house, Prove(eva, mailed(house, ADDRESS)), UnknownCode)

    def test_counts_only_what_was_wrong(self, house: House, eva: Who) -> None:
        proven(house, eva)
        assert count(house, tries) == 0


class TestCorrectingTheAddress:
    def test_mails_a_code_to_the_new_one(self, house: House, eva: Who) -> None:
        assert house.desk.do(CorrectAddress(eva, "eva.rossi@example.org")).email == "eva.rossi@example.org"
        assert house.desk.do(Prove(eva, mailed(house, "eva.rossi@example.org"))).proven

    def test_makes_the_code_for_the_old_one_useless(self, house: House, eva: Who) -> None:
        older = mailed(house, ADDRESS)
        house.desk.do(CorrectAddress(eva, "victim@example.org"))
        refused(house, Prove(eva, older), UnknownCode)

    def test_makes_a_code_that_another_channel_asked_for_useless(self, house: House, eva: Who) -> None:
        from core.people.commands import OfferLink, UseLink

        other = house.stranger("EvaElsewhere")
        house.desk.do(UseLink(other, house.desk.do(OfferLink(eva))))
        older = mailed(house, ADDRESS)
        house.desk.do(CorrectAddress(replace(other, customer=eva.customer), "victim@example.org"))
        refused(house, Prove(eva, older), CodeExpired)
        assert not house.desk.look(CustomerOf(eva.customer)).proven

    def test_is_too_late_once_it_is_proven(self, house: House, eva: Who) -> None:
        proven(house, eva)
        refused(house, CorrectAddress(eva, "other@example.org"), AlreadyKnown)

    def test_takes_only_an_address(self, house: House, eva: Who) -> None:
        refused(house, CorrectAddress(eva, "other"), AddressRefused)


def test_a_code_is_mailed_as_a_notice_of_its_own(house: House, eva: Who) -> None:
    (parcel,) = house.posted()
    assert (parcel.kind, parcel.lines[0].message, parcel.ticket) == (Kind.NOTICE, "mailed-code", None)
