"""`bench engine`: every row is there, measured or with its reason, and what is timed is what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.runtime.card import Card
from models.runtime.engine import Terms
from models.style.model import SHIPPED_MODEL
from models.style.parity import psnr_db
from server.bench import engine_bench, engine_card, engine_visitors
from server.bench.engine_bench import KINDS, QUICK, EngineBench
from server.bench.engine_builds import kill_builds
from server.bench.engine_card import ASKED, CardReport, Timed, flow_ms, measure_card
from server.bench.engine_precision import measure_precision
from server.bench.engine_report import as_markdown
from server.bench.engine_start import measure_start
from server.bench.engine_visitors import Held, measure_visitors
from server.bench.form import BenchError

CARD = Card("NVIDIA GeForce RTX 4090", 89, 24 * 2**30, "13.1")
TORCH = "torch is not installed: pip install 'vernissage[torch]'"
RTX = "TensorRT-RTX is not installed: pip install 'vernissage[tensorrt-rtx]'"
RATES = SimpleNamespace(copy_bytes_per_s=1e12, flops_per_s=1e14)


def silent(title: str) -> None:
    pass


def test_every_row_is_there_and_says_why_where_it_could_not_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorrt_rtx", None)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setattr(engine_bench, "measure_start", _fails)
    rows = EngineBench(QUICK, None, silent).run()
    assert [row.id for row in rows] == list(KINDS)
    why = {row.id: row.how for row in rows if row.value is None}
    assert why.keys() == KINDS.keys()
    for name in ("models_built_without_card", "torn_engines_loaded"):
        assert "TensorRT-RTX is not installed: pip install" in why[name]
    assert "pip install 'vernissage[onnxruntime]'" in why["psnr_fp16"]
    assert "it broke" in why["warm_start_s"]
    for name in ("speedup_over_eager", "roofline_share", "visitors_at_15fps"):
        assert "no NVIDIA card on this machine" in why[name]


def _fails(*_: Any) -> Any:
    raise BenchError("it broke")


@pytest.mark.slow
def test_builds_that_are_killed_are_found_whole_or_not_at_all() -> None:
    pytest.importorskip("tensorrt_rtx", reason=RTX)
    found = kill_builds(2)
    assert (found.kills, found.torn) == (2, 0)


@pytest.mark.slow
def test_half_precision_is_held_against_full_precision_on_pictures_of_ones_own(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    import cv2

    random = np.random.default_rng(0)
    cv2.imwrite(str(tmp_path / "mine.png"), cv2.resize(random.integers(0, 256, (9, 12, 3), np.uint8), (160, 120)))
    found = measure_precision(tmp_path, 1, None)
    assert (found.pictures, found.styles) == (1, 14)
    assert 45 <= found.worst_db <= found.mean_db < 90
    with pytest.raises(BenchError, match="expected a folder of pictures"):
        measure_precision(tmp_path / "absent", 1, None)


def test_a_start_is_a_new_process_that_says_what_it_opened() -> None:
    start = measure_start(1)
    assert start.seconds > 0
    assert start.engine


class FakeEngine:
    """Counts what is under way."""

    in_flight = 2

    def __init__(self) -> None:
        self.warmed = self.flying = self.most = self.started = 0

    def warm(self, inputs: Any) -> None:
        self.warmed += 1

    def enqueue(self, inputs: Any) -> Any:
        self.flying += 1
        self.started += 1
        self.most = max(self.most, self.flying)
        return SimpleNamespace(result=self._land)

    def _land(self) -> None:
        self.flying -= 1


def test_as_many_batches_are_in_flight_as_the_engine_takes_and_all_of_them_land() -> None:
    engine: Any = FakeEngine()
    ms = flow_ms(engine, {}, 0.02)
    assert (engine.warmed, engine.most, engine.flying) == (1, 2, 0)
    assert ms * engine.started >= 20


def report(**ms: float) -> CardReport:
    rates: Any = RATES
    timed = tuple(Timed(way, *ASKED, time, 0.5) for way, time in ms.items())
    return CardReport(CARD, rates, timed, {"tensorrt": "TensorRT is not installed"})


def test_the_best_is_the_fastest_of_ours_and_never_somebody_elses_way() -> None:
    found = report(eager=8.0, graphs=0.5, ours=1.2, torch=1.4)
    assert (found.best.way, found.of("eager")) == ("ours", 8.0)
    with pytest.raises(BenchError, match="tensorrt was not timed: TensorRT is not installed"):
        found.of("tensorrt")


def test_the_rows_of_a_card_come_from_what_was_timed_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_bench, "measure_card", lambda *_: report(eager=8.0, ours=2.0, torch=2.5))
    bench = EngineBench(QUICK, None, silent)
    speedup, share = bench._on_card()
    assert (speedup.value, speedup.ok, share.value) == (4.0, True, 0.5)
    assert "torch eager fp16 8.00 ms, ours 2.00 ms; not there: TensorRT is not installed" in speedup.how


def test_the_report_has_every_time_with_the_card_and_the_versions() -> None:
    found = report(eager=8.0, ours=2.0)
    rows = [KINDS["roofline_share"].row(0.5, "how it was measured"), KINDS["psnr_fp16"].missing("no pictures")]
    text = as_markdown("2026-11-26", {"cpu": "a CPU", "cores": 16}, {"torch": "2.13.0"}, rows, found)
    assert "# vernissage bench engine, 2026-11-26" in text
    assert "NVIDIA GeForce RTX 4090 (SM89, 24 GiB, its driver knows CUDA 13.1); copies 1.00 TB/s" in text
    assert "a CPU, 16 cores; torch 2.13.0." in text
    assert "| `roofline_share` | 0.5 share | >= 0.35 | how it was measured |" in text
    assert "| `psnr_fp16` | - | >= 45 | not measured: no pictures |" in text
    assert "| torch eager, fp16 | 512x512 | 8 | 8.000 | 1000 | 0.50 |" in text
    assert "`tensorrt`: TensorRT is not installed" in text


def test_a_machine_without_a_card_or_without_torch_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BenchError, match="no NVIDIA card"):
        measure_card(True, Terms(), silent)
    monkeypatch.setattr(engine_card, "find_card", lambda: CARD)
    monkeypatch.setitem(sys.modules, "models.style.contest", None)
    with pytest.raises(BenchError, match=r"torch is not installed: pip install 'vernissage\[torch\]'"):
        measure_card(True, Terms(), silent)


def test_all_ways_are_run_on_the_same_batches_and_a_runtime_that_is_refused_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("torch", reason=TORCH)
    from models.style import contest

    class FakeContest:
        shape = contest.load_network(SHIPPED_MODEL.with_suffix(".safetensors")).shape

        def __init__(self, weights: Path) -> None:
            pass

        def rates(self) -> Any:
            return RATES

        def ms(self, way: str, count: int, height: int, width: int) -> float:
            return 4.0 * count * height * width / 512**2

    monkeypatch.setattr(engine_card, "find_card", lambda: CARD)
    monkeypatch.setattr(contest, "Contest", FakeContest)
    found = measure_card(False, Terms(), silent)
    assert len(found.timed) == len(contest.WAYS) * 8
    assert found.refused.keys() == {"tensorrt", "tensorrt_rtx", "torch"}
    assert found.of("eager") == 32.0
    shares = [one.roofline_share for one in found.timed if one.way == "ours"]
    assert max(shares) - min(shares) < 1e-9  # the same time a pixel is the same share, whatever the batch


def test_the_ways_of_the_contest_paint_the_same_and_are_timed() -> None:
    torch = pytest.importorskip("torch", reason=TORCH)
    from models.style import contest

    tried = contest.Contest(SHIPPED_MODEL.with_suffix(".safetensors"), "cpu")
    inputs = tried._inputs(2, 48, 64)
    smooth = torch.nn.functional.avg_pool2d(inputs[0].permute(0, 3, 1, 2).float(), 9, 1, 4)
    frames = ((smooth - 100) * 4).clamp(0, 255).permute(0, 2, 3, 1).to(torch.uint8)
    with torch.inference_mode():
        ways = {way: tried._call(way, (frames, *inputs[1:]))().numpy() for way in ("eager", "ours", "graphs")}
    assert psnr_db(ways["eager"], ways["ours"]) > 35
    assert np.array_equal(ways["graphs"], ways["eager"])
    assert tried.ms("ours", 1, 16, 16) > 0
    rates = tried.rates(2**16, 32)
    assert min(rates.copy_bytes_per_s, rates.flops_per_s) > 0


@pytest.mark.parametrize(
    ("held", "holds"),
    [
        (Held(4, 14.9, 60.0), True),
        (Held(4, 14.0, 60.0), False),
        (Held(4, 15.0, 100.0), False),
        (Held(4, 0.0, float("inf")), False),
    ],
)
def test_a_crowd_is_held_if_frames_come_back_and_are_young(held: Held, holds: bool) -> None:
    assert held.holds is holds


@pytest.mark.parametrize(("capacity", "tried"), [(0, [1]), (1, [1, 2]), (11, [1, 2, 4, 8, 16, 12, 10])])
async def test_crowds_grow_until_one_is_not_held_and_the_gap_is_narrowed(
    capacity: int, tried: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    async def crowd(server: Any, count: int, *_: Any) -> Held:
        asked.append(count)
        return Held(count, 15.0, 50.0 if count <= capacity else 150.0)

    class FakeServer:
        def __init__(self, settings: Any) -> None:
            json.dumps(settings)

        def __enter__(self) -> Any:
            return SimpleNamespace(stats=lambda: {"workers": [{"engine": "a fake"}]})

        def __exit__(self, *_: Any) -> None:
            pass

    monkeypatch.setattr(engine_visitors, "RunningServer", FakeServer)
    monkeypatch.setattr(engine_visitors, "_crowd", crowd)
    held, lost, engine = await measure_visitors(1.0, 0.1, silent)
    assert asked == tried
    assert (held.holds or held.visitors == 0, lost.holds, engine) == (True, False, "a fake")
    assert held.visitors <= capacity < lost.visitors


@pytest.mark.slow
async def test_one_visitor_on_a_real_server_is_counted() -> None:
    from server.bench.running import RunningServer

    stub = {"style": {"runtime": "stub", "stub_base_ms": 1.0, "stub_frame_ms": 0.5}}
    with RunningServer(engine_visitors.SETTINGS | stub) as server:
        found = await engine_visitors._crowd(server, 1, 1.5, 0.5, silent)
    assert found.fps > 5
    assert found.age_p95_ms < float("inf")
