"""What a visitor does with the camera itself: its light, its zoom, its other side, and the phone turned on its side."""

import pytest
from playwright.sync_api import Locator, Page, expect
from server_double import ServerDouble
from visits import EQUIPPED_CAMERA, TRACK, TWO_SIDES, begin_live, expect_state

from exhibit.protocol import Frame

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PINCH = """([from, to]) => {
    const stage = document.querySelector("#stage");
    const finger = (type, pointerId, x) => stage.dispatchEvent(new PointerEvent(type, {
        pointerId, isPrimary: pointerId === 1, bubbles: true, clientX: x, clientY: 300 }));
    finger("pointerdown", 1, 200 - from / 2);
    finger("pointerdown", 2, 200 + from / 2);
    for (let step = 1; step <= 5; step += 1) {
        const apart = from + (to - from) * step / 5;
        finger("pointermove", 1, 200 - apart / 2);
        finger("pointermove", 2, 200 + apart / 2);
    }
    finger("pointerup", 2, 200 + to / 2);
    finger("pointermove", 1, 20);
    finger("pointerup", 1, 20);
}"""


@pytest.fixture
def equipped(page: Page, server: ServerDouble, visit: str) -> Page:
    """A live picture from a phone with light, zoom, and a camera on each side."""
    page.add_init_script(EQUIPPED_CAMERA)
    page.add_init_script(TWO_SIDES)
    begin_live(page, visit)
    return page


def expect_setting(page: Page, name: str, value: object) -> None:
    """Wait until the camera was told so."""
    expect(page.locator("#camera")).to_have_js_property("srcObject.active", True)
    for _ in range(100):
        if page.evaluate(f"{TRACK}.getSettings().{name}") == value:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"expected {name} {value}, got {page.evaluate(f'{TRACK}.getSettings().{name}')}")


def test_a_camera_without_extras_shows_no_buttons_for_them(page: Page, server: ServerDouble, visit: str) -> None:
    begin_live(page, visit)
    for name in ("Light", "Switch to the other camera"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    expect(page.get_by_role("slider", name="Zoom")).to_be_hidden()


def test_the_light_is_turned_on_and_off(equipped: Page) -> None:
    light = equipped.get_by_role("button", name="Light")
    expect(light).to_have_attribute("aria-pressed", "false")
    light.click()
    expect(light).to_have_attribute("aria-pressed", "true")
    expect_setting(equipped, "torch", True)
    light.click()
    expect_setting(equipped, "torch", False)


def test_a_light_that_cannot_be_turned_on_says_so_by_its_button(equipped: Page) -> None:
    equipped.evaluate(
        f"{TRACK}.applyConstraints = async () => {{ throw new DOMException('', 'OverconstrainedError'); }}; null"
    )
    light = equipped.get_by_role("button", name="Light")
    light.click()
    expect(light).to_have_attribute("aria-pressed", "false")
    expect_state(equipped, "live")


def test_the_zoom_slider_draws_the_camera_nearer_and_says_how_far(equipped: Page) -> None:
    zoom = equipped.get_by_role("slider", name="Zoom")
    zoom.fill("0.5")
    expect_setting(equipped, "zoom", 2)
    expect(zoom).to_have_attribute("aria-valuetext", "2×")


def test_two_fingers_zoom_and_neither_turn_the_style_nor_show_the_original(
    equipped: Page, server: ServerDouble
) -> None:
    equipped.evaluate(PINCH, [100, 200])
    expect_setting(equipped, "zoom", 2)
    expect(equipped.get_by_role("radio", name="The Starry Night")).to_be_checked()
    expect(equipped.locator("#stage:not([data-compare])")).to_be_attached()


def test_a_second_finger_ends_a_long_press(equipped: Page) -> None:
    touch = "(type, id) => stage.dispatchEvent(new PointerEvent(type, { pointerId: id, bubbles: true, clientX: 200 }))"
    equipped.evaluate(f"({touch})('pointerdown', 1)")
    expect(equipped.locator("#stage[data-compare]")).to_be_attached()
    equipped.evaluate(f"({touch})('pointerdown', 2)")
    expect(equipped.locator("#stage:not([data-compare])")).to_be_attached()


def drag(page: Page, control: Locator, right: int) -> None:
    """Hold a control for longer than a press, and draw it along."""
    box = control.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + right, box["y"] + box["height"] / 2, steps=5)
    page.wait_for_timeout(500)


def test_a_finger_on_a_control_over_the_picture_does_not_touch_the_picture(equipped: Page) -> None:
    drag(equipped, equipped.get_by_role("slider", name="Zoom"), 90)
    expect(equipped.locator("#stage:not([data-compare])")).to_be_attached()
    equipped.mouse.up()
    expect(equipped.get_by_role("radio", name="The Starry Night")).to_be_checked()
    assert equipped.evaluate(f"{TRACK}.getSettings().zoom") > 1


def test_the_other_side_is_shown_as_in_a_mirror_without_light(equipped: Page, server: ServerDouble) -> None:
    equipped.get_by_role("button", name="Light").click()
    turn = equipped.get_by_role("button", name="Switch to the other camera")
    turn.click()
    expect(equipped.locator("#stage[data-mirrored]")).to_be_attached()
    expect(equipped.get_by_role("button", name="Light")).to_be_hidden()
    turn.click()
    expect(equipped.locator("#stage:not([data-mirrored])")).to_be_attached()
    expect(equipped.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "false")
    assert equipped.evaluate("window.opened") == ["environment", "user", "environment"]
    assert len(server.connections) == 1


def test_zoom_is_kept_when_the_camera_is_opened_again(equipped: Page) -> None:
    equipped.get_by_role("slider", name="Zoom").fill("0.5")
    expect_setting(equipped, "zoom", 2)
    equipped.get_by_role("button", name="Switch to the other camera").click()
    expect(equipped.locator("#stage[data-mirrored]")).to_be_attached()
    expect_setting(equipped, "zoom", 2)


def test_a_side_that_cannot_be_had_brings_the_present_one_back(equipped: Page, server: ServerDouble) -> None:
    equipped.evaluate("""() => {
        const ask = navigator.mediaDevices.getUserMedia;
        navigator.mediaDevices.getUserMedia = async (asked) => {
            if (asked.video.facingMode?.exact === "user") throw new DOMException("", "OverconstrainedError");
            return ask(asked);
        };
    }""")
    equipped.get_by_role("button", name="Switch to the other camera").click()
    equipped.wait_for_selector("[data-painted=fresh]")
    expect(equipped.locator("#stage:not([data-mirrored])")).to_be_attached()
    expect_state(equipped, "live")


@pytest.mark.parametrize("size", [(390, 844), (844, 390)], ids=["portrait", "landscape"])
def test_a_turned_phone_keeps_every_control_in_reach_and_the_picture_largest(
    equipped: Page, server: ServerDouble, size: tuple[int, int]
) -> None:
    equipped.set_viewport_size({"width": size[0], "height": size[1]})
    for control in (".shutter", ".tool >> nth=0", ".tool >> nth=1", "#strength", "#zoom", ".stage-tool >> nth=0"):
        expect(equipped.locator(control)).to_be_in_viewport(ratio=0.99)
    stage, video, canvas = (equipped.locator(name).bounding_box() for name in ("#stage", "#camera", "#painted"))
    assert stage is not None
    assert stage == video == canvas
    assert stage["width"] * stage["height"] > 0.5 * size[0] * size[1]
    count = len(server.heard(Frame))
    equipped.wait_for_timeout(500)
    assert len(server.heard(Frame)) > count
