"""How well the artworks can be tracked, as a worker found out, for the operator and the curator. Knows no picture."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exhibit.exhibition import Exhibition

log = logging.getLogger("vernissage.appraisals")


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason why an artwork is hard to track (the name of one of exhibit.track.score's, in small letters)."""

    reason: str
    other: str = ""  # the artwork that it speaks of beside this one


@dataclass(frozen=True, slots=True)
class Appraisal:
    """Of one artwork beside the others of its exhibition: from 0, hopeless, to 100."""

    value: int
    remarks: tuple[Remark, ...] = ()


Found = Mapping[str, Appraisal]  # by the name of the artwork's picture


@dataclass(frozen=True, slots=True)
class _Request:
    """What a worker was asked, for an exhibition on show or for somebody who waits."""

    artworks: tuple[str, ...]
    exhibition: Exhibition | None = None
    answer: asyncio.Future[Found] | None = None


class Appraisals:
    """Asks a worker about every exhibition on show, and whatever curators want to know; keeps what it said."""

    def __init__(self, ask: Callable[[int, Sequence[str]], None]) -> None:
        self._ask = ask
        self._last = 0
        self._open: dict[int, _Request] = {}
        self._found: dict[str, Found] = {}  # by the subject of the exhibition's tickets

    def of(self, subject: str) -> Found:
        """What is known of an exhibition's artworks; empty until a worker has had the time."""
        return self._found.get(subject, {})

    def changed(self, subject: str, exhibition: Exhibition | None) -> None:
        """Another version of an exhibition is shown, or none any more."""
        self._open = {n: r for n, r in self._open.items() if r.exhibition is None or r.exhibition.subject != subject}
        if exhibition is None:
            self._found.pop(subject, None)
            return
        artworks = sorted({s.artwork.picture for s in exhibition.stations if s.experience.tracked})
        if artworks:
            self._request(_Request(tuple(artworks), exhibition=exhibition))
        else:
            self._found[subject] = {}

    async def appraise(self, artworks: Sequence[str]) -> Found:
        """What a worker says of these artworks, hung side by side. Takes seconds; the caller bounds it."""
        answer = asyncio.get_running_loop().create_future()
        number = self._request(_Request(tuple(artworks), answer=answer))
        try:
            found: Found = await answer
            return found
        finally:
            self._open.pop(number, None)

    def ready(self) -> None:
        """The worker has started, perhaps once more: what it was asked before, it does not know."""
        for number, request in self._open.items():
            self._ask(number, request.artworks)

    def _request(self, request: _Request) -> int:
        self._last += 1
        self._open[self._last] = request
        self._ask(self._last, request.artworks)
        return self._last

    def take(self, number: int, scores: Sequence[Mapping[str, Any]]) -> None:
        """What a worker said."""
        request = self._open.pop(number, None)
        if request is None:  # another version is shown by now, or nobody waits any more
            return
        found = {score["artwork"]: _appraisal(score) for score in scores}
        if request.answer is not None and not request.answer.done():
            request.answer.set_result(found)
        if request.exhibition is not None:
            self._found[request.exhibition.subject] = found
            _warn(request.exhibition, found)

    def snapshot(self, exhibitions: Sequence[Exhibition]) -> dict[str, dict[str, Any]]:
        """For the statistics: value and reasons by the station's id."""
        return {
            station.id: {"score": found.value, "reasons": [remark.reason for remark in found.remarks]}
            for exhibition in exhibitions
            for station in exhibition.stations
            if (found := self.of(exhibition.subject).get(station.artwork.picture)) is not None
        }


def _appraisal(score: Mapping[str, Any]) -> Appraisal:
    return Appraisal(score["value"], tuple(Remark(reason, other) for reason, other in score["remarks"]))


def _warn(exhibition: Exhibition, found: Found) -> None:
    for station in exhibition.stations:
        appraisal = found.get(station.artwork.picture)
        if appraisal is not None and appraisal.remarks:
            reasons = ", ".join(remark.reason for remark in appraisal.remarks)
            log.warning(
                "station %s: its artwork is hard to track (%d of 100): %s", station.id, appraisal.value, reasons
            )
