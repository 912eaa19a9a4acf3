"""Ways to hide a word from a reader that compares letters, for the trial of the check. Knows not how the check reads.

Each takes a word of a list and a random generator and gives the hidden word, or None where it does not apply (no vowel,
too short, not Latin).
"""
# ruff: noqa: ARG001 - all have one signature

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from random import Random

Mutation = Callable[[str, Random], str | None]

_LEET = {"a": "@4", "e": "3€", "i": "1!", "o": "0", "s": "$5", "t": "7+", "l": "1|", "b": "8", "g": "9"}
_CYRILLIC = dict(zip("aeopcyxikmthbdsjw", "аеорсухікмтнвԁѕјԝ", strict=True))
_GREEK = dict(zip("aboeiknoprtuvxy", "αβοεικηορρτυνχγ", strict=True))
_ARMENIAN = dict(zip("ouhnqsgpl", "օսհոզտցքլ".replace("տ", "ս"), strict=True))
_SMALL_CAPITALS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
_TURNED = dict(zip("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞןɯuodbɹsʇnʌʍxʎz", strict=True))
_EMOJI = "🌹🎨⭐🐱🌊✨🙂🍎"
_VOWELS = "aeiouyàáâäãåèéêëìíîïòóôöõùúûü"


def _is_latin(word: str) -> bool:
    return all("a" <= char <= "z" or char == " " for char in word)


def _joined(word: str, between: Callable[[], str]) -> str | None:
    letters = word.replace(" ", "")
    return "".join(char + between() for char in letters[:-1]) + letters[-1:] if len(letters) > 1 else None


def _replaced(word: str, rng: Random, table: Mapping[str, str], share: float) -> str | None:
    """At least one letter of the table, and not all letters of the word."""
    places = [place for place, char in enumerate(word) if char in table]
    most = max(1, round((len(word) - 1) * share))
    if not places or len(word) < 3:
        return None
    chosen = set(rng.sample(places, min(len(places), rng.randint(1, most))))
    return "".join(rng.choice(table[char]) if place in chosen else char for place, char in enumerate(word))


def _mapped(word: str, letter: Callable[[str], str]) -> str | None:
    return "".join(letter(char) for char in word) if _is_latin(word) else None


def _place_inside(word: str, rng: Random, least: int) -> int | None:
    return rng.randrange(1, len(word)) if len(word) >= least and " " not in word else None


def leet(word: str, rng: Random) -> str | None:
    return _replaced(word, rng, _LEET, 0.7) if _is_latin(word) else None


def spaced(word: str, rng: Random) -> str | None:
    return _joined(word, lambda: " ")


def separated(word: str, rng: Random) -> str | None:
    return _joined(word, lambda: rng.choice([".", "-", "_", "/", "·", "~", "..", ""])) if len(word) > 2 else None


def zero_width(word: str, rng: Random) -> str | None:
    place = rng.randrange(1, len(word)) if len(word) > 1 else 0
    return word[:place] + rng.choice("\u200b\u200c\u200d\u2060\ufeff") + word[place:]


def soft_hyphens(word: str, rng: Random) -> str | None:
    place = rng.randrange(1, len(word)) if len(word) > 1 else 0
    return word[:place] + "\u00ad" + word[place:]


def repeated(word: str, rng: Random) -> str | None:
    place = rng.randrange(len(word))
    return (
        word[:place] + word[place] * rng.randint(2, 5) + word[place + 1 :]
        if word[place].isalpha() and _is_latin(word)
        else None
    )


def mixed_case(word: str, rng: Random) -> str | None:
    return "".join(rng.choice([char.upper(), char]) for char in word) if _is_latin(word) else None


def accented(word: str, rng: Random) -> str | None:
    return _mapped(word, lambda c: unicodedata.normalize("NFC", c + rng.choice(["\u0301", "\u0308", "\u0302", ""])))


def piled_marks(word: str, rng: Random) -> str | None:
    marks = "\u0300\u0316\u0335\u0342\u035c\u0328\u0489\u0338"
    return _mapped(word, lambda char: char + "".join(rng.choices(marks, k=rng.randint(0, 3))))


def fullwidth(word: str, rng: Random) -> str | None:
    return _mapped(word, lambda char: chr(ord(char) + 0xFEE0) if char != " " else " ")


def mathematical(word: str, rng: Random) -> str | None:
    start = rng.choice([0x1D41A, 0x1D482, 0x1D4EA, 0x1D586, 0x1D5BA, 0x1D5EE, 0x1D68A])
    return _mapped(word, lambda char: chr(start + ord(char) - 97) if char != " " else " ")


def enclosed(word: str, rng: Random) -> str | None:
    start = rng.choice([0x24D0, 0x1F130, 0x1F150, 0x1F170])
    return _mapped(word, lambda char: chr(start + ord(char) - 97) if char != " " else " ")


