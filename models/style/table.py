"""The styles of a network as rows of numbers, read without torch; knows no names, pictures or engines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models.errors import LibraryError
from models.style.painter import Floats


@dataclass(frozen=True)
class StyleTable:
    """The styles of a network: their ids, for each its row of scales and shifts, and which network reads them."""

    ids: tuple[str, ...]
    rows: Floats  # S x style_numbers
    network: str = ""  # network_digest of the network that the rows belong to

    @staticmethod
    def load(path: Path) -> StyleTable:
        """Read a table as write_table or export_style wrote it. Raises LibraryError if it is missing or unreadable."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(str(path), framework="numpy") as file:
                metadata = file.metadata()
                ids = tuple(json.loads(metadata["styles"]))
                rows = file.get_tensor("table").astype(np.float32)
        except FileNotFoundError as error:
            raise LibraryError(f"expected a style table, found none at {path}") from error
        except (SafetensorError, KeyError, TypeError, ValueError) as error:
            raise LibraryError(f"{path} is not a style table: {error}") from error
        if rows.ndim != 2 or len(ids) != rows.shape[0]:
            raise LibraryError(f"{path}: expected a row for each of {len(ids)} styles, got {rows.shape}")
        return StyleTable(ids, rows, metadata.get("network", ""))

    def save(self, path: Path) -> None:
        """Write the rows alone, to be read by `load`."""
        from safetensors.numpy import save

        metadata = {"styles": json.dumps(self.ids), "network": self.network}
        path.write_bytes(save({"table": np.ascontiguousarray(self.rows)}, metadata))

    def with_rows(self, other: StyleTable) -> StyleTable:
        """These styles and those of another table of the same network. Raises LibraryError if it is of another one."""
        if other.network != self.network or other.rows.shape[1] != self.rows.shape[1]:
            raise LibraryError(
                f"{', '.join(other.ids)}: expected rows of the network {self.network}, got {other.network}"
            )
        return StyleTable(self.ids + other.ids, np.concatenate([self.rows, other.rows]), self.network)

    def row(self, id_: str) -> Floats:
        """One style's numbers. Raises LibraryError naming the ids there are."""
        if id_ not in self.ids:
            raise LibraryError(f"expected a style of {', '.join(self.ids)}, got {id_!r}")
        row: Floats = self.rows[self.ids.index(id_)]
        return row

    def mix(self, weights: Floats) -> Floats:
        """One row a frame: N x S weights, by their ratios, to N x style_numbers."""
        share = weights / weights.sum(axis=1, keepdims=True)
        mixed: Floats = (share @ self.rows).astype(np.float32)
        return mixed


def network_digest(weights: Mapping[str, Any]) -> str:
    """What tells one network from another, whatever its styles: a hash of all its tensors but the table."""
    digest = hashlib.sha256()
    for name in sorted(set(weights) - {"table"}):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(weights[name], np.float32).tobytes())
    return digest.hexdigest()[:16]
