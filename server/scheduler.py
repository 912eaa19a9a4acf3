"""Which waiting frames make the next batch. Pure: no clock, no socket, no engine.

Each session has one slot and the newest frame wins it. A batch holds frames of one size from many sessions; the
least-served session goes first, by start-time fair queueing (Goyal et al. 1996): its tag is the later of the lane's
virtual time and the end of its own last service, so that neither a greedy client nor a newcomer gets more than a share.
The earliest deadline goes first among equals only: capture times are the clients' word, and a client that lies about
them must gain nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exhibit.dream import Mark
from exhibit.experience import Region
from exhibit.protocol import Frame
from exhibit.style_mix import StyleMix
from server.costs import Costs, Size

WORTH = 1.03  # a larger batch must give at least this much more throughput to be worth its wait


@dataclass(frozen=True, slots=True)
class WaitingFrame:
    """A frame in its session's slot, with how it is to be painted, or to be tracked only."""

    session: int
    connection: int  # of the session: its first, second ...
    frame: Frame
    size: Size  # what it is painted at, or counted as
    mix: StyleMix
    revision: int
    arrived_ms: float
    deadline_ms: float
    artwork: str = ""  # the name of the picture to look for, where that matters
    region: Region = Region.ALL


@dataclass(frozen=True, slots=True)
class WaitingTexture:
    """An artwork that is to be repainted for a session, in the session's slot. Seldom: its deadline is far away."""

    session: int
    connection: int
    artwork: str  # the name of its picture
    size: Size
    mix: StyleMix
    revision: int
    arrived_ms: float
    deadline_ms: float
    picture: bytes = field(default=b"", repr=False)  # instead of the artwork: a picture that was made, a JPEG
    mark: Mark = Mark.NONE  # to be set into that one once it is painted


Waiting = WaitingFrame | WaitingTexture


@dataclass(frozen=True, slots=True)
class Batch:
    """Work of one size that is done together."""

    number: int
    size: Size
    rows: tuple[Waiting, ...]
    started_ms: float


@dataclass(frozen=True, slots=True)
class Choice:
    """What the lane decided: the batch to run, if any, and the frames that can no longer be in time."""

    batch: Batch | None
    late: tuple[Waiting, ...]


@dataclass
class Lane:
    """The queue in front of one engine."""

    batch_sizes: Sequence[int]  # ascending, from 1
    costs: Costs
    _slots: dict[int, Waiting] = field(default_factory=dict)  # by session
    _finish: dict[int, float] = field(default_factory=dict)  # by session: virtual time its last service ends
    _virtual_ms: float = 0.0  # start tag of the last frame served
    _batches: int = 0

    def __len__(self) -> int:
        return len(self._slots)

    def offer(self, waiting: Waiting) -> Waiting | None:
        """Put work into its session's slot; returns the older one that it replaced."""
        replaced = self._slots.pop(waiting.session, None)
        self._slots[waiting.session] = waiting
        return replaced

    def withdraw(self, session: int) -> Waiting | None:
        """Forget a session that left; returns what was waiting for it, if anything."""
        self._finish.pop(session, None)
        return self._slots.pop(session, None)

    def choose(self, now_ms: float) -> Choice:
        """Take the next batch out of the slots, and every frame that can no longer meet its deadline."""
        late = tuple(w for w in self._slots.values() if self._is_late(w, now_ms))
        for waiting in late:
            del self._slots[waiting.session]
        if not self._slots:
            return Choice(None, late)
        ordered = sorted(self._slots.values(), key=self._order)
        first = ordered[0]
        group = [w for w in ordered if w.size == first.size]
        rows = tuple(group[: self._count(group, now_ms)])
        self._serve(rows)
        return Choice(Batch(self._batches, first.size, rows, now_ms), late)

    def _is_late(self, waiting: Waiting, now_ms: float) -> bool:
        """Whether a frame would miss its deadline if it started now.

        Half of its budget is always given to it, so that an engine slower than the deadline still answers, and is
        measured again.
        """
        budget_ms = waiting.deadline_ms - waiting.arrived_ms
        return now_ms + min(self.costs.p95_ms(waiting.size, 1), budget_ms / 2) > waiting.deadline_ms

    def _tag(self, session: int) -> float:
        return max(self._virtual_ms, self._finish.get(session, 0.0))

    def _order(self, waiting: Waiting) -> tuple[float, float]:
        return self._tag(waiting.session), waiting.deadline_ms

    def _count(self, group: Sequence[Waiting], now_ms: float) -> int:
        """The batch size of best throughput that the tightest deadline allows."""
        size, best, best_rate = group[0].size, 1, 0.0
        for count in self.batch_sizes:
            if count > len(group) or not (count == 1 or self.costs.knows(count)):
                continue
            tightest_ms = min(w.deadline_ms for w in group[:count])
            if count > 1 and now_ms + self.costs.p95_ms(size, count) > tightest_ms:
                break
            rate = count / max(self.costs.median_ms(size, count), 1e-6)
            if rate > best_rate * WORTH:
                best, best_rate = count, rate
        return best

    def _serve(self, rows: Sequence[Waiting]) -> None:
        share_ms = max(self.costs.median_ms(rows[0].size, len(rows)), 1e-3) / len(rows)
        tags = [self._tag(w.session) for w in rows]
        for waiting, tag in zip(rows, tags, strict=True):
            del self._slots[waiting.session]
            self._finish[waiting.session] = tag + share_ms
        self._virtual_ms = max(self._virtual_ms, min(tags))
        self._batches += 1
