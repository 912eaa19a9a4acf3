"""One kind of a worker's work: the lane in front of it, and which batches of it are with the worker. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from server.costs import Costs, Size
from server.scheduler import Batch, Choice, Lane, Waiting
from server.worker.wire import Kind


@dataclass
class Feed:
    """At most `ahead` batches are with the worker, so that choices stay fresh."""

    kind: Kind
    lane: Lane
    ahead: int = 1
    pace: Costs = field(default_factory=Costs)  # how far apart answers come when batches overlap
    _in_flight: dict[int, Batch] = field(default_factory=dict)
    _met: set[Size] = field(default_factory=set)  # sizes that the worker has worked at since it was started

    @property
    def costs(self) -> Costs:
        """What batches of this work take."""
        return self.lane.costs

    @property
    def has_room(self) -> bool:
        """Whether another batch may go to the worker."""
        return len(self._in_flight) < self.ahead

    def rate(self, size: Size) -> float:
        """How many a second of this size, by what was measured; 0.0 while nothing is known."""
        return self.pace.rate(size, tuple(self.lane.batch_sizes))

    def measured(self, size: Size, count: int, steps_ms: Sequence[float]) -> None:
        """Remember what the steps of a batch took. Where batches overlap, the slowest step sets the pace."""
        self.costs.add(size, count, sum(steps_ms))
        self.pace.add(size, count, sum(steps_ms) if self.ahead == 1 else max(steps_ms, default=0.0))

    def begin_anew(self, ahead: int) -> None:
        """Another engine does the work from now on, with so many batches at a time; what others took means nothing."""
        self.ahead = ahead
        self.costs.forget()
        self.pace.forget()
        self._met.clear()

    def meet(self, size: Size) -> None:
        """The worker is ready for this size."""
        self._met.add(size)

    def has_met(self, size: Size) -> bool:
        """Whether the worker has worked at this size before, so that nothing has to be compiled for it."""
        return size in self._met

    def choose(self, now_ms: float) -> Choice:
        """The next batch, which counts as with the worker from now on, and what is too late."""
        choice = self.lane.choose(now_ms)
        if choice.batch is not None:
            self._in_flight[choice.batch.number] = choice.batch
        return choice

    def answered(self, number: int, steps_ms: Sequence[float]) -> Batch:
        """The batch that the worker has answered; what its steps took is remembered."""
        batch = self._in_flight.pop(number)
        self.meet(batch.size)
        self.measured(batch.size, len(batch.rows), steps_ms)
        return batch

    def lost(self) -> list[Waiting]:
        """What was with a worker that is gone."""
        lost, self._in_flight = list(self._in_flight.values()), {}
        self._met.clear()
        return [waiting for batch in lost for waiting in batch.rows]
