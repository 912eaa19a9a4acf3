"""A camera frame on its way into its slot: whether its picture is what it says, and which work it becomes. Pure."""

from __future__ import annotations

from exhibit.exhibition import Station
from exhibit.experience import Lens, Region
from exhibit.jpeg import jpeg_size
from exhibit.protocol import Frame
from exhibit.refusal import Refusal, Refused
from server.config import Config
from server.costs import Size
from server.degradation import paint_size, track_size
from server.register import Visitor
from server.scheduler import WaitingFrame
from server.worker.wire import Kind


def check_picture(frame: Frame, limit_px: int) -> None:
    """Compare what the JPEG's own header says with the message's. Raises Refused."""
    found = jpeg_size(frame.picture)
    if found is None:
        raise Refused(Refusal.BAD_PICTURE, "", frame.seq)
    if max(*found, frame.width, frame.height) > limit_px:
        raise Refused(Refusal.PICTURE_TOO_LARGE, f"Got {found[0]} x {found[1]}, at most {limit_px}.", frame.seq)
    if found != (frame.width, frame.height):
        detail = f"Expected {frame.width} x {frame.height}, got {found[0]} x {found[1]}."
        raise Refused(Refusal.SIZE_MISMATCH, detail, frame.seq)


def work_of(visitor: Visitor) -> Kind:
    """What becomes of the visitor's frames."""
    return work_of_station(visitor.station)


def work_of_station(station: Station) -> Kind:
    """A lens's frames are to be painted, a canvas's to be tracked."""
    return Kind.PAINT if isinstance(station.experience, Lens) else Kind.TRACK


def waiting_frame(visitor: Visitor, frame: Frame, captured_ms: float, now_ms: float, config: Config) -> WaitingFrame:
    """The frame with all that its work needs; captured_ms is on the server's clock."""
    session, experience, sent = visitor.session, visitor.station.experience, Size(frame.width, frame.height)
    lens = isinstance(experience, Lens)
    return WaitingFrame(
        session=session.number,
        connection=session.connections,
        frame=frame,
        size=paint_size(config.lens, sent) if lens else track_size(config.canvas, sent),
        mix=session.mix,
        revision=session.revision,
        arrived_ms=now_ms,
        deadline_ms=captured_ms + (config.lens if lens else config.canvas).deadline_ms,
        artwork=visitor.station.artwork.picture,
        region=experience.region if isinstance(experience, Lens) else Region.ALL,
    )
