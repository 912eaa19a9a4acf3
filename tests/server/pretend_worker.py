"""`python -m pretend_worker FD SETTINGS`: a worker without a model. It does with each batch what it is told to."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from typing import Any

from server.worker.heart import Heart
from server.worker.line import Line
from server.worker.wire import Kind


@dataclass(frozen=True, slots=True)
class PretendSettings:
    """What it is started with."""

    engine: str
    poison: str = ""  # the engine that crashes over every batch
    missing: str = ""  # the engine that cannot be opened


@dataclass(frozen=True, slots=True)
class PretendReady:
    """What it says of itself."""

    engine: str

    @staticmethod
    def from_head(head: dict[str, Any]) -> PretendReady:
        """From the message of the kind ready."""
        return PretendReady(head["engine"])


def main(arguments: list[str]) -> None:
    """Until the server goes away."""
    line, settings = Line(socket.socket(fileno=int(arguments[0]))), PretendSettings(**json.loads(arguments[1]))
    if settings.engine == settings.missing:
        line.say(Kind.FAILED, {"reason": f"there is no {settings.engine}"})
        return
    line.say(Kind.READY, {"engine": settings.engine})
    heart = Heart(line)
    heart.begin()
    while (message := line.hear()) is not None:
        head = message.head
        if settings.engine == settings.poison:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "hold_s" in head:  # and let nobody else work, as some libraries do
            ctypes.PyDLL(None).usleep(round(head["hold_s"] * 1e6))
        time.sleep(head.get("sleep_s", 0.0))
        if not head.get("keep"):
            line.say(message.kind, {"batch": head["batch"]})


if __name__ == "__main__":
    main(sys.argv[1:])
