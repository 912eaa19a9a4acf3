"""What TensorRT says, told to Python's logging; its last complaints are kept for the error that follows them."""

from __future__ import annotations

import logging
from collections import deque
from functools import cache
from typing import Any

log = logging.getLogger("vernissage.engines")

KEPT_COMPLAINTS = 4
# ILogger.Severity: INTERNAL_ERROR, ERROR, WARNING, INFO, VERBOSE. Its INFO is a developer's, and VERBOSE is a flood.
_LEVELS = {0: logging.ERROR, 1: logging.ERROR, 2: logging.WARNING, 3: logging.DEBUG}


@cache
def log_of(trt: Any) -> Any:
    """The one ILogger of a flavour: TensorRT takes the first that a process shows it, and keeps to it."""

    class EngineLog(trt.ILogger):  # type: ignore[misc]
        def __init__(self) -> None:
            trt.ILogger.__init__(self)
            self.complaints: deque[str] = deque(maxlen=KEPT_COMPLAINTS)

        def log(self, severity: Any, message: str) -> None:
            level = _LEVELS.get(int(severity))
            if level is None:
                return
            log.log(level, "%s", message)
            if level == logging.ERROR:
                self.complaints.append(message.strip())

    return EngineLog()


def forget(engine_log: Any) -> None:
    """Before something is tried: what was said earlier has nothing to do with it."""
    engine_log.complaints.clear()


def words(engine_log: Any) -> str:
    """The last complaints, the latest last."""
    return "; ".join(engine_log.complaints) or "it gave no reason"
