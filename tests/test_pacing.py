"""The pacer alone, on a clock that is pushed by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.adapters.channel import Rate
from bot.pacing import Pacer
from core.ids import ChatId
from core.notices.chats import Chat

GROUP = Rate(5, timedelta(seconds=60), spared=2)
OVERALL = Rate(3, timedelta(seconds=1))


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def a_chat(id_: int = 1, channel: str = "wire") -> Chat:
    return Chat(ChatId(id_), channel, "", str(id_), None, None, "en", True)


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def pacer(clock: Seconds) -> Pacer:
    return Pacer(clock)


def send(pacer: Pacer, to: Chat, rate: Rate | None = None, *, times: int = 1) -> None:
    for _ in range(times):
        pacer.sets_off(to, rate)
        pacer.lands(to)


class TestOneAtATime:
    def test_a_chat_is_busy_until_what_is_under_way_to_it_has_landed(self, pacer: Pacer) -> None:
        pacer.sets_off(a_chat(1))
        assert pacer.gate(16).closed.busy == {1}
        pacer.lands(a_chat(1))
        assert pacer.gate(16).closed.busy == frozenset()

    def test_only_a_landing_opens_it(self, pacer: Pacer) -> None:
        pacer.sets_off(a_chat(1))
        assert pacer.gate(16).opens_in is None


class TestRests:
    def test_a_chat_that_asked_to_wait_is_left_alone_that_long(self, pacer: Pacer, clock: Seconds) -> None:
        pacer.rests(a_chat(1), timedelta(seconds=30))
        assert (pacer.gate(16).closed.busy, pacer.gate(16).opens_in) == ({1}, 30.0)
        clock.now += 30
        assert (pacer.gate(16).closed.busy, pacer.gate(16).opens_in) == (frozenset(), None)

    def test_a_shorter_rest_does_not_end_a_longer_one(self, pacer: Pacer, clock: Seconds) -> None:
        pacer.rests(a_chat(1), timedelta(seconds=30))
        pacer.rests(a_chat(1), timedelta(seconds=5))
        clock.now += 29
        assert pacer.gate(16).closed.busy == {1}


class TestRates:
    def test_a_chat_that_took_much_is_tired_and_one_that_took_all_is_busy(self, pacer: Pacer) -> None:
        states = []
        for _ in range(6):
            closed = pacer.gate(16).closed
            states.append("busy" if closed.busy else "tired" if closed.tired else "open")
            send(pacer, a_chat(1), GROUP)
        assert states == ["open", "open", "open", "tired", "tired", "busy"]

    def test_it_recovers_as_its_messages_grow_old(self, pacer: Pacer, clock: Seconds) -> None:
        for _ in range(5):
            send(pacer, a_chat(1), GROUP)
            clock.now += 10
        assert pacer.gate(16).opens_in == 10.0
        clock.now += 10
        assert pacer.gate(16).closed.tired == {1}
        assert pacer.gate(16).opens_in == 20.0
        clock.now += 20
        assert (pacer.gate(16).closed.tired, pacer.gate(16).opens_in) == (frozenset(), None)

    def test_in_no_stretch_of_the_window_are_there_more_than_the_rate(self, pacer: Pacer, clock: Seconds) -> None:
        sent: list[float] = []
        for _ in range(500):
            gate = pacer.gate(16)
            if not gate.closed.busy:
                send(pacer, a_chat(1), GROUP)
                sent.append(clock.now)
            clock.now += 0.7
        assert all(later - earlier >= 60 for earlier, later in zip(sent, sent[5:], strict=False))
        assert len(sent) >= 5 * 500 * 0.7 / 60 - 5

    def test_a_text_that_was_split_counts_for_all_its_parts(self, pacer: Pacer) -> None:
        pacer.sets_off(a_chat(1), GROUP)
        pacer.lands(a_chat(1), messages=5)
        assert pacer.gate(16).closed.busy == {1}

    def test_other_chats_have_nothing_to_do_with_it(self, pacer: Pacer) -> None:
        send(pacer, a_chat(1), GROUP, times=5)
        send(pacer, a_chat(2), GROUP)
        assert pacer.gate(16).closed.busy == {1}

    def test_where_no_rate_is_known_there_is_none(self, pacer: Pacer) -> None:
        send(pacer, a_chat(1), times=1000)
        assert (pacer.gate(16).closed.busy, pacer.known) == (frozenset(), 0)


class TestAllTogether:
    def test_no_more_set_off_than_the_channel_takes(self, clock: Seconds) -> None:
        pacer = Pacer(clock, {"wire": OVERALL})
        send(pacer, a_chat(1))
        assert pacer.gate(16).most == 2

    def test_what_is_under_way_counts_as_well(self, clock: Seconds) -> None:
        pacer = Pacer(clock, {"wire": OVERALL})
        for n in range(3):
            pacer.sets_off(a_chat(n))
        assert pacer.gate(16).closed.busy_channels == {"wire"}

    def test_a_channel_that_took_all_is_closed_and_others_go_on(self, clock: Seconds) -> None:
        pacer = Pacer(clock, {"wire": OVERALL})
        send(pacer, a_chat(1), times=3)
        send(pacer, a_chat(2, "elsewhere"))
        gate = pacer.gate(16)
        assert (gate.closed.busy_channels, gate.most, gate.opens_in) == ({"wire"}, 16, 1.0)
        clock.now += 1
        assert pacer.gate(16).closed.busy_channels == frozenset()

    def test_a_channel_keeps_what_it_spares_for_what_is_urgent(self, clock: Seconds) -> None:
        pacer = Pacer(clock, {"wire": Rate(4, timedelta(seconds=1), spared=2)})
        states = []
        for _ in range(5):
            gate = pacer.gate(16)
            states.append((gate.most, gate.closed.tired_channels, gate.closed.busy_channels))
            send(pacer, a_chat(1))
        none, wire = frozenset[str](), frozenset({"wire"})
        assert states == [(2, none, none), (1, none, none), (2, wire, none), (1, wire, none), (16, none, wire)]


def test_of_places_that_nothing_is_sent_to_nothing_is_kept(pacer: Pacer, clock: Seconds) -> None:
    for n in range(10_000):
        send(pacer, a_chat(n), Rate(1, timedelta(seconds=1)))
        pacer.rests(a_chat(n), timedelta(seconds=2))
        clock.now += 0.05
        pacer.gate(16)
    assert pacer.known < 100
    clock.now += 60
    pacer.gate(16)
    assert pacer.known == 0
