"""The benchmark that kills and halts a worker again and again, as short as it can be."""

from __future__ import annotations

import pytest

from server.bench.operate_faults import measure_faults


@pytest.mark.slow
def test_a_worker_is_killed_and_halted_and_no_session_is_lost() -> None:
    said: list[str] = []
    found = measure_faults(2, 1, 6, said.append)
    assert said == ["fault 1 of 3: SIGKILL", "fault 2 of 3: SIGSTOP", "fault 3 of 3: SIGKILL"]
    assert (found.sessions_lost, found.out_of_order) == (0, 0)
    assert found.recovery_s > 0 and found.detection_s > 0
