"""Who is live and who waits: admission, the waiting room, and estimates. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

FIRST_GUESS_STAY_S = 90.0  # until somebody has left: "a phone, one hand, a minute"
_WEIGHT = 0.2  # of the newest stay in the running mean


@dataclass
class Room:
    """Sessions by number, in order of arrival. `max_live` may change while people are in."""

    max_live: int
    max_waiting: int
    _live: dict[int, float] = field(default_factory=dict)  # session -> when it went live, ms
    _waiting: list[int] = field(default_factory=list)
    _stay_s: float = FIRST_GUESS_STAY_S

    @property
    def live(self) -> int:
        """How many are live, those away included: their slot is kept."""
        return len(self._live)

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether nobody more may even wait."""
        return self.live >= self.max_live and self.waiting >= self.max_waiting

    def arrive(self, session: int) -> None:
        """Join the end of the waiting room; `promote` says who goes in."""
        self._waiting.append(session)

    def readmit(self, session: int, now_ms: float) -> None:
        """Give back a slot that was had before a restart, even where fewer may be live by now."""
        self._live[session] = now_ms

    def promote(self, now_ms: float) -> list[int]:
        """Move as many as there are free slots from the waiting room to live, in order; returns who."""
        free = max(0, self.max_live - self.live)
        promoted, self._waiting = self._waiting[:free], self._waiting[free:]
        self._live.update(dict.fromkeys(promoted, now_ms))
        return promoted

    def leave(self, session: int, now_ms: float) -> None:
        """A session ended, wherever it was."""
        went_live_ms = self._live.pop(session, None)
        if went_live_ms is not None:
            stay_s = (now_ms - went_live_ms) / 1000
            self._stay_s += _WEIGHT * (stay_s - self._stay_s)
        elif session in self._waiting:
            self._waiting.remove(session)

    def place(self, session: int) -> int:
        """Place in the waiting room, from 1. Raises ValueError if the session does not wait."""
        return self._waiting.index(session) + 1

    def places(self) -> list[tuple[int, int]]:
        """(session, place) of everyone who waits."""
        return [(session, place) for place, session in enumerate(self._waiting, start=1)]

    def estimate_s(self, place: int) -> int:
        """Seconds until this place goes live: somebody leaves every stay/max_live seconds."""
        return max(1, round(place * self._stay_s / max(1, self.max_live)))
