"""Codes in view: whose turn it is, what is read, and that nothing a code says does harm."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import qrcode

from server.codes.code import make_code
from server.worker.codec import encode
from server.worker.sighting import EVERY_MS, MAX_CHARS, Turns, detector, read_code

ADDRESS = "https://art.example/v/AQEql1FsNUtohAADAAAAZMUqUkGF35aC4-TVtkW83OE"


def view_of(content: str | bytes, module_px: int = 5, mode: int | None = None) -> bytes:
    """A JPEG of 640x480 with a code in its middle."""
    maker = qrcode.QRCode(border=4)
    maker.add_data(content if mode is None else qrcode.util.QRData(content, mode=mode))
    dark = np.kron(np.array(maker.get_matrix(), bool), np.ones((module_px, module_px), bool))
    frame = np.full((max(480, len(dark)), max(640, len(dark)), 3), 190, np.uint8)
    top, left = (frame.shape[0] - len(dark)) // 2, (frame.shape[1] - len(dark)) // 2
    frame[top : top + len(dark), left : left + len(dark)] = np.where(dark, 20, 240)[:, :, None]
    return encode(frame, 85)


def test_a_code_of_ours_is_read_at_the_sizes_that_phones_send() -> None:
    printed = cv2.imdecode(np.frombuffer(make_code(ADDRESS).png(5), np.uint8), cv2.IMREAD_COLOR)
    for width, height in ((640, 480), (480, 360)):
        frame = np.full((height, width, 3), 190, np.uint8)
        frame[30 : 30 + len(printed), 80 : 80 + len(printed)] = printed
        assert read_code(encode(frame, 80), detector()) == ADDRESS


def test_a_frame_without_a_code_says_nothing() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (480, 640, 3), np.uint8)
    for frame in (noise, np.zeros((480, 640, 3), np.uint8), noise[:8, :8], noise[:1, :1]):
        assert read_code(encode(frame, 80), detector()) == ""


@pytest.mark.parametrize("picture", [b"", b"\xff\xd8\xff", view_of(ADDRESS)[:2000]])
def test_a_damaged_picture_says_nothing(picture: bytes) -> None:
    assert read_code(picture, detector()) == ""


def test_a_code_that_says_too_much_or_what_cannot_be_printed_says_nothing() -> None:
    assert read_code(view_of("x" * MAX_CHARS, 4), detector()) in ("x" * MAX_CHARS, "")
    for content in ("y" * (MAX_CHARS + 88), "a\nb", "\x00\x01\x02", bytes(range(128, 200))):
        assert read_code(view_of(content, 4), detector()) == ""


def test_what_a_detector_says_is_bounded() -> None:
    for said in ("z" * (MAX_CHARS + 1), "line\nline", "\u202e"):
        assert read_code(view_of(ADDRESS), lambda grey, said=said: said) == ""  # type: ignore[misc]


def test_a_session_is_looked_at_once_a_second() -> None:
    turns = Turns()
    assert turns.may_look(7, 0.0)
    turns.looked(7, 10.0, spent_ms=1.0)
    assert not turns.may_look(7, 10.0 + EVERY_MS - 1) and turns.may_look(7, 10.0 + EVERY_MS)


def test_looking_takes_a_tenth_of_the_time_at_most() -> None:
    turns = Turns()
    now_ms, looks = 0.0, 0
    for _ in range(10_000):
        session = looks  # there is always somebody who was not looked at yet
        if turns.may_look(session, now_ms):
            now_ms += 30.0
            turns.looked(session, now_ms, spent_ms=30.0)
            looks += 1
        now_ms += 1.0
    assert 0.08 < (looks - 1) * 30.0 / now_ms <= 0.1


def test_of_many_sessions_only_the_latest_are_remembered() -> None:
    turns = Turns()
    for session in range(5000):
        turns.looked(session, 0.0, 0.0)
    assert len(turns._looked_ms) == 1024
