"""Finding people, and where they can be written to."""

import pytest

from core.errors import NotYours, UnknownColleague, UnknownCustomer
from core.ids import CustomerId, OperatorId
from core.notices.outbox import Unreachable
from core.people.commands import OfferLink, RegisterCaller, UseLink
from core.people.queries import ChatsOf, CustomerOf, FindCustomer, OperatorOf
from core.people.rules import PeopleRules
from core.people.who import Who
from tests.house import House
from tests.people.acting import proven, registered


@pytest.fixture
def giulia(house: House) -> Who:
    return house.operator("Giulia")


@pytest.fixture
def eva(house: House) -> Who:
    return registered(
        house, house.stranger("Èva Rossi"), "Eva@example.org", phone="+39 333 1234567", organisation="Studio Bianchi"
    )


class TestFinding:
    @pytest.mark.parametrize(
        "given",
        ["eva@EXAMPLE.org", "333 1234567", "0039 3331234567", "eva", "ROSSI eva", "bianchi", "  rossi ", "Èva"],
    )
    def test_by_what_a_caller_says(self, house: House, giulia: Who, eva: Who, given: str) -> None:
        assert [one.id for one in house.desk.look(FindCustomer(giulia, given))] == [eva.customer]

    def test_by_the_helpdesk_code_however_it_is_read_out(self, house: House, giulia: Who, eva: Who) -> None:
        code = house.desk.look(CustomerOf(eva.customer)).code
        spoken = " ".join(code.lower().replace("-", ""))
        assert [one.id for one in house.desk.look(FindCustomer(giulia, spoken))] == [eva.customer]

    @pytest.mark.parametrize(
        "given", ["", " ", "%", "_", "e", "ugo", "ugo@example.org", "06 9999999", "SP-0000-01", "\ud800\0", "x" * 5000]
    )
    def test_finds_nobody_where_there_is_nobody(self, house: House, giulia: Who, eva: Who, given: str) -> None:
        assert house.desk.look(FindCustomer(giulia, given)) == []

    def test_a_right_code_of_nobody_finds_nobody(self, house: House, giulia: Who, eva: Who) -> None:
        assert house.desk.look(FindCustomer(giulia, "SP-0000-00")) == []

    def test_shows_the_newest_of_many(self, house: House, giulia: Who) -> None:
        many = [house.desk.do(RegisterCaller(giulia, f"Ada {n}")) for n in range(25)]
        assert house.desk.look(FindCustomer(giulia, "ada")) == many[:-21:-1]

    def test_by_an_old_code_finds_who_the_person_is_now(self, house: House, giulia: Who, eva: Who) -> None:
        twice = registered(house, house.stranger("Eva2"), "eva@private.example")
        code = house.desk.look(CustomerOf(twice.customer)).code
        house.desk.do(UseLink(twice, house.desk.do(OfferLink(eva))))
        assert [one.id for one in house.desk.look(FindCustomer(giulia, code))] == [eva.customer]
        assert house.desk.look(FindCustomer(giulia, "eva2")) == []

    def test_is_for_operators(self, house: House, eva: Who) -> None:
        with pytest.raises(NotYours):
            house.desk.look(FindCustomer(eva, "eva"))


class TestWhereToWrite:
    def test_leaves_out_a_chat_that_is_closed_to_the_desk(self, house: House, eva: Who) -> None:
        proven(house, eva)
        house.desk.do(Unreachable(eva.chat))
        assert [chat.channel for chat in house.desk.look(ChatsOf(eva.customer))] == ["mail"]

    def test_leaves_out_mail_where_none_is_sent(self, house: House, eva: Who) -> None:
        proven(house, eva)
        house.rules[PeopleRules] = PeopleRules(mail=False)
        assert [chat.channel for chat in house.desk.look(ChatsOf(eva.customer))] == ["terminal"]

    def test_is_nowhere_for_a_caller_without_anything(self, house: House, giulia: Who) -> None:
        caller = house.desk.do(RegisterCaller(giulia, "Ada"))
        assert house.desk.look(ChatsOf(caller.id)) == []


def test_nobody_has_an_id_that_was_never_given(house: House) -> None:
    with pytest.raises(UnknownCustomer):
        house.desk.look(CustomerOf(CustomerId(99)))
    with pytest.raises(UnknownColleague):
        house.desk.look(OperatorOf(OperatorId(99)))
