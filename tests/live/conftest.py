"""Live servers for these tests: `vernissage run` as a process of its own, on plain HTTP and the stub painter.

What the tests rely on, beside exhibit/PROTOCOL.md:
- `vernissage run --config FILE`, and the keys of server/config.py;
- `GET /api/v1/stats` from this machine: `sessions` (live, waiting, away, connections), `server` (loop_lag_p99_ms,
  rss_bytes, cpu_s), `workers` (pid, ready, restarts, last_fault), `counters` (name -> reason -> count);
- `/` lists the open stations with links to /v/TICKET;
- the stub painter answers with the inverse of each frame;
- the signing key is STATE/signing.key in hexadecimal, under key id 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from visitor import flat_jpeg

from exhibit.exhibition import load_exhibition
from exhibit.ticket import Signer
from models.style.library import read_library
from server.app import KEY_ID
from server.bench.running import RunningServer
from server.visitors.door import Door

QUICK_STUB = {"runtime": "stub", "stub_base_ms": 4.0, "stub_frame_ms": 1.0, "batch_sizes": [1, 2, 4, 8]}
SMALL = {"min_width": 64}  # so that the tests' small pictures are painted as they are
OPEN_STATION, CLOSED_STATION, NO_STATION = 1, 2, 99
STRICT = {
    "connections_per_address": 12,
    "hello_s": 1.0,
    "silent_s": 2.0,
    "send_s": 1.0,
    "refusals_per_session": 5,
}
EXHIBITION = """
id = "live"
languages = ["en"]
[title]
en = "Live"
"""
STATION = """
[[station]]
id = "station-{number}"
number = {number}
open = {open}
[station.title]
en = "Station"
[station.text]
en = "Text"
[station.artwork]
picture = "wall.jpg"
[station.artwork.alt]
en = "A wall"
[station.lens]
styles = {styles}
[station.lens.default]
{style} = 1.0
"""


@pytest.fixture(scope="session")
def exhibition_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exhibition of two stations, the second one closed."""
    folder = tmp_path_factory.mktemp("exhibition")
    (folder / "wall.jpg").write_bytes(flat_jpeg())
    styles = [style.id for style in read_library()]
    names = "[" + ", ".join(f'"{style}"' for style in styles) + "]"
    stations = [
        STATION.format(number=number, open=str(is_open).lower(), styles=names, style=styles[0])
        for number, is_open in ((OPEN_STATION, True), (CLOSED_STATION, False))
    ]
    path = folder / "exhibition.toml"
    path.write_text(EXHIBITION + "".join(stations), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def gallery() -> Iterator[RunningServer]:
    """The demo exhibition with default limits and nobody waiting."""
    with RunningServer({"style": QUICK_STUB, "lens": SMALL, "room": {"max_live": 1000}}) as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="module")
def strict_gallery(exhibition_file: Path) -> Iterator[RunningServer]:
    """Tight limits, and a proxy on this machine that is trusted."""
    settings = {
        "server": {"trusted_proxies": ["127.0.0.1"]},
        "exhibition": {"file": str(exhibition_file)},
        "style": QUICK_STUB,
        "lens": SMALL,
        "room": {"max_live": 1000},
        "limits": STRICT,
    }
    with RunningServer(settings) as server:
        yield server
        assert "Traceback" not in server.log, server.log


def signer_of(server: RunningServer, exhibition: str) -> Signer:
    """Whoever has the state folder can sign tickets."""
    key = bytes.fromhex((server.folder / "state" / "signing.key").read_text(encoding="ascii"))
    return Signer({KEY_ID: key}, KEY_ID, exhibition)


@pytest.fixture(scope="module")
def strict_signer(strict_gallery: RunningServer, exhibition_file: Path) -> Signer:
    return signer_of(strict_gallery, load_exhibition(exhibition_file).id)


@pytest.fixture(scope="module")
def strict_door(strict_gallery: RunningServer, strict_signer: Signer) -> Door:
    return Door(f"ws://127.0.0.1:{strict_gallery.port}/ws", strict_signer.sign(OPEN_STATION))


@pytest.fixture(scope="session")
def door(gallery: RunningServer) -> Door:
    return gallery.door()
