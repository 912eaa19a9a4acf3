"""Checks that a model of the shelf is what was added, opens, and makes a step."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from models.generate.opening import open_generator
from models.generate.settings import read_record
from models.generate.shelf import SHIPPED, Shelf, check_files
from models.generate.wish import Wish
from models.runtime.engine import Terms


def check(shelf: Shelf, name: str, runtime: str, terms: Terms) -> Mapping[str, Any]:
    """Hold the files against their digests, open the model, make one step and its picture.

    Returns name, runtime, files and milliseconds. Raises ModelError with what is wrong.
    """
    path = shelf.path(name)
    recorded = name != SHIPPED or "files" in read_record(path)
    files = check_files(path) if recorded else 0
    started_s = time.monotonic()
    with closing(open_generator(name, shelf, runtime, terms)) as generator:
        opened_s = time.monotonic()
        sketch = generator.begin(Wish(_known_words(generator.facts.vocabulary), seed=0))
        generator.step([sketch])
        stepped_s = time.monotonic()
        generator.preview([sketch])
        return {
            "name": name,
            "runtime": generator.description,
            "files": files,
            "open_ms": round(1000 * (opened_s - started_s)),
            "step_ms": round(1000 * (stepped_s - opened_s)),
            "preview_ms": round(1000 * (time.monotonic() - stepped_s)),
        }


def _known_words(vocabulary: Any) -> str:
    return str(vocabulary.words("colour")[0]) if vocabulary is not None else "blue"
