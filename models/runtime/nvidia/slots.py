"""Places for batches under way on a card: which of them are free, and who waits for one. Knows no model."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

from models.errors import EngineError
from models.runtime.engine import Array


def closed() -> EngineError:
    """What an engine says once it is closed."""
    return EngineError("this engine is closed")


@dataclass(frozen=True)
class Slot:
    """Memory of the card for one batch, which stays where it is, and the events on a batch's way."""

    number: int
    addresses: Mapping[str, int]  # of the inputs and the output, by name
    uploaded: Any
    computed: Any
    downloaded: Any
    hosts: list[Array] = field(default_factory=list)  # pinned memory that the card may be copying from or to


class Slots:
    """Slots are taken in the thread that starts batches, and given back in the one that fetches them."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        self._free = deque(slots)  # whoever was free longest is first
        self._closed = False
        self._changed = Condition()

    def take(self) -> Slot:
        """A free slot; waits until there is one. Raises EngineError once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._free or self._closed)
            if self._closed:
                raise closed()
            return self._free.popleft()

    def give(self, slot: Slot) -> None:
        """A slot's batch is fetched, or came to nothing."""
        slot.hosts.clear()
        with self._changed:
            self._free.append(slot)
            self._changed.notify()

    def close(self) -> None:
        """Turn away whoever waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
