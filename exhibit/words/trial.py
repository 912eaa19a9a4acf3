"""The trial of the check: how many hidden words it catches, and how many harmless sentences it stops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.resources import files
from itertools import cycle
from random import Random
from typing import NamedTuple

from exhibit.words.check import WordsRefusal, check_words
from exhibit.words.listed import WordLists
from exhibit.words.mutations import KINDS, Mutation

_CARRIERS = (
    *("a painting of {} at dusk", "{} in the style of Monet", "blue sky and {} by the sea", "please paint {} for me"),
    *(
        "{}",
        "an old {} with yellow light",
        "ein Bild mit {} im Wald",
        "un tableau avec {} et des fleurs",
        "портрет {} зимой",
    ),
)
_PAINTERS = (
    *(
        "Monet",
        "Vermeer",
        "Hokusai",
        "Klee",
        "Kandinsky",
        "Turner",
        "Cassatt",
        "Rembrandt",
        "af Klint",
        "Van Gogh",
        "Dürer",
    ),
    *("O'Keeffe", "Matisse", "Gentileschi", "Bruegel", "Munch", "Friedrich", "Morisot", "Hiroshige", "Goya"),
)
_COLOURS = (
    *("ultramarine", "ochre", "crimson", "pale green", "burnt sienna", "white and gold", "soft grey", "cobalt blue"),
    *("dark violet", "lemon yellow", "rose", "turquoise", "black"),
)
_MOTIFS = (
    *("a harbour at dawn", "three pears on a table", "a cat asleep on a chair", "wind in the wheat", "a mountain lake"),
    *(
        "children flying kites",
        "an empty street in rain",
        "a bowl of lemons",
        "a lighthouse",
        "dancers in a ring",
        "old oaks",
    ),
    *(
        "a girl reading by a window",
        "boats on a river",
        "a storm over the sea",
        "circles and squares",
        "a horse in snow",
    ),
)
_MOODS = ("calm", "joyful", "melancholy", "dreamy", "wild", "solemn", "playful", "quiet", "tender", "mysterious")


class Hidden(NamedTuple):
    """A listed word, hidden in a sentence."""

    text: str
    entry: str
    kind: str


def mutations(words: Sequence[str], count: int, seed: int, kinds: Sequence[Mutation] = KINDS) -> list[Hidden]:
    """`count` sentences with a word of a list hidden in each, all kinds in turn. The same for the same seed."""
    rng = Random(seed)
    found: list[Hidden] = []
    for kind in cycle(kinds):
        if len(found) == count:
            return found
        found.append(_hidden(words, kind, rng))
    return found


def _hidden(words: Sequence[str], kind: Mutation, rng: Random) -> Hidden:
    for _ in range(10_000):
        entry = rng.choice(words)
        if word := kind(entry.removesuffix("*"), rng):
            return Hidden(rng.choice(_CARRIERS).format(word), entry, kind.__name__)
    raise ValueError(f"expected words that {kind.__name__} can hide, got none in {len(words)}")


def harmless(count: int) -> list[str]:
    """`count` sentences that have to pass: first those written by hand in many languages, then put together."""
    text = (files("exhibit.words") / "lists" / "harmless.txt").read_text(encoding="utf-8")
    written = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    rng = Random(7)
    return [*written, *(_put_together(rng) for _ in range(count - len(written)))][:count]


def _put_together(rng: Random) -> str:
    painter, colour, motif, mood = map(rng.choice, (_PAINTERS, _COLOURS, _MOTIFS, _MOODS))
    return rng.choice(
        [
            f"{motif} in {colour}, {mood}, after {painter}",
            f"a {mood} painting of {motif}",
            f"{painter} paints {motif}",
            f"{colour} {mood} abstract with {motif}",
            f"{motif.upper()}, {colour.upper()}!",
            f"{mood} evening: {motif}, a lot of {colour} ({painter})",
        ]
    )


def missed(hidden: Iterable[Hidden], lists: WordLists) -> list[Hidden]:
    """Those of which a picture would be made."""
    return [one for one in hidden if check_words(one.text, lists).refusal is None]


def evasions_caught(hidden: Sequence[Hidden], lists: WordLists) -> float:
    """The share of hidden words that are refused, 0 to 1."""
    return 1 - len(missed(hidden, lists)) / len(hidden)


def stopped(sentences: Iterable[str], lists: WordLists) -> list[tuple[str, WordsRefusal, str]]:
    """Those that are refused, with the reason and the entry."""
    checked = ((text, check_words(text, lists)) for text in sentences)
    return [(text, result.refusal, result.listed) for text, result in checked if result.refusal]


def false_alarms(sentences: Sequence[str], lists: WordLists) -> float:
    """The share of harmless sentences that are refused, 0 to 1."""
    return len(stopped(sentences, lists)) / len(sentences)
