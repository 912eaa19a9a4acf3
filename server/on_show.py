"""What visitors can see at this moment: the shown version of each exhibition, and drafts that curators preview.

What operators decided of stations holds for the public alone: a draft is shown as its curator has it. Finds the place
that a ticket opens. Knows no database and no schedule: who does puts exhibitions in and takes them out.
"""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from exhibit.exhibition import Exhibition, Station
from exhibit.refusal import Refusal, Refused
from exhibit.ticket import Keyring, Ticket, subject_hash
from server.store.decisions import NOTHING_DECIDED, Decisions

SHORT_CHARS = 8  # of a short address: 40 bits, and the door counts who tries

Listener = Callable[[str, Exhibition | None], None]  # subject, and what is shown of it from now on; None: nothing


@dataclass(frozen=True, slots=True)
class Place:
    """A station, and the exhibition that it belongs to."""

    exhibition: Exhibition
    station: Station
    expires_at: int | None = None  # of the ticket that led here, unix seconds


class OnShow:
    """Exhibitions by the subject of their tickets. Holds at most one version of each, and changes it at once."""

    def __init__(self, keyring: Keyring, now_s: Callable[[], float] = time.time) -> None:
        self.keyring = keyring  # replaced when keys are rotated
        self.now_s = now_s
        self._staged: dict[bytes, Exhibition] = {}  # as they were put on show
        self._shown: dict[bytes, Exhibition] = {}  # the same, with what operators decided
        self._decisions = NOTHING_DECIDED
        self.media: frozenset[str] = frozenset()  # names of all pictures and clips that visitors may be shown
        self._listeners: list[Listener] = []

    def on_change(self, listener: Listener) -> None:
        """Have it called after each change."""
        self._listeners.append(listener)

    @property
    def exhibitions(self) -> list[Exhibition]:
        """Those that the public sees, by id."""
        return sorted((e for e in self._shown.values() if not e.draft), key=lambda e: e.id)

    def exhibition(self, exhibition_id: str) -> Exhibition | None:
        """The exhibition of that id, if the public sees it."""
        exhibition = self._shown.get(subject_hash(exhibition_id))
        return exhibition if exhibition is not None and not exhibition.draft else None

    def staged(self, exhibition_id: str) -> Exhibition | None:
        """The same as it was put on show, whatever operators decided since."""
        return self._staged.get(subject_hash(exhibition_id))

    def show(self, exhibition: Exhibition) -> None:
        """Show this, in the place of what was shown of it before."""
        self._staged[subject_hash(exhibition.subject)] = exhibition
        self._show(exhibition)

    def operate(self, decisions: Decisions) -> None:
        """Let this hold of the stations from now on; who is at one that changes by it is told."""
        self._decisions = decisions
        for key, exhibition in list(self._staged.items()):
            if self._shown[key] != operated(exhibition, decisions):
                self._show(exhibition)

    def _show(self, staged: Exhibition) -> None:
        exhibition = operated(staged, self._decisions)
        self._shown[subject_hash(exhibition.subject)] = exhibition
        self._tell(exhibition.subject, exhibition)

    def hide(self, subject: str) -> None:
        """Show it no more."""
        self._staged.pop(subject_hash(subject), None)
        if self._shown.pop(subject_hash(subject), None) is not None:
            self._tell(subject, None)

    def _tell(self, subject: str, exhibition: Exhibition | None) -> None:
        self.media = frozenset(name for one in self._shown.values() for name in one.media())
        for listener in self._listeners:
            listener(subject, exhibition)

    # -- tickets --------------------------------------------------------------------------------------------------

    def sign(self, exhibition: Exhibition, station: Station, expires_at: int | None = None) -> str:
        """The text of a ticket for a station."""
        return self.keyring.sign(exhibition.subject, station.number, expires_at)

    def place(self, ticket: str) -> Place:
        """The place that a ticket opens now. Raises Refused: forged, foreign, expired, or a station that is gone."""
        return self._place(self.keyring.read(ticket), resumes=False)

    def place_left(self, ticket: str) -> Place:
        """The place that a ticket once opened: for who has a session there already, an expired one will do."""
        return self._place(self.keyring.read(ticket), resumes=True)

    def _place(self, ticket: Ticket, *, resumes: bool) -> Place:
        exhibition = self._shown.get(ticket.subject) or self._for_inspection(ticket.subject)
        if exhibition is None:
            raise Refused(Refusal.TICKET_FOREIGN)
        expired = ticket.expires_at is not None and self.now_s() >= ticket.expires_at
        if expired and (exhibition.draft or not resumes):
            raise Refused(Refusal.TICKET_EXPIRED)
        if exhibition.inspected and ticket.expires_at is None:
            raise Refused(Refusal.TICKET_FOREIGN)
        station = exhibition.station_by_number(ticket.station)
        if station is None:
            raise Refused(Refusal.STATION_UNKNOWN)
        if station.rotating and ticket.expires_at is None and not exhibition.draft:
            raise Refused(Refusal.TICKET_EXPIRED, "The code on the screen beside it changes; scan that one.")
        return Place(exhibition, station, ticket.expires_at)

    def _for_inspection(self, subject: bytes) -> Exhibition | None:
        """What a doctor's ticket opens. Only who has the keys can sign one, and it has to end."""
        inspected = (exhibition.for_inspection() for exhibition in self.exhibitions)
        return next((one for one in inspected if subject_hash(one.subject) == subject), None)

    # -- short addresses ------------------------------------------------------------------------------------------

    def short(self, exhibition: Exhibition, station: Station) -> str:
        """What is typed instead of the code: eight letters and digits that nobody can guess."""
        return shorts_of(self.keyring, exhibition.subject, station.number)[0]

    def place_of_short(self, short: str) -> Place:
        """The place that a short address leads to. Raises Refused."""
        wanted = short.upper().replace("-", "").replace("0", "O").replace("1", "I").replace("8", "B")
        found = [
            Place(exhibition, station)
            for exhibition in self.exhibitions
            for station in exhibition.stations
            if not station.rotating and wanted in shorts_of(self.keyring, exhibition.subject, station.number)
        ]
        if not found:
            raise Refused(Refusal.TICKET_FORGED)
        return found[0]

    # -- screens beside stations ----------------------------------------------------------------------------------

    def kiosk_path(self, exhibition_id: str, number: int) -> str:
        """Where the screen of a station finds its codes; nobody can guess it."""
        secret = kiosk_secrets(self.keyring, exhibition_id, number)[0]
        return f"/kiosk/{exhibition_id}/{number}/{secret}"

    def kiosk_place(self, exhibition_id: str, number: str, secret: str) -> Place:
        """The station whose screen this is. Raises Refused."""
        exhibition = self.exhibition(exhibition_id)
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) <= 5 else 0
        right = any(
            hmac.compare_digest(secret.encode(), known.encode())
            for known in kiosk_secrets(self.keyring, exhibition_id, wanted)
        )
        if not right:
            raise Refused(Refusal.TICKET_FORGED)
        station = exhibition.station_by_number(wanted) if exhibition is not None else None
        if exhibition is None or station is None or not station.rotating:
            raise Refused(Refusal.STATION_UNKNOWN)
        return Place(exhibition, station)


