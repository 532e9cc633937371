"""Changing bundles: as damage does, as somebody does with a zip program, and as a forger does."""

from __future__ import annotations

import hashlib
import io
import random
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence

from service.evidence.bundle import verify

Files = dict[str, bytes]


def opened(content: bytes) -> Files:
    """Every file of a bundle."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(files: Mapping[str, bytes]) -> bytes:
    """A bundle of these files that is sound in itself: hashes and sizes are worked out anew."""
    held = dict(files)
    payload = [name for name in held if name.startswith("data/")]
    oxum = f"{sum(len(held[name]) for name in payload)}.{len(payload)}"
    info = held.get("bag-info.txt", b"").splitlines()[:-1]
    held["bag-info.txt"] = b"\n".join([*info, f"Payload-Oxum: {oxum}\n".encode()])
    held[verify.MANIFEST] = verify.manifest(_hashes(held, payload))
    tags = [name for name in held if name not in payload and name != verify.TAGMANIFEST]
    held[verify.TAGMANIFEST] = verify.manifest(_hashes(held, tags))
    return zipped(sorted(held.items()))


def _hashes(files: Mapping[str, bytes], names: Sequence[str]) -> dict[str, str]:
    return {name: hashlib.sha256(files[name]).hexdigest() for name in names}


def zipped(
    entries: Sequence[tuple[str, bytes]],
    change: Callable[[zipfile.ZipInfo], None] = lambda _: None,
    comment: bytes = b"",
) -> bytes:
    """A zip file of the form that bundles have, in this order, unless `change` changes an entry."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
        warnings.simplefilter("ignore", UserWarning)  # a name that comes twice
        archive.comment = comment
        for name, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            change(entry)
            archive.writestr(entry, content)
    return out.getvalue()


def some(rng: random.Random, low: int = 1, high: int = 40) -> bytes:
    return rng.randbytes(rng.randint(low, high))


def flip(rng: random.Random, content: bytes) -> bytes:
    """One bit, or a few."""
    made = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 8))):
        made[rng.randrange(len(made))] ^= 1 << rng.randrange(8)
    return bytes(made)


def flip_at_the_ends(rng: random.Random, content: bytes) -> bytes:
    """Where the headers and the directory are, which are few among the bytes."""
    made = bytearray(content)
    back = rng.randrange(1, 2_500)
    made[rng.choice((rng.randrange(60), len(made) - back))] ^= 1 << rng.randrange(8)
    return bytes(made)


