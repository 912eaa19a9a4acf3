"""What an operator may glimpse: only where it is allowed, only overlays, and nobody in them."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hall_house import CANVAS, EXHIBITION, STATION, House, frame

from exhibit.protocol import Set
from server.register import Visitor
from server.watch.glimpses import EVERY_MS, GLIMPSE_PX, LASTS_MS, SHOWN_PX, coarse

HERE = EXHIBITION.id, STATION.id


def visitor_of(house: House, *, glimpses: bool = True, draft: bool = False, station: int = STATION.number) -> Visitor:
    visitor, _ = house.enter(station=station)
    visitor.exhibition = replace(visitor.exhibition, glimpses=glimpses, draft=draft)
    return visitor


def painted(house: House, visitor: Visitor, number: int = 1) -> bytes | None:
    house.hall.take(visitor, replace(frame(number), capture_ms=house.now_ms))
    house.answer()
    return house.hall.glimpses.of(HERE)


def test_an_overlay_can_be_glimpsed_for_a_minute() -> None:
    house = House()
    assert painted(house, visitor_of(house)) == b"painted"
    house.now_ms += LASTS_MS + 1
    assert house.hall.glimpses.of(HERE) is None


def test_by_default_and_in_a_preview_there_is_nothing_to_see() -> None:
    house = House()
    assert EXHIBITION.glimpses is False
    assert painted(house, visitor_of(house, glimpses=False)) is None
    assert painted(house, visitor_of(house, draft=True)) is None


def test_where_the_camera_s_picture_shines_through_there_is_nothing_to_see() -> None:
    house = House()
    visitor = visitor_of(house)
    house.hall.choose(visitor, Set(1, None, 0.4))
    assert painted(house, visitor) is None


def test_at_a_canvas_only_poses_go_out_and_nothing_is_kept() -> None:
    house = House()
    visitor = visitor_of(house, station=CANVAS.number)
    house.hall.take(visitor, frame(1))
    house.track(state=0)
    assert house.hall.glimpses.of((EXHIBITION.id, CANVAS.id)) is None


def test_the_newest_is_kept_now_and_then_only() -> None:
    house = House()
    visitor = visitor_of(house)
    painted(house, visitor)
    kept = house.hall.glimpses._kept[HERE]
    painted(house, visitor, 2)
    assert house.hall.glimpses._kept[HERE] is kept
    house.now_ms += EVERY_MS
    painted(house, visitor, 3)
    assert house.hall.glimpses._kept[HERE] is not kept


def test_of_a_picture_so_little_is_left_that_nobody_can_be_told() -> None:
    """A fine pattern of black and white is one grey; large areas keep their colours."""
    fine = np.indices((360, 480)).sum(0) % 8 < 4
    picture = np.repeat((fine * 255).astype(np.uint8)[..., None], 3, axis=2)
    picture[:, :240] = (0, 0, 255)
    made = cv2.imdecode(np.frombuffer(coarse(cv2.imencode(".jpg", picture)[1].tobytes()), np.uint8), cv2.IMREAD_COLOR)
    assert made.shape[:2] == (SHOWN_PX * 3 // 4, SHOWN_PX)
    assert made[:, 190:].std() < 12, "no detail below the size of a face"
    assert made[:, :120, 2].mean() > 200 and made[:, :120, :2].mean() < 40
    assert GLIMPSE_PX <= 32


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a JPEG"):
        coarse(b"nothing")
