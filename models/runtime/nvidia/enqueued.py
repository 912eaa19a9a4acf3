"""Compiled engines on a card: one batch is on its way there or back while another is computed.

Uploads, computing and downloads have a stream each, and wait for one another by events alone. Knows no flavour: what
differs between TensorRT and TensorRT-RTX is behind Loaded.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import EngineError
from models.runtime.engine import IN_FLIGHT, Array, Inputs, Pending
from models.runtime.nvidia.bindings import Bindings, Fit
from models.runtime.nvidia.cuda import Cuda
from models.runtime.nvidia.execution import SCRATCH_LEAST_BYTES, Executions, Loaded
from models.runtime.nvidia.pinned import PinnedPool
from models.runtime.nvidia.slots import Slot, Slots, closed
from models.runtime.profile import Profile

log = logging.getLogger("vernissage.engines")

WARM_UPS = 3  # TensorRT-RTX captures its graph in the second run and replays it from the third


class EnqueuedEngine:
    """A compiled engine with memory of the card for IN_FLIGHT batches."""

    def __init__(self, bindings: Bindings, loaded: Loaded, cuda: Cuda, description: str) -> None:
        self._bindings = bindings
        self._cuda = cuda
        self._description = description
        self._closed = False
        self._starting, self._fetching = Lock(), Lock()  # held while batches are started and fetched; close takes both
        with ExitStack() as resources:  # given back from the last to the first
            self._pool = PinnedPool(cuda)
            resources.callback(self._pool.close)
            resources.callback(cuda.release)
            self._upload, self._compute, self._download = (self._stream(resources) for _ in range(3))
            self._slots = Slots([self._slot(number, resources) for number in range(IN_FLIGHT)])
            self._executions = self._prepare(loaded, resources)
            resources.callback(self._settle)
            self._resources = resources.pop_all()

    @property
    def description(self) -> str:
        return self._description

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return self._bindings.profiles

    @property
    def in_flight(self) -> int:
        return IN_FLIGHT

    @property
    def device_bytes(self) -> int:
        return self._cuda.held_bytes

    def buffer(self, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        if self._closed:
            raise closed()
        return self._pool.take(shape)

    def enqueue(self, inputs: Inputs) -> Pending:
        if self._closed:
            raise closed()
        fit = self._bindings.fit(inputs)
        slot = self._slots.take()
        with self._starting:
            if self._closed:
                raise closed()
            try:
                return _Started(self, slot, self._start(slot, inputs, fit))
            except BaseException:
                self._abandon(slot)
                raise

    def run(self, inputs: Inputs) -> Array:
        return self.enqueue(inputs).result()

    def warm(self, inputs: Inputs) -> None:
        for _ in range(WARM_UPS):
            for started in [self.enqueue(inputs) for _ in range(IN_FLIGHT)]:  # each slot in turn
                started.result()
        with self._starting:
            self._executions.keep()

    def close(self) -> None:
        self._slots.close()
        with self._starting, self._fetching:
            if not self._closed:
                self._closed = True
                self._resources.close()

    def fetch(self, slot: Slot) -> None:
        """Wait for a slot's batch, and let the next one have the slot."""
        with self._fetching:
            if self._closed:
                raise closed()
            try:
                self._cuda.wait(slot.downloaded)
            finally:
                self._slots.give(slot)

    def _start(self, slot: Slot, inputs: Inputs, fit: Fit) -> Array:
        """Give the card all that a batch needs; returns the pinned array that its output will lie in."""
        cuda, output = self._cuda, self._bindings.model.output
        execution = self._executions.find(slot, fit)
        try:
            for name, array in inputs.items():
                slot.hosts.append(self._pool.hold(array))
                cuda.upload(slot.addresses[name], slot.hosts[-1], self._upload)
            cuda.record(slot.uploaded, self._upload)
            cuda.order(self._compute, slot.uploaded)
            self._executions.run(execution)
            cuda.record(slot.computed, self._compute)
            cuda.order(self._download, slot.computed)
            slot.hosts.append(self._pool.take(fit.output_shape, output.dtype))
            cuda.download(slot.hosts[-1], slot.addresses[output.name], self._download)
            cuda.record(slot.downloaded, self._download)
            self._executions.capture(execution)
        except BaseException:
            with suppress(EngineError):
                self._executions.drop(execution)
            raise
        return slot.hosts[-1]

    def _abandon(self, slot: Slot) -> None:
        """After a start that failed: wait for what was started of it, then let others have its slot."""
        try:
            self._cuda.settle([self._upload, self._compute, self._download])
        except EngineError as error:  # the failure itself is on its way to the caller
            log.warning("the card does not settle after a failed batch: %s", error)
        self._slots.give(slot)

    def _settle(self) -> None:
        """First of all when closing, while all is still there."""
        self._cuda.settle([self._upload, self._compute, self._download])
        self._executions.keep()

    def _stream(self, resources: ExitStack) -> Any:
        stream = self._cuda.stream()
        resources.callback(self._cuda.destroy_stream, stream)
        return stream

    def _event(self, resources: ExitStack) -> Any:
        event = self._cuda.event()
        resources.callback(self._cuda.destroy_event, event)
        return event

    def _memory(self, size: int, purpose: str, resources: ExitStack) -> int:
        address = self._cuda.allocate(size, purpose)
        resources.callback(self._cuda.free, address)
        return address

    def _slot(self, number: int, resources: ExitStack) -> Slot:
        addresses = {
            tensor.name: self._memory(self._bindings.most_bytes(tensor), f"{tensor} of slot {number}", resources)
            for tensor in self._bindings.tensors
        }
        uploaded, computed, downloaded = (self._event(resources) for _ in range(3))
        return Slot(number, addresses, uploaded, computed, downloaded)

    def _prepare(self, loaded: Loaded, resources: ExitStack) -> Executions:
        size = max(loaded.engine.device_memory_size_v2, SCRATCH_LEAST_BYTES)
        scratch = self._memory(size, "what the engine computes with", resources)
        executions = Executions(loaded, self._bindings, self._cuda, self._compute, (scratch, size))
        resources.callback(executions.close)
        return executions


@dataclass
class _Started:
    """A batch on the card."""

    engine: EnqueuedEngine
    slot: Slot | None  # None once fetched
    output: Array
    failure: EngineError | None = None
    finished: bool = False

    def result(self) -> Array:
        slot, self.slot = self.slot, None
        if slot is not None:
            try:
                self.engine.fetch(slot)
            except EngineError as error:
                self.failure = error
        if self.failure is not None:
            raise self.failure
        return self.output
