"""Pictures wait for a curator, each for its own visitor, and nobody is forgotten without a word."""

from __future__ import annotations

import pytest

from server.approvals import Approvals, ApprovalsFullError


class Told:
    """A visitor's session that hears what was decided."""

    def __init__(self) -> None:
        self.heard: list[bool] = []

    def __call__(self, approved: bool) -> None:
        self.heard.append(approved)


@pytest.fixture
def approvals() -> Approvals:
    return Approvals(lambda: 1000.0, most=3)


def hold(approvals: Approvals, exhibition: str = "rooms", told: Told | None = None) -> str:
    return approvals.hold(exhibition, "wave", "The wave", "calm blue", picture=b"\xff\xd8\xff", decided=told or Told())


def test_one_that_waits_is_seen_with_its_words_and_its_station(approvals: Approvals) -> None:
    held_id = hold(approvals)
    held = approvals.waiting("rooms")[0]
    assert (held.id, held.station_title, held.words, held.since_ms) == (held_id, "The wave", "calm blue", 1000.0)
    assert approvals.get(held_id) is held


@pytest.mark.parametrize("approve", [True, False])
def test_what_is_decided_is_heard_by_its_visitor_alone_and_once(approvals: Approvals, approve: bool) -> None:
    one, other = Told(), Told()
    held_id = hold(approvals, told=one)
    hold(approvals, told=other)
    assert approvals.decide(held_id, approve=approve)
    assert not approvals.decide(held_id, approve=not approve)
    assert (one.heard, other.heard) == ([approve], [])


def test_one_whose_visitor_left_cannot_be_decided_any_more(approvals: Approvals) -> None:
    told = Told()
    held_id = hold(approvals, told=told)
    approvals.withdraw(held_id)
    approvals.withdraw(held_id)
    assert not approvals.decide(held_id, approve=True)
    assert (told.heard, approvals.waiting(), approvals.get(held_id)) == ([], [], None)


def test_exhibitions_have_queues_of_their_own_the_longest_waiting_first(approvals: Approvals) -> None:
    first, _, third = hold(approvals), hold(approvals, "garden"), hold(approvals)
    assert [held.id for held in approvals.waiting("rooms")] == [first, third]
    assert len(approvals.waiting()) == 3


def test_a_full_queue_refuses_the_next_one_and_loses_none(approvals: Approvals) -> None:
    ids = [hold(approvals) for _ in range(3)]
    with pytest.raises(ApprovalsFullError, match="at most 3 pictures"):
        hold(approvals)
    assert [held.id for held in approvals.waiting()] == ids
