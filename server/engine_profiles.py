"""What engines are compiled for: the sizes and batches that each lane of this configuration can send. Pure."""

from __future__ import annotations

from models.runtime.profile import Profile, Range
from server.config import Config
from server.degradation import ASPECTS, widths


def engine_profiles(config: Config) -> tuple[Profile, ...]:
    """A profile for lenses, and one for the artworks that are repainted for canvases.

    Tuned for the full size in the usual aspect, held upright, and the largest batch: that is when the card is busy.
    """
    batch = Range(1, config.style.batch_sizes[-1], config.style.batch_sizes[-1])
    lens, texture = config.lens, config.canvas.texture_width
    least = round(min(widths(lens)) * min(ASPECTS))
    return (
        Profile("lens", {"batch": batch, **_sides(least, lens.width)}),
        Profile("texture", {"batch": batch, **_sides(round(texture * min(ASPECTS)), texture)}),
    )


def _sides(least: int, most: int) -> dict[str, Range]:
    """Height and width of pictures held either way."""
    shorter = max(least, round(most * ASPECTS[0]))
    return {"height": Range(least, most, most), "width": Range(least, shorter, most)}
