"""Labels printed in a process of their own, so that hundreds of codes cost no visitor anything. Knows no page.

The order goes to the child's standard input as JSON; the file comes back from its standard output. What the child says
of its progress, or of what cannot be printed, are lines of JSON on its standard error.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from server.codes.label import Label, SheetError
from server.codes.print_size import PrintError, print_code

NICENESS = 10


class Form(StrEnum):
    """What is made."""

    SHEET = "sheet"  # a PDF of all labels
    SVG = "svg"  # of the first
    PNG = "png"


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """A label that is wanted; the child makes its code."""

    number: int
    title: str
    exhibition: str
    short_address: str
    text: str  # what the code says
    distance_cm: float
    second_title: str = ""
    language: str = ""
    second_language: str = ""


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What is to be printed."""

    form: Form
    labels: tuple[LabelOrder, ...]
    paper: str = "a4"
    skip: int = 0
    fonts: tuple[str, ...] = ()

    @staticmethod
    def from_json(value: dict[str, Any]) -> PrintOrder:
        """The order whose JSON values these are."""
        labels = tuple(LabelOrder(**label) for label in value["labels"])
        return PrintOrder(Form(value["form"]), labels, value["paper"], value["skip"], tuple(value["fonts"]))


async def print_apart(order: PrintOrder) -> bytes:
    """Print in a child process. Takes up to some ten seconds for 300 labels; cancelled, the child ends.

    Raises SheetError with a sentence for what cannot be printed.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server.codes.printing"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        printed, said = await child.communicate(json.dumps(asdict(order)).encode())
    except BaseException:
        child.kill()
        await child.wait()
        raise
    if child.returncode != 0:
        raise SheetError(_reason(said))
    return printed


def _reason(said: bytes) -> str:
    last = said.decode(errors="replace").strip().splitlines()[-1:]
    try:
        return str(json.loads(last[0])["failed"])
    except (IndexError, ValueError, KeyError, TypeError):
        return f"the codes could not be printed: {last[0][:200] if last else 'the printer ended without a word'}"


def label_of(order: LabelOrder) -> Label:
    """The label with its code, which was read back. Raises PrintError and CodeError."""
    return Label(
        number=order.number,
        title=order.title,
        second_title=order.second_title,
        exhibition=order.exhibition,
        short_address=order.short_address,
        code=print_code(order.text, order.distance_cm),
        language=order.language,
        second_language=order.second_language,
    )


def carry_out(order: PrintOrder) -> bytes:
    """Print here and now. Raises PrintError and CodeError."""
    from server.codes.picture import label_png, label_svg
    from server.codes.sheet import make_sheet
    from server.codes.sheet_format import sheet_format

    labels, fonts = [label_of(label) for label in order.labels], [Path(font) for font in order.fonts]
    match order.form:
        case Form.SVG:
            return label_svg(labels[0]).encode()
        case Form.PNG:
            return label_png(labels[0], fonts=fonts)
        case Form.SHEET:
            return make_sheet(labels, sheet_format(order.paper), fonts=fonts, skip=order.skip)


def main(_arguments: Sequence[str]) -> int:
    """Carry out the order on standard input."""
    from server.codes.code import CodeError

    os.nice(NICENESS)
    try:
        printed = carry_out(PrintOrder.from_json(json.load(sys.stdin)))
    except (PrintError, CodeError) as error:
        sys.stderr.write(json.dumps({"failed": str(error)}) + "\n")
        return 1
    sys.stdout.buffer.write(printed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
