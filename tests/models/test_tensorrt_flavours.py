"""TensorRT and TensorRT-RTX as runtimes and compilers: what they refuse and why, their keys, caches and real builds."""

import logging
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from recording_api import NOTHING_LEFT
from recording_bench import CARD, CONTENT, FLAVOURS, LANE, Bench, batch, tiny_model
from recording_tensorrt import BROKEN, STALE, SUBOPTIMAL

from models.errors import EngineError, NotBuiltError
from models.runtime.card import Card
from models.runtime.engine import Terms
from models.runtime.nvidia.progress import Phases
from models.runtime.profile import Profile, Range
from models.runtime.tensorrt import OPTIMIZATION_LEVEL, WORKSPACE_BYTES, TensorRtRuntime
from models.runtime.tensorrt_rtx import TensorRtRtxRuntime

H200 = Card("NVIDIA H200", 90, 139 * 2**30, "13.1")
PASCAL = Card("NVIDIA GeForce GTX 1080", 61, 8 * 2**30, "13.1")
OLD_DRIVER = replace(CARD, driver_cuda="12.8")
TITLES = {"tensorrt": "TensorRT", "tensorrt_rtx": "TensorRT-RTX"}


@pytest.fixture(params=FLAVOURS)
def bench(request, tmp_path, monkeypatch):
    return Bench(request.param, tmp_path, monkeypatch)


@pytest.fixture
def rtx(tmp_path, monkeypatch):
    return Bench("tensorrt_rtx", tmp_path, monkeypatch)


def test_a_machine_that_has_everything_has_no_obstacle(bench):
    assert bench.runtime.obstacle() == ""


@pytest.mark.parametrize(
    ("flavour", "words"),
    [
        ("tensorrt", "TensorRT is not installed: .*NVIDIA's own index, see deploy/README.md"),
        ("tensorrt_rtx", r"TensorRT-RTX is not installed: pip install 'vernissage\[tensorrt-rtx\]'"),
    ],
)
def test_a_package_that_is_missing_is_named_with_what_to_do(flavour, words, tmp_path, monkeypatch):
    bench = Bench(flavour, tmp_path, monkeypatch)
    monkeypatch.setitem(sys.modules, flavour, None)
    for refused in (bench.open, lambda: bench.runtime.key(bench.model, (LANE,), CARD, 0)):
        with pytest.raises(EngineError, match=words):
            refused()


def test_cuda_bindings_that_are_missing_are_named(bench, monkeypatch):
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", None)
    assert bench.runtime.obstacle().endswith("needs cuda-bindings, which is not installed: pip install cuda-bindings")


def test_a_machine_without_a_card_or_driver_is_told_so(bench):
    runtime = type(bench.runtime)(lambda: None)
    assert runtime.obstacle() == f"{TITLES[runtime.name]} found no NVIDIA card, or no driver for it"
    with pytest.raises(
        EngineError, match=f"the runtime {runtime.name} was chosen but cannot be used: .* no NVIDIA card"
    ):
        runtime.open(bench.model, Terms(profiles=(LANE,), store=bench.store))


def test_a_driver_that_is_too_old_is_told_so(bench):
    assert type(bench.runtime)(lambda: OLD_DRIVER).obstacle() == (
        "the driver of NVIDIA GeForce RTX 4090 knows CUDA 12.8, cuda-bindings 13.5.0 needs a newer driver"
    )


def test_a_card_that_rtx_has_no_target_for_is_named_with_those_it_has(rtx):
    runtime = TensorRtRtxRuntime(lambda: H200)
    words = "TensorRT-RTX 11.2.0 has no target for NVIDIA H200 (SM90); it has SM75, SM80, SM86, SM89, SM120, SM121"
    assert runtime.obstacle() == words
    assert runtime.targets == (75, 80, 86, 89, 120, 121)
    with pytest.raises(EngineError, match="has no target for SM90;"):
        runtime.key(rtx.model, (LANE,), None, 90)


def test_tensorrt_compiles_for_its_own_card_alone(tmp_path, monkeypatch):
    bench = Bench("tensorrt", tmp_path, monkeypatch)
    assert bench.runtime.targets == ()
    assert "has no target for NVIDIA GeForce GTX 1080 (SM61)" in TensorRtRuntime(lambda: PASCAL).obstacle()
    with pytest.raises(EngineError, match="compiles for the card that it runs on: expected one, found none"):
        bench.runtime.key(bench.model, (LANE,), None, 89)


