"""The network that ships, painting through each runtime."""

import itertools

import numpy as np
import pytest

from models.errors import EngineError, LibraryError, PaintError
from models.runtime.onnxruntime import OnnxRuntimeEngine
from models.runtime.openvino import OpenVinoEngine
from models.style.engine import StyleEngine, open_painter
from models.style.library import read_library
from models.style.model import SHIPPED_MODEL
from models.style.stub import StubPainter
from models.style.table import StyleTable
from models.training.scenes import draw_scene

SIZES_PX = [(480, 360), (360, 480), (97, 131), (131, 97), (16, 16), (17, 96), (320, 241)]
STOPS = 9  # pictures on the way from one style to the next


@pytest.fixture(scope="module", params=["openvino", pytest.param("onnxruntime", marks=pytest.mark.slow)])
def painter(request):
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    opened = open_painter(request.param)
    yield opened
    opened.close()


def scene(width=160, height=120, name="street"):
    return draw_scene(name, width, height)


def one_style(painter, index):
    return np.eye(len(painter.styles), dtype=np.float32)[index : index + 1]


def paint_one(painter, frame, weights, strength=1.0):
    return painter.paint(frame[None], weights, np.array([strength], np.float32))[0]


@pytest.mark.parametrize(("width", "height"), SIZES_PX)
def test_frames_of_any_size_come_back_as_bytes_of_that_size(painter, width, height):
    frame = scene(width, height)
    painted = paint_one(painter, frame, one_style(painter, 0))
    assert painted.shape == frame.shape
    assert painted.dtype == np.uint8
    assert np.abs(painted.astype(int) - frame).mean() > 10


def test_strength_0_gives_the_frame_back_exactly(painter):
    frame = np.random.default_rng(1).integers(0, 256, (75, 101, 3), dtype=np.uint8)
    assert np.array_equal(paint_one(painter, frame, one_style(painter, 3), strength=0), frame)


def test_half_the_strength_lies_half_way(painter):
    frame = scene()
    whole = paint_one(painter, frame, one_style(painter, 2)).astype(int)
    half = paint_one(painter, frame, one_style(painter, 2), strength=0.5).astype(int)
    assert np.abs(half - (whole + frame) / 2).max() <= 1


def test_every_style_paints_otherwise(painter):
    painted = [paint_one(painter, scene(), one_style(painter, i)).astype(int) for i in range(len(painter.styles))]
    for i, one in enumerate(painted):
        for other in painted[i + 1 :]:
            assert np.abs(one - other).mean() > 4


def test_a_row_of_a_batch_is_what_it_would_be_alone(painter):
    rows = [
        (scene(name=name), one_style(painter, i), 1 - 0.2 * i)
        for i, name in enumerate(("street", "valley", "portrait"))
    ]
    frames = np.stack([frame for frame, _, _ in rows])
    weights = np.concatenate([weights for _, weights, _ in rows])
    together = painter.paint(frames, weights, np.array([strength for *_, strength in rows], np.float32))
    for painted, (frame, style, strength) in zip(together, rows, strict=True):
        assert np.abs(painted.astype(int) - paint_one(painter, frame, style, strength)).max() <= 1


def test_colours_do_not_cross_between_the_frames_of_a_batch(painter):
    black, white = np.zeros((64, 64, 3), np.uint8), np.full((64, 64, 3), 255, np.uint8)
    style = one_style(painter, 0)
    beside_white = painter.paint(np.stack([black, white]), np.repeat(style, 2, 0), np.ones(2, np.float32))[0]
    beside_black = painter.paint(np.stack([black, black]), np.repeat(style, 2, 0), np.ones(2, np.float32))[0]
    assert np.abs(beside_white.astype(int) - beside_black).max() <= 1


def test_a_mix_is_nearer_to_each_of_its_styles_than_they_are_to_each_other(painter):
    first, second = one_style(painter, 0), one_style(painter, 2)
    frame = scene(name="harbour")
    a, b = (paint_one(painter, frame, style).astype(int) for style in (first, second))
    mixed = paint_one(painter, frame, (first + second) / 2).astype(int)
    apart = np.abs(a - b).mean()
    assert 0 < np.abs(mixed - a).mean() < apart
    assert 0 < np.abs(mixed - b).mean() < apart


@pytest.mark.slow
def test_the_way_from_each_style_to_the_next_has_no_dead_and_no_broken_middle(painter):
    frame = scene(name="portrait")
    count = len(painter.styles)
    for index in range(count):
        first, second = one_style(painter, index), one_style(painter, (index + 1) % count)
        shares = np.linspace(0, 1, STOPS, dtype=np.float32)
        way = [paint_one(painter, frame, (1 - share) * first + share * second).astype(int) for share in shares]
        steps = [np.abs(a - b).mean() for a, b in itertools.pairwise(way)]
        contrast = [picture.std() for picture in way]
        assert min(contrast) > 0.8 * min(contrast[0], contrast[-1]), "the middle fades"
        assert max(steps) < 1.6 * np.mean(steps), "the picture jumps"
        assert min(steps) > 0.4 * np.mean(steps), "the picture stands still"
        assert sum(steps) < 1.3 * np.abs(way[0] - way[-1]).mean(), "the way is a detour"


