"""A label's layout: nothing leaves the paper or enters the quiet zone, whatever it says."""

from __future__ import annotations

import pytest
from code_labels import a_label
from hypothesis import given, settings
from hypothesis import strategies as st

from server.codes.caption import POINT_MM, Line, Role, is_rtl
from server.codes.label import Label, SheetError
from server.codes.layout import Layout, lay_out, picture_layout
from server.codes.sheet_format import FORMATS, SheetFormat, sheet_format
from server.codes.wrapping import address_pieces, balance, cut_to_fit, pieces, wrap

ARABIC = "زنابق الماء"


def half_an_em(text: str, role: Role) -> float:
    return 0.5 * len(text)


def lines_of(layout: Layout, role: Role) -> list[Line]:
    return [line for line in layout.lines if line.role is role]


def box_of(line: Line) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a line's figures or of its letters without their descenders."""
    width = half_an_em(line.text, line.role) * line.size_mm
    left = line.x_mm - width if line.from_right else line.x_mm
    height = (0.67 if line.role is Role.NUMBER else 0.7) * line.size_mm
    return left, line.baseline_mm - height, left + width, line.baseline_mm


def assert_in_order(layout: Layout, label: Label) -> None:
    """Every line is on the paper, none in the code's quiet zone, and none over another."""
    side = label.code.printed_mm
    quiet = (layout.code_x_mm, layout.code_y_mm, layout.code_x_mm + side, layout.code_y_mm + side)
    boxes = [box_of(line) for line in layout.lines]
    for number, box in enumerate(boxes):
        assert box[0] >= -1e-6
        assert box[1] >= -1e-6
        assert box[2] <= layout.width_mm + 1e-6
        assert box[3] <= layout.height_mm + 1e-6
        assert not overlap(box, quiet)
        assert not any(overlap(box, other) for other in boxes[:number])


def overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    slack = 1e-6
    return min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack


titles = st.text("abc deé,. 睡莲（）。", min_size=1, max_size=80).filter(str.strip) | st.just(ARABIC)


@settings(deadline=None, max_examples=60)
@given(
    key=st.sampled_from(sorted(FORMATS)),
    distance_cm=st.sampled_from([10, 20]),
    number=st.sampled_from([1, 12, 65535]),
    texts=st.tuples(titles, titles | st.just(""), titles | st.just("")),
)
def test_nothing_leaves_the_paper_or_enters_the_quiet_zone(
    key: str, distance_cm: int, number: int, texts: tuple[str, str, str]
) -> None:
    label = a_label(number, *texts, distance_cm=distance_cm)
    try:
        layout = lay_out(label, FORMATS[key], half_an_em)
    except SheetError as error:
        assert key == "5160"  # the smallest label
        assert "do not fit" in str(error)
    else:
        assert_in_order(layout, label)
    assert_in_order(picture_layout(label, half_an_em), label)


@pytest.mark.parametrize(("key", "distance_cm"), [("l7160", 30), ("l7165", 54), ("a4", 50), ("5160", 20)])
def test_the_usual_distances_fit_the_usual_papers(key: str, distance_cm: float) -> None:
    label = a_label(
        title="A Sunday Afternoon on the Island", second_title="大碗岛的星期天下午", distance_cm=distance_cm
    )
    assert_in_order(lay_out(label, FORMATS[key], half_an_em), label)


def test_a_code_without_room_is_refused_and_told_which_distance_has_it() -> None:
    with pytest.raises(SheetError) as caught:
        lay_out(a_label(distance_cm=300), FORMATS["l7160"], half_an_em)
    assert str(caught.value) == (
        "station 12: a code read from 300 cm is 300 mm wide, 358.5 mm with its quiet zone; the label L7160 has room "
        "for 37.1 mm, which is read from 30 cm; choose a larger format or a shorter distance"
    )


def test_texts_without_room_are_refused_not_shortened() -> None:
    with pytest.raises(
        SheetError, match=r"station 12: its texts \(the title has 299 characters\) do not fit beside the"
    ):
        lay_out(a_label(title="word " * 60), FORMATS["l7160"], half_an_em)


def test_long_titles_wrap_then_shrink_and_all_of_them_is_printed() -> None:
    long = "A Sunday Afternoon on the Island of La Grande Jatte, with a Study"
    short_layout = lay_out(a_label(), FORMATS["l7160"], half_an_em)
    layout = lay_out(a_label(title=long), FORMATS["l7160"], half_an_em)
    title = lines_of(layout, Role.TITLE)
    assert " ".join(line.text for line in title) == long
    assert len(title) > 2
    assert 6 * POINT_MM <= title[0].size_mm < lines_of(short_layout, Role.TITLE)[0].size_mm


