"""What a worker paints with: opened, timed, built where it has to be; JPEGs by cores or card; profiles."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from models.building import Built
from models.errors import EngineError, NotBuiltError
from models.runtime.profile import profile_for
from models.style.engine import OpenedPainter
from models.style.model import SHIPPED_MODEL, SIZES
from models.style.stub import StubPainter
from server.config import CanvasConfig, Config, LensConfig, StyleConfig
from server.degradation import ASPECTS, widths
from server.engine_profiles import engine_profiles
from server.process_settings import worker_settings
from server.worker import jpegs as jpegs_module
from server.worker import studio as studio_module
from server.worker.codec import encode
from server.worker.jpegs import CardJpegs, CoreJpegs, open_jpegs
from server.worker.settings import Ready
from server.worker.studio import open_better, open_studio
from server.worker.trial import measure


def settings(tmp_path: Path, runtime: str = "tensorrt") -> dict[str, Any]:
    return {
        "runtime": runtime,
        "model": "",
        "lighter": "",
        "threads": 3,
        "memory_mb": 2,
        "shelf": "",
        "engines": str(tmp_path / "engines"),
        "profiles": [profile.as_json() for profile in engine_profiles(Config())],
        "stub_base_ms": 0.0,
        "stub_frame_ms": 0.0,
        "sizes": [[48, 36], [36, 48]],
        "counts": [1, 2],
        "jpeg": "cores",
    }


class Shop:
    """Opens stub painters, some of which have to be built first; writes down what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, unbuilt: bool = False, better: str | None = None) -> None:
        self.unbuilt, self.better = unbuilt, better
        self.opened: list[tuple[str, Any]] = []
        self.orders: list[Any] = []
        self.models: list[Path | None] = []
        self.failure = ""
        monkeypatch.setattr(studio_module, "open_best_painter", self.open)
        monkeypatch.setattr(studio_module, "build_apart", self.build)

    def open(self, runtime: str, model: Path | None, terms: Any, **_: Any) -> OpenedPainter:
        if self.unbuilt:
            raise NotBuiltError("no engine yet")
        self.opened.append((runtime, terms))
        self.models.append(model)
        return OpenedPainter(StubPainter(0.0, 0.0, ("a", "b")), self.better)

    def build(self, order: Any, progress: Any) -> Built:
        if self.failure:
            raise EngineError(self.failure)
        self.orders.append(order)
        progress("half of it", 0.5)
        self.unbuilt = False
        return Built("an engine", True, 9, 1.0)


def test_a_studio_says_what_the_server_has_to_know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Shop(monkeypatch, better="tensorrt")
    studio = open_studio(settings(tmp_path, "auto"))
    ready = Ready.from_head(studio.description)
    assert (ready.styles, ready.in_flight, ready.device_bytes) == (("a", "b"), 1, 0)
    assert [(cost["width"], cost["height"], cost["count"]) for cost in ready.costs] == [
        (48, 36, 1),
        (36, 48, 1),
        (48, 36, 2),
        (36, 48, 2),
    ]
    assert "JPEG on 1 thread" in ready.engine
    assert studio.better == "tensorrt"


def test_a_painter_is_opened_on_the_terms_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(monkeypatch)
    open_studio(settings(tmp_path))
    ((runtime, terms),) = shop.opened
    assert (runtime, terms.threads, terms.memory_bytes) == ("tensorrt", 3, 2 * 2**20)
    assert terms.profiles == engine_profiles(Config())
    assert terms.store.folder == tmp_path / "engines"


def test_a_lighter_painter_is_opened_beside_it_and_timed_at_the_least_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(monkeypatch)
    studio = open_studio(settings(tmp_path, "openvino") | {"lighter": "swift.onnx"})
    assert shop.models == [None, Path("swift.onnx")]
    assert studio.lighter is not None
    costs = Ready.from_head(studio.description).lighter_costs
    assert [(cost["width"], cost["height"], cost["count"]) for cost in costs] == [(36, 48, 1)]


