"""Check a Tailcheck evidence bundle: ``python3 verify.py BUNDLE.zip``. Python 3.8 alone is enough.

A bundle is a BagIt bag (RFC 8493) in a zip file of one possible form: nothing compressed, names in
order, no time, no comment, no gap. So whatever the files hold decides every byte of it, and one
hash, that of ``tagmanifest-sha256.txt``, stands for the whole: its root.

This checks that every byte is where and what it should be, that the documents agree with one
another, and the proofs that a log of captures holds them. It cannot derive the verdict again:
``tailcheck verify BUNDLE.zip`` does that too.

Exit code: 0 all is well, 1 it is not, 2 it was called in a wrong way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import sys
import zlib
from typing import Any, BinaryIO

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST = "manifest-sha256.txt"
TAGMANIFEST = "tagmanifest-sha256.txt"
TAGS = ("README.txt", "bag-info.txt", "bagit.txt", MANIFEST, TAGMANIFEST, "verify.py")
DOCUMENTS = tuple(
    "data/%s.json" % name
    for name in (
        "airports captures coverage derived ledger licences log question reports revisions"
        " sources statements verdict versions withheld"
    ).split()
)
MOST_ENTRIES = 60_000
MOST_BYTES = 4_000_000_000
DOCUMENT_CAP = 512 << 20
"""More than this no document has, and memory should not be asked for."""

_PIECE = 1 << 20
_CAPTURE = re.compile(r"data/captures/([0-9a-f]{64})\Z")
_REVISION = re.compile(r"data/revisions/[0-9]{4}\.json\Z")
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DAY_ONE = 0x21
_FILE_MODE = 0o100644 << 16


class Broken(Exception):
    """It is not as it was made; the text says where."""


class Bundle:
    """A bundle whose bytes are all in their places."""

    def __init__(self) -> None:
        self.hashes: dict[str, str] = {}
        self.places: dict[str, tuple[int, int]] = {}
        """Name: where its content begins, and how long it is."""
        self.texts: dict[str, bytes] = {}
        """Content of all but the captures."""
        self.root = ""
        self.log: list[str] = []
        """What the proofs of the log show."""

    def document(self, name: str) -> Any:
        """A document of ``data/``, by its name without the ending."""
        try:
            return json.loads(self.texts["data/%s.json" % name].decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Broken("data/%s.json is no JSON: %s." % (name, error)) from None


def check(file: BinaryIO, root: str | None = None) -> Bundle:
    """Check everything; `file` must allow seeking. `root` is what its root must be; None = not
    known, while an empty one is wrong. Raises `Broken` with a sentence."""
    bundle = Bundle()
    _walk(file, bundle)
    _check_bag(bundle)
    _check_documents(bundle)
    _check_log(bundle)
    if root is not None and root.strip().lower() != bundle.root:
        raise Broken("Its root is %s, not %r: it is another bundle." % (bundle.root, root))
    return bundle


# --- the zip file: of all the forms it could have, the one it was made in ---------------------


def _walk(file: BinaryIO, bundle: Bundle) -> None:
    """Read it from its first byte to its last, and take no byte for granted."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > MOST_BYTES:
        raise Broken("It has %d bytes, more than a bundle may have." % size)
    central: list[bytes] = []
    previous = ""
    while True:
        at = file.tell()
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            file.seek(at)
            break
        crc, stored, length, name_length = _LOCAL.unpack(head)[6:10]
        raw = file.read(name_length)
        name = _name(raw, at)
        if head != _local(crc, length, len(raw)) or stored != length:
            raise Broken("The entry %s has a header that no bundle has." % name)
        if name <= previous:
            raise Broken("The entry %s comes twice, or out of its order." % name)
        previous = name
        if length > size - file.tell():
            raise Broken("The entry %s ends before it should: the file is cut short." % name)
        if len(central) == MOST_ENTRIES:
            raise Broken("It has more entries than a bundle may have.")
        bundle.places[name] = (file.tell(), length)
        if _content(file, name, length, bundle) != crc:
            raise Broken("%s was changed: its checksum in the zip file is another." % name)
        central.append(_central(crc, length, raw, at))
    expected = b"".join(central)
    start = file.tell()
    ending = expected + _END.pack(
        b"PK\x05\x06", 0, 0, len(central), len(central), len(expected), start, 0
    )
    if file.read(len(ending) + 1) != ending:
        raise Broken(
            "What follows the last entry (from byte %d on) is not the directory of these entries:"
            " it was changed, or something was added or cut off." % start
        )


def _content(file: BinaryIO, name: str, length: int, bundle: Bundle) -> int:
    """Read an entry's content; returns its CRC-32."""
    is_capture = _CAPTURE.match(name) is not None
    if not is_capture and length > DOCUMENT_CAP:
        raise Broken("%s is larger than any document of a bundle." % name)
    digest, crc, held, left = hashlib.sha256(), 0, [], length
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise Broken("%s ends before it should: the file is cut short." % name)
        left -= len(piece)
        digest.update(piece)
        crc = zlib.crc32(piece, crc)
        if not is_capture:
            held.append(piece)
    bundle.hashes[name] = digest.hexdigest()
    if not is_capture:
        bundle.texts[name] = b"".join(held)
    return crc


