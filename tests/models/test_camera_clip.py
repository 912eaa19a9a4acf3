"""Clips that stand in for a phone's camera."""

import cv2
import numpy as np
import pytest

from models.training.camera_clip import write_clip


def test_a_raw_clip_has_a_header_and_whole_frames(tmp_path):
    path = tmp_path / "clip.y4m"
    write_clip(path, 64, 48, seconds=0.5, fps=10)
    header, body = path.read_bytes().split(b"\n", maxsplit=1)
    assert header == b"YUV4MPEG2 W64 H48 F10:1 Ip A1:1 C420jpeg"
    frame_bytes = len(b"FRAME\n") + 64 * 48 * 3 // 2
    assert len(body) == 5 * frame_bytes
    assert all(body[i * frame_bytes :].startswith(b"FRAME\n") for i in range(5))


def test_a_small_clip_is_one_jpeg_after_another(tmp_path):
    path = tmp_path / "clip.mjpeg"
    write_clip(path, 64, 48, seconds=0.5, fps=10)
    pictures = path.read_bytes().split(b"\xff\xd8\xff")[1:]
    assert len(pictures) == 5
    decoded = cv2.imdecode(np.frombuffer(b"\xff\xd8\xff" + pictures[3], np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == (48, 64, 3)


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.y4m or \.mjpeg, got clip\.mp4"):
        write_clip(tmp_path / "clip.mp4", 64, 48)


def test_an_odd_side_is_refused(tmp_path):
    with pytest.raises(ValueError, match="even sides, got 65 x 48"):
        write_clip(tmp_path / "clip.y4m", 65, 48)
