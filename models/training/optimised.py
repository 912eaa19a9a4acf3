"""What a network is measured against: a picture that was itself optimised, pixel by pixel, on the same loss.

Gatys et al. 2016, "Image Style Transfer Using Convolutional Neural Networks", beginning with the photo, by Adam.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from models.training.loss import StyleLoss, total

RATE = 0.03


def optimised_losses(loss: StyleLoss, photos: Tensor, style_index: Tensor, steps: Sequence[int]) -> dict[int, Tensor]:
    """The total loss of each photo after so many steps: N numbers for each entry of `steps`, ascending.

    photos: N x 3 x H x W in 0..1. Pixels are kept in 0..1 after every step.
    """
    wanted = loss.content_of(photos)
    picture = photos.clone().requires_grad_()
    optimiser = torch.optim.Adam([picture], RATE)
    found: dict[int, Tensor] = {}
    for step in range(1, steps[-1] + 1):
        optimiser.zero_grad()
        total(loss(wanted, picture, style_index)).sum().backward()
        optimiser.step()
        with torch.no_grad():
            picture.clamp_(0, 1)
            if step in steps:
                found[step] = total(loss(wanted, picture, style_index))
    return found
