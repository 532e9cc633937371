"""What proves that bytes are in the log of receptions."""

from __future__ import annotations

import re
from typing import Final

from schemas.log import LogProofs
from service.ask.sources import attributions
from service.desk import Desk
from service.errors import NotFound
from service.storage.database import reading
from service.storage.log_heads import proof_of

_SHA256: Final = re.compile("[0-9a-f]{64}")


def proofs(desk: Desk, typed: str) -> LogProofs:
    """Every reception of the bytes with this sha256, and how the log holds it.

    Raises:
        NotFound: such bytes never came.
        StorageError: the log is damaged.
    """
    sha256 = typed.strip().lower()
    if not _SHA256.fullmatch(sha256):
        raise NotFound("Bytes are named by their sha256: 64 hexadecimal digits.")
    with reading(desk.engine) as conn:
        found = proof_of(conn, sha256)
    if not found:
        raise NotFound("No bytes with that sha256 were ever received here.")
    sources = (str(proof.record["source"]) for proof in found)
    return LogProofs(sha256=sha256, proofs=found, attributions=attributions(desk, sources))
