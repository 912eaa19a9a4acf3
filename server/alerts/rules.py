"""What is worth an alert: rules that look at a reading and say how each thing does. Pure: knows no clock.

A rule says one of three levels of each thing that it looks at. Between well and bad nothing begins and nothing ends: a
temperature that swings about its threshold, or a station that no visitor tries just now, makes no alert come and go.
What a rule does not mention is not watched: a station that is closed or switched off, or that nobody has ever visited,
and a worker that was never ready.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache

from server.alerts.thresholds import Thresholds
from server.watch.condition import TRIED_FRAMES, Condition, Reason
from server.watch.reading import Reading, StationReading, WorkerReading

MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0
STEADY_S = 10 * MINUTE_S  # so long without another restart, and a worker counts as well again
QUICK_AGAIN = 0.9  # of the target
DISK_BELOW = 0.02  # of the disk, and
CARD_BELOW_C = 5.0  # so much below the threshold, before they count as well again
TITLE_CHARS, FAULT_CHARS = 80, 200

_QUIET = {Condition.CLOSED, Condition.OFF}
_FAILS = {
    Reason.NO_DREAMER: "no process makes pictures from words",
    Reason.UNTRACKABLE: "its artwork's picture cannot be tracked at all",
    Reason.NO_ANSWERS: "camera pictures come in, and nothing goes out",
}


class Level(Enum):
    """How something does."""

    WELL = "well"
    BETWEEN = "between"  # not well, not bad; or nothing can be said
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule speaks of."""

    name: str  # begins a sentence, and is one line
    exhibition: str = ""
    station: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The same for as long as it is the same thing, whatever it is called."""
        return (self.exhibition, self.station) if self.station else ("", self.name)


@dataclass(frozen=True, slots=True)
class Sighting:
    """How one thing does in one reading."""

    subject: Subject
    level: Level
    sentence: str = ""  # what is bad about it, where something is


@dataclass
class Memory:
    """What rules remember of earlier readings."""

    ready: set[str] = field(default_factory=set)  # workers that were ready once
    faulted_at: dict[str, float | None] = field(default_factory=dict)  # by worker: when it last did
    unanswered: set[tuple[str, str]] = field(default_factory=set)  # stations whose last visitors got no answers


Look = Callable[[Reading, Thresholds, Memory], Iterator[Sighting]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that an operator wants to be told."""

    id: str
    means: str  # when it holds, for whoever reads the list of rules
    headline: str  # after the subject's name: what is so
    over: str  # after the subject's name: what is so once it is over
    look: Look
    hold_s: float  # how long it is bad before an alert begins
    clear_s: float  # how long it is well before the alert ends
    repeat_s: float = 4 * HOUR_S  # how long until it is told again while it stands


def rules_of(limits: Thresholds) -> tuple[Rule, ...]:
    """Every rule, with what it compares with."""
    p95 = ", ".join(f"{kind} {ms:g} ms" for kind, ms in limits.p95_ms.items())
    return (
        Rule("station_failed", "Visitors of an open station get no answer, or would get none", "fails", "works again",
             _station_failed, hold_s=15, clear_s=60),
        Rule("station_slow", f"What phones measure from glass to glass is at p95 above the target ({p95})", "is slow",
             "is quick again", _station_slow, hold_s=120, clear_s=300),
        Rule("nobody_locks", f"Visitors tried for {limits.lock_minutes:g} minutes, and no phone found the artwork",
             "is found by no phone", "is found again", _nobody_locks,
             hold_s=limits.lock_minutes * MINUTE_S, clear_s=30),
        Rule("worker_down", "A worker that was ready is not", "is down", "is ready again", _worker_down,
             hold_s=20, clear_s=30),
        Rule("worker_restarted", "A worker died or hung while the house was open, and was started again",
             "was restarted", "has gone on for ten minutes", _worker_restarted, hold_s=0, clear_s=STEADY_S),
        Rule("engine_fallback", "Another engine than the configured one works", "works with a fallback",
             "works as configured again", _engine_fallback, hold_s=10, clear_s=30),
        Rule("card_hot", f"A card has {limits.card_c:g} °C or more", "is hot", "is cool again", _card_hot,
             hold_s=30, clear_s=120),
        Rule("disk_full", f"More than {limits.disk_share:.0%} of the disk with the state folder is in use",
             "is nearly full", "has room again", _disk_full, hold_s=60, clear_s=300, repeat_s=DAY_S),
        Rule("store_failed", "The store cannot be used", "cannot be used", "can be used again", _store_failed,
             hold_s=10, clear_s=30),
        Rule("certificate_ends", f"The certificate ends in less than {limits.certificate_days:g} days", "ends soon",
             "is a new one", _certificate_ends, hold_s=0, clear_s=0, repeat_s=DAY_S),
    )  # fmt: skip


