"""How a child process says what it does: lines of JSON on its standard output, among others."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_KEY = "vernissage"


def say(message: Mapping[str, Any]) -> None:
    """In the child: one message. Raises BrokenPipeError where nobody listens any more."""
    sys.stdout.write(json.dumps({_KEY: message}) + "\n")
    sys.stdout.flush()


def messages(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """In the parent: what the child says; compilers print lines of their own in between."""
    for line in lines:
        if line.startswith(f'{{"{_KEY}": '):
            yield json.loads(line)[_KEY]
