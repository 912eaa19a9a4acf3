"""What a reading is made of: the server's parts, as far as they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.appraisals import Appraisals
from server.dispatch import Dispatch
from server.dreams.dreamer import Dreamer
from server.gateway import Gateway
from server.hall import Hall
from server.on_show import OnShow
from server.pulse import Pulse
from server.store.decisions import Decisions
from server.watch.ledger import Ledger


@dataclass(frozen=True)
class Sources:
    """Whom the watch asks. Nothing here may take long."""

    hall: Hall
    gateway: Gateway
    on_show: OnShow
    workers: Sequence[Dispatch]
    dreamer: Dreamer | None
    appraisals: Appraisals
    ledger: Ledger
    pulse: Pulse
    decided: Callable[[], Decisions]
    store_fault: Callable[[], str]
    certificate_ends_at: Callable[[], float | None]
