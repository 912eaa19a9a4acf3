"""How `vernissage run` ends when something does not: in the time that it has, saying where it is stuck."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

STUCK = """
import asyncio, time
from server.cli import run

async def serve(config, announce):
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 60)
    print("serving", flush=True)
    await asyncio.sleep(60)

run.serve, run.END_S = serve, 0.5
with asyncio.Runner() as runner:
    runner.run(run._until_signal(None, print))
"""


IDLE = STUCK.replace("run.END_S = serve, 0.5", "run.END_S = serve, 30").replace("60)\n    print", "0)\n    print")


def test_a_hangup_ends_nobody() -> None:
    """`systemctl reload` sends it, whether there is a certificate to look at or not."""
    with subprocess.Popen([sys.executable, "-c", IDLE], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"serving\n"
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_what_is_stuck_after_a_signal_does_not_hold_the_process() -> None:
    with subprocess.Popen([sys.executable, "-c", STUCK], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"serving\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 1
        assert b"Timeout" in process.stderr.read()