def test_a_word_wider_than_the_label_is_cut_only_at_the_smallest_size() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmütze"
    title = lines_of(lay_out(a_label(title=word), FORMATS["l7160"], half_an_em), Role.TITLE)
    assert "".join(line.text for line in title) == word
    assert title[0].size_mm == pytest.approx(6 * POINT_MM)
    assert_in_order(picture_layout(a_label(title=word * 5), half_an_em), a_label())


def test_an_address_shrinks_before_it_is_broken() -> None:
    address = "art.museum.example/s/12"
    (line,) = lines_of(lay_out(a_label(short_address=address), FORMATS["l7160"], half_an_em), Role.ADDRESS)
    assert line.text == address
    broken = lines_of(lay_out(a_label(short_address=2 * address), FORMATS["l7160"], half_an_em), Role.ADDRESS)
    assert "".join(line.text for line in broken) == 2 * address
    assert all(line.text[-1] in "./" for line in broken[:-1])


def test_a_title_from_right_to_left_mirrors_the_label() -> None:
    paper = FORMATS["l7163"]
    plain = lay_out(a_label(title="x" * len(ARABIC)), paper, half_an_em)
    mirrored = lay_out(a_label(title=ARABIC), paper, half_an_em)
    assert mirrored.code_x_mm == pytest.approx(paper.width_mm - plain.code_x_mm - a_label().code.printed_mm)
    assert mirrored.rule.x_mm == pytest.approx(paper.width_mm - plain.rule.x_mm - plain.rule.width_mm)
    assert all(line.from_right for line in mirrored.lines)
    assert [line.rtl for line in mirrored.lines] == [line.role is Role.TITLE for line in mirrored.lines]


def test_a_second_title_from_right_to_left_does_not_mirror_the_label() -> None:
    layout = lay_out(a_label(second_title=ARABIC), FORMATS["l7163"], half_an_em)
    (second,) = lines_of(layout, Role.SECOND)
    assert second.rtl
    assert not second.from_right


@pytest.mark.parametrize(
    ("text", "expected"), [("12 Monet", False), ("12 " + ARABIC, True), ("שלום", True), ("睡莲", False), ("12", False)]
)
def test_the_first_strong_character_gives_the_direction(text: str, expected: bool) -> None:
    assert is_rtl(text) is expected


@pytest.mark.parametrize("paper", FORMATS.values(), ids=FORMATS)
def test_a_sheet_s_labels_lie_evenly_on_its_page(paper: SheetFormat) -> None:
    left, top = paper.corner(0)
    last_left, last_top = paper.corner(paper.per_page - 1)
    right = paper.page_width_mm - last_left - paper.width_mm
    bottom = paper.page_height_mm - last_top - paper.height_mm
    assert left == pytest.approx(right, abs=0.01)
    assert top == pytest.approx(bottom, abs=0.05)
    assert paper.columns == 1 or paper.pitch_x_mm >= paper.width_mm
    assert paper.rows == 1 or paper.pitch_y_mm >= paper.height_mm


def test_places_are_counted_row_by_row() -> None:
    assert FORMATS["l7160"].corner(4) == pytest.approx((7.25 + 66, 15.15 + 38.1))
    assert FORMATS["5160"].corner(29) == pytest.approx(((3 / 16 + 2 * 2.75) * 25.4, 9.5 * 25.4))


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SheetError, match=r"expected a sheet format among a4, letter, l7160, .* got 'l9999'"):
        sheet_format("l9999")
    assert sheet_format("l7160").name == "L7160"


@given(text=st.text("ab 睡莲、。（）ー가각'e\u0301", max_size=30))
def test_the_pieces_of_a_text_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two words", ["two ", "words"]),
        ("睡莲，一年", ["睡", "莲，", "一", "年"]),
        ("《睡莲》Monet", ["《睡", "莲》", "Monet"]),
        ("スーパー", ["スー", "パー"]),
        ("수련 연못", ["수련 ", "연못"]),
    ],
)
def test_lines_break_where_their_script_allows(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_lines_are_full_then_even() -> None:
    words = pieces("aaaa bbbb cccc d")
    assert wrap(words, len, 14) == ["aaaa bbbb cccc", "d"]
    assert balance(words, len, 14) == ["aaaa bbbb", "cccc d"]
    assert balance(words, len, 40) == ["aaaa bbbb cccc d"]
    assert wrap(words, len, 3) is None
    assert balance(words, len, 3) is None
    assert wrap([], len, 3) == []


def test_parts_that_are_too_wide_are_cut_where_they_reach_the_limit() -> None:
    assert cut_to_fit(["abcdefgh ", "ij"], len, 3) == ["abc", "def", "gh ", "ij"]
    assert cut_to_fit(["e\u0301e\u0301"], len, 1) == ["e\u0301", "e\u0301"]
    assert cut_to_fit(["abc"], lambda part: 9.0, 1) == ["a", "b", "c"]
    assert address_pieces("https://a.example/s/12") == ["https://", "a.", "example/", "s/", "12"]
