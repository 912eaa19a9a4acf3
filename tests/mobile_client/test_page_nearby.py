"""Codes in view: another station is offered, and gone to without leaving the page or asking for the camera again."""

import re

import pytest
from cards import TICKET, canvas_card, hall_card
from playwright.sync_api import Page, expect
from server_double import ServerDouble
from visits import begin_live, expect_state

from exhibit.protocol import Bye, Frame, Hello, Set

pytestmark = pytest.mark.browser

HALL = "HALL.5"
STREAM = "document.querySelector('video').srcObject.id"


@pytest.fixture
def offered(page: Page, server: ServerDouble, visit: str) -> Page:
    """A live picture before the harbour, the code of the hall in view."""
    server.cards[HALL] = hall_card()
    begin_live(page, visit)
    see_hall(server)
    expect(page.get_by_role("region", name="Another station")).to_be_visible()
    return page


def see_hall(server: ServerDouble) -> None:
    """The server saw the hall's code in a frame."""
    station = {"id": "hall", "number": 5, "title": "The great hall"}
    server.connection.tell("nearby", station=station, ticket=HALL)


def go(page: Page) -> None:
    """Take the offer."""
    page.get_by_role("button", name="Go there").click()


def test_another_station_is_offered_by_its_title(offered: Page) -> None:
    banner = offered.get_by_role("region", name="Another station")
    expect(banner).to_contain_text("Now before: The great hall")
    expect(banner.get_by_role("button", name="Go there")).to_be_visible()
    expect(offered.get_by_role("status").filter(has_text="Now before: The great hall")).to_be_attached()


def test_going_there_keeps_the_page_and_the_camera(offered: Page, server: ServerDouble) -> None:
    offered.evaluate("document.documentElement.dataset.page = 'same'")
    stream = offered.evaluate(STREAM)
    go(offered)
    expect(offered.get_by_role("heading", name="The great hall")).to_be_focused()
    expect_state(offered, "live")
    offered.wait_for_selector("[data-painted=fresh]")
    assert offered.evaluate(STREAM) == stream
    assert offered.evaluate("document.documentElement.dataset.page") == "same"
    expect(offered).to_have_url(re.compile(rf"/v/{HALL}$"))
    expect(offered).to_have_title(re.compile("The great hall"))
    expect(offered.get_by_role("region", name="Another station")).to_be_hidden()


def test_going_there_says_goodbye_and_greets_with_the_new_ticket(offered: Page, server: ServerDouble) -> None:
    go(offered)
    expect(offered.get_by_role("heading", name="The great hall")).to_be_visible()
    expect_state(offered, "live")
    assert [hello.ticket for hello in server.heard(Hello)] == [TICKET, HALL]
    assert server.heard(Hello)[1].resume is None
    first, second = server.connections
    assert any(isinstance(message, Bye) for message in first.heard)
    offered.wait_for_timeout(300)
    assert any(isinstance(message, Frame) for message in second.heard)


def test_a_choice_made_at_one_station_is_not_taken_to_the_next(offered: Page, server: ServerDouble) -> None:
    offered.get_by_role("radio", name="The Great Wave").check(force=True)
    expect(offered.locator("#painted")).to_have_attribute("data-shown-revision", "1")
    server.settings, server.revision = {"revision": 0, "style": {"scream": 1.0}, "strength": 1.0}, 0
    go(offered)
    expect(offered.get_by_role("radio", name="The Scream")).to_be_checked()
    assert not any(isinstance(message, Set) for message in server.connection.heard)


@pytest.mark.slow
def test_the_language_stays(offered: Page) -> None:
    offered.get_by_role("button", name="Options").click()
    offered.get_by_role("button", name="简体中文").click()
    offered.get_by_role("button", name="前往").click()
    expect(offered.get_by_role("heading", name="大厅")).to_be_visible()


