"""Generators by name."""

import pytest
from model_shelves import added

from models.errors import EngineError, FolderError, LibraryError
from models.generate.opening import open_generator
from models.generate.stub import StubGenerator
from models.runtime.engine import Terms

pytestmark = pytest.mark.usefixtures("graphs")


def test_the_stub_needs_no_model():
    generator = open_generator("anything", None, "stub", Terms(), stub_step_ms=1, stub_row_ms=2)
    assert isinstance(generator, StubGenerator)
    assert (generator.name, generator.description) == ("anything", "stub: 1 ms a step and 2 ms a row")


def test_a_model_that_is_not_there_is_refused_with_those_that_are(shelf, source):
    added(shelf, source)
    with pytest.raises(LibraryError, match="expected a model of pigment, sd-turbo, got 'sdxl'"):
        open_generator("sdxl", shelf, "openvino", Terms())
    with pytest.raises(LibraryError, match="expected a model of pigment, got 'sdxl'"):
        open_generator("sdxl", None, "openvino", Terms())


@pytest.mark.parametrize("runtime", ["tensorrt", "tensorrt_rtx"])
def test_runtimes_that_make_no_pictures_yet_say_so(shelf, source, runtime):
    added(shelf, source)
    with pytest.raises(EngineError, match=f"auto, torch, openvino, onnxruntime, not yet with {runtime}"):
        open_generator("sd-turbo", shelf, runtime, Terms())


def test_a_model_whose_graphs_are_missing_is_refused(shelf, source):
    added(shelf, source)
    with pytest.raises(FolderError, match=r"the graph text_encoder/model.onnx, it is missing"):
        open_generator("sd-turbo", shelf, "openvino", Terms())
