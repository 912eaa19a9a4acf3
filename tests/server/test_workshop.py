"""A batch in the workshop: decoded, painted row by row, encoded; damage costs its own row only."""

from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest

from exhibit.track.pose import Pose, TrackState
from exhibit.track.target import Target
from models.errors import EngineError
from models.runtime.engine import Pending
from models.style.painter import Floats, Frames
from models.style.stub import StubPainter
from server.worker.codec import DamagedPictureError, decode, encode
from server.worker.jpegs import CoreJpegs
from server.worker.lookout import Lookout
from server.worker.targets import Targets
from server.worker.trial import measure
from server.worker.wire import PREFIX, Kind, Message, pack, unpack
from server.worker.workshop import Workshop

STYLES = ("wave", "scream")


def flat(level: int, width: int = 64, height: int = 48) -> bytes:
    return encode(np.full((height, width, 3), level, np.uint8), 95)


NOWHERE = Path("/nowhere")


def workshop(pictures: Path = NOWHERE, lookout: Lookout | None = None) -> Workshop:
    nobody = Lookout(Targets(NOWHERE, None))
    return Workshop(StubPainter(0.0, 0.0, STYLES), 95, nobody if lookout is None else lookout, pictures)


def batch(*pictures: bytes) -> Message:
    rows = [{"weights": {"scream": 1.0}, "strength": 1.0} for _ in pictures]
    return Message({"batch": 3, "width": 64, "height": 48, "rows": rows}, pictures)


def run(message: Message) -> tuple[dict[str, object], list[bytes]]:
    shop = workshop()
    return shop.encode(shop.paint(shop.decode(message)))


def test_every_row_gets_its_own_answer() -> None:
    head, pictures = run(batch(flat(10), flat(200)))
    assert head["batch"] == 3 and head["rows"] == [0, 1]
    levels = [decode(picture, 64, 48).mean() for picture in pictures]
    assert levels == pytest.approx([245, 55], abs=2)  # the stub answers with the negative


def test_a_damaged_picture_costs_its_own_row() -> None:
    head, pictures = run(batch(flat(10), flat(20)[:-40], flat(200)))
    assert head["rows"] == [0, 2] and len(pictures) == 2


def test_a_row_in_a_style_that_is_gone_is_left_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    message = batch(flat(10), flat(100), flat(200))
    message.head["rows"][1]["weights"] = {"dusk": 1.0}
    message.head["rows"][2]["weights"] = {"dusk": 0.5, "wave": 0.5}
    shop = workshop()
    for _ in range(2):
        head, pictures = shop.encode(shop.paint(shop.decode(message)))
        assert head["rows"] == [0, 2]
        assert [decode(picture, 64, 48).mean() for picture in pictures] == pytest.approx([245, 55], abs=2)
    assert [record.getMessage() for record in caplog.records] == [
        "the style dusk is asked for and not there: whoever chose it sees the camera's picture"
    ]


def test_a_batch_of_damaged_pictures_is_answered_too() -> None:
    head, pictures = run(batch(b"\xff\xd8\xff nothing"))
    assert head["rows"] == [] and pictures == []


def test_a_texture_is_the_station_s_artwork_painted_at_the_batch_s_size(tmp_path: Path) -> None:
    for name, level in (("dark.png", 10), ("bright.png", 200)):
        cv2.imwrite(str(tmp_path / name), np.full((30, 30, 3), level, np.uint8))
    message = batch(b"", b"", b"", flat(100))
    for row, name in zip(message.head["rows"], ("dark.png", "bright.png", "missing.png"), strict=False):
        row["texture"] = name
    shop = workshop(tmp_path)
    for _ in range(2):  # opened, then found open
        head, pictures = shop.encode(shop.paint(shop.decode(message)))
        assert head["rows"] == [0, 1, 3], "an artwork that is not there costs its own row"
        levels = [decode(picture, 64, 48).mean() for picture in pictures]
        assert levels == pytest.approx([245, 55, 155], abs=2)
        (tmp_path / "dark.png").unlink(missing_ok=True)


def test_each_row_is_painted_where_its_own_lens_says() -> None:
    class LeftHalf:
        def __init__(self, target: Target) -> None:
            """Looks for nothing."""

        def track(self, grey: np.ndarray, captured_ms: float) -> Pose:
            return Pose(TrackState.LOCKED, np.array([[0.5, 0, 0], [0, 1, 0], [0, 0, 1.0]]))

    class AnyTarget:
        def target(self, artwork: str) -> Target | None:
            return cast(Target, "target")

    shop = workshop(lookout=Lookout(cast(Targets, AnyTarget()), LeftHalf))
    message = batch(flat(10), flat(10), flat(10))
    whose = {"session": 1, "connection": 1, "artwork": "a.jpg", "captured_ms": 0.0}
    message.head["rows"][1] |= whose | {"region": "inside"}
    message.head["rows"][2] |= whose | {"session": 2, "region": "outside"}
    head, pictures = shop.encode(shop.paint(shop.decode(message)))
    seen = [decode(picture, 64, 48)[24, [8, 56], 0].tolist() for picture in pictures]
    assert seen == [pytest.approx(expected, abs=3) for expected in ([245, 245], [245, 10], [10, 245])]
    assert set(head["spent_ms"]) == {"decode", "paint", "track", "encode"}


