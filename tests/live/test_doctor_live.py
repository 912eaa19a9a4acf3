"""The doctor at a running server: it visits stations as phones do, and names what was broken on purpose."""

from __future__ import annotations

import asyncio

import pytest

from server.bench.operate_doctor import PLANTINGS, name_planted
from server.bench.running import RunningServer
from server.config import load_config
from server.doctor.check import State
from server.doctor.doctor import examine
from server.doctor.order import Order
from server.doctor.rounds import Examine, examine_apart


@pytest.mark.parametrize(
    ("station", "examined", "asked"),
    [
        ("harbour", examine, {"ticket", "page", "socket", "overlay", "latency"}),
        ("valley", examine_apart, {"ticket", "page", "socket", "lock", "overlay", "latency"}),
    ],
)
def test_a_station_is_visited_with_its_own_artwork_in_view(
    gallery: RunningServer, station: str, examined: Examine, asked: set[str]
) -> None:
    config = load_config(gallery.folder / "vernissage.toml")
    report = asyncio.run(examined(Order(config, station=station)))
    checks = {check.id: check for check in report.checks if check.subject == f"demo/{station}"}
    assert set(checks) == asked
    assert [check for check in checks.values() if check.state is State.FAULT] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_planted_fault_is_named_by_its_own_check() -> None:
    named = name_planted(PLANTINGS, lambda _what: None)
    assert len(named) >= 10
    assert [name for name, is_named in named.items() if not is_named] == []
