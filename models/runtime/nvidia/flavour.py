"""What TensorRT and TensorRT-RTX have in common as runtimes and compilers: everything but their few differences."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from models.errors import EngineError, NotBuiltError
from models.runtime.card import Card, find_card
from models.runtime.compiler import Progress
from models.runtime.engine import OTHERWISE, Terms
from models.runtime.engine_key import EngineKey
from models.runtime.engine_store import EngineStore
from models.runtime.model import Model
from models.runtime.nvidia.bindings import read_bindings
from models.runtime.nvidia.compilation import build_engine
from models.runtime.nvidia.cuda import Cuda, cuda_obstacle, load_cuda
from models.runtime.nvidia.enqueued import EnqueuedEngine
from models.runtime.nvidia.execution import Loaded
from models.runtime.nvidia.log import forget, log_of, words
from models.runtime.profile import Profile

BUILD = "build it with: vernissage engines build"
FindCard = Callable[[], Card | None]


class NvidiaRuntime(ABC):
    """Opens compiled engines on a card, and compiles them."""

    name: str  # as the configuration names it
    title: str  # as people name it
    install: str  # what to do where it is missing
    flags: tuple[str, ...]  # what decides a build besides the model and the profiles
    portable: bool  # whether an engine fits every card of its compute capability, whatever machine built it

    def __init__(self, find: FindCard = find_card) -> None:
        self._find_card = find

    @property
    @abstractmethod
    def targets(self) -> tuple[int, ...]:
        """Compute capabilities that it can compile for without such a card."""

    @abstractmethod
    def load(self) -> Any:
        """Its module. Raises ImportError."""

    @abstractmethod
    def misfit(self, trt: Any, capability: int, whose: str) -> str:
        """Why it cannot serve cards of a compute capability; "" if it can."""

    @abstractmethod
    def configure(self, trt: Any, config: Any, capability: int) -> None:
        """Tell an IBuilderConfig what the flags say, and for which cards."""

    @abstractmethod
    def deserialise(self, trt: Any, content: bytes, key: EngineKey, store: EngineStore) -> Loaded:
        """An engine on the card. Raises NotBuiltError if it has to be built anew, EngineError if it cannot be."""

    def module(self) -> Any:
        """Its module. Raises EngineError, with what to do about it."""
        try:
            return self.load()
        except (ImportError, OSError) as error:
            raise EngineError(f"{self.title} is not installed: {self.install}") from error

    def obstacle(self) -> str:
        try:
            trt = self.load()
        except ModuleNotFoundError:
            return f"{self.title} is not installed: {self.install}"
        except (ImportError, OSError) as error:
            return f"{self.title} cannot be loaded ({error}): {self.install}"
        try:
            load_cuda()
        except ImportError:
            return f"{self.title} needs cuda-bindings, which is not installed: pip install cuda-bindings"
        card = self._find_card()
        if card is None:
            return f"{self.title} found no NVIDIA card, or no driver for it"
        return self.misfit(trt, card.compute_capability, card.name) or cuda_obstacle(card)

    def open(self, model: Model, terms: Terms) -> EnqueuedEngine:
        obstacle, card = self.obstacle(), self._find_card()
        if obstacle or card is None:
            raise EngineError(f"the runtime {self.name} was chosen but cannot be used: {obstacle}; {OTHERWISE}")
        key = self.key(model, terms.profiles, card, card.compute_capability)
        content = terms.store.find(key) if terms.store else None
        if content is None or terms.store is None:
            raise NotBuiltError(f"{self.title} has no engine of {model.name} for {card.name} yet: {BUILD}")
        return self._open(model, terms, key, content, card)

    def key(self, model: Model, profiles: tuple[Profile, ...], card: Card | None, target: int) -> EngineKey:
        trt = self.module()
        capability = card.compute_capability if card else target
        misfit = self.misfit(trt, capability, card.name if card else "")
        if misfit:
            raise EngineError(misfit)
        if not profiles:
            raise EngineError(f"{self.title} has to know the sizes of its inputs: expected profiles, got none")
        here = None if self.portable else card
        return EngineKey(
            model=model.name,
            model_sha256=_digest(model, _read(model)),
            flavour=self.name,
            version=str(trt.__version__),
            cuda=here.driver_cuda if here else "",
            card=here.name if here else "",
            compute_capability=capability,
            profiles=profiles,
            flags=self.flags,
        )

    def compile(self, model: Model, key: EngineKey, progress: Progress) -> bytes:
        trt, onnx = self.module(), _read(model)
        if _digest(model, onnx) != key.model_sha256:
            raise EngineError(f"{model.onnx_fp16} is not the file that was to be built: it has changed meanwhile")

        def configure(config: Any) -> None:
            self.configure(trt, config, key.compute_capability)

        path = model.onnx_fp16
        return build_engine(trt, model.name, onnx, path, key.profiles, configure=configure, progress=progress)

    def _open(self, model: Model, terms: Terms, key: EngineKey, content: bytes, card: Card) -> EnqueuedEngine:
        assert terms.store is not None
        trt, cuda = self.module(), Cuda(terms.memory_bytes)
        cuda.reserve(len(content), f"the weights of {model.name}")  # which are most of the file, and of what it takes
        forget(log_of(trt))
        loaded = self.deserialise(trt, content, key, terms.store)
        bindings = read_bindings(trt, loaded.engine, model, terms.profiles)
        device = f"{card.name} (SM{key.compute_capability})"
        return EnqueuedEngine(bindings, loaded, cuda, f"{self.title} {key.version} on {device}, fp16, CUDA graphs")


def make_runtime(trt: Any) -> Any:
    """An IRuntime. Raises EngineError where there is none to be had."""
    try:
        return trt.Runtime(log_of(trt))
    except (TypeError, RuntimeError) as error:  # what pybind makes of a null pointer
        raise EngineError(f"{trt.__name__} cannot start: {words(log_of(trt))}") from error


def read_engine(trt: Any, runtime: Any, content: bytes, name: str) -> Any:
    """The ICudaEngine of serialised bytes. Raises EngineError."""
    engine = runtime.deserialize_cuda_engine(content)
    if engine is None:
        raise EngineError(f"{trt.__name__} cannot load the engine {name}: {words(log_of(trt))}")
    return engine


def _read(model: Model) -> bytes:
    try:
        return model.onnx_fp16.read_bytes()
    except OSError as error:
        raise EngineError(f"expected a model file in fp16, found none at {model.onnx_fp16}") from error


def _digest(model: Model, onnx: bytes) -> str:
    """SHA-256 of the ONNX file, and after it of what is in the files that it points into."""
    digest = hashlib.sha256(onnx)
    for weights in model.weights:
        try:
            with weights.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise EngineError(f"expected the weights of {model.name}, found none at {weights}") from error
    return digest.hexdigest()
