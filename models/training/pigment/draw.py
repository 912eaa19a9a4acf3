"""Makes the pictures to learn from: drawn motifs, flat or painted in a manner, and pieces of paintings, all recoloured.

    python -m models.training.pigment.draw --paintings DIR --out runs/pictures --count 9000

Writes pictures.npy (N x 256 x 256 x 3) and facts.jsonl (what is known of each: words). Begun anew each time: it takes
minutes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from models.style.engine import open_painter
from models.style.painter import Painter
from models.training.pictures import Picture
from models.training.pigment.compositions import COMPOSITIONS
from models.training.pigment.crops import SIDE_PX, load_paintings, piece_of, varied
from models.training.pigment.easel import Easel
from models.training.pigment.motifs import landscape
from models.training.pigment.palettes import Palette, recoloured
from models.training.recipe import Recipe
from models.training.scenes import SCENES, draw_scene

SCENE_WORDS = {
    "harbour": "harbour",
    "valley": "valley",
    "still_life": "still life",
    "portrait": "portrait",
    "street": "street",
}


class Studio:
    """Makes pictures one by one."""

    def __init__(self, painter: Painter, paintings: Sequence[tuple[str, Picture]], random: Generator) -> None:
        self._painter, self._paintings, self._random = painter, paintings, random
        self._scenes = {word: draw_scene(name, 640, 480) for name, word in SCENE_WORDS.items() if name in SCENES}
        painters = {style.id: style.painter.split()[-1].lower() for style in Recipe.load().styles}
        self._manners = [painters[style].replace("gogh", "van gogh").replace("é", "e") for style in painter.styles]

    def make(self) -> tuple[Picture, list[str]]:
        """A picture, and the words that are known of it."""
        if self._random.random() < 0.3:
            manner, painting = self._paintings[int(self._random.integers(len(self._paintings)))]
            return piece_of(painting, self._random), [manner]
        picture, words, palette = self._drawn()
        if self._random.random() < 0.65:
            picture, manner = self._painted(picture)
            words.append(manner)
            if self._random.random() < 0.6:  # the manner brought colours of its own
                picture = recoloured(picture, palette, self._random, self._random.uniform(0.5, 1.0))
        if self._random.random() < 0.3:
            picture = varied(picture, self._random)
        return picture, words

    def _drawn(self) -> tuple[Picture, list[str], Palette]:
        palette, kind = Palette.draw(self._random), self._random.random()
        if kind < 0.06:
            word = str(self._random.choice(list(self._scenes)))
            return (
                recoloured(self._piece_of_scene(word), palette, self._random, self._random.uniform(0.3, 1)),
                [word],
                palette,
            )
        easel = Easel(palette, int(self._random.integers(1 << 30)))
        if kind < 0.5:
            word = str(self._random.choice(list(COMPOSITIONS)))
            COMPOSITIONS[word](easel)
            stripes = ["stripes"] if word in ("horizontal", "vertical", "diagonal") else []
            return easel.picture(), [word, *stripes], palette
        words = landscape(easel)
        return easel.picture(), words, palette

    def _piece_of_scene(self, word: str) -> Picture:
        scene = self._scenes[word]
        side = int(self._random.uniform(0.75, 1) * scene.shape[0])
        top, left = (int(self._random.integers(0, size - side + 1)) for size in scene.shape[:2])
        piece = cv2.resize(
            scene[top : top + side, left : left + side], (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA
        )
        return np.ascontiguousarray(piece[:, ::-1] if self._random.random() < 0.5 else piece, np.uint8)

    def _painted(self, picture: Picture) -> tuple[Picture, str]:
        index = int(self._random.integers(len(self._manners)))
        weights = np.zeros((1, len(self._manners)), np.float32)
        weights[0, index] = 1
        strength = np.array([self._random.uniform(0.75, 1)], np.float32)
        return self._painter.paint(picture[None], weights, strength)[0], self._manners[index]


def main() -> None:
    """Parse the command line and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--paintings", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=9000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    painter = open_painter("openvino")
    studio = Studio(painter, load_paintings(given.paintings), np.random.default_rng(given.seed))
    shape = (given.count, SIDE_PX, SIDE_PX, 3)
    kept = np.lib.format.open_memmap(given.out / "pictures.part", "w+", np.uint8, shape)
    with (given.out / "facts.jsonl").open("w", encoding="utf-8") as facts:
        for index in range(given.count):
            kept[index], words = studio.make()
            facts.write(json.dumps(words) + "\n")
    kept.flush()
    (given.out / "pictures.part").replace(given.out / "pictures.npy")
    painter.close()


if __name__ == "__main__":
    main()
