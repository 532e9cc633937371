"""The capture store: what was acknowledged is there, whatever happens."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import NotFound, StorageError
from service.storage.captures import CaptureStore, TooLarge

CONTENT = b"bytes as received"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> CaptureStore:
    return CaptureStore(tmp_path / "home" / "captures")


def files(store: CaptureStore) -> list[Path]:
    """Everything on disk, kept or half-written."""
    root = store.path("0" * 64).parent.parent
    return sorted(path for path in root.rglob("*") if path.is_file())


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(content)


def test_what_is_put_is_there(store: CaptureStore) -> None:
    assert store.put(CONTENT) == SHA256
    assert store.exists(SHA256)
    assert store.read(SHA256) == CONTENT
    assert store.verify(SHA256)
    with store.open(SHA256) as file:
        assert file.read() == CONTENT
    with store.mapped(SHA256) as view:
        assert bytes(view) == CONTENT
    assert files(store) == [store.path(SHA256)]
    assert store.path(SHA256).name == SHA256


def test_nothing_is_made_before_the_first_put(store: CaptureStore, tmp_path: Path) -> None:
    assert not store.exists(SHA256)
    assert store.sweep(datetime.now(UTC)) == 0
    assert list(tmp_path.iterdir()) == []


def test_it_can_be_read_and_not_written(store: CaptureStore) -> None:
    store.put(CONTENT)
    assert stat.S_IMODE(store.path(SHA256).stat().st_mode) == 0o440


def test_nothing_is_something_too(store: CaptureStore) -> None:
    empty = store.put(b"")
    assert store.read(empty) == b""
    with store.mapped(empty) as view:
        assert bytes(view) == b""


def test_the_same_bytes_again_are_the_same_capture(store: CaptureStore) -> None:
    store.put(CONTENT)
    before = store.path(SHA256).stat()
    assert store.put(CONTENT) == SHA256
    assert store.put_stream([CONTENT[:5], CONTENT[5:]], 100) == (SHA256, len(CONTENT))
    after = store.path(SHA256).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert files(store) == [store.path(SHA256)]


@given(st.lists(st.binary(max_size=50), max_size=12))
def test_many_are_kept_as_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, contents: list[bytes]
) -> None:
    store = CaptureStore(tmp_path_factory.mktemp("many"))
    names = store.put_many(iter(contents))
    assert names == [hashlib.sha256(content).hexdigest() for content in contents]
    assert [store.read(name) for name in names] == contents
    assert len(files(store)) == len(set(names))


def test_more_than_may_be_open_at_once(store: CaptureStore) -> None:
    contents = [str(number).encode() for number in range(300)]
    assert len(set(store.put_many(contents))) == 300
    assert len(files(store)) == 300


@pytest.mark.parametrize("put", ["put", "put_many", "put_stream"])
def test_other_bytes_under_the_name_are_damage_and_stay(store: CaptureStore, put: str) -> None:
    store.put(CONTENT)
    overwrite(store.path(SHA256), b"something else")
    ways: dict[str, Callable[[], object]] = {
        "put": lambda: store.put(CONTENT),
        "put_many": lambda: store.put_many([b"another", CONTENT]),
        "put_stream": lambda: store.put_stream([CONTENT], 100),
    }
    with pytest.raises(StorageError, match="damaged"):
        ways[put]()
    assert store.path(SHA256).read_bytes() == b"something else"
    assert not [path for path in files(store) if path.parent.name == "incoming"]


def test_damage_is_noticed_when_reading(store: CaptureStore) -> None:
    store.put(CONTENT)
    overwrite(store.path(SHA256), CONTENT[:-1])
    assert not store.verify(SHA256)
    with pytest.raises(StorageError, match="Restore it from a backup"):
        store.read(SHA256)


@pytest.mark.parametrize(
    "name",
    ["", "..", "../../etc/passwd", SHA256.upper(), SHA256[:-1], SHA256 + "0", "/" + SHA256[1:]],
)
def test_only_a_sha256_names_a_capture(store: CaptureStore, name: str) -> None:
    store.put(CONTENT)
    for read in (store.read, store.open, store.path, store.exists, store.verify):
        with pytest.raises(NotFound, match="64 hex digits"):
            read(name)


def test_what_was_never_put_is_not_found(store: CaptureStore) -> None:
    for read in (store.read, store.open, store.verify):
        with pytest.raises(NotFound, match="No capture"):
            read(SHA256)
    with pytest.raises(NotFound), store.mapped(SHA256):
        pass


# streams


def test_a_stream_is_kept_whole(store: CaptureStore) -> None:
    chunks = [bytes([i]) * 1_000 for i in range(50)]
    name, size = store.put_stream(iter(chunks), 50_000)
    assert size == 50_000
    assert store.read(name) == b"".join(chunks)


def test_a_stream_over_the_limit_leaves_nothing(store: CaptureStore) -> None:
    taken = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(1)
            yield b"x" * 100

    with pytest.raises(TooLarge, match="More than 1,000 bytes"):
        store.put_stream(endless(), 1_000)
    assert len(taken) == 11
    assert files(store) == []


def test_a_stream_that_breaks_leaves_nothing(store: CaptureStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"the first half"
        raise ConnectionResetError("reset by peer")

    with pytest.raises(ConnectionResetError):
        store.put_stream(broken(), 1_000)
    assert files(store) == []


def test_bytes_may_come_by_hand(store: CaptureStore) -> None:
    with store.begin(100) as incoming:
        incoming.write(CONTENT[:3])
        incoming.write(CONTENT[3:])
        assert incoming.size == len(CONTENT)
        assert incoming.commit() == (SHA256, len(CONTENT))
    with store.begin() as incoming:
        incoming.write(b"never committed")
    assert files(store) == [store.path(SHA256)]


# the disk


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_failing_disk_gets_a_sentence_and_leaves_nothing(
    store: CaptureStore, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    store.put(b"kept before")
    before = files(store)

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fail)
        says = "cannot be written" if number == errno.EIO else "disk is full"
        with pytest.raises(StorageError, match=says):
            store.put(CONTENT)
    assert files(store) == before
    assert store.put(CONTENT) == SHA256


FULL = """
import resource, sys
from pathlib import Path
from service.errors import StorageError
from service.storage.captures import CaptureStore
store = CaptureStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
print(store.put(b"small enough"))
try:
    store.put(b"x" * 3_000_000)
