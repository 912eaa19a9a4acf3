"""Under which licence a model may be shown: read from its model card, and whether it takes commercial use out. Pure."""

from __future__ import annotations

import re

LARGEST_CARD_CHARACTERS = 65_536
_FIELD = re.compile(r"^(license|license_name)\s*:\s*(.*?)\s*$", re.IGNORECASE)
_ITEM = re.compile(r"^\s*-\s+(\S.*?)\s*$")
_NON_COMMERCIAL = re.compile(
    r"\bnc\b|non[\s_-]*commercial|research[\s_-]*only|\bresearch\b|stabilityai[\w-]*community|stability[\s_-]*ai[\s_-]*community"
)


def licence_of_card(card: str) -> str:
    """The licence that a model card (README.md) names in its front matter, as Hugging Face writes it; "" if none.

    `license: other` is replaced by its license_name.
    """
    lines = card[:LARGEST_CARD_CHARACTERS].splitlines()
    if not lines or lines[0].strip() != "---":
        return ""
    found: dict[str, str] = {}
    pending = ""
    for line in lines[1:]:
        if line.strip() == "---":
            break
        field, item = _FIELD.match(line), _ITEM.match(line)
        if field:
            found[field[1].lower()] = field[2].strip("\"' ")
            pending = "" if field[2] else field[1].lower()
        elif item and pending:
            found[pending], pending = item[1].strip("\"' "), ""
    licence = found.get("license", "")
    return found.get("license_name") or licence if licence.lower() in ("other", "") else licence


def is_non_commercial(licence: str) -> bool:
    """Whether a licence, by its name, takes commercial use out, or ties it to conditions that a lawyer has to read."""
    return bool(_NON_COMMERCIAL.search(licence.lower()))
