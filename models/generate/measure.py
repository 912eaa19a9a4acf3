"""Says of a picture what its colours, light and edges are, in words, and how far it is from what words asked for.

The captions of the training pictures and the benchmark share these definitions: "dark" means the same to both. Knows
no model. Distances are in CIELAB units (about one just visible difference each), attributes scaled to match.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.generate.colours import COLOURS, NEUTRAL, Lab, lab_of, lab_of_colour

Picture = NDArray[np.uint8]  # H x W x 3, RGB

SIDE_PX = 256  # pictures are measured at this size
_COLOURS_PX = 32  # and their colours at this: 1024 of them
_FILLED = 0.5  # of the picture should be of the colours asked for, each its part
_LIGHTNESS_COUNTS = 0.7  # of a difference in hue: a light and a dark blue are both blue
_NAMES = tuple(COLOURS)
_NAMED: Lab = np.stack([lab_of_colour(name) for name in _NAMES])


@dataclass(frozen=True)
class Range:
    """Where an attribute has to lie for a word to be true; scale: what a step of 1 CIELAB unit is worth in it."""

    attribute: str
    low: float = -np.inf
    high: float = np.inf
    scale: float = 1.0

    def miss(self, value: float) -> float:
        """How far outside a value is; 0 inside."""
        return max(self.low - value, value - self.high, 0.0) / self.scale


WORDS: Mapping[str, tuple[Range, ...]] = {
    "dark": (Range("lightness", high=36),),
    "dim": (Range("lightness", low=36, high=46),),
    "bright": (Range("lightness", low=62),),
    "pale": (Range("lightness", low=66), Range("chroma", high=28)),
    "stark": (Range("contrast", low=24),),
    "gentle": (Range("contrast", high=10),),
    "vivid": (Range("chroma", low=46),),
    "muted": (Range("chroma", high=16),),
    "warm": (Range("warmth", low=28),),
    "cold": (Range("warmth", high=-8),),
    "smooth": (Range("density", high=0.07, scale=0.02),),
    "dense": (Range("density", low=0.55, scale=0.02),),
    "soft": (Range("sharpness", high=5, scale=0.6),),
    "crisp": (Range("sharpness", low=20, scale=0.6),),
    "coarse": (Range("fineness", high=0.45, scale=0.02), Range("density", low=0.08, scale=0.02)),
    "fine": (Range("fineness", low=1.0, scale=0.02),),
    "horizontal": (Range("upright", high=-0.3, scale=0.03),),
    "vertical": (Range("upright", low=0.25, scale=0.03),),
    "diagonal": (Range("leaning", low=0.2, scale=0.03),),
}
"""What the measurable words mean, besides the colours: each is true of a tenth to a fifth of the training pictures."""


@dataclass(frozen=True)
class Seen:
    """What a picture is like."""

    colours: Lab  # 1024 x 3: its pixels, shrunk
    shares: Mapping[str, float]  # of each named colour that is nearest to any pixel; sum 1
    attributes: Mapping[str, float]
    """lightness: mean L*; contrast: its standard deviation; chroma: mean; warmth: mean towards orange, away from blue;
    density: share of pixels on an edge; sharpness: where the steepest twentieth of slopes begins, L* a pixel; fineness:
    detail below 3 px over detail of 3 to 12 px; upright: -1 lines lie, 1 they stand; leaning: 1 all lean one way."""

    def says(self, word: str) -> bool:
        """Whether a word of WORDS is true of it."""
        return all(limit.miss(self.attributes[limit.attribute]) == 0 for limit in WORDS[word])


@dataclass(frozen=True)
class Asked:
    """What words ask for, as far as it can be measured."""

    colours: tuple[str, ...]
    limits: tuple[Range, ...]


def seen(picture: Picture) -> Seen:
    """Measure a picture: uint8 RGB H x W x 3. Raises ValueError for anything else."""
    import cv2

    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise ValueError(f"expected a picture as uint8 H x W x 3, got {picture.dtype} {picture.shape}")
    lab = lab_of(np.asarray(cv2.resize(picture, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8))
    shrunk = np.asarray(cv2.resize(lab, (_COLOURS_PX, _COLOURS_PX), interpolation=cv2.INTER_AREA), np.float32)
    small = shrunk.reshape(-1, 3)
    nearest = np.bincount(_apart(small).argmin(1), minlength=len(_NAMES)) / len(small)
    shares = {name: float(share) for name, share in zip(_NAMES, nearest, strict=True) if share > 0}
    return Seen(small, shares, {**_light(lab), **_edges(np.ascontiguousarray(lab[..., 0]))})


def _light(lab: Lab) -> dict[str, float]:
    return {
        "lightness": float(lab[..., 0].mean()),
        "contrast": float(lab[..., 0].std()),
        "chroma": float(np.hypot(lab[..., 1], lab[..., 2]).mean()),
        "warmth": float((0.5 * lab[..., 1] + 0.866 * lab[..., 2]).mean()),
    }


def _edges(light: NDArray[np.float32]) -> dict[str, float]:
    import cv2

    across, down = (cv2.Sobel(light, cv2.CV_32F, *way) / 8 for way in ((1, 0), (0, 1)))
    steep = np.hypot(across, down)
    middle, broad = cv2.GaussianBlur(light, (0, 0), 1.5), cv2.GaussianBlur(light, (0, 0), 6)
    x, y = (cv2.Sobel(middle, cv2.CV_32F, *way) for way in ((1, 0), (0, 1)))
    energy = float((x**2 + y**2).sum()) + 1e-3
    return {
        "density": float((steep > 2.5).mean()),
        "sharpness": float(np.percentile(steep, 95)),
        "fineness": float((light - middle).std() / ((middle - broad).std() + 0.3)),
        "upright": float((x**2 - y**2).sum()) / energy,
        "leaning": abs(float(2 * (x * y).sum())) / energy,
    }


def asked(words: Sequence[str]) -> Asked:
    """What canonical words ask for; words that cannot be measured ask for nothing."""
    colours = tuple(word for word in words if word in COLOURS)
    return Asked(colours, tuple(limit for word in words for limit in WORDS.get(word, ())))


def distance(wanted: Asked, got: Seen) -> float:
    """How far a picture is from what was asked for; 0 is nothing to be desired.

    For each colour asked for: how near the nearest of the pixels come that it should have; for every pixel, by half:
    how far it is from all colours asked for; for each attribute: how far it is out of its range.
    """
    total = sum(limit.miss(got.attributes[limit.attribute]) for limit in wanted.limits)
    if wanted.colours:
        apart = _apart(got.colours)[:, [_NAMES.index(name) for name in wanted.colours]]
        part = max(1, round(_FILLED / len(wanted.colours) * len(apart)))
        total += float(np.sort(apart, axis=0)[:part].mean()) + 0.5 * float(apart.min(1).mean())
    return total


def rank(asking: Sequence[Sequence[str]], pictures: Sequence[Picture]) -> list[int]:
    """For each picture, how many other prompts it is nearer to than to its own: 0 means its own is the nearest.

    asking: one prompt (canonical words) a picture, in the same order. Raises ValueError where counts differ.
    """
    if len(asking) != len(pictures):
        raise ValueError(f"expected as many prompts as pictures, got {len(asking)} and {len(pictures)}")
    wanted = [asked(words) for words in asking]
    ranks = []
    for own, picture in enumerate(pictures):
        got = seen(picture)
        distances = [distance(one, got) for one in wanted]
        ranks.append(sum(other < distances[own] for other in distances))
    return ranks


def prompts(count: int, seed: int) -> list[tuple[str, ...]]:
    """The benchmark's prompts: one to three colours, often a word for the light, sometimes one for the edges.

    No two of them ask for the same set of colours. Raises ValueError for more than can differ so (500).
    """
    if not 1 <= count <= 500:
        raise ValueError(f"expected 1 to 500 prompts, got {count}")
    random = np.random.default_rng(seed)
    hues = [name for name in _NAMES if name not in NEUTRAL]
    made: dict[frozenset[str], tuple[str, ...]] = {}
    while len(made) < count:
        words = [str(word) for word in random.choice(hues, int(random.integers(1, 4)), replace=False)]
        key = frozenset(words)
        if random.random() < 0.5:
            words.append(str(random.choice(("dark", "bright", "pale", "stark", "gentle", "vivid", "muted"))))
        if random.random() < 0.4:
            words.append(str(random.choice(("smooth", "dense", "soft", "crisp", "horizontal", "vertical", "diagonal"))))
        made.setdefault(key, tuple(words))
    return list(made.values())


def _apart(pixels: Lab) -> NDArray[np.float32]:
    """Distance of each pixel from each named colour: N x colours."""
    away = pixels[:, None] - _NAMED[None]
    away[..., 0] *= _LIGHTNESS_COUNTS
    return np.asarray(np.sqrt(np.square(away).sum(-1)), np.float32)
