"""The operator's stream: for who is logged in, a reading at a time, and never what the server waits for at its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from api_house import House
from api_seat import PASSWORD
from made_readings import READING

from server.api import stream as stream_module
from server.api.call import COOKIE
from server.api.contract import PREFIX
from server.api.problem import errors_to_problems
from server.api.stream import Stream
from server.permission import Role
from server.watch.reading import Reading

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOON_S = 10.0


async def two_and_then_nothing() -> AsyncIterator[Reading]:
    for draining in (False, True):
        yield replace(READING, draining=draining)
    await asyncio.sleep(3600)


@pytest_asyncio.fixture(name="gallery", loop_scope="module")
async def _gallery(house: House) -> AsyncIterator[TestServer]:
    stream = Stream(two_and_then_nothing, house.store.accounts, house.reception)
    app = web.Application(middlewares=[errors_to_problems])
    app.add_routes(stream.routes())
    app.on_shutdown.append(stream.end)
    server = TestServer(app)
    await server.start_server(shutdown_timeout=3600)
    yield server
    await server.close()


async def cookie_of(house: House) -> dict[str, str]:
    """A viewer's browser."""
    login = await house.person(Role.VIEWER)
    return {"Cookie": f"{COOKIE}={(await house.store.accounts.log_in(login, PASSWORD, 'test'))[0]}"}


async def test_readings_come_one_after_the_other_and_the_end_waits_for_nobody(
    house: House, gallery: TestServer
) -> None:
    async with asyncio.timeout(SOON_S), ClientSession(headers=await cookie_of(house)) as client:
        answer = await client.get(gallery.make_url(f"{PREFIX}/operate/stream"))
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        assert await answer.content.readline() == b"retry: 1000\n"
        lines = [line async for line in _until_two(answer.content)]
        assert [json.loads(line.removeprefix(b"data: "))["draining"] for line in lines] == [False, True]
        await gallery.close()


async def _until_two(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    found = 0
    async for line in content:
        if line.startswith(b"data: "):
            found += 1
            yield line
            if found == 2:
                return


async def test_who_is_not_logged_in_gets_none_and_neither_does_one_too_many(
    house: House, gallery: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = gallery.make_url(f"{PREFIX}/operate/stream")
    async with asyncio.timeout(SOON_S), ClientSession() as client:
        assert (await client.get(address)).status == 401
    monkeypatch.setattr(stream_module, "MOST", 1)
    async with asyncio.timeout(SOON_S), ClientSession(headers=await cookie_of(house)) as client:
        first = await client.get(address)
        assert await first.content.readline()
        second = await client.get(address)
        assert (second.status, second.headers["Retry-After"]) == (503, "10")
