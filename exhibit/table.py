"""One table of a TOML file, read strictly: every key is taken once, and a key that nobody took is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from exhibit.errors import ExhibitionError

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # of exhibitions, stations and styles


class Table:
    """The keys of one table, and where it stands, for the sentence of an error.

    Used as a context: leaving it without an error refuses the keys that were not taken.
    """

    def __init__(self, values: object, place: str, name: str = "") -> None:
        self.place = place  # file and station, as a curator would say it
        self._name = name  # dotted, "" for the file or the station itself
        if not isinstance(values, dict):
            raise ExhibitionError(f"{place}: {name or 'this'} must be a table, got {values!r:.60}")
        self._values: dict[str, Any] = dict(values)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None and self._values:
            raise ExhibitionError(f"{self.place}: unknown key {self._key(next(iter(self._values)))}")

    def refuse(self, key: str, expected: str, got: object) -> ExhibitionError:
        """The error for one key's value."""
        return ExhibitionError(f"{self.place}: {self._key(key)} must be {expected}, got {got!r:.60}")

    def text(self, key: str) -> str:
        """A text with something in it."""
        value = self._take(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(key, "a text that is not empty", value)
        return value.strip()

    def whole_number(self, key: str, low: int, high: int) -> int:
        """A whole number from low to high."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.refuse(key, f"a whole number from {low} to {high}", value)
        return value

    def share(self, key: str, default: float | None = None) -> float:
        """A number from 0 to 1."""
        value = self._take(key) if default is None else self._values.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.refuse(key, "a number from 0 to 1", value)
        return float(value)

    def truth(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self._values.pop(key, default)
        if not isinstance(value, bool):
            raise self.refuse(key, "true or false", value)
        return value

    def choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self._values.pop(key, default)
        if value not in choices:
            raise self.refuse(key, f"one of {', '.join(choices)}", value)
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts, at least one."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise self.refuse(key, "a list of texts", value)
        if len(set(value)) < len(value):
            raise self.refuse(key, "a list without repetition", value)
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table inside this one."""
        return Table(self._take(key), self.place, self._key(key))

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        """A list of tables, at least one."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            raise self.refuse(key, f"one or more tables, [[{key}]]", value)
        return value

    def names(self) -> tuple[str, ...]:
        """The keys that are not taken yet."""
        return tuple(self._values)

    def _take(self, key: str) -> Any:
        if key not in self._values:
            raise ExhibitionError(f"{self.place}: {self._key(key)} is missing")
        return self._values.pop(key)

    def _key(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key
