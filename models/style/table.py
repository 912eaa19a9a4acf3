"""The styles of a network as rows of numbers, read without torch; knows no names, pictures or engines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.errors import LibraryError
from models.style.painter import Floats


@dataclass(frozen=True)
class StyleTable:
    """The styles of a network: their ids, and for each its row of scales and shifts."""

    ids: tuple[str, ...]
    rows: Floats  # S x style_numbers

    @staticmethod
    def load(path: Path) -> StyleTable:
        """Read a table as export_style writes it. Raises LibraryError if it is missing or unreadable."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(str(path), framework="numpy") as file:
                ids = tuple(json.loads(file.metadata()["styles"]))
                rows = file.get_tensor("table").astype(np.float32)
        except FileNotFoundError as error:
            raise LibraryError(f"expected a style table, found none at {path}") from error
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise LibraryError(f"{path} is not a style table: {error}") from error
        if rows.ndim != 2 or len(ids) != rows.shape[0]:
            raise LibraryError(f"{path}: expected a row for each of {len(ids)} styles, got {rows.shape}")
        return StyleTable(ids, rows)

    def mix(self, weights: Floats) -> Floats:
        """One row a frame: N x S weights, by their ratios, to N x style_numbers."""
        share = weights / weights.sum(axis=1, keepdims=True)
        mixed: Floats = (share @ self.rows).astype(np.float32)
        return mixed
