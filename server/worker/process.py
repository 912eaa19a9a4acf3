"""The worker process: opens the model, says what it can do, and puts the crew to work."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import cv2

from models.errors import ModelError
from server.log import start_log
from server.worker.appraisal import Scores, appraise
from server.worker.crew import Crew
from server.worker.heart import Heart
from server.worker.line import Line
from server.worker.lookout import Lookout
from server.worker.sighting import detector
from server.worker.studio import open_better, open_studio
from server.worker.targets import Targets
from server.worker.wire import Kind
from server.worker.workshop import Workshop


def main(arguments: list[str]) -> int:
    """Run on the socket whose file descriptor is the first argument, with the settings (JSON) in the second."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle; it closes the socket
    start_log("info")
    cv2.setNumThreads(1)
    line = Line(socket.socket(fileno=int(arguments[0])))
    settings = json.loads(arguments[1])
    folder = Path(settings["targets"]) if settings["targets"] else None
    pictures = Path(settings["pictures"])
    targets = Targets(pictures, folder)
    lookout = Lookout(targets)
    try:
        studio = open_studio(settings)
    except ModelError as error:
        line.say(Kind.FAILED, {"reason": str(error)})
        return 2
    workshop = Workshop(
        studio.painter, settings["quality"], lookout, pictures, jpegs=studio.jpegs, lighter=studio.lighter
    )
    with suppress(ConnectionError):  # the server went away meanwhile
        line.say(Kind.READY, studio.description)
        heart = Heart(line)
        heart.begin()

        def score(artworks: Sequence[str]) -> Scores:
            return appraise(targets.of(artworks), folder)

        reopen = partial(open_studio, settings)
        crew = Crew(line, workshop, lookout, detector(), score, heart=heart, reopen=reopen)
        if studio.better is not None:
            crew.improve(partial(open_better, settings, studio.better))
        crew.work()
    return 0
