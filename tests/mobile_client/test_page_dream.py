"""The screen of a dream: words become a picture, large while it forms, then on the artwork; and what becomes of it."""

from collections.abc import Iterator

import pytest
from cards import card, dream_card
from playwright.sync_api import Locator, Page, expect
from server_double import Connection, ServerDouble, hanging, nowhere, picture
from test_page_access import OFF_THE_SIDE, SMALL_TARGETS, complaints
from visits import begin, begin_live, expect_state, wait_for

from exhibit.protocol import Cancel, Keep, Set, Wish

pytestmark = pytest.mark.browser

MADE = {
    "exhibition": "Light on water",
    "station": "The harbour at dusk",
    "artwork": "A harbour, oil on canvas",
    "words": "storm, gold",
    "source": "words",
    "model": "Pigment 1",
    "licence": "Apache-2.0",
    "training_data": "Paintings in the public domain",
    "seed": 42,
    "steps": 4,
    "styles": {},
    "made_at": "2026-11-28T10:15:00Z",
    "understood": ["storm"],
    "unknown": ["gold"],
}
KEPT = "https://gallery.example/kept/Zm9yIGV4YW1wbGU"
STYLED = {"styles": card()["station"]["styles"], "default_style": {"night": 1.0}, "strength": 0.0}
ALL = {"mode": "approved", "from": ["words", "artwork", "camera", "picture"], "wall": True}


def fulfil(connection: Connection, wish: Wish) -> None:
    """Make the picture at once."""
    connection.hang(picture("#c04080"), wish.revision)
    connection.dreams("done", made=MADE, can_keep=True)


@pytest.fixture
def dream(server: ServerDouble) -> ServerDouble:
    """A server at whose station pictures are made of words; the artwork is not in view yet."""
    server.card, server.look = dream_card(), nowhere
    return server


def arrive(page: Page, address: str) -> None:
    """Agree to the camera, and wait for the words."""
    begin(page, address)
    expect(page.locator(".wish")).to_be_visible()
    expect_state(page, "live")


def wish_for(page: Page, *words: str) -> None:
    """Choose words and have a picture made of them."""
    for word in words:
        chip(page, word).click()
    page.get_by_role("button", name="Make a picture").click()


def chip(page: Page, word: str) -> Locator:
    """A word's button."""
    return page.get_by_role("button", name=word, exact=True)


def spoken(page: Page) -> Locator:
    """What a screen reader is told of the dream."""
    return page.locator(".dream [role=status]")


def colour_on_artwork(page: Page) -> list[int]:
    """In the middle of the camera's view, where the artwork hangs."""
    found: list[int] = page.evaluate("""() => {
        const painted = document.querySelector("#painted");
        const copy = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
        copy.getContext("2d").drawImage(painted, painted.width / 2, painted.height / 2, 1, 1, 0, 0, 1, 1);
        return [...copy.getContext("2d").getImageData(0, 0, 1, 1).data.slice(0, 3)];
    }""")
    return found


def test_words_become_a_picture_that_forms_large_and_hangs_on_the_artwork_once_it_is_in_view(
    page: Page, dream: ServerDouble, visit: str
) -> None:
    arrive(page, visit)
    expect(page.locator(".advice")).to_be_hidden()
    expect(page.get_by_role("button", name="Make a picture")).to_be_disabled()
    wish_for(page, "storm", "deep blue")
    expect(page.get_by_role("heading", name="One moment")).to_be_focused()
    assert [(wish.revision, wish.words, wish.text) for wish in dream.heard(Wish)] == [(1, (0, 3), None)]
    told = dream.connection
    told.dreams("queued", place=3, estimate_s=12)
    expect(page.locator(".wait")).to_contain_text("Your place: 3")
    told.dreams("forming", step=1, steps=4)
    told.hang(picture("#203060"), 1)
    forming = page.get_by_role("img", name="A picture that is forming: storm, deep blue")
    expect(forming).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_js_property("value", 0.25)
    told.hang(picture("#c04080"), 1)
    told.dreams("done", made=MADE, can_keep=True)
    expect(page.get_by_role("img", name="Your picture: storm, deep blue", exact=True)).to_be_visible()
    expect(page.locator(".advice")).to_have_text("Point the camera at the artwork, and your picture hangs there.")
    expect(spoken(page)).to_have_text("Your picture: storm, deep blue. Not understood: gold")
    dream.look = hanging
    expect(page.locator(".dream-frame")).to_be_hidden()
    expect(page.locator("#painted")).to_have_attribute("data-shown-revision", "1")
    expect(page.locator("#painted")).to_have_attribute(
        "aria-label", "Your camera view; on the artwork hangs this: Your picture: storm, deep blue"
    )
    wait_for(page, "the picture's colour", lambda: colour_on_artwork(page)[0] > 150)
    page.get_by_role("button", name="Large").click()
    expect(page.locator(".dream-frame")).to_be_visible()


