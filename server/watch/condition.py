"""What an operator's tile says of a station: one word, and why. Pure: knows no clock, no socket and no worker.

The order of the questions is the order of the answers' weight: what somebody decided comes before what went wrong, and
what went wrong before what goes slowly. A station that nobody has ever visited is none of these unless its worker is
gone: it is no alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TRIED_FRAMES = 60  # of visitors who look for an artwork, from which on "nobody finds it" means something
LATE_SHARE = 0.5  # of the frames that were meant to be answered


class Condition(StrEnum):
    """The word on the tile."""

    NEVER_SEEN = "never_seen"  # everything works, and no visitor has come yet
    READY = "ready"  # everything works, visitors have been here, nobody is now
    LIVE = "live"  # visitors are here, and are answered
    DEGRADED = "degraded"  # visitors are answered, but slowly, or not in the way that was meant
    FAILED = "failed"  # visitors would get no answer, or get none
    CLOSED = "closed"  # by its schedule
    OFF = "off"  # an operator switched it off


class Reason(StrEnum):
    """Why, for those conditions that have a reason."""

    NONE = "none"
    WORKER_DOWN = "worker_down"  # no process can paint or track
    NO_DREAMER = "no_dreamer"  # no process can make pictures from words
    NO_ANSWERS = "no_answers"  # frames come in, nothing goes out
    UNTRACKABLE = "untrackable"  # the artwork's picture cannot be tracked at all
    NOBODY_LOCKS = "nobody_locks"  # visitors look for the artwork, and no phone finds it
    SLOW = "slow"  # what phones measure is above the target
    LATE = "late"  # most frames come too late, or are lost with a worker
    FALLBACK = "fallback"  # another engine than the configured one works


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a station at one moment."""

    off: bool
    open: bool
    worker_ready: bool
    dreamer_ready: bool  # True where the station needs none
    fallback: bool
    trackable: bool  # True where nothing is tracked, or nobody has looked yet
    seen: bool  # whether a visitor has ever been here
    live: int  # visitors
    frames: int  # that came in during the window
    answers: int  # that went out
    late: int  # frames that were too late, or lost
    tried: int  # frames in which the artwork was looked for, during the minute
    locked: int  # of them, where it was found
    glass_p95_ms: float | None  # as phones measured it
    target_p95_ms: float  # what it should be at most


@dataclass(frozen=True, slots=True)
class Finding:
    """What the tile says."""

    condition: Condition
    reason: Reason = Reason.NONE


def find(facts: Facts) -> Finding:
    """The condition of a station."""
    if facts.off:
        return Finding(Condition.OFF)
    if not facts.open:
        return Finding(Condition.CLOSED)
    for condition, reasons in ((Condition.FAILED, _failures(facts)), (Condition.DEGRADED, _weaknesses(facts))):
        reason = next((reason for reason, holds in reasons if holds), None)
        if reason is not None:
            return Finding(condition, reason)
    if facts.live:
        return Finding(Condition.LIVE)
    return Finding(Condition.READY if facts.seen else Condition.NEVER_SEEN)


def _failures(facts: Facts) -> tuple[tuple[Reason, bool], ...]:
    return (
        (Reason.WORKER_DOWN, not facts.worker_ready),
        (Reason.NO_DREAMER, not facts.dreamer_ready),
        (Reason.UNTRACKABLE, not facts.trackable),
        (Reason.NO_ANSWERS, facts.live > 0 and facts.frames > 0 and facts.answers == 0),
    )


def _weaknesses(facts: Facts) -> tuple[tuple[Reason, bool], ...]:
    meant = facts.answers + facts.late
    slow = facts.glass_p95_ms is not None and facts.glass_p95_ms > facts.target_p95_ms
    return (
        (Reason.LATE, facts.live > 0 and meant > 0 and facts.late / meant > LATE_SHARE),
        (Reason.SLOW, facts.live > 0 and slow),
        (Reason.NOBODY_LOCKS, facts.tried >= TRIED_FRAMES and facts.locked == 0),
        (Reason.FALLBACK, facts.fallback),
    )
