"""Engines: what they say when a runtime or a model is missing, and how OpenVINO keeps its compiled shapes."""

import sys

import numpy as np
import pytest

from models.errors import EngineError
from models.runtime.choice import open_engine as open_model
from models.runtime.openvino import OpenVinoEngine
from models.style.model import SHIPPED_MODEL, style_model
from models.style.table import StyleTable

RUNTIMES = ["openvino", "onnxruntime"]


def open_engine(runtime, onnx):
    return open_model(runtime, style_model(onnx)).engine


def inputs(size_px=32, batch=1):
    row = StyleTable.load(SHIPPED_MODEL.with_suffix(".safetensors")).rows[:1]
    return {
        "frames": np.zeros((batch, size_px, size_px, 3), np.uint8),
        "style": np.repeat(row, batch, 0),
        "strength": np.ones(batch, np.float32),
    }


@pytest.mark.parametrize(
    ("runtime", "install"),
    [("openvino", "pip install 'openvino'"), ("onnxruntime", r"pip install 'vernissage\[onnxruntime\]'")],
)
def test_a_runtime_that_is_not_installed_is_named_with_the_command_that_installs_it(runtime, install, monkeypatch):
    monkeypatch.setitem(sys.modules, runtime, None)
    with pytest.raises(EngineError, match=f"{runtime} was chosen but is not installed: {install}"):
        open_engine(runtime, SHIPPED_MODEL)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_model_that_is_not_there_is_named(runtime, tmp_path):
    with pytest.raises(EngineError, match=r"found none at .*absent\.onnx"):
        open_engine(runtime, tmp_path / "absent.onnx")


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x0a" + bytes(200)])
def test_a_file_that_is_no_model_is_refused(runtime, content, tmp_path):
    pytest.importorskip(runtime, reason=f"{runtime} is not installed")
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(EngineError, match=r"broken\.onnx"):
        open_engine(runtime, path)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_inputs_that_do_not_fit_the_model_are_an_engine_error(runtime):
    pytest.importorskip(runtime, reason=f"{runtime} is not installed")
    engine = open_engine(runtime, SHIPPED_MODEL)
    with pytest.raises(EngineError):
        engine.run({**inputs(), "style": np.zeros((1, 5), np.float32)})
    engine.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_closed_engine_refuses_to_run(runtime):
    pytest.importorskip(runtime, reason=f"{runtime} is not installed")
    engine = open_engine(runtime, SHIPPED_MODEL)
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        engine.run(inputs())


def test_openvino_says_how_many_threads_and_what_precision_it_uses():
    engine = OpenVinoEngine(SHIPPED_MODEL, threads=1)
    assert ", 1 threads, " in engine.description
    assert engine.description.endswith(("f32", "bf16", "f16"))


@pytest.mark.slow
def test_openvino_lets_go_of_the_shape_used_longest_ago_and_compiles_it_anew():
    engine = OpenVinoEngine(SHIPPED_MODEL, kept_shapes=2)
    first = engine.run(inputs(16))
    engine.run(inputs(20))
    engine.run(inputs(16))
    engine.run(inputs(24))
    assert [dict(key)["frames"][1] for key in engine.compiled_shapes] == [16, 24]
    assert engine.run(inputs(20)).shape == (1, 20, 20, 3)
    assert np.array_equal(engine.run(inputs(16)), first)


def test_openvino_compiles_one_shape_for_batches_of_every_size():
    engine = OpenVinoEngine(SHIPPED_MODEL)
    engine.warm(inputs(batch=4))
    assert [engine.run(inputs(batch=count)).shape[0] for count in (1, 2, 3)] == [1, 2, 3]
    assert len(engine.compiled_shapes) == 1
