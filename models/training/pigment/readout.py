"""Fits how colours are read out of a model's latents, and writes it into its folder: colouring.json.

    python -m models.training.pigment.readout --model models/generate/weights/pigment

Draws pictures without a read-out, and takes the least squares of their mean colours on their latents. Works for any
folder that can be opened (it needs its graphs: python -m models.generate.export FOLDER).
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.generate.diffusion import DiffusionGenerator
from models.generate.measure import prompts
from models.generate.opening import open_folder
from models.generate.readout import FILE, KEY
from models.generate.settings import RECORD, read_record
from models.generate.wish import Wish
from models.runtime.engine import Terms

Floats = NDArray[np.float32]
PICTURES, TOGETHER = 60, 10
PROMPTS_SEED, FIRST_SEED = 99, 5000
SIDE = 2  # colours are read of so many parts of a latent's square on a side
DIGITS = 5


def examples(generator: DiffusionGenerator) -> tuple[Floats, NDArray[np.uint8]]:
    """Latents, N x channels x H x W, and their pictures, N x height x width x 3."""
    latents, pictures = [], []
    asking = [" ".join(words) for words in prompts(PICTURES, PROMPTS_SEED)]
    for start in range(0, PICTURES, TOGETHER):
        wishes = [Wish(asking[at], FIRST_SEED + at) for at in range(start, start + TOGETHER)]
        sketches = [generator.begin(wish) for wish in wishes]
        while not all(sketch.done for sketch in sketches):
            generator.step(sketches)
        latents += [sketch.latents for sketch in sketches]
        pictures += list(generator.finish(sketches))
    return np.stack(latents), np.stack(pictures)


def fit(latents: Floats, pictures: NDArray[np.uint8], side: int) -> tuple[Floats, Floats, Floats]:
    """matrix, offset (see models/generate/readout.py), and of each number read the share that is explained (R²)."""
    count, channels, height, width = latents.shape
    high, wide = (
        length // (places * side) for length, places in zip(pictures.shape[1:3], (height, width), strict=True)
    )
    parts = pictures.reshape(count, height, side, high, width, side, wide, 3).astype(np.float32).mean((3, 6)) / 255
    wanted = parts.transpose(0, 1, 3, 2, 4, 5).reshape(-1, 3 * side * side)
    given = latents.transpose(0, 2, 3, 1).reshape(-1, channels)
    given = np.hstack([given, np.ones((len(given), 1), np.float32)])
    found = np.linalg.lstsq(given, wanted, rcond=None)[0]
    explained = 1 - (wanted - given @ found).var(0) / wanted.var(0)
    return found[:-1].T, found[-1], explained


def write(model: Path, matrix: Floats, offset: Floats) -> None:
    """Write the file, and name it in vernissage.json."""
    rows = ",\n  ".join(json.dumps(row) for row in matrix.astype(float).round(DIGITS).tolist())
    last = json.dumps(offset.astype(float).round(DIGITS).tolist())
    (model / FILE).write_text(f'{{\n "matrix": [\n  {rows}\n ],\n "offset": {last}\n}}\n', encoding="utf-8")
    _record(model, {**read_record(model), KEY: FILE})


def _record(model: Path, record: dict[str, object]) -> None:
    (model / RECORD).write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Parse the command line, fit, write, say how well it fits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--side", type=int, default=SIDE)
    given = parser.parse_args()
    _record(given.model, {key: value for key, value in read_record(given.model).items() if key != KEY})
    with closing(open_folder(given.model, "openvino", Terms(threads=1))) as generator:
        latents, pictures = examples(generator)
    matrix, offset, explained = fit(latents, pictures, given.side)
    write(given.model, matrix, offset)
    sys.stdout.write(f"explained: {explained.min():.3f} to {explained.max():.3f} of the variance of each colour\n")


if __name__ == "__main__":
    main()
