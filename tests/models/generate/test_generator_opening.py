"""Generators by name, and what becomes of parts whose engines are not built yet."""

import logging

import pytest
from model_folders import write_folder
from model_shelves import added

from models.building import Built
from models.errors import EngineError, FolderError, LibraryError, NotBuiltError
from models.generate import opening
from models.generate.opening import open_folder, open_generator
from models.generate.stub import StubGenerator
from models.runtime.engine import Terms
from models.runtime.engine_store import EngineStore
from models.runtime.nvidia.flavour import BUILD

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


def test_a_model_whose_graphs_are_missing_is_refused(shelf, source):
    added(shelf, source)
    with pytest.raises(FolderError, match=r"the graph text_encoder/model.onnx, it is missing"):
        open_generator("sd-turbo", shelf, "openvino", Terms())


PARTS = ["text_encoder/model", "unet/model", "vae/decoder", "vae/encoder"]


class IdleEngine:
    """Is made ready, and never run."""

    device_bytes = 0

    def __init__(self, name, profiles):
        self.description, self.profiles, self.in_flight = name, profiles, 2 if profiles else 1
        self.warmed = []

    def warm(self, inputs):
        self.warmed.append(len(next(iter(inputs.values()))))

    def close(self):
        self.description = "closed"


class Workshop:
    """Runtimes of a machine with a card, and the engines that were built there: none at first."""

    def __init__(self, monkeypatch):
        self.built, self.orders, self.opened, self.failing = set(), [], [], ""
        monkeypatch.setattr(opening, "find_runtime", lambda name: IdleRuntime(name, self))
        monkeypatch.setattr(opening, "build_apart", self.build)

    def build(self, order, progress):
        if self.failing:
            raise EngineError(self.failing)
        self.orders.append(order)
        for percent in range(101):
            progress("timing", percent / 100)
        self.built.add(order.onnx)
        return Built(order.onnx.stem, True, 9, 2.0)


class IdleRuntime:
    def __init__(self, name, workshop):
        self.name, self.workshop = name, workshop

    def obstacle(self):
        return "" if self.name in ("tensorrt_rtx", "onnxruntime") else "it is not here"

    def open(self, model, terms):
        compiled = self.name == "tensorrt_rtx"
        if compiled and model.onnx not in self.workshop.built:
            raise NotBuiltError(f"TensorRT-RTX has no engine of {model.name} yet: {BUILD}")
        engine = IdleEngine(self.name, terms.profiles if compiled else ())
        self.workshop.opened.append(engine)
        return engine


@pytest.fixture
def workshop(monkeypatch):
    return Workshop(monkeypatch)


@pytest.fixture
def folder(tmp_path):
    path = write_folder(tmp_path / "tiny")
    for part in PARTS:
        for suffix in (".onnx", ".fp16.onnx"):
            (path / f"{part}{suffix}").write_bytes(b"graph")
    return path


@pytest.fixture
def terms(tmp_path):
    return Terms(store=EngineStore(tmp_path / "engines"))


def test_a_compiled_runtime_that_is_named_builds_what_it_lacks_and_the_log_says_how_far_it_is(
    workshop, folder, terms, caplog
):
    with caplog.at_level(logging.INFO):
        generator = open_folder(folder, "tensorrt_rtx", terms)
    assert [order.onnx for order in workshop.orders] == [folder / f"{part}.onnx" for part in PARTS]
    assert {order.folder for order in workshop.orders} == {terms.store.folder}
    assert generator.description == "tensorrt_rtx"
    assert "has no engine of tiny-unet-model yet" in caplog.text
    assert "building the engine of tiny-unet-model: timing, 50 %" in caplog.text
    assert caplog.text.count("building the engine of tiny-unet-model") == 11
    assert "the engine decoder is ready, built in 2.0 s" in caplog.text
    open_folder(folder, "tensorrt_rtx", terms)
    assert len(workshop.orders) == len(PARTS)


def test_an_engine_is_built_and_made_ready_for_all_numbers_of_rows_that_it_is_given(workshop, folder, terms):
    open_folder(folder, "tensorrt_rtx", terms)
    (profile,) = workshop.orders[1].profiles
    assert profile.as_json()["ranges"] == {"batch": [1, 4, 32]}
    assert workshop.opened[1].warmed == [1, 2, 4, 8, 16, 32]


def test_auto_takes_the_next_runtime_and_says_how_the_faster_one_is_had(workshop, folder, terms, caplog):
    with caplog.at_level(logging.INFO):
        assert open_folder(folder, "auto", terms).description == "onnxruntime"
    assert workshop.orders == []
    said = 'has no engine of tiny-unet-model yet: runtime = "tensorrt_rtx" builds it when the model is opened'
    assert said in caplog.text
    assert BUILD not in caplog.text  # which builds style networks


def test_auto_takes_a_compiled_runtime_whose_engines_are_there(workshop, folder, terms):
    workshop.built = {folder / f"{part}.onnx" for part in PARTS}
    assert open_folder(folder, "auto", terms).description == "tensorrt_rtx"


def test_a_build_that_fails_is_told_and_what_was_opened_is_closed(workshop, folder, terms):
    workshop.built = {folder / f"{PARTS[0]}.onnx"}
    workshop.failing = "no way to compute the third layer"
    with pytest.raises(EngineError, match="no way to compute the third layer"):
        open_folder(folder, "tensorrt_rtx", terms)
    assert [engine.description for engine in workshop.opened] == ["closed"]


def test_a_build_needs_a_folder_for_engines(workshop, folder):
    with pytest.raises(EngineError, match="a folder to keep the engine of tiny-text_encoder-model for tensorrt_rtx in"):
        open_folder(folder, "tensorrt_rtx", Terms())


def test_a_compiled_runtime_needs_the_graphs_in_half_precision(workshop, folder, terms):
    (folder / "unet/model.fp16.onnx").unlink()
    with pytest.raises(FolderError, match=r"the graph unet/model\.fp16\.onnx, it is missing"):
        open_folder(folder, "tensorrt_rtx", terms)
