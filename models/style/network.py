"""The style transformer as a torch module: bytes and styles in, bytes out. Knows no painting and no runtime.

A small image transformation network (Johnson et al. 2016, "Perceptual Losses for Real-Time Style Transfer") whose
instance norms are conditional (Dumoulin et al. 2017, "A Learned Representation for Artistic Style"). One style is one
row of numbers: the scale and shift of every norm. Mixing styles is mixing rows, so a batch may hold a different mix
per frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.style.shape import Shape


class PaddedConv(nn.Module):
    """A convolution that reflects the picture at its border, so that painted frames have no dark edges."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.pad = kernel // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, [self.pad] * 4, mode="reflect"))


class UpConv(PaddedConv):
    """Twice the size by repeating pixels, then a convolution: no checkerboard (Odena et al. 2016)."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class StyleNetwork(nn.Module):
    """Johnson-type transformer with conditional instance norm.

    `paint` works on floats and is what training uses; `forward` is what gets exported: bytes to bytes, with scaling,
    layout, the blend with the original and the crop of odd sizes inside the graph.
    """

    def __init__(self, shape: Shape, styles: int) -> None:
        super().__init__()
        self.shape = shape
        w, k = shape.width, shape.end_kernel
        self.first = PaddedConv(3, w, k)
        self.down = nn.ModuleList([PaddedConv(w, 2 * w, 3, 2), PaddedConv(2 * w, 4 * w, 3, 2)])
        self.residual = nn.ModuleList([PaddedConv(4 * w, 4 * w, 3) for _ in range(2 * shape.blocks)])
        self.up = nn.ModuleList([UpConv(4 * w, 2 * w, 3), UpConv(2 * w, w, 3)])
        self.last = PaddedConv(w, 3, k)
        half = shape.style_numbers // 2
        self.table = nn.Parameter(torch.cat([torch.ones(styles, half), torch.zeros(styles, half)], dim=1))

    def kernels(self) -> list[nn.Parameter]:
        """The kernels of all convolutions that a norm follows, so that their own size means nothing."""
        return [conv.conv.weight for conv in (self.first, *self.down, *self.residual, *self.up)]

    def paint(self, x: Tensor, style: Tensor) -> Tensor:
        """Paint float pictures. x: N x 3 x H x W in 0..1; style: N x style_numbers; returns the shape of x, in 0..1."""
        height, width = x.shape[2], x.shape[3]
        scales, shifts = style.chunk(2, dim=1)
        channels = self.shape.norm_channels
        pairs = iter(zip(scales.split(channels, dim=1), shifts.split(channels, dim=1), strict=True))

        def norm(y: Tensor) -> Tensor:
            scale, shift = next(pairs)
            return F.instance_norm(y) * scale[:, :, None, None] + shift[:, :, None, None]

        y = F.relu(norm(self.first(x * 2 - 1)))
        for conv in self.down:
            y = F.relu(norm(conv(y)))
        for first, second in zip(self.residual[::2], self.residual[1::2], strict=True):
            y = y + norm(second(F.relu(norm(first(y)))))
        for conv in self.up:
            y = F.relu(norm(conv(y)))
        return torch.sigmoid(self.last(y))[:, :, :height, :width]

    def forward(self, frames: Tensor, style: Tensor, strength: Tensor) -> Tensor:
        """Paint bytes. frames: uint8 N x H x W x 3 (RGB); style: float N x style_numbers; strength: float N in 0..1,
        where 0 gives the frame back exactly; returns uint8 N x H x W x 3."""
        levels = frames.permute(0, 3, 1, 2).to(torch.float32)
        painted = self.paint(levels / 255.0, style) * 255.0
        # Blended in 0..255: whole levels survive bf16 and fp16, so strength 0 stays exact whatever the precision.
        blended = levels + strength[:, None, None, None] * (painted - levels)
        return blended.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)


def load_network(weights: Path) -> StyleNetwork:
    """The network of a .safetensors file as it was trained; its shape is read off its tensors."""
    from safetensors.torch import load_file

    return network_of(load_file(str(weights)))


def network_of(state: Mapping[str, Tensor]) -> StyleNetwork:
    """The network whose state this is."""
    first = state["first.conv.weight"]
    blocks = sum(name.startswith("residual.") and name.endswith("conv.weight") for name in state) // 2
    network = StyleNetwork(Shape(first.shape[0], blocks, first.shape[2]), state["table"].shape[0])
    network.load_state_dict(state)
    return network.eval()
