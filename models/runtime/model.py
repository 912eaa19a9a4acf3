"""A model as files, and what its free dimensions are called. Knows no runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from models.errors import EngineError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Tensor:
    """One input or the output of a model. A dimension is a size, or the name of one that is free."""

    name: str
    dtype: str  # as numpy calls it
    dimensions: tuple[int | str, ...]

    def __str__(self) -> str:
        return f"{self.name} as {self.dtype} {' x '.join(map(str, self.dimensions))}"

    def sizes(self, shape: tuple[int, ...]) -> dict[str, int]:
        """What its free dimensions are in an array of this shape."""
        return {name: size for name, size in zip(self.dimensions, shape, strict=True) if isinstance(name, str)}

    def shape(self, sizes: Mapping[str, int]) -> tuple[int, ...]:
        """The shape of an array, given what the free dimensions are."""
        return tuple(sizes[d] if isinstance(d, str) else d for d in self.dimensions)


@dataclass(frozen=True)
class Model:
    """A network with its weights, in the forms that runtimes take.

    All forms compute the same from the same inputs, up to the rounding of their precision.
    """

    name: str
    onnx: Path  # fp32: OpenVINO, ONNX Runtime
    onnx_fp16: Path  # strongly typed, fp16 but for its statistics: TensorRT, TensorRT-RTX
    module: Callable[[], torch.nn.Module]  # for a card, in fp32; imports torch when it is called
    inputs: tuple[Tensor, ...]
    output: Tensor
    weights: tuple[Path, ...] = ()  # files that the ONNX files point into (external data)

    def sizes(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, int]:
        """What the free dimensions are in these inputs.

        Raises EngineError if an input is missing or unknown, has another type or rank, or disagrees with another.
        """
        wanted = {tensor.name for tensor in self.inputs}
        if inputs.keys() != wanted:
            raise EngineError(f"expected inputs {', '.join(sorted(wanted))}, got {', '.join(sorted(inputs))}")
        sizes: dict[str, int] = {}
        for tensor in self.inputs:
            array = inputs[tensor.name]
            if array.dtype != tensor.dtype or array.ndim != len(tensor.dimensions):
                raise EngineError(f"expected {tensor}, got {array.dtype} {array.shape}")
            sizes |= tensor.sizes(array.shape) | sizes
            if array.shape != tensor.shape(sizes) or 0 in array.shape:
                raise EngineError(f"expected {tensor} with {sizes}, got {array.shape}")
        return sizes