def small_capitals(word: str, rng: Random) -> str | None:
    return _mapped(word, lambda char: _SMALL_CAPITALS.get(char, char))


def upside_down(word: str, rng: Random) -> str | None:
    turned = _mapped(word, lambda char: _TURNED.get(char, char))
    return turned[::-1] if turned and any(char in "ɐǝɟƃɥᴉɾʞןɯɹʇʍʎ" for char in turned) else None


def cyrillic_letters(word: str, rng: Random) -> str | None:
    return _replaced(word, rng, _CYRILLIC, 1) if _is_latin(word) else None


def greek_letters(word: str, rng: Random) -> str | None:
    return _replaced(word, rng, _GREEK, 1) if _is_latin(word) else None


def armenian_letters(word: str, rng: Random) -> str | None:
    return _replaced(word, rng, _ARMENIAN, 1) if _is_latin(word) else None


def latin_letters_in_cyrillic(word: str, rng: Random) -> str | None:
    return _replaced(word, rng, {cyrillic: latin for latin, cyrillic in _CYRILLIC.items()}, 1)


def emoji_between(word: str, rng: Random) -> str | None:
    place = rng.randrange(1, len(word)) if len(word) > 1 else 0
    return word[:place] + rng.choice(_EMOJI) + word[place:]


def across_lines(word: str, rng: Random) -> str | None:
    place = _place_inside(word, rng, 5)
    return f"{word[:place]}\n{word[place:]}" if place and _is_latin(word) else None


def html_entities(word: str, rng: Random) -> str | None:
    return (
        "".join(rng.choice([f"&#{ord(char)};", f"&#x{ord(char):x};", char]) for char in word[:-1])
        + f"&#{ord(word[-1])};"
    )


def percent_encoded(word: str, rng: Random) -> str | None:
    place = rng.randrange(len(word))
    return word[:place] + "".join(f"%{byte:02x}" for byte in word[place].encode()) + word[place + 1 :]


def starred(word: str, rng: Random) -> str | None:
    places = [place for place, char in enumerate(word) if char in _VOWELS and place]
    chosen = set(rng.sample(places, min(len(places), rng.randint(1, 2))))
    return (
        "".join("*" if place in chosen else char for place, char in enumerate(word))
        if places and len(word) > 2
        else None
    )


def letter_dropped(word: str, rng: Random) -> str | None:
    place = _place_inside(word, rng, 6)
    return word[:place] + word[place + 1 :] if place and word.isalpha() and _is_latin(word) else None


def letters_swapped(word: str, rng: Random) -> str | None:
    place = _place_inside(word[:-1], rng, 5)
    if not place or word[place] == word[place + 1] or not _is_latin(word):
        return None
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


KINDS: tuple[Mutation, ...] = (
    *(leet, spaced, separated, zero_width, soft_hyphens, repeated, mixed_case, accented, piled_marks, fullwidth),
    *(mathematical, enclosed, small_capitals, upside_down, cyrillic_letters, greek_letters, armenian_letters),
    *(latin_letters_in_cyrillic, emoji_between, across_lines, html_entities, percent_encoded, starred),
    *(letter_dropped, letters_swapped),
)


# Held out: the check was not made with these in mind, and what it catches of them is reported, not promised.


def two_at_once(word: str, rng: Random) -> str | None:
    first, second = rng.sample([leet, separated, repeated, cyrillic_letters, accented, emoji_between, mixed_case], 2)
    once = first(word, rng)
    return second(once, rng) if once and _is_latin(word) else None


def by_sound(word: str, rng: Random) -> str | None:
    heard = word
    for written, spoken in (("ck", "kk"), ("f", "ph"), ("c", "k"), ("s", "z"), ("x", "ks"), ("oo", "u")):
        heard = heard.replace(written, spoken)
    return heard if heard != word and _is_latin(word) else None


def letter_doubled_and_dropped(word: str, rng: Random) -> str | None:
    once = letter_dropped(word, rng)
    return repeated(once, rng) if once else None


def glued(word: str, rng: Random) -> str | None:
    return f"{rng.choice(['big', 'the', 'x', 'my'])}{word}{rng.choice(['y', 'x', 'man'])}" if _is_latin(word) else None


def backwards(word: str, rng: Random) -> str | None:
    return word[::-1] if _is_latin(word) and word != word[::-1] else None


def two_letters_wrong(word: str, rng: Random) -> str | None:
    once = letter_dropped(word, rng)
    return letters_swapped(once, rng) if once else None


def dashed(word: str, rng: Random) -> str | None:
    return (
        "".join("-" if char in "aeiou" and place else char for place, char in enumerate(word))
        if _is_latin(word)
        else None
    )


HELD_OUT: tuple[Mutation, ...] = (
    *(two_at_once, by_sound, letter_doubled_and_dropped, glued, backwards, two_letters_wrong, dashed),
)
