"""Colour-coded visitors: a batch mixes visitors, a result never does. No overlay may hold another's colours."""

from __future__ import annotations

import asyncio
import colorsys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray
from visitor import Visitor, entered, style_ids

from exhibit.protocol import Overlay, encode_text
from models.style.engine import open_painter
from server.bench.running import RunningServer
from server.visitors.door import Door
from server.worker.codec import decode

VISITORS = 20
OVERLAYS_EACH = 5
WIDTH_PX, HEIGHT_PX = 96, 72
BRIGHTNESSES = (0.95, 0.7, 0.45)  # of one frame after the other
NEAR, FAR = 6.0, 8.0  # mean difference in levels: what two JPEGs of one picture have at most, of two pictures at least

Pixels = NDArray[np.uint8]
Paint = Callable[[Pixels, str], Pixels]  # N x H x W x 3 in one style


def picture_of(visitor: int, shade: int) -> bytes:
    """A hue for each visitor, a brightness for each frame: it shows whose a picture is, and which."""
    red, green, blue = (255 * part for part in colorsys.hsv_to_rgb(visitor / VISITORS, 0.9, BRIGHTNESSES[shade]))
    pixels = np.full((HEIGHT_PX, WIDTH_PX, 3), (red, green, blue), np.uint8)
    pixels[: HEIGHT_PX // 2, : WIDTH_PX * (visitor + 1) // (VISITORS + 1)] = (blue, red, green)
    return bytes(simplejpeg.encode_jpeg(pixels, 95, "RGB", "444"))


@dataclass(frozen=True)
class Seen:
    """What one visitor got: overlays, each with the shade of the frame that it says it answers."""

    visitor: int
    style: str
    overlays: list[tuple[int, Overlay]]


async def visit(door: Door, number: int, strength: float) -> Seen:
    """Send frames two at a time, so that newer ones replace older ones, and keep what comes back."""
    async with entered(door) as visitor:
        offered = style_ids(visitor)
        style = offered[number % len(offered)]
        await visitor.send(encode_text("set", revision=1, style={style: 1.0}, strength=strength))
        shades: dict[int, int] = {}
        overlays: list[tuple[int, Overlay]] = []
        while len(overlays) < OVERLAYS_EACH:
            for _ in range(2):
                await send_next_shade(visitor, number, shades)
            overlay = await visitor.answer(visitor.seq)
            if overlay is not None:
                assert overlay.revision == 1
                overlays.append((shades[overlay.seq], overlay))
        return Seen(number, style, overlays)


async def send_next_shade(visitor: Visitor, number: int, shades: dict[int, int]) -> None:
    shade = len(shades) % len(BRIGHTNESSES)
    await visitor.send(visitor.frame(picture_of(number, shade), width=WIDTH_PX, height=HEIGHT_PX))
    shades[visitor.seq] = shade


async def crowd(door: Door, strength: float) -> list[Seen]:
    """Everybody at once, each with another style."""
    return list(await asyncio.gather(*(visit(door, number, strength) for number in range(VISITORS))))


def assert_everybody_saw_their_own(seen: list[Seen], paint: Paint, *, shades_differ: bool = True) -> None:
    """Each overlay is its own frame, painted; and is less like every other visitor's frame, painted the same way."""
    sent = {(v, s): decode(picture_of(v, s), WIDTH_PX, HEIGHT_PX) for v in range(VISITORS) for s in range(3)}
    for style in {one.style for one in seen}:
        painted = dict(zip(sent, paint(np.stack(list(sent.values())), style).astype(np.int16), strict=True))
        for one in seen:
            for shade, overlay in one.overlays if one.style == style else ():
                pixels = simplejpeg.decode_jpeg(overlay.picture).astype(np.int16)
                apart = {whose: float(np.abs(pixels - other).mean()) for whose, other in painted.items()}
                nearest = min(apart, key=lambda whose: apart[whose])
                assert nearest[0] == one.visitor, f"visitor {one.visitor} was shown a picture of {nearest[0]}"
                assert nearest[1] == shade or not shades_differ, f"shown frame {nearest[1]} under number {shade}"
                assert apart[one.visitor, shade] < NEAR


def identity(pixels: Pixels, style: str) -> Pixels:
    """What any painter does at strength 0."""
    return pixels


def inverse(pixels: Pixels, style: str) -> Pixels:
    """What the stub painter does."""
    return 255 - pixels


def test_the_pictures_can_be_told_apart() -> None:
    pictures = [decode(picture_of(v, s), WIDTH_PX, HEIGHT_PX).astype(int) for v in range(VISITORS) for s in range(3)]
    apart = [np.abs(one - other).mean() for i, one in enumerate(pictures) for other in pictures[:i]]
    assert min(apart) > FAR


LENS = {"width": WIDTH_PX, "min_width": WIDTH_PX, "deadline_ms": 5000, "jpeg_quality": 95}


@pytest.fixture(scope="module")
def stub_gallery() -> Iterator[RunningServer]:
    """A painter that inverts, and lets batches grow."""
    style = {"runtime": "stub", "stub_base_ms": 20.0, "stub_frame_ms": 1.0, "batch_sizes": [1, 2, 4, 8]}
    with RunningServer({"style": style, "lens": LENS, "room": {"max_live": 100}}) as server:
        yield server


@pytest.fixture(scope="module")
def real_gallery() -> Iterator[RunningServer]:
    """The real engine, at a size that a small machine paints quickly."""
    with RunningServer({"style": {"lighter": "off"}, "lens": LENS, "room": {"max_live": 100}}) as server:
        yield server


async def test_no_overlay_holds_anothers_colours_on_the_stub(stub_gallery: RunningServer) -> None:
    seen = await crowd(stub_gallery.door(), 1.0)
    assert_everybody_saw_their_own(seen, inverse)
    frames, batches = stub_gallery.counter("work_frames"), stub_gallery.counter("batches")
    assert frames > batches, "visitors shared batches"


async def test_no_overlay_holds_anothers_colours_on_the_real_engine(real_gallery: RunningServer) -> None:
    assert_everybody_saw_their_own(await crowd(real_gallery.door(), 0.0), identity)


@pytest.mark.slow
async def test_no_overlay_holds_anothers_picture_when_painted_at_full_strength(real_gallery: RunningServer) -> None:
    painter = open_painter("openvino")

    def paint(pixels: Pixels, style: str) -> Pixels:
        weights = np.array([[float(style == known) for known in painter.styles]] * len(pixels), np.float32)
        return painter.paint(pixels, weights, np.ones(len(pixels), np.float32))

    seen = await crowd(real_gallery.door(), 1.0)
    assert_everybody_saw_their_own(seen, paint, shades_differ=False)  # the network evens out brightness
    painter.close()
