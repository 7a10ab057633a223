"""Who acts in a room of the desk, and who may no more."""

import pytest

from core.errors import NotYours, UnknownColleague
from core.ids import OperatorId
from core.notices.chats import meet
from core.notices.facts import line
from core.notices.outbox import Kind, Unreachable
from core.people.access import demand_lead
from core.people.commands import Meet
from core.people.queries import Colleagues, OperatorOf, Subscribers
from core.people.rules import PeopleRules
from core.people.staff import Enroll, LetIn, Revoke, StandDown, Subscribe
from core.people.tables import operators
from core.people.who import DESK
from tests.house import House
from tests.people.acting import count, refused


class TestEnrolling:
    def test_makes_an_operator_of_whoever_acts_in_the_room(self, house: House) -> None:
        giulia = house.operator("Giulia")
        known = house.desk.look(OperatorOf(giulia.operator))
        assert (known.name, known.lead, known.warnings, known.active) == ("Giulia", False, False, True)

    def test_keeps_a_name_that_is_one_line(self, house: House) -> None:
        giulia = house.operator("Giulia\nSportello: ")
        assert house.desk.look(OperatorOf(giulia.operator)).name == "Giulia Sportello:"

    def test_is_told_to_the_leads(self, house: House) -> None:
        giulia = house.operator("Giulia")
        (parcel,) = house.posted()
        assert (parcel.kind, parcel.chat.address) == (Kind.ALERT, "#leads")
        assert parcel.lines == (line("operator-enrolled", operator=giulia.operator, lead=False),)

    def test_happens_at_the_first_act_only(self, house: House) -> None:
        house.operator("Giulia")
        house.operator("Giulia")
        assert count(house, operators) == 1
        assert len(house.posted()) == 1

    def test_in_the_leads_room_makes_a_lead(self, house: House) -> None:
        assert house.desk.look(OperatorOf(house.operator("Marco", lead=True).operator)).lead

    def test_in_the_leads_room_makes_a_lead_of_an_operator(self, house: House) -> None:
        giulia = house.operator("Giulia")
        house.posted()
        again = house.operator("Giulia", lead=True)
        assert again.operator == giulia.operator
        assert house.desk.look(OperatorOf(giulia.operator)).lead
        assert house.posted()[0].lines == (line("operator-enrolled", operator=giulia.operator, lead=True),)

    def test_in_the_operators_room_leaves_a_lead_what_they_are(self, house: House) -> None:
        marco = house.operator("Marco", lead=True)
        house.operator("Marco")
        assert house.desk.look(OperatorOf(marco.operator)).lead


class TestAnExplicitList:
    def rules(self, **lists: tuple[str, ...]) -> PeopleRules:
        return PeopleRules(**lists)

    def test_lets_in_who_is_on_it(self, house: House) -> None:
        house.rules[PeopleRules] = self.rules(operators=("terminal:giulia",))
        assert house.operator("Giulia").operator

    def test_lets_in_nobody_else(self, house: House) -> None:
        house.rules[PeopleRules] = self.rules(operators=("terminal:giulia",))
        with pytest.raises(NotYours):
            house.operator("Marco")

    def test_knows_people_by_channel(self, house: House) -> None:
        house.rules[PeopleRules] = self.rules(operators=("telegram:giulia",))
        with pytest.raises(NotYours):
            house.operator("Giulia")

    def test_shuts_out_an_operator_who_was_taken_off_it(self, house: House) -> None:
        house.operator("Giulia")
        house.rules[PeopleRules] = self.rules(operators=("terminal:marco",))
        with pytest.raises(NotYours):
            house.operator("Giulia")

    def test_of_leads_leaves_the_operators_room_open(self, house: House) -> None:
        house.rules[PeopleRules] = self.rules(leads=("terminal:marco",))
        assert house.operator("Giulia").operator
        with pytest.raises(NotYours):
            house.operator("Giulia", lead=True)

    def test_of_operators_alone_counts_in_the_leads_room_too(self, house: House) -> None:
        house.rules[PeopleRules] = self.rules(operators=("terminal:giulia",))
        with pytest.raises(NotYours):
            house.operator("Marco", lead=True)

    def test_of_leads_counts_in_the_operators_room_too(self, house: House) -> None:
        house.rules[PeopleRules] = self.rules(operators=("terminal:giulia",), leads=("terminal:marco",))
        assert house.operator("Marco").operator


