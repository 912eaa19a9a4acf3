"""TensorRT: engines for exactly the card that they were built on. Its package is on NVIDIA's own index only."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from models.runtime.engine_key import EngineKey
from models.runtime.engine_store import EngineStore
from models.runtime.nvidia.compilation import STRONGLY_TYPED
from models.runtime.nvidia.execution import Loaded
from models.runtime.nvidia.flavour import NvidiaRuntime, make_runtime, read_engine
from models.runtime.nvidia.log import log_of, words

OLDEST_CAPABILITY = 75  # TensorRT 10 and 11: Turing and newer
OPTIMIZATION_LEVEL = 3  # of 0 to 5; the builder's own choice, written down so that it belongs to the key
WORKSPACE_BYTES = 2**33  # what a layer may want while it is tried: with 1 GiB some find no way at all


class TensorRtRuntime(NvidiaRuntime):
    """Compiles on the card; its CUDA graphs are captured here."""

    name = "tensorrt"
    title = "TensorRT"
    install = "pip install tensorrt --extra-index-url with NVIDIA's own index, see deploy/README.md"
    flags = (STRONGLY_TYPED, f"optimization_level={OPTIMIZATION_LEVEL}", f"workspace={WORKSPACE_BYTES}")
    portable = False

    @property
    def targets(self) -> tuple[int, ...]:
        return ()

    def load(self) -> Any:
        return import_module("tensorrt")

    def misfit(self, trt: Any, capability: int, whose: str) -> str:
        if not whose:
            return f"{self.title} {trt.__version__} compiles for the card that it runs on: expected one, found none"
        if capability < OLDEST_CAPABILITY:
            return f"{self.title} {trt.__version__} has no target for {whose} (SM{capability}); it begins with SM75"
        return ""

    def configure(self, trt: Any, config: Any, capability: int) -> None:  # noqa: ARG002
        config.builder_optimization_level = OPTIMIZATION_LEVEL
        config.set_memory_pool_limit(trt.MemoryPoolType.WORKSPACE, WORKSPACE_BYTES)

    def deserialise(self, trt: Any, content: bytes, key: EngineKey, store: EngineStore) -> Loaded:  # noqa: ARG002
        runtime = make_runtime(trt)
        return _LoadedTensorRt(trt, runtime, read_engine(trt, runtime, content, key.file_name))


@dataclass(frozen=True)
class _LoadedTensorRt:
    """An engine of TensorRT."""

    trt: Any
    runtime: Any  # outlives the engine
    engine: Any
    graphs_are_ours: bool = True

    def context(self) -> Any:
        return self.engine.create_execution_context(self.trt.ExecutionContextAllocationStrategy.USER_MANAGED)

    def keep(self) -> None:
        """It learns nothing while it runs."""

    def words(self) -> str:
        return words(log_of(self.trt))
