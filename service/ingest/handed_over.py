"""A file of any size that was handed over by hand: into the capture store, then in its index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from schemas.records import Capture
from service.desk import Desk
from service.errors import Unreadable
from service.storage.capture_index import record_capture
from service.storage.captures import TooLarge
from service.storage.database import writing

CAP_BYTES: Final = 2 * 1024 * 1024 * 1024
_READ: Final = 1024 * 1024


def keep_file(desk: Desk, path: Path, source: str) -> Capture:
    """Keep the bytes, in flat memory, as handed over under the name of `source`.

    Raises:
        Unreadable: there is no such file, it cannot be opened, or it is larger than any is.
        StorageError: disk or database failed.
    """
    try:
        sha256, size = desk.captures.put_stream(_chunks(path), CAP_BYTES)
    except OSError as error:
        raise Unreadable(f"{error.strerror or error}.") from error
    except TooLarge as error:
        raise Unreadable(str(error)) from error
    capture = Capture(
        sha256=sha256, source=source, url=path.name, received_at=desk.clock(), size_bytes=size
    )
    with writing(desk.engine) as conn:
        record_capture(conn, capture)
    return capture


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_READ):
            yield chunk
