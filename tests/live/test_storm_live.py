"""Phones that come all at once: everybody is told what becomes of them, and nobody who was in is dropped."""

from __future__ import annotations

import pytest
from visitor import entered

from server.bench.operate_storm import measure_storm
from server.bench.running import RunningServer
from server.visitors.door import Door
from server.visitors.newcomer import newcomers


async def test_sixty_phones_at_once_are_all_told_beside_one_that_is_painted_for(
    gallery: RunningServer, door: Door
) -> None:
    async with entered(door) as inside:
        await inside.paint()
        waits_s = await newcomers(door, 60, over_s=0.1, stay_s=0.1)
        await inside.paint()
    assert len(waits_s) == 60 and None not in waits_s


@pytest.mark.slow
def test_a_storm_drops_nobody() -> None:
    storm = measure_storm(100, lambda _: None)
    assert (storm.dropped_live, storm.untold) == (0, 0)
