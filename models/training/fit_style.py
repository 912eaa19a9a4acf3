"""Fits a style's own numbers to a painting while the shared network stands still: minutes, where that took hours.

The network has learned with other paintings what a brush can do; a row of scales and shifts chooses among it (Dumoulin
et al. 2017, section 3.3: "N-styles"). The loss is that of the training, by the perceptual network that ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from models.runtime.compiler import Progress
from models.style.network import StyleNetwork
from models.training.disturbance import LARGEST_SHIFT_PX, Disturbance
from models.training.loss import StyleLoss, total
from models.training.perceptual import to_tensor
from models.training.pictures import Picture, list_pictures, load_picture, random_crop
from models.training.train_style import one_cycle

SAMPLES = Path(__file__).parent / "photos"
"""Photos to fit with; the networks were trained with them too."""


@dataclass(frozen=True)
class Fitting:
    """How a row is fitted."""

    steps: int = 300
    batch: int = 2
    crop_px: int = 192
    rate: float = 0.03
    steady: float = 8.0
    seed: int = 5


def sample_photos() -> list[Picture]:
    """The photos that ship for fitting."""
    return [load_picture(path) for path in list_pictures(SAMPLES)]


def fit(
    network: StyleNetwork,
    loss: StyleLoss,
    photos: Sequence[Picture],
    progress: Progress,
    plan: Fitting = Fitting(),
) -> Tensor:
    """The row (style_numbers) with which a network paints most like the only painting of a loss.

    `progress` may raise to cancel.
    """
    progress("looking for the nearest style", 0.0)
    random = np.random.default_rng(plan.seed)
    network.requires_grad_(False)
    row = nearest_row(network, loss, _crops(photos, plan, 4, random)).clone().requires_grad_()
    optimiser = torch.optim.Adam([row], plan.rate)
    for step in range(plan.steps):
        progress("fitting", step / plan.steps)
        scene, change = _crops(photos, plan, plan.batch, random), Disturbance.draw(random)
        style = row[None].expand(plan.batch, -1)
        before = change.before(scene)
        painted = network.paint(before, style)
        again = network.paint(change.after(scene[:1]), style[:1])
        index = torch.zeros(plan.batch, dtype=torch.long)
        terms = total(loss(loss.content_of(before), painted, index)).mean()
        steady = plan.steady * change.difference(painted[:1], again)
        optimiser.zero_grad()
        (terms + steady).backward()
        torch.nn.utils.clip_grad_norm_([row], 5.0)
        optimiser.param_groups[0]["lr"] = plan.rate * one_cycle(step / plan.steps)
        optimiser.step()
    return row.detach()


def nearest_row(network: StyleNetwork, loss: StyleLoss, scene: Tensor) -> Tensor:
    """The row of the network's own styles that paints a few pictures most like the painting: where to begin."""
    index = torch.zeros(len(scene), dtype=torch.long)
    found = []
    with torch.no_grad():
        wanted = loss.content_of(scene)
        for row in network.table:
            painted = network.paint(scene, row[None].expand(len(scene), -1))
            found.append(float(total(loss(wanted, painted, index)).mean()))
    return network.table[int(np.argmin(found))].detach()


def _crops(photos: Sequence[Picture], plan: Fitting, count: int, random: Generator) -> Tensor:
    side = plan.crop_px + 2 * LARGEST_SHIFT_PX
    return torch.cat([to_tensor(random_crop(photos[i], side, random)) for i in random.integers(0, len(photos), count)])
