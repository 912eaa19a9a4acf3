"""A visitor driven by hand: sends exactly what a test says, and keeps what it hears."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import simplejpeg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from exhibit.protocol import (
    SUBPROTOCOL,
    VERSION,
    Binary,
    Frame,
    Overlay,
    PoseAnswer,
    Texture,
    decode_overlay,
    decode_pose,
    decode_texture,
    encode_frame,
    encode_text,
    kind_of,
)
from server.visitors.door import Door

WAIT_S = 40.0  # how long anything may take on a machine that has other work; only a hang takes longer
WIDTH_PX, HEIGHT_PX = 64, 48
GREY = (90, 120, 60)


def now_ms() -> float:
    return time.monotonic() * 1000


def flat_jpeg(colour: tuple[int, int, int] = GREY, width_px: int = WIDTH_PX, height_px: int = HEIGHT_PX) -> bytes:
    """A picture of one colour."""
    pixels = np.full((height_px, width_px, 3), colour, np.uint8)
    return bytes(simplejpeg.encode_jpeg(pixels, 95, "RGB", "444"))


def noisy_jpeg(width_px: int, height_px: int) -> bytes:
    """A picture that no codec makes small."""
    pixels = np.random.default_rng(5).integers(0, 256, (height_px, width_px, 3), np.uint8)
    return bytes(simplejpeg.encode_jpeg(pixels, 95, "RGB", "444"))


def mean_colour(overlay: Overlay) -> np.ndarray:
    """The mean colour of an overlay's inner part: borders are the painter's own affair."""
    pixels = simplejpeg.decode_jpeg(overlay.picture)
    height, width = pixels.shape[:2]
    inner = pixels[height // 4 : -height // 4, width // 4 : -width // 4]
    return np.asarray(inner.reshape(-1, 3).mean(axis=0))


class Visitor:
    """One connection. `hear` and `overlay` skip what a test does not ask for; it stays in `heard`."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.welcome: dict[str, Any] = {}
        self.heard: list[dict[str, Any]] = []
        self.textures: list[Texture] = []
        self.seq = 0

    async def send(self, message: str | bytes) -> None:
        await self.socket.send(message)

    async def hear(self, kind: str, **fields: object) -> dict[str, Any]:
        """The next text message of this type with these fields."""
        async with asyncio.timeout(WAIT_S):
            while True:
                data = await self.socket.recv()
                if isinstance(data, bytes):
                    continue
                words: dict[str, Any] = json.loads(data)
                self.heard.append(words)
                if words["type"] == kind and fields.items() <= words.items():
                    return words

    async def overlay(self, seq: int = 0) -> Overlay:
        """The next overlay, or the next that answers this frame or a later one."""
        async with asyncio.timeout(WAIT_S):
            while True:
                data = await self.socket.recv()
                if isinstance(data, bytes) and (overlay := decode_overlay(data)).seq >= seq:
                    return overlay
                if isinstance(data, str):
                    self.heard.append(json.loads(data))

    async def closed(self) -> int:
        """The code that the server closes with."""
        async with asyncio.timeout(WAIT_S):
            try:
                while True:
                    await self.socket.recv()
            except ConnectionClosed:
                assert self.socket.close_code is not None
                return self.socket.close_code

    def frame(self, picture: bytes | None = None, **fields: Any) -> bytes:
        """The next frame as bytes, with any field as the test wants it."""
        self.seq = fields.pop("seq", self.seq + 1)
        capture_ms = fields.pop("capture_ms", now_ms())
        width, height = fields.pop("width", WIDTH_PX), fields.pop("height", HEIGHT_PX)
        return encode_frame(Frame(self.seq, capture_ms, width, height, picture or flat_jpeg(), **fields))

    async def paint(self, colour: tuple[int, int, int] = GREY) -> Overlay:
        """Send a frame of one colour and wait for its overlay; a frame that a busy server dropped is sent again."""
        async with asyncio.timeout(WAIT_S):
            while True:
                await self.send(self.frame(flat_jpeg(colour)))
                answered = await self.answer(self.seq)
                if answered is not None:
                    return answered

    async def answer(self, seq: int) -> Overlay | None:
        """The overlay that answers this frame or a later one; None if the server dropped it."""
        async with asyncio.timeout(WAIT_S):
            while True:
                data = await self.socket.recv()
                if isinstance(data, bytes):
                    overlay = decode_overlay(data)
                    if overlay.seq >= seq:
                        return overlay
                    continue
                self.heard.append(json.loads(data))
                if self.heard[-1]["type"] == "dropped" and self.heard[-1]["seq"] >= seq:
                    return None

    async def pose(self, seq: int) -> PoseAnswer | None:
        """The pose that answers this frame or a later one; None if the server dropped it. Textures are kept."""
        async with asyncio.timeout(WAIT_S):
            while True:
                data = await self.socket.recv()
                if isinstance(data, str):
                    self.heard.append(json.loads(data))
                    if self.heard[-1]["type"] == "dropped" and self.heard[-1]["seq"] >= seq:
                        return None
                elif kind_of(data) is Binary.TEXTURE:
                    self.textures.append(decode_texture(data))
                elif (pose := decode_pose(data)).seq >= seq:
                    return pose

    async def texture(self, number: int) -> Texture:
        """The texture with this number, which came already or comes next."""
        async with asyncio.timeout(WAIT_S):
            while not (found := [texture for texture in self.textures if texture.number == number]):
                data = await self.socket.recv()
                if isinstance(data, str):
                    self.heard.append(json.loads(data))
                elif kind_of(data) is Binary.TEXTURE:
                    self.textures.append(decode_texture(data))
            return found[0]


