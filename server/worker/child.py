"""A child process at one end of a socket pair: started, looked at, ended. Knows nothing of what is said there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

LEAVE_S = 2.0
SENT = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})  # signals that somebody sends
ONE_BLAS_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # for matrices as small as a tracker's, more only wait for each other


class Child:
    """`python -m MODULE FD SETTINGS`, running."""

    def __init__(self, process: asyncio.subprocess.Process, connection: socket.socket) -> None:
        self._process, self._memory_kills = process, memory_kills()
        self.connection = connection  # our end
        self._killed = False  # by us

    @staticmethod
    async def start(module: str, settings: Mapping[str, Any], niceness: int) -> Child:
        """Start one; a niceness above 0 lets it work in what time the others leave."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, str(theirs.fileno()), json.dumps(settings)),
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                env=os.environ | ONE_BLAS_THREAD,
            )
        if niceness and sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError):  # it is gone already; its end is noticed elsewhere
                os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
        return Child(process, ours)

    @property
    def pid(self) -> int:
        """Which process it is."""
        return self._process.pid

    def is_stopped(self) -> bool:
        """Whether the system says that it is halted (SIGSTOP)."""
        try:
            return psutil.Process(self.pid).status() == psutil.STATUS_STOPPED
        except psutil.Error:  # it is gone; its end is noticed elsewhere
            return False

    def kill(self) -> None:
        """Not through Popen.kill: that may reap the child, and asyncio would never learn how it ended."""
        self._killed = True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    async def end(self) -> Exit:
        """How it ended; a process that has closed its end but does not leave is made to."""
        status = await self._status()
        by_system = status == -signal.SIGKILL and not self._killed
        return Exit(status, for_memory=by_system and memory_kills() > self._memory_kills)

    async def _status(self) -> int:
        try:
            async with asyncio.timeout(LEAVE_S):
                return await self._process.wait()
        except TimeoutError:
            self.kill()
            return await self._process.wait()


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended."""

    status: int  # below 0: the signal that ended it
    for_memory: bool = False  # the system has ended processes for want of memory meanwhile, and perhaps this one

    @property
    def by_signal(self) -> bool:
        """Whether a signal ended it."""
        return self.status < 0

    @property
    def from_outside(self) -> bool:
        """Whether that is a signal that somebody sends."""
        return -self.status in SENT

    def __str__(self) -> str:
        if not self.by_signal:
            return f"exit status {self.status}"
        return f"killed by {signal.Signals(-self.status).name}{', for want of memory' if self.for_memory else ''}"


def memory_kills() -> int:
    """How many processes this machine has ended for want of memory since it was started; 0 where it does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
