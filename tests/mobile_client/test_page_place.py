"""What a visitor may know of a place beforehand: more about it, when it opens, and that it is only a draft."""

from datetime import UTC, datetime, timedelta

import pytest
from cards import card, described_card
from playwright.sync_api import Page, expect
from server_double import ServerDouble
from visits import begin_live, expect_state

from exhibit.refusal import Refusal

pytestmark = pytest.mark.browser

SMALL = {"width": 360, "height": 640}
FLICKER = "The picture may flicker here."


def tomorrow_at_ten() -> str:
    """In the phone's own time, as the server writes it."""
    here = datetime.now().astimezone() + timedelta(days=1)
    return here.replace(hour=10, minute=0).astimezone(UTC).isoformat()


def test_more_about_a_place_is_told_to_who_asks_and_leaves_the_button_in_sight(
    page: Page, server: ServerDouble, visit: str
) -> None:
    page.set_viewport_size(SMALL)
    server.card = described_card()
    page.goto(visit)
    more = page.get_by_text("More about this place")
    summary, agreement = (part.bounding_box() for part in (more, page.locator(".agreement")))
    assert summary and agreement and summary["y"] + summary["height"] <= agreement["y"], "nothing lies on it"
    for part in (more, page.locator(".warning"), page.locator(".camera-use p"), page.locator(".agreement .primary")):
        expect(part).to_be_in_viewport(ratio=0.99)
    expect(page.locator(".warning")).to_contain_text(FLICKER)
    expect(page.get_by_text("painted from memory")).to_be_hidden()
    more.click()
    for told in ("painted from memory", "On loan.", "Three boats lie at a quay.", "Step-free access", "The lift is"):
        page.get_by_text(told).scroll_into_view_if_needed()
        expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_text("No seats nearby")).to_be_visible()
    expect(page.locator(".agreement .primary")).to_be_in_viewport(ratio=0.99)
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_text("附近没有座位")).to_be_visible()


def test_a_station_that_closes_says_when_it_opens_and_is_looked_at_again_by_itself(
    page: Page, server: ServerDouble, visit: str
) -> None:
    page.clock.install()
    begin_live(page, visit)
    server.card = card(open=False, opens_at=tomorrow_at_ten())
    server.connection.refuse(Refusal.STATION_CLOSED, opens_at=server.card["station"]["opens_at"])
    expect(page.locator(".opening")).to_have_text("Opens tomorrow at 10:00")
    read = server.cards_read
    button = page.get_by_role("button", name="Check again")
    button.focus()
    page.clock.fast_forward(61_000)
    page.wait_for_timeout(200)
    assert server.cards_read == read + 1
    expect(button).to_be_focused()
    server.card = card()
    page.clock.fast_forward(61_000)
    expect_state(page, "consent")
    expect(page.get_by_role("heading", name="The harbour at dusk")).to_be_focused()


def test_a_draft_is_marked_on_every_screen_with_the_time_that_is_left(
    page: Page, server: ServerDouble, visit: str
) -> None:
    expires_at = (datetime.now(UTC) + timedelta(minutes=25)).isoformat()
    server.card = {**card(), "draft": True, "version": 0, "expires_at": expires_at}
    page.goto(visit)
    mark = page.get_by_text("Draft: not public · 25 minutes left")
    expect(mark).to_be_in_viewport(ratio=0.99)
    page.get_by_role("button", name="Start the camera").click()
    page.wait_for_selector("[data-painted=fresh]")
    expect(mark).to_be_in_viewport(ratio=0.99)
    band, bar = (page.locator(name).bounding_box() for name in (".draft", "#bar"))
    assert band and bar
    assert bar["y"] >= band["y"] + band["height"], "the mark covers nothing"
    page.get_by_role("button", name="Leave").click()
    expect(mark).to_be_visible()
