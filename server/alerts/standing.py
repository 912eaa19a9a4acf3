"""Which alerts stand: what was bad for long enough begins, what was well for long enough ends. Pure: has no clock.

    pending -> firing -> recovered
                      -> withdrawn     it is not watched any more: closed, switched off, drained, gone

Whatever begins or ends within half a minute goes into one bulletin, and what stands is told again after hours at the
earliest. Time is counted from reading to reading, so that neither a clock that is set nor a machine that slept makes
an alert.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from enum import StrEnum

from server.alerts.rules import Level, Rule, Sighting, Subject

GROUP_S = 30.0
MOST_STEP_S = 5.0  # that one reading counts for, however long ago the one before was
MOST_PAST = 100

Key = tuple[str, str, str]  # a rule's id, and what it speaks of


class State(StrEnum):
    """Of an alert that has begun."""

    FIRING = "firing"
    RECOVERED = "recovered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that an operator is told."""

    id: str  # the same from its beginning to its end, and another's never
    rule: Rule
    subject: Subject
    sentence: str  # the last that was bad about it
    state: State
    began_at: float  # seconds since 1970
    ended_at: float | None = None

    @property
    def headline(self) -> str:
        """What is so now, in few words."""
        endings = {State.FIRING: self.rule.headline, State.RECOVERED: self.rule.over}
        return f"{self.subject.name} {endings.get(self.state, 'is not watched any more')}"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What one message is about."""

    at: float  # seconds since 1970
    began: tuple[Alert, ...]
    ended: tuple[Alert, ...]  # of those that were told of
    standing: tuple[Alert, ...]  # told of before, and still so


@dataclass(frozen=True, slots=True)
class Turn:
    """What a reading changed."""

    began: tuple[Alert, ...] = ()
    ended: tuple[Alert, ...] = ()
    bulletin: Bulletin | None = None  # to be sent now


@dataclass
class _Case:
    """An alert that stands."""

    alert: Alert
    well_s: float = 0.0  # how long it was seen well since it was last bad
    told_s: float | None = None  # when a bulletin last had it; None: none yet


class Standing:
    """All that is bad, or was until a moment ago."""

    def __init__(self) -> None:
        self._pending: dict[Key, float] = {}  # for how long it was seen bad; the time between is not counted
        self._cases: dict[Key, _Case] = {}
        self._at: float | None = None
        self._clock_s = 0.0
        self._closes_s: float | None = None  # when the bulletin goes that things are gathered for; None: none is
        self._ended: list[Alert] = []  # for that bulletin
        self.past: deque[Alert] = deque(maxlen=MOST_PAST)  # those that are over, the newest first

    @property
    def firing(self) -> tuple[Alert, ...]:
        """Those that stand, the oldest first."""
        return tuple(sorted((case.alert for case in self._cases.values()), key=lambda alert: alert.began_at))

    def take(self, at: float, sightings: Iterable[tuple[Rule, Sighting]]) -> Turn:
        """Go on to a reading of that time (seconds since 1970), and to what rules saw in it."""
        step_s = 0.0 if self._at is None else min(max(0.0, at - self._at), MOST_STEP_S)
        self._at, self._clock_s = at, self._clock_s + step_s
        began, ended, seen = [], [], set()
        for rule, sighting in sightings:
            key = rule.id, *sighting.subject.key
            seen.add(key)
            if sighting.level is Level.BAD and (alert := self._worsened(key, rule, sighting, at, step_s)):
                began.append(alert)
            elif sighting.level is Level.WELL and (alert := self._improved(key, at, step_s)):
                ended.append(alert)
        ended += self._withdrawn(at, seen)
        return Turn(tuple(began), tuple(ended), self._bulletin(at, changed=bool(began or ended)))

    def tell_again(self, after_s: float) -> None:
        """No bulletin arrived anywhere: tell what stands after so long instead of after hours."""
        for case in self._cases.values():
            if case.told_s is not None:
                case.told_s = min(case.told_s, self._clock_s + after_s - case.alert.rule.repeat_s)

    def _worsened(self, key: Key, rule: Rule, sighting: Sighting, at: float, step_s: float) -> Alert | None:
        """The alert that begins by this, if one does."""
        if case := self._cases.get(key):
            case.well_s = 0.0
            case.alert = replace(case.alert, subject=sighting.subject, sentence=sighting.sentence)
            return None
        self._pending[key] = self._pending[key] + step_s if key in self._pending else 0.0
        if self._pending[key] < rule.hold_s:
            return None
        del self._pending[key]
        name = "/".join(part for part in (*key, f"{at:.3f}") if part)
        alert = Alert(name, rule, sighting.subject, sighting.sentence, State.FIRING, at)
        self._cases[key] = _Case(alert)
        return alert

    def _improved(self, key: Key, at: float, step_s: float) -> Alert | None:
        """The alert that ends by this, if one does."""
        self._pending.pop(key, None)
        case = self._cases.get(key)
        if case is None:
            return None
        case.well_s += step_s
        return self._end(key, State.RECOVERED, at) if case.well_s >= case.alert.rule.clear_s else None

    def _withdrawn(self, at: float, seen: Set[Key]) -> list[Alert]:
        """What no rule speaks of any more."""
        self._pending = {key: bad_s for key, bad_s in self._pending.items() if key in seen}
        return [self._end(key, State.WITHDRAWN, at) for key in self._cases.keys() - seen]

    def _end(self, key: Key, state: State, at: float) -> Alert:
        case = self._cases.pop(key)
        alert = replace(case.alert, state=state, ended_at=at)
        self.past.appendleft(alert)
        if case.told_s is not None:
            self._ended.append(alert)
        return alert

    def _bulletin(self, at: float, *, changed: bool) -> Bulletin | None:
        """What is to be sent now, if anything is."""
        if self._closes_s is None and (changed or self._is_due()):
            self._closes_s = self._clock_s + GROUP_S
        if self._closes_s is None or self._clock_s < self._closes_s:
            return None
        cases = list(self._cases.values())
        began = tuple(case.alert for case in cases if case.told_s is None)
        standing = tuple(case.alert for case in cases if case.told_s is not None)
        bulletin = Bulletin(at, began, tuple(self._ended), standing)
        told = bool(began or self._ended) or self._is_due()
        self._closes_s = None
        self._ended.clear()
        if not told:  # whatever began was over again before anybody was told
            return None
        for case in cases:
            case.told_s = self._clock_s
        return bulletin

    def _is_due(self) -> bool:
        """Whether something that stands is to be told again."""
        told = ((case.told_s, case.alert.rule.repeat_s) for case in self._cases.values())
        return any(told_s is not None and self._clock_s - told_s >= repeat_s for told_s, repeat_s in told)
