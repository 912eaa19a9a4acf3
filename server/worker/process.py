"""The worker process: a reading, a painting and a writing thread, so that decode and encode overlap with inference."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import cv2

from models.errors import ModelError
from models.style.engine import open_painter
from server.worker.wire import PREFIX, Message, pack, unpack
from server.worker.workshop import Job, Workshop

log = logging.getLogger("vernissage.worker")


def receive(connection: socket.socket) -> Message | None:
    """The next message, or None when the server has gone."""
    prefix = _exactly(connection, PREFIX.size)
    if prefix is None:
        return None
    text_length, body_length = PREFIX.unpack(prefix)
    text, body = _exactly(connection, text_length), _exactly(connection, body_length)
    return None if text is None or body is None else unpack(text, body)


def _exactly(connection: socket.socket, count: int) -> bytes | None:
    buffer = bytearray(count)
    view, at = memoryview(buffer), 0
    while at < count:
        got = connection.recv_into(view[at:])
        if got == 0:
            return None
        at += got
    return bytes(buffer)


def open_workshop(settings: dict[str, Any]) -> tuple[Workshop, dict[str, Any]]:
    """Load the model, measure it, and say what it is."""
    painter = open_painter(
        runtime=settings["runtime"],
        model=Path(settings["model"]) if settings["model"] else None,
        threads=settings["threads"],
        stub_base_ms=settings["stub_base_ms"],
        stub_frame_ms=settings["stub_frame_ms"],
    )
    workshop = Workshop(painter, settings["quality"])
    costs = workshop.measure(settings["sizes"], settings["counts"])
    return workshop, {"styles": list(painter.styles), "engine": painter.description, "costs": costs}


def serve(connection: socket.socket, workshop: Workshop) -> None:
    """Work until the server closes its end. A fault in any thread ends the process: the server starts a fresh one."""

    to_paint: SimpleQueue[Job | None] = SimpleQueue()
    to_write: SimpleQueue[Job | None] = SimpleQueue()

    def read() -> None:
        while (message := receive(connection)) is not None:
            to_paint.put(workshop.decode(message))
        to_paint.put(None)

    def paint() -> None:
        while (job := to_paint.get()) is not None:
            to_write.put(workshop.paint(job))
        to_write.put(None)

    def write() -> None:
        while (job := to_write.get()) is not None:
            connection.sendall(pack(*workshop.encode(job)))

    threads = [threading.Thread(target=_or_die(work), name=work.__name__) for work in (paint, write)]
    for thread in threads:
        thread.start()
    _or_die(read)()
    for thread in threads:
        thread.join()


def _or_die(work: Callable[[], None]) -> Callable[[], None]:
    def guarded() -> None:
        try:
            work()
        except ConnectionError:  # the server went away, and waits for nothing any more
            _end(0)
        except Exception:
            log.exception("the worker cannot go on")
            _end(1)

    return guarded


def _end(status: int) -> None:
    """Leave at once: runtimes may hold threads that would keep a process with a fault alive."""
    sys.stderr.flush()
    os._exit(status)


def main(arguments: list[str]) -> int:
    """Run on the socket whose file descriptor is the first argument, with the settings (JSON) in the second."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle; it closes the socket
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    cv2.setNumThreads(1)
    connection = socket.socket(fileno=int(arguments[0]))
    try:
        workshop, what = open_workshop(json.loads(arguments[1]))
    except ModelError as error:
        connection.sendall(pack({"failed": str(error)}))
        return 2
    with suppress(ConnectionError):  # the server went away meanwhile
        connection.sendall(pack({"ready": what}))
        serve(connection, workshop)
    return 0
