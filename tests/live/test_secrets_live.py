"""What nobody may read in the log: everything secret of a run is used at its most talkative level, then looked for."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
from galleries import QUICK_STUB, SMALL
from visitor import connected, entered, hello_fields

from exhibit.protocol import encode_text
from server.api.contract import PREFIX
from server.bench.running import RunningServer
from server.config import Config
from server.permission import Role
from server.session_notes import digest_of
from server.store.open import open_store

LOGIN, PASSWORD, WRONG = "opa@art.example", "vier blaue Stühle", "drei rote Tische"
FOREIGN_TICKET = "AQEql1FsNUtohAADAAAAZMUqUkGF35aC4-TVtkW83OE"


async def test_no_token_ticket_password_cookie_or_key_is_in_the_log() -> None:
    with RunningServer({"server": {"log": "debug"}, "style": QUICK_STUB, "lens": SMALL}) as server:
        secrets = await visit(server) | await work(server)
        secrets["key"] = (server.folder / "state" / "signing.key").read_text().strip()
        server.stop()
        notes = (server.folder / "state" / "sessions.json").read_text()
        log = server.log
    told = [line for line in log.splitlines() if line.startswith("{")]  # what is printed for the operator aside
    assert any(json.loads(line)["level"] == "debug" for line in told)
    assert any("connected" in line for line in told) and not any("INSERT" in line for line in told)
    found = [name for name, secret in secrets.items() if any(secret in line for line in told)]
    assert found == []
    assert [name for name, secret in secrets.items() if secret in notes] == []
    assert digest_of(secrets["resume token"]) not in "".join(told)


async def visit(server: RunningServer) -> dict[str, str]:
    """What a visitor has that is secret, good and bad, used in every way."""
    door = server.door()
    async with entered(door) as visitor:
        await visitor.paint()
        visitor.socket.transport.abort()
    token = str(visitor.welcome["resume"])
    async with entered(door, resume=token) as returned:
        assert returned.welcome["resumed"]
        await returned.send("not even JSON, but " + token)
        await returned.hear("error")
    for wrong in ({"ticket": FOREIGN_TICKET}, {"ticket": door.ticket, "resume": 7}):
        async with connected(door) as stranger:
            await stranger.send(encode_text("hello", **hello_fields(door) | wrong))
            await stranger.hear("error")
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"\x00" + token.encode())  # noise, which is worth a line at this level
    await reader.read()
    writer.close()
    async with aiohttp.ClientSession(server.url) as http:
        for path in (f"/v/{door.ticket}", f"/api/v1/tickets/{door.ticket}", f"/api/v1/tickets/{FOREIGN_TICKET}"):
            await http.get(path)
    return {"resume token": token, "ticket": door.ticket, "forged ticket": FOREIGN_TICKET}


async def work(server: RunningServer) -> dict[str, str]:
    """What somebody at the console has."""
    store = await open_store(Config(), Path(server.folder) / "state")
    link = await store.accounts.invite(Role.OPERATOR, LOGIN, "command")
    await store.accounts.accept_invitation(link, LOGIN, "Opa", PASSWORD)
    await store.close()
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        for password in (WRONG, PASSWORD):
            answer = await http.post(f"{PREFIX}/login", json={"login": LOGIN, "password": password})
        csrf = (await answer.json())["csrf"]
        await http.get(f"{PREFIX}/links/{link}")
        cookies = {cookie.key: cookie.value for cookie in http.cookie_jar}
        await http.post(f"{PREFIX}/logout", headers={"X-CSRF-Token": csrf})
    assert cookies
    return {"link": link, "password": PASSWORD, "wrong password": WRONG, "CSRF token": csrf} | cookies
