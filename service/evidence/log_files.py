"""The log as files: its heads for publishing elsewhere, proofs of single receptions; and whether
such a file holds, with nothing but what stands in it.

Both are JSON documents, `schemas.log`. Heads are verified one after the other: signature, time
stamps, and that each tree begins with the one before. A proof is verified up to the root that its
head signs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from schemas.log import LogExport, LogHead, LogProof, LogProofs
from service.domain.merkle import is_consistent, leaf_hash, root_by_inclusion
from service.errors import TailcheckError, Unreadable
from service.evidence import log_stamps
from service.evidence.log_notes import NO_NOTE, key_bytes, note_hash, read
from service.storage.database import Connection
from service.storage.log_heads import heads_after

FORMAT: Final = "tailcheck log 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a file says, and what does not hold of it."""

    what: str
    """What was verified, in words."""
    amiss: tuple[str, ...]
    keys: tuple[str, ...]
    """The public keys that verified it; to be compared with one that was published elsewhere."""
    unsigned: int


def exported(conn: Connection) -> LogExport:
    """All heads, oldest first."""
    return LogExport(format=FORMAT, heads=heads_after(conn))


def looked_at(content: bytes, public_key: str = "") -> Looked:
    """What of the file holds. `public_key`: nothing else may have signed.

    Raises:
        Unreadable: it is neither an export nor a proof.
    """
    try:
        document = json.loads(content)
        if isinstance(document, Mapping) and "heads" in document:
            export = msgspec.convert(document, LogExport, strict=False)
            if export.format == FORMAT:
                return _export(export, public_key)
        elif isinstance(document, Mapping) and "proofs" in document:
            return _proofs(msgspec.convert(document, LogProofs, strict=False), public_key)
    except (ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise Unreadable(f"This is no file of the log: {_line(error)}") from error
    raise Unreadable(
        "This is no file of the log: `tailcheck log export` and `tailcheck log prove` write them."
    )


def _export(export: LogExport, public_key: str) -> Looked:
    amiss: list[str] = []
    before: LogHead | None = None
    for number, head in enumerate(export.heads, 1):
        amiss += (f"head {head.number}: {what}" for what in _after(head, before, number))
        amiss += (f"head {head.number}: {what}" for what in _head(head, public_key))
        before = head
    size = before.size if before is not None else 0
    what = f"{len(export.heads)} heads over {size} entries, each holding the one before"
    return _looked(what, amiss, export.heads)


def _after(head: LogHead, before: LogHead | None, number: int) -> Iterator[str]:
    if head.number != number:
        yield f"it should be number {number}"
    previous = note_hash(before.note) if before is not None else NO_NOTE
    if f"\nprevious {previous}\n" not in head.note:
        yield "it does not follow the head before it"
    if before is None:
        return
    if before.public_key and not head.public_key:
        yield "it is not signed, although those before are"
    roots = bytes.fromhex(before.root), bytes.fromhex(head.root)
    proof = [bytes.fromhex(part) for part in head.consistency]
    if not is_consistent(before.size, head.size, *roots, proof):
        yield "its tree does not begin with the tree of the head before it"


def _proofs(document: LogProofs, public_key: str) -> Looked:
    amiss: list[str] = []
    for number, proof in enumerate(document.proofs, 1):
        amiss += (f"proof {number}: {what}" for what in _proof(proof, document.sha256, public_key))
    if not document.proofs:
        amiss.append("there is no proof in it")
    heads = tuple(proof.head for proof in document.proofs if proof.head is not None)
    what = f"{len(document.proofs)} receptions of {document.sha256}"
    return _looked(what, amiss, heads)


def _proof(proof: LogProof, sha256: str, public_key: str) -> Iterator[str]:
    if proof.record.get("sha256") != sha256:
        yield "its record is of other bytes"
    if proof.head is None or proof.position is None:
        yield "no head covers it yet"
        return
    path = [bytes.fromhex(part) for part in proof.path]
    root = root_by_inclusion(leaf_hash(entry_of(proof)), proof.position, proof.head.size, path)
    if root is None or root.hex() != proof.head.root:
        yield "it does not lead to the root of its head"
    yield from _head(proof.head, public_key)


def _head(head: LogHead, public_key: str) -> Iterator[str]:
    """What of one head does not hold by itself."""
    try:
        said = read(head.note, head.public_key)
        if (said.size, said.root.hex(), said.at) != (head.size, head.root, head.at):
            yield "what stands beside its text is something else"
        if public_key and not head.public_key:
            yield "it is not signed"
        elif public_key and key_bytes(head.public_key) != key_bytes(public_key):
            yield "it was signed with another key"
    except TailcheckError as error:
        yield str(error).removesuffix(".")
    for stamp in head.stamps:
        try:
            log_stamps.verify(head.note, stamp)
        except TailcheckError as error:
            yield str(error).removesuffix(".")


def entry_of(proof: LogProof) -> bytes:
    """The entry that the proof is of."""
    return bytes.fromhex(proof.salt) + canonical(proof.record)


def canonical(record: Mapping[str, Any]) -> bytes:
    """The record as it is hashed, from its JSON (`service.domain.log_entry`)."""
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _looked(what: str, amiss: list[str], heads: tuple[LogHead, ...]) -> Looked:
    return Looked(
        what=what,
        amiss=tuple(amiss),
        keys=tuple(sorted({head.public_key for head in heads if head.public_key})),
        unsigned=sum(not head.public_key for head in heads),
    )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
