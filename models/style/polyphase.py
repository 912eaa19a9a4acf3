"""The style network in polyphase form: the same pictures, with nothing that is large and thin; for cards.

A picture of 512 x 512 with 16 channels leaves tensor cores idle: they want dozens of channels. So whatever the network
holds at full resolution is held at half of it, the four pixels of each 2 x 2 square stacked as channels, and a
convolution of the one becomes a smaller, fatter convolution of the other. Borders are laid out by the step before, so
that convolutions pad nothing; what lies between two convolutions is one step that reads and writes once.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.style.folding import FoldedUpConv, with_exact_sums
from models.style.network import PaddedConv, StyleNetwork, load_network
from models.style.polyphase_steps import ENDS, Border, Norm, PlainSteps, Sheet, Steps
from models.style.shape import Shape

log = logging.getLogger("vernissage.style")


class PolyphaseNetwork(nn.Module):
    """A StyleNetwork rewritten; weights as they were trained, up to rounding. For painting only.

    In half precision (`.half()`) weights and activations are fp16; statistics, style and strength stay fp32.
    """

    def __init__(self, network: StyleNetwork) -> None:
        super().__init__()
        self.shape = network.shape
        self.first = _stored(_one_column(_zeros_after(_phased_both(network.first), inputs=ENDS)))
        self.down = nn.ParameterList([_stored(_phased_in(network.down[0])), _stored(network.down[1].conv.weight)])
        self.residual = nn.ParameterList([_stored(conv.conv.weight) for conv in network.residual])
        self.up = nn.ParameterList([_stored(_phase_major(conv)) for conv in network.up])
        self.last = _stored(_zeros_after(_phased_both(network.last), outputs=ENDS))
        self.register_buffer("bias", network.last.conv.bias.detach().clone())
        self._plain, self._fused = PlainSteps(), _fused_steps()

    def forward(self, frames: Tensor, style: Tensor, strength: Tensor) -> Tensor:
        """Paint bytes. frames: uint8 N x H x W x 3 (RGB); style: float N x style_numbers; strength: float N in 0..1,
        where 0 gives the frame back exactly; returns uint8 N x H x W x 3."""
        walk = _Walk(self.shape, style.to(torch.float32), self._fused if frames.is_cuda else self._plain)
        height, width = frames.shape[1:3]
        w, ends = self.shape.width, self.shape.end_kernel // 2
        steps = walk.steps
        x = _convolve(self.first, steps.prepare(frames, Border(ends, 4, True), self.first.dtype))
        x = walk.on(Sheet(x, 4, w, height, width), Border(1, 4, True))
        x = walk.on(_sheet(_convolve(self.down[0], x)), Border(1, 1, True))
        x = walk.on(_sheet(_convolve(self.down[1], x, stride=2)), Border(1, 1, True))
        x = self._residual_blocks(walk, x)
        x = walk.on(_twice(_convolve(self.up[0], x)), Border(1, 1, False))
        x = walk.on(_twice(_convolve(self.up[1], x)), Border(ends, 4, True))
        x = _convolve(self.last, x)
        return steps.finish(Sheet(x, 4, 3, 2 * x.shape[1], 2 * x.shape[2]), self.bias, frames, strength.float())

    def _residual_blocks(self, walk: _Walk, x: Tensor) -> Tensor:
        for number in range(self.shape.blocks):
            first, second = self.residual[2 * number], self.residual[2 * number + 1]
            inner = walk.on(_sheet(_convolve(first, x)), Border(1, 1, True))
            before_up = number == self.shape.blocks - 1
            x = walk.on(_sheet(_convolve(second, inner)), Border(1, 1, reflected=not before_up), relu=False, residual=x)
        return x


class _Walk:
    """One pass through the network: hands each norm its slice of the style's row, in order."""

    def __init__(self, shape: Shape, style: Tensor, steps: Steps) -> None:
        self.steps = steps
        scales, shifts = style.chunk(2, dim=1)
        channels = shape.norm_channels
        self._norms = iter(zip(scales.split(channels, dim=1), shifts.split(channels, dim=1), strict=True))

    def on(self, sheet: Sheet, border: Border, *, relu: bool = True, residual: Tensor | None = None) -> Tensor:
        """Normalise what a convolution gave and lay it out for the next."""
        scale, shift = next(self._norms)
        return self.steps.apply(sheet, self.steps.moments(sheet), Norm(scale, shift, relu), border, residual)


