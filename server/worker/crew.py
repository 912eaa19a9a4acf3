"""The worker's threads and the queues between them. Knows no model: what is done is the workshop's and the lookout's.

    reading ─┬─> decoding ──> painting ──> encoding ─┬─> the server
             ├─> tracking ───────────────────────────┤
             └─> sighting (codes in view) ───────────┤
                                       appraising ───┘

Tracking has a thread of its own, so that a pose never waits behind a batch that is painted: OpenCV and the painters let
go of the interpreter's lock while they work.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Queue, SimpleQueue
from typing import Any

from models.errors import ModelError
from server.worker.appraisal import Scores
from server.worker.heart import Heart
from server.worker.line import Line
from server.worker.lookout import Lookout
from server.worker.sighting import Detect, Turns, read_code
from server.worker.studio import Studio
from server.worker.tracking import find_artworks
from server.worker.wire import Kind, Message
from server.worker.workshop import Job, Workshop

log = logging.getLogger("vernissage.worker")

_GENTLE = 10  # how far the thread that reads codes steps back behind those that paint


Score = Callable[[Sequence[str]], Scores]


@dataclass(frozen=True, slots=True)
class Glance:
    """A frame in which a code may be looked for."""

    session: int
    connection: int
    picture: bytes


class Crew:
    """Works until the server closes its end. A fault in any thread ends the process: the server starts a fresh one."""

    def __init__(
        self,
        line: Line,
        workshop: Workshop,
        lookout: Lookout,
        detect: Detect,
        score: Score,
        *,
        heart: Heart,
        reopen: Callable[[], Studio],
    ) -> None:
        self._line, self._workshop, self._lookout = line, workshop, lookout
        self._detect, self._score, self._heart, self._reopen = detect, score, heart, reopen
        self._to_appraise: SimpleQueue[Mapping[str, Any]] = SimpleQueue()
        self._to_decode: SimpleQueue[Message | None] = SimpleQueue()
        self._to_paint: SimpleQueue[Job | Studio | None] = SimpleQueue()  # a studio: go on with that one
        self._to_encode: SimpleQueue[Job | None] = SimpleQueue()
        self._to_track: SimpleQueue[Message | None] = SimpleQueue()
        self._to_sight: Queue[Glance | None] = Queue(maxsize=1)
        self._turns = Turns()

    def work(self) -> None:
        """Read in this thread, do the rest in others; returns when the server has gone and all is done."""
        works = (self._decode, self._paint, self._encode, self._track, self._sight)
        threads = [threading.Thread(target=_or_die(work), name=work.__name__.strip("_")) for work in works]
        for thread in [*threads, threading.Thread(target=self._appraise, name="appraise", daemon=True)]:
            thread.start()
        _or_die(self._read)()
        for thread in threads:
            thread.join()

    def _appraise(self) -> None:
        """Score artworks when asked to, in a thread that nobody waits for and whose faults cost nothing else."""
        _step_back()
        while True:
            request = self._to_appraise.get()
            scores: Scores = []
            try:
                scores = self._score(request["artworks"])
            except Exception:
                log.exception("artworks cannot be scored")
            with suppress(OSError):  # the server went away, which the reading thread finds out
                self._line.say(Kind.SCORED, {"request": request["request"], "scores": scores})

    def _read(self) -> None:
        while (message := self._line.hear()) is not None:
            match message.kind:
                case Kind.PAINT:
                    self._to_decode.put(message)
                case Kind.TRACK | Kind.FORGET:  # in this order: what was tracked before is forgotten too
                    self._to_track.put(message)
                case Kind.APPRAISE:
                    self._to_appraise.put(message.head)
                case Kind.RENEW:
                    self.improve(self._reopen)
                case other:
                    raise ValueError(f"expected something to do, got {other}")
            self._glance(message)
        self._to_decode.put(None)
        self._to_track.put(None)
        with suppress(Empty):
            self._to_sight.get_nowait()
        self._to_sight.put(None)

    def _glance(self, message: Message) -> None:
        """Let a code be looked for in one of these frames, if nobody looks and nothing has piled up. What is to be
        repainted is nobody's frame."""
        if self._to_sight.full() or self._to_decode.qsize() > 1 or self._to_track.qsize() > 1:
            return
        for row, picture in zip(message.head.get("rows", ()), message.pictures, strict=True):
            if "session" in row and self._turns.may_look(row["session"], _now_ms()):
                self._to_sight.put(Glance(row["session"], row["connection"], picture))
                return

    def _decode(self) -> None:
        while (message := self._to_decode.get()) is not None:
            self._to_paint.put(self._workshop.decode(message))
        self._to_paint.put(None)

    def improve(self, open_better: Callable[[], Studio]) -> None:
        """Open something faster meanwhile, in a thread that nobody waits for, and paint with it once it is warm."""

        def improve() -> None:
            try:
                with self._heart.laden():
                    better = open_better()
                self._to_paint.put(better)
            except ModelError as error:
                log.error("painting goes on as before: %s", error)
            except Exception:
                log.exception("painting goes on as before")

        threading.Thread(target=improve, name="improve", daemon=True).start()

    def _paint(self) -> None:
        while (job := self._to_paint.get()) is not None:
            if isinstance(job, Studio):
                self._workshop.change(job.painter, job.jpegs, job.lighter)
                self._line.say(Kind.ENGINE, job.description)
            else:
                self._to_encode.put(self._workshop.paint(job))
        self._to_encode.put(None)

    def _encode(self) -> None:
        while (job := self._to_encode.get()) is not None:
            self._line.say(Kind.PAINT, *self._workshop.encode(job))

    def _track(self) -> None:
        while (message := self._to_track.get()) is not None:
            if message.kind is Kind.FORGET:
                self._lookout.forget(message.head["session"])
            else:
                self._line.say(Kind.TRACK, find_artworks(self._lookout, message))

    def _sight(self) -> None:
        _step_back()
        while (glance := self._to_sight.get()) is not None:
            started_ms = _now_ms()
            if not self._turns.may_look(glance.session, started_ms):  # it was looked at while this frame waited
                continue
            text = read_code(glance.picture, self._detect)
            self._turns.looked(glance.session, _now_ms(), _now_ms() - started_ms)
            if text:
                seen = {"session": glance.session, "connection": glance.connection, "text": text}
                self._line.say(Kind.SEEN, seen)


def _now_ms() -> float:
    return time.monotonic() * 1000


def _step_back() -> None:
    """Let this thread work in what time the others leave (Linux gives each thread a niceness of its own)."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _GENTLE)


def _or_die(work: Callable[[], None]) -> Callable[[], None]:
    def guarded() -> None:
        try:
            work()
        except ConnectionError:  # the server went away, and waits for nothing any more
            _end(0)
        except Exception:
            log.exception("the worker cannot go on")
            _end(1)

    return guarded


def _end(status: int) -> None:
    """Leave at once: runtimes may hold threads that would keep a process with a fault alive."""
    sys.stderr.flush()
    os._exit(status)
