"""Feeds one worker from one lane: the newest frames in, overlays and drops out. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exhibit.protocol import Overlay
from server.costs import Costs, Size
from server.scheduler import Batch, Lane, WaitingFrame
from server.worker.supervisor import Ready, Supervisor, WorkerSettings
from server.worker.wire import Message


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Whom to tell what became of a frame."""

    painted: Callable[[WaitingFrame, Overlay], None]
    dropped: Callable[[WaitingFrame, str], None]  # reason: replaced, late, fault, bad_picture
    worked: Callable[[dict[str, float], int], None]  # milliseconds by step, frames
    ready: Callable[[], None]


class Dispatch:
    """One worker with its lane. At most `ahead` batches are with the worker, so that choices stay fresh."""

    def __init__(
        self,
        number: int,
        settings: WorkerSettings,
        outcomes: Outcomes,
        now_ms: Callable[[], float],
        ahead: int = 1,
    ) -> None:
        self.costs = Costs()
        self.lane = Lane(settings.counts, self.costs)
        self.worker = Supervisor(number, settings, self._on_ready, self._on_answer, self._on_lost)
        self.sessions = 0  # how many are placed here
        self._outcomes, self._now_ms, self._ahead = outcomes, now_ms, ahead
        self._in_flight: dict[int, Batch] = {}

    def offer(self, waiting: WaitingFrame) -> None:
        """Put a frame into its slot and start a batch if the worker has room."""
        replaced = self.lane.offer(waiting)
        if replaced is not None:
            self._outcomes.dropped(replaced, "replaced")
        self._pump()

    def rate(self, size: Size) -> float:
        """Frames a second at this size, by what was measured; 0.0 before the worker was first ready."""
        return self.costs.rate(size, tuple(self.lane.batch_sizes))

    def _pump(self) -> None:
        while self.worker.ready is not None and len(self._in_flight) < self._ahead:
            choice = self.lane.choose(self._now_ms())
            for late in choice.late:
                self._outcomes.dropped(late, "late")
            if choice.batch is None:
                return
            self._start(choice.batch)

    def _start(self, batch: Batch) -> None:
        self._in_flight[batch.number] = batch
        mixes = [{"weights": dict(w.mix.weights), "strength": w.mix.strength} for w in batch.rows]
        head = {"width": batch.size.width, "height": batch.size.height, "mixes": mixes}
        self.worker.submit(batch.number, head, [w.frame.picture for w in batch.rows])

    def _on_ready(self, ready: Ready) -> None:
        for cost in ready.costs:
            for work_ms in cost["ms"]:
                self.costs.add(Size(cost["width"], cost["height"]), cost["count"], work_ms)
        self._outcomes.ready()
        self._pump()

    def _on_answer(self, message: Message) -> None:
        batch = self._in_flight.pop(message.head["batch"])
        spent_ms: dict[str, float] = message.head["spent_ms"]
        work_ms = sum(spent_ms.values())
        self.costs.add(batch.size, len(batch.rows), work_ms)
        painted = dict(zip(message.head["rows"], message.pictures, strict=True))
        self._outcomes.worked(spent_ms, len(batch.rows))
        for index, waiting in enumerate(batch.rows):
            if index in painted:
                self._outcomes.painted(waiting, _overlay(batch, waiting, painted[index], work_ms))
            else:
                self._outcomes.dropped(waiting, "bad_picture")
        self._pump()

    def _on_lost(self) -> None:
        lost, self._in_flight = list(self._in_flight.values()), {}
        for batch in lost:
            for waiting in batch.rows:
                self._outcomes.dropped(waiting, "fault")


def _overlay(batch: Batch, waiting: WaitingFrame, picture: bytes, work_ms: float) -> Overlay:
    frame = waiting.frame
    return Overlay(
        seq=frame.seq,
        capture_ms=frame.capture_ms,
        width=batch.size.width,
        height=batch.size.height,
        picture=picture,
        revision=waiting.revision,
        wait_ms=round(max(0.0, batch.started_ms - waiting.arrived_ms)),
        work_ms=round(work_ms),
        orientation=frame.orientation,
    )


def least_loaded(dispatches: Sequence[Dispatch]) -> Dispatch:
    """Where the next session is placed: a ready worker with the fewest sessions, or any if none is ready."""
    return min(dispatches, key=lambda d: (d.worker.ready is None, d.sessions))
