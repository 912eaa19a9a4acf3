"""Schedules: what a curator writes, what it means on which day, and everything that is not a schedule."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from exhibit.hours import WEEKDAYS
from exhibit.opening import Day, Span, Standing
from exhibit.schedule import MAX_DAYS, MAX_EVENTS, MAX_SLOTS, Schedule
from exhibit.table import ID

BERLIN = ZoneInfo("Europe/Berlin")
DAYTIME = [{"opens": "10:00", "closes": "18:00"}]
TUESDAY_TO_SUNDAY = dict.fromkeys(WEEKDAYS[1:], DAYTIME)
LATE_NIGHT = {
    "days": ["thu"],
    "hours": {"opens": "18:00", "closes": "21:00"},
    "programme": "late",
    "starts": "2026-03-01",
    "ends": "2026-06-30",
    "name": "Late night",
}
CHRISTMAS = {
    "name": "Christmas",
    "starts": "2026-12-24",
    "ends": "2026-12-24",
    "hours": [{"opens": "10:00", "closes": "14:00"}],
    "programme": "carols",
}
HOLIDAYS = {"name": "Holidays", "starts": "2026-12-25", "ends": "2026-12-26"}


def a_schedule(**fields: Any) -> Schedule:
    return Schedule.model_validate({"timezone": "Europe/Berlin", "weekly": TUESDAY_TO_SUNDAY, **fields})


def a_slot(**fields: Any) -> dict[str, Any]:
    return {"days": ["thu"], "hours": {"opens": "18:00", "closes": "21:00"}, "programme": "late", **fields}


def an_event(**fields: Any) -> dict[str, Any]:
    return {"name": "Fair", "starts": "2026-05-01", "ends": "2026-05-01", **fields}


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def at(schedule: Schedule, text: str) -> Standing:
    return schedule.at(berlin(text))


def test_it_is_open_in_its_weekly_hours_and_says_until_when() -> None:
    tuesday_noon = at(a_schedule(), "2026-03-03 12:00")
    assert tuesday_noon == Standing(True, "", "", until=berlin("2026-03-03 18:00"), opens_at=None)
    assert tuesday_noon.until is not None
    assert tuesday_noon.until.tzinfo is UTC


def test_it_opens_at_the_second_and_is_closed_at_the_second() -> None:
    assert not at(a_schedule(), "2026-03-03 09:59:59.999999").open
    assert at(a_schedule(), "2026-03-03 10:00").open
    assert at(a_schedule(), "2026-03-03 17:59:59.999999").open
    assert not at(a_schedule(), "2026-03-03 18:00").open


def test_a_closed_day_is_passed_over_to_the_next_opening() -> None:
    sunday_evening = at(a_schedule(), "2026-03-01 20:00")
    tuesday_morning = berlin("2026-03-03 10:00")
    assert sunday_evening == Standing(False, "", "", until=tuesday_morning, opens_at=tuesday_morning)


def test_a_lunch_break_closes() -> None:
    weekly = {"fri": [{"opens": "14:00", "closes": "18:00"}, {"opens": "10:00", "closes": "12:00"}]}
    assert at(a_schedule(weekly=weekly), "2026-03-06 12:30").opens_at == berlin("2026-03-06 14:00")


def test_without_weekly_hours_it_is_always_open() -> None:
    assert at(a_schedule(weekly=None), "2026-03-03 03:00") == Standing(True, "", "", None, None)
    assert Schedule().at(datetime(2026, 3, 3, tzinfo=UTC)) == Standing(True, "", "", None, None)


def test_a_week_without_hours_never_opens() -> None:
    assert at(a_schedule(weekly={"mon": []}), "2026-03-03 12:00") == Standing(False, "", "", None, None)


def test_hours_may_end_at_midnight_in_two_spellings() -> None:
    for closes in ("24:00", "00:00"):
        schedule = a_schedule(weekly={"sat": [{"opens": "18:00", "closes": closes}]})
        assert at(schedule, "2026-03-07 23:59").until == berlin("2026-03-08 00:00")
        assert not at(schedule, "2026-03-08 00:00").open


def test_whole_days_in_a_row_are_one_opening() -> None:
    weekend = {day: [{"opens": "00:00", "closes": "24:00"}] for day in ("sat", "sun")}
    assert at(a_schedule(weekly=weekend), "2026-03-07 12:00").until == berlin("2026-03-09 00:00")


def test_a_museums_night_goes_on_past_midnight() -> None:
    schedule = a_schedule(weekly={"sat": [{"opens": "20:00", "closes": "02:00"}]})
    assert at(schedule, "2026-03-07 21:00").until == berlin("2026-03-08 02:00")
    assert at(schedule, "2026-03-08 01:59").open
    assert not at(schedule, "2026-03-07 01:00").open
    assert not at(schedule, "2026-03-08 02:00").open


def test_a_slot_changes_the_programme_and_opens_beyond_the_weekly_hours() -> None:
    schedule = a_schedule(slots=[{**LATE_NIGHT, "hours": {"opens": "17:00", "closes": "21:00"}}])
    assert at(schedule, "2026-03-05 16:00") == Standing(True, "", "", berlin("2026-03-05 17:00"), None)
    assert at(schedule, "2026-03-05 17:30") == Standing(True, "late", "", berlin("2026-03-05 21:00"), None)
    assert not at(schedule, "2026-03-05 21:00").open
    assert not at(schedule, "2026-03-06 18:30").open


def test_a_slot_inside_the_weekly_hours_gives_way_to_the_base_programme_again() -> None:
    schedule = a_schedule(slots=[a_slot(hours={"opens": "11:00", "closes": "12:00"}, programme="calm")])
    assert at(schedule, "2026-03-05 11:30").until == berlin("2026-03-05 12:00")
    assert at(schedule, "2026-03-05 12:00") == Standing(True, "", "", berlin("2026-03-05 18:00"), None)


def test_a_slot_of_the_base_programme_only_extends_the_hours() -> None:
    schedule = a_schedule(slots=[a_slot(programme="")])
    assert at(schedule, "2026-03-05 12:00").until == berlin("2026-03-05 21:00")


@pytest.mark.parametrize(
    ("thursday", "runs"),
    [("2026-02-26", False), ("2026-03-05", True), ("2026-06-25", True), ("2026-07-02", False)],
)
def test_a_slot_runs_between_its_dates(thursday: str, runs: bool) -> None:
    assert at(a_schedule(slots=[LATE_NIGHT]), f"{thursday} 19:00").open is runs


def test_the_first_and_the_last_date_of_a_slot_are_within_and_its_last_night_ends_on_the_next() -> None:
    night = a_slot(hours={"opens": "22:00", "closes": "03:00"}, starts="2026-03-05", ends="2026-03-12")
    schedule = a_schedule(slots=[night])
    assert at(schedule, "2026-03-05 23:00").programme == "late"
    assert at(schedule, "2026-03-13 02:59").programme == "late"
    assert not at(schedule, "2026-03-19 23:00").open


def test_an_event_replaces_the_hours_and_slots_of_its_date() -> None:
    christmas_is_a_thursday = a_schedule(slots=[{**LATE_NIGHT, "ends": None}], events=[CHRISTMAS])
    assert at(christmas_is_a_thursday, "2026-12-24 11:00") == Standing(
        True, "carols", "Christmas", berlin("2026-12-24 14:00"), None
    )
    friday = berlin("2026-12-25 10:00")
    assert at(christmas_is_a_thursday, "2026-12-24 19:00") == Standing(False, "", "Christmas", friday, friday)


def test_an_event_without_hours_is_closed_and_says_why() -> None:
    schedule = a_schedule(events=[HOLIDAYS])
    assert at(schedule, "2026-12-24 18:00").opens_at == berlin("2026-12-27 10:00")
    assert at(schedule, "2026-12-24 23:59").event == ""
    assert at(schedule, "2026-12-25 00:00").event == "Holidays"
    assert at(schedule, "2026-12-26 23:59").event == "Holidays"
    assert at(schedule, "2026-12-27 00:00").event == ""


def test_an_event_may_extend_one_day_and_keep_the_base_programme() -> None:
    schedule = a_schedule(events=[an_event(hours=[{"opens": "08:00", "closes": "22:00"}])])
    assert at(schedule, "2026-05-01 21:00") == Standing(True, "", "Fair", berlin("2026-05-01 22:00"), None)


def test_until_does_not_stop_where_only_the_name_of_an_event_changes() -> None:
    schedule = a_schedule(weekly=None, events=[an_event(hours=[{"opens": "00:00", "closes": "24:00"}])])
    assert at(schedule, "2026-04-30 12:00") == Standing(True, "", "", None, None)
    assert at(schedule, "2026-05-01 12:00") == Standing(True, "", "Fair", None, None)


def test_a_night_goes_on_into_a_date_that_an_event_closes() -> None:
    weekly = {"sat": [{"opens": "20:00", "closes": "02:00"}], "sun": DAYTIME}
    sunday = an_event(starts="2026-03-08", ends="2026-03-08")
    assert at(a_schedule(weekly=weekly, events=[sunday]), "2026-03-08 01:00").until == berlin("2026-03-08 02:00")
    assert not at(a_schedule(weekly=weekly, events=[sunday]), "2026-03-08 12:00").open


def test_an_events_night_goes_on_over_the_next_days_hours() -> None:
    gala = an_event(hours=[{"opens": "20:00", "closes": "02:00"}], programme="gala")
    schedule = a_schedule(weekly=None, events=[gala])
    assert at(schedule, "2026-04-30 23:00").until == berlin("2026-05-01 00:00")
    assert at(schedule, "2026-05-02 01:00") == Standing(True, "gala", "Fair", berlin("2026-05-02 02:00"), None)
    assert at(schedule, "2026-05-02 02:00").programme == ""


def test_it_looks_ahead_for_400_days_and_no_further() -> None:
    schedule = a_schedule(weekly={"mon": []}, events=[an_event(hours=DAYTIME)])
    assert at(schedule, "2025-03-28 12:00").opens_at == berlin("2026-05-01 10:00")
    assert at(schedule, "2025-03-26 12:00").opens_at is None


def test_a_whole_day_of_another_programme_is_seen_from_afar() -> None:
    schedule = a_schedule(
        weekly=None, events=[an_event(hours=[{"opens": "00:00", "closes": "24:00"}], programme="fair")]
    )
    assert at(schedule, "2026-03-03 12:00").until == berlin("2026-05-01 00:00")
    assert at(schedule, "2026-05-01 00:00").until == berlin("2026-05-02 00:00")


def test_an_instant_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="expected an instant with a time zone, got 2026-03-03T12:00:00"):
        a_schedule().at(datetime(2026, 3, 3, 12))


def test_a_week_is_drawn_day_by_day() -> None:
    saturday = an_event(starts="2026-03-07", ends="2026-03-07", hours=[{"opens": "16:00", "closes": "01:30"}])
    sunday = an_event(name="Repairs", starts="2026-03-08", ends="2026-03-08")
    inside = a_slot(hours={"opens": "17:00", "closes": "21:00"})
    week = a_schedule(slots=[inside], events=[saturday, sunday]).days(date(2026, 3, 2), 7)
    daytime = (Span("10:00", "18:00", "", ""),)
    assert week == [
        Day(date(2026, 3, 2), "", ()),
        Day(date(2026, 3, 3), "", daytime),
        Day(date(2026, 3, 4), "", daytime),
        Day(date(2026, 3, 5), "", (Span("10:00", "17:00", "", ""), Span("17:00", "21:00", "late", ""))),
        Day(date(2026, 3, 6), "", daytime),
        Day(date(2026, 3, 7), "Fair", (Span("16:00", "24:00", "", "Fair"),)),
        Day(date(2026, 3, 8), "Repairs", (Span("00:00", "01:30", "", "Fair"),)),
    ]


def test_hours_that_touch_are_drawn_as_one() -> None:
    weekly = {"mon": [{"opens": "10:00", "closes": "12:00"}, {"opens": "12:00", "closes": "14:00"}]}
    assert a_schedule(weekly=weekly).days(date(2026, 3, 2), 1)[0].spans == (Span("10:00", "14:00", "", ""),)


def test_a_view_has_one_to_62_days_of_this_time() -> None:
    assert len(a_schedule().days(date(2199, 12, 31), MAX_DAYS)) == MAX_DAYS
    for count in (0, MAX_DAYS + 1, -1):
        with pytest.raises(ValueError, match=f"expected 1 to 62 days, got {count}"):
            a_schedule().days(date(2026, 3, 2), count)
    for first in (date.min, date.max):
        with pytest.raises(ValueError, match=f"expected a date from 2000-01-01 to 2199-12-31, got {first}"):
            a_schedule().days(first, 7)


def test_a_schedule_comes_back_from_json_as_it_was() -> None:
    schedule = a_schedule(slots=[LATE_NIGHT, a_slot(days=["mon"])], events=[HOLIDAYS, CHRISTMAS])
    dumped = schedule.model_dump(mode="json")
    assert Schedule.model_validate(json.loads(json.dumps(dumped))) == schedule
    assert Schedule.model_validate_json(schedule.model_dump_json()) == schedule
    assert dumped["slots"][0] == LATE_NIGHT
    assert dumped["events"][0] == CHRISTMAS
    assert Schedule.model_validate(Schedule().model_dump(mode="json")) == Schedule()


def test_lists_are_kept_in_the_order_of_time() -> None:
    schedule = a_schedule(slots=[a_slot(days=["sun", "mon"])], events=[HOLIDAYS, CHRISTMAS])
    assert [event.name for event in schedule.events] == ["Christmas", "Holidays"]
    assert schedule.slots[0].days == ("mon", "sun")


def test_a_schedule_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        a_schedule().timezone = "UTC"


def test_it_tells_which_programmes_it_names() -> None:
    slots = [LATE_NIGHT, a_slot(days=["mon"], programme="")]
    assert a_schedule(slots=slots, events=[CHRISTMAS, HOLIDAYS]).programmes() == {"late", "carols"}
    assert Schedule().programmes() == set()


def test_slots_that_touch_or_run_in_other_weeks_do_not_overlap() -> None:
    after = a_slot(hours={"opens": "21:00", "closes": "23:00"})
    in_july = a_slot(starts="2026-07-01")
    until_june = a_slot(ends="2026-06-30")
    assert len(a_schedule(slots=[after, in_july, until_june]).slots) == 3


def test_slots_whose_common_dates_have_not_their_day_do_not_overlap() -> None:
    thursday = date(2026, 3, 5)
    until = a_slot(ends=str(thursday + timedelta(days=6)))  # the Wednesday after
    since = a_slot(starts=str(thursday + timedelta(days=1)))
    assert len(a_schedule(slots=[until, since]).slots) == 2


REFUSALS = [
    ({"timezone": "Mars/Olympus"}, "timezone", "expected the name of a time zone, such as Europe/Berlin, got 'Mars/"),
    ({"timezone": "Europe"}, "timezone", "expected the name of a time zone"),  # a folder of the database
    ({"timezone": "../../etc/passwd"}, "timezone", "expected the name of a time zone"),
    ({"timezone": "localtime"}, "timezone", "expected the name of a time zone"),
    ({"timezone": "right/Europe/Berlin"}, "timezone", "expected the name of a time zone"),
    ({"timezone": "Europe/\0"}, "timezone", "expected the name of a time zone"),
    ({"timezone": "E" * 10_000}, "timezone", "expected the name of a time zone"),
    ({"timezone": 1}, "timezone", "should be a valid string"),
    ({"closed": True}, "closed", "not permitted"),
    ({"weekly": {}}, "weekly", "expected the hours of at least one day, or null for always open, got no day"),
    ({"weekly": {"monday": DAYTIME}}, "weekly.monday", "not permitted"),
    ({"weekly": {"mon": DAYTIME * 7}}, "weekly.mon", "at most 6 items"),
    ({"weekly": {"mon": DAYTIME * 2}}, "weekly.mon", "expected hours that do not overlap, got 10:00-18:00 and 10:00"),
    (
        {"weekly": {"mon": [{"opens": "20:00", "closes": "02:00"}, {"opens": "23:00", "closes": "23:30"}]}},
        "weekly.mon",
        "expected hours that do not overlap, got 20:00-02:00 and 23:00-23:30",
    ),
    (
        {"weekly": {"sun": [{"opens": "20:00", "closes": "02:00"}], "mon": [{"opens": "01:00", "closes": "03:00"}]}},
        "weekly",
        "expected hours that do not overlap, got sun 20:00-02:00 and mon 01:00-03:00",
    ),
    (
        {"slots": [LATE_NIGHT, a_slot(hours={"opens": "20:00", "closes": "22:00"})]},
        "slots",
        "expected slots that do not overlap, got slot 1 'Late night' (18:00-21:00) and slot 2 (20:00-22:00), both on "
        "thu",
    ),
    (
        {"slots": [a_slot(days=["sun"], hours={"opens": "22:00", "closes": "02:00"}),
                   a_slot(days=["mon"], hours={"opens": "01:00", "closes": "03:00"})]},
        "slots",
        "got slot 1 (22:00-02:00) and slot 2 (01:00-03:00), both on mon",
    ),
    ({"slots": [LATE_NIGHT] * (MAX_SLOTS + 1)}, "slots", "at most 200 items"),
    ({"events": [HOLIDAYS] * (MAX_EVENTS + 1)}, "events", "at most 1000 items"),
    (
        {"events": [HOLIDAYS, an_event(starts="2026-12-20", ends="2026-12-25")]},
        "events",
        "expected events on different dates, got 'Fair' (2026-12-20 to 2026-12-25) and 'Holidays' (2026-12-25 to",
    ),
    (
        {"events": [an_event(hours=[{"opens": "20:00", "closes": "02:00"}]),
                    an_event(starts="2026-05-02", ends="2026-05-02", hours=[{"opens": "01:00", "closes": "03:00"}])]},
        "events",
        "expected hours that do not overlap, got 'Fair' (2026-05-01 to 2026-05-01) 20:00-02:00 and 'Fair' (2026-05-02",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "where", "sentence"), REFUSALS)
def test_what_is_not_a_schedule_is_refused(fields: dict[str, Any], where: str, sentence: str) -> None:
    assert_refused(fields, where, sentence)


@pytest.mark.parametrize(
    ("hours", "where", "sentence"),
    [
        ({"opens": "9:00", "closes": "18:00"}, "opens", "expected a time from 00:00 to 23:59, got '9:00'"),
        ({"opens": "24:00", "closes": "18:00"}, "opens", "expected a time from 00:00 to 23:59, got '24:00'"),
        ({"opens": "09:00", "closes": "24:01"}, "closes", "expected a time from 00:00 to 24:00, got '24:01'"),
        ({"opens": "09:00", "closes": "18:60"}, "closes", "expected a time from 00:00 to 24:00, got '18:60'"),
        ({"opens": "09:00\n", "closes": "18:00"}, "opens", "expected a time from 00:00 to 23:59"),
        ({"opens": "٠٩:٠٠", "closes": "18:00"}, "opens", "expected a time from 00:00 to 23:59"),
        ({"opens": 9, "closes": "18:00"}, "opens", "should be a valid string"),
        ({"opens": "09:00", "closes": "09:00"}, "closes", "expected another time than the opening, got 09:00 twice"),
        ({"opens": "09:00", "closes": "18:00", "note": ""}, "note", "not permitted"),
        ({"opens": "09:00"}, "closes", "required"),
    ],
)
def test_what_are_not_hours_is_refused(hours: dict[str, Any], where: str, sentence: str) -> None:
    assert_refused({"weekly": {"mon": [hours]}}, f"weekly.mon.0.{where}", sentence)


@pytest.mark.parametrize(
    ("fields", "where", "sentence"),
    [
        ({"days": []}, "days", "at least 1 item"),
        ({"days": ["thu", "thu"]}, "days", "expected each day once, got thu, thu"),
        ({"days": ["Thursday"]}, "days.0", "should be 'mon', 'tue'"),
        ({"programme": "Late Night"}, "programme", 'expected a programme\'s id (a-z, 0-9, - and _, 64 at most), or ""'),
        ({"programme": "a" * 65}, "programme", "expected a programme's id"),
        ({"programme": None}, "programme", "should be a valid string"),
        ({"starts": "2026-3-1"}, "starts",
         "expected a date from 2000-01-01 to 2199-12-31 as YYYY-MM-DD, got '2026-3-1'"),
        ({"starts": "20260301"}, "starts", "expected a date from"),
        ({"starts": "2026-02-30"}, "starts", "expected a date from"),
        ({"starts": 1_772_323_200}, "starts", "expected a date from"),
        ({"starts": "1999-12-31"}, "starts", "expected a date from"),
        ({"starts": datetime(2026, 3, 1)}, "starts", "expected a date from"),
        ({"ends": "2200-01-01"}, "ends", "expected a date from"),
        ({"starts": "2026-03-02", "ends": "2026-03-01"}, "ends",
         "expected 2026-03-02, where it starts, or a later date, got 2026-03-01"),
        ({"name": "x" * 121}, "name", "at most 120"),
        ({"name": "Late\nnight"}, "name", "expected a name on one line, got the control character U+000A"),
    ],
)  # fmt: skip
def test_what_is_not_a_slot_is_refused(fields: dict[str, Any], where: str, sentence: str) -> None:
    assert_refused({"slots": [a_slot(**fields)]}, f"slots.0.{where}", sentence)


@pytest.mark.parametrize(
    ("fields", "where", "sentence"),
    [
        ({"name": " "}, "name", "at least 1"),
        ({"ends": "2026-04-30"}, "ends", "expected 2026-05-01, where it starts, or a later date, got 2026-04-30"),
        ({"ends": None}, "ends", "expected a date from"),
        ({"hours": DAYTIME * 2}, "hours", "expected hours that do not overlap"),
        ({"ends": "2026-05-02",
          "hours": [{"opens": "20:00", "closes": "02:00"}, {"opens": "01:00", "closes": "03:00"}]},
         "hours", "expected hours that do not overlap, got 20:00-02:00 and the next day's 01:00-03:00"),
    ],
)  # fmt: skip
def test_what_is_not_an_event_is_refused(fields: dict[str, Any], where: str, sentence: str) -> None:
    assert_refused({"events": [an_event(**fields)]}, f"events.0.{where}", sentence)


@given(text=st.text(max_size=20))
def test_a_programme_is_an_id_or_nothing(text: str) -> None:
    if text and not ID.fullmatch(text):
        assert_refused({"slots": [a_slot(programme=text)]}, "slots.0.programme", "")
    else:
        assert a_schedule(slots=[a_slot(programme=text)]).slots[0].programme == text


def test_the_largest_schedule_is_read_and_asked_quickly() -> None:
    first = date(2026, 1, 1)
    slots = [
        a_slot(days=WEEKDAYS, starts=str(first + timedelta(n)), ends=str(first + timedelta(n))) for n in range(200)
    ]
    events = [an_event(starts=str(first + timedelta(n)), ends=str(first + timedelta(n))) for n in range(1000)]
    schedule = a_schedule(slots=slots, events=events)
    started_s = perf_counter()
    for _ in range(20):
        assert at(schedule, "2026-01-02 12:00") == Standing(False, "", "Fair", None, None)  # 400 days are looked at
    assert (perf_counter() - started_s) / 20 < 0.05  # a few ms; CI is shared


def assert_refused(fields: dict[str, Any], where: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        a_schedule(**fields)
    found = {".".join(map(str, error["loc"])): error["msg"] for error in caught.value.errors()}
    assert where in found, found
    assert sentence in found[where]
