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
# what these call information says nothing to an operator
_QUIET = ("aiohttp", "websockets", "asyncio", "alembic", "fontTools", "fpdf")
_COLOURS = {logging.WARNING: "\x1b[33m", logging.ERROR: "\x1b[31m", logging.CRITICAL: "\x1b[31m"}
_GREY, _PLAIN = "\x1b[2m", "\x1b[0m"


def start_log(level: str, stream: TextIO | None = None) -> logging.StreamHandler[TextIO]:
    """Send everything from this level on to the stream (standard error if none is given); returns what does it."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Terminal() if stream.isatty() else Lines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    return handler


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
