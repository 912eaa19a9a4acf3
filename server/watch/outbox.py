"""What waits to be written to the store. A store that is away costs the oldest of it, and one line in the log."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

AT_ONCE = 500  # in one transaction

log = logging.getLogger("vernissage.watch")
T = TypeVar("T")


class Outbox(Generic[T]):
    """At most so many things, in the order in which they came. `put` may be called in any thread."""

    def __init__(self, name: str, write: Callable[[Sequence[T]], Awaitable[None]], most: int) -> None:
        self._name, self._write = name, write
        self._waiting: deque[T] = deque(maxlen=most)
        self._lost = 0  # since the store was away
        self._away = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, one: T) -> None:
        """Have it written with the next ones; where too many wait already, the oldest is lost."""
        self._lost += len(self._waiting) == self._waiting.maxlen
        self._waiting.append(one)

    async def send(self) -> bool:
        """Write whatever waits. False: it could not be written, and goes on waiting."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            try:
                await self._write(batch)
            except BaseException as error:
                self._put_back(batch)
                if not isinstance(error, Exception):
                    raise
                self._say_away()
                return False
        self._say_back()
        return True

    def _put_back(self, batch: list[T]) -> None:
        room = (self._waiting.maxlen or 0) - len(self._waiting)
        self._lost += max(0, len(batch) - room)
        self._waiting.extendleft(reversed(batch[max(0, len(batch) - room) :]))

    def _say_away(self) -> None:
        if not self._away:
            most = self._waiting.maxlen
            log.exception("%s cannot be written; at most %s wait until they can, the newest", self._name, most)
        self._away = True

    def _say_back(self) -> None:
        if self._away or self._lost:
            log.warning("%s are written again; %d were lost", self._name, self._lost)
        self._away, self._lost = False, 0
