"""Textures for visitors at canvases: painted once, kept, handed to everyone who wants the same, and asked for again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import pytest

from exhibit.exhibition import Station, demo_file, load_exhibition
from exhibit.experience import Canvas
from exhibit.protocol import Set, Texture
from exhibit.style_mix import StyleMix
from server.config import CanvasConfig
from server.costs import Costs, Size
from server.dispatch import Dispatch
from server.feed import Feed
from server.link import Link
from server.on_show import Place
from server.register import Register, Visitor
from server.scheduler import Lane, WaitingTexture
from server.tally import Tally
from server.textures import KEPT, Textures, painted_size, texture_key
from server.worker.wire import Kind

EXHIBITION = load_exhibition(demo_file())
CANVAS = next(station for station in EXHIBITION.stations if station.experience.kind == "canvas")
SIZE = Size(640, 480)


@dataclass
class FakeLink:
    """Keeps what was hung."""

    hung: list[Texture] = field(default_factory=list)

    def hang(self, texture: Texture) -> bool:
        self.hung.append(texture)
        return False


class FakeDispatch:
    """A lane that nobody serves."""

    def __init__(self) -> None:
        self.paint = Feed(Kind.PAINT, Lane((1,), Costs()))
        self.offered: list[WaitingTexture] = []

    def offer(self, waiting: WaitingTexture) -> None:
        self.paint.lane.offer(waiting)
        self.offered.append(waiting)


class House:
    """Visitors at one canvas, and textures painted by hand."""

    def __init__(self) -> None:
        self.register, self.tally, self.dispatch = Register(), Tally(), FakeDispatch()
        self.textures = Textures(CanvasConfig(), self.register, self.tally, lambda: 0.0)

    def enter(self) -> tuple[Visitor, FakeLink]:
        visitor, link = self.register.begin(Place(EXHIBITION, CANVAS), cast(Dispatch, self.dispatch)), FakeLink()
        visitor.connect(cast(Link, link), "en", 0.0, 0.0)
        self.textures.request(visitor)
        return visitor, link

    def paint(self, at: int = -1) -> None:
        """A worker paints what was asked for."""
        waiting = self.dispatch.offered[at]
        self.dispatch.paint.lane.withdraw(waiting.session)
        self.textures.painted(waiting, Texture(0, 64, 48, b"painted", waiting.revision))

    def choose(self, visitor: Visitor, revision: int, strength: float) -> None:
        visitor.session.choose(Set(revision, None, strength))
        self.textures.request(visitor)

    def counted(self, reason: str) -> float:
        return self.tally.snapshot().get("textures", {}).get(reason, 0)


def test_a_texture_is_painted_in_the_slot_of_who_asks_and_hung_with_a_number() -> None:
    house = House()
    visitor, phone = house.enter()
    (waiting,) = house.dispatch.offered
    assert (waiting.session, waiting.artwork, waiting.size) == (visitor.session.number, CANVAS.artwork.picture, SIZE)
    house.paint()
    assert phone.hung == [Texture(1, 64, 48, b"painted", 0)]


def test_who_comes_later_with_the_same_mix_gets_the_one_that_is_kept() -> None:
    house = House()
    house.enter()
    house.paint()
    _, phone = house.enter()
    assert len(phone.hung) == 1 and len(house.dispatch.offered) == 1
    assert (house.counted("painted"), house.counted("kept")) == (1, 1)


def test_all_who_wait_for_the_same_are_served_by_one_painting() -> None:
    house = House()
    phones = [house.enter()[1] for _ in range(5)]
    assert len(house.dispatch.paint.lane) == 5
    house.paint(at=2)
    assert [len(phone.hung) for phone in phones] == [1] * 5
    assert len(house.dispatch.paint.lane) == 0, "nobody has to wait any more"


def test_a_newer_mix_takes_the_slot_and_an_older_texture_never_comes_after_a_newer_one() -> None:
    house = House()
    visitor, phone = house.enter()
    house.choose(visitor, 1, 0.5)
    house.choose(visitor, 2, 0.25)
    assert len(house.dispatch.paint.lane) == 1
    house.paint(at=2)
    house.paint(at=1)
    assert [(texture.number, texture.revision) for texture in phone.hung] == [(1, 2)]


def test_while_a_visitor_turns_the_knob_the_textures_on_the_way_are_shown() -> None:
    house = House()
    visitor, phone = house.enter()
    for revision in range(1, 4):
        house.choose(visitor, revision, 0.1 * revision)
        house.paint(at=revision - 1)  # the one before
    house.paint()
    assert [texture.revision for texture in phone.hung] == [0, 1, 2, 3]
    assert [texture.number for texture in phone.hung] == [1, 2, 3, 4]


def test_going_back_to_a_mix_that_is_kept_empties_the_slot() -> None:
    house = House()
    visitor, phone = house.enter()
    house.paint()
    house.choose(visitor, 1, 0.5)
    house.choose(visitor, 2, CANVAS.experience.strength)
    assert len(house.dispatch.paint.lane) == 0
    assert [texture.revision for texture in phone.hung] == [0, 2]


@pytest.mark.parametrize("reason", ["fault", "late"])
def test_what_was_lost_is_asked_for_again(reason: str) -> None:
    house = House()
    _, phone = house.enter()
    house.textures.dropped(house.dispatch.offered[0], reason)
    house.textures.repeat()
    assert len(house.dispatch.offered) == 2
    house.paint()
    house.textures.repeat()
    assert len(phone.hung) == 1 and len(house.dispatch.offered) == 2


def test_an_artwork_that_cannot_be_opened_is_not_asked_for_for_ever() -> None:
    house = House()
    house.enter()
    house.textures.dropped(house.dispatch.offered[0], "bad_picture")
    house.textures.repeat()
    assert len(house.dispatch.offered) == 1
    assert house.counted("dropped_bad_picture") == 1


def test_what_was_replaced_or_is_not_wanted_any_more_is_not_asked_for_again() -> None:
    house = House()
    visitor, _ = house.enter()
    house.choose(visitor, 1, 0.5)
    house.textures.dropped(house.dispatch.offered[0], "replaced")
    house.textures.dropped(house.dispatch.offered[1], "fault")
    house.textures.forget(visitor)
    house.textures.repeat()
    assert len(house.dispatch.offered) == 2


def test_a_texture_that_an_earlier_connection_asked_for_is_kept_and_not_hung() -> None:
    house = House()
    visitor, old = house.enter()
    visitor.session.state = visitor.session.state.LIVE
    visitor.session.lose(0.0)
    new = FakeLink()
    visitor.connect(cast(Link, new), "en", 0.0, 0.0)
    house.paint()
    assert (old.hung, new.hung) == ([], [])
    house.textures.request(visitor)
    assert [texture.number for texture in new.hung] == [1]


def test_only_the_newest_are_kept() -> None:
    house = House()
    visitor, _ = house.enter()
    for revision in range(1, KEPT + 2):
        house.choose(visitor, revision, revision / 100)
        house.paint()
    offered = len(house.dispatch.offered)
    house.choose(visitor, 1000, 0.02)
    assert len(house.dispatch.offered) == offered, "the second one is still there"
    house.choose(visitor, 1001, 0.01)
    assert len(house.dispatch.offered) == offered + 1


def test_mixes_are_the_same_when_nobody_could_see_the_difference() -> None:
    one = StyleMix({"udnie": 0.5, "scream": 0.5}, 0.7)
    assert texture_key("a.jpg", one) == texture_key("a.jpg", StyleMix({"scream": 0.501, "udnie": 0.499}, 0.7004))
    assert texture_key("a.jpg", one) != texture_key("b.jpg", one)
    assert texture_key("a.jpg", one) != texture_key("a.jpg", StyleMix({"scream": 0.5, "udnie": 0.5}, 0.72))


def sized(width: int, height: int) -> Station:
    return replace(CANVAS, artwork=replace(CANVAS.artwork, width=width, height=height))


def test_stations_that_repaint_have_a_size_and_no_others() -> None:
    sizes = {station.id: painted_size(CanvasConfig(), station) for station in EXHIBITION.stations}
    assert sizes.pop(CANVAS.id) == SIZE
    assert set(sizes.values()) == {None}
    assert painted_size(CanvasConfig(), replace(CANVAS, experience=Canvas(overlay="snow.mp4"))) is None


def test_a_texture_has_about_the_shape_of_its_artwork_as_far_as_that_is_known() -> None:
    assert painted_size(CanvasConfig(), sized(3000, 1500)) == Size(640, 360)
    assert painted_size(CanvasConfig(), sized(0, 0)) == SIZE
