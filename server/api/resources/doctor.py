"""The doctor over the API: ask for a round, and read what the last one found."""

from __future__ import annotations

from server.api.answers import Answer, Instant
from server.api.call import Call
from server.api.contract import Operation
from server.doctor.check import CHECKS, HOUSE, State
from server.doctor.report import Report
from server.doctor.rounds import Rounds
from server.permission import Permission


class CheckAnswer(Answer):
    """One question with its answer."""

    id: str
    asks: str  # what the question is, in a sentence
    exhibition: str  # "": it is about the house
    station: str
    state: State
    sentence: str
    advice: str  # what to do; "": nothing
    seconds: float


class ReportAnswer(Answer):
    """A round of the doctor's."""

    at: Instant  # when it began
    seconds: float
    url: str  # where the server was looked for
    state: State  # the worst of the answers
    sentence: str
    checks: list[CheckAnswer]


class DoctorAnswer(Answer):
    """Where the doctor is."""

    running: bool
    failure: str  # why the last round came to no report; "": it did, or there was none
    report: ReportAnswer | None  # of the last round that came to one since the server was started


class Doctor:
    """The operations on the doctor's rounds."""

    def __init__(self, rounds: Rounds) -> None:
        self._rounds = rounds

    def operations(self) -> list[Operation]:
        """Both."""
        return [
            Operation("POST", "/operate/doctor", "callDoctor",
                      "Send a simulated visitor to every station, and look at the house: takes up to minutes",
                      self.call, Permission.OPERATE, answer=DoctorAnswer, status=202),
            Operation("GET", "/operate/doctor", "readDoctor", "What the doctor found last, and whether a round is under"
                      " way", self.read, Permission.SEE, answer=DoctorAnswer),
        ]  # fmt: skip

    async def call(self, _call: Call) -> DoctorAnswer:
        self._rounds.begin()
        return self._answer()

    async def read(self, _call: Call) -> DoctorAnswer:
        return self._answer()

    def _answer(self) -> DoctorAnswer:
        rounds, latest = self._rounds, self._rounds.latest
        report = _report(latest) if latest is not None else None
        return DoctorAnswer(running=rounds.running, failure=rounds.failure, report=report)


def _report(report: Report) -> ReportAnswer:
    checks = []
    for check in report.checks:
        exhibition, _, station = ("", "", "") if check.subject == HOUSE else check.subject.partition("/")
        checks.append(
            CheckAnswer(
                id=check.id,
                asks=CHECKS[check.id],
                exhibition=exhibition,
                station=station,
                state=check.state,
                sentence=check.sentence,
                advice=check.advice,
                seconds=check.seconds,
            )
        )
    return ReportAnswer(
        at=report.at,
        seconds=report.seconds,
        url=report.url,
        state=report.state,
        sentence=report.sentence,
        checks=checks,
    )
