"""A supervisor at work, for its tests: with the real worker, and with one that pretends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from server.worker.supervisor import Supervisor

WAIT_S = 60.0  # longer, and something hangs


@asynccontextmanager
async def at_work(held: Supervisor[Any]) -> AsyncIterator[None]:
    """From when its process is ready until the block ends."""
    task = asyncio.create_task(held.run())
    try:
        await until(lambda: held.ready is not None)
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], bool]) -> None:
    """Wait for something, and not for ever."""
    async with asyncio.timeout(WAIT_S):
        while not true():
            await asyncio.sleep(0.02)
