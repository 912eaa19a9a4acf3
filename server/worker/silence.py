"""How long a worker has said nothing, and whether it hangs. Pure: who listens says what was heard, and when to look.

A worker that is ready beats every half second. What is counted is the looks of whoever listens (TICK_S apart), not time
on a clock: where the whole machine stood still, or only the server did, looks were as few as beats, and
nobody is blamed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.worker.fault import Cause

BEAT_S = 0.5
TICK_S = 0.25
SILENT_TICKS = 7  # one that has said nothing for so many looks hangs: 1.75 s, three beats
STOPPED_TICKS = 2  # so many are enough where the system says that the process is halted
LADEN_TICKS = 120  # of one that loads a library or compiles, for which some never let go of the interpreter's lock


@dataclass
class Silence:
    """Of one worker, from its start."""

    patience: int = SILENT_TICKS
    ticks: int = 0  # looks since it was last heard
    _beats: bool = False  # it has begun to
    _laden: bool = False  # as it said itself

    def hear(self) -> None:
        """It said something."""
        self.ticks = 0

    def hear_beat(self, *, laden: bool) -> None:
        """It said that it lives, and whether it is at something that may keep it from saying so."""
        self.ticks, self._beats, self._laden = 0, True, laden

    def tick(self, is_stopped: Callable[[], bool], *, laden: bool = False) -> Cause | None:
        """Look once more: how it hangs, if it does.

        `is_stopped` asks the system; `laden`: it was given a batch for which something may have to be compiled.
        """
        self.ticks += 1
        if self.ticks >= STOPPED_TICKS and is_stopped():
            return Cause.STOPPED
        patience = LADEN_TICKS if self._laden or laden else self.patience
        return Cause.SILENT if self._beats and self.ticks >= patience else None
