"""What keeps a draft from being published: each rule, by station and language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from editions import FILM, FULL, HARBOUR, SIZES, STYLES, canvas, edition, lens, station, words

from exhibit.completeness import House, Missing, Rules, completeness, missing
from exhibit.content import CanvasContent, DreamContent, Edition, LensContent, NumberedStation, ProgrammeContent
from exhibit.dream import Mark, WordsMode
from exhibit.hours import Hours, Week
from exhibit.schedule import Event, Schedule, Slot

HOUSE = House(SIZES.keys(), STYLES)
NO_TEXT = "This text is missing."
NOT_HERE = "This text is there in another language, but not in this one."
NIGHT = Hours(opens="18:00", closes="21:00")


def lacking(*stations: NumberedStation, **exhibition: Any) -> list[Missing]:
    return missing(edition(*stations, **exhibition), HOUSE)


def at_harbour(field: str, sentence: str, language: str = "") -> Missing:
    return Missing(field, sentence, station="harbour", language=language)


def harbour_with(field: str, content: Any) -> NumberedStation:
    more: dict[str, Any] = {field: content}
    return station("harbour", 1, **more)


def test_what_is_complete_lacks_nothing() -> None:
    assert lacking() == []
    assert lacking(FULL, station("film", 2, CanvasContent(overlay=FILM)), introduction=words("Welcome")) == []


def test_there_must_be_a_station() -> None:
    empty = Edition(exhibition=edition().exhibition, stations=())
    assert missing(empty, HOUSE) == [Missing("stations", "There is no station yet.")]


# -- texts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "languages"), [({}, ["en", "ar"]), ({"en": "Winter"}, ["ar"]), ({"ar": ""}, ["en", "ar"])]
)
def test_an_exhibition_has_a_title_in_each_of_its_languages(title: dict[str, str], languages: list[str]) -> None:
    assert lacking(title=title) == [Missing("title", NO_TEXT, language=language) for language in languages]


def test_an_introduction_is_there_in_all_languages_or_in_none() -> None:
    assert lacking(introduction={"ar": "مرحبا"}) == [Missing("introduction", NOT_HERE, language="en")]
    assert lacking(introduction={"fr": "Bienvenue"}) == [], "a language that is not the exhibition's"


@pytest.mark.parametrize("field", ["title", "label"])
def test_a_station_has_a_title_and_a_label_in_each_language(field: str) -> None:
    assert lacking(harbour_with(field, {"en": "Here"})) == [at_harbour(field, NO_TEXT, "ar")]


def test_what_an_artwork_shows_is_said_in_each_language() -> None:
    artwork = {"picture": HARBOUR, "alt": {"ar": "ميناء"}}
    assert lacking(station("harbour", 1, artwork=artwork)) == [at_harbour("artwork.alt", NO_TEXT, "en")]


@pytest.mark.parametrize("field", ["description", "caption", "audio_description"])
def test_what_more_is_told_is_there_in_all_languages_or_in_none(field: str) -> None:
    assert lacking(harbour_with(field, {"en": "More"})) == [at_harbour(field, NOT_HERE, "ar")]
    assert lacking(harbour_with(field, {"en": "", "ar": ""})) == []


def test_notes_on_accessibility_are_there_in_all_languages_or_in_none() -> None:
    notes = {"notes": {"en": "A step"}}
    assert lacking(station("harbour", 1, accessibility=notes)) == [at_harbour("accessibility.notes", NOT_HERE, "ar")]


# -- pictures and styles -----------------------------------------------------------------------------------------------


def test_an_artwork_has_a_picture_that_is_in_the_store() -> None:
    alt = words("What it shows")
    assert lacking(station("harbour", 1, artwork={"alt": alt})) == [
        at_harbour("artwork.picture", "The artwork has no picture yet.")
    ]
    assert lacking(station("harbour", 1, artwork={"alt": alt, "picture": f"{'e' * 64}.jpg"})) == [
        at_harbour("artwork.picture", "The artwork's picture is not in the store.")
    ]


@pytest.mark.parametrize(
    ("experience", "field", "sentence"),
    [
        (LensContent(), "styles", "There is no style to choose from yet."),
        (CanvasContent(), "styles", "There is no style to choose from yet."),
        (LensContent(styles=("wave",)), "default", "No style is chosen to begin with."),
        (LensContent(styles=("wave",), default={"wave": 0.0}), "default", "No style is chosen to begin with."),
        (lens("wave", "gone"), "styles", "The style gone is not on this server."),
        (canvas("gone"), "styles", "The style gone is not on this server."),
        (CanvasContent(overlay=f"{'e' * 64}.mp4"), "overlay", "The overlay's file is not in the store."),
        (
            DreamContent(styles=("wave",), default={"wave": 1.0}),
            "kind",
            "This server has no model that makes pictures from words; choose another experience.",
        ),
    ],
)
def test_an_experience_can_be_had_here(experience: Any, field: str, sentence: str) -> None:
    assert lacking(station("harbour", 1, experience)) == [at_harbour(f"experience.{field}", sentence)]


WISHES = DreamContent(words=({"en": "blue"},))


@pytest.mark.parametrize(
    ("dream", "field", "sentence"),
    [
        (DreamContent(), "words", "There is no word to choose from yet."),
        (DreamContent(words=({"en": ""},)), "words", "There is no word to choose from yet."),
        (
            WISHES.model_copy(update={"mark": Mark.NONE}),
            "mark",
            "Pictures that a model made must say so here: choose where their mark stands.",
        ),
        (
            WISHES.model_copy(update={"fallback": f"{'e' * 64}.jpg"}),
            "fallback",
            "The fallback picture is not in the store.",
        ),
        (WISHES.model_copy(update={"styles": ("gone",)}), "styles", "The style gone is not on this server."),
    ],
)
def test_a_dream_needs_words_a_mark_and_what_it_speaks_of(dream: DreamContent, field: str, sentence: str) -> None:
    house = replace(HOUSE, rules=Rules(dreams=True))
    assert missing(edition(station("harbour", 1, dream)), house) == [at_harbour(f"experience.{field}", sentence)]


def test_a_dream_needs_neither_styles_nor_its_own_words_where_visitors_write() -> None:
    house = replace(HOUSE, rules=Rules(dreams=True))
    free = DreamContent(mode=WordsMode.FREE, mark=Mark.NONE)
    assert missing(edition(station("harbour", 1, WISHES)), house) == []
    unmarked = replace(HOUSE, rules=Rules(dreams=True, mark_needed=False))
    assert missing(edition(station("harbour", 1, free)), unmarked) == []


def test_every_style_that_is_not_here_is_named() -> None:
    found = lacking(station("harbour", 1, lens("lost", "wave", "gone")))
    assert [one.sentence for one in found] == [
        "The style gone is not on this server.",
        "The style lost is not on this server.",
    ]


def test_beside_an_overlay_styles_mean_nothing() -> None:
    assert lacking(station("harbour", 1, canvas("gone", overlay=FILM))) == []


# -- programmes --------------------------------------------------------------------------------------------------------


def night(**content: Any) -> ProgrammeContent:
    return ProgrammeContent(id="night", name="Night", **content)


def test_the_schedule_names_programmes_that_are_there() -> None:
    schedule = Schedule(
        weekly=Week(mon=(NIGHT,)),
        slots=(Slot(days=("tue",), hours=NIGHT, programme="night"),),
        events=(Event(name="Gala", starts="2026-12-24", ends="2026-12-24", hours=(NIGHT,), programme="gala"),),  # type: ignore[arg-type]
    )
    assert lacking(schedule=schedule, programmes=(night(),)) == [
        Missing("schedule", "The schedule names the programme gala, which is not there.")
    ]


@pytest.mark.parametrize("content", [{"closed": ("cellar",)}, {"experiences": {"cellar": lens("wave")}}])
def test_a_programme_speaks_of_stations_that_are_there(content: Any) -> None:
    assert lacking(programmes=(night(**content),)) == [
        Missing("programmes.0", "The programme Night speaks of the station cellar, which is not there.")
    ]


def test_what_a_station_does_in_a_programme_can_be_had_here() -> None:
    dusk = ProgrammeContent(id="dusk", name="Dusk", experiences={"harbour": lens("gone")})
    found = lacking(programmes=(night(), dusk))
    assert found == [at_harbour("programmes.1.experiences.harbour.styles", "The style gone is not on this server.")]


# -- all together ------------------------------------------------------------------------------------------------------


def test_everything_that_is_missing_is_named_at_once() -> None:
    found = lacking(
        station("harbour", 1, LensContent(), title={"en": "Harbour"}), station("valley", 2, label={}), title={"en": "W"}
    )
    assert [(one.station, one.field, one.language) for one in found] == [
        ("", "title", "ar"),
        ("harbour", "title", "ar"),
        ("harbour", "experience.styles", ""),
        ("valley", "label", "en"),
        ("valley", "label", "ar"),
    ]


def test_how_far_each_language_is() -> None:
    assert completeness(edition()) == {"en": 1.0, "ar": 1.0}
    begun = edition(station("harbour", 1, title={"en": "Harbour"}, label={"en": ""}), title={"en": "Winter"})
    assert completeness(begun) == {"en": 0.75, "ar": 0.25}
    assert completeness(edition(*begun.stations, title={})) == {"en": 0.5, "ar": 0.25}
