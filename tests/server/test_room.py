"""Admission and the waiting room."""

from server.room import Room


def test_people_go_in_by_order_of_arrival_as_slots_come_free() -> None:
    room = Room(max_live=2, max_waiting=10)
    for session in (1, 2, 3, 4):
        room.arrive(session)
    assert room.promote(0) == [1, 2]
    assert (room.place(3), room.place(4)) == (1, 2)
    room.leave(1, 60_000)
    assert room.promote(60_000) == [3]
    assert room.place(4) == 1


def test_who_leaves_the_waiting_room_makes_place() -> None:
    room = Room(max_live=0, max_waiting=10)
    for session in (1, 2, 3):
        room.arrive(session)
    room.leave(2, 0)
    assert room.places() == [(1, 1), (3, 2)]


def test_the_estimate_follows_how_long_people_really_stay() -> None:
    room = Room(max_live=1, max_waiting=10)
    first = room.estimate_s(1)
    for session in range(30):
        room.arrive(session)
        room.promote(session * 10_000)
        room.leave(session, (session + 1) * 10_000)
    assert first == 90
    assert room.estimate_s(1) == 10
    assert room.estimate_s(3) == 30


def test_it_is_full_when_nobody_more_may_wait() -> None:
    room = Room(max_live=1, max_waiting=1)
    assert not room.full
    room.arrive(1)
    room.promote(0)
    assert not room.full
    room.arrive(2)
    assert room.full


def test_a_smaller_room_turns_nobody_out() -> None:
    room = Room(max_live=2, max_waiting=10)
    for session in (1, 2):
        room.arrive(session)
    room.promote(0)
    room.max_live = 1
    assert room.live == 2
    room.arrive(3)
    room.leave(1, 0)
    assert room.promote(0) == []
