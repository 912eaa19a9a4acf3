"""Readings as a test needs them: a house in which everything is well, and what is to be otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from server.alerts.rules import Level, Memory, Rule, Sighting, look, rules_of
from server.alerts.standing import Standing, Turn
from server.alerts.thresholds import thresholds_of
from server.config import Config
from server.watch.condition import Condition, Reason
from server.watch.reading import CardReading, HostReading, Reading, RoomReading, StationReading, WorkerReading

BEGAN_AT = 1_800_000_000.0  # 2027-01-15 08:00 UTC
THRESHOLDS = thresholds_of(Config())
RULES = {rule.id: rule for rule in rules_of(THRESHOLDS)}

STATION = StationReading(
    exhibition="winter",
    station="harbour",
    number=3,
    title="Harbour",
    experience="lens",
    condition=Condition.LIVE,
    reason=Reason.NONE,
    message="",
    live=2,
    waiting=0,
    fps=15.0,
    glass_p50_ms=90.0,
    glass_p95_ms=140.0,
    dropped={},
    tried=0,
    locked=0,
    seen_at=BEGAN_AT,
)
WORKER = WorkerReading("worker 0", True, 4711, "stub", "", 0, "", 2, 1, 0.1, 0)
CARD = CardReading("H200", 0.4, 1, 2, 60.0, None, "")
HOST = HostReading(0.1, 1, 2, 50, 100, 1.0, 1, 20, 60.0)
READING = Reading(
    at=BEGAN_AT,
    draining=False,
    announcement="",
    brush="auto",
    room=RoomReading(2, 0, 0, 10, 2, 90.0, 140.0),
    stations=(STATION,),
    lanes=(),
    workers=(WORKER,),
    cards=(CARD,),
    host=HOST,
    store_fault="",
    certificate_ends_at=BEGAN_AT + 300 * 86_400,
)


def with_station(**changes: Any) -> Reading:
    return replace(READING, stations=(replace(STATION, **changes),))


def with_worker(**changes: Any) -> Reading:
    return replace(READING, workers=(replace(WORKER, **changes),))


FAILED = with_station(condition=Condition.FAILED, reason=Reason.NO_ANSWERS)
SLOW = with_station(condition=Condition.DEGRADED, reason=Reason.SLOW, glass_p95_ms=700.0)
EMPTY = with_station(condition=Condition.READY, live=0, glass_p50_ms=None, glass_p95_ms=None)
CLOSED = with_station(condition=Condition.CLOSED, live=0, glass_p50_ms=None, glass_p95_ms=None)


def seen(rule: str, *readings: Reading) -> dict[str, Sighting]:
    """What a rule sees in the last of these readings, by what it speaks of."""
    memory = Memory()
    found: dict[str, Sighting] = {}
    for reading in readings:
        found = {s.subject.name: s for _, s in look([RULES[rule]], reading, THRESHOLDS, memory)}
    return found


def level(rule: str, *readings: Reading) -> Level | None:
    """How the one thing does; None where it is not watched."""
    found = list(seen(rule, *readings).values())
    assert len(found) <= 1
    return found[0].level if found else None


class Day:
    """A house over time, with all rules or those named, one reading a second or more seldom."""

    def __init__(self, *rules: str, every_s: int = 1) -> None:
        self.rules: list[Rule] = [RULES[rule] for rule in rules] or list(RULES.values())
        self.standing, self.memory, self.at = Standing(), Memory(), BEGAN_AT
        self.every_s = every_s

    def turns(self, seconds: int, reading: Reading) -> Iterator[Turn]:
        for _ in range(seconds // self.every_s):
            now = replace(reading, at=self.at)
            yield self.standing.take(self.at, look(self.rules, now, THRESHOLDS, self.memory))
            self.at += self.every_s

    def goes_on(self, seconds: int, reading: Reading) -> list[Turn]:
        """Those turns in which something changed, or a bulletin went."""
        return [turn for turn in self.turns(seconds, reading) if turn != Turn()]

    def bulletins(self, seconds: int, reading: Reading) -> list[tuple[list[str], list[str], list[str]]]:
        """By rule: what began, what ended, what stands."""
        found = [turn.bulletin for turn in self.turns(seconds, reading) if turn.bulletin is not None]
        return [
            tuple([alert.rule.id for alert in alerts] for alerts in (b.began, b.ended, b.standing))  # type: ignore[misc]
            for b in found
        ]
