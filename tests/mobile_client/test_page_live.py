"""The live picture: what is sent, what is shown, and everything that a visitor can do with it."""

import re

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect
from server_double import PACE, ServerDouble, picture
from visits import TURNING_CAMERA, begin, begin_live, expect_state, wait_for

from exhibit.protocol import Bye, Frame, Hello, Overlay, Set, Telemetry, encode_overlay
from exhibit.refusal import Refusal

pytestmark = pytest.mark.browser

CENTRE = """() => {
    const canvas = document.querySelector("#painted");
    return [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data.slice(0, 3)];
}"""


def near(got: list[int], expected: tuple[int, int, int]) -> bool:
    """Whether two colours are the same but for JPEG's losses."""
    return all(abs(a - b) <= 12 for a, b in zip(got, expected, strict=True))


def test_frames_are_jpegs_of_the_size_asked_for_with_growing_numbers(
    page: Page, server: ServerDouble, visit: str
) -> None:
    begin_live(page, visit)
    wait_for(page, "five frames", lambda: len(server.heard(Frame)) >= 5)
    frames = server.heard(Frame)
    assert [frame.seq for frame in frames] == list(range(1, len(frames) + 1))
    assert [frame.capture_ms for frame in frames] == sorted(frame.capture_ms for frame in frames)
    sizes = {cv2.imdecode(np.frombuffer(frame.picture, np.uint8), cv2.IMREAD_COLOR).shape for frame in frames}
    assert sizes == {(frames[0].height, frames[0].width, 3)}
    assert max(frames[0].width, frames[0].height) <= PACE["width"]
    assert min(frames[0].width, frames[0].height) <= PACE["height"]


def test_what_is_shown_is_the_overlay_and_not_the_camera(page: Page, server: ServerDouble, visit: str) -> None:
    server.paint = lambda frame: picture("#c04080", frame.width, frame.height)
    begin_live(page, visit)
    assert near(page.evaluate(CENTRE), (0xC0, 0x40, 0x80))
    assert int(page.locator("#painted").get_attribute("data-shown-seq") or 0) >= 1


