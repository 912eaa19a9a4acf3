"""What the torch engine asks of a card: memory, graphs, and copies that overlap with them. Knows no model.

Three streams: uploads, graphs and downloads wait for one another by events alone, so that the card copies one batch
while it computes another and the interpreter waits for neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from models.errors import EngineError
from models.runtime.card import Card

if TYPE_CHECKING:
    import torch

WARM_UPS = 2  # runs before a graph is captured: kernels are compiled and the fastest convolutions are found


class TorchCard:
    """The card that torch calls cuda:0. Everything but `wait` is called from one thread."""

    def __init__(self, card: Card, memory_bytes: int) -> None:
        import torch

        self._torch = torch
        self._upload, self._compute, self._download = (torch.cuda.Stream() for _ in range(3))
        self._pool = torch.cuda.graph_pool_handle()
        self._memory_bytes = memory_bytes
        if memory_bytes:
            torch.cuda.set_per_process_memory_fraction(min(1.0, memory_bytes / card.memory_bytes))

    @property
    def held_bytes(self) -> int:
        """Memory of the card that torch holds in this process."""
        return int(self._torch.cuda.memory_reserved())

    def pinned(self, shape: Sequence[int], dtype: str) -> torch.Tensor:
        """Memory of the host that the card copies from and to by itself; given back when nobody holds it any more."""
        return self._torch.empty(tuple(shape), dtype=getattr(self._torch, dtype), pin_memory=True)

    def fixed(self, shape: Sequence[int], dtype: str) -> torch.Tensor:
        """Memory of the card that stays where it is."""
        return self._torch.zeros(tuple(shape), dtype=getattr(self._torch, dtype), device="cuda")

    def capture(self, work: Callable[[], torch.Tensor]) -> tuple[torch.cuda.CUDAGraph, torch.Tensor]:
        """Do the work a few times, then record it as a graph; returns it and where its result will lie.

        Graphs share their memory: at any time one of them runs.
        """
        torch = self._torch
        self._compute.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, benchmark=True):
            with torch.cuda.stream(self._compute):
                for _ in range(WARM_UPS):
                    work()
            self._compute.synchronize()
            with torch.cuda.graph(graph, pool=self._pool, stream=self._compute, capture_error_mode="thread_local"):
                result = work()
        return graph, result

    def run(
        self, graph: torch.cuda.CUDAGraph, inputs: Mapping[torch.Tensor, torch.Tensor], output: torch.Tensor
    ) -> tuple[torch.Tensor, torch.cuda.Event]:
        """Copy pinned memory to where a graph reads it (key: there, value: pinned), run the graph, and copy its output
        to pinned memory, all of it later; returns that memory and the event that says that it is filled."""
        torch = self._torch
        with torch.cuda.stream(self._upload):
            for there, here in inputs.items():
                there.copy_(here, non_blocking=True)
            uploaded = self._upload.record_event()
        self._compute.wait_event(uploaded)
        with torch.cuda.stream(self._compute):
            graph.replay()
            computed = self._compute.record_event()
        self._download.wait_event(computed)
        with torch.cuda.stream(self._download):
            host = torch.empty(output.shape, dtype=output.dtype, pin_memory=True)
            host.copy_(output, non_blocking=True)
            return host, self._download.record_event()

    def wait(self, event: torch.cuda.Event) -> None:
        """Until the event has happened; lets go of the interpreter meanwhile."""
        event.synchronize()

    def settle(self) -> None:
        """Until nothing is under way."""
        self._torch.cuda.synchronize()

    def drop(self) -> None:
        """Give back the memory that nobody holds."""
        self._torch.cuda.empty_cache()

    def fault(self, error: RuntimeError) -> EngineError:
        """What went wrong on the card, in a sentence."""
        if isinstance(error, self._torch.cuda.OutOfMemoryError):
            bound = f" of the {self._memory_bytes} bytes that it may have" if self._memory_bytes else ""
            return EngineError(f"the card has no memory left{bound}: {_first_line(error)}")
        return EngineError(f"torch cannot run this model: {_first_line(error)}")


def _first_line(error: RuntimeError) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