def test_what_tensorrt_builds_with_is_what_its_flags_say():
    limits = {}
    config = SimpleNamespace(set_memory_pool_limit=limits.__setitem__)
    TensorRtRuntime().configure(SimpleNamespace(MemoryPoolType=SimpleNamespace(WORKSPACE="workspace")), config, 89)
    assert (config.builder_optimization_level, limits) == (OPTIMIZATION_LEVEL, {"workspace": WORKSPACE_BYTES})
    assert TensorRtRuntime.flags == ("strongly_typed", "optimization_level=3", f"workspace={2**33}")


def test_the_key_changes_with_whatever_the_engine_depends_on(bench, monkeypatch):
    runtime, model = bench.runtime, bench.model
    wider = replace(LANE, ranges=LANE.ranges | {"width": Range(8, 16, 64)})
    digests = [bench.key.digest(), runtime.key(model, (wider,), CARD, 0).digest()]
    digests.append(runtime.key(model, (LANE,), replace(CARD, compute_capability=86), 0).digest())
    monkeypatch.setattr(type(runtime), "flags", ("strongly_typed", "other"))
    digests.append(runtime.key(model, (LANE,), CARD, 0).digest())
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, runtime.name, bench.trt)
    assert runtime.key(model, (LANE,), CARD, 0) == bench.key
    bench.trt.__version__ = "11.2.1"
    digests.append(runtime.key(model, (LANE,), CARD, 0).digest())
    model.onnx_fp16.write_bytes(b"another network")
    digests.append(runtime.key(model, (LANE,), CARD, 0).digest())
    assert len(set(digests)) == len(digests)


def test_weights_beside_the_graph_belong_to_the_key(bench, tmp_path):
    weights = tmp_path / "weights.safetensors"
    model = replace(bench.model, weights=(weights,))
    digests = [bench.key.digest()]
    for content in (b"some", b"others"):
        weights.write_bytes(content)
        digests.append(bench.runtime.key(model, (LANE,), CARD, 0).digest())
    assert len(set(digests)) == 3
    weights.unlink()
    with pytest.raises(EngineError, match=r"expected the weights of tiny, found none at .*weights\.safetensors"):
        bench.runtime.key(model, (LANE,), CARD, 0)


@pytest.mark.parametrize("card", [replace(CARD, driver_cuda="13.0"), replace(CARD, name="NVIDIA L40")])
def test_tensorrts_engines_are_one_cards_and_rtxs_are_every_cards_of_a_capability(bench, card):
    same = bench.runtime.key(bench.model, (LANE,), card, 0) == bench.key
    assert same is (bench.runtime.name == "tensorrt_rtx")


def test_an_rtx_engine_that_was_built_without_the_card_is_opened_on_it(rtx):
    ahead = rtx.runtime.key(rtx.model, (LANE,), None, CARD.compute_capability)
    rtx.store.keep(ahead, CONTENT, 1.0)
    rtx.open().close()


def test_a_key_needs_profiles_and_the_models_file(bench):
    with pytest.raises(EngineError, match="has to know the sizes of its inputs: expected profiles, got none"):
        bench.runtime.key(bench.model, (), CARD, 0)
    bench.model.onnx_fp16.unlink()
    with pytest.raises(EngineError, match=r"found none at .*tiny\.fp16\.onnx"):
        bench.runtime.key(bench.model, (LANE,), CARD, 0)


def test_an_engine_that_is_not_built_yet_is_named_with_the_command_that_builds_it(bench):
    words = r"has no engine of tiny for NVIDIA GeForce RTX 4090 yet: build it with: vernissage engines build"
    with pytest.raises(NotBuiltError, match=words):
        bench.open()
    with pytest.raises(NotBuiltError, match=words):
        bench.runtime.open(bench.model, Terms(profiles=(LANE,)))


def test_an_open_engine_says_what_it_is(bench):
    engine = bench.keep().open()
    version = f"{TITLES[bench.runtime.name]} 11.2.0"
    assert engine.description == f"{version} on NVIDIA GeForce RTX 4090 (SM89), fp16, CUDA graphs"
    assert (engine.profiles, engine.in_flight) == ((LANE,), 2)
    engine.close()


def test_a_file_that_the_runtime_cannot_load_is_an_engine_error_with_its_words(bench):
    with pytest.raises(EngineError, match=r"cannot load the engine tiny-.*: .*the file is torn"):
        bench.keep(BROKEN).open()
    assert bench.recorder.leaks() == NOTHING_LEFT


