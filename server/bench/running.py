"""A whole server as a process of its own: `vernissage run` on a free port, with a state folder that is thrown away.

Benchmarks and tests measure it from outside: by its port, its statistics and what the system knows of its processes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from server.bench.form import BenchError
from server.visitors.door import Door, door_of_server, unchecked_tls

START_S = 120.0  # a first start may compile engines, on a machine that has other work
STOP_S = 20.0
_POLL_S = 0.05

Settings = Mapping[str, Mapping[str, object]]  # section -> key -> value, as in the configuration file


class RunningServer:
    """Starts when entered, ends when left; `settings` are laid over what a server on this machine needs."""

    def __init__(self, settings: Settings | None = None, folder: Path | None = None, port: int | None = None) -> None:
        self._settings = settings or {}
        self._own_folder = tempfile.TemporaryDirectory(prefix="vernissage-") if folder is None else None
        self.folder = folder or Path(self._own_folder.name if self._own_folder else ".")
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self._own_folder is not None:
            self._own_folder.cleanup()

    @property
    def url(self) -> str:
        """Where the pages are."""
        http = self._settings.get("server", {}).get("http", True)
        return f"{'http' if http else 'https'}://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The server's process, which owns the event loop."""
        assert self._process is not None, "asked for the process of a server that was not started"
        return self._process.pid

    @property
    def log(self) -> str:
        """What the server told its operator so far."""
        path = self.folder / "server.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start and wait until a worker can paint. Raises BenchError, with the log, if it does not come up."""
        config = self.folder / "vernissage.toml"
        config.write_text(_toml(self._whole_settings()), encoding="utf-8")
        command = [sys.executable, "-m", "server.cli.main", "run", "--config", str(config)]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline_s = time.monotonic() + START_S
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                raise BenchError(f"the server did not start: {self.log[-2000:]}")
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """End it as an operator would; kill it if it does not listen."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server and its workers at once, as a power cut would."""
        if self._process is None or self._process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_S)

    def door(self) -> Door:
        """The way in for visitors: a ticket of the first station."""
        return door_of_server(self.url)

    def stats(self) -> dict[str, Any]:
        """The server's own numbers. Raises OSError where it does not answer."""
        tls = unchecked_tls() if self.url.startswith("https") else None
        with urllib.request.urlopen(f"{self.url}/api/v1/stats", timeout=10, context=tls) as answer:
            stats: dict[str, Any] = json.load(answer)
        return stats

    def counter(self, name: str, reason: str = "all") -> float:
        """One of the counters in the statistics; 0 where nothing was counted."""
        return float(self.stats()["counters"].get(name, {}).get(reason, 0))

    def worker_pid(self) -> int:
        """The process of the first worker. Raises BenchError while there is none."""
        pid = self.stats()["workers"][0]["pid"]
        if not isinstance(pid, int):
            raise BenchError("the worker is not there")
        return pid

    def kill_worker(self) -> int:
        """Kill the first worker with SIGKILL, as the system does when memory runs out; returns who it was."""
        pid = self.worker_pid()
        os.kill(pid, signal.SIGKILL)
        return pid

    def rss_bytes(self) -> int:
        """Resident memory of the server and its workers together."""
        return sum(process.memory_info().rss for process in self._processes())

    def descriptors(self) -> int:
        """Files and sockets that the server's process holds open."""
        return int(psutil.Process(self.pid).num_fds())

    def cpu_s(self) -> tuple[float, float]:
        """CPU seconds spent so far: by the server's process, by its workers."""
        spent = [sum(process.cpu_times()[:2]) for process in self._processes()]
        return spent[0], sum(spent[1:])

    def _processes(self) -> list[psutil.Process]:
        server = psutil.Process(self.pid)
        return [server, *server.children(recursive=True)]

    def _ready(self) -> bool:
        try:
            return any(worker["ready"] for worker in self.stats()["workers"])
        except (urllib.error.URLError, OSError):
            return False

    def _whole_settings(self) -> dict[str, dict[str, object]]:
        here = {"host": "127.0.0.1", "port": self.port, "http": True, "state": str(self.folder / "state")}
        sections = {name: dict(section) for name, section in self._settings.items()}
        # Dreams only where they are asked for: another process, which takes its time.
        no_dreams: dict[str, dict[str, object]] = {"dream": {"model": ""}}
        return no_dreams | sections | {"server": here | sections.get("server", {})}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _toml(settings: Settings) -> str:
    """The settings as TOML; for numbers, texts, truth values and lists of them JSON is written the same way."""
    lines = []
    for name, section in settings.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in section.items())]
    return "\n".join(lines) + "\n"
