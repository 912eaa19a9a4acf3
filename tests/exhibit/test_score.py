"""A score says how well an artwork can be tracked, and why not better."""

from __future__ import annotations

import cv2
import numpy as np
from wall_views import Picture, picture, target

from exhibit.track.score import Reason, Remark, score_target, score_targets
from exhibit.track.target import compile_target


def reasons(shown: Picture) -> set[Reason]:
    return {remark.reason for remark in score_target(compile_target(shown)).remarks}


def test_a_picture_rich_in_texture_scores_well() -> None:
    for name in ("harbour", "valley", "still_life", "street"):
        score = score_target(target(name))
        assert score.value >= 80
        assert not score.remarks
        assert not score.poor


def test_fog_has_too_little_texture() -> None:
    fog = cv2.GaussianBlur(picture("harbour"), (0, 0), 9) // 3 + 120
    score = score_target(compile_target(fog))
    assert score.poor
    assert score.value < 40


def test_rows_of_dots_repeat_themselves() -> None:
    dots = np.full((480, 640, 3), 220, np.uint8)
    for y in range(20, 480, 40):
        for x in range(20, 640, 40):
            cv2.circle(dots, (x, y), 12, (30, 60, 90), -1)
    assert Reason.REPEATED in reasons(dots)


def test_one_picture_hung_twice_is_named() -> None:
    darker = (picture("harbour") * 0.8).astype(np.uint8)
    scores = score_targets({"harbour": target("harbour"), "copy": compile_target(darker), "street": target("street")})
    assert scores["harbour"].remarks == (Remark(Reason.LIKE_ANOTHER, "copy"),)
    assert scores["copy"].remarks == (Remark(Reason.LIKE_ANOTHER, "harbour"),)
    assert "(copy)" in str(scores["harbour"].remarks[0])
    assert not scores["street"].remarks


def test_a_frieze_is_too_wide_and_a_scroll_too_tall() -> None:
    frieze = np.ascontiguousarray(cv2.resize(picture("street"), (1400, 933))[300:650])
    assert Reason.TOO_WIDE in reasons(frieze)
    assert Reason.TOO_WIDE in reasons(np.ascontiguousarray(frieze.transpose(1, 0, 2)))


def test_a_thumbnail_has_too_low_a_resolution() -> None:
    assert Reason.LOW_RESOLUTION in reasons(cv2.resize(picture("street"), (300, 200), interpolation=cv2.INTER_AREA))
