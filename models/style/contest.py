"""The style network as people run torch models, timed on a card: eager, compiled, in a CUDA graph; and as we run it.

Every way is fp16 with inputs that are there already, and is timed by the card's own clock. With them comes what the
card can do at most, by copying and by multiplying matrices, to hold the times against.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from models.runtime.torch_card import WARM_UPS
from models.style.folding import fold
from models.style.network import StyleNetwork, load_network
from models.style.polyphase import load_polyphase
from models.style.shape import Shape

WAYS = ("eager", "compile", "graphs", "ours")
"""Eager: the network as it is trained. compile: torch.compile of it, folded, channels last. graphs: eager as one CUDA
graph. ours: polyphase with fused kernels, as one CUDA graph, which is what the runtime torch does."""

_REPEATS = 30
_COPY_BYTES = 2**30
_MATRIX_SIDE = 8192

Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Rates:
    """What a device does at most, measured."""

    copy_bytes_per_s: float  # read and written, both counted
    flops_per_s: float  # fp16 matrices, two for each multiplication that is added up


class _Usual(nn.Module):
    """A network between bytes, all of it in fp16, as one would write it down at first."""

    def __init__(self, network: StyleNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, frames: Tensor, style: Tensor, strength: Tensor) -> Tensor:
        levels = frames.permute(0, 3, 1, 2).half()
        painted = self.network.paint(levels / 255, style) * 255
        blended = levels + strength[:, None, None, None] * (painted - levels)
        return blended.round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1)


class Contest:
    """The network of one .safetensors file on a device; a CPU has no graphs, and serves for trying this out."""

    def __init__(self, weights: Path, device: str = "cuda") -> None:
        self._device = device
        network = load_network(weights)
        self.shape: Shape = network.shape
        self._networks: Mapping[str, nn.Module] = {
            "compile": self._placed(_Usual(fold(network)), torch.channels_last),
            "ours": self._placed(load_polyphase(weights), torch.channels_last),
            "eager": self._placed(_Usual(deepcopy(network)), torch.contiguous_format),
        }
        self._table = network.table.detach().to(device)

    def ms(self, way: str, count: int, height: int, width: int) -> float:
        """Milliseconds for a batch: the median of many."""
        inputs = self._inputs(count, height, width)
        with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, benchmark=True, allow_tf32=False):
            return self._median_ms(self._call(way, inputs))

    def rates(self, copy_bytes: int = _COPY_BYTES, side: int = _MATRIX_SIDE) -> Rates:
        """What copying a large block and multiplying large matrices reach here."""
        block = torch.zeros(copy_bytes, dtype=torch.uint8, device=self._device)
        target = torch.empty_like(block)
        a, b = (torch.randn(side, side, device=self._device).half() for _ in range(2))
        copied_s = self._median_ms(lambda: target.copy_(block)) / 1000
        multiplied_s = self._median_ms(lambda: a @ b) / 1000
        return Rates(2 * copy_bytes / copied_s, 2 * side**3 / multiplied_s)

    def _placed(self, network: nn.Module, layout: torch.memory_format) -> nn.Module:
        return network.half().to(self._device, memory_format=layout).eval()

    def _inputs(self, count: int, height: int, width: int) -> tuple[Tensor, Tensor, Tensor]:
        random = torch.Generator().manual_seed(0)
        frames = torch.randint(0, 256, (count, height, width, 3), dtype=torch.uint8, generator=random)
        style = self._table[[row % len(self._table) for row in range(count)]]
        return frames.to(self._device), style, torch.ones(count, device=self._device)

    def _call(self, way: str, inputs: tuple[Tensor, Tensor, Tensor]) -> Call:
        network = self._networks["eager" if way == "graphs" else way]
        # Half precision takes half numbers, but for ours, whose statistics and style stay in fp32.
        frames, style, strength = inputs
        given = inputs if way == "ours" else (frames, style.half(), strength.half())
        if way == "compile":
            network = torch.compile(network)
        call = lambda: network(*given)  # noqa: E731
        return self._captured(call) if way in {"graphs", "ours"} and self._device == "cuda" else call

    def _captured(self, call: Call) -> Call:
        stream, graph = torch.cuda.Stream(), torch.cuda.CUDAGraph()
        with torch.cuda.stream(stream):
            for _ in range(WARM_UPS):
                call()
        torch.cuda.synchronize()
        with torch.cuda.graph(graph):
            call()
        replay: Call = graph.replay
        return replay

    def _median_ms(self, call: Call) -> float:
        for _ in range(WARM_UPS + 1):
            call()
        return statistics.median(self._once_ms(call) for _ in range(_REPEATS))

    def _once_ms(self, call: Call) -> float:
        if self._device != "cuda":
            started_s = time.perf_counter()
            call()
            return 1000 * (time.perf_counter() - started_s)
        begun, ended = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begun.record()
        call()
        ended.record()
        ended.synchronize()
        return float(begun.elapsed_time(ended))
