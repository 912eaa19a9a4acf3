"""What an operator does over the API of a live server reaches the phones that are there, and those that come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from galleries import LIVE, OPEN_STATION, QUICK_STUB, SMALL, door_of, write_exhibition
from test_bad_input import refused
from visitor import Visitor, connected, entered, eventually, hello_fields

from exhibit.protocol import encode_text
from exhibit.refusal import Refusal
from server.api.contract import PREFIX
from server.bench.running import RunningServer
from server.config import Config
from server.permission import Role
from server.store.open import open_store
from server.visitors.door import Door

TOLD_S = 2.0  # within which every phone shows what an operator decided; twice this is allowed on a busy machine
LOGIN, PASSWORD = "opa@art.example", "vier blaue Stühle"
STATION = f"/operate/stations/{LIVE}/station-{OPEN_STATION}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    file = write_exhibition(tmp_path_factory.mktemp("exhibition"))
    with RunningServer({"style": QUICK_STUB, "lens": SMALL, "exhibition": {"file": str(file)}}) as running:
        yield running
        assert "Traceback" not in running.log, running.log


class Operator:
    """Somebody who is logged in to the console."""

    def __init__(self, http: aiohttp.ClientSession, token: str) -> None:
        self._http, self._headers = http, {"X-CSRF-Token": token}

    async def do(self, method: str, path: str, body: Any = None) -> None:
        async with self._http.request(method, PREFIX + path, json=body, headers=self._headers) as answer:
            assert answer.status < 300, await answer.text()


@pytest.fixture
async def operator(server: RunningServer) -> AsyncIterator[Operator]:
    store = await open_store(Config(), Path(server.folder) / "state")
    token = await store.accounts.invite(Role.OPERATOR, LOGIN, "command")
    await store.accounts.accept_invitation(token, LOGIN, "Opa", PASSWORD)
    await store.close()
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(server.url, cookie_jar=jar) as http:
        async with http.post(f"{PREFIX}/login", json={"login": LOGIN, "password": PASSWORD}) as answer:
            csrf = (await answer.json())["csrf"]
        yield Operator(http, csrf)


async def told_in_time(visitor: Visitor, kind: str, **fields: object) -> dict[str, Any]:
    async with asyncio.timeout(2 * TOLD_S):
        return await visitor.hear(kind, **fields)


async def turned_away(door: Door, refusal: Refusal) -> dict[str, Any]:
    """The error that a newcomer hears."""
    async with connected(door) as newcomer:
        await newcomer.send(encode_text("hello", **hello_fields(door)))
        await refused(newcomer, refusal)
        return newcomer.heard[-1]


async def test_what_an_operator_decides_reaches_phones_at_once(server: RunningServer, operator: Operator) -> None:
    door = door_of(server, LIVE, OPEN_STATION)
    async with entered(door) as visitor:
        await operator.do("PUT", "/operate/announcement", {"text": "We close in ten minutes."})
        await told_in_time(visitor, "announcement", text="We close in ten minutes.")
        async with connected(door) as newcomer:
            await newcomer.send(encode_text("hello", **hello_fields(door)))
            await told_in_time(newcomer, "announcement", text="We close in ten minutes.")
        await operator.do("PUT", "/operate/draining")
        assert (await turned_away(door, Refusal.DRAINING))["retry_after_s"] > 0
        await visitor.paint()
        await operator.do("DELETE", "/operate/draining")
        await operator.do("POST", "/operate/workers/0/restart")
        await eventually(lambda: server.stats()["workers"][0]["restarts"] == 1, "the worker is restarted")
        await visitor.paint()
        await operator.do("PUT", f"{STATION}/off", {"message": "Back at two."})
        assert (await told_in_time(visitor, "error", code="station_closed"))["notice"] == "Back at two."
    assert (await turned_away(door, Refusal.STATION_CLOSED))["notice"] == "Back at two."
    await operator.do("DELETE", f"{STATION}/off")
    async with entered(door) as visitor:
        await visitor.paint()
