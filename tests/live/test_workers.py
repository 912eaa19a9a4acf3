"""Several workers, as for several cards: visitors are spread over them, and one that dies takes nobody else along.

Also the other runtime: what the configuration names is what paints.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
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


async def test_a_crowded_room_is_painted_by_the_lighter_network_and_phones_are_told() -> None:
    style = {"runtime": "stub", "lighter": "on", "stub_base_ms": 10.0, "stub_frame_ms": 50.0, "batch_sizes": [1]}
    with RunningServer({"style": style, "lens": {"fps": 4, "min_fps": 1}, "room": {"max_live": 30}}) as server:
        assert not server.stats()["workers"][0]["lighter"]
        async with AsyncExitStack() as stack:
            first, *_ = [await stack.enter_async_context(entered(server.door())) for _ in range(20)]
            while "model" not in (await first.hear("status", state="slow"))["reduced"]:
                pass
            assert (await first.paint()).picture.startswith(b"\xff\xd8\xff")
            assert server.stats()["workers"][0]["lighter"]
        await eventually(lambda: not server.stats()["workers"][0]["lighter"], "the full network is back")
        assert "paints with the lighter network" in server.log
        assert "Traceback" not in server.log, server.log


@pytest.mark.slow
async def test_both_networks_that_ship_are_opened_and_timed() -> None:
    with RunningServer(
        {"style": {"runtime": "openvino"}, "lens": {"fps": 60, "width": 960, "min_width": 960}}
    ) as server:
        async with entered(server.door()) as visitor:
            await eventually(lambda: server.stats()["workers"][0]["lighter"], "nobody gets 30 frames a second of these")
            assert (await visitor.paint()).picture.startswith(b"\xff\xd8\xff")


@pytest.mark.slow
async def test_onnx_runtime_paints_where_the_configuration_names_it() -> None:
    with RunningServer({"style": {"runtime": "onnxruntime"}, "lens": {"deadline_ms": 5000.0}}) as server:
        assert "ONNX Runtime" in server.stats()["workers"][0]["engine"]
        async with entered(server.door()) as visitor:
            assert (await visitor.paint()).picture.startswith(b"\xff\xd8\xff")
