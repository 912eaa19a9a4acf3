"""The one who looks: a reading of everything, what is pushed, and what is written down of it."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hall_house import EXHIBITION, STATION, House, frame

from server.appraisals import Appraisals
from server.log import Lines
from server.pulse import Pulse
from server.store.decisions import Decision, Decisions
from server.watch import watch as watch_module
from server.watch.condition import Condition, Reason
from server.watch.host import Host
from server.watch.journal import MOST, Journal
from server.watch.reading import Reading, StationReading
from server.watch.sources import Sources
from server.watch.tiles import FRESH_S
from server.watch.watch import Watch

SOON_S = 10.0


class Room:
    """A hall, and who looks at it."""

    def __init__(self, folder: Path) -> None:
        self.house = House()
        self.journal = Journal(lambda: 1000.0)
        sources = Sources(
            hall=self.house.hall,
            gateway=cast(Any, SimpleNamespace(connections=3)),
            on_show=self.house.on_show,
            workers=[self.house.worker],
            dreamer=None,
            appraisals=Appraisals(lambda number, artworks: None),
            ledger=self.house.hall.ledger,
            pulse=Pulse(),
            decided=Decisions,
            store_fault=str,
            certificate_ends_at=lambda: None,
        )
        self.watch = Watch(sources, Host(folder), self.journal, lambda: 1000.0)
        # the windows of the hall's ledger and the tiles that are made of them go by one clock
        self.ago_s = 0.0  # since what happens
        self.house.hall.ledger._now_ms = lambda: (watch_module.time.monotonic() - self.ago_s) * 1000

    async def tile(self) -> StationReading:
        reading = await self.watch.look()
        return next(station for station in reading.stations if station.station == STATION.id)


@pytest.fixture(name="room")
def _room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def test_a_reading_has_a_tile_for_each_station_and_the_machine(room: Room) -> None:
    reading = await room.watch.look()
    assert [tile.station for tile in reading.stations] == [station.id for station in EXHIBITION.stations]
    assert reading.host.memory_total_bytes > reading.host.memory_bytes > 0
    assert reading.host.disk_total_bytes > 0 and reading.host.descriptors > 0
    assert reading.room.connections == 3
    assert [worker.engine for worker in reading.workers] == ["fake"]
    assert {lane.kind for lane in reading.lanes} == {"paint", "track"}


async def test_a_tile_follows_its_station(room: Room) -> None:
    assert (await room.tile()).condition is Condition.NEVER_SEEN
    visitor, link = room.house.enter()
    assert ((await room.tile()).condition, (await room.tile()).live) == (Condition.LIVE, 1)
    room.ago_s = FRESH_S + 1
    room.house.hall.take(visitor, frame(1))
    assert (await room.tile()).reason is Reason.NO_ANSWERS
    room.ago_s = 0.0
    room.house.answer()
    tile = await room.tile()
    assert (tile.condition, tile.fps) == (Condition.LIVE, 0.1)
    room.house.hall.take(visitor, frame(2))
    assert (await room.tile()).condition is Condition.LIVE, "it may still be answered"
    room.house.hall.leave(visitor, cast(Any, link))
    assert (await room.tile()).condition is Condition.READY
    decided = Decision("We are hanging it anew.", "olga", 1000.0)
    room.house.on_show.operate(Decisions(off={(EXHIBITION.id, STATION.id): decided}))
    tile = await room.tile()
    assert (tile.condition, tile.message) == (Condition.OFF, "We are hanging it anew.")


async def test_what_becomes_worse_is_written_down_and_so_is_that_it_is_well_again(room: Room) -> None:
    room.house.enter()
    worker = room.house.worker.worker
    for fallback in ("", "onnxruntime, because openvino kept failing", ""):
        worker.fallback = fallback
        await room.watch._tell(await room.watch.look())
    told = [event for event in room.journal.newest() if event.station == STATION.id]
    assert [(event.level, event.kind) for event in told] == [("info", "station"), ("warning", "station")]
    assert told[1].sentence.endswith("is degraded: fallback") and told[0].sentence.endswith("is well again")


async def test_of_a_worker_that_is_gone_each_tile_says_so_and_its_supervisor_alone_writes_it_down(room: Room) -> None:
    room.house.enter()
    worker = room.house.worker.worker
    ready = worker.ready
    for present in (ready, None, ready):
        worker.ready = present
        await room.watch._tell(await room.watch.look())
        assert room.watch.latest is not None
        down = {tile.reason is Reason.WORKER_DOWN for tile in room.watch.latest.stations}
        assert down == {present is None}
    assert room.journal.newest() == []


async def test_while_the_disk_does_not_answer_nobody_else_is_sent_to_it(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "AROUND_S", 0.01)
    answers, asked = threading.Event(), 0

    def hang(_lag_ms: float) -> Any:
        nonlocal asked
        asked += 1
        answers.wait(SOON_S)
        return room.watch._host.look(0.0), ()

    monkeypatch.setattr(room.watch, "_look_around", hang)
    for _ in range(3):
        with pytest.raises(TimeoutError, match="has not answered"):
            await room.watch.look()
    answers.set()
    monkeypatch.setattr(watch_module, "AROUND_S", SOON_S)
    assert (await room.watch.look()).host.disk_total_bytes > 0
    assert asked == 1


def test_cpu_is_of_the_time_since_the_last_look_whichever_thread_asks(tmp_path: Path) -> None:
    host, busy = Host(tmp_path), time.process_time() + 0.3
    while time.process_time() < busy:
        pass
    shares: list[float] = []
    thread = threading.Thread(target=lambda: shares.append(host.look(0.0).cpu_share))
    thread.start()
    thread.join()
    assert 0.05 < shares[0] <= 1.0


async def test_lanes_say_how_large_batches_are_and_what_is_left_to_the_deadline(room: Room) -> None:
    room.house.now_ms = watch_module.time.monotonic() * 1000
    visitor, _ = room.house.enter()
    room.house.hall.take(visitor, replace(frame(1), capture_ms=room.house.now_ms))
    lane = next(lane for lane in (await room.watch.look()).lanes if lane.kind == "paint")
    assert lane.batch == 1.0
    assert lane.slack_ms is not None and 0 < lane.slack_ms < 20_000


async def test_readings_are_pushed_and_who_is_slow_gets_the_newest(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "LOOK_S", 0.01)
    heard: list[Reading] = []
    room.watch.on_reading.append(heard.append)
    task = asyncio.create_task(room.watch.run())
    try:
        async with asyncio.timeout(SOON_S):
            changes = room.watch.changes()
            first = await anext(changes)
            while len(heard) < 5:
                await asyncio.sleep(0.01)
            second = await anext(changes)
        assert first is not second and second in heard[3:]
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_look_that_fails_is_said_once_and_tried_again(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watch_module, "LOOK_S", 0.001)
    looks = 0

    async def fail() -> Reading:
        nonlocal looks
        looks += 1
        raise OSError("the disk is gone")

    monkeypatch.setattr(room.watch, "look", fail)
    task = asyncio.create_task(room.watch.run())
    try:
        async with asyncio.timeout(SOON_S):
            while looks < 5:
                await asyncio.sleep(0.001)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert caplog.text.count("the watch could not look") == 1


def test_the_journal_keeps_the_newest_and_tells_who_listens() -> None:
    journal, heard = Journal(lambda: 1000.0), []
    journal.on_event.append(lambda event: heard.append(event.id))
    for number in range(MOST + 5):
        journal.note("operation", f"event {number}", who="ada")
    assert len(journal.newest()) == MOST and len(heard) == MOST + 5
    assert [event.sentence for event in journal.newest(2)] == [f"event {MOST + 4}", f"event {MOST + 3}"]
    assert journal.newest(1)[0].detail == {"who": "ada"}


def test_warnings_of_the_log_are_in_the_journal_with_their_station_and_never_twice() -> None:
    journal, logger = Journal(lambda: 1000.0), logging.getLogger("vernissage.some")
    handler = journal.handler()
    logging.getLogger().addHandler(handler)
    try:
        logger.info("nothing")
        logger.warning("the artwork of %s is hard to track", "harbour", extra={"station": "harbour", "worker": 0})
        journal.note("worker", "worker 0 is back", level="warning")
    finally:
        logging.getLogger().removeHandler(handler)
    assert [(e.level, e.kind, e.station, e.sentence) for e in reversed(journal.newest())] == [
        ("warning", "log", "harbour", "the artwork of harbour is hard to track"),
        ("warning", "worker", "", "worker 0 is back"),
    ]
    assert journal.newest()[1].detail == {"worker": 0}


def test_an_event_in_the_log_carries_its_fields(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        Journal(lambda: 1000.0).note("operation", "switched off", exhibition="demo", station="harbour")
    assert '"station": "harbour"' in Lines().format(caplog.records[-1])
