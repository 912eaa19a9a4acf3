"""Sheets of labels: every code is read from its page, in its place and in its size."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw
import pytest
from code_labels import a_code, a_font, a_label, link

from server.codes.caption import Role
from server.codes.code import Code, CodeError
from server.codes.label import Label, SheetError
from server.codes.press import Press
from server.codes.sheet import make_sheet
from server.codes.sheet_format import FORMATS, SheetFormat

MM_PER_POINT = 25.4 / 72
TITLES = ("Water Lilies", "Łódź, the Škoda works at dusk", "زنابق الماء", "A Sunday Afternoon on the Island")


def labels(count: int, distance_cm: float = 30) -> list[Label]:
    return [
        a_label(number, TITLES[number % len(TITLES)], "Second", distance_cm=distance_cm)
        for number in range(1, count + 1)
    ]


def texts_of(pdf: bytes, page: int) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()
    return text


def paths_of(pdf: bytes, page: int) -> list[tuple[float, ...]]:
    """Left, bottom, right, top of each drawn path, mm from the page's lower left corner."""
    found = pypdfium2.PdfDocument(pdf)[page].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])
    return [tuple(MM_PER_POINT * edge for edge in path.get_bounds()) for path in found]


def read_labels(pdf: bytes, paper: SheetFormat) -> list[str]:
    """What a phone would read in each label's place, page after page, without knowing the layout."""
    pages = list(pypdfium2.PdfDocument(pdf))
    return [read_place(page, paper, place) for page in pages for place in range(paper.per_page)]


def read_place(page: pypdfium2.PdfPage, paper: SheetFormat, place: int) -> str:
    """From a little nearer if it cannot be read at once."""
    left, top = paper.corner(place)
    right, bottom = paper.page_width_mm - left - paper.width_mm, paper.page_height_mm - top - paper.height_mm
    crop = tuple(edge / MM_PER_POINT for edge in (left, bottom, right, top))
    for dpi in (200, 300):
        pixels = page.render(scale=dpi / 72, crop=crop, grayscale=True).to_numpy()
        if text := cv2.QRCodeDetectorAruco().detectAndDecode(np.pad(pixels, 20, constant_values=255))[0]:
            return str(text)
    return ""


def test_every_label_of_a_sheet_of_many_pages_is_read_in_its_place() -> None:
    paper = FORMATS["l7160"]
    seen: list[tuple[int, int]] = []
    pdf = make_sheet(labels(45), paper, skip=1, progress=lambda done, of: seen.append((done, of)))
    read = read_labels(pdf, paper)
    assert read == ["", *(link(number) for number in range(1, 46)), *[""] * (63 - 46)]
    assert seen == [(done, 45) for done in range(1, 46)]


@pytest.mark.slow
def test_every_label_of_300_stations_is_read_in_its_place() -> None:
    paper = FORMATS["l7160"]
    read = read_labels(make_sheet(labels(300), paper), paper)
    assert read[:300] == [link(number) for number in range(1, 301)]


@pytest.mark.parametrize(
    ("key", "distance_cm"), [("a4", 50), ("letter", 40), ("l7163", 30), ("l7165", 50), ("5160", 20)]
)
def test_codes_are_read_on_each_kind_of_paper(key: str, distance_cm: float) -> None:
    paper = FORMATS[key]
    read = read_labels(make_sheet(labels(4, distance_cm), paper), paper)
    assert read[:4] == [link(number) for number in range(1, 5)]


def test_pages_and_codes_have_their_size_to_a_hundredth_of_a_millimetre() -> None:
    pdf = make_sheet(labels(24), FORMATS["l7160"])
    document = pypdfium2.PdfDocument(pdf)
    assert [page.get_size() for page in document] == [
        pytest.approx((210 / MM_PER_POINT, 297 / MM_PER_POINT), abs=0.01)
    ] * 2
    codes = [path for path in paths_of(pdf, 1) if path[3] - path[1] > 1]
    assert [(right - left, top - bottom) for left, bottom, right, top in codes] == [
        pytest.approx((30, 30), abs=0.01)
    ] * 3
    assert codes[2][0] == pytest.approx(7.25 + 2 * 66 + 0.5 + a_code().quiet_mm, abs=0.01)


