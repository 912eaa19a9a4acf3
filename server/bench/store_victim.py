"""Saves and publishes without end, says of each change that it is kept, and is killed meanwhile; again and again.

`python -m server.bench.store_victim URL FOLDER PICTURE` reads lines `MARKER WAIT_S`. For each it forks a child, which
says `go` after its first publication, when all of it is warm, and is killed with SIGKILL that much later. Importing
everything once is enough. Lines out:

    saved MARKER                      the whole draft was replaced
    station ID REVISION YEAR          one station was saved
    publishing                        a publication has begun
    published NUMBER MARKER           it is kept
    go                                what comes now may be the last
    ended STATUS                      of the child: -9 where it was killed
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from exhibit.content import StationContent
from server.bench.store_marked import NAME, STYLES, marked
from server.store.database import connect
from server.store.open import Store, store_of

WHO = "victim"
SAVES = 2  # single stations in each cycle
_PATIENCE_S = 20.0

Say = Callable[[str], None]


async def toil(store: Store, picture: str, first: int, say: Say) -> None:
    """Replace the draft, save some of its stations, publish it; then all over again with the next marker."""
    for marker in count(first):
        await store.drafts.replace(NAME, marked(marker, picture), WHO, "draft.replace")
        say(f"saved {marker}")
        for station in (await store.drafts.stations(NAME))[:SAVES]:
            content = dated(station.content, marker)
            kept = await store.drafts.save_station(NAME, station.id, content, station.revision, WHO)
            say(f"station {kept.id} {kept.revision} {marker}")
        say("publishing")
        version = await store.versions.publish(NAME, STYLES, WHO)
        say(f"published {version.number} {marker}")
        if marker == first:
            say("go")


def dated(content: StationContent, year: int) -> StationContent:
    """The station with another year of its artwork."""
    return content.model_copy(update={"artwork": content.artwork.model_copy(update={"year": str(year)})})


def main(url: str, folder: Path, picture: str) -> None:
    """Fork and kill for each line of standard input."""
    for line in sys.stdin:
        marker, wait_s = line.split()
        ready, going = os.pipe()
        child = os.fork()
        if not child:
            _be_a_victim(url, folder, picture, int(marker), going)
        os.close(going)
        signal.alarm(int(_PATIENCE_S))  # a child that never begins must not keep this process for ever
        os.read(ready, 1)  # returns when it has begun, and also when it has ended
        os.close(ready)
        signal.alarm(0)
        time.sleep(float(wait_s))
        os.kill(child, signal.SIGKILL)
        _say(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")


def _be_a_victim(url: str, folder: Path, picture: str, marker: int, going: int) -> None:
    def say(line: str) -> None:
        _say(line)
        if line == "go":
            os.write(going, b"!")

    try:
        asyncio.run(toil(store_of(connect(url), folder), picture, marker, say))
    finally:
        os._exit(1)  # only if something failed: its traceback is on standard error


def _say(line: str) -> None:
    """One write, so that lines are whole whenever the writer is killed."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
