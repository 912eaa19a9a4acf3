"""Adds a painting's style to a shelf, in a process of its own that may be cancelled: nothing of it is left then.

The child says what it does in messages (child.py): {"doing": ..., "share": ...}, and at the end {"added": ...} or
{"failed": ...}; what it has finished stands on the shelf in one rename.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models.child import messages, say
from models.errors import FitError, LibraryError, ModelError
from models.runtime.compiler import Progress
from models.style.collection import collect
from models.style.model import SIZES
from models.style.painting import read_painting
from models.style.shelf import Shelf

_POLL_S = 0.2


@dataclass(frozen=True)
class AddOrder:
    """Which painting is to be added, and what is to be known of it; visitors read its name, painter and year."""

    picture: str  # the file
    shelf: str  # the folder
    id: str
    name: str
    painter: str = "Unknown"
    year: int | None = None
    painting: str = ""  # its title; empty: as its name
    licence: str = "Added by the gallery, which has cleared its rights."
    sizes: tuple[str, ...] = tuple(SIZES)
    steps: int = 300  # of fitting, for each size

    @staticmethod
    def from_json(value: dict[str, Any]) -> AddOrder:
        """The order whose JSON values these are."""
        return AddOrder(**{**value, "sizes": tuple(value["sizes"])})


def check(order: AddOrder) -> None:
    """Raise PaintingError, LibraryError or FitError if the order cannot be carried out; fast, loads no network."""
    shelf = Shelf(Path(order.shelf))
    found = collect(shelf)
    if order.id in {style.id for style in found.shipped}:
        raise LibraryError(f"the style {order.id} ships already; give another --id")
    shelf.check_free(order.id, over=order.id in {style.id for style in found.outdated})
    if not order.name.strip():
        raise FitError("expected a name that visitors can read, got an empty one")
    read_painting(Path(order.picture))


def add_apart(order: AddOrder, progress: Progress, cancelled: threading.Event | None = None) -> dict[str, Any]:
    """Fit the style in a child process and wait for it; for a thread, not for an event loop. Minutes on two cores.

    Returns the style's facts, as they stand in its style.json. Raises what `check` does before it starts, and FitError
    when it failed or `cancelled` was set; then nothing is left of it.
    """
    check(order)
    command = [sys.executable, "-m", "models.adding", json.dumps(asdict(order))]
    last: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as child:
        watcher = threading.Thread(target=_kill_when, args=(child, cancelled), daemon=True)
        watcher.start()
        try:
            assert child.stdout is not None
            for last in messages(child.stdout):
                if "doing" in last:
                    progress(last["doing"], last["share"])
        except BaseException:
            child.kill()
            raise
        finally:
            child.wait()
            Shelf(Path(order.shelf)).sweep()
    if "added" in last:
        added: dict[str, Any] = last["added"]
        return added
    if cancelled is not None and cancelled.is_set():
        raise FitError(f"{order.id}: cancelled; nothing of it was kept")
    raise FitError(last.get("failed") or f"{order.id}: fitting ended with status {child.returncode}; nothing was kept")


def _kill_when(child: subprocess.Popen[str], cancelled: threading.Event | None) -> None:
    while cancelled is not None and child.poll() is None:
        if cancelled.wait(_POLL_S):
            child.kill()
            return


def main(arguments: Sequence[str]) -> int:
    """Carry out the order in the first argument, as JSON."""
    try:
        from models.training.add_style import add

        added = add(
            AddOrder.from_json(json.loads(arguments[0])), lambda doing, share: say({"doing": doing, "share": share})
        )
    except ModuleNotFoundError as error:
        say({"failed": f"fitting a style needs {error.name}: pip install 'vernissage[torch]'"})
        return 1
    except (ModelError, OSError) as error:
        say({"failed": str(error)})
        return 1
    say({"added": added})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
