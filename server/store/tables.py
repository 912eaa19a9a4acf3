"""The tables of the store. Documents are kept as JSON text (exhibit/content.py), times as seconds since 1970, UTC.

A change here needs a migration beside it (migrations/versions); a test holds the two together.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

_ID = String(64)  # of exhibitions, stations and users
_HASH = String(64)  # SHA-256 in hexadecimal

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

EXHIBITIONS = Table(
    "exhibitions",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("content", Text, nullable=False),  # ExhibitionContent: the draft
    Column("revision", Integer, nullable=False),  # of the draft, its stations not counted; grows with each change
    Column("shown", Integer),  # the version that visitors see; null: none
    Column("made_at", Double, nullable=False),
    Column("changed_at", Double, nullable=False),  # of the draft or any of its stations
    Column("changed_by", _ID, nullable=False),
)

STATIONS = Table(
    "stations",
    METADATA,
    Column("exhibition", _ID, ForeignKey("exhibitions.id", ondelete="CASCADE"), primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("position", Integer, nullable=False),  # in the list, from 0; gaps are allowed
    Column("content", Text, nullable=False),  # StationContent: the draft
    Column("revision", Integer, nullable=False),
    Column("changed_at", Double, nullable=False),
    Column("changed_by", _ID, nullable=False),
    UniqueConstraint("exhibition", "number"),
)

VERSIONS = Table(
    "versions",
    METADATA,
    Column("exhibition", _ID, ForeignKey("exhibitions.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 1
    Column("content", Text, nullable=False),  # Edition: the exhibition with all its stations
    Column("digest", _HASH, nullable=False),  # SHA-256 of the content
    Column("state", String(16), nullable=False),  # versions.State
    Column("goes_live_at", Double, nullable=False),
    Column("made_at", Double, nullable=False),
    Column("made_by", _ID, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "state", "goes_live_at"),
)

PICTURES = Table(
    "pictures",
    METADATA,
    Column("name", String(80), primary_key=True),  # SHA-256 and suffix: the file's name in the folder
    Column("bytes", Integer, nullable=False),
    Column("width", Integer, nullable=False),  # 0 for clips
    Column("height", Integer, nullable=False),
    Column("title", Text, nullable=False),  # the file's name on the curator's computer
    Column("made_at", Double, nullable=False),
    Column("made_by", _ID, nullable=False),
)

USERS = Table(
    "users",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("login", String(254), nullable=False, unique=True),  # in small letters
    Column("name", String(120), nullable=False),
    Column("password", Text, nullable=False),  # argon2id, encoded with its parameters
    Column("role", String(16), nullable=False),  # permission.Role
    Column("disabled", Boolean, nullable=False),
    Column("made_at", Double, nullable=False),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token", _HASH, primary_key=True),  # SHA-256 of what the cookie holds
    Column("user", _ID, ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("made_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    Column("ends_at", Double, nullable=False),
    Column("agent", String(200), nullable=False),  # the browser, so that a person knows their own sessions
)

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("token", _HASH, primary_key=True),  # SHA-256 of what the link holds
    Column("role", String(16), nullable=False),
    Column("login", String(254), nullable=False),  # "": the invited person chooses
    Column("user", _ID, ForeignKey("users.id", ondelete="CASCADE")),  # whose password it sets; null: it makes a user
    Column("made_at", Double, nullable=False),
    Column("made_by", _ID, nullable=False),
    Column("ends_at", Double, nullable=False),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False, index=True),
    Column("who", _ID, nullable=False),  # a user's id, or "system", "command"
    Column("action", String(40), nullable=False),  # station.save, version.publish, ...
    Column("exhibition", _ID, nullable=False),  # "": none
    Column("subject", String(120), nullable=False),  # station's id, version's number, user's id, ...
    Column("detail", Text, nullable=False),  # JSON
    Index(None, "exhibition", "id"),
)

KEYS = Table(
    "ticket_keys",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1 to 255, as in tickets
    Column("secret", LargeBinary),  # null: the state folder has it
    Column("made_at", Double, nullable=False),
    Column("withdrawn_at", Double),
)

PRESENCE = Table(
    "presence",  # who has which station open in an editor
    METADATA,
    Column("exhibition", _ID, primary_key=True),
    Column("station", _ID, primary_key=True),  # "": the exhibition's own page
    Column("user", _ID, primary_key=True),
    Column("seen_at", Double, nullable=False),
    ForeignKeyConstraint(["exhibition"], ["exhibitions.id"], ondelete="CASCADE"),
    ForeignKeyConstraint(["user"], ["users.id"], ondelete="CASCADE"),
)

KEPT_PICTURES = Table(
    "kept_pictures",  # that visitors keep; the files are in a folder, named by the token's digest
    METADATA,
    Column("token", _HASH, primary_key=True),  # SHA-256 of what the link holds
    Column("owner", _HASH, nullable=False),  # SHA-256 of what its visitor holds besides
    Column("exhibition", _ID, ForeignKey("exhibitions.id", ondelete="CASCADE"), nullable=False),
    Column("station", _ID, nullable=False),
    Column("made", Text, nullable=False),  # exhibit.dream.Made, JSON
    Column("kept_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False, index=True),
    Column("wall", String(16), nullable=False),  # kept_rows.OnWall
    Column("decided_by", _ID),
    Column("decided_at", Double),
    Index(None, "exhibition", "station", "wall"),
)

MINUTES = Table(
    "minutes",  # what a minute was like; server/watch/history.py writes and reads it
    METADATA,
    Column("exhibition", _ID, primary_key=True),  # "": the house
    Column("station", _ID, primary_key=True),  # "": the house
    Column("at", Double, primary_key=True),  # its start
    Column("measured", Text, nullable=False),  # JSON, server/watch/minutes.py
    sqlite_with_rowid=False,  # rows of one station lie side by side
)

VISITS = Table(
    "visits",  # sums over visitors, of whom none has a row; server/watch/visits.py
    METADATA,
    Column("exhibition", _ID, primary_key=True),
    Column("hour", Double, primary_key=True),  # its start
    Column("station", _ID, primary_key=True),
    Column("measure", String(16), primary_key=True),  # visits.Measure
    Column("key", _ID, primary_key=True),  # a language, a style, ...
    Column("count", Integer, nullable=False),
    Column("total", Double, nullable=False),  # seconds, of dwell; 0 of everything else
    sqlite_with_rowid=False,
)

EVENTS = Table(
    "events",  # what happened; server/watch/events.py
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False, index=True),
    Column("level", String(16), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("exhibition", _ID, nullable=False),  # "": none
    Column("station", _ID, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
)

OPERATIONS = Table(
    "operations",  # what operators decided, as long as it holds
    METADATA,
    Column("key", String(160), primary_key=True),  # what it is about, with the ids of exhibition and station: off/a/b
    Column("value", Text, nullable=False),  # JSON
    Column("at", Double, nullable=False),
    Column("by", _ID, nullable=False),
    Column("exhibition", _ID, ForeignKey("exhibitions.id", ondelete="CASCADE")),  # whose station it is about
)
