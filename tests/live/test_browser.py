"""A real Chromium at a real port: camera file in, painted pictures out, checked by pixel; lost servers come back."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray
from playwright.async_api import Page, async_playwright

from exhibit.protocol import Frame, Overlay, decode_from_phone, decode_overlay, encode_frame
from models.style.engine import open_painter
from server.bench.chromium import chromium_path, launch_args
from server.bench.running import RunningServer
from server.visitors.film import moving_film
from server.worker.codec import decode

pytestmark = pytest.mark.browser

WAIT_MS = 60_000  # a browser and an engine share two cores with whatever else there is
LENS = {"width": 192, "min_width": 192, "jpeg_quality": 95, "deadline_ms": 8000, "fps": 8}
ALIKE_DB, UNLIKE_DB = 28.0, 20.0  # a painted picture decoded twice; a camera picture and its painting

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Sighting:
    """What a visitor's screen showed at one moment, and what had gone over the wire for it."""

    style: str
    shown: Pixels
    overlay: Overlay
    camera: Pixels  # the sent frame, at the overlay's size


@pytest.fixture(scope="module")
def camera_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of a moving picture, as raw video."""
    path = tmp_path_factory.mktemp("camera") / "clip.y4m"
    film = moving_film(4, frames=10)
    with path.open("wb") as file:
        file.write(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n")
        for index in range(film.frames):
            pixels = simplejpeg.decode_jpeg(film.jpeg(index, 640, 480))
            file.write(b"FRAME\n" + cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420).tobytes())
    return path


@pytest.fixture
async def page(camera_clip: Path) -> AsyncIterator[Page]:
    """A page of a browser whose camera is the clip, and which takes the server's own certificate."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=launch_args(camera_clip))
        context = await browser.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 780})
        context.set_default_timeout(WAIT_MS)
        await context.add_init_script(path=Path(__file__).parent / "witness.js")
        page = await context.new_page()
        yield page
        await browser.close()


@pytest.fixture
def tls_gallery() -> Iterator[RunningServer]:
    """The demo with its real engine over HTTPS, at a size that a small machine paints quickly."""
    with RunningServer(
        {"server": {"http": False}, "style": {"lighter": "off"}, "lens": LENS, "room": {"max_live": 8}}
    ) as server:
        yield server


@pytest.fixture
def quick_gallery() -> Iterator[RunningServer]:
    """The demo on the stub painter, over plain HTTP."""
    style = {"runtime": "stub", "stub_base_ms": 10.0, "stub_frame_ms": 1.0}
    with RunningServer({"style": style, "lens": LENS, "room": {"max_live": 8}}) as server:
        yield server


async def begin(page: Page, server: RunningServer) -> None:
    """Open the ticket's page, consent, and wait for the first painted picture."""
    await page.goto(f"{server.url}/v/{server.door().ticket}")
    await page.locator("body[data-state=consent] button.primary").click()
    await live(page)
    await page.wait_for_selector("#painted[data-shown-seq]")


async def live(page: Page) -> None:
    await page.wait_for_selector("body[data-state=live], body[data-state=slow]")


async def until(page: Page, expression: str, argument: object = None) -> Any:
    """The expression's value once it is true. Asks again and again: the page's policy forbids it to poll by itself."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while not (value := await page.evaluate(expression, argument)):
            await asyncio.sleep(0.1)
    return value


async def look(page: Page) -> Sighting:
    """What is on the screen now, and what went over the wire for it."""
    said = await until(page, "testify()")
    rgba = np.frombuffer(base64.b64decode(said["pixels"]), np.uint8)
    overlay = decode_overlay(base64.b64decode(said["overlay"]))
    frame = decode_from_phone(base64.b64decode(said["frame"]))
    assert isinstance(frame, Frame)
    return Sighting(
        said["style"],
        rgba.reshape(said["height"], said["width"], 4)[:, :, :3],
        overlay,
        decode(frame.picture, overlay.width, overlay.height),
    )


async def look_after(page: Page, revision: int) -> Sighting:
    """The same, once the painting obeys a later choice."""
    await until(
        page, "revision => Number(document.querySelector('#painted').dataset.shownRevision) > revision", revision
    )
    return await look(page)


def painted(camera: Pixels, style: str) -> Pixels:
    """The network's own output for a camera picture."""
    painter = open_painter("openvino")
    weights = np.array([[float(style == known) for known in painter.styles]], np.float32)
    output = painter.paint(camera[np.newaxis], weights, np.ones(1, np.float32))[0]
    painter.close()
    return output


def psnr_db(one: Pixels, other: Pixels) -> float:
    error = float(((one.astype(float) - other) ** 2).mean())
    return 10 * np.log10(255**2 / max(error, 1e-9))


def assert_painted(seen: Sighting) -> None:
    """The screen shows the network's output for the frame that was sent, and not the camera picture."""
    assert psnr_db(seen.shown, simplejpeg.decode_jpeg(seen.overlay.picture)) > ALIKE_DB
    assert psnr_db(seen.shown, painted(seen.camera, seen.style)) > ALIKE_DB
    assert psnr_db(seen.shown, seen.camera) < UNLIKE_DB


async def test_a_visitor_sees_the_gallery_painted_and_changes_the_style(page: Page, tls_gallery: RunningServer) -> None:
    await begin(page, tls_gallery)
    first = await look(page)
    assert_painted(first)
    await page.locator(".thumbnail:has(input:not(:checked))").first.click()
    second = await look_after(page, first.overlay.revision)
    assert second.style != first.style
    assert_painted(second)
    assert psnr_db(second.shown, painted(second.camera, first.style)) < ALIKE_DB, "it is the other style"


async def test_at_no_strength_the_camera_picture_is_shown(page: Page, tls_gallery: RunningServer) -> None:
    await begin(page, tls_gallery)
    before = await look(page)
    await page.locator("#strength").fill("0")
    after = await look_after(page, before.overlay.revision)
    assert psnr_db(after.shown, after.camera) > ALIKE_DB


@pytest.mark.parametrize("how", ["killed", pytest.param("stopped", marks=pytest.mark.slow)])
async def test_a_lost_server_is_found_again_without_a_touch(page: Page, quick_gallery: RunningServer, how: str) -> None:
    await begin(page, quick_gallery)
    quick_gallery.kill() if how == "killed" else quick_gallery.stop()
    await page.wait_for_selector("body[data-state=reconnecting]")
    quick_gallery.start()
    await live(page)
    await until(page, "socketsOpened() > 1")
    seen = await look(page)
    assert psnr_db(seen.shown, 255 - seen.camera) > ALIKE_DB, "the stub painter's inverse of the sent frame"


async def test_a_worker_that_dies_costs_no_connection(page: Page, quick_gallery: RunningServer) -> None:
    await begin(page, quick_gallery)
    seq = (await look(page)).overlay.seq
    quick_gallery.kill_worker()
    await until(page, "seq => Number(document.querySelector('#painted').dataset.shownSeq) > seq + 10", seq)
    assert await page.evaluate("socketsOpened()") == 1


def test_the_sequence_number_is_where_the_witness_reads_it() -> None:
    frame = encode_frame(Frame(0x01020304, 1.0, 16, 16, b"\xff\xd8\xff"))
    assert frame[4:8] == b"\x01\x02\x03\x04"
