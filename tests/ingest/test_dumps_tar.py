"""Tars as streams: what `tarfile` reads, and what no honest tar holds."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ingest.dumps.tar import BLOCK, META_CAP_BYTES, BrokenTar, Member, TarReader
from tests.ingest.dumped import entry, link, tar_of

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300)
CONTENTS = st.binary(max_size=1_500)
FORMS = st.sampled_from((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))


def read_all(content: bytes, *, contents: bool = True) -> list[tuple[Member, bytes]]:
    reader = TarReader(io.BytesIO(content).read)
    return [(m, reader.content(m) if contents else b"") for m in reader.members()]


def broken(content: bytes) -> str:
    with pytest.raises(BrokenTar) as caught:
        read_all(content)
    return str(caught.value)


@given(st.lists(st.tuples(NAMES, CONTENTS), max_size=5), FORMS, st.booleans())
def test_it_reads_what_tarfile_reads(
    files: list[tuple[str, bytes]], form: int, contents: bool
) -> None:
    content = tar_of([entry(name or "x", data) for name, data in files], form=form)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        known = [(m.name, m.size, m.isreg()) for m in tar.getmembers()]
    if not known:
        assert broken(content) == "It is no tar file."
        return
    found = read_all(content, contents=contents)
    assert [(m.name.rstrip("/"), m.size) for m, _ in found] == [known_[:2] for known_ in known]
    if contents:
        assert [data for _, data in found] == [data for _, data in files]


def test_long_names_and_prefixes() -> None:
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        name = f"./traces/{'a' * 90}/trace_full_{'b' * 40}.json"
        ((member, data),) = read_all(tar_of([entry(name, b"x")], form=form))
        assert (member.name, member.is_file, data) == (name, True, b"x")


def test_links_folders_and_devices_are_no_files_whatever_size_they_claim() -> None:
    kinds = (
        tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE,
        tarfile.DIRTYPE,
    )  # fmt: skip
    for kind in kinds:
        info, _ = link("a", "/etc/passwd", kind)
        info.size = 10_000
        head = info.tobuf(tarfile.GNU_FORMAT)
        found = read_all(head + tar_of([entry("b", b"12")]))
        assert [(m.name, m.is_file, data) for m, data in found] == [
            ("a/" if kind == tarfile.DIRTYPE else "a", False, b""),
            ("b", True, b"12"),
        ], kind


SOUND = tar_of([entry("a", b"1" * 700), entry("b" * 120, b"2"), entry("c", b"")])
END = SOUND.rstrip(b"\0")


@given(st.integers(0, len(SOUND)))
def test_wherever_it_is_cut_it_is_told(size: int) -> None:
    blocks = -(-len(END) // BLOCK) * BLOCK
    if size >= blocks + 2 * BLOCK:
        read_all(SOUND[:size])
    else:
        assert broken(SOUND[:size])


@given(st.integers(0, len(END) - 1), st.integers(1, 255))
def test_a_wrong_byte_is_found_in_any_header(position: int, flip: int) -> None:
    changed = bytearray(SOUND)
    changed[position] ^= flip
    try:
        found = read_all(bytes(changed))
    except BrokenTar:
        return
    names = {m.name for m, _ in found}
    assert len(found) == 3
    assert {"a", "c"} <= names  # contents, and the long name, have no checksum of their own


@given(st.binary(max_size=3_000))
def test_any_bytes_are_a_tar_or_are_told(content: bytes) -> None:
    said = ""
    try:
        read_all(content)
    except BrokenTar as error:
        said = str(error)
    assert said.endswith(".") or content[-2 * BLOCK :] == bytes(2 * BLOCK)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no tar file"),
        (b"<html>" * 200, "no tar file"),
        (bytes(20_000), "no tar file"),
        (b"\x1f\x8b" + bytes(600), "compressed (gzip)"),
        (b"\x28\xb5\x2f\xfd" + bytes(600), "compressed (zstd)"),
        (SOUND[: len(END)] + bytes(-len(END) % BLOCK) + bytes(5_000_000), "never filled"),
        (SOUND + SOUND, "goes on after its end"),
        (SOUND[:1_536] + bytes(4_096) + SOUND[2_048:], "goes on after its end"),
        (SOUND[:1_536] + b"x" * 512 + SOUND[1_536:], "damaged"),
    ],
)
def test_what_is_no_whole_tar_says_why(content: bytes, says: str) -> None:
    assert says in broken(content)


def header(kind: bytes, size: int) -> bytes:
    info = tarfile.TarInfo("x")
    info.type = kind
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def test_headers_of_any_size_are_not_loaded() -> None:
    for kind in (b"L", b"K", b"x", b"g"):
        asked: list[int] = []
        stream = io.BytesIO(header(kind, 8 << 30))

        def read(size: int, stream: io.BytesIO = stream, asked: list[int] = asked) -> bytes:
            asked.append(size)
            return stream.read(size)

        with pytest.raises(BrokenTar, match="which no real one is"):
            list(TarReader(read).members())
        assert max(asked) <= META_CAP_BYTES


def test_an_enormous_member_is_passed_over_in_small_pieces() -> None:
    stream = io.BytesIO(header(b"0", 200 << 30) + bytes(10_000))
    asked: list[int] = []

    def read(size: int) -> bytes:
        asked.append(size)
        return stream.read(size)

    with pytest.raises(BrokenTar, match="ends too early"):
        list(TarReader(read).members())
    assert max(asked) <= 1024 * 1024


@pytest.mark.parametrize(
    "meta", [b"0 path=a\n", b"9999 path=a\n", b"path=a\n", b"12 path\n", b"\xff"]
)
def test_pax_headers_that_make_no_sense(meta: bytes) -> None:
    assert broken(header(b"x", len(meta)) + meta.ljust(BLOCK, b"\0") + SOUND)


def test_a_sparse_file_ends_the_reading() -> None:
    assert "sparse" in broken(header(b"S", 0) + SOUND)
