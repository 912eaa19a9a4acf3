"""A state folder with a large exhibition on show and somebody logged in, for a server to start on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from server.api.catalogue import Catalogue
from server.bench.store_crowd import crowd, drawn_pictures
from server.config import Config
from server.library import Library
from server.on_show import OnShow
from server.process_settings import SHELF
from server.stagehand import Stagehand
from server.state import State, open_state
from server.store.open import open_store

EXHIBITION = "crowd"
_LOGIN, _PASSWORD = "bench", "four blue chairs by the window"
_STYLES = 4  # on offer at each station


@dataclass(frozen=True)
class House:
    """What a server will find, and what its visitors and its curator have in hand."""

    state: State
    library: Library
    session: str  # the secret of an admin's cookie
    tickets: Sequence[str]  # one of each station


async def furnish(folder: Path) -> House:
    """Fill a state folder."""
    state = open_state(folder, http=True, addresses=())
    library = Library(folder / SHELF)
    store = await open_store(Config(), folder)
    try:
        invitation = await store.accounts.first_invitation()
        assert invitation is not None, "a new store has no user"
        user = await store.accounts.accept_invitation(invitation, _LOGIN, "Bench", _PASSWORD)
        session, _ = await store.accounts.log_in(_LOGIN, _PASSWORD, "bench")
        pictures = [(await store.pictures.keep(data, "drawn.jpg", user.id)).name for data in drawn_pictures()]
        edition = crowd(sorted(library.ids)[:_STYLES], pictures)
        await store.drafts.replace(EXHIBITION, edition, user.id, "draft.replace")
        await store.versions.publish(EXHIBITION, library.ids, user.id)
        keyring = await store.keys.keyring(state.signing_key)
        tickets = [keyring.sign(EXHIBITION, station.content.number) for station in edition.stations]
        return House(state, library, session, tickets)
    finally:
        store.pictures.close()
        await store.close()


async def catalogue_of(house: House) -> Catalogue:
    """What the server shows, in this process."""
    store = await open_store(Config(), house.state.folder)
    try:
        on_show = OnShow(await store.keys.keyring(house.state.signing_key))
        await Stagehand(store, on_show, lambda: house.library.ids, store.now_s).look()
        return Catalogue(on_show, house.library.styles, store.pictures.folder)
    finally:
        store.pictures.close()
        await store.close()
