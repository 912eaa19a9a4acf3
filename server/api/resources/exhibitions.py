"""Exhibitions and stations over the API: the drafts, what they lack, who else has them open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from exhibit.completeness import House, completeness, missing
from exhibit.content import MAX_STATIONS, Content, DreamContent, Edition, ExhibitionContent, Id, StationContent
from exhibit.opening import Day
from exhibit.schedule import Date
from server.api.answers import Answer, Completeness, ExhibitionAnswer, ExhibitionSummary, Instant, Lack, StationAnswer
from server.api.call import Call
from server.api.contract import Operation
from server.permission import Permission
from server.store.open import Store


class NewExhibition(Content):
    """An exhibition that is made."""

    id: Id
    content: ExhibitionContent = ExhibitionContent()


class NewStation(Content):
    """A station that is made."""

    id: Id
    content: StationContent


class Order(Content):
    """Every station's id, in the order in which they are listed from now on."""

    ids: Annotated[tuple[Id, ...], Field(max_length=MAX_STATIONS)]


class Whereabouts(Content):
    """Which page somebody has open."""

    station: Id | Annotated[str, StringConstraints(max_length=0)] = ""  # "": the exhibition's own pages


class Neighbour(Answer):
    """Somebody else who has a page of the exhibition open."""

    person: str
    station: str
    seen_at: Instant


class WeekQuery(Content):
    """Which days of the schedule."""

    first: Date
    days: Annotated[int, Field(ge=1, le=42, strict=False)] = 7


def licence_warnings(edition: Edition, facts: Mapping[str, Any] | None) -> list[str]:
    """What a curator should know of the model's licence before publishing a dream."""
    dreams = any(isinstance(experience, DreamContent) for experience in edition.experiences())
    if not dreams or facts is None or not facts["non_commercial"]:
        return []
    return [
        f"The licence of the model {facts['title']} ({facts['licence']}) allows no commercial use: "
        "show its pictures only where nobody pays for it."
    ]


