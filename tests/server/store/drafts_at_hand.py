"""Exhibitions in a store, for tests of drafts and versions, on both databases."""

from __future__ import annotations

from editions import SIZES, STYLES, edition, station, words
from sqlalchemy import insert

from exhibit.content import Edition, StationContent
from server.store.database import Database
from server.store.drafts import Drafts
from server.store.tables import PICTURES
from server.store.versions import Version, Versions


def content(number: int = 1, title: str = "") -> StationContent:
    """What a station says, complete."""
    return station("harbour", number, title=words(title or f"Station {number}")).content


async def hang_pictures(database: Database) -> None:
    """The rows of the pictures that `editions` speaks of."""
    rows = [{"name": name, "width": width, "height": height} for name, (width, height) in SIZES.items()]
    async with database.write() as connection:
        await connection.execute(insert(PICTURES).values(bytes=1, title="", made_at=0.0, made_by="ada"), rows)


async def make(drafts: Drafts, written: Edition | None = None, exhibition: str = "winter") -> None:
    """An exhibition's draft: of two stations that lack nothing, unless another one is given."""
    await drafts.replace(exhibition, written or edition(), "ada", "draft.replace")


async def publish(versions: Versions, exhibition: str = "winter", at: float | None = None) -> Version:
    return await versions.publish(exhibition, STYLES, "ada", at=at)


async def ids(drafts: Drafts, exhibition: str = "winter") -> list[str]:
    """The stations in order."""
    return [station.id for station in await drafts.stations(exhibition)]
