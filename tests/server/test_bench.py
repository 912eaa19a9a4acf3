"""The form of a benchmark's report, the loads it sets, and what happens when something cannot be measured."""

from __future__ import annotations

import argparse
import asyncio
import json
import tomllib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from server.bench import running
from server.bench.bare import BareLoop
from server.bench.form import BenchError, BenchReport, Kind, Reach, Row
from server.bench.load import StubCost, growth, median
from server.bench.machine import machine, versions
from server.bench.running import RunningServer
from server.bench.server_bench import KINDS, QUICK, ServerBench
from server.cli import bench as bench_command
from server.visitors.film import moving_film

ROW_IDS = [
    "throughput_ratio",
    "overload_age_ratio",
    "greedy_ratio",
    "jain",
    "loop_lag_p99_ms",
    "rss_growth",
    "worker_recovery_s",
    "sessions_lost",
    "out_of_order",
    "cpu_ms_per_frame",
]


@pytest.mark.parametrize(
    ("reach", "value", "holds"),
    [
        (Reach(">=", 0.85), 0.85, True),
        (Reach(">=", 0.85), 0.84, False),
        (Reach("<", 10), 10.0, False),
        (Reach("<=", 0), 0.0, True),
        (Reach(), 1e9, True),
    ],
)
def test_a_value_reaches_what_it_should_or_not(reach: Reach, value: float, holds: bool) -> None:
    assert reach.holds(value) is holds


def test_a_row_has_the_fields_of_the_form() -> None:
    row = Kind("throughput_ratio", "ratio", Reach(">=", 0.85)).row(0.912345, "frames/s over frames/s")
    assert row.as_json() == {
        "id": "throughput_ratio",
        "value": 0.9123,
        "unit": "ratio",
        "reach": ">= 0.85",
        "ok": True,
        "how": "frames/s over frames/s",
    }


def test_rounding_does_not_make_a_value_reach_what_it_does_not() -> None:
    assert Kind("jain", "index", Reach(">=", 0.98)).row(0.97999, "").ok is False


def test_a_row_that_was_not_measured_is_null_and_says_why() -> None:
    row = KINDS["jain"].missing("the server did not start")
    assert (row.value, row.ok) == (None, None)
    assert "the server did not start" in row.how


def test_a_report_has_the_fields_of_the_form_and_is_json() -> None:
    report = BenchReport("server", machine(), versions(), 41.23, [KINDS["jain"].row(1.0, "how")])
    found = json.loads(json.dumps(report.as_json()))
    assert list(found) == ["bench", "machine", "versions", "seconds", "rows"]
    assert list(found["machine"]) == ["cpu", "cores", "gpu"]
    assert found["machine"]["cores"] >= 1
    assert "python" in found["versions"]
    assert (found["bench"], found["seconds"]) == ("server", 41.2)


def test_a_report_is_ok_only_if_every_row_is() -> None:
    good, bad = KINDS["jain"].row(1.0, ""), KINDS["jain"].missing("")
    assert BenchReport("server", {}, {}, 1.0, [good]).ok
    assert not BenchReport("server", {}, {}, 1.0, [good, bad]).ok


def test_the_server_bench_has_the_rows_that_are_asked_for() -> None:
    assert list(KINDS) == ROW_IDS


def test_the_quick_run_is_planned_to_take_less_than_a_minute() -> None:
    assert QUICK.total_s < 60


def test_the_stubs_capacity_is_that_of_its_best_batch() -> None:
    cost = StubCost(base_ms=20, frame_ms=5, batch_sizes=(1, 2, 4, 8))
    assert cost.capacity_fps == pytest.approx(8000 / 60)
    assert cost.visitors(2.0, fps=15) == 18
    assert cost.visitors(0.001, fps=15) == 1


@pytest.mark.parametrize(
    ("samples", "grown"), [([100, 100, 103, 103], 0.03), ([100] * 9, 0.0), ([100, 100, 500, 102, 102, 102], 0.02)]
)
def test_growth_compares_the_medians_of_the_halves(samples: list[float], grown: float) -> None:
    assert growth(samples) == pytest.approx(grown)


