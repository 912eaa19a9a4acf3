"""Pictures that visitors keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_pictures",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("exhibition", sa.String(length=64), nullable=False),
        sa.Column("station", sa.String(length=64), nullable=False),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("wall", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["exhibition"], ["exhibitions.id"], name=op.f("fk_kept_pictures_exhibitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_kept_pictures")),
    )
    op.create_index(op.f("ix_kept_pictures_expires_at"), "kept_pictures", ["expires_at"], unique=False)
    op.create_index(
        op.f("ix_kept_pictures_exhibition_station_wall"),
        "kept_pictures",
        ["exhibition", "station", "wall"],
        unique=False,
    )
