"""A restart on a live server: who comes back within half a minute goes on as before, in the same place."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from contextlib import AsyncExitStack

import pytest
from galleries import QUICK_STUB, SMALL
from visitor import Visitor, connected, live, say_hello, style_ids

from exhibit.protocol import encode_text
from server.bench.running import RunningServer
from server.visitors.crowd import Crowd, Plan
from server.visitors.door import Door


async def come(connections: AsyncExitStack, door: Door, before: Visitor | None = None) -> Visitor:
    """Connect, and take up the session of before, if there was one."""
    visitor = await connections.enter_async_context(connected(door))
    await say_hello(visitor, door, resume=before.welcome["resume"] if before else None)
    if before is not None:
        assert visitor.welcome["resumed"] and visitor.welcome["session"] == before.welcome["session"]
    return visitor


async def test_a_restart_under_visitors_loses_no_session_and_no_choice() -> None:
    with RunningServer(
        {"style": QUICK_STUB, "lens": SMALL, "room": {"max_live": 5}, "limits": {"silent_s": 300.0}}
    ) as server:
        door = server.door()
        crowd = Crowd(door, Plan(count=4, fps=3.0, seconds=120.0, width_px=64, height_px=48))
        visits = asyncio.create_task(crowd.visit())
        async with AsyncExitStack() as connections:
            chooser = await come(connections, door)
            await live(chooser)
            style = style_ids(chooser)[-1]
            await chooser.send(encode_text("set", revision=1, style={style: 1.0}, strength=0.5))
            await chooser.paint()
            while any(diary.connected == 0 for diary in crowd.diaries):
                await asyncio.sleep(0.02)
            waiting = await come(connections, door)
            assert (await waiting.hear("status", state="waiting"))["place"] == 1
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            chooser, waiting = await come(connections, door, chooser), await come(connections, door, waiting)
            assert (await waiting.hear("status", state="waiting"))["place"] == 1
            settings = chooser.welcome["settings"]
            assert (settings["style"], settings["strength"]) == ({style: 1.0}, 0.5)
            await chooser.paint()
            await chooser.send(encode_text("bye"))
            await live(waiting)
            async with asyncio.timeout(60):
                while any(diary.connected < 2 for diary in crowd.diaries):
                    await asyncio.sleep(0.05)
        visits.cancel()
        await asyncio.gather(visits, return_exceptions=True)
    assert [(diary.resumed, diary.sessions_lost) for diary in crowd.diaries] == [(1, 0)] * 4


@pytest.mark.slow
async def test_an_end_takes_less_than_ten_seconds_whatever_is_stuck() -> None:
    with RunningServer({"style": QUICK_STUB, "lens": SMALL, "limits": {"send_s": 60.0}}) as server:
        async with connected(server.door()) as visitor:
            await say_hello(visitor, server.door())
            await live(visitor)
            visitor.socket.transport.pause_reading()
            for _ in range(60):
                await visitor.send(visitor.frame())
            _, uploading = await asyncio.open_connection("127.0.0.1", server.port)
            uploading.write(b"POST /api/v1/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n")
            uploading.write(b"Content-Length: 500\r\n\r\n{")
            locking = sqlite3.connect(server.folder / "state" / "store.db", isolation_level=None)
            locking.execute("BEGIN EXCLUSIVE")
            os.kill(server.worker_pid(), signal.SIGSTOP)
            begun_s = time.monotonic()
            await asyncio.to_thread(server.stop)
            took_s = time.monotonic() - begun_s
            locking.close()
            uploading.close()
    assert took_s < 10
