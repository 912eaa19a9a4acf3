"""Kills a process that saves and publishes, at random moments, and has looked whether the store keeps its promises.

A version or a draft that is of two moments is torn; a change that was acknowledged and is not there is lost. Every
other time somebody reads meanwhile; the times between, the database is recovered by who opens it next.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.bench.form import BenchError
from server.bench.store_crowd import drawn_pictures
from server.bench.store_look import Faults, Told, look_after, look_at_everything, look_meanwhile
from server.bench.store_marked import NAME, STYLES, marked
from server.bench.store_victim import WHO
from server.store.database import open_database
from server.store.open import store_of

MARKERS_A_KILL = 10_000  # more than a process comes to
_CALIBRATION_S = 0.5
_CYCLE_S = (0.01, 2.0)  # what is believed of a cycle's length
_PATIENCE_S = 40.0


@dataclass(slots=True)
class Kills:
    """What was found."""

    cycle_s: float = 0.0  # from one publication to the next
    kills: int = 0
    publishing: int = 0  # kills after a publication had begun and before it was acknowledged
    acknowledged: int = 0  # changes
    versions: int = 0
    faults: Faults = field(default_factory=Faults)


async def kill_often(url: str, folder: Path, kills: int, seed: int) -> Kills:
    """Fill the database at an address, then kill so many processes; `seed` draws the moments. Raises BenchError."""
    found, draw = Kills(), random.Random(seed)
    picture = await _prepare(url, folder)
    async with _victims(url, folder, picture) as victims:
        first = await _kill(victims, MARKERS_A_KILL, _CALIBRATION_S)
        found.cycle_s = min(max(_CALIBRATION_S / max(len(first.published) - 1, 1), _CYCLE_S[0]), _CYCLE_S[1])
        for number in range(2, kills + 2):
            reading = look_meanwhile(url, folder, found.faults) if number % 2 else None
            wait_s = draw.uniform(0, 2 * found.cycle_s)
            async with _beside(reading):
                told = await _kill(victims, number * MARKERS_A_KILL, wait_s)
            found.kills += 1
            found.publishing += told.publishing
            found.acknowledged += told.changes
            await look_after(url, folder, told, found.faults)
    found.versions = await look_at_everything(url, folder, found.faults)
    return found


async def _prepare(url: str, folder: Path) -> str:
    """The exhibition, published once, and the name of its picture."""
    store = store_of(await open_database(url), folder)
    try:
        picture = (await store.pictures.keep(drawn_pictures(1)[0], "drawn.jpg", WHO)).name
        await store.drafts.replace(NAME, marked(1, picture), WHO, "draft.replace")
        await store.versions.publish(NAME, STYLES, WHO)
        return picture
    finally:
        store.pictures.close()
        await store.close()


@asynccontextmanager
async def _victims(url: str, folder: Path, picture: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """What makes the processes that are killed; at the end it goes, and whatever it made."""
    command = (sys.executable, "-m", "server.bench.store_victim", url, str(folder), picture)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _kill(victims: asyncio.subprocess.Process, marker: int, wait_s: float) -> Told:
    """Let one begin, and be killed so much later; what it said. Raises BenchError where it ends by itself."""
    assert victims.stdin is not None and victims.stdout is not None, "both were asked for"
    victims.stdin.write(f"{marker} {wait_s}\n".encode())
    told = Told()
    try:
        async with asyncio.timeout(_PATIENCE_S):
            while (line := (await victims.stdout.readline()).decode().strip()) != "ended -9":
                if not line or line.startswith("ended"):
                    raise BenchError("a process that saves and publishes ended by itself")
                told.hear(line)
    except TimeoutError:
        raise BenchError(f"a process was to be killed, and was not within {_PATIENCE_S:.0f} s") from None
    return told


@asynccontextmanager
async def _beside(reading: Coroutine[Any, Any, None] | None) -> AsyncIterator[None]:
    """Let somebody read during the block, if anybody; raises what went wrong with that."""
    task = asyncio.create_task(reading) if reading is not None else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
