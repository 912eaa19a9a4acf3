"""Computes the encoder: the sixteen principal components of 16 x 16 px pieces, written as diffusers' tiny encoder.

    python -m models.training.pigment.projection --pictures runs/pictures runs/recoloured --out runs/latents

A linear projection needs no training, so the diffusion model can begin at once; only the decoder is learned. Components
are scaled by the fourth root of their variance: between as they are (the diffusion model would learn light alone) and
all alike (it would spend itself on the finest). Writes autoencoder/ (its decoder untrained), latents.npy
(N x 16 x 16 x 16, float16, unit variance) and words.jsonl.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.training.pigment.parts import LATENT_CHANNELS, SHRINK, SIDE, autoencoder

Floats = NDArray[np.float32]

STUDIED = 700  # pictures of each folder whose pieces the components are computed of
SPREAD = 0.25  # exponent of a component's variance
DECODED_STD = 0.5  # of latents as the decoder takes them: it squashes what is beyond 3
BATCH = 100


@dataclass(frozen=True)
class Projection:
    """rows: 16 x 768, scaled; a piece is 16 x 16 x 3 in 0..1, flattened. offset: what is taken off, 16."""

    rows: Floats
    offset: Floats

    @staticmethod
    def of(pieces: Floats) -> Projection:
        """The principal components of pieces, N x 768, together of unit variance."""
        mean = pieces.mean(0)
        variance, vectors = np.linalg.eigh(np.cov((pieces - mean).T))
        order = np.argsort(variance)[::-1][:LATENT_CHANNELS]
        scale = variance[order] ** (SPREAD - 0.5)
        scale /= np.sqrt(np.mean(variance[order] * scale**2))
        rows = (vectors[:, order] * scale).T.astype(np.float32)
        return Projection(rows, rows @ mean)

    def latents(self, pictures: NDArray[np.uint8]) -> Floats:
        """pictures: N x 256 x 256 x 3. Returns N x 16 x 16 x 16."""
        flat = pieces_of(pictures) @ self.rows.T - self.offset
        shaped = flat.reshape(len(pictures), SIDE, SIDE, LATENT_CHANNELS).transpose(0, 3, 1, 2)
        return np.asarray(shaped, np.float32)


def pieces_of(pictures: NDArray[np.uint8]) -> Floats:
    """N x 256 x 256 x 3 as (N x 16 x 16) x 768."""
    parts = pictures.reshape(len(pictures), SIDE, SHRINK, SIDE, SHRINK, 3).transpose(0, 1, 3, 2, 4, 5)
    return np.float32(1 / 255) * parts.reshape(-1, SHRINK * SHRINK * 3).astype(np.float32)


def write_encoder(encoder: Any, projection: Projection, factor: float) -> None:
    """Set the weights of an EncoderTiny without blocks so that it projects, its latents divided by `factor`.

    Convolutions of stride 2 gather 2 x 2 px in 12 channels, 4 x 4 px in 48; then a channel for each component and
    quarter of the piece, 64; then the quarters are added.
    """
    start, two, four, eight, sixteen, end = encoder.layers
    for layer in encoder.layers:
        torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(start.bias)
    rows = torch.from_numpy(projection.rows).reshape(LATENT_CHANNELS, 2, 2, 2, 2, 2, 2, 2, 2, 3)
    # axes: component, then y of the quarter, of 4 px in it, of 2 px in that, of 1 px in that, x alike, colour
    with torch.no_grad():
        for colour in range(3):
            start.weight[colour, colour, 1, 1] = 1
        _gather(two.weight, 3)
        _gather(four.weight, 12)
        for quarter in range(4):
            for at in range(4):
                _quarter(eight.weight, rows, quarter, at)
            sixteen.weight[
                torch.arange(LATENT_CHANNELS),
                torch.arange(LATENT_CHANNELS) * 4 + quarter,
                1 + quarter // 2,
                1 + quarter % 2,
            ] = 1
        end.weight[torch.arange(LATENT_CHANNELS), torch.arange(LATENT_CHANNELS), 1, 1] = 1 / factor
        end.bias.copy_(torch.from_numpy(-projection.offset / factor))


def _gather(weight: Tensor, channels: int) -> None:
    for channel in range(channels):
        for at in range(4):
            weight[4 * channel + at, channel, 1 + at // 2, 1 + at % 2] = 1


def _quarter(weight: Tensor, rows: Tensor, quarter: int, at: int) -> None:
    """The part of `eight` that takes cell `at` of 4 px of a quarter."""
    part = rows[:, quarter // 2, at // 2, :, :, quarter % 2, at % 2]  # component, 2 y, 1 y, 2 x, 1 x, colour
    ordered = part.permute(0, 5, 2, 4, 1, 3)  # component, colour, 1 y, 1 x, 2 y, 2 x: as `four` has gathered them
    weight[torch.arange(LATENT_CHANNELS) * 4 + quarter, :48, 1 + at // 2, 1 + at % 2] = ordered.reshape(
        LATENT_CHANNELS, 48
    )


def batches(folders: Sequence[Path]) -> Iterator[NDArray[np.uint8]]:
    """The pictures of folders, one after the other."""
    for folder in folders:
        pictures = np.load(folder / "pictures.npy", mmap_mode="r")
        for start in range(0, len(pictures), BATCH):
            yield np.asarray(pictures[start : start + BATCH])


def studied(folders: Sequence[Path]) -> Floats:
    """Pieces of STUDIED pictures of each folder."""
    random, found = np.random.default_rng(0), []
    for folder in folders:
        pictures = np.load(folder / "pictures.npy", mmap_mode="r")
        chosen = np.sort(random.choice(len(pictures), min(STUDIED, len(pictures)), replace=False))
        found.append(pieces_of(np.asarray(pictures[chosen]))[:: len(folders)])
    return np.concatenate(found)


def project(folders: Sequence[Path], out: Path) -> None:
    """Compute the projection, write the autoencoder and all latents."""
    projection = Projection.of(studied(folders))
    np.save(out / "latents.npy", np.concatenate([projection.latents(b).astype(np.float16) for b in batches(folders)]))
    model = autoencoder(1 / DECODED_STD)
    write_encoder(model.encoder, projection, 1 / DECODED_STD)
    model.save_pretrained(out / "autoencoder")


def main() -> None:
    """Parse the command line and compute."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pictures", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    project(given.pictures, given.out)
    lines = [(folder / "words.jsonl").read_text(encoding="utf-8") for folder in given.pictures]
    (given.out / "words.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