def test_beside_a_painter_on_a_card_no_lighter_one_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(monkeypatch)
    monkeypatch.setattr(StubPainter, "in_flight", 2)
    studio = open_studio(settings(tmp_path) | {"lighter": "swift.onnx"})
    assert shop.models == [None]
    assert (studio.lighter, Ready.from_head(studio.description).lighter_costs) == (None, ())


def test_a_named_runtimes_engine_is_built_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(monkeypatch, unbuilt=True)
    open_studio(settings(tmp_path))
    (order,) = shop.orders
    assert (order.flavour, order.onnx, order.folder) == ("tensorrt", SHIPPED_MODEL, tmp_path / "engines")
    assert (order.profiles, order.target) == (engine_profiles(Config()), 0)
    assert [runtime for runtime, _ in shop.opened] == ["tensorrt"]


def test_a_build_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(monkeypatch, unbuilt=True)
    shop.failure = "no way to compute the third layer"
    with pytest.raises(EngineError, match="no way to compute the third layer"):
        open_studio(settings(tmp_path))


def test_a_better_runtime_is_built_and_then_opened_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(monkeypatch)
    open_better(settings(tmp_path, "auto"), "tensorrt_rtx")
    assert [order.flavour for order in shop.orders] == ["tensorrt_rtx"]
    assert [runtime for runtime, _ in shop.opened] == ["tensorrt_rtx"]


def test_sizes_are_warmed_before_they_are_timed_and_large_batches_only_while_time_lasts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[str] = []
    painter: Any = SimpleNamespace(
        styles=("a",),
        warm=lambda width, height, count: calls.append(f"warm {width} {count}"),
        paint=lambda frames, weights, strength: calls.append(f"paint {frames.shape[2]} {len(frames)}"),
    )
    found = measure(painter, [(48, 36), (32, 24)], [1, 4])
    assert [(one["width"], one["count"]) for one in found] == [(48, 1), (32, 1), (48, 4), (32, 4)]
    assert calls[:2] == ["warm 48 1", "paint 48 1"]
    assert all(1 <= len(one["ms"]) <= 3 for one in found)
    monkeypatch.setattr("server.worker.trial.MEASURE_S", -1.0)
    assert [one["count"] for one in measure(painter, [(48, 36), (32, 24)], [1, 4])] == [1, 1]


@pytest.mark.parametrize(
    "config",
    [
        Config(),
        Config(style=StyleConfig(batch_sizes=(1,))),
        Config(lens=LensConfig(width=960, min_width=64)),
        Config(canvas=CanvasConfig(texture_width=1024)),
    ],
)
def test_whatever_a_phone_can_be_asked_for_belongs_to_a_profile(config: Config) -> None:
    profiles = engine_profiles(config)
    asked = [(width, round(width * aspect)) for width in widths(config.lens) for aspect in ASPECTS]
    texture = config.canvas.texture_width
    asked += [(texture, round(texture * aspect)) for aspect in ASPECTS]
    for longer, shorter in asked:
        for count in config.style.batch_sizes:
            for height, width in ((longer, shorter), (shorter, longer)):
                assert profile_for(profiles, {"batch": count, "height": height, "width": width}) is not None
    assert profile_for(profiles, {"batch": 65, "height": 360, "width": 480}) is None
    assert profile_for(profiles, {"batch": 1, "height": 1920, "width": 1920}) is None


@pytest.mark.parametrize(
    ("style", "lighter"),
    [
        (StyleConfig(), SIZES["swift"]),
        (StyleConfig(runtime="onnxruntime"), SIZES["swift"]),
        (StyleConfig(lighter="off"), None),
        (StyleConfig(model="mine.onnx"), None),
        (StyleConfig(runtime="stub"), None),
        (StyleConfig(runtime="stub", lighter="on"), SIZES["swift"]),
    ],
)
def test_the_small_network_goes_with_the_large_one_that_ships(
    style: StyleConfig, lighter: Path | None, tmp_path: Path
) -> None:
    found = worker_settings(Config(style=style), tmp_path)
    assert found.lighter == (str(lighter) if lighter else "")


