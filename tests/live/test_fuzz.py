"""50 000 malformed messages against a live server, 200 000 in make soak: no crash, no leak, no session that stays."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from galleries import QUICK_STUB, keyring_of
from malformed import Bender, Message
from visitor import Visitor, connected, entered, eventually, keep_painting, say_hello
from websockets.exceptions import ConnectionClosed

from exhibit.refusal import Refusal
from server.bench.running import RunningServer
from server.visitors.door import Door

CANVAS = 2  # of the demo's stations
CLIENTS = 4
FATAL_SHARE = 0.002  # of the messages that end their connection, so many are sent
BEGINNERS_SHARE = 0.1  # of the connections, so many do not even say hello
WARM_UP = 0.2  # memory counts from here on
GROWTH = 1.05


@pytest.fixture
def own_gallery() -> Iterator[RunningServer]:
    """A server that lets a client be refused for longer than usual, so that the messages fit into few connections."""
    limits = {"messages_per_s": 10_000, "refusals_per_session": 1_000_000}
    with RunningServer({"style": QUICK_STUB, "room": {"max_live": 100}, "limits": limits}) as server:
        yield server


class Fuzzer:
    """One client after the other, each sending what the protocol refuses until it is thrown out."""

    def __init__(self, door: Door, seed: int, messages: int) -> None:
        self._door, self._left = door, messages
        self._messages = Bender(seed).messages()
        self._chance = random.Random(seed)
        self.sent = 0

    async def run(self) -> None:
        while self._left > 0:
            async with connected(self._door, max_queue=None) as visitor:
                with contextlib.suppress(ConnectionClosed):
                    await self._fuzz(visitor)

    async def _fuzz(self, visitor: Visitor) -> None:
        if self._chance.random() >= BEGINNERS_SHARE:
            await say_hello(visitor, self._door)
        listening = asyncio.create_task(listen(visitor))
        try:
            while self._left > 0:
                message, refusal = self._next()
                await visitor.send(message)
                self._left -= 1
                self.sent += 1
                if refusal.fatal:
                    break
                if self.sent % 32 == 0:
                    await asyncio.sleep(0)
            await visitor.send('{"type":"bye"}')
            await listening
        finally:
            listening.cancel()

    def _next(self) -> tuple[Message, Refusal]:
        for message, refusal in self._messages:
            if not refusal.fatal or self._chance.random() < FATAL_SHARE:
                return message, refusal
        raise AssertionError("there are always more malformed messages")


async def listen(visitor: Visitor) -> None:
    """Read what comes until the server closes: a client that reads nothing is another test's affair."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await visitor.socket.recv()


async def fuzz(doors: Sequence[Door], messages: int, seed: int) -> None:
    """Clients at a lens and at a canvas in turn."""
    fuzzers = [Fuzzer(doors[client % len(doors)], seed + client, messages // CLIENTS) for client in range(CLIENTS)]
    await asyncio.gather(*(fuzzer.run() for fuzzer in fuzzers))


@asynccontextmanager
async def painting_neighbour(door: Door) -> AsyncIterator[None]:
    """Somebody who gets overlays all the while."""
    async with entered(door) as neighbour:
        painting = asyncio.create_task(keep_painting(neighbour))
        yield
        assert not painting.done(), f"the neighbour was disturbed: {painting}"
        painting.cancel()
        await asyncio.gather(painting, return_exceptions=True)


def refusals(server: RunningServer) -> float:
    return sum(server.stats()["counters"].get("refused", {}).values())


def test_many_kinds_of_malformed_messages_are_made() -> None:
    made = {refusal.code for _, (_, refusal) in zip(range(20_000), Bender(1).messages(), strict=False)}
    texts = {"bad_json", "bad_field", "bad_mix", "unknown_type", "wrong_version"}
    pictures = {"bad_header", "bad_length", "unknown_codec", "not_a_jpeg", "time_invalid", "size_mismatch"}
    assert texts | pictures <= made


@pytest.mark.parametrize("messages", [20_000, pytest.param(200_000, marks=pytest.mark.slow)])
async def test_a_server_outlives_many_malformed_messages(own_gallery: RunningServer, messages: int) -> None:
    door = own_gallery.door()
    canvas = replace(door, ticket=keyring_of(own_gallery).sign("demo", CANVAS))
    pid, worker = own_gallery.pid, own_gallery.worker_pid()
    async with painting_neighbour(door):
        await fuzz((door, canvas), int(messages * WARM_UP), seed=1)
        await eventually(lambda: bool(own_gallery.stats()["targets"]), "the artworks are scored")
        warm_bytes = own_gallery.rss_bytes()
        await fuzz((door, canvas), int(messages * (1 - WARM_UP)), seed=100)
    assert refusals(own_gallery) > messages * 0.95, "what followed a fatal message on a connection is not counted"
    assert own_gallery.rss_bytes() < warm_bytes * GROWTH
    await eventually(lambda: own_gallery.stats()["sessions"]["connections"] == 0, "all connections are gone")
    await eventually(lambda: own_gallery.stats()["sessions"]["live"] == 0, "no session stays")
    assert (own_gallery.pid, own_gallery.worker_pid()) == (pid, worker)
    assert "Traceback" not in own_gallery.log, own_gallery.log
    async with entered(door) as visitor:
        await visitor.paint()