def test_a_visitor_goes_from_a_lens_to_a_canvas_and_back(offered: Page, server: ServerDouble) -> None:
    server.cards[HALL] = canvas_card(id="hall", title={"en": "The great hall"})
    go(offered)
    expect(offered.get_by_role("heading", name="The great hall")).to_be_visible()
    offered.wait_for_selector("[data-painted=fresh]")
    server.connection.tell("nearby", station={"id": "harbour", "number": 3, "title": "The harbour"}, ticket=TICKET)
    go(offered)
    expect(offered.get_by_role("heading", name="The harbour at dusk")).to_be_visible()
    offered.wait_for_selector("[data-painted=fresh]")
    assert offered.locator("#painted").count() == 1


def test_leaving_and_coming_again_goes_on_at_the_new_station(offered: Page, server: ServerDouble) -> None:
    go(offered)
    expect(offered.get_by_role("heading", name="The great hall")).to_be_visible()
    offered.get_by_role("button", name="Leave").click()
    offered.get_by_role("button", name="Start again").click()
    expect_state(offered, "live")
    assert server.heard(Hello)[-1].ticket == HALL


def test_a_dismissed_station_is_not_offered_again_at_once(offered: Page, server: ServerDouble) -> None:
    offered.get_by_role("button", name="Not now").click()
    banner = offered.get_by_role("region", name="Another station")
    expect(banner).to_be_hidden()
    see_hall(server)
    offered.wait_for_timeout(500)
    expect(banner).to_be_hidden()
    expect_state(offered, "live")


def test_an_offer_put_away_with_the_keyboard_leaves_the_focus_in_the_page(offered: Page) -> None:
    offered.get_by_role("button", name="Not now").focus()
    offered.keyboard.press("Enter")
    expect(offered.get_by_role("region", name="Another station")).to_be_hidden()
    expect(offered.get_by_role("heading", name="The harbour at dusk")).to_be_focused()


def test_the_station_that_one_is_at_is_not_offered(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    server.connection.tell("nearby", station={"id": "harbour", "number": 3, "title": "Here"}, ticket=TICKET)
    page.wait_for_timeout(500)
    expect(page.get_by_role("region", name="Another station")).to_be_hidden()


def refuse(server: ServerDouble) -> None:
    server.refused[HALL] = "ticket_expired"


def close(server: ServerDouble) -> None:
    server.cards[HALL] = hall_card(open=False)


def stay_away(server: ServerDouble) -> None:
    server.status = 503


@pytest.mark.parametrize(
    ("fail", "sentence"),
    [
        (refuse, "Its code is not valid any more."),
        pytest.param(close, "That station is closed at the moment.", marks=pytest.mark.slow),
        pytest.param(stay_away, "That station could not be reached.", marks=pytest.mark.slow),
    ],
    ids=["refused", "closed", "away"],
)
def test_a_station_that_cannot_be_gone_to_says_why_and_the_visit_goes_on(
    offered: Page, server: ServerDouble, fail: object, sentence: str
) -> None:
    assert callable(fail)
    fail(server)
    go(offered)
    banner = offered.get_by_role("region", name="Another station")
    expect(banner).to_contain_text(sentence)
    expect(offered.get_by_role("heading", name="The harbour at dusk")).to_be_visible()
    expect_state(offered, "live")
    assert (len(server.connections), server.heard(Bye)) == (1, [])
    expect(offered).to_have_url(re.compile(f"/v/{TICKET}$"))
    server.refused, server.status, server.cards[HALL] = {}, 200, hall_card()
    banner.get_by_role("button", name="Try again").click()
    expect(offered.get_by_role("heading", name="The great hall")).to_be_visible()


def test_a_finger_on_the_offer_does_not_turn_the_style(offered: Page) -> None:
    offered.locator(".nearby").hover()
    offered.mouse.down()
    offered.wait_for_timeout(500)
    expect(offered.locator("#stage:not([data-compare])")).to_be_attached()
    offered.mouse.up()
