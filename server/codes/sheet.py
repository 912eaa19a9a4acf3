"""Sheets of labels as a PDF. Every code is read back from the finished pages before they are offered."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from server.codes.label import Label, SheetError
from server.codes.layout import lay_out
from server.codes.press import Press
from server.codes.proof import Place, Progress, read_back
from server.codes.sheet_format import SheetFormat

MAX_LABELS = 2000


def make_sheet(
    labels: Sequence[Label],
    paper: SheetFormat,
    *,
    fonts: Sequence[Path] = (),
    skip: int = 0,
    progress: Progress | None = None,
) -> bytes:
    """A PDF with the labels in their order, `skip` places of the first page left empty (they may be used up).

    `fonts` are font files to be used before all others. `progress(done, of)` is called after each code that was read
    back, and what it raises ends the work. 300 labels take some ten seconds: keep it off an event loop. Raises
    SheetError for what does not fit or cannot be set, CodeError for a code that cannot be read on its page.
    """
    if not 1 <= len(labels) <= MAX_LABELS:
        raise SheetError(f"expected 1 to {MAX_LABELS} labels, got {len(labels)}")
    if not 0 <= skip < paper.per_page:
        raise SheetError(f"expected 0 to {paper.per_page - 1} places to skip on {paper.name}, got {skip}")
    with Press(labels, fonts) as press:
        places = [_put(press, label, paper, place) for place, label in enumerate(labels, start=skip)]
        pdf = press.output()
    read_back(pdf, places, progress)
    return pdf


def _put(press: Press, label: Label, paper: SheetFormat, number: int) -> Place:
    """Draw a label at its place, counted over all pages."""
    page, place = divmod(number, paper.per_page)
    layout = lay_out(label, paper, press.measure_for(label))
    if page == press.pages:
        press.page(paper.page_width_mm, paper.page_height_mm)
        if paper.cut_lines:
            _cut_lines(press, paper)
    x, y = paper.corner(place)
    press.label(label, layout, x, y)
    code = label.code
    return Place(page, x + layout.code_x_mm, y + layout.code_y_mm, code.printed_mm, code.module_mm, code.code.text)


def _cut_lines(press: Press, paper: SheetFormat) -> None:
    """Along the labels' edges, across the whole page, so that a knife finds both ends."""
    columns = [paper.left_mm + column * paper.pitch_x_mm for column in range(paper.columns)]
    rows = [paper.top_mm + row * paper.pitch_y_mm for row in range(paper.rows)]
    for x in sorted({*columns, *(x + paper.width_mm for x in columns)}):
        press.cut_line(x, 0, x, paper.page_height_mm)
    for y in sorted({*rows, *(y + paper.height_mm for y in rows)}):
        press.cut_line(0, y, paper.page_width_mm, y)
