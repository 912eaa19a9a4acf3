"""Curators' overlays over HTTP, and what a canvas's card says of them: pictures whole, clips in the parts asked for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from aiohttp.test_utils import TestClient, TestServer

from exhibit.exhibition import load_exhibition
from exhibit.ticket import Keyring
from models.style.library import read_library
from server.api.catalogue import Catalogue
from server.api.pages import build_pages
from server.config import ServerConfig
from server.on_show import OnShow

KEYRING = Keyring({1: bytes(32)}, 1)
CLIP = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 40
STATION = """
[[station]]
id = "station-{number}"
number = {number}
title = {{ en = "Station" }}
text = {{ en = "Text" }}
artwork = {{ picture = "{picture}", alt = {{ en = "A wall" }} }}
{experience}
"""
OFFER = 'styles = ["scream"], default = { scream = 1 }'
EXPERIENCES = {
    1: ("wall.png", 'canvas = { overlay = "snow.mp4" }'),
    2: ("wall.png", 'canvas = { overlay = "snow.png" }'),
    3: ("wall.png", f"canvas = {{ {OFFER} }}"),
    4: ("wall.png", f'lens = {{ {OFFER}, region = "outside" }}'),
    5: ("broken.png", f"canvas = {{ {OFFER} }}"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exhibition with every kind of overlay."""
    wall = np.zeros((40, 60, 3), np.uint8)
    wall[:, 30:] = (50, 100, 200)  # blue, green, red
    for name in ("wall.png", "snow.png"):
        cv2.imwrite(str(tmp_path / name), wall)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "snow.mp4").write_bytes(CLIP)
    (tmp_path / "secret.mp4").write_bytes(CLIP)
    stations = [
        STATION.format(number=number, picture=picture, experience=experience)
        for number, (picture, experience) in EXPERIENCES.items()
    ]
    head = 'id = "winter"\nlanguages = ["en"]\ntitle = { en = "Winter" }\n'
    (tmp_path / "exhibition.toml").write_text(head + "".join(stations), encoding="utf-8")
    return tmp_path


class Hall:
    """An empty room."""

    live = waiting = 0
    draining = False
    ready = asyncio.Event()


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[TestClient[Any, Any]]:
    exhibition = load_exhibition(folder / "exhibition.toml")
    on_show = OnShow(KEYRING)
    on_show.show(exhibition)
    catalogue = Catalogue(on_show, read_library(), folder)
    async with TestClient(TestServer(build_pages(ServerConfig(), catalogue, hall=Hall(), stats=dict))) as client:
        yield client


async def station_of(client: TestClient[Any, Any], number: int) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/tickets/{KEYRING.sign('winter', number)}")
    assert answer.status == 200
    station: dict[str, Any] = json.loads(await answer.text())["station"]
    return station


async def test_a_card_says_what_hangs_on_the_canvas(client: TestClient[Any, Any]) -> None:
    overlays = {number: (await station_of(client, number))["overlay"] for number in EXPERIENCES}
    assert overlays == {
        1: {"kind": "clip", "url": "/media/snow.mp4"},
        2: {"kind": "picture", "url": "/media/snow.png"},
        3: None,
        4: None,
        5: None,
    }


async def test_a_card_says_which_experience_it_is_and_where_a_lens_paints(client: TestClient[Any, Any]) -> None:
    said = [await station_of(client, number) for number in (1, 3, 4)]
    assert [(s["experience"], s["region"]) for s in said] == [("canvas", "all"), ("canvas", "all"), ("lens", "outside")]
    assert [[style["id"] for style in s["styles"]] for s in said] == [[], ["scream"], ["scream"]]


async def test_a_canvas_s_card_knows_the_artwork_s_colours(client: TestClient[Any, Any]) -> None:
    target = (await station_of(client, 3))["target"]
    assert target == {"width": 60, "height": 40, "mean": [100, 50, 25], "deviation": [100, 50, 25]}
    assert (await station_of(client, 4))["target"] is None
    assert (await station_of(client, 5))["target"] is None, "an artwork that cannot be read has none"


async def test_a_picture_and_a_clip_are_served_as_what_they_are(client: TestClient[Any, Any], folder: Path) -> None:
    for name, kind in (("snow.png", "image/png"), ("snow.mp4", "video/mp4")):
        answer = await client.get(f"/media/{name}")
        assert (answer.status, answer.content_type) == (200, kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=3600"
        assert await answer.read() == (folder / name).read_bytes()


async def test_a_player_gets_the_parts_of_a_clip_that_it_asks_for(client: TestClient[Any, Any]) -> None:
    assert (await client.head("/media/snow.mp4")).headers["Accept-Ranges"] == "bytes"
    answer = await client.get("/media/snow.mp4", headers={"Range": "bytes=12-267"})
    assert (answer.status, answer.headers["Content-Range"]) == (206, f"bytes 12-267/{len(CLIP)}")
    assert await answer.read() == bytes(range(256))
    beyond = await client.get("/media/snow.mp4", headers={"Range": f"bytes={len(CLIP)}-"})
    assert beyond.status == 416


async def test_a_clip_that_no_station_shows_is_not_served(client: TestClient[Any, Any]) -> None:
    for name in ("secret.mp4", "exhibition.toml", "..%2fsecret.mp4"):
        assert (await client.get(f"/media/{name}")).status == 404
