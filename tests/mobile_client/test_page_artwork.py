"""The screen of a canvas station: where to point the camera, what is said once the artwork is found, what to choose."""

import pytest
from cards import canvas_card, card, overlay_card
from playwright.sync_api import Page, expect
from server_double import ServerDouble, hanging, nowhere
from visits import TURNING_CAMERA, begin, begin_live, expect_state

from exhibit.protocol import Set

pytestmark = pytest.mark.browser

POINT = "Point the camera at the artwork"


@pytest.fixture
def canvas(server: ServerDouble) -> ServerDouble:
    """A server whose station repaints its artwork, and does not see it yet."""
    server.card, server.look = canvas_card(), nowhere
    return server


def test_the_camera_is_to_be_pointed_at_the_artwork_until_it_is_found(
    page: Page, canvas: ServerDouble, visit: str
) -> None:
    begin(page, visit)
    advice = page.locator(".advice")
    expect(advice).to_have_text(POINT)
    expect(advice.locator("img")).to_have_attribute("src", "/media/harbour.jpg")
    expect(page.locator(".outline")).to_have_css("opacity", "0.95")
    canvas.look = hanging
    expect(advice).to_be_hidden()
    expect(page.locator(".outline")).to_have_css("opacity", "0")
    expect(page.get_by_role("status").filter(has_text="The artwork was found")).to_be_attached()


def test_consent_tells_what_the_camera_is_used_for_there(page: Page, canvas: ServerDouble, visit: str) -> None:
    page.goto(visit)
    expect(page.locator(".camera-use")).to_contain_text("which finds the artwork in them")
    expect(page.locator(".camera-use")).to_contain_text("Frames are not stored.")


def test_the_outline_has_the_shape_of_the_artwork(page: Page, canvas: ServerDouble, visit: str) -> None:
    target = {"width": 300, "height": 700, "mean": [1, 1, 1], "deviation": [1, 1, 1]}
    canvas.card = canvas_card(target=target)
    begin(page, visit)
    expect(page.locator(".advice")).to_be_visible()
    box = page.evaluate("document.querySelector('.outline path').getBoundingClientRect().toJSON()")
    stage = page.locator("#stage").bounding_box()
    assert stage is not None
    assert box["height"] / box["width"] == pytest.approx(7 / 3, rel=0.05)
    assert box["top"] > stage["y"]
    assert box["bottom"] < stage["y"] + stage["height"]


def test_an_artwork_that_is_not_found_for_a_while_brings_a_tip(page: Page, canvas: ServerDouble, visit: str) -> None:
    begin(page, visit)
    expect(page.locator(".advice")).to_contain_text("Come a little closer", timeout=15_000)
    expect(page.get_by_role("status").filter(has_text="Come a little closer")).to_be_attached()


def test_an_artwork_that_leaves_the_view_is_asked_for_again(page: Page, canvas: ServerDouble, visit: str) -> None:
    canvas.look = hanging
    begin_live(page, visit)
    expect(page.get_by_role("status").filter(has_text="The artwork was found")).to_be_attached()
    canvas.look = nowhere
    expect(page.locator(".advice")).to_have_text(POINT, timeout=15_000)
    expect(page.get_by_role("status").filter(has_text="out of view")).to_be_attached()


def test_styles_are_chosen_as_at_a_lens(page: Page, canvas: ServerDouble, visit: str) -> None:
    canvas.look = hanging
    begin_live(page, visit)
    page.get_by_role("button", name="Next style").click()
    expect(page.locator("#painted")).to_have_attribute("data-shown-revision", "1")
    assert canvas.heard(Set)[-1].style == {"wave": 1.0}
    expect(page.locator("#painted")).to_have_attribute(
        "aria-label", "Your camera view; the artwork in it is painted in the style The Great Wave"
    )


