"""What a visitor does on the way to the live picture, in words that several tests share."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

expect.set_options(timeout=20_000)  # browsers share two cores with whatever else there is
INSECURE_HOST = "gallery.test"  # leads to the house, and is no secure origin as 127.0.0.1 is


def no_camera(name: str) -> str:
    """A script that makes getUserMedia fail by that name."""
    return f"navigator.mediaDevices.getUserMedia = async () => {{ throw new DOMException('played', '{name}'); }}; null"


def seem(user_agent: str) -> str:
    """A script that names the browser."""
    return f"Object.defineProperty(navigator, 'userAgent', {{ value: {user_agent!r} }})"


def expect_state(page: Page, state: str) -> None:
    """Wait for a screen."""
    expect(page.locator("body")).to_have_attribute("data-state", state)


def wait_for(page: Page, what: str, true: Callable[[], object]) -> None:
    """Let the page's messages arrive until something is true."""
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"expected {what}")


def begin(page: Page, address: str) -> None:
    """Open the page and agree to the camera."""
    page.goto(address)
    page.locator(".consent .primary").click()


def begin_live(page: Page, address: str) -> None:
    """The same, until a painted picture is on the screen."""
    begin(page, address)
    page.wait_for_selector("[data-painted=fresh]")


EQUIPPED_CAMERA = """(() => {
    const picture = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = picture.getContext("2d");
    setInterval(() => {
        context.fillStyle = window.asked?.video?.facingMode?.exact === "user" ? "#a06030" : "#306090";
        context.fillRect(0, 0, picture.width, picture.height);
        context.fillStyle = "#ffffff";
        context.fillRect(performance.now() / 20 % 640, 100, 20, 200);
    }, 40);
    const equip = (track, side) => {
        const settings = { deviceId: side, facingMode: side, width: 640, height: 480, torch: false, zoom: 1 };
        const range = { torch: side === "environment", zoom: { min: 1, max: 4, step: 0.1 } };
        track.getCapabilities = () => range;
        track.getSettings = () => settings;
        track.applyConstraints = async ({ advanced }) => Object.assign(settings, ...advanced);
    };
    window.opened = [];
    navigator.mediaDevices.getUserMedia = async (asked) => {
        window.asked = asked;
        const side = asked.video.facingMode?.exact ?? asked.video.facingMode?.ideal ?? "environment";
        const stream = picture.captureStream(25);
        equip(stream.getVideoTracks()[0], side);
        window.opened.push(side);
        return stream;
    };
})();"""
TURNING_CAMERA = """navigator.mediaDevices.getUserMedia = async () => {
    const picture = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = picture.getContext("2d");
    setInterval(() => {
        context.fillStyle = `hsl(${performance.now() % 360} 60% 50%)`;
        context.fillRect(0, 0, picture.width, picture.height);
        context.fillStyle = "#202020";
        for (let at = 0; at < 160; at += 1) context.fillRect(at * 97 % 640, at * 61 % 640, 9 + at % 7, 9 + at % 5);
    }, 40);
    window.turnPhone = () => Object.assign(picture, { width: 480, height: 640 });
    return picture.captureStream(25);
}"""
TWO_SIDES = """navigator.mediaDevices.enumerateDevices = async () => ["environment", "user"].map(
    (deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));"""
TRACK = "document.querySelector('video').srcObject.getVideoTracks()[0]"
