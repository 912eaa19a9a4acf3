"""A stand-in for the modules tensorrt and tensorrt_rtx on a card made by recording_api: it computes one small model.

painted = frames exclusive-or the row's first style number; frames of any batch, height and width in the profiles.
"""

from __future__ import annotations

from enum import IntEnum
from types import ModuleType

import numpy as np
from recording_api import demand

STYLE_NUMBERS = 4
INPUTS = {
    "frames": (np.uint8, (-1, -1, -1, 3)),
    "style": (np.float32, (-1, STYLE_NUMBERS)),
    "strength": (np.float32, (-1,)),
}
OUTPUT = {"painted": (np.uint8, (-1, -1, -1, 3))}
TENSORS = INPUTS | OUTPUT
HEADER_BYTES = 8
GOOD, SUBOPTIMAL, STALE, BROKEN = b"good....", b"slow....", b"stale...", b"broken.."  # how an engine file begins


def painted(frames, style):
    """What the model makes of a batch."""
    return frames ^ style[:, 0].astype(np.uint8)[:, None, None, None]


class TensorIOMode(IntEnum):
    INPUT, OUTPUT = 1, 2


class ExecutionContextAllocationStrategy(IntEnum):
    STATIC, ON_PROFILE_CHANGE, USER_MANAGED = 0, 1, 2


class CudaGraphStrategy(IntEnum):
    DISABLED, WHOLE_GRAPH_CAPTURE = 0, 1


class EngineValidity(IntEnum):
    VALID, SUBOPTIMAL, INVALID = 0, 1, 2


class EngineInvalidityDiagnostics(IntEnum):
    VERSION_MISMATCH, UNSUPPORTED_CC, OLD_CUDA_DRIVER = 1, 2, 4


class ComputeCapability(IntEnum):
    NONE, CURRENT, SM75, SM80, SM86, SM89, SM120, SM121 = 0, 1, 75, 80, 86, 89, 120, 121


class ILogger:
    pass


class Context:
    """Refuses everything in another order than: profile, memory, shapes, addresses, execution, capture."""

    def __init__(self, engine, strategy):
        demand(strategy == ExecutionContextAllocationStrategy.USER_MANAGED, "a context allocates memory unseen")
        self.engine, self.recorder = engine, engine.recorder
        self.profile = self.memory = None
        self.shapes, self.addresses = {}, {}
        self.executed = False
        self.recorder.objects.add(self)

    def set_optimization_profile_async(self, profile, stream):
        self.recorder.calls.append("set_optimization_profile_async")
        self.recorder.streams[stream].use()
        self.profile = profile
        return profile < self.engine.num_optimization_profiles

    def set_device_memory(self, address, size):
        demand(self.profile is not None, "memory is set before the profile")
        demand(self.recorder.memory(address).nbytes >= size >= self.engine.device_memory_size_v2, "too little memory")
        self.memory = address

    def set_input_shape(self, name, shape):
        self.recorder.calls.append("set_input_shape")
        demand(self.profile is not None, "a shape is set before the profile")
        demand(not self.executed, "a context is changed after it has run: its graph would be wrong")
        self.shapes[name] = shape
        return all(wanted in (-1, size) for wanted, size in zip(INPUTS[name][1], shape, strict=True))

    def get_tensor_shape(self, name):
        demand(self.shapes.keys() == INPUTS.keys(), "the output's shape is asked before the inputs' are set")
        return self.shapes["frames"]

    def set_tensor_address(self, name, address):
        self.recorder.calls.append("set_tensor_address")
        demand(self.shapes.keys() == INPUTS.keys(), "an address is set before the shapes")
        demand(self.recorder.memory(address).nbytes >= self._size(name), f"the memory of {name} is too small")
        self.addresses[name] = address
        return True

    def execute_async_v3(self, stream):
        with self.recorder.lock:
            self.recorder.calls.append("execute_async_v3")
            demand(self.addresses.keys() == TENSORS.keys(), "a batch is started before all addresses are set")
            demand(self.memory is not None, "a batch is started without memory to compute in")
            stream = self.recorder.streams[stream].use()
            demand(stream.captured is None or self.executed, "a graph is captured before the context has run")
            demand(stream.captured is None or not self.engine.rtx, "TensorRT-RTX captures its graphs itself")
            if self.recorder.refuses_batches:
                self.engine.log.log(1, "the batch was refused")
                return False
            self.executed = True
            stream.give(self._compute)
            if self.engine.rtx:
                self.engine.learned.add(self.shapes["frames"])
            return True

    def _compute(self):
        self.recorder.memory(self.memory)
        for name in INPUTS:
            demand(self.addresses[name] in self.recorder.fresh, f"a batch is computed before its {name} arrived")
            self.recorder.fresh.discard(self.addresses[name])
        output = painted(self._read("frames"), self._read("style"))
        self._bytes("painted")[:] = output.reshape(-1)
        self.recorder.fresh.add(self.addresses["painted"])

    def _shape(self, name):
        return self.shapes["frames" if name in OUTPUT else name]

    def _size(self, name):
        return int(np.prod(self._shape(name))) * np.dtype(TENSORS[name][0]).itemsize

    def _bytes(self, name):
        return self.recorder.memory(self.addresses[name])[: self._size(name)]

    def _read(self, name):
        return self._bytes(name).view(TENSORS[name][0]).reshape(self._shape(name))