def look(
    rules: Iterable[Rule], reading: Reading, limits: Thresholds, memory: Memory
) -> Iterator[tuple[Rule, Sighting]]:
    """What every rule sees in a reading; `memory` is carried on to the next one."""
    for rule in rules:
        for sighting in rule.look(reading, limits, memory):
            yield rule, sighting


@lru_cache(1024)
def one_line(text: str, most: int) -> str:
    """A text that others wrote, without line breaks, control characters and turns of direction."""
    flat = "".join(" " if unicodedata.category(sign) in _NOT_OF_A_LINE else sign for sign in text)
    plain = " ".join("".join(sign for sign in flat if unicodedata.bidirectional(sign) not in _TURNS).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


_NOT_OF_A_LINE = {"Cc", "Cs", "Zl", "Zp"}
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # of UAX #9


# -- stations: only those that are open, and that somebody has visited ----------------------------------------------


def _watched(reading: Reading) -> Iterator[tuple[StationReading, Subject]]:
    for station in reading.stations:
        if station.condition not in _QUIET and station.seen_at is not None:
            yield station, _of_station(station.exhibition, station.station, station.number, station.title)


@lru_cache(1024)
def _of_station(exhibition: str, station: str, number: int, title: str) -> Subject:
    return Subject(f"{one_line(title, TITLE_CHARS)} (station {number} of {exhibition})", exhibition, station)


def _station_failed(reading: Reading, _limits: Thresholds, memory: Memory) -> Iterator[Sighting]:
    for station, subject in _watched(reading):
        why = _FAILS.get(station.reason) if station.condition is Condition.FAILED else None
        if station.reason is Reason.NO_ANSWERS:
            memory.unanswered.add(subject.key)
        elif station.live and station.condition in {Condition.LIVE, Condition.DEGRADED}:
            memory.unanswered.discard(subject.key)
        unknown = station.condition is Condition.FAILED or subject.key in memory.unanswered
        yield _seen(subject, why is not None, not unknown, f"{subject.name} fails: {why}.")


def _station_slow(reading: Reading, limits: Thresholds, _memory: Memory) -> Iterator[Sighting]:
    for station, subject in _watched(reading):
        p95_ms, most_ms = station.glass_p95_ms, limits.p95_ms.get(station.experience)
        if p95_ms is not None and most_ms is not None:
            sentence = f"{subject.name} is slow: p95 is {p95_ms:.0f} ms from glass to glass, the target {most_ms:g} ms."
            yield _seen(subject, p95_ms > most_ms, p95_ms < QUICK_AGAIN * most_ms, sentence)
        else:
            yield Sighting(subject, Level.BETWEEN)


def _nobody_locks(reading: Reading, limits: Thresholds, _memory: Memory) -> Iterator[Sighting]:
    for station, subject in _watched(reading):
        minutes = limits.lock_minutes
        sentence = f"No phone found the artwork of {subject.name} while visitors tried for {minutes:g} minutes."
        yield _seen(subject, station.tried >= TRIED_FRAMES and not station.locked, station.locked > 0, sentence)


# -- the house ------------------------------------------------------------------------------------------------------


def _worker_down(reading: Reading, _limits: Thresholds, memory: Memory) -> Iterator[Sighting]:
    memory.ready |= {worker.name for worker in reading.workers if worker.ready}
    for worker in reading.workers:
        if worker.name in memory.ready and not reading.draining:
            subject = _of_worker(worker)
            yield _seen(
                subject, not worker.ready, worker.ready, f"{subject.name} is down{_because(worker.last_fault)}."
            )


def _worker_restarted(reading: Reading, _limits: Thresholds, memory: Memory) -> Iterator[Sighting]:
    watched = not reading.draining and any(station.condition not in _QUIET for station in reading.stations)
    for worker in reading.workers:
        subject, before = _of_worker(worker), memory.faulted_at.get(worker.name, worker.last_fault_at)
        memory.faulted_at[worker.name] = worker.last_fault_at
        times = f"{worker.restarts} times" if worker.restarts > 1 else "once"
        sentence = f"{subject.name} was restarted{_because(worker.last_fault)}; {times} since the server's start."
        again = watched and worker.last_fault_at != before  # not by an operator, who knows
        yield _seen(subject, again, not again, sentence)


def _engine_fallback(reading: Reading, _limits: Thresholds, _memory: Memory) -> Iterator[Sighting]:
    for worker in reading.workers:
        subject, why = _of_worker(worker), one_line(worker.fallback, FAULT_CHARS)
        sentence = f"{subject.name} works with {one_line(worker.engine, TITLE_CHARS) or 'a fallback'}: {why}."
        yield _seen(subject, bool(why), worker.ready and not why, sentence)


def _card_hot(reading: Reading, limits: Thresholds, _memory: Memory) -> Iterator[Sighting]:
    for number, card in enumerate(reading.cards):
        subject, degrees = Subject(f"Card {number} ({one_line(card.name, TITLE_CHARS)})"), card.temperature_c
        sentence = f"{subject.name} has {degrees:.0f} °C; from {limits.card_c:g} °C on you are told."
        yield _seen(subject, degrees >= limits.card_c, degrees < limits.card_c - CARD_BELOW_C, sentence)


def _disk_full(reading: Reading, limits: Thresholds, _memory: Memory) -> Iterator[Sighting]:
    used, total = reading.host.disk_bytes, reading.host.disk_total_bytes
    if total:
        share, free_gb = used / total, (total - used) / 1e9
        sentence = f"The disk with the state folder is nearly full: {share:.0%} in use, {free_gb:.1f} GB are left."
        subject = Subject("The disk with the state folder")
        yield _seen(subject, share > limits.disk_share, share < limits.disk_share - DISK_BELOW, sentence)


def _store_failed(reading: Reading, _limits: Thresholds, _memory: Memory) -> Iterator[Sighting]:
    fault = one_line(reading.store_fault, FAULT_CHARS)
    yield _seen(Subject("The store"), bool(fault), not fault, f"The store cannot be used{_because(fault)}.")


def _certificate_ends(reading: Reading, limits: Thresholds, _memory: Memory) -> Iterator[Sighting]:
    if reading.certificate_ends_at is None:
        return
    days = (reading.certificate_ends_at - reading.at) / DAY_S
    on = datetime.fromtimestamp(reading.certificate_ends_at, UTC).date().isoformat()
    when = f"ends in {days:.0f} days, on {on}" if days > 0 else f"has ended, on {on}: phones refuse to open the page"
    soon = days < limits.certificate_days
    yield _seen(Subject("The certificate"), soon, not soon, f"The certificate {when}.")


def _of_worker(worker: WorkerReading) -> Subject:
    return Subject(worker.name[:1].upper() + worker.name[1:])


def _because(fault: str) -> str:
    return f": {said.rstrip('.')}" if (said := one_line(fault, FAULT_CHARS)) else ""


def _seen(subject: Subject, bad: bool, well: bool, sentence: str) -> Sighting:
    return Sighting(subject, Level.BAD if bad else Level.WELL if well else Level.BETWEEN, sentence)
