"""What the API's answers are made of: values of the store as clients read them. Times are ISO 8601, UTC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from exhibit.content import ExhibitionContent, StationContent
from server.instant import instant_of
from server.permission import PERMISSIONS, Permission, Role
from server.store.account import Invitation, Session
from server.store.draft_rows import Draft
from server.store.versions import State, Version

Instant = Annotated[
    float,
    PlainSerializer(instant_of, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]


class Answer(BaseModel):
    """What is answered as JSON; made from the values that the store gives."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    @classmethod
    def of(cls, value: object) -> Self:
        """A value of the store with fields of these names, as a client reads it."""
        return cls.model_validate(value)


class Person(Answer):
    """Somebody who has an account."""

    id: str
    login: str
    name: str
    role: Role
    disabled: bool
    made_at: Instant


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
    def about(invitation: Invitation) -> Link:
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
    def about(draft: Draft) -> ExhibitionSummary:
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


class StationAnswer(Answer):
    """A station's draft."""

    id: str
    content: StationContent
    revision: int
    changed_at: Instant
    changed_by: str


class Lack(Answer):
    """One thing that keeps an exhibition from being published."""

    field: str
    sentence: str
    station: str
    language: str


class Completeness(Answer):
    """How far a draft is from being published."""

    missing: tuple[Lack, ...]
    languages: Mapping[str, float]  # share of the texts that are there
    warnings: tuple[str, ...] = ()  # what does not keep it from being published, and should be known


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
    def about(version: Version, shown: int | None) -> VersionAnswer:
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


class KeyAnswer(Answer):
    """A key that tickets are signed with."""

    id: int
    made_at: Instant
    withdrawn_at: Instant | None
    current: bool


class EntryAnswer(Answer):
    """A line of the audit log."""

    id: int
    at: Instant
    who: str
    action: str
    exhibition: str
    subject: str
    detail: Mapping[str, Any]
