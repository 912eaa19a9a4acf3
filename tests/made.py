"""How a picture was made, as several tests tell it; each changes what it asks about."""

from __future__ import annotations

from exhibit.dream import Made, Source

MADE = Made(
    exhibition="Winter",
    station="The harbour",
    artwork="A harbour in the evening",
    words="calm blue, هدوء",
    source=Source.WORDS,
    model="Pigment",
    licence="Apache-2.0",
    training_data="Paintings in the public domain",
    seed=7,
    steps=4,
    styles={"wave": 0.5},
    made_at="2026-11-28T10:00:00Z",
    understood=("calm", "blue"),
)
