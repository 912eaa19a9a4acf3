"""How far TensorRT's builder is, from its nested phases. Knows nothing of what it builds."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any

from models.runtime.compiler import Progress


@dataclass
class _Phase:
    """Work in steps; it is itself within one step of its parent."""

    parent: str | None
    steps: int
    done: int = 0


class Phases:
    """The phases that are under way, by name. The builder may speak from several threads."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._phases: dict[str, _Phase] = {}
        self._told = -1  # the percentage that was told last; it never falls
        self._lock = Lock()

    def start(self, name: str, parent: str | None, steps: int) -> None:
        with self._lock:
            self._phases[name] = _Phase(parent, max(steps, 1))

    def step(self, name: str, number: int) -> None:
        """The step of this number, counted from 0, is done."""
        with self._lock:
            if name not in self._phases:
                return
            self._phases[name].done = number + 1
            share = self._share(name)
            if int(100 * share) > self._told:
                self._told = int(100 * share)
                self._progress(name, share)

    def finish(self, name: str) -> None:
        with self._lock:
            self._phases.pop(name, None)

    def _share(self, name: str) -> float:
        """Of the whole, that a phase and those around it have done."""
        share, at = 0.0, self._phases.get(name)
        for _ in range(len(self._phases)):
            if at is None:
                break
            share = min(1.0, (at.done + share) / at.steps)
            at = self._phases.get(at.parent or "")
        return share


def monitor_of(trt: Any, progress: Progress) -> Any:
    """An IProgressMonitor that tells `progress` of each percent."""
    phases = Phases(progress)

    class BuildMonitor(trt.IProgressMonitor):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.IProgressMonitor.__init__(self)

        def phase_start(self, phase_name: str, parent_phase: str | None, num_steps: int) -> None:
            phases.start(phase_name, parent_phase, num_steps)

        def step_complete(self, phase_name: str, step: int) -> bool:
            phases.step(phase_name, step)
            return True  # False would stop the build

        def phase_finish(self, phase_name: str) -> None:
            phases.finish(phase_name)

    return BuildMonitor()
