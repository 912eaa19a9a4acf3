"""What visitors keep: only who has the link sees it, only its owner deletes it, only a curator makes it public."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest
from accounts_at_hand import Clock
from kept_at_hand import JPEG, MADE
from sqlalchemy import func, select

from exhibit.content import ExhibitionContent
from server.store import audit, kept
from server.store.database import Database
from server.store.drafts import Drafts
from server.store.errors import NotThereError, RefusedPictureError
from server.store.kept import KeptFullError, KeptPictures
from server.store.kept_rows import OnWall, Receipt
from server.store.tables import KEPT_PICTURES

A_DAY_S = 86_400.0


@pytest.fixture
async def pictures(database: Database, tmp_path: Path, clock: Clock) -> KeptPictures:
    """Of the exhibitions winter and summer."""
    for name in ("winter", "summer"):
        await Drafts(database, clock).make(name, ExhibitionContent(), "ada")
    return KeptPictures(database, tmp_path / "kept", clock, most=5)


async def keep(
    pictures: KeptPictures, clock: Clock, exhibition: str = "winter", days: float = 1, *, offered: bool = False
) -> Receipt:
    return await pictures.keep(exhibition, "harbour", JPEG, MADE, clock() + days * A_DAY_S, offered=offered)


async def offered_id(pictures: KeptPictures, clock: Clock) -> str:
    found = await pictures.find((await keep(pictures, clock, offered=True)).token)
    assert found is not None
    return found.id


def files(pictures: KeptPictures) -> list[str]:
    return sorted(path.name for path in pictures.folder.iterdir())


# -- keeping ------------------------------------------------------------------------------------------------------


async def test_who_has_the_link_finds_the_picture_and_how_it_was_made(pictures: KeptPictures, clock: Clock) -> None:
    receipt = await keep(pictures, clock)
    found = await pictures.find(receipt.token)
    assert found is not None
    assert (found.exhibition, found.station, found.made, found.wall) == ("winter", "harbour", MADE, OnWall.PRIVATE)
    assert (found.kept_at, found.expires_at) == (clock(), clock() + A_DAY_S)
    assert await pictures.picture(found) == JPEG


async def test_neither_secret_is_in_the_database_or_in_the_folder(
    pictures: KeptPictures, clock: Clock, database: Database
) -> None:
    receipt = await keep(pictures, clock)
    async with database.read() as connection:
        (row,) = (await connection.execute(select(KEPT_PICTURES))).all()
    for secret in (receipt.token, receipt.owner):
        assert secret not in str(row) + str(files(pictures))
        assert len(secret) == 22  # 128 bits


async def test_only_the_owner_of_the_server_reads_the_folder(pictures: KeptPictures, clock: Clock) -> None:
    await keep(pictures, clock)
    assert pictures.folder.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in pictures.folder.iterdir()] == [0o600]


async def test_the_same_picture_kept_twice_is_two_pictures(pictures: KeptPictures, clock: Clock) -> None:
    first, second = await keep(pictures, clock), await keep(pictures, clock)
    assert await pictures.remove(first.token, first.owner)
    assert await pictures.find(second.token) is not None
    assert len(files(pictures)) == 1


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff" + bytes(kept.MAX_BYTES)])
async def test_what_is_no_jpeg_or_too_large_is_refused(pictures: KeptPictures, data: bytes) -> None:
    with pytest.raises(RefusedPictureError, match="expected a JPEG of at most 1048576 bytes"):
        await pictures.keep("winter", "harbour", data, MADE, 9e9)


async def test_an_exhibition_that_is_gone_keeps_nothing_and_leaves_no_file(
    pictures: KeptPictures, clock: Clock
) -> None:
    with pytest.raises(NotThereError, match="no exhibition 'autumn'"):
        await keep(pictures, clock, "autumn")
    assert files(pictures) == []


async def test_more_than_may_be_are_refused_until_some_have_expired(pictures: KeptPictures, clock: Clock) -> None:
    for days in (1, 2, 2, 2, 2):
        await keep(pictures, clock, days=days)
    with pytest.raises(KeptFullError, match="at most 5 kept pictures"):
        await keep(pictures, clock)
    assert len(files(pictures)) == 5
    clock.now_s += A_DAY_S
    await keep(pictures, clock)
    assert len(files(pictures)) == 5


async def test_a_picture_whose_file_was_lost_is_not_there(pictures: KeptPictures, clock: Clock) -> None:
    found = await pictures.find((await keep(pictures, clock)).token)
    assert found is not None
    (pictures.folder / files(pictures)[0]).unlink()
    with pytest.raises(NotThereError):
        await pictures.picture(found)


# -- the end ------------------------------------------------------------------------------------------------------


async def test_a_picture_that_has_expired_is_gone_for_everybody_before_it_is_swept(
    pictures: KeptPictures, clock: Clock
) -> None:
    receipt = await keep(pictures, clock, offered=True)
    clock.now_s += A_DAY_S
    assert await pictures.find(receipt.token) is None
    assert not await pictures.offer(receipt.token, receipt.owner)
    assert not await pictures.withdraw(receipt.token, receipt.owner)
    assert not await pictures.remove(receipt.token, receipt.owner)
    assert await pictures.offered("winter") == []


async def test_sweeping_removes_rows_and_files_of_what_has_expired_and_nothing_else(
    pictures: KeptPictures, clock: Clock, database: Database
) -> None:
    await keep(pictures, clock)
    lasting = await keep(pictures, clock, days=3)
    clock.now_s += A_DAY_S
    assert await pictures.sweep() == 1
    assert len(files(pictures)) == 1
    assert await pictures.find(lasting.token) is not None
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(KEPT_PICTURES))).scalar_one() == 1


async def test_sweeping_removes_files_without_a_row_once_their_row_can_no_longer_be_on_its_way(
    pictures: KeptPictures, clock: Clock
) -> None:
    await keep(pictures, clock)
    for name, age_s in (("0" * 64, 7200.0), ("1" * 64, 60.0)):
        path = pictures.folder / f"{name}.jpg"
        path.write_bytes(JPEG)
        os.utime(path, (clock() - age_s, clock() - age_s))
    assert await pictures.sweep() == 0
    assert len(files(pictures)) == 2
    assert f"{'1' * 64}.jpg" in files(pictures)


async def test_they_go_with_their_exhibition(pictures: KeptPictures, clock: Clock, database: Database) -> None:
    gone, stays = await keep(pictures, clock), await keep(pictures, clock, "summer")
    await Drafts(database, clock).remove("winter", "ada")
    assert await pictures.find(gone.token) is None
    assert await pictures.find(stays.token) is not None
    for path in pictures.folder.iterdir():
        os.utime(path, (clock() - 7200, clock() - 7200))
    await pictures.sweep()
    assert len(files(pictures)) == 1


# -- its visitor --------------------------------------------------------------------------------------------------


async def test_its_owner_deletes_it_for_good(pictures: KeptPictures, clock: Clock) -> None:
    receipt = await keep(pictures, clock)
    assert await pictures.remove(receipt.token, receipt.owner)
    assert await pictures.find(receipt.token) is None
    assert files(pictures) == []
    assert not await pictures.remove(receipt.token, receipt.owner)


async def test_nobody_else_changes_it_though_they_have_the_link(pictures: KeptPictures, clock: Clock) -> None:
    mine, other = await keep(pictures, clock), await keep(pictures, clock)
    for owner in (other.owner, "", mine.token, "\ud800"):
        assert not await pictures.remove(mine.token, owner)
        assert not await pictures.offer(mine.token, owner)
        assert not await pictures.withdraw(mine.token, owner)
    found = await pictures.find(mine.token)
    assert found is not None
    assert found.wall is OnWall.PRIVATE


async def test_it_may_be_offered_and_withdrawn_again_and_again(pictures: KeptPictures, clock: Clock) -> None:
    receipt = await keep(pictures, clock)
    for _ in range(2):
        assert await pictures.offer(receipt.token, receipt.owner)
        assert await pictures.offer(receipt.token, receipt.owner)
        assert len(await pictures.offered("winter")) == 1
        assert await pictures.withdraw(receipt.token, receipt.owner)
        assert await pictures.withdraw(receipt.token, receipt.owner)
        assert await pictures.offered("winter") == []


async def test_one_that_was_rejected_cannot_be_offered_again_by_withdrawing_it(
    pictures: KeptPictures, clock: Clock
) -> None:
    receipt = await keep(pictures, clock, offered=True)
    found = await pictures.find(receipt.token)
    assert found is not None
    await pictures.decide("winter", found.id, "ada", approve=False)
    assert await pictures.withdraw(receipt.token, receipt.owner)
    assert not await pictures.offer(receipt.token, receipt.owner)
    assert await pictures.offered("winter") == []


# -- curators and the wall ----------------------------------------------------------------------------------------


async def test_nothing_is_on_the_wall_before_a_curator_approved_it(pictures: KeptPictures, clock: Clock) -> None:
    await keep(pictures, clock)
    kept_id = await offered_id(pictures, clock)
    assert await pictures.on_wall("winter", "harbour") == []
    decided = await pictures.decide("winter", kept_id, "ada", approve=True)
    assert (decided.wall, decided.decided_by, decided.decided_at) == (OnWall.APPROVED, "ada", clock())
    assert [one.id for one in await pictures.on_wall("winter", "harbour")] == [kept_id]
    assert await pictures.on_wall("winter", "garden") == []
    assert await pictures.on_wall("summer", "harbour") == []


async def test_the_wall_shows_the_newest_first_and_no_more_than_it_has_room_for(
    pictures: KeptPictures, clock: Clock
) -> None:
    ids = []
    for _ in range(3):
        ids.append(await offered_id(pictures, clock))
        clock.now_s += 1
        await pictures.decide("winter", ids[-1], "ada", approve=True)
    assert [one.id for one in await pictures.on_wall("winter", "harbour", limit=2)] == ids[:0:-1]


async def test_an_approved_picture_leaves_the_wall_when_its_visitor_or_a_curator_wants_it(
    pictures: KeptPictures, clock: Clock
) -> None:
    receipt = await keep(pictures, clock, offered=True)
    (first,) = await pictures.offered("winter")
    other = await offered_id(pictures, clock)
    for kept_id in (first.id, other):
        await pictures.decide("winter", kept_id, "ada", approve=True)
    assert await pictures.withdraw(receipt.token, receipt.owner)
    assert [one.id for one in await pictures.on_wall("winter", "harbour")] == [other]
    await pictures.decide("winter", other, "ben", approve=False)
    assert await pictures.on_wall("winter", "harbour") == []


async def test_what_was_approved_before_a_withdrawal_needs_another_approval(
    pictures: KeptPictures, clock: Clock
) -> None:
    receipt = await keep(pictures, clock, offered=True)
    (found,) = await pictures.offered("winter")
    await pictures.decide("winter", found.id, "ada", approve=True)
    await pictures.withdraw(receipt.token, receipt.owner)
    await pictures.offer(receipt.token, receipt.owner)
    (again,) = await pictures.offered("winter")
    assert (again.wall, again.decided_by) == (OnWall.OFFERED, None)


async def test_nothing_can_be_decided_of_a_private_picture_or_one_of_another_exhibition(
    pictures: KeptPictures, clock: Clock
) -> None:
    private = await pictures.find((await keep(pictures, clock)).token)
    assert private is not None
    kept_id = await offered_id(pictures, clock)
    for exhibition, wanted in (("winter", private.id), ("summer", kept_id), ("winter", "nothing")):
        with pytest.raises(NotThereError, match="not offered"):
            await pictures.decide(exhibition, wanted, "ada", approve=True)


async def test_a_decision_is_in_the_audit_log_without_the_visitors_words(
    pictures: KeptPictures, clock: Clock, database: Database
) -> None:
    kept_id = await offered_id(pictures, clock)
    await pictures.decide("winter", kept_id, "ada", approve=True)
    await pictures.decide("winter", kept_id, "ben", approve=False)
    entries = (await audit.entries(database, exhibition="winter"))[:2]
    assert [(e.who, e.action, e.subject, e.detail) for e in entries] == [
        ("ben", "dream.reject", kept_id, {}),
        ("ada", "dream.approve", kept_id, {}),
    ]


async def test_a_deletion_and_a_decision_at_the_same_time_leave_nothing_behind(
    pictures: KeptPictures, clock: Clock
) -> None:
    receipt = await keep(pictures, clock, offered=True)
    (found,) = await pictures.offered("winter")
    removed, _ = await asyncio.gather(
        pictures.remove(receipt.token, receipt.owner),
        pictures.decide("winter", found.id, "ada", approve=True),
        return_exceptions=True,
    )
    assert removed is True
    assert await pictures.on_wall("winter", "harbour") == []
    assert files(pictures) == []


async def test_words_in_any_script_come_back_as_they_were(pictures: KeptPictures, clock: Clock) -> None:
    made = replace(MADE, words='光 ثلج 🌊 "quoted" \\ \n', styles={})
    receipt = await pictures.keep("winter", "harbour", JPEG, made, clock() + 1)
    found = await pictures.find(receipt.token)
    assert found is not None
    assert found.made == made
