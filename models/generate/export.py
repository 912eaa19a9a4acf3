"""Writes the ONNX files of a model's parts, which hold no weights: they point into the safetensors files beside them.

    python -m models.generate.export FOLDER

An initializer of ONNX may lie in another file (external data: location, offset, length), and a safetensors file is
a header followed by plain data: so the graph names the place. Where the data is half precision a Cast follows, and
where the graph wants a matrix the other way round, a Transpose; runtimes do both once, when they load the graph. Small
constants stay in the graph. Beside each graph lies its form in half precision (halving.py). Needs torch, diffusers,
transformers, onnx and onnxscript; a minute for a small model.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import warnings
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.child import say
from models.errors import EngineError, ModelError
from models.generate.folder import ModelFolder, find_weights, read_folder
from models.generate.halving import write_half
from models.generate.modules import INSTALL
from models.generate.parts import parts_of
from models.generate.settings import Settings
from models.generate.tensors import Place, TensorFile
from models.runtime.compiler import Progress
from models.runtime.model import Model, Tensor

if TYPE_CHECKING:
    import torch

LARGEST_CONSTANT_BYTES = 65_536  # kept in the graph; a larger one must be found among the weights
_ROWS = 2  # of what is exported with: of a single row torch would think that there is always one


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a constant of the graph lies among the weights, and whether it lies there the other way round."""

    name: str
    place: Place
    turned: bool


def export_folder(path: Path, progress: Progress) -> None:
    """Write every part's ONNX files into a model's folder. Raises FolderError, or EngineError where that fails."""
    folder = read_folder(path)
    parts = parts_of(folder, Settings.read(folder).size).all
    for number, model in enumerate(parts):
        progress(f"writing the graph of {model.onnx.parent.name}/{model.onnx.name}", number / len(parts))
        export_part(folder, model)
    progress("the graphs are written", 1.0)


def export_part(folder: ModelFolder, model: Model) -> None:
    """Write the ONNX files of one part."""
    try:
        import onnx_ir
    except ImportError as error:
        raise EngineError(f"this needs {error.name}, which is not installed: {INSTALL}") from error
    weights = TensorFile.read(find_weights(folder.path, model.onnx.parent.name))
    graph = _trace(model)
    _point(onnx_ir, graph, weights)
    _strip(graph)
    graph.metadata_props["weights_sha256"] = _digest(weights.path)  # so that other weights make another file
    part = model.onnx.with_suffix(".part")
    onnx_ir.save(graph, part)
    part.replace(model.onnx)
    write_half(model.onnx, model.onnx_fp16)


def _strip(model: Any) -> None:
    """Take out what torch notes of each node for whoever mends an exporter: ten times the graph."""
    for node in model.graph:
        node.metadata_props.clear()
        node.doc_string = None
        for value in node.outputs:
            value.metadata_props.clear()
    for value in (*model.graph.inputs, *model.graph.outputs, *model.graph.initializers.values()):
        value.metadata_props.clear()
    model.metadata_props.clear()
    model.graph.metadata_props.clear()


def _trace(model: Model) -> Any:
    """The part's graph in ONNX, its weights as torch has them."""
    import torch

    batch = torch.export.Dim("batch", min=1)
    inputs = tuple(_sample(tensor) for tensor in model.inputs)
    with warnings.catch_warnings(), redirect_stdout(sys.stderr):
        warnings.simplefilter("ignore")
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        program = torch.onnx.export(
            model.module(),
            inputs,
            dynamo=True,
            verbose=False,
            input_names=[tensor.name for tensor in model.inputs],
            output_names=[model.output.name],
            dynamic_shapes=(tuple({0: batch} for _ in inputs),),
        )
    assert program is not None
    return program.model


def _sample(tensor: Tensor) -> torch.Tensor:
    import torch

    shape = tensor.shape({"batch": _ROWS})
    return torch.zeros(shape, dtype=getattr(torch, tensor.dtype))


def _point(ir: Any, model: Any, weights: TensorFile) -> None:
    """Replace every constant that is one of the weights by the place where it lies."""
    known, made, nodes = _by_content(weights), dict[tuple[str, bool], Any](), []
    graph = model.graph
    for name, value in list(graph.initializers.items()):
        array = np.ascontiguousarray(value.const_value.numpy())
        found = known.get(_fingerprint(array)) if array.dtype == np.float32 and array.size > 1 else None
        if found is None:
            if array.nbytes > LARGEST_CONSTANT_BYTES:
                raise EngineError(f"{weights.path.name}: expected to find {name} {array.shape} in it, it is not there")
            value.const_value = ir.tensor(array, name=name)
            continue
        key = (found.name, found.turned)
        if key not in made:
            made[key], more = _placed(ir, graph, weights, found)
            nodes += more
        ir.convenience.replace_all_uses_with(value, made[key])
        del graph.initializers[name]
    graph.insert_before(graph[0], nodes)


def _placed(ir: Any, graph: Any, weights: TensorFile, found: _Found) -> tuple[Any, list[Any]]:
    """The value that the weights at a place become, and the nodes that make it."""
    place, dtype = found.place, {"F16": ir.DataType.FLOAT16, "BF16": ir.DataType.BFLOAT16, "F32": ir.DataType.FLOAT}
    name = f"weights.{found.name}"
    if name in graph.initializers:
        value = graph.initializers[name]
    else:
        data = ir.ExternalTensor(
            weights.path.name,
            place.offset,
            place.length,
            dtype[place.dtype],
            shape=ir.Shape(place.shape),
            name=name,
            base_dir=weights.path.parent,
        )
        value = ir.Value(name=name, shape=data.shape, type=ir.TensorType(data.dtype), const_value=data)
        graph.initializers[name] = value
    nodes = []
    if place.dtype != "F32":
        nodes.append(ir.node("Cast", [value], {"to": int(ir.DataType.FLOAT)}, name=f"{name}.cast.{found.turned}"))
    if found.turned:
        nodes.append(ir.node("Transpose", [nodes[-1].outputs[0] if nodes else value], {"perm": [1, 0]}))
    for number, node in enumerate(nodes):
        node.outputs[0].name = f"{name}.{found.turned}.{number}"
    return (nodes[-1].outputs[0] if nodes else value), nodes


def _by_content(weights: TensorFile) -> dict[bytes, _Found]:
    """Every float tensor, and every matrix the other way round, by what is in it: names change on the way, this not."""
    from safetensors import safe_open

    known: dict[bytes, _Found] = {}
    with safe_open(weights.path, "pt") as file:
        for name, place in weights.places.items():
            if place.dtype not in ("F16", "BF16", "F32"):
                continue
            array = file.get_tensor(name).float().numpy()
            if array.ndim == 2:
                known.setdefault(_fingerprint(np.ascontiguousarray(array.T)), _Found(name, place, True))
            known[_fingerprint(array)] = _Found(name, place, False)
    return known


def _fingerprint(array: Any) -> bytes:
    return hashlib.sha256(repr(array.shape).encode() + array.tobytes()).digest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: Sequence[str]) -> int:
    """Export the folder that the first argument names; says what it does in messages (models/child.py)."""
    try:
        export_folder(Path(arguments[0]), lambda doing, share: say({"doing": doing, "share": round(share, 3)}))
    except (ModelError, OSError) as error:
        say({"failed": str(error)})
        return 1
    say({"exported": arguments[0]})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
