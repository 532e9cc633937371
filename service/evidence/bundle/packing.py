"""Writing a bundle: a BagIt bag in a zip file, the same bytes for the same content anywhere.

Nothing is compressed: what compression makes of the same bytes depends on the machine, and a file
that hides nothing is easily checked. `verify` takes no other form than this one.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from importlib.resources import files
from typing import BinaryIO, Final

import msgspec

from service.errors import BadInput
from service.evidence.bundle.parts import Contents
from service.evidence.bundle.readme import readme
from service.evidence.bundle.verify import (
    BAGIT,
    MANIFEST,
    MOST_BYTES,
    MOST_ENTRIES,
    TAGMANIFEST,
    manifest,
)

_DAY_ONE: Final = (1980, 1, 1, 0, 0, 0)
_DIRECTORY_BYTES: Final = 400
"""More than an entry takes beside its content."""
_NO_DOCUMENT: Final = frozenset({"verdict", "answers"})


def pack(contents: Contents, read: Callable[[str], bytes], file: BinaryIO) -> str:
    """Write the bundle into `file`, which must allow seeking; returns its root.

    `read` gives a capture's bytes by their sha256; one at a time is held in memory.

    Raises:
        BadInput: it would be larger than a bundle may be.
        NotFound, StorageError: a capture's bytes are missing or changed.
    """
    documents = _documents(contents)
    given = sorted(c.sha256 for c in contents.captures if c.given)
    sizes = {c.sha256: c.size_bytes for c in contents.captures if c.given}
    _must_fit(documents, sizes)
    names = {f"data/captures/{sha256}": sha256 for sha256 in given}
    payload = {name: hashlib.sha256(content).hexdigest() for name, content in documents.items()}
    payload |= names
    tags = {
        "README.txt": readme(contents),
        "bag-info.txt": _bag_info(contents, documents, sizes),
        "bagit.txt": BAGIT,
        MANIFEST: manifest(payload),
        "verify.py": (files(__package__) / "verify.py").read_bytes(),
    }
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in tags.items()}
    tags[TAGMANIFEST] = manifest(hashes)
    held = {**documents, **tags}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted({*held, *names}):
            entry = zipfile.ZipInfo(name, _DAY_ONE)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, held[name] if name in held else read(names[name]))
    return hashlib.sha256(tags[TAGMANIFEST]).hexdigest()


def _documents(contents: Contents) -> dict[str, bytes]:
    """Every file of the payload but the captures, by name."""
    found = {
        f"data/{field.name}.json": _readable(getattr(contents, field.name))
        for field in fields(contents)
        if field.name not in _NO_DOCUMENT
    }
    found["data/verdict.json"] = contents.verdict
    found["data/airports.json"] = msgspec.json.encode(contents.airports) + b"\n"  # thousands
    for revision, answer in zip(contents.revisions, contents.answers, strict=True):
        found[f"data/revisions/{revision.number:04}.json"] = answer
    return found


def _readable(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def _bag_info(contents: Contents, documents: dict[str, bytes], sizes: dict[str, int]) -> bytes:
    number = len(documents) + len(sizes)
    octets = sum(map(len, documents.values())) + sum(sizes.values())
    return "".join(
        f"{line}\n" for line in _info(contents.question.judged_at, octets, number, contents)
    ).encode("ascii")


def _info(at: datetime, octets: int, number: int, contents: Contents) -> Iterator[str]:
    yield f"Bag-Software-Agent: tailcheck {contents.versions.tailcheck}"
    yield f"Bagging-Date: {at.date().isoformat()}"
    yield f"External-Description: {contents.versions.format}; see README.txt"
    yield f"Payload-Oxum: {octets}.{number}"


def _must_fit(documents: dict[str, bytes], sizes: dict[str, int]) -> None:
    entries = len(documents) + len(sizes) + 6
    octets = sum(map(len, documents.values())) + sum(sizes.values())
    if entries > MOST_ENTRIES or octets + 2 * _DIRECTORY_BYTES * entries > MOST_BYTES:
        raise BadInput(
            f"The bundle would hold {entries:,} files of {octets:,} bytes, more than one bundle"
            " can."
        )
