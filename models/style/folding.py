"""Rewrites a trained style network into one that computes the same with less work; for export only, not for training.

Both ends of a factor of two are moved to the lower resolution, where a convolution gives the four pixels of each 2 x 2
square as four channels, and a pixel shuffle (Shi et al. 2016) puts them in place. On two cores this takes a frame of
480x360 from 69 to 55 ms with OpenVINO.
"""

from __future__ import annotations

from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.style.network import PaddedConv, StyleNetwork, UpConv

# How the three rows (or columns) of a kernel fall on the pixel before, the pixel and the pixel after, once pixels were
# repeated: for the first of the two repeated pixels, and for the second.
_FALL = (((1.0, 0.0, 0.0), (0.0, 1.0, 1.0), (0.0, 0.0, 0.0)), ((0.0, 0.0, 0.0), (1.0, 1.0, 0.0), (0.0, 0.0, 1.0)))

_WHOLE_IN_HALF = 2048  # float16 holds every whole number up to this


class FoldedUpConv(nn.Module):
    """An UpConv without the larger picture: repeated pixels mean that weights can be added up beforehand."""

    def __init__(self, original: UpConv) -> None:
        super().__init__()
        kernel = original.conv.weight.detach()
        fall = [torch.tensor(matrix) for matrix in _FALL]
        phases = [torch.einsum("ph,oihw,qw->oipq", row, kernel, column) for row in fall for column in fall]
        self.weight = nn.Parameter(torch.stack(phases, dim=1).flatten(0, 1))
        self.bias = nn.Parameter(original.conv.bias.detach().repeat_interleave(4))

    def forward(self, x: Tensor) -> Tensor:
        # Reflecting a picture of repeated pixels by one pixel is repeating its edge.
        return F.pixel_shuffle(F.conv2d(F.pad(x, [1] * 4, mode="replicate"), self.weight, self.bias), 2)


class FoldedLast(nn.Module):
    """The last convolution at every second pixel, giving four at once: three channels alone leave wide CPUs idle."""

    def __init__(self, original: PaddedConv) -> None:
        super().__init__()
        self.pad = original.pad
        kernel = original.conv.weight.detach()
        phases = [F.pad(kernel, [column, 1 - column, row, 1 - row]) for row in (0, 1) for column in (0, 1)]
        self.weight = nn.Parameter(torch.stack(phases, dim=1).flatten(0, 1))
        self.bias = nn.Parameter(original.conv.bias.detach().repeat_interleave(4))

    def forward(self, x: Tensor) -> Tensor:
        padded = F.pad(x, [self.pad] * 4, mode="reflect")
        return F.pixel_shuffle(F.conv2d(padded, self.weight, self.bias, stride=2), 2)


def with_exact_sums(weight: Tensor) -> Tensor:
    """Weights O x I x 3 x 3 rounded to multiples of a power of two, so that sums of four of them are exact in float16.

    The phases of an UpConv add up the same weights in four ways. In float16 the sums would differ a little, and where a
    frame is flat the norm that follows makes much of little: a black frame would come out as a checkerboard.
    """
    largest = 4 * weight.abs().amax((1, 2, 3), keepdim=True)
    step = torch.exp2(torch.ceil(torch.log2(largest / _WHOLE_IN_HALF)))
    return (weight / step).round() * step


def fold(network: StyleNetwork) -> StyleNetwork:
    """A copy of a network that paints the same, up to rounding, with a fifth less time on a CPU."""
    folded = deepcopy(network)
    folded.up = nn.ModuleList([FoldedUpConv(conv) for conv in folded.up])
    folded.last = FoldedLast(folded.last)
    return folded
