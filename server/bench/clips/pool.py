"""Does something to each of many clips, in processes of their own; OpenCV keeps to one thread in each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

import cv2

from server.bench.clips.clip import Clip
from server.worker.child import ONE_BLAS_THREAD

Found = TypeVar("Found")


def for_each_clip(
    work: Callable[[Clip], Found], clips: Sequence[Clip], doing: str, say: Callable[[str], None], *, alone: bool = False
) -> list[Found]:
    """What `work`, which must be picklable, makes of the clips, in their order. The first fault ends it all.

    `alone`: one process only, where times are measured; two that share a core slow each other.
    """
    spawn = get_context("spawn")  # a fork would copy the threads of the progress bar and of OpenCV
    processes = 1 if alone else len(os.sched_getaffinity(0))
    with _environment(ONE_BLAS_THREAD), ProcessPoolExecutor(processes, spawn, cv2.setNumThreads, (1,)) as pool:
        try:
            running = [pool.submit(work, clip) for clip in clips]
            _wait_for(running, doing, say)
            return [future.result() for future in running]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """What processes that are started meanwhile find in their environment."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _wait_for(running: Sequence[Future[Found]], doing: str, say: Callable[[str], None]) -> None:
    say(f"{doing}: {len(running)} clips")
    for done, future in enumerate(as_completed(running), 1):
        future.result()
        say(f"{doing}: {done} of {len(running)} clips")
