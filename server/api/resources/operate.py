"""What the operator sees, over the API: the newest reading, and glimpses where they are allowed. What is pushed,
stream.py sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from server.api.call import Call, CallError, Reply
from server.api.contract import File, Operation
from server.permission import Permission
from server.store.errors import NotThereError
from server.watch.glimpses import coarse
from server.watch.reading import Reading


class Operate:
    """The operations on what is happening now."""

    def __init__(
        self, latest: Callable[[], Reading | None], glimpse: Callable[[tuple[str, str]], bytes | None]
    ) -> None:
        self._latest, self._glimpse = latest, glimpse

    def operations(self) -> list[Operation]:
        """All of them."""
        return [
            Operation("GET", "/operate/reading", "readReading", "How the stations, the workers and the machine do now",
                      self.reading, Permission.SEE, answer=Reading, problems=(503,)),
            Operation("GET", "/operate/stations/{exhibition}/{station}/glimpse", "readGlimpse",
                      "What visitors at a station are shown, coarsely, where the exhibition allows it", self.glimpse,
                      Permission.OPERATE, answer=File(("image/jpeg",))),
        ]  # fmt: skip

    async def reading(self, _call: Call) -> Reading:
        reading = self._latest()
        if reading is None:
            raise CallError(503, "not_yet", "The first look is not over yet; ask again in a second.", 1)
        return reading

    async def glimpse(self, call: Call) -> Reply:
        picture = self._glimpse((call.part("exhibition"), call.part("station")))
        if picture is None:
            raise NotThereError(
                "nothing was shown here in the last minute, or the exhibition does not allow a look at it"
            )
        return Reply(data=await asyncio.to_thread(coarse, picture), content_type="image/jpeg")
