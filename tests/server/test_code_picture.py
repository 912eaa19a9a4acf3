"""One label as a file: an SVG with real text, a PNG that a printer can use."""

from __future__ import annotations

import io
from dataclasses import replace
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from code_labels import a_code, a_label, link
from PIL import Image

from server.codes.code import Code, CodeError
from server.codes.label import SheetError
from server.codes.picture import label_png, label_svg

SVG = "{http://www.w3.org/2000/svg}"
ARABIC = "زنابق الماء"


def read(pixels: np.ndarray) -> str:
    text: str = cv2.QRCodeDetectorAruco().detectAndDecode(pixels)[0]
    return text


def test_an_svg_has_its_size_its_code_and_its_texts() -> None:
    label = a_label(title="Łódź", second_title="睡莲")
    root = ElementTree.fromstring(label_svg(label))
    width, height = float(root.attrib["width"].removesuffix("mm")), float(root.attrib["height"].removesuffix("mm"))
    assert root.attrib["viewBox"] == f"0 0 {width:.3f} {height:.3f}"
    code = root.findall(f"{SVG}path")[1]
    assert code.attrib["d"] == label.code.code.path()
    assert f"scale({label.code.module_mm:.6f})" in code.attrib["transform"]
    assert [text.text for text in root.iter(f"{SVG}text")] == [
        *("12", "Łódź", "睡莲", "Painters of the River", "museum.example/s/12")
    ]
    assert all(label.code.printed_mm < float(text.attrib["y"]) < height for text in root.iter(f"{SVG}text"))


def test_an_svg_takes_no_markup_from_its_texts() -> None:
    hostile = '"/><script>alert(1)</script>&amp;'
    root = ElementTree.fromstring(label_svg(a_label(title=hostile, exhibition=hostile, language='x" onload="y')))
    assert root.find(f".//{SVG}script") is None
    title = [text for text in root.iter(f"{SVG}text") if text.text and "script" in text.text]
    assert title
    assert all("onload" not in text.attrib for text in title)


def test_a_title_from_right_to_left_starts_at_the_right() -> None:
    root = ElementTree.fromstring(label_svg(a_label(title=ARABIC)))
    number, title, *_ = root.iter(f"{SVG}text")
    assert (title.attrib["direction"], title.attrib["text-anchor"]) == ("rtl", "start")
    assert (number.attrib["direction"], number.attrib["text-anchor"]) == ("ltr", "end")
    assert title.attrib["x"] > number.attrib["x"] or float(title.attrib["x"]) > 20


@pytest.mark.parametrize(("title", "distance_cm"), [("Water Lilies", 10), (ARABIC, 40), ("Łódź", 100)])
def test_a_png_is_read_has_300_dpi_and_sharp_modules(title: str, distance_cm: float) -> None:
    label = a_label(title=title, distance_cm=distance_cm)
    png = label_png(label)
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    assert read(pixels) == link(12)
    dpi = Image.open(io.BytesIO(png)).info["dpi"][0]
    assert dpi >= 300
    module_px = dpi / 25.4 * label.code.module_mm
    assert module_px == pytest.approx(round(module_px), abs=0.01)
    side = round(module_px) * len(label.code.code.rows)
    code = pixels[:side, -side:] if title == ARABIC else pixels[:side, :side]
    assert np.isin(code // 16, (0, 15)).all()


def test_a_png_has_as_much_height_as_its_texts_need() -> None:
    short, long = (Image.open(io.BytesIO(label_png(a_label(title="Night and day " * n)))) for n in (1, 20))
    assert long.width == short.width
    assert long.height > short.height


def test_a_png_of_a_code_for_far_readers_is_refused_with_the_way_out() -> None:
    with pytest.raises(SheetError, match=r"station 12: a picture of .* at most 8000 are drawn; take the SVG"):
        label_png(a_label(distance_cm=1000))
    assert "<svg" in label_svg(a_label(distance_cm=1000))


def test_a_code_that_cannot_be_read_becomes_no_picture() -> None:
    good = a_code()
    label = replace(a_label(), code=replace(good, code=Code("https://elsewhere.example", good.code.rows)))
    with pytest.raises(CodeError, match="could be read back"):
        label_svg(label)
    with pytest.raises(CodeError, match="could be read back"):
        label_png(label)
