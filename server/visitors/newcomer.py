"""A phone that only comes: says hello, and hears what becomes of it. Costs little, so that hundreds can.

`python -m server.visitors.newcomer URL TICKET COUNT OVER_S STAY_S` lets so many come within OVER_S seconds, a process
of its own; on standard output comes how long each waited for its word, in seconds, as JSON (null: it had none).
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from exhibit.protocol import SUBPROTOCOL, VERSION, encode_text
from server.visitors.door import Door

PATIENCE_S = 30.0
_READ_BYTES = 65_536


async def told_s(door: Door, tls: ssl.SSLContext | None, stay: asyncio.Event) -> float | None:
    """Seconds from the knock to the first status (live, or waiting with a place); None where there was none. The
    connection stays open until `stay` is set."""
    begun_s, parts = time.monotonic(), urlsplit(door.url)
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=tls)
            told = await _told(door, reader, writer)
    except (OSError, TimeoutError):
        return None
    took_s = time.monotonic() - begun_s
    await stay.wait()
    writer.transport.abort()
    return took_s if told else None


async def _told(door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    """Shake hands, say hello, and read until a status comes."""
    phone = ClientProtocol(parse_uri(door.url), subprotocols=[Subprotocol(SUBPROTOCOL)])
    phone.send_request(phone.connect())
    while True:
        writer.writelines(phone.data_to_send())
        data = await reader.read(_READ_BYTES)
        if not data:
            return False
        phone.receive_data(data)
        for event in phone.events_received():
            if isinstance(event, Response):
                if phone.state is not State.OPEN:
                    return False
                hello = encode_text("hello", version=VERSION, ticket=door.ticket, now_ms=time.monotonic() * 1000)
                phone.send_text(hello.encode())
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT and _says_status(bytes(event.data)):
                return True


def _says_status(text: bytes) -> bool:
    return bool(json.loads(text)["type"] == "status")


async def newcomers(door: Door, count: int, over_s: float, stay_s: float) -> list[float | None]:
    """Let so many come, evenly within a time, and stay so long."""
    tls, stay = door.tls(), asyncio.Event()

    async def come(number: int) -> float | None:
        await asyncio.sleep(over_s * number / count)
        return await told_s(door, tls, stay)

    asyncio.get_running_loop().call_later(over_s + stay_s, stay.set)
    return await asyncio.gather(*map(come, range(count)))


def main() -> None:
    """As a process of its own."""
    url, ticket, count, over_s, stay_s = sys.argv[1:]
    waits_s = asyncio.run(newcomers(Door(url, ticket), int(count), float(over_s), float(stay_s)))
    sys.stdout.write(json.dumps(waits_s))


if __name__ == "__main__":
    main()
