"""Draws a picture on its way to the colours and the light that its words name. Knows no visitor, no step but its own.

Classifier guidance (Dhariwal and Nichol 2021; Bansal et al. 2023, "Universal Guidance"): in each step the picture that
is coming is moved to where a classifier likes it better. This classifier is linear (readout.py), so the move is
computed at once, without a gradient. What words mean is what measure.py says.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.generate.colours import Lab, lab_of_colour
from models.generate.measure import Asked, Range, asked
from models.generate.readout import Floats, ReadOut

EARLY, LATE = 0.7, 0.4  # how much of the way to what is wanted a step goes
LATE_FROM = 0.7  # of the steps
_LEAST_PART = 0.6  # of an equal share of the picture, that every colour gets
_TURNS = 12  # of laying out
_BLEND = 6.0  # CIELAB units within which a place is of two colours
_SOFTNESS = 1.0  # of the borders between colours, in places
_KEPT_LIGHT, _KEPT_HUE = 0.85, 0.45  # of what a place differs from the mean of its colour
_LIGHTNESS_COUNTS = 0.7  # of a difference in hue
_LIT = 0.6  # of what the light lacks is wanted in a step
_INSIDE = 4.0  # CIELAB units that the light is drawn into its range
_LIGHT = frozenset({"lightness", "contrast", "chroma", "warmth"})  # the attributes that are drawn to
_TOUCH = {"smooth": 0.4, "soft": 0.4, "dense": 1.3, "crisp": 1.2}  # how much of the touch is left in a step
_WARM = np.array([0.5, 0.866], np.float32)  # of a* and b*


@dataclass(frozen=True)
class Colouring:
    """Moves the latents of one picture, channels x H x W."""

    read_out: ReadOut

    def drawn(self, latents: Floats, ends: Sequence[tuple[str, float]], share: float) -> Floats:
        """Latents nearer to what prompts ask for; the very same where they ask for nothing that is known here.

        ends: prompts, and how much each counts, together 1: each draws by its part. share: of the steps, that are done.
        """
        strength = EARLY if share < LATE_FROM else LATE
        for prompt, counts in ends:
            words = tuple(dict.fromkeys(re.findall(r"\w+", prompt.lower())))
            latents = self._coloured(latents, asked(words), strength * counts)
            gain = math.prod(_TOUCH.get(word, 1.0) for word in words) ** counts
            latents = latents if gain == 1 else self.read_out.rough(latents, gain)
        return latents

    def _coloured(self, latents: Floats, wanted: Asked, strength: float) -> Floats:
        limits = [limit for limit in wanted.limits if limit.attribute in _LIGHT]
        if not strength or not (wanted.colours or limits):
            return latents
        rgb = np.clip(self.read_out.colours(latents), 0, 1)
        lab = _lab(rgb)
        if wanted.colours:
            lab = laid_out(lab, np.stack([lab_of_colour(name) for name in wanted.colours]))
        change = self.read_out.latents(_rgb(lit(lab, limits)) - rgb)
        return np.asarray(latents + strength * change, np.float32)


def laid_out(lab: Lab, colours: Lab) -> Lab:
    """A picture, H x W x 3, in these colours, N x 3: each place in the nearest, but each colour somewhere."""
    import cv2

    away = lab[:, :, None] - colours
    away[..., 0] *= _LIGHTNESS_COUNTS
    likeness = -np.sqrt(np.square(away).sum(-1)) / _BLEND
    least = _LEAST_PART / len(colours)
    for _ in range(_TURNS):
        parts = _shares(likeness).mean((0, 1))
        if parts.min() >= least:
            break
        likeness += np.log(np.maximum(least / np.maximum(parts, 1e-6), 1))
    blurred = cv2.GaussianBlur(_shares(likeness), (0, 0), _SOFTNESS)
    shares = np.asarray(blurred, np.float32).reshape(likeness.shape)  # cv2 drops an axis of one colour
    means = np.einsum("hwn,hwc->nc", shares, lab) / np.maximum(shares.sum((0, 1))[:, None], 1e-6)
    kept = np.array([_KEPT_LIGHT, _KEPT_HUE, _KEPT_HUE], np.float32)
    return np.asarray(shares @ colours + kept * (lab - shares @ means), np.float32)


def lit(lab: Lab, limits: Sequence[Range]) -> Lab:
    """A picture, H x W x 3, whose light and hues are nearer to their ranges."""
    lab = lab.copy()
    light, hue = lab[..., 0], lab[..., 1:]
    for limit in limits:
        if limit.attribute == "lightness":
            light += _LIT * _lacks(limit, float(light.mean()))
        elif limit.attribute == "contrast":
            spread = max(float(light.std()), 1.0)
            light += _bounded(_lacks(limit, spread) / spread) * (light - light.mean())
        elif limit.attribute == "chroma":
            mean = max(float(np.hypot(*hue.transpose(2, 0, 1)).mean()), 3.0)
            hue *= 1 + _bounded(_LIT * _lacks(limit, mean) / mean)
        elif limit.attribute == "warmth":
            hue += _LIT * _lacks(limit, float((hue @ _WARM).mean())) * _WARM
    return lab


def _lacks(limit: Range, value: float) -> float:
    return max(limit.low + _INSIDE - value, 0.0) + min(limit.high - _INSIDE - value, 0.0)


def _bounded(more: float) -> float:
    """What is added to 1: so that what is stretched is not turned round, nor torn."""
    return min(max(more, -0.8), 1.5)


def _shares(likeness: Floats) -> Floats:
    odds = np.exp(likeness - likeness.max(-1, keepdims=True))
    return np.asarray(odds / odds.sum(-1, keepdims=True), np.float32)


def _lab(rgb: Floats) -> Lab:
    import cv2

    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB), np.float32)


def _rgb(lab: Lab) -> Floats:
    import cv2

    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.float32)