def test_a_sentence_that_is_refused_stays_in_its_line_and_can_be_changed(
    page: Page, dream: ServerDouble, visit: str
) -> None:
    dream.card = dream_card(dream={"mode": "free", "max_chars": 24})
    dream.dream = lambda connection, _: connection.dreams("refused", code="words_listed", message="No.")
    arrive(page, visit)
    line = page.get_by_label("In your own words")
    line.fill("a storm over the wide sea")
    expect(page.locator("#wish-room")).to_have_text("Characters too many: 1")
    line.fill("a storm over the sea")
    assert dream.heard(Wish) == [], "nothing is sent while it is written"
    line.press("Enter")
    expect(spoken(page)).to_contain_text("There is a word in it that is not used here.")
    expect(line).to_have_value("a storm over the sea")
    dream.dream = fulfil
    line.fill("a calm sea")
    line.press("Enter")
    expect(page.get_by_role("heading", name="a calm sea")).to_be_visible()
    assert [wish.text for wish in dream.heard(Wish)] == ["a storm over the sea", "a calm sea"]


def test_a_picture_is_varied_painted_over_kept_and_explained(page: Page, dream: ServerDouble, visit: str) -> None:
    dream.card, dream.dream, dream.look = dream_card(**STYLED, dream=ALL), fulfil, hanging
    dream.settings = {"revision": 0, "style": {"night": 1.0}, "strength": 0.0}
    arrive(page, visit)
    page.get_by_text("The artwork", exact=True).click()
    wish_for(page, "storm", "gold")
    page.get_by_role("button", name="Vary").click()
    chip(page, "Again").click()
    wait_for(page, "three wishes", lambda: len(dream.heard(Wish)) == 3)
    assert [(wish.source, wish.change) for wish in dream.heard(Wish)] == [
        ("artwork", 0.6),
        ("picture", 0.6),
        ("artwork", 0.6),
    ]
    expect(page.locator(".left").last).to_have_text("17 of 20 pictures left")
    chip(page, "Style").click()
    page.get_by_role("button", name="Next style").click()
    wait_for(page, "the style", lambda: dream.heard(Set))
    assert [(one.revision, one.style, one.strength) for one in dream.heard(Set)] == [(4, {"wave": 1.0}, 1.0)]
    page.get_by_role("button", name="How it was made").click()
    card = page.get_by_role("dialog", name="How it was made")
    for fact in ("computer program", "storm, gold", "Pigment 1", "Apache-2.0", "42", "The Great Wave"):
        expect(card).to_contain_text(fact)
    page.keyboard.press("Escape")
    chip(page, "Keep").click()
    page.get_by_label("Also offer it for the wall").check()
    page.get_by_role("dialog").get_by_role("button", name="Keep").click()
    wait_for(page, "the wish to keep it", lambda: dream.heard(Keep) == [Keep(wall=True)])
    dream.connection.tell("kept", revision=3, url=KEPT, expires_at="2026-12-28T10:15:00Z")
    expect(page.get_by_label("Private link")).to_have_value(KEPT)
    expect(page.get_by_role("link", name="Open")).to_have_attribute("href", KEPT)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Leave").click()
    expect(page.locator(".sheet")).to_contain_text("What you kept is behind your private link")


