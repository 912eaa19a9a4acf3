"""The one port: who gets a connection, what is cut, and that no byte is lost on the way."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus

import aiohttp
import pytest
import uvloop
from aiohttp import web
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.http11 import Request, Response
from websockets.typing import Origin, Subprotocol

import server.port
from server.config import Limits
from server.port import HEAD_BYTES, Port, PortError
from server.state import open_state

LIMITS = Limits()
PHONE = Subprotocol("vernissage.v1")
GET = b"GET /hello HTTP/1.1\r\nHost: here\r\n\r\n"
UPGRADE = (
    b"GET /ws?x=1 HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: vernissage.v1\r\n\r\n"
)
MASKED_HI = b"\x81\x82\x00\x00\x00\x00hi"  # a text frame, masked with zeros


async def hello(request: web.Request) -> web.Response:
    return web.Response(text=f"hello {request.query_string}")


def pages() -> web.Application:
    app = web.Application()
    app.router.add_get("/hello", hello)
    return app


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


def admit_all(connection: ServerConnection, request: Request) -> Response | None:
    return None


def refuse_evil(connection: ServerConnection, request: Request) -> Response | None:
    return connection.respond(HTTPStatus.FORBIDDEN, "no") if request.headers.get("Origin") == "https://evil" else None


def phone(bound: int, trust: ssl.SSLContext | None = None, origin: str | None = None) -> connect:
    address = f"{'wss' if trust else 'ws'}://127.0.0.1:{bound}/ws"
    return connect(address, ssl=trust, origin=Origin(origin) if origin else None, subprotocols=[PHONE])


async def settle(port: Port, connections: int) -> None:
    """Wait until that many connections are open."""
    for _ in range(3000):
        if port.open_connections == connections:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"expected {connections} connections, got {port.open_connections}")


def make_port(limits: Limits = LIMITS, visit: Callable[[ServerConnection], object] = echo) -> Port:
    return Port(pages(), visit, admit=refuse_evil, limits=limits, subprotocol=PHONE)  # type: ignore[arg-type]


@pytest.fixture(name="plain")
async def plain_port() -> AsyncIterator[int]:
    async with make_port().listen("127.0.0.1", 0, None) as bound:
        yield bound


@pytest.fixture(name="tls", scope="module")
def tls_context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    state = open_state(tmp_path_factory.mktemp("port") / "state", http=False, addresses=())
    assert state.tls is not None
    return state.tls


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@asynccontextmanager
async def dial(bound: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", bound)
    try:
        yield reader, writer
    finally:
        writer.close()


async def everything(reader: asyncio.StreamReader) -> bytes:
    """What comes until the server ends the connection."""
    async with asyncio.timeout(20):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def page_and_socket(tls: ssl.SSLContext | None) -> tuple[str, str | bytes, dict[str, str]]:
    scheme, trust = ("s", trusting()) if tls else ("", None)
    async with make_port().listen("127.0.0.1", 0, tls) as bound, aiohttp.ClientSession() as http:
        async with http.get(f"http{scheme}://127.0.0.1:{bound}/hello?you", ssl=trust or True) as answer:
            text = await answer.text()
        async with phone(bound, trust) as socket:
            await socket.send(b"x" * 300_000)
            echoed = await socket.recv()
            assert socket.response is not None
            return text, echoed, dict(socket.response.headers)


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
def test_pages_and_websockets_share_the_port(
    loop: Callable[[], asyncio.AbstractEventLoop], secure: bool, tls: ssl.SSLContext
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        text, echoed, headers = runner.run(page_and_socket(tls if secure else None))
    assert text == "hello you"
    assert echoed == b"x" * 300_000
    assert "Server" not in headers
    assert "Sec-WebSocket-Extensions" not in headers


async def test_a_head_that_comes_byte_by_byte_is_read(plain: int) -> None:
    async with dial(plain) as (reader, writer):
        for n in range(len(GET)):
            writer.write(GET[n : n + 1])
            await writer.drain()
            await asyncio.sleep(0)
        assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 200 OK\r\n"


async def test_a_second_request_sent_along_with_the_first_is_answered_too(plain: int) -> None:
    async with dial(plain) as (reader, writer):
        writer.write(GET + GET.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\nConnection: close\r\n"))
        assert (await everything(reader)).count(b"200 OK") == 2


async def test_a_message_sent_along_with_the_upgrade_is_not_lost(plain: int) -> None:
    async with dial(plain) as (reader, writer):
        writer.write(UPGRADE + MASKED_HI)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101")
        assert await reader.readexactly(4) == b"\x81\x02hi"


async def test_what_comes_while_a_head_waits_for_its_turn_is_not_lost() -> None:
    port = make_port()
    async with port.listen("127.0.0.1", 0, None) as bound, dial(bound) as (reader, writer):
        port.turnstile.enter(lambda: time.sleep(0.1))  # the head below is complete before its turn comes
        for _ in range(20):
            port.turnstile.enter(lambda: None)
        writer.write(UPGRADE)
        await asyncio.sleep(0)
        writer.write(MASKED_HI)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
        assert await reader.readexactly(4) == b"\x81\x02hi"


async def test_a_connection_that_is_lost_while_its_head_waits_for_its_turn_is_forgotten() -> None:
    port = make_port()
    async with port.listen("127.0.0.1", 0, None) as bound:
        async with dial(bound) as (_, writer):
            port.turnstile.enter(lambda: time.sleep(0.05))
            writer.write(GET)
            writer.transport.abort()
        await settle(port, 0)


async def test_the_subprotocol_is_agreed(plain: int) -> None:
    async with phone(plain) as socket:
        assert socket.subprotocol == PHONE


async def test_a_client_of_another_protocol_is_refused(plain: int) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await connect(f"ws://127.0.0.1:{plain}/ws")
    assert refusal.value.response.status_code == 400


async def test_whoever_is_not_admitted_gets_an_answer(plain: int) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        await phone(plain, origin="https://evil")
    assert refusal.value.response.status_code == 403
    assert "Server" not in refusal.value.response.headers


async def test_a_plain_request_for_the_websocket_is_told_to_upgrade(plain: int) -> None:
    async with dial(plain) as (reader, writer):
        writer.write(b"GET /ws HTTP/1.1\r\nHost: here\r\n\r\n")
        assert (await everything(reader)).startswith(b"HTTP/1.1 426")


async def test_a_path_that_only_begins_like_the_websocket_s_is_a_page(plain: int) -> None:
    async with dial(plain) as (reader, writer):
        writer.write(UPGRADE.replace(b"/ws", b"/wsx"))
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("trickle", [GET, UPGRADE], ids=["page", "websocket"])
async def test_one_that_sends_a_byte_now_and_then_is_cut(
    plain: int, trickle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.port, "HEAD_S", 0.3)
    async with dial(plain) as (reader, writer):
        answer = asyncio.create_task(everything(reader))
        for byte in trickle:
            if answer.done():
                break
            writer.write(bytes((byte,)))
            await asyncio.sleep(0.05)
        assert (await answer).startswith(b"HTTP/1.1 408")


async def test_a_connection_that_says_nothing_is_cut(plain: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.port, "HEAD_S", 0.1)
    async with dial(plain) as (reader, _):
        assert (await everything(reader)).startswith(b"HTTP/1.1 408")


async def test_a_head_over_the_limit_is_refused(plain: int) -> None:
    async with dial(plain) as (reader, writer):
        writer.write(b"GET /hello HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES)
        assert (await everything(reader)).startswith(b"HTTP/1.1 431")


async def test_a_head_far_over_the_limit_is_not_read_to_its_end(plain: int) -> None:
    async with dial(plain) as (reader, writer):
        writer.write(b"GET /hello HTTP/1.1\r\nX: " + b"x" * 100 * HEAD_BYTES + b"\r\n\r\n")
        assert b"200 OK" not in await everything(reader)


@pytest.mark.parametrize(
    "request_head",
    [
        b"GET /hello HTTP/1.1\r\nHost: here\r\nNo Header\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: here\r\nX: \x00\r\n\r\n",
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: here\r\n\r\n",
        b"GET /hello HTTP/1.1\r\nHost: here\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(1200)) + b"\r\n",
        b"POST /hello HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
        b"GET /ws HTTP/1.1\r\nHost: here\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(300)) + b"\r\n",
        UPGRADE.replace(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Version: 1"),
        UPGRADE.replace(b"vernissage.v1", b"another"),
    ],
    ids=[
        "no header",
        "NUL",
        "long address",
        "1200 headers",
        "bad chunk",
        "300 headers",
        "old version",
        "no subprotocol",
    ],
)
async def test_what_is_no_proper_request_is_refused_by_nobody_by_name(plain: int, request_head: bytes) -> None:
    async with dial(plain) as (reader, writer):
        writer.write(request_head)
        answer = await everything(reader)
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert b"server:" not in answer.lower() and b"aiohttp" not in answer.lower()


async def test_a_second_head_that_trickles_in_is_cut_as_a_first_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.port, "_KEEP_ALIVE_S", 0.3)
    async with make_port().listen("127.0.0.1", 0, None) as bound, dial(bound) as (reader, writer):
        writer.write(GET)
        await reader.readuntil(b"hello ")
        rest = asyncio.create_task(everything(reader))
        for byte in GET + GET:
            if rest.done():
                break
            writer.write(bytes((byte,)))
            await asyncio.sleep(0.05)
        assert rest.done() and b"200 OK" not in rest.result()


@pytest.mark.parametrize(
    "noise",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"\x00" * 40,
        b"\xff\xfe",
        b" GET / HTTP/1.1\r\n\r\n",
        b"HELO mail\r\n\r\n",
        b"a\r\n\r\n",
    ],
)
async def test_noise_is_refused_and_others_notice_nothing(plain: int, noise: bytes) -> None:
    async with phone(plain) as socket:
        async with dial(plain) as (reader, writer):
            writer.write(noise)
            assert (await everything(reader)).startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
        await socket.send("still here")
        assert await socket.recv() == "still here"


async def test_noise_on_the_tls_port_is_cut_and_others_notice_nothing(tls: ssl.SSLContext) -> None:
    async with make_port().listen("127.0.0.1", 0, tls) as bound, phone(bound, trusting()) as socket:
        async with dial(bound) as (reader, writer):
            writer.write(b"\x00" * 400)
            assert b"200" not in await everything(reader)
        await socket.send("still here")
        assert await socket.recv() == "still here"


async def test_the_newest_connection_over_the_limit_is_closed_and_the_place_of_one_that_left_is_free() -> None:
    port = make_port(replace(LIMITS, connections=2))
    async with port.listen("127.0.0.1", 0, None) as bound, aiohttp.ClientSession() as http:
        async with phone(bound) as socket:
            await (await http.get(f"http://127.0.0.1:{bound}/hello")).text()  # kept alive, so it counts
            async with dial(bound) as (reader, writer):
                writer.write(GET)
                assert await everything(reader) == b""
            await socket.send("still here")
            assert await socket.recv() == "still here"
        await settle(port, 1)
        async with dial(bound) as (reader, writer):
            writer.write(GET)
            assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_connection_is_counted_until_it_ends_whoever_has_it() -> None:
    port = make_port()
    async with port.listen("127.0.0.1", 0, None) as bound:
        async with dial(bound) as (reader, _), phone(bound):
            async with dial(bound) as (page_reader, writer):
                writer.write(GET)
                await page_reader.readuntil(b"\r\n\r\n")
                assert port.open_connections == 3
            assert not reader.at_eof()
        await settle(port, 0)


async def test_each_way_to_be_cut_has_its_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.port, "HEAD_S", 0.2)
    port = make_port(replace(LIMITS, connections=1))
    async with port.listen("127.0.0.1", 0, None) as bound:
        for sent in (b"\x00", b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES, b"GET /"):
            async with dial(bound) as (reader, writer):
                writer.write(sent)
                await everything(reader)
            await settle(port, 0)
        async with dial(bound):
            await settle(port, 1)
            async with dial(bound) as (reader, _):
                await everything(reader)
    assert port.refused == {"noise": 1, "head_too_large": 1, "head_slow": 1, "too_many_connections": 1}


async def test_a_crowd_at_the_door_does_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    port = make_port(replace(LIMITS, connections=1))
    async with port.listen("127.0.0.1", 0, None) as bound, dial(bound):
        await settle(port, 1)
        for _ in range(20):
            async with dial(bound) as (reader, _):
                await everything(reader)
    assert port.refused["too_many_connections"] == 20
    assert caplog.text.count("new connections are closed") == 1


async def test_a_fault_in_a_visit_ends_that_visit_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def stumble(connection: ServerConnection) -> None:
        async for message in connection:
            if message == "stumble":
                raise ValueError("over the carpet")
            await connection.send(message)

    listening = make_port(visit=stumble).listen("127.0.0.1", 0, None)
    async with listening as bound, phone(bound) as steady, phone(bound) as unlucky:
        await unlucky.send("stumble")
        with pytest.raises(ConnectionClosed):
            await unlucky.recv()
        await steady.send("still here")
        assert await steady.recv() == "still here"
    assert "over the carpet" in caplog.text


async def test_a_visitor_who_vanishes_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    port = make_port()
    with caplog.at_level(logging.WARNING):
        async with port.listen("127.0.0.1", 0, None) as bound:
            socket = await phone(bound)
            socket.transport.abort()
            await settle(port, 0)
    assert caplog.text == ""


async def test_a_message_over_the_limit_ends_the_connection_with_1009() -> None:
    port = make_port(replace(LIMITS, message_bytes=4096))
    async with port.listen("127.0.0.1", 0, None) as bound, phone(bound) as socket:
        await socket.send(b"x" * 4097)
        with pytest.raises(ConnectionClosed) as end:
            await socket.recv()
    assert end.value.rcvd is not None
    assert end.value.rcvd.code == 1009


@pytest.mark.parametrize("secure", [True, False], ids=["https", "http"])
async def test_at_the_end_websockets_hear_1001_and_everything_else_is_closed(secure: bool, tls: ssl.SSLContext) -> None:
    trust = trusting() if secure else None
    async with make_port().listen("127.0.0.1", 0, tls if secure else None) as bound:
        socket = await phone(bound, trust)
        reader, silent = await asyncio.open_connection("127.0.0.1", bound, ssl=trust)
    with pytest.raises(ConnectionClosed) as end:
        await socket.recv()
    assert end.value.rcvd is not None
    assert end.value.rcvd.code == 1001
    assert await everything(reader) == b""
    silent.close()
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", bound)


async def test_at_the_end_a_phone_that_reads_nothing_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def flood(connection: ServerConnection) -> None:
        while True:
            await connection.send(bytes(1_000_000))

    monkeypatch.setattr(server.port, "_END_S", 0.3)
    async with asyncio.timeout(8):  # the system drops it only after twenty seconds
        async with make_port(visit=flood).listen("127.0.0.1", 0, None) as bound:
            _, writer = await asyncio.open_connection("127.0.0.1", bound)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(UPGRADE)
            await asyncio.sleep(0.3)
    writer.close()


async def test_at_the_end_a_body_that_trickles_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def upload(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    app = web.Application()
    app.router.add_post("/pictures", upload)
    monkeypatch.setattr(server.port, "_END_S", 0.3)
    async with asyncio.timeout(8):
        async with Port(app, echo, admit=admit_all, limits=LIMITS).listen("127.0.0.1", 0, None) as bound:
            _, writer = await asyncio.open_connection("127.0.0.1", bound)
            writer.write(b"POST /pictures HTTP/1.1\r\nHost: here\r\nContent-Length: 100000\r\n\r\nfirst")
            await asyncio.sleep(0.2)
    writer.close()


async def test_a_port_that_is_taken_is_an_error_at_the_start(plain: int) -> None:
    with pytest.raises(PortError, match=f"cannot listen on 127.0.0.1 port {plain}: Address already in use"):
        async with make_port().listen("127.0.0.1", plain, None):
            pass


@pytest.mark.parametrize("host", ["192.0.2.77", "no.such.host.invalid"])
async def test_an_address_that_is_not_this_machine_s_is_an_error_at_the_start(host: str) -> None:
    with pytest.raises(PortError, match=f"cannot listen on {host} port 0: "):
        async with make_port().listen(host, 0, None):
            pass


async def test_a_page_that_is_never_read_does_not_hold_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    app = web.Application()

    async def flood(request: web.Request) -> web.Response:
        return web.Response(body=bytes(20_000_000))

    app.router.add_get("/hello", flood)
    monkeypatch.setattr(server.port, "HEAD_S", 0.5)
    port = Port(app, echo, admit=admit_all, limits=replace(LIMITS, send_s=0.5))
    async with port.listen("127.0.0.1", 0, None) as bound, dial(bound) as (_, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(GET)
        await settle(port, 1)
        await settle(port, 0)
