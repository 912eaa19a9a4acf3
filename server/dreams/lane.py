"""Which wishes become pictures next. Pure: no clock, no socket, no model.

Each session has one place, and its newest wish takes it. Who has had fewer pictures comes first, by start-time fair
queueing (Goyal et al. 1996) as in the scheduler: a hundred wishes of one visitor delay another by one picture at most.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from server.dreams.job import Job


class StationBusyError(Exception):
    """As many wait at this station as may."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    tag: float
    order: int  # of arrival, among equals
    job: Job


class DreamLane:
    """Jobs that wait, and the turn of each session."""

    def __init__(self, per_station: int) -> None:
        self._per_station = per_station
        self._waiting: dict[int, _Waiting] = {}  # by session
        self._served: dict[int, float] = {}  # where each session's last service ended, in virtual time
        self._virtual = 0.0
        self._order = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, job: Job) -> Job | None:
        """Put a job into its session's place; returns the one that it replaces. Raises StationBusyError."""
        before = self._waiting.get(job.session)
        others = Counter(waiting.job.station for waiting in self._waiting.values())[job.station]
        if before is None and others >= self._per_station:
            raise StationBusyError
        if before is not None:  # a newer wish neither gains nor loses a place
            self._waiting[job.session] = _Waiting(before.tag, before.order, job)
            return before.job
        self._order += 1
        tag = max(self._virtual, self._served.get(job.session, 0.0))
        self._waiting[job.session] = _Waiting(tag, self._order, job)
        return None

    def put_back(self, job: Job) -> None:
        """A job that was taken and not done comes first, unless its session has a newer one."""
        if job.session not in self._waiting:
            self._waiting[job.session] = _Waiting(-1.0, job.number, job)

    def withdraw(self, session: int) -> Job | None:
        """Nothing is wanted by this session any more; returns what waited."""
        found = self._waiting.pop(session, None)
        return found.job if found is not None else None

    def forget(self, session: int) -> None:
        """The session is over."""
        self.withdraw(session)
        self._served.pop(session, None)

    def take(self, count: int) -> list[Job]:
        """The next jobs, at most so many; they wait no longer."""
        taken = self._in_turn()[: max(0, count)]
        for waiting in taken:
            del self._waiting[waiting.job.session]
            self._virtual = max(self._virtual, waiting.tag)
            self._served[waiting.job.session] = max(self._virtual, waiting.tag) + 1.0
        return [waiting.job for waiting in taken]

    def sessions(self) -> list[int]:
        """Who waits, the next one first."""
        return [waiting.job.session for waiting in self._in_turn()]

    def _in_turn(self) -> list[_Waiting]:
        return sorted(self._waiting.values(), key=lambda waiting: (waiting.tag, waiting.order))
