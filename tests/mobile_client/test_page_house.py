"""What the house tells its visitors: announcements, a picture while no worker is there, why a station is closed."""

from __future__ import annotations

import pytest
from cards import card
from playwright.sync_api import Page, expect
from server_double import ServerDouble
from visits import begin_live, expect_state

from exhibit.refusal import Refusal

pytestmark = pytest.mark.browser

CLOSING = {"text": "<b>We close</b> in ten minutes.", "at": "2026-11-29T17:50:00.000Z"}
IN_ARABIC = {"text": "يُغلق المعرض بعد عشر دقائق.", "at": "2026-11-29T17:51:00.000Z"}
BACK_SOON = "The picture comes back in a moment."


def test_an_announcement_is_read_out_shown_as_plain_text_and_put_away(
    page: Page, server: ServerDouble, visit: str
) -> None:
    begin_live(page, visit)
    banner = page.get_by_role("region", name="From the house")
    server.connection.tell("announcement", **CLOSING)
    expect(banner).to_contain_text(CLOSING["text"])
    expect(page.locator("[aria-live=polite]")).to_have_text(CLOSING["text"])
    banner.get_by_role("button", name="Put away").focus()
    page.keyboard.press("Enter")
    expect(banner).to_be_hidden()
    expect(page.get_by_role("heading", name="The harbour at dusk")).to_be_focused()
    server.connection.tell("announcement", **CLOSING)  # as after a connection that was lost
    server.connection.tell("nearby", station={"id": "hall", "number": 5, "title": "The hall"}, ticket="HALL")
    expect(page.get_by_role("region", name="Another station")).to_be_visible()
    expect(banner).to_be_hidden()
    server.connection.tell("announcement", **IN_ARABIC)
    expect(banner).to_be_in_viewport(ratio=0.99)
    assert banner.locator("p").evaluate("p => getComputedStyle(p).direction") == "rtl"
    above, below = (banner.bounding_box(), page.get_by_role("region", name="Another station").bounding_box())
    assert above and below and above["y"] + above["height"] <= below["y"], "neither lies on the other"
    server.connection.tell("announcement", text="")
    expect(banner).to_be_hidden()


def test_while_no_worker_is_there_the_house_s_picture_stands_in(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    picture = page.locator(".fallback img")
    server.connection.tell("fallback", on=True, picture="/media/harbour.jpg")
    expect(picture).to_be_visible()
    expect(page.get_by_role("status").filter(has_text=BACK_SOON)).to_be_visible()
    server.connection.tell("fallback", on=False)
    expect(picture).to_be_hidden()
    server.connection.tell("fallback", on=True)
    expect(page.get_by_text(BACK_SOON)).to_be_visible()
    expect(picture).to_be_hidden()


def test_a_station_that_is_switched_off_says_why_in_the_house_s_words(
    page: Page, server: ServerDouble, visit: str
) -> None:
    begin_live(page, visit)
    server.card = card(open=False, notice="We are hanging it anew.")
    server.connection.tell("error", code="station_closed", message="", fatal=True, notice="We are hanging it anew.")
    server.connection.socket.close(code=Refusal.STATION_CLOSED.close)
    expect_state(page, "station_closed")
    expect(page.get_by_text("We are hanging it anew.")).to_be_visible()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_text("We are hanging it anew.")).to_be_visible()


def test_who_comes_while_nobody_new_is_let_in_is_told_when_it_goes_on(
    page: Page, server: ServerDouble, visit: str
) -> None:
    server.refusal, server.retry_after_s = Refusal.DRAINING, 30
    page.goto(visit)
    page.locator(".consent .primary").click()
    expect_state(page, "reconnecting")
    expect(page.get_by_role("heading", name="The painter takes a short break")).to_be_visible()