class RuntimeCache:
    """Says which shapes it has kernels for."""

    def __init__(self, engine):
        self.engine = engine
        engine.recorder.objects.add(self)

    def deserialize(self, blob):
        demand("cudaSetDevice" in self.engine.recorder.calls, "a cache is read before the card has a context")
        self.engine.recorder.calls.append("cache.deserialize")
        return bytes(blob).startswith(b"kernels")

    def serialize(self):
        self.engine.recorder.calls.append("cache.serialize")
        return b"kernels for " + repr(sorted(self.engine.learned)).encode()


class RuntimeConfig:
    strategy = ExecutionContextAllocationStrategy.STATIC
    cuda_graph_strategy = CudaGraphStrategy.DISABLED
    cache = None

    def __init__(self, engine):
        self.engine = engine
        engine.recorder.objects.add(self)

    def set_execution_context_allocation_strategy(self, strategy):
        self.strategy = strategy

    def create_runtime_cache(self):
        return RuntimeCache(self.engine)

    def set_runtime_cache(self, cache):
        self.cache = cache
        return True


class Engine:
    num_io_tensors = len(TENSORS)
    device_memory_size_v2 = 1 << 16

    def __init__(self, runtime, profiles, rtx):
        self.runtime, self.recorder, self.log, self.rtx = runtime, runtime.recorder, runtime.log, rtx
        self.num_optimization_profiles = profiles
        self.learned = set()
        self.recorder.objects.add(self)

    def get_tensor_name(self, number):
        return list(TENSORS)[number]

    def get_tensor_mode(self, name):
        return TensorIOMode.INPUT if name in INPUTS else TensorIOMode.OUTPUT

    def get_tensor_dtype(self, name):
        return TENSORS[name][0]

    def get_tensor_shape(self, name):
        return TENSORS[name][1]

    def create_execution_context(self, how):
        self.recorder.calls.append("create_execution_context")
        if not self.rtx:
            return Context(self, how)
        demand(how.cuda_graph_strategy == CudaGraphStrategy.WHOLE_GRAPH_CAPTURE, "RTX is not told to capture graphs")
        demand(how.cache is not None, "RTX has no runtime cache")
        return Context(self, how.strategy)

    def create_runtime_config(self):
        return RuntimeConfig(self)


class Runtime:
    engine_header_size = HEADER_BYTES
    profiles = 1

    def __init__(self, log):
        self.log = log
        self.recorder.objects.add(self)

    def get_engine_validity(self, header):
        self.recorder.calls.append("get_engine_validity")
        demand(len(header) == HEADER_BYTES, "the validity is asked of something that is no header")
        if header == STALE:
            return EngineValidity.INVALID, 1 | 4
        return (EngineValidity.SUBOPTIMAL, 0) if header == SUBOPTIMAL else (EngineValidity.VALID, 0)

    def deserialize_cuda_engine(self, content):
        self.recorder.calls.append("deserialize_cuda_engine")
        if content.startswith(BROKEN):
            self.log.log(1, "the file is torn")
            return None
        return Engine(self, self.profiles, self.rtx)


def recording_tensorrt(recorder, name, version="11.2.0", profiles=1):
    """A module that deserialises engines with so many profiles."""
    trt = ModuleType(name)
    trt.__version__ = version
    kinds = (TensorIOMode, ExecutionContextAllocationStrategy, CudaGraphStrategy, EngineValidity)
    for kind in (*kinds, EngineInvalidityDiagnostics, ComputeCapability, ILogger):
        setattr(trt, kind.__name__, kind)
    rtx = name == "tensorrt_rtx"
    trt.Runtime = type("Runtime", (Runtime,), {"recorder": recorder, "rtx": rtx, "profiles": profiles})
    trt.nptype = lambda dtype: dtype
    return trt
