"""The worker process: opens the model, says what it can do, and puts the crew to work."""

from __future__ import annotations

import json
import logging
import signal
import socket
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import cv2

from models.errors import ModelError
from server.worker.appraisal import appraise
from server.worker.crew import Crew
from server.worker.lookout import Lookout
from server.worker.sighting import detector
from server.worker.studio import open_better, open_studio
from server.worker.targets import Targets
from server.worker.wire import Kind, pack
from server.worker.workshop import Workshop


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
        studio = open_studio(settings)
    except ModelError as error:
        connection.sendall(pack(Kind.FAILED, {"reason": str(error)}))
        return 2
    artworks = _artworks(settings)
    workshop = Workshop(
        studio.painter, settings["quality"], lookout, artworks, jpegs=studio.jpegs, lighter=studio.lighter
    )
    with suppress(ConnectionError):  # the server went away meanwhile
        connection.sendall(pack(Kind.READY, studio.description))
        crew = Crew(connection, workshop, lookout, detector())
        if studio.better is not None:
            crew.improve(partial(open_better, settings, studio.better))
        if settings["appraise"]:
            crew.appraise(lambda: appraise(targets.all(), folder))
        crew.work()
    return 0
