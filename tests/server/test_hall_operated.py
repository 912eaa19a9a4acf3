"""The hall as operators want it: who is let in, what phones are told, what they show while their worker is away."""

from __future__ import annotations

from typing import Any

import pytest
from hall_house import EXHIBITION, STATION, FakeLink, House

from exhibit.refusal import Refusal, Refused
from server.costs import Size
from server.hall import DRAIN_RETRY_S
from server.store.decisions import Decision, Decisions

PICTURE = f"{'0' * 64}.jpg"
PLACE = EXHIBITION.id, STATION.id
AWAY, NOT_AWAY = {"type": "fallback", "on": True}, {"type": "fallback", "on": False}


def decided(text: str = "", at: float = 1.0) -> Decision:
    return Decision(text, "ada", at)


def operate(house: House, **decisions: Any) -> None:
    """As the server does: stations first."""
    house.on_show.operate(Decisions(**decisions))
    house.hall.operate(Decisions(**decisions))


def told(phone: FakeLink, kind: str) -> list[dict[str, Any]]:
    return [message for message in phone.told if message["type"] == kind]


# -- switching off, draining -------------------------------------------------------------------------------------------


def test_visitors_of_a_station_that_is_switched_off_are_told_and_nobody_gets_in() -> None:
    house = House()
    _, phone = house.enter()
    _, other = house.enter(station=EXHIBITION.stations[1].number)
    operate(house, off={PLACE: decided("Back at two.")})
    assert (phone.ended, other.ended) == (Refusal.STATION_CLOSED, None)
    with pytest.raises(Refused) as caught:
        house.enter()
    assert (caught.value.refusal, caught.value.notice) == (Refusal.STATION_CLOSED, "Back at two.")
    operate(house)
    assert house.enter()[1].states == ["live"]


def test_while_the_house_is_drained_nobody_new_is_let_in_and_who_is_in_goes_on() -> None:
    house = House()
    visitor, phone = house.enter()
    operate(house, draining=decided())
    assert (house.hall.draining, phone.ended) == (True, None)
    with pytest.raises(Refused) as caught:
        house.enter()
    assert (caught.value.refusal, caught.value.retry_after_s) == (Refusal.DRAINING, DRAIN_RETRY_S)
    assert not list(house.hall.register)[1:]
    house.hall.lose(visitor, phone)  # type: ignore[arg-type]
    again, _ = house.enter(visitor.session.token)
    assert again is visitor
    operate(house)
    assert house.enter()[1].states == ["live"]


# -- announcements -----------------------------------------------------------------------------------------------------


def test_everybody_hears_an_announcement_and_newcomers_before_their_first_status() -> None:
    house = House()
    _, phone = house.enter()
    operate(house, announcement=decided("We close in ten minutes."))
    (heard,) = told(phone, "announcement")
    assert (heard["text"], heard["at"]) == ("We close in ten minutes.", "1970-01-01T00:00:01.000Z")
    _, newcomer = house.enter()
    assert [message["type"] for message in newcomer.told] == ["welcome", "announcement", "status"]
    operate(house, announcement=decided("We close in ten minutes."), draining=decided())
    assert len(told(phone, "announcement")) == 1, "something else was decided"
    operate(house)
    assert [message["text"] for message in told(phone, "announcement")][1:] == [""]
    assert told(house.enter()[1], "announcement") == []


# -- the brush ---------------------------------------------------------------------------------------------------------


def test_a_pinned_brush_paints_from_the_next_tick_on() -> None:
    house = House()
    _, phone = house.enter()
    assert not house.hall.has_lighter
    for size in (Size(480, 360), Size(320, 240)):
        house.worker.paint.measured(size, 1, [2.0], lighter=True)
    assert house.hall.has_lighter
    operate(house, brush=decided("light"))
    house.hall.tick()
    assert (house.worker.paint.lighter, phone.states[-1]) == (True, "slow")
    operate(house)
    house.hall.tick()
    assert (house.worker.paint.lighter, phone.states[-1]) == (False, "live")


# -- while a worker is away --------------------------------------------------------------------------------------------


def lose_worker(house: House, for_ms: float) -> None:
    """The worker is away, and nobody knows for so long."""
    house.worker.worker.ready = None
    house.hall.tick()
    house.now_ms += for_ms
    house.hall.tick()


def test_who_is_live_is_told_what_to_show_once_the_worker_is_away_for_a_second_and_when_it_is_back() -> None:
    house = House()
    operate(house, fallbacks={PLACE: decided(PICTURE)})
    _, phone = house.enter()
    _, other = house.enter(station=EXHIBITION.stations[1].number)
    ready = house.worker.worker.ready
    lose_worker(house, for_ms=1000)
    assert told(phone, "fallback") == []
    lose_worker(house, for_ms=1)
    lose_worker(house, for_ms=500)
    assert told(phone, "fallback") == [AWAY | {"picture": f"/media/{PICTURE}"}]
    assert told(other, "fallback") == [AWAY], "there is no picture for that station"
    house.worker.worker.ready = ready
    house.hall.tick()
    house.hall.tick()
    assert told(phone, "fallback")[1:] == told(other, "fallback")[1:] == [NOT_AWAY]


def test_a_connection_that_begins_meanwhile_is_told_too() -> None:
    house = House()
    visitor, phone = house.enter()
    lose_worker(house, for_ms=1500)
    house.hall.lose(visitor, phone)  # type: ignore[arg-type]
    _, again = house.enter(visitor.session.token)
    house.hall.tick()
    assert told(again, "fallback") == [AWAY]


def test_another_picture_is_told_while_the_worker_is_away() -> None:
    house = House()
    _, phone = house.enter()
    lose_worker(house, for_ms=1500)
    operate(house, fallbacks={PLACE: decided(PICTURE)})
    house.hall.tick()
    assert told(phone, "fallback") == [AWAY, AWAY | {"picture": f"/media/{PICTURE}"}]


def test_a_worker_that_is_back_within_a_second_is_no_news() -> None:
    house = House()
    _, phone = house.enter()
    ready = house.worker.worker.ready
    for _ in range(3):
        lose_worker(house, for_ms=900)
        house.worker.worker.ready = ready
        house.hall.tick()
        house.now_ms += 900
    assert told(phone, "fallback") == []