@pytest.mark.parametrize("kind", ["dark", "noisy", "black", "white"])
def test_a_poor_frame_is_painted_too(painter, kind):
    random = np.random.default_rng(3)
    frame = {
        "dark": scene() // 16,
        "noisy": np.clip(scene() + random.normal(0, 40, (120, 160, 3)), 0, 255).astype(np.uint8),
        "black": np.zeros((120, 160, 3), np.uint8),
        "white": np.full((120, 160, 3), 255, np.uint8),
    }[kind]
    for index in range(len(painter.styles)):
        painted = paint_one(painter, frame, one_style(painter, index))
        assert np.abs(painted.astype(int) - frame).mean() > 5
        assert 5 < painted.mean() < 250


@pytest.mark.slow
def test_a_frame_of_1080p_is_painted(painter):
    frame = np.tile(scene(), (9, 12, 1))
    painted = paint_one(painter, frame, one_style(painter, 1))
    assert painted.shape == frame.shape
    assert np.abs(painted.astype(int) - frame).mean() > 10


def test_only_the_ratios_of_weights_count(painter):
    weights = one_style(painter, 0) + one_style(painter, 4)
    assert np.array_equal(paint_one(painter, scene(), weights), paint_one(painter, scene(), weights / 4))


def test_a_painted_frame_stays_what_it_is_when_the_next_is_painted(painter):
    first = paint_one(painter, scene(name="street"), one_style(painter, 0))
    kept = first.copy()
    paint_one(painter, scene(name="portrait"), one_style(painter, 1))
    assert np.array_equal(first, kept)


def test_frames_that_are_views_into_a_larger_picture_are_painted_as_they_look(painter):
    frame = scene(200, 150)[10:130, 20:180]
    style = one_style(painter, 0)
    assert np.array_equal(paint_one(painter, frame, style), paint_one(painter, frame.copy(), style))


def test_a_batch_of_the_wrong_shape_is_refused_before_it_reaches_the_runtime(painter):
    with pytest.raises(PaintError):
        painter.paint(np.zeros((1, 64, 64, 4), np.uint8), one_style(painter, 0), np.ones(1, np.float32))


def test_a_warmed_painter_paints(painter):
    painter.warm(64, 48, 2)
    painted = painter.paint(
        np.zeros((2, 48, 64, 3), np.uint8), np.repeat(one_style(painter, 0), 2, 0), np.ones(2, np.float32)
    )
    assert painted.shape == (2, 48, 64, 3)


def test_the_description_names_the_runtime(painter):
    assert painter.description.startswith(("OpenVINO 20", "ONNX Runtime 1"))


def test_a_painter_offers_the_styles_of_the_library_in_its_order(painter):
    assert painter.styles == tuple(style.id for style in read_library())
    assert len(painter.styles) >= 6


def test_both_runtimes_paint_the_same_in_the_same_precision():
    pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    frame = scene(240, 180, "harbour")
    table = StyleTable.load(SHIPPED_MODEL.with_suffix(".safetensors"))
    painted = []
    for engine in (OpenVinoEngine(SHIPPED_MODEL, precision="f32"), OnnxRuntimeEngine(SHIPPED_MODEL)):
        painter = StyleEngine(engine, table)
        painted.append(paint_one(painter, frame, one_style(painter, 0)).astype(np.float64))
        painter.close()
    error = np.square(painted[0] - painted[1]).mean()
    assert error == 0 or 10 * np.log10(255**2 / error) >= 60


def test_a_precision_that_is_asked_for_is_the_one_described():
    engine = OpenVinoEngine(SHIPPED_MODEL, precision="f32")
    assert engine.description.endswith("f32")
    engine.close()


def test_the_stub_offers_the_same_styles_and_loads_no_model():
    painter = open_painter("stub", stub_base_ms=0, stub_frame_ms=0)
    assert isinstance(painter, StubPainter)
    assert painter.styles == tuple(style.id for style in read_library())


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(LibraryError, match=r"expected a style table, found none at .*absent\.safetensors"):
        open_painter("openvino", tmp_path / "absent.onnx")


def test_an_unknown_runtime_is_refused_with_those_there_are():
    with pytest.raises(EngineError, match=r"expected a runtime of auto, tensorrt, .*, onnxruntime, got 'abacus'"):
        open_painter("abacus")


def test_what_ships_is_small_enough_to_install():
    assert SHIPPED_MODEL.stat().st_size < 2_500_000
    assert not list(SHIPPED_MODEL.parent.glob("*.data"))