def pictures(count: int, width: int = 48, height: int = 36) -> Any:
    random = np.random.default_rng(0)
    small = random.integers(0, 256, (count, 6, 8, 3), np.uint8)
    return np.stack([cv2.resize(picture, (width, height)) for picture in small])


@pytest.mark.parametrize("threads", [1, 4])
def test_the_cores_decode_and_encode_in_order_and_a_damaged_picture_costs_itself(threads: int) -> None:
    jpegs = CoreJpegs(threads)
    frames = pictures(5)
    encoded = jpegs.encode(frames, 90)
    encoded[2] = encoded[2][:60]
    back = np.zeros_like(frames)
    assert jpegs.decode(encoded, back) == [True, True, False, True, True]
    for index in (0, 1, 3, 4):
        assert np.abs(back[index].astype(int) - frames[index]).mean() < 8
    jpegs.close()


def test_a_picture_of_another_size_is_scaled(tmp_path: Path) -> None:
    frames = pictures(1, 96, 72)
    room = np.zeros((1, 36, 48, 3), np.uint8)
    assert CoreJpegs(1).decode([encode(frames[0], 90)], room) == [True]
    wanted = cv2.resize(frames[0], (48, 36), interpolation=cv2.INTER_AREA)
    assert np.abs(room[0].astype(int) - wanted).mean() < 10


class FakeNvJpeg:
    """Decodes the first of each batch and refuses the others."""

    def decode(self, jpegs: Any, frames: Any) -> list[bool]:
        frames[0] = 7
        return [True] + [False] * (len(jpegs) - 1)

    def encode(self, frames: Any, quality: int) -> list[bytes]:
        return [encode(frame, quality) for frame in frames]


def test_what_the_card_refuses_is_left_to_the_cores() -> None:
    frames = pictures(3)
    card: Any = FakeNvJpeg()
    jpegs = CardJpegs(card, CoreJpegs(1))
    encoded = jpegs.encode(frames, 90)
    encoded[2] = b"no picture"
    back = np.zeros_like(frames)
    assert jpegs.decode(encoded, back) == [True, True, False]
    assert (back[0] == 7).all()
    assert np.abs(back[1].astype(int) - frames[1]).mean() < 8
    jpegs.close()


def test_auto_stays_with_the_cores_where_there_is_no_card_or_no_nvjpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_jpegs("auto", False, 1, (48, 36)), CoreJpegs)
    monkeypatch.setattr(jpegs_module.nvjpeg, "find_obstacle", lambda: "nvImageCodec is not installed")
    assert isinstance(open_jpegs("auto", True, 1, (48, 36)), CoreJpegs)


@pytest.mark.parametrize(("card_ms", "chosen"), [(0.1, CardJpegs), (500.0, CoreJpegs)])
def test_auto_takes_the_quicker_of_the_two(card_ms: float, chosen: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpegs_module.nvjpeg, "find_obstacle", lambda: "")
    monkeypatch.setattr(jpegs_module.nvjpeg, "NvJpeg", FakeNvJpeg)
    times = {CardJpegs: card_ms, CoreJpegs: 5.0}
    monkeypatch.setattr(jpegs_module, "_time_ms", lambda jpegs, frames: times[type(jpegs)])
    assert isinstance(open_jpegs("auto", True, 1, (48, 36)), chosen)
    assert isinstance(open_jpegs("card", True, 1, (48, 36)), CardJpegs)


def test_a_card_that_cannot_after_all_is_passed_over_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(jpegs: Any, frames: Any) -> float:
        raise EngineError("nvJPEG has no decoder here")

    monkeypatch.setattr(jpegs_module.nvjpeg, "find_obstacle", lambda: "")
    monkeypatch.setattr(jpegs_module.nvjpeg, "NvJpeg", FakeNvJpeg)
    monkeypatch.setattr(jpegs_module, "_time_ms", broken)
    assert isinstance(open_jpegs("auto", True, 1, (48, 36)), CoreJpegs)
    assert "JPEG stays with the cores: nvJPEG has no decoder here" in caplog.text