class TestRevoking:
    def test_shuts_somebody_out(self, house: House) -> None:
        giulia, marco = house.operator("Giulia"), house.operator("Marco", lead=True)
        assert not house.desk.do(Revoke(marco, giulia.operator)).active
        refused(house, Enroll(giulia.identity, "Giulia"), NotYours)
        refused(house, Subscribe(giulia, on=True), NotYours)

    def test_shuts_out_even_from_the_leads_room(self, house: House) -> None:
        giulia, marco = house.operator("Giulia"), house.operator("Marco", lead=True)
        house.desk.do(Revoke(marco, giulia.operator))
        refused(house, Enroll(giulia.identity, "Giulia", lead=True), NotYours)

    def test_is_undone_by_a_lead(self, house: House) -> None:
        giulia, marco = house.operator("Giulia"), house.operator("Marco", lead=True)
        house.desk.do(Revoke(marco, giulia.operator))
        assert house.desk.do(LetIn(marco, giulia.operator)).active
        assert house.operator("Giulia").operator == giulia.operator

    def test_is_for_leads(self, house: House) -> None:
        giulia, ada = house.operator("Giulia"), house.operator("Ada")
        refused(house, Revoke(giulia, ada.operator), NotYours)
        refused(house, LetIn(giulia, ada.operator), NotYours)

    def test_is_for_a_lead_wherever_they_act(self, house: House) -> None:
        giulia = house.operator("Giulia")
        house.operator("Marco", lead=True)
        in_the_operators_room = house.operator("Marco")
        assert not house.desk.do(Revoke(in_the_operators_room, giulia.operator)).active

    def test_is_not_for_a_lead_who_was_revoked(self, house: House) -> None:
        giulia = house.operator("Giulia")
        marco, ada = house.operator("Marco", lead=True), house.operator("Ada", lead=True)
        house.desk.do(Revoke(ada, marco.operator))
        refused(house, Revoke(marco, giulia.operator), NotYours)

    def test_is_not_for_customers(self, house: House) -> None:
        giulia = house.operator("Giulia")
        refused(house, Revoke(house.stranger("Eva"), giulia.operator), NotYours)

    def test_oneself_is_not_possible(self, house: House) -> None:
        marco = house.operator("Marco", lead=True)
        refused(house, Revoke(marco, marco.operator), NotYours)

    def test_nobody_is_an_error(self, house: House) -> None:
        refused(house, Revoke(house.operator("Marco", lead=True), OperatorId(99)), UnknownColleague)

    def test_takes_somebody_off_the_list_of_colleagues(self, house: House) -> None:
        giulia, marco = house.operator("Giulia"), house.operator("Marco", lead=True)
        assert [one.name for one in house.desk.look(Colleagues())] == ["Giulia", "Marco"]
        house.desk.do(Revoke(marco, giulia.operator))
        assert [one.name for one in house.desk.look(Colleagues())] == ["Marco"]


class TestSubscribing:
    def test_has_warnings_sent_to_one_s_own_chat(self, house: House) -> None:
        giulia = house.operator("Giulia")
        with house.desk.turn() as tx:
            chat = meet(tx, "terminal", "giulia", language="it")
        house.desk.do(Meet("terminal", "giulia", "Giulia", "it", chat=chat.id))
        assert house.desk.look(Subscribers()) == []
        assert house.desk.do(Subscribe(giulia, on=True)).warnings
        assert house.desk.look(Subscribers()) == [chat]
        house.desk.do(Unreachable(chat.id))
        assert house.desk.look(Subscribers()) == []

    def test_ends(self, house: House) -> None:
        giulia = house.operator("Giulia")
        house.desk.do(Subscribe(giulia, on=True))
        assert not house.desk.do(Subscribe(giulia, on=False)).warnings

    def test_is_for_operators(self, house: House) -> None:
        refused(house, Subscribe(house.stranger("Eva"), on=True), NotYours)


class TestStandingDown:
    def test_makes_an_operator_of_a_lead_until_they_act_in_the_leads_room_again(self, house: House) -> None:
        marco = house.operator("Marco", lead=True)
        house.desk.do(StandDown("terminal", "marco"))
        assert not house.desk.look(OperatorOf(marco.operator)).lead
        house.operator("Marco", lead=True)
        assert house.desk.look(OperatorOf(marco.operator)).lead

    @pytest.mark.parametrize("wholly", [True, False])
    def test_ends_the_warnings_of_who_is_in_no_room_at_all(self, house: House, wholly: bool) -> None:
        giulia = house.operator("Giulia")
        house.desk.do(Subscribe(giulia, on=True))
        house.desk.do(StandDown("terminal", "giulia", wholly=wholly))
        assert house.desk.look(OperatorOf(giulia.operator)).warnings is not wholly

    def test_is_nothing_to_others(self, house: House) -> None:
        marco = house.operator("Marco", lead=True)
        house.desk.do(StandDown("terminal", "giulia", wholly=True))
        house.desk.do(StandDown("slack", "marco", wholly=True))
        assert house.desk.look(OperatorOf(marco.operator)).lead


def test_the_desk_itself_may_do_what_a_lead_may(house: House) -> None:
    with house.desk.turn() as tx:
        assert demand_lead(tx, DESK, "revoke") is None
