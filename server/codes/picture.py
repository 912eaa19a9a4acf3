"""One station's label as a file of its own: SVG with real text, or PNG for a printer.

The SVG names fonts and leaves them to the program that shows it, so its line ends are set by estimated widths. The PNG
is drawn with the same fonts as the sheets.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Sequence
from html import escape
from pathlib import Path

from server.codes.caption import RULE_MM, Line, Role
from server.codes.code import CodeError, is_readable
from server.codes.label import Label, SheetError
from server.codes.layout import Layout, picture_layout
from server.codes.press import GREYS, Press
from server.codes.proof import Place, picture, read_back

MIN_DPI = 300
MAX_SIDE_PX = 8000

_INCH_MM = 25.4
_FAMILIES = (
    "'Source Serif 4','Source Serif Pro','Noto Serif',Georgia,'Noto Naskh Arabic',Amiri,'Noto Serif CJK SC',"
    "'Songti SC',SimSun,'Times New Roman',serif"
)


def label_svg(label: Label) -> str:
    """The label as SVG, its size in millimetres. Raises SheetError, or CodeError for a code that cannot be read."""
    code = label.code
    if not is_readable(code.code.text, code.code.rows):
        raise CodeError(f"no code for {code.code.text} could be read back")
    layout = picture_layout(label, _estimate)
    width, height, rule = f"{layout.width_mm:.3f}", f"{layout.height_mm:.3f}", layout.rule
    texts = "\n".join(_text(line, label) for line in layout.lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">\n'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/>\n'
        f'<path shape-rendering="crispEdges" transform="translate({layout.code_x_mm:.4f} {layout.code_y_mm:.4f}) '
        f'scale({code.module_mm:.6f})" d="{code.code.path()}"/>\n'
        f'<path stroke="#000" stroke-width="{RULE_MM}" d="M{rule.x_mm:.3f} {rule.y_mm:.3f}h{rule.width_mm:.3f}"/>\n'
        f'<g font-family="{_FAMILIES}">\n{texts}\n</g>\n</svg>\n'
    )


def label_png(label: Label, *, fonts: Sequence[Path] = ()) -> bytes:
    """The label as a grey PNG that says its size: at least 300 dpi, a whole number of pixels for each module.

    Raises SheetError, also for a picture of more than MAX_SIDE_PX a side, and CodeError.
    """
    with Press([label], fonts) as press:
        layout = picture_layout(label, press.measure_for(label))
        module_px = math.ceil(label.code.module_mm * MIN_DPI / _INCH_MM)
        px_per_mm = module_px / label.code.module_mm
        _check_pixels(label, layout, px_per_mm)
        press.page(layout.width_mm, layout.height_mm)
        press.label(label, layout, 0, 0)
        pdf = press.output()
    code = label.code
    read_back(pdf, [Place(0, layout.code_x_mm, layout.code_y_mm, code.printed_mm, code.module_mm, code.code.text)])
    return _png(pdf, px_per_mm)


def _check_pixels(label: Label, layout: Layout, px_per_mm: float) -> None:
    side_mm = max(layout.width_mm, layout.height_mm)
    if side_mm * px_per_mm > MAX_SIDE_PX:
        raise SheetError(
            f"station {label.number}: a picture of {side_mm:.0f} mm at {MIN_DPI} dpi has {side_mm * px_per_mm:.0f} "
            f"pixels a side, at most {MAX_SIDE_PX} are drawn; take the SVG or a sheet, which have no pixels"
        )


def _png(pdf: bytes, px_per_mm: float) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    dpi = px_per_mm * _INCH_MM
    Image.fromarray(picture(pdf, px_per_mm)).save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()


def _text(line: Line, label: Label) -> str:
    """An SVG text. In a text from right to left the start is the right end (SVG 2, section 11.10.2.1)."""
    anchor = "start" if line.rtl == line.from_right else "end"
    language = {Role.TITLE: label.language, Role.SECOND: label.second_language}.get(line.role, "")
    attributes = {
        "x": f"{line.x_mm:.3f}",
        "y": f"{line.baseline_mm:.3f}",
        "font-size": f"{line.size_mm:.3f}",
        "text-anchor": anchor,
        "direction": "rtl" if line.rtl else "ltr",
        "fill": f"rgb({GREYS.get(line.role, 0)},{GREYS.get(line.role, 0)},{GREYS.get(line.role, 0)})",
        "xml:lang": language,
    }
    written = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items() if value)
    return f"<text {written}>{escape(line.text)}</text>"


def _estimate(text: str, _role: Role) -> float:
    """About how wide a text is in a serif, as a multiple of its type size; rather too much than too little."""
    return sum(map(_advance, text))


def _advance(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in " .,:;'!ijlI|()[]":
        return 0.32
    return 0.74 if character.isupper() or character in "mwMW@%—" else 0.57
