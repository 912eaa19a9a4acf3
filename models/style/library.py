"""Styles as a visitor sees them: names, painters, thumbnails. Reads JSON files; loads no network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import LibraryError

SHIPPED = Path(__file__).parent / "weights"
"""The folder that ships: styles.json, thumbnails/, the networks, the perceptual network."""


@dataclass(frozen=True)
class StyleInfo:
    """One style, as it is shown to a visitor."""

    id: str
    name: Mapping[str, str]  # by language tag
    painter: str
    year: int | None  # None: nobody said
    painting: str
    licence: str
    thumbnail: Path


def read_library(folder: Path = SHIPPED) -> tuple[StyleInfo, ...]:
    """The styles in a folder's styles.json, in its order.

    Raises LibraryError if the file is missing or malformed, an id appears twice, or a thumbnail is not there.
    """
    path = folder / "styles.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise LibraryError(f"expected a list of styles, found no {path}") from error
    except ValueError as error:
        raise LibraryError(f"{path} is not JSON: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise LibraryError(f"{path}: expected a list of at least one style")
    styles = tuple(read_style(entry, folder / "thumbnails", path) for entry in entries)
    if len({style.id for style in styles}) < len(styles):
        raise LibraryError(f"{path}: expected every id once, got {[style.id for style in styles]}")
    return styles


def find_style(styles: tuple[StyleInfo, ...], id_: str) -> StyleInfo:
    """The style with this id. Raises LibraryError naming the ids there are."""
    for style in styles:
        if style.id == id_:
            return style
    raise LibraryError(f"expected a style of {', '.join(style.id for style in styles)}, got {id_!r}")


def read_style(entry: Any, thumbnails: Path, path: Path) -> StyleInfo:
    """A style from its JSON values; `path` is where they were read, for what is said. Raises LibraryError."""
    try:
        style = StyleInfo(
            id=_text(entry["id"]),
            name={_text(language): _text(name) for language, name in entry["name"].items()},
            painter=_text(entry["painter"]),
            year=None if entry["year"] is None else int(entry["year"]),
            painting=_text(entry["painting"]),
            licence=_text(entry["licence"]),
            thumbnail=thumbnails / f"{entry['id']}.jpg",
        )
    except KeyError as error:
        raise LibraryError(f"{path}: a style lacks {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise LibraryError(f"{path}: a style is malformed: {error}") from error
    if "en" not in style.name:
        raise LibraryError(f"{path}: the style {style.id} lacks an English name")
    if not style.thumbnail.is_file():
        raise LibraryError(f"{path}: the style {style.id} lacks its picture {style.thumbnail.name}")
    return style


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"expected text, got {value!r}")
    return value
