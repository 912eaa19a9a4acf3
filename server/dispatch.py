"""Feeds one worker from its lanes: frames and textures to paint, frames to track. Decides nothing itself.

Painting and tracking have a lane each, and a bound each on what is with the worker: a pose waits for no painting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exhibit.experience import Region
from exhibit.protocol import Overlay, PoseAnswer, Texture
from exhibit.track.pose import TrackState
from server.costs import Costs, Size
from server.feed import Feed
from server.scheduler import Batch, Lane, Waiting, WaitingFrame, WaitingTexture
from server.worker.painting import painting_worker
from server.worker.settings import Ready, WorkerSettings
from server.worker.wire import Kind, Message

TRACKED = Size(640, 480)
FIRST_GUESS_TRACK_MS = 10.0  # a frame of that size, until the worker has tracked some: no start waits for measuring it
TRACKED_AHEAD = 2  # one that is tracked, and one on its way


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Whom to tell what became of the work."""

    painted: Callable[[WaitingFrame, Overlay], None]
    tracked: Callable[[WaitingFrame, PoseAnswer], None]
    textured: Callable[[WaitingTexture, Texture], None]
    dropped: Callable[[Waiting, str], None]  # reason: replaced, late, fault, bad_picture
    seen: Callable[[int, int, str], None]  # session and connection, and what a code in their frame says
    worked: Callable[[Kind, Mapping[str, float], int], None]  # milliseconds by step, frames
    ready: Callable[[], None]
    scored: Callable[[int, Sequence[Mapping[str, Any]]], None]  # request, and what was found out


class Dispatch:
    """One worker with its lanes."""

    def __init__(
        self,
        number: int,
        settings: WorkerSettings,
        outcomes: Outcomes,
        now_ms: Callable[[], float],
    ) -> None:
        self.paint = Feed(Kind.PAINT, Lane(settings.counts, Costs()))
        self.track = Feed(Kind.TRACK, Lane((1,), Costs()), TRACKED_AHEAD)
        self.track.measured(TRACKED, 1, [FIRST_GUESS_TRACK_MS])
        self.number = number
        self.worker = painting_worker(number, settings, self._on_ready, self._on_message, self._on_lost)
        self.sessions = 0  # how many are placed here
        self._engine = ""  # what paints there, by its description
        self._outcomes, self._now_ms = outcomes, now_ms

    def offer(self, waiting: Waiting, kind: Kind = Kind.PAINT) -> None:
        """Put work into its session's slot and start a batch if the worker has room."""
        feed = self._feed(kind)
        replaced = feed.lane.offer(waiting)
        if replaced is not None:
            self._outcomes.dropped(replaced, "replaced")
        self._pump(feed)

    def withdraw(self, session: int) -> list[Waiting]:
        """Take what waits for a session out of its slots; returns it."""
        found = [feed.lane.withdraw(session) for feed in (self.paint, self.track)]
        return [waiting for waiting in found if waiting is not None]

    def forget(self, session: int) -> None:
        """A session has ended: nothing is kept of it, here or in the worker."""
        self.withdraw(session)
        self.worker.tell(Kind.FORGET, {"session": session})

    def renew(self) -> None:
        """Have the painter opened anew beside the one that paints, with the styles that there are by now."""
        self.worker.tell(Kind.RENEW, {})

    def appraise(self, request: int, artworks: Sequence[str]) -> None:
        """Have targets made and scored, whatever time it takes. Forgotten if the worker ends before."""
        self.worker.tell(Kind.APPRAISE, {"request": request, "artworks": list(artworks)})

    def _feed(self, kind: Kind) -> Feed:
        return self.track if kind is Kind.TRACK else self.paint

    def _pump(self, feed: Feed) -> None:
        while self.worker.ready is not None and feed.has_room:
            choice = feed.choose(self._now_ms())
            for late in choice.late:
                self._outcomes.dropped(late, "late")
            if choice.batch is None:
                return
            self._start(feed, choice.batch)

    def _start(self, feed: Feed, batch: Batch) -> None:
        head: dict[str, Any] = {"width": batch.size.width, "height": batch.size.height}
        head["rows"] = [_row(w) for w in batch.rows]
        if feed.goes_to_lighter(batch):
            head["lighter"] = True
        pictures = [w.frame.picture if isinstance(w, WaitingFrame) else w.picture for w in batch.rows]
        self.worker.submit(feed.kind, batch.number, head, pictures, first=not feed.has_met(batch))

    def _on_ready(self, ready: Ready) -> None:
        if self._engine != ready.engine:
            self.paint.begin_anew(_ahead(ready.in_flight))
            self._engine = ready.engine
        for costs, lighter in ((ready.costs, False), (ready.lighter_costs, True)):
            for cost in costs:
                size = Size(cost["width"], cost["height"])
                self.paint.meet(size, lighter=lighter)
                for work_ms in cost["ms"]:
                    self.paint.measured(size, cost["count"], [work_ms], lighter=lighter)
        self._outcomes.ready()
        for feed in (self.paint, self.track):
            self._pump(feed)

    def _on_message(self, message: Message) -> None:
        head = message.head
        if message.kind is Kind.SEEN:
            self._outcomes.seen(head["session"], head["connection"], head["text"])
            return
        if message.kind is Kind.SCORED:
            self._outcomes.scored(head["request"], head["scores"])
            return
        feed = self._feed(message.kind)
        if head.get("failed"):
            self._drop(feed.failed(head["batch"]).rows)
            self._pump(feed)
            return
        spent_ms: dict[str, float] = head["spent_ms"]
        work_ms = sum(spent_ms.values())
        batch = feed.answered(head["batch"], list(spent_ms.values()))
        self._outcomes.worked(feed.kind, spent_ms, len(batch.rows))
        answers = head["poses"] if feed.kind is Kind.TRACK else message.pictures
        by_row = dict(zip(head["rows"], answers, strict=True))
        for index, waiting in enumerate(batch.rows):
            if index in by_row:
                self._report(batch, waiting, by_row[index], round(work_ms))
            else:
                self._outcomes.dropped(waiting, "bad_picture")
        self._pump(feed)

    def _report(self, batch: Batch, waiting: Waiting, answer: Any, work_ms: int) -> None:
        if isinstance(waiting, WaitingTexture):
            self._outcomes.textured(waiting, _texture(batch, waiting, answer, work_ms))
        elif isinstance(answer, bytes):
            self._outcomes.painted(waiting, _overlay(batch, waiting, answer, work_ms))
        else:
            self._outcomes.tracked(waiting, _pose(batch, waiting, answer, work_ms))

    def _on_lost(self) -> None:
        for feed in (self.paint, self.track):
            self._drop(feed.lost())

    def _drop(self, rows: Sequence[Waiting]) -> None:
        for waiting in rows:
            self._outcomes.dropped(waiting, "fault")