def test_plain_paper_has_lines_to_cut_along_and_label_sheets_have_none() -> None:
    per_label = 2  # the code and the rule
    plain, sheet = make_sheet(labels(2), FORMATS["a4"]), make_sheet(labels(2), FORMATS["l7160"])
    assert len(paths_of(sheet, 0)) == 2 * per_label
    assert len(paths_of(plain, 0)) == 2 * per_label + 3 + 4
    vertical = sorted((left + right) / 2 for left, _, right, _ in paths_of(plain, 0)[:7] if right - left < 1)
    assert vertical == pytest.approx([15, 105, 195], abs=0.01)


def test_one_label_a_page_and_a_printer_told_to_keep_its_size() -> None:
    pdf = make_sheet(labels(3, 50), FORMATS["a6-card"])
    assert len(pypdfium2.PdfDocument(pdf)) == 3
    assert b"/PrintScaling /None" in pdf


def test_texts_stay_texts_also_where_a_program_might_replace_them() -> None:
    pdf = make_sheet([a_label(title="{nb} <b>Łódź</b> & **more**", second_title="دار")], FORMATS["l7163"])
    assert "{nb} <b>Łódź</b> & **more**" in texts_of(pdf, 0)
    assert "دار" in texts_of(pdf, 0)
    assert "museum.example/s/12" in texts_of(pdf, 0)


def test_a_label_may_have_no_more_than_its_title() -> None:
    pdf = make_sheet([a_label(exhibition="", short_address="")], FORMATS["l7160"])
    assert texts_of(pdf, 0).split() == ["12", "Water", "Lilies"]


def test_arabic_letters_join() -> None:
    label = a_label(title="ببب")
    with Press([label], ()) as press:
        measure = press.measure_for(label)
        alone, joined = measure("ب", Role.TITLE), measure("ببب", Role.TITLE)
    assert joined < 0.8 * 3 * alone


def test_ideographs_are_set_in_a_named_font(tmp_path: Path) -> None:
    font = a_font(tmp_path / "boxes.ttf", "睡莲")
    pdf = make_sheet([a_label(title="睡莲", second_title="Łódź 莲")], FORMATS["l7160"], fonts=[font])
    assert "睡莲" in texts_of(pdf, 0)
    assert "Łódź 莲" in texts_of(pdf, 0)


def test_what_no_font_has_is_refused_with_its_station(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.codes.fonts.system_folders", list)
    with pytest.raises(SheetError, match="station 12: no font on this machine has 睡"):
        make_sheet([a_label(title="睡莲")], FORMATS["l7160"])


def test_a_code_that_cannot_be_read_on_its_page_is_not_offered() -> None:
    good = a_code()
    rows = [list(row) for row in good.code.rows]
    rows[10:30] = [[not dark for dark in row] for row in rows[10:30]]
    bad = replace(good, code=Code(good.code.text, tuple(map(tuple, rows))))
    other = replace(good, code=Code("https://elsewhere.example", good.code.rows))
    for code in (bad, other):
        with pytest.raises(CodeError, match=r"page 1: no code for https://.* could be read back"):
            make_sheet([replace(a_label(), code=code)], FORMATS["l7160"])


def test_progress_may_end_the_work() -> None:
    def stop(done: int, of: int) -> None:
        if done == 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        make_sheet(labels(4), FORMATS["l7160"], progress=stop)


def test_sheets_of_nothing_of_too_much_or_off_the_page_are_refused() -> None:
    with pytest.raises(SheetError, match="expected 1 to 2000 labels, got 0"):
        make_sheet([], FORMATS["l7160"])
    with pytest.raises(SheetError, match="expected 1 to 2000 labels, got 2001"):
        make_sheet([a_label()] * 2001, FORMATS["l7160"])
    with pytest.raises(SheetError, match="expected 0 to 20 places to skip on L7160, got 21"):
        make_sheet([a_label()], FORMATS["l7160"], skip=21)


def test_those_who_do_not_print_do_not_load_what_prints() -> None:
    check = (
        "import sys, server.codes.sheet, server.codes.picture;"
        "print(sorted({'fpdf', 'fontTools', 'uharfbuzz', 'pypdfium2', 'cv2', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
