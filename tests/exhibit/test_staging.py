"""An edition at a moment: which stations are open, what they do under the programme that runs, and drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from editions import FILM, FULL, HARBOUR, SIZES, STYLES, VALLEY, canvas, edition, lens, station

from exhibit.content import Admission, CanvasContent, CodeContent, DreamContent, Edition, ProgrammeContent
from exhibit.exhibition import Artwork, Exhibition, HouseWords, More, Station
from exhibit.experience import Canvas, Dream, Lens, Region
from exhibit.opening import Standing
from exhibit.staging import Wings, stage, stage_draft
from exhibit.texts import Texts

WINGS = Wings(Path("/pictures"), SIZES, STYLES)
OPENS_AT = datetime(2026, 12, 1, 9, 0, 0, 123456, tzinfo=UTC)
OPEN = Standing(open=True, programme="", event="", until=None, opens_at=None)
CLOSED = Standing(open=False, programme="", event="", until=OPENS_AT, opens_at=OPENS_AT)
NIGHT = replace(OPEN, programme="night")


def staged(shown: Edition, standing: Standing = OPEN, wings: Wings = WINGS) -> Exhibition:
    return stage("winter", 3, shown, standing, wings)


def only(exhibition: Exhibition) -> Station:
    (found,) = exhibition.stations
    return found


def with_night(**night: Any) -> Edition:
    return edition(programmes=(ProgrammeContent(id="night", name="Night", **night),))


def test_an_edition_becomes_an_exhibition_with_all_that_is_told_of_it() -> None:
    shown = staged(edition(FULL))
    assert (shown.id, shown.version, shown.draft, shown.languages) == ("winter", 3, False, ("en", "ar"))
    assert shown.title == Texts({"en": "Winter (en)", "ar": "Winter (ar)"})
    assert shown.folder == Path("/pictures")
    assert only(shown) == Station(
        id="harbour",
        number=1,
        title=Texts({"en": "Title of harbour (en)", "ar": "Title of harbour (ar)"}),
        text=Texts({"en": "Label of harbour (en)", "ar": "Label of harbour (ar)"}),
        artwork=Artwork(
            HARBOUR, Texts({"en": "What harbour shows (en)", "ar": "What harbour shows (ar)"}), width=800, height=600
        ),
        experience=Lens(("wave", "scream"), {"wave": 1.0}, 1.0),
        more=More(
            description=Texts({"en": "Description (en)", "ar": "Description (ar)"}),
            caption=Texts({"en": "Caption (en)", "ar": "Caption (ar)"}),
            audio_description=Texts({"en": "What is heard (en)", "ar": "What is heard (ar)"}),
            notes=Texts({"en": "Notes (en)", "ar": "Notes (ar)"}),
            step_free=True,
            seating=False,
            flicker=True,
        ),
    )


def test_where_nobody_said_more_nothing_more_is_told() -> None:
    assert only(staged(edition(station("harbour", 1)))).more == More()


@pytest.mark.parametrize(
    ("content", "experience"),
    [
        (
            lens("wave", "udnie", strength=0.5, region=Region.OUTSIDE),
            Lens(("wave", "udnie"), {"wave": 1.0}, 0.5, Region.OUTSIDE),
        ),
        (canvas("scream", strength=0.25), Canvas(("scream",), {"scream": 1.0}, 0.25)),
        (CanvasContent(overlay=FILM), Canvas(overlay=FILM)),
        (CanvasContent(styles=("wave",), default={"wave": 1.0}, overlay=FILM), Canvas(overlay=FILM)),
    ],
)
def test_each_experience_is_staged_as_it_was_written(content: Any, experience: Lens | Canvas) -> None:
    assert only(staged(edition(station("harbour", 1, content)))).experience == experience


def test_a_station_whose_code_changes_says_so() -> None:
    code = CodeContent(admission=Admission.ROTATING)
    shown = staged(edition(station("harbour", 1, code=code), station("valley", 2)))
    assert [one.rotating for one in shown.stations] == [True, False]


# -- the schedule ------------------------------------------------------------------------------------------------------


def test_while_the_exhibition_is_closed_every_station_is_and_knows_until_when_to_the_second() -> None:
    shown = staged(edition(), CLOSED)
    assert [(one.open, one.opens_at) for one in shown.stations] == [(False, OPENS_AT.replace(microsecond=0))] * 2


def test_a_station_that_its_curator_closed_does_not_say_that_it_opens() -> None:
    shown = edition(station("harbour", 1, open=False), station("valley", 2))
    assert [one.open for one in staged(shown).stations] == [False, True]
    assert [one.opens_at is None for one in staged(shown, CLOSED).stations] == [True, False]


def test_where_it_stays_closed_nobody_says_when_it_opens() -> None:
    shown = staged(edition(), replace(CLOSED, until=None, opens_at=None))
    assert [(one.open, one.opens_at) for one in shown.stations] == [(False, None)] * 2


def test_a_programme_closes_stations_and_has_others_do_something_else_while_it_runs() -> None:
    shown = with_night(closed=("harbour",), experiences={"valley": lens("udnie", region=Region.INSIDE)})
    day, night = staged(shown), staged(shown, NIGHT)
    assert [one.open for one in day.stations] == [True, True]
    assert [one.open for one in night.stations] == [False, True]
    assert night.stations[0].opens_at is None
    assert night.stations[1].experience == Lens(("udnie",), {"udnie": 1.0}, 1.0, Region.INSIDE)
    assert replace(night.stations[1], experience=day.stations[1].experience) == day.stations[1]


def test_a_programme_that_is_not_there_changes_nothing() -> None:
    shown = with_night(closed=("harbour",))
    assert staged(shown, replace(OPEN, programme="dusk")) == staged(shown)


def test_a_programme_s_experience_that_cannot_be_done_leaves_the_station_as_it_is() -> None:
    shown = with_night(experiences={"harbour": lens("gone")})
    assert staged(shown, NIGHT).stations == staged(shown).stations


# -- what is missing in the house --------------------------------------------------------------------------------------


def test_styles_that_are_gone_are_not_offered_and_the_first_that_is_left_takes_the_place_of_the_default() -> None:
    shown = edition(station("harbour", 1, lens("gone", "udnie", "wave")))
    assert only(staged(shown)).experience == Lens(("udnie", "wave"), {"udnie": 1.0}, 1.0)


def test_of_a_mix_what_is_left_is_left() -> None:
    mixed = lens("wave", "gone", "udnie").model_copy(update={"default": {"wave": 0.0, "gone": 0.5, "udnie": 0.5}})
    assert only(staged(edition(station("harbour", 1, mixed)))).experience.default == {"udnie": 0.5}


@pytest.mark.parametrize(
    "unfit",
    [
        station("unfit", 9, lens("gone")),
        station("unfit", 9, canvas("gone")),
        station("unfit", 9, CanvasContent(overlay=f"{'e' * 64}.mp4")),
        station("unfit", 9, DreamContent(styles=("wave",), default={"wave": 1.0})),
        station("unfit", 9, artwork={"picture": f"{'e' * 64}.jpg"}),
        station("unfit", 9, artwork={"picture": None}),
    ],
    ids=["no style", "no style for a canvas", "no overlay", "a dream", "the picture is gone", "no picture"],
)
def test_a_station_that_cannot_be_staged_is_left_out_and_the_others_are_not(unfit: Any) -> None:
    shown = edition(station("harbour", 1), unfit, station("valley", 2))
    assert [one.id for one in staged(shown).stations] == ["harbour", "valley"]
    assert [one.id for one in stage_draft("winter", shown, WINGS).stations] == ["harbour", "valley"]


def test_a_dream_is_staged_where_there_is_a_model_for_it() -> None:
    dream = DreamContent(
        words=({"en": "blue"}, {"en": ""}), styles=("wave", "gone"), default={"wave": 0.0}, fallback=f"{'e' * 64}.jpg"
    )
    shown = staged(edition(station("harbour", 1, dream)), wings=replace(WINGS, dreams=True))
    assert only(shown).experience == Dream((Texts({"en": "blue"}),), styles=("wave",))


def test_the_words_and_days_of_the_exhibition_go_with_it() -> None:
    shown = staged(
        edition(refused_words={"en": ("kraken",)}, allowed_words={"en": ("nude",)}, keep_days=3, glimpses=True)
    )
    assert (shown.house_words, shown.keep_days) == (HouseWords({"en": ("kraken",)}, {"en": ("nude",)}), 3)
    assert shown.glimpses


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_in_a_draft_every_station_is_open_and_does_what_it_does_by_day() -> None:
    shown = edition(station("harbour", 1, open=False), station("valley", 2))
    draft = stage_draft("winter", shown, WINGS)
    assert (draft.draft, draft.version, draft.subject) == (True, 0, "draft:winter")
    assert [(one.open, one.opens_at) for one in draft.stations] == [(True, None)] * 2


def test_a_text_that_a_draft_lacks_is_taken_from_the_first_language_that_has_it() -> None:
    unfinished = station("harbour", 1, title={"ar": "ميناء"}, label={}, caption={"ar": "تعليق"}, description={"en": ""})
    draft = stage_draft("winter", edition(unfinished, title={}), WINGS)
    (shown,) = draft.stations
    assert draft.title == Texts({"en": "winter", "ar": "winter"})
    assert shown.title == Texts({"en": "ميناء", "ar": "ميناء"})
    assert shown.text == Texts({"en": "", "ar": ""})
    assert shown.more.caption == Texts({"en": "تعليق", "ar": "تعليق"})
    assert shown.more.description is None


def test_a_station_without_a_title_is_called_by_its_id() -> None:
    assert only(stage_draft("winter", edition(station("harbour", 1, title={})), WINGS)).title.by_language["en"] == (
        "harbour"
    )


def test_texts_in_languages_that_the_exhibition_has_not_are_left_out() -> None:
    title = {"en": "Harbour", "ar": "ميناء", "fr": "Port"}
    assert only(staged(edition(station("harbour", 1, title=title)))).title.by_language.keys() == {"en", "ar"}


def test_the_same_moment_gives_the_same_exhibition() -> None:
    assert staged(edition()) == staged(edition(), replace(OPEN, until=OPENS_AT + timedelta(days=1)))
    assert staged(edition()) != stage("winter", 4, edition(), OPEN, WINGS)
    portrait = station("valley", 2, artwork={"picture": VALLEY})
    assert (only(staged(edition(portrait))).artwork.width, only(staged(edition(portrait))).artwork.height) == (600, 900)
