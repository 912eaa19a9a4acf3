"""What curators write: an exhibition and its stations as documents that may still be incomplete. Knows no database.

A document is always sound (types, lengths, ids, plain text); whether it is complete is asked only when it is published
(completeness.py). Read with `model_validate_json`, written with `model_dump_json`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from exhibit.dream import Mark, WordsMode
from exhibit.exhibition import MAX_STATION_NUMBER
from exhibit.experience import MAX_WORDS, Region
from exhibit.protocol import MAX_STYLES_IN_MIX
from exhibit.schedule import Schedule
from exhibit.table import ID
from exhibit.texts import is_language_tag
from exhibit.words.listed import WordListError, words_of_entry

MAX_TEXT_CHARS = 4000
MAX_LANGUAGES = 12
MAX_STATIONS = 1000
_TAG = re.compile(r"<[A-Za-z/!?]")
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # control characters but tab and line feed; surrogates
_TAG_SCHEMA = {  # RFC 5646, as texts.py reads it
    "type": "string",
    "maxLength": 35,
    "pattern": "^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$",
}
_PICTURE = re.compile(r"[0-9a-f]{64}\.(jpg|png)")
_OVERLAY = re.compile(r"[0-9a-f]{64}\.(jpg|png|webp|mp4|webm)")


class Content(BaseModel):
    """A value of a document: cannot be changed, and has no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


def _plain(text: str) -> str:
    """Normal form C, without markup and control characters; whatever shows it need not know how it was written."""
    if _TAG.search(text):
        raise ValueError("expected plain text, got what looks like an HTML tag")
    text = text.replace("\r\n", "\n")
    if odd := _ODD.search(text):
        raise ValueError(f"expected plain text, got the control character U+{ord(odd[0]):04X}")
    text = unicodedata.normalize("NFC", text).strip()
    if len(text) > MAX_TEXT_CHARS:  # a few characters become two: what is kept must be what can be read again
        raise ValueError(f"expected at most {MAX_TEXT_CHARS} characters in normal form C, got {len(text)}")
    return text


def _language(tag: str) -> str:
    if not is_language_tag(tag):
        raise ValueError(f"expected a language tag such as en or zh-Hans, got {tag[:40]!r}")
    return tag


def _listed(word: str) -> str:
    try:
        words_of_entry(word)
    except WordListError as error:
        raise ValueError(str(error)) from error
    return word


def _matches(pattern: re.Pattern[str], words: str) -> AfterValidator:
    def check(text: str) -> str:
        if pattern.fullmatch(text) is None:
            raise ValueError(f"expected {words}, got {text[:80]!r}")
        return text

    return AfterValidator(check)


def _told(pattern: re.Pattern[str]) -> WithJsonSchema:
    """The same for who reads the schema."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern.pattern})$"})


Id = Annotated[str, StringConstraints(max_length=64), _matches(ID, "1 to 64 of a-z, 0-9, - and _"), _told(ID)]
LanguageTag = Annotated[str, StringConstraints(max_length=35), AfterValidator(_language), WithJsonSchema(_TAG_SCHEMA)]
PlainText = Annotated[str, StringConstraints(max_length=MAX_TEXT_CHARS), AfterValidator(_plain)]
Words = Annotated[Mapping[LanguageTag, PlainText], Field(max_length=MAX_LANGUAGES)]  # by language; some may be missing
PictureName = Annotated[str, _matches(_PICTURE, "the name of an uploaded picture"), _told(_PICTURE)]
OverlayName = Annotated[str, _matches(_OVERLAY, "the name of an uploaded picture or clip"), _told(_OVERLAY)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Styles = Annotated[tuple[Id, ...], Field(max_length=256)]
Mix = Annotated[Mapping[Id, Share], Field(max_length=MAX_STYLES_IN_MIX)]
ListedWord = Annotated[PlainText, StringConstraints(min_length=1, max_length=64), AfterValidator(_listed)]
ListedWords = Annotated[
    Mapping[LanguageTag, Annotated[tuple[ListedWord, ...], Field(max_length=500)]], Field(max_length=MAX_LANGUAGES)
]


class ArtworkContent(Content):
    """The flat thing on the wall: its picture, and what it shows, in words."""

    picture: PictureName | None = None
    alt: Words = Field(default_factory=dict)
    painter: PlainText = ""
    year: PlainText = ""


class _Offer(Content):
    """Styles that visitors may choose from, the mix that they begin with, and its strength."""

    styles: Styles = ()
    default: Mix = Field(default_factory=dict)
    strength: Share = 1.0

    @model_validator(mode="after")
    def _fits(self) -> _Offer:
        if len(set(self.styles)) < len(self.styles):
            raise ValueError("expected each style once, got one twice")
        if strange := sorted(set(self.default) - set(self.styles)):
            raise ValueError(f"expected a default mix of the styles on offer, got {strange[0]!r}")
        return self


class LensContent(_Offer):
    """Repaints the camera view."""

    kind: Literal["lens"] = "lens"
    region: Annotated[Region, Field(strict=False)] = Region.ALL


class CanvasContent(_Offer):
    """Hangs an overlay on the artwork: the artwork repainted, or a picture or clip of the curator's."""

    kind: Literal["canvas"] = "canvas"
    overlay: OverlayName | None = None


