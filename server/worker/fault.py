"""What went wrong with a worker, as the operator is told it, and what went wrong lately. Pure: who asks says when."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

WINDOW_S = 600.0  # how far back faults count
MOST = 1000  # of them


class Cause(StrEnum):
    """How a worker was lost."""

    ENDED = "ended"  # by itself; it may have said why
    CRASHED = "crashed"  # for what it did itself (SIGSEGV, SIGABRT)
    MEMORY = "memory"  # the system ended it, and has ended processes for want of memory meanwhile
    KILLED = "killed"  # by somebody (SIGKILL, SIGTERM)
    STOPPED = "stopped"  # halted from outside (SIGSTOP)
    SILENT = "silent"  # it said nothing any more, not even that it lives
    OVERDUE = "overdue"  # it lives, and a batch never came
    LATE = "late"  # it was not ready in time


FROM_OUTSIDE = frozenset({Cause.STOPPED, Cause.KILLED})


@dataclass(frozen=True, slots=True)
class Fault:
    """One loss of a worker."""

    worker: str  # whose: worker 0, the dreamer
    sentence: str
    cause: Cause
    at_s: float  # when it was noticed, seconds since 1970
    silent_s: float  # from the worker's last word until then: it took no longer to notice
    at_work: bool  # while it opened its engine or had a batch to paint: the engine may be to blame


@dataclass
class FaultRecord:
    """The faults of one worker during the last ten minutes. Times are seconds of any clock that never goes back."""

    last: Fault | None = None
    _recent: deque[float] = field(default_factory=lambda: deque(maxlen=MOST))
    _blamed: deque[float] = field(default_factory=lambda: deque(maxlen=MOST))  # of its engine

    def add(self, fault: Fault, now_s: float) -> None:
        """One more. What somebody did to a process says nothing against its engine."""
        self.last = fault
        self._recent.append(now_s)
        if fault.at_work and fault.cause not in FROM_OUTSIDE:
            self._blamed.append(now_s)

    def count(self, now_s: float) -> int:
        """How many there were lately."""
        return _lately(self._recent, now_s)

    def blamed(self, now_s: float) -> int:
        """How many of them its engine may be to blame for, since it was forgiven."""
        return _lately(self._blamed, now_s)

    def forgive(self) -> None:
        """Another engine works from now on."""
        self._blamed.clear()


def _lately(times_s: deque[float], now_s: float) -> int:
    return sum(now_s - at_s <= WINDOW_S for at_s in times_s)