class Exhibitions:
    """The operations on drafts."""

    def __init__(
        self,
        store: Store,
        styles: Callable[[], Collection[str]],
        changed: Callable[[], None],
        generator: Callable[[], Mapping[str, Any] | None] = lambda: None,
    ) -> None:
        self._store, self._drafts, self._styles, self._changed = store, store.drafts, styles, changed
        self._generator = generator  # the facts of the model that makes pictures from words

    def operations(self) -> list[Operation]:
        """All of them."""
        see, edit = Permission.SEE, Permission.EDIT
        one, stations = "/exhibitions/{exhibition}", "/exhibitions/{exhibition}/stations"
        station = f"{stations}/{{station}}"
        return [
            Operation("GET", "/exhibitions", "listExhibitions", "Every exhibition, the one changed last first",
                      self.all, see, answer=list[ExhibitionSummary]),
            Operation("POST", "/exhibitions", "makeExhibition", "Make an exhibition", self.make, edit,
                      body=NewExhibition, answer=ExhibitionAnswer, status=201, problems=(409,)),
            Operation("GET", one, "readExhibition", "An exhibition's draft", self.read, see, answer=ExhibitionAnswer),
            Operation("PUT", one, "saveExhibition", "Save an exhibition's draft", self.save, edit,
                      body=ExhibitionContent, answer=ExhibitionAnswer, revised=True),
            Operation("DELETE", one, "removeExhibition", "Remove an exhibition with all its versions", self.remove,
                      Permission.PUBLISH, status=204, problems=(409,)),
            Operation("GET", f"{one}/completeness", "readCompleteness", "What keeps the draft from being published",
                      self.completeness, see, answer=Completeness),
            Operation("GET", f"{one}/schedule", "readSchedule", "The draft's schedule, day by day", self.schedule, see,
                      query=WeekQuery, answer=list[Day]),
            Operation("PUT", f"{one}/presence", "notePresence", "Say which page one has open; who else is here",
                      self.presence, see, body=Whereabouts, answer=list[Neighbour]),
            Operation("GET", stations, "listStations", "The draft's stations, in order", self.stations, see,
                      answer=list[StationAnswer]),
            Operation("POST", stations, "addStation", "Add a station", self.add_station, edit, body=NewStation,
                      answer=StationAnswer, status=201, problems=(409,)),
            Operation("POST", f"{one}/order", "orderStations", "Put the stations into another order", self.order, edit,
                      body=Order, answer=list[StationAnswer], problems=(412,)),
            Operation("GET", station, "readStation", "A station's draft", self.station, see, answer=StationAnswer),
            Operation("PUT", station, "saveStation", "Save a station's draft", self.save_station, edit,
                      body=StationContent, answer=StationAnswer, revised=True, problems=(409,)),
            Operation("DELETE", station, "removeStation", "Remove a station from the draft", self.remove_station, edit,
                      status=204, revised=True),
        ]  # fmt: skip

    async def all(self, _call: Call) -> list[ExhibitionSummary]:
        return [ExhibitionSummary.about(draft) for draft in await self._drafts.all()]

    async def make(self, call: Call) -> ExhibitionAnswer:
        return ExhibitionAnswer.of(await self._drafts.make(call.body.id, call.body.content, call.user.id))

    async def read(self, call: Call) -> ExhibitionAnswer:
        return ExhibitionAnswer.of(await self._drafts.read(call.part("exhibition")))

    async def save(self, call: Call) -> ExhibitionAnswer:
        saved = await self._drafts.save(call.part("exhibition"), call.body, call.revision, call.user.id)
        self._changed()
        return ExhibitionAnswer.of(saved)

    async def remove(self, call: Call) -> None:
        await self._drafts.remove(call.part("exhibition"), call.user.id)
        self._changed()

    async def completeness(self, call: Call) -> Completeness:
        edition = await self._drafts.edition(call.part("exhibition"))
        pictures = await self._store.pictures.sizes(edition.pictures())
        lacking = missing(edition, House(pictures, self._styles(), self._store.rules))
        warnings = licence_warnings(edition, self._generator())
        return Completeness(
            missing=tuple(map(Lack.of, lacking)), languages=completeness(edition), warnings=tuple(warnings)
        )

    async def schedule(self, call: Call) -> list[Day]:
        draft = await self._drafts.read(call.part("exhibition"))
        return draft.content.schedule.days(call.query.first, call.query.days)

    async def presence(self, call: Call) -> list[Neighbour]:
        others = await self._store.presence.note(call.part("exhibition"), call.body.station, call.user.id)
        return [Neighbour(person=other.user, station=other.station, seen_at=other.seen_at) for other in others]

    async def stations(self, call: Call) -> list[StationAnswer]:
        return [StationAnswer.of(station) for station in await self._drafts.stations(call.part("exhibition"))]

    async def add_station(self, call: Call) -> StationAnswer:
        added = await self._drafts.add_station(call.part("exhibition"), call.body.id, call.body.content, call.user.id)
        self._changed()
        return StationAnswer.of(added)

    async def order(self, call: Call) -> list[StationAnswer]:
        ordered = await self._drafts.order(call.part("exhibition"), call.body.ids, call.user.id)
        self._changed()
        return [StationAnswer.of(station) for station in ordered]

    async def station(self, call: Call) -> StationAnswer:
        return StationAnswer.of(await self._drafts.station(call.part("exhibition"), call.part("station")))

    async def save_station(self, call: Call) -> StationAnswer:
        where = call.part("exhibition"), call.part("station")
        saved = await self._drafts.save_station(*where, call.body, call.revision, call.user.id)
        self._changed()
        return StationAnswer.of(saved)

    async def remove_station(self, call: Call) -> None:
        where = call.part("exhibition"), call.part("station")
        await self._drafts.remove_station(*where, call.revision, call.user.id)
        self._changed()
