"""What is on show, as commands that do not serve it read it from the store: a store that is empty is filled first."""

from __future__ import annotations

import asyncio
from pathlib import Path

from server.address import lan_addresses
from server.config import Config
from server.library import Library
from server.on_show import OnShow
from server.process_settings import SHELF
from server.stagehand import Stagehand
from server.state import open_state
from server.store.open import open_store
from server.store.seed import seed


def read_shown(config: Config) -> OnShow:
    """Every exhibition that visitors see now, with the keys of its tickets.

    Raises StateError, StoreError, ExhibitionError and ModelError.
    """
    return asyncio.run(_read(config))


async def _read(config: Config) -> OnShow:
    state = open_state(Path(config.server.state), http=config.server.http, addresses=lan_addresses())
    store = await open_store(config, state.folder)
    try:
        model = Path(config.style.model) if config.style.model else None
        styles = Library(state.folder / SHELF, model).ids
        await seed(store, config.exhibition.file, styles)
        on_show = OnShow(await store.keys.keyring(state.signing_key), store.now_s)
        await Stagehand(store, on_show, lambda: styles, store.now_s).look()
        return on_show
    finally:
        await store.close()
