"""A real worker process under its supervisor: it answers, and when killed or hung it is started again."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from supervising import at_work, until

from exhibit.exhibition import demo_file
from models.style.model import SIZES
from server.codes.code import make_code
from server.worker.codec import encode
from server.worker.painting import painting_worker
from server.worker.settings import Ready, WorkerSettings
from server.worker.supervisor import Supervisor, WorkerStartError
from server.worker.wire import Kind, Message

SETTINGS = WorkerSettings("stub", "", 1, 80, ((64, 48),), (1,), stub_base_ms=1.0, stub_frame_ms=1.0)


class Watcher:
    """Hears what a supervisor reports."""

    def __init__(self) -> None:
        self.ready: list[Ready] = []
        self.answers: list[Message] = []
        self.lost = 0

    def lose(self) -> None:
        self.lost += 1


@asynccontextmanager
async def worker(settings: WorkerSettings = SETTINGS) -> AsyncIterator[tuple[Supervisor[Ready], Watcher]]:
    watcher = Watcher()
    held = painting_worker(0, settings, watcher.ready.append, watcher.answers.append, watcher.lose)
    async with at_work(held):
        yield held, watcher


def submit(held: Supervisor, number: int) -> None:
    picture = encode(np.zeros((48, 64, 3), np.uint8), 80)
    row = {"weights": {held.ready.styles[0]: 1.0} if held.ready else {}, "strength": 1.0, "session": 1, "connection": 1}
    held.submit(Kind.PAINT, number, {"width": 64, "height": 48, "rows": [row]}, [picture])


async def test_it_says_what_it_is_and_answers() -> None:
    async with worker() as (held, watcher):
        assert "starry_night" in watcher.ready[0].styles and watcher.ready[0].costs
        submit(held, 5)
        await until(lambda: bool(watcher.answers))
        assert watcher.answers[0].head["batch"] == 5
        assert watcher.answers[0].pictures[0].startswith(b"\xff\xd8")


async def test_it_tracks_forgets_and_reads_codes() -> None:
    async with worker() as (held, watcher):
        frame = np.full((480, 640, 3), 190, np.uint8)
        code = cv2.imdecode(np.frombuffer(make_code("https://art.example/").png(6), np.uint8), cv2.IMREAD_COLOR)
        frame[60 : 60 + len(code), 80 : 80 + len(code)] = code
        row = {"session": 4, "connection": 2, "artwork": "missing.png", "captured_ms": 0.0}
        held.submit(Kind.TRACK, 8, {"width": 640, "height": 480, "rows": [row]}, [encode(frame, 85)])
        await until(lambda: len(watcher.answers) == 2)
        by_kind = {answer.kind: answer.head for answer in watcher.answers}
        assert (by_kind[Kind.TRACK]["batch"], by_kind[Kind.TRACK]["poses"]) == (8, [{"state": 0}])
        seen = by_kind[Kind.SEEN]
        assert (seen["session"], seen["connection"], seen["text"]) == (4, 2, "https://art.example/")
        held.tell(Kind.FORGET, {"session": 4})
        submit(held, 9)
        await until(lambda: len(watcher.answers) == 3)


async def test_it_scores_the_artworks_when_asked_to(tmp_path: Path) -> None:
    settings = replace(SETTINGS, pictures=str(demo_file().parent), targets=str(tmp_path / "targets"))
    async with worker(settings) as (held, watcher):
        held.tell(Kind.APPRAISE, {"request": 7, "artworks": ["harbour.jpg", "missing.jpg"]})
        await until(lambda: bool(watcher.answers))
        (score,) = watcher.answers[0].head["scores"]
        assert (watcher.answers[0].kind, watcher.answers[0].head["request"]) == (Kind.SCORED, 7)
        assert score["artwork"] == "harbour.jpg" and 0 < score["value"] <= 100
        submit(held, 1)
        await until(lambda: len(watcher.answers) == 2)


async def test_before_it_is_ready_nothing_is_asked_of_it() -> None:
    watcher = Watcher()
    held = painting_worker(0, SETTINGS, watcher.ready.append, watcher.answers.append, watcher.lose)
    held.tell(Kind.APPRAISE, {"request": 1, "artworks": ["harbour.jpg"]})


async def test_a_killed_worker_is_started_again_and_the_reason_kept(caplog: pytest.LogCaptureFixture) -> None:
    async with worker() as (held, watcher):
        assert held.pid is not None
        os.kill(held.pid, signal.SIGKILL)
        await until(lambda: len(watcher.ready) == 2)
        assert watcher.lost == 1 and held.restarts == 1
        assert "SIGKILL" in held.last_fault and "SIGKILL" in caplog.text
        submit(held, 1)
        await until(lambda: bool(watcher.answers))


async def test_a_worker_that_is_started_again_warms_up_the_largest_size_and_the_least_alone() -> None:
    sizes = ((64, 48), (48, 36), (32, 24))
    settings = replace(SETTINGS, sizes=sizes, counts=(1, 2), lighter=str(SIZES["swift"]))
    async with worker(settings) as (held, watcher):
        assert held.pid is not None
        os.kill(held.pid, signal.SIGKILL)
        await until(lambda: len(watcher.ready) == 2)
    measured = [{(cost["width"], cost["height"], cost["count"]) for cost in ready.costs} for ready in watcher.ready]
    assert measured[0] == {(*size, count) for size in sizes for count in (1, 2)}
    assert measured[1] == {(64, 48, 1), (32, 24, 1)}
    for ready in watcher.ready:
        assert [(cost["width"], cost["height"]) for cost in ready.lighter_costs] == [(32, 24)]


async def test_a_halted_worker_is_killed_and_started_again() -> None:
    async with worker() as (held, watcher):
        assert held.pid is not None
        os.kill(held.pid, signal.SIGSTOP)
        await until(lambda: len(watcher.ready) == 2)
        assert "hung" in held.last_fault and held.restarts == 1


async def test_a_fault_while_a_batch_is_read_ends_the_worker_at_once() -> None:
    async with worker() as (held, watcher):
        held.submit(Kind.PAINT, 1, {"a head": "without rows"}, [b"a picture"])
        await until(lambda: len(watcher.ready) == 2)
        assert "exit status 1" in held.last_fault


async def test_no_process_is_left_behind() -> None:
    async with worker() as (held, _):
        pid = held.pid
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_worker_that_cannot_start_says_why() -> None:
    missing = replace(SETTINGS, runtime="openvino", model="/no/such/model.onnx")
    watcher = Watcher()
    with pytest.raises(WorkerStartError, match=r"/no/such/model"):
        await painting_worker(0, missing, watcher.ready.append, watcher.answers.append, watcher.lose).run()
