"""What the doctor asks, and the answer to one question as a value. Knows no server, no station and no time of day.

An answer is a sentence; where somebody has to do something, it says what.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

log = logging.getLogger("vernissage.doctor")

WITHIN_S = 10.0  # for one question
HOUSE = "house"  # the subject of what belongs to no station

CHECKS: Mapping[str, str] = MappingProxyType(
    {
        "server": "The server answers, and lets visitors in.",
        "address": "The address that the codes lead to answers from this machine.",
        "certificate": "The certificate that phones see there: until when, and for which names.",
        "store": "The store can be read and written, and its tables are those of this program.",
        "disk": "Room on the disk of the state folder, which can be written.",
        "models": "The files of the models that are configured are there.",
        "engine": "Each worker is ready, with the engine that was configured.",
        "dreamer": "The process that makes pictures from words is ready.",
        "card": "The graphics card: memory, temperature, and whether it is slowed down.",
        "clock": "The clock is synchronised, and agrees with the address of the codes and with the store.",
        "mail": "The mail server takes a connection and says hello; nothing is sent.",
        "webhook": "The machine that alerts are sent to can be reached; nothing is sent.",
        "programme": "What is on show can be read, with the keys of its tickets.",
        "ticket": "The server takes the ticket in the station's code.",
        "page": "The visitor's page and the artwork's picture come.",
        "open": "The station is open, or will be.",
        "socket": "The WebSocket opens from that page, and the visitor is let in.",
        "lock": "The artwork is found in the camera's pictures, and where it is.",
        "overlay": "What the station shows comes back, and is not the camera's own picture.",
        "latency": "How long answers take, and how many frames get none.",
        "dream": "A wish becomes a picture.",
    }
)


class State(StrEnum):
    """How an answer turned out; the order is that of their weight."""

    OK = "ok"
    SKIPPED = "skipped"  # it was not asked, for a reason
    WARNING = "warning"  # visitors are served; somebody should look
    FAULT = "fault"  # visitors get less than they should, or nothing


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer, before it is known what was asked and how long it took."""

    state: State
    sentence: str
    advice: str = ""  # what to do; empty where nothing is


@dataclass(frozen=True, slots=True)
class Check:
    """One question with its answer."""

    id: str  # of CHECKS
    subject: str  # HOUSE, or EXHIBITION/STATION
    state: State
    sentence: str
    advice: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, object]:
        """As JSON values."""
        return {
            "id": self.id,
            "subject": self.subject,
            "state": self.state.value,
            "sentence": self.sentence,
            "advice": self.advice,
            "seconds": round(self.seconds, 3),
        }

    @staticmethod
    def from_json(value: Mapping[str, object]) -> Check:
        """The check that as_json wrote."""
        check_id, subject, sentence, advice = (str(value[name]) for name in ("id", "subject", "sentence", "advice"))
        return Check(check_id, subject, State(str(value["state"])), sentence, advice, float(str(value["seconds"])))


def well(sentence: str) -> Finding:
    """All is as it should be."""
    return Finding(State.OK, sentence)


def skipped(sentence: str, advice: str = "") -> Finding:
    """It was not asked."""
    return Finding(State.SKIPPED, sentence, advice)


def warning(sentence: str, advice: str) -> Finding:
    """Somebody should look."""
    return Finding(State.WARNING, sentence, advice)


def fault(sentence: str, advice: str) -> Finding:
    """Visitors notice."""
    return Finding(State.FAULT, sentence, advice)


def answered(check_id: str, subject: str, finding: Finding, seconds: float = 0.0) -> Check:
    """The finding as the answer to a question."""
    assert check_id in CHECKS, f"expected a check of {', '.join(CHECKS)}, got {check_id}"
    return Check(check_id, subject, finding.state, finding.sentence, finding.advice, seconds)


async def ask(check_id: str, subject: str, work: Awaitable[Finding], within_s: float = WITHIN_S) -> Check:
    """Ask one question, for no longer than that. What fails in an unforeseen way is a fault, with the traceback in the
    log: one question never costs the others."""
    started_s = time.monotonic()
    try:
        async with asyncio.timeout(within_s):
            finding = await work
    except TimeoutError:
        finding = fault(f"There was no answer within {within_s:.0f} s.", "See what keeps this machine so busy.")
    except Exception as error:
        log.exception("the doctor could not ask for %s", check_id)
        words = " ".join(str(error).split())[:200] or type(error).__name__
        finding = fault(f"It could not be asked: {words}.", "The log has the details.")
    return answered(check_id, subject, finding, time.monotonic() - started_s)
