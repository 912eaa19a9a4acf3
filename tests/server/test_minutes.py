"""Readings as minutes, and minutes as the lines of a chart."""

from __future__ import annotations

from typing import Any

import pytest

from server.watch.condition import Condition, Reason
from server.watch.minutes import HOUSE, Minutes, lines
from server.watch.reading import CardReading, HostReading, Reading, RoomReading, StationReading

NOON_S = 1_800_000_000.0 - 1_800_000_000.0 % 60
HARBOUR = ("winter", "harbour")


def station(**told: Any) -> StationReading:
    usual: dict[str, Any] = {
        "exhibition": "winter",
        "station": "harbour",
        "number": 1,
        "title": "The harbour",
        "experience": "lens",
        "condition": Condition.READY,
        "reason": Reason.NONE,
        "message": "",
        "live": 0,
        "waiting": 0,
        "fps": 0.0,
        "glass_p50_ms": None,
        "glass_p95_ms": None,
        "dropped": {},
        "tried": 0,
        "locked": 0,
        "seen_at": None,
    }
    return StationReading(**usual | told)


def reading(at: float, *stations: StationReading, lag_ms: float = 1.0, cards: tuple[CardReading, ...] = ()) -> Reading:
    live = sum(one.live for one in stations)
    return Reading(
        at=at,
        draining=False,
        announcement="",
        brush="auto",
        room=RoomReading(live, 0, 0, 8, live, None, None),
        stations=stations,
        lanes=(),
        workers=(),
        cards=cards,
        host=HostReading(0.5, 4, 16, 10, 100, lag_ms, 2, 30, 60.0),
        store_fault="",
        certificate_ends_at=None,
    )


def test_a_minute_is_given_back_when_the_next_one_begins() -> None:
    minutes = Minutes()
    for second in range(60):
        live = 2 if second < 30 else 4
        slow = {"condition": Condition.DEGRADED, "reason": Reason.SLOW} if second == 7 else {}
        told = station(live=live, fps=10.0, glass_p95_ms=80.04, dropped={"late": 5}, **slow)
        assert minutes.take(reading(NOON_S + second, told, lag_ms=float(second))) == []
    house, harbour = minutes.take(reading(NOON_S + 60))
    assert (house.at, house.exhibition, house.station) == (NOON_S, *HOUSE)
    assert house.values["loop_lag_p99_ms"] == 59 and house.values["live"] == 3 and "card_use" not in house.values
    assert harbour.values == {
        "condition": "degraded",
        "reason": "slow",
        "live": 3,
        "live_most": 4,
        "answers": 1780,  # ten a second and visitor, over the 59 seconds between the readings
        "frames": 1785,
        "dropped": {"late": 5},
        "glass_p95_ms": 80.0,
    }


def test_a_minute_that_is_broken_off_can_be_had_and_an_empty_one_is_none() -> None:
    minutes = Minutes()
    assert minutes.finish() == []
    minutes.take(reading(NOON_S + 3, station()))
    assert [row.values for row in minutes.finish()][1] == {"condition": "ready"}
    assert minutes.finish() == []


def test_a_card_that_is_there_and_rests_is_told_of() -> None:
    minutes = Minutes()
    card = CardReading("H200", 0.5, 1 << 30, 1 << 37, 41.0, None, "")
    minutes.take(reading(NOON_S, cards=(card,)))
    assert minutes.finish()[0].values["card_temperature_c"] == 41.0


def test_a_point_is_the_mean_of_its_minutes_or_the_worst_of_them() -> None:
    rows: list[tuple[float, dict[str, Any]]] = [
        (NOON_S, {"condition": "failed", "reason": "no_answers", "answers": 30, "dropped": {"late": 4}}),
        (NOON_S + 60, {"condition": "live", "live_most": 2, "glass_p50_ms": 50.0, "glass_p95_ms": 90.0}),
        (NOON_S + 240, {"condition": "ready"}),
    ]
    assert lines(rows, NOON_S, 120, 3) == {
        "condition": ["failed", None, "ready"],
        "reason": ["no_answers", None, ""],
        "answers": [15, None, 0],  # a minute in which none was counted had none
        "dropped.late": [2, None, 0],
        "live_most": [2, None, 0],
        "glass_p50_ms": [50, None, None],  # one in which none was measured says nothing
        "glass_p95_ms": [90, None, None],
    }


@pytest.mark.parametrize("at", [NOON_S - 1, NOON_S + 60])
def test_what_is_outside_the_chart_is_in_no_point(at: float) -> None:
    assert lines([(at, {"live": 3})], NOON_S, 60, 1) == {}