def test_an_engine_of_another_model_is_refused(bench):
    model = replace(bench.model, output=replace(bench.model.output, dtype="float32"))
    bench.keep()
    with pytest.raises(EngineError, match=r"expected an engine of tiny with .*float32"):
        bench.runtime.open(model, Terms(profiles=(LANE,), store=bench.store))
    assert bench.recorder.leaks() == NOTHING_LEFT


def test_an_rtx_engine_that_is_invalid_here_has_to_be_built_anew(rtx):
    with pytest.raises(NotBuiltError, match=r"any more \(VERSION_MISMATCH, OLD_CUDA_DRIVER\): build it with"):
        rtx.keep(STALE).open()
    assert rtx.recorder.count("deserialize_cuda_engine") == 0
    assert rtx.store.list() == ()  # so that it is built anew, and not found once more


def test_an_rtx_engine_that_is_not_the_best_here_is_used_with_a_warning(rtx, caplog):
    rtx.keep(SUBOPTIMAL).open().close()
    assert "is not the best for this card" in caplog.text


def test_what_rtx_compiled_on_the_card_is_kept_on_disk_and_found_again(rtx):
    engine = rtx.keep().open()
    engine.warm(batch())
    assert rtx.store.find_cache(rtx.key).startswith(b"kernels for [(1, 16, 24, 3)]")
    engine.run(batch(rows=2))
    engine.close()
    assert b"(2, 16, 24, 3)" in rtx.store.find_cache(rtx.key)
    assert rtx.recorder.count("cache.deserialize") == 0
    rtx.open().close()
    assert rtx.recorder.count("cache.deserialize") == 1
    assert not list(rtx.store.folder.glob("*.part"))


def test_a_runtime_cache_that_does_not_fit_is_made_anew_with_a_warning(rtx, caplog):
    rtx.keep().store.keep_cache(rtx.key, b"of another card")
    engine = rtx.open()
    assert "is of another card or version: it is made anew" in caplog.text
    engine.warm(batch())
    assert rtx.store.find_cache(rtx.key).startswith(b"kernels")
    engine.close()


def test_a_runtime_cache_that_this_installation_did_not_write_never_reaches_the_runtime(rtx, caplog):
    rtx.keep()
    (rtx.store.folder / f"{rtx.key.file_name}.cache").write_bytes(bytes(32) + b"kernels of a stranger")
    rtx.open().close()
    assert "is damaged, or another installation's: it is made anew" in caplog.text
    assert rtx.recorder.count("cache.deserialize") == 0


def test_a_disk_that_takes_no_runtime_cache_does_not_stop_the_engine(rtx, caplog, monkeypatch):
    engine = rtx.keep().open()

    def full(path, content):
        raise OSError("no space left")

    monkeypatch.setattr("models.runtime.engine_store.write_whole", full)
    engine.warm(batch())
    assert "cannot be kept: no space left" in caplog.text
    engine.close()


def test_a_builds_share_rises_from_phase_to_phase_and_never_falls():
    told = []
    phases = Phases(lambda doing, share: told.append((doing, round(share, 2))))
    phases.start("build", None, 2)
    phases.start("clone", "build", 4)
    for step in range(4):
        phases.step("clone", step)
    phases.finish("clone")
    phases.step("build", 0)
    phases.start("time", "build", 2)
    phases.step("time", 0)
    phases.step("unknown", 7)
    phases.step("build", 1)
    shares = [("clone", 0.12), ("clone", 0.25), ("clone", 0.38), ("clone", 0.5), ("time", 0.75), ("build", 1.0)]
    assert told == shares


# From here on with the real TensorRT-RTX, which compiles without a card.


@pytest.fixture
def real(tmp_path):
    pytest.importorskip("tensorrt_rtx", reason="TensorRT-RTX is not installed: pip install 'vernissage[tensorrt-rtx]'")
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'vernissage[train]'")
    model = tiny_model(tmp_path)
    model.onnx_fp16.write_bytes(small_network(onnx))
    return SimpleNamespace(runtime=TensorRtRtxRuntime(), model=model)