def _name(raw: bytes, at: int) -> str:
    try:
        name = raw.decode("ascii")
    except UnicodeDecodeError:
        name = ""
    if name in TAGS or name in DOCUMENTS or _CAPTURE.match(name) or _REVISION.match(name):
        return name
    raise Broken("The entry at byte %d, %r, does not belong in a bundle." % (at, raw[:80]))


def _local(crc: int, length: int, name_length: int) -> bytes:
    return _LOCAL.pack(b"PK\x03\x04", 20, 0, 0, 0, _DAY_ONE, crc, length, length, name_length, 0)


def _central(crc: int, length: int, name: bytes, offset: int) -> bytes:
    made_by, mode = 3 << 8 | 20, _FILE_MODE
    return (
        _CENTRAL.pack(
            *(b"PK\x01\x02", made_by, 20, 0, 0, 0, _DAY_ONE, crc, length, length),
            *(len(name), 0, 0, 0, 0, mode, offset),
        )
        + name
    )


# --- the bag -------------------------------------------------------------------------------------


def _check_bag(bundle: Bundle) -> None:
    for name in TAGS + DOCUMENTS:
        if name not in bundle.hashes:
            raise Broken("%s is missing." % name)
    if bundle.texts["bagit.txt"] != BAGIT:
        raise Broken("bagit.txt is not that of BagIt 1.0.")
    payload = {n: h for n, h in bundle.hashes.items() if n.startswith("data/")}
    _compare(MANIFEST, payload, bundle)
    tags = {n: h for n, h in bundle.hashes.items() if n not in payload and n != TAGMANIFEST}
    _compare(TAGMANIFEST, tags, bundle)
    oxum = "%d.%d" % (sum(bundle.places[name][1] for name in payload), len(payload))
    if ("\nPayload-Oxum: %s\n" % oxum).encode() not in b"\n" + bundle.texts["bag-info.txt"]:
        raise Broken("bag-info.txt does not say how much there is (%s)." % oxum)
    bundle.root = bundle.hashes[TAGMANIFEST]


def manifest(hashes: dict[str, str]) -> bytes:
    """A manifest of these files, by name."""
    return "".join("%s  %s\n" % (hashes[name], name) for name in sorted(hashes)).encode("ascii")


def _compare(listing: str, found: dict[str, str], bundle: Bundle) -> None:
    if bundle.texts[listing] == manifest(found):
        return
    listed = {}
    for line in bundle.texts[listing].decode("utf-8", "replace").splitlines():
        value, _, name = line.partition("  ")
        listed[name] = value
    for name in sorted(set(listed) | set(found)):
        if name not in found:
            raise Broken("%s names %s, which is missing." % (listing, ascii(name[:120])))
        if name not in listed:
            raise Broken("%s was added: %s does not name it." % (name, listing))
        if listed[name] != found[name]:
            raise Broken("%s was changed: its sha256 is not the one in %s." % (name, listing))
    raise Broken("%s is not written as it should be." % listing)


# --- what it says --------------------------------------------------------------------------------


def _check_documents(bundle: Bundle) -> None:
    """That the documents speak of the same things."""
    try:
        captures = bundle.document("captures")
        given = {c["sha256"]: c["size_bytes"] for c in captures if c["given"]}
        known = {c["sha256"] for c in captures}
        verdict, question = bundle.document("verdict"), bundle.document("question")
        named = {item["capture"] for item in verdict["evidence"] if item["capture"]}
        same = [verdict[name] == question[name] for name in ("aircraft", "airport", "on", "zone")]
        same.append(verdict["as_of"] == question["as_of"])
        revisions = {"data/revisions/%04d.json" % r["number"] for r in bundle.document("revisions")}
        for name in DOCUMENTS:
            bundle.document(name[len("data/") : -len(".json")])
    except (TypeError, KeyError, AttributeError) as error:
        raise Broken("A document lacks what it should say: %s." % error) from None
    there = set()
    for name, sha256 in bundle.hashes.items():
        match = _CAPTURE.match(name)
        if match is None:
            continue
        there.add(sha256)
        if sha256 != match.group(1):
            raise Broken("%s is not the bytes that its name is the hash of." % name)
        if given.get(sha256) != bundle.places[name][1]:
            raise Broken("data/captures.json does not speak of %s, or not rightly." % name)
    for sha256 in sorted(set(given) - there):
        raise Broken("The bytes of capture %s are missing." % sha256)
    for sha256 in sorted(named - known):
        raise Broken("The verdict rests on capture %s, which nothing is said of." % sha256)
    if not all(same):
        raise Broken("data/verdict.json answers another question than data/question.json asks.")
    if revisions != {name for name in bundle.hashes if _REVISION.match(name)}:
        raise Broken("data/revisions.json does not name the revisions that are here.")


