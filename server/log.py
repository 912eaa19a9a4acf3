"""The log: one line an event, for people on a terminal, as JSON anywhere else. Knows no event.

Whatever a caller passes in `extra` (a session, a station, a worker) becomes a field of its own.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
# what these call information says nothing to an operator; some say every value that goes to the database
_QUIET = (
    "aiohttp",
    "websockets",
    "asyncio",
    "alembic",
    "fontTools",
    "fpdf",
    "aiosqlite",
    "sqlalchemy",
    "asyncpg",
    "PIL",
)
_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31m"}
_GREY, _PLAIN = "\x1b[2m", "\x1b[0m"


def start_log(level: str, stream: TextIO | None = None) -> logging.StreamHandler[TextIO]:
    """Send everything from this level on to the stream (standard error if none is given); returns what does it."""
    stream = stream or sys.stderr
    handler = Steady(stream)
    handler.setFormatter(Terminal() if stream.isatty() else Lines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    return handler


class Steady(logging.StreamHandler[TextIO]):
    """Goes on where its stream cannot be written: a full disk must neither disturb visitors nor make more to write. How
    many events were lost is said once there is room again."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._lost = 0
        self._reason = ""  # for which the last one was

    def emit(self, record: logging.LogRecord) -> None:
        lost = self._lost
        super().emit(record)
        if lost and self._lost == lost:  # this one was written
            self._lost = 0
            super().emit(_warning("%d events of this log were lost: %s", lost, self._reason))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """What the stream is at fault for is counted; anything else is a mistake of the program's, and shown."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError) or (isinstance(error, ValueError) and self.stream.closed):
            self._lost, self._reason = self._lost + 1, str(error)
        else:
            super().handleError(record)


def _warning(words: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord("vernissage.log", logging.WARNING, __file__, 0, words, args, None)


class Lines(logging.Formatter):
    """One JSON object a line, for whatever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **fields_of(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


class Terminal(logging.Formatter):
    """Time, message and fields, for a person."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        fields = "".join(f"  {name}={value}" for name, value in fields_of(record).items())
        colour = _COLOURS.get(record.levelno, _PLAIN)
        line = f"{_GREY}{time}{_PLAIN} {colour}{record.getMessage()}{_PLAIN}{_GREY}{fields}{_PLAIN}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller passed in `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD}
