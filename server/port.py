"""One listening port for pages, API and WebSocket: the first request line decides who gets the connection.

Phones trust a certificate for one origin at a time, so aiohttp and websockets listen together: a small protocol reads
the request head and hands the transport on. Knows neither what a page shows nor what a visitor says.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import cast

from aiohttp import hdrs, web
from websockets.asyncio.server import Server, ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from server.config import Limits
from server.turnstile import Turnstile

Visit = Callable[[ServerConnection], Awaitable[None]]
Admit = Callable[[ServerConnection, Request], Response | None]

WEBSOCKET_PATH = b"/ws"
HEAD_BYTES = 16_384
HEAD_S = 10.0  # for the TLS handshake, then for the whole request head, however its bytes trickle in
_KEEP_ALIVE_S = 30.0
_LINGER_S = 1.0  # how long a request's unwanted body is read, so that the answer is not lost in a reset
_CLOSE_S = 3.0  # for a client to answer a close
_END_S = 2.5  # for all of them, and for pages to be answered, when the server ends
_ABORT_S = 0.5  # then for those that were cut off instead
_WARN_EVERY_S = 10.0
_PING_EVERY_S = 10.0
_PONG_WITHIN_S = 20.0
_QUEUED_MESSAGES = 4  # read ahead of the gateway; each may be as large as a message may be
_UNREAD_BYTES = 65_536  # written ahead of the client; a picture or two
log = logging.getLogger("vernissage.port")


class PortError(Exception):
    """It cannot be listened on: taken, not allowed, or no address of this machine."""


class Port:
    """The listening port. `visit` owns a WebSocket that `admit` let in; the connection closes when it returns."""

    def __init__(
        self, pages: web.Application, visit: Visit, *, admit: Admit, limits: Limits, subprotocol: str | None = None
    ) -> None:
        self._visit = visit
        self._admit = admit
        self._limits = limits
        self._subprotocols = [Subprotocol(subprotocol)] if subprotocol else None
        self._runner = web.AppRunner(pages, access_log=None, shutdown_timeout=_END_S / 2)
        self.refused: Counter[str] = Counter()  # connections cut before anybody had them, by reason
        self._quiet_until_s = 0.0  # when the log may next say that connections are too many
        self.turnstile = Turnstile()
        self._heads: set[_Head] = set()  # connections whose request head is still coming in
        self._sockets: Server  # set by listen(), like asyncio's own server inside it

    @asynccontextmanager
    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
        """Listen until the context ends; gives the port that is really bound. Raises PortError."""

        async def create_server() -> asyncio.Server:
            loop = asyncio.get_running_loop()
            return await loop.create_server(
                lambda: _Head(self),
                host,
                port,
                ssl=tls,
                ssl_handshake_timeout=HEAD_S if tls else None,
                ssl_shutdown_timeout=_CLOSE_S if tls else None,
                backlog=512,
                start_serving=False,
            )

        await self._runner.setup()
        try:
            self._sockets = await Server(create_server, self._converse)
            await self._sockets.start_serving()
        except OSError as error:
            await self._runner.cleanup()
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
            raise PortError(f"cannot listen on {host} port {port}: {reason}") from error
        try:
            yield self._sockets.sockets[0].getsockname()[1]
        finally:
            await self._close()

    async def _close(self) -> None:
        """Stop accepting, then end what is open: heads at once, pages when answered, WebSockets with 1001. Who does not
        answer, or does not even read, is cut off."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + _END_S
        self._sockets.server.close()
        for head in tuple(self._heads):
            head.cut()
        self._sockets.close()
        closing = asyncio.create_task(self._sockets.wait_closed())
        await self._runner.cleanup()
        await asyncio.wait([closing], timeout=max(0.0, deadline_s - loop.time()))
        for connection in tuple(self._sockets.all_connections):
            connection.transport.abort()
        await asyncio.wait([closing], timeout=_ABORT_S)
        closing.cancel()

    @property
    def open_connections(self) -> int:
        """TCP connections of all kinds, those in their TLS handshake aside."""
        pages = self._runner.server.connections if self._runner.server else []
        return len(self._heads) + len(pages) + len(self._sockets.handler_tasks)

    def greet(self, head: _Head, transport: asyncio.Transport) -> bool:
        """Whether there is room for one more connection."""
        if not self._sockets.is_serving():  # its TLS handshake took until the end
            return False
        if self.open_connections >= self._limits.connections:
            self.count_refused("too_many_connections")
            self._warn_of_crowd()
            return False
        self._heads.add(head)
        _drop_when_unread(transport, self._limits.send_s + HEAD_S)
        return True

    def count_refused(self, reason: str) -> None:
        """Count a connection that is cut."""
        self.refused[reason] += 1
        log.debug("cut a connection", extra={"reason": reason})

    def _warn_of_crowd(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._quiet_until_s:
            self._quiet_until_s = now_s + _WARN_EVERY_S
            log.warning("new connections are closed: %d are open", self._limits.connections)

    def forget(self, head: _Head) -> None:
        """The head is complete, or its connection gone."""
        self._heads.discard(head)

    def protocol_for(self, head: bytes) -> asyncio.Protocol:
        """Who takes the connection that begins with this head."""
        target = head.split(b" ", 2)[1:2]
        if target and target[0].partition(b"?")[0] == WEBSOCKET_PATH:
            return self._websocket()
        server = self._runner.server
        assert server is not None  # between setup and cleanup it is there
        loop = asyncio.get_running_loop()
        times_s = {"keepalive_timeout": _KEEP_ALIVE_S, "lingering_time": _LINGER_S}
        return _Pages(server, loop=loop, access_log=None, **times_s)  # type: ignore[arg-type]  # no log, as AppRunner has it

    def _websocket(self) -> ServerConnection:
        protocol = ServerProtocol(subprotocols=self._subprotocols, max_size=self._limits.message_bytes)
        return ServerConnection(
            protocol,
            self._sockets,
            ping_interval=_PING_EVERY_S,
            ping_timeout=_PONG_WITHIN_S,
            close_timeout=_CLOSE_S,
            max_queue=_QUEUED_MESSAGES,
            write_limit=_UNREAD_BYTES,
        )

    async def _converse(self, connection: ServerConnection) -> None:
        """One WebSocket from its handshake to its end; the task's edge, so nothing gets past it."""
        try:
            if await self._shake_hands(connection):
                connection.start_keepalive()
                async with connection:
                    await self._visit(connection)
        except ConnectionClosed:
            pass  # visitors leave when they like
        except Exception:
            log.exception("a WebSocket's handler failed")
        finally:
            connection.transport.abort()
            self._sockets.all_connections.discard(connection)
            task = asyncio.current_task()
            assert task is not None  # a coroutine that runs has one
            self._sockets.handler_tasks.discard(task)

    async def _shake_hands(self, connection: ServerConnection) -> bool:
        try:
            async with asyncio.timeout(HEAD_S):
                await connection.handshake(self._admit, server_header=None)
        except TimeoutError:
            self.count_refused("handshake_unfinished")
            return False
        if connection.state is not State.OPEN:
            return False
        self._sockets.all_connections.add(connection)
        return True


class _Pages(web.RequestHandler):
    """aiohttp's side of a connection; what it answers to what is no HTTP neither repeats it nor says who answers."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        super().handle_error(request, status, exc, message)  # which logs it
        response = _Unsigned(status=status)
        response.force_close()
        return response


class _Unsigned(web.Response):
    """A response that no signal of the application's comes by."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall(hdrs.SERVER, None)


class _Head(asyncio.Protocol):
    """Reads a connection's first request head and hands the transport on with every byte read so far."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._read = bytearray()
        self._transport: asyncio.Transport | None = None  # from connection_made until handed on or lost
        self._complete = False  # whether the head is there
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast(asyncio.Transport, transport)  # in deed: uvloop's own class for TLS does not say so
        if not self._port.greet(self, stream):
            stream.abort()
            return
        self._transport = stream
        self._timer = asyncio.get_running_loop().call_later(HEAD_S, self._refuse, "head_slow", "408 Request Timeout")

    def data_received(self, data: bytes) -> None:
        if self._transport is None:
            return
        if self._complete:  # it waits for its turn; a TLS transport may give out what it had read already
            self._read += data
            return
        searched = max(0, len(self._read) - 3)
        self._read += data
        if not self._read[:1].isalpha():  # a TLS greeting on a plain port, or noise
            self._refuse("noise", "400 Bad Request")
        elif 0 <= self._read.find(b"\r\n\r\n", searched) <= HEAD_BYTES:
            self._complete = True
            self._transport.pause_reading()  # it is complete; a second request or a message may come along with it
            self._port.turnstile.enter(self._hand_on)
        elif len(self._read) > HEAD_BYTES:
            self._refuse("head_too_large", "431 Request Header Fields Too Large")

    def connection_lost(self, _exc: Exception | None) -> None:
        self._let_go()

    def cut(self) -> None:
        """End the connection at once."""
        transport = self._transport
        if transport is not None:
            self._let_go()
            transport.abort()

    def _hand_on(self) -> None:
        """Its turn has come, unless it was cut or lost meanwhile."""
        transport = self._transport
        if transport is None:
            return
        self._let_go()
        if transport.is_closing():
            return
        read = bytes(self._read)
        protocol = self._port.protocol_for(read)
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        transport.resume_reading()  # before it may want a pause of its own
        protocol.data_received(read)

    def _refuse(self, reason: str, status: str) -> None:
        transport = self._transport
        if transport is None:
            return
        self._let_go()
        self._port.count_refused(reason)
        transport.write(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
        transport.close()

    def _let_go(self) -> None:
        self._transport = None
        self._port.forget(self)
        if self._timer is not None:
            self._timer.cancel()


def _drop_when_unread(transport: asyncio.Transport, after_s: float) -> None:
    """Have the system drop a connection whose peer takes nothing of what was sent, for whoever it is handed to."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        with suppress(OSError):  # the peer may have gone already
            connection = transport.get_extra_info("socket")
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(after_s * 1000))
