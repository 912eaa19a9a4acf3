"""The browser part of `bench track`: a real page before a canvas station, its answers held back.

A film whose every picture is known plays as the camera of a real Chromium; the page's own parts speak with a whole
server; only the socket is another, which lets messages from the server through late and loses some poses.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import cv2

from server.bench.chromium import chromium_path, launch_args
from server.bench.clips.clip import Clip
from server.bench.clips.disturbance import Disturbance
from server.bench.clips.motion import Motion
from server.bench.clips.ripmap import Picture
from server.bench.clips.y4m import read_truths, write_film
from server.bench.form import BenchError
from server.bench.running import RunningServer
from server.bench.warp_record import WarpRecord, read_record

if TYPE_CHECKING:
    from playwright.sync_api import Page

log = logging.getLogger("vernissage.bench")

PAGE = files("server.bench") / "page"
FILM = Motion.PAN
FRAMES = 90
SETTLE_S = 2.0  # the camera opens, the worker starts, the artwork is found
START_S = 30.0
LEAST = 15  # pictures with an overlay that a record is made of, however slow the computer is
WEBGL = (
    "--enable-unsafe-swiftshader",
)  # where there is no card, WebGL is computed; only WebGL, so that the rest stays quick


@dataclass(frozen=True, slots=True)
class Weather:
    """How the server's answers come."""

    delay_ms: float
    loss: float = 0.0  # share of the poses


LATE = Weather(150)
LATE_AND_LOSSY = Weather(300, 0.1)


def measure_warp(
    pictures: Mapping[str, Picture], name: str, seconds: float, say: Callable[[str], None]
) -> dict[Weather, WarpRecord]:
    """What was on the screen before the picture of this name, in each weather, for so long each; on a slow computer
    longer, until LEAST pictures have shown the overlay.

    Raises BenchError where there is no browser to measure in.
    """
    with tempfile.TemporaryDirectory(prefix="vernissage-") as folder:
        say("filming for the browser")
        film = Path(folder) / "film.y4m"
        clip = Clip("film", name, name, FILM, frozenset({Disturbance.NOISE}), FRAMES, seed=11)
        write_film(film, clip, pictures)
        settings = {"exhibition": {"file": str(_exhibit(Path(folder), pictures[name]))}, "style": {"runtime": "stub"}}
        with RunningServer(settings) as server, _page(film, server.url) as page:
            records = {}
            for weather in (LATE, LATE_AND_LOSSY):
                say(f"in the browser, answers {weather.delay_ms:g} ms late")
                raw = _watch(page, server, weather, seconds)
                records[weather] = read_record(raw, read_truths(film))
    return records


def _exhibit(folder: Path, picture: Picture) -> Path:
    """An exhibition of one canvas whose overlay is a picture, so that nothing has to be painted."""
    cv2.imwrite(str(folder / "artwork.png"), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    shutil.copy(folder / "artwork.png", folder / "overlay.png")
    file = folder / "exhibition.toml"
    texts = "\n".join(f'[station.{key}]\nen = "Film"' for key in ("title", "text", "artwork.alt"))
    file.write_text(
        'id = "bench"\nlanguages = ["en"]\n[title]\nen = "Bench"\n[[station]]\nid = "film"\nnumber = 1\n'
        f'{texts}\n[station.artwork]\npicture = "artwork.png"\n[station.canvas]\noverlay = "overlay.png"\n',
        encoding="utf-8",
    )
    return file


@contextmanager
def _page(film: Path, url: str) -> Iterator[Page]:
    """A page of a Chromium whose camera is the film; instead of the visitor's main.js it loads the benchmark's."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise BenchError("playwright is not installed; pip install 'vernissage[test]' brings it") from error
    with sync_playwright() as playwright:
        arguments = [*launch_args(film), *WEBGL]
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        except Error as error:
            raise BenchError(f"no browser could be started: {error.message.splitlines()[0]}") from error
        with browser:
            page = browser.new_page(viewport={"width": 660, "height": 500})
            page.on("console", lambda message: log.info("page: %s", message.text))
            for address in (f"{url}/client/main.js", f"{url}/bench/*"):
                page.route(address, lambda route: route.fulfill(**_file(route.request.url)))
            yield page


def _file(url: str) -> dict[str, Any]:
    """One of the benchmark's own files, as an answer."""
    name = url.rpartition("/")[2]
    return {"body": (PAGE / name).read_text(encoding="utf-8"), "content_type": "text/javascript"}


def _watch(page: Page, server: RunningServer, weather: Weather, seconds: float) -> Mapping[str, Any]:
    """Let the page run and return what it recorded. Raises BenchError if it cannot."""
    asked = urlencode({"delay_ms": weather.delay_ms, "loss": weather.loss})
    page.goto(f"{server.url}/v/{server.door().ticket}?{asked}")
    _until_shown(page, 1)
    page.wait_for_timeout(1000 * SETTLE_S)
    page.evaluate("() => { warpRecord.shown.length = 0; }")
    page.wait_for_timeout(1000 * seconds)
    _until_shown(page, LEAST)
    raw: Mapping[str, Any] = json.loads(page.evaluate("() => JSON.stringify(warpRecord)"))
    if raw["failure"]:
        raise BenchError(f"the page failed: {raw['failure']}")
    return raw


def _until_shown(page: Page, times: int) -> None:
    deadline_s = time.monotonic() + START_S
    enough = f"() => warpRecord.failure || warpRecord.shown.filter((shown) => shown.corners).length >= {times}"
    while not page.evaluate(enough):
        if time.monotonic() > deadline_s:
            seen = page.evaluate(
                "() => ['pictures', 'poses', 'shown'].map((name) => `${warpRecord[name].length} ${name}`)"
            )
            raise BenchError(f"the overlay was not shown {times} times within {START_S:g} s ({', '.join(seen)})")
        page.wait_for_timeout(100)