except StorageError as error:
    print(error)
"""


def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """As far as a test may go: the system refuses to let the file grow."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    kept, sentence = done.stdout.splitlines()
    assert "disk is full" in sentence
    store = CaptureStore(tmp_path)
    assert store.read(kept) == b"small enough"
    assert len(files(store)) == 1


@pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP])
def test_a_file_system_without_links_keeps_captures_too(
    store: CaptureStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    assert store.put(CONTENT) == SHA256
    assert store.put(CONTENT) == SHA256
    assert files(store) == [store.path(SHA256)]
    overwrite(store.path(SHA256), b"damage")
    with pytest.raises(StorageError, match="damaged"):
        store.put(CONTENT)


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="cannot be written"):
        CaptureStore(tmp_path / "file" / "captures").put(CONTENT)


def test_what_is_acknowledged_has_been_flushed_name_and_all(
    store: CaptureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every folder from the file up to the one that was there before, after the file itself."""
    flushed: list[Path] = []
    real = os.fsync

    def watch(descriptor: int) -> None:
        flushed.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watch)
    store.put(CONTENT)
    path = store.path(SHA256)
    root = path.parent.parent
    assert {path.parent, root, root.parent, root.parent.parent} <= set(flushed)
    assert flushed.index(next(p for p in flushed if p.parent.name == "incoming")) < len(flushed) - 1
    assert flushed[-1] == path.parent


# kills

WRITER = """
import os, sys
from pathlib import Path
from service.storage.captures import CaptureStore
store = CaptureStore(Path(sys.argv[1]))
many = sys.argv[2] == "many"
number = 0
while True:
    contents = [os.urandom(8) * 4_000 for _ in range(8 if many else 1)]
    for name in store.put_many(contents) if many else [store.put(contents[0])]:
        os.write(1, name.encode() + b"\\n")
"""


@pytest.mark.parametrize("how", ["one", "many"])
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, how: str) -> None:
    store = CaptureStore(tmp_path / "captures")
    chance = random.Random(how)
    acknowledged: list[str] = []
    for _ in range(15):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "captures"), how],
            stdout=subprocess.PIPE,
        )
        assert writer.stdout is not None
        acknowledged.append(writer.stdout.readline().decode().strip())
        time.sleep(chance.uniform(0, 0.03))
        writer.send_signal(signal.SIGKILL)
        lines = writer.communicate()[0].decode().splitlines()
        acknowledged += [line for line in lines if len(line) == 64]
    assert len(acknowledged) >= 15
    assert all(store.verify(name) for name in acknowledged)
    store.sweep(datetime.now(UTC) + timedelta(hours=1))
    left = files(store)
    assert {path.name for path in left} >= set(acknowledged)
    assert all(store.verify(path.name) for path in left), "half a file under a whole name"


def test_what_a_kill_left_is_swept_and_nothing_else(store: CaptureStore) -> None:
    store.put(CONTENT)
    incoming = store.path(SHA256).parent.parent / "incoming"
    (incoming / "123-old").write_bytes(b"half")
    os.utime(incoming / "123-old", (0, 0))
    (incoming / "124-new").write_bytes(b"being written")
    assert store.sweep(datetime.now(UTC) - timedelta(hours=1)) == 1
    assert [path.name for path in incoming.iterdir()] == ["124-new"]
    assert store.read(SHA256) == CONTENT


def test_two_processes_may_put_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from service.storage.captures import CaptureStore\n"
        "s = CaptureStore(Path(sys.argv[1]))\n"
        "for i in range(60): s.put(str(i).encode())"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(files(CaptureStore(tmp_path))) == 60
