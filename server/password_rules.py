"""Which new passwords are taken, after NIST SP 800-63B-4, section 3.1.1.2. Pure; knows no account.

Length decides; nobody has to mix kinds of characters or to change a password from time to time. What is refused is what
a guesser tries first: the commonest words, the person's own names, the house's name, the same again and again, and rows
of the keyboard. NIST asks for 15 characters where the password is the only factor. Here it is 12, because every guess
is throttled (server/throttle.py), and costs time and memory even where somebody has the database (server/passwords.py).
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from itertools import pairwise

MIN_CHARS = 12
MAX_BYTES = 256  # of UTF-8; NIST asks for 64 characters or more
_MIN_SURPRISES = 7  # characters that do not follow from those before
_MIN_NAME_CHARS = 3  # shorter parts of names are in many words

# What passwords are mostly made of, whatever the language of the page, and what they are made of in such a house.
_WORDS = (
    "password passwort passwd pass word motdepasse contrasena senha parola kennwort secret geheim letmein welcome"
    " willkommen bienvenue hello hallo bonjour iloveyou iloveu changeme default admin administrator root user guest"
    " test testing login master dragon monkey football baseball superman batman sunshine princess shadow trustno"
    " whatever computer internet server qwerty qwertz azerty correcthorsebatterystaple the my our is new your this"
    " vernissage museum musee museo gallery galerie galleria exhibition exhibit ausstellung kunst art curator kurator"
    " operator viewer spring summer autumn winter"
)
_COMMON = frozenset(_WORDS.split())
_ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm"),
    *("azertyuiop", "qsdfghjklm", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"),
)
_FOLLOWS = frozenset(pair for row in _ROWS for text in (row, row[::-1]) for pair in pairwise(text))
_LOOKS_LIKE = str.maketrans("@4031!57$", "aaoeiists")


class Reason(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    REPEATED = "repeated"
    SEQUENCE = "sequence"
    COMMON = "common"
    PERSONAL = "personal"


class PasswordRefusedError(Exception):
    """A password is not taken; `reason` is why, and the message a sentence for the person."""

    def __init__(self, reason: Reason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


def normal(password: str) -> str:
    """The form of a password that is hashed, the same on every keyboard. Raises PasswordRefusedError.

    NFKC by the process for stabilized strings (NIST, section 3.1.1.2; Unicode Standard Annex 15, section 12.1): it
    refuses code points that are not assigned, because what becomes of them may change.
    """
    if len(password) > MAX_BYTES:
        raise _too_long(f"{len(password)} characters")
    if any(unicodedata.category(character) in {"Cc", "Cn", "Cs"} for character in password):
        raise PasswordRefusedError(
            Reason.UNREADABLE, "expected characters that a keyboard has, got a control or unknown character"
        )
    form = unicodedata.normalize("NFKC", password)
    if (count := len(form.encode())) > MAX_BYTES:
        raise _too_long(f"{count} bytes")
    return form


def check(password: str, *names: str) -> None:
    """Refuse a new password that is easily guessed; `names` are the person's. Raises PasswordRefusedError."""
    usable = normal(password)
    form = usable.casefold()
    if (count := len(usable)) < MIN_CHARS:
        raise PasswordRefusedError(
            Reason.TOO_SHORT, f"expected {MIN_CHARS} characters or more, got {count}; several words are a good password"
        )
    if _repeats(form):
        raise PasswordRefusedError(Reason.REPEATED, "expected more than the same again and again; try several words")
    if _surprises(form) < _MIN_SURPRISES:
        raise PasswordRefusedError(
            Reason.SEQUENCE, "expected more than rows of the keyboard or the alphabet; try several words"
        )
    if _made_of(form, _COMMON):
        raise PasswordRefusedError(Reason.COMMON, "expected words that fewer people use in passwords; try others")
    if _made_of(form, _COMMON | _parts(names)):
        raise PasswordRefusedError(Reason.PERSONAL, "expected more than your own name or login; try several words")


def _too_long(length: str) -> PasswordRefusedError:
    return PasswordRefusedError(Reason.TOO_LONG, f"expected at most {MAX_BYTES} bytes, got {length}")


def _repeats(text: str) -> bool:
    """Whether it is one piece over and over, the last time perhaps not to its end."""
    return any(text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1))


def _surprises(text: str) -> int:
    """How many characters neither repeat the one before nor go on in a row that the two before are in."""
    steps = [(before, after) in _FOLLOWS for before, after in pairwise(text)]
    expected = [
        before == after or (steps[at] and at > 0 and steps[at - 1]) for at, (before, after) in enumerate(pairwise(text))
    ]
    return len(text) - sum(expected)


def _made_of(text: str, words: frozenset[str]) -> bool:
    """Whether nothing but these words is in it, numbers and signs around them and 4 for a apart."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    return any(_is_chain(re.sub(r"[\W_]+", "", form), words) for form in (core, core.translate(_LOOKS_LIKE)))


def _is_chain(text: str, words: frozenset[str]) -> bool:
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached.update(start + len(word) for word in words if text.startswith(word, start))
    return text != "" and len(text) in reached


def _parts(names: tuple[str, ...]) -> frozenset[str]:
    """The words of names, and each name in one."""
    words = [part for name in names for part in re.split(r"[\W_]+", unicodedata.normalize("NFKC", name).casefold())]
    whole = [re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold()) for name in names]
    return frozenset(word for word in (*words, *whole) if len(word) >= _MIN_NAME_CHARS)
