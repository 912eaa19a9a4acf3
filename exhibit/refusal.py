"""Every way in which the server says no to a client: a code, a sentence, and whether the connection ends.

Refused carries one Refusal; the gateway turns it into an `error` message, and into a close where it is fatal.
"""

from __future__ import annotations

from enum import Enum

from exhibit.errors import ExhibitError


class Refusal(Enum):
    """A reason to refuse: (code, close code or None where the connection goes on, sentence)."""

    BAD_JSON = ("bad_json", None, "A text message must be a JSON object with a type.")
    UNKNOWN_TYPE = ("unknown_type", None, "This message type is not known.")
    BAD_FIELD = ("bad_field", None, "A field is missing or has the wrong type or range.")
    BAD_HEADER = ("bad_header", None, "A binary message must start with a 32-byte picture header.")
    BAD_LENGTH = ("bad_length", None, "The header's length does not match the bytes that follow.")
    UNKNOWN_CODEC = ("unknown_codec", None, "This picture codec is not known; send JPEG.")
    NOT_A_JPEG = ("not_a_jpeg", None, "The picture is not a JPEG.")
    BAD_PICTURE = ("bad_picture", None, "The JPEG is damaged or cut short.")
    PICTURE_TOO_LARGE = ("picture_too_large", None, "The picture has more pixels on a side than the server takes.")
    SIZE_MISMATCH = ("size_mismatch", None, "The JPEG's size is not the one in the header.")
    SEQUENCE_BACKWARDS = ("sequence_backwards", None, "Sequence numbers must grow from frame to frame.")
    TIME_INVALID = ("time_invalid", None, "A time must be a finite number of milliseconds.")
    TIME_IN_FUTURE = ("time_in_future", None, "The frame's capture time is in the future.")
    BAD_MIX = ("bad_mix", None, "Style weights and strength must be finite numbers from 0 to 1, with a sum above 0.")
    UNKNOWN_STYLE = ("unknown_style", None, "This station does not offer that style.")
    NOT_LIVE = ("not_live", None, "Frames are not taken while waiting.")
    WRONG_VERSION = ("wrong_version", 4400, "This server speaks protocol version 1.")
    HELLO_EXPECTED = ("hello_expected", 4400, "The first message must be hello.")
    HELLO_TWICE = ("hello_twice", 4400, "hello may be said once a connection.")
    HELLO_TIMEOUT = ("hello_timeout", 4408, "hello did not come in time.")
    TOO_MANY_ERRORS = ("too_many_errors", 4400, "Too many messages were refused.")
    MESSAGE_TOO_BIG = ("message_too_big", 1009, "The message is larger than the server takes.")
    TICKET_FORGED = ("ticket_forged", 4401, "This ticket was not made by this exhibition's server.")
    TICKET_EXPIRED = ("ticket_expired", 4401, "This ticket is no longer valid.")
    TICKET_FOREIGN = ("ticket_foreign", 4401, "This ticket belongs to another exhibition.")
    STATION_UNKNOWN = ("station_unknown", 4404, "There is no such station any more.")
    STATION_CLOSED = ("station_closed", 4410, "This station is closed at the moment.")
    WRONG_ORIGIN = ("wrong_origin", 4403, "Pages of other sites may not connect.")
    TOO_MANY_CONNECTIONS = ("too_many_connections", 4429, "Too many connections from this address.")
    ROOM_FULL = ("room_full", 4429, "The waiting room is full.")
    FLOOD = ("flood", 4429, "Messages came faster than any phone would send them.")
    SILENT = ("silent", 4408, "Nothing complete was heard for too long.")
    NOT_READING = ("not_reading", 4408, "The client did not read what was sent.")
    RESUMED_ELSEWHERE = ("resumed_elsewhere", 4409, "The session goes on in another connection.")
    STOPPING = ("stopping", 4503, "The server is stopping.")

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

    def __init__(self, refusal: Refusal, detail: str = "", seq: int | None = None) -> None:
        super().__init__(f"{refusal.sentence} {detail}".strip())
        self.refusal = refusal
        self.detail = detail
        self.seq = seq


def errors_table() -> str:
    """The table of refusals in PROTOCOL.md, in Markdown."""
    rows = [f"| `{r.code}` | {r.close if r.close is not None else 'no'} | {r.sentence} |" for r in Refusal]
    return "\n".join(["| code | closes with | sentence |", "|---|---|---|", *rows])
