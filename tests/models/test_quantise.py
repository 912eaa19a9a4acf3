"""The trial with 8 bits: what is rounded is what was chosen, and the graph still runs."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="exporting needs torch: pip install 'vernissage[train]'")
onnx = pytest.importorskip("onnx", reason="reading graphs needs onnx: pip install 'vernissage[train]'")
pytest.importorskip("onnxscript", reason="exporting needs onnxscript: pip install 'vernissage[train]'")

from models.style.folding import fold  # noqa: E402
from models.style.network import StyleNetwork  # noqa: E402
from models.style.shape import Shape  # noqa: E402
from models.training.quantise import (  # noqa: E402
    FP8,
    INT8,
    calibrate,
    chosen,
    compare,
    convolutions,
    export_int8,
    graph_painter,
    imitate,
)
from models.training.scenes import draw_scene  # noqa: E402


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(5)
    return StyleNetwork(Shape(width=8, blocks=1), styles=2).eval()


@pytest.fixture(scope="module")
def scene():
    return draw_scene("harbour", 64, 48, 1)


def test_int8_has_255_values_and_fp8_finer_steps_near_zero():
    x = torch.linspace(-2, 2, 10_001)
    rounded = {form.name: form.rounded(x, 1.0) for form in (INT8, FP8)}
    assert len(rounded["INT8"].unique()) == 255
    assert all(float(values.abs().max()) == 1.0 for values in rounded.values())
    small = (x.abs() < 0.005) & (x != 0)
    errors = {name: float((values - x)[small].abs().mean()) for name, values in rounded.items()}
    assert errors["FP8"] < errors["INT8"] / 5


@pytest.mark.parametrize(
    ("where", "numbers"), [("residual", [3, 4]), ("inner", [1, 2, 3, 4, 5, 6]), ("all", [0, 1, 2, 3, 4, 5, 6, 7])]
)
def test_convolutions_are_chosen_by_where_they_stand(network, where, numbers):
    assert chosen(fold(network), where) == numbers


@pytest.mark.slow
def test_the_graph_has_8_bits_around_what_was_chosen_and_paints_nearly_the_same(network, scene, tmp_path):
    path = tmp_path / "small.int8.onnx"
    export_int8(network, "inner", path)
    nodes = onnx.load(path).graph.node
    assert sum(node.op_type == "QuantizeLinear" for node in nodes) == 6
    assert sum(node.op_type == "DequantizeLinear" for node in nodes) == 12
    found = compare(network, graph_painter(path), [scene])
    assert len(found) == 2
    assert 25 < min(found) < 80


def test_what_is_not_chosen_stays_as_it_was(network, scene):
    folded = fold(network)
    limits = calibrate(folded, FP8, 64, 48)
    assert len(limits) == len(convolutions(folded))
    assert min(limits) > 0
    rounded = imitate(folded, {number: limits[number] for number in chosen(folded, "residual")}, FP8)
    same = [
        torch.equal(getattr(a, "conv", a).weight, getattr(b, "conv", b).weight)
        for a, b in zip(convolutions(folded), convolutions(rounded), strict=True)
    ]
    assert [number for number, equal in enumerate(same) if not equal] == chosen(folded, "residual")
    assert 25 < min(compare(network, rounded, [scene])) < 80
    assert np.isinf(compare(network, network, [scene])).all()
