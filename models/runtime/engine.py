"""What runtimes and engines are: the one protocol that all of them keep. Knows neither styles nor frames.

A runtime opens a Model and gives an engine; an engine takes arrays and gives one array. On a card a batch is only
started (`enqueue`) and fetched later, so that two are in flight: one on its way there while the other is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineError
from models.runtime.model import Model
from models.runtime.profile import Profile

if TYPE_CHECKING:
    from models.runtime.engine_store import EngineStore

Array = NDArray[Any]
Inputs = Mapping[str, Array]

OTHERWISE = 'runtime = "auto" takes the fastest that can be'  # what helps where a named runtime cannot be used
IN_FLIGHT = 2  # batches that a card holds at a time: one copied while the other is computed


@dataclass(frozen=True)
class Terms:
    """What an engine is opened with."""

    threads: int = 0  # of a CPU; 0: as many as there are cores
    memory_bytes: int = 0  # of a card, at most; 0: all it has
    profiles: tuple[Profile, ...] = ()  # what it must be ready for; (): whatever comes, where the runtime can
    store: EngineStore | None = None  # where compiled engines are kept; None: nowhere


class Pending(Protocol):
    """A batch that was started."""

    @property
    def finished(self) -> bool:
        """Whether it was finished when it had been started, so that nobody has to wait."""

    def result(self) -> Array:
        """Wait for the batch; its output, as an array that the caller may keep. Raises EngineError if it failed."""


@dataclass(frozen=True, slots=True)
class Done:
    """A batch that was finished at once, as a CPU does."""

    output: Array
    finished: bool = True

    def result(self) -> Array:
        return self.output


class Engine(Protocol):
    """A model compiled for a runtime. Batches are started from one thread at a time, and fetched from one.

    The first axis of every input and of the output is the batch, and the rows of a batch know nothing of each other.
    """

    @property
    def description(self) -> str:
        """Runtime, version, device, threads and precision, in one line for the operator."""

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The inputs that it takes; (): any that the model takes."""

    @property
    def in_flight(self) -> int:
        """How many batches may be started and not fetched: IN_FLIGHT on a card, 1 where they are finished at once."""

    @property
    def device_bytes(self) -> int:
        """Memory of the card that it holds now; 0 on a CPU."""

    def buffer(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        """An array for an input of bytes, where the engine can read it without copying it once more."""

    def enqueue(self, inputs: Inputs) -> Pending:
        """Start a batch. Waits while as many others as may be in flight are started and not fetched.

        Raises EngineError if the model refuses the inputs.
        """

    def run(self, inputs: Inputs) -> Array:
        """Start a batch and wait for it: the model's one output, as an array that the caller may keep."""

    def warm(self, inputs: Inputs) -> None:
        """Do now whatever the first run of inputs with these shapes would have to do."""

    def close(self) -> None:
        """Give the memory back; the engine cannot run afterwards."""


class Runtime(Protocol):
    """Opens models. Making one imports nothing; what it needs is imported when it is first asked."""

    @property
    def name(self) -> str:
        """As the configuration names it."""

    def obstacle(self) -> str:
        """Why this machine cannot use the runtime, with what to do about it; "" if it can."""

    def open(self, model: Model, terms: Terms) -> Engine:
        """Load a model. Raises EngineError, with what to do about it, if the runtime or the model cannot be used."""


def missing(runtime: str, install: str) -> EngineError:
    """The error for a runtime that was chosen but is not installed."""
    return EngineError(f"the runtime {runtime} was chosen but is not installed: pip install '{install}'")
