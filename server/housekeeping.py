"""What has to be tidied up once a day: pictures that nothing speaks of, sessions and links that have ended."""

from __future__ import annotations

import asyncio
import logging

from server.store.open import Store

log = logging.getLogger("vernissage.housekeeping")

A_DAY_S = 86_400.0
AGAIN_S = 600.0  # after it failed


async def keep_house(store: Store) -> None:
    """Tidy up now and then once a day, until cancelled."""
    while True:
        tidied = await _tidy(store)
        await asyncio.sleep(A_DAY_S if tidied else AGAIN_S)


async def _tidy(store: Store) -> bool:
    try:
        pictures = await store.pictures.collect()
        ended = await store.accounts.sweep()
    except Exception:
        log.exception("nothing could be tidied up; trying again in %.0f s", AGAIN_S)
        return False
    if pictures or ended:
        log.info("tidied up: %d pictures, %d sessions and links", len(pictures), ended)
    return True
