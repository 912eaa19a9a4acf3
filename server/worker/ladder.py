"""What works instead of an engine that keeps failing: the next safer one, and the next. Pure but for `is_there`.

The safe runtimes are those of the cores, in the order in which models.runtime.choice tries them; below the last of them
there is only a smaller network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.runtime.choice import AUTO, RUNTIMES, find_runtime
from server.dreamer.settings import DreamerReady, DreamerSettings
from server.worker.settings import Ready, WorkerSettings

SAFE = ("openvino", "onnxruntime")

IsThere = Callable[[str], bool]  # whether a runtime is installed here


@dataclass(frozen=True, slots=True)
class Rung:
    """What a worker is started with from now on."""

    settings: Any
    what: str  # works, for the operator


def is_there(runtime: str) -> bool:
    """Whether this machine has a runtime. Imports nothing of it."""
    return not find_runtime(runtime).obstacle()


def safer_painter(settings: WorkerSettings, last: Ready | None, is_there: IsThere = is_there) -> Rung | None:
    """Below what the painting worker was started with: a safer runtime, then the lighter network on the last of them.

    `last` is what the worker said of itself when it last was ready. None: there is nothing safer.
    """
    runtime = _safer_runtime(settings.runtime, is_there, on_card=last is not None and last.in_flight > 1)
    if runtime is not None:
        return Rung(replace(settings, runtime=runtime, jpeg="cores"), runtime)
    if not settings.lighter:
        return None
    lighter = replace(settings, model=settings.lighter, lighter="")
    return Rung(lighter, f"the network {Path(settings.lighter).stem} on {settings.runtime}")


def safer_dreamer(settings: DreamerSettings, last: DreamerReady | None, is_there: IsThere = is_there) -> Rung | None:
    """Below what the dreamer was started with: a safer runtime, or None."""
    runtime = _safer_runtime(settings.runtime, is_there, on_card=last is not None and last.device_bytes > 0)
    return None if runtime is None else Rung(replace(settings, runtime=runtime), runtime)


def _safer_runtime(runtime: str, is_there: IsThere, *, on_card: bool) -> str | None:
    """Where `auto` worked without a card, it was the first of the safe ones."""
    if runtime not in {AUTO, *RUNTIMES}:  # a stub: nothing real stands in for it
        return None
    failing = SAFE[0] if runtime == AUTO and not on_card else runtime
    below = SAFE[SAFE.index(failing) + 1 :] if failing in SAFE else SAFE
    return next(filter(is_there, below), None)
