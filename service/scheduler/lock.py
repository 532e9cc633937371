"""One worker on one SQLite database: a lock that the system lets go of when its process ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from service.errors import StorageError
from service.storage.database import Engine, sqlite_path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_FAR: Final = 1_000
"""Where Windows puts the lock: the bytes before it can still be read."""


@contextmanager
def only_worker(engine: Engine) -> Iterator[bool]:
    """Held for as long as the block lasts; on PostgreSQL leases do this, and nothing is locked.
    Yields whether this proves that no other worker lives.

    Raises:
        StorageError: another process runs a worker on this database, named by its process number;
            or the lock file cannot be made.
    """
    database = sqlite_path(engine.url)
    if database is None:
        yield False
        return
    path = database.with_name("worker.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StorageError(f"{path} cannot be made: {error.strerror}.") from error
    try:
        if not _locked(descriptor):
            raise StorageError(_taken(path, descriptor))
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield True
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Take the lock; False when somebody else has it."""
    try:
        if sys.platform == "win32":
            os.lseek(descriptor, _FAR, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _taken(path: Path, descriptor: int) -> str:
    os.lseek(descriptor, 0, os.SEEK_SET)
    said = os.read(descriptor, 20).decode("ascii", "replace").strip()
    who = f"process {said}" if said.isdecimal() else "another process"
    return (
        f"A worker runs on this database already ({who}; it holds {path}). Two would ask every"
        " source twice: stop that one first, or serve with `--role api`. For several workers,"
        " use PostgreSQL."
    )
