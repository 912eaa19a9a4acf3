"""The command: what it prints, how it ends, and what it says where it cannot start."""

from __future__ import annotations

import logging
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from server.cli.main import COMMANDS, main, wanted_commands

STUB = ("--set", "style.runtime=stub", "--set", "dream.runtime=stub", "--host", "127.0.0.1")


class Running:
    """`vernissage run` as a process, with what it has printed so far."""

    def __init__(self, state: Path, *options: str) -> None:
        command = [
            sys.executable,
            "-m",
            "server.cli.main",
            "run",
            "--state",
            str(state),
            "--port",
            "0",
            *STUB,
            *options,
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.printed = ""

    def until(self, words: str) -> str:
        """Read its output up to the line with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if words in line:
                return self.printed
        raise AssertionError(f"ended without {words!r}: {self.printed} {self.errors()}")

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def end(self, signal_number: int) -> int:
        self.process.send_signal(signal_number)
        return self.process.wait(30)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """What a command that runs in this process says is read from its standard error, which is another one later."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(name="running")
def _running(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "state", "--http")
    yield running
    running.process.kill()
    running.process.communicate()


def test_run_prints_address_stations_and_a_code(running: Running) -> None:
    printed = running.until("Ctrl-C")
    address = re.search(r"http://127\.0\.0\.1:\d+", printed)
    assert address is not None
    assert "Harbour at Dusk" in printed
    assert len(set(re.findall(re.escape(address[0]) + r"/v/[\w-]{43}", printed))) >= 4
    assert "█▀▀▀▀▀█" in printed


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(running: Running, signal_number: int) -> None:
    running.until("Ctrl-C")
    assert running.end(signal_number) == 0
    assert "Traceback" not in running.errors()


@pytest.mark.slow
def test_a_signal_during_the_start_ends_it_cleanly(running: Running) -> None:
    assert running.process.stderr is not None
    assert "signing.key" in running.process.stderr.readline()
    assert running.end(signal.SIGTERM) == 0
    assert "Traceback" not in running.errors()


def test_a_wrong_configuration_is_named_and_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--state", str(tmp_path), "--set", "lens.fps=fast"]) == 2
    assert capsys.readouterr().err == "vernissage: [lens] fps: expected a number from 1 to 60, got 'fast'\n"
    assert list(tmp_path.iterdir()) == []


def test_an_exhibition_that_is_not_there_is_named_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.toml"
    assert main(["run", "--state", str(tmp_path / "state"), "--set", f"exhibition.file={missing}"]) == 1
    assert str(missing) in capsys.readouterr().err


def test_a_port_that_is_taken_is_named_and_ends_with_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "server.cli.main", "run", "--state", str(tmp_path / "state"), "--http", *STUB]
        ended = subprocess.run([*command, "--port", port], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"vernissage: cannot listen on 127.0.0.1 port {port}: " in ended.stderr


def test_codes_writes_a_readable_pair_of_files_for_every_station(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--state", str(tmp_path / "state"), "--set", "server.public_url=https://art.example"]
    assert main(["codes", "--out", str(tmp_path / "out"), *options]) == 0
    pictures = sorted((tmp_path / "out").glob("*.png"))
    assert [picture.with_suffix(".svg").exists() for picture in pictures] == [True] * len(pictures)
    read = [cv2.QRCodeDetectorAruco().detectAndDecode(cv2.imread(str(picture)))[0] for picture in pictures]
    assert len(set(read)) >= 4
    assert all(text.startswith("https://art.example/v/") for text in read)
    assert "leading to https://art.example" in capsys.readouterr().out


def test_codes_for_a_port_that_is_not_known_yet_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["codes", "--out", str(tmp_path / "out"), "--state", str(tmp_path / "state"), "--port", "0"]) == 2
    assert "[server] port: expected the port that visitors will use" in capsys.readouterr().err


def test_a_subcommand_is_found_without_loading_the_others() -> None:
    assert wanted_commands(["run", "--http"]) == ["run"]
    assert wanted_commands(["--help"]) == COMMANDS
    assert wanted_commands([]) == COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_every_subcommand_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: vernissage {command}" in capsys.readouterr().out


def test_without_a_subcommand_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert all(command in printed for command in COMMANDS)
