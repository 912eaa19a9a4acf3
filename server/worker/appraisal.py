"""Scores every target of the exhibition, once for each set of pictures. Takes seconds: for a thread that may wait."""

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

VERSION = 1  # of how scores are made: older ones are made anew

Scores = list[dict[str, Any]]  # station, value and remarks: [reason, number of another station or 0]


def appraise(targets: Mapping[int, Target], folder: Path | None) -> Scores:
    """How well each station's artwork can be tracked, from the folder where it was found out before."""
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


def _scores(targets: Mapping[int, Target]) -> Scores:
    scored = score_targets({str(station): target for station, target in targets.items()})
    return [
        {
            "station": int(name),
            "value": score.value,
            "remarks": [[remark.reason.name.lower(), int(remark.other or 0)] for remark in score.remarks],
        }
        for name, score in scored.items()
    ]


def _digest(targets: Mapping[int, Target]) -> str:
    """Of what the scores are made from: pictures, and under which numbers they hang."""
    digest = hashlib.sha256(f"scores {VERSION}".encode())
    for station, target in sorted(targets.items()):
        digest.update(f"{station} {target.width} {target.height}".encode() + target.grey.tobytes())
        digest.update(target.descriptors.tobytes())
    return digest.hexdigest()
