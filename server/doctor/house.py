"""What the whole house stands on: store, disk, the models' files, the clock. Nothing is changed by asking."""

from __future__ import annotations

import asyncio
import ctypes
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models.errors import ModelError
from models.style.library import read_library
from server.config import Config
from server.doctor.check import Finding, fault, skipped, warning, well
from server.doctor.pages import Pages
from server.doctor.programme import open_database_there
from server.dreamer.facts import facts_of
from server.library import Library
from server.process_settings import SHELF, dreamer_settings
from server.store.database import Database
from server.store.errors import StoreError
from server.store.migrating import revisions

LEAST_FREE_BYTES = 500_000_000  # below it, the next film or backup does not fit
APART_S = 2.0  # of two clocks: HTTP's has whole seconds
FAR_APART_S = 60.0  # from here on tickets end and exhibitions open at the wrong time
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised

DiskUse = Callable[[Path], tuple[int, int, int]]  # total, used, free bytes


# -- store ------------------------------------------------------------------------------------------------------------


async def check_store(config: Config) -> Finding:
    """Read it, and begin a change that is taken back."""
    try:
        database = open_database_there(config)
    except StoreError as error:
        return fault(f"{error}.", "Start the server once, or say in [store] url where the store is.")
    try:
        started_s = time.monotonic()
        present = await _revision(database)
        await _begin_change(database)
        took_ms = (time.monotonic() - started_s) * 1000
    except (DBAPIError, OSError, sqlite3.Error) as error:
        words = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
        return fault(
            f"{database.url}: {words}.", "See that the database runs, that the disk has room, and whose files they are."
        )
    finally:
        await database.close()
    newest = (await asyncio.to_thread(revisions))[-1]
    if present != newest:
        told = f"Its tables are at revision {present}, and this program's at {newest}."
        return warning(told, "Start the server of the same version as this command, which brings them up to date.")
    return well(f"Read and written in {took_ms:.0f} ms ({'SQLite' if database.is_sqlite else 'PostgreSQL'}).")


async def _revision(database: Database) -> str | None:
    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.read() as connection:
        return await connection.run_sync(read)


async def _begin_change(database: Database) -> None:
    """A change of no row, taken back: whoever may not write is refused all the same."""
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM exhibitions WHERE 1 = 0"))
        await connection.rollback()


# -- disk -------------------------------------------------------------------------------------------------------------


def check_disk(folder: Path, most_share: float, use: DiskUse = shutil.disk_usage) -> Finding:
    """How full the disk of the state folder is, and whether the folder can be written. Blocks."""
    if not folder.is_dir():
        return fault(f"There is no folder {folder}.", "Start the server once, or say in [server] state where it is.")
    total, _, free = use(folder)
    told = f"{free / 1e9:.1f} of {total / 1e9:.0f} GB are free at {folder}."
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(4096))
            probe.flush()
    except OSError as error:
        return fault(
            f"{folder} cannot be written: {error.strerror}.", "See whose folder it is, and what fills the disk."
        )
    advice = "Make room: old backups and engines; `vernissage engines` lists the latter."
    if free < LEAST_FREE_BYTES:
        return fault(told, advice)
    return warning(told, advice) if 1 - free / total > most_share else well(told)


# -- models -----------------------------------------------------------------------------------------------------------


def check_models(config: Config) -> Finding:
    """Whether the files of the configured models are there. Opens none, so that it costs nothing. Blocks."""
    folder, advice = Path(config.server.state), "Put the files back, or name another model in [style] or [dream]."
    try:
        model = Path(config.style.model) if config.style.model else None
        if model is not None and not model.is_file():
            return fault(f"[style] model: there is no {model}.", advice)
        styles = len(Library(folder / SHELF, model).styles)
        shipped = len(read_library())
        title = facts_of(dreamer_settings(config, folder))["title"] if config.dream.model else ""
    except ModelError as error:
        return fault(f"{error}.", advice)
    if styles < shipped and model is None:
        return fault(f"Of {shipped} styles that ship, {styles} can be used.", advice)
    return well(f"{styles} styles" + (f", and {title} for dreams." if title else "; no dreams are configured."))


# -- clock ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clocks:
    """How far other clocks are from this machine's, in seconds; None where nobody told."""

    synchronised: bool | None
    address_s: float | None  # the server at the address in the codes
    store_s: float | None  # a database on another machine


async def check_clock(config: Config, public: Pages) -> Finding:
    """Hold this machine's clock against the others."""
    synchronised = await asyncio.to_thread(is_synchronised)
    return judge_clocks(Clocks(synchronised, await _ahead(public), await _store_ahead(config)))


def judge_clocks(clocks: Clocks) -> Finding:
    """What the differences mean."""
    advice = "Synchronise all clocks with one time server: `timedatectl set-ntp true`, or the gallery's own."
    others = {"the server at the address in the codes": clocks.address_s, "the store's": clocks.store_s}
    apart = {name: seconds for name, seconds in others.items() if seconds is not None and abs(seconds) > APART_S}
    if apart:
        told = " and ".join(f"{name} by {seconds:+.0f} s" for name, seconds in apart.items())
        furthest = max(abs(seconds) for seconds in apart.values())
        return (fault if furthest > FAR_APART_S else warning)(f"Clocks differ from this machine's: {told}.", advice)
    if clocks.synchronised is None:
        return skipped("This system does not say whether its clock is synchronised; no other clock is far from it.")
    if not clocks.synchronised:
        return warning("The system says that its clock is not synchronised with any other.", advice)
    return well("Synchronised.")


def is_synchronised() -> bool | None:
    """What the kernel says of the clock (adjtimex(2), Linux), changing nothing; None where it says nothing."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        state = libc.adjtimex(ctypes.create_string_buffer(512))  # struct timex of zeros: modes 0 only reads
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


async def _ahead(public: Pages) -> float | None:
    page = await public.get("/healthz")
    try:
        said_s = parsedate_to_datetime(page.date).timestamp()
    except ValueError:
        return None
    return said_s - int(time.time())


async def _store_ahead(config: Config) -> float | None:
    try:
        database = open_database_there(config)
    except StoreError:
        return None
    try:
        if database.is_sqlite:
            return None
        async with database.read() as connection:
            said_s = await connection.scalar(text("SELECT extract(epoch FROM clock_timestamp())"))
            return float(said_s) - time.time()
    except (DBAPIError, OSError):
        return None  # the check of the store says why
    finally:
        await database.close()
