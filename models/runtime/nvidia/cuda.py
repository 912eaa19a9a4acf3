"""The CUDA runtime as engines use it: memory, copies, streams, events and graphs. Knows no model.

Each call that fails raises EngineError with CUDA's own words. Memory of the card is counted, and may be bounded.
A stream, an event and a graph are what cuda-bindings calls so; an address is a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from models.errors import EngineError
from models.runtime.card import Card
from models.runtime.engine import Array

_OUT_OF_MEMORY = 2  # cudaErrorMemoryAllocation


def load_cuda() -> Any:
    """The module cuda.bindings.runtime. Raises ImportError."""
    return import_module("cuda.bindings.runtime")


def cuda_obstacle(card: Card) -> str:
    """Why this card's driver cannot run the CUDA that is installed here; "" if it can."""
    version = str(import_module("cuda.bindings").__version__)
    if int(card.driver_cuda.split(".")[0]) >= int(version.split(".", maxsplit=1)[0]):
        return ""
    return f"the driver of {card.name} knows CUDA {card.driver_cuda}, cuda-bindings {version} needs a newer driver"


class Cuda:
    """One engine's share of the first card."""

    def __init__(self, bound_bytes: int = 0) -> None:
        try:
            self._api = load_cuda()
        except ImportError as error:
            raise EngineError(f"cuda-bindings cannot be loaded: {error}") from error
        self._bound_bytes = bound_bytes  # 0: all that the card has
        self._reserved_bytes = 0  # what others allocate for this engine
        self._sizes: dict[int, int] = {}  # of what is allocated here, by address
        self._call("cudaSetDevice", 0)  # makes the card's context, which TensorRT-RTX's cache asks for

    @property
    def held_bytes(self) -> int:
        """Memory of the card that was allocated or reserved, and not given back."""
        return self._reserved_bytes + sum(self._sizes.values())

    def reserve(self, size: int, purpose: str) -> None:
        """Count memory of the card that somebody else allocates. Raises EngineError beyond the bound."""
        self._check_bound(size, purpose)
        self._reserved_bytes += size

    def release(self) -> None:
        """Forget what was reserved: whoever allocated it has given it back."""
        self._reserved_bytes = 0

    def allocate(self, size: int, purpose: str) -> int:
        """The address of new memory of the card. Raises EngineError if it has no room, or beyond the bound."""
        self._check_bound(size, purpose)
        status, address = self._api.cudaMalloc(size)
        if int(status) == _OUT_OF_MEMORY:
            self._api.cudaGetLastError()
            free, total = self._call("cudaMemGetInfo")
            raise EngineError(f"the card has no room for {purpose}: wanted {size} bytes, {free} of {total} are free")
        self._check("cudaMalloc", status)
        self._sizes[int(address)] = size
        return int(address)

    def free(self, address: int) -> None:
        del self._sizes[address]
        self._call("cudaFree", address)

    def pin(self, size: int) -> int:
        """The address of new memory of the host that the card copies from and to by itself."""
        return int(self._call("cudaHostAlloc", size, self._api.cudaHostAllocDefault))

    def unpin(self, address: int) -> None:
        self._call("cudaFreeHost", address)

    def stream(self) -> Any:
        """A new stream, which waits for no other unless it is told to."""
        return self._call("cudaStreamCreateWithFlags", self._api.cudaStreamNonBlocking)

    def destroy_stream(self, stream: Any) -> None:
        self._call("cudaStreamDestroy", stream)

    def settle(self, streams: Sequence[Any]) -> None:
        """Wait until nothing is under way in these streams."""
        for stream in streams:
            self._call("cudaStreamSynchronize", stream)

    def event(self) -> Any:
        """A new event, without a time; whoever waits for it sleeps."""
        flags = self._api.cudaEventDisableTiming | self._api.cudaEventBlockingSync
        return self._call("cudaEventCreateWithFlags", flags)

    def destroy_event(self, event: Any) -> None:
        self._call("cudaEventDestroy", event)

    def record(self, event: Any, stream: Any) -> None:
        """Let the event happen when the stream has done all that it was given so far."""
        self._call("cudaEventRecord", event, stream)

    def wait(self, event: Any) -> None:
        """Wait for an event; lets go of the interpreter meanwhile."""
        self._call("cudaEventSynchronize", event)

    def order(self, stream: Any, event: Any) -> None:
        """Let a stream do what it is given from now on after the event."""
        self._call("cudaStreamWaitEvent", stream, event, 0)

    def upload(self, address: int, host: Array, stream: Any) -> None:
        """Copy a contiguous pinned array to the card, later."""
        kind = self._api.cudaMemcpyKind.cudaMemcpyHostToDevice
        self._call("cudaMemcpyAsync", address, host.ctypes.data, host.nbytes, kind, stream)

    def download(self, host: Array, address: int, stream: Any) -> None:
        """Fill a contiguous pinned array from the card, later."""
        kind = self._api.cudaMemcpyKind.cudaMemcpyDeviceToHost
        self._call("cudaMemcpyAsync", host.ctypes.data, address, host.nbytes, kind, stream)

    def capture(self, stream: Any, work: Callable[[], None]) -> Any:
        """What the work gives the stream, as an executable graph; nothing of it is done now."""
        mode = self._api.cudaStreamCaptureMode.cudaStreamCaptureModeThreadLocal  # other threads fetch meanwhile
        self._call("cudaStreamBeginCapture", stream, mode)
        try:
            work()
        except BaseException:
            status, graph = self._api.cudaStreamEndCapture(stream)
            if int(status) == 0:
                self._api.cudaGraphDestroy(graph)
            raise
        graph = self._call("cudaStreamEndCapture", stream)
        try:
            return self._call("cudaGraphInstantiate", graph, 0)
        finally:
            self._call("cudaGraphDestroy", graph)

    def launch(self, graph: Any, stream: Any) -> None:
        self._call("cudaGraphLaunch", graph, stream)

    def destroy_graph(self, graph: Any) -> None:
        """The graph must not be under way."""
        self._call("cudaGraphExecDestroy", graph)

    def _check_bound(self, size: int, purpose: str) -> None:
        if self._bound_bytes and self.held_bytes + size > self._bound_bytes:
            held = f"{self.held_bytes} of the {self._bound_bytes} bytes that it may have"
            raise EngineError(f"no room for {purpose}: wanted {size} bytes, the engine holds {held}")

    def _call(self, name: str, *arguments: Any) -> Any:
        status, *results = getattr(self._api, name)(*arguments)
        self._check(name, status)
        return results[0] if len(results) == 1 else results

    def _check(self, name: str, status: Any) -> None:
        if int(status) == 0:
            return
        self._api.cudaGetLastError()  # forgotten, so that TensorRT does not take it for its own
        _, error = self._api.cudaGetErrorName(status)
        _, words = self._api.cudaGetErrorString(status)
        raise EngineError(f"{name} failed with {error.decode()}: {words.decode()}")
