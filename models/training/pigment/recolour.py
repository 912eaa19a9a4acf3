"""Makes every picture once more, mirrored, in a purer palette: named colours then occur as often as each other.

    python -m models.training.pigment.recolour --pictures runs/pictures --out runs/recoloured

Reads and writes pictures.npy and facts.jsonl.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
from numpy.random import Generator

from models.training.pictures import Picture
from models.training.pigment.palettes import Palette, recoloured


def purer(picture: Picture, random: Generator) -> Picture:
    """Mirrored, in one to three named colours."""
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    return recoloured(mirrored, Palette.pure(random), random, random.uniform(0.9, 1.0), kept_hue=0.12)


def main() -> None:
    """Parse the command line and recolour."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=2)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    pictures, random = np.load(given.pictures / "pictures.npy", mmap_mode="r"), np.random.default_rng(given.seed)
    made = np.lib.format.open_memmap(given.out / "pictures.part", "w+", np.uint8, pictures.shape)
    for index, picture in enumerate(pictures):
        made[index] = purer(np.asarray(picture), random)
    made.flush()
    (given.out / "pictures.part").replace(given.out / "pictures.npy")
    shutil.copyfile(given.pictures / "facts.jsonl", given.out / "facts.jsonl")


if __name__ == "__main__":
    main()
