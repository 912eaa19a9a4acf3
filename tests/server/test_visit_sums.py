"""Visits as sums: what is counted at once, what waits for a crowd, and how curators read it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from server.watch import visits as sums
from server.watch.visit import Visit
from server.watch.visit_report import HEADER, csv_of, report, sums_of
from server.watch.visits import CROWD, OTHER, Measure, Place, VisitRow, Visits, bucket_of

TEN_S = 1_800_000_000.0 - 1_800_000_000.0 % 86_400 + 36_000  # ten o'clock
HOUR_S = 3600.0


def visit(at: float = TEN_S, **told: Any) -> Visit:
    usual: dict[str, Any] = {
        "exhibition": "winter",
        "station": "harbour",
        "experience": "lens",
        "language": "en",
        "styles": ("udnie",),
        "began_at": at,
        "dwell_s": 45.0,
        "waited_s": 0.0,
        "live": True,
        "slow": False,
    }
    return Visit(**usual | told)


def told(rows: list[VisitRow], measure: Measure) -> list[tuple[float, str, int]]:
    return [((row.hour - TEN_S) / HOUR_S, row.place.key, row.count) for row in rows if row.place.measure is measure]


def test_that_somebody_was_there_is_counted_in_the_hour_in_which_they_came() -> None:
    visits = Visits()
    visits.visit(visit(TEN_S + 3500), TEN_S + 3700)
    visits.visit(visit(TEN_S + 3700, live=False), TEN_S + 3800)
    visits.visit(visit(TEN_S + 3700, slow=True, experience="dream"), TEN_S + 3800)
    visits.step("winter", "harbour", "opened", TEN_S)
    rows = visits.fetch(TEN_S + 3900)
    assert told(rows, Measure.VISITS) == [(0, "", 1), (1, "", 2)]
    assert told(rows, Measure.EXPERIENCE) == [(0, "lens", 1), (1, "lens", 1), (1, "dream", 1)]
    assert told(rows, Measure.GAVE_UP) == [(1, "waiting", 1), (1, "slow", 1)]
    assert told(rows, Measure.STEP) == [(0, "opened", 1)]
    assert visits.fetch(TEN_S + 3900) == []


def test_a_language_is_told_when_the_hour_is_over_and_only_of_a_crowd() -> None:
    visits = Visits()
    for language in ("en", "en", "en", "en", "ar", "ar"):
        visits.visit(visit(language=language), TEN_S + 10)
    assert told(visits.fetch(TEN_S + 3599), Measure.LANGUAGE) == []
    rows = visits.fetch(TEN_S + HOUR_S)
    assert told(rows, Measure.LANGUAGE) == [(0, "en", 4)]
    assert told(rows, Measure.STYLE) == [(0, "udnie", 6)]
    (dwell,) = [row for row in rows if row.place.measure is Measure.DWELL]
    assert (dwell.place.key, dwell.count, dwell.total_s) == ("30-60", 6, 270.0)
    visits.visit(visit(language="ar"), TEN_S + HOUR_S + 10)
    assert told(visits.fetch(TEN_S + 2 * HOUR_S), Measure.LANGUAGE) == [(1, "ar", 3)]


def test_no_row_is_ever_said_of_fewer_than_a_crowd() -> None:
    visits, rows = Visits(), []
    for number in range(300):
        now_s = TEN_S + number * 700.0
        styles = (f"style-{number % 11}", f"style-{number % 13}")
        visits.visit(visit(now_s, language=f"l{number % 7}", styles=styles, dwell_s=number * 3.0), now_s)
        rows += visits.fetch(now_s)
    rows += visits.fetch_all(TEN_S + 300 * 700.0)
    for measure in (Measure.LANGUAGE, Measure.STYLE, Measure.DWELL):
        its = [row for row in rows if row.place.measure is measure]
        assert {row.place.key for row in its} > {OTHER}
        assert all(row.count >= CROWD for row in its if row.place.key != OTHER)
        assert all(row.total_s == 0 for row in its if row.place.key == OTHER)
        assert sum(row.count for row in its) == (600 if measure is Measure.STYLE else 300)


def test_who_stayed_alone_at_the_end_of_the_day_is_told_without_a_language() -> None:
    visits = Visits()
    visits.visit(visit(language="ar"), TEN_S)
    assert told(visits.fetch(TEN_S + 13 * HOUR_S), Measure.LANGUAGE) == []
    assert told(visits.fetch(TEN_S + 14 * HOUR_S), Measure.LANGUAGE) == [(13, OTHER, 1)]


def test_a_flood_of_names_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "MOST", 100)
    visits = Visits()
    for number in range(500):
        visits.visit(visit(station=f"s{number}"), TEN_S)
    rows = visits.fetch(TEN_S)
    assert len(rows) <= 100 + len(Measure)
    assert sum(row.count for row in rows if row.place.measure is Measure.VISITS) == 500


@pytest.mark.parametrize(("dwell_s", "bucket"), [(0, "0-30"), (30, "30-60"), (1799.9, "600-1800"), (9e9, "1800-")])
def test_a_stay_is_told_roughly(dwell_s: float, bucket: str) -> None:
    assert bucket_of(dwell_s) == bucket


# -- as curators read it ----------------------------------------------------------------------------------------------


def row(measure: Measure, key: str, count: int, total_s: float = 0.0, *, hour: int = 0, where: str = "a") -> VisitRow:
    return VisitRow(TEN_S + hour * HOUR_S, Place("winter", where, measure, key), count, total_s)


ROWS = [
    row(Measure.VISITS, "", 5),
    row(Measure.VISITS, "", 3, hour=1),
    row(Measure.DWELL, "30-60", 4, 160.0),
    row(Measure.DWELL, OTHER, 1),
    row(Measure.STEP, "camera", 5),
    row(Measure.STEP, "opened", 10),
    row(Measure.STEP, "began", 7),
    row(Measure.GAVE_UP, "waiting", 2),
    row(Measure.LANGUAGE, "en", 5, where="b"),
]


def test_the_report_is_by_station_and_hour() -> None:
    first, second = report(ROWS)
    assert (first.station, first.sums.visits, [hour.sums.visits for hour in first.hours]) == ("a", 8, [5, 3])
    assert (first.sums.dwell, first.sums.dwell_mean_s) == ({"30-60": 4, OTHER: 1}, 40.0)
    assert list(first.sums.steps.items()) == [("opened", 10), ("began", 7), ("camera", 5)]
    assert first.sums.gave_up == {"consent": 3, "permission": 2, "waiting": 2, "slow": 0}
    assert (second.station, second.sums.languages, second.sums.dwell_mean_s) == ("b", {"en": 5}, None)


def test_more_cameras_than_agreements_in_an_hour_are_nobody_who_gave_up() -> None:
    assert sums_of([row(Measure.STEP, "camera", 2)]).gave_up["permission"] == 0


def test_the_table_is_one_that_spreadsheets_read() -> None:
    text = csv_of(ROWS).decode()
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n")
    header, *cells = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == HEADER
    assert ["2027-01-15T10:00:00Z", "a", "dwell", "30-60", "4", "160.0"] in cells
    assert ["2027-01-15T10:00:00Z", "a", "gave_up", "consent", "3", ""] in cells
    assert len({tuple(line[:4]) for line in cells}) == len(cells)


@pytest.mark.parametrize("key", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_of_the_table_is_a_formula(key: str) -> None:
    _, line = csv.reader(io.StringIO(csv_of([row(Measure.STYLE, key, 3)]).decode(), newline=""))
    assert line[3] == f"'{key}"


def test_a_cell_with_a_comma_a_quote_or_a_line_end_stays_one() -> None:
    _, line = csv.reader(io.StringIO(csv_of([row(Measure.STYLE, 'a,"b"\r\nc', 3)]).decode(), newline=""))
    assert line[3] == 'a,"b"\r\nc'
