"""Sessions over a restart: what is noted of them in the state folder while anybody is in, and read at the next start.

Notes are taken every two seconds, so that a server that is killed loses no more. When they reach the disk is left to
the system, since a power cut ends every visit anyway. Decides nothing of sessions: the hall does.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from exhibit.exhibition import Exhibition
from exhibit.protocol import RESUME_S
from server.hall import Hall
from server.session_notes import MAX_BYTES, Notes, NotesError, decode_notes, encode_notes
from server.state import write_private

log = logging.getLogger("vernissage.revival")

FILE = "sessions.json"  # in the state folder
EVERY_S = 2.0
END_S = 1.5  # for the last notes, on a disk that does not answer


class Revival:
    """Takes notes of the hall's sessions. `run` is its task; `end` comes when that has ended."""

    def __init__(
        self, file: Path, hall: Hall, shown: Callable[[str], Exhibition | None], now_s: Callable[[], float] = time.time
    ) -> None:
        self._file, self._hall, self._shown, self._now_s = file, hall, shown, now_s
        self._last: tuple[int, bool] = (0, False)  # last number and whether anybody was in, as noted last
        self._writing = threading.Lock()  # one thread may still write what is older
        self._failed = False  # whether the last notes could not be written

    def begin(self) -> int:
        """Have those back whose phones may still return; returns how many. What cannot be read is left alone."""
        try:
            with self._file.open("rb") as file:
                notes = decode_notes(file.read(MAX_BYTES + 1))
        except FileNotFoundError:
            return 0
        except (OSError, NotesError) as error:
            log.warning("no session is taken up again: %s: %s", self._file, error)
            return 0
        self._hall.register.last_number = notes.last_number
        back = self._revive(notes)
        if notes.sessions:
            log.info("of %d sessions before the restart %d may come back", len(notes.sessions), back)
        return back

    def _revive(self, notes: Notes) -> int:
        age_ms = notes.age_ms(self._now_s())
        young = [note for note in notes.sessions if age_ms + note.away_ms <= RESUME_S * 1000]
        in_order = sorted(young, key=lambda note: note.place)
        return sum(self._hall.revive(note, self._shown(note.subject), age_ms + note.away_ms) for note in in_order)

    async def run(self) -> None:
        """Take notes again and again, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            notes = self._notes()
            if notes.sessions or self._last != (notes.last_number, False):
                await asyncio.to_thread(self._write, notes)

    async def end(self) -> None:
        """Take notes for the last time. A disk that does not answer is not waited for."""
        notes, written = self._notes(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def write() -> None:
            self._write(notes)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(written.set)

        threading.Thread(target=write, name="last-notes", daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await written.wait()

    def _notes(self) -> Notes:
        return Notes(self._now_s(), self._hall.register.last_number, tuple(self._hall.notes()))

    def _write(self, notes: Notes) -> None:
        with self._writing:
            try:
                write_private(self._file, encode_notes(notes), durable=False)
                self._last, self._failed = (notes.last_number, bool(notes.sessions)), False
            except OSError as error:
                if not self._failed:
                    log.warning("sessions would not survive a restart now: %s: %s", self._file, error)
                self._failed = True
