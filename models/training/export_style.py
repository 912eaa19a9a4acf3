"""Exports a size of the style network: ONNX in fp32 and fp16, and weights; of the best size also what visitors see.

    python -m models.training.export_style --size fine --weights runs/fine/weights.safetensors \
        --out models/style/weights

Takes a checkpoint.pt as well, so that a run can be looked at before it ends. Refuses to write a graph that paints
otherwise than torch does. With --half-only, nothing but the fp16 graph is written.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from safetensors.torch import save
from torch import nn

from models.runtime.engine import Engine
from models.runtime.onnxruntime import OnnxRuntimeEngine
from models.style.folding import fold
from models.style.model import SIZES
from models.style.network import StyleNetwork, load_network, network_of
from models.style.painter import SMALLEST_PX, Frames
from models.style.parity import psnr_db
from models.style.table import network_digest
from models.training.half import HalfNetwork
from models.training.pictures import encode_jpeg
from models.training.recipe import SHIPPED_RECIPE, Recipe
from models.training.scenes import SCENES, draw_scene, thumbnail_scene

PARITY_DB = 60.0
HALF_PARITY_DB = 45.0
LARGEST_ONNX_BYTES = 2_500_000
LARGEST_HALF_BYTES = 1_500_000
LARGEST_THUMBNAIL_BYTES = 8_000
PARITY_SIZES_PX = ((320, 240), (131, 97), (SMALLEST_PX, 64))


def load_trained(weights: Path) -> StyleNetwork:
    """The trained network from weights.safetensors or from a checkpoint.pt."""
    if weights.suffix == ".pt":
        return network_of(torch.load(weights, weights_only=True)["network"])
    return load_network(weights)


def export_onnx(network: StyleNetwork, path: Path) -> None:
    """Write the graph with any batch, height and width, its weights inside.

    Inputs: frames uint8 N x H x W x 3, style float N x style_numbers, strength float N. Output: painted, as frames.
    Raises ValueError if it grew over LARGEST_ONNX_BYTES.
    """
    dynamic = torch.export.Dim.DYNAMIC
    _write_onnx(fold(network), network.table, (dynamic,) * 3, path, LARGEST_ONNX_BYTES)


def export_half(network: StyleNetwork, path: Path) -> None:
    """Write the graph in half precision: as export_onnx, its free dimensions called batch, height and width.

    Raises ValueError if it grew over LARGEST_HALF_BYTES.
    """
    sides = (torch.export.Dim(name, min=SMALLEST_PX) for name in ("height", "width"))
    free = (torch.export.Dim("batch", min=1), *sides)
    _write_onnx(HalfNetwork(network).eval(), network.table, free, path, LARGEST_HALF_BYTES)


def _write_onnx(module: nn.Module, table: torch.Tensor, free: tuple[Any, ...], path: Path, largest_bytes: int) -> None:
    """Export what takes frames, style and strength. free: torch's dimensions for batch, height and width."""
    batch, height, width = free
    program = torch.onnx.export(
        module,
        (torch.zeros(2, 97, 131, 3, dtype=torch.uint8), table[:2].detach(), torch.ones(2)),
        dynamo=True,
        dynamic_shapes=({0: batch, 1: height, 2: width}, {0: batch}, {0: batch}),
        input_names=["frames", "style", "strength"],
        output_names=["painted"],
        verbose=False,
    )
    if program is None:
        raise ValueError("expected a program from the exporter, got none")
    content = _without_traces(program.model_proto).SerializeToString()
    if len(content) > largest_bytes:
        raise ValueError(f"expected at most {largest_bytes} bytes of ONNX, got {len(content)}")
    path.write_bytes(content)


def _without_traces(model: Any) -> Any:
    """The exporter notes where on this machine each node came from; nobody else can use that."""
    del model.metadata_props[:]
    for node in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info):
        del node.metadata_props[:]
        node.doc_string = ""
    del model.graph.metadata_props[:]
    return model


def open_graph(path: Path) -> Engine:
    """What a graph is compared with torch in: ONNX Runtime, whose results do not depend on the kind of CPU."""
    return OnnxRuntimeEngine(path)


def check_parity(network: StyleNetwork, path: Path) -> float:
    """The worst PSNR between torch and the exported graph over PARITY_SIZES_PX; ValueError if under PARITY_DB."""
    engine = open_graph(path)
    random = np.random.default_rng(0)
    table = network.table.detach()
    worst = float("inf")
    for width, height in PARITY_SIZES_PX:
        frames = random.integers(0, 256, (len(table), height, width, 3), dtype=np.uint8)
        strength = np.linspace(0.5, 1, len(table), dtype=np.float32)
        with torch.no_grad():
            wanted = network(torch.from_numpy(frames), table, torch.from_numpy(strength)).numpy()
        got = engine.run({"frames": frames, "style": table.numpy(), "strength": strength})
        worst = min(worst, psnr_db(wanted, got))
    if worst < PARITY_DB:
        raise ValueError(f"expected torch and the exported graph to agree to {PARITY_DB} dB, got {worst:.1f} dB")
    return worst


