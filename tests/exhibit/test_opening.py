"""Opening hours over summer time: what a wall clock skips or shows twice, in several zones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from exhibit.hours import WEEKDAYS
from exhibit.opening import Standing, closing_instant, opening_instant
from exhibit.schedule import Schedule

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # in Berlin: 02:00 -> 03:00, 03:00 -> 02:00
STEP = timedelta(minutes=5)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(*hours: str) -> dict[str, Any]:
    return {day: [pair(text) for text in hours] for day in WEEKDAYS}


def pair(hours: str) -> dict[str, str]:
    opens, closes = hours.split("-")
    return {"opens": opens, "closes": closes}


def in_berlin(**fields: Any) -> Schedule:
    return Schedule.model_validate({"timezone": "Europe/Berlin", **fields})


@pytest.mark.parametrize(
    ("zone", "on", "minute", "opening", "closing"),
    [
        ("Europe/Berlin", SPRING, 119, "2026-03-29 00:59", "2026-03-29 00:59"),
        ("Europe/Berlin", SPRING, 120, "2026-03-29 01:00", "2026-03-29 01:00"),  # the gap's first minute
        ("Europe/Berlin", SPRING, 150, "2026-03-29 01:00", "2026-03-29 01:00"),
        ("Europe/Berlin", SPRING, 179, "2026-03-29 01:00", "2026-03-29 01:00"),
        ("Europe/Berlin", SPRING, 180, "2026-03-29 01:00", "2026-03-29 01:00"),
        ("Europe/Berlin", SPRING, 181, "2026-03-29 01:01", "2026-03-29 01:01"),
        ("Europe/Berlin", AUTUMN, 119, "2026-10-24 23:59", "2026-10-24 23:59"),
        ("Europe/Berlin", AUTUMN, 120, "2026-10-25 00:00", "2026-10-25 01:00"),  # the fold's first minute
        ("Europe/Berlin", AUTUMN, 150, "2026-10-25 00:30", "2026-10-25 01:30"),
        ("Europe/Berlin", AUTUMN, 180, "2026-10-25 02:00", "2026-10-25 02:00"),
        ("Europe/Dublin", AUTUMN, 90, "2026-10-25 00:30", "2026-10-25 01:30"),  # whose winter is the daylight time
        ("Asia/Shanghai", SPRING, 150, "2026-03-28 18:30", "2026-03-28 18:30"),
        ("Asia/Kolkata", AUTUMN, 600, "2026-10-25 04:30", "2026-10-25 04:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), 105, "2026-04-04 14:45", "2026-04-04 15:15"),  # 02:00 -> 01:30
        ("Australia/Lord_Howe", date(2026, 10, 4), 135, "2026-10-03 15:30", "2026-10-03 15:30"),  # 02:00 -> 02:30
        ("America/Havana", date(2026, 3, 8), 0, "2026-03-08 05:00", "2026-03-08 05:00"),  # a day without midnight
        ("America/Havana", date(2026, 11, 1), 0, "2026-11-01 04:00", "2026-11-01 05:00"),  # a day with two
        ("Pacific/Apia", date(2011, 12, 30), 600, "2011-12-30 10:00", "2011-12-30 10:00"),  # a date that never was
    ],
)
def test_a_wall_clock_time_becomes_an_instant(zone: str, on: date, minute: int, opening: str, closing: str) -> None:
    assert opening_instant(on, minute, ZoneInfo(zone)) == utc(opening)
    assert closing_instant(on, minute, ZoneInfo(zone)) == utc(closing)


def test_an_opening_in_the_gap_is_right_after_it() -> None:
    schedule = in_berlin(weekly=daily("02:30-05:00"))
    before = schedule.at(utc("2026-03-29 00:30"))
    assert before == Standing(False, "", "", utc("2026-03-29 01:00"), utc("2026-03-29 01:00"))
    assert schedule.at(utc("2026-03-29 01:00")).until == utc("2026-03-29 03:00")


def test_a_closing_in_the_gap_is_right_after_it() -> None:
    assert in_berlin(weekly=daily("01:00-02:30")).at(utc("2026-03-29 00:30")).until == utc("2026-03-29 01:00")


def test_hours_that_lie_in_the_gap_are_left_out() -> None:
    schedule = in_berlin(weekly=daily("02:10-02:50"))
    assert schedule.at(utc("2026-03-28 12:00")).opens_at == utc("2026-03-30 00:10")


def test_in_the_fold_it_opens_at_the_first_and_closes_at_the_second() -> None:
    schedule = in_berlin(weekly=daily("02:15-02:45"))
    assert schedule.at(utc("2026-10-25 00:00")).opens_at == utc("2026-10-25 00:15")
    assert schedule.at(utc("2026-10-25 00:15")).until == utc("2026-10-25 01:45")


def test_a_night_lasts_an_hour_less_in_spring_and_more_in_autumn() -> None:
    schedule = in_berlin(weekly={"sat": [pair("20:00-04:00")]})
    assert schedule.at(utc("2026-03-28 19:00")).until == utc("2026-03-28 19:00") + timedelta(hours=7)
    assert schedule.at(utc("2026-10-24 18:00")).until == utc("2026-10-24 18:00") + timedelta(hours=9)


def test_a_special_night_over_the_transition_gives_way_at_its_second_end() -> None:
    night = {"name": "Long night", "starts": "2026-10-24", "ends": "2026-10-24", "programme": "night"}
    schedule = in_berlin(events=[{**night, "hours": [pair("22:00-02:30")]}])
    assert schedule.at(utc("2026-10-25 01:29")) == Standing(True, "night", "Long night", utc("2026-10-25 01:30"), None)
    assert schedule.at(utc("2026-10-25 01:30")) == Standing(True, "", "", None, None)


def test_of_two_slots_that_meet_in_the_fold_the_earlier_keeps_its_hours() -> None:
    slots = [
        {"days": ["sun"], "hours": pair("02:30-05:00"), "programme": "late"},
        {"days": ["sun"], "hours": pair("01:00-02:30"), "programme": "early"},
    ]
    schedule = in_berlin(slots=slots)
    assert schedule.at(utc("2026-10-25 00:45")).programme == "early"
    assert schedule.at(utc("2026-10-25 00:45")).until == utc("2026-10-25 01:30")
    assert schedule.at(utc("2026-10-25 01:30")).programme == "late"


def test_always_open_is_open_through_both_transitions() -> None:
    for schedule in (
        in_berlin(),
        in_berlin(weekly=daily("00:00-24:00")),
        in_berlin(weekly=daily("00:00-02:30", "02:30-24:00")),
    ):
        for instant in (utc("2026-03-29 00:59"), utc("2026-10-25 00:30"), utc("2026-10-25 01:30")):
            assert schedule.at(instant) == Standing(True, "", "", None, None)


def test_each_date_begins_at_its_own_midnight() -> None:
    for zone, midnight in (("Asia/Shanghai", "2026-03-01 16:00"), ("Asia/Kolkata", "2026-03-01 18:30")):
        schedule = Schedule.model_validate({"timezone": zone, "weekly": {"mon": [pair("00:00-24:00")]}})
        assert schedule.at(utc("2026-03-01 12:00")).opens_at == utc(midnight)
        assert schedule.at(utc(midnight)).until == utc(midnight) + timedelta(days=1)


def test_a_clock_that_goes_back_over_midnight_shows_yesterday_again() -> None:
    first = utc("2010-11-07 02:30")  # 00:00 on the 7th in St. John's; a minute later it was 23:01 on the 6th
    schedule = Schedule.model_validate({"timezone": "America/St_Johns", "weekly": {"sun": [pair("00:00-10:00")]}})
    assert schedule.at(first - STEP).until == first
    assert schedule.at(first + STEP) == Standing(True, "", "", utc("2010-11-07 13:30"), None)
    long_night = Schedule.model_validate({"timezone": "America/St_Johns", "weekly": {"fri": [pair("23:59-23:58")]}})
    assert long_night.at(first - STEP).until == utc("2010-11-07 03:28")  # the second 23:58
    assert long_night.at(first + STEP).until == utc("2010-11-07 03:28")


def test_a_slot_that_was_kept_waiting_over_a_midnight_shown_twice_has_its_turn() -> None:
    slots = [
        {"days": ["sat"], "hours": pair("00:00-23:30"), "programme": "day"},
        {"days": ["sat"], "hours": pair("23:30-24:00"), "programme": "night"},
        {"days": ["sun"], "hours": pair("00:00-24:00"), "programme": "day"},
    ]
    schedule = Schedule.model_validate({"timezone": "America/St_Johns", "slots": slots})
    assert schedule.at(utc("2010-11-06 15:00")).until == utc("2010-11-07 03:00")  # the second 23:30
    assert schedule.at(utc("2010-11-07 03:00")) == Standing(True, "night", "", utc("2010-11-07 03:30"), None)


def test_a_walk_from_until_to_until_agrees_with_asking_every_five_minutes() -> None:
    slots = [
        {"days": ["thu", "sun"], "hours": pair("18:00-21:00"), "programme": "late"},
        {"days": ["sat", "sun"], "hours": pair("22:00-02:30"), "programme": "night"},
    ]
    closed = {"name": "Repairs", "starts": "2026-10-20", "ends": "2026-10-21"}
    gala = {"name": "Gala", "starts": "2026-10-26", "ends": "2026-10-26", "hours": [pair("20:00-02:00")]}
    schedule = in_berlin(weekly=daily("10:00-18:00"), slots=slots, events=[closed, gala])
    assert_walk_agrees(schedule, utc("2026-10-18 12:01"), STEP, hours=14 * 24)


TRANSITIONS = [  # a zone, and a date before one of its changes; in Shanghai there are none
    ("Europe/Berlin", date(2026, 3, 28)),
    ("Europe/Berlin", date(2026, 10, 24)),
    ("Australia/Lord_Howe", date(2026, 4, 3)),
    ("Australia/Lord_Howe", date(2026, 10, 2)),
    ("America/Havana", date(2026, 3, 7)),
    ("America/Havana", date(2026, 10, 31)),
    ("Asia/Shanghai", date(2026, 3, 28)),
]
HOURS = st.tuples(st.integers(0, 95), st.integers(1, 96)).filter(lambda ends: ends[0] != ends[1]).map(
    lambda ends: {"opens": clock(ends[0]), "closes": clock(ends[1])}
)  # fmt: skip
SOME_HOURS = st.lists(HOURS, max_size=2)
PROGRAMMES = st.sampled_from(["", "calm", "late"])


def clock(quarters: int) -> str:
    return f"{quarters // 4:02}:{quarters % 4 * 15:02}"


@st.composite
def schedules(draw: st.DrawFn, first: date, zone: str) -> Schedule:
    slot = st.fixed_dictionaries(
        {"days": st.sets(st.sampled_from(WEEKDAYS), min_size=1), "hours": HOURS, "programme": PROGRAMMES}
    )
    events = [
        {"name": f"Event {number}", "starts": first + timedelta(starts), "ends": first + timedelta(starts + number),
         "hours": draw(SOME_HOURS), "programme": draw(PROGRAMMES)}
        for number, starts in enumerate(draw(st.lists(st.sampled_from([0, 3, 6, 8]), max_size=2, unique=True)))
    ]  # fmt: skip
    weekly = st.none() | st.dictionaries(st.sampled_from(WEEKDAYS), SOME_HOURS, min_size=1)
    fields = {"timezone": zone, "weekly": draw(weekly), "events": events}
    try:
        return Schedule.model_validate({**fields, "slots": draw(st.lists(slot, max_size=2))})
    except ValidationError:  # what overlaps is refused
        assume(False)
        raise


@settings(max_examples=6, deadline=None)
@given(data=st.data(), transition=st.sampled_from(TRANSITIONS))
def test_walking_any_schedule_agrees_with_asking_often(data: st.DataObject, transition: tuple[str, date]) -> None:
    zone, first = transition
    start = datetime(first.year, first.month, first.day, 6, 7, tzinfo=UTC)
    assert_walk_agrees(data.draw(schedules(first, zone)), start, timedelta(minutes=20), hours=48)


@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_where_clocks_are_not_changed_the_days_drawn_agree_with_asking(data: st.DataObject) -> None:
    first = date(2026, 3, 23)
    schedule = data.draw(schedules(first, "Asia/Kolkata"))
    for day in schedule.days(first, 8):
        for quarter in range(0, 96, 7):
            wall = datetime(day.on.year, day.on.month, day.on.day, quarter // 4, quarter % 4 * 15)
            found = schedule.at(wall.replace(tzinfo=ZoneInfo("Asia/Kolkata")))
            drawn = next((span for span in day.spans if span.start <= clock(quarter) < span.end), None)
            expected = (False, "", day.event) if drawn is None else (True, drawn.programme, drawn.event)
            assert (found.open, found.programme, found.event) == expected


def assert_walk_agrees(schedule: Schedule, start: datetime, step: timedelta, hours: int) -> None:
    """Follows `until`, and compares what should hold with what is found at each step."""
    end = start + timedelta(hours=hours)
    instant, held = start, schedule.at(start)
    while instant < end:
        while held.until is not None and held.until <= instant:
            before, held = held, schedule.at(held.until)
            assert (before.open, before.programme) != (held.open, held.programme)
            assert before.open or before.opens_at == before.until
        found = schedule.at(instant)
        assert (found.open, found.programme, found.until) == (held.open, held.programme, held.until)
        assert found.opens_at == (None if found.open else found.until)
        instant += step
