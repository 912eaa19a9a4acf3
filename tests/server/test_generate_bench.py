"""`bench generate`: every row is there, measured or with its reason, and a part that fails takes no other with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.errors import EngineError
from server.bench import generate_bench
from server.bench.form import BenchError
from server.bench.generate_bench import KINDS, QUICK, GenerateBench
from server.bench.generate_beside import Beside
from server.bench.generate_model import Batches, Ranked
from server.bench.generate_wait import Wait
from server.cli.bench import BENCHES

ASKED = {
    "picture_s": "<= 2",
    "first_preview_s": "<= 0.5",
    "rank1_share": ">= 0.8",
    "batch_speedup": "reported",
    "lens_age_ratio": "<= 1.3",
    "lens_age_ratio_real": "reported",
    "evasions_caught": ">= 0.98",
    "false_alarms": "<= 0.01",
}


def quiet(_title: str) -> None:
    """Nobody listens."""


def measured(found: Any) -> Callable[..., Any]:
    async def measure(*_args: object, **_more: object) -> Any:
        return found

    return measure


@pytest.fixture(autouse=True)
def without_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate_bench, "measure_wait", measured(Wait(1.25, 0.25, 5, "fake")))
    monkeypatch.setattr(generate_bench, "measure_words", lambda *_: Ranked(20, 0.85, 0.95))
    monkeypatch.setattr(generate_bench, "measure_batches", lambda *_: Batches(4.0, 2.0, "fake", on_card=False))
    monkeypatch.setattr(generate_bench, "measure_beside", measured(Beside(60.0, 50.0, 1.2, 5, 6, 40)))
    monkeypatch.setattr(generate_bench, "EVASIONS", 40)
    monkeypatch.setattr(generate_bench, "HARMLESS", 40)


def test_every_row_that_is_asked_for_is_there_with_its_reach() -> None:
    rows = GenerateBench(QUICK, quiet).run()
    assert {row.id: row.reach for row in rows} == ASKED
    assert all(row.ok for row in rows)
    assert {row.id: row.value for row in rows}["batch_speedup"] == 2.0
    assert "generate" in BENCHES


def test_a_batch_has_to_gain_something_on_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generate_bench, "measure_batches", lambda *_: Batches(4.0, 2.0, "fake", on_card=True))
    (row,) = [row for row in GenerateBench(QUICK, quiet).run() if row.id == "batch_speedup"]
    assert (row.reach, row.ok) == (">= 3", False)


@pytest.mark.parametrize("error", [BenchError("no server"), EngineError("no runtime"), OSError("no disk")])
def test_a_part_that_fails_says_why_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: object) -> Ranked:
        raise error

    monkeypatch.setattr(generate_bench, "measure_words", fail)
    rows = {row.id: row for row in GenerateBench(QUICK, quiet).run()}
    assert rows["rank1_share"].value is None and str(error) in rows["rank1_share"].how
    assert [row.id for row in rows.values() if row.value is None] == ["rank1_share"]


def test_the_form_of_a_kind_is_kept() -> None:
    assert list(KINDS) == list(ASKED)
