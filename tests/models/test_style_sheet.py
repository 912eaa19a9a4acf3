"""Every style on one sheet: where each cell is, and captions on computers with and without fonts."""

import numpy as np
import pytest

from models.style import style_sheet
from models.style.style_sheet import CAPTION_PX, MARGIN_PX, PAPER, draw_style_sheet


def cells(captions):
    return [
        (caption, [np.full((30, 40, 3), 10 * number + at, np.uint8) for at in range(2)])
        for number, caption in enumerate(captions)
    ]


def test_cells_go_from_left_to_right_and_down():
    sheet = draw_style_sheet(cells("abcde"))
    down, right = 30 + CAPTION_PX + MARGIN_PX, 80 + MARGIN_PX
    assert sheet.shape == (MARGIN_PX + 2 * down, MARGIN_PX + 3 * right, 3)
    for number in range(5):
        top, left = MARGIN_PX + number // 3 * down, MARGIN_PX + number % 3 * right
        assert (sheet[top : top + 30, left : left + 40] == 10 * number).all()
        assert (sheet[top : top + 30, left + 40 : left + 80] == 10 * number + 1).all()
        assert sheet[top + 30 : top + 30 + CAPTION_PX, left : left + 80].min() < PAPER, "a caption"
    assert (sheet[-down:, -right:] == PAPER).all(), "no sixth cell"


@pytest.mark.parametrize("font", [style_sheet.FONT, "no-such-font.ttf"])
def test_a_caption_is_drawn_whatever_fonts_there_are(font, monkeypatch):
    monkeypatch.setattr(style_sheet, "FONT", font)
    accented, plain = (draw_style_sheet(cells([caption])) for caption in ("Léger", "Leger"))
    assert accented.shape == plain.shape
    if font.startswith("no-"):
        assert (accented == plain).all()