class DreamContent(_Offer):
    """Makes a picture from words and hangs it on the artwork. Its styles are what visitors may repaint it in; there
    need be none."""

    kind: Literal["dream"] = "dream"
    mode: Annotated[WordsMode, Field(strict=False)] = WordsMode.CHOSEN
    words: Annotated[tuple[Words, ...], Field(max_length=MAX_WORDS)] = ()  # to choose from, or suggestions
    from_artwork: bool = False  # whether it may begin from the artwork's picture
    from_camera: bool = False  # whether it may begin from what the camera sees
    pictures_per_visit: Annotated[int, Field(ge=1, le=200)] = 20
    mark: Annotated[Mark, Field(strict=False)] = Mark.BOTTOM_RIGHT
    wall: bool = False  # whether visitors may offer what they keep for the station's wall page
    fallback: PictureName | None = None  # shown where a picture was not let through; None: nothing is


ExperienceContent = Annotated[LensContent | CanvasContent | DreamContent, Field(discriminator="kind")]


class Accessibility(Content):
    """What a visitor should know before coming closer; None: nobody has said."""

    step_free: bool | None = None
    seating: bool | None = None
    flicker: bool = False  # whether what is shown may flash or flicker
    notes: Words = Field(default_factory=dict)


class Admission(StrEnum):
    """Which tickets open a station."""

    PRINTED = "printed"  # those in print, for as long as their key is good
    ROTATING = "rotating"  # those on a screen beside it, for some minutes


class CodeContent(Content):
    """The station's code in print."""

    distance_cm: Annotated[int, Field(ge=10, le=1000)] = 50
    admission: Annotated[Admission, Field(strict=False)] = Admission.PRINTED


class StationContent(Content):
    """A place with a code."""

    number: Annotated[int, Field(ge=1, le=MAX_STATION_NUMBER)]
    title: Words = Field(default_factory=dict)
    label: Words = Field(default_factory=dict)  # the few lines beside the work
    description: Words = Field(default_factory=dict)
    caption: Words = Field(default_factory=dict)
    audio_description: Words = Field(default_factory=dict)
    artwork: ArtworkContent = ArtworkContent()
    experience: ExperienceContent = LensContent()
    accessibility: Accessibility = Accessibility()
    code: CodeContent = CodeContent()
    open: bool = True


class ProgrammeContent(Content):
    """What some stations do instead, while the schedule says so."""

    id: Id
    name: Annotated[PlainText, StringConstraints(min_length=1, max_length=80)]
    closed: Annotated[tuple[Id, ...], Field(max_length=MAX_STATIONS)] = ()
    experiences: Annotated[Mapping[Id, ExperienceContent], Field(max_length=MAX_STATIONS)] = Field(default_factory=dict)


class ExhibitionContent(Content):
    """What holds for all stations."""

    title: Words = Field(default_factory=dict)
    introduction: Words = Field(default_factory=dict)
    languages: Annotated[tuple[LanguageTag, ...], Field(min_length=1, max_length=MAX_LANGUAGES)] = ("en",)
    schedule: Schedule = Schedule()
    programmes: Annotated[tuple[ProgrammeContent, ...], Field(max_length=64)] = ()
    refused_words: ListedWords = Field(default_factory=dict)  # beyond the lists that ship
    allowed_words: ListedWords = Field(default_factory=dict)  # though the lists refuse them
    keep_days: Annotated[int, Field(ge=0, le=365)] = 30  # how long visitors' pictures are kept; 0: none is
    glimpses: bool = False  # whether operators may see, coarsely, what visitors are shown

    @model_validator(mode="after")
    def _agrees(self) -> ExhibitionContent:
        if len({tag.lower() for tag in self.languages}) < len(self.languages):
            raise ValueError("expected each language once, got one twice")
        if len({programme.id for programme in self.programmes}) < len(self.programmes):
            raise ValueError("expected each programme id once, got one twice")
        return self


class NumberedStation(Content):
    """A station in a version, with the id that it keeps."""

    id: Id
    content: StationContent


class Edition(Content):
    """A whole exhibition, frozen: what a version holds, and what an archive carries."""

    exhibition: ExhibitionContent
    stations: Annotated[tuple[NumberedStation, ...], Field(max_length=MAX_STATIONS)]

    def experiences(self) -> list[ExperienceContent]:
        """All that its stations do, by any programme."""
        usual = [station.content.experience for station in self.stations]
        return usual + [e for programme in self.exhibition.programmes for e in programme.experiences.values()]

    def pictures(self) -> set[str]:
        """The names of all pictures and clips that it needs."""
        experiences = self.experiences()
        overlays = {e.overlay for e in experiences if isinstance(e, CanvasContent) and e.overlay}
        overlays |= {e.fallback for e in experiences if isinstance(e, DreamContent) and e.fallback}
        return overlays | {s.content.artwork.picture for s in self.stations if s.content.artwork.picture}
