"""torch as an engine: fp16, channels last, one CUDA graph a shape and slot; for cards where TensorRT is not there."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineError
from models.runtime.card import Card, find_card
from models.runtime.engine import IN_FLIGHT, OTHERWISE, Array, Inputs, Pending, Terms, missing
from models.runtime.model import Model
from models.runtime.profile import Profile

if TYPE_CHECKING:
    import torch

    from models.runtime.torch_card import TorchCard

log = logging.getLogger("vernissage.engines")

INSTALL = "vernissage[torch]"
KEPT_GRAPHS = 32  # the least recently used is let go beyond it

Shapes = tuple[tuple[int, ...], ...]


class TorchRuntime:
    """Opens models as torch modules on a card."""

    name = "torch"

    def obstacle(self) -> str:
        if find_card() is None:
            return "no NVIDIA card, or no driver for it"
        try:
            import torch
        except ImportError:
            return f"torch is not installed: pip install '{INSTALL}'"
        if not torch.cuda.is_available():
            return f"torch {torch.__version__} cannot use the card: install a build of it with CUDA"
        return ""

    def open(self, model: Model, terms: Terms) -> TorchEngine:
        card = find_card()
        try:
            import torch
        except ImportError as error:
            raise missing("torch", INSTALL) from error
        if card is None or not torch.cuda.is_available():
            raise EngineError(f"the runtime torch was chosen but cannot be used: {self.obstacle()}; {OTHERWISE}")
        from models.runtime.torch_card import TorchCard

        try:
            device = TorchCard(card, terms.memory_bytes)
            module = model.module().half().to("cuda", memory_format=torch.channels_last).eval()
        except RuntimeError as error:
            raise EngineError(f"torch cannot load the model {model.name}: {error}") from error
        return TorchEngine(model, module, device, _describe(torch.__version__, str(torch.version.cuda), card))


@dataclass(frozen=True)
class _Recorded:
    """A graph, and the memory that it reads and writes."""

    graph: Any
    inputs: dict[str, torch.Tensor]
    output: torch.Tensor


class TorchEngine:
    """A module on a card, in fp16. Batches go through two slots, each with graphs and memory of its own."""

    def __init__(self, model: Model, module: Any, device: TorchCard, description: str) -> None:
        self._model, self._module, self._device = model, module, device
        self._description = description
        self._slots: SimpleQueue[int] = SimpleQueue()  # those that no batch is in
        for slot in range(IN_FLIGHT):
            self._slots.put(slot)
        # By slot and shapes of inputs, the least recently used first.
        self._recorded: OrderedDict[tuple[int, Shapes], _Recorded] = OrderedDict()
        self._closed = False

    @property
    def description(self) -> str:
        return self._description

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return ()

    @property
    def in_flight(self) -> int:
        return IN_FLIGHT

    @property
    def device_bytes(self) -> int:
        return self._device.held_bytes

    def buffer(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        array: NDArray[np.uint8] = self._device.pinned(shape, "uint8").numpy()
        return array

    def enqueue(self, inputs: Inputs) -> Pending:
        self._check(inputs)
        slot = self._slots.get()
        try:
            return self._start(slot, inputs)
        except RuntimeError as error:
            self._slots.put(slot)
            raise self._device.fault(error) from error

    def run(self, inputs: Inputs) -> Array:
        return self.enqueue(inputs).result()

    def warm(self, inputs: Inputs) -> None:
        self._check(inputs)
        slots = [self._slots.get() for _ in range(IN_FLIGHT)]
        try:
            for slot in slots:
                self._find(slot, inputs)
        except RuntimeError as error:
            raise self._device.fault(error) from error
        finally:
            for slot in slots:
                self._slots.put(slot)

    def close(self) -> None:
        self._closed = True
        self._device.settle()
        self._recorded.clear()
        self._module = None
        self._device.drop()

    def _check(self, inputs: Inputs) -> None:
        if self._closed:
            raise EngineError("this engine is closed")
        self._model.sizes(inputs)

    def _start(self, slot: int, inputs: Inputs) -> _Started:
        recorded = self._find(slot, inputs)
        hosts = {name: self._pinned(array) for name, array in inputs.items()}
        copies = {recorded.inputs[name]: host for name, host in hosts.items()}
        output, event = self._device.run(recorded.graph, copies, recorded.output)
        return _Started(self, slot, output, event, tuple(hosts.values()))

    def _pinned(self, array: Array) -> torch.Tensor:
        """The array itself if it came from `buffer`, else a copy of it in pinned memory."""
        import torch

        given = torch.from_numpy(np.ascontiguousarray(array))
        if given.is_pinned():
            return given
        host = self._device.pinned(array.shape, str(array.dtype))
        return host.copy_(given)

    def _find(self, slot: int, inputs: Inputs) -> _Recorded:
        key = slot, tuple(inputs[tensor.name].shape for tensor in self._model.inputs)
        if key in self._recorded:
            self._recorded.move_to_end(key)
            return self._recorded[key]
        while len(self._recorded) >= KEPT_GRAPHS:
            self._device.settle()
            self._recorded.popitem(last=False)
        recorded = self._recorded[key] = self._record(key[1])
        return recorded

    def _record(self, shapes: Shapes) -> _Recorded:
        tensors = [
            self._device.fixed(shape, tensor.dtype) for tensor, shape in zip(self._model.inputs, shapes, strict=True)
        ]
        graph, output = self._device.capture(lambda: self._module(*tensors))
        return _Recorded(graph, dict(zip((t.name for t in self._model.inputs), tensors, strict=True)), output)

    def fetch(self, started: _Started) -> Array:
        """Wait for a batch, and let the next one have its slot."""
        try:
            self._device.wait(started.event)
        except RuntimeError as error:
            raise self._device.fault(error) from error
        finally:
            self._slots.put(started.slot)
        output: Array = started.output.numpy()
        return output


@dataclass
class _Started:
    """A batch on the card."""

    engine: TorchEngine
    slot: int
    output: torch.Tensor
    event: Any
    hosts: tuple[torch.Tensor, ...]  # what the card may still be reading
    fetched: Array | None = None
    finished: bool = False

    def result(self) -> Array:
        if self.fetched is None:
            self.fetched = self.engine.fetch(self)
            self.hosts = ()
        return self.fetched


def _describe(version: str, cuda: str, card: Card) -> str:
    return f"torch {version.split('+', maxsplit=1)[0]} on {card.name} (CUDA {cuda}), fp16, CUDA graphs"
