"""Which clips there are, and of which pictures; pictures that cannot be used are refused with a reason."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from server.bench.clips import targets as target_pictures
from server.bench.clips.catalogue import FULL_PLAN, QUICK_PLAN, clips
from server.bench.clips.disturbance import Disturbance
from server.bench.clips.motion import Motion
from server.bench.clips.targets import load_targets
from server.bench.form import BenchError


def test_the_full_catalogue_has_every_motion_and_disturbance_for_each_target() -> None:
    chosen = [clip for clip in clips(("one", "two"), quick=False) if clip.target == "two" and clip.shows_target]
    assert len(chosen) == len(FULL_PLAN)
    assert {clip.motion for clip in chosen} == set(Motion)
    assert {kind for clip in chosen for kind in clip.disturbances} == set(Disturbance)


def test_two_thousand_frames_of_the_full_catalogue_do_not_show_their_target() -> None:
    absent = [clip for clip in clips(("one", "two", "three"), quick=False) if not clip.shows_target]
    assert sum(clip.frames for clip in absent) == 2000
    assert {clip.hung is None for clip in absent} == {True, False}


def test_the_quick_catalogue_takes_its_turn_through_every_motion() -> None:
    chosen = clips(tuple("abcdefg"), quick=True)
    assert {(clip.motion, clip.disturbances) for clip in chosen if clip.shows_target} == set(QUICK_PLAN)
    assert sum(clip.frames for clip in chosen) < 2200


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_no_two_clips_have_the_same_name(quick: bool, count: int) -> None:
    names = [clip.name for clip in clips([f"target{number}" for number in range(count)], quick)]
    assert len(set(names)) == len(names)


def test_the_projects_own_pictures_are_rich_and_poor() -> None:
    assert {"street", "harbour", "foggy_bridge", "foggy_harbour"} <= set(load_targets())


def test_pictures_are_read_from_a_folder_and_shrunk(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "wide.PNG"), np.zeros((200, 3200, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "red.jpg"), np.full((90, 120, 3), (0, 0, 255), np.uint8))
    (tmp_path / "notes.txt").write_text("not a picture")
    found = load_targets(tmp_path)
    assert {name: picture.shape for name, picture in found.items()} == {"wide": (100, 1600, 3), "red": (90, 120, 3)}
    assert found["red"][0, 0, 0] > 240


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="expected a folder of pictures"):
        load_targets(tmp_path / "nonesuch")


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="found none"):
        load_targets(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff nothing of a picture"])
def test_a_file_that_is_no_picture_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.jpg").write_bytes(content)
    with pytest.raises(BenchError, match=r"broken\.jpg: expected a picture"):
        load_targets(tmp_path)


def test_a_tiny_picture_is_refused(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "tiny.png"), np.zeros((40, 80, 3), np.uint8))
    with pytest.raises(BenchError, match="at least 64 px, got 80 x 40"):
        load_targets(tmp_path)


def test_too_large_a_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_pictures, "LARGEST_FILE_BYTES", 1024)
    (tmp_path / "large.png").write_bytes(bytes(2048))
    with pytest.raises(BenchError, match="expected at most"):
        load_targets(tmp_path)


def test_two_pictures_of_one_name_are_refused(tmp_path: Path) -> None:
    for ending in ("png", "jpg"):
        cv2.imwrite(str(tmp_path / f"same.{ending}"), np.zeros((80, 80, 3), np.uint8))
    with pytest.raises(BenchError, match="same"):
        load_targets(tmp_path)
