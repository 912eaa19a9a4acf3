"""Every way in which the server says no to a client: a code, a sentence, and whether the connection ends.

Refused carries one Refusal; the gateway turns it into an `error` message, and into a close where it is fatal.
"""

from __future__ import annotations

from enum import Enum

from exhibit.errors import ExhibitError


class Refusal(Enum):
    """A reason to refuse: (code, close code or None where the connection goes on, sentence)."""

    BAD_JSON = ("bad_json", None, "A text message is one JSON object with a type, no name twice, no lone surrogate.")
    UNKNOWN_TYPE = ("unknown_type", None, "Version 1 has no message of this type from a phone.")
    BAD_FIELD = ("bad_field", None, "A field is missing, or has the wrong type or range.")
    BAD_HEADER = ("bad_header", None, "A binary message must start with a 32-byte picture header.")
    BAD_LENGTH = ("bad_length", None, "The header's length is not the number of bytes that follow it.")
    UNKNOWN_CODEC = ("unknown_codec", None, "This picture codec is not known; send JPEG.")
    NOT_A_JPEG = ("not_a_jpeg", None, "The picture does not start as a JPEG does, with FF D8 FF.")
    BAD_PICTURE = ("bad_picture", None, "The JPEG is damaged or cut short.")
    PICTURE_TOO_LARGE = ("picture_too_large", None, "A side of the picture is longer than limits.max_px in welcome.")
    SIZE_MISMATCH = ("size_mismatch", None, "The JPEG's width and height are not those in the header.")
    SEQUENCE_BACKWARDS = ("sequence_backwards", None, "seq must be greater than that of the frame before.")
    TIME_INVALID = ("time_invalid", None, "A time must be a number of milliseconds from 0 to 2^53.")
    TIME_IN_FUTURE = ("time_in_future", None, "The frame was captured later than now, by the clock that hello gave.")
    BAD_MIX = ("bad_mix", None, "A mix is 1 to 4 styles; weights and strength from 0 to 1, the weights' sum above 0.")
    UNKNOWN_STYLE = ("unknown_style", None, "This station does not offer that style; welcome lists those it does.")
    NOT_LIVE = ("not_live", None, "Frames are taken only once status says live.")
    NOT_A_DREAM = ("not_a_dream", None, "This station makes no pictures from words.")
    WRONG_VERSION = ("wrong_version", 4400, "This server speaks protocol version 1.")
    HELLO_EXPECTED = ("hello_expected", 4400, "The first message must be hello.")
    HELLO_TWICE = ("hello_twice", 4400, "hello may be said once in a connection.")
    HELLO_TIMEOUT = ("hello_timeout", 4408, "hello did not come in time.")
    TOO_MANY_ERRORS = ("too_many_errors", 4400, "Too many messages were refused.")
    MESSAGE_TOO_BIG = ("message_too_big", 1009, "The message exceeds limits.max_bytes, or its JSON 16384 characters.")
    TICKET_FORGED = ("ticket_forged", 4401, "This ticket was not made by this server, or its key was withdrawn.")
    TICKET_EXPIRED = ("ticket_expired", 4401, "This ticket is no longer valid.")
    TICKET_FOREIGN = ("ticket_foreign", 4401, "This ticket belongs to another exhibition.")
    STATION_UNKNOWN = ("station_unknown", 4404, "The exhibition has no such station any more.")
    STATION_CLOSED = ("station_closed", 4410, "This station is closed at the moment.")
    WRONG_ORIGIN = ("wrong_origin", 4403, "Pages of other sites may not connect.")
    TOO_MANY_CONNECTIONS = ("too_many_connections", 4429, "Too many connections from this address.")
    ROOM_FULL = ("room_full", 4429, "The waiting room is full.")
    FLOOD = ("flood", 4429, "Messages came faster than any phone would send them.")
    SILENT = ("silent", 4408, "No complete message came for too long; telemetry each second is enough.")
    NOT_READING = ("not_reading", 4408, "The client did not read what was sent.")
    RESUMED_ELSEWHERE = ("resumed_elsewhere", 4409, "The session was resumed in another connection.")
    DRAINING = ("draining", 4503, "Nobody new is let in at the moment; come back after retry_after_s.")
    STOPPING = ("stopping", 4503, "The server is stopping; come back after retry_after_s.")

    def __init__(self, code: str, close: int | None, sentence: str) -> None:
        self.code = code
        self.close = close
        self.sentence = sentence

    @property
    def fatal(self) -> bool:
        """Whether the connection ends with it."""
        return self.close is not None


class Refused(ExhibitError):  # noqa: N818 - it is the client's error, not ours; the word is the protocol's
    """Input was refused: why, with what detail, and for which frame."""

    def __init__(
        self,
        refusal: Refusal,
        detail: str = "",
        seq: int | None = None,
        *,
        opens_at: str | None = None,
        notice: str | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"{refusal.sentence} {detail}".strip())
        self.refusal = refusal
        self.detail = detail
        self.seq = seq
        self.opens_at = opens_at  # of a station that is closed: when it opens, in ISO 8601
        self.notice = notice  # of a station that is switched off: what its operator has to say to visitors
        self.retry_after_s = retry_after_s  # where it is known when trying again may help


def errors_table() -> str:
    """The table of refusals in PROTOCOL.md, in Markdown."""
    rows = [f"| `{r.code}` | {r.close if r.close is not None else 'no'} | {r.sentence} |" for r in Refusal]
    return "\n".join(["| code | closes with | sentence |", "|---|---|---|", *rows])
