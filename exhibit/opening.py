"""Whether an exhibition is open, what runs and until when, from hours on the wall clock. Knows no week, slot or event.

Hours belong to the date on which they begin, also when they end after its midnight. Here they become instants, by the
rules of the tz database (zoneinfo). Twice a year a wall-clock time is no instant or two (PEP 495: a gap, a fold):

    in the gap    a time that is skipped stands for the first instant after the gap, as opening and as closing
    in the fold   opening is at the first of the two instants, closing at the second: during stated hours it is open

So what meets in the fold may run at once: of equals, the one that began first keeps until it closes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

HORIZON_DAYS = 400  # how far ahead a change is looked for
MINUTES_A_DAY = 1440
_DAY = timedelta(days=1)


class Rank(IntEnum):
    """Which of several turns counts at a time that they share: the highest."""

    WEEKLY = 0
    SLOT = 1
    EVENT = 2


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of hours, in minutes of the wall clock from the midnight with which its date begins."""

    opens_min: int  # 0 to 1439
    closes_min: int  # after opens_min, to 2879
    rank: Rank
    programme: str = ""  # "": the base programme
    event: str = ""  # its name; "": an ordinary day's hours


@dataclass(frozen=True, slots=True)
class Plan:
    """What is meant to happen on a date."""

    turns: tuple[Turn, ...]  # those that begin on it
    event: str = ""  # the name of the date's event, which may be a day without hours


PlanOn = Callable[[date], Plan]


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds at an instant. Instants are in UTC."""

    open: bool
    programme: str  # "": the base programme, or closed
    event: str  # whose hours these are, or, while closed, the local date's event; "": none. May change before `until`
    until: datetime | None  # when open or programme next changes; None: not within 400 days
    opens_at: datetime | None  # when it next opens; None: it is open, or stays closed for 400 days


@dataclass(frozen=True, slots=True)
class Span:
    """One programme's stretch of a local date, as the wall clock says it."""

    start: str  # "HH:MM"
    end: str  # "HH:MM", or "24:00"
    programme: str
    event: str


@dataclass(frozen=True, slots=True)
class Day:
    """A local date as a week view draws it: in order, without overlaps, closed in between."""

    on: date
    event: str  # the name of the date's event, "" for none
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """A turn of a certain date: [opens, closes) in UTC."""

    opens: datetime
    closes: datetime
    turn: Turn


def standing(instant: datetime, zone: ZoneInfo, plan_on: PlanOn) -> Standing:
    """What holds at an aware instant in a place that keeps `zone`'s time."""
    now = instant.astimezone(UTC)
    today = now.astimezone(zone).date()
    turn = _turn_at(now, _runs(today - 2 * _DAY, 4, zone, plan_on))  # until tomorrow, for folds across midnight
    until = _next_change(now, today, _programme(turn), zone, plan_on)
    if turn is not None:
        return Standing(True, turn.programme, turn.event, until, None)
    return Standing(False, "", plan_on(today).event, until, until)


def day_view(on: date, plan_on: PlanOn) -> Day:
    """What the wall clock of a date says. A gap or a fold in it is not drawn: the hours are as stated."""
    spans: list[Span] = []
    for start, end, turn in _pieces(plan_on(on - _DAY), plan_on(on)):
        span = Span(_clock(start), _clock(end), turn.programme, turn.event)
        if spans and spans[-1] == replace(span, start=spans[-1].start, end=span.start):
            span = replace(spans.pop(), end=span.end)  # the same goes on
        spans.append(span)
    return Day(on, plan_on(on).event, tuple(spans))


