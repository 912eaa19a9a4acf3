"""Execution contexts of a compiled engine, one for each slot and shape of inputs, with the CUDA graph of each.

A graph is good for one context in one state (TensorRT's guide, "CUDA graphs"): so a context is made for a slot and
shape, is told its addresses once, and never changes. All share one block of scratch memory, because all run in one
stream, one after another. The least recently used is let go.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Protocol

from models.errors import EngineError
from models.runtime.nvidia.bindings import Bindings, Fit
from models.runtime.nvidia.cuda import Cuda
from models.runtime.nvidia.slots import Slot

KEPT_EXECUTIONS = 32
SCRATCH_LEAST_BYTES = 256  # engines may need none, but an address there must be

Scratch = tuple[int, int]  # address and bytes
_Key = tuple[int, tuple[tuple[int, ...], ...]]


class Loaded(Protocol):
    """A deserialised engine, as its flavour runs it."""

    @property
    def engine(self) -> Any:
        """The ICudaEngine."""

    @property
    def graphs_are_ours(self) -> bool:
        """Whether graphs have to be captured here; otherwise the runtime does it by itself."""

    def context(self) -> Any:
        """A new IExecutionContext whose scratch memory is given to it; None if there cannot be one."""

    def keep(self) -> None:
        """Write to disk what the runtime has learned, if it does."""

    def words(self) -> str:
        """The runtime's last words of complaint."""


@dataclass
class Execution:
    """One context, ready to run again and again."""

    key: _Key
    context: Any
    graph: Any = None


class Executions:
    """Finds or makes executions, and runs them. For one thread at a time."""

    def __init__(self, loaded: Loaded, bindings: Bindings, cuda: Cuda, stream: Any, scratch: Scratch) -> None:
        self._loaded = loaded
        self._bindings = bindings
        self._cuda = cuda
        self._stream = stream
        self._scratch = scratch
        self._kept: OrderedDict[_Key, Execution] = OrderedDict()  # the least recently used first

    def find(self, slot: Slot, fit: Fit) -> Execution:
        """The execution for a slot and inputs of these shapes. Raises EngineError if the runtime refuses them."""
        key = slot.number, fit.shapes
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        while len(self._kept) >= KEPT_EXECUTIONS:
            self.drop(next(iter(self._kept.values())))
        execution = self._kept[key] = Execution(key, self._make(slot, fit))
        return execution

    def run(self, execution: Execution) -> None:
        """Start it, after all that the stream has been given."""
        if execution.graph is not None:
            self._cuda.launch(execution.graph, self._stream)
        else:
            self._execute(execution)

    def capture(self, execution: Execution) -> None:
        """Record the graph of an execution that has run once, if that is for us to do and is not done yet."""
        if self._loaded.graphs_are_ours and execution.graph is None:
            execution.graph = self._cuda.capture(self._stream, lambda: self._execute(execution))

    def drop(self, execution: Execution) -> None:
        """Let go of an execution once it has run."""
        self._cuda.settle([self._stream])
        del self._kept[execution.key]
        if execution.graph is not None:
            self._cuda.destroy_graph(execution.graph)

    def keep(self) -> None:
        """Write to disk what the runtime has learned."""
        self._loaded.keep()

    def close(self) -> None:
        """Let go of all executions, and of the engine."""
        try:
            while self._kept:
                _, execution = self._kept.popitem()
                if execution.graph is not None:
                    self._cuda.destroy_graph(execution.graph)
        finally:
            self._kept.clear()
            del self._loaded

    def _make(self, slot: Slot, fit: Fit) -> Any:
        context = self._loaded.context()
        if context is None:
            raise self._refusal("make an execution context")
        self._demand(context.set_optimization_profile_async(fit.profile, int(self._stream)), "take its profile")
        context.set_device_memory(*self._scratch)
        for tensor, shape in zip(self._bindings.model.inputs, fit.shapes, strict=True):
            self._demand(context.set_input_shape(tensor.name, shape), f"take {tensor} of {shape}")
        for name, address in slot.addresses.items():
            self._demand(context.set_tensor_address(name, address), f"take the address of {name}")
        self._check_output(context, fit)
        return context

    def _check_output(self, context: Any, fit: Fit) -> None:
        output = self._bindings.model.output
        shape = tuple(context.get_tensor_shape(output.name))
        if shape != fit.output_shape:
            raise EngineError(f"expected {output} of {fit.output_shape} for inputs of {fit.shapes}, got {shape}")

    def _execute(self, execution: Execution) -> None:
        self._demand(execution.context.execute_async_v3(int(self._stream)), "start the batch")

    def _demand(self, done: bool, what: str) -> None:
        if not done:
            raise self._refusal(what)

    def _refusal(self, what: str) -> EngineError:
        return EngineError(f"the engine of {self._bindings.model.name} could not {what}: {self._loaded.words()}")
