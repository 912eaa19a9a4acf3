"""A house that is open in a thread of its own, for clients that know no event loop, with things to be found in it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, Self

from api_house import STYLES, House
from api_seat import PASSWORD
from dreams_at_hand import keep
from editions import lens, station

from exhibit.content import CodeContent
from server.api.call import csrf_of
from server.permission import Role
from server.store.errors import NotThereError

WAIT_S = 60.0


class Live:
    """As a context: the house is open until the block ends."""

    house: House

    def __init__(self, folder: Path, tables: Path) -> None:
        self._folder, self._tables = folder, tables
        self._loop, self._open, self._done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._admin = ""
        self._whose, self._things = "", dict[str, str]()

    async def _run(self) -> None:
        async with House.open(self._folder, self._tables) as self.house:
            self.house.teacher.go_on.set()  # learning takes no time here
            self._admin = await self.house.person(Role.ADMIN)
            self._open.set()
            await self._done.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._open.wait(WAIT_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(WAIT_S)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_S)

    def enter(self) -> tuple[str, str]:
        """A new session of an admin: the cookie, and the token that goes with changes."""
        token, _ = self._do(self.house.store.accounts.log_in(self._admin, PASSWORD, ""))
        return token, csrf_of(token)

    def things_for(self, operation: str) -> dict[str, str]:
        """The parts of addresses that lead somewhere, to other things for each operation."""
        if operation != self._whose:
            self._whose, self._things = operation, self._do(self._make())
        return self._things

    def revision(self, *, at_station: bool) -> int:
        """That of the exhibition or the station that is there now; 1 if it is not there any more."""
        return int(self._do(self._revision(at_station)))

    async def _revision(self, at_station: bool) -> int:
        drafts, show = self.house.store.drafts, self._things["exhibition"]
        try:
            return (await (drafts.station(show, "harbour") if at_station else drafts.read(show))).revision
        except NotThereError:
            return 1

    async def _make(self) -> dict[str, str]:
        house, store = self.house, self.house.store
        rotating = station("harbour", 1, lens(*STYLES), code=CodeContent(admission="rotating"))
        show = await house.exhibition(rotating, station("valley", 2, lens(*STYLES)))
        await store.versions.publish(show, house.library.ids, "command")
        await house.stagehand.look()
        login = await house.person(Role.VIEWER)
        _, session = await store.accounts.log_in(login, PASSWORD, "")
        token = await store.accounts.invite(Role.VIEWER, "", "command")
        newest, *_ = await store.accounts.invitations()
        kept = await keep(house, show, offered=True)
        return {
            "exhibition": show,
            "station": "harbour",
            "version": "1",
            "picture": await house.picture(),
            "person": session.user.id,
            "session": session.token_hash,
            "token": token,
            "link": newest.token_hash,
            "key": "1",
            "worker": "0",
            "held": house.approvals.hold(show, "harbour", "Harbour", "calm", picture=kept.jpeg, decided=lambda _: None),
            "kept": kept.kept.id,
            "ticket": house.on_show.keyring.sign(show, 2),
        }
