"""Moments as texts: ISO 8601, UTC, as the API and the protocol write them."""

from __future__ import annotations

from datetime import UTC, datetime


def instant_of(at_s: float, timespec: str = "milliseconds") -> str:
    """Seconds since 1970, down to the millisecond or to what `timespec` says (as `datetime.isoformat` knows it)."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
