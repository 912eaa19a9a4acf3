"""Signed tickets: what a station's code says, in 43 characters. Knows no clock and keeps no key on disk.

    byte   0        1        2 .. 9                   10 .. 11    12 .. 15               16 .. 31
           version  key id   sha256(exhibition)[:8]   station     expiry, s (0: never)   HMAC-SHA256[:16]

Numbers are big-endian; the 32 bytes are written in base64url without padding (RFC 4648, section 5).

The tag is HMAC-SHA256 (RFC 2104) over the 16 bytes before it, cut to its leftmost 128 bits. RFC 2104, section 5, allows
that: no less than half of the hash, no less than 80 bits. What the cut means (NIST SP 800-107 rev. 1, section 5.3): a
guessed tag is right once in 2^128 tries, instead of 2^256; the key is as hard to find as before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from exhibit.refusal import Refusal, Refused

VERSION = 1
TICKET_CHARS = 43
MIN_KEY_BYTES = 32  # RFC 2104, section 3: keys shorter than the hash are strongly discouraged
_CLAIMS = struct.Struct(">BB8sHI")
_TAG_BYTES = 16
_NEVER = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a code says: which station of which exhibition, and until when."""

    subject: bytes  # 8 bytes that stand for the exhibition: subject_hash of what it is called
    station: int
    expires_at: int | None = None  # unix seconds; None: never


def subject_hash(subject: str) -> bytes:
    """The 8 bytes that stand for an exhibition in its tickets."""
    return hashlib.sha256(subject.encode()).digest()[:8]


class Keyring:
    """The keys of one installation: makes and reads the tickets of all its exhibitions.

    Keys are rotated by adding one under a new id and making it current: tickets of the older keys stay valid until
    those are taken out of `keys`.
    """

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        if current not in keys:
            raise ValueError(f"expected the current key among {sorted(keys)}, got {current}")
        for key_id, key in keys.items():
            if not 0 <= key_id <= 0xFF or len(key) < MIN_KEY_BYTES:
                raise ValueError(f"expected key ids 0 to 255 with {MIN_KEY_BYTES} bytes or more, got key {key_id}")
        self._keys = dict(keys)
        self._current = current

    @property
    def current(self) -> int:
        """The id of the key that new tickets are signed with."""
        return self._current

    def digests(self, text: str) -> list[bytes]:
        """A keyed hash of a text by each key, the current one's first: for addresses that nobody can guess."""
        keys = [self._keys[self._current], *(key for key_id, key in self._keys.items() if key_id != self._current)]
        return [hmac.digest(key, text.encode(), "sha256") for key in keys]

    def sign(self, subject: str, station: int, expires_at: int | None = None) -> str:
        """The text of a ticket. Raises ValueError for numbers that do not fit."""
        if not 0 < station <= 0xFFFF:
            raise ValueError(f"expected a station number from 1 to 65535, got {station}")
        if expires_at is not None and not _NEVER < expires_at <= 0xFFFFFFFF:
            raise ValueError(f"expected an expiry from 1 to 4294967295 s, got {expires_at}")
        claims = _CLAIMS.pack(VERSION, self._current, subject_hash(subject), station, expires_at or _NEVER)
        return _to_text(claims + _tag(self._keys[self._current], claims))

    def read(self, text: str) -> Ticket:
        """The ticket that a text stands for, expired or not. Raises Refused where it was not signed with these keys.

        Nothing that the text says is looked at before its tag is found right, except which key to check it with. A
        ticket whose key was withdrawn counts as forged.
        """
        data = _from_text(text)
        claims, tag = data[: _CLAIMS.size], data[_CLAIMS.size :]
        key = self._keys.get(claims[1])
        if key is None or not hmac.compare_digest(tag, _tag(key, claims)):
            raise Refused(Refusal.TICKET_FORGED)
        version, _, subject, station, expiry = _CLAIMS.unpack(claims)
        if version != VERSION:
            raise Refused(Refusal.TICKET_FORGED)
        return Ticket(subject, station, expiry if expiry != _NEVER else None)


def _tag(key: bytes, claims: bytes) -> bytes:
    return hmac.digest(key, claims, "sha256")[:_TAG_BYTES]


def _to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _from_text(text: str) -> bytes:
    """The 32 bytes of a ticket, from the one text that stands for them.

    The 43rd character carries two unused bits, and the decoder skips what is not in its alphabet: only a text that
    comes back the same when it is encoded again is taken (RFC 4648, section 3.5), so no ticket has a second spelling.
    """
    if len(text) != TICKET_CHARS:
        raise Refused(Refusal.TICKET_FORGED)
    try:
        data = base64.urlsafe_b64decode(text + "=")
    except ValueError:
        raise Refused(Refusal.TICKET_FORGED) from None
    if _to_text(data) != text:
        raise Refused(Refusal.TICKET_FORGED)
    return data
