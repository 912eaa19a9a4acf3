"""What is true of a picture in words of the vocabulary: measured, known from its making, or both; and captions of it.

    python -m models.training.pigment.captions --pictures runs/pictures

reads pictures.npy and facts.jsonl and writes words.jsonl: for each picture its colours by share, and all other words.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from models.generate.measure import WORDS, Range, Seen, seen
from models.training.pictures import Picture
from models.training.pigment.compositions import COMPOSITIONS
from models.training.pigment.crops import PAINTERS
from models.training.pigment.motifs import LANDS

MANNERS = frozenset(PAINTERS.values())
MOVEMENTS: Mapping[str, str] = {
    "degas": "impressionist", "monet": "impressionist", "munch": "expressionist", "kandinsky": "expressionist",
    "leger": "cubist", "picabia": "cubist", "mondrian": "cubist", "turner": "romantic", "hokusai": "woodcut",
}  # fmt: skip
GEOMETRIC = frozenset({"circles", "rings", "grid", "triangles", "checker", "cross", "stripes", "arches"})
OF_PIECES: Mapping[str, tuple[str, ...]] = {
    "hokusai": ("waves", "sea"), "turner": ("sea",), "mondrian": ("abstract", "grid"), "kandinsky": ("abstract",),
    "picabia": ("abstract",), "leger": ("abstract",),
}  # fmt: skip
"""What can be said of nearly any piece of their paintings here."""

LEAST_SHARE = 0.11  # of a picture: a colour that a caption may name
MOST_WORDS = 10


@dataclass(frozen=True)
class Mood:
    """When a word for a mood is true: all limits are kept, and these colours make up more than this share."""

    limits: tuple[Range, ...]
    colours: tuple[str, ...] = ()
    share: float = 0.0

    def is_of(self, got: Seen) -> bool:
        """Whether it is true of a picture."""
        shown = sum(got.shares.get(name, 0.0) for name in self.colours)
        return (not self.colours or shown > self.share) and all(
            limit.miss(got.attributes[limit.attribute]) == 0 for limit in self.limits
        )


def _light(low: float = 0, high: float = 100) -> Range:
    return Range("lightness", low, high)


def _chroma(low: float = 0, high: float = 200) -> Range:
    return Range("chroma", low, high)


def _density(low: float = 0, high: float = 1) -> Range:
    return Range("density", low, high)


MOODS: Mapping[str, Mood] = {
    "serene": Mood((_density(high=0.22), Range("contrast", high=16), _chroma(high=46))),
    "stormy": Mood((_light(high=46), Range("contrast", low=14), _density(0.3), Range("warmth", high=14))),
    "joyful": Mood((_light(54), _chroma(40), Range("warmth", low=12))),
    "melancholy": Mood((_light(high=52), _chroma(high=24), Range("warmth", high=12))),
    "mysterious": Mood((_light(high=30), Range("contrast", high=20))),
    "fiery": Mood((_chroma(44),), ("red", "orange", "rust", "crimson", "yellow"), 0.55),
    "icy": Mood((_light(58),), ("azure", "white", "turquoise", "lilac", "blue"), 0.55),
    "gloomy": Mood((_light(high=38), _chroma(high=20))),
    "tender": Mood((_light(60),), ("pink", "cream", "lilac"), 0.4),
    "wild": Mood((_density(0.5), Range("contrast", low=19), _chroma(32))),
    "dreamy": Mood((_light(48), Range("sharpness", high=6))),
    "solemn": Mood((_light(high=42), _density(high=0.22))),
    "quiet": Mood((_density(high=0.1),)),
    "restless": Mood((_density(0.62),)),
    "night": Mood((_light(high=36),), ("navy", "black", "blue", "violet", "teal"), 0.5),
    "dusk": Mood((_light(26, 56),), ("orange", "violet", "magenta", "rust", "crimson", "lilac", "pink"), 0.6),
    "dawn": Mood((_light(60),), ("pink", "orange", "yellow", "lilac", "cream", "gold"), 0.65),
    "spring": Mood((_light(54),), ("lime", "green", "pink", "azure", "yellow"), 0.65),
    "summer": Mood(
        (_chroma(42), _light(48)), ("yellow", "azure", "green", "orange", "lime", "turquoise", "gold"), 0.65
    ),
    "autumn": Mood((), ("orange", "rust", "ochre", "brown", "gold", "olive", "crimson"), 0.75),
    "winter": Mood((_light(45), _chroma(high=26)), ("white", "grey", "azure", "navy", "black"), 0.65),
    "earthy": Mood((), ("brown", "ochre", "olive", "rust"), 0.65),
    "fresh": Mood((_light(50),), ("lime", "turquoise", "azure", "green"), 0.65),
}
FESTIVE_COLOURS, FESTIVE_CHROMA = 5, 32.0
"""festive, which MOODS cannot say: so many colours, each of more than SMALL_SHARE, so vivid."""
SMALL_SHARE = 0.07


def _moods(got: Seen) -> tuple[str, ...]:
    found = [word for word, mood in MOODS.items() if mood.is_of(got)]
    many = sum(share > SMALL_SHARE for share in got.shares.values()) >= FESTIVE_COLOURS
    return tuple(found + ["festive"] * (many and got.attributes["chroma"] > FESTIVE_CHROMA))


@dataclass(frozen=True)
class Words:
    """All that may be said of a picture. colours: by share, the largest first."""

    colours: Mapping[str, float]
    light: tuple[str, ...]  # and texture, and the direction of lines: whatever is measured
    moods: tuple[str, ...]
    things: tuple[str, ...]  # motifs and compositions
    manners: tuple[str, ...]

    @staticmethod
    def of(picture: Picture, facts: Sequence[str]) -> Words:
        """facts: what its making knows of it, as draw.py writes it."""
        got = seen(picture)
        colours = dict(sorted(got.shares.items(), key=lambda item: -item[1]))
        light = [word for word in WORDS if got.says(word)]
        if sum(share > 0.08 for share in got.shares.values()) >= 5 and got.attributes["chroma"] > 25:
            light.append("colourful")
        if next(iter(colours.values())) > 0.85:
            light.append("monochrome")
        manners = [fact for fact in facts if fact in MANNERS]
        things = [fact for fact in facts if fact not in MANNERS and fact not in WORDS]
        light += [fact for fact in facts if fact in WORDS and fact not in light]
        return Words(
            {name: round(share, 3) for name, share in colours.items() if share >= LEAST_SHARE},
            tuple(light),
            _moods(got),
            tuple(dict.fromkeys([*things, *_kinds_of(things, manners)])),
            (*manners, *(MOVEMENTS[m] for m in manners if m in MOVEMENTS), "painterly") if manners else ("flat",),
        )

    def caption(self, random: Generator) -> list[str]:
        """One to ten true words, in any order: any of them may be missing."""
        colours = list(self.colours)
        chosen = colours[: int(random.integers(1, 5))] if random.random() < 0.85 else []
        chosen += _some(self.things, 0.7 if random.random() < 0.8 else 0, random)
        chosen += _some(self.manners[:1], 0.6, random) + _some(self.manners[1:], 0.25, random)
        chosen += _some(self.light, 0.45 if random.random() < 0.75 else 0, random)
        if self.moods and random.random() < 0.4:
            chosen.append(str(random.choice(self.moods)))
        if not chosen:
            chosen = colours[:2] or list(self.things[:1] or self.manners)
        return [str(word) for word in random.permutation(np.array(chosen, object))[:MOST_WORDS]]


def _kinds_of(things: Sequence[str], manners: Sequence[str]) -> list[str]:
    kinds: list[str] = []
    if not things and manners:
        kinds += OF_PIECES.get(manners[0], ())
    if any(thing in LANDS or thing in ("harbour", "valley") for thing in things):
        kinds.append("landscape")
    if any(thing in COMPOSITIONS or thing == "stripes" for thing in things):
        kinds.append("abstract")
    if GEOMETRIC.intersection(things):
        kinds.append("geometric")
    return kinds


def _some(words: Sequence[str], chance: float, random: Generator) -> list[str]:
    return [word for word in words if random.random() < chance]


def load_words(folder: Path) -> list[Words]:
    """What `main` wrote."""
    with (folder / "words.jsonl").open(encoding="utf-8") as lines:
        return [_read(json.loads(line)) for line in lines]


def _read(raw: dict[str, list[str]]) -> Words:
    return Words(
        raw["colours"],  # type: ignore[arg-type]
        *(tuple(raw[part]) for part in ("light", "moods", "things", "manners")),
    )


def main() -> None:
    """Parse the command line and say of every picture what is true."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pictures", type=Path, required=True)
    given = parser.parse_args()
    pictures = np.load(given.pictures / "pictures.npy", mmap_mode="r")
    facts = [json.loads(line) for line in (given.pictures / "facts.jsonl").read_text(encoding="utf-8").splitlines()]
    with (given.pictures / "words.jsonl").open("w", encoding="utf-8") as out:
        for picture, known in zip(pictures, facts, strict=True):
            out.write(json.dumps(vars(Words.of(np.asarray(picture), known))) + "\n")


if __name__ == "__main__":
    main()