def polyphase(network: StyleNetwork) -> PolyphaseNetwork:
    """A network that paints the same as this one."""
    return PolyphaseNetwork(network).eval()


def load_polyphase(weights: Path) -> PolyphaseNetwork:
    """The network of a .safetensors file as export_style writes it, made ready for half precision."""
    network = load_network(weights)
    for conv in network.up:
        conv.conv.weight.data = with_exact_sums(conv.conv.weight.data)
    return polyphase(network)


def _fused_steps() -> Steps:
    if find_spec("triton") is None:
        log.warning("Triton is not installed: painting on the card takes several times longer")
        return PlainSteps()
    from models.style.polyphase_kernels import FusedSteps

    return FusedSteps()


def _convolve(weight: Tensor, x: Tensor, stride: int = 1) -> Tensor:
    """N x h x w x numbers in and out, through cuDNN's channels-last convolutions; nothing is padded."""
    return F.conv2d(x.permute(0, 3, 1, 2), weight, stride=stride).permute(0, 2, 3, 1).contiguous()


def _sheet(x: Tensor) -> Sheet:
    return Sheet(x, 1, x.shape[3], x.shape[1], x.shape[2])


def _twice(x: Tensor) -> Sheet:
    """What a convolution that doubles the size gave."""
    return Sheet(x, 4, x.shape[3] // 4, 2 * x.shape[1], 2 * x.shape[2])


def _stored(weight: Tensor) -> nn.Parameter:
    return nn.Parameter(weight.detach().clone(memory_format=torch.channels_last), requires_grad=False)


def _zeros_after(weight: Tensor, outputs: int = 0, inputs: int = 0) -> Tensor:
    """A kernel with as many outputs and inputs, those that it lacks being zero."""
    more_outputs, more_inputs = max(0, outputs - weight.shape[0]), max(0, inputs - weight.shape[1])
    return F.pad(weight, [0, 0, 0, 0, 0, more_inputs, 0, more_outputs])


def _one_column(kernel: Tensor) -> Tensor:
    """A kernel O x I x k x k as one O x kI x k x 1, for an input that has its neighbours' numbers too."""
    return kernel.permute(0, 3, 1, 2).flatten(1, 2)[..., None]


def _phased_in(conv: PaddedConv) -> Tensor:
    """A convolution of stride 2, for an input in four phases: one of stride 1 with half the kernel."""
    return _window_phases(F.pad(conv.conv.weight, [0, 1, 0, 1]))


def _phased_both(conv: PaddedConv) -> Tensor:
    """A convolution of stride 1, for an input in four phases that gives four phases."""
    kernel = conv.conv.weight
    shifted = [F.pad(kernel, [column, 1 - column, row, 1 - row]) for row in (0, 1) for column in (0, 1)]
    return _window_phases(torch.cat(shifted))


def _window_phases(window: Tensor) -> Tensor:
    """A kernel O x I x 2k x 2k over pixels as one O x 4I x k x k over their squares."""
    outputs, inputs, side = window.shape[:3]
    squares = window.reshape(outputs, inputs, side // 2, 2, side // 2, 2).permute(0, 3, 5, 1, 2, 4)
    return squares.reshape(outputs, 4 * inputs, side // 2, side // 2)


def _phase_major(conv: nn.Module) -> Tensor:
    """An UpConv's folded kernel, its four phases one after the other."""
    folded = FoldedUpConv(conv).weight
    return folded.reshape(-1, 4, *folded.shape[1:]).transpose(0, 1).flatten(0, 1)
