"""Who may do what."""

from __future__ import annotations

import pytest

from server.permission import PERMISSIONS, Permission, Role, may

TABLE = {
    Role.VIEWER: {"see"},
    Role.CURATOR: {"see", "edit", "publish"},
    Role.OPERATOR: {"see", "operate"},
    Role.ADMIN: {"see", "edit", "publish", "operate", "administer"},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: Role, permission: Permission) -> None:
    assert may(role, permission) == (permission in TABLE[role])


def test_curators_and_operators_each_may_do_what_the_other_may_not() -> None:
    curator, operator = PERMISSIONS[Role.CURATOR], PERMISSIONS[Role.OPERATOR]
    assert curator - operator
    assert operator - curator


def test_nobody_can_widen_a_role_by_accident() -> None:
    with pytest.raises(TypeError):
        PERMISSIONS[Role.VIEWER] = frozenset(Permission)  # type: ignore[index]
