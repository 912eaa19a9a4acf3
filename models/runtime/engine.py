"""What an engine is: a model compiled for a runtime, arrays in, one array out. Knows neither styles nor frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from numpy.typing import NDArray

from models.errors import EngineError

Array = NDArray[Any]
Inputs = Mapping[str, Array]


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


def missing(runtime: str, install: str) -> EngineError:
    """The error for a runtime that was chosen but is not installed."""
    return EngineError(f"the runtime {runtime} was chosen but is not installed: pip install '{install}'")
