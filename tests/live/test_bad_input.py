"""Bad input to a live server: each gets its own code and counter, and a neighbour in the same room notices nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from galleries import CLOSED_STATION, LIVE, NO_STATION, OPEN_STATION, QUICK_STUB, STRICT, keyring_of
from visitor import (
    GREY,
    Visitor,
    connected,
    entered,
    eventually,
    flat_jpeg,
    hello_fields,
    keep_painting,
    live,
    mean_colour,
    noisy_jpeg,
    now_ms,
    patched_jpeg_size,
    say_hello,
    style_ids,
)
from websockets.exceptions import ConnectionClosed, InvalidStatus

from exhibit.protocol import HEADER, encode_text
from exhibit.refusal import Refusal
from exhibit.ticket import Keyring
from server.bench.running import RunningServer
from server.config import Limits
from server.visitors.door import Door

Make = Callable[[Visitor], str | bytes]


def changed(message: bytes, at: int, value: int) -> bytes:
    """The message with one byte changed."""
    return message[:at] + bytes([value]) + message[at + 1 :]


def set_of(**fields: object) -> str:
    """A `set` message; NaN is written as JavaScript's and Python's writers do when they are careless."""
    return json.dumps({"type": "set", "revision": 1} | fields)


DROPPED_ONLY: dict[str, tuple[Make, Refusal]] = {
    "text that is no JSON": (lambda v: "{", Refusal.BAD_JSON),
    "text where bytes belong": (lambda v: v.frame().decode("latin-1"), Refusal.BAD_JSON),
    "a JSON list": (lambda v: "[1]", Refusal.BAD_JSON),
    "bytes where text belongs": (lambda v: b'{"type":"bye"}', Refusal.BAD_HEADER),
    "an empty binary message": (lambda v: b"", Refusal.BAD_HEADER),
    "a text of unknown type": (lambda v: '{"type":"dance"}', Refusal.UNKNOWN_TYPE),
    "a binary message of unknown type": (lambda v: changed(v.frame(), 1, 9), Refusal.UNKNOWN_TYPE),
    "telemetry without numbers": (lambda v: '{"type":"telemetry"}', Refusal.BAD_FIELD),
    "a wish at a lens": (lambda v: '{"type":"wish","revision":1,"words":[0]}', Refusal.NOT_A_DREAM),
    "a frame with sequence number 0": (lambda v: v.frame(seq=0), Refusal.BAD_FIELD),
    "a length that lies": (lambda v: v.frame() + b"more", Refusal.BAD_LENGTH),
    "an unknown codec": (lambda v: changed(v.frame(), 2, 7), Refusal.UNKNOWN_CODEC),
    "not a JPEG": (lambda v: v.frame(b"\x89PNG\r\n\x1a\n" + bytes(64)), Refusal.NOT_A_JPEG),
    "a JPEG without a frame header": (lambda v: v.frame(b"\xff\xd8\xff\xd9"), Refusal.BAD_PICTURE),
    "a picture of 30000 x 30000 pixels": (
        lambda v: v.frame(patched_jpeg_size(flat_jpeg(), 30000, 30000), width=30000, height=30000),
        Refusal.PICTURE_TOO_LARGE,
    ),
    "a large picture that claims to be small": (
        lambda v: v.frame(patched_jpeg_size(flat_jpeg(), 30000, 30000)),
        Refusal.PICTURE_TOO_LARGE,
    ),
    "a size that is not the picture's": (lambda v: v.frame(width=60), Refusal.SIZE_MISMATCH),
    "a sequence that goes backwards": (lambda v: v.frame(seq=v.seq), Refusal.SEQUENCE_BACKWARDS),
    "a capture time that is NaN": (lambda v: v.frame(capture_ms=math.nan), Refusal.TIME_INVALID),
    "a capture time without end": (lambda v: v.frame(capture_ms=math.inf), Refusal.TIME_INVALID),
    "a capture time in the future": (lambda v: v.frame(capture_ms=now_ms() + 60_000), Refusal.TIME_IN_FUTURE),
    "NaN in a mix": (lambda v: set_of(style={style_ids(v)[0]: math.nan}), Refusal.BAD_MIX),
    "a strength that is NaN": (lambda v: set_of(strength=math.nan), Refusal.BAD_MIX),
    "a mix without weight": (lambda v: set_of(style={style_ids(v)[0]: 0}), Refusal.BAD_MIX),
    "a style that the station does not offer": (lambda v: set_of(style={"nonesuch": 1}), Refusal.UNKNOWN_STYLE),
}
ENDS_THE_VISIT: dict[str, tuple[Make, Refusal]] = {
    "a second hello": (lambda v: encode_text("hello", version=1, ticket="t", now_ms=0), Refusal.HELLO_TWICE),
    "a frame of another version": (lambda v: changed(v.frame(), 0, 2), Refusal.WRONG_VERSION),
    "a message over the limit": (lambda v: bytes(Limits().message_bytes + 1), Refusal.MESSAGE_TOO_BIG),
    "a text over the limit": (lambda v: json.dumps({"type": "x" * 20_000}), Refusal.MESSAGE_TOO_BIG),
}


@asynccontextmanager
async def undisturbed(server: RunningServer, door: Door, refusal: Refusal) -> AsyncIterator[None]:
    """What happens inside is counted once, while a neighbour in the same room gets overlays and hears of nothing."""
    before = server.counter("refused", refusal.code)
    async with entered(door) as neighbour:
        await neighbour.paint()
        painting = asyncio.create_task(keep_painting(neighbour))
        try:
            yield
            assert not painting.done(), f"the neighbour was disturbed: {painting}"
        finally:
            painting.cancel()
            await asyncio.gather(painting, return_exceptions=True)
        overlay = await neighbour.paint(GREY)
        assert abs(mean_colour(overlay) - (255 - np.array(GREY))).max() < 8
        assert [words for words in neighbour.heard if words["type"] == "error"] == []
    await eventually(lambda: server.counter("refused", refusal.code) > before, f"{refusal.code} is counted")
    assert server.counter("refused", refusal.code) == before + 1


async def refused(visitor: Visitor, refusal: Refusal) -> dict[str, object]:
    """The visitor is told the code and the sentence of the protocol document."""
    error = await visitor.hear("error")
    assert error["code"] == refusal.code
    assert error["message"].startswith(refusal.sentence)
    assert error["fatal"] is refusal.fatal
    return error


@pytest.mark.parametrize("what", DROPPED_ONLY)
async def test_bad_message_is_refused_and_the_visit_goes_on(gallery: RunningServer, door: Door, what: str) -> None:
    make, refusal = DROPPED_ONLY[what]
    async with undisturbed(gallery, door, refusal), entered(door) as visitor:
        await visitor.paint()
        seq = visitor.seq
        await visitor.send(make(visitor))
        await refused(visitor, refusal)
        visitor.seq = seq + 1
        await visitor.paint()


@pytest.mark.parametrize("what", ENDS_THE_VISIT)
async def test_bad_message_ends_the_visit(gallery: RunningServer, door: Door, what: str) -> None:
    make, refusal = ENDS_THE_VISIT[what]
    async with undisturbed(gallery, door, refusal), entered(door) as visitor:
        await visitor.send(make(visitor))
        assert await visitor.closed() == refusal.close


async def test_a_refused_frame_is_named(door: Door) -> None:
    async with entered(door) as visitor:
        await visitor.send(visitor.frame(seq=41, width=60))
        assert (await refused(visitor, Refusal.SIZE_MISMATCH))["seq"] == 41


async def test_a_truncated_jpeg_costs_its_own_frame_only(gallery: RunningServer, door: Door) -> None:
    before = gallery.counter("dropped", "bad_picture")
    async with entered(door) as neighbour, entered(door) as visitor:
        await neighbour.send(neighbour.frame())
        await visitor.send(visitor.frame(flat_jpeg()[:-40]))
        assert (await visitor.hear("dropped", reason="bad_picture"))["seq"] == 1
        assert (await neighbour.overlay()).seq == 1
        await visitor.paint()
    assert gallery.counter("dropped", "bad_picture") == before + 1


@pytest.mark.parametrize(
    ("message", "refusal"),
    [
        (b"\x01\x01" + bytes(HEADER.size), Refusal.HELLO_EXPECTED),
        ('{"type":"bye"}', Refusal.HELLO_EXPECTED),
        ("no JSON", Refusal.HELLO_EXPECTED),
        ('{"type":"hello","version":2,"ticket":"t","now_ms":0}', Refusal.WRONG_VERSION),
        ('{"type":"hello","version":1,"ticket":"t","now_ms":NaN}', Refusal.HELLO_EXPECTED),
    ],
)
async def test_who_does_not_begin_with_hello_is_sent_away(
    gallery: RunningServer, door: Door, message: str | bytes, refusal: Refusal
) -> None:
    async with undisturbed(gallery, door, refusal), connected(door) as visitor:
        await visitor.send(message)
        await refused(visitor, refusal)
        assert await visitor.closed() == refusal.close


def tickets_to_refuse(door: Door, keyring: Keyring) -> dict[Refusal, str]:
    last = door.ticket[-2]
    return {
        Refusal.TICKET_FORGED: door.ticket[:-2] + ("A" if last != "A" else "B") + door.ticket[-1],
        Refusal.TICKET_EXPIRED: keyring.sign(LIVE, OPEN_STATION, expires_at=int(time.time()) - 60),
        Refusal.TICKET_FOREIGN: keyring.sign("another-exhibition", OPEN_STATION),
        Refusal.STATION_UNKNOWN: keyring.sign(LIVE, NO_STATION),
        Refusal.STATION_CLOSED: keyring.sign(LIVE, CLOSED_STATION),
    }


@pytest.mark.parametrize(
    "refusal",
    [
        Refusal.TICKET_FORGED,
        Refusal.TICKET_EXPIRED,
        Refusal.TICKET_FOREIGN,
        Refusal.STATION_UNKNOWN,
        Refusal.STATION_CLOSED,
    ],
)
async def test_a_ticket_that_is_not_valid_here_is_refused(
    strict_gallery: RunningServer, strict_door: Door, refusal: Refusal
) -> None:
    ticket = tickets_to_refuse(strict_door, keyring_of(strict_gallery))[refusal]
    async with undisturbed(strict_gallery, strict_door, refusal), connected(strict_door) as visitor:
        await visitor.send(encode_text("hello", **hello_fields(strict_door) | {"ticket": ticket}))
        await refused(visitor, refusal)
        assert await visitor.closed() == refusal.close


async def test_a_page_of_another_site_may_not_connect(gallery: RunningServer, door: Door) -> None:
    async with undisturbed(gallery, door, Refusal.WRONG_ORIGIN):
        with pytest.raises(InvalidStatus) as refusal:
            async with connected(door, origin="https://elsewhere.example"):
                pass
        assert refusal.value.response.status_code == 403


async def test_the_servers_own_pages_may_connect(gallery: RunningServer, door: Door) -> None:
    async with entered(door, origin=gallery.url) as visitor:
        await visitor.paint()


async def test_who_says_nothing_at_first_is_sent_away(strict_gallery: RunningServer, strict_door: Door) -> None:
    async with undisturbed(strict_gallery, strict_door, Refusal.HELLO_TIMEOUT), connected(strict_door) as visitor:
        await refused(visitor, Refusal.HELLO_TIMEOUT)
        assert await visitor.closed() == Refusal.HELLO_TIMEOUT.close


async def test_who_sends_a_byte_now_and_then_is_sent_away(strict_gallery: RunningServer, strict_door: Door) -> None:
    async with undisturbed(strict_gallery, strict_door, Refusal.SILENT), entered(strict_door) as visitor:
        dribble = asyncio.create_task(send_byte_by_byte(visitor))
        await refused(visitor, Refusal.SILENT)
        assert await visitor.closed() == Refusal.SILENT.close
        dribble.cancel()
        await asyncio.gather(dribble, return_exceptions=True)


async def send_byte_by_byte(visitor: Visitor) -> None:
    """A masked binary message of 65535 bytes, one byte each fifth of a second."""
    for byte in b"\x82\xfe\xff\xff" + bytes(65539):
        visitor.socket.transport.write(bytes([byte]))
        await asyncio.sleep(0.2)


async def test_who_floods_is_sent_away(gallery: RunningServer, door: Door) -> None:
    async with undisturbed(gallery, door, Refusal.FLOOD), entered(door) as visitor:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(5000):
                await visitor.send(visitor.frame())
        assert await visitor.closed() == Refusal.FLOOD.close


async def test_who_never_reads_is_cut_off(strict_gallery: RunningServer, strict_door: Door) -> None:
    async with undisturbed(strict_gallery, strict_door, Refusal.NOT_READING), connected(strict_door) as visitor:
        await say_hello(visitor, strict_door)
        await live(visitor)
        picture = noisy_jpeg(320, 240)
        with contextlib.suppress(ConnectionClosed):
            while strict_gallery.counter("refused", "not_reading") == 0:
                await visitor.send(visitor.frame(picture, width=320, height=240))
                await asyncio.sleep(0.02)
        visitor.socket.transport.abort()


async def test_who_is_refused_too_often_is_sent_away(strict_gallery: RunningServer, strict_door: Door) -> None:
    async with undisturbed(strict_gallery, strict_door, Refusal.TOO_MANY_ERRORS), entered(strict_door) as visitor:
        for _ in range(STRICT["refusals_per_session"] + 1):
            await visitor.send("no JSON")
        await visitor.hear("error", code="too_many_errors")
        assert await visitor.closed() == Refusal.TOO_MANY_ERRORS.close


async def test_a_session_is_taken_over_by_a_newer_connection(door: Door) -> None:
    async with entered(door) as first, entered(door, resume=first.welcome["resume"]) as second:
        assert second.welcome["resumed"] is True
        assert second.welcome["session"] == first.welcome["session"]
        await refused(first, Refusal.RESUMED_ELSEWHERE)
        assert await first.closed() == Refusal.RESUMED_ELSEWHERE.close
        await second.paint()


async def test_a_full_house_lets_wait_then_refuses(exhibition_file: Path) -> None:
    settings = {"style": QUICK_STUB, "room": {"max_live": 2, "max_waiting": 1}}
    with RunningServer(settings) as server:
        door = server.door()
        async with entered(door) as inside, entered(door) as leaver, connected(door) as waiting:
            await say_hello(waiting, door)
            status = await waiting.hear("status", state="waiting")
            assert (status["place"], status["estimate_s"] > 0) == (1, True)
            await waiting.send(waiting.frame())
            await refused(waiting, Refusal.NOT_LIVE)
            async with connected(door) as turned_away:
                await turned_away.send(encode_text("hello", **hello_fields(door)))
                assert (await refused(turned_away, Refusal.ROOM_FULL))["retry_after_s"] > 0
                assert await turned_away.closed() == Refusal.ROOM_FULL.close
            await leaver.send(encode_text("bye"))
            await live(waiting)
            await waiting.paint()
            await inside.paint()
            assert server.counter("refused", "not_live") == server.counter("refused", "room_full") == 1


async def test_a_server_that_stops_says_when_to_come_back(exhibition_file: Path) -> None:
    with RunningServer({"style": QUICK_STUB}) as server:
        async with entered(server.door()) as visitor:
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            assert (await visitor.hear("status", state="stopping"))["retry_after_s"] > 0
            assert (await refused(visitor, Refusal.STOPPING))["retry_after_s"] > 0
            assert await visitor.closed() == Refusal.STOPPING.close
            await stopping


async def test_two_hundred_guests_behind_one_address_are_all_served(gallery: RunningServer, door: Door) -> None:
    async with contextlib.AsyncExitStack() as guests:
        visitors = [await guests.enter_async_context(entered(door)) for _ in range(200)]
        overlays = await asyncio.gather(*(visitor.paint() for visitor in visitors))
        assert len(overlays) == 200
        assert gallery.stats()["sessions"]["connections"] >= 200
    await eventually(lambda: gallery.stats()["sessions"]["connections"] == 0, "everybody has left")


async def test_guests_of_a_small_house_are_told_their_places() -> None:
    with RunningServer({"style": QUICK_STUB, "room": {"max_live": 10}}) as server:
        door = server.door()
        async with contextlib.AsyncExitStack() as guests:
            visitors = [await guests.enter_async_context(connected(door)) for _ in range(200)]
            await asyncio.gather(*(say_hello(visitor, door) for visitor in visitors))
            statuses = await asyncio.gather(*(visitor.hear("status") for visitor in visitors))
    waiting = [status for status in statuses if status["state"] == "waiting"]
    assert len(waiting) == 190
    assert sorted(status["place"] for status in waiting) == list(range(1, 191))


async def test_connections_beyond_an_address_limit_are_refused(
    strict_gallery: RunningServer, strict_door: Door
) -> None:
    async with contextlib.AsyncExitStack() as guests:
        await eventually(lambda: strict_gallery.stats()["sessions"]["connections"] == 0, "the house is empty")
        for _ in range(STRICT["connections_per_address"]):
            await guests.enter_async_context(entered(strict_door))
        async with connected(strict_door) as visitor:
            error = await refused(visitor, Refusal.TOO_MANY_CONNECTIONS)
            assert error["retry_after_s"] > 0
            assert await visitor.closed() == Refusal.TOO_MANY_CONNECTIONS.close
    assert strict_gallery.counter("refused", "too_many_connections") == 1


async def test_guests_behind_a_trusted_proxy_are_counted_each(strict_door: Door) -> None:
    async with contextlib.AsyncExitStack() as guests:
        for number in range(STRICT["connections_per_address"] + 3):
            headers = {"X-Forwarded-For": f"203.0.113.{number + 1}"}
            await guests.enter_async_context(entered(strict_door, additional_headers=headers))


def test_every_refusal_of_the_protocol_is_met_here() -> None:
    met = {refusal for _, refusal in (*DROPPED_ONLY.values(), *ENDS_THE_VISIT.values())}
    met |= {Refusal.HELLO_EXPECTED, Refusal.HELLO_TIMEOUT, Refusal.SILENT, Refusal.FLOOD, Refusal.NOT_READING}
    met |= {Refusal.TICKET_FORGED, Refusal.TICKET_EXPIRED, Refusal.TICKET_FOREIGN, Refusal.WRONG_ORIGIN}
    met |= {Refusal.STATION_UNKNOWN, Refusal.STATION_CLOSED, Refusal.TOO_MANY_ERRORS, Refusal.TOO_MANY_CONNECTIONS}
    met |= {Refusal.RESUMED_ELSEWHERE, Refusal.ROOM_FULL, Refusal.NOT_LIVE, Refusal.STOPPING}
    met |= {Refusal.DRAINING}
    assert met == set(Refusal)
