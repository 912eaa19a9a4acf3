"""Several workers, as for several cards: visitors are spread over them, and one that dies takes nobody else along.

Also the other runtime: what the configuration names is what paints.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from galleries import QUICK_STUB
from visitor import Visitor, entered, eventually

from server.bench.running import RunningServer


@asynccontextmanager
async def four_visitors(server: RunningServer) -> AsyncIterator[list[Visitor]]:
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(entered(server.door())) for _ in range(4)]
        yield visitors


async def test_visitors_are_spread_over_the_workers_and_all_are_painted_for() -> None:
    with RunningServer({"style": QUICK_STUB | {"workers": 2}}) as server:
        await eventually(lambda: all(worker["ready"] for worker in server.stats()["workers"]), "both workers are ready")
        async with four_visitors(server) as visitors:
            assert [worker["sessions"] for worker in server.stats()["workers"]] == [2, 2]
            await asyncio.gather(*(visitor.paint() for visitor in visitors))
            first, second = (worker["pid"] for worker in server.stats()["workers"])
            assert first != second
        assert "Traceback" not in server.log, server.log


async def test_onnx_runtime_paints_where_the_configuration_names_it() -> None:
    with RunningServer({"style": {"runtime": "onnxruntime"}, "lens": {"deadline_ms": 5000.0}}) as server:
        assert "ONNX Runtime" in server.stats()["workers"][0]["engine"]
        async with entered(server.door()) as visitor:
            assert (await visitor.paint()).picture.startswith(b"\xff\xd8\xff")
