"""Minutes, sums of visits and events in the store, on both databases; and who writes them down."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from server.store.database import Database
from server.store.tables import EVENTS, MINUTES
from server.watch import chronicle, events
from server.watch.chronicle import Chronicle
from server.watch.events import Events, Wanted
from server.watch.history import KEPT_S, POINTS, History
from server.watch.journal import Event, Journal
from server.watch.minutes import HOUSE, MINUTE_S, MinuteRow
from server.watch.visit import Visit
from server.watch.visit_book import VisitBook
from server.watch.visits import Measure, Place, VisitRow

NOON_S = 1_800_000_000.0
HOUR_S = NOON_S - NOON_S % 3600
HARBOUR = ("winter", "harbour")
VISIT = Visit("winter", "harbour", "lens", "en", ("udnie",), NOON_S, 45.0, 0.0, live=True, slow=False)


def minute(number: int, live: float, where: tuple[str, str] = HARBOUR) -> MinuteRow:
    return MinuteRow(NOON_S + number * MINUTE_S, *where, {"condition": "live", "live": live})


# -- minutes ----------------------------------------------------------------------------------------------------------


async def test_minutes_are_read_as_they_were_written(database: Database) -> None:
    history = History(database)
    await history.write([minute(0, 2), minute(2, 4), minute(0, 9, HOUSE)])
    await history.write([minute(2, 5)])  # the server was started again in it
    chart = await history.read(HARBOUR, NOON_S, NOON_S + 3 * MINUTE_S)
    assert (chart.start, chart.step_s, chart.points) == (NOON_S, MINUTE_S, 3)
    assert chart.lines["live"] == [2, None, 5]
    assert (await history.read(HOUSE, NOON_S, NOON_S + 1)).lines["live"] == [9]


async def test_a_chart_has_no_more_points_than_are_asked_for(database: Database) -> None:
    history = History(database)
    await history.write([minute(number, number) for number in range(10)])
    chart = await history.read(HARBOUR, NOON_S, NOON_S + 10 * MINUTE_S, points=4)
    assert (chart.step_s, chart.lines["live"]) == (3 * MINUTE_S, [1, 4, 7, 9])
    whole = await history.read(HARBOUR, NOON_S - 900 * 86_400, NOON_S, points=10**9)
    assert whole.points <= POINTS and whole.start == NOON_S - KEPT_S


async def test_minutes_go_after_thirty_days(database: Database) -> None:
    history = History(database)
    await history.write([minute(0, 1), minute(1, 1)])
    assert await history.sweep(NOON_S + KEPT_S + 1) == 1
    async with database.read() as connection:
        assert (await connection.execute(select(MINUTES.c.at))).scalars().all() == [NOON_S + MINUTE_S]


# -- visits -----------------------------------------------------------------------------------------------------------


def seconds(count: int, total_s: float, key: str = "30-60") -> VisitRow:
    return VisitRow(HOUR_S, Place(*HARBOUR, Measure.DWELL, key), count, total_s)


async def test_visits_are_added_to_what_is_there_by_whoever_comes(database: Database) -> None:
    book = VisitBook(database)
    await asyncio.gather(*(book.write([seconds(3, 100.0), seconds(3, 1.0, "0-30")]) for _ in range(4)))
    rows = await book.read("winter", HOUR_S, HOUR_S + 1)
    assert rows == [seconds(12, 4.0, "0-30"), seconds(12, 400.0)]
    assert await book.read("winter", HOUR_S + 1, HOUR_S + 9000) == await book.read("summer", 0, 9e9) == []


async def test_it_is_known_when_visitors_were_last_at_a_station(database: Database) -> None:
    book = VisitBook(database)
    later = VisitRow(HOUR_S + 7200, Place(*HARBOUR, Measure.STEP, "opened"), 1, 0.0)
    came = [VisitRow(HOUR_S + 3600 * n, Place(*HARBOUR, Measure.VISITS), 1, 0.0) for n in range(2)]
    await book.write([*came, later])
    assert await book.seen() == {HARBOUR: HOUR_S + 3600}
    assert await book.sweep(HOUR_S + 400 * 86_400 + 1) == 1


# -- events -----------------------------------------------------------------------------------------------------------

EVENT = Event(1, NOON_S, "info", "station", "it is well again", "winter", "harbour", {"worker": 0})


async def test_events_are_found_by_level_kind_and_place_the_newest_first(database: Database) -> None:
    kept = Events(database)
    worse, worst = replace(EVENT, level="warning", station="mill"), replace(EVENT, level="error", kind="log")
    await kept.write([EVENT, worse, worst])
    first = await kept.read(Wanted(count=2))
    assert [event.level for event in first] == ["error", "warning"]
    assert [replace(event, id=1) for event in await kept.read(Wanted(before=first[-1].id))] == [EVENT]
    assert len(await kept.read(Wanted(level="warning"))) == 2
    assert [event.kind for event in await kept.read(Wanted(kind="log"))] == ["log"]
    assert [event.level for event in await kept.read(Wanted(exhibition="winter", station="mill"))] == ["warning"]


async def test_nothing_of_a_visitor_and_nothing_strange_is_kept_of_an_event(database: Database) -> None:
    kept = Events(database)
    detail = {"address": "192.0.2.7", "session": 7, "path": "/x"}
    await kept.write([replace(EVENT, sentence="a\0b\ud800", detail=detail), replace(EVENT, detail={"x": "y" * 9000})])
    long, strange = await kept.read(Wanted())
    assert (strange.sentence, strange.detail) == ("ab?", {"path": "/x"})
    assert len(long.detail["shortened"]) <= 1000


async def test_events_are_bounded_by_number_and_age(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST", 10)
    monkeypatch.setattr(events, "_BETWEEN_SWEEPS", 12)
    kept = Events(database)
    await kept.write([EVENT] * 5)
    await kept.write([EVENT] * 8)
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(EVENTS))).scalar_one() == 10
    assert await kept.sweep(NOON_S + events.KEPT_S + 1) == 10


# -- the chronicle ----------------------------------------------------------------------------------------------------


async def test_the_chronicle_writes_what_happened_while_it_runs_and_the_rest_at_its_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chronicle, "BEAT_S", 0.001)
    kept, journal = Chronicle(database, lambda: NOON_S), Journal(lambda: NOON_S)
    journal.on_event.append(kept.happened)
    running = asyncio.create_task(kept.run())
    journal.note("doctor", "everything is well")
    async with asyncio.timeout(20):
        while not await kept.events.read(Wanted()):
            await asyncio.sleep(0.005)
    kept.visited(VISIT)
    kept.stepped(*HARBOUR, "opened")
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await kept.end()
    rows = {(row.place.measure.value, row.place.key): row.count for row in await kept.visit_book.read("winter", 0, 9e9)}
    assert rows == {
        ("visits", ""): 1,
        ("experience", "lens"): 1,
        ("step", "opened"): 1,
        **{(measure, "other"): 1 for measure in ("dwell", "language", "style")},
    }
    assert await kept.sweep() == 0
