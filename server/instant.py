"""Moments as texts: ISO 8601, UTC, as the API and the protocol write them; with any offset, as the API reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from exhibit.schedule import FIRST_DATE, LAST_DATE

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def instant_of(at_s: float, timespec: str = "milliseconds") -> str:
    """Seconds since 1970, down to the millisecond or to what `timespec` says (as `datetime.isoformat` knows it)."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def moment_of(text: object) -> datetime:
    """A time in RFC 3339's spelling. Raises ValueError; pydantic alone takes numbers, too, and years that no answer can
    say."""
    try:
        at = datetime.fromisoformat(text) if isinstance(text, str) and _RFC_3339.fullmatch(text) else None
    except ValueError:
        at = None
    if at is None or not FIRST_DATE <= at.date() <= LAST_DATE:
        raise ValueError(
            f"expected a time from {FIRST_DATE} to {LAST_DATE}, with its offset, such as 2027-06-01T10:00:00+02:00"
        )
    return at
