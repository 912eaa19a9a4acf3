"""Printed codes: how large, how well mended, and what a label may say."""

from __future__ import annotations

import math

import pytest
from code_labels import a_label, link

import server.codes.code
from server.codes.code import CodeError
from server.codes.label import SheetError
from server.codes.print_size import Correction, PrintError, farthest_cm, levels_for, measure, print_code


@pytest.mark.parametrize("distance_cm", [20, 50, 300, 1000])
def test_a_code_is_a_tenth_of_its_reading_distance(distance_cm: float) -> None:
    side_mm, module_mm = measure(distance_cm, modules=37)
    assert side_mm == pytest.approx(distance_cm)
    assert module_mm == pytest.approx(side_mm / 37)


def test_near_codes_keep_the_module_that_gs1_asks_for() -> None:
    assert measure(10, modules=37) == pytest.approx((37 * 0.396, 0.396))


def test_a_longer_code_grows_rather_than_its_modules_shrink_below_what_a_camera_resolves() -> None:
    side_mm, module_mm = measure(100, modules=77)
    assert module_mm == pytest.approx(2.0)
    assert side_mm == pytest.approx(154)


@pytest.mark.parametrize(
    ("distance_cm", "wears", "correction", "modules"),
    [
        (40, False, Correction.M, 37),
        (40, True, Correction.Q, 41),
        (150, False, Correction.Q, 41),
        (150, True, Correction.H, 49),
    ],
)
def test_far_and_wearing_labels_are_mended_better(
    distance_cm: float, wears: bool, correction: Correction, modules: int
) -> None:
    code = print_code(link(1), distance_cm, wears=wears)
    assert (code.correction, code.modules, code.distance_cm) == (correction, modules, distance_cm)
    assert code.side_mm == pytest.approx(distance_cm)
    assert code.printed_mm == pytest.approx(code.module_mm * len(code.code.rows))


def test_better_mending_is_not_paid_for_with_size() -> None:
    code = print_code("https://museum.example/v/" + "x" * 175, 150, wears=True)
    assert code.correction is Correction.M


def test_where_a_level_cannot_be_read_the_next_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.codes.code, "is_readable", lambda text, rows: len(rows) > 45)
    assert print_code(link(1), 40).correction is Correction.Q


def test_a_code_that_nobody_reads_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.codes.code, "is_readable", lambda text, rows: False)
    with pytest.raises(CodeError, match="could be read back"):
        print_code(link(1), 40)


@pytest.mark.parametrize("distance_cm", [0, 9.9, 1000.1, -30, math.nan, math.inf])
def test_distances_that_nobody_reads_from_are_refused(distance_cm: float) -> None:
    with pytest.raises(PrintError, match="expected a reading distance from 10 to 1000 cm, got"):
        print_code(link(1), distance_cm)


@pytest.mark.parametrize("text", ["", "x" * 301, "睡" * 101])
def test_addresses_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(PrintError, match="expected an address of 1 to 300 bytes"):
        print_code(text, 40)


@pytest.mark.parametrize("wears", [False, True])
@pytest.mark.parametrize("distance_cm", [30, 300])
def test_every_level_is_tried_at_last(distance_cm: float, wears: bool) -> None:
    assert set(levels_for(distance_cm, wears=wears)) == set(Correction)


@pytest.mark.parametrize("wears", [False, True])
@pytest.mark.parametrize("distance_cm", [20, 150, 300])
def test_a_label_s_room_says_how_far_its_code_would_be_read(distance_cm: float, wears: bool) -> None:
    near = print_code(link(1), 30)
    assert farthest_cm(near.printed_mm + 0.001, print_code(link(1), distance_cm, wears=wears)) == 30
    assert farthest_cm(10, near) == 0


def test_a_label_s_texts_are_composed_and_on_one_line() -> None:
    label = a_label(title="  E\u0301tude \n for\ttwo ", second_title="睡莲\u3000一")
    assert label.title == "Étude for two"
    assert label.second_title == "睡莲 一"


@pytest.mark.parametrize("character", ["\x07", "\ud800", "\ue000", "\U0001fffe"])
def test_characters_that_no_printer_has_are_refused(character: str) -> None:
    with pytest.raises(SheetError, match=r"station 12, exhibition: .* got the character U\+"):
        a_label(exhibition=f"Night{character}")


def test_a_label_needs_a_number_and_a_title_of_bearable_length() -> None:
    with pytest.raises(SheetError, match="expected a station number from 1 to 65535, got 65536"):
        a_label(number=65536)
    with pytest.raises(SheetError, match="station 12: expected a title, got none"):
        a_label(title=" ")
    with pytest.raises(SheetError, match="station 12, second title: expected at most 300 characters, got 301"):
        a_label(second_title="x" * 301)
