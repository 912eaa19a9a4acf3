"""The phone's WebSocket: messages in, to the hall; refusals out. One coroutine a connection, no state beyond it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from exhibit.protocol import (
    Bye,
    Cancel,
    Frame,
    FromPhone,
    Hello,
    Keep,
    Set,
    Telemetry,
    Wish,
    decode_from_phone,
)
from exhibit.refusal import Refusal, Refused
from server.address import visitor_address
from server.config import Limits
from server.doorway import Doorway
from server.hall import STOP_RETRY_S, Hall
from server.link import Link
from server.on_show import OnShow, Place
from server.register import Visitor
from server.tally import Tally
from server.turnstile import Turnstile

log = logging.getLogger("vernissage.gateway")

RETRY_S = 60
_RETRY_S = {Refusal.ROOM_FULL: RETRY_S, Refusal.STOPPING: STOP_RETRY_S}


class Pace:
    """A token bucket of messages: two seconds' worth at once, then the rate."""

    def __init__(self, messages_per_s: float) -> None:
        self._rate, self._tokens, self._at = messages_per_s, 2 * messages_per_s, time.monotonic()

    def allows(self) -> bool:
        """Whether one more message may come now."""
        now = time.monotonic()
        self._tokens = min(2 * self._rate, self._tokens + (now - self._at) * self._rate) - 1
        self._at = now
        return self._tokens >= 0


class Gateway:
    """Speaks the protocol with phones."""

    def __init__(self, hall: Hall, on_show: OnShow, limits: Limits, tally: Tally) -> None:
        self._hall, self._on_show, self._limits, self._tally = hall, on_show, limits, tally
        self._by_address: Counter[str] = Counter()
        self._turnstile = Turnstile()  # for hellos
        self._empty = asyncio.Event()  # set while nobody is connected
        self._empty.set()
        self.doorway = Doorway(frozenset(), ())

    @property
    def connections(self) -> int:
        """How many phones are connected."""
        return self._by_address.total()

    async def emptied(self) -> None:
        """Wait until nobody is connected."""
        await self._empty.wait()

    def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse pages of other sites before the handshake (RFC 6455, section 10.2). None lets the request pass."""
        origin = request.headers.get("Origin")
        own = request.headers.get("Host", "")
        if origin is None or origin in self.doorway.origins or origin in (f"https://{own}", f"http://{own}"):
            return None
        self._tally.add("refused", Refusal.WRONG_ORIGIN.code)
        return connection.respond(403, f"{Refusal.WRONG_ORIGIN.code}: {Refusal.WRONG_ORIGIN.sentence}\n")

    async def visit(self, connection: ServerConnection) -> None:
        """One connection from handshake to close."""
        address = self._address(connection)
        async with Link(connection, self._limits.send_s) as link:
            if self._by_address[address] >= self._limits.connections_per_address:
                self._refuse(link, Refused(Refusal.TOO_MANY_CONNECTIONS), RETRY_S)
                return
            self._by_address[address] += 1
            self._empty.clear()
            try:
                await self._converse(connection, link)
            except ConnectionClosed as closed:
                self._count_close(closed)
            finally:
                self._by_address -= Counter([address])
                if not self._by_address:
                    self._empty.set()
        if link.ended_by is Refusal.NOT_READING:
            self._tally.add("refused", Refusal.NOT_READING.code)

    def _address(self, connection: ServerConnection) -> str:
        assert connection.request is not None, "visit comes after the handshake"
        forwarded = ",".join(connection.request.headers.get_all("X-Forwarded-For"))
        peer = connection.remote_address[0] if connection.remote_address else ""
        return visitor_address(peer, forwarded, self.doorway.trusted_proxies)

    async def _converse(self, connection: ServerConnection, link: Link) -> None:
        try:
            hello = await self._hello(connection)
            await self._turnstile.turn()
            visitor = self._hall.enter(hello, self._place(hello), link)
        except Refused as refused:
            self._refuse(link, refused, _RETRY_S.get(refused.refusal))
            return
        where = {"session": visitor.session.number, "station": visitor.station.id}
        log.info("connected", extra=where)
        try:
            await self._listen(connection, link, visitor)
        except Refused as refused:
            self._refuse(link, refused)
            if refused.refusal is not Refusal.SILENT:  # who only fell silent may come back
                self._hall.leave(visitor, link)
        finally:
            self._hall.lose(visitor, link)
            log.info("disconnected", extra=where)

    def _place(self, hello: Hello) -> Place:
        """Where the ticket leads; an expired one still leads back to a session that is there. Raises Refused."""
        try:
            return self._on_show.place(hello.ticket)
        except Refused as refused:
            if refused.refusal is not Refusal.TICKET_EXPIRED:
                raise
            place = self._on_show.place_left(hello.ticket)
            if self._hall.resumable(hello, place) is None:
                raise
            return place

    async def _hello(self, connection: ServerConnection) -> Hello:
        try:
            async with asyncio.timeout(self._limits.hello_s):
                message = decode_from_phone(await connection.recv())
        except TimeoutError:
            raise Refused(Refusal.HELLO_TIMEOUT) from None
        except Refused as refused:
            if refused.refusal.fatal:
                raise
            raise Refused(Refusal.HELLO_EXPECTED, str(refused)) from refused
        if not isinstance(message, Hello):
            raise Refused(Refusal.HELLO_EXPECTED)
        return message

    async def _listen(self, connection: ServerConnection, link: Link, visitor: Visitor) -> None:
        """Take messages until bye or the end. Raises Refused for what ends the connection."""
        pace, refusals = Pace(self._limits.messages_per_s), 0
        while True:
            data = await self._next(connection)
            if not pace.allows():
                raise Refused(Refusal.FLOOD)
            try:
                message = decode_from_phone(data)
                if isinstance(message, Bye):
                    self._hall.leave(visitor, link)
                    return
                self._take(visitor, message)
            except Refused as refused:
                if refused.refusal.fatal:
                    raise
                self._refuse(link, refused)
                refusals += 1
                if refusals > self._limits.refusals_per_session:
                    raise Refused(Refusal.TOO_MANY_ERRORS) from refused

    async def _next(self, connection: ServerConnection) -> str | bytes:
        try:
            async with asyncio.timeout(self._limits.silent_s):
                return await connection.recv()
        except TimeoutError:
            raise Refused(Refusal.SILENT) from None

    def _take(self, visitor: Visitor, message: FromPhone) -> None:
        match message:
            case Frame():
                self._hall.take(visitor, message)
            case Set():
                self._hall.choose(visitor, message)
            case Wish():
                self._hall.dreams.wish(visitor, message)
            case Cancel():
                self._hall.dreams.cancel(visitor)
            case Keep():
                self._hall.dreams.keep(visitor, message)
            case Hello():
                raise Refused(Refusal.HELLO_TWICE)
            case Telemetry():
                self._hall.hear(visitor, message)

    def _refuse(self, link: Link, refused: Refused, retry_after_s: int | None = None) -> None:
        self._tally.add("refused", refused.refusal.code)
        if refused.refusal.fatal:
            link.end(refused, retry_after_s)
        else:
            link.refuse(refused)

    def _count_close(self, closed: ConnectionClosed) -> None:
        """Closes that the WebSocket library decides on itself: too big a message, a ping that was not answered."""
        if closed.sent is not None and closed.sent.code == Refusal.MESSAGE_TOO_BIG.close:
            self._tally.add("refused", Refusal.MESSAGE_TOO_BIG.code)