@asynccontextmanager
async def connected(door: Door, **options: Any) -> AsyncIterator[Visitor]:
    """A connection on which nothing has been said yet."""
    async with connect(
        door.url,
        **{"subprotocols": [SUBPROTOCOL], "compression": None, "ssl": door.tls(), "proxy": None, "close_timeout": 2}
        | {"open_timeout": WAIT_S, "max_size": 1 << 24, "ping_interval": None}
        | options,
    ) as socket:
        yield Visitor(socket)


async def say_hello(visitor: Visitor, door: Door, **fields: object) -> None:
    """Say hello and wait for the welcome."""
    await visitor.send(encode_text("hello", **hello_fields(door) | fields))
    visitor.welcome = await visitor.hear("welcome")


def hello_fields(door: Door) -> dict[str, object]:
    return {"version": VERSION, "ticket": door.ticket, "now_ms": now_ms()}


@asynccontextmanager
async def entered(door: Door, resume: str | None = None, **options: Any) -> AsyncIterator[Visitor]:
    """A visitor who is live. Leaves with a bye if the connection is still there."""
    async with connected(door, **options) as visitor:
        await say_hello(visitor, door, resume=resume)
        await live(visitor)
        yield visitor
        try:
            await visitor.send(encode_text("bye"))
        except ConnectionClosed:
            return


async def live(visitor: Visitor) -> None:
    """Wait until the visitor may send."""
    while True:
        status = await visitor.hear("status")
        if status["state"] in ("live", "slow"):
            return


async def keep_painting(visitor: Visitor) -> None:
    """Overlay after overlay, until cancelled or disturbed."""
    while True:
        await visitor.paint()
        await asyncio.sleep(0.1)


def style_ids(visitor: Visitor) -> list[str]:
    """The styles that the visitor's station offers."""
    return [style if isinstance(style, str) else style["id"] for style in visitor.welcome["station"]["styles"]]


async def eventually(holds: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str) -> None:
    """Wait until it holds; polls, because the server is another process."""
    deadline_s = time.monotonic() + WAIT_S
    while time.monotonic() < deadline_s:
        answer = holds()
        if answer if isinstance(answer, bool) else await answer:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited {WAIT_S:.0f} s in vain: {what}")


def patched_jpeg_size(jpeg: bytes, width_px: int, height_px: int) -> bytes:
    """The same JPEG with another size in its frame header."""
    at = jpeg.index(b"\xff\xc0")
    patched = io.BytesIO(jpeg)
    patched.seek(at + 5)
    patched.write(height_px.to_bytes(2) + width_px.to_bytes(2))
    return patched.getvalue()
