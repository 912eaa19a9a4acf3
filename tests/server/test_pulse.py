"""The pulse tells a loop that is held up from one that is not."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from server.pulse import Pulse, process_numbers


async def lag_of(work_s: float) -> dict[str, float]:
    pulse = Pulse()
    beating = asyncio.create_task(pulse.run())
    for _ in range(5):
        await asyncio.sleep(0.03)
        end = time.thread_time() + work_s
        while time.thread_time() < end:
            pass
    await asyncio.sleep(0.05)
    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
    return pulse.snapshot()


async def test_work_on_the_loop_is_seen_as_lag_and_as_the_loops_own() -> None:
    numbers = await lag_of(0.1)
    assert numbers["loop_lag_p99_ms"] > 50 and numbers["loop_held_p99_ms"] > 50


async def test_a_loop_that_only_waits_holds_nothing_up() -> None:
    assert (await lag_of(0.0))["loop_held_p99_ms"] < 50


def test_a_process_that_is_gone_has_no_numbers() -> None:
    assert process_numbers(None) == {} and process_numbers(2**30) == {}
