"""Meeting somebody, and making them a customer."""

from dataclasses import replace

import pytest

from core.errors import AddressRefused, AlreadyKnown, NotYours, TooMuch, UnknownCustomer
from core.ids import CustomerId
from core.notices.chats import meet
from core.people.codes import read_code
from core.people.commands import ChooseLanguage, MarkLanguageOffered, Meet, Register, RegisterCaller, Vouch
from core.people.queries import AddressToProve, ChatsOf, CustomerOf, FindCustomer, Identities
from core.people.rules import PeopleRules
from core.people.staff import Revoke
from core.people.tables import customers, identities
from tests.house import House
from tests.people.acting import count, mailed, proven, refused, registered


class TestMeeting:
    def test_writes_down_who_is_new(self, house: House) -> None:
        met = house.desk.do(Meet("telegram", "77", "Eva", "it"))
        assert (met.channel, met.address, met.name, met.language, met.customer) == ("telegram", "77", "Eva", "it", None)

    def test_finds_who_is_known(self, house: House) -> None:
        met = house.desk.do(Meet("telegram", "77", "Eva", "it"))
        assert house.desk.do(Meet("telegram", "77", "Eva", "en")) == met

    def test_tells_one_channel_s_people_from_another_s(self, house: House) -> None:
        same_number = [Meet("telegram", "77", "Eva", "it"), Meet("slack", "77", "Ugo", "it", "T1")]
        same_number.append(Meet("slack", "77", "Ada", "it", "T2"))
        assert len({house.desk.do(one).id for one in same_number}) == 3

    def test_keeps_the_name_up_to_date(self, house: House) -> None:
        house.desk.do(Meet("telegram", "77", "Eva", "it"))
        assert house.desk.do(Meet("telegram", "77", "Eva Rossi", "it")).name == "Eva Rossi"
        assert house.desk.do(Meet("telegram", "77", "", "it")).name == "Eva Rossi"

    def test_keeps_the_chat_up_to_date(self, house: House) -> None:
        house.desk.do(Meet("telegram", "77", "Eva", "it"))
        with house.desk.turn() as tx:
            chat = meet(tx, "telegram", "77", language="it")
        assert house.desk.do(Meet("telegram", "77", "Eva", "it", chat=chat.id)).chat == chat.id
        assert house.desk.do(Meet("telegram", "77", "Eva", "it")).chat == chat.id

    def test_keeps_no_name_that_is_a_novel(self, house: House) -> None:
        assert len(house.desk.do(Meet("telegram", "77", "E" * 5000, "it")).name) == 300

    def test_keeps_no_name_that_a_store_can_t(self, house: House) -> None:
        assert house.desk.do(Meet("telegram", "77", "E\0v\ud800a\n", "it")).name == "Eva"


