"""When an exhibition is open, and which programme runs when. Knows no clock, and not what a programme does to stations.

What counts at an instant, from weak to strong:

    weekly hours    the base programme runs; without any the exhibition is always open
    slots           weekly, between two dates: another programme runs during their hours. A slot opens the exhibition:
                    Thursdays 18:00-21:00 extends a Thursday that closes at 18:00
    events          dated: on its dates an event replaces all weekly hours and slots. Without hours: closed

Hours belong to the date on which they begin. Saturday's 20:00-02:00 goes on until two when an event closes Sunday, and
an event's night goes on into the next day's hours. Slots never overlap each other, nor do events, so that the order in
which they are listed means nothing; events are kept in the order of their dates.

Time zones are those of the tz database (IANA); how hours meet summer time is told in exhibit/opening.py.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, field_validator

from exhibit.hours import WEEKDAYS, Hours, HoursOfDay, Value, Week, Weekday, refuse_overlap
from exhibit.opening import MINUTES_A_DAY, Day, Plan, PlanOn, Rank, Standing, Turn, day_view, standing
from exhibit.table import ID

MAX_SLOTS = 200
MAX_EVENTS = 1000
MAX_DAYS = 62  # of one view
FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2199, 12, 31)
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){0,2}")  # not localtime, posix/, right/
_ALWAYS = (Hours(opens="00:00", closes="24:00"),)
_DATES = f"a date from {FIRST_DATE} to {LAST_DATE}"


def _date(value: Any) -> date:
    """A date, or a text that is one in RFC 3339's one spelling. Pydantic alone takes numbers and times of day, too."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if type(day) is not date or not FIRST_DATE <= day <= LAST_DATE or str(day) != str(value):
        raise ValueError(f"expected {_DATES} as YYYY-MM-DD, got {value!r:.60}")
    return day


def _programme(text: str) -> str:
    if text and not ID.fullmatch(text):
        raise ValueError(
            'expected a programme\'s id (a-z, 0-9, - and _, 64 at most), or "" for the base programme, '
            f"got {text!r:.60}"
        )
    return text


def _name(text: str) -> str:
    if odd := next((letter for letter in text if unicodedata.category(letter) == "Cc"), None):
        raise ValueError(f"expected a name on one line, got the control character U+{ord(odd):04X}")
    return text


Date = Annotated[date, BeforeValidator(_date)]
Programme = Annotated[str, AfterValidator(_programme)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(_name)]


