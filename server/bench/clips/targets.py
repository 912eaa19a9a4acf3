"""The pictures that clips are made of: those that the project made, or all in a folder. Knows no clip."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np

from server.bench.clips.fog import FOGGY
from server.bench.clips.ripmap import Picture
from server.bench.form import BenchError

ENDINGS = (".jpg", ".jpeg", ".png")
MOST_PICTURES = 40
LARGEST_FILE_BYTES = 32 * 1024 * 1024
LONGEST_PX = 1600  # what is larger is shrunk
SHORTEST_PX = 64


def load_targets(folder: Path | None = None) -> dict[str, Picture]:
    """Pictures by name, RGB. Raises BenchError, which says what is wrong with the folder or a picture in it."""
    return _own() if folder is None else _from(folder)


def _own() -> dict[str, Picture]:
    demo = files("exhibit") / "demo"
    rich = {
        Path(file.name).stem: _decoded(file.read_bytes(), file.name)
        for file in demo.iterdir()
        if file.name.endswith(".jpg")
    }
    return {name: rich[name] for name in sorted(rich)} | {name: draw() for name, draw in FOGGY.items()}


def _from(folder: Path) -> dict[str, Picture]:
    if not folder.is_dir():
        raise BenchError(f"expected a folder of pictures, got {folder}")
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    if not found:
        raise BenchError(f"{folder}: expected pictures ({', '.join(ENDINGS)}), found none")
    if len(found) > MOST_PICTURES:
        raise BenchError(f"{folder}: expected at most {MOST_PICTURES} pictures, found {len(found)}")
    names = [path.stem for path in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BenchError(f"{folder}: expected one picture of each name, found several named {', '.join(twice)}")
    return {path.stem: _read(path) for path in found}


def _read(path: Path) -> Picture:
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise BenchError(f"{path}: expected at most {LARGEST_FILE_BYTES // 2**20} MB, got {size / 2**20:.0f} MB")
    return _decoded(path.read_bytes(), str(path))


def _decoded(content: bytes, name: str) -> Picture:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    if picture is None:
        raise BenchError(f"{name}: expected a picture, could not read it")
    height, width = picture.shape[:2]
    if min(width, height) < SHORTEST_PX:
        raise BenchError(f"{name}: expected sides of at least {SHORTEST_PX} px, got {width} x {height}")
    scale = LONGEST_PX / max(width, height)
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
