"""What the polyphase network does between its convolutions, in plain torch: for a CPU, and to hold the kernels against.

Tensors are N x rows x columns x numbers, so that the numbers of a pixel lie together. A tensor of four phases holds a
picture of twice its height and width: the pixels of each 2 x 2 square, one after the other, are the numbers of one of
its pixels (the polyphase form of multirate filters, Vaidyanathan 1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

EPSILON = 1e-5  # of instance norm, as torch has it
ENDS = 16  # numbers a pixel of what goes into the first convolution and comes from the last: tensor cores want eights


@dataclass(frozen=True)
class Sheet:
    """What a convolution gave: N x h x w x (phases * channels), and the picture's true size."""

    data: Tensor
    phases: int  # 1, or 4
    channels: int
    height: int  # of the picture: with four phases up to twice that of the data
    width: int


@dataclass(frozen=True)
class Border:
    """How a picture is laid out for the next convolution: so many pixels more on each side, in so many phases."""

    pixels: int
    phases: int
    reflected: bool  # else the outermost pixel is repeated

    def stored(self, size: int) -> int:
        """Rows (or columns) of the tensor for a picture of this height (or width)."""
        return size + 2 * self.pixels if self.phases == 1 else (size + 1) // 2 + self.pixels


@dataclass(frozen=True)
class Norm:
    """A conditional instance norm's scale and shift, each N x channels, and whether a ReLU follows."""

    scale: Tensor
    shift: Tensor
    relu: bool


class Steps(Protocol):
    """The four steps besides convolutions."""

    def prepare(self, frames: Tensor, border: Border, dtype: torch.dtype) -> Tensor:
        """Bytes N x H x W x 3 as numbers from -2 to 2 with a border, in four phases, for the first convolution.

        What is 0 is the mean of 8 x 8 of the picture's pixels: the first norm takes a constant away anyhow, and in fp16
        a dark frame keeps its faint detail only near 0.

        Each pixel's numbers are followed by those of the pixels to its right, as many as the kernel is wide, so that
        a kernel of one column does: three colours are too few for tensor cores. What is left of ENDS numbers is 0.
        """

    def moments(self, sheet: Sheet) -> Tensor:
        """Mean and 1 / deviation of every channel of every picture, in fp32: N x 2 x channels."""

    def apply(self, sheet: Sheet, moments: Tensor, norm: Norm, border: Border, residual: Tensor | None) -> Tensor:
        """Normalise, and lay out for the next convolution. A residual is a tensor that has a border of one pixel."""

    def finish(self, sheet: Sheet, bias: Tensor, frames: Tensor, strength: Tensor) -> Tensor:
        """Bytes again: sigmoid, blended with the frames (in 0..255, so that strength 0 is exact), cut to their size."""


class PlainSteps:
    """The steps in torch's own operations."""

    def prepare(self, frames: Tensor, border: Border, dtype: torch.dtype) -> Tensor:
        height, width = frames.shape[1:3]
        rows, columns = ([(2 * step + 1) * size // 16 for step in range(8)] for size in (height, width))
        levels = frames.to(torch.float32)
        centre = levels[:, rows][:, :, columns].mean(dim=(1, 2), keepdim=True)
        pixels = _laid_out((levels - centre) * (2 / 255), border)
        pixels = F.pad(pixels, [0, ENDS - pixels.shape[3]]).to(dtype)
        columns = pixels.shape[2] - border.pixels
        return torch.cat([pixels[:, :, tap : tap + columns] for tap in range(border.pixels + 1)], dim=3)

    def moments(self, sheet: Sheet) -> Tensor:
        variance, mean = torch.var_mean(_picture(sheet).to(torch.float32), dim=(1, 2), correction=0)
        return torch.stack([mean, torch.rsqrt(variance + EPSILON)], dim=1)

    def apply(self, sheet: Sheet, moments: Tensor, norm: Norm, border: Border, residual: Tensor | None) -> Tensor:
        mean, rate = moments.unbind(dim=1)
        slope = norm.scale * rate
        offset = norm.shift - mean * slope
        pixels = _picture(sheet).to(torch.float32) * slope[:, None, None] + offset[:, None, None]
        if norm.relu:
            pixels = pixels.relu()
        if residual is not None:
            pixels = pixels + residual[:, 1 : 1 + sheet.height, 1 : 1 + sheet.width]
        return _laid_out(pixels, border).to(sheet.data.dtype)

    def finish(self, sheet: Sheet, bias: Tensor, frames: Tensor, strength: Tensor) -> Tensor:
        height, width = frames.shape[1:3]
        colours = Sheet(sheet.data[..., : 4 * sheet.channels], 4, sheet.channels, sheet.height, sheet.width)
        painted = torch.sigmoid(_picture(colours)[:, :height, :width].to(torch.float32) + bias) * 255
        levels = frames.to(torch.float32)
        blended = levels + strength[:, None, None, None] * (painted - levels)
        return blended.round().clamp(0, 255).to(torch.uint8)


def _picture(sheet: Sheet) -> Tensor:
    """The picture itself: N x height x width x channels."""
    data = sheet.data
    if sheet.phases == 4:
        count, rows, columns = data.shape[:3]
        squares = data.reshape(count, rows, columns, 2, 2, sheet.channels)
        data = squares.permute(0, 1, 3, 2, 4, 5).reshape(count, 2 * rows, 2 * columns, sheet.channels)
    return data[:, : sheet.height, : sheet.width]


def _laid_out(picture: Tensor, border: Border) -> Tensor:
    """A picture with its border, in the phases that the border asks for."""
    side = 1 if border.phases == 1 else 2
    height, width = picture.shape[1:3]
    rows = _sources(side * border.stored(height), height, border).to(picture.device)
    columns = _sources(side * border.stored(width), width, border).to(picture.device)
    wide = picture[:, rows][:, :, columns]
    if border.phases == 1:
        return wide
    count, channels = picture.shape[0], picture.shape[3]
    squares = wide.reshape(count, len(rows) // 2, 2, len(columns) // 2, 2, channels).permute(0, 1, 3, 2, 4, 5)
    return squares.reshape(count, len(rows) // 2, len(columns) // 2, 4 * channels)


def _sources(count: int, size: int, border: Border) -> Tensor:
    """Which row (or column) of the picture each row with the border comes from."""
    at = torch.arange(count) - border.pixels
    if border.reflected:
        at = at.abs()
        at = torch.where(at >= size, 2 * (size - 1) - at, at)
    return at.clamp(0, size - 1)
