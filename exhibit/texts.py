"""Texts in several languages, and which of them a visitor gets. Knows no page and no file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Language, then script, region or variants (BCP 47, RFC 5646 section 2.1, without extensions and private use).
_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*", re.IGNORECASE)

# Where the script decides what can be read and phones leave it out (from CLDR's likely subtags).
_LIKELY_SCRIPT = {
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-my": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
}


@dataclass(frozen=True, slots=True)
class Texts:
    """One text in each language of an exhibition, by BCP 47 tag."""

    by_language: Mapping[str, str]

    def in_language(self, tag: str | None, fallback: str) -> str:
        """The text for a visitor who asks for `tag`; the `fallback` language's where none comes near."""
        return self.by_language[choose_language(tag, self.by_language, fallback)]


def is_language_tag(tag: str) -> bool:
    """Whether a text is a language tag of the kinds that exhibitions are written in: `en`, `zh-Hans`, `pt-BR`."""
    return _TAG.fullmatch(tag) is not None


def choose_language(tag: str | None, offered: Iterable[str], fallback: str) -> str:
    """The offered language nearest to `tag`, which may be anything a client sent.

    Lookup after RFC 4647, section 3.4: the tag itself, then the tag without its last part, and so on. Chinese without
    a script gets the script of its region first. Failing that, another form of the same language; then `fallback`.
    """
    by_lower = {language.lower(): language for language in offered}
    wanted = (tag or "").lower().replace("_", "-")
    parts = _LIKELY_SCRIPT.get(wanted, wanted).split("-")
    for length in range(len(parts), 0, -1):
        if (candidate := "-".join(parts[:length])) in by_lower:
            return by_lower[candidate]
    same_language = (language for lower, language in by_lower.items() if lower.split("-")[0] == parts[0])
    return next(same_language, fallback)
