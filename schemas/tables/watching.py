"""Who follows what, what they were told, who may ask. `sealed` columns are encrypted where the
operator gave a key, which never lies in the database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from schemas.tables.base import Table, blob, index_where, row_id, us, us_or_none


class WatchTable(Table, table=True):
    """Somebody follows something. Removed ones stay, dated."""

    __tablename__ = "watch"
    __table_args__ = (
        index_where(
            "uq_watch_current", "owner", "subject_key", where="removed_at_us IS NULL", unique=True
        ),
    )

    id: int | None = row_id()
    owner: str
    subject_key: bytes = blob()
    """Keyed hash of kind and subject: the same subject is found, and not told by the row."""
    sealed: bytes = blob()
    """Kind, subject, radius, label, note, wishes."""
    feed_hash: bytes | None = Field(default=None)
    """SHA-256 of the token that its feeds are read with; NULL = it has none."""
    added_at_us: int = us()
    expires_at_us: int | None = us_or_none()
    removed_at_us: int | None = us_or_none()


class RosterTable(Table, table=True):
    """One row that counts up with every change of watches, so that who holds them in memory knows
    in a moment whether they still are what they were."""

    __tablename__ = "roster"

    id: int = us(primary_key=True)
    version: int = Field(sa_type=BigInteger)


class ReceiverTable(Table, table=True):
    """Where alerts are sent."""

    __tablename__ = "receiver"
    __table_args__ = (
        index_where(
            "uq_receiver_current", "owner", "url_key", where="removed_at_us IS NULL", unique=True
        ),
    )

    id: int | None = row_id()
    owner: str
    kind: str
    url_key: bytes = blob()
    """Keyed hash of the address."""
    sealed: bytes = blob()
    """Address, label, details, secrets."""
    added_at_us: int = us()
    removed_at_us: int | None = us_or_none()
    failures: int
    closed_until_us: int | None = us_or_none()
    stopped_because: str


class AlertTable(Table, table=True):
    """A watch was told something: append-only."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert", "watch_id", "told_key", unique=True),
        Index("ix_alert_about", "about_key", "watch_id"),
        Index("ix_alert_owner", "owner", "id"),
    )

    id: int | None = row_id()
    watch_id: int = Field(foreign_key="watch.id", sa_type=BigInteger)
    owner: str
    form: str
    refers_to: int | None = Field(default=None, sa_type=BigInteger)
    told_key: bytes = blob()
    """Keyed hash of what is told by it: the same thing is never told twice."""
    about_key: bytes = blob()
    """Keyed hash of the aircraft (or check) that it is about."""
    sealed: bytes = blob()
    """The occasion and why it changed."""
    created_at_us: int = us()


class DeliveryTable(Table, table=True):
    """One alert on its way to one receiver."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("uq_delivery", "alert_id", "receiver_id", unique=True),
        index_where(
            "ix_delivery_waiting", "receiver_id", "due_at_us", "id", where="state = 'waiting'"
        ),
        index_where(
            "ix_delivery_queue", "receiver_id", "watch_id", "id", where="state = 'waiting'"
        ),
        index_where("ix_delivery_dead", "owner", "id", where="state = 'dead'"),
    )

    id: int | None = row_id()
    alert_id: int = Field(foreign_key="alert.id", sa_type=BigInteger)
    watch_id: int = Field(sa_type=BigInteger)
    receiver_id: int = Field(foreign_key="receiver.id", sa_type=BigInteger)
    owner: str
    due_at_us: int = us()
    batch: str
    state: str
    attempts: int
    first_tried_at_us: int | None = us_or_none()
    done_at_us: int | None = us_or_none()
    last_error: str


class ApiKeyTable(Table, table=True):
    """Who may ask over HTTP. The key itself is shown once and stored nowhere."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True)
    """The part of the key that names it."""
    secret_hash: bytes = blob()
    """SHA-256 of the part that proves it: 256 random bits need no slow hash."""
    owner: str
    label: str
    scopes: str
    """JSON list."""
    created_at_us: int = us()
    expires_at_us: int | None = us_or_none()
    revoked_at_us: int | None = us_or_none()
