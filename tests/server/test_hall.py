"""The hall with phones that are lists and a worker that only takes notes."""

from __future__ import annotations

from typing import Any, cast

import pytest
from hall_house import EXHIBITION, STATION, House, frame

from exhibit.protocol import Frame, Set, Telemetry
from exhibit.refusal import Refusal, Refused
from server.config import RoomConfig
from server.costs import Size
from server.link import Link


def refusal(house: House, **hello: Any) -> Refusal:
    with pytest.raises(Refused) as caught:
        house.enter(**hello)
    return caught.value.refusal


def test_a_visitor_is_welcomed_then_live() -> None:
    visitor, phone = House().enter()
    assert [m["type"] for m in phone.told] == ["welcome", "status"]
    assert phone.told[0]["station"]["title"] == STATION.title.in_language("en", "en")
    assert phone.told[0]["resume"] == visitor.session.token
    assert phone.states == ["live"]


def test_a_frame_comes_back_painted_with_its_own_number_and_time() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.choose(visitor, Set(3, {"great_wave": 1.0}, 0.5))
    house.hall.take(visitor, frame(7))
    (row,) = house.submitted[0][1]["rows"]
    assert (row["weights"], row["strength"]) == ({"great_wave": 1.0}, 0.5)
    house.answer()
    assert [(o.seq, o.revision, o.picture) for o in phone.shown] == [(7, 3, b"painted")]


def test_while_the_worker_is_busy_only_the_newest_frame_waits() -> None:
    house = House()
    visitor, phone = house.enter()
    for seq in (1, 2, 3, 4):
        house.hall.take(visitor, frame(seq))
    house.answer()
    house.answer()
    assert [o.seq for o in phone.shown] == [1, 4]
    assert house.tally.snapshot()["dropped"] == {"replaced": 2}


def test_nobody_is_let_in_before_an_engine_is_ready() -> None:
    house = House(frames_per_s=0)
    _, phone = house.enter()
    assert phone.states == ["waiting"]


def test_who_finds_the_room_full_waits_and_goes_in_when_somebody_leaves() -> None:
    house = House(room=RoomConfig(max_live=1, max_waiting=1))
    first, first_phone = house.enter()
    second, phone = house.enter()
    assert phone.told[-1] == {"type": "status", "state": "waiting", "place": 1, "estimate_s": 90}
    assert refusal(house) is Refusal.ROOM_FULL
    house.hall.leave(first, cast(Link, first_phone))
    assert phone.states == ["waiting", "live"]
    house.hall.take(second, frame(1))


def test_places_move_up_as_people_give_up() -> None:
    house = House(room=RoomConfig(max_live=1, max_waiting=9))
    house.enter()
    second, second_phone = house.enter()
    _, third_phone = house.enter()
    house.hall.leave(second, cast(Link, second_phone))
    house.hall.tick()
    assert [m["place"] for m in third_phone.told if m.get("state") == "waiting"] == [2, 1]


def test_a_lost_phone_comes_back_to_its_slot_and_settings() -> None:
    house = House(room=RoomConfig(max_live=1))
    visitor, phone = house.enter()
    house.hall.choose(visitor, Set(1, {"scream": 1.0}, 0.3))
    house.hall.lose(visitor, cast(Link, phone))
    house.now_ms = 29_000
    house.hall.tick()
    back, phone = house.enter(resume=visitor.session.token)
    assert back is visitor and phone.told[0]["resumed"] is True
    assert phone.told[0]["settings"]["style"] == {"scream": 1.0} and phone.told[0]["settings"]["strength"] == 0.3
    assert (house.hall.live, house.hall.waiting) == (1, 0)


def test_a_slot_is_free_again_when_its_phone_stays_away() -> None:
    house = House(room=RoomConfig(max_live=1))
    visitor, phone = house.enter()
    house.hall.lose(visitor, cast(Link, phone))
    house.now_ms = 30_100
    house.hall.tick()
    assert (house.hall.live, house.hall.register.away) == (0, 0)
    _, phone = house.enter(resume=visitor.session.token)
    assert phone.told[0]["resumed"] is False


def test_resuming_many_times_never_takes_a_second_slot() -> None:
    house = House()
    visitor, _ = house.enter()
    for _ in range(50):
        house.enter(resume=visitor.session.token)
    assert (house.hall.live, house.hall.waiting) == (1, 0)


def test_the_old_connection_of_a_resumed_session_is_closed_and_cannot_end_it() -> None:
    house = House()
    visitor, old = house.enter()
    _, new = house.enter(resume=visitor.session.token)
    assert old.ended is Refusal.RESUMED_ELSEWHERE
    house.hall.lose(visitor, cast(Link, old))
    house.hall.leave(visitor, cast(Link, old))
    house.hall.take(visitor, frame(1))
    house.answer()
    assert len(new.shown) == 1