@pytest.mark.slow
def test_a_wish_is_cancelled_and_one_that_a_lost_connection_took_is_offered_again(
    page: Page, dream: ServerDouble, visit: str
) -> None:
    arrive(page, visit)
    wish_for(page, "fire")
    page.get_by_role("button", name="Cancel").click()
    expect(spoken(page)).to_have_text("Cancelled")
    expect(chip(page, "fire")).to_have_attribute("aria-pressed", "true")
    wait_for(page, "the cancelling", lambda: dream.heard(Cancel))
    page.get_by_role("button", name="Make a picture").click()
    wait_for(page, "the wish", lambda: len(dream.heard(Wish)) == 2)
    dream.connection.socket.close(code=1012)
    expect(page.locator(".vain")).to_have_text("The connection was lost while your picture was made.")
    expect_state(page, "live")
    dream.dream = fulfil
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="fire")).to_be_visible()


@pytest.mark.slow
def test_a_station_that_becomes_a_dream_offers_its_words_over_the_same_connection(
    page: Page, server: ServerDouble, visit: str
) -> None:
    loaded: list[str] = []
    page.on("response", lambda answer: loaded.append(answer.url))
    begin_live(page, visit)
    assert not [url for url in loaded if "dream" in url], "a lens does not pay for a dream"
    server.dream = fulfil
    server.publish(dream_card())
    wish_for(page, "gold")
    expect(page.get_by_role("heading", name="gold")).to_be_visible()
    assert len(server.connections) == 1


def walk(page: Page, dream: ServerDouble, visit: str) -> Iterator[str]:
    """Through the states of a dream, one after another."""
    arrive(page, visit)
    yield "words"
    page.locator(".surprise").click()
    page.locator(".wish .primary").click()
    wait_for(page, "the wish", lambda: dream.heard(Wish))
    dream.connection.dreams("forming", step=2, steps=4)
    dream.connection.hang(picture("#203060"), 1)
    expect(page.locator(".dream-frame")).to_be_visible()
    yield "forming"
    dream.connection.dreams("done", made=MADE, can_keep=True)
    page.locator(".actions .chip:nth-of-type(4)").click()
    yield "picture and style"
    page.locator(".chip.keep").click()
    yield "keeping"
    page.locator(".keeping .primary").click()
    dream.connection.tell("kept", revision=1, url=KEPT, expires_at="2026-12-28T10:15:00Z")
    expect(page.locator("#kept-link")).to_be_visible()
    yield "kept"
    page.keyboard.press("Escape")
    page.locator(".actions .chip:last-of-type").click()
    yield "made"
    page.keyboard.press("Escape")
    page.locator(".actions .chip:first-of-type").click()
    dream.connection.dreams("failed", code="busy", message="", retry_after_s=20)
    yield "failed"


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-Hans", "ar"])
def test_every_state_of_a_dream_is_open_to_everyone(page: Page, dream: ServerDouble, visit: str, language: str) -> None:
    page.add_init_script(f"localStorage.setItem('vernissage.language', '{language}')")
    dream.card = dream_card(**STYLED, dream=ALL)
    for state in walk(page, dream, visit):
        page.mouse.move(5, 5)
        page.wait_for_timeout(450)  # until what fades in has done so
        assert complaints(page) == [], state
        assert page.evaluate(SMALL_TARGETS) == [], state
        for width, height in ((320, 568), (640, 320), (1280, 800), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(OFF_THE_SIDE) == [0, []], f"{state} at {width} x {height}"


@pytest.mark.slow
def test_a_picture_flies_to_the_wall_but_for_who_wants_no_motion(page: Page, dream: ServerDouble, visit: str) -> None:
    dream.dream, dream.look = fulfil, hanging
    page.emulate_media(reduced_motion="reduce")
    arrive(page, visit)
    wish_for(page, "gold")
    wait_for(page, "the picture", lambda: page.locator("#painted").get_attribute("data-corners"))
    page.get_by_role("button", name="Large").click()
    expect(page.locator(".dream-frame")).to_be_visible()
    page.get_by_role("button", name="On the wall").click()
    assert page.evaluate("document.getAnimations().filter(({ effect }) => effect.target.closest('.dream-frame'))") == []
    assert not page.locator(".dream-frame").is_visible()
