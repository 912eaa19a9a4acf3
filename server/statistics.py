"""Everything that the operator may count, as JSON values. Counts nothing itself."""

from __future__ import annotations

from typing import Any

from server.dispatch import Dispatch
from server.gateway import Gateway
from server.hall import Hall
from server.pulse import Pulse, process_numbers
from server.tally import Tally


def statistics(hall: Hall, gateway: Gateway, workers: list[Dispatch], tally: Tally, pulse: Pulse) -> dict[str, Any]:
    """Everything that the operator may count, as JSON values."""
    return {
        "sessions": {
            "live": hall.live,
            "waiting": hall.waiting,
            "away": hall.register.away,
            "max_live": hall.max_live,
            "connections": gateway.connections,
        },
        "glass_p95_ms": hall.register.glass_p95_ms(),
        "warps": hall.register.warps(),
        "server": pulse.snapshot(),
        "workers": [
            {
                "number": dispatch.number,
                "pid": dispatch.worker.pid,
                "ready": dispatch.worker.ready is not None,
                "engine": dispatch.worker.ready.engine if dispatch.worker.ready else None,
                "device_bytes": dispatch.worker.ready.device_bytes if dispatch.worker.ready else 0,
                "lighter": dispatch.paint.lighter,
                **dispatch.worker.health(),
                "sessions": dispatch.sessions,
                "frames_waiting": len(dispatch.paint.lane),
                "frames_waiting_to_be_tracked": len(dispatch.track.lane),
                **process_numbers(dispatch.worker.pid),
            }
            for dispatch in workers
        ],
        "counters": tally.snapshot(),
    }
