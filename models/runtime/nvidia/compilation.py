"""From an ONNX file to an engine, by TensorRT 10, 11 and TensorRT-RTX alike. Knows no card and no store.

Networks are strongly typed: the precision is what the ONNX file says, and the builder changes nothing of it. There is
no timing cache: with one, TensorRT-RTX would ask for a card. Weights may lie in files beside the ONNX file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.errors import EngineError
from models.runtime.compiler import Progress
from models.runtime.nvidia.log import forget, log_of, words
from models.runtime.nvidia.progress import monitor_of
from models.runtime.profile import Profile

STRONGLY_TYPED = "strongly_typed"  # as a flag of the engine's key

Configure = Callable[[Any], None]  # of an IBuilderConfig, by the flavour


def build_engine(
    trt: Any,
    name: str,
    onnx: bytes,
    path: Path,
    profiles: tuple[Profile, ...],
    *,
    configure: Configure,
    progress: Progress,
) -> bytes:
    """The serialised engine of an ONNX file, which was read from `path`: what it points at is looked for from there.

    Raises EngineError with the parser's or the builder's own words.
    """
    log = log_of(trt)
    forget(log)
    builder = _make_builder(trt, log)
    # The network, and the monitor below, have to outlive what refers to them: TensorRT does not hold them.
    network = builder.create_network(1 << int(trt.NetworkDefinitionCreationFlag.STRONGLY_TYPED))
    parser = trt.OnnxParser(network, log)  # its weights are the network's until the engine is built
    _parse(trt, parser, name, onnx, path)
    config = builder.create_builder_config()
    for profile in profiles:
        _add_profile(builder, config, network, profile)
    configure(config)
    monitor = monitor_of(trt, progress)
    config.progress_monitor = monitor
    engine = builder.build_serialized_network(network, config)
    if engine is None:
        raise EngineError(f"{trt.__name__} cannot build an engine of {name}: {words(log)}")
    return bytes(engine)


def _make_builder(trt: Any, log: Any) -> Any:
    try:
        return trt.Builder(log)
    except (TypeError, RuntimeError) as error:  # what pybind makes of a null pointer
        raise EngineError(f"{trt.__name__} cannot make a builder: {words(log)}") from error


def _parse(trt: Any, parser: Any, name: str, onnx: bytes, path: Path) -> None:
    if parser.parse(onnx, str(path)):
        return
    errors = [str(parser.get_error(number)).strip() for number in range(parser.num_errors)]
    said = "; ".join(errors) or words(log_of(trt))
    raise EngineError(f"{trt.__name__} cannot read the ONNX file of {name}: {said}")


def _add_profile(builder: Any, config: Any, network: Any, profile: Profile) -> None:
    made = builder.create_optimization_profile()
    for number in range(network.num_inputs):
        tensor = network.get_input(number)
        if any(size < 0 for size in tensor.shape):
            made.set_shape(tensor.name, *_shapes(tensor, profile))
    if config.add_optimization_profile(made) < 0:
        raise EngineError(f"expected a profile that the network takes, got {profile.lane}: {profile.as_json()}")


def _shapes(tensor: Any, profile: Profile) -> tuple[tuple[int, ...], ...]:
    """The least, the best and the largest shape of an input."""
    ranges = [_sizes(tensor, place, profile) for place in range(len(tensor.shape))]
    return tuple(zip(*ranges, strict=True))


def _sizes(tensor: Any, place: int, profile: Profile) -> tuple[int, int, int]:
    size = tensor.shape[place]
    if size >= 0:
        return size, size, size
    name = tensor.get_dimension_name(place)
    if not name:
        raise EngineError(f"expected a name for the free dimension {place} of {tensor.name}, found none")
    if name not in profile.ranges:
        known = ", ".join(profile.ranges)
        raise EngineError(
            f"expected a range of the dimension {name} of {tensor.name} in the profile {profile.lane}, got {known}"
        )
    range_ = profile.ranges[name]
    return range_.least, range_.best, range_.most
