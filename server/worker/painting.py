"""The worker that paints and tracks, as the server holds it."""

from __future__ import annotations

from collections.abc import Callable

from server.worker.ladder import safer_painter
from server.worker.settings import Ready, WorkerSettings, fewer_measures
from server.worker.supervisor import Supervisor
from server.worker.wire import Message


def painting_worker(
    number: int,
    settings: WorkerSettings,
    on_ready: Callable[[Ready], None],
    on_answer: Callable[[Message], None],
    on_lost: Callable[[], None],
) -> Supervisor[Ready]:
    """The process that paints and tracks, not running yet."""
    return Supervisor(
        name=f"worker {number}",
        module="server.worker",
        settings=settings,
        read_ready=Ready.from_head,
        on_ready=on_ready,
        on_answer=on_answer,
        on_lost=on_lost,
        again=fewer_measures,
        safer=safer_painter,
    )
