"""Pictures that visitors keep, for tests."""

from __future__ import annotations

from made import MADE

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"

__all__ = ["JPEG", "MADE"]
