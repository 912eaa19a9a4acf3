"""`bench operate`: every row is there, measured or with its reason, and a part that fails takes no other with it."""

from __future__ import annotations

from typing import Any

import pytest

from server.bench import operate_bench
from server.bench.form import BenchError
from server.bench.operate_bench import KINDS, QUICK, OperateBench
from server.bench.operate_doctor import Found
from server.bench.operate_faults import Faults
from server.bench.operate_page import Page
from server.bench.operate_storm import Storm
from server.bench.soak import Soak
from server.cli.bench import BENCHES

ASKED = {
    "recovery_s": "<= 3",
    "detection_s": "<= 2",
    "sessions_lost": "<= 0",
    "storm_loop_lag_p99_ms": "< 50",
    "storm_dropped": "<= 0",
    "soak_rss_growth": "< 0.02",
    "soak_fd_growth": "< 0.02",
    "tile_red_s": "<= 3",
    "doctor_s": "< 30",
    "planted_faults_named": ">= 1",
    "scrape_p99_ms": "< 20",
    "storm_told_s": "<= 5",
}


class NoServer:
    """Stands for one that was started."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> NoServer:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture(autouse=True)
def without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def soak(*_: object) -> Soak:
        return Soak(0.001, 0.0, 120.0, 40, 0)

    async def page(*_: object) -> Page:
        return Page(1.1, 2, 4.0, 60, 8)

    monkeypatch.setattr(operate_bench, "RunningServer", NoServer)
    monkeypatch.setattr(operate_bench, "measure_soak", soak)
    monkeypatch.setattr(operate_bench, "measure_page", page)
    monkeypatch.setattr(operate_bench, "measure_faults", lambda *_: Faults(2.0, 0.5, 0, 2, 1, 8, 0))
    monkeypatch.setattr(operate_bench, "measure_storm", lambda *_: Storm(100, 12.0, 3.0, 5.0, 0, 2.0, 0))
    monkeypatch.setattr(operate_bench, "measure_doctor", lambda *_: Found(12.0, 6, 3, 3))


def rows_of(bench: OperateBench) -> dict[str, Any]:
    return {row.id: row for row in bench.run()}


def test_every_row_that_is_asked_for_is_there_with_its_reach() -> None:
    rows = rows_of(OperateBench(QUICK, lambda _title: None))
    assert {name: row.reach for name, row in rows.items()} == ASKED
    assert all(row.ok for row in rows.values())
    assert rows["planted_faults_named"].value == 1.0
    assert list(KINDS) == list(ASKED) and "operate" in BENCHES


@pytest.mark.parametrize("error", [BenchError("no server"), OSError("no disk"), TimeoutError("never seen")])
def test_a_part_that_fails_says_why_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> Faults:
        raise error

    monkeypatch.setattr(operate_bench, "measure_faults", fail)
    rows = rows_of(OperateBench(QUICK, lambda _title: None))
    missing = [name for name, row in rows.items() if row.value is None]
    assert missing == ["recovery_s", "detection_s", "sessions_lost"]
    assert all(str(error) in rows[name].how for name in missing)


def test_a_fault_that_the_doctor_does_not_name_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operate_bench, "measure_doctor", lambda *_: Found(12.0, 6, 9, 10))
    row = rows_of(OperateBench(QUICK, lambda _title: None))["planted_faults_named"]
    assert (row.value, row.ok) == (0.9, False)
