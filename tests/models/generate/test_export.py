"""Graphs without weights of their own, that compute what torch computes; and the model that ships, as it ships."""

import hashlib

import numpy as np
import pytest

from models.errors import FolderError
from models.generate.adding import AddOrder, add
from models.generate.checking import check
from models.generate.folder import find_weights, read_folder
from models.generate.opening import open_generator
from models.generate.parts import parts_of
from models.generate.settings import Settings
from models.generate.shelf import SHIPPED_FOLDER, Shelf
from models.generate.wish import Wish
from models.runtime.engine import Terms
from models.runtime.onnxruntime import OnnxRuntimeEngine
from models.runtime.openvino import OpenVinoEngine

LARGEST_SHIPPED_GRAPH_BYTES = 300_000
NEAR_IN_HALF = 0.01  # of the largest number


@pytest.fixture(scope="module")
def shipped():
    generator = open_generator("pigment", None, "openvino", Terms(threads=2))
    yield generator
    generator.close()


def test_the_model_that_ships_opens_without_torch_and_paints_the_same_for_the_same_seed(shipped):
    words = " ".join(shipped.facts.vocabulary.words("colour")[:1])
    wishes = [Wish(words, seed, steps=1) for seed in (1, 1, 2)]
    sketches = [shipped.begin(wish) for wish in wishes]
    shipped.step(sketches)
    one, again, other = shipped.finish(sketches)
    assert one.shape == (256, 256, 3)
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert (shipped.name, shipped.facts.licence, shipped.facts.non_commercial) == ("pigment", "Apache-2.0", False)


def test_the_graphs_that_ship_are_small_and_of_the_weights_that_ship():
    folder = read_folder(SHIPPED_FOLDER)
    for model in parts_of(folder, Settings.read(folder).size).all:
        weights = find_weights(SHIPPED_FOLDER, model.onnx.parent.name)
        for graph in (model.onnx.read_bytes(), model.onnx_fp16.read_bytes()):
            assert len(graph) < LARGEST_SHIPPED_GRAPH_BYTES
            assert hashlib.sha256(weights.read_bytes()).hexdigest().encode() in graph, f"export {SHIPPED_FOLDER} again"
            assert weights.name.encode() in graph


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """A tiny pipeline with the larger kind of autoencoder, put on a shelf."""
    pipelines = pytest.importorskip("tiny_pipelines")
    pytest.importorskip("onnxscript")
    path = tmp_path_factory.mktemp("brought")
    _, source = pipelines.write_pipeline(path, lcm=True, tiny=False)
    shelf = Shelf(path / "shelf")
    add(shelf, AddOrder(source, name="tiny", licence="MIT", steps=2), lambda *_: None)
    return shelf


@pytest.mark.slow
def test_every_graph_computes_what_torch_computes(brought):
    import torch

    folder = read_folder(brought.path("tiny"))
    for model in parts_of(folder, Settings.read(folder).size).all:
        inputs = {tensor.name: sample(tensor) for tensor in model.inputs}
        with torch.inference_mode():
            expected = model.module()(*map(torch.from_numpy, inputs.values())).numpy().astype(float)
        near = 1 if model.output.dtype == "uint8" else 1e-4
        for engine in (OnnxRuntimeEngine(model.onnx, 1), OpenVinoEngine(model.onnx, 1, precision="f32")):
            assert np.abs(engine.run(inputs) - expected).max() <= near, (model.name, engine.description)
        half = OnnxRuntimeEngine(model.onnx_fp16, 1).run(inputs)
        assert np.abs(half - expected).max() <= max(near, NEAR_IN_HALF * np.abs(expected).max()), model.name
        weights = find_weights(folder.path, model.onnx.parent.name)
        assert model.onnx.stat().st_size < 0.5 * weights.stat().st_size  # it holds no copy of them


@pytest.mark.slow
def test_a_model_that_was_brought_is_checked_by_opening_it_and_making_a_step(brought):
    checked = check(brought, "tiny", "openvino", Terms(threads=1))
    assert checked["name"] == "tiny"
    assert checked["files"] > 10
    (brought.path("tiny") / "unet/model.onnx").write_bytes(b"")
    with pytest.raises(FolderError, match=r"unet/model.onnx is not the file that was added"):
        check(brought, "tiny", "openvino", Terms(threads=1))


def sample(tensor):
    generator, shape = np.random.default_rng(0), tensor.shape({"batch": 3})
    if tensor.name == "timestep":
        return (generator.random(shape) * 999).astype(np.float32)
    if tensor.dtype != "float32":
        return generator.integers(0, 50, shape).astype(tensor.dtype)
    return generator.standard_normal(shape).astype(np.float32)
