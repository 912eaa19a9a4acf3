"""Opening hours of a day and of a week, as a curator writes them. Knows no date and no time zone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from exhibit.opening import MINUTES_A_DAY

MAX_HOURS_A_DAY = 6
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)  # as date.weekday() counts
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_END_OF_DAY = "24:00"


class Value(BaseModel):
    """Parsed strictly from JSON, and never changed. Make changed ones by validating again, not by `model_copy`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _opening_time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError(f"expected a time from 00:00 to 23:59, got {text!r:.60}")
    return text


def _closing_time(text: str) -> str:
    if text != _END_OF_DAY and not _TIME.fullmatch(text):
        raise ValueError(f"expected a time from 00:00 to 24:00, got {text!r:.60}")
    return text


class Hours(Value):
    """One stretch of opening hours on the wall clock, less than a day long or one whole day.

    It closes on the day on which it opens when `closes` is later than `opens`, otherwise on the next: 20:00-02:00 is a
    museum's night. 00:00-24:00 is a whole day; equal times are refused, as they could mean all day or nothing.
    """

    opens: Annotated[str, AfterValidator(_opening_time)]
    closes: Annotated[str, AfterValidator(_closing_time)]

    @field_validator("closes")
    @classmethod
    def _not_the_opening_time(cls, closes: str, info: ValidationInfo) -> str:
        if closes == info.data.get("opens"):
            raise ValueError(f"expected another time than the opening, got {closes} twice (all day is 00:00 to 24:00)")
        return closes

    @property
    def opens_min(self) -> int:
        """Minutes from midnight, 0 to 1439."""
        return _minutes(self.opens)

    @property
    def closes_min(self) -> int:
        """Minutes from the midnight before it opens, after `opens_min`, up to 2878."""
        closes = _minutes(self.closes)
        return closes if closes > self.opens_min else closes + MINUTES_A_DAY

    def __str__(self) -> str:
        return f"{self.opens}-{self.closes}"


def _apart(hours: tuple[Hours, ...]) -> tuple[Hours, ...]:
    """The same hours in order. Raises ValueError where they overlap."""
    refuse_overlap((each.opens_min, each.closes_min, str(each)) for each in hours)
    return tuple(sorted(hours, key=lambda each: each.opens_min))


# The hours that begin on one day, in order; none: closed.
HoursOfDay = Annotated[tuple[Hours, ...], Field(max_length=MAX_HOURS_A_DAY), AfterValidator(_apart)]


class Week(Value):
    """Weekly opening hours. A day that is left out is closed."""

    mon: HoursOfDay = ()
    tue: HoursOfDay = ()
    wed: HoursOfDay = ()
    thu: HoursOfDay = ()
    fri: HoursOfDay = ()
    sat: HoursOfDay = ()
    sun: HoursOfDay = ()

    def by_day(self) -> tuple[tuple[Hours, ...], ...]:
        """The hours of Monday to Sunday."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)

    @model_validator(mode="after")
    def _names_a_day(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("expected the hours of at least one day, or null for always open, got no day")
        return self

    @model_validator(mode="after")
    def _nights_end_before_the_next_day_opens(self) -> Self:
        days = self.by_day()
        refuse_overlap(
            (each.opens_min + number * MINUTES_A_DAY, each.closes_min + number * MINUTES_A_DAY, f"{name} {each}")
            for number, name in enumerate((*WEEKDAYS, "mon"))  # Sunday's night meets Monday's morning
            for each in days[number % 7]
        )
        return self


def refuse_overlap(stretches: Iterable[tuple[int, int, str]]) -> None:
    """Raises ValueError where two of the stretches (start, end, how to call it) share time; touching is fine."""
    for (_, end, one), (start, _, other) in pairwise(sorted(stretches)):
        if start < end:
            raise ValueError(f"expected hours that do not overlap, got {one} and {other}")


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
