"""The server's hold on one worker process: starts it, speaks with it, and starts it again when it dies or hangs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from server.worker.child import Child, Exit
from server.worker.fault import Cause, Fault, FaultRecord
from server.worker.ladder import Rung
from server.worker.life import Ending, Life
from server.worker.silence import SILENT_TICKS, Silence
from server.worker.wire import Kind, Message

log = logging.getLogger("vernissage.supervisor")

HANG_S = 5.0  # a batch that takes longer means that the worker hangs
FIRST_S = 30.0  # but one of a size that this worker has not met: an engine may have to be compiled for it
BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)  # before the next start, by faults in a row
STEADY_S = 2.0  # one that was ready for so long does not fail in a row: the count begins anew
HOPELESS = 3  # faults in a row before a worker was ever ready
POISONED = 3  # faults at work within ten minutes: then its engine is taken out


class WorkerStartError(Exception):
    """A worker cannot start; the message says why and what helps."""


class State(StrEnum):
    """What the operator is told of a worker."""

    IDLE = "idle"  # it does not run: nobody has asked for it yet, or it cannot start
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing_off"  # it was lost, and is started again in a moment


class Says(Protocol):
    """What any worker says of itself when it can work."""

    @property
    def engine(self) -> str: ...


R = TypeVar("R", bound=Says)


def _as_it_is(settings: Any) -> Any:
    return settings


def _nothing_safer(_settings: Any, _last: Any) -> Rung | None:
    return None


@dataclass
class Supervisor(Generic[R]):
    """Keeps one worker process alive. `run` owns everything; `submit` may be called while `ready` is not None.

    What the worker says once it is ready, answers and reports alike, goes to `on_answer`; that it was lost and why,
    stands in `record`. It is lost when it dies, when it falls silent (`silence.py`: counted in looks, not on a clock),
    when the system says that it is halted, and when it beats but a batch never comes.

    A worker that never became ready and says why, or dies three times over it, ends `run` with WorkerStartError: the
    configuration is wrong, and trying again would hide it. One that has worked before is started again for ever. If it
    keeps failing at work (POISONED), its engine is taken out: the next one is started with what `safer` says, until an
    operator asks for the configured one by `restart`.
    """

    name: str  # for the log: worker 0
    module: str  # what is run: python -m MODULE FD SETTINGS
    settings: Any  # a dataclass, as JSON values
    read_ready: Callable[[dict[str, Any]], R]  # what a message of the kind ready or engine says
    on_ready: Callable[[R], None]  # when it can work, and when it goes on with another engine
    on_answer: Callable[[Message], None]
    on_lost: Callable[[], None]  # whatever was submitted and not answered never will be
    again: Callable[[Any], Any] = _as_it_is  # the settings of one that is started again, having worked with them before
    safer: Callable[[Any, R | None], Rung | None] = _nothing_safer  # below these settings, and what it last said
    niceness: int = 0
    patience: int = SILENT_TICKS  # looks without a word before it hangs
    ready: R | None = None
    restarts: int = 0
    fallback: str = ""  # why another engine than the configured one works; "": it does not
    record: FaultRecord = field(default_factory=FaultRecord)
    _present: Any = None  # the settings that it is started with now
    _worked_with: Any = None  # the last settings with which it was ready; None: it never was
    _last: R | None = None  # what it last said of itself
    _failed: str = ""  # what it said of why it cannot start
    _faults: int = 0  # in a row
    _life: Life | None = None  # of the process that there is now
    _asked: asyncio.Event = field(default_factory=asyncio.Event)  # an operator wants it started anew
    _runs: bool = False

    def __post_init__(self) -> None:
        self._present = self.settings

    @property
    def pid(self) -> int | None:
        """Which process it is; None while there is none."""
        return self._life.pid if self._life is not None else None

    @property
    def state(self) -> State:
        """What it is at."""
        if self.ready is not None:
            return State.READY
        if self._life is not None:
            return State.STARTING
        return State.BACKING_OFF if self._runs else State.IDLE

    @property
    def last_fault(self) -> str:
        """Why it was last lost, in a sentence; "" if it never was."""
        return self.record.last.sentence if self.record.last is not None else ""

    @property
    def last_fault_at(self) -> float | None:
        """When that was noticed, in seconds since 1970."""
        return self.record.last.at_s if self.record.last is not None else None

    @property
    def faults(self) -> int:
        """How many there were in the last ten minutes."""
        return self.record.count(time.monotonic())

    def health(self) -> dict[str, Any]:
        """For the operator, as JSON values."""
        return {
            "state": self.state,
            "restarts": self.restarts,
            "faults": self.faults,
            "last_fault": self.last_fault,
            "last_fault_at": self.last_fault_at,
            "fallback": self.fallback,
        }

    def submit(
        self, kind: Kind, batch: int, head: dict[str, Any], pictures: Sequence[bytes], *, first: bool = False
    ) -> None:
        """Send one batch, perhaps the first of its size. The caller bounds what is in flight: nothing piles up."""
        assert self._life is not None, "submit before the worker was ready"
        self._life.expect(kind, batch, FIRST_S if first else HANG_S, first=first)
        self._life.say(kind, {"batch": batch} | head, pictures)

    def expect(self, kind: Kind, batch: int, within_s: float) -> None:
        """It hangs if it says nothing of this batch, in a message of this kind, for so long."""
        if self._life is not None:
            self._life.expect(kind, batch, within_s, first=False)

    def settle(self, kind: Kind, batch: int) -> None:
        """Nothing is expected of this batch any more."""
        if self._life is not None:
            self._life.settle(kind, batch)

    def tell(self, kind: Kind, head: dict[str, Any]) -> None:
        """Say something that asks for no answer; one that is being started need not know."""
        if self._life is not None and self.ready is not None:
            self._life.say(kind, head)

    def restart(self) -> None:
        """End the process, as an operator asks for, and start the configured engine at once. Counts as no fault."""
        self.fallback, self._present, self._faults = "", self.settings, 0
        self.record.forgive()
        self._asked.set()

    async def asked(self) -> None:
        """Wait until an operator asks for a restart, while nothing runs."""
        await self._asked.wait()
        self._asked.clear()

    async def run(self) -> None:
        """Start the worker again and again, until cancelled. Raises WorkerStartError if it cannot start at all."""
        self._runs = True
        try:
            while True:
                self._asked.clear()
                fault = await self._one_life()
                self.restarts += 1
                if fault is None:
                    log.warning("%s: restarted by an operator", self.name)
                    continue
                pause_s = self._conclude(fault)
                log.error("%s: %s; starting it again in %.1f s", self.name, fault.sentence, pause_s)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._asked.wait(), pause_s)
        finally:
            self._runs = False

    def _conclude(self, fault: Fault) -> float:
        """Remember a fault, and decide what to start next; returns in how many seconds. Raises WorkerStartError."""
        self._faults += 1
        self.record.add(fault, time.monotonic())
        if self._worked_with is None:
            if self._failed or self._faults >= HOPELESS:
                raise WorkerStartError(self._failed or fault.sentence)
        elif self.record.blamed(time.monotonic()) >= POISONED or (self._failed and self.fallback):
            self._step_down(fault)
        return BACKOFF_S[min(self._faults - 1, len(BACKOFF_S) - 1)]

    def _step_down(self, fault: Fault) -> None:
        """Take out an engine that keeps failing; the next one has not failed yet, and need not wait."""
        self.record.forgive()
        rung = self.safer(self._present, self._last)
        if rung is None:
            log.error("%s keeps failing, and nothing safer is left: it goes on with what is configured", self.name)
            self.fallback, self._present = "", self.settings
            return
        self._present, self._faults = rung.settings, 1
        self.fallback = f"{rung.what}; what was there before kept failing: {fault.sentence}"
        log.error("%s goes on with %s", self.name, self.fallback)

    async def _one_life(self) -> Fault | None:
        """From start to end; returns why it ended, or None where an operator wanted it to."""
        self._failed = ""
        settings = self.again(self._present) if self._worked_with == self._present else self._present
        try:
            child = await Child.start(self.module, asdict(settings), self.niceness)
        except OSError as error:  # no memory or no descriptor for another process
            return Fault(self.name, f"cannot be started: {error}", Cause.ENDED, time.time(), 0.0, at_work=False)
        life = self._life = Life(child, Silence(self.patience), self._hear)
        fault: Fault | None = None
        ending: Ending | None = None
        try:
            ending = await life.until_over(self._asked)
            fault = self._notice(life, ending) if ending is not None else None
        finally:
            life.leave()
            self._lose()
            left = await life.end(by_force=ending is None or ending.cause is not Cause.ENDED)
        return _with_last_words(fault, left) if fault is not None else None

    def _notice(self, life: Life, ending: Ending) -> Fault:
        """It has just been lost."""
        self._faults = 0 if life.served_s > STEADY_S else self._faults
        words = f"cannot start: {self._failed}" if self._failed else ending.words
        return Fault(self.name, words, ending.cause, time.time(), life.silent_s, life.at_work)

    def _lose(self) -> None:
        was_ready, self.ready, self._life = self.ready is not None, None, None
        if was_ready:
            self.on_lost()

    def _hear(self, message: Message) -> None:
        if message.kind is Kind.READY:
            self._worked_with = self._present
            self._introduce(message, "is ready:")
        elif message.kind is Kind.ENGINE:
            self._introduce(message, "goes on with")
        elif message.kind is Kind.FAILED:
            self._failed = message.head["reason"]
        else:
            self.on_answer(message)

    def _introduce(self, message: Message, what: str) -> None:
        self.ready = self._last = self.read_ready(message.head)
        log.info("%s %s %s", self.name, what, self.ready.engine)
        self.on_ready(self.ready)


def _with_last_words(fault: Fault, left: Exit) -> Fault:
    """How the process ended, too."""
    cause = fault.cause
    if cause is Cause.ENDED and left.by_signal:
        killed = Cause.MEMORY if left.for_memory else Cause.KILLED
        cause = killed if left.from_outside else Cause.CRASHED
    return replace(fault, sentence=f"{fault.sentence} ({left})", cause=cause)
