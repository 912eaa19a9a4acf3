"""Feeds the process that makes pictures: a lane in front of it, at most one batch with it. Decides nothing itself.

It is started when the first station needs it, and no visitor waits for it to be ready: who wishes meanwhile waits in
the lane.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from server.dreamer.settings import DreamerReady, DreamerSettings
from server.dreams.job import Job, Outcome
from server.dreams.lane import DreamLane
from server.dreams.requests import FAULT, NO_MODEL, NotGrantedError
from server.worker.ladder import safer_dreamer
from server.worker.supervisor import Supervisor, WorkerStartError
from server.worker.wire import Kind, Message

log = logging.getLogger("vernissage.dreams")

STEP_S = 60.0  # a step of a batch that takes longer means that the dreamer hangs
PATIENCE = 20  # looks without a word before it hangs, 5 s: it works behind all others, and its beats come late
TRIES = 2


@dataclass(frozen=True, slots=True)
class Reports:
    """Whom to tell what became of the jobs."""

    forming: Callable[[Job, int, int, bytes], None]  # step, of so many, and perhaps a preview (JPEG)
    made: Callable[[Job, Outcome], None]
    failed: Callable[[Job, NotGrantedError], None]
    moved: Callable[[], None]  # who waits has another place by now


class Dreamer:
    """One dreamer process with its lane. `run` owns it."""

    def __init__(
        self,
        settings: DreamerSettings,
        niceness: int,
        per_station: int,
        reports: Reports,
    ) -> None:
        self.lane = DreamLane(per_station)
        self.process = Supervisor(
            name="the dreamer",
            module="server.dreamer",
            settings=settings,
            read_ready=DreamerReady.from_head,
            on_ready=self._on_ready,
            on_answer=self._on_message,
            on_lost=self._on_lost,
            safer=safer_dreamer,
            niceness=niceness,
            patience=PATIENCE,
        )
        self.fault = ""  # why it cannot be had, if it cannot
        self._reports = reports
        self._numbers = itertools.count(1)
        self._in_hand: dict[int, Job] = {}
        self._at_once = 1
        self._wanted = asyncio.Event()

    @property
    def ready(self) -> DreamerReady | None:
        """What it can do; None while it cannot."""
        return self.process.ready

    @property
    def in_hand(self) -> int:
        """How many pictures are being made."""
        return len(self._in_hand)

    @property
    def at_once(self) -> int:
        """How many may be."""
        return self._at_once

    def want(self) -> None:
        """There is a station for it: it is started, if it is not yet."""
        self._wanted.set()

    async def run(self) -> None:
        """Keep it alive from when it is wanted, until cancelled. One that cannot start leaves the lenses alone, and is
        tried again when an operator asks for it."""
        await self._wanted.wait()
        while True:
            try:
                await self.process.run()
            except WorkerStartError as error:
                self._give_up(error)
                await self.process.asked()
                self.fault = ""

    def _give_up(self, error: WorkerStartError) -> None:
        self.fault = str(error)
        log.error("no pictures are made from words: %s", error)
        for job in self.lane.take(len(self.lane)):
            self._reports.failed(job, NotGrantedError("no_model", NO_MODEL))

    def number(self) -> int:
        """For the next job."""
        return next(self._numbers)

    def offer(self, job: Job) -> None:
        """Put a job into the lane, and begin it if there is room. Raises StationBusyError."""
        self.lane.offer(job)
        self._pump()

    def withdraw(self, session: int) -> None:
        """What this session wanted is not wanted any more, waiting or under way."""
        self.lane.withdraw(session)
        for number in [number for number, job in self._in_hand.items() if job.session == session]:
            del self._in_hand[number]
            self._settle(number)
            self.process.tell(Kind.FORGET, {"job": number})
        self._pump()

    def estimate_s(self, place: int) -> int:
        """In about how many seconds a picture at this place (from 1) is there; a guess before any was measured."""
        ready = self.ready
        if ready is None:
            return 5 * place
        a_round_s = ready.step_ms * ready.steps * max(1, self._at_once) / 1000
        return max(1, round(a_round_s * (1 + (place + self.in_hand - 1) // max(1, self._at_once))))

    def _pump(self) -> None:
        if self.ready is None:
            return
        taken = self.lane.take(self._at_once - len(self._in_hand))
        for job in taken:
            self._in_hand[job.number] = job
            self.process.submit(Kind.DREAM, job.number, job.head(), [job.picture] if job.picture else [])
            self.process.expect(Kind.DREAM, job.number, STEP_S)
        if taken:
            self._reports.moved()

    def _settle(self, number: int) -> None:
        """The process owes no more word of this job."""
        self.process.settle(Kind.DREAM, number)

    def _on_ready(self, ready: DreamerReady) -> None:
        self._at_once = ready.at_once
        self._pump()
        self._reports.moved()

    def _on_message(self, message: Message) -> None:
        head = message.head
        if "at_once" in head:
            self._at_once = head["at_once"]
            return
        job = self._in_hand.get(head["batch"])
        if job is None:  # it was withdrawn meanwhile
            return
        if "failed" in head:
            del self._in_hand[job.number]
            self._reports.failed(job, NotGrantedError(head["failed"], head["message"], unknown=head.get("unknown", [])))
        elif head.get("done"):
            del self._in_hand[job.number]
            self._reports.made(job, _outcome(head, message.pictures))
        else:
            self.process.expect(Kind.DREAM, job.number, STEP_S)
            self._reports.forming(job, head["step"], head["steps"], message.pictures[0] if message.pictures else b"")
        self._pump()

    def _on_lost(self) -> None:
        lost, self._in_hand = list(self._in_hand.values()), {}
        for job in lost:
            if job.tries < TRIES:
                self.lane.put_back(replace(job, tries=job.tries + 1))
            else:
                self._reports.failed(job, NotGrantedError("fault", FAULT))
        self._reports.moved()

    def snapshot(self) -> dict[str, Any]:
        """For the operator, as JSON values."""
        ready = self.ready
        told = {
            "pid": self.process.pid,
            "ready": ready is not None,
            "engine": ready.engine if ready else None,
            "checker": ready.checker if ready else None,
            "waiting": len(self.lane),
            "in_hand": self.in_hand,
            "at_once": self._at_once,
            **self.process.health(),
        }
        return told | ({"last_fault": self.fault} if self.fault else {})


def _outcome(head: dict[str, Any], pictures: tuple[bytes, ...]) -> Outcome:
    marked, plain = pictures if len(pictures) == 2 else (b"", b"")
    return Outcome(
        may_be_shown=head["may_be_shown"],
        marked=marked,
        plain=plain,
        steps=head["steps"],
        understood=tuple(head["understood"]),
        unknown=tuple(head["unknown"]),
        spent_ms=head["spent_ms"],
    )
