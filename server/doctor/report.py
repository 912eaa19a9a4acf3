"""What a round of the doctor's came to: as JSON values, and as a table for people with what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from server.doctor.check import Check, State

_SIGNS: Mapping[State, str] = {State.OK: "ok", State.SKIPPED: "skipped", State.WARNING: "WARNING", State.FAULT: "FAULT"}
_STYLES: Mapping[State, str] = {
    State.OK: "green",
    State.SKIPPED: "dim",
    State.WARNING: "yellow",
    State.FAULT: "bold red",
}
_WEIGHT = list(State)


@dataclass(frozen=True, slots=True)
class Report:
    """All answers of one round, those about the house first."""

    at: float  # when it began, seconds since 1970
    seconds: float
    url: str  # where the server was looked for
    checks: tuple[Check, ...]

    @property
    def state(self) -> State:
        """The worst of the answers; what was skipped says nothing against the house."""
        worst = max((check.state for check in self.checks), key=_WEIGHT.index, default=State.OK)
        return State.OK if worst is State.SKIPPED else worst

    def count(self, state: State) -> int:
        """How many answers turned out so."""
        return sum(check.state is state for check in self.checks)

    @property
    def stations(self) -> int:
        """How many stations were asked about."""
        return len({check.subject for check in self.checks if "/" in check.subject})

    @property
    def sentence(self) -> str:
        """It all in one line."""
        counts = {"fault": self.count(State.FAULT), "warning": self.count(State.WARNING)}
        found = ", ".join(_counted(number, what) for what, number in counts.items() if number)
        return f"{_counted(self.stations, 'station')} in {self.seconds:.0f} s: {found or 'all is well'}"

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "at": self.at,
            "seconds": round(self.seconds, 2),
            "url": self.url,
            "state": self.state.value,
            "sentence": self.sentence,
            "checks": [check.as_json() for check in self.checks],
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Report:
        """The report that as_json wrote."""
        checks = tuple(map(Check.from_json, value["checks"]))
        return Report(float(value["at"]), float(value["seconds"]), str(value["url"]), checks)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def report_table(report: Report) -> Table:
    """A row for whatever is not well, and for each subject one of what is."""
    table = Table(box=SIMPLE_HEAD, title=Text(report.sentence), title_justify="left", title_style="bold")
    for column in ("where", "check", "", "what was found", "what to do"):
        table.add_column(column, no_wrap=column in {"", "check"}, overflow="fold")
    for subject, checks in groupby(report.checks, key=lambda check: check.subject):
        for row in _rows(subject, list(checks)):
            table.add_row(*row)  # as texts: [alerts] is no markup
    return table


def _rows(subject: str, checks: Sequence[Check]) -> Iterator[tuple[Text, ...]]:
    good = [check for check in checks if check.state is State.OK]
    if good:
        last = next((check for check in good if check.id == "latency"), None)
        told = f"{', '.join(check.id for check in good)}{f'. {last.sentence}' if last else ''}"
        yield _row(subject, "", State.OK, told, "")
    for check in checks:
        if check.state is not State.OK:
            yield _row(subject, check.id, check.state, check.sentence, check.advice)


def _row(subject: str, check: str, state: State, sentence: str, advice: str) -> tuple[Text, ...]:
    return Text(subject), Text(check), Text(_SIGNS[state], _STYLES[state]), Text(sentence), Text(advice)
