"""Costs are remembered, and guessed from the nearest where nothing was measured."""

from server.costs import Costs, Size


def test_nothing_known_costs_nothing() -> None:
    assert Costs().p95_ms(Size(480, 360), 1) == 0.0
    assert Costs().rate(Size(480, 360), (1, 2)) == 0.0


def test_median_and_p95_come_from_what_was_measured() -> None:
    costs, size = Costs(), Size(480, 360)
    for work_ms in range(1, 61):
        costs.add(size, 1, float(work_ms))
    assert costs.median_ms(size, 1) == 31
    assert costs.p95_ms(size, 1) == 58


def test_another_size_is_estimated_by_its_pixels() -> None:
    costs = Costs()
    costs.add(Size(480, 360), 1, 90.0)
    assert costs.median_ms(Size(240, 180), 1) == 22.5


def test_another_count_is_estimated_by_its_frames_but_not_known() -> None:
    costs = Costs()
    costs.add(Size(480, 360), 1, 90.0)
    assert costs.median_ms(Size(480, 360), 4) == 360.0
    assert not costs.knows(4)


def test_the_rate_is_that_of_the_best_known_batch() -> None:
    costs, size = Costs(), Size(480, 360)
    costs.add(size, 1, 25.0)
    costs.add(size, 4, 40.0)
    assert costs.rate(size, (1, 2, 4, 8)) == 100.0
