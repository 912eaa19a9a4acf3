"""The trained network in half precision, for export to graphics cards: fp16 but for its statistics. Knows no runtime.

Convolutions and what lies between them are float16. The mean and variance of every instance norm are taken in float32:
a float16 sum over a frame loses its last pixels. So are the two ends, where whole levels of 255 have to survive.
"""

from __future__ import annotations

from copy import deepcopy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.style.folding import fold, with_exact_sums
from models.style.network import StyleNetwork


def _ready_for_half(network: StyleNetwork) -> StyleNetwork:
    """A folded copy that float16 hurts least where a frame is flat, and a norm enlarges what rounding left.

    The four phases of an upsampling convolution add up the same weights in four ways. Unless the sums are exact they
    differ, and a black frame comes out as a checkerboard. What a norm takes away again, a bias, only costs digits.
    """
    ready = deepcopy(network)
    for conv in ready.up:
        conv.conv.weight.data = with_exact_sums(conv.conv.weight.data)
    for conv in (ready.first, *ready.down, *ready.residual, *ready.up):
        conv.conv.bias.data.zero_()
    return fold(ready)


class HalfNetwork(nn.Module):
    """What a StyleNetwork computes, folded and in fp16; takes and gives what StyleNetwork.forward does."""

    def __init__(self, network: StyleNetwork) -> None:
        super().__init__()
        self.folded = _ready_for_half(network).half()

    def forward(self, frames: Tensor, style: Tensor, strength: Tensor) -> Tensor:
        """frames: uint8 N x H x W x 3; style: float32 N x style_numbers; strength: float32 N; returns as frames."""
        height, width = frames.shape[1:3]
        # Cast, then transpose, and the other way round at the end: TensorRT moves no uint8 about.
        levels = frames.float().permute(0, 3, 1, 2)
        scaled = levels * (2 / 255) - 1
        # The first norm takes the mean away anyhow; taken away before, a dark or pale frame keeps its faint detail.
        centred = (scaled - scaled.mean((2, 3), keepdim=True)).half()
        drawn = self._paint(centred, style)[:, :, :height, :width]
        painted = torch.sigmoid(drawn.float()) * 255
        blended = levels + strength[:, None, None, None] * (painted - levels)
        return blended.round().clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8)

    def _paint(self, x: Tensor, style: Tensor) -> Tensor:
        """StyleNetwork.paint without its ends. x: float16 N x 3 x H x W in -1..1; returns what the sigmoid takes."""
        net = self.folded
        channels = net.shape.norm_channels
        pairs = iter(zip(*(numbers.split(channels, dim=1) for numbers in style.chunk(2, dim=1)), strict=True))

        def norm(y: Tensor) -> Tensor:
            scale, shift = next(pairs)
            return (F.instance_norm(y.float()) * scale[:, :, None, None] + shift[:, :, None, None]).half()

        y = F.relu(norm(net.first(x)))
        for conv in net.down:
            y = F.relu(norm(conv(y)))
        for first, second in zip(net.residual[::2], net.residual[1::2], strict=True):
            y = y + norm(second(F.relu(norm(first(y)))))
        for conv in net.up:
            y = F.relu(norm(conv(y)))
        return net.last(y)
