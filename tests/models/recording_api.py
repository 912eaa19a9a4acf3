"""A stand-in for cuda.bindings.runtime that moves bytes, writes down what is called, and refuses wrong orders.

It is as lazy as a card may be: what a stream is given is done only once somebody waits for it, directly or through
events. A copy or a batch that does not wait for what it needs therefore finds it missing.
"""

# ruff: noqa: N801, N802, N815 (the names are those of CUDA)

from __future__ import annotations

import ctypes
import gc
import sys
from collections import deque
from dataclasses import dataclass, field
from functools import wraps
from threading import RLock
from types import ModuleType
from weakref import WeakSet

import numpy as np

OUT_OF_MEMORY, INVALID_VALUE = 2, 1
NAMES = {OUT_OF_MEMORY: b"cudaErrorMemoryAllocation", INVALID_VALUE: b"cudaErrorInvalidValue", 719: b"cudaErrorLaunch"}


class MisuseError(AssertionError):
    """The code under test did something that a card would answer with rubbish, or with a crash."""


def demand(condition, words):
    if not condition:
        raise MisuseError(words)


class Handle:
    """Something of CUDA's that is made and destroyed."""

    count = 100

    def __init__(self):
        Handle.count += 1
        self.number = Handle.count
        self.alive = True

    def __int__(self):
        return self.number

    def use(self):
        demand(self.alive, f"{type(self).__name__} {self.number} is used after it was destroyed")
        return self


class Stream(Handle):
    def __init__(self):
        super().__init__()
        self.work = deque()
        self.issued = self.done = 0
        self.captured = None  # a list while capturing

    def give(self, work):
        if self.captured is not None:
            self.captured.append(work)
            return
        self.work.append(work)
        self.issued += 1

    def run_until(self, ticket):
        while self.done < ticket:
            self.work.popleft()()
            self.done += 1


class Event(Handle):
    target = None  # the stream that it was recorded in, and after how much of its work


class Graph(Handle):
    def __init__(self, work):
        super().__init__()
        self.work = work


class GraphExec(Graph):
    pass


@dataclass
class Recorder:
    """What happened, what there is, and what is to go wrong."""

    calls: list[str] = field(default_factory=list)
    device: dict[int, np.ndarray] = field(default_factory=dict)  # memory of the card by address
    fresh: set[int] = field(default_factory=set)  # addresses that hold what the next reader is waiting for
    pinned: dict[int, object] = field(default_factory=dict)
    graveyard: list[object] = field(default_factory=list)  # pinned memory that was given back: not anybody else's yet
    handles: list[Handle] = field(default_factory=list)
    streams: dict[int, Stream] = field(default_factory=dict)
    objects: WeakSet = field(default_factory=WeakSet)  # of TensorRT
    capacity_bytes: int = 2**30
    fails: dict[str, int] = field(default_factory=dict)  # status by the name of a function
    refuses_batches: bool = False
    lock: object = field(default_factory=RLock)

    def count(self, name):
        return self.calls.count(name)

    def since(self, start, *names):
        """What of these was called, in order, from the call number `start`."""
        return [call for call in self.calls[start:] if call in names]

    def leaks(self):
        gc.collect()
        handles = [h for h in self.handles if h.alive and not isinstance(h, Graph)]
        graphs = [h for h in self.handles if h.alive and isinstance(h, Graph)]
        return {
            "device": len(self.device),
            "pinned": len(self.pinned),
            "handles": len(handles),
            "graphs": len(graphs),
            "objects": len(self.objects),
        }

    def memory(self, address):
        demand(address in self.device, f"the address {address} of the card is not, or not any more, allocated")
        return self.device[address]

    def capturing(self):
        return any(stream.captured is not None for stream in self.streams.values())

    def make(self, handle):
        self.handles.append(handle)
        return handle


NOTHING_LEFT = {"device": 0, "pinned": 0, "handles": 0, "graphs": 0, "objects": 0}
FORBIDDEN_IN_CAPTURE = {"cudaMalloc", "cudaFree", "cudaHostAlloc", "cudaFreeHost", "cudaStreamSynchronize"}


def recorded(function):
    """Write a call down, and let it fail where that is wanted."""

    @wraps(function)
    def call(self, *arguments):
        with self.recorder.lock:
            name = function.__name__
            self.recorder.calls.append(name)
            demand(name not in FORBIDDEN_IN_CAPTURE or not self.recorder.capturing(), f"{name} while capturing")
            status = self.recorder.fails.get(name, 0)
            result = None if status else function(self, *arguments)
        if isinstance(result, Failure):
            return (result.status, None)
        return (status, *result) if isinstance(result, tuple) else (status,) if result is None else (status, result)

    return call


@dataclass
class Failure:
    status: int