def opening_instant(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """The first instant, in UTC, at which a date's wall clock shows `minute` or more."""
    first, second = _both_instants(on, minute, zone)
    return first if first <= second else _end_of_gap(second, first, zone)


def closing_instant(on: date, minute: int, zone: ZoneInfo) -> datetime:
    """The instant, in UTC, from which on a date's wall clock does not show less than `minute` any more."""
    first, second = _both_instants(on, minute, zone)
    return second if first <= second else _end_of_gap(second, first, zone)


def _next_change(now: datetime, today: date, programme: str | None, zone: ZoneInfo, plan_on: PlanOn) -> datetime | None:
    """The first instant at which another programme holds than now; programme None: closed.

    Dates on which nothing else can hold are passed by without asking the tz database, which costs most of the time.
    """
    calm, pair = False, None
    for ahead in range(HORIZON_DAYS + 1):
        day = today + ahead * _DAY
        calm_before, pair_before = calm, pair
        pair = plan_on(day - _DAY), plan_on(day)
        if pair != pair_before:
            calm = _is_calm(*pair, programme)
        if calm and calm_before:  # both, as a run of the day before may last into this one's fold
            continue
        for edge, turn in _edges(day, zone, plan_on):
            if edge > now and _programme(turn) != programme:
                return edge
    return None


def _is_calm(yesterday: Plan, today: Plan, programme: str | None) -> bool:
    """Whether the wall clock of a date says the same all day long."""
    pieces = _pieces(yesterday, today)
    open_min = sum(end - start for start, end, _ in pieces)
    return open_min == (0 if programme is None else MINUTES_A_DAY) and all(
        turn.programme == programme for _, _, turn in pieces
    )


def _pieces(yesterday: Plan, today: Plan) -> list[tuple[int, int, Turn]]:
    """The parts of a date's wall clock with what holds in each, in minutes from its midnight; not the closed ones."""
    nights = (turn for turn in yesterday.turns if turn.closes_min > MINUTES_A_DAY)
    turns = [(turn.opens_min - MINUTES_A_DAY, turn.closes_min - MINUTES_A_DAY, turn) for turn in nights]
    turns += [(turn.opens_min, turn.closes_min, turn) for turn in today.turns]
    edges = sorted({min(max(edge, 0), MINUTES_A_DAY) for opens, closes, _ in turns for edge in (opens, closes)})
    pieces = (
        (start, end, _foremost(turn for opens, closes, turn in turns if opens <= start < closes))
        for start, end in pairwise(edges)
    )
    return [(start, end, turn) for start, end, turn in pieces if turn is not None]


def _edges(day: date, zone: ZoneInfo, plan_on: PlanOn) -> list[tuple[datetime, Turn | None]]:
    """Where some run opens or closes between a date's first midnight and the next date's; what holds from there on.

    What runs then began on that date or on the two before: where a fold lies across midnight, the date shows its first
    midnight before the second 23:59 of the date before, and a run may last until then that began yet a date earlier.
    """
    dawn, dusk = opening_instant(day, 0, zone), opening_instant(day + _DAY, 0, zone)
    runs = _runs(day - 2 * _DAY, 3, zone, plan_on)
    edges = sorted({edge for run in runs for edge in (run.opens, run.closes) if dawn <= edge < dusk})
    return [(edge, _turn_at(edge, runs)) for edge in edges]


def _runs(first: date, days: int, zone: ZoneInfo, plan_on: PlanOn) -> list[_Run]:
    """The runs that begin on some dates, in order. One that a gap swallows closes where it opens."""
    runs = (
        _Run(opening_instant(day, turn.opens_min, zone), closing_instant(day, turn.closes_min, zone), turn)
        for day in (first + ahead * _DAY for ahead in range(days))
        for turn in plan_on(day).turns
    )
    return sorted(runs, key=lambda run: run.opens)


def _turn_at(instant: datetime, runs: Iterable[_Run]) -> Turn | None:
    return _foremost(run.turn for run in runs if run.opens <= instant < run.closes)


def _foremost(turns: Iterable[Turn]) -> Turn | None:
    return max(turns, key=lambda turn: turn.rank, default=None)  # of equals the first


def _programme(turn: Turn | None) -> str | None:
    return None if turn is None else turn.programme


def _both_instants(on: date, minute: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A wall-clock time by the offsets before and after a transition: (first, second) in a fold, reversed in a gap."""
    wall = datetime.combine(on, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone).astimezone(UTC), wall.replace(tzinfo=zone, fold=1).astimezone(UTC)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The transition between two instants of one skipped wall-clock time: where the offset becomes the later one."""
    offset = after.astimezone(zone).utcoffset()
    seconds = range(int((after - before).total_seconds()) + 1)
    moved = bisect_left(
        seconds, True, key=lambda second: (before + timedelta(seconds=second)).astimezone(zone).utcoffset() == offset
    )
    return before + timedelta(seconds=moved)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
