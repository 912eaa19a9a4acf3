"""Paintings made into styles while visitors are there: one at a time, in a process of its own that can be cancelled."""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from models.adding import AddOrder, add_apart, check
from models.errors import ModelError
from models.runtime.compiler import Progress

log = logging.getLogger("vernissage.apprenticeship")


Add = Callable[[AddOrder, Progress, threading.Event], Any]  # learns, in a thread; see models/adding.py


class JobState(StrEnum):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A painting on its way to become a style."""

    id: str
    style: str
    name: str
    state: JobState = JobState.RUNNING
    doing: str = ""
    share: float = 0.0  # of the work, 0 to 1
    sentence: str = ""  # why it failed


class BusyError(Exception):
    """Another painting is being learned."""


class Apprenticeship:
    """Owns the one job. `learned` is called, on the event loop, after a style was added."""

    def __init__(self, learned: Callable[[], Awaitable[None]], add: Add = add_apart) -> None:
        self._learned, self._add = learned, add
        self._jobs: dict[str, Job] = {}  # the newest last
        self._task: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()
        self._cancelled = threading.Event()

    @property
    def jobs(self) -> list[Job]:
        """The newest first."""
        return list(reversed(self._jobs.values()))

    def job(self, job: str) -> Job | None:
        """One job."""
        return self._jobs.get(job)

    async def begin(self, order: AddOrder) -> Job:
        """Start learning. Raises BusyError, and ModelError where the painting or the id will not do."""
        async with self._beginning:  # two may come while the painting of one is looked at
            if self._task is not None and not self._task.done():
                raise BusyError("Another painting is being learned; wait for it, or cancel it.")
            await asyncio.to_thread(check, order)
            return self._begun(order)

    def _begun(self, order: AddOrder) -> Job:
        job = Job(secrets.token_hex(8), order.id, order.name)
        self._jobs[job.id] = job
        while len(self._jobs) > 20:
            del self._jobs[next(iter(self._jobs))]
        self._cancelled = threading.Event()
        self._task = asyncio.create_task(self._learn(job, order, self._cancelled))
        return job

    def cancel(self, job: str) -> bool:
        """Stop it; nothing of it is kept. Whether there was anything to stop."""
        found = self._jobs.get(job)
        if found is None or found.state is not JobState.RUNNING:
            return False
        self._cancelled.set()
        return True

    async def end(self) -> None:
        """The server stops: so does the work."""
        self._cancelled.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def _learn(self, job: Job, order: AddOrder, cancelled: threading.Event) -> None:
        loop = asyncio.get_running_loop()

        def progress(doing: str, share: float) -> None:
            loop.call_soon_threadsafe(self._note, job.id, doing, share)

        try:
            await asyncio.to_thread(self._add, order, progress, cancelled)
            await self._learned()
            self._jobs[job.id] = replace(self._jobs[job.id], state=JobState.DONE, share=1.0)
            log.info("learned the style %s", order.id)
        except (ModelError, OSError) as error:
            state = JobState.CANCELLED if cancelled.is_set() else JobState.FAILED
            self._jobs[job.id] = replace(self._jobs[job.id], state=state, sentence=str(error))
            log.info("did not learn the style %s: %s", order.id, error)
        except Exception:
            log.exception("learning the style %s failed", order.id)
            sentence = "It failed for a reason that the log tells."
            self._jobs[job.id] = replace(self._jobs[job.id], state=JobState.FAILED, sentence=sentence)

    def _note(self, job: str, doing: str, share: float) -> None:
        if job in self._jobs and self._jobs[job].state is JobState.RUNNING:
            self._jobs[job] = replace(self._jobs[job], doing=doing, share=share)
