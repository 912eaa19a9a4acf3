"""Visitors' pictures over the API: what waits for a curator, what is decided, and which model makes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exhibit.content import Content
from server.api.answers import Answer, Instant
from server.api.call import Call, Reply
from server.api.contract import PREFIX, File, Operation
from server.approvals import Approvals, Held
from server.permission import Permission
from server.store import audit
from server.store.errors import NotThereError
from server.store.kept_rows import Kept, OnWall
from server.store.open import Store

_JPEG = "image/jpeg"


class Decision(Content):
    """Whether a picture is let through."""

    approve: bool


class MadeAnswer(Answer):
    """How a picture was made. Names no visitor."""

    exhibition: str
    station: str
    artwork: str
    words: str
    source: str  # words, artwork, camera or picture
    model: str
    licence: str
    training_data: str
    seed: int
    steps: int
    styles: Mapping[str, float]
    made_at: str
    understood: tuple[str, ...]
    unknown: tuple[str, ...]


class HeldPicture(Answer):
    """A picture whose visitor waits to see it."""

    id: str
    station: str
    station_title: str
    words: str
    waits_s: float
    picture: str  # its address


class OfferedPicture(Answer):
    """A picture that a visitor keeps and offered for a station's wall."""

    id: str
    station: str
    made: MadeAnswer
    kept_at: Instant
    expires_at: Instant
    decided_by: str | None
    decided_at: Instant | None
    picture: str  # its address


class Waiting(Answer):
    """What a curator has to decide, each list with the longest waiting first."""

    held: tuple[HeldPicture, ...]
    offered: tuple[OfferedPicture, ...]


class WordOfModel(Answer):
    """A word that the model knows, as visitors read it in each language."""

    word: str
    labels: Mapping[str, str]


class WordsOfModel(Answer):
    """Words of one kind."""

    kind: str
    words: tuple[WordOfModel, ...]


class ModelFacts(Answer):
    """The model that makes pictures from words."""

    name: str
    title: str
    licence: str
    non_commercial: bool
    training_data: str
    vocabulary: tuple[WordsOfModel, ...] | None  # None: it takes any words


class DreamModel(Answer):
    """The model, if there is one."""

    model: ModelFacts | None


class Dreams:
    """The operations on what visitors make."""

    def __init__(self, store: Store, approvals: Approvals, generator: Callable[[], Mapping[str, Any] | None]) -> None:
        self._store, self._approvals, self._generator = store, approvals, generator

    def operations(self) -> list[Operation]:
        """All of them."""
        see, publish = Permission.SEE, Permission.PUBLISH
        dreams = "/exhibitions/{exhibition}/dreams"
        held, offered = f"{dreams}/held/{{held}}", f"{dreams}/offered/{{kept}}"
        return [
            Operation("GET", "/dreams/model", "readDreamModel", "The model that makes pictures from words", self.model,
                      see, answer=DreamModel),
            Operation("GET", f"{dreams}/waiting", "listWaitingDreams", "Visitors' pictures that wait for a curator",
                      self.waiting, see, answer=Waiting),
            Operation("GET", f"{dreams}/shown", "listShownDreams", "Visitors' pictures on the stations' walls",
                      self.shown, see, answer=list[OfferedPicture]),
            Operation("GET", f"{held}/picture", "readHeldDream", "A picture whose visitor waits to see it",
                      self.held_picture, see, answer=File((_JPEG,))),
            Operation("POST", f"{held}/decision", "decideHeldDream", "Let a visitor see a picture, or not",
                      self.decide_held, publish, body=Decision, status=204),
            Operation("GET", f"{offered}/picture", "readOfferedDream", "A picture that was offered for a wall",
                      self.offered_picture, see, answer=File((_JPEG,))),
            Operation("POST", f"{offered}/decision", "decideOfferedDream", "Let a picture onto the wall, or not",
                      self.decide_offered, publish, body=Decision, status=204),
        ]  # fmt: skip

    async def model(self, _call: Call) -> DreamModel:
        facts = self._generator()
        return DreamModel(model=ModelFacts.model_validate(facts) if facts is not None else None)

    async def waiting(self, call: Call) -> Waiting:
        exhibition = call.part("exhibition")
        await self._store.drafts.read(exhibition)
        held = tuple(self._held(one) for one in self._approvals.waiting(exhibition))
        return Waiting(held=held, offered=tuple(map(_offered, await self._store.kept.offered(exhibition))))

    async def shown(self, call: Call) -> list[OfferedPicture]:
        exhibition = call.part("exhibition")
        await self._store.drafts.read(exhibition)
        return [_offered(kept) for kept in await self._store.kept.approved(exhibition)]

    async def held_picture(self, call: Call) -> Reply:
        return Reply(data=self._waits(call).picture, content_type=_JPEG)

    async def decide_held(self, call: Call) -> None:
        """Logged in the transaction that is kept only if the visitor is still there."""
        held, exhibition = self._waits(call), call.part("exhibition")
        action = "dream.approve" if call.body.approve else "dream.reject"
        async with self._store.database.write() as connection:
            await audit.record(
                connection, self._store.now_s(), call.user.id, action, exhibition=exhibition, subject=held.id
            )
            if not self._approvals.decide(held.id, approve=call.body.approve):
                raise NotThereError(_GONE)

    async def offered_picture(self, call: Call) -> Reply:
        kept = await self._store.kept.get(call.part("kept"))
        if kept is None or kept.wall is OnWall.PRIVATE or kept.exhibition != call.part("exhibition"):
            raise NotThereError("this picture is not offered for the wall any more")
        return Reply(data=await self._store.kept.picture(kept), content_type=_JPEG)

    async def decide_offered(self, call: Call) -> None:
        where = call.part("exhibition"), call.part("kept")
        await self._store.kept.decide(*where, call.user.id, approve=call.body.approve)

    def _waits(self, call: Call) -> Held:
        held = self._approvals.get(call.part("held"))
        if held is None or held.exhibition != call.part("exhibition"):
            raise NotThereError(_GONE)
        return held

    def _held(self, held: Held) -> HeldPicture:
        return HeldPicture(
            id=held.id,
            station=held.station,
            station_title=held.station_title,
            words=held.words,
            waits_s=round(self._approvals.waited_s(held), 1),
            picture=f"{PREFIX}/exhibitions/{held.exhibition}/dreams/held/{held.id}/picture",
        )


_GONE = "this picture does not wait any more: its visitor has gone on, or somebody else decided"


def _offered(kept: Kept) -> OfferedPicture:
    return OfferedPicture(
        id=kept.id,
        station=kept.station,
        made=MadeAnswer(**kept.made.as_json()),
        kept_at=kept.kept_at,
        expires_at=kept.expires_at,
        decided_by=kept.decided_by,
        decided_at=kept.decided_at,
        picture=f"{PREFIX}/exhibitions/{kept.exhibition}/dreams/offered/{kept.id}/picture",
    )
