"""A head of the log as text that others can verify: a C2SP checkpoint in a C2SP signed note.

::

    tailcheck-log/4a5e1e4baab89f3a                  origin: this log, by its first entry
    60213                                           size
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=    root, base64
    time 2026-11-29T00:00:04.120000Z
    previous 0e5f…                                  SHA-256 of the note of the head before, in hex
                                                    (the first head: 64 zeros)

    — tailcheck-log/4a5e1e4baab89f3a Az3grl…        name, base64(4 bytes of key hash + Ed25519)

The signature is over all before the blank line, with its line end. A note without a last line is
not signed. As each note names the one before, none can be changed or left out unseen.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from service.errors import Unreadable

NO_NOTE: Final = "0" * 64
"""What the first head names as the one before."""

_ED25519: Final = b"\x01"
_BODY: Final = re.compile(
    r"(?P<origin>tailcheck-log/[0-9a-f]{16})\n"
    r"(?P<size>[1-9][0-9]{0,18})\n"
    r"(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})Z\n"
    r"previous (?P<previous>[0-9a-f]{64})\n",
    re.ASCII,
)
_SIGNED: Final = re.compile(
    r"(?P<body>.+\n)\n(?:— (?P<name>\S+) (?P<signature>[A-Za-z0-9+/]+={0,2})\n)?", re.DOTALL
)
_KEY: Final = re.compile(r"(?P<name>[^\s+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+={0,2})")


class BadNote(Unreadable):
    """A head whose text or signature is not right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a note says."""

    origin: str
    size: int
    root: bytes
    at: datetime
    previous: str
    """SHA-256 of the note before, in hexadecimal."""

    def body(self) -> str:
        """What is signed."""
        moment = self.at.isoformat(timespec="microseconds").removesuffix("+00:00")
        return (
            f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"
            f"time {moment}Z\nprevious {self.previous}\n"
        )


def origin_of(first_leaf: bytes) -> str:
    """The name of the log that begins with this entry."""
    return f"tailcheck-log/{first_leaf.hex()[:16]}"


def written(checkpoint: Checkpoint, key: Ed25519PrivateKey | None) -> str:
    """The note, signed if there is a key."""
    body = checkpoint.body()
    if key is None:
        return f"{body}\n"
    name = checkpoint.origin
    signature = key_id(name, raw(key.public_key())) + key.sign(body.encode())
    return f"{body}\n— {name} {base64.b64encode(signature).decode()}\n"


def read(note: str, public_key: str) -> Checkpoint:
    """What the note says, when `public_key` verifies it; empty = it must not be signed.

    Raises:
        BadNote: it is no such note, or the signature is not right.
    """
    signed = _SIGNED.fullmatch(note)
    said = _BODY.fullmatch(signed["body"]) if signed is not None else None
    if signed is None or said is None:
        raise BadNote("The text of the head is not as heads are written.")
    if public_key:
        _verify(signed["body"], signed["name"] or "", signed["signature"] or "", public_key)
    elif signed["name"]:
        raise BadNote("The head is signed, but the key that verifies it is not given.")
    try:
        at = datetime.fromisoformat(f"{said['time']}+00:00")
    except ValueError as error:
        raise BadNote("The head names a time that does not exist.") from error
    return Checkpoint(
        origin=said["origin"],
        size=int(said["size"]),
        root=base64.b64decode(said["root"]),
        at=at,
        previous=said["previous"],
    )


def note_hash(note: str) -> str:
    """By which the next note names this one."""
    return hashlib.sha256(note.encode()).hexdigest()


def spelled_key(name: str, key: Ed25519PublicKey) -> str:
    """The public key as signed notes spell it: ``name+id+base64``."""
    public = raw(key)
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(_ED25519 + public).decode()}"


def key_bytes(public_key: str) -> bytes:
    """The 32 bytes of a key that `spelled_key` wrote. Raises `BadNote` when it is none."""
    found = _KEY.fullmatch(public_key)
    try:
        key = base64.b64decode(found["key"], validate=True) if found is not None else b""
    except binascii.Error:
        key = b""
    if found is None or len(key) != 33 or key[:1] != _ED25519:
        raise BadNote("The public key of the head is none.")
    if key_id(found["name"], key[1:]).hex() != found["id"]:
        raise BadNote("The public key of the head is not spelled right.")
    return key[1:]


def key_id(name: str, public: bytes) -> bytes:
    """4 bytes by which a signature says which key made it."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def raw(key: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes_raw()


def _verify(body: str, name: str, signature: str, public_key: str) -> None:
    public = key_bytes(public_key)
    try:
        signed = base64.b64decode(signature, validate=True)
    except binascii.Error:
        signed = b""
    if len(signed) != 68 or not name or name != body.split("\n", 1)[0]:
        raise BadNote("The head is not signed as it should be.")
    if signed[:4] != key_id(name, public):
        raise BadNote("The head is signed with another key.")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed[4:], body.encode())
    except (InvalidSignature, ValueError) as error:
        raise BadNote("The signature of the head is not right.") from error
