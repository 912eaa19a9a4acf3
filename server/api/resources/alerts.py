"""Alerts over the API: what stands, what is over, which rules there are, and a test of the ways that messages go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from server.alerts.alerts import Alerts as Source
from server.alerts.alerts import StillTestingError
from server.alerts.standing import Alert, State
from server.api.answers import Answer, Instant
from server.api.call import Call, CallError
from server.api.contract import Operation
from server.permission import Permission

_WITHIN_S = 40.0  # a mail server may take its time


class AlertAnswer(Answer):
    """Something that operators are told."""

    id: str
    rule: str
    state: State
    exhibition: str  # "": it is about the house
    station: str
    headline: str
    sentence: str
    began_at: Instant
    ended_at: Instant | None

    @classmethod
    def of(cls, value: object) -> Self:
        """An alert, as a client reads it."""
        assert isinstance(value, Alert)
        return cls(
            id=value.id,
            rule=value.rule.id,
            state=value.state,
            exhibition=value.subject.exhibition,
            station=value.subject.station,
            headline=value.headline,
            sentence=value.sentence,
            began_at=value.began_at,
            ended_at=value.ended_at,
        )


class RuleAnswer(Answer):
    """What is worth an alert."""

    id: str
    means: str
    hold_s: float  # how long it is so before an alert begins
    clear_s: float  # how long it is well before the alert ends
    repeat_s: float  # after which it is told again


class AlertsAnswer(Answer):
    """What operators are told, and how."""

    standing: tuple[AlertAnswer, ...]  # the oldest first
    past: tuple[AlertAnswer, ...]  # the last hundred that are over, the newest first
    rules: tuple[RuleAnswer, ...]
    channels: tuple[str, ...]  # webhook, mail; none: nothing is sent


class TestedChannel(Answer):
    """What became of the test, by one way."""

    channel: str
    sent: bool
    sentence: str


class Alerts:
    """The operations on them."""

    def __init__(self, alerts: Source, now_s: Callable[[], float]) -> None:
        self._alerts, self._now_s = alerts, now_s

    def operations(self) -> list[Operation]:
        """Both."""
        return [
            Operation("GET", "/operate/alerts", "readAlerts", "What stands, what is over, and what is worth an alert",
                      self.read, Permission.SEE, answer=AlertsAnswer),
            Operation("POST", "/operate/alerts/test", "testAlerts", "Send a test by every way that alerts go",
                      self.test, Permission.OPERATE, answer=list[TestedChannel], problems=(409,), within_s=_WITHIN_S),
        ]  # fmt: skip

    async def read(self, _call: Call) -> AlertsAnswer:
        alerts = self._alerts
        return AlertsAnswer(
            standing=tuple(AlertAnswer.of(alert) for alert in alerts.standing.firing),
            past=tuple(AlertAnswer.of(alert) for alert in alerts.standing.past),
            rules=tuple(RuleAnswer.of(rule) for rule in alerts.rules),
            channels=alerts.channels,
        )

    async def test(self, call: Call) -> list[TestedChannel]:
        try:
            outcomes = await self._alerts.test(call.user.name, self._now_s())
        except StillTestingError:
            raise CallError(409, "still_testing", "Somebody tests the channels at this moment; try again.") from None
        return [TestedChannel.of(outcome) for outcome in outcomes]
