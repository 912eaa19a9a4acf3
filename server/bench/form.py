"""The one form in which every benchmark reports: rows with a value, a reach and how it was measured. Pure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}
REPORTED = "reported"


class BenchError(Exception):
    """Something could not be measured; the message says why."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a value has to reach, such as `>= 0.85`; no sign where the value is only reported."""

    sign: str = ""
    bound: float = 0.0

    def holds(self, value: float) -> bool:
        """Whether the value reaches it."""
        return not self.sign or _SIGNS[self.sign](value, self.bound)

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}" if self.sign else REPORTED


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row is, before it is measured."""

    id: str
    unit: str
    reach: Reach

    def row(self, value: float, how: str) -> Row:
        """The row, measured."""
        rounded = float(f"{value:.4g}")
        return Row(self.id, rounded, self.unit, str(self.reach), self.reach.holds(value), how)

    def missing(self, why: str) -> Row:
        """The row, where it could not be measured."""
        return Row(self.id, None, self.unit, str(self.reach), None, f"not measured: {why}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a benchmark."""

    id: str
    value: float | None
    unit: str
    reach: str
    ok: bool | None  # None where nothing was measured
    how: str

    def as_json(self) -> dict[str, Any]:
        """The row as JSON values."""
        return {name: getattr(self, name) for name in ("id", "value", "unit", "reach", "ok", "how")}


@dataclass(frozen=True, slots=True)
class BenchReport:
    """One run of one benchmark."""

    bench: str
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    seconds: float
    rows: Sequence[Row]

    @property
    def ok(self) -> bool:
        """Whether every row was measured and reaches what it should."""
        return all(row.ok for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        return {
            "bench": self.bench,
            "machine": dict(self.machine),
            "versions": dict(self.versions),
            "seconds": round(self.seconds, 1),
            "rows": [row.as_json() for row in self.rows],
        }

    def as_table(self) -> Table:
        """The same for a person to read."""
        machine = f"{self.machine['cpu']}, {self.machine['cores']} cores"
        table = Table(title=f"bench {self.bench}: {self.seconds:.0f} s on {machine}", box=SIMPLE_HEAD)
        for column in ("id", "value", "reach", "ok"):
            table.add_column(column, justify="right" if column == "value" else "left", no_wrap=True)
        table.add_column("how")
        for row in self.rows:
            ok = {True: "yes", False: "NO", None: "-"}[row.ok]
            value = "-" if row.value is None else f"{row.value:g} {row.unit}"
            table.add_row(row.id, value, row.reach, ok, row.how)
        return table
