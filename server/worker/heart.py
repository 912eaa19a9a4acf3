"""Says twice a second that a worker lives, from a thread of its own.

Painting does not keep it from that: what computes lets go of the interpreter's lock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from server.worker.line import Line
from server.worker.silence import BEAT_S
from server.worker.wire import Kind


class Heart:
    """Beats from `begin` until the process or the server ends."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._burdens = 0  # things under way that may keep it from beating
        self._counting = threading.Lock()

    def begin(self) -> None:
        """Beat from now on."""
        threading.Thread(target=self._beat_on, name="heart", daemon=True).start()

    @contextmanager
    def laden(self) -> Iterator[None]:
        """While a library is loaded or something compiled, which may hold the interpreter's lock for seconds: the
        server is told before, and is more patient."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, change: int) -> None:
        with self._counting:
            self._burdens += change
        with suppress(OSError):  # the server has gone, which others find out
            self._beat()

    def _beat_on(self) -> None:
        with suppress(OSError):
            while True:
                self._beat()
                time.sleep(BEAT_S)

    def _beat(self) -> None:
        self._line.say(Kind.BEAT, {"laden": self._burdens > 0})