class Flat(StubPainter):
    """Paints one level, and knows whether it was closed."""

    def __init__(self, level: int) -> None:
        super().__init__(0.0, 0.0, STYLES)
        self.level, self.closed = level, False

    def paint(self, frames: Frames, weights: Floats, strength: Floats) -> Frames:
        return np.full_like(frames, self.level)

    def close(self) -> None:
        self.closed = True


def test_a_batch_says_whether_the_lighter_painter_paints_it() -> None:
    full, lighter, next_ = Flat(40), Flat(200), Flat(120)
    shop = Workshop(full, 95, Lookout(Targets(NOWHERE, None)), NOWHERE, lighter=lighter)

    def level(**head: bool) -> float:
        message = batch(flat(10))
        _, (picture,) = shop.encode(shop.paint(shop.decode(Message(message.head | head, message.pictures))))
        return float(decode(picture, 64, 48).mean())

    assert [level(), level(lighter=True), level()] == pytest.approx([40, 200, 40], abs=2)
    shop.change(next_, CoreJpegs(1))
    assert (full.closed, lighter.closed, next_.closed) == (True, True, False)
    assert level(lighter=True) == pytest.approx(120, abs=2), "the lighter one has gone meanwhile"


class Full(Flat):
    """Has no memory for some batches: when it is asked for room, or to paint, or when the batch is fetched."""

    def __init__(self, where: str) -> None:
        super().__init__(40)
        self.where, self.full = where, True

    def frames(self, count: int, height: int, width: int) -> Frames:
        self.fail("room", EngineError("the card has no room"))
        return super().frames(count, height, width)

    def begin(self, frames: Frames, weights: Floats, strength: Floats) -> Pending:
        self.fail("begin", MemoryError())
        fail, begun = self.fail, super().begin(frames, weights, strength)

        class Late:
            finished = False

            def result(self) -> Frames:
                fail("result", EngineError("the card has no memory left"))
                return cast(Frames, begun.result())

        return Late()

    def fail(self, where: str, error: Exception) -> None:
        if self.full and self.where == where:
            raise error


@pytest.mark.parametrize("where", ["room", "begin", "result"])
def test_a_batch_without_memory_costs_itself_and_is_said_once_and_three_in_a_row_end_it(
    where: str, caplog: pytest.LogCaptureFixture
) -> None:
    painter = Full(where)
    shop = Workshop(painter, 95, Lookout(Targets(NOWHERE, None)), NOWHERE)

    def do() -> tuple[dict[str, Any], list[bytes]]:
        return shop.encode(shop.paint(shop.decode(batch(flat(10), flat(20)))))

    for _ in range(2):
        assert [do(), do()] == [({"batch": 3, "failed": True}, [])] * 2
        painter.full = False
        assert do()[0]["rows"] == [0, 1], "it goes on"
        painter.full = True
    assert len(caplog.records) == 1 and "a batch of 2 could not be painted" in caplog.text
    do(), do()
    with pytest.raises((EngineError, MemoryError)):
        do()
    shop.change(Flat(90), CoreJpegs(1))
    assert do()[0]["rows"] == [0, 1], "nothing is left over of what failed"


def test_pictures_of_another_size_are_scaled_to_the_batch() -> None:
    _, pictures = run(batch(flat(100, 640, 480)))
    assert decode(pictures[0], 64, 48).shape == (48, 64, 3)


def test_cut_short_and_noise_are_damage_and_nothing_else() -> None:
    for data in (flat(1)[:30], b"", b"\xff\xd8\xff" + b"\x00" * 500):
        with pytest.raises(DamagedPictureError):
            decode(data, 64, 48)


def test_measuring_starts_with_single_frames_of_every_size() -> None:
    found = measure(StubPainter(0.0, 0.0, STYLES), [(64, 48), (32, 24)], [1, 2])
    assert [(f["width"], f["count"]) for f in found] == [(64, 1), (32, 1), (64, 2), (32, 2)]
    assert all(1 <= len(f["ms"]) <= 3 for f in found)


def test_messages_keep_their_pictures_apart() -> None:
    packed = pack(Kind.PAINT, {"batch": 1}, [b"abc", b"", b"de"])
    text_length, body_length = PREFIX.unpack(packed[: PREFIX.size])
    text, body = packed[PREFIX.size :][:text_length], packed[PREFIX.size + text_length :]
    assert len(body) == body_length
    assert unpack(text, body) == Message({"kind": "paint", "batch": 1}, (b"abc", b"", b"de"))
    assert unpack(text, body).kind is Kind.PAINT
