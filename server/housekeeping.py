"""What has to be tidied up: daily, pictures that nothing speaks of, ended sessions and old days; hourly, what visitors
kept."""

from __future__ import annotations

import asyncio
import logging

from server.store.open import Store
from server.watch.chronicle import Chronicle

log = logging.getLogger("vernissage.housekeeping")

A_DAY_S, AN_HOUR_S = 86_400.0, 3600.0
AGAIN_S = 600.0  # after it failed


async def keep_house(store: Store, chronicle: Chronicle) -> None:
    """Tidy up now and then once a day, and remove what expired once an hour, until cancelled."""
    while True:
        tidied = await _tidy(store, chronicle)
        for _ in range(round(A_DAY_S / AN_HOUR_S) if tidied else 0):
            await asyncio.sleep(AN_HOUR_S)
            await _let_expire(store)
        if not tidied:
            await asyncio.sleep(AGAIN_S)


async def _tidy(store: Store, chronicle: Chronicle) -> bool:
    try:
        pictures = await store.pictures.collect()
        ended = await store.accounts.sweep()
        old = await chronicle.sweep()
    except Exception:
        log.exception("nothing could be tidied up; trying again in %.0f s", AGAIN_S)
        return False
    if pictures or ended or old:
        log.info("tidied up: %d pictures, %d sessions and links, %d rows of old days", len(pictures), ended, old)
    return await _let_expire(store)


async def _let_expire(store: Store) -> bool:
    try:
        expired = await store.kept.sweep()
    except Exception:
        log.exception("pictures that visitors kept and that have expired could not be removed")
        return False
    if expired:
        log.info("%d pictures that visitors kept have expired", expired)
    return True
