"""Canvases on a live server: a texture, then poses that put the corners where they are, for everybody their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import galleries
import numpy as np
import pytest
import simplejpeg
from galleries import QUICK_STUB
from scenes import HEIGHT_PX, WIDTH_PX, Corners, artwork, as_jpeg, tilted, view, write_exhibition
from visitor import WAIT_S, Visitor, connected, entered, eventually, live, say_hello, style_ids

from exhibit.protocol import PoseAnswer, Texture, encode_text
from exhibit.track.pose import UNIT_CORNERS, TrackState, project
from server.bench.running import RunningServer
from server.visitors.door import Door

HARBOUR, VALLEY, SNOW = 1, 2, 3
WITHIN_PX = 3.0  # of each corner, for a picture that a program laid into the frame
SETTINGS = {"style": QUICK_STUB, "room": {"max_live": 100}, "canvas": {"deadline_ms": 5000.0}}


def start(folder: Path) -> RunningServer:
    snow = artwork("still_life")[::8, ::8]
    (folder / "snow.jpg").write_bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(snow), 80))
    file = write_exhibition(
        folder,
        ("harbour", "canvas = { STYLES }"),
        ("valley", "canvas = { STYLES }"),
        ("portrait", 'canvas = { overlay = "snow.jpg" }'),
    )
    return RunningServer(SETTINGS | {"exhibition": {"file": str(file)}})


def door_of(server: RunningServer, station: int) -> Door:
    return galleries.door_of(server, "walls", station)


@pytest.fixture(scope="module")
def canvases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with start(tmp_path_factory.mktemp("walls")) as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest.fixture
def own_canvases(tmp_path: Path) -> Iterator[RunningServer]:
    """A server whose worker may be killed."""
    with start(tmp_path) as server:
        yield server
        assert "Traceback" not in server.log, server.log


async def look(visitor: Visitor, picture: str, corners: Corners) -> PoseAnswer:
    """Send the view until it is locked: a target may have to be compiled first."""
    jpeg = as_jpeg(view(artwork(picture), corners))
    async with asyncio.timeout(WAIT_S):
        while True:
            await visitor.send(visitor.frame(jpeg, width=WIDTH_PX, height=HEIGHT_PX))
            pose = await visitor.pose(visitor.seq)
            if pose is not None and pose.state is TrackState.LOCKED:
                return pose
            await asyncio.sleep(0.05)


def error_px(pose: PoseAnswer, corners: Corners) -> float:
    """The farthest that a corner is from where it was put."""
    assert pose.homography is not None
    found = project(np.reshape(pose.homography, (3, 3)), UNIT_CORNERS)
    return float(np.linalg.norm((found - corners) * (WIDTH_PX, HEIGHT_PX), axis=1).max())


def unlike(texture: Texture, picture: str) -> float:
    """How far a texture is from the picture's negative, which is what the stub paints, in levels."""
    painted = simplejpeg.decode_jpeg(texture.picture)[::40, ::40].astype(float)
    whole = artwork(picture)
    rows = np.linspace(0, whole.shape[0] - 1, texture.height).round().astype(int)[::40]
    columns = np.linspace(0, whole.shape[1] - 1, texture.width).round().astype(int)[::40]
    return float(np.abs(painted - (255 - whole[rows][:, columns].astype(float))).mean())


async def test_a_visitor_gets_the_artwork_repainted_and_then_where_it_is(canvases: RunningServer) -> None:
    async with entered(door_of(canvases, HARBOUR)) as visitor:
        assert visitor.welcome["station"]["experience"] == "canvas"
        texture = await visitor.texture(1)
        assert (texture.revision, texture.width, texture.height) == (0, 640, 480)
        assert unlike(texture, "harbour") < unlike(texture, "valley")
        for corners in (tilted(), tilted(x=0.52), tilted(x=0.54, y=0.52), tilted(-6, 0.5, 0.5, 0.7)):
            pose = await look(visitor, "harbour", corners)
            assert error_px(pose, corners) < WITHIN_PX
            assert (pose.width, pose.height) == (WIDTH_PX, HEIGHT_PX)
            assert 0 < pose.confidence <= 1


async def test_a_canvas_is_told_a_frame_rate_and_size_of_its_own(canvases: RunningServer) -> None:
    async with entered(door_of(canvases, HARBOUR)) as visitor:
        (status,) = [heard for heard in visitor.heard if heard["type"] == "status"]
        assert (status["state"], status["fps"], status["width"], status["height"]) == ("live", 15.0, 640, 480)


async def test_another_mix_brings_another_texture_and_the_same_one_none(canvases: RunningServer) -> None:
    async with entered(door_of(canvases, HARBOUR)) as visitor:
        await visitor.texture(1)
        other = style_ids(visitor)[1]
        await visitor.send(encode_text("set", revision=4, style={other: 1.0}))
        assert (await visitor.texture(2)).revision == 4
        await visitor.send(encode_text("set", revision=5, style={other: 0.5}))  # a weight alone is the whole mix
        await visitor.send(encode_text("set", revision=6, strength=0.5))
        assert (await visitor.texture(3)).revision == 6
        pose = await look(visitor, "harbour", tilted())
        assert pose.revision == 6


