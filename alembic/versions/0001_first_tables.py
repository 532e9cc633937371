"""All tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.errors import StorageError

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "capture",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("received_at_us", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("requested_at_us", sa.BigInteger(), nullable=True),
        sa.Column("headers", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "digest", name="pk_capture"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "capture_span",
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("t_last_us", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("t_first_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "icao24", "source", "t_last_us", "sha256", "t_first_us", name="pk_capture_span"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "identity_statement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(), nullable=True),
        sa.Column("valid_to", sa.String(), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("capture", sa.String(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=True),
        sa.Column("recorded_at_us", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_statement"),
    )
    op.create_index(
        "ix_identity_statement_registration", "identity_statement", ["registration"], unique=False
    )
    op.create_index(
        "uq_identity_statement",
        "identity_statement",
        ["icao24", "registration", "digest"],
        unique=True,
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("look_up", sa.String(), nullable=False),
        sa.Column("t_from_us", sa.BigInteger(), nullable=False),
        sa.Column("t_to_us", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("asked_at_us", sa.BigInteger(), nullable=False),
        sa.Column("capture", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("recorded_at_us", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_index(
        "ix_ledger_long",
        "ledger",
        ["look_up", "t_to_us"],
        unique=False,
        sqlite_where=sa.text("t_to_us - t_from_us > 172800000000"),
        postgresql_where=sa.text("t_to_us - t_from_us > 172800000000"),
    )
    op.create_index("uq_ledger", "ledger", ["look_up", "t_from_us", "digest"], unique=True)
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("registration", sa.String(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("callsign", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("t_off_us", sa.BigInteger(), nullable=True),
        sa.Column("t_on_us", sa.BigInteger(), nullable=True),
        sa.Column("time_kind", sa.String(), nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("published", sa.String(), nullable=True),
        sa.Column("rests_on", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("capture", sa.String(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=True),
        sa.Column("look_from_us", sa.BigInteger(), nullable=False),
        sa.Column("look_to_us", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at_us", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index(
        "ix_report_registration", "report", ["registration", "look_from_us"], unique=False
    )
    op.create_index(
        "uq_report", "report", ["icao24", "look_from_us", "registration", "digest"], unique=True
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day_us", sa.BigInteger(), nullable=False),
        sa.Column("captures", sa.String(), nullable=False),
        sa.Column("airports", sa.String(), nullable=False),
        sa.Column("rejected", sa.String(), nullable=True),
        sa.Column("rules_version", sa.String(), nullable=False),
        sa.Column("reference_version", sa.String(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("derived_at_us", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
    )
    op.create_index(
        "ix_unit_superseded",
        "unit",
        ["icao24", "source", "day_us"],
        unique=False,
        sqlite_where=sa.text("superseded_at_us IS NOT NULL"),
        postgresql_where=sa.text("superseded_at_us IS NOT NULL"),
    )
    op.create_index(
        "uq_unit_current",
        "unit",
        ["icao24", "source", "day_us"],
        unique=True,
        sqlite_where=sa.text("superseded_at_us IS NULL"),
        postgresql_where=sa.text("superseded_at_us IS NULL"),
    )
    op.create_table(
        "ground_span",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("airport", sa.String(), nullable=True),
        sa.Column("t_first_us", sa.BigInteger(), nullable=False),
        sa.Column("t_last_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_ground_span_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ground_span"),
    )
    op.create_index(
        "ix_ground_span_aircraft",
        "ground_span",
        ["icao24", "superseded", "t_first_us", "t_last_us"],
        unique=False,
    )
    op.create_table(
        "heard",
        sa.Column("airport", sa.String(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("hour_us", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("low_fixes", sa.Integer(), nullable=False),
        sa.Column("ground_fixes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_heard_unit_id"),
        sa.PrimaryKeyConstraint(
            "airport", "superseded", "hour_us", "source", "icao24", "unit_id", name="pk_heard"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "movement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("airport", sa.String(), nullable=True),
        sa.Column("runway", sa.String(), nullable=True),
        sa.Column("t_earliest_us", sa.BigInteger(), nullable=False),
        sa.Column("t_best_us", sa.BigInteger(), nullable=False),
        sa.Column("t_latest_us", sa.BigInteger(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("height_ft", sa.Float(), nullable=True),
        sa.Column("distance_nm", sa.Float(), nullable=True),
        sa.Column("callsign", sa.String(), nullable=False),
        sa.Column("rivals", sa.String(), nullable=True),
        sa.Column("marks", sa.String(), nullable=True),
        sa.Column("capture", sa.String(), nullable=False),
        sa.Column("row_from", sa.Integer(), nullable=False),
        sa.Column("row_to", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_movement_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_movement"),
    )
    op.create_index(
        "ix_movement_aircraft",
        "movement",
        ["icao24", "superseded", "t_best_us", "source", "t_earliest_us", "t_latest_us"],
        unique=False,
    )
    op.create_index(
        "ix_movement_airport", "movement", ["airport", "superseded", "t_best_us"], unique=False
    )
    op.create_index(
        "ix_movement_long",
        "movement",
        ["icao24", "superseded", "t_latest_us"],
        unique=False,
        sqlite_where=sa.text("t_latest_us - t_earliest_us > 86400000000"),
        postgresql_where=sa.text("t_latest_us - t_earliest_us > 86400000000"),
    )
    op.create_table(
        "pass",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("airport", sa.String(), nullable=False),
        sa.Column("t_best_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_pass_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_pass"),
    )
    op.create_index("ix_pass_aircraft", "pass", ["icao24", "superseded", "t_best_us"], unique=False)
    op.create_table(
        "segment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("icao24", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("usable", sa.Boolean(), nullable=False),
        sa.Column("t_first_us", sa.BigInteger(), nullable=False),
        sa.Column("t_last_us", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_segment_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
    )
    op.create_index(
        "ix_segment",
        "segment",
        ["icao24", "superseded", "source", "usable", "t_first_us", "t_last_us"],
        unique=False,
    )


def downgrade() -> None:
    raise StorageError(
        "There is nothing before the first tables: going back would delete the evidence."
        " To start anew, move the database away and run `tailcheck migrate`."
    )
