"""What a person may do in the console, by role. Pure; knows no account and no page.

The roles stand in no line: whoever runs the installation need not be able to change what visitors read, and a curator
has no business with the GPU. So a role is a set of permissions, and what is asked for is always a permission, never a
role (the core of role-based access control, ANSI INCITS 359, without its hierarchies of roles).

              see   edit   publish   operate   administer
    viewer     x
    curator    x     x        x
    operator   x                        x
    admin      x     x        x         x          x
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that somebody may do."""

    SEE = "see"  # read every page of the console, drafts included
    EDIT = "edit"  # change drafts, upload pictures
    PUBLISH = "publish"  # decide what visitors see, and from when
    OPERATE = "operate"  # run the installation: load, engines, logs, restarts
    ADMINISTER = "administer"  # users, keys of tickets, backups


class Role(StrEnum):
    """What a person is here for."""

    VIEWER = "viewer"
    CURATOR = "curator"
    OPERATOR = "operator"
    ADMIN = "admin"


PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Permission.SEE}),
        Role.CURATOR: frozenset({Permission.SEE, Permission.EDIT, Permission.PUBLISH}),
        Role.OPERATOR: frozenset({Permission.SEE, Permission.OPERATE}),
        Role.ADMIN: frozenset(Permission),
    }
)


def may(role: Role, permission: Permission) -> bool:
    """Whether people of this role have this permission."""
    return permission in PERMISSIONS[role]