class TestRegistering:
    def test_makes_a_customer_of_the_identity(self, house: House) -> None:
        eva = house.stranger("Eva")
        known = house.desk.do(
            Register(eva, "Eva Rossi", "Eva@example.org", "333 1234567", "Studio", "CONDAFNE", "it", consent=True)
        )
        assert read_code(known.code) == known.code
        assert (known.name, known.email, known.phone) == ("Eva Rossi", "Eva@example.org", "333 1234567")
        assert (known.organisation, known.website, known.language) == ("Studio", "CONDAFNE", "it")
        assert known.consented_at == house.now
        assert [one.id for one in house.desk.look(Identities(known.id))] == [eva.identity]

    def test_leaves_the_address_unproven(self, house: House) -> None:
        eva = registered(house, house.stranger("Eva"), "eva@example.org")
        assert not house.desk.look(CustomerOf(eva.customer)).proven
        assert house.desk.look(AddressToProve(eva)) == "eva@example.org"

    def test_mails_a_code(self, house: House) -> None:
        registered(house, house.stranger("Eva"), "eva@example.org")
        assert len(mailed(house, "eva@example.org")) == 6

    def test_mails_nothing_that_somebody_typed(self, house: House) -> None:
        registered(house, house.stranger("Eva"), "victim@example.org", organisation="buy at evil.example")
        lines = [line for parcel in house.posted() for line in parcel.lines]
        assert [(line.message, set(line.facts)) for line in lines] == [("mailed-code", {"secret", "minutes"})]

    def test_mails_nothing_where_no_mail_is_sent(self, house: House) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=False)
        eva = registered(house, house.stranger("Eva"), "eva@example.org")
        assert house.posted() == []
        assert house.desk.look(AddressToProve(eva)) is None

    def test_happens_once(self, house: House) -> None:
        eva = registered(house, house.stranger("Eva"), "eva@example.org")
        code = house.desk.look(CustomerOf(eva.customer)).code
        assert refused(house, Register(eva, "Eva", "other@example.org"), AlreadyKnown).facts == {"code": code}

    def test_says_which_answer_is_no_address(self, house: House) -> None:
        refusal = refused(house, Register(house.stranger("Eva"), "Eva", "eva@studio,it"), AddressRefused)
        assert (refusal.field, refusal.facts) == ("person.email", {"given": "eva@studio,it"})

    def test_demands_an_address(self, house: House) -> None:
        refused(house, Register(house.stranger("Eva"), "Eva", ""), AddressRefused)

    @pytest.mark.parametrize("field", ["name", "phone", "organisation", "website"])
    def test_says_which_answer_is_too_long(self, house: House, field: str) -> None:
        form = Register(house.stranger("Eva"), "Eva", "eva@example.org")
        refusal = refused(house, replace(form, **{field: "1" * 301}), TooMuch)
        assert refusal.field == f"person.{field}"
        assert count(house, customers) == 0

    def test_never_tells_that_somebody_has_the_address(self, house: House) -> None:
        eva = proven(house, registered(house, house.stranger("Eva"), "eva@example.org"))
        ugo = registered(house, house.stranger("Ugo"), "EVA@example.org")
        assert ugo.customer != eva.customer
        assert house.desk.look(AddressToProve(ugo)) == "EVA@example.org"

    def test_works_however_many_codes_others_asked_for(self, house: House) -> None:
        house.rules[PeopleRules] = PeopleRules(mail=True, codes_an_hour_to_an_address=1)
        registered(house, house.stranger("Ugo"), "eva@example.org")
        eva = registered(house, house.stranger("Eva"), "eva@example.org")
        assert house.desk.look(AddressToProve(eva)) == "eva@example.org"
        assert len(house.posted()) == 1

    def test_gives_everybody_another_code(self, house: House) -> None:
        people = [registered(house, house.stranger(f"P{n}"), f"p{n}@example.org") for n in range(50)]
        assert len({house.desk.look(CustomerOf(who.customer)).code for who in people}) == 50


class Loaded:
    """Chance that draws the same code twice before it draws another."""

    def __init__(self) -> None:
        self.drawn = [0] * 10 + [5] * 5

    def below(self, n: int) -> int:
        return self.drawn.pop(0)

    def digits(self, n: int) -> str:
        return "1" * n


def test_a_code_that_is_taken_is_drawn_again(house: House) -> None:
    giulia = house.operator("Giulia")
    house.desk.chance = Loaded()
    first = house.desk.do(RegisterCaller(giulia, "Eva"))
    second = house.desk.do(RegisterCaller(giulia, "Ugo"))
    assert first.code != second.code


class TestACaller:
    def test_is_registered_by_an_operator(self, house: House) -> None:
        giulia = house.operator("Giulia")
        eva = house.desk.do(RegisterCaller(giulia, "Eva Rossi", "eva@example.org", "06 12345678", consent=True))
        assert not eva.proven
        assert house.desk.look(FindCustomer(giulia, "0612345678")) == [eva]

    def test_is_not_registered_by_anybody_else(self, house: House) -> None:
        refused(house, RegisterCaller(house.stranger("Eva"), "Eva"), NotYours)

    def test_is_not_registered_by_an_operator_who_was_revoked(self, house: House) -> None:
        giulia, marco = house.operator("Giulia"), house.operator("Marco", lead=True)
        house.desk.do(Revoke(marco, giulia.operator))
        refused(house, RegisterCaller(giulia, "Eva"), NotYours)

    def test_may_have_no_address(self, house: House) -> None:
        eva = house.desk.do(RegisterCaller(house.operator("Giulia"), "Eva", vouched=True))
        assert (eva.email, eva.proven) == (None, False)

    def test_has_a_proven_address_where_the_operator_vouches(self, house: House) -> None:
        giulia = house.operator("Giulia")
        eva = house.desk.do(RegisterCaller(giulia, "Eva", "eva@example.org", vouched=True))
        assert (eva.proven, eva.vouched_by) == (True, giulia.operator)
        assert [chat.address for chat in house.desk.look(ChatsOf(eva.id))] == ["eva@example.org"]

    def test_who_is_known_already_is_named_to_the_operator(self, house: House) -> None:
        eva = proven(house, registered(house, house.stranger("Eva"), "eva@example.org"))
        refusal = refused(house, RegisterCaller(house.operator("Giulia"), "Eva", "Eva@EXAMPLE.org"), AlreadyKnown)
        assert refusal.facts == {"code": house.desk.look(CustomerOf(eva.customer)).code}

    def test_with_a_slip_in_the_address_is_asked_again(self, house: House) -> None:
        refusal = refused(house, RegisterCaller(house.operator("Giulia"), "Eva", "eva@x"), AddressRefused)
        assert refusal.field == "caller.email"


