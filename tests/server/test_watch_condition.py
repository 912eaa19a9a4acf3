"""The word on the tile: what outweighs what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.watch.condition import TRIED_FRAMES, Condition, Facts, Finding, Reason, find

WELL = Facts(
    off=False,
    open=True,
    worker_ready=True,
    dreamer_ready=True,
    fallback=False,
    trackable=True,
    seen=True,
    live=2,
    frames=50,
    answers=48,
    late=1,
    tried=TRIED_FRAMES,
    locked=20,
    glass_p95_ms=180.0,
    target_p95_ms=450.0,
)


@pytest.mark.parametrize(
    ("changes", "condition", "reason"),
    [
        ({}, Condition.LIVE, Reason.NONE),
        ({"live": 0, "frames": 0, "answers": 0}, Condition.READY, Reason.NONE),
        ({"live": 0, "frames": 0, "answers": 0, "seen": False}, Condition.NEVER_SEEN, Reason.NONE),
        ({"open": False}, Condition.CLOSED, Reason.NONE),
        ({"off": True}, Condition.OFF, Reason.NONE),
        ({"worker_ready": False}, Condition.FAILED, Reason.WORKER_DOWN),
        ({"dreamer_ready": False}, Condition.FAILED, Reason.NO_DREAMER),
        ({"trackable": False}, Condition.FAILED, Reason.UNTRACKABLE),
        ({"answers": 0}, Condition.FAILED, Reason.NO_ANSWERS),
        ({"late": 100}, Condition.DEGRADED, Reason.LATE),
        ({"glass_p95_ms": 451.0}, Condition.DEGRADED, Reason.SLOW),
        ({"locked": 0}, Condition.DEGRADED, Reason.NOBODY_LOCKS),
        ({"fallback": True}, Condition.DEGRADED, Reason.FALLBACK),
    ],
)
def test_what_a_tile_says(changes: dict[str, object], condition: Condition, reason: Reason) -> None:
    assert find(replace(WELL, **changes)) == Finding(condition, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "condition"),
    [
        ({"off": True, "open": False, "worker_ready": False}, Condition.OFF),
        ({"open": False, "worker_ready": False}, Condition.CLOSED),
        ({"worker_ready": False, "late": 100}, Condition.FAILED),
        ({"worker_ready": False, "seen": False}, Condition.FAILED),
    ],
)
def test_what_somebody_decided_outweighs_faults_and_faults_outweigh_slowness(
    changes: dict[str, object], condition: Condition
) -> None:
    assert find(replace(WELL, **changes)).condition is condition  # type: ignore[arg-type]


def test_a_few_frames_without_a_lock_are_a_visitor_who_walks_up() -> None:
    assert find(replace(WELL, locked=0, tried=TRIED_FRAMES - 1)).condition is Condition.LIVE


def test_who_does_not_answer_yet_because_nothing_came_in_has_not_failed() -> None:
    assert find(replace(WELL, frames=0, answers=0, late=0)).condition is Condition.LIVE
