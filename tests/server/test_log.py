"""The log: one line an event, with the session and station that it speaks of."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from server.log import start_log


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_elsewhere_than_on_a_terminal_each_event_is_one_json_object() -> None:
    stream = io.StringIO()
    start_log("info", stream)
    logging.getLogger("vernissage").info("went\nlive", extra={"session": 7, "station": "harbour"})
    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "info",
        "logger": "vernissage",
        "message": "went\nlive",
        "session": 7,
        "station": "harbour",
    }


def test_a_traceback_stays_in_its_event_s_line() -> None:
    stream = io.StringIO()
    start_log("info", stream)
    try:
        raise ValueError("over the carpet")
    except ValueError:
        logging.getLogger("vernissage").exception("stumbled")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError: over the carpet" in json.loads(line)["traceback"]


def test_on_a_terminal_a_person_reads_message_and_fields() -> None:
    stream = Terminal()
    start_log("info", stream)
    logging.getLogger("vernissage").warning("worker died", extra={"worker": 0})
    assert "worker died" in stream.getvalue()
    assert "worker=0" in stream.getvalue()
    assert "{" not in stream.getvalue()


def test_a_value_that_json_does_not_know_is_written_as_text() -> None:
    stream = io.StringIO()
    start_log("info", stream)
    logging.getLogger("vernissage").info("asked", extra={"reason": {1, 2}})
    assert json.loads(stream.getvalue())["reason"] == "{1, 2}"


def test_what_is_below_the_level_and_the_chatter_of_libraries_is_left_out() -> None:
    stream = io.StringIO()
    start_log("info", stream)
    logging.getLogger("vernissage").debug("detail")
    logging.getLogger("websockets.server").info("connection open")
    assert stream.getvalue() == ""
    logging.getLogger("websockets.server").warning("worth a look")
    assert "worth a look" in stream.getvalue()
