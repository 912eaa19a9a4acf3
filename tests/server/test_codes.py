"""QR codes: all forms show the same modules, and none leaves unread."""

from __future__ import annotations

import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest

import server.codes.code
from server.codes.code import Code, CodeError, is_readable, make_code

LINK = "https://192.0.2.2:8443/v/AQEql1FsNUtohAABAAAAADX8G5V10u80_ERB_aVN8Zs"


def read(picture: np.ndarray) -> str:
    text: str = cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0]
    return text


def modules_of_svg(svg: str) -> tuple[tuple[bool, ...], ...]:
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    rows = np.zeros((side, side), bool)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        rows[int(y), int(x) : int(x) + int(width)] = True
    return tuple(map(tuple, rows.tolist()))


def refuse_first(times: int) -> Callable[[str, object], bool]:
    """A detector that misses the first codes it is shown."""
    seen = iter(range(10_000))
    return lambda text, rows: next(seen) >= times


def test_a_code_reads_back() -> None:
    code = make_code(LINK)
    picture = cv2.imdecode(np.frombuffer(code.png(), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    assert read(picture) == LINK


def test_the_svg_shows_the_same_modules() -> None:
    code = make_code(LINK)
    assert modules_of_svg(code.svg()) == code.rows


def test_the_terminal_shows_the_same_modules() -> None:
    code = make_code(LINK)
    rows: list[tuple[bool, ...]] = []
    for line in code.blocks().splitlines():
        rows += [tuple(cell in "▀█" for cell in line), tuple(cell in "▄█" for cell in line)]
    assert tuple(rows[: len(code.rows)]) == code.rows


def test_a_quiet_zone_of_four_modules_surrounds_it() -> None:
    rows = np.array(make_code(LINK).rows)
    assert not rows[:4].any()
    assert not rows[-4:].any()
    assert not rows[:, :4].any()
    assert not rows[:, -4:].any()


def test_another_mask_is_tried_where_the_first_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_code(LINK)
    monkeypatch.setattr(server.codes.code, "is_readable", refuse_first(3))
    another = make_code(LINK)
    assert another.rows != first.rows
    assert is_readable(LINK, another.rows)


def test_a_code_that_cannot_be_read_in_any_form_is_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.codes.code, "is_readable", refuse_first(10_000))
    with pytest.raises(CodeError, match="could be read back"):
        make_code(LINK)


def test_a_damaged_code_or_another_text_is_not_readable() -> None:
    code = make_code(LINK)
    blank = tuple((False,) * len(code.rows) for _ in code.rows)
    assert is_readable(LINK, code.rows)
    assert not is_readable("https://elsewhere.example", code.rows)
    assert not is_readable(LINK, blank)


def test_a_code_s_repr_is_its_text() -> None:
    assert repr(Code("hello", ((True,),))) == "Code(text='hello')"
