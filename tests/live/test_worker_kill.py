"""The worker dies or hangs under load: frames are lost, sessions are not, and the operator's log says why."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psutil
import pytest
from galleries import QUICK_STUB
from visitor import eventually

from server.bench.running import RunningServer
from server.visitors.crowd import Crowd, Plan

VISITORS = 6


@pytest.fixture
def own_gallery() -> Iterator[RunningServer]:
    """A server whose worker may be killed without disturbing other tests."""
    with RunningServer({"style": QUICK_STUB, "room": {"max_live": 100}}) as server:
        yield server
        assert "Traceback" not in server.log, server.log


@asynccontextmanager
async def crowd_at(server: RunningServer) -> AsyncIterator[Crowd]:
    """Visitors who have all got an overlay, and stay until the block ends."""
    crowd = Crowd(server.door(), Plan(count=VISITORS, fps=10.0, seconds=300.0, width_px=160, height_px=120))
    crowd.prepare()
    visits = asyncio.create_task(crowd.visit())
    try:
        await eventually(lambda: painted_since(crowd, 0.0), "everybody has an overlay")
        yield crowd
    finally:
        visits.cancel()
        await asyncio.gather(visits, return_exceptions=True)


def painted_since(crowd: Crowd, since_s: float) -> bool:
    """Whether everybody has an overlay of a frame captured after that moment."""
    return all(diary.last_capture_s is not None and diary.last_capture_s > since_s for diary in crowd.diaries)


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def test_sessions_survive_a_killed_worker(own_gallery: RunningServer) -> None:
    async with crowd_at(own_gallery) as crowd:
        pid = own_gallery.kill_worker()
        killed_s = now_s()
        await eventually(lambda: painted_since(crowd, killed_s), "overlays resume")
        stats = own_gallery.stats()
        assert {diary.connected for diary in crowd.diaries} == {1}, "nobody had to connect again"
        assert stats["sessions"]["live"] == VISITORS
        assert stats["workers"][0]["restarts"] == 1
        assert stats["workers"][0]["pid"] != pid
        assert sum(diary.out_of_order for diary in crowd.diaries) == 0
    assert "SIGKILL" in own_gallery.log


async def test_a_worker_does_not_outlive_a_server_that_was_killed() -> None:
    with RunningServer({"style": QUICK_STUB, "room": {"max_live": 100}}) as server:
        async with crowd_at(server):
            pid = server.worker_pid()
            server.kill()
            await eventually(lambda: not is_running(pid), "the worker has gone")


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_worker_that_hangs_is_replaced(own_gallery: RunningServer) -> None:
    async with crowd_at(own_gallery) as crowd:
        os.kill(own_gallery.worker_pid(), signal.SIGSTOP)
        stopped_s = now_s()
        await eventually(lambda: painted_since(crowd, stopped_s), "overlays resume")
        assert {diary.connected for diary in crowd.diaries} == {1}
        stats = own_gallery.stats()
        assert stats["sessions"]["live"] == VISITORS
        told = {key: stats["workers"][0][key] for key in ("state", "restarts", "faults", "fallback")}
        assert told == {"state": "ready", "restarts": 1, "faults": 1, "fallback": ""}
    assert "hung: the process is halted" in own_gallery.log


async def test_a_worker_killed_again_and_again_comes_back_each_time(own_gallery: RunningServer) -> None:
    async with crowd_at(own_gallery) as crowd:
        for kill in range(1, 4):
            await eventually(lambda: own_gallery.stats()["workers"][0]["ready"], "the worker is ready")
            own_gallery.kill_worker()
            killed_s = now_s()
            await eventually(lambda since=killed_s: painted_since(crowd, since), "overlays resume")
            assert own_gallery.stats()["workers"][0]["restarts"] == kill
        assert {diary.connected for diary in crowd.diaries} == {1}
