"""Whose picture is made next: the newest wish of each visitor, and no more than a share for anybody."""

from __future__ import annotations

import itertools

import pytest

from exhibit.dream import Mark
from server.dreams.job import Job
from server.dreams.lane import DreamLane, StationBusyError

_numbers = itertools.count(1)


def job(session: int, revision: int = 1, station: str = "harbour") -> Job:
    return Job(next(_numbers), session, 1, revision, ("winter", station), "blue", "blue", 7, Mark.BOTTOM_RIGHT)


def taken(lane: DreamLane, count: int = 1) -> list[int]:
    return [one.session for one in lane.take(count)]


def test_the_first_to_come_is_the_first_to_be_served() -> None:
    lane = DreamLane(9)
    for session in (3, 1, 2):
        lane.offer(job(session))
    assert lane.sessions() == [3, 1, 2]
    assert taken(lane, 2) == [3, 1]
    assert taken(lane, 9) == [2]
    assert taken(lane) == []


def test_a_newer_wish_takes_the_place_of_the_older_one() -> None:
    lane = DreamLane(9)
    older = job(1, revision=1)
    lane.offer(older)
    lane.offer(job(2))
    assert lane.offer(job(1, revision=2)) is older
    assert (lane.sessions(), len(lane)) == ([1, 2], 2)
    assert [one.revision for one in lane.take(1)] == [2]


def test_a_hundred_wishes_of_one_visitor_delay_another_by_one_picture() -> None:
    lane = DreamLane(9)
    served = []
    lane.offer(job(1))
    lane.offer(job(2))
    for _ in range(100):
        served += taken(lane)
        lane.offer(job(served[-1]))
    assert served[:4] == [1, 2, 1, 2]
    assert abs(served.count(1) - served.count(2)) <= 1


def test_a_newcomer_waits_for_nobody_who_had_many() -> None:
    lane = DreamLane(9)
    for _ in range(5):
        lane.offer(job(1))
        lane.take(1)
    lane.offer(job(1))
    lane.offer(job(2))
    assert taken(lane) == [2]


def test_whoever_stayed_away_has_saved_nothing_up() -> None:
    lane = DreamLane(9)
    for _ in range(5):
        lane.offer(job(1))
        lane.take(1)
    served = []
    lane.offer(job(1))
    lane.offer(job(2))
    for _ in range(6):
        served += taken(lane)
        lane.offer(job(served[-1]))
    assert sorted(served) == [1, 1, 1, 2, 2, 2]


def test_a_station_takes_so_many_and_another_one_its_own() -> None:
    lane = DreamLane(2)
    lane.offer(job(1))
    lane.offer(job(2))
    with pytest.raises(StationBusyError):
        lane.offer(job(3))
    lane.offer(job(2, revision=2))
    lane.offer(job(3, station="valley"))
    assert lane.sessions() == [1, 2, 3]


def test_what_a_dead_process_had_in_hand_comes_first_again() -> None:
    lane = DreamLane(9)
    lane.offer(job(1))
    (lost,) = lane.take(1)
    lane.offer(job(2))
    lane.put_back(lost)
    assert lane.sessions() == [1, 2]


def test_but_not_where_the_visitor_has_wished_for_another_picture() -> None:
    lane = DreamLane(9)
    lane.offer(job(1))
    (lost,) = lane.take(1)
    lane.offer(job(1, revision=2))
    lane.put_back(lost)
    assert [one.revision for one in lane.take(9)] == [2]


def test_who_leaves_leaves_nothing_behind() -> None:
    lane = DreamLane(9)
    lane.offer(job(1))
    lane.forget(1)
    assert lane.withdraw(1) is None
    assert (len(lane), lane.sessions()) == (0, [])
