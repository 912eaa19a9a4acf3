"""Both ways of smoothing leave a pose that rests alone, and differ as their descriptions say."""

from __future__ import annotations

import numpy as np
import pytest

from exhibit.track.pose import UNIT_CORNERS, Homography, project
from server.bench.smoothing import as_mindar, as_on_the_page

TIMES_MS = [index * 1000 / 30 for index in range(90)]
REST: Homography = np.array([[0.5, 0.02, 0.2], [-0.01, 0.6, 0.15], [0.05, -0.03, 1.0]])


def trembling(seed: int = 0) -> list[Homography]:
    random = np.random.default_rng(seed)
    return [REST + np.pad(random.normal(0, 2e-4, (2, 1)), ((0, 1), (2, 0))) for _ in TIMES_MS]


def seen(poses: list[Homography]) -> list[np.ndarray]:
    return [project(pose, UNIT_CORNERS) for pose in poses]


def spread(corners: list[np.ndarray]) -> float:
    later = np.array(corners[30:])
    return float(np.sqrt(np.square(later - later.mean(axis=0)).mean()))


def mindar(poses: list[Homography]) -> list[np.ndarray]:
    return as_mindar(seen(poses), TIMES_MS, aspect=1.3, frame_aspect=4 / 3)


def test_what_rests_stays_where_it_is() -> None:
    truth = project(REST, UNIT_CORNERS)
    for corners in (as_on_the_page(seen([REST] * 90), TIMES_MS)[-1], mindar([REST] * 90)[-1]):
        assert corners == pytest.approx(truth, abs=1e-6)


def test_the_page_calms_a_tremble() -> None:
    raw = seen(trembling())
    assert spread(as_on_the_page(seen(trembling()), TIMES_MS)) < 0.7 * spread(raw)


def test_what_moves_lags_by_little_on_the_page() -> None:
    moving = [REST + np.array([[0, 0, 0.5 * t / 1000], [0, 0, 0], [0, 0, 0]]) for t in TIMES_MS]
    last = as_on_the_page(seen(moving), TIMES_MS)[-1]
    assert np.abs(last - project(moving[-1], UNIT_CORNERS)).max() * 640 < 2


def test_both_begin_where_the_first_pose_is() -> None:
    first = project(trembling()[0], UNIT_CORNERS)
    assert as_on_the_page(seen(trembling()), TIMES_MS)[0] == pytest.approx(first, abs=1e-6)
    assert mindar(trembling())[0] == pytest.approx(first, abs=1e-6)
