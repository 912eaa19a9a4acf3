"""The server's side of one phone's WebSocket: what waits to be sent, and the task that sends it.

Messages go out in order, but of answers to frames (overlays, poses) only the newest waits, in the place of the older
one, and so of textures: a phone that reads slowly sees fewer of them, never old ones, and never hears that a frame was
dropped before it got the answer to an earlier one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from enum import Enum
from types import TracebackType
from typing import Self

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from exhibit.protocol import Overlay, PoseAnswer, Texture, encode_error, encode_overlay, encode_pose, encode_texture
from exhibit.refusal import Refusal, Refused

log = logging.getLogger("vernissage.link")

MAX_TEXTS = 64  # more than these unsent, and the phone does not read


class Newest(Enum):
    """What only the newest of is sent; stands in its place among the texts."""

    ANSWER = "answer"
    TEXTURE = "texture"


class Link:
    """One connection. Enter it to start sending; leaving it stops."""

    def __init__(self, connection: ServerConnection, send_s: float) -> None:
        self._connection, self._send_s = connection, send_s
        self._waiting: deque[str | Newest] = deque()
        self._newest: dict[Newest, Overlay | PoseAnswer | Texture] = {}  # those that were not sent
        self._news = asyncio.Event()
        self._sender: asyncio.Task[None] | None = None
        self._closing: tuple[int, str] | None = None
        self.ended_by: Refusal | None = None  # why the server closed it, if it did

    async def __aenter__(self) -> Self:
        self._sender = asyncio.create_task(self._send_all())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._sender is not None
        if self._closing is None:
            self._sender.cancel()
        await asyncio.gather(self._sender, return_exceptions=True)

    def tell(self, text: str) -> None:
        """Queue a text message; after the end there is nothing more to say."""
        if self._closing is not None:
            return
        if len(self._waiting) >= MAX_TEXTS:
            self._waiting.clear()
            self.end(Refused(Refusal.NOT_READING))
        else:
            self._waiting.append(text)
        self._news.set()

    def refuse(self, refused: Refused) -> None:
        """Queue a refusal that does not end the connection; of a hail of them only the first ones are sent."""
        if len(self._waiting) < MAX_TEXTS // 2:
            self.tell(encode_error(refused))

    def show(self, answer: Overlay | PoseAnswer) -> bool:
        """Make this the answer that is sent next; returns whether it replaced one that was never sent."""
        return self._replace(Newest.ANSWER, answer)

    def hang(self, texture: Texture) -> bool:
        """Make this the texture that is sent next; returns whether it replaced one that was never sent."""
        return self._replace(Newest.TEXTURE, texture)

    def _replace(self, kind: Newest, message: Overlay | PoseAnswer | Texture) -> bool:
        if self._closing is not None:
            return False
        replaced = kind in self._newest
        if not replaced:
            self._waiting.append(kind)
        self._newest[kind] = message
        self._news.set()
        return replaced

    def end(self, refused: Refused, retry_after_s: int | None = None) -> None:
        """Say why, then close. Only the first call counts."""
        if self._closing is None:
            refusal = refused.refusal
            self.ended_by = refusal
            self._newest.clear()
            self._waiting.append(encode_error(refused, retry_after_s))
            self._closing = (refusal.close or 1000, refusal.code)
            self._news.set()

    async def _send_all(self) -> None:
        """Send until closed. A phone that takes longer than send_s over one message is cut off."""
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                while self._waiting:
                    async with asyncio.timeout(self._send_s):
                        await self._send_next()
                if self._closing is not None:
                    await self._connection.close(*self._closing)
                    return
        except ConnectionClosed:
            return
        except TimeoutError:
            self.ended_by = Refusal.NOT_READING
            self._connection.transport.abort()

    async def _send_next(self) -> None:
        waiting = self._waiting.popleft()
        if isinstance(waiting, str):
            await self._connection.send(waiting)
        elif waiting in self._newest:
            await self._connection.send(_encoded(self._newest.pop(waiting)))


def _encoded(message: Overlay | PoseAnswer | Texture) -> bytes:
    match message:
        case Overlay():
            return encode_overlay(message)
        case PoseAnswer():
            return encode_pose(message)
        case Texture():
            return encode_texture(message)
