"""The lane's choices, with time as a number and an engine that is arithmetic."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable

import pytest

from exhibit.protocol import Frame
from exhibit.style_mix import StyleMix
from server.costs import Costs, Size
from server.scheduler import Batch, Lane, WaitingFrame, WaitingTexture

SMALL, LARGE = Size(320, 240), Size(480, 360)
MIX = StyleMix({"wave": 1.0})


def known_costs(base_ms: float = 20, frame_ms: float = 5, counts: tuple[int, ...] = (1, 2, 4, 8)) -> Costs:
    costs = Costs()
    for size in (SMALL, LARGE):
        for count in counts:
            costs.add(size, count, base_ms + frame_ms * count)
    return costs


def lane(costs: Costs | None = None) -> Lane:
    return Lane((1, 2, 4, 8), costs or known_costs())


def waiting(session: int, seq: int = 1, at_ms: float = 0, budget_ms: float = 400, size: Size = LARGE) -> WaitingFrame:
    frame = Frame(seq, at_ms, size.width, size.height, b"")
    return WaitingFrame(session, 1, frame, size, MIX, 0, at_ms, at_ms + budget_ms)


def rows(batch: Batch | None) -> list[tuple[int, int]]:
    assert batch is not None
    return [(w.session, w.frame.seq) for w in batch.rows]


def test_the_newest_frame_of_a_session_wins_its_slot() -> None:
    queue = lane()
    assert queue.offer(waiting(1, seq=1)) is None
    replaced = queue.offer(waiting(1, seq=2))
    assert replaced is not None and replaced.frame.seq == 1
    assert rows(queue.choose(0).batch) == [(1, 2)]
    assert queue.choose(0).batch is None


def test_it_never_waits_to_fill_a_batch() -> None:
    queue = lane()
    queue.offer(waiting(1))
    assert rows(queue.choose(0).batch) == [(1, 1)]


def test_a_batch_holds_each_session_once_and_one_size_only() -> None:
    queue = lane()
    for session in range(6):
        queue.offer(waiting(session, size=SMALL if session % 2 else LARGE, at_ms=session))
    first, second = queue.choose(10).batch, queue.choose(10).batch
    assert first is not None and second is not None
    assert {w.size for w in first.rows} == {first.size}
    assert {first.size, second.size} == {SMALL, LARGE}


def test_frames_that_can_no_longer_be_in_time_are_dropped() -> None:
    queue = lane()
    queue.offer(waiting(1, at_ms=0, budget_ms=100))
    queue.offer(waiting(2, at_ms=90, budget_ms=100))
    choice = queue.choose(90)
    assert [w.session for w in choice.late] == [1]
    assert rows(choice.batch) == [(2, 1)]


def test_an_engine_slower_than_the_deadline_still_gets_fresh_frames() -> None:
    queue = lane(known_costs(base_ms=5000))
    queue.offer(waiting(1, at_ms=0, budget_ms=400))
    assert rows(queue.choose(1).batch) == [(1, 1)]


def test_the_tightest_deadline_bounds_the_batch() -> None:
    queue = lane()
    for session in range(8):
        queue.offer(waiting(session, budget_ms=45))
    batch = queue.choose(0).batch
    assert batch is not None and len(batch.rows) == 4  # 40 ms fit into 45, the 60 ms of eight do not


def test_batches_that_gain_nothing_stay_small() -> None:
    queue = lane(known_costs(base_ms=0, frame_ms=50))
    for session in range(4):
        queue.offer(waiting(session))
    assert rows(queue.choose(0).batch) == [(0, 1)]


def test_a_batch_size_that_was_never_measured_is_not_used() -> None:
    queue = lane(known_costs(counts=(1, 2)))
    for session in range(8):
        queue.offer(waiting(session))
    batch = queue.choose(0).batch
    assert batch is not None and len(batch.rows) == 2


def test_who_left_is_forgotten() -> None:
    queue = lane()
    queue.offer(waiting(1))
    assert queue.withdraw(1) is not None
    assert queue.choose(0).batch is None and queue.withdraw(1) is None


def simulate(
    arrivals: Callable[[int], float], visitors: int, fps: float, seconds: float = 20, engine: Costs | None = None
) -> tuple[Counter[int], list[float]]:
    """Run a lane against frames at the given pace; returns overlays by session, and ages at completion in ms."""
    costs = engine or known_costs()
    queue, clock = lane(costs), 0.0
    events = sorted(
        (arrivals(session) + k * 1000 / (fps * (4 if session == 0 and visitors > 1 else 1)), session)
        for session in range(visitors)
        for k in range(int(seconds * fps * (4 if session == 0 and visitors > 1 else 1)))
    )
    served: Counter[int] = Counter()
    ages: list[float] = []
    seq = itertools.count(1)
    at = 0
    while at < len(events):
        clock = max(clock, events[at][0]) if len(queue) == 0 else clock
        while at < len(events) and events[at][0] <= clock:
            queue.offer(waiting(events[at][1], next(seq), events[at][0]))
            at += 1
        batch = queue.choose(clock).batch
        if batch is None:
            continue
        clock += costs.median_ms(batch.size, len(batch.rows))
        for row in batch.rows:
            served[row.session] += 1
            ages.append(clock - row.arrived_ms)
    return served, ages


def test_under_overload_a_greedy_client_gets_its_share_and_no_more() -> None:
    pace = random.Random(1)
    offsets = [pace.uniform(0, 66) for _ in range(18)]
    served, _ = simulate(lambda session: offsets[session], visitors=18, fps=15)
    others = [served[session] for session in range(1, 18)]
    assert served[0] <= 1.1 * sum(others) / len(others)
    assert sum(others) ** 2 / (len(others) * sum(n * n for n in others)) >= 0.98


def test_under_overload_ages_stay_bounded() -> None:
    pace = random.Random(2)
    offsets = [pace.uniform(0, 66) for _ in range(36)]
    _, ages = simulate(lambda session: offsets[session], visitors=36, fps=15)
    assert sorted(ages)[int(0.99 * len(ages))] < 200


def test_a_client_that_lies_about_capture_times_gains_nothing() -> None:
    queue, served = lane(), Counter[int]()
    for step in range(200):
        now = step * 25.0
        for session in range(4):
            lie_ms = 300 if session == 0 else 0
            queue.offer(waiting(session, step + 1, now, 400 - lie_ms, SMALL if session == 0 else LARGE))
        batch = queue.choose(now).batch
        assert batch is not None
        served.update(w.session for w in batch.rows[:1])
    assert served[0] <= 1.1 * 200 / 2  # alone in its size, it takes turns with the group of the others


@pytest.mark.parametrize("newcomer_at", [10, 100])
def test_a_newcomer_does_not_starve_those_who_came_before(newcomer_at: int) -> None:
    queue = Lane((1,), known_costs(counts=(1,)))
    served: Counter[int] = Counter()
    for step in range(newcomer_at + 60):
        for session in range(3 if step < newcomer_at else 4):
            queue.offer(waiting(session, step + 1, step * 25.0))
        batch = queue.choose(step * 25.0).batch
        assert batch is not None
        if step >= newcomer_at:
            served[batch.rows[0].session] += 1
    assert max(served.values()) - min(served.values()) <= 2


def texture(session: int, at_ms: float = 0, size: Size = LARGE) -> WaitingTexture:
    return WaitingTexture(session, 1, 2, size, MIX, 0, at_ms, at_ms + 20_000)


def test_a_texture_is_one_more_piece_of_work_in_its_session_s_slot() -> None:
    queue = lane()
    first, newer = texture(1), texture(1, at_ms=5)
    assert queue.offer(first) is None
    assert queue.offer(newer) is first
    queue.offer(waiting(2, at_ms=10, budget_ms=400))
    choice = queue.choose(20)
    assert choice.batch is not None
    assert {row.session for row in choice.batch.rows} == {1, 2}, "it shares a batch with frames of its size"


def test_a_texture_waits_longer_than_any_frame() -> None:
    queue = lane()
    queue.offer(texture(1))
    queue.offer(waiting(2, budget_ms=400))
    choice = queue.choose(5_000)
    assert [late.session for late in choice.late] == [2]
    assert choice.batch is not None and [row.session for row in choice.batch.rows] == [1]


def test_who_asks_for_texture_after_texture_gets_no_more_than_a_share() -> None:
    queue, served = lane(known_costs(counts=(1,))), Counter[int]()
    for step in range(200):
        now_ms = step * 30.0
        queue.offer(texture(1, now_ms))
        for session in (2, 3):
            queue.offer(waiting(session, step + 1, now_ms))
        batch = queue.choose(now_ms).batch
        assert batch is not None
        served.update(row.session for row in batch.rows)
    assert max(served.values()) - min(served.values()) <= 2
