"""Draws labels into a PDF, with the fonts that their texts need. Knows no grid: each label is told its corner.

Texts are shaped by HarfBuzz and ordered by UAX #9, both through fpdf2, and stay texts: they can be searched and copied.
Codes are paths of whole modules. Both libraries are loaded by those who print, never by the server's start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from server.codes.caption import POINT_MM, RULE_MM, Line, Measure, Role
from server.codes.fonts import Font, FontShelf, cut
from server.codes.label import Label, SheetError
from server.codes.layout import Layout
from server.codes.print_size import PrintedCode

GREYS: Mapping[Role, int] = {Role.SECOND: 60, Role.EXHIBITION: 60}  # of 255; the others are black

_CUT_LINE_MM = 0.1
_CUT_LINE_GREY = 190
_MEASURED_PT = 100
# Optical size, pt, and weight, for fonts that have these axes: thin strokes only where type is large.
_AXES: Mapping[Role, Mapping[str, float]] = {
    Role.NUMBER: {"opsz": 48, "wght": 300},
    Role.TITLE: {"opsz": 16, "wght": 400},
    Role.SECOND: {"opsz": 11, "wght": 400},
    Role.EXHIBITION: {"opsz": 8, "wght": 400},
    Role.ADDRESS: {"opsz": 8, "wght": 400},
}

_Text = tuple[Role, str, str]  # what it is, the text, its language
_Families = list[str]  # names in the document, the main font first


class Press:
    """A PDF under work: `with Press(...) as press`, then pages and labels, then `output`."""

    def __init__(self, labels: Sequence[Label], fonts: Sequence[Path]) -> None:
        """Chooses and embeds the fonts for these labels. Raises SheetError for a character that no font has."""
        from fpdf import FPDF
        from fpdf.prefs import ViewerPreferences

        shelf = FontShelf(fonts)
        stacks = {text: _stack(shelf, label.number, text) for label in labels for text in _texts(label)}
        self._pdf = FPDF(unit="mm")
        self._pdf.set_auto_page_break(False)
        self._pdf.alias_nb_pages("")  # or it would replace "{nb}" in a title
        self._pdf.c_margin = 0
        self._pdf.set_title(labels[0].exhibition)
        self._pdf.set_creator("Vernissage")
        self._pdf.viewer_preferences = ViewerPreferences(print_scaling="None")  # a code must keep its size
        self._folder = TemporaryDirectory(prefix="vernissage-fonts-")
        self._families = self._embed(stacks)
        self._widths: dict[tuple[str, ...], float] = {}  # of words, by the families they are set in

    def __enter__(self) -> Press:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def measure_for(self, label: Label) -> Measure:
        """Widths of this label's texts, as multiples of their type size."""

        def measure(text: str, role: Role) -> float:
            key = (*self._families_of(label, role), text)
            if key not in self._widths:
                self._use_font(label, role, _MEASURED_PT)
                self._widths[key] = self._pdf.get_string_width(text) / (_MEASURED_PT * POINT_MM)
            return self._widths[key]

        return measure

    @property
    def pages(self) -> int:
        """How many pages were begun."""
        return self._pdf.pages_count

    def page(self, width_mm: float, height_mm: float) -> None:
        """Begin a page."""
        self._pdf.add_page(format=(width_mm, height_mm))

    def label(self, label: Label, layout: Layout, x_mm: float, y_mm: float) -> None:
        """A label, its upper left corner here."""
        self._draw_code(label.code, x_mm + layout.code_x_mm, y_mm + layout.code_y_mm)
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(RULE_MM)
        left, y = x_mm + layout.rule.x_mm, y_mm + layout.rule.y_mm
        self._pdf.line(left, y, left + layout.rule.width_mm, y)
        for line in layout.lines:
            self._draw_line(label, line, x_mm, y_mm)

    def cut_line(self, x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float) -> None:
        """A line to cut along, light enough to vanish if it stays."""
        self._pdf.set_draw_color(_CUT_LINE_GREY)
        self._pdf.set_line_width(_CUT_LINE_MM)
        self._pdf.line(x1_mm, y1_mm, x2_mm, y2_mm)

    def output(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())

    def _embed(self, stacks: Mapping[_Text, tuple[Font, ...]]) -> dict[_Text, _Families]:
        """Every font once for each role that uses it, with the characters that this role needs of it."""
        characters: dict[tuple[Role, Font], set[str]] = {}
        for (role, text, _), stack in stacks.items():
            for font in stack:
                characters.setdefault((role, font), set()).update(text)
        names = {}
        for number, ((role, font), used) in enumerate(characters.items()):
            names[role, font] = f"f{number}"
            path = Path(self._folder.name, f"{number}.otf")
            path.write_bytes(cut(font, "".join(used), _AXES[role]))
            self._pdf.add_font(names[role, font], fname=path)
        return {text: [names[text[0], font] for font in stack] for text, stack in stacks.items()}

    def _use_font(self, label: Label, role: Role, size_pt: float, *, rtl: bool = False) -> None:
        main, *others = self._families_of(label, role)
        self._pdf.set_font(main, size=size_pt)
        self._pdf.set_fallback_fonts(others)
        self._pdf.set_text_shaping(True, direction="rtl" if rtl else "ltr")

    def _families_of(self, label: Label, role: Role) -> _Families:
        return self._families[next(text for text in _texts(label) if text[0] is role)]

    def _draw_line(self, label: Label, line: Line, x_mm: float, y_mm: float) -> None:
        self._use_font(label, line.role, line.size_mm / POINT_MM, rtl=line.rtl)
        self._pdf.set_text_color(GREYS.get(line.role, 0))
        width = self._pdf.get_string_width(line.text)
        left = x_mm + line.x_mm - (width if line.from_right else 0)
        self._pdf.set_xy(left, y_mm + line.baseline_mm - 0.3 * line.size_mm)  # where fpdf2 puts a cell's baseline
        self._pdf.cell(w=width, h=0, text=line.text)

    def _draw_code(self, code: PrintedCode, x_mm: float, y_mm: float) -> None:
        """One path of the dark modules, in the code's own units, the first row on top (ISO 32000, section 8.5)."""
        k = self._pdf.k
        module, x, y = code.module_mm * k, x_mm * k, (self._pdf.h - y_mm) * k
        squares = " ".join(f"{left} {top} {width} 1 re" for left, top, width in code.code.runs())
        self._pdf._out(f"q 0 g {module:.6f} 0 0 {-module:.6f} {x:.4f} {y:.4f} cm {squares} f Q")


def _texts(label: Label) -> Iterable[_Text]:
    texts = (
        (Role.NUMBER, str(label.number), ""),
        (Role.TITLE, label.title, label.language),
        (Role.SECOND, label.second_title, label.second_language),
        (Role.EXHIBITION, label.exhibition, label.language),
        (Role.ADDRESS, label.short_address, ""),
    )
    return (text for text in texts if text[1])


def _stack(shelf: FontShelf, station: int, text: _Text) -> tuple[Font, ...]:
    try:
        return shelf.stack(text[1], text[2])
    except SheetError as error:
        raise SheetError(f"station {station}: {error}") from None
