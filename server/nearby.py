"""Codes in view: whether what a stranger's code says is a ticket of another open station here. Knows no picture."""

from __future__ import annotations

import re

from exhibit.exhibition import Exhibition, Station
from exhibit.refusal import Refused
from exhibit.ticket import TICKET_CHARS
from server.on_show import OnShow

AGAIN_MS = 10_000.0  # a connection is told of the same station no more often
_ADDRESS = re.compile(rf"https?://[^/?#\s]+/v/([A-Za-z0-9_-]{{{TICKET_CHARS}}})(?:[?#]\S*)?")


class Nearby:
    """Reads our own addresses out of codes. Any host will do: a code may have been printed for another one."""

    def __init__(self, on_show: OnShow) -> None:
        self._on_show = on_show

    def station(self, text: str, exhibition: Exhibition) -> tuple[Station, str] | None:
        """The open station of the exhibition that a code leads to, and its ticket; None where it is none of it."""
        address = _ADDRESS.fullmatch(text)
        if address is None:
            return None
        try:
            place = self._on_show.place(address[1])
        except Refused:
            return None
        ours = place.exhibition.subject == exhibition.subject and place.station.open
        return (place.station, address[1]) if ours else None
