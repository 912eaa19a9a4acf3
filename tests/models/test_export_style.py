"""From a trained network to what ships."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="exporting needs torch: pip install 'vernissage[train]'")
pytest.importorskip("onnxscript", reason="exporting needs onnxscript: pip install 'vernissage[train]'")

from models.runtime.openvino import OpenVinoEngine  # noqa: E402
from models.style.engine import open_painter  # noqa: E402
from models.style.folding import fold  # noqa: E402
from models.style.library import read_library  # noqa: E402
from models.style.model import SHIPPED_MODEL  # noqa: E402
from models.style.network import StyleNetwork, load_network  # noqa: E402
from models.style.shape import Shape  # noqa: E402
from models.training.export_style import check_parity, export, psnr_db  # noqa: E402
from models.training.recipe import Recipe  # noqa: E402


@pytest.fixture(scope="module")
def recipe():
    return Recipe.load()


@pytest.fixture(scope="module")
def shipped():
    return load_network(SHIPPED_MODEL.with_suffix(".safetensors"))


@pytest.mark.slow
def test_the_network_that_ships_paints_as_its_weights_do_in_torch(shipped):
    assert check_parity(shipped, SHIPPED_MODEL) >= 60


@pytest.mark.parametrize(
    ("precision", "least_db"),
    [("f32", 60), ("", 50)],
    ids=["the same in f32", "nearly the same in whatever the CPU computes in"],
)
def test_openvino_paints_as_torch_does(shipped, precision, least_db):
    frames = np.random.default_rng(5).integers(0, 256, (2, 75, 102, 3), dtype=np.uint8)
    with torch.no_grad():
        wanted = shipped(torch.from_numpy(frames), shipped.table[:2], torch.ones(2)).numpy()
    engine = OpenVinoEngine(SHIPPED_MODEL, precision=precision)
    table = shipped.table.detach().numpy()
    got = engine.run({"frames": frames, "style": table[:2], "strength": np.ones(2, np.float32)})
    engine.close()
    assert psnr_db(wanted, got) >= least_db


@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 18), (33, 47), (64, 96)])
def test_a_folded_network_paints_what_the_network_paints(height, width):
    torch.manual_seed(3)
    network = StyleNetwork(Shape(width=4, blocks=1), styles=2).eval()
    pictures = torch.rand(2, 3, height, width)
    with torch.no_grad():
        assert torch.allclose(
            fold(network).paint(pictures, network.table), network.paint(pictures, network.table), atol=1e-5
        )


@pytest.mark.slow
def test_an_export_can_be_opened_and_painted_with(recipe, tmp_path, monkeypatch):
    monkeypatch.setattr("models.training.export_style.PARITY_SIZES_PX", ((65, 49),))
    torch.manual_seed(4)
    network = StyleNetwork(Shape(width=8, blocks=1), len(recipe.styles))
    torch.save({"network": network.state_dict()}, tmp_path / "checkpoint.pt")
    out = tmp_path / "weights"
    assert export(tmp_path / "checkpoint.pt", recipe, out) >= 60
    painter = open_painter("openvino", out / "fine.onnx")
    assert painter.styles == tuple(style.id for style in read_library(out))
    painter.close()
    assert not list(out.glob("*part*"))


def test_a_graph_that_paints_otherwise_is_refused(shipped, monkeypatch):
    monkeypatch.setattr("models.training.export_style.PARITY_SIZES_PX", ((65, 49),))
    other = StyleNetwork(shipped.shape, shipped.table.shape[0]).eval()
    with pytest.raises(ValueError, match=r"expected torch and the exported graph to agree to 60\.0 dB"):
        check_parity(other, SHIPPED_MODEL)


def test_the_graph_tells_nothing_of_the_machine_that_made_it():
    content = SHIPPED_MODEL.read_bytes()
    for trace in (b".py", b"site-packages", b"stack_trace"):
        assert trace not in content


def test_the_list_of_styles_is_the_recipes(recipe):
    entries = json.loads((SHIPPED_MODEL.parent / "styles.json").read_text(encoding="utf-8"))
    assert [(e["id"], e["painting"]) for e in entries] == [(s.id, s.painting) for s in recipe.styles]
