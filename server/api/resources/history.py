"""What is kept of days over the API: minutes as charts, events, and sums over visits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from exhibit.content import Content, Id
from server.api.answers import Answer, Instant
from server.api.call import Call, CallError, Reply
from server.api.contract import File, Operation
from server.instant import moment_of
from server.permission import Permission
from server.store.open import Store
from server.watch.chronicle import Chronicle
from server.watch.events import PAGE, Wanted
from server.watch.history import KEPT_S, POINTS
from server.watch.visit_report import csv_of, report
from server.watch.visits import HOUR_S

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
LONGEST_REPORT, LONGEST_TABLE = timedelta(days=31), timedelta(days=92)

_CSV = "text/csv"
_Moment = Annotated[datetime, BeforeValidator(moment_of)]


class Stretch(Content):
    """From when to when; the newest that there is, where nobody says."""

    begin: Annotated[_Moment | None, Field(alias="from")] = None
    end: Annotated[_Moment | None, Field(alias="to")] = None


class HistoryQuery(Stretch):
    """Whose minutes; without exhibition and station the house's."""

    exhibition: Id | None = None
    station: Id | None = None
    points: Annotated[int, Field(ge=1, le=POINTS, strict=False)] = POINTS


class EventsQuery(Content):
    """Which events."""

    level: Annotated[Literal["info", "warning", "error"] | None, Field(description="this one, and what is worse")] = (
        None
    )
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")] | None = None
    exhibition: Id | None = None
    station: Id | None = None
    before: Annotated[int, Field(ge=0, le=2**31 - 1, strict=False)] = 0
    count: Annotated[int, Field(ge=1, le=PAGE, strict=False)] = 50


class ChartAnswer(Answer):
    """Lines over a stretch of time: the value of place n is of the `step_s` seconds from `start` + n * `step_s` on."""

    start: Instant
    step_s: int
    points: int
    lines: Mapping[str, tuple[float | str | None, ...]]  # by measure; null: not known


class EventAnswer(Answer):
    """Something that happened."""

    id: int
    at: Instant
    level: str
    kind: str
    exhibition: str
    station: str
    sentence: str
    detail: Mapping[str, Any]


class VisitSums(Answer):
    """What is known of visitors, as sums; a key that fewer than three share is `other`."""

    visits: int
    dwell_mean_s: float | None
    dwell: Mapping[str, int]
    experiences: Mapping[str, int]
    styles: Mapping[str, int]
    languages: Mapping[str, int]
    steps: Mapping[str, int]
    gave_up: Mapping[str, int]


class VisitsInHour(Answer):
    """One hour, from its start on."""

    hour: Instant
    sums: VisitSums


class VisitsAtStation(Answer):
    """One station's visitors, altogether and by hour."""

    station: str
    sums: VisitSums
    hours: tuple[VisitsInHour, ...]


class VisitsAnswer(Answer):
    """An exhibition's visitors by station; stations without any are left out."""

    begins_at: Instant
    ends_at: Instant
    stations: tuple[VisitsAtStation, ...]


class History:
    """The operations on what is kept of days."""

    def __init__(self, store: Store, chronicle: Chronicle) -> None:
        self._store, self._chronicle = store, chronicle

    def operations(self) -> list[Operation]:
        """All of them."""
        see, visits = Permission.SEE, "/exhibitions/{exhibition}/visits"
        return [
            Operation("GET", "/operate/history", "readHistory", "A station, or the house, minute by minute",
                      self.history, see, query=HistoryQuery, answer=ChartAnswer),
            Operation("GET", "/operate/events", "listEvents", "What happened, the newest first", self.events, see,
                      query=EventsQuery, answer=list[EventAnswer]),
            Operation("GET", visits, "readVisits", "An exhibition's visitors in sums, by station and hour",
                      self.visits, see, query=Stretch, answer=VisitsAnswer),
            Operation("GET", f"{visits}.csv", "readVisitsTable", "The same as a table for spreadsheets",
                      self.table, see, query=Stretch, answer=File((_CSV,))),
        ]  # fmt: skip

    async def history(self, call: Call) -> ChartAnswer:
        asked: HistoryQuery = call.query
        if (asked.exhibition is None) != (asked.station is None):
            raise CallError(422, "bad_field", "Expected an exhibition with a station, or neither.", field="station")
        begin, end = _stretch(asked, self._store.now_s(), A_DAY, timedelta(seconds=KEPT_S))
        where = asked.exhibition or "", asked.station or ""
        return ChartAnswer.of(await self._chronicle.history.read(where, begin, end, asked.points))

    async def events(self, call: Call) -> list[EventAnswer]:
        asked: EventsQuery = call.query
        wanted = Wanted(**{name: value for name, value in asked.model_dump().items() if value is not None})
        return [EventAnswer.of(event) for event in await self._chronicle.events.read(wanted)]

    async def visits(self, call: Call) -> VisitsAnswer:
        exhibition, begin, end = await self._asked(call, LONGEST_REPORT)
        rows = await self._chronicle.visit_book.read(exhibition, begin, end)
        stations = await asyncio.to_thread(lambda: tuple(map(VisitsAtStation.of, report(rows))))
        return VisitsAnswer(begins_at=begin, ends_at=end, stations=stations)

    async def table(self, call: Call) -> Reply:
        exhibition, begin, end = await self._asked(call, LONGEST_TABLE)
        rows = await self._chronicle.visit_book.read(exhibition, begin, end)
        first, last = (datetime.fromtimestamp(at, UTC).date().isoformat() for at in (begin, end))
        return Reply(
            data=await asyncio.to_thread(csv_of, rows),
            content_type=f"{_CSV}; charset=utf-8; header=present",
            name=f"visits-{exhibition}-{first}-{last}.csv",
        )

    async def _asked(self, call: Call, longest: timedelta) -> tuple[str, float, float]:
        exhibition = call.part("exhibition")
        await self._store.drafts.read(exhibition)
        now_s = self._store.now_s()
        this_hour_over = now_s - now_s % HOUR_S + HOUR_S
        return exhibition, *_stretch(call.query, this_hour_over, A_WEEK, longest)


def _stretch(asked: Stretch, newest: float, usual: timedelta, longest: timedelta) -> tuple[float, float]:
    """In seconds since 1970. Raises CallError where it ends before it begins, or is too long."""
    end = asked.end.timestamp() if asked.end is not None else newest
    begin = asked.begin.timestamp() if asked.begin is not None else end - usual.total_seconds()
    if not 0 < end - begin <= longest.total_seconds():
        sentence = f"Expected a beginning before the end, and at most {longest.days} days between them."
        raise CallError(422, "bad_field", sentence, field="from")
    return begin, end
