"""A Target: what tracking knows of an Artwork's picture, compiled once and kept as bytes. Knows no frame.

TrackError
└── TargetError (the bytes are no target, or one of another version)
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from exhibit.errors import ExhibitError
from exhibit.track.features import Features, Grey, find_features
from exhibit.track.patches import Patches, cut_patches

VERSION = 1  # of what is compiled: older bytes are compiled anew
LONG_SIDE_PX = 640  # the reference; phones send no more than this of it
LEAST_SIDE_PX = 32
SIZES = (1.0, 0.707, 0.5, 0.354, 0.25, 0.177, 0.125)  # of the reference, at which patches are cut
FEATURE_SIDE_PX = 320  # the size at which features are found, as in the frames
VIEWS = ((1.0, 0.0), (2.0, 0.0), (2.0, 45.0), (2.0, 90.0), (2.0, 135.0))  # tilt (1 / cosine) and its direction, degrees
FEATURES = (700, 250, 250, 250, 250)  # at most, by view
NEAR = 0.06  # centred units: features this close are of one and the same place
DOUBLE = 0.35  # distance of descriptors below which two places look the same
MOST_REPEATED = 0.35  # share of the features, above which they are kept: nothing else would be left
GLARE = 250  # grey value from which a picture is blown out

Picture = NDArray[np.uint8]


class TrackError(ExhibitError):
    """Something about tracking cannot be done."""


class TargetError(TrackError):
    """These bytes are no compiled target of this version."""


@dataclass(frozen=True)
class Target:
    """One artwork, ready to be looked for."""

    width: int  # pixels of the picture that it was compiled from
    height: int
    mean: tuple[float, float, float]  # of its red, green and blue, 0 to 255
    deviation: tuple[float, float, float]
    grey: Grey  # the reference, its long side LONG_SIDE_PX or the picture's own
    mask: NDArray[np.bool_]  # where the reference is fit for tracking
    points: NDArray[np.float32]  # of the features, N x 2, centred coordinates
    descriptors: NDArray[np.float32]  # N x 128

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.width / self.height

    @cached_property
    def patches(self) -> tuple[Patches, ...]:
        """Windows to align, from the largest size to the smallest."""
        return tuple(cut_patches(*_resized(self.grey, self.mask, size), self.aspect) for size in SIZES)

    @cached_property
    def near(self) -> NDArray[np.bool_]:
        """N x N: features of one and the same place, seen from several views."""
        return _near(self.points)

    def to_bytes(self) -> bytes:
        """For a cache on disk."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, version=VERSION, **{name: getattr(self, name) for name in _FIELDS})
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Target:
        """What to_bytes made. Raises TargetError."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                return cls._of({name: stored[name] for name in (*_FIELDS, "version")})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, TypeError) as error:
            raise TargetError(f"expected a compiled target of version {VERSION}, got {error}") from error

    @classmethod
    def _of(cls, stored: Mapping[str, NDArray[np.generic]]) -> Target:
        if int(stored["version"]) != VERSION:
            raise ValueError(f"version {int(stored['version'])}")
        triples = {name: tuple(float(value) for value in stored[name]) for name in ("mean", "deviation")}
        return cls(
            width=int(stored["width"]),
            height=int(stored["height"]),
            mean=triples["mean"],  # type: ignore[arg-type]
            deviation=triples["deviation"],  # type: ignore[arg-type]
            grey=np.asarray(stored["grey"], np.uint8),
            mask=np.asarray(stored["mask"], np.bool_),
            points=np.asarray(stored["points"], np.float32),
            descriptors=np.asarray(stored["descriptors"], np.float32),
        )


_FIELDS = tuple(field.name for field in fields(Target))


def compile_target(picture: Picture) -> Target:
    """Compile a picture, RGB uint8 H x W x 3. Raises TrackError for one that is no picture or too small to track."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise TrackError(f"expected RGB bytes, H x W x 3, got {picture.dtype} {picture.shape}")
    height, width = picture.shape[:2]
    if min(height, width) < LEAST_SIDE_PX:
        raise TrackError(f"expected a picture of at least {LEAST_SIDE_PX} pixels a side, got {width} x {height}")
    grey = fitted(np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8), LONG_SIDE_PX)
    mask = _fit_for_tracking(grey)
    features = _features(grey, mask, width / height)
    mask, features = _without_repeats(mask, features, width / height)
    flat = picture.reshape(-1, 3)
    return Target(
        width=width,
        height=height,
        mean=_triple(flat.mean(axis=0)),
        deviation=_triple(flat.std(axis=0)),
        grey=grey,
        mask=mask,
        points=features.points,
        descriptors=features.descriptors,
    )


def repeated(points: NDArray[np.float32], descriptors: NDArray[np.float32]) -> float:
    """The share of features that look like a feature elsewhere in the same picture."""
    return float(_repeats(points, descriptors).mean()) if len(points) else 0.0


def _near(points: NDArray[np.float32]) -> NDArray[np.bool_]:
    apart = np.linalg.norm(points[:, None] - points[None], axis=2)
    return np.asarray(apart < NEAR, np.bool_)