def test_growth_of_a_single_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least 2"):
        growth([1.0])


def test_the_median_of_an_even_count_lies_between_the_middle_two() -> None:
    assert (median([4, 1, 3, 2]), median([3, 1, 2])) == (2.5, 2)


def test_the_bare_loop_paints_every_frame() -> None:
    class Counter:
        styles = ("one", "two")
        description = "counts"
        shapes: list[tuple[int, ...]] = []  # noqa: RUF012

        def paint(self, frames: np.ndarray, weights: np.ndarray, strength: np.ndarray) -> np.ndarray:
            self.shapes.append(frames.shape)
            return frames

        def warm(self, width: int, height: int, batch: int) -> None: ...

        def close(self) -> None: ...

    loop = BareLoop(Counter(), [moving_film(0).jpeg(0, 64, 48)], 64, 48, quality=80)
    fps = loop.frames_per_s(0.1)
    assert set(Counter.shapes) == {(1, 48, 64, 3)}
    assert fps == pytest.approx(len(Counter.shapes) / 0.1, rel=0.5)


def test_when_no_server_starts_every_row_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: RunningServer) -> None:
        raise BenchError("the server did not start: port taken")

    monkeypatch.setattr(RunningServer, "start", fail)
    rows = asyncio.run(ServerBench(QUICK, None, lambda title: None).run())
    assert [row.id for row in rows] == ROW_IDS
    assert {row.value for row in rows} == {None}
    assert all("port taken" in row.how or row.id == "out_of_order" for row in rows)


def test_a_part_that_fails_does_not_take_the_others_along(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*args: object, **kwargs: object) -> None:
        raise BenchError("no overlay came back")

    async def soak(self: ServerBench, server: RunningServer) -> list[Row]:
        return [KINDS["rss_growth"].row(0.001, "soaked")]

    monkeypatch.setattr(RunningServer, "start", lambda self: None)
    for part in ("_throughput", "_recovery", "_overload"):
        monkeypatch.setattr(ServerBench, part, fail)
    monkeypatch.setattr(ServerBench, "_soak", soak)
    rows = {row.id: row for row in asyncio.run(ServerBench(QUICK, None, lambda title: None).run())}
    assert rows["rss_growth"].value == 0.001
    assert rows["jain"].value is None
    assert "no overlay came back" in rows["jain"].how


def test_a_server_that_ends_at_once_is_reported_with_its_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.sys, "executable", "/bin/false")
    with pytest.raises(BenchError, match="did not start"), RunningServer():
        pass


def test_settings_are_written_as_toml() -> None:
    settings = {"style": {"runtime": "stub", "batch_sizes": [1, 2], "stub_base_ms": 20.0}, "server": {"http": True}}
    assert tomllib.loads(running._toml(settings)) == settings


@pytest.mark.parametrize(("value", "code"), [(1.0, 0), (0.5, 1)])
def test_the_command_prints_one_json_object(
    value: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(args: argparse.Namespace) -> Sequence[Row]:
        return [KINDS["jain"].row(value, "how")]

    monkeypatch.setattr(bench_command, "BENCHES", {"server": bench_of(rows)})
    assert run_command(["bench", "server", "--json", "--quick"]) == code
    assert json.loads(capsys.readouterr().out)["rows"][0]["value"] == value


def test_the_command_prints_a_table_for_people(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_command, "BENCHES", {"server": bench_of(lambda args: [KINDS["jain"].missing("why")])})
    assert run_command(["bench", "server"]) == 1
    assert "jain" in capsys.readouterr().out


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_command(["bench", "nonesuch"])
    assert "nonesuch" in capsys.readouterr().err


def bench_of(rows: Callable[[argparse.Namespace], Sequence[Row]]) -> bench_command.Bench:
    return bench_command.Bench("summary", lambda parser: None, rows)


def run_command(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    bench_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(words)
    code: int = args.run(args)
    return code
