"""The painter that only costs time."""

import time

import numpy as np
import pytest

from models.errors import PaintError
from models.style.stub import StubPainter


def paint(painter, frames):
    count = len(frames)
    return painter.paint(frames, np.ones((count, len(painter.styles)), np.float32), np.ones(count, np.float32))


def test_the_answer_is_the_inverse_of_each_frame():
    frames = np.random.default_rng(0).integers(0, 256, (3, 20, 24, 3), dtype=np.uint8)
    assert np.array_equal(paint(StubPainter(0, 0, ("a", "b")), frames), 255 - frames)


def test_a_batch_costs_its_base_and_its_frames_and_no_cpu():
    painter = StubPainter(30, 10, ("a",))
    started, worked = time.monotonic(), time.thread_time()
    paint(painter, np.zeros((4, 16, 16, 3), np.uint8))
    assert time.monotonic() - started >= 0.070
    assert time.thread_time() - worked < 0.035


def test_the_stub_refuses_what_a_real_painter_refuses():
    with pytest.raises(PaintError):
        paint(StubPainter(0, 0, ("a",)), np.zeros((1, 8, 8, 3), np.uint8))


def test_its_description_tells_its_cost():
    assert StubPainter(20.0, 5.5, ("a",)).description == "stub: 20 ms a batch and 5.5 ms a frame"
