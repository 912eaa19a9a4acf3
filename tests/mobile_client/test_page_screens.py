"""Every screen of the page: how a visitor gets there, and what the next step is."""

import re

import pytest
from cards import card
from playwright.sync_api import Page, expect
from server_double import PACE, ServerDouble
from visits import INSECURE_HOST, begin, expect_state, no_camera, seem

from exhibit.protocol import Bye, Hello, Set
from exhibit.refusal import Refusal

pytestmark = pytest.mark.browser


def test_loading_is_shown_until_the_ticket_is_read(page: Page, visit: str) -> None:
    page.route("**/api/v1/tickets/*", lambda route: None)
    page.goto(visit)
    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    expect_state(page, "loading")


@pytest.mark.slow
def test_a_page_without_its_modules_offers_to_load_again(page: Page, server: ServerDouble, visit: str) -> None:
    page.route("**/client/main.js", lambda route: route.abort())
    page.clock.install()
    page.goto(visit)
    expect(page.get_by_role("link", name="Reload")).to_be_visible(timeout=15_000)


def test_consent_tells_what_the_camera_is_used_for_before_it_is_on(
    page: Page, server: ServerDouble, visit: str
) -> None:
    page.goto(visit)
    expect_state(page, "consent")
    expect(page.get_by_role("heading", name="The harbour at dusk")).to_be_visible()
    expect(page.get_by_text("Frames are not stored.")).to_be_visible()
    expect(page.get_by_role("img", name="A harbour")).to_be_visible()
    expect(page.locator("details, .warning, .draft:visible")).to_have_count(0)
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert server.connections == []


def test_a_station_without_an_artwork_shows_its_painters(page: Page, server: ServerDouble, visit: str) -> None:
    server.card = card(artwork=None)
    page.goto(visit)
    expect(page.locator(".painters img")).to_have_count(4)


