"""A station becomes a dream, and its exhibition has rules for pictures. What is saved is what the API takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from console_house import desk, open_browser
from dream_desk import PICTURE, UPLOADED, DreamDesk, dream_desk
from playwright.sync_api import Browser, Page, expect

from exhibit.content import DreamContent, LensContent
from exhibit.dream import Mark, WordsMode

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
LENS = LensContent(styles=("wave",), default={"wave": 1.0})


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as chromium:
        yield chromium


@pytest.fixture
def room() -> Iterator[DreamDesk]:
    with dream_desk(experience=LENS) as opened:
        yield opened


def go(page: Page, room: DreamDesk, place: str) -> None:
    page.goto(f"{room.url}/console/#/e/winter{place}")
    page.locator("main:not([aria-busy]) h1").wait_for()


def save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator(".save-state")).to_contain_text("Saved by")


def test_a_lens_becomes_a_dream_of_chosen_words(browser: Browser, room: DreamDesk) -> None:
    with desk(browser) as page:
        go(page, room, "/s/garden")
        page.get_by_label("Dream", exact=True).check()
        expect(page.locator(".index-list")).to_contain_text("no words")
        _write_words(page)
        page.get_by_label("A sentence of their own, and a curator looks first").check()
        page.get_by_label("What the camera sees").check()
        page.get_by_label("Pictures in one visit").fill("7")
        page.get_by_label("Where the mark stands").select_option("top_left")
        page.get_by_label("Visitors may offer pictures for a wall").check()
        page.locator(".dream-fallback input[type=file]").set_input_files(PICTURE)
        expect(page.locator(".dream-fallback img")).to_be_visible()
        found = Axe().run(page, ".experience", options=RULES).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        page.get_by_label("Lens", exact=True).check()
        page.get_by_label("Dream", exact=True).check()  # nothing is lost on the way
        save(page)
    assert room.station.experience == DreamContent(
        mode=WordsMode.APPROVED,
        words=({"en": "blue", "ar": "أزرق"}, {"en": "storm"}, {"en": "calm", "ar": "سكينة"}),
        from_camera=True,
        pictures_per_visit=7,
        mark=Mark.TOP_LEFT,
        wall=True,
        fallback=UPLOADED,
        styles=("wave",),
    )


def _write_words(page: Page) -> None:
    """With the keyboard: rows are added, moved and taken away, and the model's own words join them."""
    rows: Any = page.locator(".dream-words > li")
    page.get_by_role("button", name="Add a word").press("Enter")
    page.keyboard.type("storm")
    page.keyboard.press("Enter")
    page.keyboard.type("fog")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Word 3, English")).to_be_focused()
    page.get_by_role("button", name="Remove word 2").press("Enter")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Suggest words").press("Enter")
    dialog = page.locator("dialog")
    dialog.get_by_label("blue").press("Space")
    dialog.get_by_label("calm").press("Space")
    expect(dialog).to_contain_text("There is room for 61 more.")
    dialog.get_by_role("button", name="Add them").press("Enter")
    expect(rows).to_have_count(3)
    page.get_by_label("Word 2, Arabic").press("Alt+ArrowUp")
    expect(page.get_by_label("Word 1, Arabic")).to_be_focused()
    expect(page.get_by_label("Word 1, English")).to_have_value("blue")


def test_an_exhibition_has_its_own_words_and_days(browser: Browser, room: DreamDesk) -> None:
    with desk(browser) as page:
        go(page, room, "/settings")
        refused = page.locator('[data-field="refused_words.en"]')
        refused.get_by_role("textbox").fill(f"whale\n\n{'a' * 65}\nwhale")
        expect(refused.locator(".error")).to_contain_text("has more than 64 characters")
        refused.get_by_role("textbox").fill("whale\n\nharpoon \nwhale")
        page.locator('[data-field="allowed_words.ar"]').get_by_role("textbox").fill("بحر")
        page.get_by_label("Days for which pictures are kept").fill("0")
        save(page)
        assert room.exhibition.refused_words == {"en": ("whale", "harpoon")}
        assert (room.exhibition.allowed_words, room.exhibition.keep_days) == ({"ar": ("بحر",)}, 0)
        refused.get_by_role("textbox").fill("")
        save(page)
    assert room.exhibition.refused_words == {}


@pytest.mark.slow
def test_what_a_dream_lacks_leads_to_where_it_is_mended(browser: Browser, room: DreamDesk) -> None:
    room.station = room.station.model_copy(update={"experience": DreamContent(mark=Mark.NONE)})
    with desk(browser) as page:
        go(page, room, "/versions")
        expect(page.get_by_text("There is no word to choose from yet.")).to_be_visible()
        page.get_by_role("link", name="Where the mark stands").click()
        expect(page.get_by_label("Where the mark stands")).to_be_focused()
