"""What a bundle holds of the log: that its receptions are in it, under heads that may be signed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from schemas.log import LogHead
from service.evidence.bundle.parts import CaptureDoc, Log, ProofDoc
from service.evidence.bundle.verify import Bundle
from service.evidence.log_files import entry_of
from service.evidence.log_notes import BadNote, read
from service.storage.codec import to_us
from service.storage.database import Connection
from service.storage.log_heads import proof_of


def proofs(conn: Connection, captures: Sequence[CaptureDoc]) -> Log:
    """Proofs of these receptions, as far as the log covers them. A proof shows the whole record, so
    there is none where less than that is told."""
    heads: dict[int, LogHead] = {}
    found: list[ProofDoc] = []
    for doc in captures:
        if doc.record is None:
            continue
        for proof in proof_of(conn, doc.sha256):
            if proof.head is None or proof.position is None or not _is_told(proof.record, doc):
                continue
            heads[proof.head.number] = proof.head
            found.append(
                ProofDoc(
                    sha256=doc.sha256,
                    entry=entry_of(proof).hex(),
                    position=proof.position,
                    path=proof.path,
                    head=proof.head.number,
                )
            )
    return Log(heads=tuple(heads[number] for number in sorted(heads)), proofs=tuple(found))


def check_heads(bundle: Bundle) -> list[str]:
    """Verify the signatures of the enclosed heads of a bundle that `verify.check` has found whole;
    returns what to say of them.

    Raises `BadNote` when a signature is not right, or a head is none or says what its text does not
    say.
    """
    try:
        log = msgspec.json.decode(bundle.texts["data/log.json"], type=Log)
    except msgspec.MsgspecError as error:
        raise BadNote(f"data/log.json is not as it should be: {error}.") from error
    for head in log.heads:
        said = read(head.note, head.public_key)
        if (said.size, said.root.hex(), said.at) != (head.size, head.root.lower(), head.at):
            raise BadNote(f"Head {head.number} of the log does not say what its text says.")
    keys = sorted({head.public_key for head in log.heads} - {""})
    return [
        f"Head signed with the key {key}: compare it with the one that is published."
        for key in keys
    ]


def _is_told(record: object, doc: CaptureDoc) -> bool:
    """Whether the record in the log is the one that the bundle shows."""
    told = doc.record
    assert told is not None
    assert isinstance(record, dict)
    return (
        record["source"] == doc.source
        and record["url"] == told.url
        and record["received_at_us"] == to_us(told.received_at)
        and len(_headers(record["headers"])) == len(told.headers)
    )


def _headers(said: object) -> dict[str, str]:
    if isinstance(said, str):
        return msgspec.json.decode(said, type=dict[str, str])
    return msgspec.convert(said, type=dict[str, str])
