"""TensorRT-RTX: engines for a generation of cards, built without one, and finished on the card when first run.

What it compiles then lies in its runtime cache, which is kept on disk beside the engine. It captures CUDA graphs by
itself, once its kernels for a shape are ready; ours would have to guess when that is.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from models.errors import EngineError, NotBuiltError
from models.runtime.engine_key import EngineKey
from models.runtime.engine_store import EngineStore
from models.runtime.nvidia.compilation import STRONGLY_TYPED
from models.runtime.nvidia.execution import Loaded
from models.runtime.nvidia.flavour import BUILD, NvidiaRuntime, make_runtime, read_engine
from models.runtime.nvidia.log import log_of, words
from models.runtime.nvidia.runtime_cache import RuntimeCache

log = logging.getLogger("vernissage.engines")

_FIRST_CAPABILITY = 10  # ComputeCapability also has NONE and CURRENT, below


class TensorRtRtxRuntime(NvidiaRuntime):
    """Compiles anywhere, for the cards in `targets`."""

    name = "tensorrt_rtx"
    title = "TensorRT-RTX"
    install = "pip install 'vernissage[tensorrt-rtx]'"
    flags = (STRONGLY_TYPED,)
    portable = True

    @property
    def targets(self) -> tuple[int, ...]:
        return _targets(self.module())

    def load(self) -> Any:
        return import_module("tensorrt_rtx")

    def misfit(self, trt: Any, capability: int, whose: str) -> str:
        targets = _targets(trt)
        if capability in targets:
            return ""
        card = f"{whose} (SM{capability})" if whose else f"SM{capability}"
        known = ", ".join(f"SM{target}" for target in targets)
        return f"{self.title} {trt.__version__} has no target for {card}; it has {known}"

    def configure(self, trt: Any, config: Any, capability: int) -> None:
        config.num_compute_capabilities = 1
        if not config.set_compute_capability(trt.ComputeCapability(capability), 0):
            raise EngineError(f"{self.title} {trt.__version__} refuses SM{capability}: {words(log_of(trt))}")

    def deserialise(self, trt: Any, content: bytes, key: EngineKey, store: EngineStore) -> Loaded:
        runtime = make_runtime(trt)
        try:
            _check_validity(trt, runtime, content, key.file_name)
        except NotBuiltError:
            store.drop(key)
            raise
        return _LoadedRtx(trt, runtime, read_engine(trt, runtime, content, key.file_name), store, key)


class _LoadedRtx:
    """An engine of TensorRT-RTX, with what it has compiled on this card so far."""

    graphs_are_ours = False

    def __init__(self, trt: Any, runtime: Any, engine: Any, store: EngineStore, key: EngineKey) -> None:
        self._trt = trt
        self._runtime = runtime  # outlives the engine
        self.engine = engine
        # Kernels for a new shape are compiled in the background (LAZY, its default): until they are there, batches
        # run on kernels that know no shape, slower but at once, and no visitor waits.
        self._config = engine.create_runtime_config()
        self._config.set_execution_context_allocation_strategy(trt.ExecutionContextAllocationStrategy.USER_MANAGED)
        self._config.cuda_graph_strategy = trt.CudaGraphStrategy.WHOLE_GRAPH_CAPTURE
        self._cache = RuntimeCache(self._config.create_runtime_cache(), store, key)
        if not self._config.set_runtime_cache(self._cache.cache):
            raise EngineError(f"TensorRT-RTX takes no runtime cache: {self.words()}")

    def context(self) -> Any:
        return self.engine.create_execution_context(self._config)

    def keep(self) -> None:
        self._cache.keep()

    def words(self) -> str:
        return words(log_of(self._trt))


def _targets(trt: Any) -> tuple[int, ...]:
    known = (int(capability) for capability in trt.ComputeCapability.__members__.values())
    return tuple(sorted(capability for capability in known if capability >= _FIRST_CAPABILITY))


def _check_validity(trt: Any, runtime: Any, content: bytes, name: str) -> None:
    validity, diagnostics = runtime.get_engine_validity(content[: runtime.engine_header_size])
    reasons = _diagnoses(trt, int(diagnostics))
    if validity == trt.EngineValidity.INVALID:
        raise NotBuiltError(f"TensorRT-RTX cannot use the engine {name} any more ({reasons}): {BUILD}")
    if validity == trt.EngineValidity.SUBOPTIMAL:
        log.warning("the engine %s is not the best for this card (%s): %s", name, reasons, BUILD)


def _diagnoses(trt: Any, diagnostics: int) -> str:
    """The names of the bits that are set."""
    known = trt.EngineInvalidityDiagnostics.__members__.items()
    return ", ".join(name for name, bit in known if diagnostics & int(bit)) or words(log_of(trt))
