"""How much work the style network is: arithmetic and bytes a frame, to hold a measured time against. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.style.shape import Shape

_FP16_BYTES = 2


@dataclass(frozen=True, slots=True)
class Work:
    """What one frame costs at least, in fp16."""

    flops: int  # two for each multiplication that is added up, of the convolutions as they were trained
    layer_bytes: int  # every convolution, norm and addition reads its inputs once and writes its output once
    least_bytes: int  # the same without the norms: as if each were computed while its neighbours read and write

    def seconds(self, bytes_per_s: float, flops_per_s: float, *, least: bool = False) -> float:
        """The roofline (Williams et al. 2009): no less time than either takes alone, at rates that were measured."""
        moved = self.least_bytes if least else self.layer_bytes
        return max(moved / bytes_per_s, self.flops / flops_per_s)


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution of the network as it was trained; sizes of its input and output in numbers of the tensor."""

    taken: int
    given: int
    flops: int
    normed: bool = True
    added: bool = False  # whether a residual is added to what it gives


def work(shape: Shape, height: int, width: int) -> Work:
    """The work of one frame of this size."""
    layers = list(_layers(shape, height, width))
    outer_bytes = 2 * 3 * height * width  # the frame as it comes, and as it goes
    convolved = sum(layer.taken + layer.given for layer in layers)
    added = sum(3 * layer.given for layer in layers if layer.added)
    normed = sum(2 * layer.given for layer in layers if layer.normed)
    return Work(
        flops=sum(layer.flops for layer in layers),
        layer_bytes=_FP16_BYTES * (convolved + added + normed) + outer_bytes,
        least_bytes=_FP16_BYTES * (convolved + added) + outer_bytes,
    )


def _layers(shape: Shape, height: int, width: int) -> Iterator[_Layer]:
    w, full, half, quarter = shape.width, height * width, height * width // 4, height * width // 16
    yield _convolution(3, w, shape.end_kernel, full, full)
    yield _convolution(w, 2 * w, 3, full, half)
    yield _convolution(2 * w, 4 * w, 3, half, quarter)
    for number in range(2 * shape.blocks):
        yield _convolution(4 * w, 4 * w, 3, quarter, quarter, added=number % 2 == 1)
    yield _convolution(4 * w, 2 * w, 3, quarter, half)
    yield _convolution(2 * w, w, 3, half, full)
    yield _convolution(w, 3, shape.end_kernel, full, full, normed=False)


def _convolution(
    inputs: int, outputs: int, kernel: int, pixels_in: int, pixels_out: int, *, normed: bool = True, added: bool = False
) -> _Layer:
    flops = 2 * kernel * kernel * inputs * outputs * pixels_out
    return _Layer(inputs * pixels_in, outputs * pixels_out, flops, normed, added)
