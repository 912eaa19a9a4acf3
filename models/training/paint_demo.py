"""Paints the demo exhibition's artworks: each scene in a mix of styles, by the network that ships.

python -m models.training.paint_demo --out exhibit/demo
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.style.engine import open_painter
from models.style.painter import Painter
from models.training.pictures import Picture, encode_jpeg
from models.training.scenes import draw_scene

SIZE_PX = (960, 720)
PAINTED_PX = (640, 480)  # and enlarged afterwards: at this size strokes are as wide as they look on a phone
LARGEST_JPEG_BYTES = 150_000


@dataclass(frozen=True)
class Manner:
    """How one scene is painted."""

    mix: Mapping[str, float]
    strength: float = 1.0


MANNERS: Mapping[str, Manner] = {
    "harbour": Manner({"starry_night": 1.0}),
    "valley": Manner({"great_wave": 0.6, "starry_night": 0.4}),
    "still_life": Manner({"contrast_of_forms": 1.0}),
    "portrait": Manner({"scream": 1.0}, 0.85),
    "street": Manner({"composition_vii": 1.0}),
    "garden": Manner({"wheat_field": 0.6, "starry_night": 0.4}, 0.7),
}


def paint_scene(painter: Painter, scene: str, manner: Manner) -> Picture:
    """One scene, painted: RGB H x W x 3 of SIZE_PX."""
    frame = cv2.resize(draw_scene(scene, *SIZE_PX), PAINTED_PX, interpolation=cv2.INTER_AREA).astype(np.uint8)
    weights = np.array([[manner.mix.get(style, 0.0) for style in painter.styles]], np.float32)
    painted = painter.paint(frame[None], weights, np.array([manner.strength], np.float32))[0]
    return cv2.resize(painted, SIZE_PX, interpolation=cv2.INTER_CUBIC).astype(np.uint8)


def main() -> None:
    """Parse the command line and paint every scene."""
    parser = argparse.ArgumentParser(description="Paint the demo exhibition's artworks.")
    parser.add_argument("--out", type=Path, required=True, help="folder for NAME.jpg")
    parser.add_argument("--runtime", default="openvino")
    given = parser.parse_args()
    painter = open_painter(given.runtime)
    for scene, manner in MANNERS.items():
        painted = paint_scene(painter, scene, manner)
        (given.out / f"{scene}.jpg").write_bytes(encode_jpeg(painted, LARGEST_JPEG_BYTES))
    painter.close()


if __name__ == "__main__":
    main()
