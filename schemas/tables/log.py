"""The log of receptions: a Merkle tree (RFC 9162) over all captures, and its heads.

Of the tree's complete nodes every eighth level is stored; those between are worked out from at
most 255 others (`service.storage.log`).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from schemas.tables.base import Table, blob, us


class LogLeafTable(Table, table=True):
    """The entry of one reception, added in the transaction that notes the reception."""

    __tablename__ = "log_leaf"
    __table_args__ = (
        Index("uq_log_leaf_position", "position", unique=True),
        {"sqlite_with_rowid": False},
    )

    sha256: str = Field(primary_key=True)
    digest: int = us(primary_key=True)
    """With `sha256` the key of the row in `capture`."""
    salt: bytes = blob()
    """32 random bytes, so that a hash tells nothing about what it is of."""
    leaf: bytes = blob()
    """Hash of the entry: of the salt and the record."""
    position: int | None = Field(default=None, sa_type=BigInteger)
    """From 0, without a gap; NULL = waits for the sequencer."""


class LogNodeTable(Table, table=True):
    """The hash of the ``2**level`` entries from ``place * 2**level`` on."""

    __tablename__ = "log_node"
    __table_args__ = ({"sqlite_with_rowid": False},)

    level: int = Field(primary_key=True)
    """8, 16, 24 …"""
    place: int = us(primary_key=True)
    hash: bytes = blob()


class LogHeadTable(Table, table=True):
    """What the log was at a moment, signed."""

    __tablename__ = "log_head"

    number: int = us(primary_key=True)
    """From 1, without a gap."""
    size: int = Field(sa_type=BigInteger)
    """Entries."""
    root: bytes = blob()
    at_us: int = us()
    note: str
    """The head as it is published: a signed checkpoint."""
    public_key: str
    """What verifies its signature; empty = it is not signed."""
    consistency: str
    """JSON list of hashes in hexadecimal: that the tree begins with that of the head before."""


class LogStampTable(Table, table=True):
    """An authority's RFC 3161 time stamp over a head's note, as it was received and verified."""

    __tablename__ = "log_stamp"

    number: int = Field(primary_key=True, foreign_key="log_head.number", sa_type=BigInteger)
    """The head's."""
    authority: str = Field(primary_key=True)
    """Its address."""
    at_us: int = us()
    """The time it says."""
    reply: bytes = blob()
    """TimeStampResp, DER."""
    chain: str
    """The certificates, PEM, that it was verified against."""
