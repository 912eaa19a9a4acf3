"""The server's hold on one worker process: starts it, speaks with it, and starts it again when it dies or hangs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

from server.worker.wire import PREFIX, Kind, Message, pack, unpack

log = logging.getLogger("vernissage.supervisor")

ENDED = "ended"  # by itself, or killed by somebody else
HANG_S = 5.0  # a batch that takes longer means that the worker hangs
FIRST_S = 30.0  # but one of a size that this worker has not met: an engine may have to be compiled for it
START_S = 1800.0  # a first start may build engines, which some compilers take minutes for
LEAVE_S = 2.0
ONE_BLAS_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # for matrices as small as a tracker's, more only wait for each other
BACKOFF_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)  # before the next start, by faults in a row
HOPELESS = 3  # faults in a row before a worker was ever ready
STEADY_S = 30.0  # after this long without a fault the count begins anew


class WorkerStartError(Exception):
    """A worker cannot start; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker process is started with."""

    runtime: str
    model: str
    threads: int
    quality: int
    sizes: tuple[tuple[int, int], ...]  # width, height: measured at start
    counts: tuple[int, ...]  # batch sizes, likewise
    stub_base_ms: float
    stub_frame_ms: float
    pictures: str = ""  # the folder of artworks' pictures
    targets: str = ""  # the folder that keeps compiled targets; "": none does
    jpeg: str = "auto"  # where JPEGs are decoded and encoded: cores, card, or whichever is quicker
    memory_mb: int = 0  # of a card, at most; 0: all it has
    engines: str = ""  # the folder that keeps compiled engines; "": none does
    shelf: str = ""  # the folder of styles that the gallery added; "": none
    lighter: str = ""  # the ONNX file of the network that paints when the room is crowded; "": none
    profiles: tuple[dict[str, Any], ...] = ()  # models.runtime.profile.Profile as JSON: what engines are compiled for


@dataclass(frozen=True, slots=True)
class Ready:
    """What a worker says of itself when it can work."""

    styles: tuple[str, ...]
    engine: str
    costs: tuple[dict[str, Any], ...]
    in_flight: int = 1  # batches that its painter holds at a time
    device_bytes: int = 0  # memory of a card that its painter holds
    lighter_costs: tuple[dict[str, Any], ...] = ()  # of the lighter network; empty: there is none

    @staticmethod
    def from_head(head: dict[str, Any]) -> Ready:
        """What a message of the kind ready or engine says."""
        costs, lighter_costs = tuple(head["costs"]), tuple(head["lighter_costs"])
        numbers = head["in_flight"], head["device_bytes"]
        return Ready(tuple(head["styles"]), head["engine"], costs, *numbers, lighter_costs)


def _as_it_is(settings: Any) -> Any:
    return settings


def fewer_measures(settings: WorkerSettings) -> WorkerSettings:
    """Everything is measured once; one that is started again only warms up, so that it is back sooner."""
    ends = (settings.sizes[0], settings.sizes[-1])
    return replace(settings, sizes=tuple(dict.fromkeys(ends)), counts=(1,))


class Says(Protocol):
    """What any worker says of itself when it can work."""

    @property
    def engine(self) -> str: ...


R = TypeVar("R", bound=Says)


@dataclass
class Supervisor(Generic[R]):
    """Keeps one worker process alive. `run` owns everything; `submit` may be called while `ready` is not None.

    What the worker says once it is ready, answers and reports alike, goes to `on_answer`.

    A worker that never became ready and says why, or dies three times over it, ends `run` with WorkerStartError: the
    configuration is wrong, and trying again would hide it. One that has worked before is started again for ever.
    """

    name: str  # for the log: worker 0
    module: str  # what is run: python -m MODULE FD SETTINGS
    settings: Any  # a dataclass, as JSON values
    read_ready: Callable[[dict[str, Any]], R]  # what a message of the kind ready or engine says
    on_ready: Callable[[R], None]  # when it can work, and when it goes on with a faster engine
    on_answer: Callable[[Message], None]
    on_lost: Callable[[], None]  # whatever was submitted and not answered never will be
    again: Callable[[Any], Any] = _as_it_is  # the settings of one that is started again, having worked before
    niceness: int = 0
    ready: R | None = None
    pid: int | None = None
    restarts: int = 0
    last_fault: str = ""
    _ever_ready: bool = False
    _failed: str = ""  # what the worker said of why it cannot start
    _faults: int = 0  # in a row
    _overdue_s: dict[tuple[Kind, int], float] = field(default_factory=dict)  # batch -> monotonic seconds, when it hangs
    _writer: asyncio.StreamWriter | None = None

    def submit(
        self, kind: Kind, batch: int, head: dict[str, Any], pictures: Sequence[bytes], *, first: bool = False
    ) -> None:
        """Send one batch, perhaps the first of its size. The caller bounds what is in flight: nothing piles up."""
        assert self._writer is not None, "submit before the worker was ready"
        self.expect(kind, batch, FIRST_S if first else HANG_S)
        self._writer.write(pack(kind, {"batch": batch} | head, pictures))

    def expect(self, kind: Kind, batch: int, within_s: float) -> None:
        """It hangs if it says nothing of this batch, in a message of this kind, for so long."""
        self._overdue_s[kind, batch] = time.monotonic() + within_s

    def settle(self, kind: Kind, batch: int) -> None:
        """Nothing is expected of this batch any more."""
        self._overdue_s.pop((kind, batch), None)

    def tell(self, kind: Kind, head: dict[str, Any]) -> None:
        """Say something that asks for no answer; one that is being started need not know."""
        if self._writer is not None and self.ready is not None:
            self._writer.write(pack(kind, head))

    async def run(self) -> None:
        """Start the worker again and again, until cancelled. Raises WorkerStartError if it cannot start at all."""
        while True:
            started = time.monotonic()
            fault = await self._one_life()
            self._faults = 1 if time.monotonic() - started > STEADY_S else self._faults + 1
            self.restarts += 1
            self.last_fault = fault
            if not self._ever_ready and (self._failed or self._faults >= HOPELESS):
                raise WorkerStartError(self._failed or fault)
            pause_s = BACKOFF_S[min(self._faults - 1, len(BACKOFF_S) - 1)]
            log.error("%s: %s; starting it again in %.1f s", self.name, fault, pause_s)
            await asyncio.sleep(pause_s)

    async def _one_life(self) -> str:
        """From start to death; returns why it died."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(
                    sys.executable,
                    "-m",
                    self.module,
                    str(theirs.fileno()),
                    json.dumps(asdict(self.again(self.settings) if self._ever_ready else self.settings)),
                ),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                env=os.environ | ONE_BLAS_THREAD,
            )
        self._step_back(process.pid)
        reader, self._writer = await asyncio.open_connection(sock=ours)
        self.pid = process.pid
        reason = "stopped by the server"
        try:
            reason = await self._converse(reader)
        finally:
            self._writer.close()
            self._lose()
            if reason != ENDED:
                _kill(process.pid)
            status = await _last_words(process)
        return f"{reason} ({_exit_words(status)})"

    def _step_back(self, pid: int) -> None:
        """Let the process work in what time the others leave."""
        if self.niceness and sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError):  # it is gone already; its end is noticed elsewhere
                os.setpriority(os.PRIO_PROCESS, pid, self.niceness)

    def _lose(self) -> None:
        was_ready, self.ready, self.pid = self.ready is not None, None, None
        self._overdue_s.clear()
        if was_ready:
            self.on_lost()

    async def _converse(self, reader: asyncio.StreamReader) -> str:
        """Read messages until the worker closes its end or has to be killed; returns which of the two, in words."""
        watch = asyncio.create_task(self._watch())
        read = asyncio.create_task(self._read(reader))
        try:
            done, _ = await asyncio.wait({watch, read}, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in (watch, read):
                task.cancel()
            await asyncio.gather(watch, read, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader) -> str:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                text_length, body_length = PREFIX.unpack(await reader.readexactly(PREFIX.size))
                self._hear(unpack(await reader.readexactly(text_length), await reader.readexactly(body_length)))
        return ENDED

    def _hear(self, message: Message) -> None:
        head, kind = message.head, message.kind
        if kind is Kind.READY:
            self._ever_ready = True
            self.ready = self.read_ready(head)
            log.info("%s is ready: %s", self.name, self.ready.engine)
            self.on_ready(self.ready)
        elif kind is Kind.ENGINE:
            self.ready = self.read_ready(head)
            log.info("%s goes on with %s", self.name, self.ready.engine)
            self.on_ready(self.ready)
        elif kind is Kind.FAILED:
            self._failed = head["reason"]
        else:
            self.settle(kind, head.get("batch", 0))
            self.on_answer(message)

    async def _watch(self) -> str:
        started = time.monotonic()
        while True:
            await asyncio.sleep(0.25)
            now = time.monotonic()
            if self.ready is None and now - started > START_S:
                return f"did not start within {START_S:.0f} s"
            if any(now > overdue_s for overdue_s in self._overdue_s.values()):
                return "hung: a batch was not answered in time"


def painting_worker(
    number: int,
    settings: WorkerSettings,
    on_ready: Callable[[Ready], None],
    on_answer: Callable[[Message], None],
    on_lost: Callable[[], None],
) -> Supervisor[Ready]:
    """The process that paints and tracks, not running yet."""
    return Supervisor(
        name=f"worker {number}",
        module="server.worker",
        settings=settings,
        read_ready=Ready.from_head,
        on_ready=on_ready,
        on_answer=on_answer,
        on_lost=on_lost,
        again=fewer_measures,
    )


async def _last_words(process: asyncio.subprocess.Process) -> int:
    """Exit status; a process that has closed its end but does not leave is made to."""
    try:
        async with asyncio.timeout(LEAVE_S):
            return await process.wait()
    except TimeoutError:
        _kill(process.pid)
        return await process.wait()


def _kill(pid: int) -> None:
    """Not through Popen.kill: that may reap the child, and asyncio would never learn how it ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _exit_words(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
