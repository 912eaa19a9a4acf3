"""Codes that come into view on a live server: another station's is offered, a stranger's never."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import cv2
import galleries
import numpy as np
import pytest
from galleries import QUICK_STUB, keyring_of
from scenes import as_jpeg, write_exhibition
from visitor import Visitor, entered, eventually

from exhibit.ticket import Keyring
from server.bench.running import RunningServer
from server.codes.code import make_code
from server.visitors.door import Door

CANVAS, LENS, CLOSED = 1, 2, 3
WIDTH_PX, HEIGHT_PX = 640, 480


@pytest.fixture(scope="module")
def stations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("walls")
    lens = "lens = { STYLES }"
    file = write_exhibition(
        folder, ("harbour", "canvas = { STYLES }"), ("valley", lens), ("street", f"open = false\n{lens}")
    )
    settings = {"style": QUICK_STUB, "room": {"max_live": 100}, "exhibition": {"file": str(file)}}
    with RunningServer(settings) as server:
        yield server
        assert "Traceback" not in server.log, server.log


def door_of(server: RunningServer, station: int) -> Door:
    return galleries.door_of(server, "walls", station)


def view_of_code(text: str) -> bytes:
    """A frame with a code in the middle of a wall."""
    code = cv2.imdecode(np.frombuffer(make_code(text).png(6), np.uint8), cv2.IMREAD_GRAYSCALE)
    frame = np.full((HEIGHT_PX, WIDTH_PX, 3), (186, 180, 170), np.uint8)
    top, left = (HEIGHT_PX - code.shape[0]) // 2, (WIDTH_PX - code.shape[1]) // 2
    frame[top : top + code.shape[0], left : left + code.shape[1]] = code[:, :, None]
    return as_jpeg(frame)


async def keep_sending(visitor: Visitor, jpeg: bytes) -> None:
    while True:
        await visitor.send(visitor.frame(jpeg, width=WIDTH_PX, height=HEIGHT_PX))
        await asyncio.sleep(0.2)


async def codes_seen(server: RunningServer, visitor: Visitor, text: str) -> None:
    """Show a code until the server has read it once more than before."""
    before = seen(server)
    sending = asyncio.create_task(keep_sending(visitor, view_of_code(text)))
    try:
        await eventually(lambda: seen(server) > before, f"{text} is read")
    finally:
        sending.cancel()


def seen(server: RunningServer) -> float:
    return server.counter("codes_seen", "ours") + server.counter("codes_seen", "strange")


@pytest.mark.parametrize(("here", "there"), [(CANVAS, LENS), (LENS, CANVAS)])
async def test_the_code_of_another_station_is_offered(stations: RunningServer, here: int, there: int) -> None:
    ticket = keyring_of(stations).sign("walls", there)
    async with entered(door_of(stations, here)) as visitor:
        sending = asyncio.create_task(keep_sending(visitor, view_of_code(f"https://10.1.2.3:8443/v/{ticket}")))
        told = await visitor.hear("nearby")
        picture = {CANVAS: "harbour", LENS: "valley"}[there]
        assert told["station"] == {"id": f"{picture}-{there}", "number": there, "title": f"Station {there}"}
        assert told["ticket"] == ticket
        sending.cancel()
    async with entered(Door(door_of(stations, here).url, told["ticket"])) as visitor:
        assert visitor.welcome["station"]["number"] == there


@pytest.mark.slow
async def test_a_code_that_is_none_of_ours_is_not_offered(stations: RunningServer) -> None:
    ours, forged = keyring_of(stations), Keyring({1: bytes(32)}, 1)
    strange = (ours.sign("another", LENS), ours.sign("draft:walls", LENS), forged.sign("walls", LENS))
    useless = [ours.sign("walls", station) for station in (CANVAS, CLOSED, 77)]
    async with entered(door_of(stations, CANVAS)) as visitor:
        for ticket in (*useless, *strange):
            await codes_seen(stations, visitor, f"https://art.example/v/{ticket}")
        for text in ("https://evil.example/", "x" * 300, "javascript:alert(1)"):
            await codes_seen(stations, visitor, text)
        await say_nothing_nearby(visitor)


async def say_nothing_nearby(visitor: Visitor) -> None:
    """Everything that was told before the answer to one more frame."""
    await visitor.send(visitor.frame())
    await visitor.pose(visitor.seq)
    assert [heard for heard in visitor.heard if heard["type"] == "nearby"] == []
