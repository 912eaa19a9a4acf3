"""The faults of the last ten minutes, and for which of them an engine is blamed."""

from __future__ import annotations

import pytest

from server.worker.fault import WINDOW_S, Cause, Fault, FaultRecord


def fault(cause: Cause = Cause.ENDED, *, at_work: bool = True) -> Fault:
    return Fault("worker 0", "ended (exit status 1)", cause, 1e9, 0.2, at_work)


def test_faults_count_for_ten_minutes_and_the_last_is_kept() -> None:
    record, last = FaultRecord(), fault()
    record.add(fault(), 0.0)
    record.add(last, WINDOW_S / 2)
    assert [record.count(now_s) for now_s in (WINDOW_S, WINDOW_S + 1, 2 * WINDOW_S)] == [2, 1, 0]
    assert record.last is last


@pytest.mark.parametrize(
    ("cause", "at_work", "blamed"),
    [
        (Cause.ENDED, True, 1),
        (Cause.CRASHED, True, 1),
        (Cause.MEMORY, True, 1),
        (Cause.SILENT, True, 1),
        (Cause.OVERDUE, True, 1),
        (Cause.STOPPED, True, 0),
        (Cause.KILLED, True, 0),
        (Cause.CRASHED, False, 0),
    ],
)
def test_an_engine_is_blamed_for_what_happened_at_work_and_was_not_done_from_outside(
    cause: Cause, at_work: bool, blamed: int
) -> None:
    record = FaultRecord()
    record.add(fault(cause, at_work=at_work), 0.0)
    assert (record.blamed(1.0), record.count(1.0)) == (blamed, 1)
    record.forgive()
    assert (record.blamed(1.0), record.count(1.0)) == (0, 1)
