"""A proxy in front of a server that does one thing badly, as proxies and networks do: for the doctor to find out."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime

_CHUNK = 65_536
_DATE = re.compile(rb"(?m)^Date: ([^\r]+)\r$")
_NO_WEBSOCKET = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True)
class Relay:
    """What is wrong with it; nothing, by default."""

    tls: ssl.SSLContext | None = None
    delay_s: float = 0.0  # of whatever the server says in a WebSocket
    clock_ahead_s: float = 0.0  # of the time in its answers
    blocks_websockets: bool = False

    @asynccontextmanager
    async def before(self, port: int) -> AsyncIterator[str]:
        """The address of the relay, which leads to a server on this machine until the block ends."""
        talks: set[asyncio.Task[None]] = set()

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None  # a coroutine that runs has one
            talks.add(task)
            try:
                await self._talk(port, reader, writer)
            except (OSError, asyncio.CancelledError):
                pass  # either side may leave when it likes, and at the end both have to: asyncio logs a cancelled one
            finally:
                talks.discard(task)
                writer.close()

        server = await asyncio.start_server(take, "127.0.0.1", 0, ssl=self.tls)
        try:
            own = server.sockets[0].getsockname()[1]
            yield f"{'https' if self.tls else 'http'}://127.0.0.1:{own}"
        finally:
            server.close()
            for task in list(talks):
                task.cancel()
            await asyncio.gather(*talks, return_exceptions=True)

    async def _talk(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.read(_CHUNK)
        websocket = head.startswith(b"GET /ws")
        if websocket and self.blocks_websockets:
            writer.write(_NO_WEBSOCKET)
            await writer.drain()
            return
        from_server, to_server = await asyncio.open_connection("127.0.0.1", port)
        to_server.write(head)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, to_server))
                both.create_task(self._pass(from_server, writer, answers=True, websocket=websocket))
        except* OSError:
            pass
        finally:
            to_server.close()

    async def _pass(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        answers: bool = False,
        websocket: bool = False,
    ) -> None:
        while data := await reader.read(_CHUNK):
            if answers and websocket and self.delay_s:
                await asyncio.sleep(self.delay_s)
            writer.write(self._dated(data) if answers and not websocket and self.clock_ahead_s else data)
            await writer.drain()
        writer.close()

    def _dated(self, data: bytes) -> bytes:
        """Another time of the same length in an answer's head."""

        def later(found: re.Match[bytes]) -> bytes:
            said_s = parsedate_to_datetime(found[1].decode()).timestamp()
            return b"Date: " + formatdate(said_s + self.clock_ahead_s, usegmt=True).encode() + b"\r"

        return _DATE.sub(later, data, count=1)