def test_asking_stays_until_the_visitor_has_answered(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script("navigator.mediaDevices.getUserMedia = () => new Promise(() => {})")
    begin(page, visit)
    expect_state(page, "asking")
    expect(page.get_by_role("heading")).to_be_focused()


@pytest.mark.parametrize(
    ("user_agent", "step"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Website Settings"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537.36", "Permissions"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537.36", "lock symbol"),
    ],
    ids=["ios", "android", "other"],
)
def test_denied_tells_the_steps_of_the_system(
    page: Page, server: ServerDouble, visit: str, user_agent: str, step: str
) -> None:
    page.add_init_script(f"{no_camera('NotAllowedError')}; {seem(user_agent)}")
    begin(page, visit)
    expect_state(page, "denied")
    expect(page.locator(".steps")).to_contain_text(step)


def test_a_camera_that_was_denied_and_is_allowed_now_starts(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script(no_camera("NotAllowedError"))
    begin(page, visit)
    expect_state(page, "denied")
    page.evaluate("delete navigator.mediaDevices.getUserMedia")
    page.get_by_role("button", name="Try again").click()
    expect_state(page, "live")
    expect(page.locator("#studio > dialog")).to_have_count(2)


@pytest.mark.parametrize(
    ("error", "title"),
    [("NotFoundError", "No camera was found"), ("NotReadableError", "The camera is busy")],
)
def test_no_camera_tells_none_from_busy(page: Page, server: ServerDouble, visit: str, error: str, title: str) -> None:
    page.add_init_script(no_camera(error))
    begin(page, visit)
    expect_state(page, "no_camera")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_an_insecure_address_leads_to_the_secure_one(page: Page, server: ServerDouble, visit: str) -> None:
    page.goto(re.sub(r"127\.0\.0\.1", INSECURE_HOST, visit))
    expect_state(page, "insecure")
    with page.expect_request(re.compile(f"^https://{INSECURE_HOST}.*/v/")):
        page.get_by_role("button", name="Open the secure page").click()


def test_an_apps_browser_is_named_only_once_its_camera_failed(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script(seem("Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0"))
    begin(page, visit)
    expect_state(page, "live")


def test_an_apps_browser_without_a_camera_gives_the_link(page: Page, server: ServerDouble, visit: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(
        f"{no_camera('NotAllowedError')}; {seem('Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0')}"
    )
    begin(page, visit)
    expect_state(page, "in_app_browser")
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_text("Link copied")).to_be_visible()
    assert server.card is not None
    assert page.evaluate("navigator.clipboard.readText()") == server.card["public_url"]


def test_a_browser_that_lacks_what_is_needed_is_told_so(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script("delete window.createImageBitmap")
    page.goto(visit)
    expect_state(page, "unsupported")
    expect(page.get_by_text("Please use a current browser")).to_be_visible()


def test_connecting_shows_the_camera_at_once(page: Page, server: ServerDouble, visit: str) -> None:
    page.route_web_socket("**/ws", lambda socket: None)
    begin(page, visit)
    expect_state(page, "connecting")
    expect(page.get_by_role("heading", name="Connecting")).to_be_visible()
    expect(page.locator("#camera")).to_have_js_property("paused", False)


def test_the_waiting_room_tells_place_and_time_and_lets_in_by_itself(
    page: Page, server: ServerDouble, visit: str
) -> None:
    server.live = {"state": "waiting", "place": 4, "estimate_s": 95}
    begin(page, visit)
    expect_state(page, "waiting")
    expect(page.get_by_text("Your place 4")).to_be_visible()
    expect(page.get_by_text("About 2 minutes to wait")).to_be_visible()
    server.connection.tell("status", state="waiting", place=3, estimate_s=60)
    expect(page.get_by_text("Your place 3")).to_be_visible()
    server.connection.tell("status", state="live", **PACE)
    expect_state(page, "live")


def test_a_full_room_is_waited_for(page: Page, server: ServerDouble, visit: str) -> None:
    server.refusal, server.retry_after_s = Refusal.ROOM_FULL, 30
    begin(page, visit)
    expect_state(page, "waiting")
    expect(page.get_by_role("heading", name="The room is full")).to_be_visible()
    server.refusal = None
    page.get_by_role("button", name="Try now").click()
    expect_state(page, "live")


def test_slow_says_what_was_reduced(page: Page, server: ServerDouble, visit: str) -> None:
    reduced = ["frame_rate", "resolution", "model"]
    server.live = {"state": "slow", "fps": 5, "width": 320, "height": 240, "reduced": reduced}
    begin(page, visit)
    expect_state(page, "slow")
    line = "A little slower at the moment: fewer pictures a second, smaller pictures, a lighter brush"
    expect(page.get_by_text(line)).to_be_visible()


def test_a_lost_connection_comes_back_with_its_session(page: Page, server: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect_state(page, "live")
    server.connection.socket.close(code=1012)
    expect_state(page, "reconnecting")
    expect_state(page, "live")
    assert [hello.resume for hello in server.heard(Hello)] == [None, "again"]


def test_a_server_that_stops_names_the_time_to_come_back(page: Page, server: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect_state(page, "live")
    server.refusal = Refusal.STOPPING
    server.connection.refuse(Refusal.STOPPING, retry_after_s=30)
    expect_state(page, "reconnecting")
    # 30 s and up to a fifth more, so that not all come back at once; told in steps of five, rounded up.
    expect(page.get_by_text(re.compile("It goes on in about (30|35|40) seconds"))).to_be_visible()


def test_a_server_that_is_away_at_first_is_tried_again(page: Page, server: ServerDouble, visit: str) -> None:
    server.status = 503
    page.goto(visit)
    expect_state(page, "reconnecting")
    server.status = 200
    expect_state(page, "consent")


@pytest.mark.slow
def test_a_live_part_that_could_not_be_loaded_is_loaded_with_a_new_page(
    page: Page, server: ServerDouble, visit: str
) -> None:
    page.route("**/client/studio.js", lambda route: route.abort(), times=1)
    page.goto(visit)
    page.evaluate("document.documentElement.dataset.old = ''")
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator("html:not([data-old]) body[data-state=consent]")).to_be_attached()
    page.get_by_role("button", name="Start the camera").click()
    expect_state(page, "live")


def test_a_closed_station_can_be_looked_at_again(page: Page, server: ServerDouble, visit: str) -> None:
    server.card = card(open=False)
    page.goto(visit)
    expect_state(page, "station_closed")
    server.card = card()
    page.get_by_role("button", name="Check again").click()
    expect_state(page, "consent")


def test_a_station_that_closes_turns_the_camera_off(page: Page, server: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect_state(page, "live")
    server.connection.refuse(Refusal.STATION_CLOSED)
    expect_state(page, "station_closed")
    assert page.evaluate("document.querySelector('video').srcObject") is None


def test_a_station_that_opens_again_is_visited_as_before(page: Page, server: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect_state(page, "live")
    server.connection.refuse(Refusal.STATION_CLOSED)
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name="Start the camera").click()
    expect_state(page, "live")
    page.get_by_role("button", name="Next style").click()
    expect(page.locator("#painted")).to_have_attribute("data-shown-revision", re.compile("[1-9]"))
    assert server.heard(Set)[-1].style == {"wave": 1.0}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ticket_forged", "scan the code beside the artwork once more"),
        ("ticket_expired", "It has expired"),
        ("ticket_foreign", "another exhibition"),
        ("station_unknown", "no longer part of the exhibition"),
    ],
)
def test_a_ticket_that_is_not_valid_says_why(
    page: Page, server: ServerDouble, visit: str, code: str, sentence: str
) -> None:
    server.status, server.card = 403, {"type": "about:blank", "title": "", "status": 403, "code": code}
    page.goto(visit)
    expect_state(page, "ticket_invalid")
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_visitor_who_leaves_says_goodbye_and_may_come_again(page: Page, server: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect_state(page, "live")
    page.get_by_role("button", name="Leave").click()
    expect_state(page, "ended")
    expect(page.get_by_text("The camera is off.")).to_be_visible()
    assert len(server.heard(Bye)) == 1
    page.get_by_role("button", name="Start again").click()
    expect_state(page, "live")


def test_a_visit_that_goes_on_elsewhere_can_be_brought_back(page: Page, server: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect_state(page, "live")
    server.connection.refuse(Refusal.RESUMED_ELSEWHERE)
    expect_state(page, "ended")
    page.get_by_role("button", name="Continue here").click()
    expect_state(page, "live")


def test_an_outdated_page_asks_to_be_loaded_again(page: Page, server: ServerDouble, visit: str) -> None:
    server.refusal = Refusal.WRONG_VERSION
    begin(page, visit)
    expect_state(page, "unsupported")
    expect(page.get_by_role("button", name="Load the page again")).to_be_visible()


def test_a_camera_that_is_taken_away_for_good_is_told(page: Page, server: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect_state(page, "live")
    page.evaluate(no_camera("NotReadableError"))
    page.evaluate("document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect_state(page, "no_camera")
    expect(page.get_by_role("heading", name="The camera is busy")).to_be_visible()
