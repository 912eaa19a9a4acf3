"""One kind of a worker's work: the lane in front of it, and which batches of it are with the worker. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from server.costs import Costs, Size
from server.scheduler import Batch, Choice, Lane, Waiting, WaitingTexture
from server.worker.wire import Kind

RECENT_MS = 60_000.0
_RECENT = 1024  # batches that are remembered


@dataclass
class Book:
    """What is known of one network at work."""

    costs: Costs = field(default_factory=Costs)  # what batches take
    pace: Costs = field(default_factory=Costs)  # how far apart answers come when batches overlap
    met: set[Size] = field(default_factory=set)  # sizes that the worker has worked at since it was started


@dataclass
class Feed:
    """At most `ahead` batches are with the worker, so that choices stay fresh.

    Two networks may do the work: the one that the worker was started for, and a lighter one when the room is crowded.
    Textures are never the lighter one's: they are kept, and looked at for long.
    """

    kind: Kind
    lane: Lane
    ahead: int = 1
    lighter: bool = False  # which of the two works: only through `use`
    _in_flight: dict[int, tuple[Batch, Book]] = field(default_factory=dict)
    _books: dict[bool, Book] = field(default_factory=dict)  # by whether it is the lighter one
    _begun: deque[tuple[float, int, float]] = field(default_factory=lambda: deque(maxlen=_RECENT))  # when, rows, slack

    def __post_init__(self) -> None:
        self._books = {False: Book(self.lane.costs), True: Book()}

    def use(self, lighter: bool) -> None:
        """Go on with the lighter network, if there is one, or with the other."""
        self.lighter = lighter and self._books[True].costs.knows(1)
        self.lane.costs = self._books[self.lighter].costs

    @property
    def costs(self) -> Costs:
        """What batches of this work take, by the network that works now."""
        return self.lane.costs

    @property
    def has_room(self) -> bool:
        """Whether another batch may go to the worker."""
        return len(self._in_flight) < self.ahead

    def rate(self, size: Size, *, lighter: bool = False) -> float:
        """How many a second of this size, by what was measured; 0.0 while nothing is known."""
        return self._books[lighter].pace.rate(size, tuple(self.lane.batch_sizes))

    def measured(self, size: Size, count: int, steps_ms: Sequence[float], *, lighter: bool = False) -> None:
        """Remember what the steps of a batch took. Where batches overlap, the slowest step sets the pace."""
        self._write(self._books[lighter], size, count, steps_ms)

    def _write(self, book: Book, size: Size, count: int, steps_ms: Sequence[float]) -> None:
        book.costs.add(size, count, sum(steps_ms))
        book.pace.add(size, count, sum(steps_ms) if self.ahead == 1 else max(steps_ms, default=0.0))

    def begin_anew(self, ahead: int) -> None:
        """Other engines work from now on, with so many batches at a time; what those before took means nothing, nor
        what they are still at."""
        self.ahead = ahead
        self._books = {False: Book(), True: Book()}
        self.use(lighter=False)

    def meet(self, size: Size, *, lighter: bool = False) -> None:
        """The worker is ready for this size."""
        self._books[lighter].met.add(size)

    def has_met(self, batch: Batch) -> bool:
        """Whether the worker has worked at this size before, so that nothing has to be compiled for it."""
        return batch.size in self._books[self.goes_to_lighter(batch)].met

    def goes_to_lighter(self, batch: Batch) -> bool:
        """Whether the lighter network does this batch."""
        return self.lighter and not any(isinstance(waiting, WaitingTexture) for waiting in batch.rows)

    def choose(self, now_ms: float) -> Choice:
        """The next batch, which counts as with the worker from now on, and what is too late."""
        choice = self.lane.choose(now_ms)
        if choice.batch is not None:
            self._in_flight[choice.batch.number] = choice.batch, self._books[self.goes_to_lighter(choice.batch)]
            self._begun.append((now_ms, len(choice.batch.rows), self._slack_ms(choice.batch)))
        return choice

    def _slack_ms(self, batch: Batch) -> float:
        """What is left to the tightest deadline of a batch that begins, by what its size is measured to take."""
        takes_ms = self.lane.costs.p95_ms(batch.size, len(batch.rows))
        return min(waiting.deadline_ms for waiting in batch.rows) - batch.started_ms - takes_ms

    def recent(self, now_ms: float) -> tuple[float, float | None]:
        """Mean size of the batches that began in the last minute, and their least slack in ms; 0 and None: none did."""
        recent = [(rows, slack_ms) for at_ms, rows, slack_ms in self._begun if at_ms > now_ms - RECENT_MS]
        if not recent:
            return 0.0, None
        return round(sum(rows for rows, _ in recent) / len(recent), 2), round(min(slack for _, slack in recent), 1)

    def answered(self, number: int, steps_ms: Sequence[float]) -> Batch:
        """The batch that the worker has answered; what its steps took is remembered."""
        batch, book = self._in_flight.pop(number)
        book.met.add(batch.size)
        self._write(book, batch.size, len(batch.rows), steps_ms)
        return batch

    def failed(self, number: int) -> Batch:
        """The batch that the worker could not do. What it took before that says nothing."""
        return self._in_flight.pop(number)[0]

    def lost(self) -> list[Waiting]:
        """What was with a worker that is gone."""
        lost, self._in_flight = list(self._in_flight.values()), {}
        for book in self._books.values():
            book.met.clear()
        return [waiting for batch, _ in lost for waiting in batch.rows]