def test_a_phone_that_is_turned_finds_the_artwork_again(page: Page, canvas: ServerDouble, visit: str) -> None:
    canvas.look = hanging
    page.add_init_script(TURNING_CAMERA)
    begin_live(page, visit)
    expect(page.locator("#painted")).to_have_js_property("width", 640)
    page.set_viewport_size({"width": 844, "height": 390})
    page.evaluate("turnPhone()")
    expect(page.locator("#painted")).to_have_js_property("width", 480)
    expect(page.locator("#painted")).to_have_js_property("height", 640)
    page.wait_for_selector("#painted:not([data-corners=''])")
    assert page.locator("#painted").bounding_box() == page.locator("#stage").bounding_box()


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (1280, 800)])
def test_where_the_curator_gave_the_overlay_there_is_no_style_to_choose(
    page: Page, canvas: ServerDouble, visit: str, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    canvas.card, canvas.look = overlay_card(), hanging
    begin_live(page, visit)
    for gone in (".picker", ".sliders", "button:has-text('Mix')"):
        expect(page.locator(gone)).to_have_count(0)
    expect(page.locator(".about")).to_contain_text("Six painters looked at light on water.")
    controls, shutter = (page.locator(name).bounding_box() for name in (".controls", ".shutter"))
    assert controls and shutter
    middle = controls["x"] + controls["width"] / 2
    assert shutter["x"] + shutter["width"] / 2 == pytest.approx(middle, abs=2)
    expect(page.get_by_role("button", name="Original")).to_be_in_viewport(ratio=0.99)


def test_a_swipe_does_nothing_where_there_is_no_style(page: Page, canvas: ServerDouble, visit: str) -> None:
    canvas.card, canvas.look = overlay_card(), hanging
    begin_live(page, visit)
    page.mouse.move(300, 300)
    page.mouse.down()
    page.mouse.move(150, 305, steps=4)
    page.mouse.up()
    page.wait_for_timeout(300)
    assert canvas.heard(Set) == []


def test_holding_shows_the_original_at_a_canvas_too(page: Page, canvas: ServerDouble, visit: str) -> None:
    canvas.look = hanging
    begin_live(page, visit)
    button = page.get_by_role("button", name="Original")
    button.hover()
    page.mouse.down()
    expect(page.locator("#painted")).to_have_css("opacity", "0")
    page.mouse.up()
    expect(page.locator("#painted")).to_have_css("opacity", "1")


def test_a_picture_of_a_canvas_is_saved_with_what_lies_on_the_artwork(
    page: Page, canvas: ServerDouble, visit: str
) -> None:
    canvas.card, canvas.look = overlay_card(), hanging
    begin_live(page, visit)
    page.get_by_role("button", name="Take a picture").click()
    dialog = page.get_by_role("dialog", name="Your picture")
    expect(dialog.get_by_role("img", name="Seen live before the artwork")).to_be_visible()
    pixel = page.evaluate("""() => {
        const card = document.querySelector(".picture canvas");
        return [...card.getContext("2d").getImageData(card.width / 2, card.height / 3, 1, 1).data.slice(0, 3)];
    }""")
    assert max(pixel) > 0, "a picture, and not the black of an empty canvas"


@pytest.mark.slow
def test_a_lens_that_paints_the_artwork_only_says_so_for_a_while(page: Page, server: ServerDouble, visit: str) -> None:
    server.card = card(region="inside")
    begin_live(page, visit)
    expect(page.locator(".advice")).to_have_text(POINT)
    expect(page.locator(".advice")).to_be_hidden(timeout=15_000)


@pytest.mark.parametrize("region", ["all", "outside"])
def test_a_lens_that_paints_the_room_gives_no_advice(page: Page, server: ServerDouble, visit: str, region: str) -> None:
    server.card = card(region=region)
    begin_live(page, visit)
    expect(page.locator(".advice")).to_be_hidden()


def test_the_hint_keeps_still_for_who_wants_no_motion(page: Page, canvas: ServerDouble, visit: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    begin(page, visit)
    expect(page.locator(".advice")).to_be_visible()
    expect(page.locator(".outline path")).to_have_css("animation-name", "none")


MOTION = """(() => {
    window.motion = [];
    DeviceMotionEvent.requestPermission = async () => {
        window.motion.push(document.querySelector("video").srcObject !== null);
        return "ANSWER";
    };
})()"""


@pytest.mark.parametrize("answer", ["granted", "denied"])
def test_motion_sensors_are_asked_for_after_the_camera_and_a_refusal_is_harmless(
    page: Page, canvas: ServerDouble, visit: str, answer: str
) -> None:
    canvas.look = hanging
    page.add_init_script(MOTION.replace("ANSWER", answer))
    page.goto(visit)
    expect_state(page, "consent")
    assert page.evaluate("window.motion") == []
    page.locator(".consent .primary").click()
    page.wait_for_selector("[data-painted=fresh]")
    assert page.evaluate("window.motion") == [True]


def test_a_lens_asks_for_no_motion_sensors(page: Page, server: ServerDouble, visit: str) -> None:
    page.add_init_script(MOTION)
    begin_live(page, visit)
    assert page.evaluate("window.motion") == []
