"""The log of receptions: entries, nodes of the tree, heads and their time stamps. Receptions from
before are entered by the worker, or by the next `tailcheck log head`."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.errors import StorageError

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "log_leaf",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sha256", "digest", name="pk_log_leaf"),
        sqlite_with_rowid=False,
    )
    op.create_index("uq_log_leaf_position", "log_leaf", ["position"], unique=True)
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "place", name="pk_log_node"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_head",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("consistency", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log_head"),
    )
    op.create_table(
        "log_stamp",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["log_head.number"], name="fk_log_stamp_number"),
        sa.PrimaryKeyConstraint("number", "authority", name="pk_log_stamp"),
    )


def downgrade() -> None:
    raise StorageError(
        "Going back would delete the evidence of what was told, and who is followed."
        " To use an older Tailcheck, restore a backup of that time."
    )
