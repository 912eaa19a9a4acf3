"""What an engine is: a model compiled for a runtime, arrays in, one array out. Knows neither styles nor frames."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from models.errors import EngineError

Array = NDArray[Any]
Inputs = Mapping[str, Array]

RUNTIMES = ("openvino", "onnxruntime")


class Engine(Protocol):
    """A model compiled for a runtime. Used from one thread at a time.

    The first axis of every input and of the output is the batch, and the rows of a batch know nothing of each other.
    """

    @property
    def description(self) -> str:
        """Runtime, version, device, threads and precision, in one line for the operator."""

    def run(self, inputs: Inputs) -> Array:
        """The model's one output for these inputs, as an array that the caller may keep.

        Raises EngineError if the model refuses the inputs.
        """

    def warm(self, inputs: Inputs) -> None:
        """Do now whatever the first run of inputs with these shapes would have to do."""

    def close(self) -> None:
        """Give the memory back; the engine cannot run afterwards."""


def open_engine(runtime: str, model: Path, threads: int = 0) -> Engine:
    """Load an ONNX file with the named runtime; `threads` 0 means as many as there are cores.

    Raises EngineError, with what to do about it, if the runtime is unknown or not installed or cannot load the file.
    One runtime never stands in for another.
    """
    if runtime not in RUNTIMES:
        raise EngineError(f"expected a runtime of {', '.join(RUNTIMES)}, got {runtime!r}")
    if not model.is_file():
        raise EngineError(f"expected a model file, found none at {model}")
    if runtime == "openvino":
        from models.runtime.openvino import OpenVinoEngine

        return OpenVinoEngine(model, threads)
    from models.runtime.onnxruntime import OnnxRuntimeEngine

    return OnnxRuntimeEngine(model, threads)


def missing(runtime: str, install: str) -> EngineError:
    """The error for a runtime that was chosen but is not installed."""
    return EngineError(f"the runtime {runtime} was chosen but is not installed: pip install '{install}'")
