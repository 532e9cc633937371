"""The log of receptions as it is handed out: heads, time stamps, proofs. Bytes are in hexadecimal
unless it says base64; with what stands here, everything can be verified offline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStamp:
    """An authority says (RFC 3161) that a head's note existed at a time."""

    authority: str
    """Its address."""
    at: datetime
    """The time it says."""
    reply: str
    """Its reply, a TimeStampResp in DER, base64; over the SHA-256 of the note."""
    chain: str
    """The certificates, PEM, that it was verified against when it was received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHead:
    """What the log was at a moment."""

    number: int
    """From 1, without a gap. Shown by the head's place in an export; a proof alone does not show
    it."""
    size: int
    """How many entries it covers: those at positions below."""
    root: str
    """Of the tree over them."""
    at: datetime
    note: str
    """The head as it is published and signed: a checkpoint (C2SP tlog-checkpoint) of origin, size
    and root (base64), with lines for the time and the SHA-256 of the head before."""
    public_key: str
    """What verifies the signature of the note, as C2SP signed-note spells it; empty = the head is
    not signed."""
    consistency: tuple[str, ...]
    """The proof (RFC 9162) that the tree begins with the tree of the head before."""
    stamps: tuple[LogStamp, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProof:
    """That a reception is in the log."""

    record: Mapping[str, Any]
    """The record that is bound: all that is stored of the reception, times in microseconds since
    1970 UTC."""
    salt: str
    """32 bytes. Salt and record (JSON, members sorted, no blanks, UTF-8) are the entry; its leaf is
    SHA-256 of a zero byte and the entry."""
    position: int | None
    """From 0; null = it waits for its place."""
    path: tuple[str, ...]
    """The proof (RFC 9162) that it is in the tree of `head`."""
    head: LogHead | None
    """The first head that covers it; null = none does yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogProofs:
    """Every reception of the same bytes, and how the log holds it."""

    sha256: str
    proofs: tuple[LogProof, ...]
    attributions: Mapping[str, str]
    """Whom to name for what is said here, by source key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogHeads:
    """Heads of the log, oldest first."""

    heads: tuple[LogHead, ...]
    next: str | None
    """Where the next page is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogExport:
    """The log's heads, to be published elsewhere: a file."""

    format: str
    heads: tuple[LogHead, ...]
