"""What the API's answers are made of: values of the store as clients read them. Times are ISO 8601, UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from exhibit.completeness import Missing
from exhibit.content import ExhibitionContent, StationContent
from server.permission import PERMISSIONS, Permission, Role
from server.store.account import Invitation, Session, User
from server.store.audit import Entry
from server.store.draft_rows import Draft, DraftStation
from server.store.keys import Key
from server.store.pictures import Picture
from server.store.versions import State, Version


def instant_of(at_s: float) -> str:
    """Seconds since 1970 as ISO 8601, to the millisecond."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    float,
    PlainSerializer(instant_of, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


class Answer(BaseModel):
    """What is answered as JSON; made from the values that the store gives."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Person(Answer):
    """Somebody who has an account."""

    id: str
    login: str
    name: str
    role: Role
    disabled: bool
    made_at: Instant

    @staticmethod
    def of(user: User) -> Person:
        """What others may know of a user."""
        return Person.model_validate(user)


class Me(Answer):
    """Who is logged in here, and what the page needs for that person."""

    person: Person
    permissions: tuple[Permission, ...]
    csrf: str  # goes with every change, in X-CSRF-Token
    ends_at: Instant  # of the session


def me(session: Session, csrf: str) -> Me:
    """What a page learns of its own session."""
    permissions = tuple(sorted(PERMISSIONS[session.user.role]))
    return Me(person=Person.of(session.user), permissions=permissions, csrf=csrf, ends_at=session.ends_at)


class OwnSession(Answer):
    """A browser in which one is logged in."""

    id: str
    agent: str
    made_at: Instant
    seen_at: Instant
    current: bool


class Link(Answer):
    """A link that was sent to somebody."""

    id: str
    role: Role
    login: str  # "": the invited person chooses
    person: str | None  # whose password it sets
    made_at: Instant
    ends_at: Instant

    @staticmethod
    def of(invitation: Invitation) -> Link:
        """What is shown of a link; its secret was shown once."""
        return Link(
            id=invitation.token_hash,
            role=invitation.role,
            login=invitation.login,
            person=invitation.user,
            made_at=invitation.made_at,
            ends_at=invitation.ends_at,
        )


class FreshLink(Answer):
    """A link, shown this once."""

    address: str
    ends_at: Instant


class ExhibitionSummary(Answer):
    """An exhibition in the list."""

    id: str
    title: Mapping[str, str]
    languages: tuple[str, ...]
    stations: int
    shown: int | None  # the version that visitors see
    changed_at: Instant
    changed_by: str
    picture: str | None = None  # of its first station

    @staticmethod
    def of(draft: Draft) -> ExhibitionSummary:
        """The list's line for a draft."""
        return ExhibitionSummary(
            id=draft.id,
            title=draft.content.title,
            languages=draft.content.languages,
            stations=draft.stations,
            shown=draft.shown,
            changed_at=draft.changed_at,
            changed_by=draft.changed_by,
            picture=draft.picture,
        )


class ExhibitionAnswer(Answer):
    """An exhibition's draft, its stations aside."""

    id: str
    content: ExhibitionContent
    revision: int
    shown: int | None
    changed_at: Instant
    changed_by: str

    @staticmethod
    def of(draft: Draft) -> ExhibitionAnswer:
        """The draft as it is edited."""
        return ExhibitionAnswer.model_validate(draft)


class StationAnswer(Answer):
    """A station's draft."""

    id: str
    content: StationContent
    revision: int
    changed_at: Instant
    changed_by: str

    @staticmethod
    def of(station: DraftStation) -> StationAnswer:
        """The station as it is edited."""
        return StationAnswer.model_validate(station)


class Lack(Answer):
    """One thing that keeps an exhibition from being published."""

    field: str
    sentence: str
    station: str
    language: str

    @staticmethod
    def of(missing: Missing) -> Lack:
        """The same, for a client."""
        return Lack.model_validate(missing)


class Completeness(Answer):
    """How far a draft is from being published."""

    missing: tuple[Lack, ...]
    languages: Mapping[str, float]  # share of the texts that are there


class VersionAnswer(Answer):
    """A version without its content."""

    exhibition: str
    number: int
    state: State
    shown: bool
    goes_live_at: Instant
    made_at: Instant
    made_by: str
    note: str

    @staticmethod
    def of(version: Version, shown: int | None) -> VersionAnswer:
        """A version, and whether visitors see it."""
        values = {name: getattr(version, name) for name in VersionAnswer.model_fields if name != "shown"}
        return VersionAnswer(**values, shown=version.number == shown)


class PictureAnswer(Answer):
    """A picture or a clip that was uploaded."""

    name: str
    bytes: int
    width: int
    height: int
    title: str
    made_at: Instant
    made_by: str

    @staticmethod
    def of(picture: Picture) -> PictureAnswer:
        """The same, for a client."""
        return PictureAnswer.model_validate(picture)


class KeyAnswer(Answer):
    """A key that tickets are signed with."""

    id: int
    made_at: Instant
    withdrawn_at: Instant | None
    current: bool

    @staticmethod
    def of(key: Key) -> KeyAnswer:
        """The same, for a client; never the secret."""
        return KeyAnswer.model_validate(key)


class EntryAnswer(Answer):
    """A line of the audit log."""

    id: int
    at: Instant
    who: str
    action: str
    exhibition: str
    subject: str
    detail: Mapping[str, Any]

    @staticmethod
    def of(entry: Entry) -> EntryAnswer:
        """The same, for a client."""
        return EntryAnswer.model_validate(entry)