def operated(exhibition: Exhibition, decisions: Decisions) -> Exhibition:
    """The exhibition as operators want it; itself where they decided nothing of it."""
    if exhibition.draft or not decisions.speak_of(exhibition.id):
        return exhibition
    stations = tuple(_station(exhibition.id, station, decisions) for station in exhibition.stations)
    return replace(exhibition, stations=stations)


def _station(exhibition_id: str, station: Station, decisions: Decisions) -> Station:
    place = exhibition_id, station.id
    off, fallback = decisions.off.get(place), decisions.fallbacks.get(place)
    if fallback is not None:
        station = replace(station, fallback=fallback.text)
    return replace(station, open=False, opens_at=None, off=off.text) if off is not None else station


def kiosk_secrets(keyring: Keyring, exhibition_id: str, number: int) -> list[str]:
    """The last part of a screen's address, for each key, the present one's first: 120 bits of a keyed hash."""
    digests = keyring.digests(f"kiosk {exhibition_id} {number}")
    return [base64.b32encode(digest)[:24].decode().lower() for digest in digests]


def shorts_of(keyring: Keyring, subject: str, station: int) -> list[str]:
    """The short addresses of a station, one for each key, the present one's first: base32 of a keyed hash."""
    digests = keyring.digests(f"short {subject} {station}")
    return [base64.b32encode(digest)[:SHORT_CHARS].decode() for digest in digests]
