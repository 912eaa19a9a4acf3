"""Lets a crowd through a few at each turn of the event loop, in order, so that it holds nobody who is in already.

Work-conserving: while somebody waits, the loop turns without a pause, and whatever else is due is done in between.
Knows nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial

AT_A_TURN = 2  # each costs one to three milliseconds over its first few turns


class Turnstile:
    """A queue of calls. Belongs to the loop that runs when the first one enters."""

    def __init__(self, at_a_turn: int = AT_A_TURN) -> None:
        self._at_a_turn = at_a_turn
        self._queue: deque[Callable[[], None]] = deque()
        self._turns = False  # whether a turn is due

    def enter(self, go: Callable[[], None]) -> None:
        """Have `go` called when it is its turn."""
        self._queue.append(go)
        self._go_on()

    async def turn(self) -> None:
        """Wait for a turn."""
        come = asyncio.get_running_loop().create_future()
        self.enter(partial(_let, come))
        await come

    def _go_on(self) -> None:
        if self._queue and not self._turns:
            self._turns = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        through = [self._queue.popleft() for _ in range(min(self._at_a_turn, len(self._queue)))]
        self._turns = False
        self._go_on()
        for go in through:
            go()


def _let(come: asyncio.Future[None]) -> None:
    """Who went away meanwhile is not waited for."""
    if not come.done():
        come.set_result(None)
