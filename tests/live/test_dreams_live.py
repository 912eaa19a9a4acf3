"""Pictures from words in a whole server: twenty visitors at once each get their own, a killed dreamer costs nobody."""

from __future__ import annotations

import asyncio
import colorsys
import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import simplejpeg
from galleries import LIVE, QUICK_STUB, SMALL, door_of
from visitor import flat_jpeg

from exhibit.protocol import Texture
from server.bench.running import RunningServer
from server.visitors.door import Door
from server.visitors.wisher import Wisher, wishing

VISITORS = 20
WAIT_S = 60.0
STYLE = "starry_night"
DREAM, STILL = 1, 2
STATION = """
[[station]]
id = "station-{number}"
number = {number}
[station.title]
en = "Station"
[station.text]
en = "Text"
[station.artwork]
picture = "wall.jpg"
[station.artwork.alt]
en = "A wall"
[station.dream]
words = [{words}]
wall = true
from_artwork = true
mode = "{mode}"
styles = ["{style}"]
default = {{ {style} = 1.0 }}
strength = 0.0
"""
HEAD = f"""
id = "{LIVE}"
languages = ["en"]
[title]
en = "Live"
"""


def colour_of(visitor: int) -> str:
    red, green, blue = (round(255 * part) for part in colorsys.hsv_to_rgb(visitor / VISITORS, 1.0, 1.0))
    return f"#{red:02x}{green:02x}{blue:02x}"


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("dreams")
    (folder / "wall.jpg").write_bytes(flat_jpeg(width_px=160, height_px=120))
    words = ", ".join(f'{{ en = "{colour_of(visitor)}" }}' for visitor in range(VISITORS))
    stations = [
        STATION.format(number=number, words=words, mode=mode, style=STYLE)
        for number, mode in ((DREAM, "chosen"), (STILL, "free"))
    ]
    (folder / "exhibition.toml").write_text(HEAD + "".join(stations), encoding="utf-8")
    settings = {
        "exhibition": {"file": str(folder / "exhibition.toml")},
        "style": QUICK_STUB,
        "lens": SMALL,
        "dream": {"runtime": "stub", "stub_step_ms": 10.0, "stub_row_ms": 1.0},
        "room": {"max_live": 1000},
    }
    with RunningServer(settings) as server:
        yield server
        assert "Traceback" not in server.log, server.log


def door(server: RunningServer, station: int = DREAM) -> Door:
    return door_of(server, LIVE, station)


def hue_of(texture: Texture | None) -> float:
    assert texture is not None
    pixels = simplejpeg.decode_jpeg(texture.picture)[:128]
    red, green, blue = (float(part) / 255 for part in np.median(pixels.reshape(-1, 3), axis=0))
    return colorsys.rgb_to_hsv(red, green, blue)[0]


def is_own(texture: Texture | None, visitor: int) -> bool:
    """Whether a picture, or a preview of one, has the visitor's hue; a grey one has none yet."""
    apart = abs(hue_of(texture) - visitor / VISITORS)
    return min(apart, 1 - apart) < 0.4 / VISITORS


async def test_no_picture_ever_reaches_another_visitor(gallery: RunningServer) -> None:
    async def visit(number: int) -> Wisher:
        async with wishing(door(gallery)) as wisher:
            for seed in range(3):
                told = await wisher.wish([number], seed=seed)
                assert told["state"] == "done", told
                assert told["made"]["words"] == colour_of(number)
            return wisher

    async with asyncio.timeout(WAIT_S):
        wishers = await asyncio.gather(*map(visit, range(VISITORS)))
    for number, wisher in enumerate(wishers):
        assert len(wisher.textures) >= 3
        strange = [texture.number for texture in wisher.textures if not is_own(texture, number)]
        assert not strange, f"visitor {number} got pictures of others"


async def test_a_killed_dreamer_is_started_again_and_the_wish_is_granted(gallery: RunningServer) -> None:
    async with wishing(door(gallery)) as wisher, asyncio.timeout(WAIT_S):
        await wisher.wish([1])
        await wisher.ask([2])
        pid = (await asyncio.to_thread(gallery.stats))["dreamer"]["pid"]
        os.kill(pid, signal.SIGKILL)
        told = await wisher.answer()
        assert told["state"] == "done"
        assert is_own(wisher.picture, 2)
    assert (await asyncio.to_thread(gallery.stats))["dreamer"]["restarts"] == 1


async def test_a_dream_is_repainted_by_the_painter_of_the_lenses(gallery: RunningServer) -> None:
    async with wishing(door(gallery)) as wisher, asyncio.timeout(WAIT_S):
        await wisher.wish([0])
        assert is_own(wisher.picture, 0)
        await wisher.say("set", revision=50, style={STYLE: 1.0}, strength=1.0)
        while wisher.textures[-1].revision != 50:
            await wisher.hear_more()
        assert hue_of(wisher.textures[-1]) == pytest.approx(0.5, abs=0.02), "the stub paints the inverse"
    assert not gallery.stats()["workers"][0]["restarts"]


async def test_words_that_are_not_let_through_are_not_made(gallery: RunningServer) -> None:
    async with wishing(door(gallery, STILL)) as wisher, asyncio.timeout(WAIT_S):
        told = await wisher.wish(text="a sea of b-l-o-o-d")
        assert (told["state"], told["code"]) == ("refused", "words_listed")
        assert (await wisher.wish(text="a quiet sea"))["state"] == "done"
    assert "b-l-o-o-d" not in gallery.log, "a refused wish is logged without the visitor's words"


async def test_a_kept_picture_is_found_by_its_private_link_and_says_how_it_was_made(gallery: RunningServer) -> None:
    from server.provenance.credentials import read

    async with wishing(door(gallery)) as wisher, asyncio.timeout(WAIT_S):
        await wisher.wish([3])
        await wisher.say("keep", wall=True)
        kept = await wisher.hear()
        assert kept["type"] == "kept" and kept["url"].startswith(f"{gallery.url}/kept/")
    address = kept["url"].partition("#")[0]

    def fetch() -> bytes:
        with urllib.request.urlopen(f"{address}/picture.jpg", timeout=10) as answer:
            content: bytes = answer.read()
            return content

    credentials = read(await asyncio.to_thread(fetch))
    made = credentials.made
    assert made is not None and made["words"] == colour_of(3)


async def test_a_lens_is_told_that_it_makes_no_dreams(gallery: RunningServer) -> None:
    card = await asyncio.to_thread(_card, gallery)
    assert (card["station"]["dream"]["mode"], len(card["station"]["dream"]["words"])) == ("chosen", VISITORS)
    assert card["station"]["dream"]["model"] == "A stub: plain colours"


def _card(server: RunningServer) -> dict[str, dict[str, dict[str, object]]]:
    with urllib.request.urlopen(f"{server.url}/api/v1/tickets/{door(server).ticket}", timeout=10) as answer:
        card: dict[str, dict[str, dict[str, object]]] = json.load(answer)
    return card


def test_this_folder_is_the_servers_own(gallery: RunningServer) -> None:
    kept = Path(gallery.folder / "state" / "kept")
    assert kept.stat().st_mode & 0o077 == 0, "what visitors keep is nobody else's to read"