def check_half(network: StyleNetwork, path: Path) -> float:
    """The worst PSNR of a drawn scene in any style, over PARITY_SIZES_PX; ValueError if under HALF_PARITY_DB.

    Two paint against torch in fp32: the exported graph, which ONNX Runtime computes in fp32 where its CPU kernels know
    no fp16, and torch in fp16, which rounds whatever a card would round.
    """
    engine = open_graph(path)
    half = HalfNetwork(network).eval()
    table, strength = network.table.detach(), torch.ones(len(network.table))
    worst = float("inf")
    for width, height in PARITY_SIZES_PX:
        frames = _scenes(len(table), width, height)
        with torch.no_grad():
            wanted, rounded = (paint(torch.from_numpy(frames), table, strength).numpy() for paint in (network, half))
        got = engine.run({"frames": frames, "style": table.numpy(), "strength": strength.numpy()})
        for row, picture in enumerate(wanted):
            worst = min(worst, psnr_db(picture, rounded[row]), psnr_db(picture, got[row]))
    if worst < HALF_PARITY_DB:
        raise ValueError(f"expected half precision to paint as fp32 to {HALF_PARITY_DB} dB, got {worst:.1f} dB")
    return worst


def _scenes(count: int, width: int, height: int) -> Frames:
    """As many drawn scenes as asked for, no two alike: uint8 N x H x W x 3."""
    names = list(SCENES)
    return np.stack([draw_scene(names[seed % len(names)], width, height, seed) for seed in range(count)])


def write_weights(network: StyleNetwork, recipe: Recipe, path: Path) -> None:
    """The weights as trained, among them the style table (S x style_numbers), with the ids of its rows."""
    state = network.state_dict()
    ids = json.dumps([style.id for style in recipe.styles])
    digest = network_digest({name: tensor.numpy() for name, tensor in state.items()})
    path.write_bytes(save(state, metadata={"styles": ids, "network": digest}))


def write_library(recipe: Recipe, path: Path) -> None:
    """styles.json: what a visitor reads about each style."""
    entries = []
    for style in recipe.styles:
        entry = asdict(style)
        del entry["picture"]
        entries.append(entry)
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_thumbnails(network: StyleNetwork, recipe: Recipe, folder: Path) -> None:
    """One scene in every style, small enough to load on gallery Wi-Fi."""
    folder.mkdir(exist_ok=True)
    size, frame = thumbnail_scene()
    for row, style in enumerate(recipe.styles):
        with torch.no_grad():
            painted = network(torch.from_numpy(frame)[None], network.table[row : row + 1], torch.ones(1)).numpy()[0]
        small = cv2.resize(painted, size, interpolation=cv2.INTER_AREA)
        (folder / f"{style.id}.jpg").write_bytes(encode_jpeg(small, LARGEST_THUMBNAIL_BYTES))


def export(weights: Path, recipe: Recipe, out: Path, size: str = "fine") -> float:
    """Write everything that ships of a size into a folder; returns the parity of the fp32 graph with torch in dB."""
    network = load_trained(weights)
    if len(network.table) != len(recipe.styles):
        raise ValueError(f"expected weights of the recipe's {len(recipe.styles)} styles, got {len(network.table)}")
    out.mkdir(parents=True, exist_ok=True)
    part = out / f"{size}.part.onnx"
    export_onnx(network, part)
    parity = check_parity(network, part)
    part.replace(out / f"{size}.onnx")
    write_half(network, out, size)
    write_weights(network, recipe, out / f"{size}.safetensors")
    if size == next(iter(SIZES)):
        write_library(recipe, out / "styles.json")
        write_thumbnails(network, recipe, out / "thumbnails")
    return parity


def write_half(network: StyleNetwork, out: Path, size: str = "fine") -> float:
    """Write the fp16 graph alone, once it has been checked; returns its parity with torch in fp32, in dB."""
    part = out / f"{size}.fp16.part.onnx"
    export_half(network, part)
    parity = check_half(network, part)
    part.replace(out / f"{size}.fp16.onnx")
    return parity


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(description="Export a size of the style network.")
    parser.add_argument("--size", choices=list(SIZES), required=True)
    parser.add_argument("--weights", type=Path, required=True, help="weights.safetensors or checkpoint.pt of a run")
    parser.add_argument("--recipe", type=Path, default=SHIPPED_RECIPE)
    parser.add_argument("--out", type=Path, required=True, help="folder for the network, its weights and thumbnails")
    parser.add_argument("--half-only", action="store_true", help="write the fp16 graph and nothing else")
    given = parser.parse_args()
    if given.half_only:
        parity = write_half(load_trained(given.weights), given.out, given.size)
    else:
        parity = export(given.weights, Recipe.load(given.recipe), given.out, given.size)
    sys.stdout.write(f"{given.out / given.size}: {parity:.1f} dB against torch\n")


if __name__ == "__main__":
    main()
