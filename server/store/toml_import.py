"""Takes an exhibition that was written as a TOML file, with its pictures and clips, into the store."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from exhibit.edition_of_file import edition_of_file
from exhibit.errors import ExhibitionError
from exhibit.exhibition import Exhibition, load_exhibition
from server.store.archive import put_draft
from server.store.errors import RefusedPictureError
from server.store.pictures import Picture

if TYPE_CHECKING:
    from server.store.open import Store

    Keep = Callable[[bytes, str, str], Awaitable[Picture]]


async def import_file(
    store: Store, path: Path, who: str, *, exhibition: str | None = None, replace: bool = False
) -> str:
    """Read the file and take its exhibition, as `import_exhibition_file` does."""
    loaded = await asyncio.to_thread(load_exhibition, path)
    return await import_exhibition_file(store, loaded, who, exhibition=exhibition, replace=replace)


async def import_exhibition_file(
    store: Store, loaded: Exhibition, who: str, *, exhibition: str | None = None, replace: bool = False
) -> str:
    """Keep the pictures, and make the draft; its id, which is the file's where no other is asked for.

    All or nothing, but for pictures that were kept before something was refused: `collect` removes them.
    Raises ExhibitionError, TakenError where there is such an exhibition already and it may not be replaced.
    """
    stored: dict[str, str] = {}
    for station in loaded.stations:
        stored[station.artwork.picture] = await _kept(loaded.picture(station), store.pictures.keep, who)
        if overlay := loaded.overlay(station):
            stored[overlay.name] = await _kept(overlay, store.pictures.keep_overlay, who)
    edition = edition_of_file(loaded, stored)
    return await put_draft(store, exhibition or loaded.id, edition, who, replace=replace)


async def _kept(path: Path, keep: Keep, who: str) -> str:
    try:
        data = await asyncio.to_thread(path.read_bytes)
        return (await keep(data, path.name, who)).name
    except OSError as error:
        raise ExhibitionError(f"{path}: cannot be read: {error.strerror}") from error
    except RefusedPictureError as error:
        raise ExhibitionError(f"{path.name}: {error}") from error
