"""Lenses that paint only inside or outside the artwork, on a live server with the painter that inverts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import galleries
import numpy as np
import pytest
import simplejpeg
from galleries import QUICK_STUB
from scenes import Corners, Pixels, artwork, as_jpeg, tilted, view, write_exhibition
from visitor import WAIT_S, Visitor, entered, flat_jpeg

from exhibit.protocol import Overlay
from server.bench.running import RunningServer
from server.visitors.door import Door

INSIDE, OUTSIDE = 1, 2
WIDTH_PX, HEIGHT_PX = 480, 360
NEAR = 12.0  # levels between a picture and what two JPEGs make of it
LENS = {"width": WIDTH_PX, "min_width": WIDTH_PX, "deadline_ms": 5000.0, "jpeg_quality": 90}


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("walls")
    file = write_exhibition(
        folder, ("street", 'lens = { STYLES, region = "inside" }'), ("street", 'lens = { STYLES, region = "outside" }')
    )
    settings = {"style": QUICK_STUB, "lens": LENS, "room": {"max_live": 100}, "exhibition": {"file": str(file)}}
    with RunningServer(settings) as server:
        yield server
        assert "Traceback" not in server.log, server.log


def door_of(server: RunningServer, station: int) -> Door:
    return galleries.door_of(server, "walls", station)


def frame_at(corners: Corners) -> Pixels:
    """The street on the wall, at the size that a lens is asked for."""
    return np.asarray(view(artwork("street"), corners, WIDTH_PX, HEIGHT_PX), np.uint8)


async def shown(visitor: Visitor, jpeg: bytes) -> Pixels:
    """The overlay of a frame, as pixels."""
    async with asyncio.timeout(WAIT_S):
        while True:
            await visitor.send(visitor.frame(jpeg, width=WIDTH_PX, height=HEIGHT_PX))
            overlay: Overlay | None = await visitor.answer(visitor.seq)
            if overlay is not None:
                return np.asarray(simplejpeg.decode_jpeg(overlay.picture), np.uint8)


def levels_apart(overlay: Pixels, expected: Pixels, part: np.ndarray) -> float:
    """Mean difference over a part of the picture."""
    return float(np.abs(overlay.astype(int) - expected.astype(int))[part].mean())


def parts(corners: Corners) -> tuple[np.ndarray, np.ndarray]:
    """The pixels well inside, and those well outside, of a picture with these corners."""
    middle = corners.mean(axis=0)
    whole = np.full((64, 64, 3), 255, np.uint8)
    inner = view(whole, middle + (corners - middle) * 0.8, WIDTH_PX, HEIGHT_PX, wall=(0, 0, 0))[:, :, 0] > 127
    outer = view(whole, middle + (corners - middle) * 1.1, WIDTH_PX, HEIGHT_PX, wall=(0, 0, 0))[:, :, 0] < 127
    return inner, outer


@pytest.mark.parametrize("station", [INSIDE, OUTSIDE])
async def test_paint_keeps_to_its_region_as_the_artwork_moves(regions: RunningServer, station: int) -> None:
    async with entered(door_of(regions, station)) as visitor:
        for step in range(40):  # a target may have to be compiled first
            corners = tilted(3, 0.48 + 0.002 * step, 0.5, 0.6)
            frame = frame_at(corners)
            overlay = await shown(visitor, as_jpeg(frame))
            inner, outer = parts(corners)
            painted, plain = (inner, outer) if station == INSIDE else (outer, inner)
            found = levels_apart(overlay, 255 - frame, painted), levels_apart(overlay, frame, plain)
            if max(found) < NEAR:
                return
            await asyncio.sleep(0.1)
    raise AssertionError(f"levels apart where it should be painted, and where not: {found}")


async def test_without_the_artwork_the_inside_lens_paints_nothing_and_the_outside_one_everything(
    regions: RunningServer,
) -> None:
    everywhere = np.ones((HEIGHT_PX, WIDTH_PX), bool)
    colour = np.full((HEIGHT_PX, WIDTH_PX, 3), (90, 120, 60), np.uint8)
    for station, expected in ((INSIDE, colour), (OUTSIDE, 255 - colour)):
        async with entered(door_of(regions, station)) as visitor:
            overlay = await shown(visitor, flat_jpeg((90, 120, 60), WIDTH_PX, HEIGHT_PX))
            assert levels_apart(overlay, expected, everywhere) < 3
