"""Following and being told: watches with owners and wishes, alerts, deliveries, receivers, access
keys; kept checks; emergencies that an aircraft squawked."""

from __future__ import annotations

import hashlib

import msgspec
import sqlalchemy as sa
from alembic import op

from service.errors import StorageError

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _watches()
    _telling()
    _kept()
    op.bulk_insert(
        sa.table("roster", sa.column("id", sa.BigInteger()), sa.column("version", sa.BigInteger())),
        [{"id": 1, "version": 1}],
    )


def _watches() -> None:
    """The same watches with an owner, in a form that can be sealed."""
    connection = op.get_bind()
    followed = connection.execute(
        sa.text(
            "SELECT id, kind, subject, radius_nm, note, added_at_us, removed_at_us FROM watch"
            " ORDER BY id"
        )
    ).all()
    op.drop_table("watch")
    op.create_table(
        "watch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("subject_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("feed_hash", sa.LargeBinary(), nullable=True),
        sa.Column("added_at_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_us", sa.BigInteger(), nullable=True),
        sa.Column("removed_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
    )
    op.create_index(
        "uq_watch_current",
        "watch",
        ["owner", "subject_key"],
        unique=True,
        sqlite_where=sa.text("removed_at_us IS NULL"),
        postgresql_where=sa.text("removed_at_us IS NULL"),
    )
    for row in followed:
        said = {
            "kind": row.kind,
            "subject": row.subject,
            "radius_nm": row.radius_nm,
            "note": row.note,
        }
        connection.execute(
            sa.text(
                "INSERT INTO watch"
                " (id, owner, subject_key, sealed, added_at_us, removed_at_us)"
                " VALUES (:id, 'local', :subject_key, :sealed, :added_at_us, :removed_at_us)"
            ),
            {
                "id": row.id,
                # As `service.sealing` does without a key; this text must not follow its changes.
                "subject_key": hashlib.blake2b(
                    f"{row.kind}\x1f{row.subject}".encode(), digest_size=16
                ).digest(),
                "sealed": b"\x00" + msgspec.msgpack.encode(said),
                "added_at_us": row.added_at_us,
                "removed_at_us": row.removed_at_us,
            },
        )
    if connection.dialect.name == "postgresql":
        connection.execute(
            sa.text(
                "SELECT setval(pg_get_serial_sequence('watch', 'id'),"
                " (SELECT coalesce(max(id), 0) + 1 FROM watch), false)"
            )
        )


def _telling() -> None:
    op.create_table(
        "roster",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roster"),
    )
    op.create_table(
        "receiver",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("url_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at_us", sa.BigInteger(), nullable=False),
        sa.Column("removed_at_us", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until_us", sa.BigInteger(), nullable=True),
        sa.Column("stopped_because", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receiver"),
    )
    op.create_index(
        "uq_receiver_current",
        "receiver",
        ["owner", "url_key"],
        unique=True,
        sqlite_where=sa.text("removed_at_us IS NULL"),
        postgresql_where=sa.text("removed_at_us IS NULL"),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("refers_to", sa.BigInteger(), nullable=True),
        sa.Column("told_key", sa.LargeBinary(), nullable=False),
        sa.Column("about_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_alert_watch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
    )
    op.create_index("ix_alert_about", "alert", ["about_key", "watch_id"], unique=False)
    op.create_index("ix_alert_owner", "alert", ["owner", "id"], unique=False)
    op.create_index("uq_alert", "alert", ["watch_id", "told_key"], unique=True)
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alert_id", sa.BigInteger(), nullable=False),
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("receiver_id", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_at_us", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_tried_at_us", sa.BigInteger(), nullable=True),
        sa.Column("done_at_us", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_delivery_alert_id"),
        sa.ForeignKeyConstraint(["receiver_id"], ["receiver.id"], name="fk_delivery_receiver_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
    )
    op.create_index(
        "ix_delivery_dead",
        "delivery",
        ["owner", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_delivery_queue",
        "delivery",
        ["receiver_id", "watch_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_delivery_waiting",
        "delivery",
        ["receiver_id", "due_at_us", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("uq_delivery", "delivery", ["alert_id", "receiver_id"], unique=True)

    op.create_table(
        "api_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("created_at_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_us", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
    )


def _kept() -> None:
    op.create_table(
        "kept_check",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("once_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_check"),
    )
    op.create_index(
        "ix_kept_check_owner", "kept_check", ["owner", "created_at_us", "id"], unique=False
    )
    op.create_index(
        "uq_kept_check_once",
        "kept_check",
        ["owner", "once_key"],
        unique=True,
        sqlite_where=sa.text("once_key IS NOT NULL"),
        postgresql_where=sa.text("once_key IS NOT NULL"),
    )
    op.create_table(
        "check_revision",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["kept_check.id"], name="fk_check_revision_check_id"),
        sa.PrimaryKeyConstraint("check_id", "number", name="pk_check_revision"),
    )
    op.create_table(
        "emergency",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("squawk", sa.String(), nullable=False),
        sa.Column("t_first_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_emergency_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_emergency"),
    )
    op.create_index(
        "ix_emergency_aircraft", "emergency", ["icao24", "superseded", "t_first_us"], unique=False
    )


def downgrade() -> None:
    raise StorageError(
        "Going back would delete the evidence of what was told, and who is followed."
        " To use an older Tailcheck, restore a backup of that time."
    )
