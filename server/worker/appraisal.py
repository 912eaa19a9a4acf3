"""Scores every target of an exhibition, once for each set of pictures. Takes seconds: for a thread that may wait."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from exhibit.track.score import score_targets
from exhibit.track.target import Target
from server.worker.targets import keep

log = logging.getLogger("vernissage.appraisal")

VERSION = 2  # of how scores are made: older ones are made anew

Scores = list[dict[str, Any]]  # artwork, value and remarks: [reason, another artwork or ""]


def appraise(targets: Mapping[str, Target], folder: Path | None) -> Scores:
    """How well each of these artworks can be tracked beside the others, from the folder if it was found out before."""
    if folder is None:
        return _scores(targets)
    kept = folder / f"{_digest(targets)}.json"
    try:
        found: Scores = json.loads(kept.read_text(encoding="utf-8"))
        return found
    except FileNotFoundError:
        log.info("scoring %d artworks", len(targets))
    except (OSError, ValueError) as error:
        log.warning("artworks are scored anew: %s", error)
    scores = _scores(targets)
    keep(kept, json.dumps(scores).encode())
    return scores


def _scores(targets: Mapping[str, Target]) -> Scores:
    return [
        {
            "artwork": name,
            "value": score.value,
            "remarks": [[remark.reason.name.lower(), remark.other or ""] for remark in score.remarks],
        }
        for name, score in score_targets(targets).items()
    ]


def _digest(targets: Mapping[str, Target]) -> str:
    """Of what the scores are made from: pictures, and under which names they are kept."""
    digest = hashlib.sha256(f"scores {VERSION}".encode())
    for name, target in sorted(targets.items()):
        digest.update(f"{name} {target.width} {target.height}".encode() + target.grey.tobytes())
        digest.update(target.descriptors.tobytes())
    return digest.hexdigest()
