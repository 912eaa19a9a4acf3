"""The doctor's rounds while the server runs: asked for in the console, or at a time of the day; the last report stays.

Each is a process of its own: it comes to this server as a visitor does, and the event loop computes nothing for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from server.config import Config
from server.doctor.check import Check, State
from server.doctor.order import Order
from server.doctor.report import Report
from server.watch.journal import Journal

log = logging.getLogger("vernissage.doctor")

LIMIT_S = 900.0
LOOK_S = 30.0  # how often the wall clock is looked at, which may be set meanwhile
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # visitors want the cores
TOLD = 5  # faults that the journal names

_LEVELS = {State.FAULT: "error", State.WARNING: "warning"}

Examine = Callable[[Order], Awaitable[Report]]


class RoundError(Exception):
    """A round that came to no report; the message says why."""


class Rounds:
    """Owns the one round at a time. `run` is its task; everything else may be called beside it."""

    def __init__(
        self,
        order: Callable[[], Order],
        journal: Journal,
        now_s: Callable[[], float],
        at: str,
        examine: Examine,
        *,
        look_s: float = LOOK_S,
    ) -> None:
        """at: "HH:MM" on this machine's wall clock, every day; "": never by itself."""
        self._order, self._journal, self._now_s, self._at, self._examine = order, journal, now_s, at, examine
        self._look_s = look_s
        self.latest: Report | None = None
        self.failure = ""  # why the last round came to no report; "": it did
        self._wanted = asyncio.Event()  # until the round that it asked for is over

    @property
    def running(self) -> bool:
        """Whether a round is asked for or under way."""
        return self._wanted.is_set()

    def begin(self) -> None:
        """Ask for a round; while one is under way this changes nothing."""
        self._wanted.set()

    async def run(self) -> None:
        """A round whenever one is due, until cancelled."""
        while True:
            await self._due()
            try:
                self.latest, self.failure = await self._examine(self._order()), ""
                self._tell(self.latest)
            except RoundError as error:
                self.failure = str(error)
                self._journal.note("doctor", f"The doctor came to no report: {error}", level="error")
            except Exception as error:  # the task's edge: the exhibition goes on without its doctor
                log.exception("a round of the doctor's failed")
                self.failure = f"It failed: {type(error).__name__}."
            finally:
                self._wanted.clear()

    async def _due(self) -> None:
        """Wait until somebody wants a round, or its time has come."""
        due = next_round(self._at, datetime.fromtimestamp(self._now_s()))
        while not self._wanted.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._look_s):
                    await self._wanted.wait()
            if due is not None and datetime.fromtimestamp(self._now_s()) >= due:
                self._wanted.set()

    def _tell(self, report: Report) -> None:
        bad = [check for check in report.checks if check.state is State.FAULT][:TOLD]
        told = "; ".join(map(_in_words, bad))
        sentence = f"The doctor visited {report.sentence}" + (f" ({told})" if told else "")
        self._journal.note("doctor", sentence, level=_LEVELS.get(report.state, "info"))


def _in_words(check: Check) -> str:
    return f"{check.subject}, {check.id}: {check.sentence.rstrip('.')}"


def next_round(at: str, now: datetime) -> datetime | None:
    """When it is next that time of the day on the wall clock, after now; None for "". Both are without a zone."""
    if not at:
        return None
    hour, minute = map(int, at.split(":"))
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def open_rounds(config: Config, journal: Journal, now_s: Callable[[], float], url: Callable[[], str]) -> Rounds:
    """The rounds of a server with this configuration; where the system chooses its port, `url` says it once known."""

    def order() -> Order:
        return Order(config, "" if config.server.port else url())

    return Rounds(order, journal, now_s, config.operate.doctor_at, examine_apart)


async def examine_apart(order: Order) -> Report:
    """A round in a process of its own, which ends with this. Raises RoundError."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.doctor"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | ONE_THREAD,
    )
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await process.communicate(json.dumps(order.as_json()).encode())
    except TimeoutError:
        raise RoundError(f"it took longer than {LIMIT_S / 60:.0f} minutes.") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode:
        raise RoundError(f"its process ended with status {process.returncode}; the log has the details.")
    return Report.from_json(json.loads(said))
