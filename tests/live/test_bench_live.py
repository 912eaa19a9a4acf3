"""The benchmark and the simulated visitors on a real server, with runs that are as short as they can be."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from server.bench.running import RunningServer
from server.bench.server_bench import KINDS, Lengths, ServerBench

SHORTEST = Lengths(rounds=1, round_s=2.5, load_s=1.5, settle_s=0.5, soak_s=2.0, warm_s=0.5, stay_s=(0.3, 0.6), kills=1)


@pytest.mark.slow
async def test_every_row_of_the_server_bench_is_measured() -> None:
    said: list[str] = []
    rows = {row.id: row for row in await ServerBench(SHORTEST, None, said.append).run()}
    assert list(rows) == list(KINDS)
    assert {row.id: row.how for row in rows.values() if row.value is None} == {}
    assert rows["out_of_order"].value == 0
    assert rows["sessions_lost"].value == 0
    assert {"throughput", "recovery", "overload", "soak"} <= set(said)


@pytest.mark.parametrize("by", ["--ticket-url", "--server"])
def test_the_visitors_command_visits_a_real_server(gallery: RunningServer, by: str) -> None:
    where = f"{gallery.url}/v/{gallery.door().ticket}" if by == "--ticket-url" else gallery.url
    options = ["--count", "4", "--fps", "10", "--seconds", "3", "--size", "160x120", "--json"]
    command = [sys.executable, "-m", "server.cli.main", "visitors", by, where, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["overlays"] > 0
    assert report["out_of_order"] == 0
    assert report["refused"] == {}