# --- the log -------------------------------------------------------------------------------------


def _check_log(bundle: Bundle) -> None:
    """RFC 9162: each proof leads from the entry of a reception to the root that a head names."""
    log = bundle.document("log")
    try:
        trees = {head["number"]: _tree(head) for head in log["heads"]}
        under: dict[int, set[str]] = {number: set() for number in trees}
        sizes = {c["sha256"]: c["size_bytes"] for c in bundle.document("captures")}
        for proof in log["proofs"]:
            entry, sha256 = bytes.fromhex(proof["entry"]), proof["sha256"]
            record = json.loads(entry[32:].decode("utf-8"))
            if record["sha256"] != sha256 or record["size_bytes"] != sizes[sha256]:
                raise Broken("A proof of the log is of another capture than %s." % sha256)
            leaf = hashlib.sha256(b"\x00" + entry).digest()
            path = [bytes.fromhex(part) for part in proof["path"]]
            size, root = trees[proof["head"]]
            if _root(leaf, proof["position"], size, path) != root:
                raise Broken("Capture %s is not in the log as it says." % sha256)
            under[proof["head"]].add(sha256)
        if len(trees) != len(log["heads"]) or not all(under.values()):
            raise Broken("data/log.json has a head twice, or one that no proof leads to.")
        said = [
            "  head %d: %d of them; %d entries, root %s" % (n, len(under[n]), size, root.hex())
            for n, (size, root) in sorted(trees.items())
        ]
    except (TypeError, LookupError, ValueError, AttributeError, ArithmeticError) as error:
        raise Broken("data/log.json is not as it should be: %s." % error) from None
    proven = set().union(*under.values())
    first = "In the log: %d of %d captures, under these heads:" % (len(proven), len(sizes))
    last = "A head says no more than who made it: compare it with one that was published elsewhere."
    bundle.log = [first, *said, last] if said else ["No proof of a log is enclosed."]


def _tree(head: Any) -> tuple[int, bytes]:
    """Size and root as the head's own text, which is what gets signed, has them."""
    _, size, root = head["note"].split("\n")[:3]
    tree = int(size), base64.b64decode(root)
    is_one = tree[0] > 0 and len(tree[1]) == 32
    if not is_one or tree != (head["size"], bytes.fromhex(head["root"])):
        raise Broken("Head %d of the log is none, or not what its text says." % head["number"])
    return tree


def _root(leaf: bytes, position: int, size: int, path: list[bytes]) -> bytes | None:
    """RFC 9162 §2.1.3.2; None, which no root is, when there can be no such path."""
    first, last, value = position, size - 1, leaf
    if not 0 <= first <= last:
        return None
    for part in path:
        if last == 0:
            return None
        is_right = first % 2 == 1 or first == last
        pair = part + value if is_right else value + part
        value = hashlib.sha256(b"\x01" + pair).digest()
        while is_right and first and first % 2 == 0:
            first, last = first >> 1, last >> 1
        first, last = first >> 1, last >> 1
    return value if last == 0 else None


# --- for people ----------------------------------------------------------------------------------

ROOT_SAYS = (
    "Root: %s\n"
    "Whoever can make a bundle can make another one that is as sound in itself. What shows that\n"
    "this is the one: the root, when it was written down or published on the day it was made\n"
    "(compare it, or give it as --root), or a head of the log that was published elsewhere."
)


def lines(bundle: Bundle) -> list[str]:
    """What was found, for people."""
    captures = bundle.document("captures")
    given = sum(1 for c in captures if c["given"])
    said = ["Whole: %d files, each as it was packed." % len(bundle.hashes)]
    said.append("Captures enclosed: %d; named by hash only: %d." % (given, len(captures) - given))
    said += ["  not enclosed: %s" % why for why in sorted({c["why"] for c in captures} - {""})]
    return said + bundle.log + (ROOT_SAYS % bundle.root).split("\n")


def main(arguments: list[str]) -> int:
    """Run as a command; returns the exit code."""
    root = None
    if len(arguments) == 3 and arguments[1] == "--root":
        root = arguments.pop()
        arguments.pop()
    if len(arguments) != 1 or arguments[0].startswith("-") or root == "":
        sys.stderr.write("Usage: python3 verify.py BUNDLE.zip [--root SHA256]\n")
        return 2
    try:
        with open(arguments[0], "rb") as file:
            said = lines(check(file, root))
    except OSError as error:
        sys.stderr.write("%s cannot be read: %s\n" % (arguments[0], error))
        return 2
    except Broken as error:
        sys.stdout.write("NOT WHOLE. %s\n" % ascii(str(error))[1:-1])
        return 1
    sys.stdout.write("\n".join(said) + "\n")
    sys.stdout.write("The verdict was not derived again: `tailcheck verify` does that too.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