def _ahead(in_flight: int) -> int:
    """How many batches may be with a worker: on the cores one, on a card those in flight and one at either end."""
    return 1 if in_flight == 1 else in_flight + 2


def _row(waiting: Waiting) -> dict[str, Any]:
    """What the worker has to know of one row of a batch."""
    mix = {"weights": dict(waiting.mix.weights), "strength": waiting.mix.strength}
    if isinstance(waiting, WaitingTexture):
        return {"mark": waiting.mark} | mix if waiting.picture else {"texture": waiting.artwork} | mix
    whose = {"session": waiting.session, "connection": waiting.connection, "artwork": waiting.artwork}
    where = {} if waiting.region is Region.ALL else {"region": waiting.region}
    return whose | {"captured_ms": waiting.frame.capture_ms} | mix | where


def _overlay(batch: Batch, waiting: WaitingFrame, picture: bytes, work_ms: int) -> Overlay:
    frame = waiting.frame
    return Overlay(
        seq=frame.seq,
        capture_ms=frame.capture_ms,
        width=batch.size.width,
        height=batch.size.height,
        picture=picture,
        revision=waiting.revision,
        wait_ms=_wait_ms(batch, waiting),
        work_ms=work_ms,
        orientation=frame.orientation,
    )


def _pose(batch: Batch, waiting: WaitingFrame, pose: Mapping[str, Any], work_ms: int) -> PoseAnswer:
    frame = waiting.frame
    return PoseAnswer(
        seq=frame.seq,
        capture_ms=frame.capture_ms,
        width=frame.width,
        height=frame.height,
        state=TrackState(pose["state"]),
        confidence=pose.get("confidence", 0.0),
        error_px=pose.get("error_px", 0.0),
        homography=tuple(pose["homography"]) if "homography" in pose else None,
        wait_ms=_wait_ms(batch, waiting),
        work_ms=work_ms,
        orientation=frame.orientation,
    )


def _texture(batch: Batch, waiting: WaitingTexture, picture: bytes, work_ms: int) -> Texture:
    size, times = (batch.size.width, batch.size.height), (_wait_ms(batch, waiting), work_ms)
    return Texture(0, *size, picture, waiting.revision, *times)  # its number is its connection's affair


def _wait_ms(batch: Batch, waiting: Waiting) -> int:
    return round(max(0.0, batch.started_ms - waiting.arrived_ms))


def least_loaded(dispatches: Sequence[Dispatch]) -> Dispatch:
    """Where the next session is placed: a ready worker with the fewest sessions, or any if none is ready."""
    return min(dispatches, key=lambda d: (d.worker.ready is None, d.sessions))
