"""What keeps the evidence coming: watches, leases, pace, file versions, quarantine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_version",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("received_at_us", sa.BigInteger(), nullable=False),
        sa.Column("read_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", "url", name="pk_file_version"),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "pace",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("next_at_us", sa.BigInteger(), nullable=False),
        sa.Column("credits_day_us", sa.BigInteger(), nullable=False),
        sa.Column("credits_spent", sa.BigInteger(), nullable=False),
        sa.Column("credits_left", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until_us", sa.BigInteger(), nullable=True),
        sa.Column("why_closed", sa.String(), nullable=False),
        sa.Column("answered_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("source", name="pk_pace"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("released_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_index(
        "ix_quarantine_open",
        "quarantine",
        ["source", "at_us"],
        unique=False,
        sqlite_where=sa.text("released_at_us IS NULL"),
        postgresql_where=sa.text("released_at_us IS NULL"),
    )
    op.create_index("uq_quarantine", "quarantine", ["source", "sha256"], unique=True)

    op.create_table(
        "watch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("radius_nm", sa.Float(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("added_at_us", sa.BigInteger(), nullable=False),
        sa.Column("removed_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
    )
    op.create_index(
        "uq_watch_current",
        "watch",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text("removed_at_us IS NULL"),
        postgresql_where=sa.text("removed_at_us IS NULL"),
    )

    op.create_index(
        "ix_capture_source", "capture", ["source", "received_at_us", "sha256"], unique=False
    )

    op.create_index("ix_ledger_source", "ledger", ["source", "asked_at_us", "id"], unique=False)


def downgrade() -> None:
    for table in ("quarantine", "file_version", "pace", "lease", "watch"):
        op.drop_table(table)
    op.drop_index("ix_ledger_source", "ledger")
    op.drop_index("ix_capture_source", "capture")
