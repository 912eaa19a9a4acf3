"""How well the artworks can be tracked, as a worker found out, for the operator and the curator. Knows no picture."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exhibit.exhibition import Exhibition

log = logging.getLogger("vernissage.appraisals")


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason why an artwork is hard to track (the name of one of exhibit.track.score's, in small letters)."""

    reason: str
    other: int = 0  # number of the station whose artwork it speaks of; 0: of none


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Of one artwork: from 0, hopeless, to 100."""

    value: int
    remarks: tuple[Remark, ...] = ()


class Appraisals(Mapping[int, Appraisal]):
    """By station number; empty until a worker has had the time."""

    def __init__(self, exhibition: Exhibition) -> None:
        self._exhibition = exhibition
        self._by_station: dict[int, Appraisal] = {}

    def __getitem__(self, station: int) -> Appraisal:
        return self._by_station[station]

    def __iter__(self) -> Iterator[int]:
        return iter(self._by_station)

    def __len__(self) -> int:
        return len(self._by_station)

    def take(self, scores: Sequence[Mapping[str, Any]]) -> None:
        """What a worker said."""
        for score in scores:
            remarks = tuple(Remark(reason, other) for reason, other in score["remarks"])
            self._by_station[score["station"]] = Appraisal(score["value"], remarks)
            station = self._exhibition.station_by_number(score["station"])
            if remarks and station is not None:
                reasons = ", ".join(remark.reason for remark in remarks)
                log.warning(
                    "station %s: its artwork is hard to track (%d of 100): %s", station.id, score["value"], reasons
                )

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """For the statistics: value and reasons by the station's id."""
        named = ((self._exhibition.station_by_number(number), found) for number, found in self._by_station.items())
        return {
            station.id: {"score": found.value, "reasons": [remark.reason for remark in found.remarks]}
            for station, found in named
            if station is not None
        }
