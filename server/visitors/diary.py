"""What one simulated visitor saw: frames sent, ages of overlays, drops and refusals by reason. Knows no socket."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Diary:
    """Counters of one visitor over all the connections of a run. Times are seconds of the monotonic clock."""

    number: int
    greedy: bool = False
    counts_from_s: float = 0.0  # what happens earlier is settling in, and is not counted in frames, ages and drops
    sent: int = 0
    ages_ms: list[float] = field(default_factory=list)  # capture to answer received, one an overlay or a pose
    last_capture_s: float | None = None  # when the newest frame that was answered so was captured
    textures: int = 0
    out_of_order: int = 0
    dropped: Counter[str] = field(default_factory=Counter)  # by reason
    errors: Counter[str] = field(default_factory=Counter)  # the connection went on
    refused: Counter[str] = field(default_factory=Counter)  # the connection ended
    reduced: set[str] = field(default_factory=set)  # what the server said it reduced
    sessions: set[str] = field(default_factory=set)  # public numbers of the sessions had
    waited: bool = False  # was told a place in the waiting room
    connected: int = 0
    resumed: int = 0
    sessions_lost: int = 0  # came back with a token and got a new session
    live_s: float = 0.0  # time spent live and counted
    _live_since_s: float | None = None

    def note_sent(self, now_s: float) -> None:
        """A frame went out."""
        self.sent += self._counts(now_s)

    def note_answer(self, age_ms: float, replaced: int, now_s: float) -> None:
        """An overlay or a pose came, and answered `replaced` older frames too."""
        self.last_capture_s = now_s - age_ms / 1000
        if self._counts(now_s):
            self.ages_ms.append(age_ms)
            self.note_dropped("replaced", now_s, replaced)

    def note_dropped(self, reason: str, now_s: float, count: int = 1) -> None:
        """Frames were lost, on this side (`no_credit`) or that."""
        if count and self._counts(now_s):
            self.dropped[reason] += count

    def note_live(self, now_s: float) -> None:
        """The visitor may send from now on."""
        if self._live_since_s is None:
            self._live_since_s = now_s

    def note_not_live(self, now_s: float) -> None:
        """The visitor waits, lost the connection, or left."""
        if self._live_since_s is not None:
            self.live_s += max(0.0, now_s - max(self._live_since_s, self.counts_from_s))
            self._live_since_s = None

    @property
    def fps(self) -> float:
        """Overlays or poses a second while live."""
        return len(self.ages_ms) / self.live_s if self.live_s > 0 else 0.0

    def _counts(self, now_s: float) -> bool:
        return now_s >= self.counts_from_s
