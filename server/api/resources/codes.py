"""Codes over the API: one station's as a picture, all as sheets, the address of a screen with rotating ones."""

from __future__ import annotations

import asyncio
from typing import Annotated

from pydantic import Field

from exhibit.content import Admission, Content, ExhibitionContent, LanguageTag, Words
from server.api.answers import Answer
from server.api.call import Call, CallError, Reply
from server.api.contract import File, Operation
from server.api.reception import Reception
from server.codes.label import SheetError
from server.codes.printing import Form, LabelOrder, PrintOrder, print_apart
from server.codes.sheet_format import FORMATS
from server.on_show import OnShow, shorts_of
from server.permission import Permission
from server.store.draft_rows import DraftStation
from server.store.open import Store

PRINT_S = 180.0
_AT_ONCE = 1


class CodeQuery(Content):
    """In which languages a label is printed; the exhibition's first one by default, and no second."""

    language: LanguageTag | None = None
    second: LanguageTag | None = None


class SheetQuery(CodeQuery):
    """On which paper, and from which place of its first page on."""

    paper: str = "a4"
    skip: Annotated[int, Field(ge=0, le=200, strict=False)] = 0


class Paper(Answer):
    """A paper or a sheet of labels."""

    id: str
    name: str
    per_page: int
    width_mm: float  # of a label
    height_mm: float


class Kiosk(Answer):
    """The address of a station's screen."""

    address: str


class Codes:
    """The operations on codes."""

    def __init__(self, store: Store, on_show: OnShow, reception: Reception, fonts: tuple[str, ...]) -> None:
        self._store, self._on_show, self._reception, self._fonts = store, on_show, reception, fonts
        self._turn = asyncio.Semaphore(_AT_ONCE)

    def operations(self) -> list[Operation]:
        """All of them."""
        see = Permission.SEE
        exhibition = "/exhibitions/{exhibition}"
        station = f"{exhibition}/stations/{{station}}"
        return [
            Operation("GET", "/code-papers", "listPapers", "Papers and sheets of labels", self.papers, see,
                      answer=list[Paper]),
            Operation("GET", f"{exhibition}/codes.pdf", "printSheets", "Sheets with the codes of all stations",
                      self.sheets, see, query=SheetQuery, answer=File(("application/pdf",)), within_s=PRINT_S),
            Operation("GET", f"{station}/code.svg", "drawCode", "A station's code with its label, as SVG", self.svg,
                      see, query=CodeQuery, answer=File(("image/svg+xml",)), within_s=PRINT_S),
            Operation("GET", f"{station}/code.png", "paintCode", "A station's code with its label, as PNG", self.png,
                      see, query=CodeQuery, answer=File(("image/png",)), within_s=PRINT_S),
            Operation("POST", f"{station}/kiosk", "openKiosk", "The address of the screen that shows a station's code",
                      self.kiosk, Permission.PUBLISH, answer=Kiosk, problems=(409,)),
        ]  # fmt: skip

    async def papers(self, _call: Call) -> list[Paper]:
        return [
            Paper(id=key, name=paper.name, per_page=paper.per_page, width_mm=paper.width_mm, height_mm=paper.height_mm)
            for key, paper in FORMATS.items()
        ]

    async def sheets(self, call: Call) -> Reply:
        asked: SheetQuery = call.query
        _check_paper(asked)
        draft = await self._store.drafts.read(call.part("exhibition"))
        stations = [s for s in await self._store.drafts.stations(draft.id) if not _rotates(s)]
        if not stations:
            raise CallError(422, "no_codes", "There is no station with a code in print.")
        labels = tuple(self._label(call, draft.id, draft.content, station) for station in stations)
        pdf = await self._print(PrintOrder(Form.SHEET, labels, asked.paper, asked.skip, self._fonts))
        return Reply(data=pdf, content_type="application/pdf", name=f"{draft.id}-codes.pdf")

    async def svg(self, call: Call) -> Reply:
        return Reply(data=await self._picture(call, Form.SVG), content_type="image/svg+xml")

    async def png(self, call: Call) -> Reply:
        return Reply(data=await self._picture(call, Form.PNG), content_type="image/png")

    async def _picture(self, call: Call, form: Form) -> bytes:
        draft = await self._store.drafts.read(call.part("exhibition"))
        station = await self._store.drafts.station(draft.id, call.part("station"))
        label = self._label(call, draft.id, draft.content, station)
        return await self._print(PrintOrder(form, (label,), fonts=self._fonts))

    async def _print(self, order: PrintOrder) -> bytes:
        async with self._turn:
            try:
                return await print_apart(order)
            except SheetError as error:
                raise CallError(422, "cannot_be_printed", f"{str(error)[:1].upper()}{str(error)[1:]}.") from error

    def _label(self, call: Call, exhibition: str, content: ExhibitionContent, station: DraftStation) -> LabelOrder:
        asked: CodeQuery = call.query
        language = asked.language or content.languages[0]
        keyring, number = self._on_show.keyring, station.content.number
        short = shorts_of(keyring, exhibition, number)[0]
        return LabelOrder(
            number=number,
            title=_words(station.content.title, language, content.languages) or station.id,
            second_title=station.content.title.get(asked.second or "", ""),
            exhibition=_words(content.title, language, content.languages) or exhibition,
            short_address=_short(self._reception.public(call.request, f"/s/{short[:4]}-{short[4:]}")),
            text=self._reception.public(call.request, f"/v/{keyring.sign(exhibition, number)}"),
            distance_cm=station.content.code.distance_cm,
            language=language,
            second_language=asked.second or "",
        )

    async def kiosk(self, call: Call) -> Kiosk:
        station = await self._store.drafts.station(call.part("exhibition"), call.part("station"))
        if not _rotates(station):
            raise CallError(409, "not_rotating", "This station's code is printed; choose rotating codes for it first.")
        path = self._on_show.kiosk_path(call.part("exhibition"), station.content.number)
        return Kiosk(address=self._reception.public(call.request, path))


def _check_paper(asked: SheetQuery) -> None:
    """Before a process is started for it."""
    paper = FORMATS.get(asked.paper)
    if paper is None:
        raise CallError(422, "bad_field", f"Expected a paper among {', '.join(FORMATS)}.", field="paper")
    if asked.skip >= paper.per_page:
        sentence = f"Expected 0 to {paper.per_page - 1} places to skip on {paper.name}, got {asked.skip}."
        raise CallError(422, "bad_field", sentence, field="skip")


def _rotates(station: DraftStation) -> bool:
    return station.content.code.admission is Admission.ROTATING


def _words(words: Words, language: str, languages: tuple[str, ...]) -> str:
    """The text in this language, or the first that there is."""
    return next((words[tag] for tag in (language, *languages) if words.get(tag)), "")


def _short(address: str) -> str:
    """As people type it."""
    return address.removeprefix("https://")