class TestVouching:
    def test_proves_the_address_and_says_by_whom(self, house: House) -> None:
        giulia, eva = house.operator("Giulia"), registered(house, house.stranger("Eva"), "eva@example.org")
        known = house.desk.do(Vouch(giulia, eva.customer))
        assert (known.proven, known.vouched_by) == (True, giulia.operator)

    def test_changes_nothing_where_a_code_came_back(self, house: House) -> None:
        eva = proven(house, registered(house, house.stranger("Eva"), "eva@example.org"))
        assert house.desk.do(Vouch(house.operator("Giulia"), eva.customer)).vouched_by is None

    def test_is_for_operators(self, house: House) -> None:
        eva = registered(house, house.stranger("Eva"), "eva@example.org")
        refused(house, Vouch(eva, eva.customer), NotYours)

    def test_needs_an_address(self, house: House) -> None:
        giulia = house.operator("Giulia")
        eva = house.desk.do(RegisterCaller(giulia, "Eva"))
        refused(house, Vouch(giulia, eva.id), AddressRefused)

    def test_does_not_take_another_s_address(self, house: House) -> None:
        proven(house, registered(house, house.stranger("Eva"), "eva@example.org"))
        ugo = registered(house, house.stranger("Ugo"), "eva@example.org")
        refused(house, Vouch(house.operator("Giulia"), ugo.customer), AlreadyKnown)

    def test_of_nobody_is_refused(self, house: House) -> None:
        refused(house, Vouch(house.operator("Giulia"), CustomerId(99)), UnknownCustomer)


class TestTheLanguage:
    def test_is_the_person_s_on_all_their_channels(self, house: House) -> None:
        eva = proven(house, registered(house, house.stranger("Eva"), "eva@example.org"))
        house.desk.do(ChooseLanguage(eva, "en"))
        assert house.desk.look(CustomerOf(eva.customer)).language == "en"
        assert [one.language for one in house.desk.look(Identities(eva.customer))] == ["en"]
        assert [chat.language for chat in house.desk.look(ChatsOf(eva.customer))] == ["en", "en"]

    def test_can_be_chosen_before_registering(self, house: House) -> None:
        eva = house.stranger("Eva")
        house.desk.do(ChooseLanguage(eva, "en"))
        assert house.desk.do(Meet("terminal", "eva", "Eva", "it")).language == "en"

    def test_of_a_room_is_not_one_person_s(self, house: House) -> None:
        giulia = house.operator("Giulia")
        house.desk.do(Meet("terminal", "giulia", "Giulia", "it", chat=giulia.chat))
        house.desk.do(ChooseLanguage(giulia, "en"))
        with house.desk.turn() as tx:
            assert meet(tx, "terminal", "#operators", language="it").language == "it"

    def test_is_not_told_by_mail_before_the_address_is_proven(self, house: House) -> None:
        eva = registered(house, house.stranger("Eva"), "eva@example.org")
        house.desk.do(ChooseLanguage(eva, "en"))
        with house.desk.turn() as tx:
            assert meet(tx, "mail", "eva@example.org", language="en").language == "it"

    def test_the_other_one_is_offered_once(self, house: House) -> None:
        eva = house.stranger("Eva")
        house.desk.do(MarkLanguageOffered(eva))
        assert house.desk.do(Meet("terminal", "eva", "Eva", "it")).language_offered
        assert count(house, identities) == 1
