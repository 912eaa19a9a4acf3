"""How well a style came out: how near to its painting, what is left of the photo, how steady on video."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from models.style.engine import one_style_painter
from models.style.model import SIZES
from models.style.network import StyleNetwork, load_network
from models.style.painter import Floats
from models.style.shelf import Shelf
from models.style.steadiness import noise_flicker
from models.style.table import StyleTable
from models.training.loss import StyleLoss
from models.training.perceptual import Perceptual, to_tensor
from models.training.pictures import Picture, fitted
from models.training.recipe import Recipe

GOOD, FAIR = 0.8, 0.6  # shares of the way to the painting's manner
FLICKER_PX = (320, 240)


@dataclass(frozen=True)
class Score:
    """How well a style came out, over some photos: the terms of the loss, and those of the photos as they were."""

    painted: Mapping[str, float]
    photo: Mapping[str, float]

    @property
    def manner(self) -> float:
        """The share of the way from the photo's manner to the painting's: 1 is all the way."""
        return 1 - self.painted["style"] / self.photo["style"]

    @property
    def total(self) -> float:
        """The whole loss."""
        return sum(self.painted.values())


def score(network: StyleNetwork, row: Tensor, loss: StyleLoss, photos: Sequence[Picture]) -> Score:
    """Judge a row by whole photos."""
    index = torch.zeros(1, dtype=torch.long)
    painted: list[Mapping[str, Tensor]] = []
    before: list[Mapping[str, Tensor]] = []
    with torch.no_grad():
        for photo in photos:
            x = to_tensor(photo)
            wanted = loss.content_of(x)
            painted.append(loss(wanted, network.paint(x, row[None]), index))
            before.append(loss(wanted, x, index))
    return Score(_means(painted), _means(before))


def _means(terms: Sequence[Mapping[str, Tensor]]) -> dict[str, float]:
    return {name: round(float(np.mean([float(t[name]) for t in terms])), 4) for name in terms[0]}


def judge(size: str, id_: str, shelf: Shelf, painting: Picture, photos: Sequence[Picture]) -> dict[str, Any]:
    """The marks of a style, shipped or added, by photos. Raises LibraryError if there is no such style."""
    weights = SIZES[size].with_suffix(".safetensors")
    table, _ = shelf.table(size, StyleTable.load(weights))
    loss = StyleLoss(Perceptual.load(), [painting], Recipe.load().loss)
    return marks(size, load_network(weights), table.row(id_), loss, photos)


def marks(size: str, network: StyleNetwork, row: Floats, loss: StyleLoss, photos: Sequence[Picture]) -> dict[str, Any]:
    """verdict: by the manner; manner: 1 at most; content: a term of the loss, total: all; flicker: noise_flicker."""
    found = score(network, torch.from_numpy(row), loss, photos)
    painter = one_style_painter(size, row)
    try:
        flicker = noise_flicker(painter, fitted(photos[0], *FLICKER_PX), np.ones(1, np.float32))
    finally:
        painter.close()
    return {
        "verdict": "good" if found.manner >= GOOD else "fair" if found.manner >= FAIR else "weak",
        "manner": round(found.manner, 3),
        "content": found.painted["content"],
        "total": round(found.total, 4),
        "flicker": round(flicker, 3),
    }
