"""Bytes as received, on disk, by sha256: written once, never changed, never lost.

``ROOT/ab/abcdef…`` holds the bytes whose sha256 is ``abcdef…``; `sha256sum` can check it. When
`put` returns, the bytes and their name have been flushed to the disk: a kill or a power cut a
moment later loses nothing. A kill before leaves at most a file in ``ROOT/incoming``, which is
nobody's evidence and may be swept.

What a capture is (source, URL, times, headers) is a row in the database; see
`service.storage.capture_index`.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from service.errors import NotFound, StorageError

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_READ = 1024 * 1024
_MODE = 0o440
_FLUSHERS = 16
_GROUP = 128
"""Files open at the same time."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class TooLarge(StorageError):
    """More bytes came than were allowed for; none of them were kept."""

    code = "too-large"


class CaptureStore:
    """The folder of captures. Safe for several processes at once; makes nothing until used."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._durable: set[Path] = set()
        """Folders whose own names are known to be on disk."""

    def put(self, content: bytes) -> str:
        """Keep the bytes; returns their sha256 once they are on disk.

        Raises `StorageError`, with a sentence what to do, when they are not.
        """
        with self.begin() as incoming:
            incoming.write(content)
            return incoming.commit()[0]

    def put_many(self, contents: Iterable[bytes]) -> list[str]:
        """Keep several; returns their sha256 when all are on disk.

        The disk is waited for by several threads at once, so that it can flush many files in one
        go: on a journalling file system this is several times faster than one `put` each.
        """
        kept: list[str] = []
        remaining = iter(contents)
        with ThreadPoolExecutor(_FLUSHERS) as pool:
            while group := list(islice(remaining, _GROUP)):
                kept += self._put_group(group, pool)
        return kept

    def _put_group(self, contents: Sequence[bytes], pool: ThreadPoolExecutor) -> list[str]:
        with ExitStack() as stack:
            arriving: list[Incoming] = []
            for content in contents:
                incoming = stack.enter_context(self.begin())
                incoming.write(content)
                arriving.append(incoming)
            names = list(pool.map(Incoming.named, arriving))
            folders = {self.path(name).parent for name in names}
            with _told(self._root):
                list(pool.map(_flush_folder, folders))
        return names

    def put_stream(self, chunks: Iterable[bytes], cap_bytes: int) -> tuple[str, int]:
        """Keep what comes, piece by piece; returns (sha256, size).

        Raises `TooLarge` after `cap_bytes`. Whatever `chunks` raises passes through. In both cases
        nothing is kept.
        """
        with self.begin(cap_bytes) as incoming:
            for chunk in chunks:
                incoming.write(chunk)
            return incoming.commit()

    def begin(self, cap_bytes: int | None = None) -> Incoming:
        """Bytes about to come; for those who cannot hand over an iterable. Use it in `with`."""
        with _told(self._root):
            self._make(self._incoming)
            return Incoming(self, self._incoming, cap_bytes)

    def path(self, sha256: str) -> Path:
        """Where these bytes are, if they are here. Raises `NotFound` for what is no sha256."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("A capture is named by its sha256: 64 hex digits, lower case.")
        return self._root / sha256[:2] / sha256

    def exists(self, sha256: str) -> bool:
        """Whether bytes are kept under this name; `verify` tells whether they are right."""
        return self.path(sha256).is_file()

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a file to read. Raises `NotFound`."""
        path = self.path(sha256)
        try:
            return path.open("rb")
        except FileNotFoundError as error:
            raise NotFound(f"No capture {sha256} is kept here.") from error
        except OSError as error:
            raise StorageError(f"{path} cannot be read: {error.strerror}.") from error

    def read(self, sha256: str) -> bytes:
        """The bytes, checked against their name.

        Raises `NotFound`, or `StorageError` when they are no longer what was received.
        """
        with self.open(sha256) as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise self._damaged(sha256)
        return content

    @contextmanager
    def mapped(self, sha256: str) -> Iterator[memoryview]:
        """The bytes of a large capture without loading them; unchecked, see `verify`."""
        with self.open(sha256) as file:
            if not os.fstat(file.fileno()).st_size:
                yield memoryview(b"")
                return
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapping:
                view = memoryview(mapping)
                try:
                    yield view
                finally:
                    view.release()

    def verify(self, sha256: str) -> bool:
        """Whether the bytes are what was received. Raises `NotFound`."""
        digest = hashlib.sha256()
        with self.open(sha256) as file:
            while chunk := file.read(_READ):
                digest.update(chunk)
        return digest.hexdigest() == sha256

    def sweep(self, before: datetime) -> int:
        """Remove what was left half-written and not touched since `before`; returns how many."""
        swept = 0
        if self._incoming.is_dir():
            for left in self._incoming.iterdir():
                with suppress(FileNotFoundError):  # another sweeper was quicker
                    if left.stat().st_mtime < before.timestamp():
                        left.unlink()
                        swept += 1
        return swept

    def _damaged(self, sha256: str) -> StorageError:
        return StorageError(
            f"The capture at {self.path(sha256)} is damaged: its bytes are not what was received. "
            "Restore it from a backup; do not delete it."
        )

    def _make(self, folder: Path) -> None:
        """The folder, with its name flushed into the folders above.

        Flushed once per process even when it was there: whoever made it may have died before.
        """
        if folder in self._durable:
            return
        missing = [above for above in folder.parents if not above.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in (folder, self._root, *missing):
            _flush_folder(made.parent)
        self._durable.add(folder)

    def _link(self, temporary: Path, sha256: str) -> None:
        """Give the written file its name, unless that name is taken by the same bytes."""
        path = self.path(sha256)
        self._make(path.parent)
        try:
            os.link(temporary, path)
        except FileExistsError:
            if not self.verify(sha256):
                raise self._damaged(sha256) from None
        except OSError as error:
            if error.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
                raise
            # No hard links here (FAT, some network shares). A race can only put the same bytes.
            if not path.exists():
                temporary.rename(path)
            elif not self.verify(sha256):
                raise self._damaged(sha256) from None


class Incoming:
    """Bytes on their way in. Leaving the `with` block without `commit` keeps nothing."""

    def __init__(self, store: CaptureStore, folder: Path, cap_bytes: int | None) -> None:
        self._store = store
        self._cap_bytes = cap_bytes
        self._digest = hashlib.sha256()
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
        self._file = self._path.open("xb", buffering=0)
        self.size = 0

    def write(self, chunk: bytes) -> None:
        """The next bytes. Raises `TooLarge` or `StorageError`."""
        if self._cap_bytes is not None and self.size + len(chunk) > self._cap_bytes:
            raise TooLarge(f"More than {self._cap_bytes:,} bytes came; nothing of them was kept.")
        with _told(self._path):
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._file.write(rest) :]
        self._digest.update(chunk)
        self.size += len(chunk)

    def commit(self) -> tuple[str, int]:
        """Keep them; returns (sha256, size) once they are on disk. Raises `StorageError`."""
        sha256 = self.named()
        with _told(self._path):
            _flush_folder(self._store.path(sha256).parent)
        return sha256, self.size

    def named(self) -> str:
        """As `commit`, but the name is not yet flushed: the caller flushes its folder."""
        sha256 = self._digest.hexdigest()
        with _told(self._path):
            os.fchmod(self._file.fileno(), _MODE)
            os.fsync(self._file.fileno())
            self._store._link(self._path, sha256)  # noqa: SLF001  (one class in two parts)
        return sha256

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # folders cannot be opened there; NTFS journals names by itself
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the disk says into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageError(
                f"The disk is full ({path}): the bytes could not be kept. Free some space and try "
                "again; what was kept before is safe."
            ) from error
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