def flip_in_a_header(rng: random.Random, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = rng.choice(archive.infolist())
    made = bytearray(content)
    made[entry.header_offset + rng.randrange(30 + len(entry.filename))] ^= 1 << rng.randrange(8)
    return bytes(made)


def put_in(rng: random.Random, content: bytes) -> bytes:
    """Bytes before, after, between or within."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        starts = [entry.header_offset for entry in archive.infolist()]
    at = rng.choice((0, len(content), rng.choice(starts), rng.randrange(len(content))))
    return content[:at] + some(rng) + content[at:]


def take_out(rng: random.Random, content: bytes) -> bytes:
    at = rng.randrange(len(content))
    return content[:at] + content[at + rng.randint(1, 200) :]


def cut_off(rng: random.Random, content: bytes) -> bytes:
    return content[: rng.randrange(len(content))]


def exchange(rng: random.Random, content: bytes) -> bytes:
    """Two stretches of the file change places."""
    a, b, c, d = sorted(rng.sample(range(len(content)), 4))
    return content[:a] + content[c:d] + content[b:c] + content[a:b] + content[d:]


def add(rng: random.Random, content: bytes) -> bytes:
    """A file more, in its order or at the end; it may have the name of another one."""
    entries = list(opened(content).items())
    known = rng.choice(entries)[0]
    name = rng.choice(
        (
            f"data/{rng.randrange(99)}.json",
            f"data/captures/{rng.randbytes(32).hex()}",
            f"data/revisions/{rng.randrange(10_000):04}.json",
            f"../{known}",
            f"./{known}",
            f"/{known}",
            known.swapcase(),
            known,
            known + " ",
            known.replace("/", "\\") + "x",
            "data/",
            "data/verdict.json/x",
        )
    )
    entries.append((name, some(rng)))
    return zipped(sorted(entries) if rng.random() < 0.7 else entries)


def remove(rng: random.Random, content: bytes) -> bytes:
    entries = list(opened(content).items())
    del entries[rng.randrange(len(entries))]
    return zipped(entries)


def rename(rng: random.Random, content: bytes) -> bytes:
    entries = list(opened(content).items())
    number = rng.randrange(len(entries))
    name, text = entries[number]
    other = rng.choice((name.upper(), name + "~", f"x{name}", name[:-1], f"data/{name}"))
    entries[number] = other, text
    return zipped(sorted(entries))


def rename_to_each_other(rng: random.Random, content: bytes) -> bytes:
    entries = list(opened(content).items())
    a, b = rng.sample(range(len(entries)), 2)
    entries[a], entries[b] = (entries[a][0], entries[b][1]), (entries[b][0], entries[a][1])
    return zipped(entries)


def reorder(rng: random.Random, content: bytes) -> bytes:
    entries = list(opened(content).items())
    a, b = rng.sample(range(len(entries)), 2)
    entries[a], entries[b] = entries[b], entries[a]
    return zipped(entries)


def odd_entry(rng: random.Random, content: bytes) -> bytes:
    """What zip programs write, and bundles never have."""
    files = list(opened(content).items())
    chosen = rng.choice(files)[0]

    odd = rng.choice(("deflate", "time", "comment", "extra", "system", "mode"))

    def changed(entry: zipfile.ZipInfo) -> None:
        if entry.filename != chosen:
            return
        if odd == "deflate":
            entry.compress_type = zipfile.ZIP_DEFLATED
        elif odd == "time":
            entry.date_time = (rng.randint(1981, 2100), 1, 1, 0, 0, 0)
        elif odd == "comment":
            entry.comment = some(rng)
        elif odd == "extra":
            entry.extra = b"\xff\xff\x04\x00" + rng.randbytes(4)
        elif odd == "system":
            entry.create_system = 0
        else:
            entry.external_attr = rng.randrange(1 << 31)

    return zipped(files, changed)


def comment(rng: random.Random, content: bytes) -> bytes:
    return zipped(list(opened(content).items()), comment=some(rng))


def edit(rng: random.Random, content: bytes) -> bytes:
    """A file is changed, and the zip file is sound."""
    files = opened(content)
    name = rng.choice(list(files))
    files[name] = flip(rng, files[name])
    return zipped(sorted(files.items()))


def edit_and_list(rng: random.Random, content: bytes) -> bytes:
    """A file of the payload is changed and its hash in the manifest, but not the manifest's."""
    files = opened(content)
    name = rng.choice([name for name in files if name.startswith("data/")])
    files[name] = flip(rng, files[name])
    payload = [name for name in files if name.startswith("data/")]
    files[verify.MANIFEST] = verify.manifest(_hashes(files, payload))
    return zipped(sorted(files.items()))


def forge(rng: random.Random, content: bytes) -> bytes:
    """Something is changed, added or removed, and everything else worked out anew: sound in itself,
    and another bundle."""
    files = opened(content)
    name = rng.choice([n for n in files if n not in (verify.MANIFEST, verify.TAGMANIFEST)])
    what = rng.random()
    if what < 0.7:
        files[name] = flip(rng, files[name])
    elif what < 0.8:
        del files[name]
    elif what < 0.9:
        files[f"data/captures/{hashlib.sha256(files[name]).hexdigest()}"] = files[name]
    else:
        other = rng.choice(list(files))
        files[name], files[other] = files[other], files[name]
    return repacked(files)


SEEN_AT_ONCE = (
    flip,
    flip,
    flip_at_the_ends,
    flip_in_a_header,
    put_in,
    take_out,
    cut_off,
    exchange,
    add,
    remove,
    rename,
    rename_to_each_other,
    reorder,
    odd_entry,
    comment,
    edit,
    edit_and_list,
)
"""No root is needed to see these."""
