"""The server's side of one phone's WebSocket: what waits to be sent, and the task that sends it.

Messages go out in order, but of overlays only the newest waits, in the place of the older one: a phone that reads
slowly sees fewer of them, never old ones, and never hears that a frame was dropped before it got the overlay of an
earlier one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from types import TracebackType
from typing import Self

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from exhibit.protocol import Overlay, encode_error, encode_overlay
from exhibit.refusal import Refusal, Refused

log = logging.getLogger("vernissage.link")

MAX_TEXTS = 64  # more than these unsent, and the phone does not read


class Link:
    """One connection. Enter it to start sending; leaving it stops."""

    def __init__(self, connection: ServerConnection, send_s: float) -> None:
        self._connection, self._send_s = connection, send_s
        self._waiting: deque[str | None] = deque()  # texts, and None in the place of the overlay
        self._overlay: Overlay | None = None  # the newest that was not sent
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

    def show(self, overlay: Overlay) -> bool:
        """Make this the overlay that is sent next; returns whether it replaced one that was never sent."""
        if self._closing is not None:
            return False
        replaced = self._overlay is not None
        if not replaced:
            self._waiting.append(None)
        self._overlay = overlay
        self._news.set()
        return replaced

    def end(self, refused: Refused, retry_after_s: int | None = None) -> None:
        """Say why, then close. Only the first call counts."""
        if self._closing is None:
            refusal = refused.refusal
            self.ended_by = refusal
            self._overlay = None
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
        text = self._waiting.popleft()
        if text is not None:
            await self._connection.send(text)
        elif self._overlay is not None:
            overlay, self._overlay = self._overlay, None
            await self._connection.send(encode_overlay(overlay))
