"""Live servers for these tests: `vernissage run` as a process of its own, on plain HTTP and the stub painter.

What the tests rely on, beside exhibit/PROTOCOL.md:
- `vernissage run --config FILE`, and the keys of server/config.py;
- `GET /api/v1/stats` from this machine: `sessions` (live, waiting, away, connections), `server` (loop_lag_p99_ms,
  rss_bytes, cpu_s), `workers` (pid, ready, restarts, last_fault), `counters` (name -> reason -> count);
- `/` lists the open stations with links to /v/TICKET;
- the stub painter answers with the inverse of each frame;
- the signing key is STATE/signing.key in hexadecimal, under key id 1;
- the store, STATE/store.db, is made at the first start, from the file that [exhibition] names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from galleries import LIVE, OPEN_STATION, QUICK_STUB, SMALL, STRICT, door_of, write_exhibition

from server.bench.running import RunningServer
from server.visitors.door import Door


@pytest.fixture(scope="session")
def exhibition_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_exhibition(tmp_path_factory.mktemp("exhibition"))


@pytest.fixture(scope="session")
def gallery() -> Iterator[RunningServer]:
    """The demo exhibition with default limits and nobody waiting."""
    with RunningServer({"style": QUICK_STUB, "lens": SMALL, "room": {"max_live": 1000}}) as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="module")
def strict_gallery(exhibition_file: Path) -> Iterator[RunningServer]:
    """Tight limits, and a proxy on this machine that is trusted."""
    settings = {
        "server": {"trusted_proxies": ["127.0.0.1"]},
        "exhibition": {"file": str(exhibition_file)},
        "style": QUICK_STUB,
        "lens": SMALL,
        "room": {"max_live": 1000},
        "limits": STRICT,
    }
    with RunningServer(settings) as server:
        yield server
        assert "Traceback" not in server.log, server.log


@pytest.fixture(scope="module")
def strict_door(strict_gallery: RunningServer) -> Door:
    return door_of(strict_gallery, LIVE, OPEN_STATION)


@pytest.fixture(scope="session")
def door(gallery: RunningServer) -> Door:
    return gallery.door()
