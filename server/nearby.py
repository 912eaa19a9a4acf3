"""Codes in view: whether what a stranger's code says is a ticket of another open station here. Knows no picture."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from exhibit.exhibition import Exhibition, Station
from exhibit.refusal import Refused
from exhibit.ticket import TICKET_CHARS, Signer

AGAIN_MS = 10_000.0  # a connection is told of the same station no more often
_ADDRESS = re.compile(rf"https?://[^/?#\s]+/v/([A-Za-z0-9_-]{{{TICKET_CHARS}}})(?:[?#]\S*)?")


class Nearby:
    """Reads our own addresses out of codes. Any host will do: a code may have been printed for another one."""

    def __init__(self, exhibition: Exhibition, signer: Signer, now_s: Callable[[], float] = time.time) -> None:
        self._exhibition, self._signer, self._now_s = exhibition, signer, now_s

    def station(self, text: str) -> tuple[Station, str] | None:
        """The open station that a code leads to, and its ticket; None where it is no code of ours."""
        address = _ADDRESS.fullmatch(text)
        if address is None:
            return None
        try:
            ticket = self._signer.read(address[1], self._now_s())
        except Refused:
            return None
        station = self._exhibition.station_by_number(ticket.station)
        return (station, address[1]) if station is not None and station.open else None
