"""Each screen for everyone: axe finds nothing, nothing runs off the side, targets are large, the focus can be seen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from cards import canvas_card, card, described_card, overlay_card
from playwright.sync_api import Page, expect
from server_double import ServerDouble, nowhere
from visits import EQUIPPED_CAMERA, TWO_SIDES, begin, begin_live, expect_state, no_camera, seem

from exhibit.refusal import Refusal

pytestmark = pytest.mark.browser

NARROW, LANDSCAPE, LAPTOP = (320, 568), (640, 320), (1280, 800)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OFF_THE_SIDE = """() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const outside = [...document.querySelectorAll("button, h1, h2, p, input, select, a")].filter((element) => {
        const box = element.getBoundingClientRect();
        const row = element.closest(".thumbnails");
        return !row && box.width > 1 && (box.left < -1 || box.right > innerWidth + 1);
    });
    return [wide, outside.map((element) => element.outerHTML.slice(0, 80))];
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, select, a, .thumbnail, input:not(.unseen)")]
    .map((element) => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24))
    .map(([element]) => element.outerHTML.slice(0, 80))"""


@dataclass(frozen=True)
class Screen:
    """A screen, how the server and the phone must be to lead there, and what is done then."""

    state: str
    answers: dict[str, Any] = field(default_factory=dict)
    script: str = ""
    go: Callable[[Page, str], None] = begin
    then: str = ""


def _open(page: Page, address: str) -> None:
    page.goto(address)


SLOW = {"state": "slow", "fps": 5, "width": 320, "height": 240, "reduced": ["frame_rate", "resolution"]}
WAITING = {"state": "waiting", "place": 4, "estimate_s": 95}
DRAFT = {"draft": True, "version": 0, "expires_at": "2126-12-01T09:00:00Z"}
WECHAT = seem("Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0")
SCREENS = {
    "consent": Screen("consent", go=_open),
    "consent without artwork": Screen("consent", {"card": card(artwork=None)}, go=_open),
    "more about a place that flickers": Screen("consent", {"card": described_card()}, go=_open, then="summary"),
    "asking": Screen("asking", script="navigator.mediaDevices.getUserMedia = () => new Promise(() => {})"),
    "denied": Screen("denied", script=no_camera("NotAllowedError")),
    "no camera": Screen("no_camera", script=no_camera("NotFoundError")),
    "in-app browser": Screen("in_app_browser", script=f"{no_camera('NotAllowedError')}; {WECHAT}"),
    "unsupported": Screen("unsupported", script="delete window.createImageBitmap", go=_open),
    "reading the ticket again": Screen("reconnecting", {"status": 503}, go=_open),
    "waiting": Screen("waiting", {"live": WAITING}),
    "full": Screen("waiting", {"refusal": Refusal.ROOM_FULL, "retry_after_s": 30}),
    "live": Screen("live", go=begin_live),
    "mixing": Screen("live", go=begin_live, then="button:has-text('Mix')"),
    "options": Screen("live", go=begin_live, then="button[aria-label=Options]"),
    "picture": Screen("live", go=begin_live, then=".shutter"),
    "light, zoom and the other side": Screen("live", script=EQUIPPED_CAMERA + TWO_SIDES, go=begin_live),
    "a draft": Screen("live", {"card": {**card(), **DRAFT}}, go=begin_live),
    "looking for the artwork": Screen("live", {"card": canvas_card(), "look": nowhere}),
    "a curator's overlay": Screen("live", {"card": overlay_card()}, go=begin_live),
    "slow": Screen("slow", {"live": SLOW}, go=begin_live),
    "stopping": Screen("reconnecting", {"refusal": Refusal.STOPPING, "retry_after_s": 30}),
    "station closed": Screen("station_closed", {"card": card(open=False, opens_at="2126-12-01T09:00:00Z")}, go=_open),
    "ticket not valid": Screen("ticket_invalid", {"status": 403, "card": {"code": "ticket_expired"}}, go=_open),
    "ended": Screen("ended", go=begin_live, then="button[aria-label=Leave]"),
}


def show(page: Page, server: ServerDouble, address: str, screen: Screen) -> None:
    """Go to a screen."""
    for name, value in screen.answers.items():
        setattr(server, name, value)
    if screen.script:
        page.add_init_script(screen.script)
    screen.go(page, address)
    if screen.then:
        page.locator(screen.then).click()
    expect_state(page, screen.state)
    page.wait_for_timeout(450)  # until what fades in has done so


def complaints(page: Page) -> list[str]:
    """What axe has to say against the present screen."""
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in violations for node in one["nodes"]]


@pytest.mark.parametrize("name", SCREENS)
def test_screen_is_open_to_everyone(page: Page, server: ServerDouble, visit: str, name: str) -> None:
    show(page, server, visit, SCREENS[name])
    assert complaints(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    for width, height in (NARROW, LANDSCAPE, LAPTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(OFF_THE_SIDE) == [0, []], f"at {width} x {height}"


@pytest.mark.parametrize("language", ["en", pytest.param("zh-Hans", marks=pytest.mark.slow), "ar"])
def test_the_offer_of_another_station_is_open_to_everyone(
    page: Page, server: ServerDouble, visit: str, language: str
) -> None:
    page.add_init_script(f"localStorage.setItem('vernissage.language', '{language}')")
    begin_live(page, visit)
    title = "A remarkably long title of a station that nobody would have expected to be so long"
    server.connection.tell("nearby", station={"id": "hall", "number": 5, "title": title}, ticket="HALL")
    expect(page.locator(".nearby .primary")).to_be_visible()
    page.wait_for_timeout(450)  # until it has faded in
    assert complaints(page) == []
    assert page.evaluate(SMALL_TARGETS) == []
    for width, height in (NARROW, LANDSCAPE, LAPTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(OFF_THE_SIDE) == [0, []], f"at {width} x {height}"
        expect(page.locator(".nearby .round")).to_be_in_viewport(ratio=0.99)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["consent", "denied", "live", "looking for the artwork"])
def test_axe_finds_nothing_in_the_dark_and_from_right_to_left(
    page: Page, server: ServerDouble, visit: str, name: str
) -> None:
    page.emulate_media(color_scheme="dark")
    page.add_init_script("localStorage.setItem('vernissage.language', 'ar')")
    show(page, server, visit, SCREENS[name])
    assert complaints(page) == []


@pytest.mark.parametrize(("size", "language"), [(NARROW, "en"), (LANDSCAPE, "ar"), (LANDSCAPE, "zh-Hans")])
def test_all_controls_of_the_live_picture_are_in_reach(
    page: Page, server: ServerDouble, visit: str, size: tuple[int, int], language: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(f"localStorage.setItem('vernissage.language', '{language}')")
    begin_live(page, visit)
    for control in (".shutter", ".tool >> nth=0", ".tool >> nth=1", "#strength", ".round >> nth=0", ".round >> nth=1"):
        expect(page.locator(control)).to_be_in_viewport(ratio=0.99)
    stage = page.locator("#stage").bounding_box()
    assert stage is not None
    assert stage["width"] * stage["height"] > 0.35 * size[0] * size[1], "the picture is the largest thing"


@pytest.mark.parametrize("size", [NARROW, LANDSCAPE, LAPTOP])
@pytest.mark.parametrize("language", ["en", pytest.param("zh-Hans", marks=pytest.mark.slow), "ar"])
def test_nobody_agrees_without_seeing_what_the_camera_is_used_for(
    page: Page, server: ServerDouble, visit: str, size: tuple[int, int], language: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(f"localStorage.setItem('vernissage.language', '{language}')")
    page.goto(visit)
    for part in (".agreement .camera-use p", ".agreement .primary"):
        expect(page.locator(part)).to_be_in_viewport(ratio=0.99)


def test_arabic_runs_from_right_to_left(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script("localStorage.setItem('vernissage.language', 'ar')")
    begin_live(page, visit)
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    leave, options = (page.locator(".round").nth(index).bounding_box() for index in (0, 1))
    first, second = (page.locator(".thumbnail").nth(index).bounding_box() for index in (0, 1))
    assert leave and options and first and second
    assert leave["x"] > options["x"]
    assert first["x"] > second["x"]


def test_the_whole_visit_can_be_made_with_a_keyboard(page: Page, server: ServerDouble, visit: str) -> None:
    page.goto(visit)
    expect_state(page, "consent")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start the camera")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-painted=fresh]")
    reached = set()
    for _ in range(8):  # options, three of the style row, strength, mix, picture, compare
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent || document.activeElement.ariaLabel || 'input'"))
        assert (
            page.evaluate(
                "getComputedStyle(document.activeElement.closest('.thumbnail') ?? document.activeElement).outlineStyle"
            )
            != "none"
        )
    assert {"Mix", "Original"} <= reached


def test_changes_of_the_live_picture_are_announced(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    status = page.locator("#announcer")
    expect(status).to_have_text("Live")
    server.connection.socket.close(code=1012)
    expect(status).to_have_text("Connection lost")
    expect(status).to_have_text("Live")
