"""A batch in the workshop: decoded, painted row by row, encoded; damage costs its own row only."""

import numpy as np
import pytest

from models.style.stub import StubPainter
from server.worker.codec import DamagedPictureError, decode, encode
from server.worker.lookout import Lookout
from server.worker.targets import Targets
from server.worker.wire import PREFIX, Kind, Message, pack, unpack
from server.worker.workshop import Workshop

STYLES = ("wave", "scream")


def flat(level: int, width: int = 64, height: int = 48) -> bytes:
    return encode(np.full((height, width, 3), level, np.uint8), 95)


def workshop() -> Workshop:
    return Workshop(StubPainter(0.0, 0.0, STYLES), 95, Lookout(Targets({}, None)), {})


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


def test_a_batch_of_damaged_pictures_is_answered_too() -> None:
    head, pictures = run(batch(b"\xff\xd8\xff nothing"))
    assert head["rows"] == [] and pictures == []


def test_pictures_of_another_size_are_scaled_to_the_batch() -> None:
    _, pictures = run(batch(flat(100, 640, 480)))
    assert decode(pictures[0], 64, 48).shape == (48, 64, 3)


def test_cut_short_and_noise_are_damage_and_nothing_else() -> None:
    for data in (flat(1)[:30], b"", b"\xff\xd8\xff" + b"\x00" * 500):
        with pytest.raises(DamagedPictureError):
            decode(data, 64, 48)


def test_measuring_starts_with_single_frames_of_every_size() -> None:
    found = workshop().measure([(64, 48), (32, 24)], [1, 2])
    assert [(f["width"], f["count"]) for f in found] == [(64, 1), (32, 1), (64, 2), (32, 2)]
    assert all(1 <= len(f["ms"]) <= 3 for f in found)


def test_messages_keep_their_pictures_apart() -> None:
    packed = pack(Kind.PAINT, {"batch": 1}, [b"abc", b"", b"de"])
    text_length, body_length = PREFIX.unpack(packed[: PREFIX.size])
    text, body = packed[PREFIX.size :][:text_length], packed[PREFIX.size + text_length :]
    assert len(body) == body_length
    assert unpack(text, body) == Message({"kind": "paint", "batch": 1}, (b"abc", b"", b"de"))
    assert unpack(text, body).kind is Kind.PAINT
