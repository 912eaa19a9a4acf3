"""Every operation of the API, put together from what the composition root built."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.api.contract import Operation
from server.api.reception import Reception
from server.api.resources.accounts import Accounts
from server.api.resources.alerts import Alerts
from server.api.resources.archives import Archives
from server.api.resources.codes import Codes
from server.api.resources.doctor import Doctor
from server.api.resources.dreams import Dreams
from server.api.resources.exhibitions import Exhibitions
from server.api.resources.history import History
from server.api.resources.operate import Operate
from server.api.resources.operations import Operations
from server.api.resources.pictures import Pictures
from server.api.resources.records import Records
from server.api.resources.steps import Steps
from server.api.resources.styles import Studio, Styles
from server.api.resources.versions import Versions
from server.appraisals import Appraisals
from server.apprenticeship import Apprenticeship
from server.approvals import Approvals
from server.costs import Size
from server.doctor.rounds import Rounds
from server.library import Library
from server.on_show import OnShow
from server.operations import Operations as Decided
from server.rehearsal import Rehearsal
from server.stagehand import Stagehand
from server.store.open import Store
from server.watching import Watching


@dataclass(frozen=True)
class Backstage:
    """What the console works with."""

    store: Store
    on_show: OnShow
    stagehand: Stagehand
    library: Library
    rehearsal: Rehearsal
    apprenticeship: Apprenticeship
    appraisals: Appraisals
    reception: Reception
    paint_size: Callable[[Size], Size]  # of an artwork's size: what it is painted at
    sample: Path  # the picture of ours that styles can be tried on
    fonts: tuple[str, ...]  # files, for print
    is_ready: Callable[[], bool]  # whether a worker can be asked
    keys_changed: Callable[[], Awaitable[None]]
    approvals: Approvals
    watching: Watching
    rounds: Rounds
    operations: Decided
    has_lighter: Callable[[], bool]  # whether there is a lighter network to paint with
    restart: Callable[[str], Callable[[], None] | None]  # how a worker is started again, by its number, or the dreamer
    generator: Callable[[], Mapping[str, Any] | None]  # facts of the model that makes pictures; None: there is none


def all_operations(backstage: Backstage) -> list[Operation]:
    """In the order in which the document lists them."""
    store, library, stagehand = backstage.store, backstage.library, backstage.stagehand

    def styles() -> set[str]:
        return library.ids

    studio = Studio(library, backstage.rehearsal, backstage.apprenticeship, backstage.paint_size, backstage.sample)
    resources = (
        Accounts(store.accounts, backstage.reception, store.now_s),
        Exhibitions(store, styles, stagehand.nudge, backstage.generator),
        Versions(store, stagehand, styles, backstage.reception),
        Pictures(store, backstage.appraisals, backstage.is_ready),
        Styles(store, studio),
        Codes(store, backstage.on_show, backstage.reception, backstage.fonts),
        Archives(store),
        Dreams(store, backstage.approvals, backstage.generator),
        Operate(lambda: backstage.watching.watch.latest, backstage.watching.watch.glimpse),
        Doctor(backstage.rounds),
        Alerts(backstage.watching.alerts, store.now_s),
        Operations(
            store,
            backstage.on_show,
            backstage.operations,
            has_lighter=backstage.has_lighter,
            restart=backstage.restart,
        ),
        Records(store, backstage.keys_changed),
        History(store, backstage.watching.chronicle),
        Steps(backstage.on_show, backstage.watching.chronicle),
    )
    return [operation for resource in resources for operation in resource.operations()]
