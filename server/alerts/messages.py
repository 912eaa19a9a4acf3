"""What is written: a bulletin as a subject and a text for people, and as JSON for programs. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum
from typing import Any

from server.alerts.standing import Alert, Bulletin, State
from server.instant import instant_of

VERSION = 1  # of the JSON: raised when something in it changes its meaning
SUBJECT_CHARS = 150


class Kind(Enum):
    """What a message is for."""

    ALERTS = "alerts"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Message:
    """One message, the same by every way it goes."""

    id: str  # the same when it is tried again
    subject: str  # one line
    text: str
    document: Mapping[str, Any]  # JSON values

    @property
    def body(self) -> bytes:
        """The document, as it is signed and sent."""
        return json.dumps(self.document, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every message of a house has."""

    house: str  # its address, https://host
    zone: tzinfo | None = None  # that times are written in; None: the machine's


def write(bulletin: Bulletin, letterhead: Letterhead, message_id: str) -> Message:
    """The message of a bulletin."""
    standing = (f"{a.sentence} Since {_time(a.began_at, letterhead)}." for a in bulletin.standing)
    parts = (
        _listed("", (alert.sentence for alert in bulletin.began)),
        _listed("Over:\n", (_over(alert) for alert in bulletin.ended)),
        _listed("Still so:\n", standing),
    )
    text = "\n\n".join(part for part in parts if part)
    return _message(Kind.ALERTS, bulletin, (_subject(bulletin), text), letterhead, message_id)


def write_test(person: str, at: float, letterhead: Letterhead, message_id: str) -> Message:
    """The message of the test button."""
    text = f"This is a test that {person} asked for. Nothing is wrong: alerts of this house arrive here."
    return _message(Kind.TEST, Bulletin(at, (), (), ()), ("Vernissage: a test", text), letterhead, message_id)


def duration(seconds: float) -> str:
    """In words, as exactly as somebody wants to know."""
    for unit, one_s in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 1.5 * one_s:
            return f"{seconds / one_s:.0f} {unit}s"
    return "1 minute" if seconds >= 60 else f"{seconds:.0f} seconds"


def _message(
    kind: Kind, bulletin: Bulletin, words: tuple[str, str], letterhead: Letterhead, message_id: str
) -> Message:
    subject, said = words
    text = f"{said}\n\n{letterhead.house}/console/\nWritten {_time(bulletin.at, letterhead)}.\n"
    document = {
        "version": VERSION,
        "id": message_id,
        "kind": kind.value,
        "sent_at": instant_of(bulletin.at),
        "house": letterhead.house,
        "subject": subject,
        "text": text,
        "began": [_document(alert) for alert in bulletin.began],
        "ended": [_document(alert) for alert in bulletin.ended],
        "standing": [_document(alert) for alert in bulletin.standing],
    }
    return Message(message_id, subject, text, document)


def _subject(bulletin: Bulletin) -> str:
    for word, alerts in (("", bulletin.began), ("over: ", bulletin.ended), ("still so: ", bulletin.standing)):
        if alerts:
            more = f", and {len(alerts) - 1} more" if len(alerts) > 1 else ""
            subject = f"Vernissage: {word}{alerts[0].headline}{more}"
            return subject if len(subject) <= SUBJECT_CHARS else f"{subject[: SUBJECT_CHARS - 1]}…"
    return "Vernissage"


def _listed(title: str, lines: Iterable[str]) -> str:
    listed = "\n".join(f"- {line}" for line in lines)
    return title + listed if listed else ""


def _over(alert: Alert) -> str:
    lasted = duration((alert.ended_at or alert.began_at) - alert.began_at)
    if alert.state is State.WITHDRAWN:
        return f"{alert.headline}: closed, switched off, or gone. Until then, for {lasted}: {alert.sentence}"
    return f"{alert.headline}. It lasted {lasted}."


def _time(at: float, letterhead: Letterhead) -> str:
    return datetime.fromtimestamp(at, letterhead.zone).astimezone(letterhead.zone).strftime("%Y-%m-%d %H:%M %Z")


def _document(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "rule": alert.rule.id,
        "state": alert.state.value,
        "exhibition": alert.subject.exhibition,
        "station": alert.subject.station,
        "headline": alert.headline,
        "sentence": alert.sentence,
        "began_at": instant_of(alert.began_at),
        "ended_at": instant_of(alert.ended_at) if alert.ended_at is not None else None,
    }