def small_network(onnx):
    """The frames with each row's strength added, in fp16."""
    helper, types = onnx.helper, onnx.TensorProto
    frames = ["batch", "height", "width", 3]
    nodes = [
        helper.make_node("Cast", ["frames"], ["light"], to=types.FLOAT16),
        helper.make_node("Cast", ["strength"], ["more"], to=types.FLOAT16),
        helper.make_node("Reshape", ["more", "column"], ["rows"]),
        helper.make_node("Add", ["light", "rows"], ["sum"]),
        helper.make_node("Clip", ["sum", "least", "most"], ["clipped"]),
        helper.make_node("Cast", ["clipped"], ["painted"], to=types.UINT8),
    ]
    constants = [
        onnx.numpy_helper.from_array(np.array([-1, 1, 1, 1], np.int64), "column"),
        onnx.numpy_helper.from_array(np.array(0, np.float16), "least"),
        onnx.numpy_helper.from_array(np.array(255, np.float16), "most"),
    ]
    inputs = [
        helper.make_tensor_value_info("frames", types.UINT8, frames),
        helper.make_tensor_value_info("strength", types.FLOAT, ["batch"]),
    ]
    output = helper.make_tensor_value_info("painted", types.UINT8, frames)
    graph = helper.make_graph(nodes, "tiny", inputs, [output], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString()


@pytest.mark.parametrize("target", [86, 89, 120])
def test_rtx_builds_for_cards_that_are_not_here(real, target):
    told = []
    key = real.runtime.key(real.model, (LANE,), None, target)
    engine = real.runtime.compile(real.model, key, lambda doing, share: told.append(share))
    assert len(engine) > 1000
    assert told == sorted(told)
    assert told[-1] > 0.5


def test_rtx_builds_one_engine_of_several_lanes(real):
    photo = Profile("photo", {"batch": Range(1, 1, 1), "height": Range(64, 64, 128), "width": Range(64, 64, 128)})
    key = real.runtime.key(real.model, (LANE, photo), None, 89)
    assert real.runtime.compile(real.model, key, lambda doing, share: None)


@pytest.mark.parametrize("damage", [lambda content: b"not a network", lambda content: content[:-40]])
def test_a_damaged_onnx_file_is_an_engine_error_with_the_parsers_words(real, damage):
    real.model.onnx_fp16.write_bytes(damage(real.model.onnx_fp16.read_bytes()))
    key = real.runtime.key(real.model, (LANE,), None, 89)
    with pytest.raises(EngineError, match=r"cannot read the ONNX file of tiny: .*[Pp]arse"):
        real.runtime.compile(real.model, key, lambda doing, share: None)


def test_a_network_that_cannot_be_built_is_an_engine_error_with_the_builders_words(real):
    real.model.onnx_fp16.write_bytes(b"\x08\x0a" + bytes(200))  # a version, and nothing else
    key = real.runtime.key(real.model, (LANE,), None, 89)
    with pytest.raises(EngineError, match=r"cannot build an engine of tiny: .*at least one output"):
        real.runtime.compile(real.model, key, lambda doing, share: None)


def test_a_free_dimension_without_a_range_is_refused_by_name(real):
    lane = Profile("narrow", {"batch": Range(1, 1, 4), "height": Range(8, 16, 32)})
    key = real.runtime.key(real.model, (lane,), None, 89)
    with pytest.raises(
        EngineError, match="a range of the dimension width of frames in the profile narrow, got batch, height"
    ):
        real.runtime.compile(real.model, key, lambda doing, share: None)


def test_a_file_that_changed_since_its_key_was_made_is_not_built(real):
    key = real.runtime.key(real.model, (LANE,), None, 89)
    real.model.onnx_fp16.write_bytes(b"another network")
    with pytest.raises(EngineError, match="has changed meanwhile"):
        real.runtime.compile(real.model, key, lambda doing, share: None)


def test_the_real_rtx_has_no_target_for_an_h200(real):
    with pytest.raises(EngineError, match=r"TensorRT-RTX \S+ has no target for NVIDIA H200 \(SM90\); it has SM75, "):
        real.runtime.key(real.model, (LANE,), H200, 0)


def test_what_the_real_rtx_complains_of_reaches_the_log(real, caplog):
    real.model.onnx_fp16.write_bytes(b"not a network")
    key = real.runtime.key(real.model, (LANE,), None, 89)
    with caplog.at_level(logging.ERROR, "vernissage.engines"), pytest.raises(EngineError):
        real.runtime.compile(real.model, key, lambda doing, share: None)
    assert [record for record in caplog.records if record.name == "vernissage.engines"]