async def test_many_visitors_with_the_same_settings_cost_few_paintings(canvases: RunningServer) -> None:
    async def visit() -> None:
        async with entered(door_of(canvases, VALLEY)) as visitor:
            await visitor.texture(1)

    before = canvases.counter("textures", "painted")
    await asyncio.gather(*(visit() for _ in range(20)))
    assert canvases.counter("textures", "painted") - before <= 8
    assert canvases.counter("textures", "kept") > 0


async def test_an_overlay_of_the_curator_s_needs_no_texture_but_poses(canvases: RunningServer) -> None:
    async with entered(door_of(canvases, SNOW)) as visitor:
        assert (visitor.welcome["station"]["styles"], visitor.welcome["settings"]["style"]) == ([], {})
        pose = await look(visitor, "portrait", tilted())
        assert error_px(pose, tilted()) < WITHIN_PX
        assert (visitor.textures, pose.revision) == ([], 0)


async def test_a_frame_without_the_artwork_is_answered_too(canvases: RunningServer) -> None:
    async with entered(door_of(canvases, HARBOUR)) as visitor:
        await look(visitor, "harbour", tilted())
    async with entered(door_of(canvases, HARBOUR)) as visitor:
        for _ in range(5):
            await visitor.send(visitor.frame())
            pose = await visitor.pose(visitor.seq)
            assert pose is not None and (pose.state, pose.homography) == (TrackState.LOOKING, None)


async def test_visitors_never_get_each_others_poses_or_textures(canvases: RunningServer) -> None:
    async def visit(number: int) -> None:
        station, picture = ((HARBOUR, "harbour"), (VALLEY, "valley"))[number % 2]
        async with entered(door_of(canvases, station)) as visitor:
            texture = await visitor.texture(1)
            others = [name for name in ("harbour", "valley") if name != picture]
            assert unlike(texture, picture) < unlike(texture, *others)
            for step in range(6):
                corners = tilted(number * 2 - 6, 0.44 + 0.02 * number, 0.5, 0.55 + 0.02 * (step % 2))
                assert error_px(await look(visitor, picture, corners), corners) < WITHIN_PX

    await asyncio.gather(*(visit(number) for number in range(6)))


async def test_poses_come_back_after_the_worker_was_killed(own_canvases: RunningServer) -> None:
    door = door_of(own_canvases, HARBOUR)
    targets = own_canvases.folder / "state" / "targets"
    async with entered(door) as visitor:
        await visitor.texture(1)
        await look(visitor, "harbour", tilted())
        await eventually(lambda: len(own_canvases.stats()["targets"]) == 3, "all artworks are scored")
        compiled = {path: path.stat().st_mtime_ns for path in targets.iterdir()}
        own_canvases.kill_worker()
        assert error_px(await look(visitor, "harbour", tilted(x=0.55)), tilted(x=0.55)) < WITHIN_PX
        await visitor.send(encode_text("set", revision=1, strength=0.25))
        assert (await visitor.texture(2)).revision == 1
        assert own_canvases.stats()["sessions"]["live"] == 1
    assert sorted(path.suffix for path in compiled) == [".json", ".npz", ".npz", ".npz"]
    kept = {path: path.stat().st_mtime_ns for path in targets.iterdir()}
    assert kept == compiled, "the second worker found what the first one compiled"


async def test_a_texture_that_died_with_its_worker_is_painted_by_the_next(own_canvases: RunningServer) -> None:
    async with entered(door_of(own_canvases, HARBOUR)) as visitor:
        await visitor.texture(1)
        for revision in range(1, 4):
            await visitor.send(encode_text("set", revision=revision, strength=0.1 * revision))
            if revision == 2:
                own_canvases.kill_worker()
        last = await visitor.texture(2)
        while last.revision < 3:
            last = await visitor.texture(last.number + 1)
        assert last.revision == 3


async def test_who_comes_back_gets_the_texture_of_the_mix_that_was_kept(canvases: RunningServer) -> None:
    door = door_of(canvases, HARBOUR)
    async with connected(door) as visitor:
        await say_hello(visitor, door)
        await live(visitor)
        await visitor.texture(1)
        await visitor.send(encode_text("set", revision=9, strength=0.75))
        await visitor.texture(2)
        token = visitor.welcome["resume"]
        visitor.socket.transport.abort()
    await eventually(lambda: canvases.stats()["sessions"]["away"] >= 1, "the connection is lost")
    async with entered(door, resume=token) as visitor:
        assert (visitor.welcome["resumed"], visitor.welcome["settings"]["strength"]) == (True, 0.75)
        texture = await visitor.texture(1)
        assert (texture.number, texture.revision) == (1, 0)
        corners = tilted(5)
        assert error_px(await look(visitor, "harbour", corners), corners) < WITHIN_PX
