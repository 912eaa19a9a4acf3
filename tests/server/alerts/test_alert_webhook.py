"""Alerts by webhook: what is posted, how it is signed, and what is tried again."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from server.alerts.channel import NotSentError, deliver
from server.alerts.messages import Letterhead, write_test
from server.alerts.webhook import Webhook

MESSAGE = write_test("Ada", 1_800_000_000.0, Letterhead("https://art.example"), "0" * 32)
SECRET = "zwölf Stühle"


@dataclass
class Hook:
    """An address that keeps what is posted to it."""

    url: str = ""
    answers: list[int] = field(default_factory=list)  # the first is the next; 200 once there is none left
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    silent: bool = False

    async def take(self, request: web.Request) -> web.Response:
        self.posted.append((dict(request.headers), await request.read()))
        if self.silent:
            await asyncio.sleep(30)
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers={"Location": "/elsewhere"} if 300 <= status < 400 else {})

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.posted[-1][1])
        return document


@pytest.fixture(name="hook")
async def _hook() -> AsyncIterator[Hook]:
    hook, app = Hook(), web.Application()
    app.router.add_route("*", "/{path:.*}", hook.take)
    async with TestServer(app) as server:
        hook.url = str(server.make_url("/hooks/secret-path"))
        yield hook


async def sent(hook: Hook, timeout_s: float = 5.0) -> tuple[str, list[float]]:
    """What became of a message, and the pauses between tries."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    try:
        return await deliver(Webhook(hook.url, SECRET, timeout_s), MESSAGE, sleep), pauses
    except NotSentError as error:
        return str(error), pauses


async def test_it_is_json_and_its_signature_can_be_checked(hook: Hook) -> None:
    assert await sent(hook) == ("The webhook at 127.0.0.1 took it (200).", [])
    [(headers, body)] = hook.posted
    expected = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Vernissage-Signature"] == f"sha256={expected}"
    assert headers["Content-Type"] == "application/json"
    assert hook.document["kind"] == "test" and hook.document["sent_at"] == "2027-01-15T08:00:00.000Z"
    assert hook.document["id"] == "0" * 32 and hook.document["house"] == "https://art.example"


async def test_without_a_secret_nothing_is_signed(hook: Hook) -> None:
    await Webhook(hook.url).send(MESSAGE)
    assert "X-Vernissage-Signature" not in hook.posted[0][0]


async def test_a_server_that_fails_is_asked_three_times_with_the_same_message(hook: Hook) -> None:
    hook.answers = [500, 429]
    assert await sent(hook) == ("The webhook at 127.0.0.1 took it (200).", [1.0, 4.0])
    assert len({body for _, body in hook.posted}) == 1 and len(hook.posted) == 3
    hook.answers = [503] * 3
    assert await sent(hook) == ("The webhook at 127.0.0.1 did not take it: it answered 503.", [1.0, 4.0])


@pytest.mark.parametrize("status", [400, 401, 404, 410, 301, 307])
async def test_what_another_try_would_not_change_is_not_tried_again_and_no_redirect_is_followed(
    hook: Hook, status: int
) -> None:
    hook.answers = [status]
    assert await sent(hook) == (f"The webhook at 127.0.0.1 did not take it: it answered {status}.", [])
    assert len(hook.posted) == 1


async def test_one_that_says_nothing_is_given_up_and_its_address_is_told_nobody(hook: Hook) -> None:
    hook.silent = True
    sentence, pauses = await sent(hook, timeout_s=0.1)
    assert sentence == "The webhook at 127.0.0.1 did not take it: it did not answer within 0.1 s." and len(pauses) == 2
    nowhere = Hook("http://127.0.0.1:1/hooks/secret-path")
    sentence, pauses = await sent(nowhere)
    assert sentence.endswith("it cannot be reached (ClientConnectorError).") and "secret-path" not in sentence
