"""The log: one line an event, with the session and station that it speaks of."""

from __future__ import annotations

import errno
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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


class Full(io.StringIO):
    """A stream whose disk is full while `room` is false."""

    room = False

    def write(self, text: str) -> int:
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(text)


def test_a_full_disk_costs_lines_and_disturbs_nobody_and_says_so_when_there_is_room(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stream = Full()
    start_log("info", stream)
    log = logging.getLogger("vernissage")
    for number in range(3):
        log.info("frame %d", number)
    assert capsys.readouterr() == ("", ""), "not even a traceback"
    stream.room = True
    log.info("there is room")
    log.info("and on it goes")
    messages = [json.loads(line)["message"] for line in stream.getvalue().splitlines()]
    lost = "3 events of this log were lost: [Errno 28] No space left on device"
    assert messages == ["there is room", lost, "and on it goes"]


def test_a_log_on_a_full_volume_neither_ends_a_program_nor_holds_it() -> None:
    program = "import logging, server.log as log; log.start_log('info')\nfor n in range(20000): logging.info('x' * 100)"
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run([sys.executable, "-c", program], stderr=full, timeout=60, check=False)
    assert ended.returncode in {0, 120}  # 120: its last lines could not be written


def test_a_mistake_of_the_program_s_is_still_shown(capsys: pytest.CaptureFixture[str]) -> None:
    start_log("info", io.StringIO())
    logging.getLogger("vernissage").info("%d stations", "two")
    assert "TypeError" in capsys.readouterr().err
