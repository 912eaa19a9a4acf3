"""Sums over visits as curators read them: by station and hour, and as a table for a spreadsheet. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from server.instant import instant_of
from server.watch.visits import DWELLS_S, OTHER, STEPS, Measure, VisitRow, bucket_of, gave_up

HEADER = ("hour", "station", "measure", "key", "count", "seconds")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of one


@dataclass
class Sums:
    """What is known of a station's visitors, of an hour or of all of them together."""

    visits: int = 0
    dwell_mean_s: float | None = None  # None: nobody's stay is known
    dwell: dict[str, int] = field(default_factory=dict)  # by bucket, such as "30-60" seconds
    experiences: dict[str, int] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)  # opened, began, camera: of pages, not of sessions
    gave_up: dict[str, int] = field(default_factory=dict)  # consent, permission, waiting, slow


@dataclass
class HourOfVisits:
    """One hour."""

    hour: float  # its start, seconds since 1970
    sums: Sums


@dataclass
class StationVisits:
    """One station, its hours in order; those without a visitor are left out."""

    station: str
    sums: Sums
    hours: list[HourOfVisits]


def report(rows: Iterable[VisitRow]) -> list[StationVisits]:
    """Rows of one exhibition, by station."""
    found = sorted(rows, key=_where)
    stations = groupby(found, key=lambda row: row.place.station)
    return [_station(station, list(its)) for station, its in stations]


def _where(row: VisitRow) -> tuple[str, float, str, str]:
    return row.place.station, row.hour, row.place.measure, row.place.key


def _station(station: str, rows: list[VisitRow]) -> StationVisits:
    hours = [HourOfVisits(hour, sums_of(its)) for hour, its in groupby(rows, key=lambda row: row.hour)]
    return StationVisits(station, sums_of(rows), hours)


def sums_of(rows: Iterable[VisitRow]) -> Sums:
    """All of them together."""
    counts: dict[Measure, dict[str, int]] = {measure: {} for measure in Measure}
    stays, seconds = 0, 0.0
    for row in rows:
        of_kind = counts[row.place.measure]
        of_kind[row.place.key] = of_kind.get(row.place.key, 0) + row.count
        if row.place.measure is Measure.DWELL and row.place.key != OTHER:
            stays, seconds = stays + row.count, seconds + row.total_s
    return Sums(
        visits=counts[Measure.VISITS].get("", 0),
        dwell_mean_s=round(seconds / stays, 1) if stays else None,
        dwell=_in_order(counts[Measure.DWELL], [*map(bucket_of, (0, *DWELLS_S)), OTHER]),
        experiences=counts[Measure.EXPERIENCE],
        styles=counts[Measure.STYLE],
        languages=counts[Measure.LANGUAGE],
        steps=_in_order(counts[Measure.STEP], STEPS),
        gave_up=dict(gave_up(counts[Measure.STEP], counts[Measure.GAVE_UP])),
    )


def _in_order(counts: Mapping[str, int], order: Iterable[str]) -> dict[str, int]:
    return {key: counts[key] for key in order if key in counts}


def csv_of(rows: Iterable[VisitRow]) -> bytes:
    """The same as RFC 4180 has it, with a header, in UTF-8; every cell is a text or a number, never a formula (OWASP,
    "CSV Injection")."""
    text = io.StringIO()
    table = csv.writer(text)  # commas, CRLF, and quotes where they are needed
    table.writerow(HEADER)
    for station, hours in groupby(sorted(rows, key=_where), key=lambda row: row.place.station):
        for hour, its in groupby(hours, key=lambda row: row.hour):
            start = instant_of(hour, "seconds")
            table.writerows([start, *(_harmless(cell) for cell in cells)] for cells in _cells(station, list(its)))
    return text.getvalue().encode()


def _cells(station: str, rows: list[VisitRow]) -> Iterator[tuple[str | float, ...]]:
    for row in rows:
        if row.place.measure is not Measure.GAVE_UP:
            seconds = row.total_s if row.place.measure is Measure.DWELL and row.place.key != OTHER else ""
            yield station, row.place.measure.value, row.place.key, row.count, seconds
    for point, count in sums_of(rows).gave_up.items():
        if count:
            yield station, Measure.GAVE_UP.value, point, count, ""


def _harmless(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