class RecordingCuda:
    """The functions of cuda.bindings.runtime that engines call, with its own names and its tuples of results."""

    cudaHostAllocDefault, cudaStreamNonBlocking = 0, 1
    cudaEventDisableTiming, cudaEventBlockingSync = 2, 1

    class cudaMemcpyKind:
        cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost = 1, 2

    class cudaStreamCaptureMode:
        cudaStreamCaptureModeThreadLocal = 1

    def __init__(self, recorder):
        self.recorder = recorder

    def cudaGetLastError(self):
        return (0,)

    def cudaGetErrorName(self, status):
        return 0, NAMES[int(status)]

    def cudaGetErrorString(self, status):
        return 0, b"as it was told to"

    def cudaMemGetInfo(self):
        held = sum(memory.nbytes for memory in self.recorder.device.values())
        return 0, self.recorder.capacity_bytes - held, self.recorder.capacity_bytes

    @recorded
    def cudaSetDevice(self, number):
        demand(number == 0, "another card than the first is used")

    @recorded
    def cudaMalloc(self, size):
        if sum(memory.nbytes for memory in self.recorder.device.values()) + size > self.recorder.capacity_bytes:
            return Failure(OUT_OF_MEMORY)
        Handle.count += 1
        address = Handle.count << 20  # never an address of the host, never the same twice
        self.recorder.device[address] = np.full(size, 0xEE, np.uint8)
        return address

    @recorded
    def cudaFree(self, address):
        self.recorder.memory(address)
        del self.recorder.device[address]

    @recorded
    def cudaHostAlloc(self, size, flags):
        block = (ctypes.c_uint8 * size)()
        self.recorder.pinned[ctypes.addressof(block)] = block
        return ctypes.addressof(block)

    @recorded
    def cudaFreeHost(self, address):
        demand(address in self.recorder.pinned, "pinned memory is given back twice")
        self.recorder.graveyard.append(self.recorder.pinned.pop(address))

    @recorded
    def cudaStreamCreateWithFlags(self, flags):
        stream = self.recorder.make(Stream())
        self.recorder.streams[int(stream)] = stream
        return stream

    @recorded
    def cudaStreamDestroy(self, stream):
        demand(not stream.work, "a stream is destroyed in the midst of its work")
        stream.use().alive = False

    @recorded
    def cudaStreamSynchronize(self, stream):
        stream.use().run_until(stream.issued)

    @recorded
    def cudaStreamWaitEvent(self, stream, event, flags):
        demand(event.use().target is not None, "a stream waits for an event that nobody recorded")
        other, ticket = event.target
        stream.use().give(lambda: other.run_until(ticket))

    @recorded
    def cudaEventCreateWithFlags(self, flags):
        return self.recorder.make(Event())

    @recorded
    def cudaEventDestroy(self, event):
        event.use().alive = False

    @recorded
    def cudaEventRecord(self, event, stream):
        event.use().target = stream.use(), stream.issued

    @recorded
    def cudaEventSynchronize(self, event):
        demand(event.use().target is not None, "an event is waited for that nobody recorded")
        stream, ticket = event.target
        stream.use().run_until(ticket)

    @recorded
    def cudaMemcpyAsync(self, there, here, size, kind, stream):
        up = kind == self.cudaMemcpyKind.cudaMemcpyHostToDevice
        address, host = (there, here) if up else (here, there)
        demand(self.recorder.memory(address).nbytes >= size, "a copy goes beyond the card's memory")
        work = self._up if up else self._down
        stream.use().give(lambda: work(address, host, size))

    def _up(self, address, host, size):
        self.recorder.memory(address)[:size] = self._host(host, size)
        self.recorder.fresh.add(address)

    def _down(self, address, host, size):
        demand(address in self.recorder.fresh, "an output is fetched before it was computed")
        self._host(host, size)[:] = self.recorder.memory(address)[:size]
        self.recorder.fresh.discard(address)

    def _host(self, address, size):
        block = self.recorder.pinned.get(address)
        demand(block is not None and len(block) >= size, "the card copies memory of the host that is not pinned")
        return np.ctypeslib.as_array(block)[:size]

    @recorded
    def cudaStreamBeginCapture(self, stream, mode):
        demand(stream.use().captured is None, "a stream is captured twice at a time")
        stream.captured = []

    @recorded
    def cudaStreamEndCapture(self, stream):
        work, stream.captured = stream.use().captured, None
        demand(work is not None, "a capture ends that did not begin")
        return self.recorder.make(Graph(work))

    @recorded
    def cudaGraphInstantiate(self, graph, flags):
        return self.recorder.make(GraphExec(list(graph.use().work)))

    @recorded
    def cudaGraphLaunch(self, graph, stream):
        for work in graph.use().work:
            stream.use().give(work)

    @recorded
    def cudaGraphDestroy(self, graph):
        graph.use().alive = False
        graph.work = []

    @recorded
    def cudaGraphExecDestroy(self, graph):
        graph.use().alive = False
        graph.work = []


def installed(monkeypatch, recorder, version="13.5.0"):
    """Let `import cuda.bindings.runtime` find the stand-in."""
    cuda, bindings = ModuleType("cuda"), ModuleType("cuda.bindings")
    cuda.bindings, bindings.__version__ = bindings, version
    runtime = RecordingCuda(recorder)
    for name, module in {"cuda": cuda, "cuda.bindings": bindings, "cuda.bindings.runtime": runtime}.items():
        monkeypatch.setitem(sys.modules, name, module)
    return runtime
