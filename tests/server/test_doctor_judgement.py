"""What the notes of a doctor's visit are judged to say."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest
import simplejpeg

from exhibit.exhibition import demo_file
from exhibit.protocol import Overlay, PoseAnswer, Texture
from exhibit.track.pose import TrackState
from server.config import Config
from server.doctor.check import State
from server.doctor.guest import Notes, Told
from server.doctor.judgement import (
    Visited,
    judge_dream,
    judge_latency,
    judge_lock,
    judge_overlay,
    judge_socket,
)
from server.doctor.sight import Sight, SightError, open_sight

SIZE = (160, 120)
ORIGIN = "https://art.example"


@cache
def sight() -> Sight:
    return open_sight((demo_file().parent / "valley.jpg").read_bytes())


def visited(kind: str, notes: Notes, **card: object) -> Visited:
    notes.size, notes.live = SIZE, True
    notes.sent = notes.sent or 12
    return Visited(kind, {"strength": 1.0, "region": "all"} | card, sight(), sight().film(), notes)


def homography(shift: float = 0.0) -> tuple[float, ...]:
    """The true pose in the film's first picture, or one that is that far to the right."""
    import cv2

    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    corners = (sight().corners(0, *SIZE) + np.array([shift, 0])).astype(np.float32)
    return tuple(map(float, cv2.getPerspectiveTransform(unit, corners).ravel()))


def pose(state: TrackState, shift: float = 0.0) -> PoseAnswer:
    return PoseAnswer(1, 0.0, *SIZE, state, homography=None if state is TrackState.LOOKING else homography(shift))


def overlay(change: np.ndarray | int) -> Overlay:
    """The film's first picture, changed by so much, as an answer."""
    sent = simplejpeg.decode_jpeg(sight().film().jpeg(0, *SIZE))
    pixels = np.clip(sent.astype(np.int16) + change, 0, 255).astype(np.uint8)
    return Overlay(1, 0.0, *SIZE, simplejpeg.encode_jpeg(pixels, 80))


def test_an_artwork_that_was_found_where_it_is_is_well() -> None:
    poses = [(0, pose(TrackState.LOOKING)), (0, pose(TrackState.LOCKED))]
    assert judge_lock(visited("canvas", Notes(poses=poses))).state is State.OK


@pytest.mark.parametrize(
    ("poses", "words"),
    [
        ([(0, pose(TrackState.LOOKING))], "found in none"),
        ([(0, pose(TrackState.LOCKED, shift=0.2))], "Something else was taken for the artwork"),
        ([], "None of 12 frames was answered"),
    ],
)
def test_an_artwork_that_was_not_found_is_a_fault(poses: list[tuple[int, PoseAnswer]], words: str) -> None:
    finding = judge_lock(visited("dream", Notes(poses=poses)))
    assert finding.state is State.FAULT
    assert words in finding.sentence


@pytest.mark.parametrize(("region", "state"), [("outside", State.OK), ("inside", State.FAULT)])
def test_what_a_lens_paints_tells_whether_it_knows_where_the_artwork_is(region: str, state: State) -> None:
    around = np.where(sight().mask(0, *SIZE), 0, 60)[:, :, None]
    notes = Notes(overlays=[(0, overlay(around))])
    assert judge_lock(visited("lens", notes, region=region)).state is state


def test_a_lens_that_gives_back_the_cameras_own_picture_is_a_fault_unless_it_paints_faintly() -> None:
    notes = Notes(overlays=[(0, overlay(0))])
    assert judge_overlay(visited("lens", notes)).state is State.FAULT
    assert judge_overlay(visited("lens", notes, strength=0.1)).state is State.OK
    assert judge_overlay(visited("lens", Notes(overlays=[(0, overlay(40))]))).state is State.OK
    assert judge_overlay(visited("lens", Notes())).state is State.FAULT


def test_a_canvas_without_its_texture_or_with_a_broken_one_is_a_fault() -> None:
    good = Texture(1, *SIZE, sight().film().jpeg(0, *SIZE))
    assert judge_overlay(visited("canvas", Notes(textures=[good]))).state is State.OK
    assert judge_overlay(visited("canvas", Notes(textures=[Texture(1, *SIZE, b"\xff\xd8\xff")]))).state is State.FAULT
    assert judge_overlay(visited("canvas", Notes())).state is State.FAULT


@pytest.mark.parametrize(
    ("notes", "state"),
    [
        (Notes(ages_ms=[100.0] * 9), State.OK),
        (Notes(ages_ms=[500.0] * 9), State.WARNING),
        (Notes(lost=Counter(late=12)), State.FAULT),
        (Notes(), State.FAULT),
    ],
)
def test_answers_are_held_against_how_old_a_frame_may_be(notes: Notes, state: State) -> None:
    assert judge_latency(visited("lens", notes), Config()).state is state


@pytest.mark.parametrize(
    ("notes", "state", "words"),
    [
        (Notes(status=403, unopened="wrong_origin"), State.FAULT, ORIGIN),
        (Notes(status=502), State.FAULT, "502"),
        (Notes(unopened="refused"), State.FAULT, "refused"),
        (Notes(refused=Told("ticket_forged", "No.")), State.FAULT, "ticket_forged"),
        (Notes(refused=Told("room_full", "No.")), State.WARNING, "room_full"),
        (Notes(waiting=3), State.WARNING, "place 3"),
        (Notes(cut=True), State.FAULT, "cut"),
        (Notes(), State.FAULT, "let nobody in"),
    ],
)
def test_why_nobody_was_let_in_is_named(notes: Notes, state: State, words: str) -> None:
    of = visited("lens", notes)
    notes.live = False
    finding = judge_socket(of, ORIGIN)
    assert finding.state is state
    assert words in finding.sentence
    assert finding.advice


def test_a_wish_is_told_of_only_where_one_was_made() -> None:
    made, failed = Notes(dream={"state": "done"}), Notes(dream={"state": "failed", "message": "No model."})
    assert judge_dream(visited("dream", Notes()), wished=False).state is State.SKIPPED
    assert judge_dream(visited("dream", made), wished=True).state is State.OK
    assert "No model." in judge_dream(visited("dream", failed), wished=True).sentence
    assert judge_dream(visited("dream", Notes()), wished=True).state is State.FAULT


def test_a_picture_that_is_none_cannot_be_held_before_a_camera() -> None:
    with pytest.raises(SightError):
        open_sight(b"no picture")
