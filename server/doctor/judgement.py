"""What a visit's notes say of a station: let in, found, shown, in time. Pure: knows no socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from exhibit.experience import Canvas, Lens, Region
from exhibit.track.pose import TrackState
from server.config import Config
from server.doctor.check import Finding, fault, skipped, warning, well
from server.doctor.guest import SHOWN, Notes, Told
from server.doctor.sight import Sight, SightError, difference, furthest, open_picture
from server.visitors.film import Film

ASTRAY = 0.06  # of the frame: a corner further off than that is not where the artwork is
UNCHANGED = 3.0  # of 255: a picture that differs less from the camera's has only been encoded anew
FAINT = 0.25  # a strength below which a station may leave the picture nearly as it was
CONTRAST = 2.0  # how much more is changed where a region is painted than where it is not
LATE_SHARE = 0.5  # of the frames; above it visitors see no live picture

_PROXY = "If a proxy stands in front, let it pass WebSockets: the headers Upgrade and Connection, and no buffering."
_SCORE = "See how well it can be tracked: `vernissage targets`. A sharper picture of the whole artwork helps."
_WORKER = "See the checks of the engine and the server's log."


@dataclass(frozen=True)
class Visited:
    """A station, what the visitor showed it, and what was noted."""

    kind: str  # lens, canvas, dream
    card: Mapping[str, Any]  # the station, as the page gets it
    sight: Sight
    film: Film
    notes: Notes = field(default_factory=Notes)

    @property
    def region(self) -> Region:
        """Which part of the view is painted."""
        return Region(self.card.get("region", Region.ALL))

    @property
    def tracked(self) -> bool:
        """Whether the artwork is looked for in the frames."""
        return self.kind != Lens.kind or self.region is not Region.ALL


def judge_socket(visited: Visited, origin: str) -> Finding:
    """Whether the visitor got in."""
    notes = visited.notes
    if notes.status or notes.unopened:
        return _unopened(notes, origin)
    if notes.refused is not None:
        return _refused(notes.refused)
    if notes.live:
        return well(f"Let in after {notes.live_s * 1000:.0f} ms.")
    if notes.waiting is not None:
        told = f"The room is full: the visitor waited at place {notes.waiting}."
        return warning(told, "Come again when fewer visitors are here; [room] max_live says how many may be.")
    cut = "The connection was cut before the visitor was let in."
    return fault(
        cut if notes.cut else "The server took the connection and let nobody in.", _PROXY if notes.cut else _WORKER
    )


def _unopened(notes: Notes, origin: str) -> Finding:
    if notes.status == 403:
        told = f"The server lets no page of {origin} connect: {notes.unopened}"
        return fault(told, "Set [server] public_url to the address that phones see, or add it to [server] origins.")
    status = f"status {notes.status}" if notes.status else ""
    return fault(f"The WebSocket did not open: {' '.join(filter(None, (status, notes.unopened)))}.", _PROXY)


def _refused(told_: Told) -> Finding:
    code, told = told_.code, f"The visitor was refused ({told_.code}): {told_.message}"
    if code in {"room_full", "stopping", "draining", "too_many_connections"}:
        return warning(told, "Come again when the room is quieter, or when maintenance is over.")
    if code.startswith("ticket"):
        return fault(told, "The server signs with other keys than its store has: start it again.")
    return fault(told, _WORKER)


def judge_lock(visited: Visited) -> Finding:
    """Whether the artwork was found where it is."""
    notes = visited.notes
    if visited.kind == Lens.kind:
        return _judge_region(visited)
    locked = [
        (at, np.reshape(pose.homography, (3, 3)).astype(np.float64))
        for at, pose in notes.poses
        if pose.state is TrackState.LOCKED and pose.homography is not None
    ]
    if not notes.poses:
        return fault(f"None of {notes.sent} frames was answered.", _WORKER)
    if not locked:
        return fault(f"The artwork was in view in {len(notes.poses)} frames, and found in none.", _SCORE)
    width, height = notes.size
    off = min(furthest(homography, visited.sight.corners(at, width, height)) for at, homography in locked)
    if off > ASTRAY:
        return fault(f"Something else was taken for the artwork: a corner is {off:.0%} of the frame away.", _SCORE)
    return well(f"Found in {len(locked)} of {len(notes.poses)} frames, to {off:.1%} of the frame.")


def _judge_region(visited: Visited) -> Finding:
    """A lens tells no pose; what it paints tells whether it knows where the artwork is."""
    notes, (width, height) = visited.notes, visited.notes.size
    if not notes.overlays:
        return fault(f"None of {notes.sent} frames was answered.", _WORKER)
    at, apart = _last_difference(visited)
    there = visited.sight.mask(at, width, height)
    inside, outside = float(apart[there].mean()), float(apart[~there].mean())
    painted, left = (inside, outside) if visited.region is Region.INSIDE else (outside, inside)
    if painted > CONTRAST * max(left, UNCHANGED / CONTRAST):
        return well(f"Only what is {visited.region.value} the artwork is painted.")
    return fault(f"What is painted is not what is {visited.region.value} the artwork: it was not found.", _SCORE)


def _last_difference(visited: Visited) -> tuple[int, Any]:
    """The place in the film of the last frame that was answered, and how far each pixel of the answer is from it."""
    at, overlay = visited.notes.overlays[-1]
    width, height = visited.notes.size
    return at, difference(open_picture(visited.film.jpeg(at, width, height)), open_picture(overlay.picture))


def judge_overlay(visited: Visited) -> Finding:
    """Whether what the station shows came back."""
    if visited.kind == Canvas.kind:
        return _judge_texture(visited)
    if not visited.notes.overlays:
        return fault(f"None of {visited.notes.sent} frames came back painted.", _WORKER)
    try:
        _, apart = _last_difference(visited)
    except SightError as error:
        return fault(str(error), _WORKER)
    changed, strength = float(apart.mean()), float(visited.card.get("strength", 1.0))
    if changed < UNCHANGED and strength >= FAINT:
        return fault("The frames came back as they were sent: nothing is painted.", _WORKER)
    return well(f"Painted: {changed:.0f} of 255 away from the camera's picture.")


def _judge_texture(visited: Visited) -> Finding:
    if not visited.notes.textures:
        return fault("The artwork repainted did not come.", _WORKER)
    texture = visited.notes.textures[-1]
    try:
        height, width = open_picture(texture.picture).shape[:2]
    except SightError as error:
        return fault(str(error), _WORKER)
    return well(f"The artwork repainted came, {width} x {height} pixels.")


def judge_dream(visited: Visited, *, wished: bool) -> Finding:
    """Whether the wish became a picture."""
    if not wished:
        return skipped("Nothing was wished for.", "`vernissage doctor --dream` wishes for a picture.")
    notes, dream = visited.notes, visited.notes.dream or {}
    state = dream.get("state", "")
    if state in {"done", "held"}:
        return well("The picture that was wished for was made.")
    if state:
        words = dream.get("message") or state
        return fault(f"The wish became no picture: {words}", "See the check of the dreamer, and docs/dreams.md.")
    refused = notes.errors[-1].message if notes.errors else "nothing was heard of it in time."
    return fault(f"The wish became no picture: {refused}", "See the check of the dreamer, and docs/dreams.md.")


def judge_latency(visited: Visited, config: Config) -> Finding:
    """How long answers took, against how old a frame may become."""
    notes = visited.notes
    deadline_ms = config.lens.deadline_ms if visited.kind == Lens.kind else config.canvas.deadline_ms
    lost = notes.lost.total()
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(notes.lost.items()))
    if notes.sent and lost / notes.sent > LATE_SHARE:
        return fault(f"{lost} of {notes.sent} frames got no answer ({reasons}).", _slow(deadline_ms))
    if not notes.ages_ms:
        return fault(f"Of {SHOWN} frames, {notes.sent} were sent, and none was answered in time.", _WORKER)
    p50_ms, p95_ms = np.percentile(notes.ages_ms, (50, 95))
    told = f"Answers take {p50_ms:.0f} ms (median), {p95_ms:.0f} ms (95th percentile)"
    told += f"; {lost} of {notes.sent} frames got none ({reasons})." if lost else "."
    return warning(told, _slow(deadline_ms)) if p95_ms > deadline_ms else well(told)


def _slow(deadline_ms: float) -> str:
    return f"A frame may be {deadline_ms:.0f} ms old. See which engine paints, and what else this machine is busy with."
