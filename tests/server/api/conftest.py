"""One house for the tests of each file, with a person of each role; what a test changes in it has an id of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from api_house import House
from api_seat import Seat

from server.permission import Role
from server.store.database import open_database, sqlite_url


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that has every table and no row."""

    async def make(file: Path) -> None:
        await (await open_database(sqlite_url(file))).close()

    file = tmp_path_factory.mktemp("sqlite") / "tables.db"
    asyncio.run(make(file))
    return file


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with House.open(tmp_path_factory.mktemp("house"), tables) as opened:
        yield opened


@pytest.fixture
def passing_time(house: House) -> Iterator[None]:
    """A test may move the clock: it is put back afterwards, or sessions would end."""
    then = house.now
    yield
    house.now = then


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(house: House) -> Seat:
    """The first who came, and the only admin."""
    return await house.seat(Role.ADMIN)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def curator(house: House, admin: Seat) -> Seat:
    return await house.seat(Role.CURATOR)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def other_curator(house: House, admin: Seat) -> Seat:
    return await house.seat(Role.CURATOR)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def operator(house: House, admin: Seat) -> Seat:
    return await house.seat(Role.OPERATOR)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def viewer(house: House, admin: Seat) -> Seat:
    return await house.seat(Role.VIEWER)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stranger(house: House) -> Seat:
    """Nobody is logged in there."""
    return await house.seat()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seats(admin: Seat, curator: Seat, operator: Seat, viewer: Seat) -> dict[Role, Seat]:
    """One for each role."""
    return {Role.ADMIN: admin, Role.CURATOR: curator, Role.OPERATOR: operator, Role.VIEWER: viewer}
