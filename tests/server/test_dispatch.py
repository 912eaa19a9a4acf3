"""One worker's lanes: what waits there, what it says; and where sessions are placed among several workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from exhibit.protocol import Frame
from exhibit.style_mix import StyleMix
from server.costs import Size
from server.dispatch import Dispatch, Outcomes, least_loaded
from server.scheduler import WaitingFrame, WaitingTexture
from server.worker.settings import Ready, WorkerSettings
from server.worker.wire import Kind, Message

SETTINGS = WorkerSettings("stub", "", 1, 80, ((64, 48),), (1,), 0.0, 0.0)


def ignore(*_: object) -> None:
    """Nobody looks."""


NOBODY = Outcomes(
    painted=ignore,
    tracked=ignore,
    textured=ignore,
    dropped=ignore,
    seen=ignore,
    worked=ignore,
    ready=ignore,
    scored=ignore,
)


def worker(number: int, sessions: int, *, ready: bool = True) -> Dispatch:
    dispatch = Dispatch(number, SETTINGS, NOBODY, lambda: 0.0)
    dispatch.sessions = sessions
    dispatch.worker.ready = Ready(("wave",), "fake", ()) if ready else None
    return dispatch


def test_the_next_session_goes_to_the_worker_with_the_fewest() -> None:
    assert least_loaded([worker(0, 3), worker(1, 2), worker(2, 4)]).number == 1


def test_a_worker_that_is_being_started_again_gets_nobody_while_others_are_ready() -> None:
    assert least_loaded([worker(0, 0, ready=False), worker(1, 9)]).number == 1
    assert least_loaded([worker(0, 0, ready=False)]).number == 0


def test_what_waits_for_a_session_is_handed_back_when_it_is_withdrawn() -> None:
    dispatch, size, mix = worker(0, 1, ready=False), Size(64, 48), StyleMix({"wave": 1.0})
    frame = WaitingFrame(7, 1, Frame(3, 0.0, 64, 48, b""), size, mix, 0, 0.0, 9e9, "wall.jpg")
    texture = WaitingTexture(7, 1, "wall.jpg", size, mix, 0, 0.0, 9e9)
    dispatch.offer(frame, Kind.TRACK)
    dispatch.offer(texture)
    dispatch.offer(replace(frame, session=8), Kind.TRACK)
    assert dispatch.withdraw(7) == [texture, frame]
    assert dispatch.withdraw(7) == []
    assert len(dispatch.track.lane) == 1


def test_what_the_worker_found_out_of_artworks_is_passed_on_with_the_question_s_number() -> None:
    heard: list[tuple[int, Sequence[Mapping[str, Any]]]] = []
    outcomes = replace(NOBODY, scored=lambda number, scores: heard.append((number, scores)))
    score = {"artwork": "wall.jpg", "value": 50, "remarks": []}
    dispatch = Dispatch(0, SETTINGS, outcomes, lambda: 0.0)
    dispatch.worker.on_answer(Message({"kind": Kind.SCORED, "request": 4, "scores": [score]}))
    assert heard == [(4, [score])]


def test_a_batch_that_the_worker_could_not_do_is_dropped_and_the_next_one_goes_out() -> None:
    dropped: list[tuple[int, str]] = []
    outcomes = replace(NOBODY, dropped=lambda waiting, reason: dropped.append((waiting.session, reason)))
    dispatch = Dispatch(0, SETTINGS, outcomes, lambda: 0.0)
    dispatch.worker.ready = Ready(("wave",), "fake", ())
    sent: list[int] = []
    dispatch.worker.submit = lambda kind, batch, *_, **__: sent.append(batch)  # type: ignore[method-assign]
    size, mix = Size(64, 48), StyleMix({"wave": 1.0})
    for session in (7, 8):
        dispatch.offer(WaitingFrame(session, 1, Frame(3, 0.0, 64, 48, b""), size, mix, 0, 0.0, 9e9, "wall.jpg"))
    dispatch.worker.on_answer(Message({"kind": Kind.PAINT, "batch": sent[0], "failed": True}))
    assert dropped == [(7, "fault")]
    assert len(sent) == 2
