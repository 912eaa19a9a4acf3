"""How late an idle process is woken on this machine: what of an event loop's lag is the machine's own doing.

`python -m server.bench.idle_lag` measures until its standard input ends, then prints the 99th percentile in ms.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from server.pulse import Pulse

_ANSWER_S = 10.0


@dataclass(slots=True)
class IdleLag:
    """Filled in when the measurement ends."""

    p99_ms: float = 0.0


@asynccontextmanager
async def idle_lag() -> AsyncIterator[IdleLag]:
    """Measure beside whatever happens in the block, in a process of its own that does nothing else."""
    lag = IdleLag()
    command = (sys.executable, "-m", "server.bench.idle_lag")
    process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield lag
        printed, _ = await asyncio.wait_for(process.communicate(b""), _ANSWER_S)
        lag.p99_ms = float(printed)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _measure() -> float:
    pulse = Pulse()
    beating = asyncio.create_task(pulse.run())
    await asyncio.to_thread(sys.stdin.read)
    beating.cancel()
    return pulse.snapshot()["loop_lag_p99_ms"]


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(_measure())}\n")
