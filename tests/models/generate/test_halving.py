"""Graphs in half precision: the heavy work in fp16, statistics and both ends in fp32, weights where they lie."""

import numpy as np
import pytest

from models.generate.halving import write_half
from models.runtime.onnxruntime import OnnxRuntimeEngine

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'vernissage[generate]'")
pytest.importorskip("onnx_ir", reason="onnxscript is not installed: pip install 'vernissage[generate]'")

HALF, FLOAT, BYTES = onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8
WEIGHTS = np.random.default_rng(0).standard_normal((8, 3)).astype(np.float32)
PICTURES = np.random.default_rng(1).integers(0, 256, (2, 4, 5, 3), np.uint8)
TIMESTEP = np.array([999.0, 3.0], np.float32)


@pytest.fixture(params=[np.float16, np.float32], ids=["half weights", "float weights"])
def graph(request, tmp_path):
    """Pictures, joined by what their timestep says, through one product of matrices and a softmax, to bytes."""
    return written(tmp_path, request.param)


def written(folder, dtype):
    data = WEIGHTS.astype(dtype)
    (folder / "weights.bin").write_bytes(b"head" + data.tobytes())
    weights = onnx.TensorProto(name="weights", data_type=onnx.helper.np_dtype_to_tensor_dtype(data.dtype))
    weights.dims.extend(data.shape)
    weights.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "weights.bin"), ("offset", "4"), ("length", str(data.nbytes))):
        weights.external_data.add(key=key, value=value)
    node = onnx.helper.make_node
    nodes = [
        node("Cast", ["weights"], ["weights_float"], to=FLOAT),
        node("Transpose", ["weights_float"], ["turned"], perm=[1, 0]),
        node("Transpose", ["pictures"], ["planes_bytes"], perm=[0, 3, 1, 2]),
        node("Cast", ["planes_bytes"], ["planes"], to=FLOAT),
        node("Transpose", ["planes"], ["rows"], perm=[0, 2, 3, 1]),
        node("Mul", ["timestep", "rate"], ["angle"]),
        node("Sin", ["angle"], ["sine"]),
        node("Reshape", ["sine", "column"], ["sines"]),
        node("Add", ["rows", "sines"], ["moved"]),
        node("Mul", ["moved", "small"], ["levels"]),
        node("MatMul", ["levels", "turned"], ["scores"]),
        node("Where", ["mask", "scores", "least"], ["masked"]),
        node("Softmax", ["masked"], ["shares"], axis=-1),
        node("MatMul", ["shares", "weights_float"], ["mixed"]),
        node("Mul", ["mixed", "full"], ["wide"]),
        node("Clip", ["wide", "zero", "full"], ["clipped"]),
        node("Round", ["clipped"], ["whole"]),
        node("Cast", ["whole"], ["painted"], to=BYTES),
    ]
    constants = {"rate": 0.1, "small": 1 / 255, "least": -3.4e38, "zero": 0.0, "full": 255.0}
    initializers = [onnx.numpy_helper.from_array(np.float32(value), name) for name, value in constants.items()]
    initializers.append(onnx.numpy_helper.from_array(np.array([-1, 1, 1, 1], np.int64), "column"))
    initializers.append(onnx.numpy_helper.from_array(np.arange(8) < 6, "mask"))
    shape = ["batch", 4, 5, 3]
    ends = [onnx.helper.make_tensor_value_info("pictures", BYTES, shape)]
    ends.append(onnx.helper.make_tensor_value_info("timestep", FLOAT, ["batch"]))
    known = [onnx.helper.make_tensor_value_info(name, FLOAT, None) for name in ("rows", "angle", "sine", "sines")]
    known += [onnx.helper.make_tensor_value_info("planes_bytes", BYTES, ["batch", 3, 4, 5])]
    output = onnx.helper.make_tensor_value_info("painted", BYTES, shape)
    made = onnx.helper.make_graph(nodes, "small", ends, [output], [*initializers, weights], value_info=known)
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 20)], ir_version=10)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    write_half(folder / "model.onnx", folder / "model.fp16.onnx")
    return folder / "model.onnx", folder / "model.fp16.onnx"


def types_of(path):
    """Each operator with the types of what it takes, as ONNX itself infers them; it refuses a graph that mixes them."""
    model = onnx.shape_inference.infer_shapes(onnx.load(path), check_type=True, strict_mode=True)
    graph = model.graph
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    types |= {value.name: value.type.tensor_type.elem_type for value in (*graph.value_info, *graph.input)}
    return [(node.op_type, [types[name] for name in node.input if name]) for node in graph.node]


def test_it_computes_what_the_float_graph_computes(graph):
    inputs = {"pictures": PICTURES, "timestep": TIMESTEP}
    exact, half = (OnnxRuntimeEngine(path, 1).run(inputs).astype(int) for path in graph)
    assert exact.std() > 20
    assert np.abs(exact - half).max() <= 1


def test_products_are_half_and_statistics_angles_and_levels_are_float(graph):
    types = types_of(graph[1])
    taken = {kind: types for kind, types in types if kind in ("MatMul", "Softmax", "Sin", "Round", "Clip")}
    assert taken["MatMul"] == [HALF, HALF]
    assert (taken["Softmax"], taken["Sin"], taken["Round"]) == ([FLOAT], [FLOAT], [FLOAT])
    assert taken["Clip"] == [FLOAT, FLOAT, FLOAT]
    assert ("Mul", [FLOAT, FLOAT]) in types  # the angle, and the levels at the end


def test_bytes_are_only_made_floats_and_back(graph):
    assert {kind for kind, types in types_of(graph[1]) if BYTES in types} == {"Cast"}
    assert types_of(graph[1])[-1][0] == "Cast"


def test_half_weights_are_read_where_they_lie_without_a_cast(tmp_path):
    _, half = written(tmp_path, np.float16)
    model = onnx.load(half, load_external_data=False)
    (weights,) = (tensor for tensor in model.graph.initializer if tensor.name == "weights")
    assert {entry.key: entry.value for entry in weights.external_data}["location"] == "weights.bin"
    assert not [node for node in model.graph.node if node.op_type == "Cast" and "weights" in node.input]


def test_what_stands_for_minus_infinity_stays_a_number(graph):
    constants = [onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(graph[1]).graph.initializer]
    halves = [constant for constant in constants if constant.dtype == np.float16]
    assert min(constant.min() for constant in halves) == np.finfo(np.float16).min
