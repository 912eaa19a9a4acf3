"""The worker process: opens the model, says what it can do, and puts the crew to work."""

from __future__ import annotations

import json
import logging
import signal
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2

from models.errors import ModelError
from models.style.engine import open_painter
from server.worker.appraisal import appraise
from server.worker.crew import Crew
from server.worker.lookout import Lookout
from server.worker.sighting import detector
from server.worker.targets import Targets
from server.worker.wire import Kind, pack
from server.worker.workshop import Workshop


def open_workshop(settings: dict[str, Any], lookout: Lookout) -> tuple[Workshop, dict[str, Any]]:
    """Load the model, measure it, and say what it is."""
    painter = open_painter(
        runtime=settings["runtime"],
        model=Path(settings["model"]) if settings["model"] else None,
        threads=settings["threads"],
        stub_base_ms=settings["stub_base_ms"],
        stub_frame_ms=settings["stub_frame_ms"],
    )
    workshop = Workshop(painter, settings["quality"], lookout, _artworks(settings))
    costs = workshop.measure(settings["sizes"], settings["counts"])
    return workshop, {"styles": list(painter.styles), "engine": painter.description, "costs": costs}


def _artworks(settings: dict[str, Any]) -> dict[int, Path]:
    return {station: Path(picture) for station, picture in settings["artworks"]}


def main(arguments: list[str]) -> int:
    """Run on the socket whose file descriptor is the first argument, with the settings (JSON) in the second."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle; it closes the socket
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    cv2.setNumThreads(1)
    connection = socket.socket(fileno=int(arguments[0]))
    settings = json.loads(arguments[1])
    folder = Path(settings["targets"]) if settings["targets"] else None
    targets = Targets(_artworks(settings), folder)
    lookout = Lookout(targets)
    try:
        workshop, what = open_workshop(settings, lookout)
    except ModelError as error:
        connection.sendall(pack(Kind.FAILED, {"reason": str(error)}))
        return 2
    with suppress(ConnectionError):  # the server went away meanwhile
        connection.sendall(pack(Kind.READY, what))
        crew = Crew(connection, workshop, lookout, detector())
        if settings["appraise"]:
            crew.appraise(lambda: appraise(targets.all(), folder))
        crew.work()
    return 0
