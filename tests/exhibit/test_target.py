"""A picture is compiled once; its bytes come back as the same target or are refused."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from wall_views import picture, target

from exhibit.track import target as target_module
from exhibit.track.target import Target, TargetError, TrackError, compile_target


def test_a_target_knows_its_picture() -> None:
    harbour = target("harbour")
    shown = picture("harbour")
    assert (harbour.height, harbour.width) == shown.shape[:2]
    assert harbour.mean == pytest.approx(shown.reshape(-1, 3).mean(axis=0), abs=0.01)
    assert harbour.deviation == pytest.approx(shown.reshape(-1, 3).std(axis=0), abs=0.01)
    assert max(harbour.grey.shape) == 640


def test_features_and_patches_lie_inside_the_picture() -> None:
    harbour = target("harbour")
    bounds = np.array([harbour.aspect / 2, 0.5])
    assert len(harbour.points) > 500
    assert (np.abs(harbour.points) <= bounds).all()
    for patches in harbour.patches:
        assert (np.abs(patches.points) <= bounds).all()


def test_patches_are_spread_over_the_whole_picture() -> None:
    centres = target("valley").patches[0].points.mean(axis=1)
    columns = np.unique(np.digitize(centres[:, 0], np.linspace(-0.75, 0.75, 4)))
    rows = np.unique(np.digitize(centres[:, 1], np.linspace(-0.5, 0.5, 4)))
    assert len(columns) >= 3
    assert len(rows) >= 3


@pytest.mark.parametrize(
    "unfit",
    [
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 4), np.uint8),
        np.zeros((64, 64, 3), np.float32),
        np.zeros((20, 400, 3), np.uint8),
    ],
    ids=["grey", "four channels", "floats", "too small"],
)
def test_what_is_no_picture_is_refused(unfit: np.ndarray) -> None:
    with pytest.raises(TrackError, match="expected"):
        compile_target(unfit)


def test_a_blank_picture_has_nothing_to_track() -> None:
    blank = compile_target(np.full((300, 400, 3), 128, np.uint8))
    assert len(blank.points) == 0
    assert all(len(patches) == 0 for patches in blank.patches)


def test_what_is_blown_out_is_masked() -> None:
    shown = picture("harbour").copy()
    shown[100:200, 100:300] = 255
    masked = ~compile_target(shown).mask
    scale = 640 / max(shown.shape)
    assert masked[int(150 * scale), int(200 * scale)]
    assert masked.mean() < 0.4


def test_what_comes_twice_is_masked() -> None:
    shown = picture("street").copy()
    side = 240
    shown[:side, :side] = shown[-side:, -side:]
    scale = 640 / max(shown.shape)
    corner = (slice(0, int(side * scale)), slice(0, int(side * scale)))
    once, twice = compile_target(picture("street")), compile_target(shown)
    assert (~twice.mask[corner]).mean() > (~once.mask[corner]).mean() + 0.05


def test_the_bytes_are_the_target() -> None:
    before = target("harbour")
    after = Target.from_bytes(before.to_bytes())
    assert (after.width, after.height, after.mean) == (before.width, before.height, before.mean)
    assert np.array_equal(after.points, before.points)
    assert np.array_equal(after.descriptors, before.descriptors)
    assert np.array_equal(after.mask, before.mask)
    assert np.array_equal(after.patches[2].greys, before.patches[2].greys)


def damaged() -> dict[str, bytes]:
    good = target("harbour").to_bytes()
    pickled, partial = io.BytesIO(), io.BytesIO()
    np.savez(pickled, version=1, mean=np.array([object()], dtype=object))
    np.savez(partial, version=target_module.VERSION, width=3)
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 0xFF
    return {
        "empty": b"",
        "text": b"not a target",
        "cut short": good[: len(good) // 2],
        "flipped": bytes(flipped),
        "pickled": pickled.getvalue(),
        "partial": partial.getvalue(),
    }


@pytest.mark.parametrize("kind", ["empty", "text", "cut short", "flipped", "pickled", "partial"])
def test_damaged_bytes_are_refused(kind: str) -> None:
    with pytest.raises(TargetError, match="expected a compiled target"):
        Target.from_bytes(damaged()[kind])


def test_the_bytes_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_module, "VERSION", target_module.VERSION + 1)
    later = target("harbour").to_bytes()
    monkeypatch.undo()
    with pytest.raises(TargetError, match="version"):
        Target.from_bytes(later)


@pytest.mark.parametrize("size", [(3000, 60), (40, 2000), (32, 32), (33, 640)])
def test_odd_shapes_are_compiled(size: tuple[int, int]) -> None:
    compiled = compile_target(cv2.resize(picture("street"), size))
    assert (compiled.width, compiled.height) == size
    assert len(compiled.patches) == len(target_module.SIZES)