def _repeats(points: NDArray[np.float32], descriptors: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which features have a double at another place."""
    if len(points) == 0:
        return np.zeros(0, np.bool_)
    alike = np.where(_near(points), -1.0, descriptors @ descriptors.T).max(axis=1)
    return np.asarray(np.sqrt(np.maximum(2 - 2 * alike, 0)) < DOUBLE, np.bool_)


def _triple(values: NDArray[np.float64]) -> tuple[float, float, float]:
    red, green, blue = (round(float(value), 2) for value in values)
    return red, green, blue


def fitted(grey: Grey, long_side_px: int) -> Grey:
    """No longer than that; never enlarged."""
    height, width = grey.shape
    scale = min(1.0, long_side_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8) if scale < 1 else grey


def _fit_for_tracking(grey: Grey) -> NDArray[np.bool_]:
    """Without what is blown out: there a frame shows the lamps, not the picture."""
    blown = cv2.morphologyEx((grey >= GLARE).astype(np.uint8), cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    return np.asarray(cv2.dilate(blown, np.ones((9, 9), np.uint8)) == 0, np.bool_)


def _without_repeats(mask: NDArray[np.bool_], features: Features, aspect: float) -> tuple[NDArray[np.bool_], Features]:
    """Leave out what looks the same elsewhere, unless that is most of the picture: then it is for the score to say."""
    again = _repeats(features.points, features.descriptors)
    if not again.any() or again.mean() > MOST_REPEATED:
        return mask, features
    height, width = mask.shape
    doubles = np.zeros(mask.shape, np.uint8)
    for x, y in (features.points[again] + (aspect / 2, 0.5)) * (width / aspect, height):
        cv2.circle(doubles, (round(float(x)), round(float(y))), round(NEAR * height / 4), 255, cv2.FILLED)
    return mask & (doubles == 0), Features(features.points[~again], features.descriptors[~again])


def _resized(grey: Grey, mask: NDArray[np.bool_], size: float) -> tuple[Grey, NDArray[np.bool_]]:
    if size == 1.0:
        return grey, mask
    height, width = grey.shape
    shape = (max(12, round(width * size)), max(12, round(height * size)))
    small = np.asarray(cv2.resize(grey, shape, interpolation=cv2.INTER_AREA), np.uint8)
    allowed = cv2.resize(mask.astype(np.uint8), shape, interpolation=cv2.INTER_NEAREST) > 0
    return small, np.asarray(allowed, np.bool_)


def _features(grey: Grey, mask: NDArray[np.bool_], aspect: float) -> Features:
    """Features of the picture seen straight and from the side (Yu and Morel 2011, ASIFT), in centred coordinates."""
    small = fitted(grey, FEATURE_SIDE_PX)
    found = [
        _seen_from(small, tilt, direction, count) for (tilt, direction), count in zip(VIEWS, FEATURES, strict=True)
    ]
    height, width = small.shape
    points = np.concatenate([features.points for features in found])
    descriptors = np.concatenate([features.descriptors for features in found])
    place = np.clip(np.round(points * grey.shape[0] / height), 0, np.array(grey.shape[::-1]) - 1).astype(int)
    kept = mask[place[:, 1], place[:, 0]]
    centred = (points + 0.5) / (width / aspect, height) - (aspect / 2, 0.5)
    return Features(centred[kept].astype(np.float32), descriptors[kept])


def _seen_from(grey: Grey, tilt: float, direction_deg: float, count: int) -> Features:
    """Features of the picture squeezed by `tilt` along a direction, at their places in the picture itself."""
    if tilt == 1.0:
        return find_features(grey, count)
    height, width = grey.shape
    angle = np.radians(direction_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]])
    # blur along the direction that is squeezed, as a lens would
    squeeze = np.diag([1 / tilt, 1.0]) @ turn
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float) @ squeeze.T
    low = corners.min(axis=0)
    size = np.ceil(corners.max(axis=0) - low).astype(int)
    turned_corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float) @ turn.T
    turned_low = turned_corners.min(axis=0)
    turned_size = np.ceil(turned_corners.max(axis=0) - turned_low).astype(int)
    turned = cv2.warpAffine(
        grey, np.column_stack([turn, -turned_low]), tuple(map(int, turned_size)), borderMode=cv2.BORDER_REPLICATE
    )
    turned = cv2.GaussianBlur(turned, (0, 0), sigmaX=0.8 * np.sqrt(tilt**2 - 1), sigmaY=0.01)
    shrink = np.array([[1 / tilt, 0, 0], [0, 1, 0]])
    view = cv2.warpAffine(turned, shrink, (int(size[0]), int(size[1])), borderMode=cv2.BORDER_REPLICATE)
    features = find_features(np.asarray(view, np.uint8), count)
    upright = (features.points * [tilt, 1] + turned_low) @ turn  # inverse of the turn
    inside = ((upright >= 2) & (upright <= np.array([width, height]) - 3)).all(axis=1)
    return Features(upright[inside].astype(np.float32), features.descriptors[inside])
