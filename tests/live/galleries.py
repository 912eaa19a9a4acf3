"""What the live servers of these tests show and allow: a painter that costs little, tight limits, two stations."""

from __future__ import annotations

from pathlib import Path

from visitor import flat_jpeg

from exhibit.ticket import Keyring
from models.style.library import read_library
from server.bench.running import RunningServer
from server.store.keys import FIRST
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
LIVE = "live"  # what the exhibition is called
EXHIBITION = f"""
id = "{LIVE}"
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


def write_exhibition(folder: Path) -> Path:
    """An exhibition of two stations, the second one closed; returns its file."""
    (folder / "wall.jpg").write_bytes(flat_jpeg(width_px=160, height_px=120))
    styles = [style.id for style in read_library()]
    names = "[" + ", ".join(f'"{style}"' for style in styles) + "]"
    stations = [
        STATION.format(number=number, open=str(is_open).lower(), styles=names, style=styles[0])
        for number, is_open in ((OPEN_STATION, True), (CLOSED_STATION, False))
    ]
    path = folder / "exhibition.toml"
    path.write_text(EXHIBITION + "".join(stations), encoding="utf-8")
    return path


def keyring_of(server: RunningServer) -> Keyring:
    """Whoever has the state folder can sign tickets."""
    key = bytes.fromhex((server.folder / "state" / "signing.key").read_text(encoding="ascii"))
    return Keyring({FIRST: key}, FIRST)


def door_of(server: RunningServer, exhibition: str, station: int, expires_at: int | None = None) -> Door:
    """The way in at a station."""
    return Door(f"ws://127.0.0.1:{server.port}/ws", keyring_of(server).sign(exhibition, station, expires_at))
