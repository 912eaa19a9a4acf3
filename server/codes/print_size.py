"""How large a code must be printed to be read from a distance, and with how much error correction. Knows no paper.

Three rules set the side of the code, its quiet zone not counted; the largest result holds:

1. A tenth of the reading distance. No standard says so: it is the trade's rule of thumb, and what curators know.
2. A module no smaller than a phone resolves: 2 mm for each metre. Assumed is the usual main camera, which sees about 70
   degrees along its longer side, and a video picture of 1920 pixels: a pixel covers 0.7 mm for each metre, so a module
   has nearly three. Two would do for a sharp picture; the third is for a hand that moves and for dim rooms.
3. A module no smaller than 0.396 mm, which GS1 sets for QR codes that shops scan (General Specifications, section
   5.12.3.1). It is also more than the four printer dots that Denso Wave asks for (qrcode.com, "Point for setting the
   module size"): 0.34 mm at 300 dpi.

Error correction (ISO/IEC 18004) mends about 15 % of a code at level M, 25 % at Q, 30 % at H, and costs modules. M is
for labels in a calm room; one step more where people stand far off, because glare and heads then cover more of the
code; one step more where labels wear. A stronger level is taken only where rule 1 still sets the side, or the side
stays within that of a small label: it is never paid for with modules that a camera cannot resolve.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_M, ERROR_CORRECT_Q

from server.codes.code import Code, CodeError, make_code

MIN_DISTANCE_CM = 10
MAX_DISTANCE_CM = 1000
MAX_TEXT_BYTES = 300
QUIET_MODULES = 4  # ISO/IEC 18004: light modules around the code, which Code.rows include

_SIDE_PER_DISTANCE = 1 / 10
_MODULE_PER_DISTANCE = 1 / 500
_MIN_MODULE_MM = 0.396
_FAR_CM = 100
_SMALL_LABEL_MM = 25.0


class PrintError(Exception):
    """Something cannot be printed as it was asked for.

    PrintError
    └── SheetError (label.py)  a label, its texts or its paper: which station, what was expected and what is there
    """


class Correction(StrEnum):
    """Levels of error correction that are printed, by their letters in the standard."""

    M = "M"
    Q = "Q"
    H = "H"


_MORE_MODULES = {Correction.M: 0, Correction.Q: 4, Correction.H: 12}
_LEVELS = {Correction.M: ERROR_CORRECT_M, Correction.Q: ERROR_CORRECT_Q, Correction.H: ERROR_CORRECT_H}


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code with its size on paper. `side_mm` is the dark part's; `printed_mm` counts the quiet zone too."""

    code: Code
    side_mm: float
    module_mm: float
    correction: Correction
    distance_cm: float

    @property
    def modules(self) -> int:
        """Modules along a side, without the quiet zone."""
        return len(self.code.rows) - 2 * QUIET_MODULES

    @property
    def quiet_mm(self) -> float:
        """Width of the quiet zone."""
        return QUIET_MODULES * self.module_mm

    @property
    def printed_mm(self) -> float:
        """Side of the square that must stay free of anything else."""
        return self.side_mm + 2 * self.quiet_mm


def print_code(text: str, distance_cm: float, *, wears: bool = False) -> PrintedCode:
    """A code to be read from `distance_cm`; `wears` where hands and weather reach it.

    Each level tried takes tens of milliseconds. Raises PrintError for what cannot be printed, CodeError for a code that
    no detector reads.
    """
    check_distance(distance_cm)
    if not 0 < len(text.encode(errors="replace")) <= MAX_TEXT_BYTES:
        raise PrintError(f"expected an address of 1 to {MAX_TEXT_BYTES} bytes, got {len(text)} characters")
    for correction in levels_for(distance_cm, wears=wears):
        try:
            code = make_code(text, (_LEVELS[correction],))
        except CodeError:
            continue
        modules = len(code.rows) - 2 * QUIET_MODULES
        side_mm, module_mm = measure(distance_cm, modules)
        if correction is Correction.M or side_mm <= max(10 * distance_cm * _SIDE_PER_DISTANCE, _SMALL_LABEL_MM):
            return PrintedCode(code, side_mm, module_mm, correction, distance_cm)
    raise CodeError(f"no code for {text} could be read back")


def measure(distance_cm: float, modules: int) -> tuple[float, float]:
    """Side and module, mm, of a code with so many modules along a side, by the three rules. Raises PrintError."""
    check_distance(distance_cm)
    distance_mm = 10 * distance_cm
    module_mm = max(distance_mm * _MODULE_PER_DISTANCE, _MIN_MODULE_MM, distance_mm * _SIDE_PER_DISTANCE / modules)
    return module_mm * modules, module_mm


def farthest_cm(room_mm: float, code: PrintedCode) -> int:
    """From how far the same text can be read that has this much room, its quiet zone counted; 0 if from nowhere.

    Near codes are of level M, so what a stronger level of this code costs is left off, as it is for a ticket's length.
    """
    modules = code.modules - _MORE_MODULES[code.correction]
    module_mm = room_mm / (modules + 2 * QUIET_MODULES)
    if module_mm < _MIN_MODULE_MM:
        return 0
    return int(min(module_mm * modules / _SIDE_PER_DISTANCE, module_mm / _MODULE_PER_DISTANCE) / 10)


def levels_for(distance_cm: float, *, wears: bool) -> tuple[Correction, ...]:
    """Levels in the order in which they are tried. M always fits; what follows it is for codes that cannot be read."""
    if wears and distance_cm > _FAR_CM:
        return (Correction.H, Correction.Q, Correction.M)
    if wears or distance_cm > _FAR_CM:
        return (Correction.Q, Correction.M, Correction.H)
    return (Correction.M, Correction.Q, Correction.H)


def check_distance(distance_cm: float) -> None:
    """Raises PrintError for a distance that nobody reads from."""
    if not MIN_DISTANCE_CM <= distance_cm <= MAX_DISTANCE_CM:
        raise PrintError(
            f"expected a reading distance from {MIN_DISTANCE_CM} to {MAX_DISTANCE_CM} cm, got {distance_cm:g}"
        )
