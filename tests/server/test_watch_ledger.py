"""What the hall counts for the operator: by station, and visits that are over."""

from __future__ import annotations

import pytest
from hall_house import CANVAS, EXHIBITION, STATION, House, frame

from exhibit.protocol import RESUME_S, Telemetry
from exhibit.session import State
from server.config import RoomConfig
from server.watch.ledger import ANSWERS, DROPPED, FRAMES, LOCKED, TRIED
from server.watch.visit import Visit

SQUARE = [0.5, 0, 0.25, 0, 0.5, 0.25, 0, 0, 1]


@pytest.fixture(name="house")
def _house() -> House:
    return House()


def counts(house: House, station: str) -> dict[str, int]:
    return dict(house.hall.ledger.book((EXHIBITION.subject, station)).window.total(house.now_ms / 1000))


def visits_of(house: House) -> list[Visit]:
    visits: list[Visit] = []
    house.hall.ledger.on_visit = visits.append
    return visits


def measured(glass_p95_ms: float) -> Telemetry:
    return Telemetry(fps=12.0, glass_p50_ms=glass_p95_ms / 2, glass_p95_ms=glass_p95_ms, dropped={})


def test_frames_and_answers_are_counted_at_their_station(house: House) -> None:
    visitor, _ = house.enter()
    house.hall.take(visitor, frame(1))
    house.answer()
    assert counts(house, STATION.id) == {FRAMES: 1, ANSWERS: 1}
    assert counts(house, CANVAS.id) == {}


def test_frames_without_an_answer_are_counted_with_their_reason(house: House) -> None:
    visitor, _ = house.enter()
    for number in (1, 2, 3):
        house.hall.take(visitor, frame(number))
    house.worker.worker.on_lost()
    assert counts(house, STATION.id) == {FRAMES: 3, DROPPED + "replaced": 1, DROPPED + "fault": 1}


def test_at_a_canvas_tries_and_locks_are_counted(house: House) -> None:
    visitor, _ = house.enter(station=CANVAS.number)
    house.hall.take(visitor, frame(1))
    house.track(state=0)
    house.hall.take(visitor, frame(2))
    house.track(state=1, confidence=0.5, error_px=0.25, homography=SQUARE)
    found = counts(house, CANVAS.id)
    assert (found[TRIED], found[LOCKED], found[ANSWERS]) == (2, 1, 2)


def test_what_phones_measure_is_known_for_a_minute(house: House) -> None:
    visitor, _ = house.enter()
    house.hall.hear(visitor, measured(200.0))
    window = house.hall.ledger.book((EXHIBITION.subject, STATION.id)).window
    assert window.glass_ms(house.now_ms / 1000) == (100.0, 200.0)
    house.hall.hear(visitor, measured(0.0))  # nothing was shown in that second
    assert window.glass_ms(house.now_ms / 1000) == (100.0, 200.0)


def test_a_visit_that_is_over_says_how_long_it_was_and_where(house: House) -> None:
    visits = visits_of(house)
    visitor, link = house.enter()
    house.now_ms = 42_000.0
    house.hall.leave(visitor, link)  # type: ignore[arg-type]
    (visit,) = visits
    assert (visit.exhibition, visit.station, visit.experience) == (EXHIBITION.id, STATION.id, "lens")
    assert (visit.dwell_s, visit.waited_s, visit.live, visit.slow) == (42.0, 0.0, True, False)
    assert visit.styles == tuple(sorted(STATION.experience.default))


def test_the_time_away_at_its_end_is_no_part_of_a_visit(house: House) -> None:
    visits = visits_of(house)
    visitor, link = house.enter()
    house.now_ms = 10_000.0
    house.hall.lose(visitor, link)  # type: ignore[arg-type]
    house.now_ms += RESUME_S * 1000 + 1
    house.hall.tick()
    assert [visit.dwell_s for visit in visits] == [10.0]


def test_who_comes_back_goes_on_with_the_same_visit(house: House) -> None:
    visits = visits_of(house)
    visitor, link = house.enter()
    house.now_ms = 10_000.0
    house.hall.lose(visitor, link)  # type: ignore[arg-type]
    house.now_ms = 15_000.0
    _, again = house.enter(resume=visitor.session.token)
    house.now_ms = 30_000.0
    house.hall.leave(visitor, again)  # type: ignore[arg-type]
    assert [visit.dwell_s for visit in visits] == [30.0]


def test_who_gives_up_in_the_waiting_room_has_waited_and_was_never_live() -> None:
    house = House(room=RoomConfig(max_live=1))
    visits = visits_of(house)
    house.enter()
    waiting, link = house.enter()
    assert waiting.session.state is State.WAITING
    house.now_ms = 20_000.0
    house.hall.leave(waiting, link)  # type: ignore[arg-type]
    assert [(visit.live, visit.waited_s) for visit in visits] == [(False, 20.0)]


def test_who_waits_and_is_let_in_has_waited_so_long() -> None:
    house = House(room=RoomConfig(max_live=1))
    visits = visits_of(house)
    first, link = house.enter()
    second, second_link = house.enter()
    house.now_ms = 20_000.0
    house.hall.leave(first, link)  # type: ignore[arg-type]
    house.now_ms = 50_000.0
    house.hall.leave(second, second_link)  # type: ignore[arg-type]
    assert [(visit.live, visit.waited_s, visit.dwell_s) for visit in visits] == [(True, 0.0, 20.0), (True, 20.0, 50.0)]


def test_a_visit_was_slow_if_the_phone_said_so_last(house: House) -> None:
    visits = visits_of(house)
    house.hall.ledger.target_ms = lambda _kind: 600.0
    for last_ms in (599.0, 601.0):
        visitor, link = house.enter()
        house.hall.hear(visitor, measured(last_ms))
        house.hall.leave(visitor, link)  # type: ignore[arg-type]
    assert [visit.slow for visit in visits] == [False, True]


def test_a_station_that_was_visited_before_this_start_is_remembered(house: House) -> None:
    where = EXHIBITION.subject, CANVAS.id
    assert house.hall.ledger.book(where).seen_at is None
    house.hall.ledger.remember(where, 1000.0)
    house.hall.ledger.remember(where, 500.0)
    assert house.hall.ledger.book(where).seen_at == 1000.0
