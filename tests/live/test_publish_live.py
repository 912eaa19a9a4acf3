"""What is published reaches a live server and the visitors who are there: from another process, by the store alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from galleries import LIVE, OPEN_STATION, QUICK_STUB, SMALL, door_of, write_exhibition
from test_bad_input import refused
from visitor import connected, entered, eventually, hello_fields, style_ids

from exhibit.content import Edition, NumberedStation
from exhibit.protocol import encode_text
from exhibit.refusal import Refusal
from models.style.library import read_library
from server.bench.running import RunningServer
from server.config import Config
from server.store.open import Store, open_store

STYLES = [style.id for style in read_library()]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    file = write_exhibition(tmp_path_factory.mktemp("exhibition"))
    with RunningServer({"style": QUICK_STUB, "lens": SMALL, "exhibition": {"file": str(file)}}) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture
async def store(server: RunningServer) -> AsyncIterator[Store]:
    """The server's own, opened beside it, as the command line or another machine does."""
    opened = await open_store(Config(), Path(server.folder) / "state")
    yield opened
    await opened.close()


async def publish(store: Store, **changes: Any) -> None:
    """Another version, its first station with other content."""
    edition = await store.drafts.edition(LIVE)
    first, *others = edition.stations
    content = type(first.content).model_validate(first.content.model_dump() | changes)
    stations = (NumberedStation(id=first.id, content=content), *others)
    await store.drafts.replace(LIVE, Edition(exhibition=edition.exhibition, stations=stations), "ada", "draft.replace")
    await store.versions.publish(LIVE, STYLES, "ada")


def lens(*styles: str) -> dict[str, Any]:
    return {"kind": "lens", "styles": styles, "default": {styles[0]: 1.0}}


async def test_a_visitor_goes_on_in_what_was_published_and_goes_when_the_station_closes(
    server: RunningServer, store: Store
) -> None:
    door = door_of(server, LIVE, OPEN_STATION)
    async with entered(door) as visitor:
        assert style_ids(visitor) == STYLES
        await visitor.paint()
        await publish(store, experience=lens("scream", "udnie"))
        changed = await visitor.hear("changed")
        assert (changed["station"]["styles"], changed["settings"]["style"]) == (["scream", "udnie"], {"scream": 1.0})
        await visitor.paint()
        async with entered(door) as newcomer:
            assert style_ids(newcomer) == ["scream", "udnie"]
        await publish(store, open=False)
        await refused(visitor, Refusal.STATION_CLOSED)
        assert await visitor.closed() == Refusal.STATION_CLOSED.close
    async with connected(door) as latecomer:
        await latecomer.send(encode_text("hello", **hello_fields(door)))
        await refused(latecomer, Refusal.STATION_CLOSED)
    await publish(store, open=True)
    await eventually(lambda: "version 4" in server.log, "the station is open again")
    async with entered(door) as visitor:
        await visitor.paint()
