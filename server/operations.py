"""What operators decided, in memory: read from the store at each look, told to whoever acts on it. Decides nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from server.store import operations
from server.store.decisions import NOTHING_DECIDED, Decisions

Listener = Callable[[Decisions], None]


class Operations:
    """`look` is called once a second, for what was decided at another machine, and after each change here."""

    def __init__(self, kept: operations.Operations, listeners: Sequence[Listener] = ()) -> None:
        """Who listens is called whenever something else holds than before, and must neither wait nor fail."""
        self._kept, self._listeners = kept, listeners
        self._looking = asyncio.Lock()  # of two looks the later one counts
        self.decisions = NOTHING_DECIDED

    async def look(self) -> None:
        """Read what holds now."""
        async with self._looking:
            decisions = await self._kept.decisions()
            if decisions == self.decisions:
                return
            self.decisions = decisions
            for listener in self._listeners:
                listener(decisions)
