"""A visitor at a station for dreams, who wishes for one picture after the other. Sends no frames."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from exhibit.protocol import SUBPROTOCOL, VERSION, Binary, Texture, decode_texture, encode_text, kind_of
from server.visitors.door import Door

_OPEN_S = 30.0
_ENDS = {"done", "fallback", "refused", "failed", "cancelled", "held"}
TELEMETRY = {"fps": 0.0, "glass_p50_ms": 0.0, "glass_p95_ms": 0.0}


class Wisher:
    """One connection that is live. Everything that was heard stays in `told` and `textures`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._revision = 0
        self.told: list[dict[str, Any]] = []
        self.textures: list[Texture] = []

    async def wish(self, words: Sequence[int] = (), **more: Any) -> dict[str, Any]:
        """Wish for a picture and wait for what becomes of it: the last `dream` message about it."""
        await self.ask(words, **more)
        return await self.answer()

    async def ask(self, words: Sequence[int] = (), **more: Any) -> int:
        """Wish for a picture; its revision."""
        self._revision += 1
        await self._socket.send(encode_text("wish", revision=self._revision, words=list(words) or None, **more))
        return self._revision

    async def answer(self) -> dict[str, Any]:
        """What becomes of the newest wish."""
        while True:
            message = await self.hear()
            ours = message.get("type") == "dream" and message.get("revision") == self._revision
            if ours and message["state"] in _ENDS:
                return message
            if message.get("type") == "error":
                return message

    async def hear_more(self) -> None:
        """The next message, of whichever kind; a picture is kept."""
        data = await self._next()
        if isinstance(data, bytes) and kind_of(data) is Binary.TEXTURE:
            self.textures.append(decode_texture(data))

    async def hear(self) -> dict[str, Any]:
        """The next text message; pictures that come before it are kept."""
        while True:
            data = await self._next()
            if isinstance(data, bytes):
                if kind_of(data) is Binary.TEXTURE:
                    self.textures.append(decode_texture(data))
                continue
            message: dict[str, Any] = json.loads(data)
            self.told.append(message)
            return message

    async def say(self, kind: str, **fields: Any) -> None:
        """Anything else."""
        await self._socket.send(encode_text(kind, **fields))

    async def _next(self) -> str | bytes:
        """Telemetry is due while one waits: who says nothing for long is let go."""
        while True:
            try:
                async with asyncio.timeout(5.0):
                    return await self._socket.recv()
            except TimeoutError:
                await self.say("telemetry", **TELEMETRY)

    @property
    def picture(self) -> Texture | None:
        """The newest picture of the newest wish."""
        ours = [texture for texture in self.textures if texture.revision == self._revision]
        return ours[-1] if ours else None


@asynccontextmanager
async def wishing(door: Door) -> AsyncIterator[Wisher]:
    """A visitor who is live at the station of this door; says bye at the end."""
    async with connect(
        door.url,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        ssl=door.tls(),
        proxy=None,
        open_timeout=_OPEN_S,
        max_size=8 << 20,
    ) as socket:
        wisher = Wisher(socket)
        await wisher.say("hello", version=VERSION, ticket=door.ticket, now_ms=time.monotonic() * 1000)
        while (await wisher.hear()).get("state") not in {"live", "slow"}:
            pass
        yield wisher
        await wisher.say("bye")
