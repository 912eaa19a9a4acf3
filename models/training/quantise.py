"""Rounds a trained network's convolutions to 8 bits, to see what that costs; a trial, of which nothing ships.

    python -m models.training.quantise --weights models/style/weights/fine.safetensors --out /tmp/fine.int8.onnx \
        --convolutions inner

Writes INT8 as explicit QuantizeLinear and DequantizeLinear around the chosen convolutions: weights symmetric with a
step for each output channel, activations symmetric with one step, which drawn scenes in every style decide. FP8 (E4M3)
is rounded in torch alone. Prints the PSNR of both against fp32, on scenes that decided nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from models.style.folding import fold
from models.style.network import StyleNetwork
from models.style.painter import Frames
from models.style.parity import psnr_db
from models.training.export_style import export_half, export_onnx, load_trained, open_graph
from models.training.scenes import SCENES, draw_scene

PLACES = ("residual", "inner", "all")
CALIBRATION_SEED, MEASURE_SEED = 7, 8
SIZE_PX = (480, 360)
_EVERY_NTH_VALUE = 101  # of an activation is kept to choose its limit by: a prime, so that no row or column is favoured
_LIMITS_TRIED = np.linspace(0.1, 1, 31)  # of the largest value

Paint = Callable[[Tensor, Tensor, Tensor], Any]  # frames, style, strength -> painted


@dataclass(frozen=True)
class Format:
    """A number format of 8 bits: its largest value, and how a value within becomes one of its own."""

    name: str
    largest: float
    nearest: Callable[[Tensor], Tensor]

    def rounded(self, x: Tensor, limit: Tensor | float) -> Tensor:
        """x as the format holds it, where `limit` is the largest value that is kept and all above become it."""
        step = limit / self.largest
        return self.nearest((x / step).clamp(-self.largest, self.largest)) * step


INT8 = Format("INT8", 127, torch.round)
FP8 = Format("FP8", 448, lambda x: x.to(torch.float8_e4m3fn).float())


def convolutions(folded: StyleNetwork) -> list[nn.Module]:
    """The convolutions in the order in which they are computed, which is the order of Conv nodes in the graph."""
    return [folded.first, *folded.down, *folded.residual, *folded.up, folded.last]


def chosen(folded: StyleNetwork, where: str) -> list[int]:
    """Which of the convolutions are meant by "residual", "inner" (all but the first and the last) or "all"."""
    count, before = len(convolutions(folded)), 1 + len(folded.down)
    residual = range(before, before + len(folded.residual))
    return list({"residual": residual, "inner": range(1, count - 1), "all": range(count)}[where])


def calibrate(folded: StyleNetwork, form: Format, width: int = SIZE_PX[0], height: int = SIZE_PX[1]) -> list[float]:
    """For each convolution, the limit of its inputs that costs the least squared error, over scenes and styles."""
    seen: list[list[Tensor]] = [[] for _ in convolutions(folded)]
    hooks = [
        conv.register_forward_pre_hook(lambda _, x, kept=kept: kept.append(x[0].flatten()[::_EVERY_NTH_VALUE].clone()))
        for conv, kept in zip(convolutions(folded), seen, strict=True)
    ]
    for name in SCENES:
        _in_every_style(folded, folded.table, draw_scene(name, width, height, CALIBRATION_SEED))
    for hook in hooks:
        hook.remove()
    return [_best_limit(torch.cat(kept), form) for kept in seen]


def _best_limit(x: Tensor, form: Format) -> float:
    limits = [float(share) * float(x.abs().max()) for share in _LIMITS_TRIED]
    return min(limits, key=lambda limit: float((form.rounded(x, limit) - x).square().mean()))


def imitate(folded: StyleNetwork, limits: Mapping[int, float], form: Format) -> StyleNetwork:
    """A copy whose chosen convolutions see rounded inputs and rounded weights. limits: by number of convolution."""
    copy = deepcopy(folded)
    for number, conv in enumerate(convolutions(copy)):
        if number in limits:
            weight = getattr(conv, "conv", conv).weight
            weight.data = form.rounded(weight.data, weight.data.abs().amax((1, 2, 3), keepdim=True))
            conv.register_forward_pre_hook(lambda _, x, limit=limits[number]: form.rounded(x[0], limit))
    return copy


def quantise(model: onnx.ModelProto, limits: Mapping[int, float]) -> onnx.ModelProto:
    """The graph with INT8 around its chosen convolutions, in fp32 or fp16 between them, as it was."""
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes, number = [], 0
    for node in model.graph.node:
        if node.op_type == "Conv":
            if number in limits:
                nodes += _eight_bits(model.graph, node, tensors[node.input[1]], limits[number])
            number += 1
        nodes.append(node)
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def _eight_bits(graph: Any, conv: Any, weight: Any, limit: float) -> list[Any]:
    """The nodes that have to stand before a Conv; its inputs and the initialisers are changed to match."""
    values = numpy_helper.to_array(weight)
    steps = (np.abs(values).max(axis=(1, 2, 3)) / INT8.largest).astype(values.dtype)
    whole = np.round(values.astype(np.float32) / steps.astype(np.float32)[:, None, None, None]).clip(-127, 127)
    x, w = conv.input[0], conv.input[1]
    new = {
        f"{w}.int8": whole.astype(np.int8),
        f"{w}.step": steps,
        f"{w}.zero": np.zeros(len(steps), np.int8),
        f"{x}.step": np.array(limit / INT8.largest, values.dtype),
        f"{x}.zero": np.array(0, np.int8),
    }
    graph.initializer.remove(weight)
    graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in new.items())
    conv.input[0], conv.input[1] = f"{x}.rounded", f"{w}.rounded"
    scales = [f"{x}.step", f"{x}.zero"]
    return [
        helper.make_node("QuantizeLinear", [x, *scales], [f"{x}.int8"]),
        helper.make_node("DequantizeLinear", [f"{x}.int8", *scales], [f"{x}.rounded"]),
        helper.make_node("DequantizeLinear", [f"{w}.int8", f"{w}.step", f"{w}.zero"], [f"{w}.rounded"], axis=0),
    ]


def _in_every_style(paint: Paint, table: Tensor, frame: Frames) -> Frames:
    """One frame in every style, at full strength. frame: uint8 H x W x 3; returns uint8 S x H x W x 3."""
    count = len(table)
    with torch.no_grad():
        return np.asarray(paint(torch.from_numpy(frame).expand(count, -1, -1, -1), table.detach(), torch.ones(count)))


def compare(network: StyleNetwork, paint: Paint, frames: list[Frames]) -> list[float]:
    """PSNR in dB between the network in fp32 and another way to paint, for every frame in every style."""
    pairs = ((_in_every_style(p, network.table, frame) for p in (network, paint)) for frame in frames)
    return [psnr_db(a, b) for wanted, got in pairs for a, b in zip(wanted, got, strict=True)]


def graph_painter(path: Path) -> Paint:
    """What paints with an ONNX file."""
    engine = open_graph(path)
    names = ("frames", "style", "strength")
    return lambda *inputs: engine.run({name: x.numpy() for name, x in zip(names, inputs, strict=True)})


def export_int8(network: StyleNetwork, where: str, path: Path, half: bool = False) -> None:
    """Write the graph with INT8 convolutions, the rest of it in fp32 or in fp16."""
    folded = fold(network)
    limits = calibrate(folded, INT8)
    (export_half if half else export_onnx)(network, path)
    model = quantise(onnx.load(path), {number: limits[number] for number in chosen(folded, where)})
    path.write_bytes(model.SerializeToString())


def main() -> None:
    """Parse the command line, write the INT8 graph and compare."""
    parser = argparse.ArgumentParser(description="Try 8 bits: write an INT8 graph and say what it costs.")
    parser.add_argument("--weights", type=Path, required=True, help="weights.safetensors or checkpoint.pt of a run")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    parser.add_argument("--convolutions", choices=PLACES, required=True)
    parser.add_argument("--half", action="store_true", help="fp16 instead of fp32 around them, as cards want it")
    given = parser.parse_args()
    network = load_trained(given.weights)
    export_int8(network, given.convolutions, given.out, given.half)
    folded = fold(network)
    limits = calibrate(folded, FP8)
    fp8 = imitate(folded, {number: limits[number] for number in chosen(folded, given.convolutions)}, FP8)
    scenes = [draw_scene(name, *SIZE_PX, MEASURE_SEED) for name in SCENES]
    for form, paint in ((INT8, graph_painter(given.out)), (FP8, fp8)):
        found = compare(network, paint, scenes)
        sys.stdout.write(f"{form.name}: {np.mean(found):.1f} dB, worst {min(found):.1f} dB against fp32\n")


if __name__ == "__main__":
    main()
