"""Fonts: the right one for each text, and a clear word where there is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from code_labels import a_font
from fontTools.ttLib import TTFont

from server.codes.fonts import Font, FontShelf, cut, font_files, region_of
from server.codes.label import SheetError


def names(stack: tuple[Font, ...]) -> list[str]:
    return [font.path.stem.split("[")[0] for font in stack]


@pytest.mark.parametrize("text", ["Łódź", "Škoda", "İstanbul ığş", "Ελλάδα", "Україна", "Tiếng Việt", "„50 €“"])
def test_european_scripts_need_no_font_of_the_system(text: str) -> None:
    assert names(FontShelf(folders=()).stack(text)) == ["SourceSerif4"]


def test_arabic_needs_no_font_of_the_system_and_latin_within_it_keeps_to_its_font() -> None:
    assert names(FontShelf(folders=()).stack("مقهى (Café 12)")) == ["Amiri-Regular"]


def test_characters_that_no_font_has_are_named_with_the_way_out() -> None:
    with pytest.raises(SheetError) as caught:
        FontShelf(folders=()).stack("Monet 睡莲")
    assert str(caught.value) == (
        "no font on this machine has 睡 (U+7761), 莲 (U+83B2); install one (for Chinese, Japanese and Korean: Noto "
        "Serif CJK) or name a font file under [codes] fonts"
    )
    with pytest.raises(SheetError, match=r"U\+4E0B\) and 8 more; install"):
        FontShelf(folders=()).stack("".join(map(chr, range(0x4E00, 0x4E14))))


def test_a_font_of_the_system_is_found_by_what_it_has(tmp_path: Path) -> None:
    a_font(tmp_path / "aaa-boxes.ttf", "莫奈")
    deep = tmp_path / "truetype" / "boxes"
    deep.mkdir(parents=True)
    a_font(deep / "boxes.TTF", "睡莲")
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    assert names(FontShelf(folders=[tmp_path]).stack("睡莲")) == ["boxes"]


def test_serifs_and_plain_styles_come_first(tmp_path: Path) -> None:
    for name in ("aaa", "NotoSansCJK-Regular", "NotoSerifCJK-Bold", "NotoSerifCJK-Regular"):
        a_font(tmp_path / f"{name}.ttf", "睡莲")
    assert names(FontShelf(folders=[tmp_path]).stack("睡莲")) == ["NotoSerifCJK-Regular"]


def test_named_fonts_come_first(tmp_path: Path) -> None:
    house = a_font(tmp_path / "house.ttf", "Monet")
    shelf = FontShelf([house], folders=())
    assert names(shelf.stack("Monet")) == ["house"]
    assert names(shelf.stack("Manet")) == ["SourceSerif4"]


def test_fonts_with_ideographs_leave_other_texts_alone(tmp_path: Path) -> None:
    chinese = a_font(tmp_path / "chinese.ttf", "睡莲一Monet")
    shelf = FontShelf([chinese], folders=())
    assert names(shelf.stack("Monet")) == ["SourceSerif4"]
    assert names(shelf.stack("Monet 睡莲")) == ["chinese"]


def test_several_fonts_share_a_text_that_none_has_alone(tmp_path: Path) -> None:
    chinese = a_font(tmp_path / "chinese.ttf", "睡莲")
    assert names(FontShelf([chinese], folders=()).stack("Łódź 睡莲")) == ["chinese", "SourceSerif4"]


def test_each_region_gets_its_own_form_of_an_ideograph(tmp_path: Path) -> None:
    for region in ("JP", "SC", "TC"):
        a_font(tmp_path / f"boxes-{region}.ttf", "睡莲の", family=f"Boxes {region}")
    shelf = FontShelf(folders=[tmp_path])
    assert names(shelf.stack("睡莲")) == ["boxes-SC"]
    assert names(shelf.stack("睡莲", "zh-Hant-TW")) == ["boxes-TC"]
    assert names(shelf.stack("睡莲の")) == ["boxes-JP"]


@pytest.mark.parametrize(
    ("text", "language", "region"),
    [
        ("Monet", "zh-Hans", ""),
        ("睡莲", "", "SC"),
        ("睡莲", "en", "SC"),
        ("睡蓮", "zh-HK", "HK"),
        ("睡蓮", "ja-JP", "JP"),
        ("수련", "", "KR"),
        ("スイレン", "", "JP"),
        ("ㄅ睡", "", "TC"),
    ],
)
def test_the_region_follows_the_language_then_the_script(text: str, language: str, region: str) -> None:
    assert region_of(text, language) == region


def test_formatting_characters_and_spaces_need_no_glyph(tmp_path: Path) -> None:
    plain = a_font(tmp_path / "plain.ttf", "ab")
    assert names(FontShelf([plain], folders=()).stack("a\u200c\u00a0b")) == ["plain"]


def test_named_files_that_are_no_fonts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(
        SheetError, match=r"\[codes\] fonts: expected a readable font file of at most 128 MB, got .*gone.ttf"
    ):
        FontShelf([tmp_path / "gone.ttf"])
    (tmp_path / "empty.ttf").touch()
    with pytest.raises(SheetError, match="expected a readable font file"):
        FontShelf([tmp_path / "empty.ttf"])
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"OTTO" + bytes(100))
    with pytest.raises(SheetError, match="expected a TrueType or OpenType font with outlines that may be embedded"):
        FontShelf([broken])


def test_fonts_that_may_not_be_embedded_are_passed_over(tmp_path: Path) -> None:
    forbidden = a_font(tmp_path / "forbidden.ttf", "睡莲", rights=0x0002)
    with pytest.raises(SheetError, match="that may be embedded"):
        FontShelf([forbidden])
    with pytest.raises(SheetError, match="no font on this machine has"):
        FontShelf(folders=[tmp_path]).stack("睡莲")


def test_huge_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_font(tmp_path / "boxes.ttf", "睡莲")
    monkeypatch.setattr("server.codes.fonts.MAX_FONT_BYTES", 100)
    assert list(font_files([tmp_path])) == []


def test_no_more_files_than_the_limit_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        a_font(tmp_path / f"{number}.ttf", "a")
    monkeypatch.setattr("server.codes.fonts.MAX_FONT_FILES", 3)
    assert [path.name for path in font_files([tmp_path])] == ["0.ttf", "1.ttf", "2.ttf"]


def test_a_cut_font_has_only_what_is_printed_and_no_axes() -> None:
    (font,) = FontShelf(folders=()).stack("Łódź 12")
    small = cut(font, "Łódź 12", {"opsz": 8, "wght": 100})
    opened = TTFont(io.BytesIO(small))
    assert set(opened.getBestCmap()) == set(map(ord, "Łódź 12"))
    assert "fvar" not in opened
    assert len(small) < 20_000
    assert cut(font, "Łódź 12", {"opsz": 60, "wght": 200}) != small
