"""One worker process from start to end: what is said to it, what it owes, and why it ended or had to be ended."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from server.worker.child import Child, Exit
from server.worker.fault import Cause
from server.worker.silence import TICK_S, Silence
from server.worker.wire import PREFIX, Kind, Message, pack, unpack

START_S = 1800.0  # a first start may build engines, which some compilers take minutes for


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a life ended."""

    cause: Cause
    words: str


@dataclass(frozen=True, slots=True)
class _Due:
    """When a batch is overdue, in seconds of the monotonic clock, and whether something may be compiled for it."""

    at_s: float
    first: bool


class Life:
    """Of one process. Whatever it says goes to `hear`; but that it lives is nobody else's business."""

    def __init__(self, child: Child, silence: Silence, hear: Callable[[Message], None]) -> None:
        self._child, self._silence, self._hear = child, silence, hear
        self._due: dict[tuple[Kind, int], _Due] = {}  # by batch
        self._began_s = self._heard_s = time.monotonic()
        self._ready_s: float | None = None  # when it was ready, in seconds of the monotonic clock
        self._writer: asyncio.StreamWriter | None = None

    @property
    def pid(self) -> int:
        """Which process it is."""
        return self._child.pid

    @property
    def at_work(self) -> bool:
        """Whether it opens its engine, or has a batch that is not only to be tracked in."""
        return self._ready_s is None or any(kind is not Kind.TRACK for kind, _ in self._due)

    @property
    def silent_s(self) -> float:
        """How long ago it last said something."""
        return time.monotonic() - self._heard_s

    @property
    def served_s(self) -> float:
        """For how long it has been ready."""
        return time.monotonic() - self._ready_s if self._ready_s is not None else 0.0

    def say(self, kind: Kind, head: dict[str, Any], pictures: Sequence[bytes] = ()) -> None:
        """Send one message."""
        assert self._writer is not None, "a process was spoken to before it was listened to"
        self._writer.write(pack(kind, head, pictures))

    def expect(self, kind: Kind, batch: int, within_s: float, *, first: bool) -> None:
        """It hangs if it says nothing of this batch, in a message of this kind, for so long."""
        self._due[kind, batch] = _Due(time.monotonic() + within_s, first)

    def settle(self, kind: Kind, batch: int) -> None:
        """Nothing is expected of this batch any more."""
        self._due.pop((kind, batch), None)

    async def until_over(self, asked: asyncio.Event) -> Ending | None:
        """Listen until it closes its end or hangs; returns why, or None when it was asked to end."""
        reader, self._writer = await asyncio.open_connection(sock=self._child.connection)
        tasks = [asyncio.create_task(work) for work in (self._read(reader), self._watch(), _none_when(asked))]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(task for task in tasks if task in done).result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def leave(self) -> None:
        """Say nothing to it any more: it sees the end of the stream."""
        if self._writer is not None:
            self._writer.close()
        else:
            self._child.connection.close()

    async def end(self, *, by_force: bool) -> Exit:
        """How it ended, once it has gone."""
        if by_force:
            self._child.kill()
        return await self._child.end()

    async def _read(self, reader: asyncio.StreamReader) -> Ending:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                text_length, body_length = PREFIX.unpack(await reader.readexactly(PREFIX.size))
                self._take(unpack(await reader.readexactly(text_length), await reader.readexactly(body_length)))
        return Ending(Cause.ENDED, "ended")

    def _take(self, message: Message) -> None:
        self._heard_s = time.monotonic()
        if message.kind is Kind.BEAT:
            self._silence.hear_beat(laden=message.head["laden"])
            return
        self._silence.hear()
        if message.kind is Kind.READY:
            self._ready_s = self._heard_s
        if "batch" in message.head:
            self.settle(message.kind, message.head["batch"])
        self._hear(message)

    async def _watch(self) -> Ending:
        while True:
            await asyncio.sleep(TICK_S)
            now_s = time.monotonic()
            laden = any(due.first for due in self._due.values())
            cause = self._silence.tick(self._child.is_stopped, laden=laden)
            if cause is Cause.STOPPED:
                return Ending(cause, "hung: the process is halted")
            if cause is not None:
                return Ending(cause, f"hung: not a word for {self.silent_s:.1f} s")
            if any(now_s > due.at_s for due in self._due.values()):
                return Ending(Cause.OVERDUE, "hung: a batch was not answered in time")
            if self._ready_s is None and now_s - self._began_s > START_S:
                return Ending(Cause.LATE, f"did not start within {START_S:.0f} s")


async def _none_when(asked: asyncio.Event) -> None:
    await asked.wait()
