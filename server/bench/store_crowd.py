"""A large exhibition to measure with: 300 stations in five languages, every text written, the same each time.

Texts are as long as museums write them: a label of 60 words, a description and an audio description of 150.
"""

from __future__ import annotations

import io
import random
from collections.abc import Mapping, Sequence

from exhibit.content import (
    Accessibility,
    ArtworkContent,
    CanvasContent,
    Edition,
    ExhibitionContent,
    ExperienceContent,
    LensContent,
    NumberedStation,
    StationContent,
)

STATIONS = 300
PICTURES = 12
CANVAS_EVERY = 10  # so many stations hang a canvas, the others are lenses
_VOCABULARY: Mapping[str, str] = {
    "en": "the light falls from left on boats that wait for wind and nobody at the quay looks up before evening",
    "de": "das Licht fällt von links über die Brücke während Schiffe auf Wind warten und niemand am Kai aufblickt",
    "fr": "la lumière tombe à gauche sur les bateaux qui espèrent le vent et personne ne lève les yeux avant le soir",
    "zh-Hans": "光 从左边 照进来 船 在港口 等风 安静的 傍晚 码头上 没有人 抬头 看见 远处 的山 和 云",
    "ar": "يسقط الضوء من اليسار على القوارب التي تنتظر الريح ولا أحد على الرصيف يرفع عينيه قبل المساء",
}
LANGUAGES = tuple(_VOCABULARY)
_DRAW = 5  # seed


def crowd(styles: Sequence[str], pictures: Sequence[str], stations: int = STATIONS) -> Edition:
    """The exhibition, complete; `styles` and `pictures` are those of the house it is to be shown in."""
    draw = random.Random(_DRAW)
    head = ExhibitionContent(title=_words(draw, 30), introduction=_words(draw, 600), languages=LANGUAGES)
    return Edition(
        exhibition=head,
        stations=tuple(_station(draw, place, styles, pictures[place % len(pictures)]) for place in range(stations)),
    )


def _station(draw: random.Random, place: int, styles: Sequence[str], picture: str) -> NumberedStation:
    content = StationContent(
        number=place + 1,
        title=_words(draw, 40),
        label=_words(draw, 400),
        description=_words(draw, 900),
        caption=_words(draw, 120),
        audio_description=_words(draw, 900),
        artwork=ArtworkContent(picture=picture, alt=_words(draw, 150), painter="Berthe Morisot", year="1888"),
        experience=_experience(place, styles),
        accessibility=Accessibility(step_free=True, seating=place % 3 == 0, notes=_words(draw, 100)),
    )
    return NumberedStation(id=f"station-{place + 1}", content=content)


def _experience(place: int, styles: Sequence[str]) -> ExperienceContent:
    kind = CanvasContent if place % CANVAS_EVERY == 0 else LensContent
    return kind(styles=tuple(styles), default={styles[place % len(styles)]: 1.0}, strength=0.8)


def _words(draw: random.Random, characters: int) -> dict[str, str]:
    """A text of about so many characters in each language."""
    return {language: _text(draw, words.split(), characters) for language, words in _VOCABULARY.items()}


def _text(draw: random.Random, words: Sequence[str], characters: int) -> str:
    count = 1 + characters // (1 + sum(map(len, words)) // len(words))
    return " ".join(draw.choices(words, k=count))[:characters].strip()


def drawn_pictures(count: int = PICTURES) -> list[bytes]:
    """So many JPEGs of 640 x 480 that a tracker finds something in, no two alike."""
    import numpy as np
    from PIL import Image

    draw = np.random.default_rng(_DRAW)
    files = []
    for _ in range(count):
        coarse = Image.fromarray(draw.integers(0, 255, (24, 32, 3), np.uint8))
        file = io.BytesIO()
        coarse.resize((640, 480), Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
        files.append(file.getvalue())
    return files
