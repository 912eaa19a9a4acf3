"""Resume on a live server: a lost connection keeps session and settings, and no slot is ever leaked."""

from __future__ import annotations

import asyncio
import time

import pytest
from galleries import QUICK_STUB, door_of
from visitor import Visitor, connected, entered, eventually, hello_fields, live, say_hello, style_ids

from exhibit.protocol import RESUME_S, encode_text
from exhibit.refusal import Refusal
from server.bench.running import RunningServer
from server.visitors.door import Door


def some_style(visitor: Visitor) -> str:
    """A style of the station that is not its default."""
    return next(style for style in style_ids(visitor) if style not in visitor.welcome["settings"]["style"])


async def test_a_lost_connection_keeps_session_and_settings(door: Door) -> None:
    async with connected(door) as visitor:
        await say_hello(visitor, door)
        await live(visitor)
        style = some_style(visitor)
        await visitor.send(encode_text("set", revision=3, style={style: 1.0}, strength=0.5))
        await visitor.paint()
        visitor.socket.transport.abort()
    async with entered(door, resume=visitor.welcome["resume"]) as returned:
        assert returned.welcome["resumed"] is True
        assert returned.welcome["session"] == visitor.welcome["session"]
        settings = returned.welcome["settings"]
        assert (settings["style"], settings["strength"]) == ({style: 1.0}, 0.5)
        await returned.paint()


async def test_a_token_that_nobody_knows_begins_a_new_session(door: Door) -> None:
    async with entered(door, resume="no such token") as visitor:
        assert visitor.welcome["resumed"] is False
        await visitor.paint()


async def test_an_expired_ticket_leads_back_to_its_session_and_to_nothing_else(gallery: RunningServer) -> None:
    expires_at = int(time.time()) + 2
    door = door_of(gallery, "demo", 1, expires_at)
    async with entered(door) as visitor:
        await visitor.paint()
        visitor.socket.transport.abort()
    await asyncio.sleep(expires_at - time.time() + 0.1)
    for token in (None, "no such token"):
        async with connected(door) as stranger:
            await stranger.send(encode_text("hello", **hello_fields(door) | {"resume": token}))
            assert (await stranger.hear("error"))["code"] == Refusal.TICKET_EXPIRED.code
    async with entered(door, resume=visitor.welcome["resume"]) as returned:
        assert returned.welcome["resumed"] is True
        await returned.paint()


async def test_after_a_bye_there_is_nothing_to_resume(gallery: RunningServer, door: Door) -> None:
    async with entered(door) as visitor:
        pass
    await eventually(lambda: gallery.stats()["sessions"]["connections"] == 0, "the visitor has left")
    async with entered(door, resume=visitor.welcome["resume"]) as returned:
        assert returned.welcome["resumed"] is False


@pytest.mark.parametrize("abruptly", [True, False], ids=["cut off", "still open"])
async def test_fifty_returns_take_one_slot(abruptly: bool) -> None:
    with RunningServer({"style": QUICK_STUB, "room": {"max_live": 1, "max_waiting": 1}}) as server:
        door = server.door()
        resume: str | None = None
        older: list[Visitor] = []
        for turn in range(50):
            async with connected(door) as visitor:
                await say_hello(visitor, door, resume=resume)
                await live(visitor)
                assert visitor.welcome["resumed"] is (turn > 0)
                assert server.stats()["sessions"]["live"] == 1
                resume = visitor.welcome["resume"]
                older.append(visitor)
                if abruptly:
                    visitor.socket.transport.abort()
                elif turn < 49:
                    continue
                else:
                    await visitor.paint()
                    await visitor.send(encode_text("bye"))
        if not abruptly:
            await eventually(lambda: server.stats()["sessions"]["live"] == 0, "the slot is free")
        assert len({visitor.welcome["session"] for visitor in older}) == 1


async def test_a_place_in_the_waiting_room_is_kept() -> None:
    with RunningServer({"style": QUICK_STUB, "room": {"max_live": 1}}) as server:
        door = server.door()
        async with entered(door) as inside, connected(door) as first, connected(door) as second:
            for visitor in (first, second):
                await say_hello(visitor, door)
                await visitor.hear("status", state="waiting")
            first.socket.transport.abort()
            async with connected(door) as returned:
                await say_hello(returned, door, resume=first.welcome["resume"])
                assert (await returned.hear("status", state="waiting"))["place"] == 1
                await inside.send(encode_text("bye"))
                await live(returned)


async def test_an_overlay_of_the_lost_connection_never_comes_in_the_new_one() -> None:
    slow_stub = QUICK_STUB | {"stub_base_ms": 400.0}
    with RunningServer({"style": slow_stub, "room": {"max_live": 8}, "lens": {"deadline_ms": 8000}}) as server:
        door = server.door()
        async with entered(door) as visitor:
            await visitor.paint()
            await visitor.send(visitor.frame(seq=1000))
            await eventually(lambda: server.counter("frames") == 2, "the frame is being painted")
            visitor.socket.transport.abort()
        async with entered(door, resume=visitor.welcome["resume"]) as returned:
            await returned.send(returned.frame(seq=1))
            assert (await returned.overlay()).seq == 1


@pytest.mark.slow
async def test_a_session_that_stays_away_gives_its_slot_back() -> None:
    with RunningServer({"style": QUICK_STUB, "room": {"max_live": 1}}) as server:
        door = server.door()
        async with connected(door) as visitor:
            await say_hello(visitor, door)
            visitor.socket.transport.abort()
        async with connected(door) as next_one:
            await say_hello(next_one, door)
            await next_one.hear("status", state="waiting")
            for _ in range(RESUME_S // 2):
                await next_one.send(encode_text("telemetry", fps=0, glass_p50_ms=0, glass_p95_ms=0))
                await asyncio.sleep(2)
            await live(next_one)
