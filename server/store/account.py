"""What accounts are made of: users, sessions, invitations, what may be written in them, and how secrets are kept.

Reads and writes nothing.

StoreError
├── AccountFieldError    a login or a name is not taken as it is; `field` says which
├── LoginRefusedError    the login or the password is wrong; which of them is not said
├── ThrottledError       too many were wrong; `wait_s` says how long nothing is tried
├── InvitationEndedError the link was used, replaced or withdrawn, ran out, or never was
└── LastAdminError       nobody would be left who can administer the server
"""

from __future__ import annotations

import hashlib
import math
import re
import secrets
import unicodedata
from dataclasses import dataclass

from server.permission import Role
from server.store.errors import StoreError

MAX_LOGIN_CHARS = 254
MAX_NAME_CHARS = 120
MAX_AGENT_CHARS = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._+@-]{1,252}[a-z0-9]")
_TOKEN_BYTES = 32  # 256 bits; OWASP's Session Management Cheat Sheet asks for 64 or more
_TOKEN_CHARS = 43  # of base64url


class AccountFieldError(StoreError):
    """A login or a name is not taken as it is."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


class LoginRefusedError(StoreError):
    """The login or the password is wrong."""


class ThrottledError(StoreError):
    """Too many logins or passwords were wrong: nothing is tried for `wait_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"too many logins or passwords were wrong; try again in {math.ceil(wait_s)} seconds")
        self.wait_s = wait_s


class InvitationEndedError(StoreError):
    """A link that was sent to somebody leads nowhere any more."""

    def __init__(self) -> None:
        super().__init__("this link was used or replaced, or has run out; ask for a new one")


class LastAdminError(StoreError):
    """Nobody would be left who can administer the server."""

    def __init__(self) -> None:
        super().__init__("this is the last admin who can log in; make somebody else an admin first")


@dataclass(frozen=True, slots=True)
class User:
    """A person who may log in."""

    id: str
    login: str
    name: str
    role: Role
    disabled: bool
    made_at: float


@dataclass(frozen=True, slots=True)
class Session:
    """A browser in which somebody is logged in."""

    user: User
    made_at: float
    seen_at: float  # a minute late at most
    ends_at: float
    agent: str  # the browser's own words
    token_hash: str  # names the session to others than its cookie; nobody can log in with it


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that makes a user, or that gives one a new password; it works once."""

    role: Role
    login: str  # "": the invited person chooses
    user: str | None  # whose password it sets; None: it makes a user
    made_at: float
    made_by: str
    ends_at: float
    token_hash: str


def new_token() -> str:
    """A secret for a cookie or a link."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a secret. A plain hash does: it is random, and too long to be guessed (unlike a password)."""
    fits = len(token) == _TOKEN_CHARS and token.isascii()
    return hashlib.sha256(token.encode() if fits else b"").hexdigest()


def new_id() -> str:
    """Names a user for ever, also in the audit log."""
    return secrets.token_hex(8)


def login_of(text: str) -> str:
    """A login as it is kept, in small letters. Raises AccountFieldError."""
    login = typed_login(text)
    if not _LOGIN.fullmatch(login):
        raise AccountFieldError(
            "expected a login of 3 to 254 letters from a to z, digits and . _ + @ -, such as an e-mail address,"
            f" got {readable(text, 60)!r}",
            "login",
        )
    return login


def typed_login(text: str) -> str:
    """What somebody typed as their login, in the form that logins have if it can be one; nothing is refused."""
    return readable(text[:1000].strip().lower(), MAX_LOGIN_CHARS + 1)  # too long stays too long


def name_of(text: str) -> str:
    """A person's name as it is kept. Raises AccountFieldError."""
    name = unicodedata.normalize("NFC", text[:1000]).strip()
    if not 1 <= len(name) <= MAX_NAME_CHARS or not name.isprintable():
        raise AccountFieldError(
            f"expected a name of 1 to {MAX_NAME_CHARS} readable characters, got {readable(text, 60)!r}", "name"
        )
    return name


def readable(text: str, most: int) -> str:
    """Somebody's words cut short, and what no database or page should get replaced by a question mark."""
    return "".join(character if character.isprintable() else "?" for character in text[:most])
