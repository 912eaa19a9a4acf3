"""News from PostgreSQL: what another machine shows is seen at once, also after the connection was lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from accounts_at_hand import Clock
from drafts_at_hand import hang_pictures, make, publish
from editions import STYLES, edition, station
from sqlalchemy import text

from exhibit.ticket import Keyring
from server import stagehand
from server.on_show import OnShow
from server.stagehand import Stagehand
from server.store import news
from server.store.database import Database, connect
from server.store.drafts import Drafts
from server.store.news import News
from server.store.open import store_of
from server.store.versions import Versions, _show

POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SOON_S = 10.0  # within which something happens that is not timed here
LISTENERS = text("SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON_S):
        while not true():
            await asyncio.sleep(0.002)


@pytest.fixture(name="elsewhere")
async def _elsewhere(database_url: str) -> AsyncIterator[Database]:
    """The database as another machine has it open, with an exhibition, winter, that nobody published."""
    other = connect(database_url)
    await hang_pictures(other)
    await make(Drafts(other, Clock()))
    yield other
    await other.close()


class Heard:
    """Counts news."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture(name="heard")
async def _heard(database: Database) -> AsyncIterator[Heard]:
    """What is heard here; somebody listens already."""
    heard = Heard()
    task = asyncio.create_task(News(database, heard).run())
    await until(lambda: heard.times == 1)
    yield heard
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@POSTGRESQL
async def test_what_another_machine_publishes_is_on_show_long_before_anybody_looks(
    database: Database, elsewhere: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stagehand, "LOOK_S", 3600.0)
    store = store_of(database, tmp_path)
    on_show = OnShow(Keyring({1: bytes(32)}, 1))
    hand = Stagehand(store, on_show, lambda: STYLES, store.now_s)
    versions = Versions(elsewhere, store.now_s)

    def version() -> int:
        shown = on_show.exhibition("winter")
        return shown.version if shown is not None else 0

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(hand.run()), tasks.create_task(News(database, hand.nudge).run())]
        await publish(versions)
        await until(lambda: version() == 1)
        await make(Drafts(elsewhere, store.now_s), edition(station("snow", 3)))
        await publish(versions)
        await until(lambda: version() == 2)
        await versions.withdraw("winter", "ada")
        await until(lambda: not on_show.exhibitions)
        for task in running:
            task.cancel()


@POSTGRESQL
async def test_each_change_of_what_is_shown_is_news_and_no_other_change(
    heard: Heard, elsewhere: Database, clock: Clock
) -> None:
    versions = Versions(elsewhere, clock)
    await publish(versions)
    await until(lambda: heard.times == 2)
    await versions.roll_back("winter", 1, "ada")
    await until(lambda: heard.times == 3)
    await make(Drafts(elsewhere, clock))
    await publish(versions, at=clock.now_s + 60)
    await versions.withdraw("winter", "ada")
    await until(lambda: heard.times == 4)
    clock.now_s += 60
    await versions.advance()
    await until(lambda: heard.times == 5)


@POSTGRESQL
async def test_a_publication_that_is_not_kept_is_no_news(heard: Heard, elsewhere: Database, clock: Clock) -> None:
    with pytest.raises(RuntimeError, match="half-way"):
        async with elsewhere.write() as connection:
            await _show(connection, "winter", None)
            raise RuntimeError("half-way")
    await publish(Versions(elsewhere, clock))
    await until(lambda: heard.times > 1)
    assert heard.times == 2


@POSTGRESQL
async def test_a_lost_connection_is_made_again_and_what_was_missed_is_told(
    heard: Heard, elsewhere: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(news, "FIRST_PAUSE_S", 0.01)
    with caplog.at_level(logging.WARNING):
        await end(await listener(elsewhere), elsewhere)
        await publish(Versions(elsewhere, clock))
        await until(lambda: heard.times >= 2)
        before = heard.times
        await publish(Versions(elsewhere, clock))
        await until(lambda: heard.times > before)
    assert "no news from the database" in caplog.text


async def listener(database: Database) -> int:
    async with database.read() as connection:
        number: int = (await connection.execute(LISTENERS)).scalar_one()
    return number


async def end(number: int, database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})


@POSTGRESQL
async def test_a_silent_connection_is_asked_whether_it_is_still_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "CHECK_S", 0.01)
    monkeypatch.setattr(news, "FIRST_PAUSE_S", 0.01)
    heard = Heard()
    task = asyncio.create_task(News(database, heard).run())
    await until(lambda: heard.times == 1)
    await asyncio.sleep(0.05)
    assert heard.times == 1, "it answered"
    monkeypatch.setattr(news, "ANSWER_S", 0.0)
    await until(lambda: heard.times > 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_while_nobody_answers_it_is_said_once_and_tried_less_and_less_often(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 9:
            raise asyncio.CancelledError

    nobody = connect(f"postgresql://ada:secret@127.0.0.1:{unused_tcp_port}/house")
    monkeypatch.setattr(news.asyncio, "sleep", pause)
    with caplog.at_level(logging.WARNING), pytest.raises(asyncio.CancelledError):
        await News(nobody, lambda: None).run()
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert caplog.text.count("no news from the database") == 1
    assert "secret" not in caplog.text


@POSTGRESQL
async def test_who_listens_no_more_holds_no_connection(database: Database, elsewhere: Database) -> None:
    heard = Heard()
    task = asyncio.create_task(News(database, heard).run())
    await until(lambda: heard.times == 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    async with asyncio.timeout(SOON_S):
        while await listeners(elsewhere):
            await asyncio.sleep(0.005)


async def listeners(database: Database) -> int:
    async with database.read() as connection:
        return len((await connection.execute(LISTENERS)).all())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_has_no_news(database: Database) -> None:
    with pytest.raises(ValueError, match="expected PostgreSQL, got SQLite"):
        News(database, lambda: None)
