"""What an empty store begins with: an exhibition's TOML file, or the demo, published at once. Knows no account."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from exhibit.completeness import Missing
from exhibit.errors import ExhibitionError
from exhibit.exhibition import Exhibition, open_exhibition
from exhibit.experience import Dream
from server.store import audit
from server.store.errors import IncompleteError
from server.store.open import Store
from server.store.tables import AUDIT, VERSIONS
from server.store.toml_import import import_exhibition_file

log = logging.getLogger("vernissage.store")

_NAMED = 5  # of what is missing


async def seed(store: Store, file: str, styles: Collection[str]) -> None:
    """Fill a store in which nothing was ever published, nor changed by anybody. Raises ExhibitionError.

    Once something was, the file means nothing any more: the exhibition is the console's. A start that failed half-way
    counts for nothing.
    """
    if await _is_in_use(store):
        if file:
            log.info("the store has its exhibitions; %s was read at the first start", file)
        return
    exhibition = open_exhibition(file)
    if not file and not store.rules.dreams:
        exhibition = _without_dreams(exhibition)
    name = await import_exhibition_file(store, exhibition, audit.SYSTEM, replace=True)
    try:
        await store.versions.publish(name, styles, audit.SYSTEM, note="The first version")
    except IncompleteError as error:
        raise ExhibitionError(f"{file or 'the demo'}: {_words(error.missing)}") from error
    log.info("began with the exhibition %s", name)


def _without_dreams(demo: Exhibition) -> Exhibition:
    """The demo as far as it can be shown where no model makes pictures from words."""
    rest = tuple(station for station in demo.stations if not isinstance(station.experience, Dream))
    if rest != demo.stations:
        log.info("the demo's station for pictures from words is left out: no model is configured")
    return replace(demo, stations=rest)


async def _is_in_use(store: Store) -> bool:
    published = select(VERSIONS.c.number).limit(1)
    changed = select(AUDIT.c.id).where(AUDIT.c.who != audit.SYSTEM).limit(1)
    async with store.database.read() as connection:
        return any([(await connection.execute(query)).first() is not None for query in (published, changed)])


def _words(missing: Collection[Missing]) -> str:
    named = [f"station {one.station}: {one.sentence}" if one.station else one.sentence for one in missing]
    more = f" (and {len(named) - _NAMED} more)" if len(named) > _NAMED else ""
    return " ".join(named[:_NAMED]) + more
