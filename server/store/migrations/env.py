"""Runs Alembic's steps on the connection that migrating.py gives; there is no other way in."""

from __future__ import annotations

from alembic import context

from server.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite cannot change a column in place
)
context.run_migrations()
