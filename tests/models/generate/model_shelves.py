"""Adding a model to a shelf, as tests do it."""

from __future__ import annotations

from models.generate.adding import AddOrder, add


def added(shelf, source, **said):
    heard = []
    record = add(shelf, AddOrder(source, **{"licence": "MIT"} | said), lambda *heard_: heard.append(heard_))
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    return record
