"""A part's graph in half precision for graphics cards, made of its fp32 graph; its statistics stay float. No weights.

What a card is slow at is computed in fp16: convolutions, products of matrices, and what only moves or joins numbers.
Norms, softmax, sines of the timestep, and whatever is not known here to be safe stay in fp32, between Casts; so do the
graph's own inputs and output. Weights lie where they lay: half ones are read as they are, without a Cast.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

_IN_HALF = {  # every other operator stays in fp32
    *("Conv", "ConvTranspose", "MatMul", "Gemm", "Add", "Sub", "Mul", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Gelu"),
    *("Concat", "Split", "Slice", "Reshape", "Transpose", "Resize", "Unsqueeze", "Squeeze", "Expand", "Flatten"),
    *("Gather", "Where", "Pad", "Identity", "Shape"),
}
_EXACT = ("Sin", "Cos", "Round")  # what leads to them must be exact: timesteps go to 1000, levels to 255
_LEADS = {"Add", "Sub", "Mul", "Div", "Clip", "Cast", "Unsqueeze", "Reshape", "Expand", "Flatten", "Concat", "Slice"}
_LARGEST_HALF = float(np.finfo(np.float16).max)


def write_half(source: Path, target: Path) -> None:
    """Write the half precision form of a graph, into the same folder: it points at the same weights. Needs onnx_ir."""
    import onnx_ir
    from onnx_ir.passes.common import RemoveUnusedNodesPass

    model = onnx_ir.load(source)
    _keep_bytes_still(onnx_ir, model.graph)
    _Halving(onnx_ir, model.graph).run()
    RemoveUnusedNodesPass()(model)
    part = target.with_suffix(".part")
    onnx_ir.save(model, part)
    part.replace(target)


def _keep_bytes_still(ir: Any, graph: Any) -> None:
    """Let pictures be turned as floats: TensorRT moves no bytes about, it only makes them floats and back."""
    for second in graph:
        middle = second.inputs[0] if second.inputs else None
        first = middle.producer() if middle is not None else None
        if middle is None or first is None or middle.dtype != ir.DataType.UINT8 or len(middle.uses()) != 1:
            continue
        if {first.op_type, second.op_type} == {"Cast", "Transpose"}:
            _swap(first, second)
            middle.dtype, middle.shape = ir.DataType.FLOAT, None


def _swap(first: Any, second: Any) -> None:
    """Let each node do what the other did."""
    first.op_type, second.op_type = second.op_type, first.op_type
    of_first, of_second = dict(first.attributes), dict(second.attributes)
    for node, attributes in ((first, of_second), (second, of_first)):
        node.attributes.clear()
        node.attributes.update(attributes)


class _Halving:
    """One graph that becomes one of half precision. Nodes are visited in the order in which they are computed."""

    def __init__(self, ir: Any, graph: Any) -> None:
        self._ir, self._graph = ir, graph
        self._half, self._float = ir.DataType.FLOAT16, ir.DataType.FLOAT
        self._floats = (self._half, self._float, ir.DataType.BFLOAT16)
        self._made: dict[tuple[str, Any], Any] = {}  # a value as another type, by its name and that type
        self._exact = set(_leading(graph))

    def run(self) -> None:
        for node in list(self._graph):
            exact = node in self._exact or node.op_type not in {*_IN_HALF, "Cast"}
            if node.op_type == "Cast":
                self._cast(node, exact)
            else:
                self._compute(node, self._float if exact else self._half)
        for number, output in enumerate(self._graph.outputs):
            if output.dtype == self._half:
                name, output.name = output.name, f"{output.name}.half"
                self._graph.outputs[number] = self._as(output, self._float)
                self._graph.outputs[number].name = name
                self._graph.outputs[number].shape = output.shape

    def _cast(self, node: Any, exact: bool) -> None:
        """A Cast takes anything; of those to float, one that need not be exact is to half, or to nothing."""
        to, output = node.attributes["to"].as_int(), node.outputs[0]
        if to == self._float and not exact:
            node.attributes["to"] = self._ir.AttrInt64("to", int(self._half))
            to = self._half
            if node.inputs[0].dtype == self._half:
                self._ir.convenience.replace_all_uses_with(output, node.inputs[0], replace_graph_outputs=True)
        output.dtype = self._ir.DataType(to)

    def _compute(self, node: Any, dtype: Any) -> None:
        taken = node.inputs[:1] if node.op_type == "Resize" else node.inputs  # its scales are never half
        floating = [(place, value) for place, value in enumerate(taken) if value is not None and self._is_float(value)]
        for place, value in floating:
            node.replace_input_with(place, self._as(value, dtype))
        for output in node.outputs:
            if output.dtype == self._float or (output.dtype is None and floating):
                output.dtype = dtype

    def _is_float(self, value: Any) -> bool:
        return value.dtype in self._floats

    def _as(self, value: Any, dtype: Any) -> Any:
        if value.dtype == dtype:
            return value
        key = (value.name, dtype)
        if key not in self._made:
            constant = value.const_value if value.is_initializer() else None
            if constant is not None and not isinstance(constant, self._ir.ExternalTensor):
                self._made[key] = self._constant(value, dtype)
            else:
                self._made[key] = self._changed(value, dtype)
        return self._made[key]

    def _constant(self, value: Any, dtype: Any) -> Any:
        """A small constant. What stands for minus infinity in a mask becomes the least half there is."""
        array = value.const_value.numpy()
        if dtype == self._half:
            array = np.clip(array, -_LARGEST_HALF, _LARGEST_HALF)
        tensor = self._ir.tensor(array.astype(dtype.numpy()), name=f"{value.name}.{dtype.name}")
        made = self._ir.Value(name=tensor.name, shape=tensor.shape, type=self._ir.TensorType(dtype), const_value=tensor)
        self._graph.initializers[tensor.name] = made
        return made

    def _changed(self, value: Any, dtype: Any) -> Any:
        name = f"{value.name}.{dtype.name}"
        node = self._ir.node("Cast", [value], {"to": int(dtype)}, name=name)
        node.outputs[0].name, node.outputs[0].dtype = name, dtype
        producer = value.producer()
        if producer is None:
            self._graph.insert_before(self._graph[0], node)
        else:
            self._graph.insert_after(producer, node)
        return node.outputs[0]


def _leading(graph: Any) -> Iterator[Any]:
    """The nodes whose numbers go straight into what has to be exact."""
    waiting = [node for node in graph if node.op_type in _EXACT]
    while waiting:
        for value in waiting.pop().inputs:
            node = value.producer() if value is not None else None
            if node is not None and node.op_type in _LEADS:
                yield node
                waiting.append(node)
