"""The fp16 graph that ships: what it promises to the compilers of cards, and how near it stays to fp32."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="exporting needs torch: pip install 'vernissage[train]'")
onnx = pytest.importorskip("onnx", reason="reading graphs needs onnx: pip install 'vernissage[train]'")
pytest.importorskip("onnxscript", reason="exporting needs onnxscript: pip install 'vernissage[train]'")

from models.runtime.onnxruntime import OnnxRuntimeEngine  # noqa: E402
from models.style.model import SHIPPED_MODEL, SIZES, style_model  # noqa: E402
from models.style.network import StyleNetwork, load_network  # noqa: E402
from models.style.parity import psnr_db  # noqa: E402
from models.style.shape import Shape  # noqa: E402
from models.training.export_style import check_half, export_half  # noqa: E402
from models.training.half import HalfNetwork  # noqa: E402
from models.training.scenes import draw_scene  # noqa: E402

SHIPPED_HALF = SHIPPED_MODEL.with_suffix(".fp16.onnx")
SMALL_PX = ((96, 72), (65, 49))


@pytest.fixture(scope="module")
def shipped():
    return load_network(SHIPPED_MODEL.with_suffix(".safetensors"))


@pytest.fixture(scope="module")
def graph():
    return onnx.load(SHIPPED_HALF).graph


def painted_db(network, frames, other):
    """PSNR of one picture in every style between the network in fp32 and another way to paint."""
    count = len(network.table)
    inputs = (torch.from_numpy(frames).expand(count, -1, -1, -1), network.table.detach(), torch.ones(count))
    with torch.no_grad():
        pairs = zip(network(*inputs).numpy(), np.asarray(other(*inputs)), strict=True)
    return [psnr_db(a, b) for a, b in pairs]


def in_onnx_runtime(path):
    engine = OnnxRuntimeEngine(path)
    return lambda frames, style, strength: engine.run(
        {"frames": np.ascontiguousarray(frames.numpy()), "style": style.numpy(), "strength": strength.numpy()}
    )


@pytest.mark.slow
def test_the_graph_that_ships_is_its_weights_in_half_precision(shipped, monkeypatch):
    """At sizes that a CPU without fp16 can paint in seconds; the export has looked at larger ones."""
    monkeypatch.setattr("models.training.export_style.PARITY_SIZES_PX", SMALL_PX)
    assert check_half(shipped, SHIPPED_HALF) >= 45


@pytest.mark.slow
@pytest.mark.parametrize("name", ["harbour", "portrait"])
def test_every_style_stays_near_fp32_at_an_odd_size(shipped, name):
    frames = draw_scene(name, 81, 59, 3)
    assert min(painted_db(shipped, frames, in_onnx_runtime(SHIPPED_HALF))) >= 45
    assert min(painted_db(shipped, frames, HalfNetwork(shipped).eval())) >= 45


@pytest.mark.parametrize(
    "level", [pytest.param(0, marks=pytest.mark.slow), 117, pytest.param(255, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("size", SIZES)
def test_a_flat_frame_stays_flat(size, level):
    """A norm enlarges what rounding left of a flat frame, unless the sums of weights are exact. Not in ONNX Runtime: on
    a CPU its own norm rounds the last pixels of a flat frame in another way than the rest; the next enlarges that."""
    network = load_network(SIZES[size].with_suffix(".safetensors"))
    frames = np.full((66, 81, 3), level, np.uint8)
    assert min(painted_db(network, frames, HalfNetwork(network).eval())) >= 45


@pytest.mark.slow
def test_a_dark_frame_keeps_its_faint_detail(shipped):
    frames = np.random.default_rng(2).integers(3, 6, (66, 81, 3), np.uint8)
    assert min(painted_db(shipped, frames, HalfNetwork(shipped).eval())) >= 45


def test_its_inputs_and_output_are_what_the_model_says_with_the_names_that_profiles_use(graph):
    model = style_model()
    for tensor, found in zip((*model.inputs, model.output), (*graph.input, *graph.output), strict=True):
        kind = found.type.tensor_type
        dims = tuple(dim.dim_param or dim.dim_value for dim in kind.shape.dim)
        assert found.name == tensor.name
        assert np.dtype(onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)) == tensor.dtype
        assert dims == tuple(1344 if d == "style_numbers" else d for d in tensor.dimensions)


def test_every_convolution_is_in_fp16_and_no_statistic_is(graph):
    weights = {tensor.name: tensor.data_type for tensor in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    assert len(convolutions) == 14
    assert {weights[node.input[1]] for node in convolutions} == {onnx.TensorProto.FLOAT16}
    kinds = {value.name: value.type.tensor_type.elem_type for value in graph.value_info}
    for node in graph.node:
        if node.op_type in {"InstanceNormalization", "ReduceMean", "GroupNormalization"} and node.input[0] in kinds:
            assert kinds[node.input[0]] == onnx.TensorProto.FLOAT


def test_the_graph_tells_nothing_of_the_machine_that_made_it():
    assert b"/models/training/" not in SHIPPED_HALF.read_bytes()
    assert b".py" not in SHIPPED_HALF.read_bytes()


@pytest.mark.slow
def test_a_network_of_ones_own_is_exported_and_paints(tmp_path):
    torch.manual_seed(4)
    network = StyleNetwork(Shape(width=8, blocks=1), styles=2).eval()
    path = tmp_path / "mine.fp16.onnx"
    export_half(network, path)
    frames = draw_scene("valley", 61, 47, 1)
    assert min(painted_db(network, frames, in_onnx_runtime(path))) >= 40
    strength = np.zeros(1, np.float32)
    same = OnnxRuntimeEngine(path).run(
        {"frames": frames[None], "style": network.table.detach().numpy()[:1], "strength": strength}
    )
    assert np.array_equal(same[0], frames)


def test_a_graph_that_paints_otherwise_is_refused(shipped, monkeypatch):
    monkeypatch.setattr("models.training.export_style.PARITY_SIZES_PX", ((33, 27),))
    other = load_network(SHIPPED_MODEL.with_suffix(".safetensors"))
    other.last.conv.bias.data += 0.3
    with pytest.raises(ValueError, match="expected half precision to paint as fp32"):
        check_half(other, SHIPPED_HALF)