class Slot(Value):
    """A weekly time in which another programme runs, and the exhibition is open.

    `starts` and `ends` are the first and the last date on which it may begin; None: no first, no last.
    """

    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)]
    hours: Hours
    programme: Programme
    starts: Date | None = None
    ends: Date | None = None
    name: Name = ""

    @field_validator("days")
    @classmethod
    def _once_each(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if len(set(days)) < len(days):
            raise ValueError(f"expected each day once, got {', '.join(days)}")
        return tuple(sorted(days, key=WEEKDAYS.index))

    @field_validator("ends")
    @classmethod
    def _not_before_it_starts(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return _refuse_backwards(info.data.get("starts"), ends)


class Event(Value):
    """Dates that are not like others. They are open during `hours`, each of them; without hours they are closed."""

    name: Annotated[Name, Field(min_length=1)]
    starts: Date
    ends: Date  # inclusive
    hours: HoursOfDay = ()
    programme: Programme = ""

    @field_validator("ends")
    @classmethod
    def _not_before_it_starts(cls, ends: date, info: ValidationInfo) -> date | None:
        return _refuse_backwards(info.data.get("starts"), ends)

    @field_validator("hours")
    @classmethod
    def _nights_end_before_the_next_day_opens(cls, hours: tuple[Hours, ...], info: ValidationInfo) -> tuple[Hours, ...]:
        if info.data.get("ends", info.data.get("starts")) != info.data.get("starts"):
            refuse_overlap(_stretches(hours, 0, "") + _stretches(hours, 1, "the next day's "))
        return hours

    def __str__(self) -> str:
        return f"'{self.name}' ({self.starts} to {self.ends})"


class Schedule(Value):
    """An exhibition's times. `weekly` None: always open."""

    timezone: str = "UTC"
    weekly: Week | None = None
    slots: Annotated[tuple[Slot, ...], Field(max_length=MAX_SLOTS)] = ()
    events: Annotated[tuple[Event, ...], Field(max_length=MAX_EVENTS)] = ()

    @field_validator("timezone")
    @classmethod
    def _in_the_tz_database(cls, timezone: str) -> str:
        try:
            if _ZONE.fullmatch(timezone):
                ZoneInfo(timezone)
                return timezone
        except (KeyError, ValueError, OSError):  # not there; not a zone's file; a folder
            pass
        raise ValueError(f"expected the name of a time zone, such as Europe/Berlin, got {timezone!r:.60}")

    @field_validator("slots")
    @classmethod
    def _one_slot_at_a_time(cls, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        courses = [_Course(number, slot) for number, slot in enumerate(slots, start=1)]
        for one, other in combinations(courses, 2):
            if (day := one.meets(other)) is not None:
                raise ValueError(f"expected slots that do not overlap, got {one} and {other}, both on {day}")
        return slots

    @field_validator("events")
    @classmethod
    def _one_event_at_a_time(cls, events: tuple[Event, ...]) -> tuple[Event, ...]:
        in_order = tuple(sorted(events, key=lambda event: event.starts))
        for one, other in pairwise(in_order):
            if other.starts <= one.ends:
                raise ValueError(f"expected events on different dates, got {one} and {other}")
            if other.starts == one.ends + timedelta(days=1):
                refuse_overlap(_stretches(one.hours, 0, f"{one} ") + _stretches(other.hours, 1, f"{other} "))
        return in_order

    def at(self, instant: datetime) -> Standing:
        """What holds at an instant, and until when. Raises ValueError for a datetime without a time zone."""
        if instant.utcoffset() is None:
            raise ValueError(f"expected an instant with a time zone, got {instant.isoformat()}")
        return standing(instant, ZoneInfo(self.timezone), self._plans())

    def days(self, first: date, count: int) -> list[Day]:
        """Local dates as a week view draws them, 62 at most. Raises ValueError for others than the schedule's dates."""
        if not FIRST_DATE <= first <= LAST_DATE:
            raise ValueError(f"expected {_DATES}, got {first}")
        if not 1 <= count <= MAX_DAYS:
            raise ValueError(f"expected 1 to {MAX_DAYS} days, got {count}")
        plan_on = self._plans()
        return [day_view(first + timedelta(days=ahead), plan_on) for ahead in range(count)]

    def programmes(self) -> set[str]:
        """The ids of all programmes that slots and events name."""
        return ({slot.programme for slot in self.slots} | {event.programme for event in self.events}) - {""}

    def _plans(self) -> PlanOn:
        """What is meant to happen on a date; slots are sorted by weekday once, for many dates."""
        weekly = self.weekly.by_day() if self.weekly else (_ALWAYS,) * 7
        usual = [Plan(tuple(_turn(hours, Rank.WEEKLY) for hours in day)) for day in weekly]
        slots: list[list[tuple[date, date, Turn]]] = [[] for _ in WEEKDAYS]
        for slot in self.slots:
            dated_turn = (slot.starts or date.min, slot.ends or date.max, _turn(slot.hours, Rank.SLOT, slot.programme))
            for name in slot.days:
                slots[WEEKDAYS.index(name)].append(dated_turn)

        @lru_cache(maxsize=4)  # neighbours are asked for again
        def plan_on(day: date) -> Plan:
            if (event := self._event_on(day)) is not None:
                return Plan(
                    tuple(_turn(hours, Rank.EVENT, event.programme, event.name) for hours in event.hours), event.name
                )
            plan = usual[day.weekday()]
            special = tuple(turn for starts, ends, turn in slots[day.weekday()] if starts <= day <= ends)
            return Plan(plan.turns + special) if special else plan

        return plan_on

    def _event_on(self, day: date) -> Event | None:
        number = bisect_right(self.events, day, key=lambda event: event.starts)
        return self.events[number - 1] if number and day <= self.events[number - 1].ends else None


class _Course:
    """A slot's days in numbers, to compare it with many others."""

    def __init__(self, number: int, slot: Slot) -> None:
        self._number, self._slot = number, slot
        self._weekdays = {WEEKDAYS.index(name) for name in slot.days}
        self._first = (slot.starts or FIRST_DATE).toordinal()
        self._last = (slot.ends or LAST_DATE).toordinal()
        self._opens, self._closes = slot.hours.opens_min, slot.hours.closes_min

    def meets(self, other: _Course) -> Weekday | None:
        """The day of the week on which both run at once, on some date; None: they never do.

        The other may begin on the day before, the same day or the next, since hours reach past midnight.
        """
        for shift in (-1, 0, 1):
            opens, closes = other._opens + shift * MINUTES_A_DAY, other._closes + shift * MINUTES_A_DAY
            if opens < self._closes and self._opens < closes:
                first, last = max(self._first, other._first - shift), min(self._last, other._last - shift)
                for day in range(first, min(last, first + 6) + 1):
                    if _weekday(day) in self._weekdays and _weekday(day + shift) in other._weekdays:
                        return WEEKDAYS[_weekday(day + max(self._opens, opens) // MINUTES_A_DAY)]
        return None

    def __str__(self) -> str:
        name = f" '{self._slot.name}'" if self._slot.name else ""
        return f"slot {self._number}{name} ({self._slot.hours})"


def _refuse_backwards(starts: date | None, ends: date | None) -> date | None:
    if starts is not None and ends is not None and ends < starts:
        raise ValueError(f"expected {starts}, where it starts, or a later date, got {ends}")
    return ends


def _stretches(hours: tuple[Hours, ...], day: int, label: str) -> list[tuple[int, int, str]]:
    shift = day * MINUTES_A_DAY
    return [(each.opens_min + shift, each.closes_min + shift, f"{label}{each}") for each in hours]


def _turn(hours: Hours, rank: Rank, programme: str = "", event: str = "") -> Turn:
    return Turn(hours.opens_min, hours.closes_min, rank, programme, event)


def _weekday(ordinal: int) -> int:
    return (ordinal + 6) % 7  # day 1 of the proleptic calendar was a Monday
