"""A Clip, and how its frames are rendered, each with the homography that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import simplejpeg
from numpy.random import Generator

from exhibit.track.pose import Homography
from server.bench.clips.disturbance import Disturbance, Sensor
from server.bench.clips.motion import TAKES_S, Motion, path
from server.bench.clips.passer import Lamp, Visitor
from server.bench.clips.ripmap import Picture, Ripmap
from server.bench.clips.room import build_room
from server.bench.clips.scene import Scene, Shot
from server.bench.clips.view import Lens
from server.bench.clips.wall import Wall, build_wall, neighbours_of, place_of

FPS = 30.0
JPEG_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Truth:
    """Where the target is in a frame."""

    homography: Homography | None  # at the middle of the exposure; None when nothing of the target is seen
    visible: float  # share of the target's area that is in the frame and not covered
    captured_ms: float


@dataclass(frozen=True, slots=True)
class ClipFrame:
    """One camera picture and the truth about it."""

    picture: Picture
    truth: Homography | None
    visible: float
    captured_ms: float
    jpeg: bytes | None  # what the phone would send; the picture is decoded from it


@dataclass(frozen=True, slots=True)
class Clip:
    """What is filmed and how. The same clip of the same pictures gives the same frames, always."""

    name: str
    target: str  # key of the picture that a tracker looks for
    hung: str | None  # key of the picture that hangs there: the target, or another; None where there is none
    motion: Motion
    disturbances: frozenset[Disturbance] = frozenset()
    frames: int = 66
    seed: int = 0
    jpeg_quality: int | None = JPEG_QUALITY  # None: as the sensor gave it

    @property
    def shows_target(self) -> bool:
        """Whether there is anything to find."""
        return self.hung == self.target


def render(clip: Clip, pictures: Mapping[str, Picture], width: int = 640, height: int = 480) -> Iterator[ClipFrame]:
    """Yield the frames of a clip. Raises KeyError where the picture that hangs there is none of `pictures`."""
    lens = Lens(width, height)
    scene = _scene(clip, pictures, lens)
    sensor = Sensor(clip.disturbances, lens, np.random.default_rng([clip.seed, 3]))
    for index, truth in enumerate(_truths(clip, scene.shot)):
        time_s = index / FPS
        picture = sensor.develop(scene.light(time_s, sensor.exposure_s), time_s)
        yield _sent(picture, truth, clip.jpeg_quality)


def truths(clip: Clip, pictures: Mapping[str, Picture], width: int = 640, height: int = 480) -> Iterator[Truth]:
    """The same truths that `render` tells, without the pictures."""
    return _truths(clip, _shot(clip, pictures, Lens(width, height)))


def _truths(clip: Clip, shot: Shot) -> Iterator[Truth]:
    for index in range(clip.frames):
        time_s = index / FPS
        visible = shot.visible(time_s) if clip.shows_target else 0.0
        yield Truth(shot.truth(time_s) if visible else None, visible, 1000 * time_s)


def _sent(picture: Picture, truth: Truth, quality: int | None) -> ClipFrame:
    """The frame as it comes out of the phone's JPEG."""
    jpeg = None
    if quality is not None:
        jpeg = simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality, "RGB", "420")
        picture = np.asarray(simplejpeg.decode_jpeg(jpeg, "RGB"), np.uint8)
    return ClipFrame(picture, truth.homography, truth.visible, truth.captured_ms, jpeg)


def _shot(clip: Clip, pictures: Mapping[str, Picture], lens: Lens) -> Shot:
    random = np.random.default_rng([clip.seed, 2])
    visitor = Visitor.drawn(random) if Disturbance.VISITOR in clip.disturbances else None
    place = place_of(None if clip.hung is None else pictures[clip.hung])
    return Shot(place, path(clip.motion, clip.seed), lens, visitor)


def _scene(clip: Clip, pictures: Mapping[str, Picture], lens: Lens) -> Scene:
    shot = _shot(clip, pictures, lens)
    wall = _wall(clip, pictures, np.random.default_rng([clip.seed, 1]))
    lamps = _lamps(shot, np.random.default_rng([clip.seed, 4])) if Disturbance.GLARE in clip.disturbances else ()
    return Scene(shot, Ripmap(wall.picture, wall.beyond), lamps)


def _wall(clip: Clip, pictures: Mapping[str, Picture], random: Generator) -> Wall:
    if clip.hung is None:
        return build_room(random)
    absent = "" if clip.shows_target else clip.target
    return build_wall(pictures[clip.hung], neighbours_of(clip.hung, pictures, random, absent), random)


def _lamps(shot: Shot, random: Generator) -> tuple[Lamp, ...]:
    """One to three lamps, each reflected somewhere in the artwork at some moment of the clip."""
    lamps = []
    for _ in range(int(random.integers(1, 4))):
        camera = shot.camera(TAKES_S * random.uniform(0.2, 0.8))
        x, y = random.uniform(-0.35, 0.35, 2) * (shot.artwork.width, shot.artwork.height)
        lamps.append(Lamp.reflected_at((float(x), float(y)), camera, random))
    return tuple(lamps)