def test_a_frame_of_the_lost_connection_is_not_answered_in_the_new_one() -> None:
    house = House()
    visitor, old = house.enter()
    house.hall.take(visitor, frame(9))
    _, new = house.enter(resume=visitor.session.token)
    house.answer()
    assert not old.shown and not new.shown


def test_a_token_opens_only_its_own_station() -> None:
    house = House()
    visitor, _ = house.enter()
    other, _ = house.enter(resume=visitor.session.token, station=EXHIBITION.stations[1].number)
    assert other is not visitor


def test_an_unknown_station_is_refused() -> None:
    assert refusal(House(), station=999) is Refusal.STATION_UNKNOWN


def test_a_picture_that_is_too_large_or_lies_about_its_size_is_refused() -> None:
    house = House()
    visitor, _ = house.enter()
    bomb = bytes.fromhex("ffd8ffc0001108753075300301110002110003110000")
    for seq, picture, expected in (
        (1, Frame(1, 0.0, 480, 360, bomb), Refusal.PICTURE_TOO_LARGE),
        (2, Frame(2, 0.0, 400, 360, frame(2).picture), Refusal.SIZE_MISMATCH),
        (3, Frame(3, 0.0, 480, 360, b"\xff\xd8\xff"), Refusal.BAD_PICTURE),
    ):
        with pytest.raises(Refused) as caught:
            house.hall.take(visitor, picture)
        assert (caught.value.refusal, caught.value.seq) == (expected, seq)
    assert not house.submitted


def test_a_picture_larger_than_asked_for_is_painted_at_the_size_asked_for() -> None:
    house = House()
    visitor, _ = house.enter()
    house.hall.take(visitor, frame(1, 1600, 1200))
    assert (house.submitted[0][1]["width"], house.submitted[0][1]["height"]) == (480, 360)


def test_a_phones_clock_that_stopped_in_its_sleep_is_set_anew() -> None:
    house = House()
    visitor, phone = house.enter()
    house.now_ms = 60_000
    house.hall.take(visitor, frame(1))
    assert phone.told[-1]["reason"] == "late"
    house.hall.hear(visitor, Telemetry(0, 0, 0, {}, now_ms=0.0))
    house.hall.take(visitor, frame(2))
    assert len(house.submitted) == 1


def test_a_lost_worker_costs_frames_and_says_so() -> None:
    house = House()
    visitor, phone = house.enter()
    house.hall.take(visitor, frame(1))
    house.worker.worker.on_lost()
    assert phone.told[-1] == {"type": "dropped", "seq": 1, "reason": "fault"}
    house.hall.take(visitor, frame(2))
    house.submitted.pop(0)
    house.answer()
    assert [o.seq for o in phone.shown] == [2]


def test_as_the_room_fills_phones_are_asked_for_less_and_more_again_when_it_empties() -> None:
    house = House(frames_per_s=30)
    guests = [house.enter() for _ in range(6)]
    first = guests[0][1]
    assert first.states[0] == "live" and first.states[-1] == "slow"
    assert "frame_rate" in first.told[-1]["reduced"]
    for visitor, phone in guests[1:]:
        house.hall.leave(visitor, cast(Link, phone))
    assert first.states[-1] == "live"


def test_a_crowded_room_is_painted_by_the_lighter_network_until_it_empties() -> None:
    house = House(frames_per_s=30, room=RoomConfig(max_live=20))
    house.worker.paint.measured(Size(320, 240), 1, [10.0], lighter=True)
    guests = [house.enter() for _ in range(8)]
    visitor, phone = guests[0]
    assert "model" in phone.told[-1]["reduced"] and house.worker.paint.lighter
    house.hall.take(visitor, frame(1, 320, 240))
    assert house.submitted[-1][1]["lighter"]
    house.answer()
    assert [overlay.seq for overlay in phone.shown] == [1]
    for guest, link in guests[1:]:
        house.hall.leave(guest, cast(Link, link))
    assert not house.worker.paint.lighter
    house.hall.take(visitor, frame(2, 320, 240))
    assert "lighter" not in house.submitted[-1][1]


def test_stopping_tells_everybody_and_lets_nobody_in() -> None:
    house = House()
    _, phone = house.enter()
    house.hall.stop()
    assert phone.states[-1] == "stopping" and phone.ended is Refusal.STOPPING
    assert refusal(house) is Refusal.STOPPING
