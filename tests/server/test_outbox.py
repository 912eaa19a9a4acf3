"""What waits for a store: written in its order, bounded while the store is away, and said once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest

from server.watch.outbox import AT_ONCE, Outbox


class Shelf:
    """A store that may be away."""

    def __init__(self) -> None:
        self.written: list[int] = []
        self.batches = 0
        self.error: BaseException | None = None

    async def write(self, batch: Sequence[int]) -> None:
        if self.error is not None:
            raise self.error
        self.batches += 1
        self.written += batch


async def test_everything_is_written_in_its_order_some_at_a_time() -> None:
    shelf = Shelf()
    outbox = Outbox("numbers", shelf.write, 5000)
    for number in range(2 * AT_ONCE + 1):
        outbox.put(number)
    assert await outbox.send()
    assert (shelf.written, shelf.batches, len(outbox)) == (list(range(2 * AT_ONCE + 1)), 3, 0)


async def test_a_store_that_is_away_costs_the_oldest_and_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    shelf = Shelf()
    outbox = Outbox("numbers", shelf.write, 4)
    shelf.error = OSError("the disk is full")
    for number in range(7):
        outbox.put(number)
        assert not await outbox.send()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "numbers cannot be written; at most 4 wait" in caplog.text
    shelf.error = None
    assert await outbox.send()
    assert shelf.written == [3, 4, 5, 6]
    assert caplog.messages[1:] == ["numbers are written again; 3 were lost"]
    await outbox.send()
    assert len(caplog.records) == 2


async def test_what_comes_while_a_batch_fails_pushes_the_oldest_out() -> None:
    async def fail(_: Sequence[int]) -> None:
        outbox.put(2)
        outbox.put(3)
        raise OSError

    shelf = Shelf()
    outbox = Outbox("numbers", fail, 3)
    outbox.put(0)
    outbox.put(1)
    await outbox.send()
    outbox._write = shelf.write
    await outbox.send()
    assert shelf.written == [1, 2, 3]


async def test_what_is_broken_off_is_not_lost() -> None:
    shelf = Shelf()
    shelf.error = asyncio.CancelledError()
    outbox = Outbox("numbers", shelf.write, 4)
    outbox.put(1)
    with pytest.raises(asyncio.CancelledError):
        await outbox.send()
    assert len(outbox) == 1
