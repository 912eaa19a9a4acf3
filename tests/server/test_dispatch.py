"""Where sessions are placed among several workers."""

from __future__ import annotations

from server.dispatch import Dispatch, Outcomes, least_loaded
from server.worker.supervisor import Ready, WorkerSettings

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
    assert least_loaded([worker(0, 3), worker(1, 2), worker(2, 4)]).worker.number == 1


def test_a_worker_that_is_being_started_again_gets_nobody_while_others_are_ready() -> None:
    assert least_loaded([worker(0, 0, ready=False), worker(1, 9)]).worker.number == 1
    assert least_loaded([worker(0, 0, ready=False)]).worker.number == 0
