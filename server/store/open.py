"""Everything that is kept, opened together: the database with what reads and changes it, and the folder of pictures."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exhibit.completeness import NO_DREAMS, Rules
from server.config import Config
from server.store.accounts import Accounts
from server.store.database import Database, open_database, sqlite_url
from server.store.drafts import Drafts
from server.store.kept import KeptPictures
from server.store.keys import Keys
from server.store.operations import Operations
from server.store.pictures import Pictures
from server.store.presence import Presence
from server.store.versions import Versions

URL_VARIABLE = "VERNISSAGE_STORE_URL"  # may hold a password, which a file of settings must not
FILE = "store.db"  # in the state folder
PICTURES = "pictures"
KEPT = "kept"  # beside them: what visitors keep


@dataclass(frozen=True)
class Store:
    """The parts, on one database."""

    database: Database
    drafts: Drafts
    versions: Versions
    pictures: Pictures
    accounts: Accounts
    keys: Keys
    presence: Presence
    kept: KeptPictures
    operations: Operations
    now_s: Callable[[], float]
    rules: Rules = NO_DREAMS

    async def close(self) -> None:
        """Let the database and the threads go."""
        self.pictures.close()
        await self.database.close()


async def open_store(config: Config, folder: Path, now_s: Callable[[], float] = time.time) -> Store:
    """Open the store that the environment or the configuration names, in the state folder by default; made if it is
    not there. Raises StoreUnusableError.
    """
    return store_of(await open_database(store_url(config, folder)), folder / PICTURES, now_s, rules_of(config))


def store_url(config: Config, folder: Path) -> str:
    """Where the database is."""
    return os.environ.get(URL_VARIABLE, "") or config.store.url or sqlite_url(folder / FILE)


def rules_of(config: Config) -> Rules:
    """What this house asks of every exhibition."""
    return Rules(dreams=bool(config.dream.model), mark_needed=config.dream.mark == "required")


def store_of(
    database: Database, pictures: Path, now_s: Callable[[], float] = time.time, rules: Rules = NO_DREAMS
) -> Store:
    """The store on a database that is open."""
    return Store(
        database,
        Drafts(database, now_s),
        Versions(database, now_s, rules),
        Pictures(database, pictures, now_s),
        Accounts(database, now_s),
        Keys(database, now_s),
        Presence(database, now_s),
        KeptPictures(database, pictures.with_name(KEPT), now_s),
        Operations(database, now_s),
        now_s,
        rules,
    )
