"""What a compiled engine reads and writes, held against what its model says. Knows no card."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.errors import EngineError
from models.runtime.engine import Inputs
from models.runtime.model import Model, Tensor
from models.runtime.profile import Profile, profile_for


@dataclass(frozen=True)
class Fit:
    """Inputs that an engine takes: by which of its profiles, and what comes of them."""

    profile: int
    shapes: tuple[tuple[int, ...], ...]  # of the inputs, in the model's order
    output_shape: tuple[int, ...]


@dataclass(frozen=True)
class Bindings:
    """The inputs and the output of a compiled engine."""

    model: Model
    profiles: tuple[Profile, ...]
    shapes: Mapping[str, tuple[int, ...]]  # in the engine; -1 where a dimension is free

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return (*self.model.inputs, self.model.output)

    def fit(self, inputs: Inputs) -> Fit:
        """Where inputs belong. Raises EngineError if they belong nowhere."""
        sizes = self.model.sizes(inputs)
        for tensor in self.model.inputs:
            self._check_fixed(tensor, inputs[tensor.name].shape)
        profile = profile_for(self.profiles, sizes)
        if profile is None:
            known = "; ".join(_describe(profile) for profile in self.profiles)
            raise EngineError(f"expected sizes of one of {known}, got {_join(sizes)}")
        shapes = tuple(inputs[tensor.name].shape for tensor in self.model.inputs)
        return Fit(profile, shapes, self.model.output.shape(sizes))

    def most_bytes(self, tensor: Tensor) -> int:
        """Of a tensor, in whichever profile it is largest."""
        return max(self._bytes(tensor, profile) for profile in self.profiles)

    def _bytes(self, tensor: Tensor, profile: Profile) -> int:
        dimensions = zip(self.shapes[tensor.name], tensor.dimensions, strict=True)
        sizes = (_most(size, name, profile) for size, name in dimensions)
        return math.prod(sizes) * np.dtype(tensor.dtype).itemsize

    def _check_fixed(self, tensor: Tensor, shape: tuple[int, ...]) -> None:
        wanted = self.shapes[tensor.name]
        if any(size not in (-1, given) for size, given in zip(wanted, shape, strict=True)):
            raise EngineError(f"expected {tensor} of {wanted}, where -1 is free, got {shape}")


def read_bindings(trt: Any, engine: Any, model: Model, profiles: tuple[Profile, ...]) -> Bindings:
    """The bindings of an ICudaEngine. Raises EngineError if they are not the model's."""
    names = [engine.get_tensor_name(number) for number in range(engine.num_io_tensors)]
    found = {name: _read(trt, engine, name) for name in names}
    wanted = {t.name: ("INPUT", t.dtype, len(t.dimensions)) for t in model.inputs}
    wanted[model.output.name] = ("OUTPUT", model.output.dtype, len(model.output.dimensions))
    if found != wanted:
        raise EngineError(f"expected an engine of {model.name} with {wanted}, got {found}")
    if engine.num_optimization_profiles != len(profiles):
        got = engine.num_optimization_profiles
        raise EngineError(f"expected an engine of {model.name} with {len(profiles)} profiles, got {got}")
    return Bindings(model, profiles, {name: tuple(engine.get_tensor_shape(name)) for name in names})


def _read(trt: Any, engine: Any, name: str) -> tuple[str, str, int]:
    dtype = np.dtype(trt.nptype(engine.get_tensor_dtype(name)))
    return engine.get_tensor_mode(name).name, str(dtype), len(engine.get_tensor_shape(name))


def _most(size: int, name: int | str, profile: Profile) -> int:
    if size >= 0:
        return size
    if isinstance(name, int):
        return name
    if name not in profile.ranges:
        raise EngineError(f"expected a range of the dimension {name} in the profile {profile.lane}, found none")
    return profile.ranges[name].most


def _describe(profile: Profile) -> str:
    ranges = (f"{name} {range_.least} to {range_.most}" for name, range_ in profile.ranges.items())
    return f"{profile.lane} ({', '.join(ranges)})"


def _join(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {size}" for name, size in sizes.items())