def test_the_overlay_lies_exactly_over_the_camera_picture(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    video, canvas = (page.locator(name).bounding_box() for name in ("#camera", "#painted"))
    assert video == canvas
    shapes = page.evaluate("[camera.videoWidth / camera.videoHeight, painted.width / painted.height]")
    assert shapes[0] == pytest.approx(shapes[1], rel=0.01)


def test_an_older_overlay_never_covers_a_newer_one(page: Page, server: ServerDouble, visit: str) -> None:
    server.paint = None
    begin(page, visit)
    wait_for(page, "two frames", lambda: len(server.heard(Frame)) == 2)
    for seq, colour in ((2, "#208020"), (1, "#d02020")):
        overlay = Overlay(seq, server.heard(Frame)[seq - 1].capture_ms, 480, 360, picture(colour, 480, 360))
        server.connection.socket.send(encode_overlay(overlay))
    page.wait_for_selector("#painted[data-shown-seq='2']")
    page.wait_for_timeout(300)
    assert page.locator("#painted").get_attribute("data-shown-seq") == "2"
    assert near(page.evaluate(CENTRE), (0x20, 0x80, 0x20))


def test_an_overlay_that_is_no_picture_is_passed_over(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    server.paint = None
    answered = server.heard(Frame)[-1].seq
    wait_for(page, "a frame without an answer", lambda: server.heard(Frame)[-1].seq > answered)
    broken = Overlay(server.heard(Frame)[-1].seq, 0.0, 480, 360, b"\xff\xd8\xffbroken")
    server.connection.socket.send(encode_overlay(broken))
    wait_for(page, "a count of it", lambda: any("undecodable" in one.dropped for one in server.heard(Telemetry)))


def test_at_most_two_frames_wait_for_an_answer(page: Page, server: ServerDouble, visit: str) -> None:
    server.paint = None
    begin(page, visit)
    wait_for(page, "two frames", lambda: len(server.heard(Frame)) == 2)
    page.wait_for_timeout(800)
    assert len(server.heard(Frame)) == 2


def test_a_smaller_and_slower_picture_is_sent_when_the_server_asks(
    page: Page, server: ServerDouble, visit: str
) -> None:
    begin_live(page, visit)
    slow = {"state": "slow", "fps": 4, "width": 160, "height": 120, "reduced": ["frame_rate", "resolution"]}
    server.connection.tell("status", **slow)
    expect_state(page, "slow")
    wait_for(page, "a small frame", lambda: server.heard(Frame)[-1].width <= 160)
    assert server.heard(Frame)[-1].height <= 120


def test_the_waiting_room_sends_no_frames(page: Page, server: ServerDouble, visit: str) -> None:
    server.live = {"state": "waiting", "place": 2, "estimate_s": 20}
    begin(page, visit)
    expect_state(page, "waiting")
    wait_for(page, "a sign of life", lambda: server.heard(Telemetry))
    assert server.heard(Frame) == []


def test_telemetry_tells_rate_and_age_each_second(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    wait_for(page, "telemetry with pictures", lambda: any(one.fps > 0 for one in server.heard(Telemetry)))
    told = next(one for one in server.heard(Telemetry) if one.fps > 0)
    assert 0 < told.glass_p50_ms <= told.glass_p95_ms < 10_000


def test_a_picked_style_is_sent_and_shown_by_its_revision(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.get_by_role("radio", name="The Great Wave").check(force=True)
    expect(page.locator("#painted")).to_have_attribute("data-shown-revision", "1")
    assert server.heard(Set)[-1].style == {"wave": 1.0}
    expect(page.locator(".style-name")).to_contain_text("Katsushika Hokusai, 1831")


def test_styles_can_be_chosen_with_the_keyboard(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.get_by_role("radio", name="The Starry Night").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="The Great Wave")).to_be_checked()


def test_buttons_and_swipes_turn_the_style(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.get_by_role("button", name="Next style").click()
    expect(page.get_by_role("radio", name="The Great Wave")).to_be_checked()
    swipe(page, -150)
    expect(page.get_by_role("radio", name="The Scream")).to_be_checked()
    swipe(page, 150)
    expect(page.get_by_role("radio", name="The Great Wave")).to_be_checked()


def swipe(page: Page, right: int) -> None:
    """Draw a finger over the picture."""
    page.mouse.move(200, 300)
    page.mouse.down()
    page.mouse.move(200 + right, 305, steps=4)
    page.mouse.up()


def test_two_styles_are_mixed_by_balance(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    expect(page.get_by_role("slider", name="Balance")).to_be_hidden()
    page.get_by_role("button", name="Mix").click()
    page.get_by_role("checkbox", name="The Scream").check(force=True)
    page.get_by_role("slider", name="Balance").fill("0.25")
    wait_for(page, "the mix", lambda: server.heard(Set)[-1].style == {"wave": 0.75, "scream": 0.25})
    expect(page.locator(".style-name")).to_have_text("The Great Wave + The Scream")


def test_strength_is_a_slider_that_says_its_value(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    strength = page.get_by_role("slider", name="Strength")
    strength.fill("0.4")
    wait_for(page, "the strength", lambda: server.heard(Set) and server.heard(Set)[-1].strength == 0.4)
    expect(strength).to_have_attribute("aria-valuetext", "40%")


def test_holding_shows_the_original(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    button = page.get_by_role("button", name="Original")
    button.hover()
    page.mouse.down()
    expect(page.locator("#painted")).to_have_css("opacity", "0")
    page.mouse.up()
    expect(page.locator("#painted")).to_have_css("opacity", "1")
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.press("Enter")
    expect(page.locator("#painted")).to_have_css("opacity", "1")


def test_a_long_press_on_the_picture_shows_the_original(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.mouse.move(200, 300)
    page.mouse.down()
    expect(page.locator("#painted")).to_have_css("opacity", "0")
    page.mouse.up()
    expect(page.locator("#painted")).to_have_css("opacity", "1")


def test_a_picture_is_made_on_the_phone_and_saved_without_a_request(
    page: Page, server: ServerDouble, visit: str
) -> None:
    server.paint = lambda frame: picture("#c04080", frame.width, frame.height)
    begin_live(page, visit)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Take a picture").click()
    expect(page.get_by_role("dialog", name="Your picture")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save").click()
    assert download.value.suggested_filename == "vernissage-3.jpg"
    saved = cv2.imread(str(download.value.path()))
    assert saved.shape[1] == 1200
    assert near([int(value) for value in saved[400, 600]], (0x80, 0x40, 0xC0))  # OpenCV reads blue, green, red
    assert min(saved[-10, 600]) > 230, "paper around the picture"
    assert [url for url in asked if not url.startswith("blob:")] == []


def test_a_picture_is_shared_where_the_system_can(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script("""
        navigator.canShare = () => true;
        navigator.share = async ({ files }) => { window.shared = `${files[0].name} ${files[0].type}`; };
    """)
    begin_live(page, visit)
    page.get_by_role("button", name="Take a picture").click()
    page.get_by_role("button", name="Share").click()
    assert page.wait_for_function("window.shared").json_value() == "vernissage-3.jpg image/jpeg"


def test_a_picture_that_stays_away_gives_way_to_the_camera(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    server.paint = None
    expect(page.get_by_text("The painted picture is late.")).to_be_visible()
    expect(page.locator("#painted")).to_have_css("opacity", "0")


def test_a_choice_outlives_a_lost_session(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.get_by_role("radio", name="The Scream").check(force=True)
    wait_for(page, "the choice", lambda: server.heard(Set))
    server.revision = 0
    server.connection.socket.close(code=1012)
    wait_for(page, "a second connection", lambda: len(server.connections) == 2)
    wait_for(page, "the choice again", lambda: any(isinstance(one, Set) for one in server.connection.heard))
    assert server.heard(Set)[-1].style == {"scream": 1.0}


def test_settings_that_the_server_kept_are_shown(page: Page, server: ServerDouble, visit: str) -> None:
    server.settings = {"revision": 4, "style": {"mist": 1.0}, "strength": 0.5}
    server.revision = 4
    begin_live(page, visit)
    expect(page.get_by_role("radio", name="Charing Cross Bridge")).to_be_checked()
    expect(page.get_by_role("slider", name="Strength")).to_have_value("0.5")


def test_a_page_that_was_hidden_for_long_connects_again(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.evaluate("""() => {
        const turn = (state) => {
            Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        };
        const now = Date.now;
        turn("hidden");
        Date.now = () => now() + 60_000;
        turn("visible");
        Date.now = now;
    }""")
    wait_for(page, "a second connection", lambda: len(server.connections) == 2)
    assert server.heard(Hello)[-1].resume == "again"
    expect_state(page, "live")


def test_a_phone_that_is_turned_sends_and_shows_upright_pictures(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script(TURNING_CAMERA)
    begin_live(page, visit)
    assert (server.heard(Frame)[-1].width, server.heard(Frame)[-1].height) == (480, 360)
    page.evaluate("turnPhone()")
    wait_for(page, "an upright frame", lambda: server.heard(Frame)[-1].height == 480)
    expect(page.locator("#painted")).to_have_js_property("height", 480)
    assert server.heard(Frame)[-1].width == 360
    assert {frame.orientation for frame in server.heard(Frame)} == {0}, "browsers turn the camera's picture themselves"


def test_a_camera_that_the_system_ended_is_opened_again(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.evaluate("""() => {
        const [track] = document.querySelector("video").srcObject.getTracks();
        track.stop();
        track.dispatchEvent(new Event("ended"));
    }""")
    count = len(server.heard(Frame))
    wait_for(page, "frames of the new camera", lambda: len(server.heard(Frame)) > count + 3)
    expect_state(page, "live")


def test_a_page_kept_aside_says_goodbye_and_begins_anew(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    wait_for(page, "goodbye", lambda: server.heard(Bye))
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    wait_for(page, "a second connection", lambda: len(server.connections) == 2)
    page.wait_for_selector("[data-painted=fresh]")


def test_the_language_changes_without_losing_the_picture(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    page.get_by_role("button", name="Options").click()
    page.get_by_role("button", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", name="المرفأ عند الغسق")).to_be_visible()
    assert len(server.connections) == 1
    count = len(server.heard(Frame))
    wait_for(page, "more frames", lambda: len(server.heard(Frame)) > count)


def test_a_language_is_remembered(page: Page, server: ServerDouble, visit: str) -> None:
    page.goto(visit)
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("heading", name="黄昏的港口")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="黄昏的港口")).to_be_visible()


@pytest.mark.slow
def test_another_camera_can_be_chosen_and_is_remembered(page: Page, server: ServerDouble, visit: str) -> None:
    lens = "document.querySelector('video').srcObject.getVideoTracks()[0].getSettings().deviceId"
    begin_live(page, visit)
    page.get_by_role("button", name="Options").click()
    choice = page.get_by_role("combobox", name="Camera")
    other = choice.locator("option:not(:checked)").get_attribute("value")
    assert other != page.evaluate(lens)
    choice.select_option(other)
    wait_for(page, "the other camera", lambda: page.evaluate(f"camera.srcObject && {lens}") == other)
    page.reload()
    page.locator(".consent .primary").click()
    page.wait_for_selector("[data-painted=fresh]")
    assert page.evaluate(lens) == other


@pytest.mark.slow
def test_a_remembered_camera_that_is_gone_is_forgotten(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script("localStorage.setItem('vernissage.lens', 'unplugged')")
    begin_live(page, visit)
    assert page.evaluate("localStorage.getItem('vernissage.lens')") is None


def test_a_browser_that_keeps_nothing_shows_the_picture_all_the_same(
    page: Page, server: ServerDouble, visit: str
) -> None:
    blocked = "{ get() { throw new DOMException('blocked', 'SecurityError'); } }"
    page.add_init_script(
        f"for (const name of ['localStorage', 'sessionStorage'])  Object.defineProperty(window, name, {blocked})"
    )
    begin_live(page, visit)


def test_a_button_keeps_its_focus_while_the_wait_goes_on(page: Page, server: ServerDouble, visit: str) -> None:
    server.refusal, server.retry_after_s = Refusal.ROOM_FULL, 30
    begin(page, visit)
    button = page.get_by_role("button", name="Try now")
    button.focus()
    page.wait_for_timeout(2200)
    expect(button).to_be_focused()


def test_motion_is_left_out_for_who_does_not_want_it(page: Page, server: ServerDouble, visit: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    begin_live(page, visit)
    expect(page.locator("#painted")).to_have_css("transition-duration", re.compile(r"^0s$"))
