"""The dreamer process: opens the model, says what it can do, and makes what is ordered until the server goes away."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from models.errors import ModelError
from models.generate.checker import Checker, NoChecker, open_checker
from models.generate.generator import Generator
from models.generate.opening import STUB, open_generator
from models.generate.shelf import Shelf
from models.runtime.engine import Terms
from models.runtime.engine_store import EngineStore
from server.dreamer.easel import Easel, Order
from server.dreamer.trial import try_out
from server.log import start_log
from server.worker.heart import Heart
from server.worker.line import Line
from server.worker.wire import Kind, Message

log = logging.getLogger("vernissage.dreamer")

MEGABYTE = 1_048_576


def main(arguments: list[str]) -> int:
    """Run on the socket whose file descriptor is the first argument, with the settings (JSON) in the second."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle; it closes the socket
    start_log("info")
    line = Line(socket.socket(fileno=int(arguments[0])))
    settings = json.loads(arguments[1])
    try:
        generator, checker = _open(settings)
        ready = _introduction(generator, checker, settings)
    except ModelError as error:
        line.say(Kind.FAILED, {"reason": str(error)})
        return 2
    with suppress(ConnectionError):  # the server went away meanwhile
        line.say(Kind.READY, ready)
        Heart(line).begin()
        _work(line, generator, checker, settings)
    return 0


def _open(settings: dict[str, Any]) -> tuple[Generator, Checker]:
    shelf = Shelf(Path(settings["shelf"]))
    store = EngineStore(Path(settings["engines"])) if settings["engines"] else None
    terms = Terms(settings["threads"], settings["memory_mb"] * MEGABYTE, (), store)
    costs = {"stub_step_ms": settings["stub_step_ms"], "stub_row_ms": settings["stub_row_ms"]}
    generator = open_generator(settings["model"], shelf, settings["runtime"], terms, **costs)
    if settings["runtime"] == STUB:
        return generator, NoChecker("plain colours need none")
    return generator, open_checker(shelf.path(settings["model"]))


def _introduction(generator: Generator, checker: Checker, settings: dict[str, Any]) -> dict[str, Any]:
    """What the server is told; one picture is made, so that the first visitor waits for nothing to be compiled."""
    trial = try_out(generator, settings["steps"])
    return {
        "engine": generator.description,
        "checker": checker.description,
        "size": list(generator.size),
        "at_once": trial.at_once,
        "step_ms": trial.step_ms,
        "steps": trial.steps,
        "device_bytes": generator.device_bytes,
    }


def _work(line: Line, generator: Generator, checker: Checker, settings: dict[str, Any]) -> None:
    heard: SimpleQueue[Message | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(line, heard), name="reading", daemon=True).start()

    def tell(head: dict[str, Any], pictures: Sequence[bytes]) -> None:
        line.say(Kind.DREAM, head, pictures)

    easel = Easel(generator, checker, settings, tell)
    while True:
        for message in _news(heard, wait=easel.is_empty):
            if message is None:
                generator.close()
                return
            if message.kind is Kind.DREAM:
                easel.take(Order.of(message.head, message.pictures))
            elif message.kind is Kind.FORGET:
                easel.drop(message.head["job"])
        if not easel.is_empty:
            easel.turn()


def _news(heard: SimpleQueue[Message | None], *, wait: bool) -> list[Message | None]:
    """All that was heard meanwhile; waits for something where there is nothing else to do."""
    news = [heard.get()] if wait else []
    with suppress(Empty):
        while True:
            news.append(heard.get_nowait())
    return news


def _listen(line: Line, heard: SimpleQueue[Message | None]) -> None:
    try:
        while (message := line.hear()) is not None:
            heard.put(message)
        heard.put(None)
    except ConnectionError:
        heard.put(None)
    except Exception:
        log.exception("the dreamer cannot go on")
        sys.stderr.flush()
        os._exit(1)
