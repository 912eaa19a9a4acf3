"""Who may read /metrics: this machine and the networks that are named, no proxy without the token, nobody else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.config import ConfigError, ServerConfig, load_config
from server.metrics.page import MetricsPage, token_of

TOKEN = "0123456789abcdef" * 2
LOCAL = ServerConfig().metrics_from
ELSEWHERE = ("192.0.2.0/24",)


@asynccontextmanager
async def site(allowed: Sequence[str], token: str = "") -> AsyncIterator[TestClient[Any, Any]]:
    """A server on the loopback, where every client is of this machine."""
    application = web.Application()
    application.add_routes(MetricsPage(lambda: b"up 1\n", allowed, token).routes())
    async with TestClient(TestServer(application)) as client:
        yield client


async def status(allowed: Sequence[str], token: str = "", **headers: str) -> int:
    async with site(allowed, token) as client:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return (await client.get("/metrics", headers=named)).status


async def test_this_machine_reads_them_in_prometheus_own_format() -> None:
    async with site(LOCAL) as client:
        answer = await client.get("/metrics")
        assert (answer.status, await answer.text()) == (200, "up 1\n")
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_another_network_is_refused_with_a_sentence() -> None:
    async with site(ELSEWHERE) as client:
        answer = await client.get("/metrics")
        assert answer.status == 403
        assert "[server] metrics_from" in json.loads(await answer.text())["title"]


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via"])
async def test_a_proxy_on_this_machine_shows_them_to_nobody(header: str) -> None:
    assert await status(LOCAL, **{header: "127.0.0.1"}) == 403


async def test_the_token_lets_in_from_anywhere_and_through_a_proxy() -> None:
    asked = {"Authorization": f"Bearer {TOKEN}", "X_Forwarded_For": "198.51.100.7"}
    assert await status(ELSEWHERE, TOKEN, **asked) == 200


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ünwahr"])
async def test_another_token_does_not(given: str) -> None:
    assert await status(ELSEWHERE, TOKEN, Authorization=given) == 403


async def test_without_a_token_an_empty_one_opens_nothing() -> None:
    assert await status(ELSEWHERE, "", Authorization="Bearer ") == 403


def test_a_token_that_can_be_guessed_stops_the_start() -> None:
    assert token_of({}) == "" and token_of({"VERNISSAGE_METRICS_TOKEN": f"{TOKEN}\n"}) == TOKEN
    with pytest.raises(ConfigError, match="VERNISSAGE_METRICS_TOKEN: expected at least 32 characters, got 6"):
        token_of({"VERNISSAGE_METRICS_TOKEN": "secret"})


def test_networks_are_checked_at_the_start() -> None:
    with pytest.raises(ConfigError, match=r"\[server\] metrics_from"):
        load_config(None, {"server.metrics_from": ["everybody"]})
